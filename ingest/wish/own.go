package wish

import (
	"strings"
	"unicode"
)

const (
	shortPassage = 40 // signs: a passage of fewer is looked at together with one beside it
	misread      = 12 // of so many signs one may differ, as in a scan
)

// letters writes a text in lower case without accents, its words parted by one space.
func letters(s string) string {
	return strings.Join(strings.FieldsFunc(unaccented.Replace(strings.ToLower(s)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), " ")
}

// isOurs says whether passage i of a text stands in what we wrote ourselves, which may
// have come back on paper or copied into a mail. Of few words, which anybody may write,
// it wants to see one of the passages beside them too.
func isOurs(passages []string, i int, ours string) bool {
	if ours == "" {
		return false
	}
	s := letters(passages[i])
	if len(s) >= shortPassage || len(passages) == 1 {
		return stands(s, ours)
	}
	return i > 0 && stands(letters(passages[i-1])+" "+s, ours) || i+1 < len(passages) && stands(s+" "+letters(passages[i+1]), ours)
}

// stands says whether a passage is found in a text, but for signs that were misread
// (Sellers: the smallest edit distance to any part of the text).
func stands(passage, text string) bool {
	if strings.Contains(text, passage) {
		return true
	}
	row := make([]int, len(passage)+1)
	for i := range row {
		row[i] = i
	}
	for j := range len(text) {
		diagonal := row[0]
		for i := range len(passage) {
			best := diagonal
			if passage[i] != text[j] {
				best = 1 + min(diagonal, row[i], row[i+1])
			}
			diagonal, row[i+1] = row[i+1], best
		}
		if row[len(passage)] <= len(passage)/misread {
			return true
		}
	}
	return false
}

// Borrowed gives a function that says whether words stand in a text only where it repeats
// what we wrote ourselves. It costs little where they do not stand at all.
func Borrowed(text, ours string) func(words string) bool {
	passages := passagesOf(text)
	ours = letters(ours)
	return func(words string) bool {
		found := false
		for i, s := range passages {
			if !strings.Contains(s, words) {
				continue
			}
			if found = true; !isOurs(passages, i, ours) {
				return false
			}
		}
		return found
	}
}

package wish

import (
	"strings"
	"unicode"
)

const (
	shortPassage = 40 // signs: a passage of fewer is looked at together with one beside it
	misread      = 12 // of so many signs one may differ, as in a scan
)

// Own are words that we write to customers, as Fold makes them.
type Own string

// Fold makes texts of ours comparable. It costs time for long ones.
func Fold(texts ...string) Own { return Own(letters(strings.Join(texts, "\n"))) }

// And adds more words of ours.
func (o Own) And(more Own) Own { return Own(strings.TrimSpace(string(o + " " + more))) }

// letters writes a text in lower case without accents, its words parted by one space.
func letters(s string) string {
	return strings.Join(strings.FieldsFunc(unaccented.Replace(strings.ToLower(s)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), " ")
}

// isOurs says whether passage i of a text stands in what we wrote ourselves, which may
// have come back on paper or copied into a mail. Of few words, which anybody may write,
// it wants to see one of the passages beside them too.
func isOurs(passages []string, i int, own Own) bool {
	ours := string(own)
	if ours == "" {
		return false
	}
	s := letters(passages[i])
	if len(s) >= shortPassage || len(passages) == 1 {
		return stands(s, ours)
	}
	return i > 0 && stands(letters(passages[i-1])+" "+s, ours) || i+1 < len(passages) && stands(s+" "+letters(passages[i+1]), ours)
}

// stands says whether a passage is found in a text, but for signs that were misread. Of
// one piece more than may be misread signs at least one stands there as it is: only
// around such a piece is looked closely, since a text may be long.
func stands(passage, text string) bool {
	wrong := len(passage) / misread
	for i := range wrong + 1 {
		from, to := i*len(passage)/(wrong+1), (i+1)*len(passage)/(wrong+1)
		piece := passage[from:to]
		for at := 0; ; {
			next := strings.Index(text[at:], piece)
			if next < 0 {
				break
			}
			at += next
			if distance(passage, text[max(0, at-from-wrong):min(len(text), at-from+len(passage)+wrong)]) <= wrong {
				return true
			}
			if at++; piece == "" {
				break
			}
		}
	}
	return false
}

// distance is how many signs of a passage differ from those of the part of a text that is
// most like it (Sellers: the smallest edit distance to any part).
func distance(passage, text string) int {
	row := make([]int, len(passage)+1)
	for i := range row {
		row[i] = i
	}
	least := len(passage)
	for j := range len(text) {
		diagonal := row[0]
		for i := range len(passage) {
			best := diagonal
			if passage[i] != text[j] {
				best = 1 + min(diagonal, row[i], row[i+1])
			}
			diagonal, row[i+1] = row[i+1], best
		}
		least = min(least, row[len(passage)])
	}
	return least
}

// Borrowed gives a function that says whether words stand in a text only where it repeats
// what we wrote ourselves. It costs little where they do not stand at all.
func Borrowed(text string, ours Own) func(words string) bool {
	passages := passagesOf(text)
	known := map[int]bool{} // passages looked at
	return func(words string) bool {
		found := false
		for i, s := range passages {
			if !strings.Contains(s, words) {
				continue
			}
			own, looked := known[i]
			if !looked {
				own = isOurs(passages, i, ours)
				known[i] = own
			}
			if found = true; !own {
				return false
			}
		}
		return found
	}
}

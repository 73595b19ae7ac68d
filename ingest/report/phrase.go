package report

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// phrase is some words that stand in a text one after the other: parts, each any of
// several words, and before each but the first how many bytes may lie between. It is
// plain searching, since reports come in floods and expressions with gaps are slow.
type phrase struct {
	parts [][]string
	gaps  []int
}

var gapMark = regexp.MustCompile(` (\d+)> `)

// phrasesOf reads phrases: words in lower case, alternatives with a bar between them,
// and "30> " for up to 30 bytes of anything.
func phrasesOf(lines ...string) []phrase {
	var list []phrase
	for _, line := range lines {
		p := phrase{}
		for i, part := range gapMark.Split(line, -1) {
			p.parts = append(p.parts, strings.Split(part, "|"))
			if i > 0 {
				gap, err := strconv.Atoi(gapMark.FindAllStringSubmatch(line, -1)[i-1][1])
				if err != nil {
					panic("report: phrase " + line) // a constant of this package
				}
				p.gaps = append(p.gaps, gap)
			}
		}
		list = append(list, p)
	}
	return list
}

var straight = strings.NewReplacer("’", "'", "`", "'")

// plain writes a text as phrases have it: lower case, one blank between words.
func plain(text string) string {
	return strings.Join(strings.Fields(straight.Replace(strings.ToLower(clip(text)))), " ")
}

// saidIn says whether a plain text holds one of the phrases.
func saidIn(list []phrase, text string) bool {
	return slices.ContainsFunc(list, func(p phrase) bool {
		for _, word := range p.parts[0] {
			for rest := text; ; {
				i := strings.Index(rest, word)
				if i < 0 {
					break
				}
				if rest = rest[i+len(word):]; p.goesOn(rest, 1) {
					return true
				}
			}
		}
		return false
	})
}

// goesOn says whether a text has the parts of a phrase from n on, the first of them
// within its gap.
func (p phrase) goesOn(text string, n int) bool {
	if n == len(p.parts) {
		return true
	}
	return slices.ContainsFunc(p.parts[n], func(word string) bool {
		i := strings.Index(text[:min(len(text), p.gaps[n-1]+len(word))], word)
		return i >= 0 && p.goesOn(text[i+len(word):], n+1)
	})
}

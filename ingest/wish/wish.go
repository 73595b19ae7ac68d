// Package wish reads from a customer's reply what it seems to ask for: to escalate, to
// appeal, to go to the ombudsman, to withdraw, or only that the customer is not
// satisfied (P15, P16). It proposes; a person decides. It would rather propose once too
// often than miss a customer who is not content.
package wish

import (
	"regexp"
	"strings"

	"ask4.com/skarga/complaint"
)

// sentenceEnd divides a text into sentences and lines.
var sentenceEnd = regexp.MustCompile(`[.!?]+(?:\s|$)|\n+`)

// unaccented writes letters without their accents, and apostrophes as one sign.
var unaccented = strings.NewReplacer("ą", "a", "ć", "c", "ę", "e", "ł", "l", "ń", "n", "ó", "o", "ś", "s", "ź", "z", "ż", "z", "’", "'", "‘", "'", "`", "'", "\u00a0", " ")

// Of says what a reply seems to ask for, and in which of its words. The text is what
// the customer wrote now, without quoted history and signature; what stands in ours, the
// words that we write to customers, is not the customer's.
func Of(subject, text string, ours Own) (complaint.Wish, string) {
	rules := rules()
	best, said := len(rules), ""
	for _, passages := range [][]string{passagesOf(text), {subject}} {
		for n, s := range passages {
			plain := mended(unaccented.Replace(strings.ToLower(s)))
			for i, r := range rules[:best] {
				if r.speaks(plain) {
					if !isOurs(passages, n, ours) {
						best, said = i, clip(s)
					}
					break
				}
			}
		}
	}
	if best == len(rules) {
		return complaint.NoWish, ""
	}
	return rules[best].wish, said
}

// passagesOf are the sentences and lines of a text that are not empty, on one line each.
func passagesOf(text string) (list []string) {
	for _, s := range sentenceEnd.Split(text, -1) {
		if s = strings.Join(strings.Fields(s), " "); s != "" {
			list = append(list, s)
		}
	}
	return list
}

func clip(s string) string {
	if r := []rune(s); len(r) > 200 {
		return string(r[:199]) + "…"
	}
	return s
}

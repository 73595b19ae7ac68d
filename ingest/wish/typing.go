package wish

import (
	"regexp"
	"strings"
)

// spelled are the words on which a wish hangs, by how they begin: what begins so but for
// one sign, of ten or more two, is taken for the word. Shorter words differ too little
// from others.
var spelled = [][2]string{
	{"escalat", "escalate"}, {"ombudsm", "ombudsman"}, {"reconsid", "reconsider"}, {"unaccept", "unacceptable"}, {"unhappy", "unhappy"},
	{"disappoint", "disappointed"}, {"dissatisfi", "dissatisfied"}, {"satisfied", "satisfied"}, {"decision", "decision"}, {"complaint", "complaint"},
	{"deadlock", "deadlock"}, {"supervis", "supervisor"}, {"withdraw", "withdraw"}, {"regulator", "regulator"},
	{"odwolani", "odwolanie"}, {"odwoluj", "odwoluje"}, {"kierownik", "kierownik"}, {"przelozon", "przelozony"}, {"rzecznik", "rzecznik"},
	{"niezadowol", "niezadowolony"}, {"zadowolon", "zadowolony"}, {"rozczarow", "rozczarowany"}, {"wycofuj", "wycofuje"}, {"reklamacj", "reklamacje"},
}

var (
	longWord = regexp.MustCompile(`[a-z]{6,}`)
	// stand are words that are near one of those and right as they are.
	stand = regexp.MustCompile(`^(?:withdr[eo]w|complain|supervis|odwola|odwoz|zadowol|wycof|reklam|kierowni)`)
)

// mended writes a sentence in small letters without accents with those words as they are
// spelled.
func mended(s string) string {
	return longWord.ReplaceAllStringFunc(s, func(word string) string {
		best, least := word, 3
		for _, w := range spelled {
			begins := w[0]
			if strings.HasPrefix(word, begins) {
				return word
			}
			if word[0] != begins[0] {
				continue
			}
			wrong := 1 + len(begins)/10
			if n := distance(begins, word[:min(len(word), len(begins)+wrong)]); n <= wrong && n < least {
				best, least = w[1], n
			}
		}
		if best != word && stand.MatchString(word) {
			return word
		}
		return best
	})
}

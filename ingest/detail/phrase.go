package detail

import (
	"strings"

	"ask4.com/skarga/complaint"
)

// phrase is a row of folded words; a word that ends in * stands for all that
// begin so.
type phrase struct {
	words      []string
	kind       complaint.DetailKind
	confidence float64
}

// phraseRow is the place in the index of phrases whose first word begins with a and b,
// folded ASCII letters; every first word begins with two.
func phraseRow(a, b byte) int { return int(a-'a')<<5 | int(b-'a') }

// phrases by the first two letters of their first word. Conduct (P6) holds only what
// is abuse or threat by itself: a person decides, and a customer who is merely
// angry must not be flagged.
var phrases = phraseIndex(map[complaint.DetailKind]map[float64]string{
	complaint.DetailPersonalData: {
		0.95: `gdpr|data protection|subject access request*|data subject|personal data|data breach*|right to erasure|right of access|
			information commissioner*|dsar|rodo|dan* osobow*|ochron* danych|wyciek* danych|naruszeni* danych|urzad* ochrony danych|uodo`,
		0.85: `ico|information commission|personal information|personal details|privacy breach|privacy policy|delete all data|
			moich danych|moje dane|prywatnosc*|private information|wrong person s details|someone else s details|another customer s details`,
		0.5: `my data`, // also what a tariff allows
	},
	complaint.DetailConduct: {
		0.9: `kill you|kill yourself*|hurt you|hurt someone|hurt somebody|burn you*|know where you live|know where you work|find you and|watch your back|you will regret this|you will regret it|you ll regret this|you ll regret it|
			smash your|break your legs|beat you|come for you|bomb threat|
			zabije was|zabije cie|zabije pana|zabije pania|pozabijam*|wiem gdzie mieszkasz|wiem gdzie pracuj*|pozalujecie|pozalujesz|pozaluje pan*|spale wam|spale was`,
		0.8: `fuck*|motherfuck*|cunt*|wanker*|bitch*|bastard*|twat*|prick|pricks|arsehole*|asshole*|dickhead*|piece of shit|pieces of shit|bullshit|scumbag*|scum|retard|retards|slut*|whore*|
			kurw*|skurw*|chuj*|spierdal*|pierdol*|wypierdal*|jebac*|jeban*|jebie*|pojeb*|skurwysyn*|suko|dziwk*|szmato|gnoje|gnoju|gnoj`,
		0.55: `idiot|idiots|moron|morons|imbecile*|stupid people|you are stupid|stupid staff|you liars|shut up|idiota|idiotka|idioci|idiotow|idioto|debil*|kretyn*|imbecyl*|glupia baba|glupi babsztyl*|zamknij sie|oszolom*`,
	},
})

// masked are strong words with letters starred out, by what stands before and
// after the stars: f***ing, k**wa.
var masked = map[string]map[string]bool{
	"f": wordSet(`k ck cks ked cked king cking kin ckin ing in er cker ker g`), "fu": wordSet(`k king ing in g`),
	"c": wordSet(`nt nts t ts`), "b": wordSet(`tch tches h stard`), "w": wordSet(`nker nkers r`), "s": wordSet(`ut`),
	"k": wordSet(`rwa rwy wa wy a y`), "ku": wordSet(`wa a wy`), "ch": wordSet(`j je ja ju`), "j": wordSet(`bac bany bane bani`), "p": wordSet(`erdol erdole`),
}

func phraseIndex(lists map[complaint.DetailKind]map[float64]string) (index [1 << 10][]phrase) {
	for kind, byConfidence := range lists {
		for confidence, list := range byConfidence {
			for row := range strings.SplitSeq(list, "|") {
				words := strings.Fields(row)
				at := phraseRow(words[0][0], words[0][1])
				index[at] = append(index[at], phrase{words, kind, confidence})
			}
		}
	}
	return index
}

// phrases adds the words that suggest P10 and P6.
func (s *scan) phrases() {
	for i := range s.tokens {
		t := &s.tokens[i]
		if t.url {
			continue
		}
		if t.begins&beginsMasked != 0 && masked[t.fold][s.at(i+1).fold] && strings.Trim(s.gap(i), "*@#") == "" && s.gap(i) != "" {
			s.add(complaint.DetailConduct, strings.ToLower(s.text[t.start:s.at(i+1).end]), 0.7, t.start, s.at(i+1).end)
			continue
		}
		if len(t.fold) < 2 || !isSmall(t.fold[0]) || !isSmall(t.fold[1]) {
			continue
		}
		row := phrases[phraseRow(t.fold[0], t.fold[1])]
		best, bestEnd := -1, 0
		for k := range row {
			if end := s.match(i, row[k].words); end > bestEnd || end > 0 && end == bestEnd && row[k].confidence > row[best].confidence {
				best, bestEnd = k, end
			}
		}
		if bestEnd > 0 {
			s.add(row[best].kind, strings.Join(strings.Fields(strings.ToLower(s.text[t.start:bestEnd])), " "), row[best].confidence, t.start, bestEnd)
		}
	}
}

// match gives the byte after the words of a phrase that begins at token i, or 0.
func (s *scan) match(i int, words []string) int {
	if i+len(words) > len(s.tokens) {
		return 0
	}
	for k, w := range words {
		have, last := s.tokens[i+k].fold, len(w)-1
		if open := w[last] == '*'; open && !strings.HasPrefix(have, w[:last]) || !open && have != w {
			return 0
		}
		if k > 0 && !s.near(i+k-1, "'’-,") {
			return 0
		}
	}
	return s.tokens[i+len(words)-1].end
}

func isSmall(c byte) bool { return 'a' <= c && c <= 'z' }

package detail

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// token is a run of letters and digits: a word, a number, or a mixture such as
// 12B or 3pm.
type token struct {
	start, end int    // bytes in the text
	fold       string // lower-case without diacritics
	digit      bool   // begins with a digit
	numeric    bool   // has a digit
	begins     begin  // what it may begin
	url        bool   // stands inside a web address
	claimed    bool   // a surer kind has it
}

// begin says which kinds a word may begin. It is looked up once for each word of a
// text, since nearly all words begin nothing.
type begin uint8

const (
	beginsNumber begin = 1 << iota // a label, before a number
	beginsRoom
	beginsTime
	beginsSignature
	beginsMasked // a word of conduct with signs in it
	beginsPolish // nothing; a word of that language
)

var beginnings = func() map[string]begin {
	all := map[string]begin{}
	for w := range labels {
		all[w] |= beginsNumber
	}
	for of, set := range map[begin]map[string]bool{beginsRoom: roomWords, beginsTime: timeStarts, beginsSignature: signOffs, beginsPolish: polishWords} {
		for w := range set {
			all[w] |= of
		}
	}
	for w := range masked {
		all[w] |= beginsMasked
	}
	return all
}()

// scan is one text on its way.
type scan struct {
	finder  *Finder
	known   *staffIndex // as of the beginning
	text    string
	tokens  []token
	polish  bool      // the text looks Polish
	arrival time.Time // in the finder's location; zero if unknown
	found   []candidate
}

// newScan cuts a text. Bytes that are not UTF-8 become U+FFFD one by one, so that
// places still count the runes of the text that was given.
func newScan(f *Finder, text string, arrival time.Time) *scan {
	if len(text) > maxText {
		n := maxText
		for n > 0 && !utf8.RuneStart(text[n]) {
			n--
		}
		text = text[:n]
	}
	if !utf8.ValidString(text) {
		text = string([]rune(text))
	}
	s := &scan{finder: f, known: f.staff.Load(), text: text, tokens: cut(text)}
	if !arrival.IsZero() {
		s.arrival = arrival.In(f.location)
	}
	for i := range s.tokens {
		s.tokens[i].begins = beginnings[s.tokens[i].fold]
	}
	s.polish = looksPolish(text, s.tokens)
	s.markURLs()
	return s
}

// cut gives the tokens of a text.
func cut(text string) []token {
	tokens := make([]token, 0, len(text)/5+1)
	start, changed, numeric := -1, false, false // of the word that is open
	end := func(i int) {
		if start < 0 {
			return
		}
		word := text[start:i]
		t := token{start: start, end: i, fold: word, digit: isDigit(rune(word[0])), numeric: numeric}
		if changed {
			t.fold = fold(word)
		}
		tokens = append(tokens, t)
		start, changed, numeric = -1, false, false
	}
	for i, r := range text {
		switch {
		case !isWord(r):
			end(i)
			continue
		case start < 0:
			start = i
		}
		changed = changed || foldRune(r) != r
		numeric = numeric || isDigit(r)
	}
	end(len(text))
	return tokens
}

// fold gives a word lower-case and without diacritics.
func fold(s string) string {
	return strings.Map(foldRune, s)
}

// foldRune folds one letter: people write Polish with and without its signs.
func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	r = unicode.ToLower(r)
	switch r {
	case 'ą', 'á', 'à', 'â', 'ä', 'ã', 'å':
		return 'a'
	case 'ć', 'č', 'ç':
		return 'c'
	case 'ę', 'é', 'è', 'ê', 'ë', 'ě':
		return 'e'
	case 'í', 'ì', 'î', 'ï':
		return 'i'
	case 'ł', 'ľ', 'ĺ':
		return 'l'
	case 'ń', 'ñ', 'ň':
		return 'n'
	case 'ó', 'ò', 'ô', 'ö', 'õ', 'ø':
		return 'o'
	case 'ś', 'š', 'ș', 'ş':
		return 's'
	case 'ú', 'ù', 'û', 'ü', 'ů':
		return 'u'
	case 'ź', 'ż', 'ž':
		return 'z'
	case 'ý', 'ÿ':
		return 'y'
	}
	return r
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

func isWord(r rune) bool {
	if r < utf8.RuneSelf {
		return isDigit(r) || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	}
	return unicode.IsLetter(r) || unicode.IsMark(r)
}

// polishWords are frequent in Polish and rare in English.
var polishWords = map[string]bool{
	"sie": true, "nie": true, "jest": true, "mam": true, "prosze": true, "dzien": true, "dobry": true,
	"numer": true, "moj": true, "moje": true, "oraz": true, "przez": true, "jak": true, "czy": true,
	"nr": true, "ul": true, "pozdrawiam": true, "telefon": true, "wczoraj": true,
	"mieszkam": true, "adres": true, "dzwonilem": true, "dzwonilam": true, "zgloszenie": true, "panstwa": true,
}

// looksPolish is a cheap guess that decides only how bare numbers are read.
func looksPolish(text string, tokens []token) bool {
	signs, words := 0, 0
	for i := 0; i < len(text); i++ {
		if text[i] < utf8.RuneSelf || !utf8.RuneStart(text[i]) {
			continue
		}
		if r, _ := utf8.DecodeRuneInString(text[i:]); strings.ContainsRune("ąćęłńśźżĄĆĘŁŃŚŹŻ", r) {
			if signs++; signs+words >= 2 {
				return true
			}
		}
	}
	for _, t := range tokens {
		if t.begins&beginsPolish != 0 {
			if words++; signs+words >= 2 {
				return true
			}
		}
	}
	return false
}

// markURLs marks the tokens of web addresses, whose numbers mean nothing here.
func (s *scan) markURLs() {
	end := 0
	for i := range s.tokens {
		t := &s.tokens[i]
		if t.start < end {
			t.url = true
			continue
		}
		rest := s.text[t.end:]
		if strings.HasPrefix(t.fold, "http") && strings.HasPrefix(rest, "://") || t.fold == "www" && strings.HasPrefix(rest, ".") {
			t.url = true
			n := strings.IndexFunc(rest, func(r rune) bool { return unicode.IsSpace(r) || r == '<' || r == '>' || r == '"' })
			if n < 0 {
				n = len(rest)
			}
			end = t.end + n
		}
	}
}

// at gives token i, or an empty one outside the text.
func (s *scan) at(i int) token {
	if i < 0 || i >= len(s.tokens) {
		return token{start: len(s.text), end: len(s.text)}
	}
	return s.tokens[i]
}

// gap gives what stands between token i and the next.
func (s *scan) gap(i int) string {
	if i < 0 || i+1 >= len(s.tokens) {
		return "\x00"
	}
	return s.text[s.tokens[i].end:s.tokens[i+1].start]
}

// near says whether the gap after token i is short and made only of spaces and
// the signs given.
func (s *scan) near(i int, signs string) bool {
	g := s.gap(i)
	return len(g) <= 6 && strings.IndexFunc(g, func(r rune) bool {
		return !unicode.IsSpace(r) && !strings.ContainsRune(signs, r)
	}) < 0 && strings.Count(g, "\n") <= 1
}

// before gives the rune before a byte offset, after the one at it; 0 at the ends.
func (s *scan) before(i int) rune {
	if i == 0 {
		return 0
	}
	r, _ := utf8.DecodeLastRuneInString(s.text[:i])
	return r
}

func (s *scan) after(i int) rune {
	if i >= len(s.text) {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(s.text[i:])
	return r
}

// raw is a token as it was written.
func (s *scan) raw(i int) string {
	t := s.at(i)
	return s.text[t.start:t.end]
}

// capital says whether token i begins with a capital letter.
func (s *scan) capital(i int) bool {
	return unicode.IsUpper(s.after(s.at(i).start))
}

// units follow amounts, which are no numbers of anything.
var units = map[string]bool{
	"mbps": true, "mb": true, "gb": true, "gbps": true, "kbps": true, "mbit": true, "ms": true, "tb": true, "ghz": true, "mhz": true,
	"times": true, "people": true, "users": true, "days": true, "day": true, "hours": true, "minutes": true, "weeks": true, "months": true, "years": true,
	"pounds": true, "quid": true, "gbp": true, "eur": true, "pln": true, "zl": true, "zlotych": true, "percent": true,
	"razy": true, "osob": true, "dni": true, "godzin": true, "minut": true, "lat": true, "miesiecy": true,
	"m2": true, "km": true, "metres": true, "customers": true, "klientow": true, "devices": true, "attempts": true,
}

// amount says whether what ends at byte end, with token i its last, is an amount:
// a unit, a per cent sign or a currency follows.
func (s *scan) amount(i, end int) bool {
	rest := strings.TrimLeft(s.text[end:min(end+4, len(s.text))], " \u00a0")
	if strings.HasPrefix(rest, "%") || strings.HasPrefix(rest, "£") || strings.HasPrefix(rest, "€") {
		return true
	}
	return s.near(i, "") && units[s.at(i+1).fold]
}

// currency says whether a currency sign stands before byte i.
func (s *scan) currency(i int) bool {
	return strings.ContainsRune("£$€", s.before(i))
}

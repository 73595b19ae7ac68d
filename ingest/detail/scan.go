package detail

import (
	"slices"
	"strings"
	"sync"
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
	beginsName
	beginsPolish // nothing; a word of that language
)

var beginnings = func() lexicon[begin] {
	all := map[string]begin{}
	for w := range labels {
		all[w] |= beginsNumber
	}
	for of, set := range map[begin]map[string]bool{beginsRoom: roomWords, beginsTime: timeStarts, beginsSignature: signOffs, beginsName: beforeNames, beginsPolish: polishWords} {
		for w := range set {
			all[w] |= of
		}
	}
	for w := range masked {
		all[w] |= beginsMasked
	}
	return newLexicon(all)
}()

// lexicon is a map that most words are looked for in vain: what has not the first
// byte, the last one and the length of one of its words is not searched for.
type lexicon[V any] struct {
	words map[string]V
	looks [1 << 8]uint64 // a bit for each look
}

func newLexicon[V any](words map[string]V) lexicon[V] {
	l := lexicon[V]{words: words}
	for w := range words {
		at := look(w)
		l.looks[at/64] |= 1 << (at % 64)
	}
	return l
}

// look is the first byte, the last one and the length, 14 bits together.
func look(w string) uint {
	return uint(w[0]&31) | uint(w[len(w)-1]&31)<<5 | uint(len(w)&15)<<10
}

// of gives what a word leads to, or nothing.
func (l *lexicon[V]) of(w string) (v V) {
	if at := look(w); l.looks[at/64]&(1<<(at%64)) == 0 {
		return v
	}
	return l.words[w]
}

// scan is one text on its way.
type scan struct {
	finder  *Finder
	known   *staffIndex // as of the beginning
	text    string
	tokens  []token
	polish  bool      // the text looks Polish
	arrival time.Time // in the finder's location; zero if unknown
	found   []candidate
	spare   *[]token // where the memory of tokens goes back to
}

// spareTokens keeps the memory of the tokens for the next text.
var spareTokens = sync.Pool{New: func() any { return new([]token) }}

// release gives the tokens back; the scan is not used after it.
func (s *scan) release() {
	clear(s.tokens) // they hold the text
	*s.spare = s.tokens[:0]
	spareTokens.Put(s.spare)
}

// newScan cuts a text. Bytes that are not UTF-8 become U+FFFD one by one, so that
// places still count the runes of the text that was given. The scan is released by
// whoever made it.
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
	spare := spareTokens.Get().(*[]token)
	s := &scan{finder: f, known: f.staff.Load(), text: text, tokens: cutInto(slices.Grow((*spare)[:0], len(text)/5+1), text), spare: spare}
	if !arrival.IsZero() {
		s.arrival = arrival.In(f.location)
	}
	for i := range s.tokens {
		s.tokens[i].begins = beginnings.of(s.tokens[i].fold)
	}
	s.polish = looksPolish(text, s.tokens)
	s.markURLs()
	return s
}

// cut gives the tokens of a text.
func cut(text string) []token { return cutInto(nil, text) }

// cutInto appends the tokens of a text.
func cutInto(tokens []token, text string) []token {
	for i := 0; i < len(text); {
		start := i
		end, changed, numeric := wordEnd(text, start)
		if end == start {
			_, n := utf8.DecodeRuneInString(text[i:])
			i += n
			continue
		}
		word := text[start:end]
		t := token{start: start, end: end, fold: word, digit: isDigit(rune(word[0])), numeric: numeric}
		if changed {
			t.fold = fold(word)
		}
		tokens = append(tokens, t)
		i = end
	}
	return tokens
}

// wordEnd gives the end of the word that begins at a byte, which is that byte where
// none does, and whether folding changes it and a digit is in it.
func wordEnd(text string, i int) (end int, changed, numeric bool) {
	for i < len(text) {
		if c := text[i]; c < utf8.RuneSelf {
			switch kinds[c] {
			case noWord:
				return i, changed, numeric
			case capital:
				changed = true
			case digit:
				numeric = true
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		if !isWord(r) {
			break
		}
		changed = changed || foldRune(r) != r
		i += n
	}
	return i, changed, numeric
}

// The kinds of ASCII in words.
const (
	noWord = iota
	small
	capital
	digit
)

// kinds gives the kind of each ASCII byte.
var kinds = func() (of [utf8.RuneSelf]byte) {
	for c := range of {
		switch r := rune(c); {
		case isDigit(r):
			of[c] = digit
		case isWord(r) && foldRune(r) != r:
			of[c] = capital
		case isWord(r):
			of[c] = small
		}
	}
	return of
}()

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
	for i := range tokens {
		if tokens[i].begins&beginsPolish != 0 {
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
		if c := t.fold[0]; c != 'h' && c != 'w' {
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

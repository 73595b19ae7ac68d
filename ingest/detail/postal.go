package detail

import (
	"strings"
	"unicode"

	"ask4.com/skarga/complaint"
)

// postAreas are the letters that begin a British postcode.
var postAreas = wordSet(`ab al b ba bb bd bh bl bn br bs bt ca cb cf ch cm co cr ct cv cw da dd de dg dh dl dn dt dy e ec eh en ex
	fk fy g gl gu gy ha hd hg hp hr hs hu hx ig im ip iv ja je ka kt kw ky l la ld le ll ln ls lu m me mk ml n ne ng nn np nr nw
	ol ox pa pe ph pl po pr rg rh rm s sa se sg sk sl sm sn so sp sr ss st sw sy ta td tf tn tq tr ts tw ub w wa wc wd wf wn wr ws wv yo ze`)

// postcodes finds British and Polish postcodes, and the addresses they end.
func (s *scan) postcodes() {
	floor := 0 // an address does not reach over the postcode before it
	for i := 0; i < len(s.tokens); i++ {
		t := &s.tokens[i]
		if t.url || !t.numeric || len(t.fold) > 7 {
			continue
		}
		if t.digit {
			floor = s.polishPostcode(i, floor)
			continue
		}
		last, code, sure := s.britishPostcode(i)
		if code == "" {
			continue
		}
		s.add(complaint.DetailPostcode, code, sure, t.start, s.at(last).end)
		s.address(i, s.country(last), floor, sure)
		floor = s.at(last).end
		i = last
	}
}

// britishPostcode reads a postcode at token i, with its space or without.
func (s *scan) britishPostcode(i int) (last int, code string, confidence float64) {
	raw := s.raw(i)
	if !strings.ContainsAny(raw[:min(3, len(raw))], "0123456789") {
		return i, "", 0 // an area has two letters at most, and then the district
	}
	if s.before(s.at(i).start) == '-' || strings.HasPrefix(s.text[s.at(i).end:], "-") {
		return i, "", 0 // a piece of a reference
	}
	upper := strings.ToUpper(raw)
	confidence = 0.95
	if raw != upper {
		confidence = 0.75
	}
	if n := len(upper) - 3; n >= 2 && inward(upper[n:]) && outward(upper[:n]) {
		if raw != upper && !s.afterPostcodeWord(i) {
			return i, "", 0
		}
		return i, upper[:n] + " " + upper[n:], confidence
	}
	if g := s.gap(i); (g == " " || g == "  " || g == "\u00a0") && len(s.at(i+1).fold) == 3 && outward(upper) {
		if in := strings.ToUpper(s.raw(i + 1)); inward(in) {
			return i + 1, upper + " " + in, confidence
		}
	}
	return i, "", 0
}

// afterPostcodeWord says whether one of the two words before token i announces a
// postcode.
func (s *scan) afterPostcodeWord(i int) bool {
	for k := max(0, i-2); k < i; k++ {
		if w := s.tokens[k].fold; w == "postcode" || w == "code" || w == "zip" || w == "pocztowy" {
			return true
		}
	}
	return false
}

// outward checks the first half: area, district.
func outward(s string) bool {
	letters := 0
	for letters < len(s) && letters < 2 && s[letters] >= 'A' && s[letters] <= 'Z' {
		letters++
	}
	rest := s[letters:]
	if letters == 0 || !postAreas[strings.ToLower(s[:letters])] || len(rest) < 1 || len(rest) > 2 || !isDigit(rune(rest[0])) {
		return false
	}
	return len(rest) == 1 || isDigit(rune(rest[1])) || rest[1] >= 'A' && rest[1] <= 'Z'
}

// inward checks the second half: a digit and two letters, without C I K M O V.
func inward(s string) bool {
	return len(s) == 3 && isDigit(rune(s[0])) && inwardLetter(s[1]) && inwardLetter(s[2])
}

func inwardLetter(c byte) bool {
	return c >= 'A' && c <= 'Z' && strings.IndexByte("CIKMOV", c) < 0
}

// polishPostcode reads 00-000, preferably with its town, and gives the end of what
// it used, or floor.
func (s *scan) polishPostcode(i, floor int) int {
	if g := s.gap(i); g != "-" && g != "–" || len(s.at(i).fold) != 2 || len(s.at(i+1).fold) != 3 {
		return floor
	}
	a, b := s.at(i).fold, s.at(i+1).fold
	if countDigits(a) != 2 || countDigits(b) != 3 || s.tied(i) || s.before(s.at(i).start) == '-' || s.before(s.at(i).start) == '+' || s.tiedAfter(i+1) ||
		strings.HasPrefix(s.text[s.at(i+1).end:], "-") || i > 0 && s.at(i-1).digit && s.gap(i-1) == " " && s.at(i-1).end-s.at(i-1).start > 1 && !s.polish {
		return floor
	}
	if speedUnits[s.at(i+2).fold] {
		return floor // "20-100 Mbps"
	}
	end := s.at(i + 1).end
	town := i + 1
	for town < i+4 && s.capital(town+1) && !s.at(town+1).digit && (s.gap(town) == " " || town > i+1 && s.gap(town) == "-") {
		town++
	}
	confidence := 0.95
	switch prev := s.at(i - 1).fold; {
	case town > i+1:
	case prev == "kod" || prev == "pocztowy" || prev == "postcode":
		confidence = 0.9
	case s.polish && !s.amount(i+1, end):
		confidence = 0.5
	default:
		return floor
	}
	s.add(complaint.DetailPostcode, a+"-"+b, confidence, s.at(i).start, end)
	if town > i+1 {
		s.address(i, s.country(town), floor, confidence)
	}
	return s.at(town).end
}

// countries end addresses with these postcodes, folded.
var countries = map[string]bool{"poland": true, "polska": true, "uk": true, "united kingdom": true, "great britain": true, "england": true, "scotland": true,
	"wales": true, "northern ireland": true, "wielka brytania": true}

// country gives the byte at which an address ends whose last word is token i: behind the
// country, if that comes next, beside it or in the next line.
func (s *scan) country(i int) int {
	if g := s.gap(i); strings.Trim(g, ", \r\n") == "" && strings.Count(g, "\n") < 2 {
		if s.gap(i+1) == " " && countries[s.at(i+1).fold+" "+s.at(i+2).fold] {
			return s.at(i + 2).end
		}
		if countries[s.at(i+1).fold] {
			return s.at(i + 1).end
		}
	}
	return s.at(i).end
}

// Bounds of an address block.
const (
	maxAddressLines = 6
	maxAddressLine  = 70 // bytes of one part between commas or line ends
)

// address goes back from the postcode at token i over the lines and parts that
// belong to it, not before byte floor, and adds them up to byte end if a number or
// a street is there.
func (s *scan) address(i, end, floor int, confidence float64) {
	at := s.at(i).start
	start := at
	cut := at
	for range maxAddressLines * 2 {
		from := max(floor, cut-maxAddressLine)
		n := strings.LastIndexAny(s.text[from:cut], ",\n")
		begin := from + n + 1
		part := s.text[begin:cut]
		if n < 0 && from > floor {
			// Long prose before the first comma: only its end may belong.
			begin = from
			for begin < cut && !unicode.IsSpace(s.after(begin)) {
				begin++
			}
			part = s.text[begin:cut]
		}
		trimmed := strings.TrimSpace(part)
		if trimmed == "" && cut < at && s.text[cut] == '\n' && n >= 0 && s.text[begin-1] == '\n' {
			break // an empty line
		}
		offset, more, ok := addressPart(part)
		if !ok {
			break
		}
		if offset >= 0 {
			start = begin + offset
		}
		if !more || begin == 0 || n < 0 {
			break
		}
		cut = begin - 1
	}
	if start >= at || !strings.ContainsAny(s.text[start:at], "0123456789") && !streetIn(s.text[start:at]) {
		return
	}
	value := strings.Join(parts(s.text[start:end]), ", ")
	s.add(complaint.DetailAddress, value, max(0.5, confidence-0.15), start, end)
}

// parts cuts an address at commas and line ends.
func parts(text string) []string {
	var out []string
	for _, p := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '\n' || r == '\r' }) {
		if p = strings.Join(strings.Fields(p), " "); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// streets are words of British and Polish addresses, folded.
var streets = wordSet(`street st road rd avenue ave lane ln close court drive dr house terrace place square hall halls way crescent gardens grove
	hill park row building apartments residence residences mews view walk wharf quay yard campus
	ul ulica ulicy al aleja alei aleje os osiedle osiedlu pl plac placu akademik akademiku`)

// openers begin an address inside a sentence.
var openers = wordSet(`flat apartment apt room unit studio suite ul al os pl ulica aleja osiedle mieszkanie mieszkania pokoj pokoju pok po`)

// streetIn says whether a word of addresses stands in the text.
func streetIn(text string) bool {
	for _, t := range cut(text) {
		if streets[t.fold] || openers[t.fold] {
			return true
		}
	}
	return false
}

// notAddress are words of prose and of letters that end an address block.
var notAddress = wordSet(`dear hi hello regards sincerely faithfully thanks thank is are was were have has my i we you your the this that please
	live lives in w we mieszkam mieszka
	pozdrawiam powazaniem szanowni dzien witam prosze jest mam moj nie sie dziekuje`)

// addressPart judges one part between commas or line ends. Offset is where the
// address begins in it, or -1 if the part is only passed over; more says whether
// the part before may belong too.
func addressPart(part string) (offset int, more, ok bool) {
	if strings.ContainsRune(part, '@') {
		return 0, false, false
	}
	if n := sentenceStart(part); n > 0 {
		offset, _, ok = addressPart(part[n:])
		return offset + n, false, ok && offset >= 0
	}
	words := cut(part)
	if len(words) == 0 {
		return -1, true, true
	}
	// After a label or a word of prose only the rest counts.
	first := 0
	for k, w := range words {
		if notAddress[w.fold] || k+1 < len(words) && strings.ContainsAny(part[w.end:words[k+1].start], ":") ||
			w.fold == "at" || w.fold == "przy" || w.fold == "pod" || w.fold == "address" || w.fold == "adres" || w.fold == "adresem" {
			first = k + 1
		}
	}
	if first >= len(words) {
		return 0, false, false
	}
	if first == 0 && len(words) <= 7 {
		if !plainPart(part, words) {
			return opening(words, 0)
		}
		if !anchored(words) {
			// A name or a town: it belongs only if a street comes before it.
			return -1, true, true
		}
		return words[0].start, true, true
	}
	return opening(words, first)
}

// shortForms end in a full stop inside addresses.
var shortForms = wordSet(`ul al os pl m lok st rd ave apt ln dr no nr gen ks dr pok r sw im bldg`)

// sentenceStart gives the byte at which the last sentence of a part begins, or 0.
func sentenceStart(part string) int {
	if n := strings.LastIndexAny(part, ";?!"); n >= 0 {
		return n + 1
	}
	for n := len(part); ; {
		n = strings.LastIndexByte(part[:n], '.')
		if n < 0 {
			return 0
		}
		after := strings.TrimSpace(part[n+1:])
		word := part[strings.LastIndexFunc(part[:n], func(r rune) bool { return !isWord(r) })+1 : n]
		if len(after) > 0 && (part[n+1] != ' ' || shortForms[fold(word)] || len(word) == 1) {
			continue
		}
		return n + 1
	}
}

// plainPart says whether every longer word begins with a capital or a digit.
func plainPart(part string, words []token) bool {
	for _, w := range words {
		c := rune(part[w.start])
		if c >= 'a' && c <= 'z' && w.end-w.start > 2 && !streets[w.fold] && !openers[w.fold] && w.fold != "and" && w.fold != "upon" && w.fold != "under" {
			return false
		}
	}
	return true
}

// anchored says whether a part names a street, a house or a number.
func anchored(words []token) bool {
	for _, w := range words {
		if w.digit || streets[w.fold] || openers[w.fold] {
			return true
		}
	}
	return false
}

// opening finds where an address begins inside a sentence.
func opening(words []token, first int) (offset int, more, ok bool) {
	for _, w := range words[first:] {
		if openers[w.fold] || w.digit && len(w.fold) <= 5 {
			return w.start, false, true
		}
	}
	if first > 0 && len(words)-first <= 5 {
		return words[first].start, false, true
	}
	return 0, false, false
}

// speedUnits follow a range of speeds, which looks like a Polish postcode.
var speedUnits = map[string]bool{"mbps": true, "mbit": true, "mbits": true, "mb": true, "gbps": true, "gbit": true, "gb": true, "kbps": true, "kbit": true, "kb": true, "meg": true, "megs": true, "ms": true, "mhz": true, "ghz": true}

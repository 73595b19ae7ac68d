package detail

import (
	"regexp"
	"strings"
)

// FoundPostcode is a postcode in a text that was read by OCR.
type FoundPostcode struct {
	Value      string // upper-case, British with its space, Polish as 00-000
	Start, End int    // bytes
	Slips      int    // signs that were misread and are mended in Value
}

// postcodeForm is what may be a postcode: two groups, British or Polish, with every
// sign that a scanner takes for another.
var postcodeForm = regexp.MustCompile(`[0-9A-Za-z|$]{2,4} ?[0-9A-Za-z|$]{3}|[0-9A-Za-z|]{2} ?[-–—~] ?[0-9A-Za-z|]{3}`)

// Signs that scanners confuse: what stands for a digit, and what for a letter.
var (
	asDigit  = map[byte]byte{'O': '0', 'Q': '0', 'D': '0', 'I': '1', 'L': '1', '|': '1', 'Z': '2', 'A': '4', 'S': '5', '$': '5', 'G': '6', 'T': '7', 'B': '8'}
	asLetter = map[byte]byte{'0': 'O', '1': 'I', '|': 'I', '2': 'Z', '4': 'A', '5': 'S', '$': 'S', '6': 'G', '8': 'B'}
)

// inLondon are the areas whose districts may end in a letter.
var inLondon = map[string]bool{"E": true, "N": true, "W": true, "EC": true, "NW": true, "SE": true, "SW": true, "WC": true}

// FindPostcodes finds British and Polish postcodes in a line of a letter, mending up
// to two misread signs (O for 0, I for 1, S for 5). Mended ones are less sure.
func FindPostcodes(line string) []FoundPostcode {
	var found []FoundPostcode
	for at := 0; at < len(line); {
		m := postcodeForm.FindStringIndex(line[at:])
		if m == nil {
			break
		}
		start, end := at+m[0], at+m[1]
		at = start + 1
		if joined(line, start-1) || joined(line, end) {
			continue
		}
		value, slips := mendPolish(line[start:end])
		if value == "" {
			value, slips = mendBritish(line[start:end])
		}
		// A mended one must look like one: capitals, and not a word of the language.
		if value == "" || slips > 2 || slips > 0 && !strings.ContainsAny(line[start:end], "0123456789") {
			continue
		}
		found = append(found, FoundPostcode{value, start, end, slips})
		at = end
	}
	return found
}

// joined says whether the byte at i makes what stands beside it part of a longer
// word or number.
func joined(line string, i int) bool {
	if i < 0 || i >= len(line) {
		return false
	}
	c := line[i]
	return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= 0x80 || c == '-' || c == '/'
}

// mendBritish reads a British postcode, turning signs into what their place asks
// for: the first half is an area of letters and a district that begins with a digit,
// the second a digit and two letters.
func mendBritish(s string) (value string, slips int) {
	if strings.ContainsAny(s, "-–—~") {
		return "", 0
	}
	plain := strings.ToUpper(strings.ReplaceAll(s, " ", ""))
	if len(plain) < 5 || len(plain) > 7 {
		return "", 0
	}
	out, in := plain[:len(plain)-3], plain[len(plain)-3:]
	second, n := shaped(in, "0AA")
	if second == "" || !inward(second) {
		return "", 0
	}
	best := -1
	for _, form := range []string{"A0", "A00", "AA0", "AA00", "A0A", "AA0A"} {
		first, m := shaped(out, form)
		if first == "" || !outward(first) || strings.HasSuffix(form, "0A") && !inLondon[first[:len(form)-2]] || best >= 0 && m >= best {
			continue
		}
		best, value = m, first+" "+second
	}
	if best < 0 {
		return "", 0
	}
	slips = best + n
	if s != strings.ToUpper(s) {
		if slips > 0 && strings.ToLower(s) == s {
			return "", 0 // rather a word
		}
		slips++
	}
	return value, slips
}

// shaped turns a text into a form of letters (A) and digits (0), and counts what it
// had to change; "" if it does not fit.
func shaped(s, form string) (out string, slips int) {
	if len(s) != len(form) {
		return "", 0
	}
	b := []byte(s)
	for i, c := range b {
		digit, letter := c >= '0' && c <= '9', c >= 'A' && c <= 'Z'
		if form[i] == '0' && digit || form[i] == 'A' && letter {
			continue
		}
		other := asDigit
		if form[i] == 'A' {
			other = asLetter
		}
		mended, ok := other[c]
		if !ok {
			return "", 0
		}
		b[i] = mended
		slips++
	}
	return string(b), slips
}

// mendPolish reads 00-000.
func mendPolish(s string) (value string, slips int) {
	i := strings.IndexAny(s, "-–—~")
	if i < 0 {
		return "", 0
	}
	first := strings.ToUpper(strings.TrimSpace(s[:i]))
	second := strings.ToUpper(strings.TrimLeft(s[i:], "-–—~ "))
	a, n := shaped(first, "00")
	b, m := shaped(second, "000")
	if a == "" || b == "" {
		return "", 0
	}
	return a + "-" + b, n + m
}

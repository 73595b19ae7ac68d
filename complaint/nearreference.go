package complaint

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// NearReference is something in a text that is meant as a reference of ours and is none:
// people leave the check character or the prefix off, or mistype a sign.
type NearReference struct {
	Text  string      // as written
	Could []Reference // what it may stand for: right references that differ from it in one slip; one where it is only cut
}

// Limits of one text: how many places are looked at, and how long one is, in bytes.
const (
	maxNear    = 5
	nearWindow = 128
)

// NearReferences finds what is meant as a reference of the prefix in a text: the check
// character or the prefix is missing, one sign is wrong, or two neighbours changed
// places. Whether there is such a complaint is for the caller to see.
func NearReferences(prefix, text string) (near []NearReference) {
	if prefix == "" {
		return nil
	}
	form := nearPattern(prefix)
	upper, lower := prefix[0]&^0x20, prefix[0]|0x20
	for i := 0; i < len(text) && len(near) < maxNear; i++ {
		c := text[i]
		if (c < '0' || c > '9') && c != upper && c != lower {
			continue
		}
		if r, _ := utf8.DecodeLastRuneInString(text[:i]); unicode.IsLetter(r) || unicode.IsNumber(r) {
			continue
		}
		if !mayBegin(text[i:], prefix) {
			continue
		}
		m := form.FindStringSubmatch(text[i:min(len(text), i+nearWindow)])
		if m == nil || m[2] == "" && len(m[1]) == len("26K7Q2M4") { // a number of eight digits is none
			continue
		}
		n := NearReference{Text: strings.Join(strings.Fields(m[1]), " ")}
		if n.Could = refMeant(prefix, m[2] != "", strings.ToUpper(m[3]), strings.ToUpper(m[4]), strings.ToUpper(m[5])); len(n.Could) > 0 {
			near = append(near, n)
		}
		i += len(m[1]) - 1
	}
	return near
}

// mayBegin looks at the second sign, which rules out most places.
func mayBegin(text, prefix string) bool {
	if len(text) < 2 {
		return false
	}
	next := text[1]
	if '0' <= text[0] && text[0] <= '9' && strings.IndexByte("0123456789oilOIL", next) >= 0 {
		return true
	}
	return len(prefix) < 2 || next == '-' || next >= utf8.RuneSelf || next <= ' ' || next|0x20 == prefix[1]|0x20
}

// nearPattern matches at the beginning of a text: the prefix, which may be missing or have
// blanks and hyphens within, the year, the signs and the check character, which may be
// missing too.
func nearPattern(prefix string) *regexp.Regexp {
	var signs []string
	for _, c := range prefix {
		signs = append(signs, regexp.QuoteMeta(string(c)))
	}
	return refCompiled(`(?i)^((` + strings.Join(signs, `[\s\-]?`) + refSeparator + `)?(\d[0-9OIL])` + refSeparator +
		`([0-9A-Z]{5})(?:` + refSeparator + `([0-9A-Z]))?)(?:$|[^\pL\pN])`)
}

// refMeant gives the references that the groups of one with a slip may stand for.
func refMeant(prefix string, named bool, year, core, check string) (could []Reference) {
	year = strings.NewReplacer("O", "0", "I", "1", "L", "1").Replace(year)
	head := strings.ToUpper(prefix) + "-"
	whole := Reference(head + year + "-" + core + "-" + check)
	switch {
	case check == "" && named:
		for _, c := range refAlphabet {
			if r := whole + Reference(c); isIssued(head, r) {
				return []Reference{r}
			}
		}
		return nil
	case isIssued(head, whole):
		return []Reference{whole}
	case !named: // digits and a word: anything may look like that
		return nil
	}
	try := func(signs []byte) {
		if r := Reference(signs); isIssued(head, r) && !slices.Contains(could, r) {
			could = append(could, r)
		}
	}
	for i := len(head); i < len(whole); i++ {
		if whole[i] == '-' {
			continue
		}
		for _, c := range []byte("01" + refAlphabet) {
			one := []byte(whole)
			one[i] = c
			try(one)
		}
		j := i + 1
		if j < len(whole) && whole[j] == '-' {
			j++
		}
		if j < len(whole) {
			two := []byte(whole)
			two[i], two[j] = two[j], two[i]
			try(two)
		}
	}
	return could
}

// isIssued says whether a reference is one that NewReference may have drawn.
func isIssued(head string, r Reference) bool {
	s, ok := strings.CutPrefix(string(r), head)
	if !ok || len(s) != len("26-")+refCore+len("-4") || refSum(string(r)) != 0 {
		return false
	}
	for i, c := range s {
		digit := '0' <= c && c <= '9'
		if i < 2 && !digit || i > 2 && c != '-' && !strings.ContainsRune(refAlphabet, c) {
			return false
		}
	}
	return true
}

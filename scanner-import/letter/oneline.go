package letter

import (
	"strings"
	"unicode"
)

// townEnd gives how much of the text after a Polish postcode is its town: words
// that begin with capitals.
func townEnd(s string) int {
	end := 0
	for i, r := range s {
		switch {
		case r == ',' || r == '.' || r == ';' || unicode.IsDigit(r):
			return end
		case unicode.IsSpace(r):
			continue
		}
		if i == 0 || s[i-1] == ' ' {
			if !unicode.IsUpper(r) {
				return end
			}
		}
		end = i + len(string(r))
	}
	return end
}

// isCountry says whether a text is the country that ends an address, and nothing else.
func isCountry(s string) bool {
	w := strings.Join(words(s), " ")
	return w == "uk" || w == "u k" || len(w) > 4 && near(w, countries...) != ""
}

// isLabel says whether a line begins with what people write before an address.
func isLabel(s string) bool {
	label, _, found := strings.Cut(s, ":")
	if !found {
		return false
	}
	w := words(label)
	if len(w) == 0 || len(w) > 4 {
		return false
	}
	for _, x := range w {
		if near(x, "address", "adres", "name", "nazwisko", "from", "nadawca", "od") != "" {
			return true
		}
	}
	return false
}

// separators stand between the parts of an address in one line.
const separators = ",·|•;"

// splitAddress gives the whole parts before the postcode and where, in bytes, the
// address begins: after a label, or after the last sentence.
func splitAddress(head string) (parts []string, at int) {
	if isLabel(head) {
		at = strings.Index(head, ":") + 1
	}
	for i := at; i < len(head); i++ {
		if (head[i] == '.' || head[i] == '!' || head[i] == '?') && i+2 < len(head) && head[i+1] == ' ' && unicode.IsUpper(rune(head[i+2])) && len(words(head[:i])) > 4 {
			at = i + 1
		}
	}
	rest := head[at:]
	at += len(rest) - len(strings.TrimLeft(rest, " "))
	all := strings.FieldsFunc(rest, func(r rune) bool { return strings.ContainsRune(separators, r) })
	for i, p := range all {
		if p = strings.TrimSpace(p); p != "" && (i < len(all)-1 || strings.ContainsAny(strings.TrimSpace(rest)[len(strings.TrimSpace(rest))-1:], separators)) {
			parts = append(parts, p)
		}
	}
	return parts, at
}

// lastPart is what stands between the last separator and the postcode: its town.
func lastPart(head string) string {
	if i := strings.LastIndexFunc(head, func(r rune) bool { return strings.ContainsRune(separators+":", r) }); i >= 0 {
		return head[i:]
	}
	return head
}

package message

import "strings"

// ParseIDs returns the message ids of a field value, without angle brackets and
// in order (RFC 5322 section 3.6.4). Without any bracket each word is an id.
func ParseIDs(s string) []string {
	var ids []string
	if strings.Contains(s, "=?") { // QUIRK: some programs encode ids that are too long for a line
		s = decodeHeader(s)
	}
	if !strings.Contains(s, "<") {
		for _, w := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r <= ' ' }) {
			if len(ids) < maxAddresses && (strings.Contains(w, "@") || !strings.ContainsAny(strings.TrimSpace(s), " \t")) {
				ids = append(ids, cleanHeader(strings.Trim(w, `>"`)))
			}
		}
		return ids
	}
	for len(ids) < maxAddresses {
		_, rest, ok := strings.Cut(s, "<")
		if !ok {
			break
		}
		id := rest
		if j := strings.IndexAny(rest, "<>"); j >= 0 {
			id, s = rest[:j], rest[j:]
		} else {
			id, _, _ = strings.Cut(rest, " ")
			s = ""
		}
		id = cleanHeader(strings.Join(strings.Fields(id), "")) // QUIRK: ids folded in the middle
		if id != "" {
			ids = append(ids, id)
		}
	}
	return ids
}

package quote

import (
	"regexp"
	"strings"
)

// maxForward is how many lines are searched for a forwarded header.
const maxForward = 2000

var authorAddress = regexp.MustCompile(`[^\s<>\[\]():;,"'*]+@[^\s<>\[\]():;,"*]+\.[^\s<>\[\]():;,"'*]*[^\s<>\[\]():;,"'.*]`)

// ForwardedAuthor returns whom the first forwarded or quoted header block of a
// text names as the author, as a colleague's forward has it. The address may be
// empty, since Outlook writes names alone.
func ForwardedAuthor(text string) (name, address string, ok bool) {
	d := &division{text: text}
	d.split()
	d.kinds = make([]kind, len(d.lines))
	for i := range d.lines[:min(len(d.lines), maxForward)] {
		if !d.forwardAt(i) {
			continue
		}
		for j := i; j < min(len(d.lines), i+24); j++ {
			f, value := label(d.look(j))
			if f != fieldFrom {
				continue
			}
			if !strings.Contains(value, "@") && j+1 < len(d.lines) {
				below := d.look(j + 1)
				if f, _ := label(below); f == fieldNone && strings.Contains(below, "@") {
					value += " " + strings.TrimLeft(below, "> ")
				}
			}
			name, address = author(value)
			return name, address, name != "" || address != ""
		}
	}
	return "", "", false
}

// forwardAt reports whether a header block begins at line i. Unlike for history
// its lines may be marked with ">".
func (d *division) forwardAt(i int) bool {
	f, _ := label(d.look(i))
	return f != fieldNone && d.header(i) > 0
}

// author reads "Name <a@b>", "Name [mailto:a@b]", "a@b" or a name alone.
func author(s string) (name, address string) {
	loc := authorAddress.FindStringIndex(s)
	if loc == nil {
		return strings.Trim(s, " \t*\"'<>[]"), ""
	}
	address = strings.TrimPrefix(s[loc[0]:loc[1]], "mailto:")
	name = s[:loc[0]]
	if i := strings.IndexAny(name, "<["); i >= 0 {
		name = name[:i]
	}
	name = strings.Trim(name, " \t*\"'(„”“<")
	if strings.EqualFold(name, "mailto:") {
		name = ""
	}
	return name, address
}

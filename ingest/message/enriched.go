package message

import "strings"

// enrichedText reads text/enriched (RFC 1896): "<<" is a bracket, a single line end is a
// blank unless <nofill> is open, and of several the first one vanishes.
func enrichedText(s string) string {
	var out strings.Builder
	nofill := 0
	eachMark(s, func(text string) {
		if text == "\x00" {
			text = "<"
		} else if nofill <= 0 {
			text = fill(text)
		}
		out.WriteString(text)
	}, func(mark string) {
		switch mark {
		case "nofill":
			nofill++
		case "/nofill":
			nofill--
		}
	})
	return out.String()
}

// richText reads text/richtext (RFC 1341 section 7.1.2), where line ends mean nothing.
func richText(s string) string {
	var out strings.Builder
	eachMark(s, func(text string) {
		out.WriteString(strings.ReplaceAll(text, "\n", " "))
	}, func(mark string) {
		switch mark {
		case "lt":
			out.WriteByte('<')
		case "nl", "np", "paragraph":
			out.WriteByte('\n')
		}
	})
	return out.String()
}

// eachMark calls text and mark for what is between and inside of the brackets of s, in
// order. Parameters and comments are left out.
func eachMark(s string, text, mark func(string)) {
	hidden := ""
	for s != "" {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			i = len(s)
		}
		if i > 0 && hidden == "" {
			text(s[:i])
		}
		if s = s[i:]; strings.HasPrefix(s, "<<") {
			text("\x00")
			s = s[2:]
			continue
		}
		j := strings.IndexByte(s, '>')
		if j < 0 {
			return
		}
		name := strings.ToLower(s[1:j])
		s = s[j+1:]
		switch {
		case hidden != "":
			if name == "/"+hidden {
				hidden = ""
			}
		case name == "param", name == "comment":
			hidden = name
		default:
			mark(name)
		}
	}
}

// fill makes one line end a blank, and n of them n-1.
func fill(s string) string {
	var out strings.Builder
	for s != "" {
		i := strings.IndexByte(s, '\n')
		if i < 0 {
			break
		}
		out.WriteString(s[:i])
		n := len(s[i:]) - len(strings.TrimLeft(s[i:], "\n"))
		if n == 1 {
			out.WriteByte(' ')
		}
		out.WriteString(strings.Repeat("\n", n-1))
		s = s[i+n:]
	}
	out.WriteString(s)
	return out.String()
}

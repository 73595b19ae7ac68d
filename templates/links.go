package templates

import (
	"regexp"
	"strings"
)

// address is a web or e-mail address inside a text. The last sign is never a mark of
// the sentence around it.
var address = regexp.MustCompile(`https?://[^\s<>"“”„]*[^\s<>"“”„.,;:!?)]|[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}|\b(?:[a-z0-9-]+\.)+(?:uk|com|org|net|pl)\b(?:/[\w/.~%+-]*[\w/])?`)

// linked escapes a text for HTML and makes its addresses clickable. What is clicked
// is what is shown: no link hides behind words.
func linked(text string) string {
	var b strings.Builder
	end := 0
	var found [][]int
	if mayLink(text) {
		found = address.FindAllStringIndex(text, -1)
	}
	for _, m := range found {
		b.WriteString(escaped(Hold(text[end:m[0]])))
		shown := text[m[0]:m[1]]
		target := shown
		switch {
		case strings.Contains(shown, "://"):
		case strings.Contains(shown, "@"):
			target = "mailto:" + shown
		default:
			target = "https://" + shown
		}
		b.WriteString(`<a href="` + escaped(target) + `" style="color:inherit;overflow-wrap:anywhere;">` + escaped(shown) + `</a>`)
		end = m[1]
	}
	b.WriteString(escaped(Hold(text[end:])))
	return b.String()
}

// mayLink is false for most texts: each address holds "://" or a dot before a letter.
func mayLink(text string) bool {
	for i := 1; i < len(text); i++ {
		if text[i-1] == '.' && 'a' <= text[i] && text[i] <= 'z' || text[i-1] == '/' && text[i] == '/' {
			return true
		}
	}
	return false
}

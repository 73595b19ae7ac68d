package web

import (
	"html/template"
	"regexp"
	"strings"

	"ask4.com/skarga/templates"
)

// policy shows the complaints policy in force (P17).
func (v *visit) policy() {
	facts := v.Options.Policy()
	facts.FormURL = v.origin + path("start", v.lang)
	title, blocks, err := templates.Policy(v.lang, facts)
	if err != nil {
		v.oops("write policy", err)
		return
	}
	v.show("policy", view{Title: title, Indexed: true, Data: sections(blocks)})
}

// part is a heading with what stands below it.
type part struct {
	Heading string
	Anchor  string
	Blocks  []templates.Block
}

// sections divides blocks at their headings.
func sections(blocks []templates.Block) []part {
	list := []part{{}}
	for _, b := range blocks {
		if b.Heading != "" {
			list = append(list, part{Heading: b.Heading})
			continue
		}
		last := &list[len(list)-1]
		last.Blocks = append(last.Blocks, b)
	}
	return list
}

// address is a web or e-mail address in a text of ours.
var address = regexp.MustCompile(`https?://[^\s]+[^\s.,]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b(?:[a-z0-9-]+\.)+(?:org|com|uk|pl)(?:/[^\s]*[^\s.,])?\b`)

// linked makes the addresses in a text of ours clickable.
func linked(text string) template.HTML {
	var b strings.Builder
	at := 0
	for _, m := range address.FindAllStringIndex(text, -1) {
		b.WriteString(template.HTMLEscapeString(text[at:m[0]]))
		word := text[m[0]:m[1]]
		href := word
		switch {
		case strings.Contains(word, "@"):
			href = "mailto:" + word
		case !strings.HasPrefix(word, "http"):
			href = "https://" + word
		}
		b.WriteString(`<a href="` + template.HTMLEscapeString(href) + `">` + template.HTMLEscapeString(strings.TrimPrefix(word, "https://")) + `</a>`)
		at = m[1]
	}
	b.WriteString(template.HTMLEscapeString(text[at:]))
	return template.HTML(b.String())
}

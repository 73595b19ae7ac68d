package templates

import (
	"html/template"
	"strings"
	"unicode"
	"unicode/utf8"

	"ask4.com/skarga/complaint"
)

// columns is the width of text, for readers that do not wrap (RFC 5322 section
// 2.1.1 asks for 78 at most; replies add marks in front).
const columns = 72

// Block is a paragraph, a heading or a list: exactly one of its fields is set. Text,
// HTML and printed letters are made from the same blocks.
type Block struct {
	Heading string   // one line
	Text    string   // a paragraph, unwrapped
	Items   []string // a list, each item unwrapped
}

// Part is what a message says in one language.
type Part struct {
	Lang   complaint.Language // English or Polish
	Blocks []Block
}

// Blocks reads the layout of a text: paragraphs are divided by blank lines, "# " at
// the start of a line of its own makes a heading, "- " makes a list item, also right below
// a paragraph. Line ends inside a paragraph become spaces.
func Blocks(body string) []Block {
	var blocks []Block
	var lines []string
	flush := func() {
		if len(lines) > 0 {
			blocks = append(blocks, parseBlock(lines))
		}
		lines = nil
	}
	for _, line := range strings.Split(body, "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			flush()
			continue
		}
		if strings.HasPrefix(line, "- ") && len(lines) > 0 && !strings.HasPrefix(lines[0], "- ") {
			flush()
		}
		lines = append(lines, line)
	}
	flush()
	return blocks
}

func parseBlock(lines []string) Block {
	if h, ok := strings.CutPrefix(lines[0], "# "); ok && len(lines) == 1 {
		return Block{Heading: h}
	}
	if !strings.HasPrefix(lines[0], "- ") {
		return Block{Text: strings.Join(lines, " ")}
	}
	var b Block
	for _, line := range lines {
		if item, ok := strings.CutPrefix(line, "- "); ok {
			b.Items = append(b.Items, item)
		} else {
			b.Items[len(b.Items)-1] += " " + line
		}
	}
	return b
}

// compose puts the languages one under the other.
func compose(filled []filledIn) Message {
	var subjects, texts []string
	var parts []Part
	for _, f := range filled {
		parts = append(parts, Part{f.lang, f.blocks})
		texts = append(texts, plain(f.blocks))
		subjects = append(subjects, f.subject)
	}
	text := strings.Join(texts, "\n"+strings.Repeat("-", 40)+"\n\n")
	if len(filled) > 1 {
		text = polishBelow + "\n\n" + text
	}
	subject := strings.Join(subjects, " / ")
	return Message{Subject: subject, Text: text, HTML: page(subject, parts), Parts: parts}
}

// polishBelow stands before the English of a message in two languages.
const polishBelow = "Polska wersja znajduje się poniżej."

func plain(blocks []Block) string {
	var b strings.Builder
	for i, bl := range blocks {
		if i > 0 {
			b.WriteByte('\n')
		}
		switch {
		case bl.Heading != "":
			wrap(&b, bl.Heading, "", "")
		case bl.Items != nil:
			for _, item := range bl.Items {
				wrap(&b, item, "- ", "  ")
			}
		default:
			wrap(&b, bl.Text, "", "")
		}
	}
	return b.String()
}

// Hold keeps a number with its word and a word of one letter with the next one: a
// line that ends on either reads badly, in Polish above all.
func Hold(text string) string {
	var b strings.Builder
	b.Grow(len(text) + 16)
	for {
		before, after, more := strings.Cut(text, " ")
		b.WriteString(before)
		if !more {
			return b.String()
		}
		next, _ := utf8.DecodeRuneInString(after)
		if holds(b.String()) && (unicode.IsLetter(next) || unicode.IsDigit(next)) {
			b.WriteString("\u00a0")
		} else {
			b.WriteByte(' ')
		}
		text = after
	}
}

// holds says whether the end of a text wants the next word beside it.
func holds(text string) bool {
	last, n := utf8.DecodeLastRuneInString(text)
	if !strings.ContainsRune("aiouwzAIOUWZ", last) {
		return unicode.IsDigit(last)
	}
	text = text[:len(text)-n]
	before, _ := utf8.DecodeLastRuneInString(text)
	return text == "" || unicode.IsSpace(before) || before == '('
}

// wrap writes words in lines of at most columns; a longer word (a web address)
// stays whole.
func wrap(b *strings.Builder, text, first, rest string) {
	b.WriteString(first)
	width, begun := utf8.RuneCountInString(first), false
	for word := range strings.FieldsFuncSeq(Hold(text), func(r rune) bool { return r == ' ' || r == '\t' || r == '\n' }) {
		n := utf8.RuneCountInString(word)
		switch {
		case !begun:
		case width+1+n > columns:
			b.WriteString("\n" + rest)
			width = utf8.RuneCountInString(rest)
		default:
			b.WriteByte(' ')
			width++
		}
		b.WriteString(strings.ReplaceAll(word, "\u00a0", " "))
		width, begun = width+n, true
	}
	b.WriteByte('\n')
}

// page is the one layout of HTML mail: a single column, no remote content, and colours
// that hold in dark mode. It is written out, since a template of HTML takes as long as all
// the rest of a message; every text goes through escaped or linked.
func page(subject string, parts []Part) string {
	var b strings.Builder
	b.Grow(8 << 10)
	write := func(all ...string) {
		for _, s := range all {
			b.WriteString(s)
		}
	}
	write("<!DOCTYPE html>\n<html lang=\"", escaped(string(parts[0].Lang)), `">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>`, escaped(subject), `</title>
</head>
<body style="margin:0;padding:24px 16px;font-family:Arial,Helvetica,sans-serif;font-size:16px;line-height:1.5;">
<div style="max-width:600px;margin:0 auto;">`)
	if len(parts) > 1 {
		write("\n", `<p lang="pl" style="margin:0 0 16px;">`, escaped(polishBelow), "</p>")
	}
	for i, p := range parts {
		if i > 0 {
			write("\n", `<hr style="border:0;border-top:1px solid #767676;margin:32px 0;">`)
		}
		write("\n", `<div lang="`, escaped(string(p.Lang)), `">`)
		for _, bl := range p.Blocks {
			switch {
			case bl.Heading != "":
				write("\n", `<h2 style="font-size:18px;line-height:1.3;margin:24px 0 8px;">`, escaped(bl.Heading), "</h2>")
			case bl.Items != nil:
				write("\n", `<ul style="margin:0 0 16px;padding-left:24px;">`)
				for _, item := range bl.Items {
					write("\n", `<li style="margin:0 0 8px;">`, linked(item), "</li>")
				}
				write("\n</ul>")
			default:
				write("\n", `<p style="margin:0 0 16px;">`, linked(bl.Text), "</p>")
			}
		}
		write("\n</div>")
	}
	write("\n</div>\n</body>\n</html>\n")
	return b.String()
}

func escaped(text string) string { return template.HTMLEscapeString(text) }

package letter

import (
	"strings"

	"ask4.com/skarga/templates"
)

// line is a line of a letter's text, with what keeps it in its place.
type line struct {
	text   string
	bold   bool
	bullet bool    // the first one of an item
	indent float64 // from the margin
	above  float64 // empty room above it, but not at the head of a page
	rule   bool    // a rule stands in that room, between two languages
	stays  bool    // on the page of the line that follows
}

// lines are those of the whole text. None of a paragraph or list stands alone at the foot or
// head of a page; a heading stays with what it is above, and what leads to a list with the list;
// the closing stays with the paragraph before it.
func (d *drawing) lines(parts []templates.Part) (all []line) {
	for i, p := range parts {
		begin := len(all)
		for j, b := range p.Blocks {
			first := line{above: 0.55 * d.lineHeight()}
			switch {
			case j > 0:
			case i > 0:
				first = line{above: 2 * d.lineHeight(), rule: true}
			default:
				first.above = 0
			}
			all = append(all, d.block(b, first)...)
			list := j+1 < len(p.Blocks) && p.Blocks[j+1].Items != nil
			all[len(all)-1].stays = b.Heading != "" || b.Items == nil && list
		}
		d.hold(all[begin:])
	}
	return all
}

// block gives the lines of a block; first says how it begins.
func (d *drawing) block(b templates.Block, first line) (all []line) {
	first.bold = b.Heading != ""
	if b.Items == nil {
		return d.paragraph(b.Heading+b.Text, first)
	}
	for _, item := range b.Items {
		first.bullet, first.indent = true, 7
		all = append(all, d.paragraph(item, first)...)
		first = line{}
	}
	ends(all)
	return all
}

// ends keeps the first two and the last two of some lines together.
func ends(lines []line) {
	if n := len(lines); n > 1 {
		lines[0].stays, lines[n-2].stays = true, true
	}
}

// paragraph divides a text into lines.
func (d *drawing) paragraph(s string, first line) (all []line) {
	d.font(map[bool]string{true: "B"}[first.bold], d.size)
	for _, part := range d.wrap(text(s), pageWidth-2*margin-first.indent-2*d.GetCellMargin()) {
		l := line{text: part, bold: first.bold, indent: first.indent}
		if len(all) == 0 {
			l = first
			l.text = part
		}
		all = append(all, l)
	}
	ends(all)
	return all
}

// hold keeps the closing of a part, which are the short paragraphs at its end, with the
// paragraph before it.
func (d *drawing) hold(part []line) {
	begins := func(i int) bool { return i == 0 || part[i].above > 0 || part[i].bullet }
	i := len(part) - 1
	for n := 0; n < 4 && i > 0 && begins(i) && !part[i].bullet && !part[i].bold; n++ {
		i--
	}
	for i > 0 && !begins(i) {
		i--
	}
	for ; i < len(part)-1; i++ {
		part[i].stays = true
	}
}

// wrap divides a text at its blanks into lines of a width; a longer word is divided too.
// Held spaces are no blanks.
func (d *drawing) wrap(s string, width float64) (all []string) {
	for i, word := range strings.Split(s, " ") {
		if last := len(all) - 1; i > 0 && d.GetStringWidth(all[last]+" "+word) <= width {
			all[last] += " " + word
			continue
		}
		rest := []rune(word)
		for d.GetStringWidth(string(rest)) > width {
			n := 1
			for n < len(rest) && d.GetStringWidth(string(rest[:n+1])) <= width {
				n++
			}
			if n == len(rest) {
				break
			}
			all, rest = append(all, string(rest[:n])), rest[n:]
		}
		all = append(all, string(rest))
	}
	return all
}

// flow draws lines, those that stay together on one page where one can hold them. There is
// room for more below the last of them.
func (d *drawing) flow(all []line, below float64) {
	const bottom = pageHeight - bodyBottom
	for len(all) > 0 {
		n, high := 1, d.lineHeight()
		for ; all[n-1].stays && n < len(all); n++ {
			high += all[n].above + d.lineHeight()
		}
		need := high
		if n == len(all) && high+below <= bottom-margin {
			need += below
		}
		if need <= bottom-margin && d.GetY()+all[0].above+need > bottom {
			d.AddPage()
		}
		for _, l := range all[:n] {
			d.line(l)
		}
		all = all[n:]
	}
}

// line draws one line.
func (d *drawing) line(l line) {
	if d.GetY() > margin { // not at the head of a page
		if l.rule {
			d.rule()
		} else {
			d.Ln(l.above)
		}
	}
	d.font(map[bool]string{true: "B"}[l.bold], d.size)
	if l.bullet {
		d.SetX(margin + 2)
		d.CellFormat(5, d.lineHeight(), "•", "", 0, "L", false, 0, "")
	}
	d.SetX(margin + l.indent)
	d.CellFormat(0, d.lineHeight(), l.text, "", 1, "L", false, 0, "")
}

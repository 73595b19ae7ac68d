package letter

import (
	"slices"
	"strings"
	"unicode"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest/detail"
	"ask4.com/skarga/scanner-import/layout"
)

// block is a postal address on the page.
type block struct {
	start, end int // in runes of the text: from its first line, with a name, to its last
	address    int // rune where the address begins, after the name
	first      int // number of its first line
	last       int // number of its last line
	name       string
	nameStart  int
	nameEnd    int
	lines      []string // of the address, but for its country
	country    string   // in the line of the postcode or below it; may be empty
	postcode   detail.FoundPostcode
	codeStart  int // runes
	codeEnd    int
	label      bool // "Address:" stands before it
	prose      bool // it stands in a sentence
	ours       bool // it is the firm's
	office     bool // it looks like that of an office
}

// firm is what belongs to the firm itself.
type firm struct {
	codes []string // postcodes
	lines []string // folded
}

func newFirm(lines []string) (f firm) {
	for _, l := range lines {
		for _, c := range detail.FindPostcodes(l) {
			f.codes = append(f.codes, c.Value)
		}
		if s := strings.Join(words(l), " "); len(s) > 2 {
			f.lines = append(f.lines, s)
		}
	}
	return f
}

// owns says whether a text is one of the firm's lines, as OCR may have read it.
func (f firm) owns(text string) bool {
	s := strings.Join(words(text), " ")
	for _, l := range f.lines {
		if complaint.Distance(s, l) <= len(l)/8 {
			return true
		}
	}
	return false
}

// blocks finds every address that ends in a postcode.
func (r *reading) blocks() []block {
	var list []block
	for i, l := range r.lines {
		for _, c := range detail.FindPostcodes(l.Text) {
			b := r.blockAt(i, c)
			r.judge(&b)
			list = append(list, b)
		}
	}
	return list
}

// blockAt goes up from the line with a postcode over the lines that belong to it.
func (r *reading) blockAt(i int, code detail.FoundPostcode) block {
	l := r.lines[i]
	runesTo := func(n int) int { return l.Start + len([]rune(l.Text[:n])) }
	b := block{first: i, last: i, postcode: code, codeStart: runesTo(code.Start), codeEnd: runesTo(code.End)}
	head, tail := l.Text[:code.Start], l.Text[code.End:]
	// What follows a Polish code is its town; after a British one the line ends.
	end := code.End
	if strings.Contains(code.Value, "-") {
		if n := townEnd(tail); n > 0 {
			end += n
		}
	}
	b.end = runesTo(end)
	if k := r.below(i); isCountry(l.Text[end:]) {
		b.country, b.end = l.Text[end:], l.End
	} else if k >= 0 && isCountry(r.lines[k].Text) {
		b.country, b.last, b.end = r.lines[k].Text, k, r.lines[k].End
	}
	parts, at := splitAddress(head)
	b.label = isLabel(head)
	if d, ok := r.inProse(b.codeStart, b.codeEnd); ok && !b.label && len(words(head)) > 8 {
		b.prose, b.lines = true, strings.Split(d.Value, ", ")
		b.start, b.address, b.end = d.Where.Start, d.Where.Start, d.Where.End
		return b
	}
	b.prose = len(words(head)) > 12 && len(parts) < 3 || strings.TrimRight(strings.TrimSpace(tail[end-code.End:]), ".,;") != "" && len(words(tail[end-code.End:])) > 3
	own := strings.TrimSpace(l.Text[at:end])
	b.address = runesTo(at)
	if len(parts) >= 2 || len(parts) == 1 && (b.label || strings.ContainsAny(parts[0], "0123456789")) { // the whole address stands in one line
		b.lines = append(slices.Clone(parts), strings.TrimSpace(strings.TrimLeft(lastPart(head)+l.Text[code.Start:end], ",·|• ")))
		b.start = b.address
		r.nameAbove(&b, i, true)
		return b
	}
	b.lines = []string{own}
	b.start = b.address
	spacing := 0
	for k := r.above(i); k >= 0; k = r.above(k) {
		up, low := r.lines[k], r.lines[b.first]
		step := low.Box[1] - up.Box[1]
		if up.Page != low.Page || step > 3*max(low.Box[3], 250) || spacing > 0 && step > spacing*15/10+80 {
			break
		}
		text := up.Text
		if isLabel(text) {
			_, text, _ = strings.Cut(text, ":")
			text, b.label = strings.TrimSpace(text), true
		}
		from := up.End - len([]rune(text))
		if isName(tidyName(text)) && (r.from.Signature.Value == "" || alike(text, r.from.Signature.Value) || len(b.lines) > 1) {
			b.first, b.start = k, from
			b.name, b.nameStart, b.nameEnd = tidyName(text), from, up.End
			break
		}
		if !r.ofAddress(text) {
			break
		}
		b.lines = append([]string{strings.TrimRight(strings.TrimSpace(text), ",")}, b.lines...)
		b.first, b.start, b.address = k, from, from
		spacing = max(spacing, step)
		if b.label || len(b.lines) > 7 {
			break
		}
	}
	if b.name == "" {
		r.nameAbove(&b, b.first, false)
	}
	return b
}

// inProse gives the address that was found around a postcode by its words alone.
func (r *reading) inProse(start, end int) (complaint.Detail, bool) {
	for _, d := range r.details {
		if d.Kind == complaint.DetailAddress && d.Where.Start < start && d.Where.End >= end {
			return d, true
		}
	}
	return complaint.Detail{}, false
}

// above gives the next line up in the same column, or -1.
func (r *reading) above(i int) int {
	for k := i - 1; k >= 0; k-- {
		if r.lines[k].Page != r.lines[i].Page {
			return -1
		}
		if aligned(r.lines[k].Box, r.lines[i].Box) || aligned(r.body(k), r.lines[i].Box) {
			return k
		}
		// Another column may stand beside.
		if r.lines[i].Box[1]-r.lines[k].Box[1] > 3500 {
			return -1
		}
	}
	return -1
}

// below gives the next line down in the same column, right under a line, or -1.
func (r *reading) below(i int) int {
	for k := i + 1; k < len(r.lines) && r.lines[k].Page == r.lines[i].Page && r.lines[k].Box[1]-r.lines[i].Box[1] <= 3*max(r.lines[i].Box[3], 250); k++ {
		if aligned(r.lines[k].Box, r.lines[i].Box) {
			return k
		}
	}
	return -1
}

// body is where a line stands without a label before it.
func (r *reading) body(i int) layout.Box {
	l := r.lines[i]
	if !isLabel(l.Text) {
		return l.Box
	}
	_, text, _ := strings.Cut(l.Text, ":")
	_, box := r.text.Place(l.End-len([]rune(strings.TrimSpace(text))), l.End)
	return box
}

// aligned says whether two lines stand under each other: left, middle or right.
func aligned(a, b layout.Box) bool {
	const slack = 350
	off := func(x, y int) bool { return x-y > slack || y-x > slack }
	return !off(a[0], b[0]) || !off(2*a[0]+a[2], 2*b[0]+b[2]) || !off(a[0]+a[2], b[0]+b[2])
}

// nameAbove takes the name from the line above an address, or before it in its line.
func (r *reading) nameAbove(b *block, i int, oneLine bool) {
	k := r.above(i)
	if k < 0 {
		return
	}
	up := r.lines[k]
	if r.lines[i].Box[1]-up.Box[1] > 4*max(r.lines[i].Box[3], 250) {
		return
	}
	text := up.Text
	if isLabel(text) && oneLine {
		_, text, _ = strings.Cut(text, ":")
	}
	if name := tidyName(text); isName(name) {
		b.name, b.nameEnd = name, up.End
		b.nameStart = up.End - len([]rune(strings.TrimLeft(text, " ")))
		b.first, b.start = k, up.Start
	}
}

// ofAddress says whether a line can belong to an address: short, no sentence, no
// other thing of a letter's head.
func (r *reading) ofAddress(s string) bool {
	w := words(s)
	if len(w) == 0 || len(w) > 8 || len(s) > 60 || strings.Contains(s, "@") || isSalutation(s) || isSignOff(s) || len(detail.FindPostcodes(s)) > 0 {
		return false
	}
	first := []rune(strings.TrimLeft(s, " '\"„"))
	if len(first) == 0 || unicode.IsLower(first[0]) && !streets[w[0]] {
		return false
	}
	for _, d := range r.details {
		switch d.Kind {
		case complaint.DetailTime, complaint.DetailPhone, complaint.DetailAccount, complaint.DetailReference:
			if strings.Contains(s, d.Text) && len(d.Text)*2 > len(s) {
				return false
			}
		}
	}
	return !strings.ContainsAny(s, "?!") && !strings.HasSuffix(s, ".")
}

// judge says whether a block is the firm's or an office's.
func (r *reading) judge(b *block) {
	if slices.Contains(r.firm.codes, b.postcode.Value) {
		b.ours = true
	}
	for k := max(0, b.first-1); k <= b.last; k++ {
		if r.lines[k].Page != r.lines[b.last].Page || !aligned(r.lines[k].Box, r.lines[b.last].Box) {
			continue // in another column
		}
		if r.firm.owns(r.lines[k].Text) {
			b.ours = true
		}
		for _, w := range words(r.lines[k].Text) {
			if offices[w] && !strings.Contains(r.lines[k].Text, ":") {
				b.office = true
			}
		}
	}
}

// best is the block that is most likely the sender's; nil if none is.
func (r *reading) best(blocks []block) *block {
	var best *block
	high := 0
	for i := range blocks {
		b := &blocks[i]
		if b.ours {
			continue
		}
		score := 10
		switch {
		case b.name != "" && r.from.Signature.Value != "" && alike(b.name, r.from.Signature.Value):
			score += 8
		case b.name != "":
			score += 2
		}
		if b.label {
			score += 4
		}
		if b.office {
			score -= 7
		}
		if b.prose {
			score -= 4
		}
		if r.signOff >= 0 && b.first > r.signOff {
			score += 3
		}
		if r.salute >= 0 && b.last < r.salute {
			score += 2
			// Right above the salutation stands who is written to.
			if len(blocks) > 1 && b.last >= r.salute-2 && r.lines[b.first].Box[0] < 9000 {
				score -= 2
			}
		}
		if len(b.lines) > 1 {
			score += 2
		}
		score -= b.postcode.Slips
		if score > high {
			best, high = b, score
		}
	}
	if high < 7 {
		return nil
	}
	return best
}

// take notes a block as the sender's.
func (r *reading) take(b block) {
	sure := 0.93
	if b.postcode.Slips > 0 {
		sure = 0.7 - 0.15*float64(b.postcode.Slips-1)
	}
	if b.office || b.prose {
		sure -= 0.2
	}
	r.from.Postcode = r.field(b.postcode.Value, b.codeStart, b.codeEnd, sure)
	lines := slices.Clone(b.lines)
	last := len(lines) - 1
	runes := []rune(r.text.String)
	lines[last] = strings.Replace(lines[last], string(runes[b.codeStart:b.codeEnd]), b.postcode.Value, 1)
	if b.country != "" {
		lines = append(lines, strings.Trim(b.country, " ,.;"))
	}
	r.from.Lines = lines
	r.from.Address = r.field(strings.Join(lines, ", "), b.address, b.end, sure-0.03)
	if b.name != "" {
		r.from.Name = r.field(b.name, b.nameStart, b.nameEnd, 0.85)
	}
}

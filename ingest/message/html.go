package message

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// maxOpen is how many open elements are remembered; deeper ones are read but
// leave no trace, so that nesting costs no more than its length.
const maxOpen = 512

// htmlText returns the text of an HTML body as people see it. hidden is the text
// with its hidden parts, wanted only if nothing else is there.
func htmlText(src string) (text, hidden string) {
	text = renderHTML(src, false)
	if strings.TrimSpace(text) == "" {
		hidden = renderHTML(src, true)
	}
	return text, hidden
}

// element is one open element.
type element struct {
	tag   atom.Atom
	block bool
	gone  bool // display:none and the like: nothing inside is seen
	small bool // font-size:0, which an element inside may undo
	pre   bool
	quote bool
	signs bool // a signature
	list  atom.Atom
	item  int // last number of an ordered list
}

// renderer writes text with the block structure of HTML.
type renderer struct {
	out      strings.Builder
	open     []element
	overflow int // open elements beyond maxOpen
	showAll  bool

	quotes  int
	lastQ   int  // quotes of the line written last
	breaks  int  // line ends owed before the next text
	margin  bool // at least one blank line is owed
	space   bool // a blank is owed before the next text
	started bool // something was written
	midLine bool // the line has text
	marked  bool // the text is the mark of a list item only
	signs   bool // a signature begins with the next text: "--" is owed above it
}

func renderHTML(src string, showAll bool) string {
	r := &renderer{showAll: showAll}
	z := html.NewTokenizer(strings.NewReader(src))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return trimLines(r.out.String())
		case html.TextToken:
			r.text(z.Text())
		case html.StartTagToken:
			r.start(z, false)
		case html.SelfClosingTagToken:
			r.start(z, true)
		case html.EndTagToken:
			name, _ := z.TagName()
			r.end(atom.Lookup(name))
		}
	}
}

// top returns the innermost remembered element.
func (r *renderer) top() element {
	if len(r.open) == 0 {
		return element{}
	}
	return r.open[len(r.open)-1]
}

// visible reports whether text here is seen.
func (r *renderer) visible() bool {
	t := r.top()
	switch t.tag {
	case atom.Script, atom.Style, atom.Title, atom.Head, atom.Template:
		return false
	}
	return r.showAll || !t.gone && !t.small
}

func (r *renderer) start(z *html.Tokenizer, selfClosing bool) {
	name, more := z.TagName()
	tag := atom.Lookup(name)
	a := readAttrs(z, more)
	switch tag {
	case atom.Br:
		r.lineBreak()
		return
	case atom.Hr:
		r.block(1)
		if r.visible() {
			r.write(strings.Repeat("_", 32))
		}
		r.block(1)
		return
	case atom.Img:
		if r.visible() && a.alt != "" && utf8.RuneCountInString(a.alt) <= 2 && a.alt[0] >= 0x80 {
			r.write(a.alt) // an emoji
		}
		return
	case atom.Meta, atom.Link, atom.Base, atom.Input, atom.Col, atom.Wbr, atom.Area, atom.Source, atom.Embed, atom.Param:
		return
	case atom.Body:
		r.closeTo(atom.Head)
	}
	if selfClosing && tag == 0 {
		return
	}
	r.implied(tag)
	r.push(tag, a)
}

// push opens an element.
func (r *renderer) push(tag atom.Atom, a attrs) {
	parent := r.top()
	e := element{
		tag: tag, block: isBlock(tag), pre: parent.pre || tag == atom.Pre || tag == atom.Textarea,
		gone:  parent.gone || a.gone || tag == atom.Head || tag == atom.Script || tag == atom.Style || tag == atom.Template,
		small: parent.small && !a.sized || a.small,
	}
	if len(r.open) >= maxOpen {
		r.overflow++
		if e.block {
			r.block(1)
		}
		return
	}
	r.blockStart(tag, a)
	e.signs = a.signs && e.block && !e.gone
	r.signs = r.signs || e.signs
	switch tag {
	case atom.Blockquote:
		// QUIRK: what people indent in a browser is a blockquote too.
		if e.quote = !a.plain || a.cited; e.quote {
			r.quotes++
		}
	case atom.Ol, atom.Ul:
		e.list, e.item = tag, a.number(a.start)
	case atom.Li:
		r.open = append(r.open, e)
		r.listItem(a)
		return
	}
	r.open = append(r.open, e)
}

// blockStart owes the line ends before an element.
func (r *renderer) blockStart(tag atom.Atom, a attrs) {
	switch tag {
	case atom.P:
		if a.tight {
			r.block(1)
		} else {
			r.block(2)
		}
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Blockquote, atom.Pre, atom.Dl:
		r.block(2)
	case atom.Td, atom.Th:
		if r.midLine {
			r.space = true
		}
	case atom.Ul, atom.Ol:
		r.block(1)
	default:
		if isBlock(tag) {
			r.block(1)
		}
	}
}

// listItem writes the mark of a list item.
func (r *renderer) listItem(a attrs) {
	if !r.visible() {
		return
	}
	if r.marked {
		r.marked = false
		r.block(1)
	}
	depth, mark := 0, "- "
	found := false
	for i := len(r.open) - 1; i >= 0; i-- {
		if r.open[i].list == 0 {
			continue
		}
		if depth++; !found {
			found = true
			if r.open[i].list == atom.Ol {
				if a.value != "" {
					r.open[i].item = a.number(a.value)
				}
				r.open[i].item++
				mark = strconv.Itoa(r.open[i].item) + ". "
			}
		}
	}
	r.write(strings.Repeat("  ", min(max(depth-1, 0), 8)) + mark)
	r.space, r.marked = false, true
}

// implied closes elements whose end tag HTML lets people leave out.
func (r *renderer) implied(tag atom.Atom) {
	switch tag {
	case atom.Li:
		r.closeWithin(atom.Li, atom.Ul, atom.Ol)
	case atom.Td, atom.Th:
		r.closeWithin(atom.Td, atom.Tr, atom.Table)
		r.closeWithin(atom.Th, atom.Tr, atom.Table)
	case atom.Tr:
		r.closeWithin(atom.Tr, atom.Table, atom.Tbody)
	case atom.Dt, atom.Dd:
		r.closeWithin(atom.Dt, atom.Dl, atom.Dl)
		r.closeWithin(atom.Dd, atom.Dl, atom.Dl)
	}
	if isBlock(tag) && r.top().tag == atom.P {
		r.end(atom.P)
	}
}

// closeWithin closes the innermost tag unless one of the stops is nearer.
func (r *renderer) closeWithin(tag, stop1, stop2 atom.Atom) {
	for i := len(r.open) - 1; i >= 0 && i >= len(r.open)-16; i-- {
		switch r.open[i].tag {
		case tag:
			r.cut(i)
			return
		case stop1, stop2:
			return
		}
	}
}

// closeTo closes tag if it is open.
func (r *renderer) closeTo(tag atom.Atom) {
	for i := range r.open {
		if r.open[i].tag == tag {
			r.cut(i)
			return
		}
	}
}

func (r *renderer) end(tag atom.Atom) {
	if r.overflow > 0 {
		r.overflow--
		if isBlock(tag) {
			r.block(1)
		}
		return
	}
	if tag == atom.P && r.top().tag != atom.P {
		r.block(1)
	}
	for i := len(r.open) - 1; i >= 0 && i >= len(r.open)-64; i-- {
		if r.open[i].tag == tag {
			r.cut(i)
			return
		}
		// An end tag of a part of the text never closes a cell or a quotation.
		if !isBlock(tag) && r.open[i].block && tag != 0 {
			return
		}
	}
}

// cut closes the elements from i on.
func (r *renderer) cut(i int) {
	for j := len(r.open) - 1; j >= i; j-- {
		e := r.open[j]
		r.marked = r.marked && e.tag != atom.Li
		switch {
		case e.quote || e.tag == atom.Pre:
			r.block(2)
		case e.tag == atom.Td || e.tag == atom.Th:
			r.space = r.midLine
		case e.block:
			r.block(1)
		}
		if e.tag >= atom.H1 && isHeading(e.tag) {
			r.block(2)
		}
		if e.quote {
			r.quotes--
		}
		if e.signs {
			r.signs = false // it had no text
		}
	}
	r.open = r.open[:i]
}

func isHeading(t atom.Atom) bool {
	switch t {
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return true
	}
	return false
}

func isBlock(t atom.Atom) bool {
	switch t {
	case atom.P, atom.Div, atom.Table, atom.Tr, atom.Td, atom.Th, atom.Tbody, atom.Thead, atom.Tfoot, atom.Ul, atom.Ol,
		atom.Li, atom.Blockquote, atom.Pre, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6, atom.Body, atom.Html,
		atom.Section, atom.Article, atom.Header, atom.Footer, atom.Nav, atom.Aside, atom.Main, atom.Address, atom.Form,
		atom.Fieldset, atom.Dl, atom.Dt, atom.Dd, atom.Center, atom.Caption, atom.Figure, atom.Figcaption, atom.Option:
		return true
	}
	return false
}

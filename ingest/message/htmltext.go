package message

import (
	"bytes"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// block ends the current line and, with 2, owes a blank one.
func (r *renderer) block(n int) {
	if r.marked { // the words of the item stand beside its mark
		return
	}
	r.space = false
	if r.midLine {
		r.midLine = false
		r.breaks++
	}
	r.margin = r.margin || n > 1
}

// lineBreak is a <br>: after text it ends the line, alone it is a blank line.
func (r *renderer) lineBreak() {
	r.space = false
	if r.visible() {
		r.midLine, r.marked = false, false
		r.breaks++
	}
}

// text writes text with its blanks collapsed.
func (r *renderer) text(b []byte) {
	if !r.visible() {
		return
	}
	s := string(b)
	if !isASCII(b) || bytes.IndexByte(b, 0) >= 0 {
		s = invisible.Replace(s)
	}
	if r.top().pre {
		r.preformatted(s)
		return
	}
	for s != "" {
		i := 0
		for i < len(s) && isHTMLSpace(s[i]) {
			i++
		}
		if i > 0 {
			r.space = r.midLine
			s = s[i:]
			continue
		}
		for i < len(s) && !isHTMLSpace(s[i]) {
			i++
		}
		r.write(s[:i])
		s = s[i:]
	}
}

func (r *renderer) preformatted(s string) {
	for i, line := range strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n") {
		if i > 0 {
			r.lineBreak()
		}
		if line != "" {
			r.write(line)
		}
	}
}

func isHTMLSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f'
}

// write adds text that has no line end, after what is owed.
func (r *renderer) write(s string) {
	if r.signs {
		r.signs = false
		if !strings.HasPrefix(s, "--") && !strings.HasSuffix(r.out.String(), "\n--") {
			r.write("--")
			r.block(1)
		}
	}
	if !r.midLine {
		r.newLine()
	} else if r.space {
		r.out.WriteByte(' ')
	}
	r.space, r.started, r.midLine, r.marked = false, true, true, false
	if strings.Contains(s, hardBlank) {
		s = strings.ReplaceAll(s, hardBlank, " ")
	}
	r.out.WriteString(s)
}

// newLine pays the line ends and marks the line as quoted.
func (r *renderer) newLine() {
	n := min(r.breaks, 3)
	if r.margin {
		n = max(n, 2)
	}
	if !r.started {
		n = 0
	}
	blank := strings.Repeat(">", min(r.quotes, r.lastQ, 20))
	for i := range n {
		r.out.WriteByte('\n')
		if i < n-1 {
			r.out.WriteString(blank)
		}
	}
	r.out.WriteString(strings.Repeat("> ", min(r.quotes, 20)))
	r.breaks, r.margin, r.lastQ = 0, false, r.quotes
}

// hardBlank is the blank that never vanishes.
const hardBlank = "\u00a0"

// trimLines drops the blanks at the ends of lines.
func trimLines(s string) string {
	for strings.Contains(s, " \n") {
		lines := strings.Split(s, "\n")
		for i, l := range lines {
			lines[i] = strings.TrimRight(l, " ")
		}
		s = strings.Join(lines, "\n")
	}
	return strings.Trim(s, " \n")
}

// invisible drops the fillers of preview texts.
var invisible = strings.NewReplacer("\u200b", "", "\u200c", "", "\ufeff", "", "\u034f", "",
	"\u00ad", "", "\u2060", "", "\x00", "")

// attrs is what matters of the attributes of an element.
type attrs struct {
	gone  bool // not shown
	small bool // font-size:0
	sized bool // has a font size of its own
	tight bool // a paragraph without margin
	signs bool // named a signature by the mail program
	cited bool // type=cite
	plain bool // without a border: a quotation that is only indented
	alt   string
	start string // of an ordered list
	value string // of an item in one
}

// number returns what the list had counted before the number s, 0 if s is none.
func (a attrs) number(s string) int {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < 1 || n > 1_000_000 {
		return 0
	}
	return n - 1
}

func readAttrs(z *html.Tokenizer, more bool) attrs {
	var a attrs
	for more {
		var key, val []byte
		key, val, more = z.TagAttr()
		switch string(key) {
		case "style":
			a.style(string(val))
		case "hidden":
			a.gone = true
		case "id", "name":
			a.signs = a.signs || isSignature(string(val))
		case "class":
			a.signs = a.signs || isSignature(string(val))
			a.tight = a.tight || strings.Contains(string(val), "MsoNormal") || strings.Contains(string(val), "MsoPlainText")
		case "type":
			a.cited = a.cited || string(val) == "cite"
		case "alt":
			a.alt = string(val)
		case "start":
			a.start = string(val)
		case "value":
			a.value = string(val)
		}
	}
	return a
}

// isSignature reports whether an element is named as mail programs name the block of
// a signature: gmail_signature, ms-outlook-mobile-signature, Signature and the like.
// Only the name of the line above it is another's.
func isSignature(name string) bool {
	i := strings.Index(name, "ignature")
	return i > 0 && (name[i-1] == 's' || name[i-1] == 'S') && !strings.Contains(name, "prefix")
}

// style reads the few declarations that hide text.
func (a *attrs) style(s string) {
	if len(s) > 10_000 {
		s = s[:10_000]
	}
	for decl := range strings.SplitSeq(strings.ToLower(s), ";") {
		name, val, _ := strings.Cut(decl, ":")
		name = strings.TrimSpace(name)
		val = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(val), "!important"))
		switch name {
		case "display":
			a.gone = a.gone || val == "none"
		case "opacity", "max-height":
			a.gone = a.gone || isZeroSize(val)
		case "visibility":
			a.gone = a.gone || val == "hidden" || val == "collapse"
		case "mso-hide":
			a.gone = a.gone || val == "all"
		case "font-size":
			a.small = isZeroSize(val)
			a.sized = !a.small
		case "border":
			a.plain = strings.HasPrefix(val, "none")
		case "border-left", "border-left-style":
			a.plain = a.plain && !strings.Contains(val, "solid") // Outlook draws the quotations of others so
		case "margin", "margin-bottom", "margin-top":
			a.tight = a.tight || isZeroSize(val)
		}
	}
}

// isZeroSize reports whether a CSS length is nothing.
func isZeroSize(v string) bool {
	v = strings.TrimRight(v, "abcdefghijklmnopqrstuvwxyz% ")
	return v != "" && strings.Trim(v, "0.") == "" && strings.Contains(v, "0")
}

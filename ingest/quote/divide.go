package quote

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits that keep the work linear. Lines past maxLines are not looked at and go
// with the line before them.
const (
	maxLines = 200_000
	maxLook  = 1000 // bytes of a line that are looked at
)

type kind uint8

const (
	kindNew kind = iota
	kindQuote
	kindSignature
	kindRule // a bare rule between two parts, which belongs to none
)

// span is one line of the text, without its line end.
type span struct{ start, end int }

// division is a text with the kind of each line.
type division struct {
	text   string
	lines  []span
	looks  []string // of each line: see look
	kinds  []kind
	other  string // the mark of quoted lines beside ">", "" if there is none
	quoted bool   // something is history
}

// divide tells the kind of every line.
func divide(text string) *division {
	d := &division{text: text}
	d.split()
	d.kinds, d.looks = make([]kind, len(d.lines)), make([]string, len(d.lines))
	for i := range d.lines {
		d.looks[i] = look(d.line(i))
	}
	d.history()
	d.signatures()
	if !d.quoted && d.empty() {
		for i := range d.kinds {
			d.kinds[i] = kindNew
		}
	}
	return d
}

func (d *division) split() {
	d.lines = make([]span, 0, min(maxLines, strings.Count(d.text, "\n")+1))
	start := 0
	for len(d.lines) < maxLines-1 {
		i := strings.IndexByte(d.text[start:], '\n')
		if i < 0 {
			break
		}
		d.lines = append(d.lines, span{start, start + i})
		start += i + 1
	}
	d.lines = append(d.lines, span{start, len(d.text)})
}

// empty reports whether no line of new text is left.
func (d *division) empty() bool {
	for i := range d.lines {
		if d.kinds[i] == kindNew && !d.blank(i) {
			return false
		}
	}
	return true
}

func (d *division) line(i int) string { return d.text[d.lines[i].start:d.lines[i].end] }

// look is the beginning of line i without white space around it.
func (d *division) look(i int) string { return d.looks[i] }

func look(s string) string {
	if len(s) > maxLook {
		s = s[:maxLook]
		for len(s) > 0 && !utf8.RuneStart(s[len(s)-1]) {
			s = s[:len(s)-1]
		}
	}
	return trim(s)
}

func trim(s string) string {
	if bare(s) {
		return s
	}
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || invisible(r) })
}

// bare reports whether a text begins and ends with a letter or a digit, so that
// nothing need be trimmed: most lines do.
func bare(s string) bool { return s != "" && plain(s[0]) && plain(s[len(s)-1]) }

func plain(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// strip takes the signs of a set off both ends of a text; none is a letter or a digit.
func strip(s, signs string) string {
	if bare(s) {
		return s
	}
	return strings.Trim(s, signs)
}

// invisible are the marks that programs put around addresses and lines.
func invisible(r rune) bool {
	return r == '\u200b' || r == '\u200e' || r == '\u200f' || r == '\ufeff' ||
		r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}

func (d *division) blank(i int) bool { return d.look(i) == "" }

// marked reports whether a line is quoted with ">", or with the other mark that was
// found below an attribution. Faces such as ">:(" are not.
func (d *division) marked(i int) bool {
	s := d.look(i)
	if !strings.HasPrefix(s, ">") {
		return d.other != "" && strings.HasPrefix(s, d.other)
	}
	if len(s) < 3 || s[1] != ':' && s[1] != ';' && s[1] != '_' && s[1] != '.' {
		return true
	}
	return !strings.ContainsRune("()[]|/<DOPp-", rune(s[2])) || len(s) > 3 && s[3] != ' '
}

// next is the first line from i on that is not blank, len(lines) if there is none.
// It looks no further than the limit, so that many blank lines cost nothing.
func (d *division) next(i int) int {
	for end := min(len(d.lines), i+50); i < end; i++ {
		if !d.blank(i) {
			return i
		}
	}
	return i
}

// mark gives the lines from i to before j a kind.
func (d *division) mark(i, j int, k kind) {
	for ; i < j; i++ {
		d.kinds[i] = k
	}
	d.quoted = d.quoted || k == kindQuote
}

// history finds what is quoted.
func (d *division) history() {
	for i := 0; i < len(d.lines); {
		if d.blank(i) {
			i++
			continue
		}
		if d.marked(i) {
			start := i
			if i = d.markedRun(i); i == start+1 || d.blank(start+1) { // QUIRK: Gnus marks its attribution
				if next := d.next(i); next < len(d.lines) && endsInVerb(d.look(start)) {
					d.other = otherMark(d.look(next))
				}
			}
			continue
		}
		end, closes := d.introduction(i)
		if end == 0 {
			i++
			continue
		}
		d.sweep(i)
		next := d.next(end)
		if next < len(d.lines) && !d.marked(next) {
			d.other = otherMark(d.look(next))
		}
		if next < len(d.lines) && d.marked(next) {
			d.mark(i, next, kindQuote)
			i = next
			continue
		}
		if !closes {
			i = end
			continue
		}
		d.mark(i, len(d.lines), kindQuote)
		return
	}
}

// introduction reports whether history begins at line i: the line behind the
// introduction, 0 if there is none, and whether all that follows is history even
// where it is not marked with ">".
func (d *division) introduction(i int) (end int, closes bool) {
	if d.separator(i) {
		return i + 1, true
	}
	if end := d.header(i); end > 0 {
		return end, true
	}
	return d.attribution(i)
}

// sweep takes the bare rules just above line i out of the new text.
func (d *division) sweep(i int) {
	for n := 0; i > 0 && n < 6; n++ {
		i--
		if d.kinds[i] != kindNew {
			return
		}
		if d.blank(i) {
			continue
		}
		if !isRule(d.look(i)) {
			return
		}
		d.kinds[i] = kindRule
	}
}

// isRule reports whether a line is drawn of hyphens, underscores and the like.
func isRule(s string) bool {
	return !bare(s) && utf8.RuneCountInString(s) >= 2 && strings.Trim(s, strokes) == ""
}

// strokes are the signs that rules are drawn of, the corners of tables included.
const strokes = "-_=*~#—–─‐‑‒―━|>+ "

// markedRun marks the quoted lines from i on, with the tails of lines that were
// wrapped on the way, and returns the line behind them.
func (d *division) markedRun(i int) int {
	start := i
	d.sweep(i)
	if s := d.look(i); strings.HasPrefix(s, ">>>") && len(s) > 8 && strings.HasSuffix(s, ">>>") { // GroupWise
		d.mark(i, len(d.lines), kindQuote)
		return len(d.lines)
	}
	for i < len(d.lines) {
		switch {
		case d.marked(i):
			i++
		case d.wrapped(i):
			i++
		case d.blank(i) && d.next(i) < len(d.lines) && d.marked(d.next(i)):
			i = d.next(i)
		default:
			// QUIRK: Seznam and Centrum draw a rule, mark the header and not the text below it.
			if end := d.header(start); end > 0 && end >= i-1 && d.ruleAbove(start) {
				i = len(d.lines)
			}
			d.mark(start, i, kindQuote)
			return i
		}
	}
	d.mark(start, i, kindQuote)
	return i
}

// wrapped reports whether line i is the end of the quoted line above it.
//
// QUIRK: Gmail and relays wrap a long quoted line and lose the mark of its second
// half (testdata/forms.txt).
func (d *division) wrapped(i int) bool {
	if i == 0 || !d.marked(i-1) || d.blank(i) {
		return false
	}
	above, s := d.look(i-1), d.look(i)
	if len(above) < 60 || len(s) > len(above) {
		return false
	}
	first, _ := utf8.DecodeRuneInString(s)
	last, _ := utf8.DecodeLastRuneInString(above)
	if !unicode.IsLower(first) || last == '?' {
		return false
	}
	nextMarked := i+1 < len(d.lines) && d.marked(i+1)
	return nextMarked || !strings.ContainsRune(".!:…", last)
}

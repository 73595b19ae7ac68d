// Package layout holds the words of a page with their places, and joins them to a
// text from which every stretch leads back to its place on the paper.
package layout

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Box is a place on a page: x, y, width and height in hundredths of a millimetre
// from the upper left corner of the page as it is shown: turned upright and
// straightened.
type Box [4]int

// Word is one word of a page.
type Word struct {
	Text       string  `json:"text"`
	Confidence float64 `json:"confidence"` // 0 to 1; 1 for a text layer
	Box        Box     `json:"box"`
	Block      int     `json:"block"`     // of text on the page, from 0, in reading order
	Paragraph  int     `json:"paragraph"` // within the block, from 0
	Line       int     `json:"line"`      // within the paragraph, from 0
}

// Union is the smallest box around both; an empty box counts as nothing.
func (b Box) Union(o Box) Box {
	switch {
	case b[2] == 0 && b[3] == 0:
		return o
	case o[2] == 0 && o[3] == 0:
		return b
	}
	x, y := min(b[0], o[0]), min(b[1], o[1])
	return Box{x, y, max(b[0]+b[2], o[0]+o[2]) - x, max(b[1]+b[3], o[1]+o[3]) - y}
}

// Text is the text of several pages. Lines end in "\n", paragraphs and pages in an
// empty line.
type Text struct {
	String string
	spans  []span
}

// span is where a word stands in the text, in runes.
type span struct {
	start, end int
	page       int
	word       Word
}

// Join joins the words of pages, which must be in reading order, to one text.
func Join(pages map[int][]Word, numbers []int) Text {
	var b strings.Builder
	var t Text
	runes := 0
	write := func(s string) {
		b.WriteString(s)
		runes += utf8.RuneCountInString(s)
	}
	for _, n := range numbers {
		var last *Word
		for i := range pages[n] {
			w := &pages[n][i]
			switch {
			case last == nil && runes > 0, last != nil && (w.Block != last.Block || w.Paragraph != last.Paragraph):
				write("\n\n")
			case last != nil && w.Line != last.Line:
				write("\n")
			case last != nil:
				write(" ")
			}
			start := runes
			write(w.Text)
			t.spans = append(t.spans, span{start, runes, n, *w})
			last = w
		}
	}
	t.String = b.String()
	return t
}

// Place gives the page and the box of the runes from start to end. What spreads
// over several pages is placed on its first. page is 0 when no word is there.
func (t Text) Place(start, end int) (page int, box Box) {
	for _, s := range t.spans {
		if s.end <= start || s.start >= end || page != 0 && s.page != page {
			continue
		}
		page, box = s.page, box.Union(s.word.Box)
	}
	return page, box
}

// Confidence is the mean confidence of the words between two runes, weighted by
// their length; 0 without words.
func (t Text) Confidence(start, end int) float64 {
	sum, n := 0.0, 0
	for _, s := range t.spans {
		if s.end > start && s.start < end {
			sum += s.word.Confidence * float64(s.end-s.start)
			n += s.end - s.start
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

// Line is a piece of a line of a Text whose words stand close together: where two
// columns share a line, each has its own.
type Line struct {
	Page       int
	Start, End int // in runes of the text
	Text       string
	Box        Box
	Confidence float64 // of its words, weighted by their length
}

// Lines gives the lines of a text, from top to bottom of each page.
func (t Text) Lines() []Line {
	var lines []Line
	runes := []rune(t.String)
	for i, s := range t.spans {
		if n := len(lines); n > 0 && i > 0 {
			l, before := &lines[n-1], t.spans[i-1]
			gap := s.word.Box[0] - before.word.Box[0] - before.word.Box[2]
			if l.Page == s.page && before.end+1 == s.start && runes[before.end] == ' ' && gap < columnGap {
				l.End, l.Box = s.end, l.Box.Union(s.word.Box)
				continue
			}
		}
		lines = append(lines, Line{Page: s.page, Start: s.start, End: s.end, Box: s.word.Box})
	}
	for i := range lines {
		l := &lines[i]
		l.Text = string(runes[l.Start:l.End])
		l.Confidence = t.Confidence(l.Start, l.End)
	}
	slices.SortStableFunc(lines, func(a, b Line) int {
		if a.Page != b.Page {
			return a.Page - b.Page
		}
		return a.Box[1] + a.Box[3]/2 - b.Box[1] - b.Box[3]/2
	})
	return lines
}

// columnGap is the space between words that stand in different columns: 15 mm.
const columnGap = 1500

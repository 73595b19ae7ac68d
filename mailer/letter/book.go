package letter

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"strings"
	"time"

	"github.com/go-pdf/fpdf"

	"ask4.com/skarga/complaint"
)

// Item is one thing in a book of documents: what is known of it, its text, and its
// pages as pictures or as a PDF of their own.
type Item struct {
	At       string // when, as the index shows it
	Title    string
	Facts    [][2]string // name and value, a line each
	Text     string      // with its line ends
	Pictures []image.Image
	PDF      []byte // follows the item; nil for none
	Files    []string
}

// Front is what stands before the items: what the book is, tables, and the index.
type Front struct {
	Title  string
	Lines  []string // below the title
	Tables []Table
	Date   time.Time // in the zone in which it is shown
}

// Table is a table of the front. Widths are shares of the line; they and the head have
// as many entries as each row.
type Table struct {
	Title  string
	Head   []string // empty: the first column holds names
	Widths []float64
	Rows   [][]string
}

// maxText is how many letters of one text are drawn; the whole of it lies beside the
// book.
const maxText = 100_000

// DrawFront draws the front with the index: pages are where the items begin. The number
// of its own pages does not depend on them.
func DrawFront(f Front, items []Item, pages []int) (pdf []byte, count int, err error) {
	d := newDrawing(f.Title, complaint.English, f.Date)
	d.AddPage()
	d.font("B", 18)
	d.MultiCell(0, 9, text(f.Title), "", "L", false)
	d.Ln(2)
	d.font("", 10.5)
	for _, l := range f.Lines {
		d.MultiCell(0, 5.4, text(l), "", "L", false)
	}
	for _, t := range f.Tables {
		d.table(t)
	}
	index := Table{Title: "Index", Head: []string{"No.", "When", "What", "Page"}, Widths: []float64{.07, .25, .59, .09}}
	for i, it := range items {
		index.Rows = append(index.Rows, []string{fmt.Sprint(i + 1), it.At, it.Title, fmt.Sprint(pages[i])})
	}
	d.table(index)
	count = d.PageNo()
	pdf, err = d.bytes()
	return pdf, count, err
}

// DrawItems draws items one after the other, each on a page of its own, numbered from a
// number on; starts says on which page of the drawing each begins, from 1.
func DrawItems(title string, date time.Time, number int, items []Item) (pdf []byte, starts []int, count int, err error) {
	d := newDrawing(title, complaint.English, date)
	for i, it := range items {
		d.AddPage()
		starts = append(starts, d.PageNo())
		d.item(number+i, it)
	}
	count = d.PageNo()
	pdf, err = d.bytes()
	return pdf, starts, count, err
}

func (d *drawing) item(number int, it Item) {
	d.font("B", 14)
	d.MultiCell(0, 7, fmt.Sprintf("%d. %s", number, text(it.Title)), "", "L", false)
	d.Ln(1)
	facts := it.Facts
	if len(it.Files) > 0 {
		facts = append(facts[:len(facts):len(facts)], [2]string{"Files beside this", strings.Join(it.Files, ", ")})
	}
	for _, f := range facts {
		if f[1] == "" {
			continue
		}
		d.font("B", 9.5)
		d.CellFormat(36, 5, text(f[0]), "", 0, "L", false, 0, "")
		d.font("", 9.5)
		d.SetLeftMargin(margin + 36)
		d.MultiCell(0, 5, drawable(text(f[1])), "", "L", false)
		d.SetLeftMargin(margin)
		d.SetX(margin)
	}
	d.rule()
	d.font("", 10.5)
	for _, line := range lines(it.Text) {
		if line == "" {
			d.Ln(3)
			continue
		}
		d.MultiCell(0, 5.2, line, "", "L", false)
	}
	for i, p := range it.Pictures {
		d.picture(fmt.Sprintf("%d-%d", number, i), p)
	}
}

// lines are the lines of a text as they can be drawn.
func lines(s string) (all []string) {
	if r := []rune(s); len(r) > maxText {
		s = string(r[:maxText]) + "\n\n[The rest of this text is in the file beside this.]"
	}
	for line := range strings.SplitSeq(strings.TrimSpace(strings.ReplaceAll(s, "\r\n", "\n")), "\n") {
		all = append(all, drawable(text(line)))
	}
	return all
}

// drawable replaces what the typeface cannot draw.
func drawable(s string) string {
	return strings.Map(func(r rune) rune {
		if r > 0xffff {
			return '□'
		}
		return r
	}, s)
}

// picture draws a scanned page on a page of its own, as large as it fits.
func (d *drawing) picture(name string, p image.Image) {
	d.AddPage()
	if p == nil {
		d.font("", 10.5)
		d.MultiCell(0, 5.4, "This page of the letter cannot be shown.", "", "L", false)
		return
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, p, &jpeg.Options{Quality: 75}); err != nil {
		d.SetError(fmt.Errorf("letter: picture: %w", err))
		return
	}
	d.RegisterImageOptionsReader(name, fpdf.ImageOptions{ImageType: "JPEG"}, &b)
	const top, side = 16.0, 10.0
	width, height := pageWidth-2*side, pageHeight-2*top
	if ratio := float64(p.Bounds().Dx()) / float64(p.Bounds().Dy()); width/height > ratio {
		width = height * ratio
	} else {
		height = width / ratio
	}
	d.ImageOptions(name, (pageWidth-width)/2, top, width, height, false, fpdf.ImageOptions{ImageType: "JPEG"}, 0, "")
}

// table draws a table; a row that does not fit on the page begins the next one.
func (d *drawing) table(t Table) {
	if len(t.Rows) == 0 {
		return
	}
	const line = 4.6
	d.Ln(5)
	if d.GetY() > pageHeight-bodyBottom-25 {
		d.AddPage()
	}
	if t.Title != "" {
		d.font("B", 12)
		d.MultiCell(0, 7, text(t.Title), "", "L", false)
	}
	row := func(bold bool, cells []string) {
		var split [][]string
		most := 1
		for i, c := range cells {
			d.font(map[bool]string{true: "B"}[bold || i == 0 && len(t.Head) == 0], 9)
			parts := d.SplitText(drawable(text(c)), t.Widths[i]*(pageWidth-2*margin)-2)
			most = max(most, len(parts))
			split = append(split, parts)
		}
		if d.GetY()+float64(most)*line > pageHeight-bodyBottom {
			d.AddPage()
		}
		x, y := margin, d.GetY()
		for i, parts := range split {
			d.font(map[bool]string{true: "B"}[bold || i == 0 && len(t.Head) == 0], 9)
			for n, p := range parts {
				d.SetXY(x, y+float64(n)*line)
				d.CellFormat(t.Widths[i]*(pageWidth-2*margin), line, p, "", 0, "L", false, 0, "")
			}
			x += t.Widths[i] * (pageWidth - 2*margin)
		}
		y += float64(most)*line + 0.8
		d.SetDrawColor(200, 200, 200)
		d.Line(margin, y, pageWidth-margin, y)
		d.SetXY(margin, y+0.8)
	}
	if len(t.Head) > 0 {
		row(true, t.Head)
	}
	for _, r := range t.Rows {
		row(false, r)
	}
}

package letter

import (
	"fmt"
	"time"

	"ask4.com/skarga/complaint"
)

// Sheet is what is printed on a sheet that a mailroom lays between letters: a large
// code for the machine and words for people, in both languages.
type Sheet struct {
	Code    string // text of the QR code
	English Words
	Polish  Words
}

// Words are what a person reads on a sheet.
type Words struct {
	Title string
	Lines []string // facts, a line each
	Help  string   // what to do with the sheet
}

// DrawSheets makes a PDF with one page a sheet.
func DrawSheets(title string, date time.Time, sheets []Sheet) ([]byte, error) {
	d := newDrawing(title, complaint.English, date)
	d.SetAutoPageBreak(false, 0)
	for _, s := range sheets {
		d.AddPage()
		const code = 105
		d.qr(s.Code, (pageWidth-code)/2, 18, code)
		d.SetXY(margin, 128)
		for i, w := range []Words{s.English, s.Polish} {
			if i > 0 {
				d.rule()
			}
			d.font("B", 24)
			d.MultiCell(0, 11, w.Title, "", "C", false)
			d.font("", 15)
			for _, line := range w.Lines {
				d.MultiCell(0, 8, text(line), "", "C", false)
			}
			d.font("", 11)
			d.MultiCell(0, 6, w.Help, "", "C", false)
		}
	}
	return d.bytes()
}

// Cover is the first page of a print run.
type Cover struct {
	Firm    string
	Batch   string
	Printed time.Time // in the zone in which it is shown
	Reprint int       // how often this batch was printed before; 0 for the first time
	Braille int       // how many letters are to be put into Braille by hand
	CutOff  string    // until when the post is taken today, in words
	Rows    []CoverRow
}

// CoverRow is one letter of the run, in its order.
type CoverRow struct {
	Reference complaint.Reference
	Name      string
	Kind      string // what it is, in words
	Due       time.Time
	Pages     int
}

// DrawCover makes the cover of a print run: what is in it, in the order of printing,
// and what is left to do.
func DrawCover(c Cover) ([]byte, error) {
	title := fmt.Sprintf("%s: print run %s", c.Firm, c.Batch)
	d := newDrawing(title, complaint.English, c.Printed)
	d.SetFooterFunc(func() {
		d.SetY(-15)
		d.font("", 9)
		d.CellFormat(0, 5, fmt.Sprintf("%s, %d/{pages}", c.Batch, d.PageNo()), "", 0, "L", false, 0, "")
	})
	d.AddPage()
	d.font("B", 20)
	d.MultiCell(0, 10, text(title), "", "L", false)
	if c.Reprint > 0 {
		d.font("B", 15)
		d.SetTextColor(170, 0, 0)
		d.MultiCell(0, 8, fmt.Sprintf("REPRINT no. %d. These letters were printed before: post each only once.", c.Reprint), "", "L", false)
		d.SetTextColor(0, 0, 0)
	}
	pages := 0
	for _, r := range c.Rows {
		pages += r.Pages
	}
	d.font("", 11)
	d.MultiCell(0, 6, fmt.Sprintf("%s on %s, printed %s. %s", many(len(c.Rows), "letter"), many(pages, "page"), c.Printed.Format("Mon 2 Jan 2006 15:04"), c.CutOff), "", "L", false)
	d.MultiCell(0, 6, "When they are in the post: skarga letters posted "+c.Batch+". Only that keeps the promises.", "", "L", false)
	if c.Braille > 0 {
		d.font("B", 11)
		d.MultiCell(0, 6, fmt.Sprintf("%d of them must be put into Braille before they are posted: posted --except leaves one out until it is.", c.Braille), "", "L", false)
	}
	t := Table{Head: []string{"Reference", "To", "Letter", "Due", "p."}, Widths: []float64{.22, .33, .26, .14, .05}}
	for _, r := range c.Rows {
		due := ""
		if !r.Due.IsZero() {
			due = r.Due.In(c.Printed.Location()).Format("2 Jan 15:04")
		}
		t.Rows = append(t.Rows, []string{string(r.Reference), r.Name, r.Kind, due, fmt.Sprint(r.Pages)})
	}
	d.table(t)
	return d.bytes()
}

// many is a number with its word.
func many(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}

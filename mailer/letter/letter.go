// Package letter draws what leaves on paper: letters to customers, the sheets of a
// mailroom's batches and the cover of a print run, as A4 PDF. It only draws: the
// same input gives the same bytes (DESIGN, Delivery: the bytes sent are the bytes
// stored).
package letter

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
	"github.com/go-pdf/fpdf"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

// Letter is one letter to one person.
type Letter struct {
	Firm      string   // name above the letterhead
	Head      []string // the firm's own address and contacts, a line each
	To        []string // name and postal address, a line each
	Window    Window   // where the envelope shows the address
	Reference complaint.Reference
	Date      time.Time // in the zone in which it is shown
	Subject   string    // one line, drawn as the title
	Parts     []templates.Part
	Large     bool   // 18 pt, for who asked for large print
	SlipCode  string // text of the QR code on the reply slip; empty: no slip
}

// Window says where an envelope has its window.
type Window string

// The windows, which are 90 mm wide. An envelope of the United Kingdom has it 20 mm from
// the left (BS 4264: 35 mm high, 18 mm above the lower edge of a DL, 110 x 220 mm), and so
// has one after DIN 680 (45 mm high, 15 mm above that of a DL or C6/5, 114 x 229 mm, 60 mm
// of a C5). Those most used in Poland have it at the right, 15 or 20 mm from the edge. In a
// C6 a sheet of A4 lies on its side: none of its windows shows an address.
const (
	WindowUK     Window = "uk"
	WindowPoland Window = "pl"
)

// Millimetres of the page. The address stays in the window wherever the sheet, folded to
// 99 mm, or to 148.5 mm for a C5, lies in the envelope: what all of them show is 23 to 91 mm
// from the left, or 120 to 189 mm, and 57 to 81 mm from the top. An address of few lines
// stands in its middle, as far from all edges as it can.
const (
	pageWidth   = 210.0
	pageHeight  = 297.0
	margin      = 22.0
	addressTop  = 57.5
	addressHigh = 23.5
	addressWide = 70.0
	windowUK    = 22.0  // left edge of the address
	windowPL    = 119.0 // the same
	bodyTop     = 101.0 // below the first fold
	bodyBottom  = 22.0  // from the lower edge
)

// Draw makes the PDF. A letter without an address, text or reference, or with signs that
// the typeface does not have, is an error.
func Draw(l Letter) ([]byte, error) {
	switch {
	case len(l.To) < 2:
		return nil, errors.New("letter: the postal address is not complete; it needs a name and an address")
	case len(l.Parts) == 0 || l.Reference == "":
		return nil, errors.New("letter: there is no text or no reference")
	}
	if err := l.drawn(); err != nil {
		return nil, err
	}
	d := newDrawing(l.Subject, l.Parts[0].Lang, l.Date)
	d.letter(l)
	return d.bytes()
}

// drawing is a PDF that is being made.
type drawing struct {
	*fpdf.Fpdf
	size float64 // of the text, in points
}

// family is the typeface: Liberation Sans (SIL Open Font License), which holds the
// letters of all languages that are written in Latin, Greek or Cyrillic.
const family = "liberation"

func newDrawing(title string, lang complaint.Language, date time.Time) *drawing {
	d := &drawing{Fpdf: fpdf.New("P", "mm", "A4", ""), size: 11}
	d.SetCreationDate(date.UTC())
	d.SetModificationDate(date.UTC())
	d.SetCatalogSort(true)
	d.SetProducer("Skarga", true)
	d.SetTitle(title, true)
	d.SetLang(map[complaint.Language]string{complaint.Polish: "pl-PL"}[lang])
	if lang != complaint.Polish {
		d.SetLang("en-GB")
	}
	d.AddUTF8FontFromBytes(family, "", liberationsansregular.TTF)
	d.AddUTF8FontFromBytes(family, "B", liberationsansbold.TTF)
	d.SetMargins(margin, margin, margin)
	d.SetAutoPageBreak(true, bodyBottom)
	d.AliasNbPages("{pages}")
	return d
}

func (d *drawing) bytes() ([]byte, error) {
	var b bytes.Buffer
	if err := d.Output(&b); err != nil {
		return nil, fmt.Errorf("letter: %w", err)
	}
	return b.Bytes(), nil
}

func (d *drawing) letter(l Letter) {
	small := 9.0
	if l.Large {
		d.size, small = 18, 14
	}
	d.SetFooterFunc(func() {
		d.SetXY(margin, -15)
		d.font("", small)
		d.CellFormat(0, 5, string(l.Reference), "", 0, "L", false, 0, "")
		d.SetX(pageWidth - margin - small) // the number of pages is filled in later: nothing can be aligned to it
		d.CellFormat(0, 5, fmt.Sprintf("%d/{pages}", d.PageNo()), "", 0, "L", false, 0, "")
	})
	d.AddPage()
	d.head(l)
	d.address(l)
	d.SetXY(margin, bodyTop)
	d.font("B", d.size+2)
	d.MultiCell(0, d.lineHeight()*1.15, text(l.Subject), "", "L", false)
	d.Ln(d.lineHeight() * 0.6)
	if len(l.Parts) > 1 {
		d.font("", d.size)
		d.MultiCell(0, d.lineHeight(), words["Below"][1], "", "L", false)
		d.Ln(d.lineHeight() * 0.55)
	}
	var slip slip
	if l.SlipCode != "" {
		slip = d.newSlip(l)
	}
	d.flow(d.lines(l.Parts), slip.height)
	if l.SlipCode != "" {
		d.slip(l, slip)
	}
}

// head draws the firm's letterhead. It ends above the window.
func (d *drawing) head(l Letter) {
	d.SetXY(margin, 16)
	d.fitted("B", 17, 80, l.Firm)
	d.CellFormat(80, 8, text(l.Firm), "", 0, "L", false, 0, "")
	size := 9.0
	if l.Large {
		size = 13
	}
	pitch := min(height(size), 23/float64(max(len(l.Head), 1)))
	for i, line := range l.Head {
		d.SetXY(pageWidth-margin-80, 16+float64(i)*pitch)
		d.CellFormat(80, pitch, d.fitted("", size, 79, line), "", 0, "R", false, 0, "")
	}
}

// rule stands between two languages.
func (d *drawing) rule() {
	d.Ln(d.lineHeight())
	d.SetDrawColor(120, 120, 120)
	d.Line(margin, d.GetY(), pageWidth-margin, d.GetY())
	d.Ln(d.lineHeight())
}

// slip is the reply slip at the foot of a letter.
type slip struct {
	size   float64 // of its text, in points
	height float64 // of all of it, in millimetres
}

// The slip's code, and the column of words beside it.
const (
	slipCode  = 32.0
	slipWords = margin + slipCode + 6
)

// newSlip measures the slip, which is the higher the larger the print is and the more
// languages it has.
func (d *drawing) newSlip(l Letter) slip {
	s := slip{size: 9.5}
	if l.Large {
		s.size = 18
	}
	words := height(s.size) // the reference
	d.font("", s.size)
	for _, p := range l.Parts {
		words += 2 + height(s.size)*float64(1+len(d.SplitText(text(word(p.Lang, "SlipText")), pageWidth-margin-slipWords-4)))
	}
	s.height = 6 + max(slipCode, words)
	return s
}

// slip draws the slip at the foot of the last page, or of one of its own.
func (d *drawing) slip(l Letter, s slip) {
	top := pageHeight - bodyBottom - s.height
	if d.GetY() > top-4 {
		d.AddPage()
	}
	d.SetAutoPageBreak(false, 0)
	d.SetDrawColor(120, 120, 120)
	d.SetDashPattern([]float64{1.5, 1.5}, 0)
	d.Line(8, top, pageWidth-8, top)
	d.SetDashPattern(nil, 0)
	d.qr(l.SlipCode, margin, top+5, slipCode)
	d.SetLeftMargin(slipWords)
	d.SetXY(slipWords, top+5)
	d.font("B", s.size)
	d.CellFormat(0, height(s.size), string(l.Reference), "", 1, "L", false, 0, "")
	for _, p := range l.Parts {
		d.Ln(2)
		d.font("B", s.size)
		d.MultiCell(0, height(s.size), word(p.Lang, "Slip"), "", "L", false)
		d.font("", s.size)
		d.MultiCell(0, height(s.size), text(word(p.Lang, "SlipText")), "", "L", false)
	}
	d.SetLeftMargin(margin)
}

func (d *drawing) font(style string, size float64) { d.SetFont(family, style, size) }

// lineHeight is that of the letter's text, in millimetres.
func (d *drawing) lineHeight() float64 { return d.size * 0.3528 * 1.36 }

// height is that of a line of a size in points, in millimetres.
func height(size float64) float64 { return size * 0.3528 * 1.3 }

// words are ours on the paper, in English and Polish.
var words = map[string][2]string{
	"Date":      {"Date", "Data"},
	"Reference": {"Reference", "Numer sprawy"},
	"Below":     {"The English version is below.", "Polska wersja znajduje się poniżej."},
	"Slip":      {"Reply slip", "Odcinek zwrotny"},
	"SlipText": {"If you write to us by post, please put this slip in with your letter. The code tells us which complaint it belongs to.",
		"Jeśli odpowiedzą Państwo pocztą, prosimy dołączyć ten odcinek do listu. Dzięki niemu od razu znajdziemy Państwa sprawę."},
}

func word(lang complaint.Language, key string) string {
	if lang == complaint.Polish {
		return words[key][1]
	}
	return words[key][0]
}

// Package letter draws what leaves on paper: letters to customers, the sheets of a
// mailroom's batches and the cover of a print run, as A4 PDF. It only draws: the
// same input gives the same bytes (DESIGN, Delivery: the bytes sent are the bytes
// stored).
package letter

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

// Letter is one letter to one person.
type Letter struct {
	Firm      string   // name above the letterhead
	Head      []string // the firm's own address and contacts, a line each
	To        []string // name and postal address, a line each; at most 6
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

// The windows. A DL envelope (110 x 220 mm) of the United Kingdom has it at the left
// (BS 4264: 35 x 90 mm, 20 mm from the left and 18 mm from the lower edge), the one
// most used in Poland at the right.
const (
	WindowUK     Window = "uk"
	WindowPoland Window = "pl"
)

// MaxAddressLines is how many lines a window shows.
const MaxAddressLines = 6

// Millimetres of the page. The address stays in the window wherever the sheet,
// folded to 99 mm, lies in the envelope.
const (
	pageWidth   = 210.0
	pageHeight  = 297.0
	margin      = 22.0
	addressTop  = 57.5
	addressLine = 3.9
	windowUK    = 22.0  // left edge of the address
	windowPL    = 113.0 // the same
	bodyTop     = 101.0 // below the first fold
	bodyBottom  = 22.0  // from the lower edge
	slipHeight  = 42.0
)

// Draw makes the PDF. A letter without an address, text or reference is an error.
func Draw(l Letter) ([]byte, error) {
	switch {
	case len(l.To) < 2:
		return nil, errors.New("letter: the postal address is not complete; it needs a name and an address")
	case len(l.To) > MaxAddressLines:
		return nil, fmt.Errorf("letter: the address has %d lines, the window shows %d", len(l.To), MaxAddressLines)
	case len(l.Parts) == 0 || l.Reference == "":
		return nil, errors.New("letter: there is no text or no reference")
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

// family is the typeface: the Go fonts, which hold the letters of all languages that
// are written in Latin, Greek or Cyrillic.
const family = "go"

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
	d.AddUTF8FontFromBytes(family, "", goregular.TTF)
	d.AddUTF8FontFromBytes(family, "B", gobold.TTF)
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
	d.SetFooterFunc(func() {
		d.SetY(-15)
		d.font("", 9)
		d.CellFormat(0, 5, string(l.Reference), "", 0, "L", false, 0, "")
		d.SetX(pageWidth - margin - 8) // the number of pages is filled in later: nothing can be aligned to it
		d.CellFormat(0, 5, fmt.Sprintf("%d/{pages}", d.PageNo()), "", 0, "L", false, 0, "")
	})
	d.AddPage()
	d.head(l)
	d.address(l)
	if l.Large {
		d.size = 18
	}
	d.SetXY(margin, bodyTop)
	d.font("B", d.size+2)
	d.MultiCell(0, d.lineHeight()*1.15, text(l.Subject), "", "L", false)
	d.Ln(d.lineHeight() * 0.6)
	for i, p := range l.Parts {
		if i > 0 {
			d.rule()
		}
		d.blocks(p.Blocks)
	}
	if l.SlipCode != "" {
		d.slip(l)
	}
}

// head draws the firm's letterhead.
func (d *drawing) head(l Letter) {
	d.SetXY(margin, 16)
	d.font("B", 17)
	d.CellFormat(90, 8, text(l.Firm), "", 0, "L", false, 0, "")
	d.font("", 9)
	for i, line := range l.Head {
		d.SetXY(pageWidth-margin-80, 16+float64(i)*4.2)
		d.CellFormat(80, 4.2, text(line), "", 0, "R", false, 0, "")
	}
}

// address draws the recipient into the window, and date and reference beside it.
func (d *drawing) address(l Letter) {
	at, beside := windowUK, pageWidth-margin-62
	if l.Window == WindowPoland {
		at, beside = windowPL, margin
	}
	d.font("", 10.5)
	for i, line := range l.To {
		d.SetXY(at, addressTop+float64(i)*addressLine)
		d.CellFormat(76, addressLine, d.fit(text(line), 76), "", 0, "L", false, 0, "")
	}
	lang := l.Parts[0].Lang
	d.font("", 10.5)
	for i, pair := range [][2]string{{word(lang, "Date"), templates.Date(lang, l.Date)}, {word(lang, "Reference"), string(l.Reference)}} {
		d.SetXY(beside, addressTop+float64(i)*9)
		d.font("", 8.5)
		d.CellFormat(62, 4, pair[0], "", 2, "L", false, 0, "")
		d.font("B", 10.5)
		d.CellFormat(62, 4.5, pair[1], "", 0, "L", false, 0, "")
	}
	// Where the sheet is folded.
	d.SetDrawColor(170, 170, 170)
	d.Line(5, 99, 9, 99)
	d.Line(5, 198, 9, 198)
}

// fit shortens a line that is wider than the window.
func (d *drawing) fit(s string, width float64) string {
	r := []rune(s)
	for len(r) > 1 && d.GetStringWidth(string(r)) > width {
		r = append(r[:len(r)-2], '…')
	}
	return string(r)
}

func (d *drawing) blocks(blocks []templates.Block) {
	for i, b := range blocks {
		if i > 0 {
			d.Ln(d.lineHeight() * 0.55)
		}
		switch {
		case b.Heading != "":
			if d.GetY() > pageHeight-bodyBottom-3*d.lineHeight() {
				d.AddPage() // a heading stays with what it is above
			}
			d.font("B", d.size)
			d.MultiCell(0, d.lineHeight(), text(b.Heading), "", "L", false)
		case b.Items != nil:
			d.font("", d.size)
			for _, item := range b.Items {
				d.SetX(margin + 2)
				d.CellFormat(5, d.lineHeight(), "•", "", 0, "L", false, 0, "")
				d.SetLeftMargin(margin + 7)
				d.MultiCell(0, d.lineHeight(), text(item), "", "L", false)
				d.SetLeftMargin(margin)
			}
		default:
			d.font("", d.size)
			d.MultiCell(0, d.lineHeight(), text(b.Text), "", "L", false)
		}
	}
}

// rule stands between two languages.
func (d *drawing) rule() {
	d.Ln(d.lineHeight())
	d.SetDrawColor(120, 120, 120)
	d.Line(margin, d.GetY(), pageWidth-margin, d.GetY())
	d.Ln(d.lineHeight())
}

// slip draws the reply slip at the foot of the last page, or of one of its own.
func (d *drawing) slip(l Letter) {
	top := pageHeight - bodyBottom - slipHeight
	if d.GetY() > top-4 {
		d.AddPage()
	}
	d.SetAutoPageBreak(false, 0)
	d.SetDrawColor(120, 120, 120)
	d.SetDashPattern([]float64{1.5, 1.5}, 0)
	d.Line(8, top, pageWidth-8, top)
	d.SetDashPattern(nil, 0)
	d.qr(l.SlipCode, margin, top+6, 32)
	d.SetLeftMargin(margin + 38)
	d.SetXY(margin+38, top+6)
	for i, p := range l.Parts {
		if i > 0 {
			d.Ln(2)
		}
		d.font("B", 10.5)
		d.MultiCell(0, 5, word(p.Lang, "Slip"), "", "L", false)
		d.font("", 9.5)
		d.MultiCell(0, 4.4, word(p.Lang, "SlipText"), "", "L", false)
	}
	d.font("B", 10.5)
	d.SetXY(margin+38, top+33)
	d.CellFormat(0, 5, string(l.Reference), "", 0, "L", false, 0, "")
	d.SetLeftMargin(margin)
}

func (d *drawing) font(style string, size float64) { d.SetFont(family, style, size) }

// lineHeight is in millimetres: the size in points with room between the lines.
func (d *drawing) lineHeight() float64 { return d.size * 0.3528 * 1.36 }

// text makes what people typed fit for one paragraph: control signs become spaces.
func text(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, ""), func(r rune) bool { return r < ' ' || r == 0x7f || r == ' ' }), " ")
}

// words are ours on the paper, in English and Polish.
var words = map[string][2]string{
	"Date":      {"Date", "Data"},
	"Reference": {"Reference", "Numer sprawy"},
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

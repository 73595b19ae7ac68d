package demo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/jpeg"
	"os"
	"path/filepath"

	"github.com/go-pdf/fpdf"
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"golang.org/x/image/font/gofont/goregular"

	"ask4.com/skarga/complaint"
	scannerimport "ask4.com/skarga/scanner-import"
	"ask4.com/skarga/scanner-import/file"
)

// Paper is one letter of the demo's post and what must become of it.
type Paper struct {
	What     string // for the person who watches
	Name     string // of who wrote it, as it must be read; "" if it must not be there
	Pages    [][]string
	Slip     bool // a reply slip with our signed code lies in it
	Outcome  complaint.Outcome
	Held     bool // a person must look before it is answered
	Linked   bool // another complaint is proposed for it
	Language complaint.Language
}

// Customers is the demo's customer directory.
const Customers = `account,name,building,room,address,e-mail
4471823,Emily Clark,Cavendish House,12,"Flat 12, Cavendish House; 34 Wellington Street; Sheffield; S1 4HD",
`

// Post is a batch of letters.
var Post = []Paper{
	{"in English, two pages; account and name are in the directory", "Emily Clark", [][]string{{
		"Emily Clark", "Flat 12, Cavendish House", "34 Wellington Street", "Sheffield", "S1 4HD", "", "Dear Sir or Madam,", "",
		"Account number 4471823", "", "I wish to complain about the internet connection in my flat.",
		"It has failed every evening since 12 November 2026. I spoke to Sarah Whitfield twice,",
		"and was given the ticket number INC-48213."}, {"The engineer who was promised for Friday never came.",
		"Please repair the line, and refund the charge for this month.", "", "Yours faithfully,", "", "Emily Clark"}},
		false, complaint.ToComplaint, false, false, complaint.English},
	{"in Polish, to be answered by post", "Jan Kowalski", [][]string{{
		"Jan Kowalski", "18 Ecclesall Road", "Sheffield", "S11 8PR", "", "Szanowni Państwo,", "",
		"składam reklamację, ponieważ od tygodnia nie mam internetu w pokoju 214.",
		"Dzwoniłem 16 listopada 2026 r. i obiecano mi wizytę technika, lecz nikt nie przyszedł.",
		"Proszę o naprawę oraz o odpowiedź listowną.", "", "Z poważaniem,", "", "Jan Kowalski"}},
		false, complaint.ToComplaint, true, false, complaint.Polish},
	{"a reply slip with our signed code", "", [][]string{{"Here is the receipt for the router that you asked me for.", "", "It was bought on 3 November 2026 and cost 40 pounds."}},
		true, complaint.Correspondence, false, false, complaint.English},
	{"without an address: it waits at the desk", "Ruth Adeyemi", [][]string{{
		"Dear Sir or Madam,", "", "my bill for October shows a charge of 35 pounds for a router that I never received.",
		"I have asked twice for it to be removed, and nothing has happened.", "", "Yours faithfully,", "", "Ruth Adeyemi"}},
		false, complaint.ToComplaint, true, false, complaint.English},
	{"repeats an e-mail of the same person: proposed as one complaint", "Michał Wiśniewski", [][]string{{
		"Michał Wiśniewski", "45 Langworthy Road", "Salford", "M6 6PU", "", "Szanowni Państwo,", "",
		"pisałem już e-mailem z adresu m.wisniewski@poczta.example i piszę jeszcze raz:",
		"nadal nie mam internetu. Proszę o pilną pomoc.", "", "Z poważaniem,", "", "Michał Wiśniewski"}},
		false, complaint.ToComplaint, true, true, complaint.Polish},
}

// WriteScan writes the post as a scanner does: a PDF of pictures with a batch sheet on
// top and separators between the letters. slip is the code on the reply slip. It gives
// the number of pages.
func WriteScan(ctx context.Context, to string, sheet scannerimport.Sheet, slip string) (pages int, err error) {
	typed := newPDF()
	typed.AddUTF8FontFromBytes("go", "", goregular.TTF)
	typed.SetFont("go", "", 12)
	page := func(code string, size float64, lines []string) {
		pages++
		typed.AddPage()
		for i, line := range lines {
			typed.Text(25, 30+6*float64(i), line)
		}
		if code != "" {
			drawCode(typed, code, (210-size)/2, 150, size)
		}
	}
	page(sheet.Code(), 105, []string{"Batch sheet / Karta partii"})
	for i, l := range Post {
		if i > 0 {
			page(scannerimport.Sheet{Type: scannerimport.SheetSeparator}.Code(), 105, []string{"Next letter / Następny list"})
		}
		for _, lines := range l.Pages {
			code := ""
			if l.Slip {
				code = slip
			}
			page(code, 40, lines)
		}
	}
	var b bytes.Buffer
	if err := typed.Output(&b); err != nil {
		return 0, fmt.Errorf("demo: draw the post: %w", err)
	}
	return pages, rasterise(ctx, b.Bytes(), to)
}

func newPDF() *fpdf.Fpdf { return fpdf.New("P", "mm", "A4", "") }

// drawCode draws a QR code of a text.
func drawCode(d *fpdf.Fpdf, text string, x, y, size float64) {
	code, err := qrcode.NewQRCodeWriter().Encode(text, gozxing.BarcodeFormat_QR_CODE, 0, 0, nil)
	if err != nil {
		d.SetError(err)
		return
	}
	side := size / float64(code.GetWidth())
	d.SetFillColor(0, 0, 0)
	for row := range code.GetHeight() {
		for col := range code.GetWidth() {
			if code.Get(col, row) {
				d.Rect(x+float64(col)*side, y+float64(row)*side, side*1.02, side*1.02, "F")
			}
		}
	}
}

// rasterise makes pictures of the pages of a PDF.
func rasterise(ctx context.Context, pdf []byte, to string) (err error) {
	typed := filepath.Join(filepath.Dir(to), ".typed.pdf")
	if err := os.WriteFile(typed, pdf, 0o600); err != nil {
		return err
	}
	defer os.Remove(typed)
	opener := file.NewOpener(file.Options{})
	defer func() { err = errors.Join(err, opener.Close()) }()
	f, err := opener.Open(ctx, typed)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer f.Close()
	scan := newPDF()
	for n := range f.Pages() {
		p, err := f.Page(ctx, n+1)
		if err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		var b bytes.Buffer
		if err := jpeg.Encode(&b, p.Gray, &jpeg.Options{Quality: 80}); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		name := fmt.Sprint(n)
		scan.RegisterImageOptionsReader(name, fpdf.ImageOptions{ImageType: "JPEG"}, &b)
		scan.AddPage()
		scan.ImageOptions(name, 0, 0, 210, 297, false, fpdf.ImageOptions{ImageType: "JPEG"}, 0, "")
	}
	// Under another name first, as good scanners do: a folder that is watched sees it whole.
	part := to + ".part"
	if err := scan.OutputFileAndClose(part); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	return os.Rename(part, to)
}

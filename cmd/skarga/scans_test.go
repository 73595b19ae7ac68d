package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/jpeg"
	"image/png"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/goregular"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/internal/testscan"
	"ask4.com/skarga/internal/testserver"
	scannerimport "ask4.com/skarga/scanner-import"
	"ask4.com/skarga/scanner-import/ocr"
)

// mailroom is a firm whose letters are scanned; it does not serve unless it is told.
func mailroom(t *testing.T, postgres bool, toml string) *firm {
	t.Helper()
	testserver.Need(t, "tesseract", ocr.New(ocr.Options{}).Missing())
	return newFirm(t, postgres, setup{waiting: true, toml: toml})
}

// scanDPI is as coarse as scanners are; more takes longer to read.
const scanDPI = 200

// sheetOfText is a page with lines of text.
func sheetOfText(t testing.TB, lines ...string) *testscan.Page {
	p := testscan.NewPage(t, scanDPI)
	y := 30.0
	for _, line := range lines {
		p.Write("sans", 12, 25, y, line)
		y += 5.5
	}
	return p
}

// codeSheet is a page with a QR code.
func codeSheet(t testing.TB, text string) *testscan.Page {
	p := testscan.NewPage(t, scanDPI)
	p.Picture(testscan.QR(t, text, "Q"), 50, 40, 105)
	return p
}

// scan writes pages as a PDF of pictures, as scanners do.
func (f *firm) scan(name string, pages ...*testscan.Page) string {
	f.Helper()
	d := fpdf.New("P", "mm", "A4", "")
	d.SetCreationDate(time.Unix(1, 0))
	d.SetModificationDate(time.Unix(1, 0))
	for i, p := range pages {
		var b bytes.Buffer
		if err := jpeg.Encode(&b, p.Gray, &jpeg.Options{Quality: 70}); err != nil {
			f.Fatal(err)
		}
		picture := fmt.Sprintf("page%d", i)
		d.RegisterImageOptionsReader(picture, fpdf.ImageOptions{ImageType: "JPEG"}, &b)
		d.AddPage()
		d.ImageOptions(picture, 0, 0, 210, 297, false, fpdf.ImageOptions{ImageType: "JPEG"}, 0, "")
	}
	return f.saved(name, d)
}

// saved writes a PDF into a folder of its own.
func (f *firm) saved(name string, d *fpdf.Fpdf) string {
	f.Helper()
	path := filepath.Join(f.TempDir(), name)
	if err := d.OutputFileAndClose(path); err != nil {
		f.Fatal(err)
	}
	return path
}

// side is a page of a file that needs no OCR: lines of text, or one code.
type side struct {
	lines []string
	code  string
}

// typed writes pages as a PDF with a text layer.
func (f *firm) typed(name string, pages ...side) string {
	f.Helper()
	d := fpdf.New("P", "mm", "A4", "")
	d.SetCreationDate(time.Unix(1, 0))
	d.SetModificationDate(time.Unix(1, 0))
	d.AddUTF8FontFromBytes("go", "", goregular.TTF)
	d.SetFont("go", "", 12)
	for i, p := range pages {
		d.AddPage()
		if p.code != "" {
			var b bytes.Buffer
			if err := png.Encode(&b, testscan.QR(f, p.code, "Q")); err != nil {
				f.Fatal(err)
			}
			picture := fmt.Sprintf("code%d", i)
			d.RegisterImageOptionsReader(picture, fpdf.ImageOptions{ImageType: "PNG"}, &b)
			d.ImageOptions(picture, 50, 40, 105, 105, false, fpdf.ImageOptions{ImageType: "PNG"}, 0, "")
		}
		for j, line := range p.lines {
			d.Text(25, 30+5.5*float64(j), line)
		}
	}
	return f.saved(name, d)
}

// emilys is a letter by Emily Clark.
func emilys(more ...string) side {
	return side{lines: append([]string{"Emily Clark", "Flat 12, Cavendish House", "34 Wellington Street", "Sheffield", "S1 4HD", "",
		"Dear Sir or Madam,", "", "I wish to complain: the internet has not worked since Friday.", "My account number is 4471823."},
		append(more, "", "Yours faithfully,", "", "Emily Clark")...)}
}

// jans is a letter by Jan Kowalski, in Polish.
func jans(more ...string) side {
	return side{lines: append([]string{"Jan Kowalski", "ul. Długa 5 m. 3", "00-950 Warszawa", "", "Szanowni Państwo,", "",
		"składam reklamację, ponieważ internet nie działa od tygodnia.", "Proszę o szybką odpowiedź."},
		append(more, "", "Z poważaniem", "Jan Kowalski")...)}
}

// hoursAgo is a time as `--received` takes it.
func (f *firm) hoursAgo(n int) string {
	return time.Now().Add(-time.Duration(n) * time.Hour).In(f.app.rules.Location).Format("2006-01-02 15:04")
}

// took runs `skarga import --json` on one file and gives what it says.
func (f *firm) took(path string, args ...string) (r imported) {
	f.Helper()
	code, out, errs := f.cmd("", append([]string{"--json", "import", path}, args...)...)
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != exitDone {
		f.Fatalf("exit %d, %v: %s%s", code, err, out, errs)
	}
	return r
}

// record reads the complaint of a letter.
func (f *firm) record(l importedLetter) complaint.View {
	f.Helper()
	v, err := f.app.store.ComplaintView(f.Context(), l.Reference)
	if err != nil {
		f.Fatal(err)
	}
	return v
}

// splits divides a letter after a page and gives the second one.
func (f *firm) splits(letter string, after int) (second string) {
	f.Helper()
	out := strings.TrimPrefix(f.must(exitDone, "desk", "split", letter, "--after", fmt.Sprint(after)), "The second letter is ")
	second, _, _ = strings.Cut(out, ".")
	return second
}

func separator() string {
	return scannerimport.Sheet{Type: scannerimport.SheetSeparator}.Code()
}

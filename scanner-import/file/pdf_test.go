package file_test

import (
	"bytes"
	"errors"
	"fmt"
	"image/jpeg"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/goregular"

	"ask4.com/skarga/internal/testscan"
	"ask4.com/skarga/scanner-import/file"
	"ask4.com/skarga/scanner-import/layout"
)

func newPDF() *fpdf.Fpdf {
	p := fpdf.New("P", "mm", "A4", "")
	p.AddUTF8FontFromBytes("go", "", goregular.TTF)
	p.AddPage()
	p.SetFont("go", "", 12)
	return p
}

func bytesOf(t *testing.T, p *fpdf.Fpdf) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := p.Output(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// textPDF has its lines from 40 mm down, 10 mm apart, 25 mm from the left.
func textPDF(t *testing.T, lines ...string) []byte {
	t.Helper()
	p := newPDF()
	for i, l := range lines {
		p.Text(25, 40+10*float64(i), l)
	}
	return bytesOf(t, p)
}

// scannedPDF is a page that is one picture, with other text under it or before it.
func scannedPDF(t *testing.T, dpi float64, under func(p *fpdf.Fpdf), over func(p *fpdf.Fpdf)) []byte {
	t.Helper()
	g := testscan.Letters(1)[0].Print(t, dpi).Gray
	var b bytes.Buffer
	if err := jpeg.Encode(&b, g, nil); err != nil {
		t.Fatal(err)
	}
	p := newPDF()
	under(p)
	p.RegisterImageOptionsReader("page", fpdf.ImageOptions{ImageType: "JPG"}, &b)
	p.ImageOptions("page", 0, 0, 210, 297, false, fpdf.ImageOptions{}, 0, "")
	over(p)
	return bytesOf(t, p)
}

func nothing(*fpdf.Fpdf) {}

func TestATextLayerIsReadWithPlaces(t *testing.T) {
	t.Parallel()
	f := open(t, "text.pdf", textPDF(t, "Dear Sir or Madam,", "Zażółć gęślą jaźń", "Yours faithfully"))
	p, err := f.Page(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	text := layout.Join(map[int][]layout.Word{1: p.Words}, []int{1})
	if want := "Dear Sir or Madam,\n\nZażółć gęślą jaźń\n\nYours faithfully"; strings.ReplaceAll(text.String, "\n\n", "\n") != strings.ReplaceAll(want, "\n\n", "\n") {
		t.Fatalf("got %q, want %q", text.String, want)
	}
	at := strings.Index(text.String, "Zażółć")
	page, box := text.Place(at, at+6)
	if page != 1 || box[0] < 2450 || box[0] > 2600 || box[1] < 4500 || box[1] > 4750 || box[2] < 800 || box[2] > 1800 || box[3] < 200 || box[3] > 600 {
		t.Errorf("the word is on page %d at %v; want it near 25, 46 mm", page, box)
	}
}

func TestScannedPagesAreDrawnInTheirOwnResolution(t *testing.T) {
	t.Parallel()
	resolutions := []float64{200, 300}
	if testing.Short() {
		resolutions = resolutions[:1]
	}
	for _, dpi := range resolutions {
		f := open(t, "scan.pdf", scannedPDF(t, dpi, nothing, nothing))
		p, err := f.Page(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		if p.Words != nil {
			t.Error("a picture has no text layer")
		}
		want := testscan.Letters(1)[0].Print(t, dpi).Gray
		if dx := p.Gray.Rect.Dx() - want.Rect.Dx(); dx < -2 || dx > 2 || p.DPIX < dpi-2 || p.DPIX > dpi+2 {
			t.Errorf("drawn %v at %.1f dpi, scanned %v at %.0f", p.Gray.Rect.Size(), p.DPIX, want.Rect.Size(), dpi)
		}
	}
}

func TestTextThatNobodySeesIsNoTextLayer(t *testing.T) {
	t.Parallel()
	lie := func(p *fpdf.Fpdf) {
		for i := range 20 {
			p.Text(20, 30+8*float64(i), "This text is not what the picture shows to a reader.")
		}
	}
	invisible := func(p *fpdf.Fpdf) {
		p.SetTextRenderingMode(3)
		lie(p)
	}
	stamp := func(p *fpdf.Fpdf) { p.Text(20, 10, "FAX 20-NOV-2026 09:15 FROM 01142 496 000  P.01") }
	for name, data := range map[string][]byte{
		"invisible":        scannedPDF(t, 150, nothing, invisible),
		"under the page":   scannedPDF(t, 150, lie, nothing),
		"a fax head alone": scannedPDF(t, 150, nothing, stamp),
	} {
		p, err := open(t, "lie.pdf", data).Page(t.Context(), 1)
		if err != nil {
			t.Fatal(name, err)
		}
		if p.Words != nil {
			t.Errorf("%s: taken for a text layer: %d words", name, len(p.Words))
		}
	}
}

// rawPDF is a PDF of the given objects, numbered from 1, the first its catalogue.
func rawPDF(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	var at []int
	for i, o := range objects {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, o := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", o)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, start)
	return b.Bytes()
}

func stream(dict, data string) string {
	return fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", dict, len(data), data)
}

func TestPDFsAreReadInThisProcessToo(t *testing.T) {
	t.Parallel()
	o := file.NewOpener(file.Options{})
	defer o.Close()
	for name, data := range map[string][]byte{"text": textPDF(t, "Dear Sir or Madam"), "scan": scannedPDF(t, 100, nothing, nothing)} {
		f, err := o.Open(t.Context(), write(t, "here.pdf", data))
		if err != nil {
			t.Fatal(name, err)
		}
		p, err := f.Page(t.Context(), 1)
		if err != nil || p.Gray == nil || (p.Words != nil) != (name == "text") {
			t.Errorf("%s: %d words, error %v", name, len(p.Words), err)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestARunawayPDFIsStoppedInThisProcessToo(t *testing.T) {
	t.Parallel()
	path := write(t, "bomb.pdf", rawPDF(bomb()...))
	var f file.File
	var d *file.Damage
	for limit := time.Second; ; limit *= 4 { // opening it is quick, but not on every machine
		o := file.NewOpener(file.Options{Timeout: limit})
		defer o.Close()
		var err error
		if f, err = o.Open(t.Context(), path); err == nil {
			break
		} else if !errors.As(err, &d) || limit > time.Minute {
			t.Fatal(err)
		}
	}
	defer f.Close()
	again := 5
	if testing.Short() {
		again = 2
	}
	for range again {
		if _, err := f.Page(t.Context(), 1); !errors.As(err, &d) {
			t.Errorf("got %v, want a *Damage", err)
		}
	}
}

// bomb draws twelve forms, each of which draws the next forty times.
func bomb() []string {
	objects := []string{catalog, pages, fmt.Sprintf(pdfPage, "595 842"), stream("", "/F Do")}
	for i := range 12 {
		objects = append(objects, stream(fmt.Sprintf("/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources << /XObject << /F %d 0 R >> >>", 6+i), strings.Repeat("/F Do ", 40)))
	}
	return append(objects, stream("/Type /XObject /Subtype /Form /BBox [0 0 595 842]", "0 0 100 100 re f"))
}

// Parts of small PDFs.
const (
	catalog = "<< /Type /Catalog /Pages 2 0 R >>"
	pages   = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
	pdfPage = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %s] /Contents 4 0 R /Resources << /XObject << /F 5 0 R >> >> >>"
)

func TestHostilePDFs(t *testing.T) {
	t.Parallel()
	text := textPDF(t, "Dear Sir or Madam, this is a letter.")
	locked := newPDF()
	locked.SetProtection(fpdf.CnProtectPrint, "secret", "owner")
	locked.Text(25, 40, "secret")
	xref := bytes.LastIndex(text, []byte("startxref"))
	broken := append(bytes.Clone(text[:xref]), "startxref\n99999999\n%%EOF\n"...)
	picture := stream("/Type /XObject /Subtype /Image /Width 100000 /Height 100000 /ColorSpace /DeviceGray /BitsPerComponent 8", "x")
	for name, c := range map[string]struct {
		data []byte
		want string // in what is said; empty: it is read
	}{
		"encrypted":     {bytesOf(t, locked), "encrypted:"},
		"broken xref":   {broken, ""},
		"cut":           {text[:len(text)/3], "broken:"},
		"header only":   {[]byte("%PDF-1.7\n"), "broken:"},
		"no pages":      {rawPDF(catalog, "<< /Type /Pages /Kids [] /Count 0 >>"), "empty:"},
		"pages in loop": {rawPDF(catalog, "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"), ":"},
		"script": {rawPDF("<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (while(true){}) >> >>", pages,
			fmt.Sprintf(pdfPage, "595 842"), stream("", "0 0 100 100 re f")), ""},
		"bomb":         {rawPDF(bomb()...), ":"},
		"huge picture": {rawPDF(catalog, pages, fmt.Sprintf(pdfPage, "595 842"), stream("", "595 0 0 842 0 0 cm /F Do"), picture), "too_large:"},
		"huge page":    {rawPDF(catalog, pages, fmt.Sprintf(pdfPage, "1000000 1000000"), stream("", "0 0 100 100 re f")), ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == "huge page" && testing.Short() {
				t.Skip("draws for long")
			}
			limit := 2 * time.Minute // catches what hangs
			if name == "bomb" {
				limit = 2 * time.Second // it takes as long as it may
			}
			got := damageOf(t, openerWithin(t, limit), "hostile.pdf", c.data)
			if !strings.Contains(got, c.want) || c.want == "" && got != "" {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// TestACutPDFShowsThePagesThatAreThere opens a PDF whose end, with the list of its pages,
// never came: in this process and in one of its own.
func TestACutPDFShowsThePagesThatAreThere(t *testing.T) {
	t.Parallel()
	const page = "<< /Type /Page /Parent 8 0 R /MediaBox [0 0 595 %d] /Contents %d 0 R >>"
	black := stream("", "0 0 100 100 re f")
	data := rawPDF(fmt.Sprintf(page, 842, 2), black, fmt.Sprintf(page, 400, 4), black, fmt.Sprintf(page, 842, 6), black, "<< /Type /Catalog /Pages 8 0 R >>", "<< /Type /Pages /Kids [1 0 R 3 0 R 5 0 R] /Count 3 >>")
	cut := bytes.Index(data, []byte("5 0 obj")) + 20
	here := file.NewOpener(file.Options{})
	defer here.Close()
	for name, o := range map[string]*file.Opener{"here": here, "apart": opener(t)} {
		f, err := o.Open(t.Context(), write(t, "cut.pdf", data[:cut]))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if f.Pages() != 2 {
			t.Errorf("%s: %d pages", name, f.Pages())
		}
		for n, high := range []float64{842, 400} {
			p, err := f.Page(t.Context(), n+1)
			if err != nil {
				t.Fatalf("%s, page %d: %v", name, n+1, err)
			}
			got := p.Gray.Rect.Dy()
			if want := int(high * p.DPIY / 72); got < want-2 || got > want+2 || p.Gray.GrayAt(10, got-10).Y != 0 || p.Gray.GrayAt(10, 10).Y != 255 {
				t.Errorf("%s, page %d is %v at %v dpi", name, n+1, p.Gray.Rect, p.DPIY)
			}
			if !slices.ContainsFunc(p.Damaged, func(s string) bool { return strings.HasPrefix(s, "broken: the PDF is cut off") }) {
				t.Errorf("%s, page %d: damaged %q", name, n+1, p.Damaged)
			}
		}
		if err := f.Close(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

package scannerimport_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/internal/testscan"
	scannerimport "ask4.com/skarga/scanner-import"
)

// batchFile is a batch as a mailroom scans it: a batch sheet, a letter of two sides,
// a separator, a letter, a Patch T page, a letter.
func batchFile(t *testing.T) (path string, sheet scannerimport.Sheet, letters []testscan.Letter) {
	t.Helper()
	const dpi = 150
	sheet = scannerimport.Sheet{Type: scannerimport.SheetBatch, Batch: "7QK4", Received: time.Date(2026, 11, 20, 9, 15, 0, 0, time.UTC), Operator: "ANNA", Pages: 5, Letters: 3}
	letters = testscan.Letters(3)
	printed := func(i int) *image.Gray { return letters[i].Print(t, dpi).Gray }
	code := func(text string) *image.Gray {
		return testscan.Sheet(t, dpi, testscan.QR(t, text, "H"), 70, "ARKUSZ · SHEET").Gray
	}
	var pages []testscan.TIFFPage
	for _, g := range []*image.Gray{
		code(sheet.Code()), printed(0), testscan.Apply(testscan.NewPage(t, dpi).Gray, 1, testscan.Noisy(3)),
		code(scannerimport.Sheet{Type: scannerimport.SheetSeparator}.Code()), printed(1),
		testscan.Sheet(t, dpi, testscan.Code39(t, "PATCHT", 40), 150, "PATCH T").Gray, printed(2),
	} {
		pages = append(pages, testscan.TIFFPage{Gray: g, Compression: testscan.TIFFDeflate, DPIX: dpi, DPIY: dpi})
	}
	path = filepath.Join(t.TempDir(), "batch.tif")
	if err := os.WriteFile(path, testscan.TIFF(pages...), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, sheet, letters
}

// quick makes a reader that needs no tesseract.
func quick(t *testing.T, program string) *scannerimport.Reader {
	t.Helper()
	r, err := scannerimport.NewReader(scannerimport.Options{Firm: firm, Tesseract: program, PageTimeout: 2 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() }) // nothing was opened that could fail
	return r
}

func TestSplitFindsLettersAndSheets(t *testing.T) {
	t.Parallel()
	path, sheet, _ := batchFile(t)
	var seen []int
	s, err := quick(t, "").Split(t.Context(), path, scannerimport.Watch{Seen: func(p scannerimport.Page, pages int) error {
		if pages != 7 {
			t.Errorf("page %d of %d", p.Number, pages)
		}
		seen = append(seen, p.Number)
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{1, 2, 3, 4, 5, 6, 7}, seen); diff != "" {
		t.Errorf("pages seen: %s", diff)
	}
	var got []string
	for _, d := range s.Documents {
		if d.Batch == nil || *d.Batch != sheet || !d.Received().Equal(sheet.Received) {
			t.Errorf("pages %d to %d are of batch %+v, want %+v", d.FirstPage, d.LastPage, d.Batch, sheet)
		}
		got = append(got, fmt.Sprint(d.FirstPage, "-", d.LastPage))
	}
	if diff := cmp.Diff([]string{"2-3", "5-5", "7-7"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestReadABatch(t *testing.T) {
	if testing.Short() {
		t.Skip("reads pages by OCR")
	}
	t.Parallel()
	path, _, letters := batchFile(t)
	done := 0
	s, err := newReader(t).Read(t.Context(), path, scannerimport.Watch{Done: func(n, pages int) { done = n }})
	if err != nil {
		t.Fatal(err)
	}
	if done != 7 || len(s.Documents) != 3 || len(s.Damaged) != 0 {
		t.Fatalf("%d pages done, %d letters, damaged %v", done, len(s.Documents), s.Damaged)
	}
	for _, p := range s.Pages {
		if want := p.Number == 3; p.Blank != want {
			t.Errorf("page %d: blank %v", p.Number, p.Blank)
		}
	}
	for i, d := range s.Documents {
		l := letters[i]
		if d.Sender.Postcode.Value != l.Postcode || d.Sender.Name.Value != l.Name || d.Reference != l.Reference || string(d.Language) != l.Language || d.Confidence < 0.8 {
			t.Errorf("letter %d: from %q in %q, reference %q, language %q, confidence %.2f", i, d.Sender.Name.Value, d.Sender.Postcode.Value, d.Reference, d.Language, d.Confidence)
		}
		for _, f := range d.Details {
			if f.Where.Page < d.FirstPage || f.Where.Page > d.LastPage || f.Where.Box == nil || f.Where.Box[2] <= 0 {
				t.Errorf("letter %d: %s %q has no place: %+v", i, f.Kind, f.Value, f.Where)
			}
			if f.Kind == complaint.DetailPostcode && f.Value == "S1 4JL" {
				t.Errorf("letter %d: the firm's own postcode is a detail", i)
			}
		}
	}
}

// program writes a shell script that stands in for tesseract.
func program(t *testing.T, run string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tesseract")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n[ \"$1\" = --list-langs ] && { echo eng; echo pol; exit; }\n"+run+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestWhatCannotBeReadIsToBeTyped(t *testing.T) {
	t.Parallel()
	page := save(t, testscan.Letters(1)[0].Print(t, 100).Gray, 100)
	for name, tesseract := range map[string]string{
		"not there": filepath.Join(t.TempDir(), "none"),
		"crashes":   program(t, "kill -SEGV $$"),
		"hangs":     program(t, "exec sleep 60"),
	} {
		s, err := quick(t, tesseract).Read(t.Context(), page, scannerimport.Watch{})
		if err != nil {
			t.Fatal(name, err)
		}
		if len(s.Documents) != 1 || !s.Documents[0].ToType || !s.Pages[0].ToType || len(s.Damaged) != 1 || !strings.HasPrefix(s.Damaged[0], "to_type: ") {
			t.Errorf("%s: %+v, damaged %q; want one letter to be typed", name, s.Documents, s.Damaged)
		}
	}
}

// TestPatchTSeparatesInWhateverCode splits at a Patch T page in Code 128.
func TestPatchTSeparatesInWhateverCode(t *testing.T) {
	t.Parallel()
	path := save(t, testscan.Sheet(t, 150, testscan.Code128(t, "PATCHT", 40), 150, "PATCH T").Gray, 150)
	s, err := quick(t, "none").Split(t.Context(), path, scannerimport.Watch{})
	if err != nil || len(s.Pages) != 1 || !s.Pages[0].PatchT || len(s.Documents) != 0 {
		t.Errorf("got %+v, %v; want a separator and no letter", s, err)
	}
}

// TestAPageIsReadOnceOCRIsThere reads a page without an OCR engine, and again with one.
func TestAPageIsReadOnceOCRIsThere(t *testing.T) {
	t.Parallel()
	path := save(t, testscan.Letters(1)[0].Print(t, 200).Gray, 200)
	read := func(r *scannerimport.Reader, p scannerimport.Page) scannerimport.Page {
		t.Helper()
		var got scannerimport.Page
		if err := r.ReadPages(t.Context(), path, []scannerimport.Page{p}, func(p scannerimport.Page) error { got = p; return nil }); err != nil {
			t.Fatal(err)
		}
		return got
	}
	first := read(quick(t, filepath.Join(t.TempDir(), "none")), scannerimport.Page{Number: 1})
	if !first.ToType || len(first.Damaged) != 1 {
		t.Fatalf("without an OCR engine: %+v", first)
	}
	if p := read(newReader(t), first); p.ToType || len(p.Damaged) > 0 || !strings.Contains(p.Text(), "Holloway") {
		t.Errorf("with one: to type %v, damaged %q, %q", p.ToType, p.Damaged, p.Text())
	}
}

func TestReadingStopsWithItsContext(t *testing.T) {
	t.Parallel()
	page := save(t, testscan.Letters(1)[0].Print(t, 100).Gray, 100)
	ctx, cancel := context.WithCancel(t.Context())
	r := quick(t, program(t, "exec sleep 60"))
	_, err := r.Read(ctx, page, scannerimport.Watch{Seen: func(scannerimport.Page, int) error { cancel(); return nil }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that the context ended", err)
	}
	stop := errors.New("enough")
	if _, err := r.Split(t.Context(), page, scannerimport.Watch{Seen: func(scannerimport.Page, int) error { return stop }}); !errors.Is(err, stop) {
		t.Errorf("got %v, want what Seen said", err)
	}
}

func TestExplainKeepsTheContract(t *testing.T) {
	t.Parallel()
	path, _, _ := batchFile(t)
	garbage := filepath.Join(t.TempDir(), "garbage.pdf")
	if err := os.WriteFile(garbage, []byte("no PDF at all"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := quick(t, program(t, "exit 1"))
	for _, file := range []string{path, garbage} {
		reading, err := r.Explain(t.Context(), file)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := json.Marshal(reading)
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]any
		if err := json.Unmarshal(raw, &got); err != nil {
			t.Fatal(err)
		}
		for _, key := range strings.Fields("schema pages documents separators sheets barcodes damaged") {
			if got[key] == nil {
				t.Errorf("%s: %s is missing or null in %s", file, key, raw)
			}
		}
		if file == garbage {
			if len(reading.Damaged) == 0 {
				t.Error("nothing is said about a file that is no PDF")
			}
			continue
		}
		if diff := cmp.Diff([]int{4, 6}, reading.Separators); diff != "" {
			t.Errorf("separators: %s", diff)
		}
		if diff := cmp.Diff([]scannerimport.SheetReading{
			{Page: 1, Type: "batch", Fields: map[string]any{"id": "7QK4", "received": "2026-11-20T09:15:00Z", "operator": "ANNA", "pages": 5, "letters": 3}},
			{Page: 4, Type: "separator", Fields: map[string]any{}},
		}, reading.Sheets); diff != "" {
			t.Errorf("sheets: %s", diff)
		}
		if d := reading.Documents[0]; d.Received == nil || *d.Received != "2026-11-20T09:15:00Z" || d.Details == nil {
			t.Errorf("first letter: received %v, details %v", d.Received, d.Details)
		}
	}
}

func TestImageShowsThePageUpright(t *testing.T) {
	t.Parallel()
	upright := testscan.Letters(1)[0].Print(t, 100).Gray
	path := save(t, testscan.Apply(upright, 1, testscan.Turned(90)), 100)
	r := quick(t, program(t, "exit 1"))
	s, err := r.Read(t.Context(), path, scannerimport.Watch{})
	if err != nil {
		t.Fatal(err)
	}
	if s.Pages[0].Turn != 270 {
		t.Errorf("turned by %d degrees, want 270", s.Pages[0].Turn)
	}
	g, dpi, err := r.Image(t.Context(), path, s.Pages[0])
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(upright.Pix, g.Pix); diff != "" || dpi != 100 {
		t.Errorf("not the page as it was before it was turned, at %v dpi", dpi)
	}
	if s.Pages[0].Width != 21006 || s.Pages[0].Height != 29693 {
		t.Errorf("the page is %d by %d hundredths of a millimetre", s.Pages[0].Width, s.Pages[0].Height)
	}
}

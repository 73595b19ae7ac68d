package scannerimport_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/tetratelabs/wazero"
	wasm "github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"ask4.com/skarga/internal/testscan"
	scannerimport "ask4.com/skarga/scanner-import"
	"ask4.com/skarga/scanner-import/layout"
)

func TestSearchableCopy(t *testing.T) {
	t.Parallel()
	const dpi = 150
	var pages []testscan.TIFFPage
	for i := range 2 {
		g := testscan.Letters(2)[i].Print(t, dpi).Gray
		if i == 0 { // one with shades, one without
			g = testscan.Apply(g, 1, testscan.Noisy(20))
		}
		pages = append(pages, testscan.TIFFPage{Gray: g, Compression: testscan.TIFFDeflate, DPIX: dpi, DPIY: dpi})
	}
	path := filepath.Join(t.TempDir(), "two.tif")
	if err := os.WriteFile(path, testscan.TIFF(pages...), 0o600); err != nil {
		t.Fatal(err)
	}
	r := quick(t, program(t, "exit 1"))
	s, err := r.Read(t.Context(), path, scannerimport.Watch{})
	if err != nil {
		t.Fatal(err)
	}
	s.Pages[1].Words = []layout.Word{{Text: "Zażółć", Confidence: 1, Box: layout.Box{2500, 4000, 1200, 300}}, {Text: "gęślą", Confidence: 1, Box: layout.Box{3900, 4000, 1000, 300}}}
	var made bytes.Buffer
	var both []scannerimport.CopyPage
	for _, p := range s.Pages {
		both = append(both, scannerimport.CopyPage{Page: p, Path: path})
	}
	if err := r.WriteSearchable(t.Context(), both, "Letter", "pl", &made); err != nil {
		t.Fatal(err)
	}
	api.DisableConfigDir()
	if err := api.Validate(bytes.NewReader(made.Bytes()), nil); err != nil {
		t.Errorf("the copy is no valid PDF: %v", err)
	}
	if got := pdfText(t, made.Bytes(), 1); got != "Zażółć gęślą" {
		t.Errorf("a search finds %q", got)
	}
}

// pdfText gives the text of a page, seen or not, as a PDF viewer searches it.
func pdfText(t *testing.T, data []byte, index int) string {
	t.Helper()
	config := wazero.NewRuntimeConfig().WithCoreFeatures(wasm.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling)
	if dir, err := os.UserCacheDir(); err == nil { // the program's own: compiling takes seconds
		if cache, err := wazero.NewCompilationCacheWithDir(filepath.Join(dir, "skarga", "pdf")); err == nil {
			config = config.WithCompilationCache(cache)
		}
	}
	pool, err := webassembly.Init(webassembly.Config{MaxTotal: 1, RuntimeConfig: config, FSConfig: wazero.NewFSConfig()})
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	instance, err := pool.GetInstance(time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	defer instance.Close()
	doc, err := instance.OpenDocument(&requests.OpenDocument{File: &data})
	if err != nil {
		t.Fatal(err)
	}
	text, err := instance.GetPageText(&requests.GetPageText{Page: requests.Page{ByIndex: &requests.PageByIndex{Document: doc.Document, Index: index}}})
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(text.Text), " ")
}

package scannerimport

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"ask4.com/skarga/scanner-import/file"
)

// TestPagesAreKeptBetweenLookingAndReading compares what is kept with what is drawn.
func TestPagesAreKeptBetweenLookingAndReading(t *testing.T) {
	t.Parallel()
	g := image.NewGray(image.Rect(0, 0, 620, 877))
	for i := range g.Pix {
		g.Pix[i] = 255
	}
	for i := range 300 {
		g.Set(100+i, 200+i%7, color.Black)
	}
	path := filepath.Join(t.TempDir(), "page.png")
	var b bytes.Buffer
	if err := png.Encode(&b, g); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	spool := t.TempDir()
	r, err := NewReader(Options{SpoolDir: spool})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	s, err := r.Split(t.Context(), path, Watch{})
	if err != nil || len(s.Pages) != 1 {
		t.Fatalf("%d pages, %v", len(s.Pages), err)
	}
	kept, ok := r.kept.page(path, 1)
	if !ok || !bytes.Equal(kept.Gray.Pix, g.Pix) || kept.Gray.Rect != g.Rect {
		t.Fatalf("kept %v: %v, not the page as it was drawn", ok, kept.Gray)
	}
	if _, ok := r.kept.page(path, 2); ok {
		t.Error("a page is kept that is not there")
	}
	if left, err := os.ReadDir(spool); err != nil || len(left) > 0 {
		t.Errorf("%d files have a name, which a crash would leave: %v", len(left), err)
	}
	if err := r.ReadPages(t.Context(), path, nil, func(Page) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if _, ok := r.kept.page(path, 1); ok || r.kept.size != 0 {
		t.Errorf("still there after reading, %d bytes", r.kept.size)
	}
}

// TestKeptPagesAreBounded keeps more than there is room for, and in a folder that is not there.
func TestKeptPagesAreBounded(t *testing.T) {
	t.Parallel()
	large := file.Page{Gray: &image.Gray{Pix: make([]byte, 1<<20), Stride: 1 << 10, Rect: image.Rect(0, 0, 1<<10, 1<<10)}}
	k := &keptPages{dir: t.TempDir(), size: keptBytes - 1<<20}
	k.keep("a", 1, large)
	k.keep("b", 1, large)
	if _, ok := k.page("a", 1); !ok {
		t.Error("a page that fits is not kept")
	}
	if _, ok := k.page("b", 1); ok {
		t.Error("a page too many is kept")
	}
	k.forget("a")
	k.keep("b", 1, large)
	if _, ok := k.page("b", 1); !ok {
		t.Error("the room of a scan that was read is not used again")
	}
	none := &keptPages{dir: filepath.Join(t.TempDir(), "missing")}
	none.keep("a", 1, large)
	if _, ok := none.page("a", 1); ok {
		t.Error("a page is kept nowhere")
	}
}

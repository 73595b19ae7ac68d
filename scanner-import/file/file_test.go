package file_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ask4.com/skarga/internal/testscan"
	"ask4.com/skarga/scanner-import/file"
)

// pictureOf is a small page with writing on it.
func pictureOf(t *testing.T) *image.Gray {
	t.Helper()
	g := testscan.Letters(1)[0].Print(t, 60).Gray
	return testscan.Apply(g, 1, testscan.Bilevel(128))
}

func write(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// servePDF is the argument with which the test program reads PDFs for itself.
const servePDF = "serve-pdf-for-tests"

func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == servePDF {
		if err := file.ServePDF(context.Background(), os.Stdin, os.Stdout, file.Options{}); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// opener reads PDFs in a process of their own, as the program does. Its limit catches
// what hangs, and is far from what a busy machine needs.
func opener(t *testing.T) *file.Opener { return openerWithin(t, 2*time.Minute) }

func openerWithin(t *testing.T, limit time.Duration) *file.Opener {
	t.Helper()
	o := file.NewOpener(file.Options{Timeout: limit, PDFReader: []string{os.Args[0], servePDF}})
	t.Cleanup(func() {
		if err := o.Close(); err != nil {
			t.Error(err)
		}
	})
	return o
}

func open(t *testing.T, name string, data []byte) file.File {
	t.Helper()
	f, err := opener(t).Open(t.Context(), write(t, name, data))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

// differing counts pixels that are not nearly the same.
func differing(a, b *image.Gray) int {
	if a.Rect.Size() != b.Rect.Size() {
		return -1
	}
	n := 0
	for y := range a.Rect.Dy() {
		for x := range a.Rect.Dx() {
			if d := int(a.GrayAt(x, y).Y) - int(b.GrayAt(x, y).Y); d > 60 || d < -60 {
				n++
			}
		}
	}
	return n
}

func TestTIFFPagesOfEveryCompression(t *testing.T) {
	t.Parallel()
	g := pictureOf(t)
	var pages []testscan.TIFFPage
	for i, c := range []int{testscan.TIFFPlain, testscan.TIFFG4, testscan.TIFFLZW, testscan.TIFFDeflate, testscan.TIFFPackBits, testscan.TIFFJPEG} {
		p := testscan.TIFFPage{Gray: testscan.Apply(g, 1, testscan.Turned(i%2*90)), Compression: c, DPIX: 60 + i, DPIY: 61}
		pages = append(pages, p)
	}
	f := open(t, "pages.tif", testscan.TIFF(pages...))
	if f.Pages() != len(pages) {
		t.Fatalf("%d pages, want %d", f.Pages(), len(pages))
	}
	for i, want := range pages {
		got, err := f.Page(t.Context(), i+1)
		if err != nil || len(got.Damaged) > 0 {
			t.Fatalf("page %d: %v %v", i+1, err, got.Damaged)
		}
		if n := differing(got.Gray, want.Gray); n != 0 {
			t.Errorf("compression %d: %d pixels differ", want.Compression, n)
		}
		if got.DPIX != float64(60+i) || got.DPIY != 61 {
			t.Errorf("compression %d: %v by %v dpi", want.Compression, got.DPIX, got.DPIY)
		}
	}
}

// TestFaxPictureInWhichTheBlackRunsAreWhite reads a picture of ITU-T T.6 that is stored as
// its negative, as the file says (PhotometricInterpretation 1).
func TestFaxPictureInWhichTheBlackRunsAreWhite(t *testing.T) {
	t.Parallel()
	g := pictureOf(t)
	negative := image.NewGray(g.Rect)
	for i, v := range g.Pix {
		negative.Pix[i] = 255 - v
	}
	whiteIsZero, blackIsZero := []byte{6, 1, 3, 0, 1, 0, 0, 0, 0, 0}, []byte{6, 1, 3, 0, 1, 0, 0, 0, 1, 0}
	data := testscan.TIFF(testscan.TIFFPage{Gray: negative, Compression: testscan.TIFFG4, DPIX: 60, DPIY: 60})
	got, err := open(t, "negative.tif", bytes.Replace(data, whiteIsZero, blackIsZero, 1)).Page(t.Context(), 1)
	if err != nil || len(got.Damaged) > 0 {
		t.Fatalf("%v %v", err, got.Damaged)
	}
	if n := differing(got.Gray, g); n != 0 {
		t.Errorf("%d pixels differ", n)
	}
}

func TestOrientationThatTheFileStates(t *testing.T) {
	t.Parallel()
	g := pictureOf(t)
	// What undoes each orientation, as turns and a mirror (TIFF 6.0, tag 274).
	turned := func(degrees int) *image.Gray { return testscan.Apply(g, 1, testscan.Turned(degrees)) }
	for orientation, stored := range map[int]*image.Gray{1: g, 3: turned(180), 6: turned(270), 8: turned(90)} {
		f := open(t, "o.tif", testscan.TIFF(testscan.TIFFPage{Gray: stored, Compression: testscan.TIFFPlain, DPIX: 100, DPIY: 50, Orientation: orientation}))
		got, err := f.Page(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		if n := differing(got.Gray, g); n != 0 {
			t.Errorf("orientation %d: %d pixels differ", orientation, n)
		}
		if sideways := orientation >= 5; sideways != (got.DPIX == 50) {
			t.Errorf("orientation %d: %v by %v dpi", orientation, got.DPIX, got.DPIY)
		}
	}
}

// exif is an APP1 segment with an orientation and a resolution.
func exif(orientation, dpi int) []byte {
	be := binary.BigEndian
	b := []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x03")
	b = append(b, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, byte(orientation), 0, 0)
	b = append(b, 0x01, 0x1a, 0, 5, 0, 0, 0, 1, 0, 0, 0, 50)
	b = append(b, 0x01, 0x1b, 0, 5, 0, 0, 0, 1, 0, 0, 0, 50)
	b = append(b, 0, 0, 0, 0)
	b = be.AppendUint32(b, uint32(dpi))
	b = be.AppendUint32(b, 1)
	return append([]byte{0xff, 0xe1, 0, byte(len(b) + 2)}, b...)
}

func TestJPEGAndPNGWithResolution(t *testing.T) {
	t.Parallel()
	g := pictureOf(t)
	var j, p bytes.Buffer
	if err := jpeg.Encode(&j, testscan.Apply(g, 1, testscan.Turned(270)), &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(&p, g); err != nil {
		t.Fatal(err)
	}
	withExif := append(append([]byte{0xff, 0xd8}, exif(6, 240)...), j.Bytes()[2:]...)
	phys := []byte("\x00\x00\x00\x09pHYs\x00\x00\x2e\x23\x00\x00\x2e\x23\x01") // 11,811 a metre: 300 dpi
	phys = binary.BigEndian.AppendUint32(phys, crc32.ChecksumIEEE(phys[4:]))
	withPhys := append(append(append([]byte{}, p.Bytes()[:33]...), phys...), p.Bytes()[33:]...)
	for name, c := range map[string]struct {
		data []byte
		dpi  int
	}{"jpeg": {withExif, 240}, "png": {withPhys, 300}} {
		got, err := open(t, "picture", c.data).Page(t.Context(), 1)
		if err != nil {
			t.Fatal(name, err)
		}
		if n := differing(got.Gray, g); n > len(g.Pix)/500 {
			t.Errorf("%s: %d pixels differ", name, n)
		}
		if int(got.DPIX+0.5) != c.dpi || int(got.DPIY+0.5) != c.dpi {
			t.Errorf("%s: %v by %v dpi, want %d", name, got.DPIX, got.DPIY, c.dpi)
		}
	}
}

func TestColoursAndTransparencyBecomeGrey(t *testing.T) {
	t.Parallel()
	c := image.NewNRGBA(image.Rect(0, 0, 3, 1))
	c.SetNRGBA(0, 0, color.NRGBA{255, 0, 0, 255})
	c.SetNRGBA(1, 0, color.NRGBA{0, 0, 0, 0})
	c.SetNRGBA(2, 0, color.NRGBA{0, 0, 0, 255})
	if diff := cmp.Diff([]uint8{76, 255, 0}, file.Gray(c).Pix); diff != "" {
		t.Error(diff)
	}
}

// damageOf opens a file that must be harmless, and gives what is said about it.
func damageOf(t *testing.T, o *file.Opener, name string, data []byte) string {
	t.Helper()
	f, err := o.Open(t.Context(), write(t, name, data))
	var all []string
	for n := 1; err == nil && n <= f.Pages(); n++ {
		var p file.Page
		p, err = f.Page(t.Context(), n)
		all = append(all, p.Damaged...)
	}
	var d *file.Damage
	if errors.As(err, &d) {
		all = append(all, d.Error())
	} else if err != nil {
		t.Fatalf("%s: %v is no *Damage", name, err)
	}
	if f != nil {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	return strings.Join(all, "; ")
}

// hugePNG states 100,000 by 100,000 pixels and holds none.
func hugePNG() []byte {
	b := []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x01\x86\xa0\x00\x01\x86\xa0\x08\x00\x00\x00\x00")
	b = binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[12:]))
	return append(b, "\x00\x00\x00\x00IDAT\x35\xaf\x06\x1e"...)
}

func TestHostilePicturesAndTIFFs(t *testing.T) {
	t.Parallel()
	g := pictureOf(t)
	plain := testscan.TIFF(testscan.TIFFPage{Gray: g, Compression: testscan.TIFFLZW, DPIX: 60, DPIY: 60})
	le := binary.LittleEndian
	change := func(f func(b []byte, dir int)) []byte {
		b := bytes.Clone(plain)
		f(b, int(le.Uint32(b[4:])))
		return b
	}
	entry := func(b []byte, dir int, tag uint16) []byte {
		for i := range int(le.Uint16(b[dir:])) {
			if e := b[dir+2+12*i:]; le.Uint16(e) == tag {
				return e[:12]
			}
		}
		t.Fatalf("no tag %d", tag)
		return nil
	}
	var j bytes.Buffer
	if err := jpeg.Encode(&j, g, nil); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty":     {nil, "empty:"},
		"no image":  {[]byte("Dear Sir or Madam,"), "unsupported:"},
		"huge PNG":  {hugePNG(), "too_large:"},
		"cut JPEG":  {j.Bytes()[:j.Len()/2], "broken:"},
		"JPEG head": {[]byte("\xff\xd8\xff\xe0\x00\x10JFIF"), "broken:"},
		"cut TIFF":  {plain[:len(plain)-60], "broken:"},
		"TIFF head": {[]byte("II*\x00\x08\x00\x00\x00"), "broken:"},
		"loop":      {change(func(b []byte, dir int) { le.PutUint32(b[len(b)-4:], uint32(dir)) }), "loop"},
		"huge TIFF": {change(func(b []byte, dir int) {
			le.PutUint32(entry(b, dir, 256)[8:], 100000)
			le.PutUint32(entry(b, dir, 257)[8:], 100000)
		}), "too_large:"},
		"large strips":  {change(func(b []byte, dir int) { le.PutUint32(entry(b, dir, 278)[8:], 1<<31-1) }), "broken:"},
		"strips nobody": {change(func(b []byte, dir int) { le.PutUint32(entry(b, dir, 273)[8:], 1<<31-1) }), "broken:"},
		"odd bits":      {change(func(b []byte, dir int) { entry(b, dir, 258)[8] = 77 }), "unsupported:"},
		"BigTIFF":       {[]byte("II+\x00\x08\x00\x00\x00\x10\x00\x00\x00\x00\x00\x00\x00"), "broken:"},
	} {
		if got := damageOf(t, opener(t), name, c.data); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q in it", name, got, c.want)
		}
	}
}

func TestReadingEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := opener(t).Open(ctx, write(t, "x.pdf", textPDF(t, "Dear Sir")))
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that the context ended", err)
	}
}

func FuzzTIFF(f *testing.F) {
	g := image.NewGray(image.Rect(0, 0, 40, 90))
	for i := range g.Pix {
		g.Pix[i] = uint8(i*7919>>3) & 0xf0
	}
	for _, c := range []int{testscan.TIFFPlain, testscan.TIFFG4, testscan.TIFFLZW, testscan.TIFFDeflate, testscan.TIFFPackBits, testscan.TIFFJPEG} {
		page := testscan.TIFFPage{Gray: g, Compression: c, DPIX: 60, DPIY: 60}
		f.Add(testscan.TIFF(page, page))
	}
	o := file.NewOpener(file.Options{})
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 || file.Sniff(data) != file.TIFF {
			return
		}
		opened, err := o.Open(t.Context(), write(t, "fuzz.tif", data))
		if err != nil {
			return
		}
		defer opened.Close()
		for n := 1; n <= min(opened.Pages(), 3); n++ {
			p, err := opened.Page(t.Context(), n)
			if err == nil && p.Gray == nil {
				t.Error("neither a page nor an error")
			}
		}
	})
}

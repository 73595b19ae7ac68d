package file_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"ask4.com/skarga/internal/testscan"
	"ask4.com/skarga/scanner-import/file"
)

func TestACutPageKeepsWhatIsThere(t *testing.T) {
	t.Parallel()
	g := pictureOf(t)
	data := testscan.TIFF(testscan.TIFFPage{Gray: g, Compression: testscan.TIFFG4, DPIX: 60, DPIY: 60})
	for i := range 40 { // somewhere in the pixels
		data[1200+i] ^= 0x5a
	}
	f := open(t, "cut.tif", data)
	got, err := f.Page(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if n := differing(got.Gray, g); n <= 0 || n > len(g.Pix)/4 || len(got.Damaged) == 0 {
		t.Errorf("%d of %d pixels differ, damaged %q", n, len(g.Pix), got.Damaged)
	}
}

// TestACutJPEGShowsWhatIsThere draws JPEGs of which the end never came, as the PDF reader
// does: what is above stands, in its resolution.
func TestACutJPEGShowsWhatIsThere(t *testing.T) {
	t.Parallel()
	g := testscan.Letters(1)[0].Print(t, 100).Gray
	var whole bytes.Buffer
	if err := jpeg.Encode(&whole, g, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	data := append([]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x01\x00\x64\x00\x64\x00\x00"), whole.Bytes()[2:]...)
	got, err := open(t, "cut.jpg", data[:len(data)*6/10]).Page(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if got.Gray.Rect != g.Rect || got.DPIX != 100 || len(got.Damaged) != 1 || !strings.HasPrefix(got.Damaged[0], "broken: the picture is cut off") {
		t.Fatalf("%v at %v dpi, damaged %q", got.Gray.Rect, got.DPIX, got.Damaged)
	}
	third := image.Rect(0, 0, g.Rect.Dx(), g.Rect.Dy()/3)
	wrong := 0
	for i := range third.Dx() * third.Dy() {
		if a, b := int(got.Gray.Pix[i]), int(g.Pix[i]); a-b > 64 || b-a > 64 {
			wrong++
		}
	}
	if wrong > third.Dx()*third.Dy()/500 {
		t.Errorf("%d pixels of the upper third are not as they were", wrong)
	}
}

// TestACutPNGShowsWhatIsThere draws PNGs of which the end never came, or a part came
// wrongly: the rows above stand, in their resolution, and the others are grey.
func TestACutPNGShowsWhatIsThere(t *testing.T) {
	t.Parallel()
	g := testscan.Letters(1)[0].Print(t, 100).Gray
	colours := image.NewRGBA(g.Rect)
	few := image.NewPaletted(g.Rect, color.Palette{color.Gray{Y: 20}, color.White})
	for y := range g.Rect.Dy() {
		for x := range g.Rect.Dx() {
			colours.Set(x, y, g.GrayAt(x, y))
			few.SetColorIndex(x, y, g.GrayAt(x, y).Y>>7)
		}
	}
	for name, img := range map[string]image.Image{"grey": g, "colour": colours, "two colours": few} {
		var whole bytes.Buffer
		if err := png.Encode(&whole, img); err != nil {
			t.Fatal(err)
		}
		hurt := bytes.Clone(whole.Bytes())
		hurt[len(hurt)*7/10] ^= 0xff
		for what, data := range map[string][]byte{"cut": whole.Bytes()[:whole.Len()*7/10], "hurt": hurt} {
			got, err := open(t, "cut.png", data).Page(t.Context(), 1)
			if err != nil {
				t.Errorf("%s, %s: %v", name, what, err)
				continue
			}
			if got.Gray.Rect != g.Rect || len(got.Damaged) != 1 || !strings.HasPrefix(got.Damaged[0], "broken: the picture is cut off") {
				t.Errorf("%s, %s: %v, damaged %q", name, what, got.Gray.Rect, got.Damaged)
			}
			want, n := file.Gray(img), len(g.Pix)*4/10
			if !bytes.Equal(got.Gray.Pix[:n], want.Pix[:n]) {
				t.Errorf("%s, %s: what is above is not as it was", name, what)
			}
			if last := got.Gray.Pix[len(g.Pix)-1]; what == "cut" && last != 128 {
				t.Errorf("%s: what is missing is %d", name, last)
			}
		}
		if got := damageOf(t, opener(t), name, whole.Bytes()[:60]); !strings.HasPrefix(got, "broken:") {
			t.Errorf("%s: of the head alone: %q", name, got)
		}
	}
}

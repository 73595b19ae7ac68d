// Package testscan makes letters for tests: typeset, rasterised, and spoiled the way
// that scanners, fax machines, phones and rubber stamps spoil them.
package testscan

import (
	"image"
	"image/color"
	"image/draw"
	"os"
	"sync"
	"testing"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gomono"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// Fonts are the names of the fonts that letters are set in.
var Fonts = []string{"serif", "sans", "mono"}

// serifs are the files of a font with serifs, as Debian has them.
var serifs = []string{
	"/usr/share/fonts/truetype/liberation/LiberationSerif-Regular.ttf",
	"/usr/share/fonts/truetype/liberation2/LiberationSerif-Regular.ttf",
	"/usr/share/fonts/truetype/dejavu/DejaVuSerif.ttf",
}

var fonts = struct {
	sync.Mutex
	m map[string]*opentype.Font
}{m: map[string]*opentype.Font{}}

// loadFont gives a font. Without a font with serifs on the machine Go's own stands
// in, unless CI is set.
func loadFont(t testing.TB, name string) *opentype.Font {
	t.Helper()
	fonts.Lock()
	defer fonts.Unlock()
	if f := fonts.m[name]; f != nil {
		return f
	}
	data := goregular.TTF
	switch name {
	case "mono":
		data = gomono.TTF
	case "serif":
		found := false
		for _, path := range serifs {
			if b, err := os.ReadFile(path); err == nil {
				data, found = b, true
				break
			}
		}
		if !found && os.Getenv("CI") != "" {
			t.Fatal("no font with serifs: apt-get install fonts-liberation")
		}
	}
	f, err := opentype.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	fonts.m[name] = f
	return f
}

// Page is a sheet that is written on.
type Page struct {
	Gray *image.Gray
	DPI  float64
	Text []string // the lines, in the order in which they were written
	t    testing.TB
}

// A4 in millimetres.
const (
	pageWidth  = 210.0
	pageHeight = 297.0
)

// NewPage makes an empty A4 sheet.
func NewPage(t testing.TB, dpi float64) *Page {
	w, h := int(pageWidth*dpi/25.4+0.5), int(pageHeight*dpi/25.4+0.5)
	p := &Page{Gray: image.NewGray(image.Rect(0, 0, w, h)), DPI: dpi, t: t}
	draw.Draw(p.Gray, p.Gray.Rect, image.White, image.Point{}, draw.Src)
	return p
}

// Pixels turns millimetres into pixels.
func (p *Page) Pixels(mm float64) int { return int(mm*p.DPI/25.4 + 0.5) }

// Write writes a line with its base line at y and its left end at x, in
// millimetres, and gives its width in millimetres.
func (p *Page) Write(fontName string, points, x, y float64, line string) float64 {
	p.t.Helper()
	face, err := opentype.NewFace(loadFont(p.t, fontName), &opentype.FaceOptions{Size: points, DPI: p.DPI, Hinting: font.HintingNone})
	if err != nil {
		p.t.Fatal(err)
	}
	defer face.Close()
	d := font.Drawer{Dst: p.Gray, Src: image.NewUniform(color.Gray{0}), Face: face,
		Dot: fixed.P(p.Pixels(x), p.Pixels(y))}
	d.DrawString(line)
	p.Text = append(p.Text, line)
	return float64(d.Dot.X-fixed.I(p.Pixels(x))) / 64 * 25.4 / p.DPI
}

// Width is how wide a line would be, in millimetres.
func (p *Page) Width(fontName string, points float64, line string) float64 {
	p.t.Helper()
	face, err := opentype.NewFace(loadFont(p.t, fontName), &opentype.FaceOptions{Size: points, DPI: p.DPI})
	if err != nil {
		p.t.Fatal(err)
	}
	defer face.Close()
	return float64(font.MeasureString(face, line)) / 64 * 25.4 / p.DPI
}

// Picture lays a picture on the page, its upper left corner at x, y, width mm wide,
// with sharp pixels.
func (p *Page) Picture(src *image.Gray, x, y, width float64) {
	n := p.Pixels(width)
	h := n * src.Rect.Dy() / src.Rect.Dx()
	x0, y0 := p.Pixels(x), p.Pixels(y)
	for j := range h {
		for i := range n {
			p.Gray.SetGray(x0+i, y0+j, src.GrayAt(i*src.Rect.Dx()/n, j*src.Rect.Dy()/h))
		}
	}
}

package code_test

import (
	"fmt"
	"image"
	"math/rand/v2"
	"slices"
	"testing"

	"ask4.com/skarga/internal/testscan"
	"ask4.com/skarga/scanner-import/code"
	"ask4.com/skarga/scanner-import/pixel"
)

const batch = "skarga:batch?id=7QK4&letters=12&operator=ANNA&pages=37&received=2026-11-20T09%3A15%3A00Z"

func hasQR(g *image.Gray, text string) bool {
	return slices.Contains(code.Find(g), code.Code{Symbology: code.QR, Text: text})
}

func TestCleanSheetsAreFound(t *testing.T) {
	t.Parallel()
	resolutions, levels, widths := []float64{100, 150, 200, 300, 600}, []string{"M", "H"}, []float64{30, 60, 90}
	if testing.Short() {
		resolutions, levels, widths = []float64{100, 200}, levels[:1], widths[:2]
	}
	for i, dpi := range resolutions {
		for _, level := range levels {
			for _, wide := range widths {
				for _, turn := range []int{0, 90 + i%3*90} {
					p := testscan.Sheet(t, dpi, testscan.QR(t, batch, level), wide, "BATCH SHEET")
					g := testscan.Apply(p.Gray, 1, testscan.Turned(turn))
					if !hasQR(g, batch) {
						t.Errorf("%.0f dpi, level %s, %.0f mm, turned by %d: not found", dpi, level, wide, turn)
					}
				}
			}
		}
	}
}

func TestDamagedSheetsAreFound(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("reads many pages")
	}
	type kind struct {
		name   string
		dpi    float64
		damage func(i int) testscan.Damage
	}
	angle := func(i int) float64 { return float64(i*37%360) + 0.5 }
	corner := func(i int) (x, y float64) {
		return 0.5 + 0.13*float64(i%2*2-1), 0.316 + 0.092*float64(i/2%2*2-1)
	}
	kinds := []kind{
		{"turned to any angle", 300, func(i int) testscan.Damage { return testscan.Skewed(angle(i), 255) }},
		{"turned to any angle, black lid", 150, func(i int) testscan.Damage { return testscan.Skewed(angle(i), 0) }},
		{"150 dpi, noise and JPEG", 150, func(i int) testscan.Damage {
			return testscan.All(testscan.Skewed(float64(i%15)-7, 255), testscan.Blurred(0.8), testscan.Noisy(12), testscan.Squeezed(25))
		}},
		{"fax", 200, func(i int) testscan.Damage {
			return testscan.All(testscan.Skewed(float64(i%9)-4, 255), testscan.Scaled(204.0/200, 0.49), testscan.Bilevel(110+uint8(i)*3), testscan.Speckled(0.004), testscan.Scaled(1, 2.041))
		}},
		{"stamped corner", 300, func(i int) testscan.Damage {
			x, y := corner(i)
			return testscan.All(testscan.Stamped(x, y, 0.06+0.002*float64(i%8), uint8(i*9)), testscan.Skewed(float64(i%11)-5, 255))
		}},
		{"photographed", 200, func(i int) testscan.Damage {
			return testscan.All(testscan.Photographed(0.05+0.01*float64(i%15)), testscan.Shaded(0.4), testscan.Noisy(8), testscan.Blurred(1), testscan.Skewed(float64(i*7%40)-20, 40))
		}},
	}
	found, all := 0, 0
	for _, k := range kinds {
		here := 0
		for i := range 15 {
			text := fmt.Sprintf("%s&n=%d", batch, i)
			p := testscan.Sheet(t, k.dpi, testscan.QR(t, text, "H"), 60, "BATCH SHEET · ARKUSZ PARTII")
			if hasQR(testscan.Apply(p.Gray, uint64(i), k.damage(i)), text) {
				here++
			}
		}
		t.Logf("%-32s %2d of 15 found", k.name, here)
		found, all = found+here, all+15
	}
	t.Logf("QR sheets found: %.1f %% of %d damaged ones (at least 95 %%)", 100*float64(found)/float64(all), all)
	if found*100 < all*95 {
		t.Errorf("%d of %d damaged sheets were found", found, all)
	}
}

// TestSheetsOfDotsAreFound looks for the code of a sheet that a scanner made of dots.
func TestSheetsOfDotsAreFound(t *testing.T) {
	t.Parallel()
	p := testscan.Sheet(t, 200, testscan.QR(t, batch, "Q"), 105, "BATCH SHEET · ARKUSZ PARTII")
	for _, angle := range []float64{0, 1, -2, 4, 180} {
		if !hasQR(testscan.Apply(p.Gray, 1, testscan.All(testscan.Skewed(angle, 255), testscan.Dotted())), batch) {
			t.Errorf("turned by %v degrees it is not found", angle)
		}
	}
}

// TestCodesSeenFromTheSideAreFound: photographs of a code alone, up to where its near
// squares are twice as large as the far ones.
func TestCodesSeenFromTheSideAreFound(t *testing.T) {
	t.Parallel()
	found, all := 0, 0
	for i := range 24 {
		text, tilt := fmt.Sprintf("skarga:tilted:%d", i), 0.2+0.1*float64(i%6)
		p := testscan.Page{Gray: pixel.New(400, 400, 255), DPI: 25.4}
		p.Picture(testscan.QR(t, text, "M"), 100, 100, 200)
		if all++; hasQR(testscan.Apply(p.Gray, uint64(i), testscan.Skewed(float64(i*31), 255), testscan.Tilted(tilt), testscan.Noisy(3)), text) {
			found++
		} else {
			t.Logf("not found: turned by %d°, tilted by %.1f", i*31, tilt)
		}
	}
	if found < all-1 {
		t.Errorf("%d of %d codes seen from the side were found", found, all)
	}
}

// TestBlurredCodesAreFound: codes out of focus, and of few pixels, on much light paper.
func TestBlurredCodesAreFound(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		module float64 // pixels
		damage testscan.Damage
		least  int // of 12
	}{
		"half a module": {4, testscan.All(testscan.Blurred(2), testscan.Noisy(3)), 11},
		"more":          {4, testscan.All(testscan.Blurred(2.4), testscan.Noisy(3)), 5},
		"few pixels":    {6, testscan.All(testscan.Blurred(1), testscan.Scaled(0.27, 0.27), testscan.Noisy(3)), 10},
	} {
		found := 0
		for i := range 12 {
			text := fmt.Sprintf("skarga:blurred:%d:%s", i, name)
			qr := testscan.QR(t, text, "M")
			p := testscan.NewPage(t, 25.4)
			p.Gray = pixel.New(640, 480, 255)
			p.Picture(qr, 120+float64(i), 60, c.module*float64(qr.Rect.Dx()))
			if hasQR(testscan.Apply(p.Gray, uint64(i), testscan.Skewed(float64(i)-6, 255), c.damage), text) {
				found++
			}
		}
		if t.Logf("%s: %d of 12", name, found); found < c.least {
			t.Errorf("%s: %d of 12 codes were found", name, found)
		}
	}
}

// TestBarsAreFoundClosely: bars as photographs show them and pages do not.
func TestBarsAreFoundClosely(t *testing.T) {
	t.Parallel()
	light := func(g *image.Gray, _ *rand.Rand) *image.Gray {
		out := pixel.New(g.Rect.Dx(), g.Rect.Dy(), 0)
		for i, v := range g.Pix {
			out.Pix[i] = 255 - v
		}
		return out
	}
	for name, c := range map[string]struct {
		size   int // of the picture
		damage testscan.Damage
	}{
		"slanting":                     {640, testscan.Skewed(37, 200)},
		"light on dark":                {640, testscan.All(light, testscan.Noisy(4))},
		"light on dark, large picture": {1600, testscan.All(light, testscan.Noisy(4))},
		"little contrast":              {640, testscan.All(testscan.Darkened(100, 128), testscan.Noisy(1))},
	} {
		for symbology, bars := range map[string]*image.Gray{code.Code39: testscan.Code39(t, "PK 4711-X", 60), "code128": testscan.Code128(t, "ask4/4711", 60)} {
			p := testscan.NewPage(t, 25.4)
			p.Gray = pixel.New(c.size, c.size*3/4, 255)
			p.Picture(bars, 40, float64(c.size)/3, float64(2*bars.Rect.Dx()))
			want := code.Code{Symbology: symbology, Text: map[string]string{code.Code39: "PK 4711-X", "code128": "ask4/4711"}[symbology]}
			if found := code.FindClosely(testscan.Apply(p.Gray, 1, c.damage)); !slices.Contains(found, want) {
				t.Errorf("%s: %v not found, but %v", name, want, found)
			}
		}
	}
}

// TestBarsHoldAllOfASCII: pairs of signs in Code 39 and FNC1 in Code 128.
func TestBarsHoldAllOfASCII(t *testing.T) {
	t.Parallel()
	for want, bars := range map[code.Code]*image.Gray{
		{Symbology: code.Code39, Text: "Ask4!"}:                   testscan.Code39(t, "A+S+K4/A", 40),
		{Symbology: code.Code39, Text: "50% + 1"}:                 testscan.Code39(t, "50% + 1", 40),
		{Symbology: "code128", Text: "01095\x1d10ABC"}:            testscan.Code128(t, "\u00f101095\u00f110ABC", 40),
		{Symbology: "code128", Text: "]C2 is no beginning of it"}: testscan.Code128(t, "]C2 is no beginning of it", 40),
	} {
		p := testscan.NewPage(t, 25.4)
		p.Gray = pixel.New(2*bars.Rect.Dx()+80, 200, 255)
		p.Picture(bars, 40, 60, float64(2*bars.Rect.Dx()))
		if found := code.Find(p.Gray); !slices.Contains(found, want) {
			t.Errorf("%q not found, but %q", want, found)
		}
	}
}

func TestPatchTAndOtherBarsAreFound(t *testing.T) {
	t.Parallel()
	resolutions := []float64{150, 300}
	if testing.Short() {
		resolutions = resolutions[:1]
	}
	patch := testscan.Code39(t, "PATCHT", 30)
	label := testscan.Code128(t, "ASK4-4711", 30)
	for name, damage := range map[string]testscan.Damage{
		"as printed":          testscan.All(),
		"on its head":         testscan.Turned(180),
		"on its side":         testscan.Turned(90),
		"skewed":              testscan.Skewed(7, 255),
		"skewed, black lid":   testscan.Skewed(-12, 0),
		"noise and JPEG":      testscan.All(testscan.Blurred(0.8), testscan.Noisy(12), testscan.Squeezed(25)),
		"black and white":     testscan.All(testscan.Bilevel(120), testscan.Speckled(0.003)),
		"uneven light, slant": testscan.All(testscan.Photographed(0.08), testscan.Shaded(0.4), testscan.Noisy(6)),
	} {
		for _, dpi := range resolutions {
			p := testscan.Sheet(t, dpi, patch, 120, "PATCH T")
			p.Picture(label, 60, 200, 60)
			found := code.Find(testscan.Apply(p.Gray, 3, damage))
			for _, want := range []code.Code{{Symbology: code.Code39, Text: "PATCHT"}, {Symbology: "code128", Text: "ASK4-4711"}} {
				if !slices.Contains(found, want) {
					t.Errorf("%s, %.0f dpi: %s %q not found, but %v", name, dpi, want.Symbology, want.Text, found)
				}
			}
		}
	}
}

func TestSeveralCodesOnAPage(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("reads many pages")
	}
	p := testscan.Letters(1)[0].Print(t, 200)
	var want []code.Code
	for i, text := range []string{"first", "second", "https://example.org/third"} {
		p.Picture(testscan.QR(t, text, "M"), 25+50*float64(i), 220, 25)
		want = append(want, code.Code{Symbology: code.QR, Text: text})
	}
	found := code.Find(p.Gray)
	for _, w := range want {
		if !slices.Contains(found, w) {
			t.Errorf("%q not found, but %v", w.Text, found)
		}
	}
}

func TestLettersHoldNoCodes(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("reads many pages")
	}
	for i, l := range testscan.Letters(12) {
		g := testscan.Apply(l.Print(t, 200).Gray, uint64(i), testscan.Skewed(float64(i)-6, 255), testscan.Noisy(10))
		if found := code.Find(g); len(found) > 0 {
			t.Errorf("letter %d: %v", i, found)
		}
	}
}

func TestOddPicturesDoNoHarm(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{1, 1}, {1, 5000}, {5000, 1}, {2, 2}, {40, 40}, {3000, 20}} {
		g := image.NewGray(image.Rect(0, 0, size[0], size[1]))
		for i := range g.Pix {
			g.Pix[i] = uint8(i * 7919 >> 3)
		}
		code.Find(g)
	}
}

func BenchmarkFindOnLetter(b *testing.B) {
	g := testscan.Letters(1)[0].Print(b, 300).Gray
	for b.Loop() {
		code.Find(g)
	}
}

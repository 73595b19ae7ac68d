package pixel_test

import (
	"testing"

	"ask4.com/skarga/scanner-import/pixel"
)

// TestDotsBecomeGrey turns a screen of dots into the grey that it stands for, and leaves
// print as it is.
func TestDotsBecomeGrey(t *testing.T) {
	t.Parallel()
	g := pixel.New(203, 101, 255)
	for y := range 101 {
		for x := range 203 {
			dark := (x+y)%4 < 2 && x < 150
			if x >= 150 {
				dark = (x+2*y)%4 == 0
			}
			if dark {
				g.Pix[y*g.Stride+x] = 0
			}
		}
	}
	got := pixel.Unscreened(g)
	for y := 4; y < 97; y++ {
		for x := 4; x < 199; x++ {
			want := 127
			switch {
			case x >= 154:
				want = 191
			case x > 146:
				continue
			}
			if v := int(got.Pix[y*got.Stride+x]); v < want-2 || v > want+2 {
				t.Fatalf("at %d, %d it is %d, want %d", x, y, v, want)
			}
		}
	}
	strokes := pixel.New(200, 100, 255)
	for y := range 100 {
		for x := range 200 {
			if x%20 < 3 {
				strokes.Pix[y*strokes.Stride+x] = 0
			}
		}
	}
	if pixel.Unscreened(strokes) != strokes {
		t.Error("strokes are taken for dots")
	}
}

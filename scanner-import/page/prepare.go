// Package page makes a scanned page ready for OCR: upright, straight, evenly lit,
// without the dark lid around it; and tells a blank back from a written side.
//
// What is clean is left as it is, pixel for pixel: tesseract then reads it as well
// as it can. All measuring is done on a small copy of about 100 dots an inch.
package page

import (
	"image"
	"math"

	"ask4.com/skarga/scanner-import/pixel"
)

// Ready is a page made ready.
type Ready struct {
	Gray  *image.Gray // upright, straight, dark on light
	DPI   float64     // dots an inch, the same across and down
	Turn  int         // degrees clockwise by which it was turned: 0, 90, 180, 270
	Skew  float64     // degrees clockwise by which it was straightened after that
	Sure  bool        // the lines say clearly which way is up
	Blank bool        // nothing is written on it
}

// Resolutions, in dots an inch.
const (
	leastDPI = 50   // what a file states is believed
	mostDPI  = 1300 // between these two
	fineDPI  = 420  // finer pages are made coarser: it costs time and brings nothing
	coarse   = 100  // of the small copy
	a4       = 11.69
)

// Straightening starts at this many degrees; tesseract copes with less by itself.
const leastSkew = 0.4

// Prepare makes a page ready. dpiX and dpiY are what the file states; 0 if nothing.
func Prepare(g *image.Gray, dpiX, dpiY float64) Ready {
	g, dpi := square(pixel.Unscreened(g), dpiX, dpiY)
	small, by := shrink(g, dpi)
	light := measure(small)
	small = light.apply(small, 1)
	ink := inkOf(small)
	r := Ready{DPI: dpi}
	if r.Blank = ink.blank(); r.Blank {
		r.Gray = g
		return r
	}
	lie := ink.upright()
	r.Turn, r.Skew, r.Sure = lie.turn, lie.skew, lie.sure
	g = light.apply(g, by)
	g = despeckle(g)
	r.Gray = Straighten(g, r.Turn, r.Skew)
	r.enlarge(lie.size * float64(by))
	return r
}

// Blank says whether nothing is written on a page, as Prepare does.
func Blank(g *image.Gray, dpiX, dpiY float64) bool {
	g, dpi := square(pixel.Unscreened(g), dpiX, dpiY)
	small, _ := shrink(g, dpi)
	light := measure(small)
	return inkOf(light.apply(small, 1)).blank()
}

// Very small letters are read better when they are larger.
const (
	smallLetters = 9        // pixels, below which a page is made twice as large
	mostPixels   = 16 << 20 // of a page that was made larger
)

// enlarge makes a page of very small letters larger. What is too small to be letters
// is left as it is.
func (r *Ready) enlarge(letters float64) {
	w, h := pixel.Size(r.Gray)
	if letters < 3 || letters >= smallLetters || 4*w*h > mostPixels {
		return
	}
	r.Gray = pixel.Resize(r.Gray, 2*w, 2*h)
	r.DPI *= 2
}

// Straighten turns a page upright and straightens it, as Prepare found.
func Straighten(g *image.Gray, turn int, skew float64) *image.Gray {
	return pixel.Rotate(pixel.Turn(g, turn), skew, 255)
}

// square gives a page the same resolution across and down, and one that is useful.
// Where the file states none that makes sense, the page is taken for A4.
func square(g *image.Gray, dpiX, dpiY float64) (*image.Gray, float64) {
	w, h := pixel.Size(g)
	if dpiX < leastDPI || dpiX > mostDPI || dpiY < leastDPI || dpiY > mostDPI || max(float64(w)/dpiX, float64(h)/dpiY) > 2.2*a4 {
		dpiX = max(float64(max(w, h))/a4, leastDPI)
		dpiY = dpiX
	}
	dpi := max(dpiX, dpiY)
	if min(dpiX, dpiY) < 0.97*dpi { // a fax has 204 by 98 or by 196
		w, h = int(math.Round(float64(w)*dpi/dpiX)), int(math.Round(float64(h)*dpi/dpiY))
		g = pixel.Resize(g, w, h)
	}
	if by := int(dpi / 300); dpi > fineDPI && by > 1 {
		g, dpi = pixel.Reduce(g, by), dpi/float64(by)
	}
	return g, dpi
}

// Square is the page as Prepare sees it before it changes any pixel's value.
func Square(g *image.Gray, dpiX, dpiY float64) (*image.Gray, float64) { return square(g, dpiX, dpiY) }

// shrink makes the small copy on which everything is measured, and says by how much
// it is smaller.
func shrink(g *image.Gray, dpi float64) (*image.Gray, int) {
	by := max(1, int(math.Round(dpi/coarse)))
	return pixel.Reduce(g, by), by
}

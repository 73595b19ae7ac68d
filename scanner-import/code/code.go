// Package code finds the codes on a page: QR codes at any angle, and bar codes.
//
// A page is large and mostly text, so it is first looked over in a smaller size for
// what only codes have: the three squares of a QR code, and bars that run on from
// one line to the next. Decoding itself (error correction, alphabets) is gozxing's.
package code

import (
	"image"
	"math"
	"slices"
	"sync"

	"ask4.com/skarga/scanner-import/pixel"
)

// Code is one code that was read.
type Code struct {
	Symbology string // qr, code39, code128, code93, ean13, ean8, upca, upce, itf, codabar, datamatrix, aztec
	Text      string
}

// Symbologies that sheets use.
const (
	QR     = "qr"
	Code39 = "code39"
)

// smallPicture is the number of pixels up to which a picture is looked at in every
// size, not only in those that pages need.
const smallPicture = 1 << 20

// Find reads the codes of a page in the order of their kinds; a text that stands
// there twice is given once.
func Find(page *image.Gray) []Code {
	found := findIn(page)
	if len(found) > 0 {
		return found
	}
	if grey := pixel.Unscreened(page); grey != page { // narrow bars look like dots: what can be read as it is stays so
		return findIn(grey)
	}
	return nil
}

func findIn(page *image.Gray) []Code {
	small := page.Rect.Dx()*page.Rect.Dy() <= smallPicture
	if small {
		page = stretched(page)
	}
	found := find(func() []string { return findQR(page, small) }, func() []Code { return findBars(page, false) })
	if small && len(found) == 0 {
		found = findOther(page)
	}
	return found
}

// FindClosely does the same for a picture that may be the photograph of a code and is
// worth a second or more: if nothing is found, all of it is looked at as a small picture
// is, and for bars that slant, have no quiet zone, or are light on dark.
func FindClosely(picture *image.Gray) []Code {
	found := Find(picture)
	if len(found) > 0 {
		return found
	}
	picture = stretched(picture)
	return find(func() (texts []string) {
		by := int(math.Ceil(math.Sqrt(float64(picture.Rect.Dx()*picture.Rect.Dy()) / smallPicture)))
		for ; by > 1 && len(texts) == 0; by /= 2 {
			texts = findQR(pixel.Reduce(picture, by), true)
		}
		return texts
	}, func() []Code {
		if found := findBars(picture, true); len(found) > 0 {
			return found
		}
		return findBars(negative(picture), true)
	})
}

// find looks for QR codes and for bars at the same time.
func find(qr func() []string, bars func() []Code) (found []Code) {
	var other []Code
	var search sync.WaitGroup
	search.Go(func() { other = bars() })
	for _, text := range qr() {
		found = append(found, Code{QR, text})
	}
	search.Wait()
	for _, c := range other {
		if c.Text != "" && !slices.Contains(found, c) {
			found = append(found, c)
		}
	}
	return found
}

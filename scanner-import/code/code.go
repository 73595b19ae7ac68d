// Package code finds the codes on a page: QR codes at any angle, and bar codes.
//
// A page is large and mostly text, so it is first looked over in a smaller size for
// what only codes have: the three squares of a QR code, and bars that run on from
// one line to the next. Decoding itself (error correction, alphabets) is gozxing's.
package code

import (
	"image"
	"slices"
	"sync"
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
	var found []Code
	add := func(c Code) {
		if c.Text != "" && !slices.Contains(found, c) {
			found = append(found, c)
		}
	}
	small := page.Rect.Dx()*page.Rect.Dy() <= smallPicture
	var bars []Code
	var search sync.WaitGroup
	search.Go(func() { bars = findBars(page) })
	for _, text := range findQR(page, small) {
		add(Code{QR, text})
	}
	search.Wait()
	for _, c := range bars {
		add(c)
	}
	if small && len(found) == 0 {
		for _, c := range findOther(page) {
			add(c)
		}
	}
	return found
}

package testscan

import (
	"image"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// QR is a QR code, one pixel a module, with its quiet zone. level is L, M, Q or H.
func QR(t testing.TB, text, level string) *image.Gray {
	t.Helper()
	hints := map[gozxing.EncodeHintType]any{gozxing.EncodeHintType_ERROR_CORRECTION: level, gozxing.EncodeHintType_CHARACTER_SET: "UTF-8"}
	m, err := qrcode.NewQRCodeWriter().Encode(text, gozxing.BarcodeFormat_QR_CODE, 0, 0, hints)
	if err != nil {
		t.Fatal(err)
	}
	return matrix(m, 1)
}

// Code39 is a Code 39 bar code, one pixel a narrow bar, high pixels high.
func Code39(t testing.TB, text string, high int) *image.Gray {
	t.Helper()
	m, err := oned.NewCode39Writer().EncodeWithoutHint(text, gozxing.BarcodeFormat_CODE_39, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	return matrix(m, high)
}

// Code128 is a Code 128 bar code, one pixel a module, high pixels high.
func Code128(t testing.TB, text string, high int) *image.Gray {
	t.Helper()
	m, err := oned.NewCode128Writer().EncodeWithoutHint(text, gozxing.BarcodeFormat_CODE_128, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	return matrix(m, high)
}

// matrix draws modules; each row is repeated.
func matrix(m *gozxing.BitMatrix, repeat int) *image.Gray {
	g := image.NewGray(image.Rect(0, 0, m.GetWidth(), m.GetHeight()*repeat))
	for y := range g.Rect.Dy() {
		for x := range g.Rect.Dx() {
			if !m.Get(x, y/repeat) {
				g.Pix[y*g.Stride+x] = 255
			}
		}
	}
	return g
}

package letter

import (
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"github.com/makiuchi-d/gozxing/qrcode/decoder"
)

// qr draws a QR code of a text as filled squares, size millimetres wide with its
// quiet zone, so that no printer blurs it. Its error correction mends a quarter.
func (d *drawing) qr(text string, x, y, size float64) {
	hints := map[gozxing.EncodeHintType]any{
		gozxing.EncodeHintType_ERROR_CORRECTION: decoder.ErrorCorrectionLevel_Q,
		gozxing.EncodeHintType_MARGIN:           4, // modules, as the standard asks
		gozxing.EncodeHintType_CHARACTER_SET:    "UTF-8",
	}
	code, err := qrcode.NewQRCodeWriter().Encode(text, gozxing.BarcodeFormat_QR_CODE, 0, 0, hints)
	if err != nil {
		d.SetError(err)
		return
	}
	side := size / float64(code.GetWidth())
	d.SetFillColor(0, 0, 0)
	for row := range code.GetHeight() {
		for col := 0; col < code.GetWidth(); {
			run := 0
			for col+run < code.GetWidth() && code.Get(col+run, row) {
				run++
			}
			if run > 0 {
				// A little higher than a module: rows must not part in print.
				d.Rect(x+float64(col)*side, y+float64(row)*side, float64(run)*side, side*1.02, "F")
			}
			col += max(run, 1)
		}
	}
}

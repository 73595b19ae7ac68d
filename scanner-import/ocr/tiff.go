package ocr

import (
	"bytes"
	"encoding/binary"
	"image"
	"io"
)

// newTIFF gives grey pages as one TIFF (TIFF 6.0, section 4) without compression: the
// one form in which tesseract takes several pages from its standard input.
func newTIFF(pages []Page) io.Reader {
	const (
		entries   = 11
		long      = 4
		rational  = 5
		directory = 2 + entries*12 + 4 + 16 // with both resolutions behind it
	)
	head := binary.LittleEndian.AppendUint32([]byte("II*\x00"), 8)
	readers := []io.Reader{nil}
	pixels := uint32(8 + directory*len(pages))
	for i, p := range pages {
		w, h := uint32(p.Gray.Rect.Dx()), uint32(p.Gray.Rect.Dy())
		at, next := uint32(8+directory*i), uint32(0)
		if i+1 < len(pages) {
			next = at + directory
		}
		behind := at + directory - 16
		head = binary.LittleEndian.AppendUint16(head, entries)
		for _, e := range [entries][3]uint32{ // tag, type, value
			{256, long, w}, {257, long, h}, {258, long, 8}, {259, long, 1}, // width, height, 8 bits, plain
			{262, long, 1}, {273, long, pixels}, {277, long, 1}, {278, long, h}, {279, long, w * h}, // 0 is black, one strip
			{282, rational, behind}, {283, rational, behind + 8}, // dots an inch: what tag 296 says if it is not there
		} {
			head = binary.LittleEndian.AppendUint16(head, uint16(e[0]))
			head = binary.LittleEndian.AppendUint16(head, uint16(e[1]))
			head = binary.LittleEndian.AppendUint32(head, 1)
			head = binary.LittleEndian.AppendUint32(head, e[2])
		}
		head = binary.LittleEndian.AppendUint32(head, next)
		for range 2 {
			head = binary.LittleEndian.AppendUint32(head, uint32(p.DPI*100+0.5))
			head = binary.LittleEndian.AppendUint32(head, 100)
		}
		pixels += w * h
		readers = append(readers, &rows{page: p.Gray})
	}
	readers[0] = bytes.NewReader(head)
	return io.MultiReader(readers...)
}

// rows gives the pixels of a picture, row after row.
type rows struct {
	rest []byte // of a row
	page *image.Gray
	row  int // the next one
}

// Read fills b as far as there are pixels.
func (r *rows) Read(b []byte) (n int, err error) {
	for n < len(b) {
		if len(r.rest) == 0 {
			if r.row == r.page.Rect.Dy() {
				break
			}
			r.rest = r.page.Pix[r.row*r.page.Stride:][:r.page.Rect.Dx()]
			r.row++
		}
		copied := copy(b[n:], r.rest)
		r.rest = r.rest[copied:]
		n += copied
	}
	if n == 0 && len(b) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

package file

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"errors"
	"image"
	"image/jpeg"
	"io"

	"golang.org/x/image/ccitt"
	"golang.org/x/image/tiff/lzw"
)

// Compressions (TIFF 6.0 section 3 and later supplements).
const (
	compressNone       = 1
	compressG3         = 3
	compressG4         = 4
	compressLZW        = 5
	compressOldJPEG    = 6
	compressJPEG       = 7
	compressDeflate    = 8
	compressOldDeflate = 32946
	compressPackBits   = 32773
)

func (l *form) isJPEG() bool {
	return l.compression == compressJPEG || l.compression == compressOldJPEG
}

// uncompress gives the rows of a strip or tile of w by h pixels. No more than these
// rows are ever read from it, so a bomb does nothing.
func (l *form) uncompress(data *io.SectionReader, w, h int) (io.Reader, error) {
	switch l.compression {
	case compressNone, 0:
		return l.ordered(data), nil
	case compressG3, compressG4:
		form := ccitt.Group4
		if l.compression == compressG3 {
			if form = ccitt.Group3; l.first(tagT4Options, 0)&1 != 0 {
				return nil, errors.New("two-dimensional fax group 3 is not read")
			}
		}
		order := ccitt.MSB
		if l.fillOrder == 2 {
			order = ccitt.LSB
		}
		// A white run is of 0 and a black one of 1, whatever these are shown as (TIFF 6.0
		// section 11). The decoder writes black as 0, unless it is told to invert.
		return ccitt.NewReader(data, order, form, w, h, &ccitt.Options{Invert: true}), nil
	case compressLZW:
		return lzw.NewReader(l.ordered(data), lzw.MSB, 8), nil
	case compressDeflate, compressOldDeflate:
		return zlib.NewReader(data)
	case compressPackBits:
		return &packBits{r: bufio.NewReader(l.ordered(data))}, nil // it asks for a byte or two at a time
	}
	return nil, errors.New("its compression is not known")
}

// ordered turns the bits of each byte round where the file has them so.
func (l *form) ordered(data io.Reader) io.Reader {
	if l.fillOrder != 2 || l.bits == 8 || l.bits == 16 {
		return data
	}
	return reversed{data}
}

// reversed turns the bits of each byte round.
type reversed struct{ r io.Reader }

func (r reversed) Read(p []byte) (int, error) {
	n, err := r.r.Read(p)
	for i, b := range p[:n] {
		b = b>>4 | b<<4
		b = b>>2&0x33 | b&0x33<<2
		p[i] = b>>1&0x55 | b&0x55<<1
	}
	return n, err
}

// packBits undoes run lengths (TIFF 6.0 section 9).
type packBits struct {
	r    io.Reader
	left int  // bytes still to come of a run
	same bool // they are all value
	one  [1]byte
}

func (p *packBits) Read(b []byte) (int, error) {
	for p.left == 0 {
		if _, err := io.ReadFull(p.r, p.one[:]); err != nil {
			return 0, err
		}
		switch n := int8(p.one[0]); {
		case n >= 0:
			p.left, p.same = int(n)+1, false
		case n != -128:
			p.left, p.same = 1-int(n), true
			if _, err := io.ReadFull(p.r, p.one[:]); err != nil {
				return 0, err
			}
		}
	}
	b = b[:min(len(b), p.left)]
	n := len(b)
	if p.same {
		for i := range b {
			b[i] = p.one[0]
		}
	} else {
		var err error
		if n, err = p.r.Read(b); err != nil && n == 0 {
			return 0, err
		}
	}
	p.left -= n
	return n, nil
}

// jpegBlock decodes a JPEG inside a TIFF (TIFF Technical Note 2): its tables may
// stand in a field of their own. The older form (TIFF 6.0 section 22) is read where
// it holds a whole JPEG.
func (l *form) jpegBlock(data *io.SectionReader, x, y int, dst *image.Gray) error {
	tables := l.bytes(tagJPEGTables)
	read := func() io.Reader {
		if l.compression != compressJPEG || len(tables) <= 4 {
			return io.NewSectionReader(data, 0, data.Size())
		}
		behind := io.NewSectionReader(data, 2, max(data.Size()-2, 0)) // the mark at the beginning
		return io.MultiReader(bytes.NewReader(bytes.TrimSuffix(tables, []byte{0xff, 0xd9})), behind)
	}
	c, err := jpeg.DecodeConfig(read())
	if err != nil {
		return err
	}
	if err := checkSize(c.Width, c.Height, bytesPerPixel(c.ColorModel, true)); err != nil {
		return err
	}
	img, err := decodeJPEG(read)
	if err != nil {
		return err
	}
	g := Gray(img)
	w := min(g.Rect.Dx(), l.width-x)
	for row := range min(g.Rect.Dy(), l.height-y) {
		copy(dst.Pix[(y+row)*dst.Stride+x:][:w], g.Pix[row*g.Stride:])
	}
	if g.Rect.Dx() < min(l.blockWidth, l.width-x) || g.Rect.Dy() < min(l.blockHeight, l.height-y) {
		return errors.New("its picture is too small")
	}
	return nil
}

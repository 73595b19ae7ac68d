package file

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"strings"

	"golang.org/x/image/webp"
)

// picture is a file with a single picture in it.
type picture struct {
	file   *os.File
	size   int64
	kind   Kind
	opener *Opener // of the PDF as which a damaged JPEG is read
}

func (p *picture) Pages() int   { return 1 }
func (p *picture) Close() error { return p.file.Close() }

// metadata is what stands beside the pixels.
type metadata struct {
	dpiX, dpiY  float64
	orientation int  // TIFF 6.0, tag 274: 1 to 8; 0: not said
	progressive bool // JPEG whose coefficients are all kept while it is decoded
}

func (p *picture) Page(ctx context.Context, n int) (page Page, err error) {
	defer guard("picture", &err)
	if n != 1 {
		return page, damage("broken", "there is no page %d", n)
	}
	read := func() io.Reader { return io.NewSectionReader(p.file, 0, p.size) }
	config, decode, meta := jpeg.DecodeConfig, decodeJPEG, jpegMetadata
	switch p.kind {
	case PNG:
		config, decode, meta = png.DecodeConfig, once(png.Decode), pngMetadata
	case WebP:
		config, decode, meta = webp.DecodeConfig, once(webp.Decode), func(io.Reader) metadata { return metadata{} }
	}
	c, err := config(read())
	if err != nil {
		return page, damage("broken", "the picture cannot be read: %v", err)
	}
	m := meta(read())
	if err := checkSize(c.Width, c.Height, bytesPerPixel(c.ColorModel, m.progressive)); err != nil {
		return page, err
	}
	img, err := decode(read)
	if err == nil {
		page.Gray = Gray(img)
	} else {
		page.Damaged = []string{"broken: the picture is cut off or damaged: " + err.Error()}
		if page.Gray, err = p.rescue(ctx, c); ctx.Err() != nil {
			return page, ctx.Err()
		}
	}
	if err != nil {
		return Page{}, damage("broken", "the picture cannot be read: %v", err)
	}
	page.DPIX, page.DPIY = m.dpiX, m.dpiY
	if m.orientation > 1 {
		page.Gray, page.DPIX, page.DPIY = orient(page.Gray, m.orientation, m.dpiX, m.dpiY)
	}
	return page, nil
}

// once is a decoder that reads its picture from the beginning to the end.
func once(decode func(io.Reader) (image.Image, error)) func(func() io.Reader) (image.Image, error) {
	return func(read func() io.Reader) (image.Image, error) { return decode(read()) }
}

// decodeJPEG decodes a JPEG, also one that lacks nothing but the mark at its end.
func decodeJPEG(read func() io.Reader) (image.Image, error) {
	img, err := jpeg.Decode(read())
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return jpeg.Decode(io.MultiReader(read(), strings.NewReader("\xff\xd9")))
	}
	return img, err
}

// bytesPerPixel is what decoding takes, with the grey copy. A progressive JPEG
// keeps a 32-bit coefficient for each sample.
func bytesPerPixel(m color.Model, progressive bool) int {
	switch m {
	case color.GrayModel:
		if progressive {
			return 6
		}
		return 2
	case color.YCbCrModel:
		if progressive {
			return 16
		}
		return 4
	case color.CMYKModel:
		if progressive {
			return 21
		}
		return 5
	case color.RGBA64Model, color.NRGBA64Model:
		return 9
	case color.Gray16Model:
		return 3
	}
	return 5
}

// Gray gives a picture as grey; transparent parts are white. A grey picture is
// given as it is.
func Gray(img image.Image) *image.Gray {
	b := img.Bounds()
	out := func() *image.Gray { return image.NewGray(image.Rect(0, 0, b.Dx(), b.Dy())) }
	switch src := img.(type) {
	case *image.Gray:
		if b.Min == (image.Point{}) && src.Stride == b.Dx() {
			return src
		}
		dst := out()
		for y := range b.Dy() {
			copy(dst.Pix[y*dst.Stride:][:b.Dx()], src.Pix[y*src.Stride:])
		}
		return dst
	case *image.YCbCr:
		dst := out()
		for y := range b.Dy() {
			copy(dst.Pix[y*dst.Stride:][:b.Dx()], src.Y[src.YOffset(b.Min.X, b.Min.Y+y):])
		}
		return dst
	case *image.Paletted:
		var table [256]uint8
		for i, c := range src.Palette {
			table[i] = gray(c)
		}
		dst := out()
		for y := range b.Dy() {
			row := src.Pix[y*src.Stride:][:b.Dx()]
			for x, v := range row {
				dst.Pix[y*dst.Stride+x] = table[v]
			}
		}
		return dst
	case *image.RGBA:
		return grayOf4(src.Pix, src.Stride, out(), true)
	case *image.NRGBA:
		return grayOf4(src.Pix, src.Stride, out(), false)
	}
	dst := out()
	for y := range b.Dy() {
		for x := range b.Dx() {
			dst.Pix[y*dst.Stride+x] = gray(img.At(b.Min.X+x, b.Min.Y+y))
		}
	}
	return dst
}

// grayOf4 weighs red, green and blue (ITU-R BT.601) and lays alpha over white.
func grayOf4(pix []uint8, stride int, dst *image.Gray, premultiplied bool) *image.Gray {
	w := dst.Rect.Dx()
	for y := range dst.Rect.Dy() {
		row := pix[y*stride:][:w*4]
		to := dst.Pix[y*dst.Stride:][:w]
		for x := range to {
			p := row[x*4 : x*4+4]
			v := luma(p[0], p[1], p[2])
			if a := uint32(p[3]); a != 255 {
				if !premultiplied {
					v = uint8((uint32(v)*a + 127) / 255)
				}
				v += uint8(255 - a)
			}
			to[x] = v
		}
	}
	return dst
}

func luma(r, g, b uint8) uint8 {
	return uint8((19595*uint32(r) + 38470*uint32(g) + 7471*uint32(b) + 1<<15) >> 16)
}

// gray is one colour over white.
func gray(c color.Color) uint8 {
	r, g, b, a := c.RGBA()
	y := (19595*r + 38470*g + 7471*b + 1<<15) >> 16
	return uint8(min(y+0xffff-a, 0xffff) >> 8)
}

// orient undoes the orientation that a file states (TIFF 6.0, tag 274).
func orient(g *image.Gray, orientation int, dpiX, dpiY float64) (*image.Gray, float64, float64) {
	if orientation < 2 || orientation > 8 {
		return g, dpiX, dpiY
	}
	w, h := g.Rect.Dx(), g.Rect.Dy()
	dw, dh := w, h
	if orientation >= 5 {
		dw, dh = h, w
		dpiX, dpiY = dpiY, dpiX
	}
	dst := image.NewGray(image.Rect(0, 0, dw, dh))
	for y := range h {
		row := g.Pix[y*g.Stride:][:w]
		at, step := 0, 0 // in dst, of the row's first pixel
		switch orientation {
		case 2:
			at, step = y*dw+w-1, -1
		case 3:
			at, step = (h-1-y)*dw+w-1, -1
		case 4:
			at, step = (h-1-y)*dw, 1
		case 5:
			at, step = y, dw
		case 6:
			at, step = h-1-y, dw
		case 7:
			at, step = (w-1)*dw+h-1-y, -dw
		case 8:
			at, step = (w-1)*dw+y, -dw
		}
		for _, v := range row {
			dst.Pix[at] = v
			at += step
		}
	}
	return dst, dpiX, dpiY
}

// jpegMetadata reads the segments before the pixels: JFIF density (ITU-T T.871
// section 10.1), EXIF resolution and orientation, and the kind of frame.
func jpegMetadata(r io.Reader) (m metadata) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:2]); err != nil {
		return m
	}
	for {
		if _, err := io.ReadFull(r, head[:]); err != nil || head[0] != 0xff {
			return m
		}
		n := int(binary.BigEndian.Uint16(head[2:])) - 2
		if n < 0 || head[1] == 0xda {
			return m
		}
		body := make([]byte, n)
		if _, err := io.ReadFull(r, body); err != nil {
			return m
		}
		switch {
		case head[1] == 0xc2 || head[1] == 0xc6 || head[1] == 0xca:
			m.progressive = true
		case head[1] == 0xe0 && n >= 12 && string(body[:5]) == "JFIF\x00":
			if unit := unitDPI(int(body[7])+1, 2); unit > 0 && m.dpiX == 0 {
				m.dpiX = unit * float64(binary.BigEndian.Uint16(body[8:]))
				m.dpiY = unit * float64(binary.BigEndian.Uint16(body[10:]))
			}
		case head[1] == 0xe1 && bytes.HasPrefix(body, []byte("Exif\x00\x00")):
			exif := bytes.NewReader(body[6:])
			dirs, _ := readDirectories(exif, exif.Size(), 1) // a usable part is enough
			if len(dirs) == 0 {
				continue
			}
			m.orientation = int(dirs[0].first(tagOrientation, 1))
			if x, y := dirs[0].resolution(); x > 0 && y > 0 {
				m.dpiX, m.dpiY = x, y
			}
		}
	}
}

// pngMetadata reads the pHYs chunk (PNG section 11.3.5.3), which stands before the
// pixels.
func pngMetadata(r io.Reader) (m metadata) {
	if _, err := io.CopyN(io.Discard, r, 8); err != nil {
		return m
	}
	for {
		var head [8]byte
		if _, err := io.ReadFull(r, head[:]); err != nil {
			return m
		}
		n := binary.BigEndian.Uint32(head[:4])
		switch string(head[4:]) {
		case "IDAT", "IEND":
			return m
		case "pHYs":
			var body [9]byte
			if _, err := io.ReadFull(r, body[:]); err != nil {
				return m
			}
			if body[8] == 1 { // per metre
				m.dpiX = float64(binary.BigEndian.Uint32(body[:])) * 0.0254
				m.dpiY = float64(binary.BigEndian.Uint32(body[4:])) * 0.0254
			}
			return m
		}
		if _, err := io.CopyN(io.Discard, r, int64(n)+4); err != nil {
			return m
		}
	}
}

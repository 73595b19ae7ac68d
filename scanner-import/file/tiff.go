package file

import (
	"context"
	"errors"
	"image"
	"io"
	"os"
)

// tiff is an open TIFF of one or more pages.
type tiff struct {
	file   *os.File
	size   int64
	pages  []directory
	broken error // where the chain of pages breaks; nil if it does not
}

func openTIFF(f *os.File, size int64) (File, error) {
	dirs, err := readDirectories(f, size, maxPages)
	t := &tiff{file: f, size: size, broken: err}
	for _, d := range dirs {
		if d.first(tagSubfileType, 0)&1 == 0 { // a reduced copy of another page is none
			t.pages = append(t.pages, d)
		}
	}
	if len(t.pages) == 0 {
		if err == nil {
			err = errors.New("there is no page in it")
		}
		return nil, damage("broken", "the TIFF cannot be read: %v", err)
	}
	return t, nil
}

func (t *tiff) Pages() int   { return len(t.pages) }
func (t *tiff) Close() error { return t.file.Close() }

func (t *tiff) Page(_ context.Context, n int) (page Page, err error) {
	defer guard("TIFF page", &err)
	if n < 1 || n > len(t.pages) {
		return page, damage("broken", "there is no page %d", n)
	}
	if n == len(t.pages) && t.broken != nil {
		page.Damaged = append(page.Damaged, "broken: "+t.broken.Error())
	}
	d := t.pages[n-1]
	l, err := d.form()
	if err != nil {
		return page, err
	}
	dst := image.NewGray(image.Rect(0, 0, l.width, l.height))
	for i := range dst.Pix {
		dst.Pix[i] = 255
	}
	if err := l.decode(io.NewSectionReader(t.file, 0, t.size), dst); err != nil {
		page.Damaged = append(page.Damaged, err.Error())
	}
	page.Gray = dst
	page.DPIX, page.DPIY = d.resolution()
	page.Gray, page.DPIX, page.DPIY = orient(dst, int(d.first(tagOrientation, 1)), page.DPIX, page.DPIY)
	return page, nil
}

// Photometric interpretations (TIFF 6.0 section 8 and part 2).
const (
	whiteIsZero = 0
	blackIsZero = 1
	rgb         = 2
	palette     = 3
	cmyk        = 5
	ycbcr       = 6
)

// form is how the pixels of a page lie in the file.
type form struct {
	directory
	width, height            int
	bits, samples            int // of one sample; of one pixel
	photometric, compression int
	predictor, fillOrder     int
	planar, tiled            bool
	blockWidth, blockHeight  int // of one strip or tile
	offsets, counts          []uint32
	table                    [256]uint8 // of a palette, as grey
}

// form reads and checks the fields that say how to decode a page.
func (d directory) form() (*form, error) {
	l := &form{
		directory: d, width: int(d.first(tagWidth, 0)), height: int(d.first(tagHeight, 0)),
		bits: int(d.first(tagBits, 1)), samples: int(d.first(tagSamples, 1)),
		photometric: int(d.first(tagPhotometric, whiteIsZero)), compression: int(d.first(tagCompression, 1)),
		predictor: int(d.first(tagPredictor, 1)), fillOrder: int(d.first(tagFillOrder, 1)),
		planar:  d.first(tagPlanar, 1) == 2,
		offsets: d.uints(tagStripOffsets), counts: d.uints(tagStripCounts),
	}
	l.blockWidth, l.blockHeight = l.width, int(min(d.first(tagRowsPerStrip, 1<<31-1), uint32(max(l.height, 1))))
	if d.first(tagTileWidth, 0) > 0 {
		l.tiled = true
		l.blockWidth, l.blockHeight = int(d.first(tagTileWidth, 0)), int(d.first(tagTileHeight, 0))
		l.offsets, l.counts = d.uints(tagTileOffsets), d.uints(tagTileCounts)
	}
	if whole := d.uints(tagJPEGInterchange); l.compression == compressOldJPEG && len(whole) > 0 {
		l.offsets, l.counts, l.tiled = whole, nil, false
		l.blockWidth, l.blockHeight = l.width, l.height
	}
	if err := checkSize(l.width, l.height, 2); err != nil {
		return nil, err
	}
	if err := checkSize(l.blockWidth, l.blockHeight, max(l.samples, 1)*max(l.bits, 8)/8); err != nil {
		return nil, err
	}
	switch {
	case l.bits != 1 && l.bits != 2 && l.bits != 4 && l.bits != 8 && l.bits != 16, l.samples < 1 || l.samples > 8:
		return nil, damage("unsupported", "the TIFF has %d samples of %d bits", l.samples, l.bits)
	case len(l.offsets) == 0:
		return nil, damage("broken", "the TIFF does not say where its pixels are")
	case l.colours() > l.samples && !l.isJPEG():
		return nil, damage("broken", "the TIFF has %d samples where it needs %d", l.samples, l.colours())
	}
	if l.photometric == palette {
		l.readPalette()
	}
	return l, nil
}

// colours is how many samples of a pixel make its colour.
func (l *form) colours() int {
	switch l.photometric {
	case rgb, ycbcr:
		return 3
	case cmyk:
		return 4
	}
	return 1
}

func (l *form) readPalette() {
	m := l.uints(tagColorMap)
	n := len(m) / 3
	for i := range min(n, 256) {
		l.table[i] = luma(uint8(m[i]>>8), uint8(m[n+i]>>8), uint8(m[2*n+i]>>8))
	}
}

// decode reads each strip or tile into dst. What could not be read stays white; the
// error says how much that is.
func (l *form) decode(r *io.SectionReader, dst *image.Gray) error {
	across := (l.width + l.blockWidth - 1) / l.blockWidth
	down := (l.height + l.blockHeight - 1) / l.blockHeight
	planes := 1
	if l.planar {
		planes = l.samples
	}
	var first error
	failed := 0
	for i := range across * down {
		x, y := i%across*l.blockWidth, i/across*l.blockHeight
		// Of separate planes the second, green, stands for the grey of all.
		at := i
		if planes >= 3 {
			at += across * down
		}
		if err := l.block(r, at, x, y, dst); err != nil {
			failed++
			if first == nil {
				first = err
			}
		}
	}
	if failed > 0 {
		return damage("broken", "%d of %d parts of the page are incomplete (%v)", failed, across*down, first)
	}
	return nil
}

// block decodes strip or tile i, whose upper left pixel is x, y.
func (l *form) block(r *io.SectionReader, i, x, y int, dst *image.Gray) error {
	if i >= len(l.offsets) {
		return errors.New("its place is not stated")
	}
	length := r.Size() - int64(l.offsets[i])
	if i < len(l.counts) && l.counts[i] > 0 {
		length = min(length, int64(l.counts[i]))
	}
	if length <= 0 {
		return errors.New("it lies behind the end of the file")
	}
	data := io.NewSectionReader(r, int64(l.offsets[i]), length)
	w, h := l.blockWidth, l.blockHeight
	if !l.tiled {
		h = min(h, l.height-y)
	}
	if l.isJPEG() {
		return l.jpegBlock(data, x, y, dst)
	}
	samples := l.samples
	if l.planar {
		samples = 1
	}
	stride := (w*samples*l.bits + 7) / 8
	rows, err := l.uncompress(data, w, h)
	if err != nil {
		return err
	}
	buf := make([]byte, stride)
	for row := range min(h, l.height-y) {
		if _, err := io.ReadFull(rows, buf); err != nil {
			return errors.New("its data ends too early")
		}
		l.unpredict(buf, samples)
		l.grayRow(buf, samples, dst.Pix[(y+row)*dst.Stride+x:][:min(w, l.width-x)])
	}
	return nil
}

// unpredict undoes horizontal differencing (TIFF 6.0 section 14) in one row.
func (l *form) unpredict(row []byte, samples int) {
	if l.predictor != 2 {
		return
	}
	switch l.bits {
	case 8:
		for i := samples; i < len(row); i++ {
			row[i] += row[i-samples]
		}
	case 16:
		for i := 2 * samples; i+1 < len(row); i += 2 {
			l.order.PutUint16(row[i:], l.order.Uint16(row[i:])+l.order.Uint16(row[i-2*samples:]))
		}
	}
}

// grayRow turns one row of samples into grey.
func (l *form) grayRow(row []byte, samples int, dst []uint8) {
	if l.bits == 1 && samples == 1 && l.photometric <= blackIsZero {
		l.bilevelRow(row, dst)
		return
	}
	colours := min(l.colours(), samples)
	var c [4]uint8
	for x := range dst {
		for k := range min(colours, 4) {
			c[k] = l.sample(row, x*samples+k)
		}
		switch {
		case l.photometric == whiteIsZero:
			dst[x] = 255 - c[0]
		case l.photometric == palette:
			dst[x] = l.table[l.raw(row, x*samples)]
		case l.photometric == rgb && colours == 3:
			dst[x] = luma(c[0], c[1], c[2])
		case l.photometric == cmyk && colours == 4:
			light := 255 - uint32(c[3])
			dst[x] = uint8(uint32(luma(255-c[0], 255-c[1], 255-c[2])) * light / 255)
		default: // grey, or the first part of YCbCr
			dst[x] = c[0]
		}
	}
}

// bilevelRow spreads black-and-white pixels.
func (l *form) bilevelRow(row []byte, dst []uint8) {
	flip := byte(0)
	if l.photometric == whiteIsZero {
		flip = 0xff
	}
	for x := 0; x < len(dst); x += 8 {
		b := row[x/8] ^ flip
		to := dst[x:min(x+8, len(dst))]
		for k := range to {
			to[k] = uint8(int8(b<<k) >> 7)
		}
	}
}

// raw gives sample i of a row as it stands, the upper byte of 16 bits.
func (l *form) raw(row []byte, i int) uint8 {
	switch l.bits {
	case 8:
		return row[i]
	case 16:
		return uint8(l.order.Uint16(row[i*2:]) >> 8)
	}
	at := i * l.bits
	return row[at/8] >> (8 - l.bits - at%8) & (1<<l.bits - 1)
}

// sample gives sample i of a row as 0 to 255.
func (l *form) sample(row []byte, i int) uint8 {
	v := l.raw(row, i)
	switch l.bits {
	case 1:
		return v * 255
	case 2:
		return v * 85
	case 4:
		return v * 17
	}
	return v
}

package file

import (
	"encoding/binary"
	"fmt"
	"io"
)

// Tags of TIFF 6.0 and of EXIF that matter here.
const (
	tagSubfileType     = 254
	tagWidth           = 256
	tagHeight          = 257
	tagBits            = 258
	tagCompression     = 259
	tagPhotometric     = 262
	tagFillOrder       = 266
	tagStripOffsets    = 273
	tagOrientation     = 274
	tagSamples         = 277
	tagRowsPerStrip    = 278
	tagStripCounts     = 279
	tagXResolution     = 282
	tagYResolution     = 283
	tagPlanar          = 284
	tagT4Options       = 292
	tagResolutionUnit  = 296
	tagPredictor       = 317
	tagColorMap        = 320
	tagTileWidth       = 322
	tagTileHeight      = 323
	tagTileOffsets     = 324
	tagTileCounts      = 325
	tagJPEGTables      = 347
	tagJPEGInterchange = 513
)

// Limits on what a directory may hold.
const (
	maxEntries = 1 << 10 // of one directory
	maxValues  = 1 << 20 // of one entry
)

// directory is one image file directory (TIFF 6.0 section 2), which describes one
// page.
type directory struct {
	r       io.ReaderAt
	order   binary.ByteOrder
	entries map[uint16]entry
}

// entry is one field: its type, its count, and where its values stand.
type entry struct {
	kind  uint16
	count uint32
	at    int64
}

// entrySizes are the bytes of one value by type (TIFF 6.0 section 2).
var entrySizes = map[uint16]int64{1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}

// readDirectories follows the chain of directories, at most limit of them. A usable
// part comes with an error that says where the chain breaks: behind the end of the
// file, or in a loop.
func readDirectories(r io.ReaderAt, size int64, limit int) ([]directory, error) {
	var head [8]byte
	if _, err := r.ReadAt(head[:], 0); err != nil {
		return nil, fmt.Errorf("the header is cut off")
	}
	var order binary.ByteOrder = binary.LittleEndian
	switch string(head[:2]) {
	case "II":
	case "MM":
		order = binary.BigEndian
	default:
		return nil, fmt.Errorf("the header is not that of a TIFF")
	}
	if order.Uint16(head[2:]) == 43 {
		return nil, fmt.Errorf("files in the BigTIFF form are not read")
	}
	var dirs []directory
	seen := map[int64]bool{}
	for at := int64(order.Uint32(head[4:])); at != 0; {
		switch {
		case seen[at]:
			return dirs, fmt.Errorf("the chain of pages runs in a loop after page %d", len(dirs))
		case at < 8 || at > size-2:
			return dirs, fmt.Errorf("the chain of pages breaks off after page %d", len(dirs))
		case len(dirs) == limit:
			return dirs, fmt.Errorf("there are more than %d pages", limit)
		}
		seen[at] = true
		d, next, err := readDirectory(r, order, at, size)
		if err != nil {
			return dirs, err
		}
		dirs = append(dirs, d)
		at = next
	}
	return dirs, nil
}

// readDirectory reads the directory at an offset and gives the offset of the next.
func readDirectory(r io.ReaderAt, order binary.ByteOrder, at, size int64) (d directory, next int64, err error) {
	var two [2]byte
	if _, err := r.ReadAt(two[:], at); err != nil {
		return d, 0, fmt.Errorf("a directory is cut off")
	}
	n := int(order.Uint16(two[:]))
	if n == 0 || n > maxEntries {
		return d, 0, fmt.Errorf("a directory has %d entries", n)
	}
	body := make([]byte, n*12+4)
	if got, err := r.ReadAt(body, at+2); err != nil && got < n*12 {
		return d, 0, fmt.Errorf("a directory is cut off")
	}
	d = directory{r: r, order: order, entries: make(map[uint16]entry, n)}
	for i := range n {
		b := body[i*12 : i*12+12]
		tag, e := order.Uint16(b), entry{kind: order.Uint16(b[2:]), count: order.Uint32(b[4:])}
		length := entrySizes[e.kind] * int64(e.count)
		e.at = at + 2 + int64(i)*12 + 8
		if length > 4 {
			e.at = int64(order.Uint32(b[8:]))
		}
		_, twice := d.entries[tag]
		if length == 0 || e.at+length > size || twice {
			continue
		}
		d.entries[tag] = e
	}
	return d, int64(order.Uint32(body[n*12:])), nil
}

// bytes gives the raw values of a tag; nil if it is missing or too long.
func (d directory) bytes(tag uint16) []byte {
	e, ok := d.entries[tag]
	if !ok || e.count > maxValues {
		return nil
	}
	b := make([]byte, entrySizes[e.kind]*int64(e.count))
	if _, err := d.r.ReadAt(b, e.at); err != nil {
		return nil
	}
	return b
}

// uints gives the whole numbers of a tag; nil if it is missing or of another kind.
func (d directory) uints(tag uint16) []uint32 {
	b := d.bytes(tag)
	e := d.entries[tag]
	if b == nil {
		return nil
	}
	values := make([]uint32, e.count)
	for i := range values {
		switch e.kind {
		case 1, 7:
			values[i] = uint32(b[i])
		case 3:
			values[i] = uint32(d.order.Uint16(b[i*2:]))
		case 4, 13:
			values[i] = d.order.Uint32(b[i*4:])
		default:
			return nil
		}
	}
	return values
}

// first gives the first number of a tag, or another where it is missing.
func (d directory) first(tag uint16, other uint32) uint32 {
	if v := d.uints(tag); len(v) > 0 {
		return v[0]
	}
	return other
}

// resolution gives dots an inch, across and down; 0 where it is not said.
func (d directory) resolution() (x, y float64) {
	unit := unitDPI(int(d.first(tagResolutionUnit, 2)), 2)
	read := func(tag uint16) float64 {
		b := d.bytes(tag)
		if len(b) < 8 || d.entries[tag].kind != 5 {
			return 0
		}
		n, m := d.order.Uint32(b), d.order.Uint32(b[4:])
		if m == 0 {
			return 0
		}
		return unit * float64(n) / float64(m)
	}
	return read(tagXResolution), read(tagYResolution)
}

// unitDPI is what a unit of resolution is in dots an inch: inch is the value that
// means inches, the one above it means centimetres; others mean nothing.
func unitDPI(unit, inch int) float64 {
	switch unit {
	case inch:
		return 1
	case inch + 1:
		return 2.54
	}
	return 0
}

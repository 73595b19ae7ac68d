package testscan

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"image"
	"image/jpeg"
	"math/bits"
	"strings"
)

// Compressions of a TIFF (TIFF 6.0 section 3).
const (
	TIFFPlain    = 1
	TIFFG4       = 4
	TIFFLZW      = 5
	TIFFJPEG     = 7
	TIFFDeflate  = 8
	TIFFPackBits = 32773
)

// TIFFPage is one page of a TIFF.
type TIFFPage struct {
	Gray        *image.Gray
	Compression int
	DPIX, DPIY  int
	Orientation int // 0: not said
}

// TIFF makes a file of several pages, in strips of 64 rows.
func TIFF(pages ...TIFFPage) []byte {
	le := binary.LittleEndian
	out := []byte("II*\x00\x00\x00\x00\x00")
	link := 4 // where the offset of the next directory belongs
	for _, p := range pages {
		strips, bilevel := p.strips()
		var offsets, counts []uint32
		for _, s := range strips {
			offsets = append(offsets, uint32(len(out)))
			counts = append(counts, uint32(len(s)))
			out = append(out, s...)
		}
		bitsPerSample, photometric := uint32(8), uint32(1)
		if bilevel {
			bitsPerSample, photometric = 1, 0
		}
		type field struct {
			tag, kind uint16
			values    []uint32
		}
		fields := []field{
			{256, 4, []uint32{uint32(p.Gray.Rect.Dx())}}, {257, 4, []uint32{uint32(p.Gray.Rect.Dy())}},
			{258, 3, []uint32{bitsPerSample}}, {259, 3, []uint32{uint32(p.Compression)}}, {262, 3, []uint32{photometric}},
			{273, 4, offsets}, {274, 3, []uint32{uint32(max(p.Orientation, 1))}}, {277, 3, []uint32{1}}, {278, 4, []uint32{stripRows}}, {279, 4, counts},
			{282, 5, []uint32{uint32(p.DPIX), 1}}, {283, 5, []uint32{uint32(p.DPIY), 1}}, {296, 3, []uint32{2}},
		}
		var dir []byte
		for _, f := range fields {
			var data []byte
			for _, v := range f.values {
				if f.kind == 3 {
					data = le.AppendUint16(data, uint16(v))
				} else {
					data = le.AppendUint32(data, v)
				}
			}
			count := len(f.values)
			if f.kind == 5 {
				count /= 2
			}
			dir = le.AppendUint16(dir, f.tag)
			dir = le.AppendUint16(dir, f.kind)
			dir = le.AppendUint32(dir, uint32(count))
			if len(data) > 4 {
				at := len(out)
				out = append(out, data...)
				data = le.AppendUint32(nil, uint32(at))
			}
			dir = append(dir, append(data, 0, 0, 0, 0)[:4]...)
		}
		le.PutUint32(out[link:], uint32(len(out)))
		out = le.AppendUint16(out, uint16(len(fields)))
		out = append(out, dir...)
		link = len(out)
		out = append(out, 0, 0, 0, 0)
	}
	return out
}

const stripRows = 64

// strips compresses a page; bilevel says that it is black and white.
func (p TIFFPage) strips() (strips [][]byte, bilevel bool) {
	w, h := p.Gray.Rect.Dx(), p.Gray.Rect.Dy()
	for y := 0; y < h; y += stripRows {
		n := min(stripRows, h-y)
		raw := p.Gray.Pix[y*p.Gray.Stride : (y+n)*p.Gray.Stride]
		switch p.Compression {
		case TIFFG4:
			bilevel = true
			strips = append(strips, g4(raw, w))
		case TIFFLZW:
			strips = append(strips, lzw(raw))
		case TIFFPackBits:
			var b []byte
			for ; len(raw) > 0; raw = raw[min(len(raw), 100):] {
				part := raw[:min(len(raw), 100)]
				b = append(append(b, byte(len(part)-1)), part...)
			}
			strips = append(strips, b)
		case TIFFDeflate:
			var b bytes.Buffer
			z := zlib.NewWriter(&b)
			_, _ = z.Write(raw) // to memory
			_ = z.Close()
			strips = append(strips, b.Bytes())
		case TIFFJPEG:
			var b bytes.Buffer
			_ = jpeg.Encode(&b, p.Gray.SubImage(image.Rect(0, y, w, y+n)), nil) // to memory
			strips = append(strips, b.Bytes())
		default:
			strips = append(strips, raw)
		}
	}
	return strips, bilevel
}

// bitWriter gathers bits, the highest first.
type bitWriter struct {
	out  []byte
	acc  uint64
	held int
}

func (b *bitWriter) write(code uint32, n int) {
	b.acc = b.acc<<n | uint64(code)
	for b.held += n; b.held >= 8; b.held -= 8 {
		b.out = append(b.out, byte(b.acc>>(b.held-8)))
	}
}

func (b *bitWriter) flush() []byte {
	if b.held > 0 {
		b.write(0, 8-b.held)
	}
	return b.out
}

// lzw compresses as TIFF 6.0 section 13 asks: codes grow one entry early. The table
// is never filled: it is cleared in time.
func lzw(raw []byte) []byte {
	var b bitWriter
	table := map[string]uint32{}
	next, width := uint32(258), 9
	b.write(256, 9)
	code := func(s []byte) uint32 {
		if len(s) == 1 {
			return uint32(s[0])
		}
		return table[string(s)]
	}
	start := 0
	for i := range raw {
		if i == start {
			continue
		}
		if _, known := table[string(raw[start:i+1])]; known {
			continue
		}
		b.write(code(raw[start:i]), width)
		table[string(raw[start:i+1])] = next
		next++
		width = bits.Len32(next)
		if next == 4094 {
			b.write(code(raw[i:i+1]), width)
			b.write(256, width)
			table, next, width = map[string]uint32{}, 258, 9
			start = i + 1
			continue
		}
		start = i
	}
	if start < len(raw) {
		b.write(code(raw[start:]), width)
		next++
		width = bits.Len32(next)
	}
	b.write(257, width)
	return b.flush()
}

// g4 compresses black and white as ITU-T T.6 asks; dark is below 128.
func g4(raw []byte, w int) []byte {
	var b bitWriter
	above := make([]bool, w)
	row := make([]bool, w)
	for ; len(raw) >= w; raw = raw[w:] {
		for x := range row {
			row[x] = raw[x] < 128
		}
		for a0, dark := -1, false; a0 < w; {
			a1 := change(row, max(a0, 0), dark)
			b1 := reference(above, a0, dark)
			b2 := change(above, b1, !dark)
			switch d := a1 - b1; {
			case b2 < a1: // pass
				b.write(1, 4)
				a0 = b2
			case d >= -3 && d <= 3: // vertical
				codes := [7][2]uint32{{2, 7}, {2, 6}, {2, 3}, {1, 1}, {3, 3}, {3, 6}, {3, 7}}
				b.write(codes[d+3][0], int(codes[d+3][1]))
				a0, dark = a1, !dark
			default: // horizontal
				a2 := change(row, a1, !dark)
				b.write(1, 3)
				run(&b, a1-max(a0, 0), dark)
				run(&b, a2-a1, !dark)
				a0 = a2
			}
		}
		above, row = row, above
	}
	b.write(1, 12)
	b.write(1, 12)
	return b.flush()
}

// change gives the first place from x on whose colour is not the given one.
func change(row []bool, x int, dark bool) int {
	for x < len(row) && row[x] == dark {
		x++
	}
	return min(x, len(row))
}

// reference gives b1: the first change of colour above, right of a0, to the colour
// other than the present one.
func reference(above []bool, a0 int, dark bool) int {
	for x := a0 + 1; x < len(above); x++ {
		if above[x] != dark && (x == 0 && above[x] || x > 0 && above[x-1] == dark) {
			return x
		}
	}
	return len(above)
}

// Run lengths of ITU-T T.4, tables 2 and 3: 0 to 63, then 64 to 1728 in steps of 64.
// From 1792 on both colours share the last.
var (
	whiteRuns = strings.Fields(`
		00110101 000111 0111 1000 1011 1100 1110 1111 10011 10100 00111 01000 001000 000011 110100 110101 101010 101011 0100111 0001100 0001000
		0010111 0000011 0000100 0101000 0101011 0010011 0100100 0011000 00000010 00000011 00011010 00011011 00010010 00010011 00010100 00010101
		00010110 00010111 00101000 00101001 00101010 00101011 00101100 00101101 00000100 00000101 00001010 00001011 01010010 01010011 01010100
		01010101 00100100 00100101 01011000 01011001 01011010 01011011 01001010 01001011 00110010 00110011 00110100
		11011 10010 010111 0110111 00110110 00110111 01100100 01100101 01101000 01100111 011001100 011001101 011010010 011010011 011010100 011010101
		011010110 011010111 011011000 011011001 011011010 011011011 010011000 010011001 010011010 011000 010011011 00000001000 00000001100
		00000001101 000000010010 000000010011 000000010100 000000010101 000000010110 000000010111 000000011100 000000011101 000000011110
		000000011111`)
	blackRuns = strings.Fields(`
		0000110111 010 11 10 011 0011 0010 00011 000101 000100 0000100 0000101 0000111 00000100 00000111 000011000 0000010111 0000011000 0000001000
		00001100111 00001101000 00001101100 00000110111 00000101000 00000010111 00000011000 000011001010 000011001011 000011001100 000011001101
		000001101000 000001101001 000001101010 000001101011 000011010010 000011010011 000011010100 000011010101 000011010110 000011010111
		000001101100 000001101101 000011011010 000011011011 000001010100 000001010101 000001010110 000001010111 000001100100 000001100101
		000001010010 000001010011 000000100100 000000110111 000000111000 000000100111 000000101000 000001011000 000001011001 000000101011
		000000101100 000001011010 000001100110 000001100111
		0000001111 000011001000 000011001001 000001011011 000000110011 000000110100 000000110101 0000001101100 0000001101101 0000001001010
		0000001001011 0000001001100 0000001001101 0000001110010 0000001110011 0000001110100 0000001110101 0000001110110 0000001110111 0000001010010
		0000001010011 0000001010100 0000001010101 0000001011010 0000001011011 0000001100100 0000001100101 00000001000 00000001100 00000001101
		000000010010 000000010011 000000010100 000000010101 000000010110 000000010111 000000011100 000000011101 000000011110 000000011111`)
)

// run writes a run length.
func run(b *bitWriter, n int, dark bool) {
	table := whiteRuns
	if dark {
		table = blackRuns
	}
	write := func(i int) {
		for _, c := range table[i] {
			b.write(uint32(c-'0'), 1)
		}
	}
	for ; n >= 2560; n -= 2560 {
		write(len(table) - 1)
	}
	if n >= 64 {
		write(63 + n/64)
	}
	write(n % 64)
}

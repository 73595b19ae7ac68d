package code

import (
	"image"
	"math"
	"slices"
	"unicode/utf8"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/aztec"
	"github.com/makiuchi-d/gozxing/datamatrix"
	"github.com/makiuchi-d/gozxing/oned"

	"ask4.com/skarga/scanner-import/pixel"
)

// barReaders read one line of bars each. EAN-13 stands before UPC-A, which is an
// EAN-13 that begins with 0; ITF and Codabar stand last, since they check least.
var barReaders = []struct {
	symbology string
	make      func() gozxing.Reader
	least     int // characters below which it is taken for chance
	lines     int // that must say the same
}{
	{"code128", oned.NewCode128Reader, 1, 2},
	{Code39, oned.NewCode39Reader, 2, 2},
	{"ean13", oned.NewEAN13Reader, 13, 2},
	{"ean8", oned.NewEAN8Reader, 8, 3},
	{"upca", oned.NewUPCAReader, 12, 2},
	{"code93", oned.NewCode93Reader, 2, 2},
	{"upce", oned.NewUPCEReader, 8, 6},
	{"itf", oned.NewITFReader, 6, 4},
	{"codabar", oned.NewCodaBarReader, 4, 4},
}

// Bounds of the search for bars.
const (
	barEdges   = 16  // light and dark edges that a bar code has at least
	barLines   = 110 // lines looked at in each direction of a page
	barWide    = 1300
	barMaxTry  = 40 // stretches of bars that are decoded
	barQuiet   = 12 // per cent of the stretch that are added at both ends: the quiet zone
	barSamples = 2  // samples for each pixel of a line
)

// barAngles are the directions in which bars are looked for, in degrees; a code
// that is higher than a seventh of its width is met in between too.
var barAngles = []float64{0, 90, -8, 8, 82, 98}

// findBars reads bar codes. Bars, unlike text, run on from one line to the next:
// two lines a little apart have the same edges. Only such stretches are decoded,
// and two lines must say the same.
func findBars(g *image.Gray) []Code {
	by := max(1, max(g.Rect.Dx(), g.Rect.Dy())/barWide)
	small := pixel.Reduce(g, by)
	readers := make([]oned.RowDecoder, len(barReaders))
	for i, r := range barReaders {
		readers[i] = r.make().(oned.RowDecoder)
	}
	said := map[Code]int{} // by how many lines
	var found []Code
	for _, degrees := range barAngles {
		list := stretches(small, degrees)
		for _, s := range list[:min(len(list), barMaxTry)] {
			read := readBars(g, s.scaled(float64(by)), readers)
			for _, c := range read {
				if said[c]++; said[c] == linesFor(c.Symbology) {
					found = append(found, c)
				}
			}
			if len(read) == 2 && read[0] == read[1] && len(list) > 2*barMaxTry {
				break // high bars: their other lines say the same
			}
		}
	}
	return found
}

// linesFor is how many lines must say the same before a code is believed.
func linesFor(symbology string) int {
	for _, r := range barReaders {
		if r.symbology == symbology {
			return r.lines
		}
	}
	return 2
}

// stretch is a piece of a line, and the step to its neighbour that has the same
// edges.
type stretch struct {
	x, y, dx, dy, length float64 // start, direction (of length 1), length
	sx, sy               float64 // to the neighbour
}

func (s stretch) scaled(by float64) stretch {
	s.x, s.y, s.length, s.sx, s.sy = s.x*by, s.y*by, s.length*by, s.sx*by, s.sy*by
	return s
}

// stretches finds where two neighbouring lines in a direction have the same edges.
func stretches(g *image.Gray, degrees float64) []stretch {
	w, h := float64(g.Rect.Dx()), float64(g.Rect.Dy())
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	// Lines through the picture at distances d from its middle, along (cos, sin).
	reach := (math.Abs(w*sin) + math.Abs(h*cos)) / 2
	gap := max(1, 2*reach/barLines)
	apart := max(1, min(gap, reach/8)/2)
	half := math.Hypot(w, h) / 2
	var found []stretch
	for d := -reach + gap/2; d < reach; d += gap {
		line := stretch{x: w/2 - sin*d - cos*half, y: h/2 + cos*d - sin*half, dx: cos, dy: sin, length: 2 * half, sx: -sin * apart, sy: cos * apart}
		line, ok := line.clipped(w, h)
		if !ok {
			continue
		}
		a := edges(line.sample(g, 1))
		if len(a) < barEdges {
			continue
		}
		next := line
		next.x, next.y = line.x+line.sx, line.y+line.sy
		for _, run := range sameEdges(a, edges(next.sample(g, 1))) {
			s := line
			s.x, s.y, s.length = line.x+cos*run[0], line.y+sin*run[0], run[1]-run[0]
			found = append(found, s)
		}
	}
	// Where bars are high, many lines cross them: the middle ones are the safest.
	return spread(found)
}

// spread puts stretches into an order in which each one tried is far from those
// before it.
func spread(list []stretch) []stretch {
	out := make([]stretch, 0, len(list))
	taken := make([]bool, len(list))
	for step := len(list) / 2; ; step /= 2 {
		step = max(step, 1)
		for i := step; i < len(list); i += 2 * step {
			if !taken[i] {
				taken[i] = true
				out = append(out, list[i])
			}
		}
		if step == 1 {
			break
		}
	}
	for i, s := range list {
		if !taken[i] {
			out = append(out, s)
		}
	}
	return out
}

// clipped cuts a line to the picture.
func (s stretch) clipped(w, h float64) (stretch, bool) {
	from, to := 0.0, s.length
	cut := func(p, d, limit float64) {
		if math.Abs(d) < 1e-9 {
			if p < 0 || p >= limit {
				to = -1
			}
			return
		}
		a, b := -p/d, (limit-1-p)/d
		from, to = max(from, min(a, b)), min(to, max(a, b))
	}
	cut(s.x, s.dx, w)
	cut(s.y, s.dy, h)
	if to-from < 16 {
		return s, false
	}
	s.x, s.y, s.length = s.x+s.dx*from, s.y+s.dy*from, to-from
	return s, true
}

// sample gives the grey values along a line, per so many a pixel. Outside of the
// picture lies paper as light as the lightest near its edge.
func (s stretch) sample(g *image.Gray, per int) []uint8 {
	out := make([]uint8, int(s.length*float64(per)))
	line := pixel.Line{X: pixel.Fixed(s.x), Y: pixel.Fixed(s.y), DX: pixel.Fixed(s.dx / float64(per)), DY: pixel.Fixed(s.dy / float64(per))}
	first, last := line.Inside(g, len(out))
	if last == first {
		return out
	}
	line.Sample(g, out, first, last)
	near := (last - first + 4) / 5
	paper := slices.Max(out[first : first+near])
	for i := range first {
		out[i] = paper
	}
	paper = slices.Max(out[last-near : last])
	for i := last; i < len(out); i++ {
		out[i] = paper
	}
	return out
}

// binary makes a line dark and light: between the darkest and the lightest around
// each sample.
func binary(line []uint8, radius int) []bool {
	out := make([]bool, len(line))
	lows, highs := windowed(line, radius)
	for i, v := range line {
		lo, hi := int(lows[i]), int(highs[i])
		out[i] = hi-lo > 40 && int(v)*2 < lo+hi
	}
	return out
}

// windowed gives the least and the greatest value around each sample, in blocks of
// half the radius.
func windowed(line []uint8, radius int) (lows, highs []uint8) {
	block := max(1, radius/2)
	n := (len(line) + block - 1) / block
	lo, hi := make([]uint8, n), make([]uint8, n)
	for i := range n {
		part := line[i*block : min((i+1)*block, len(line))]
		lo[i], hi[i] = slices.Min(part), slices.Max(part)
	}
	lows, highs = make([]uint8, len(line)), make([]uint8, len(line))
	for i := range n {
		a, b := max(0, i-2), min(n, i+3)
		l, h := slices.Min(lo[a:b]), slices.Max(hi[a:b])
		for k := i * block; k < min((i+1)*block, len(line)); k++ {
			lows[k], highs[k] = l, h
		}
	}
	return lows, highs
}

// edge is where a line turns dark or light.
type edge struct {
	at   int
	dark bool
}

func edges(line []uint8) []edge {
	var out []edge
	dark := binary(line, 40)
	for i := 1; i < len(dark); i++ {
		if dark[i] != dark[i-1] {
			out = append(out, edge{i, dark[i]})
		}
	}
	return out
}

// sameEdges gives the pieces of a line, from and to, in which another line has the
// same edges.
func sameEdges(a, b []edge) [][2]float64 {
	var out [][2]float64
	start, last, missed, j, shift := -1, -1, 0, 0, 0
	flush := func() {
		if start >= 0 && last-start >= barEdges {
			out = append(out, [2]float64{float64(a[start].at), float64(a[last].at)})
		}
		start, missed, shift = -1, 0, 0
	}
	for i, e := range a {
		for j < len(b) && b[j].at < e.at+shift-2 {
			j++
		}
		match := -1
		for k := j; k < len(b) && b[k].at <= e.at+shift+2; k++ {
			if b[k].dark == e.dark && (match < 0 || abs(b[k].at-e.at-shift) < abs(b[match].at-e.at-shift)) {
				match = k
			}
		}
		// A light piece that is long against the bars so far ends them.
		if start >= 0 && e.at-a[i-1].at > 60 && e.at-a[i-1].at > (a[i-1].at-a[start].at)/2+20 {
			flush()
		}
		switch {
		case match >= 0:
			if start < 0 {
				start = i
			}
			last = i
			missed = max(0, missed-1)
			shift = (3*shift + b[match].at - e.at) / 4
		case start >= 0:
			if missed += 3; missed > 8 {
				flush()
			}
		}
	}
	flush()
	return out
}

func abs(n int) int { return max(n, -n) }

// readBars decodes a stretch and its neighbour in full size, in both directions.
func readBars(g *image.Gray, s stretch, readers []oned.RowDecoder) (said []Code) {
	quiet := s.length*barQuiet/100 + 12
	s.x, s.y, s.length = s.x-s.dx*quiet, s.y-s.dy*quiet, s.length+2*quiet
	for range 2 {
		if c, ok := readLine(s.sample(g, barSamples), readers); ok {
			said = append(said, c)
		}
		s.x, s.y = s.x+s.sx, s.y+s.sy
	}
	return said
}

// readLine decodes one line, with the light of a wide neighbourhood and of a narrow
// one, as it is and sharpened.
func readLine(line []uint8, readers []oned.RowDecoder) (Code, bool) {
	sharp := sharpened(line)
	for _, bars := range []*gozxing.BitArray{row(line, len(line)/4), row(line, len(line)/12), row(sharp, len(line)/4), row(sharp, len(line)/12)} {
		for i, r := range readers {
			for range 2 {
				if text, ok := readRow(r, bars); ok && len(text) >= barReaders[i].least {
					return Code{barReaders[i].symbology, text}, true
				}
				bars.Reverse()
			}
		}
	}
	return Code{}, false
}

// sharpened makes narrow bars stand out that a lens has smeared.
func sharpened(line []uint8) []uint8 {
	out := slices.Clone(line)
	const d = barSamples
	for i := d; i < len(line)-d; i++ {
		out[i] = uint8(min(max(2*int(line[i])-(int(line[i-d])+int(line[i+d]))/2, 0), 255))
	}
	return out
}

// row gives the dark parts of a line as gozxing wants them.
func row(line []uint8, radius int) *gozxing.BitArray {
	dark := binary(line, radius)
	row := gozxing.NewBitArray(len(dark))
	for i, d := range dark {
		if d {
			row.Set(i)
		}
	}
	return row
}

// readRow decodes one line. A panic of the decoder is no code.
func readRow(r oned.RowDecoder, row *gozxing.BitArray) (text string, ok bool) {
	defer func() {
		if p := recover(); p != nil {
			text, ok = "", false
		}
	}()
	result, err := r.DecodeRow(0, row, nil)
	if err != nil {
		return "", false
	}
	return utf8Text(result.GetText()), true
}

// utf8Text mends the text of codes that hold bytes of ISO 8859-1.
func utf8Text(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	return string(runes)
}

// findOther reads the codes that are found only where little else is in the
// picture.
func findOther(g *image.Gray) (found []Code) {
	for _, r := range []struct {
		symbology string
		reader    gozxing.Reader
	}{{"datamatrix", datamatrix.NewDataMatrixReader()}, {"aztec", aztec.NewAztecReader()}} {
		func() {
			defer func() { _ = recover() }() // a panic of the decoder is no code
			bitmap, err := gozxing.NewBinaryBitmapFromImage(g)
			if err != nil {
				return
			}
			hints := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true}
			if result, err := r.reader.Decode(bitmap, hints); err == nil {
				found = append(found, Code{r.symbology, utf8Text(result.GetText())})
			}
		}()
		if len(found) > 0 {
			break
		}
	}
	return found
}

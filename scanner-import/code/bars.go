package code

import (
	"image"
	"math"
	"slices"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/aztec"
	"github.com/makiuchi-d/gozxing/datamatrix"
	"github.com/makiuchi-d/gozxing/oned"
)

// barReaders read one line of bars each. EAN-13 stands before UPC-A, which is an
// EAN-13 that begins with 0; ITF and Codabar stand last, since they check least.
var barReaders = []struct {
	symbology string
	make      func() gozxing.Reader
	least     int // characters below which it is taken for chance
}{
	{"code128", oned.NewCode128Reader, 1},
	{Code39, oned.NewCode39Reader, 2},
	{"ean13", oned.NewEAN13Reader, 13},
	{"ean8", oned.NewEAN8Reader, 8},
	{"upca", oned.NewUPCAReader, 12},
	{"code93", oned.NewCode93Reader, 2},
	{"upce", oned.NewUPCEReader, 8},
	{"itf", oned.NewITFReader, 6},
	{"codabar", oned.NewCodaBarReader, 4},
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
// and both lines must say the same.
func findBars(g *image.Gray) []Code {
	by := max(1, max(g.Rect.Dx(), g.Rect.Dy())/barWide)
	small := reduce(g, by)
	readers := make([]gozxing.Reader, len(barReaders))
	for i, r := range barReaders {
		readers[i] = r.make()
	}
	var found []Code
	tries := 0
	for _, degrees := range barAngles {
		for _, s := range stretches(small, degrees) {
			if tries++; tries > barMaxTry {
				return found
			}
			if c, ok := readBars(g, s.scaled(float64(by)), readers); ok && !slices.Contains(found, c) {
				found = append(found, c)
			}
		}
	}
	return found
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

// sample gives the grey values along a line, per so many a pixel.
func (s stretch) sample(g *image.Gray, per int) []uint8 {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	out := make([]uint8, int(s.length*float64(per)))
	if per == 1 && s.dy == 0 {
		y, x := int(s.y), int(s.x)
		if y >= 0 && y < h && x >= 0 {
			copy(out, g.Pix[y*g.Stride+min(x, w):y*g.Stride+w])
		}
		return out
	}
	for i := range out {
		t := float64(i) / float64(per)
		x, y := s.x+s.dx*t, s.y+s.dy*t
		xi, yi := int(math.Floor(x)), int(math.Floor(y))
		if xi < 0 || yi < 0 || xi >= w || yi >= h {
			out[i] = 255
			continue
		}
		x2, y2 := min(xi+1, w-1), min(yi+1, h-1)
		fx, fy := x-float64(xi), y-float64(yi)
		top := float64(g.Pix[yi*g.Stride+xi])*(1-fx) + float64(g.Pix[yi*g.Stride+x2])*fx
		low := float64(g.Pix[y2*g.Stride+xi])*(1-fx) + float64(g.Pix[y2*g.Stride+x2])*fx
		out[i] = uint8(top*(1-fy) + low*fy)
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

// readBars decodes a stretch in full size, in both directions; its neighbour must
// say the same.
func readBars(g *image.Gray, s stretch, readers []gozxing.Reader) (Code, bool) {
	quiet := s.length*barQuiet/100 + 12
	s.x, s.y, s.length = s.x-s.dx*quiet, s.y-s.dy*quiet, s.length+2*quiet
	next := s
	next.x, next.y = s.x+s.sx, s.y+s.sy
	line, other := s.row(g), next.row(g)
	for i, r := range readers {
		decode := r.(oned.RowDecoder)
		for range 2 {
			text, ok := readRow(decode, line)
			if ok && len(text) >= barReaders[i].least {
				if again, ok := readRow(decode, other); ok && again == text {
					return Code{barReaders[i].symbology, text}, true
				}
			}
			line.Reverse()
			other.Reverse()
		}
	}
	return Code{}, false
}

// row gives the dark parts of a line as gozxing wants them.
func (s stretch) row(g *image.Gray) *gozxing.BitArray {
	dark := binary(s.sample(g, barSamples), int(s.length)/4)
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
	return result.GetText(), true
}

// findOther reads the codes that gozxing finds only where little else is in the
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
			if result, err := r.reader.Decode(bitmap, nil); err == nil {
				found = append(found, Code{r.symbology, result.GetText()})
			}
		}()
	}
	return found
}

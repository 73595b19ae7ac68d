package code

import (
	"image"
	"math"
	"slices"
	"strings"
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
	{"ean8", oned.NewEAN8Reader, 8, 6},
	{"upca", oned.NewUPCAReader, 12, 2},
	{"code93", oned.NewCode93Reader, 2, 2},
	{"upce", oned.NewUPCEReader, 8, 6},
	{"itf", oned.NewITFReader, 6, 4},
	{"codabar", oned.NewCodaBarReader, 4, 4},
}

// wholeASCII reads Code 39 whose pairs of signs stand for the rest of ASCII; it refuses
// signs that make no pair.
var wholeASCII = oned.NewCode39ReaderWithFlags(false, true).(oned.RowDecoder)

// function1 makes FNC1 of Code 128 the separator GS; at the beginning, where it only says
// that the content is GS1's, it is written as that.
var function1 = map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_ASSUME_GS1: true}

// Bounds of the search for bars.
const (
	barEdges   = 16  // light and dark edges that a bar code has at least
	barLines   = 110 // lines looked at in each direction of a page
	barWide    = 1300
	barMaxTry  = 40 // stretches of bars that are decoded in one direction
	barFewTry  = 12 // the same where they are looked at closely
	barQuiet   = 12 // per cent of the stretch that are added at both ends: the quiet zone
	barSamples = 2  // samples for each pixel of a line
)

// barAngles are the directions in which bars are looked for, in degrees; a code
// that is higher than a seventh of its width is met in between too.
var barAngles = []float64{0, 90, -8, 8, 82, 98}

// findBars reads bar codes, closely also those that slant or have no quiet zone. Bars, unlike text, run on from one line to the next:
// two lines a little apart have the same edges. Only such stretches are decoded,
// and two lines must say the same.
func findBars(g *image.Gray, closely bool) []Code {
	by := max(1, max(g.Rect.Dx(), g.Rect.Dy())/barWide)
	small := pixel.Reduce(g, by)
	angles := barAngles
	if closely {
		angles = append(slices.Clone(barAngles), slants(small)...)
	}
	readers := make([]oned.RowDecoder, len(barReaders))
	for i, r := range barReaders {
		readers[i] = r.make().(oned.RowDecoder)
	}
	said := map[Code]int{} // by how many lines
	var found []Code
	for _, degrees := range angles {
		list, try := stretches(small, degrees), barMaxTry
		if closely {
			try = barFewTry
		}
		for _, s := range list[:min(len(list), try)] {
			read := readBars(g, s.scaled(float64(by)), readers, closely)
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

// readBars decodes a stretch and its neighbour in full size, in both directions; closely
// also as if paper began where the bars end.
func readBars(g *image.Gray, s stretch, readers []oned.RowDecoder, closely bool) (said []Code) {
	quiet := s.length*barQuiet/100 + 12
	s.x, s.y, s.length = s.x-s.dx*quiet, s.y-s.dy*quiet, s.length+2*quiet
	for range 2 {
		line := s.sample(g, barSamples)
		c, ok := readLine(line, readers)
		if !ok && closely {
			c, ok = readLine(quieted(line, int((quiet-4)*barSamples)), readers)
		}
		if ok {
			said = append(said, c)
		}
		s.x, s.y = s.x+s.sx, s.y+s.sy
	}
	return said
}

// quieted makes light what lies before the first bar and behind the last, from margin
// samples at both ends on: a quiet zone where there is too little or none.
func quieted(line []uint8, margin int) []uint8 {
	out, dark, light := slices.Clone(line), binary(line, len(line)/4), slices.Max(line)
	for range 2 {
		i := max(margin, 0)
		for i < len(dark) && dark[i] {
			i++ // the table that the paper lies on
		}
		for i < len(dark) && !dark[i] {
			i++
		}
		for k := range out[:i] {
			out[k] = light
		}
		slices.Reverse(out)
		slices.Reverse(dark)
	}
	return out
}

// readLine decodes one line, with the light of a wide neighbourhood and of a narrow
// one, as it is and sharpened.
func readLine(line []uint8, readers []oned.RowDecoder) (Code, bool) {
	sharp := sharpened(line)
	for _, bars := range []*gozxing.BitArray{row(line, len(line)/4), row(line, len(line)/12), row(sharp, len(line)/4), row(sharp, len(line)/12)} {
		for i, r := range readers {
			for range 2 {
				if text, ok := readRow(r, bars); ok && len(text) >= barReaders[i].least {
					if barReaders[i].symbology == Code39 && strings.ContainsAny(text, "$%+/") {
						if whole, ok := readRow(wholeASCII, bars); ok {
							text = whole
						}
					}
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
	result, err := r.DecodeRow(0, row, function1)
	if err != nil {
		return "", false
	}
	return utf8Text(strings.TrimPrefix(result.GetText(), "]C1")), true
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

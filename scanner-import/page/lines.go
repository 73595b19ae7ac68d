package page

import (
	"image"
	"math"
	"slices"

	"ask4.com/skarga/scanner-import/pixel"
)

// ink is the dark part of a page's small copy: 1 is dark.
type ink struct {
	w, h int
	pix  []uint8
}

// inkOf takes what is clearly darker than the paper, which is white by now.
func inkOf(small *image.Gray) ink {
	w, h := pixel.Size(small)
	k := ink{w, h, make([]uint8, w*h)}
	limit := inkLimit(small)
	for i, v := range small.Pix[:w*h] {
		if v < limit {
			k.pix[i] = 1
		}
	}
	k.dropSolid()
	return k
}

// solid is half the side of the smallest dark square that no letter fills: 5 mm.
const solid = 10

// dropSolid takes away what is dark through and through, such as pictures, bars and
// the table beside the page, with its edges: they would be taken for lines.
func (k *ink) dropSolid() {
	sum := newSums(k.w, k.h, func(i int) bool { return k.pix[i] != 0 })
	full := make([]bool, len(k.pix))
	any := false
	for y := range k.h {
		for x := range k.w {
			if k.pix[y*k.w+x] == 0 {
				continue
			}
			if dark, all := sum.around(x, y, solid); dark*100 > all*85 {
				full[y*k.w+x], any = true, true
			}
		}
	}
	if !any {
		return
	}
	sum = newSums(k.w, k.h, func(i int) bool { return full[i] })
	for y := range k.h {
		for x := range k.w {
			if n, _ := sum.around(x, y, solid+4); n > 0 {
				k.pix[y*k.w+x] = 0
			}
		}
	}
}

// inkLimit is the value below which a pixel is ink: half-way between ink and paper,
// where there is any ink, but never the grain of the paper.
func inkLimit(small *image.Gray) uint8 {
	dark := percentile(small, small.Rect, 1)
	return uint8(max(min((int(dark)+255)*55/100, 200), 90))
}

// blank says whether nothing is written on the page: away from its edges there are
// no marks but a few specks.
func (k ink) blank() bool {
	margin := coarse / 5 // 5 mm
	if k.w < 4*margin || k.h < 4*margin {
		return false
	}
	marks, dots := 0, 0
	for y := margin; y < k.h-margin; y++ {
		row := k.pix[y*k.w:][:k.w]
		for x := margin; x < k.w-margin; x++ {
			if row[x] == 0 {
				continue
			}
			dots++
			// A stroke is longer than a speck.
			if row[x+1] == 1 && row[x+2] == 1 && k.pix[(y+1)*k.w+x] == 1 || k.pix[(y+1)*k.w+x] == 1 && k.pix[(y+2)*k.w+x] == 1 && row[x+1] == 1 {
				marks++
			}
		}
	}
	return marks < 12 && dots < (k.w*k.h)/2000
}

// maxSkew is how far a page may lie askew, in degrees.
const maxSkew = 15.5

// lie is how a page lies.
type lie struct {
	turn int     // degrees clockwise that turn it upright
	skew float64 // degrees clockwise that straighten it then
	sure bool    // false where too little is written to tell
	size float64 // height of its small letters, in pixels of the small copy; 0: not known
}

// upright finds which way is up, and how large the letters are.
func (k ink) upright() (l lie) {
	across, angleAcross := k.lines(false)
	down, angleDown := k.lines(true)
	sideways := down > across
	l.sure = max(across, down) > 1.25*min(across, down)
	l.skew = -angleAcross
	g := k
	if sideways {
		l.skew = -angleDown
		g = k.turned90()
		l.turn = 90
	}
	if math.Abs(l.skew) < leastSkew {
		l.skew = 0
	}
	shape := g.shape(l.skew)
	if shape.below > shape.above {
		l.turn += 180
	}
	l.sure = l.sure && max(shape.above, shape.below) > 1.15*min(shape.above, shape.below) && shape.above+shape.below > 150
	l.size = shape.size()
	return l
}

// turned90 turns the ink clockwise.
func (k ink) turned90() ink {
	out := ink{k.h, k.w, make([]uint8, len(k.pix))}
	for y := range k.h {
		for x, v := range k.pix[y*k.w:][:k.w] {
			out.pix[x*out.w+out.w-1-y] = v
		}
	}
	return out
}

// lines says how clearly the page is written in lines, and at which angle they run:
// clockwise in degrees. sideways looks for lines that run down the page.
//
// The lower edges of letters stand on lines. Seen along the lines they fall into
// few rows, which makes the sum of the squares of the rows' counts large.
func (k ink) lines(sideways bool) (clearness, angle float64) {
	xs, ys := k.feet(sideways)
	if len(xs) < 20 {
		return 0, 0
	}
	length := k.w + k.h
	counts := make([]int32, 2*length)
	at := func(degrees float64) float64 {
		clear(counts)
		slope := int(math.Round(math.Tan(degrees*math.Pi/180) * 65536))
		for i, x := range xs {
			counts[int(ys[i])-(int(x)*slope)>>16+length/2]++
		}
		sum := 0.0
		for _, n := range counts {
			sum += float64(n) * float64(n)
		}
		return sum
	}
	best, angle := 0.0, 0.0
	for d := -maxSkew; d <= maxSkew; d += 0.5 {
		if v := at(d); v > best {
			best, angle = v, d
		}
	}
	for _, step := range []float64{0.2, 0.05} {
		middle := angle
		for d := middle - 3*step; d <= middle+3*step; d += step {
			if v := at(d); v > best {
				best, angle = v, d
			}
		}
	}
	return best / float64(len(xs)), angle
}

// feet gives the places where ink ends downwards; sideways, those of the page turned
// clockwise by 90 degrees.
func (k ink) feet(sideways bool) (xs, ys []int32) {
	for y := 1; y < k.h-1; y++ {
		for x := 1; x < k.w-1; x++ {
			i := y*k.w + x
			if k.pix[i] == 0 {
				continue
			}
			if !sideways && k.pix[i+k.w] == 0 {
				xs, ys = append(xs, int32(x)), append(ys, int32(y))
			} else if sideways && k.pix[i+1] == 0 {
				// Turned clockwise by 90 degrees, (x, y) comes to (-y, x).
				xs, ys = append(xs, int32(k.h-1-y)), append(ys, int32(x))
			}
		}
	}
	return xs, ys
}

// shape is what the lines of a page look like, added up: how much ink sticks out
// above and below them, and how high their cores are.
type shape struct {
	above, below float64
	cores        [64]float64 // ink of the lines by the height of their core
}

// size is the most usual height of a line's core, which is that of its small
// letters.
func (s shape) size() float64 {
	all, so := 0.0, 0.0
	for _, n := range s.cores {
		all += n
	}
	for h, n := range s.cores {
		if so += n; all > 0 && so*2 >= all {
			return float64(h)
		}
	}
	return 0
}

// shape looks at the lines of a page, in strips, since columns need not stand on the
// same lines. In Latin writing more letters reach up than down, and all capitals and
// digits do.
func (k ink) shape(skew float64) (s shape) {
	const strips = 5
	slope := math.Tan(-skew * math.Pi / 180)
	rows := make([]float64, k.h+1)
	for strip := range strips {
		x1, x2 := k.w*strip/strips, k.w*(strip+1)/strips
		clear(rows)
		for y := range k.h {
			for x := x1; x < x2; x++ {
				if k.pix[y*k.w+x] == 1 {
					if row := y - int(float64(x)*slope); row >= 0 && row < k.h {
						rows[row]++
					}
				}
			}
		}
		s.strip(rows)
	}
	return s
}

// Bounds of a line's height, in pixels of the small copy.
const (
	leastLine = 5
	mostLine  = 45
)

// strip looks at each line of a strip: the rows between two empty ones. Its core are
// the rows with much ink; what lies above and below it is added up.
func (s *shape) strip(rows []float64) {
	start := -1
	for y := 0; y < len(rows); y++ {
		if rows[y] > 0 && y < len(rows)-1 {
			if start < 0 {
				start = y
			}
			continue
		}
		if start >= 0 && y-start >= leastLine && y-start <= mostLine {
			s.line(rows[start:y])
		}
		start = -1
	}
}

func (s *shape) line(rows []float64) {
	most := slices.Max(rows)
	if most < 8 {
		return
	}
	first := slices.IndexFunc(rows, func(n float64) bool { return n >= most*0.45 })
	last, ink := first, 0.0
	for i, n := range rows {
		ink += n
		if n >= most*0.45 {
			last = i
		}
	}
	for i, n := range rows {
		if i < first {
			s.above += n
		} else if i > last {
			s.below += n
		}
	}
	s.cores[last-first+1] += ink
}

package code

import (
	"math"
	"slices"
)

// finder is a place that looks like one of the three squares of a QR code, whose
// cross-section is dark and light as 1:1:3:1:1 in every direction (ISO/IEC 18004
// section 6.3.3).
type finder struct {
	x, y   float64 // centre
	module float64 // width of one module along the axes of the picture
	hits   int     // lines that crossed it
}

// maxFinders bounds how many of them are combined.
const maxFinders = 24

// finders looks through every step-th row.
func (b *bits) finders(step int) []finder {
	var found []finder
	for y := step / 2; y < b.h; y += step {
		row := b.pix[y*b.w : (y+1)*b.w]
		var runs [5]int // the last five runs; the newest is last
		start, n := 0, 0
		for x := 1; x <= len(row); x++ {
			if x < len(row) && row[x] == row[x-1] {
				continue
			}
			runs[0], runs[1], runs[2], runs[3], runs[4] = runs[1], runs[2], runs[3], runs[4], x-start
			start = x
			if n++; n >= 5 && row[x-1] == 1 && ratio(runs) {
				found = b.check(found, x, y, runs)
			}
		}
	}
	slices.SortStableFunc(found, func(a, c finder) int { return c.hits - a.hits })
	return found[:min(len(found), maxFinders)]
}

// ratio says whether five runs are about 1:1:3:1:1.
func ratio(runs [5]int) bool {
	total := runs[0] + runs[1] + runs[2] + runs[3] + runs[4]
	if total < 7 {
		return false
	}
	module := float64(total) / 7
	slack := module * 0.7
	off := func(run int, want float64) bool { return math.Abs(float64(run)-want*module) > want*slack }
	return !off(runs[0], 1) && !off(runs[1], 1) && !off(runs[2], 3) && !off(runs[3], 1) && !off(runs[4], 1)
}

// check looks up, down and across at a place whose row fits and ends at x, and adds
// it to those that were found.
func (b *bits) check(found []finder, x, y int, runs [5]int) []finder {
	total := runs[0] + runs[1] + runs[2] + runs[3] + runs[4]
	cx := float64(x-runs[4]-runs[3]) - float64(runs[2])/2
	cy, tall, ok := b.cross(int(cx), y, 0, 1, total)
	if !ok {
		return found
	}
	cx2, wide, ok := b.cross(int(cx), int(cy), 1, 0, total)
	if !ok {
		return found
	}
	module := float64(tall+wide) / 14
	for i, f := range found {
		if math.Abs(f.x-cx2) <= f.module*2 && math.Abs(f.y-cy) <= f.module*2 && module < 2*f.module && f.module < 2*module {
			n := float64(f.hits)
			found[i] = finder{(f.x*n + cx2) / (n + 1), (f.y*n + cy) / (n + 1), (f.module*n + module) / (n + 1), f.hits + 1}
			return found
		}
	}
	return append(found, finder{cx2, cy, module, 1})
}

// cross measures the runs through a dark point along one axis. centre is the
// coordinate of the middle on it, length the sum of the five runs, which must not
// be far from what the other axis has.
func (b *bits) cross(x, y, dx, dy, other int) (centre float64, length int, ok bool) {
	if x < 0 || y < 0 || x >= b.w || y >= b.h || b.pix[y*b.w+x] == 0 {
		return 0, 0, false
	}
	var runs [5]int
	walk := func(sign int, order [3]int) bool {
		px, py := x, y
		for k, at := range order {
			want := uint8(1 - k%2)
			for n := 0; ; n++ {
				px, py = px+sign*dx, py+sign*dy
				if px < 0 || py < 0 || px >= b.w || py >= b.h || b.pix[py*b.w+px] != want {
					px, py = px-sign*dx, py-sign*dy
					break
				}
				if runs[at]++; runs[at] > 2*other {
					return false
				}
			}
		}
		return true
	}
	if !walk(-1, [3]int{2, 1, 0}) {
		return 0, 0, false
	}
	before := runs[2]
	if !walk(1, [3]int{2, 3, 4}) {
		return 0, 0, false
	}
	runs[2]++ // the point itself
	length = runs[0] + runs[1] + runs[2] + runs[3] + runs[4]
	if !ratio(runs) || length > 2*other || 2*length < other {
		return 0, 0, false
	}
	at := float64(x*dx + y*dy)
	return at - float64(before) + float64(runs[2])/2, length, true
}

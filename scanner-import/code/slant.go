package code

import (
	"image"
	"math"
	"slices"
)

// Bounds of the search for slanting bars.
const (
	slantBlock = 24  // pixels a side of the blocks that are looked at
	slantEven  = 0.8 // how much of a block's edges lie in one direction
	slantSteep = 12  // grey steps of its edges, on average
	slantLeast = 5   // blocks that agree
	slantBin   = 10  // degrees that count as one direction
	slantMost  = 4   // directions that are tried
)

// slants gives the directions, in degrees, across which many edges lie in parallel, as
// bars do and text does not, but for those in which bars are looked for anyway. It takes
// the main direction of the structure tensor of each block.
func slants(g *image.Gray) []float64 {
	var sums [180 / slantBin]struct{ x, y, n float64 }
	for top := 1; top+slantBlock < g.Rect.Dy(); top += slantBlock {
		for left := 1; left+slantBlock < g.Rect.Dx(); left += slantBlock {
			xx, yy, xy := 0.0, 0.0, 0.0
			for y := top; y < top+slantBlock; y += 2 {
				row := g.Pix[y*g.Stride:]
				above, below := g.Pix[(y-1)*g.Stride:], g.Pix[(y+1)*g.Stride:]
				for x := left; x < left+slantBlock; x++ {
					dx, dy := float64(row[x+1])-float64(row[x-1]), float64(below[x])-float64(above[x])
					xx, yy, xy = xx+dx*dx, yy+dy*dy, xy+dx*dy
				}
			}
			const area = slantBlock * slantBlock / 2
			even := math.Hypot(xx-yy, 2*xy) / (xx + yy + 1)
			if even < slantEven || xx+yy < slantSteep*slantSteep*area {
				continue
			}
			double := math.Atan2(2*xy, xx-yy)
			degrees := math.Mod(double/2*180/math.Pi+180+slantBin/2, 180)
			s := &sums[int(degrees)/slantBin%len(sums)]
			s.x, s.y, s.n = s.x+math.Cos(double), s.y+math.Sin(double), s.n+1
		}
	}
	slices.SortFunc(sums[:], func(a, b struct{ x, y, n float64 }) int { return int(b.n - a.n) })
	var found []float64
	for _, s := range sums[:slantMost] {
		degrees := math.Atan2(s.y, s.x) / 2 * 180 / math.Pi
		usual := slices.ContainsFunc(barAngles, func(a float64) bool {
			off := math.Mod(math.Abs(a-degrees)+360, 180)
			return min(off, 180-off) < slantBin/2
		})
		if s.n >= slantLeast && !usual {
			found = append(found, degrees)
		}
	}
	return found
}

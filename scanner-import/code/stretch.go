package code

import (
	"image"
	"math"
	"slices"

	"ask4.com/skarga/scanner-import/pixel"
)

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

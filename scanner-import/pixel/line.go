package pixel

import (
	"image"
	"math"
)

// Line is a row of places in a picture: where the first is, and the step to the next,
// in pixels of 16 bits before the point and 16 behind it.
type Line struct{ X, Y, DX, DY int }

// Fixed gives a number as Line has it.
func Fixed(v float64) int { return int(math.Round(v * 65536)) }

// Inside gives the first of n places whose four neighbours all lie in g, and the one
// after the last of them; both are equal when there is none.
func (l Line) Inside(g *image.Gray, n int) (first, last int) {
	w, h := Size(g)
	first, last = 0, n
	clip := func(at, step, size int) {
		limit := (size - 1) << 16 // the place itself has to be below it
		switch {
		case size < 2:
			last = 0
		case step == 0:
			if at < 0 || at >= limit {
				last = 0
			}
		case step > 0:
			first, last = max(first, ceil(-at, step)), min(last, ceil(limit-at, step))
		default:
			first, last = max(first, ceil(at-limit+1, -step)), min(last, ceil(at+1, -step))
		}
	}
	clip(l.X, l.DX, w)
	clip(l.Y, l.DY, h)
	first = min(first, n)
	return first, max(first, last)
}

// ceil divides and rounds up; b is above 0.
func ceil(a, b int) int {
	if a > 0 {
		return (a + b - 1) / b
	}
	return -(-a / b)
}

// Sample writes the values at the places from first up to last into to, each weighed
// from its four neighbours. All have to be Inside.
func (l Line) Sample(g *image.Gray, to []uint8, first, last int) {
	w := g.Rect.Dx()
	x, y := l.X+first*l.DX, l.Y+first*l.DY
	to = to[first:last]
	for i := 0; i < len(to); { // as long as the line stays between two rows
		row := y >> 16
		upper, lower := g.Pix[row*g.Stride:][:w], g.Pix[(row+1)*g.Stride:][:w]
		for ; i < len(to) && y>>16 == row; i++ {
			at, fx, fy := uint(x)>>16, int32(x>>8&255), int32(y>>8&255)
			left := int32(upper[at])<<8 + (int32(lower[at])-int32(upper[at]))*fy
			right := int32(upper[at+1])<<8 + (int32(lower[at+1])-int32(upper[at+1]))*fy
			to[i] = uint8((left<<8 + (right-left)*fx + 1<<15) >> 16)
			x, y = x+l.DX, y+l.DY
		}
	}
}

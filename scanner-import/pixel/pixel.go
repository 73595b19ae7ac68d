// Package pixel does to grey pictures what pages and codes both need: make them
// smaller or larger, and turn them. All pictures begin at 0, 0 and have rows
// without gaps.
package pixel

import (
	"image"
	"math"
)

// New makes a picture filled with one value.
func New(w, h int, value uint8) *image.Gray {
	g := image.NewGray(image.Rect(0, 0, w, h))
	if value != 0 {
		for i := range g.Pix {
			g.Pix[i] = value
		}
	}
	return g
}

// Size gives width and height.
func Size(g *image.Gray) (w, h int) { return g.Rect.Dx(), g.Rect.Dy() }

// Reduce makes a picture smaller by a whole number; each pixel is the mean of those
// it stands for. By 1 it is given as it is.
func Reduce(g *image.Gray, by int) *image.Gray {
	w, h := g.Rect.Dx()/max(by, 1), g.Rect.Dy()/max(by, 1)
	if by <= 1 || w == 0 || h == 0 {
		return g
	}
	out := image.NewGray(image.Rect(0, 0, w, h))
	if by == 2 {
		for y := range h {
			a, b := g.Pix[2*y*g.Stride:][:2*w], g.Pix[(2*y+1)*g.Stride:][:2*w]
			to := out.Pix[y*w:][:w]
			for x := range to {
				to[x] = uint8((uint(a[2*x]) + uint(a[2*x+1]) + uint(b[2*x]) + uint(b[2*x+1])) >> 2)
			}
		}
		return out
	}
	sums := make([]uint32, w)
	area := uint32(by * by)
	for y := range h {
		clear(sums)
		for k := range by {
			row := g.Pix[(y*by+k)*g.Stride:][:w*by]
			for x := range sums {
				for _, v := range row[x*by : x*by+by] {
					sums[x] += uint32(v)
				}
			}
		}
		to := out.Pix[y*w:][:w]
		for x, s := range sums {
			to[x] = uint8(s / area)
		}
	}
	return out
}

// Resize gives a picture other numbers of pixels: means where it gets smaller,
// values in between where it gets larger.
func Resize(g *image.Gray, w, h int) *image.Gray {
	for w*2 <= g.Rect.Dx() && h*2 <= g.Rect.Dy() {
		g = Reduce(g, 2)
	}
	if w == g.Rect.Dx() && h == g.Rect.Dy() {
		return g
	}
	fx, fy := float64(g.Rect.Dx())/float64(w), float64(g.Rect.Dy())/float64(h)
	return Warp(g, w, h, 255, func(x, y float64) (float64, float64) {
		return (x+0.5)*fx - 0.5, (y+0.5)*fy - 0.5
	}, true)
}

// Turn turns a picture clockwise by 0, 90, 180 or 270 degrees, without loss.
func Turn(g *image.Gray, degrees int) *image.Gray {
	w, h := Size(g)
	var out *image.Gray
	switch degrees {
	case 90:
		out = image.NewGray(image.Rect(0, 0, h, w))
		for y := range h {
			row := g.Pix[y*g.Stride:][:w]
			for x, v := range row {
				out.Pix[x*h+h-1-y] = v
			}
		}
	case 180:
		out = image.NewGray(image.Rect(0, 0, w, h))
		for y := range h {
			row, to := g.Pix[y*g.Stride:][:w], out.Pix[(h-1-y)*w:][:w]
			for x, v := range row {
				to[w-1-x] = v
			}
		}
	case 270:
		out = image.NewGray(image.Rect(0, 0, h, w))
		for y := range h {
			row := g.Pix[y*g.Stride:][:w]
			for x, v := range row {
				out.Pix[(w-1-x)*h+y] = v
			}
		}
	default:
		return g
	}
	return out
}

// Rotate turns a picture clockwise by any angle. It grows to hold all of it; what
// was not there is paper.
func Rotate(g *image.Gray, degrees float64, paper uint8) *image.Gray {
	if degrees == 0 {
		return g
	}
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	w, h := float64(g.Rect.Dx()), float64(g.Rect.Dy())
	nw, nh := int(math.Abs(w*cos)+math.Abs(h*sin)), int(math.Abs(w*sin)+math.Abs(h*cos))
	return Warp(g, nw, nh, paper, func(x, y float64) (float64, float64) {
		x, y = x-float64(nw-1)/2, y-float64(nh-1)/2
		return x*cos + y*sin + (w-1)/2, -x*sin + y*cos + (h-1)/2
	}, false)
}

// Warp makes a picture of w by h pixels, each of the value at the place in g that
// from gives. The map must be affine along a row. Outside of g lies paper, or the
// nearest edge.
func Warp(g *image.Gray, w, h int, paper uint8, from func(x, y float64) (float64, float64), edges bool) *image.Gray {
	out := image.NewGray(image.Rect(0, 0, w, h))
	gw, gh := Size(g)
	for y := range h {
		sx, sy := from(0, float64(y))
		ex, ey := from(float64(w), float64(y))
		line := Line{X: Fixed(sx), Y: Fixed(sy), DX: Fixed((ex - sx) / float64(w)), DY: Fixed((ey - sy) / float64(w))}
		to := out.Pix[y*w:][:w]
		first, last := line.Inside(g, w)
		line.Sample(g, to, first, last)
		for _, beside := range [2][2]int{{0, first}, {last, w}} {
			for x := beside[0]; x < beside[1]; x++ {
				xi, yi := (line.X+x*line.DX)>>16, (line.Y+x*line.DY)>>16
				if edges || xi >= 0 && yi >= 0 && xi < gw && yi < gh {
					to[x] = g.Pix[min(max(yi, 0), gh-1)*g.Stride+min(max(xi, 0), gw-1)]
				} else {
					to[x] = paper
				}
			}
		}
	}
	return out
}

package code

import (
	"math"

	"github.com/makiuchi-d/gozxing"
)

// grid leads from modules to pixels.
type grid [9]float64

// newGrid lays a code of n modules a side through the centres of its three squares
// and a fourth point, which stands inset modules from the right and lower edges.
func newGrid(n float64, corner, right, down, fourth finder, inset float64) grid {
	from := quadrilateral(3.5, 3.5, n-3.5, 3.5, n-inset, n-inset, 3.5, n-3.5)
	to := quadrilateral(corner.x, corner.y, right.x, right.y, fourth.x, fourth.y, down.x, down.y)
	return to.times(from.adjoint())
}

// quadrilateral leads from the unit square to four points (Heckbert, Fundamentals
// of Texture Mapping, section 2.2.3).
func quadrilateral(x0, y0, x1, y1, x2, y2, x3, y3 float64) grid {
	dx1, dx2, sx := x1-x2, x3-x2, x0-x1+x2-x3
	dy1, dy2, sy := y1-y2, y3-y2, y0-y1+y2-y3
	g, h := 0.0, 0.0
	if d := dx1*dy2 - dx2*dy1; d != 0 {
		g, h = (sx*dy2-dx2*sy)/d, (dx1*sy-sx*dy1)/d
	}
	return grid{x1 - x0 + g*x1, x3 - x0 + h*x3, x0, y1 - y0 + g*y1, y3 - y0 + h*y3, y0, g, h, 1}
}

func (a grid) times(b grid) (c grid) {
	for i := range 3 {
		for j := range 3 {
			c[3*i+j] = a[3*i]*b[j] + a[3*i+1]*b[3+j] + a[3*i+2]*b[6+j]
		}
	}
	return c
}

// adjoint is the inverse but for a factor, which cancels out.
func (a grid) adjoint() grid {
	return grid{
		a[4]*a[8] - a[5]*a[7], a[2]*a[7] - a[1]*a[8], a[1]*a[5] - a[2]*a[4],
		a[5]*a[6] - a[3]*a[8], a[0]*a[8] - a[2]*a[6], a[2]*a[3] - a[0]*a[5],
		a[3]*a[7] - a[4]*a[6], a[1]*a[6] - a[0]*a[7], a[0]*a[4] - a[1]*a[3],
	}
}

// point gives the pixel of a place in modules.
func (a grid) point(u, v float64) (x, y float64) {
	w := a[6]*u + a[7]*v + a[8]
	return (a[0]*u + a[1]*v + a[2]) / w, (a[3]*u + a[4]*v + a[5]) / w
}

// alignment looks for the small square near the fourth corner, whose centre should
// be at module c, c: a dark dot in a light ring in a dark ring.
func (b *bits) alignment(g grid, c float64) (x, y float64, ok bool) {
	const reach = 4.0
	best, bu, bv, ties := 0, 0.0, 0.0, 0.0
	for dv := -reach; dv <= reach; dv += 0.25 {
		for du := -reach; du <= reach; du += 0.25 {
			score := 0
			for j := -2; j <= 2; j++ {
				for i := -2; i <= 2; i++ {
					px, py := g.point(c+du+float64(i), c+dv+float64(j))
					dark := max(i, -i, j, -j) != 1
					if (b.at(px, py) == 1) == dark {
						score++
					}
				}
			}
			switch {
			case score > best:
				best, bu, bv, ties = score, du, dv, 1
			case score == best && math.Abs(du-bu/ties) <= 1 && math.Abs(dv-bv/ties) <= 1:
				bu, bv, ties = bu+du, bv+dv, ties+1
			}
		}
	}
	if best < 22 {
		return 0, 0, false
	}
	x, y = g.point(c+bu/ties, c+bv/ties)
	return x, y, true
}

// readGrid takes n by n modules and decodes them.
func (b *bits) readGrid(g grid, n int) (text string, ok bool) {
	modules, err := gozxing.NewSquareBitMatrix(n)
	if err != nil {
		return "", false
	}
	for v := range n {
		for u := range n {
			dark := uint8(0)
			for _, d := range [][2]float64{{0, 0}, {-0.2, 0}, {0.2, 0}, {0, -0.2}, {0, 0.2}} {
				x, y := g.point(float64(u)+0.5+d[0], float64(v)+0.5+d[1])
				dark += b.at(x, y)
			}
			if dark >= 3 {
				modules.Set(u, v)
			}
		}
	}
	if text, ok = decodeQR(modules); ok {
		return text, true
	}
	return b.readBlurred(g, n)
}

// looksLikeCode checks what every code has before all modules are taken: the three
// squares, of which one may be hidden, and the dotted lines between them (ISO/IEC
// 18004 sections 6.3.3 and 6.3.5).
func (b *bits) looksLikeCode(g grid, n int) bool {
	dark := func(u, v int) bool {
		x, y := g.point(float64(u)+0.5, float64(v)+0.5)
		return b.at(x, y) == 1
	}
	squares := 0
	for _, at := range [][2]int{{0, 0}, {n - 7, 0}, {0, n - 7}} {
		right := 0
		for v := range 7 {
			for u := range 7 {
				ring := max(u-3, 3-u, v-3, 3-v)
				if dark(at[0]+u, at[1]+v) == (ring != 2) {
					right++
				}
			}
		}
		if right >= 40 {
			squares++
		}
	}
	if squares < 2 {
		return false
	}
	best := 0
	for _, across := range []bool{true, false} {
		right := 0
		for i := 8; i < n-8; i++ {
			if across && dark(i, 6) == (i%2 == 0) || !across && dark(6, i) == (i%2 == 0) {
				right++
			}
		}
		best = max(best, right)
	}
	return best*100 >= (n-16)*70
}

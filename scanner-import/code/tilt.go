package code

import "math"

// A code that was photographed from the side is no parallelogram. Each of its three
// squares is seen as a quadrilateral then, and their twelve corners tell how it lies.

// spot is a place in a picture.
type spot struct{ x, y float64 }

// mostTilted is how many squares are combined in every way.
const mostTilted = 6

// readAnyTilted tries every three squares in every order: seen from far to the side, the
// corner is not where the right angle is, and near squares are much larger than far ones.
func readAnyTilted(b *bits, fs []finder) []string {
	fs = fs[:min(len(fs), mostTilted)]
	for i := range fs {
		for j := i + 1; j < len(fs); j++ {
			for k := j + 1; k < len(fs); k++ {
				for _, t := range [][3]finder{{fs[i], fs[j], fs[k]}, {fs[j], fs[i], fs[k]}, {fs[k], fs[i], fs[j]}} {
					if (t[1].x-t[0].x)*(t[2].y-t[0].y) < (t[1].y-t[0].y)*(t[2].x-t[0].x) {
						t[1], t[2] = t[2], t[1]
					}
					if text, ok := b.readTilted(t[0], t[1], t[2]); ok {
						return []string{text}
					}
				}
			}
		}
	}
	return nil
}

// readTilted reads a code by the corners of its three squares.
func (b *bits) readTilted(corner, right, down finder) (string, bool) {
	var corners [3][4]spot // from the upper left one on, clockwise
	ax, ay, bx, by := right.x-corner.x, right.y-corner.y, down.x-corner.x, down.y-corner.y
	for i, f := range []finder{corner, right, down} {
		quad, ok := b.square(f)
		if !ok {
			return "", false
		}
		seen := [4]bool{}
		for _, p := range quad {
			// The place along the code's own axes tells which corner it is.
			x, y := p.x-f.x, p.y-f.y
			u, v := x*by-y*bx, y*ax-x*ay
			at := map[[2]bool]int{{false, false}: 0, {true, false}: 1, {true, true}: 2, {false, true}: 3}[[2]bool{u > 0, v > 0}]
			corners[i][at], seen[at] = p, true
		}
		if seen != [4]bool{true, true, true, true} {
			return "", false
		}
	}
	length := func(p, q spot) float64 { return math.Hypot(p.x-q.x, p.y-q.y) }
	side := (length(corners[0][0], corners[0][1]) + length(corners[1][0], corners[1][1])) / 14
	other := (length(corners[0][0], corners[0][3]) + length(corners[2][0], corners[2][3])) / 14
	modules := (math.Hypot(ax, ay)/side+math.Hypot(bx, by)/other)/2 + 7
	guess := int(math.Round((modules - 17) / 4))
	for _, version := range []int{guess, guess + 1, guess - 1, guess + 2, guess - 2} {
		if version < 1 || version > 40 {
			continue
		}
		n := float64(17 + 4*version)
		g, ok := fitted(n, corners)
		if !ok || !b.looksLikeCode(g, int(n)) {
			continue
		}
		if text, ok := b.readGrid(g, int(n)); ok {
			return text, true
		}
	}
	return "", false
}

// square gives the four outer corners of one of the three squares: the extreme points
// of its dark ring.
func (b *bits) square(f finder) (quad [4]spot, ok bool) {
	x, y := int(f.x), int(f.y)
	for want := range 2 { // out of the dark middle, and through the light ring
		for x < b.w && b.at(float64(x), float64(y)) == uint8(1-want) {
			x++
		}
	}
	if x >= b.w {
		return quad, false
	}
	most := int(200 * f.module * f.module) // of a ring and no more: it has 24 modules, turned and tilted more
	seen := map[int]bool{y*b.w + x: true}
	ring := []int{y*b.w + x}
	for i := 0; i < len(ring); i++ {
		if len(ring) > most {
			return quad, false
		}
		px, py := ring[i]%b.w, ring[i]/b.w
		for _, d := range [4][2]int{{1, 0}, {-1, 0}, {0, 1}, {0, -1}} {
			qx, qy := px+d[0], py+d[1]
			if qx < 0 || qy < 0 || qx >= b.w || qy >= b.h || b.pix[qy*b.w+qx] == 0 || seen[qy*b.w+qx] {
				continue
			}
			seen[qy*b.w+qx] = true
			ring = append(ring, qy*b.w+qx)
		}
	}
	farthest := func(measure func(p spot) float64) (best spot) {
		most := math.Inf(-1)
		for _, i := range ring {
			p := spot{float64(i%b.w) + 0.5, float64(i/b.w) + 0.5}
			if m := measure(p); m > most {
				best, most = p, m
			}
		}
		return best
	}
	quad[0] = farthest(func(p spot) float64 { return math.Hypot(p.x-f.x, p.y-f.y) })
	quad[2] = farthest(func(p spot) float64 { return math.Hypot(p.x-quad[0].x, p.y-quad[0].y) })
	across := func(p spot) float64 {
		return (quad[2].x-quad[0].x)*(p.y-quad[0].y) - (quad[2].y-quad[0].y)*(p.x-quad[0].x)
	}
	quad[1] = farthest(across)
	quad[3] = farthest(func(p spot) float64 { return -across(p) })
	return quad, across(quad[1]) > 0 && across(quad[3]) < 0
}

// fitted lays a code of n modules a side through the corners of its three squares, by
// least squares (Hartley and Zisserman, Multiple View Geometry, section 4.1).
func fitted(n float64, corners [3][4]spot) (g grid, ok bool) {
	var m [8][9]float64 // normal equations
	add := func(row [8]float64, value float64) {
		for i := range 8 {
			for j := range 8 {
				m[i][j] += row[i] * row[j]
			}
			m[i][8] += row[i] * value
		}
	}
	for i, from := range []spot{{0, 0}, {n - 7, 0}, {0, n - 7}} {
		for j, d := range []spot{{0, 0}, {7, 0}, {7, 7}, {0, 7}} {
			u, v, p := (from.x+d.x)/n, (from.y+d.y)/n, corners[i][j]
			add([8]float64{u, v, 1, 0, 0, 0, -u * p.x, -v * p.x}, p.x)
			add([8]float64{0, 0, 0, u, v, 1, -u * p.y, -v * p.y}, p.y)
		}
	}
	for i := range 8 { // Gauss
		best := i
		for k := i; k < 8; k++ {
			if math.Abs(m[k][i]) > math.Abs(m[best][i]) {
				best = k
			}
		}
		if m[i], m[best] = m[best], m[i]; math.Abs(m[i][i]) < 1e-12 {
			return g, false
		}
		for k := range 8 {
			if k == i {
				continue
			}
			by := m[k][i] / m[i][i]
			for j := i; j < 9; j++ {
				m[k][j] -= by * m[i][j]
			}
		}
	}
	for i := range 8 {
		g[i] = m[i][8] / m[i][i]
	}
	g[8] = 1
	return g.times(grid{1 / n, 0, 0, 0, 1 / n, 0, 0, 0, 1}), true
}

package code

import (
	"math"

	"github.com/makiuchi-d/gozxing"
)

// A lens that is out of focus, or too few pixels for a module, mix each module with its
// neighbours. Which picture of dark and light modules was mixed so is found by trying:
// mix a picture, compare, correct, and again (van Cittert's method; since a module is
// dark or light and nothing beyond, it finds more than can be calculated back).

// blurs are the spreads that are tried, in modules: the standard deviation of the lens.
var blurs = []float64{0.45, 0.6, 0.75}

// rounds is how often a picture is corrected.
const rounds = 24

// readBlurred takes n by n modules as grey values, undoes the blur and decodes them.
func (b *bits) readBlurred(g grid, n int) (string, bool) {
	seen := b.darkness(g, n)
	for _, sigma := range blurs {
		modules, err := gozxing.NewSquareBitMatrix(n)
		if err != nil {
			return "", false
		}
		for i, dark := range unmixed(seen, n, sigma) {
			if dark > 0.5 {
				modules.Set(i%n, i/n)
			}
		}
		if text, ok := decodeQR(modules); ok {
			return text, true
		}
	}
	return "", false
}

// darkness gives how dark each module is, from 0, as the lightest around it, to 1.
func (b *bits) darkness(g grid, n int) []float64 {
	dark := make([]float64, n*n)
	for v := range n {
		for u := range n {
			sum := 0.0
			for _, d := range [][2]float64{{0, 0}, {-0.15, -0.15}, {0.15, -0.15}, {-0.15, 0.15}, {0.15, 0.15}} {
				x, y := g.point(float64(u)+0.5+d[0], float64(v)+0.5+d[1])
				sum += b.darkAt(x, y)
			}
			dark[v*n+u] = sum / 5
		}
	}
	const around = 5
	out := make([]float64, n*n)
	for v := range n {
		for u := range n {
			low, high := 255.0, 0.0
			for y := max(0, v-around); y <= min(n-1, v+around); y++ {
				for _, d := range dark[y*n+max(0, u-around) : y*n+min(n, u+around+1)] {
					low, high = min(low, d), max(high, d)
				}
			}
			out[v*n+u] = (dark[v*n+u] - low) / max(high-low, 1)
		}
	}
	return out
}

// darkAt is how dark the picture is between the four pixels around a point.
func (b *bits) darkAt(x, y float64) float64 {
	x, y = min(max(x-0.5, 0), float64(b.w-1)), min(max(y-0.5, 0), float64(b.h-1))
	xi, yi := int(x), int(y)
	fx, fy := x-float64(xi), y-float64(yi)
	at := func(x, y int) float64 { return float64(b.gray.Pix[min(y, b.h-1)*b.gray.Stride+min(x, b.w-1)]) }
	light := (at(xi, yi)*(1-fx)+at(xi+1, yi)*fx)*(1-fy) + (at(xi, yi+1)*(1-fx)+at(xi+1, yi+1)*fx)*fy
	if b.light {
		return light
	}
	return 255 - light
}

// unmixed undoes a blur of n by n modules.
func unmixed(seen []float64, n int, sigma float64) []float64 {
	own := math.Erf(0.5 / (sigma * math.Sqrt2))
	next := (math.Erf(1.5/(sigma*math.Sqrt2)) - own) / 2
	x, row, mixed := append([]float64(nil), seen...), make([]float64, n*n), make([]float64, n*n)
	pass := func(to, from []float64, step, across int) {
		for i := range n {
			before := 0.0 // beyond the edge all is light
			for k := range n {
				at, after := i*across+k*step, 0.0
				if k+1 < n {
					after = from[at+step]
				}
				to[at] = own*from[at] + next*(before+after)
				before = from[at]
			}
		}
	}
	for range rounds {
		pass(row, x, 1, n)
		pass(mixed, row, n, 1)
		for i := range x {
			x[i] = min(max(x[i]+seen[i]-mixed[i], 0), 1)
		}
	}
	return x
}

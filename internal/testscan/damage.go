package testscan

import (
	"bytes"
	"image"
	"image/jpeg"
	"math"
	"math/rand/v2"
)

// A Damage spoils a picture; it may give a new one. The generator makes it the same
// in every run.
type Damage func(g *image.Gray, r *rand.Rand) *image.Gray

// Turned turns a page clockwise by 90, 180 or 270 degrees.
func Turned(degrees int) Damage {
	return func(g *image.Gray, _ *rand.Rand) *image.Gray {
		for range degrees / 90 {
			w, h := g.Rect.Dx(), g.Rect.Dy()
			out := image.NewGray(image.Rect(0, 0, h, w))
			for y := range h {
				for x := range w {
					out.Pix[x*out.Stride+h-1-y] = g.Pix[y*g.Stride+x]
				}
			}
			g = out
		}
		return g
	}
}

// Skewed turns a page clockwise by a few degrees, or any angle; paper is what lies
// beyond its edges: 255 white, 0 a black lid. The picture grows to hold all of it.
func Skewed(degrees float64, beyond uint8) Damage {
	return func(g *image.Gray, _ *rand.Rand) *image.Gray {
		sin, cos := math.Sincos(degrees * math.Pi / 180)
		w, h := float64(g.Rect.Dx()), float64(g.Rect.Dy())
		nw, nh := int(math.Abs(w*cos)+math.Abs(h*sin)), int(math.Abs(w*sin)+math.Abs(h*cos))
		return warped(g, nw, nh, beyond, func(x, y float64) (float64, float64) {
			x, y = x-float64(nw)/2, y-float64(nh)/2
			return x*cos + y*sin + w/2, -x*sin + y*cos + h/2
		})
	}
}

// warped makes a picture of w by h pixels, each from the place in g that from says.
func warped(g *image.Gray, w, h int, beyond uint8, from func(x, y float64) (float64, float64)) *image.Gray {
	out := image.NewGray(image.Rect(0, 0, w, h))
	at := func(x, y int) float64 {
		if x < 0 || y < 0 || x >= g.Rect.Dx() || y >= g.Rect.Dy() {
			return float64(beyond)
		}
		return float64(g.Pix[y*g.Stride+x])
	}
	for y := range h {
		for x := range w {
			sx, sy := from(float64(x), float64(y))
			xi, yi := int(math.Floor(sx)), int(math.Floor(sy))
			fx, fy := sx-float64(xi), sy-float64(yi)
			v := (at(xi, yi)*(1-fx)+at(xi+1, yi)*fx)*(1-fy) + (at(xi, yi+1)*(1-fx)+at(xi+1, yi+1)*fx)*fy
			out.Pix[y*out.Stride+x] = uint8(v + 0.5)
		}
	}
	return out
}

// Photographed shows the page from a slant on a dark table, as a phone sees it.
func Photographed(slant float64) Damage {
	return func(g *image.Gray, _ *rand.Rand) *image.Gray {
		w, h := float64(g.Rect.Dx()), float64(g.Rect.Dy())
		return warped(g, int(w*1.15), int(h*1.1), 60, func(x, y float64) (float64, float64) {
			x, y = x-w*0.075, y-h*0.05
			k := 1 + slant*(h-y)/h // the far end is smaller
			return (x-w/2)*k + w/2, y * (1 + slant/2) / (1 + slant*(h-y)/h/2)
		})
	}
}

// Tilted shows the picture as a camera does that is at an angle to it; the size of
// what is at the lower edge and at the upper one differ the more, the larger by is.
func Tilted(by float64) Damage {
	return func(g *image.Gray, _ *rand.Rand) *image.Gray {
		w, h := float64(g.Rect.Dx()), float64(g.Rect.Dy())
		return warped(g, g.Rect.Dx(), g.Rect.Dy(), 255, func(x, y float64) (float64, float64) {
			x, y = x-w/2, y-h/2
			k := 1 + by*y/150
			return x/k + w/2, y/k + h/2
		})
	}
}

// Blurred takes the sharpness away; sigma is in pixels.
func Blurred(sigma float64) Damage {
	return func(g *image.Gray, _ *rand.Rand) *image.Gray {
		n := int(math.Ceil(3 * sigma))
		kernel := make([]float64, 2*n+1)
		sum := 0.0
		for i := range kernel {
			kernel[i] = math.Exp(-float64((i-n)*(i-n)) / (2 * sigma * sigma))
			sum += kernel[i]
		}
		pass := func(g *image.Gray, dx, dy int) *image.Gray {
			out := image.NewGray(g.Rect)
			w, h := g.Rect.Dx(), g.Rect.Dy()
			for y := range h {
				for x := range w {
					v := 0.0
					for i, k := range kernel {
						sx, sy := min(max(x+dx*(i-n), 0), w-1), min(max(y+dy*(i-n), 0), h-1)
						v += k * float64(g.Pix[sy*g.Stride+sx])
					}
					out.Pix[y*out.Stride+x] = uint8(v/sum + 0.5)
				}
			}
			return out
		}
		return pass(pass(g, 1, 0), 0, 1)
	}
}

// Speckled strews dark and light dots; share is of all pixels.
func Speckled(share float64) Damage {
	return func(g *image.Gray, r *rand.Rand) *image.Gray {
		out := clone(g)
		for range int(share * float64(len(out.Pix))) {
			i := r.IntN(len(out.Pix))
			out.Pix[i] = uint8(r.IntN(2)) * 255
		}
		return out
	}
}

// Noisy adds the grain of a camera.
func Noisy(sigma float64) Damage {
	return func(g *image.Gray, r *rand.Rand) *image.Gray {
		out := clone(g)
		for i, v := range out.Pix {
			out.Pix[i] = uint8(min(max(float64(v)+r.NormFloat64()*sigma, 0), 255))
		}
		return out
	}
}

// Squeezed sends a page through a JPEG of low quality.
func Squeezed(quality int) Damage {
	return func(g *image.Gray, _ *rand.Rand) *image.Gray {
		var b bytes.Buffer
		if err := jpeg.Encode(&b, g, &jpeg.Options{Quality: quality}); err != nil {
			panic(err) // a picture in memory
		}
		img, err := jpeg.Decode(&b)
		if err != nil {
			panic(err)
		}
		return clone(img.(*image.Gray)) // its rows have gaps
	}
}

// Darkened leaves only the shades from ink to paper.
func Darkened(ink, paper uint8) Damage {
	return func(g *image.Gray, _ *rand.Rand) *image.Gray {
		out := clone(g)
		for i, v := range out.Pix {
			out.Pix[i] = ink + uint8(int(v)*int(paper-ink)/255)
		}
		return out
	}
}

// Shaded lets the light fall off from one corner to the other; dark is the light
// that is left there, 0 to 1.
func Shaded(dark float64) Damage {
	return func(g *image.Gray, _ *rand.Rand) *image.Gray {
		out := clone(g)
		w, h := float64(g.Rect.Dx()), float64(g.Rect.Dy())
		for y := range g.Rect.Dy() {
			for x := range g.Rect.Dx() {
				far := (float64(x)/w + float64(y)/h) / 2
				i := y*g.Stride + x
				out.Pix[i] = uint8(float64(g.Pix[i]) * (1 - (1-dark)*far*far*(3-2*far)))
			}
		}
		return out
	}
}

// Framed lays a dark border around the page, as a copier does when its lid is open;
// width is a share of the page's width.
func Framed(width float64) Damage {
	return func(g *image.Gray, r *rand.Rand) *image.Gray {
		out := clone(g)
		n := int(width * float64(g.Rect.Dx()))
		for y := range g.Rect.Dy() {
			for x := range g.Rect.Dx() {
				if x < n || y < n/2 || x >= g.Rect.Dx()-n/2 || y >= g.Rect.Dy()-n {
					out.Pix[y*out.Stride+x] = uint8(r.IntN(30))
				}
			}
		}
		return out
	}
}

// Bilevel makes black and white at a threshold.
func Bilevel(threshold uint8) Damage {
	return func(g *image.Gray, _ *rand.Rand) *image.Gray {
		out := clone(g)
		for i, v := range out.Pix {
			out.Pix[i] = 0
			if v >= threshold {
				out.Pix[i] = 255
			}
		}
		return out
	}
}

// Dotted makes dots of black and white of grey paper and print, as scanners do in the mode
// for photographs.
func Dotted() Damage {
	cell := [4][4]int{{0, 8, 2, 10}, {12, 4, 14, 6}, {3, 11, 1, 9}, {15, 7, 13, 5}}
	return func(g *image.Gray, _ *rand.Rand) *image.Gray {
		out := clone(g)
		for i, v := range out.Pix {
			grey := 25 + int(v)*7/10
			out.Pix[i] = 0
			if grey > 16*cell[i/out.Stride%4][i%out.Stride%4] {
				out.Pix[i] = 255
			}
		}
		return out
	}
}

// Scaled changes the number of pixels, each a mean of those it stands for.
func Scaled(fx, fy float64) Damage {
	return func(g *image.Gray, _ *rand.Rand) *image.Gray {
		w, h := int(float64(g.Rect.Dx())*fx), int(float64(g.Rect.Dy())*fy)
		out := image.NewGray(image.Rect(0, 0, w, h))
		for y := range h {
			y1, y2 := int(float64(y)/fy), min(max(int(float64(y+1)/fy), int(float64(y)/fy)+1), g.Rect.Dy())
			for x := range w {
				x1, x2 := int(float64(x)/fx), min(max(int(float64(x+1)/fx), int(float64(x)/fx)+1), g.Rect.Dx())
				sum := 0
				for sy := y1; sy < y2; sy++ {
					for sx := x1; sx < x2; sx++ {
						sum += int(g.Pix[sy*g.Stride+sx])
					}
				}
				out.Pix[y*out.Stride+x] = uint8(sum / max(1, (x2-x1)*(y2-y1)))
			}
		}
		return out
	}
}

// Stamped presses a rubber stamp on the page: a ring with a bar through it, around
// a point given as shares of the page, radius as a share of its width.
func Stamped(cx, cy, radius float64, ink uint8) Damage {
	return func(g *image.Gray, r *rand.Rand) *image.Gray {
		out := clone(g)
		w := float64(g.Rect.Dx())
		x0, y0, rad := cx*w, cy*float64(g.Rect.Dy()), radius*w
		for y := range g.Rect.Dy() {
			for x := range g.Rect.Dx() {
				dx, dy := (float64(x)-x0)/rad, (float64(y)-y0)/rad
				d := math.Hypot(dx, dy)
				ring := d > 0.82 && d < 1 || d > 0.66 && d < 0.72 || d < 0.66 && math.Abs(dy) < 0.12
				if i := y*g.Stride + x; ring && r.IntN(20) > 0 {
					out.Pix[i] = min(out.Pix[i], ink)
				}
			}
		}
		return out
	}
}

// All does several damages one after the other.
func All(list ...Damage) Damage {
	return func(g *image.Gray, r *rand.Rand) *image.Gray {
		for _, d := range list {
			g = d(g, r)
		}
		return g
	}
}

// Apply spoils a picture in the same way in every run with the same seed.
func Apply(g *image.Gray, seed uint64, list ...Damage) *image.Gray {
	return All(list...)(g, rand.New(rand.NewPCG(seed, 1)))
}

// clone copies a picture, without gaps between its rows.
func clone(g *image.Gray) *image.Gray {
	out := image.NewGray(g.Rect)
	w := g.Rect.Dx()
	for y := range g.Rect.Dy() {
		copy(out.Pix[y*w:][:w], g.Pix[y*g.Stride:])
	}
	return out
}

package pixel

import "image"

// Scanners in the mode for photographs make dots of black and white of what is grey, also
// of paper: from one pixel to the next it changes as often as screened, of a hundred, where
// a page of small print does at a twentieth.
const (
	screened = 25
	strong   = 128 // how far apart two pixels are that change so
	dots     = 4   // how wide a cell of dots is
)

// Unscreened gives a picture that is made of dots as the grey that they stand for; any
// other is given as it is.
func Unscreened(g *image.Gray) *image.Gray {
	changes, pairs := 0, 0
	for y := 0; y < g.Rect.Dy(); y += 7 { // rows of all parts of a cell
		row := g.Pix[y*g.Stride:][:g.Rect.Dx()]
		for x := 1; x < len(row); x++ {
			if d := int(row[x]) - int(row[x-1]); d > strong || d < -strong {
				changes++
			}
		}
		pairs += len(row)
	}
	if 100*changes < screened*pairs {
		return g
	}
	return mean(mean(g, 1, g.Stride), g.Stride, 1)
}

// mean takes the mean of each pixel and those behind it in one direction, as many as a
// cell of dots is wide. next is how far the next one is, line how far the next line.
func mean(g *image.Gray, next, line int) *image.Gray {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	out := New(w, h, 0)
	long, lines := w, h
	if next != 1 {
		long, lines = h, w
	}
	for i := range lines {
		at, sum := i*line, 0
		for k := range long + dots/2 {
			if k < long {
				sum += int(g.Pix[at+k*next])
			}
			if k >= dots {
				sum -= int(g.Pix[at+(k-dots)*next])
			}
			if to := k - dots/2; to >= 0 {
				n := min(k, long-1) - max(0, k-dots+1) + 1
				out.Pix[at+to*next] = uint8(sum / n)
			}
		}
	}
	return out
}

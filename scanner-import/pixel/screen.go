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
	w, h := g.Rect.Dx(), g.Rect.Dy()
	if !changing(g, w, h, 1, g.Stride) || !changing(g, h, w, g.Stride, 1) {
		return g // bars change in one direction only
	}
	return mean(mean(g, 1, g.Stride), g.Stride, 1)
}

// changing says whether a picture changes along its lines as often as dots do. next is how
// far the next pixel of a line is, line how far the next line.
func changing(g *image.Gray, long, lines, next, line int) bool {
	changes, pairs := 0, 0
	for i := 0; i < lines; i += 7 { // lines of all parts of a cell
		for k := 1; k < long; k++ {
			at := i*line + k*next
			if d := int(g.Pix[at]) - int(g.Pix[at-next]); d > strong || d < -strong {
				changes++
			}
		}
		pairs += long
	}
	return 100*changes >= screened*pairs
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

package page

import (
	"image"

	"ask4.com/skarga/scanner-import/pixel"
)

// specks is how many dots that stand alone make a page speckled: one in so many
// pixels. A written page has the dots of its letters: far fewer.
const specks = 2000

// contrast is by how much a dot differs from what is around it.
const contrast = 50

// despeckle takes away dots of one or two pixels that stand alone, where there are
// many of them.
func despeckle(g *image.Gray) *image.Gray {
	w, h := pixel.Size(g)
	const step = 3 // every third row tells
	if w < 8 || h < 8 || lonely(g, step)*specks < w*h/step {
		return g
	}
	out := pixel.New(w, h, 0)
	copy(out.Pix, g.Pix)
	for y := 1; y < h-1; y++ {
		for x := 1; x < w-1; x++ {
			i := y*w + x
			v := g.Pix[i]
			if near := neighbours(g, i); near.least > v && near.least-v > contrast || near.most < v && v-near.most > contrast {
				out.Pix[i] = near.middle
			}
		}
	}
	return out
}

// around is what the eight pixels around one have.
type around struct{ least, most, middle uint8 }

// neighbours leaves out the most extreme one on either side, so that two dots that
// touch are seen as well.
func neighbours(g *image.Gray, i int) around {
	var v [8]uint8
	up, down := i-g.Stride, i+g.Stride
	v[0], v[1], v[2], v[3] = g.Pix[up-1], g.Pix[up], g.Pix[up+1], g.Pix[i-1]
	v[4], v[5], v[6], v[7] = g.Pix[i+1], g.Pix[down-1], g.Pix[down], g.Pix[down+1]
	for a := 1; a < 8; a++ {
		for b := a; b > 0 && v[b] < v[b-1]; b-- {
			v[b], v[b-1] = v[b-1], v[b]
		}
	}
	return around{v[1], v[6], v[4]}
}

// lonely counts, in every step-th row, the dark dots of one or two pixels with
// nothing but paper around them.
func lonely(g *image.Gray, step int) int {
	w, h := pixel.Size(g)
	n := 0
	for y := 2; y < h-2; y += step {
		row := g.Pix[y*g.Stride:][:w]
		for x := 2; x < w-2; x++ {
			// The cheap look first: most pixels are like their neighbour.
			if v := row[x]; row[x-1] > v && row[x-1]-v > contrast && alone(g, x, y) {
				n++
			}
		}
	}
	return n
}

// alone says whether the pixels at a distance of two are all clearly lighter than
// this one.
func alone(g *image.Gray, x, y int) bool {
	limit := g.Pix[y*g.Stride+x] + contrast
	for d := -2; d <= 2; d++ {
		up, down := (y-2)*g.Stride+x+d, (y+2)*g.Stride+x+d
		left, right := (y+d)*g.Stride+x-2, (y+d)*g.Stride+x+2
		if g.Pix[up] < limit || g.Pix[down] < limit || g.Pix[left] < limit || g.Pix[right] < limit {
			return false
		}
	}
	return true
}

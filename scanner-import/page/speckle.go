package page

import (
	"image"

	"ask4.com/skarga/scanner-import/pixel"
)

// despeckle takes away dots of one or two pixels that stand alone, where there are
// many of them. Dots of letters are larger at the resolutions that are read.
func despeckle(g *image.Gray, _ light) *image.Gray {
	w, h := pixel.Size(g)
	if w < 8 || h < 8 || lonely(g, 3)*1500 < w*h/3 {
		return g
	}
	out := pixel.New(w, h, 0)
	copy(out.Pix, g.Pix)
	for y := 1; y < h-1; y++ {
		for x := 1; x < w-1; x++ {
			i := y*w + x
			v := g.Pix[i]
			if near := neighbours(g, i); near.least > v && int(near.least)-int(v) > 50 || near.most < v && int(v)-int(near.most) > 50 {
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

// lonely counts such dots in every step-th row.
func lonely(g *image.Gray, step int) int {
	w, h := pixel.Size(g)
	n := 0
	for y := 1; y < h-1; y += step {
		for x := 1; x < w-1; x++ {
			i := y*w + x
			v, l := int(g.Pix[i]), int(g.Pix[i-1])
			if v-l < 50 && l-v < 50 { // the cheap look first: most pixels are like their neighbour
				continue
			}
			if near := neighbours(g, i); int(near.least)-v > 50 || v-int(near.most) > 50 {
				n++
			}
		}
	}
	return n
}

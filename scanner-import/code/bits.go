package code

import "image"

// bits is a picture in black and white: 1 is dark.
type bits struct {
	w, h  int
	pix   []uint8
	gray  *image.Gray // what it was made of
	light bool        // what is light in gray is dark here
}

// at is the pixel at a point, light outside of the picture.
func (b *bits) at(x, y float64) uint8 {
	xi, yi := int(x), int(y)
	if x < 0 || y < 0 || xi >= b.w || yi >= b.h {
		return 0
	}
	return b.pix[yi*b.w+xi]
}

// double makes a picture twice as large.
func double(g *image.Gray) *image.Gray {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	out := image.NewGray(image.Rect(0, 0, 2*w, 2*h))
	at := func(x, y int) int { return int(g.Pix[min(y, h-1)*g.Stride+min(x, w-1)]) }
	for y := range h {
		for x := range w {
			a, b, c, d := at(x, y), at(x+1, y), at(x, y+1), at(x+1, y+1)
			to := out.Pix[2*y*out.Stride+2*x:]
			to[0], to[1] = uint8(a), uint8((a+b)/2)
			to[out.Stride], to[out.Stride+1] = uint8((a+c)/2), uint8((a+b+c+d)/4)
		}
	}
	return out
}

// stretched gives a picture of little contrast that of print on paper.
func stretched(g *image.Gray) *image.Gray {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	var count [256]int
	for y := range h {
		for _, v := range g.Pix[y*g.Stride:][:w] {
			count[v]++
		}
	}
	few := w*h/200 + 1
	low, high := 0, 255
	for n := count[0]; n < few && low < 255; n += count[low] {
		low++
	}
	for n := count[255]; n < few && high > 0; n += count[high] {
		high--
	}
	if high-low > 128 || high-low < 12 {
		return g
	}
	out := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		for x, v := range g.Pix[y*g.Stride:][:w] {
			out.Pix[y*out.Stride+x] = uint8(min(max((int(v)-low)*255/(high-low), 0), 255))
		}
	}
	return out
}

// negative swaps the dark and the light of a picture.
func negative(g *image.Gray) *image.Gray {
	out := image.NewGray(image.Rect(0, 0, g.Rect.Dx(), g.Rect.Dy()))
	for y := range g.Rect.Dy() {
		for x, v := range g.Pix[y*g.Stride:][:g.Rect.Dx()] {
			out.Pix[y*out.Stride+x] = 255 - v
		}
	}
	return out
}

// local makes a picture black and white: dark is what is darker than its
// neighbourhood of about the given radius. Even paper stays light.
func local(g *image.Gray, radius int) *bits {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	out := &bits{w: w, h: h, pix: make([]uint8, w*h), gray: g}
	sums := make([]uint32, (w+1)*(h+1)) // of all pixels above and left; 32 bits may wrap round, differences stay right
	for y := range h {
		row, above, here := g.Pix[y*g.Stride:][:w], sums[y*(w+1):][:w+1], sums[(y+1)*(w+1):][:w+1]
		line := uint32(0)
		for x, v := range row {
			line += uint32(v)
			here[x+1] = above[x+1] + line
		}
	}
	for y := range h {
		y1, y2 := max(0, y-radius), min(h, y+radius+1)
		top, bottom := sums[y1*(w+1):][:w+1], sums[y2*(w+1):][:w+1]
		row, to := g.Pix[y*g.Stride:][:w], out.pix[y*w:][:w]
		judge := func(x int) {
			x1, x2 := max(0, x-radius), min(w, x+radius+1)
			sum := bottom[x2] - bottom[x1] - top[x2] + top[x1]
			if (uint32(row[x])+6)*uint32((x2-x1)*(y2-y1)) < sum {
				to[x] = 1
			}
		}
		left, right := min(radius, w), max(w-radius-1, min(radius, w)) // between them the window is whole
		for x := range left {
			judge(x)
		}
		if n := right - left; n > 0 {
			area := uint32((2*radius + 1) * (y2 - y1))
			v, dark := row[left:][:n], to[left:][:n]
			b2, b1, t2, t1 := bottom[left+radius+1:][:n], bottom[left-radius:][:n], top[left+radius+1:][:n], top[left-radius:][:n]
			for x := range v {
				// The sign of the difference is the answer: no branch to guess.
				dark[x] = uint8(((uint32(v[x])+6)*area - (b2[x] - b1[x] - t2[x] + t1[x])) >> 31)
			}
		}
		for x := right; x < w; x++ {
			judge(x)
		}
	}
	return out
}

// global makes a picture black and white at one threshold between its dark and its
// light (Otsu's).
func global(g *image.Gray) *bits {
	w, h := g.Rect.Dx(), g.Rect.Dy()
	var count [256]int
	for y := range h {
		for _, v := range g.Pix[y*g.Stride:][:w] {
			count[v]++
		}
	}
	total, sum := w*h, 0
	for v, n := range count {
		sum += v * n
	}
	best, threshold, dark, darkSum := -1.0, 127, 0, 0
	for v, n := range count {
		dark += n
		darkSum += v * n
		if dark == 0 || dark == total {
			continue
		}
		d := float64(darkSum)/float64(dark) - float64(sum-darkSum)/float64(total-dark)
		if between := d * d * float64(dark) * float64(total-dark); between > best {
			best, threshold = between, v
		}
	}
	out := &bits{w: w, h: h, pix: make([]uint8, w*h), gray: g}
	for y := range h {
		row, to := g.Pix[y*g.Stride:][:w], out.pix[y*w:][:w]
		for x, v := range row {
			if int(v) <= threshold {
				to[x] = 1
			}
		}
	}
	return out
}

// inverted swaps dark and light.
func (b *bits) inverted() *bits {
	out := &bits{w: b.w, h: b.h, pix: make([]uint8, len(b.pix)), gray: b.gray, light: !b.light}
	for i, v := range b.pix {
		out.pix[i] = 1 - v
	}
	return out
}

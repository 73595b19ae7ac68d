package page

import (
	"image"
	"slices"

	"ask4.com/skarga/scanner-import/pixel"
)

// cell is the side of the squares in which light is measured, in pixels of the
// small copy: 4 mm.
const cell = 16

// light is how a page is lit, and what around it is no paper.
type light struct {
	negative bool // light writing on dark
	even     bool // the paper is equally light everywhere, and light enough
	w, h     int  // in cells
	paper    []uint8
	border   *image.Gray // 255 where the small copy shows no paper; nil where there is none
}

// measure looks at the small copy of a page.
func measure(small *image.Gray) light {
	l := light{negative: negative(small)}
	if l.negative {
		small = inverted(small)
	}
	w, h := pixel.Size(small)
	l.w, l.h = (w+cell-1)/cell, (h+cell-1)/cell
	l.paper = make([]uint8, l.w*l.h)
	for y := range l.h {
		for x := range l.w {
			l.paper[y*l.w+x] = percentile(small, image.Rect(x*cell, y*cell, min((x+1)*cell, w), min((y+1)*cell, h)), 80)
		}
	}
	level := nth(l.paper, 75)
	l.findBorder(small, level)
	l.fill(level)
	least, most := slices.Min(l.paper), slices.Max(l.paper)
	l.even = least > 215 && int(most)-int(least) < 24
	return l
}

// percentile gives the value that so many per cent of the pixels in r do not exceed.
func percentile(g *image.Gray, r image.Rectangle, per int) uint8 {
	var count [256]int
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for _, v := range g.Pix[y*g.Stride+r.Min.X : y*g.Stride+r.Max.X] {
			count[v]++
		}
	}
	want := r.Dx() * r.Dy() * per / 100
	for v, n := range count {
		if want -= n; want < 0 {
			return uint8(v)
		}
	}
	return 255
}

// nth gives the value that so many per cent of the values do not exceed.
func nth(values []uint8, per int) uint8 {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	return sorted[min(len(sorted)*per/100, len(sorted)-1)]
}

// negative says whether a page is light on dark: most of it is dark, and the light
// part is small and lies everywhere, as writing does.
func negative(g *image.Gray) bool {
	all := g.Rect
	low, middle, high := int(percentile(g, all, 2)), int(percentile(g, all, 50)), int(percentile(g, all, 99))
	if high-low < 60 || (middle-low)*3 > high-low {
		return false
	}
	half := uint8((low + high) / 2)
	lit, cells, fullest := 0, 0, 0
	const n = 8
	for j := range n {
		for i := range n {
			r := image.Rect(all.Max.X*i/n, all.Max.Y*j/n, all.Max.X*(i+1)/n, all.Max.Y*(j+1)/n)
			here := 0
			for y := r.Min.Y; y < r.Max.Y; y++ {
				for _, v := range g.Pix[y*g.Stride+r.Min.X : y*g.Stride+r.Max.X] {
					if v > half {
						here++
					}
				}
			}
			lit += here
			if here*200 > r.Dx()*r.Dy() {
				cells++
			}
			if here*2 > r.Dx()*r.Dy() {
				fullest++
			}
		}
	}
	return lit*4 < all.Dx()*all.Dy() && cells >= 4 && fullest == 0
}

// findBorder marks what is dark and hangs together with the edge of the picture: a
// copier's open lid, a table. It is looked for only where much of the edge is dark.
func (l *light) findBorder(small *image.Gray, level uint8) {
	w, h := pixel.Size(small)
	limit := uint8(int(level) * 42 / 100) // paper in a shadow is lighter than this
	dark := func(i int) bool { return small.Pix[i] < limit }
	var edge []int
	for x := range w {
		edge = append(edge, x, (h-1)*w+x)
	}
	for y := range h {
		edge = append(edge, y*w, y*w+w-1)
	}
	edge = slices.DeleteFunc(edge, func(i int) bool { return !dark(i) })
	if len(edge)*40 < w+h { // less than 2.5 % of half the edge
		return
	}
	mask := pixel.New(w, h, 0)
	for _, i := range edge {
		mask.Pix[i] = 255
	}
	marked := 0
	for todo := edge; len(todo) > 0; {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		marked++
		x, y := i%w, i/w
		for _, n := range [4][3]int{{i - 1, x, 0}, {i + 1, w - 1 - x, 0}, {i - w, y, 0}, {i + w, h - 1 - y, 0}} {
			if n[1] > 0 && mask.Pix[n[0]] == 0 && dark(n[0]) {
				mask.Pix[n[0]] = 255
				todo = append(todo, n[0])
			}
		}
	}
	if marked*10 > w*h*9 {
		return // there is no paper at all
	}
	l.border = l.closed(mask)
}

// closed takes in the specks inside of a border, and a rim of two pixels.
func (l *light) closed(mask *image.Gray) *image.Gray {
	w, h := pixel.Size(mask)
	sum := newSums(w, h, func(i int) bool { return mask.Pix[i] != 0 })
	out := pixel.New(w, h, 0)
	for y := range h {
		for x := range w {
			if near, _ := sum.around(x, y, 2); near > 0 {
				out.Pix[y*w+x] = 255
			} else if wide, all := sum.around(x, y, 8); wide*10 > all*6 {
				out.Pix[y*w+x] = 255
			}
		}
	}
	return out
}

// sums counts marked pixels in squares.
type sums struct {
	w, h  int
	table []int32 // of all pixels above and left
}

func newSums(w, h int, marked func(i int) bool) sums {
	s := sums{w, h, make([]int32, (w+1)*(h+1))}
	for y := range h {
		line := int32(0)
		for x := range w {
			if marked(y*w + x) {
				line++
			}
			s.table[(y+1)*(w+1)+x+1] = s.table[y*(w+1)+x+1] + line
		}
	}
	return s
}

// around counts the marked pixels, and all, not further than radius from one.
func (s sums) around(x, y, radius int) (marked, all int) {
	x1, y1, x2, y2 := max(0, x-radius), max(0, y-radius), min(s.w, x+radius+1), min(s.h, y+radius+1)
	t, n := s.table, s.w+1
	return int(t[y2*n+x2] - t[y1*n+x2] - t[y2*n+x1] + t[y1*n+x1]), (x2 - x1) * (y2 - y1)
}

// fill gives cells that show no paper, such as pictures, dark bars and the border,
// the light of the paper around them, and smooths the whole.
func (l *light) fill(level uint8) {
	inBorder := func(x, y int) bool {
		if l.border == nil {
			return false
		}
		w, h := pixel.Size(l.border)
		return l.border.Pix[min(y*cell+cell/2, h-1)*w+min(x*cell+cell/2, w-1)] != 0
	}
	known := make([]bool, len(l.paper))
	for y := range l.h {
		for x := range l.w {
			i := y*l.w + x
			best := uint8(0) // the lightest nearby: dark writing and bars are narrow
			for j := max(0, y-2); j < min(l.h, y+3); j++ {
				for k := max(0, x-2); k < min(l.w, x+3); k++ {
					if !inBorder(k, j) {
						best = max(best, l.paper[j*l.w+k])
					}
				}
			}
			known[i] = !inBorder(x, y) && int(l.paper[i])*100 > int(best)*72 && l.paper[i] > level/4
		}
	}
	for range l.w + l.h { // outwards from what is known
		next := slices.Clone(known)
		changed := false
		for y := range l.h {
			for x := range l.w {
				if known[y*l.w+x] {
					continue
				}
				sum, n := 0, 0
				for j := max(0, y-1); j < min(l.h, y+2); j++ {
					for k := max(0, x-1); k < min(l.w, x+2); k++ {
						if known[j*l.w+k] {
							sum, n = sum+int(l.paper[j*l.w+k]), n+1
						}
					}
				}
				if n > 0 {
					l.paper[y*l.w+x] = uint8(sum / n)
					next[y*l.w+x], changed = true, true
				}
			}
		}
		known = next
		if !changed {
			break
		}
	}
	for i, k := range known {
		if !k {
			l.paper[i] = max(level, 1)
		}
	}
}

// apply undoes what was measured, on the picture that is by times as large as the
// small copy: it makes a negative positive, the border white and the paper evenly
// white. An even page is given as it is.
func (l *light) apply(g *image.Gray, by int) *image.Gray {
	if l.negative {
		g = inverted(g)
	}
	if l.even && l.border == nil {
		return g
	}
	w, h := pixel.Size(g)
	out := pixel.New(w, h, 0)
	copy(out.Pix, g.Pix)
	if !l.even {
		l.whiten(out, by*cell)
	}
	if l.border != nil {
		bw, bh := pixel.Size(l.border)
		for y := range h {
			mask := l.border.Pix[min(y/by, bh-1)*bw:][:bw]
			row := out.Pix[y*w:][:w]
			for x := range row {
				if mask[min(x/by, bw-1)] != 0 {
					row[x] = 255
				}
			}
		}
	}
	return out
}

// whiten divides each pixel by the light of the paper at its place, which lies
// between those of the four cells around it; side is that of a cell.
func (l *light) whiten(g *image.Gray, side int) {
	w, h := pixel.Size(g)
	// Paper a little darker than measured is white too: grain vanishes.
	const white = 0.94
	line := make([]float32, l.w+2)
	for y := range h {
		cy := max(0, float32(y)/float32(side)-0.5)
		j := min(int(cy), l.h-1)
		k, f := min(j+1, l.h-1), cy-float32(j)
		for x := range l.w {
			line[x] = float32(l.paper[j*l.w+x])*(1-f) + float32(l.paper[k*l.w+x])*f
		}
		row := g.Pix[y*w:][:w]
		for x := range row {
			cx := max(0, float32(x)/float32(side)-0.5)
			i := min(int(cx), l.w-1)
			fx := cx - float32(i)
			paper := line[i]*(1-fx) + line[min(i+1, l.w-1)]*fx
			row[x] = uint8(min(255, float32(row[x])*255/max(paper*white, 1)))
		}
	}
}

func inverted(g *image.Gray) *image.Gray {
	w, h := pixel.Size(g)
	out := pixel.New(w, h, 0)
	for i, v := range g.Pix {
		out.Pix[i] = 255 - v
	}
	return out
}

package code

import (
	"fmt"
	"image"
	"math"
	"slices"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode/decoder"
	qrdetector "github.com/makiuchi-d/gozxing/qrcode/detector"

	"ask4.com/skarga/scanner-import/pixel"
)

// findQR reads the QR codes of a picture. A page is tried in two sizes; a small
// picture in every way there is, until something is found.
func findQR(g *image.Gray, small bool) []string {
	side := max(g.Rect.Dx(), g.Rect.Dy())
	var found []string
	add := func(texts []string) {
		for _, t := range texts {
			if !slices.Contains(found, t) {
				found = append(found, t)
			}
		}
	}
	if !small {
		// At about 150 dots an inch the squares of all codes that are printed on
		// letters are seen; if some are, but no code is read, the full size tells.
		by := max(1, side/1500)
		half := pixel.Reduce(g, by)
		b := local(half, max(half.Rect.Dx(), half.Rect.Dy())/16)
		const step = 2
		seen := b.finders(step)
		add(readQR(b, seen))
		if len(found) == 0 && plausible(seen, step) {
			for _, by := range []int{by - 1, 2 * by, 3 * by} {
				if by < 1 {
					continue
				}
				other := pixel.Reduce(g, by)
				for _, b := range []*bits{local(other, max(other.Rect.Dx(), other.Rect.Dy())/16), global(other)} {
					if add(readQR(b, b.finders(1))); len(found) > 0 {
						return found
					}
				}
			}
		}
		return found
	}
	sizes := []*image.Gray{g, pixel.Reduce(g, 2), pixel.Reduce(g, 3)}
	if side < 500 {
		sizes = append(sizes, double(g))
	}
	for _, size := range sizes {
		side := max(size.Rect.Dx(), size.Rect.Dy())
		// The narrow neighbourhood sees the squares of a blurred code on much light paper.
		for _, b := range []*bits{local(size, side/8), global(size), local(size, max(side/64, 8))} {
			for _, b := range []*bits{b, b.inverted()} {
				seen := b.finders(1)
				add(readQR(b, seen))
				if len(found) == 0 {
					add(readAnyTilted(b, seen))
				}
				if len(found) == 0 {
					add(readGozxing(b))
				}
			}
			if len(found) > 0 {
				return found
			}
		}
	}
	return found
}

// plausible says whether two squares could be of one code that every step-th line was
// searched for: the heart of a square is three modules high, and lines cross most of it.
// Letters that look like a square are crossed by two.
func plausible(fs []finder, step int) bool {
	square := func(f finder) bool { return f.hits > 1 && float64(f.hits*step) > 2*f.module }
	for i, a := range fs {
		for _, c := range fs[i+1:] {
			if _, ok := distance(a, c); ok && square(a) && square(c) {
				return true
			}
		}
	}
	return false
}

// distance gives the distance of two squares in modules, if they could be of one
// code: of like size, and 14 to 240 modules apart (versions 1 to 40, straight or
// across).
func distance(a, b finder) (modules float64, ok bool) {
	if a.module > 1.7*b.module || b.module > 1.7*a.module {
		return 0, false
	}
	modules = math.Hypot(a.x-b.x, a.y-b.y) / ((a.module + b.module) / 2)
	return modules, modules > 9 && modules < 260
}

// readQR reads the codes whose squares were found: by three of them, and what is
// left by two, where a stamp or a tear hides the third.
func readQR(b *bits, fs []finder) []string {
	var texts []string
	used := make([]bool, len(fs))
	free := func(list ...int) bool {
		for _, i := range list {
			if used[i] {
				return false
			}
		}
		return true
	}
	for i := range fs {
		for j := i + 1; j < len(fs); j++ {
			for k := j + 1; k < len(fs); k++ {
				if !free(i, j, k) {
					continue
				}
				corner, right, down, ok := corners(fs[i], fs[j], fs[k])
				if !ok {
					continue
				}
				if text, ok := b.readAt(corner, right, down); ok {
					texts = append(texts, text)
					used[i], used[j], used[k] = true, true, true
				}
			}
		}
	}
	for i := range fs {
		for j := i + 1; j < len(fs); j++ {
			if !free(i, j) || fs[i].hits < 2 || fs[j].hits < 2 {
				continue
			}
			if text, ok := b.readByTwo(fs[i], fs[j]); ok {
				texts = append(texts, text)
				used[i], used[j] = true, true
			}
		}
	}
	return texts
}

// corners orders three squares: the one at the right angle, the one to its right
// and the one below. ok is false when they make no such triangle.
func corners(a, b, c finder) (corner, right, down finder, ok bool) {
	for _, pair := range [][2]finder{{a, b}, {a, c}, {b, c}} {
		if _, ok := distance(pair[0], pair[1]); !ok {
			return corner, right, down, false
		}
	}
	ab, ac, bc := math.Hypot(a.x-b.x, a.y-b.y), math.Hypot(a.x-c.x, a.y-c.y), math.Hypot(b.x-c.x, b.y-c.y)
	switch { // the longest side lies across from the corner
	case bc >= ab && bc >= ac:
		corner, right, down = a, b, c
	case ac >= ab && ac >= bc:
		corner, right, down = b, a, c
	default:
		corner, right, down = c, a, b
	}
	x1, y1, x2, y2 := right.x-corner.x, right.y-corner.y, down.x-corner.x, down.y-corner.y
	l1, l2 := math.Hypot(x1, y1), math.Hypot(x2, y2)
	if l1 > 1.6*l2 || l2 > 1.6*l1 || math.Abs(x1*x2+y1*y2) > 0.5*l1*l2 {
		return corner, right, down, false
	}
	if x1*y2-y1*x2 < 0 {
		right, down = down, right
	}
	return corner, right, down, true
}

// readByTwo tries every place where the third square may be hidden.
func (b *bits) readByTwo(p, q finder) (string, bool) {
	if _, ok := distance(p, q); !ok {
		return "", false
	}
	at := func(x, y float64) finder { return finder{x: x, y: y, module: (p.module + q.module) / 2} }
	dx, dy := q.x-p.x, q.y-p.y
	mx, my := (p.x+q.x)/2, (p.y+q.y)/2
	for _, t := range [][3]finder{
		{p, q, at(p.x-dy, p.y+dx)}, // p is the corner, q right of it
		{q, p, at(q.x+dy, q.y-dx)}, // q is the corner, p right of it
		{p, at(p.x+dy, p.y-dx), q}, // p is the corner, q below
		{q, at(q.x-dy, q.y+dx), p}, // q is the corner, p below
		{at(mx+dy/2, my-dx/2), q, p},
		{at(mx-dy/2, my+dx/2), p, q},
	} {
		if text, ok := b.readAt(t[0], t[1], t[2]); ok {
			return text, true
		}
	}
	return "", false
}

// readAt reads a code whose three squares are known. The number of modules follows
// from their distance, which may be a little wrong.
func (b *bits) readAt(corner, right, down finder) (string, bool) {
	// The module of a turned code, along the picture's axes, is longer than its own.
	angle := math.Atan2(right.y-corner.y, right.x-corner.x)
	axis := max(math.Abs(math.Cos(angle)), math.Abs(math.Sin(angle)))
	module := (corner.module + right.module + down.module) / 3 * axis
	across := (math.Hypot(right.x-corner.x, right.y-corner.y) + math.Hypot(down.x-corner.x, down.y-corner.y)) / 2
	version := int(math.Round((across/module + 7 - 17) / 4))
	for _, v := range []int{version, version - 1, version + 1, version + 2, version - 2} {
		if v < 1 || v > 40 || 17+4*v > b.w && 17+4*v > b.h {
			continue
		}
		if text, ok := b.readVersion(corner, right, down, v); ok {
			return text, true
		}
	}
	if corner.hits == 0 || right.hits == 0 || down.hits == 0 { // one of them is only supposed
		return "", false
	}
	return b.readTilted(corner, right, down)
}

// readVersion reads a code of 17 + 4·version modules a side, first with the fourth
// corner where its alignment pattern is seen, then where the other three put it.
func (b *bits) readVersion(corner, right, down finder, version int) (string, bool) {
	n := float64(17 + 4*version)
	flat := newGrid(n, corner, right, down, finder{x: right.x + down.x - corner.x, y: right.y + down.y - corner.y}, 3.5)
	if !b.looksLikeCode(flat, int(n)) {
		return "", false
	}
	if version > 1 {
		if x, y, ok := b.alignment(flat, n-6.5); ok {
			if text, ok := b.readGrid(newGrid(n, corner, right, down, finder{x: x, y: y}, 6.5), int(n)); ok {
				return text, true
			}
		}
	}
	return b.readGrid(flat, int(n))
}

// decodeQR corrects errors and reads the text. A panic of the decoder is no code.
func decodeQR(modules *gozxing.BitMatrix) (text string, ok bool) {
	defer func() {
		if p := recover(); p != nil {
			text, ok = "", false
		}
	}()
	result, err := decoder.NewDecoder().Decode(modules, nil)
	if err != nil {
		return "", false
	}
	return result.GetText(), result.GetText() != ""
}

// readGozxing lets gozxing find the code by itself.
func readGozxing(b *bits) (texts []string) {
	defer func() {
		if p := recover(); p != nil {
			texts = nil
		}
	}()
	m, err := b.matrix()
	if err != nil {
		return nil
	}
	found, err := qrdetector.NewDetector(m).Detect(map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		return nil
	}
	if text, ok := decodeQR(found.GetBits()); ok {
		return []string{text}
	}
	return nil
}

// matrix is the picture as gozxing wants it.
func (b *bits) matrix() (*gozxing.BitMatrix, error) {
	m, err := gozxing.NewBitMatrix(b.w, b.h)
	if err != nil {
		return nil, fmt.Errorf("code: %w", err)
	}
	for y := range b.h {
		for x, v := range b.pix[y*b.w : (y+1)*b.w] {
			if v == 1 {
				m.Set(x, y)
			}
		}
	}
	return m, nil
}

package scannerimport

import (
	"context"
	"image"
	"sync"
	"time"

	"ask4.com/skarga/scanner-import/layout"
	"ask4.com/skarga/scanner-import/ocr"
	"ask4.com/skarga/scanner-import/page"
	"ask4.com/skarga/scanner-import/pixel"
)

// readers read pages by OCR while others are drawn.
type readers struct {
	reader *Reader
	ctx    context.Context
	watch  Watch
	pages  int
	told   func(Page) // is told each page that was read; may be nil
	next   []reading  // wait for others, to be read together
	group  sync.WaitGroup
	mu     sync.Mutex
	done   int
	err    error
}

// reading is a page that is to be read. Of its picture only what is written is kept.
type reading struct {
	page *Page
	part ocr.Page
	size image.Point // of the whole picture
	turn int         // degrees clockwise by which it was turned; see page.Ready
	sure bool

	read  bool // together with others
	words []layout.Word
}

// mostTogether is how many pages one process reads at most: the start of four is
// shared then, and few are lost with it.
const mostTogether = 4

func (r *Reader) startReaders(ctx context.Context, pages int, watch Watch) *readers {
	return &readers{reader: r, ctx: ctx, watch: watch, pages: pages}
}

// read reads a page, alone or with those that follow. left is how many pages there
// still are: towards the end fewer are read together, so that all workers end at once.
func (r *readers) read(p *Page, ready *page.Ready, left int) {
	whole := ocr.Page{Gray: ready.Gray, DPI: ready.DPI}
	r.next = append(r.next, reading{page: p, part: whole.Written(), size: ready.Gray.Rect.Size(), turn: ready.Turn, sure: ready.Sure})
	share := (left + len(r.next)) / (2 * r.reader.opt.Workers)
	if len(r.next) >= min(share, mostTogether) {
		r.start()
	}
}

// start waits for a free worker, and reads the pages that wait with it.
func (r *readers) start() {
	list := r.next
	if r.next = nil; len(list) == 0 {
		return
	}
	select {
	case r.reader.slots <- struct{}{}:
	case <-r.ctx.Done():
		r.fail(r.ctx.Err())
		return
	}
	r.group.Go(func() {
		defer func() { <-r.reader.slots }()
		if len(list) > 1 {
			r.reader.together(r.ctx, list) // if it fails one of them is to blame, and each is read alone
		}
		for i, one := range list {
			if !r.finish(one) {
				return
			}
			list[i] = reading{} // its picture is needed no more
		}
	})
}

// together reads pages by one process, in no more time than they have alone.
func (r *Reader) together(ctx context.Context, list []reading) {
	ctx, cancel := context.WithTimeoutCause(ctx, time.Duration(len(list))*r.engine.Timeout(), ocr.ErrSlow)
	defer cancel()
	parts := make([]ocr.Page, len(list))
	for i, one := range list {
		parts[i] = one.part
	}
	words, err := r.engine.Read(ctx, parts...)
	if err != nil {
		return
	}
	for i := range list {
		list[i].words, list[i].read = words[i], true
	}
}

// ocrFailed begins what is wrong with a page that OCR could not read.
const ocrFailed = "to_type: "

// finish concludes a page, and reads it first unless that was done together with
// others. It says false when reading ends.
func (r *readers) finish(one reading) bool {
	p := one.page
	words, err := r.reader.upright(r.ctx, &one)
	switch {
	case r.ctx.Err() != nil:
		r.fail(r.ctx.Err())
		return false
	case err != nil:
		p.ToType = true
		p.Damaged = append(p.Damaged, ocrFailed+err.Error())
	}
	p.Words, p.Turn = words, one.turn
	p.Confidence = confidence(words)
	p.size(one.size, one.part.DPI)
	if r.told != nil {
		r.told(*p)
	}
	r.finished()
	return true
}

// Confidence below which a page may stand on its head: always, and where its lines
// did not say clearly which way is up.
const (
	doubtful       = 0.6
	doubtfulUnsure = 0.8
)

// upright gives the words of a page, in the time that one has. Where it reads badly, it
// is tried the other way up as well, and on its sides if its lines do not tell; the turn
// that reads best is noted. One that a person turned stands as it does.
func (r *Reader) upright(ctx context.Context, one *reading) ([]layout.Word, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, r.engine.Timeout(), ocr.ErrSlow)
	defer cancel()
	words := one.words
	if !one.read {
		read, err := r.engine.Read(ctx, one.part)
		if err != nil {
			return nil, err
		}
		words = read[0]
	}
	sure := confidence(words)
	if one.page.Turned != 0 || sure >= doubtfulUnsure || sure >= doubtful && one.sure {
		return words, nil
	}
	turns := []int{180}
	if !one.sure {
		turns = []int{180, 90, 270}
	}
	best := *one
	for _, degrees := range turns {
		other := one.turned(degrees)
		read, err := r.engine.Read(ctx, other.part)
		if err != nil {
			break // what was read so far stands
		}
		if legible(read[0]) > 1.2*legible(words) {
			words, best = read[0], other
		}
	}
	*one = best
	return words, nil
}

// turned is the page turned clockwise by 90, 180 or 270 degrees.
func (one reading) turned(degrees int) reading {
	at, size := one.part.Gray.Rect, one.size
	flat := &image.Gray{Pix: one.part.Gray.Pix, Stride: one.part.Gray.Stride, Rect: image.Rectangle{Max: at.Size()}}
	g := pixel.Turn(flat, degrees)
	for range degrees / 90 { // what was above lies to the right
		at = image.Rect(size.Y-at.Max.Y, at.Min.X, size.Y-at.Min.Y, at.Max.X)
		size = image.Pt(size.Y, size.X)
	}
	g.Rect = at
	one.part.Gray, one.size, one.turn = g, size, (one.turn+degrees)%360
	return one
}

// legible is how much of a text was read well.
func legible(words []layout.Word) float64 {
	sum := 0.0
	for _, w := range words {
		if w.Confidence > 0.6 {
			sum += w.Confidence * float64(len(w.Text))
		}
	}
	return sum
}

func (r *readers) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err == nil {
		r.err = err
	}
}

// finished tells that a page needs nothing more.
func (r *readers) finished() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done++
	if r.watch.Done != nil {
		r.watch.Done(r.done, r.pages)
	}
}

// wait waits until all pages are read.
func (r *readers) wait() error {
	r.start()
	r.group.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

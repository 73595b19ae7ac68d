package scannerimport

import (
	"context"
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

// reading is a page that is to be read.
type reading struct {
	page  *Page
	ready *page.Ready
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
	r.next = append(r.next, reading{p, ready})
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
		words := make([][]layout.Word, len(list))
		if len(list) > 1 {
			together := make([]ocr.Page, len(list))
			for i, one := range list {
				together[i] = ocr.Page{Gray: one.ready.Gray, DPI: one.ready.DPI}
			}
			if read, err := r.reader.ocr(r.ctx, together...); err == nil {
				words = read
			} // else one of them is to blame, and each is read alone
		}
		for i, one := range list {
			if !r.finish(one, words[i]) {
				return
			}
			list[i] = reading{} // its picture is needed no more
		}
	})
}

// finish concludes a page whose words were read together with others', or reads it
// alone where there are none. It says false when reading ends.
func (r *readers) finish(one reading, words []layout.Word) bool {
	p := one.page
	words, err := r.reader.upright(r.ctx, one.ready, words, p.Turned != 0)
	switch {
	case r.ctx.Err() != nil:
		r.fail(r.ctx.Err())
		return false
	case err != nil:
		p.ToType = true
		p.Damaged = append(p.Damaged, "to_type: "+err.Error())
	}
	p.Words, p.Turn = words, one.ready.Turn
	p.Confidence = confidence(words)
	p.size(one.ready.Gray, one.ready.DPI)
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

// upright gives the words of a page, which may have been read before. Where it reads
// badly, it is tried the other way up as well, and on its sides if its lines do not
// tell; the turn that reads best is noted. One that a person turned stands as it does.
func (r *Reader) upright(ctx context.Context, ready *page.Ready, words []layout.Word, turned bool) ([]layout.Word, error) {
	if words == nil {
		read, err := r.ocr(ctx, ocr.Page{Gray: ready.Gray, DPI: ready.DPI})
		if err != nil {
			return nil, err
		}
		words = read[0]
	}
	sure := confidence(words)
	if turned || sure >= doubtfulUnsure || sure >= doubtful && ready.Sure {
		return words, nil
	}
	turns := []int{180}
	if !ready.Sure {
		turns = []int{180, 90, 270}
	}
	best := *ready
	for _, turn := range turns {
		g := pixel.Turn(ready.Gray, turn)
		other, err := r.ocr(ctx, ocr.Page{Gray: g, DPI: ready.DPI})
		if err != nil {
			break // what was read so far stands
		}
		if legible(other[0]) > 1.2*legible(words) {
			words, best.Gray, best.Turn = other[0], g, (ready.Turn+turn)%360
		}
	}
	*ready = best
	return words, nil
}

// ocr reads pages by one process, in no more time than is given for so many.
func (r *Reader) ocr(ctx context.Context, pages ...ocr.Page) ([][]layout.Word, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, time.Duration(len(pages))*r.engine.Timeout(), ocr.ErrSlow)
	defer cancel()
	return r.engine.Read(ctx, pages...)
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

package scannerimport

import (
	"context"
	"errors"
	"image"
	"slices"
	"sync"

	"ask4.com/skarga/scanner-import/code"
	"ask4.com/skarga/scanner-import/file"
	"ask4.com/skarga/scanner-import/layout"
	"ask4.com/skarga/scanner-import/ocr"
	"ask4.com/skarga/scanner-import/page"
	"ask4.com/skarga/scanner-import/pixel"
)

// Watch is told how reading goes on. Its functions may be nil.
type Watch struct {
	// Seen is called for each page, in order, as soon as its codes are known and
	// before it is read by OCR: it says where letters begin. pages is how many the
	// file has. An error ends the reading.
	Seen func(p Page, pages int) error
	// Done is called after a page's text is there, in any order, one call at a time.
	Done func(done, pages int)
}

// Split looks at the pages of a file and their codes, without reading any text. The
// documents of the result have their pages, their batch sheet and a reference of a
// code, and nothing else. Errors are of the file system and of ctx; what is wrong
// with the file itself is in Damaged.
func (r *Reader) Split(ctx context.Context, path string, watch Watch) (Scan, error) {
	return r.scan(ctx, path, watch, false)
}

// Read reads a file: pages, codes, letters, text and what is found in it. Errors
// are as with Split.
func (r *Reader) Read(ctx context.Context, path string, watch Watch) (Scan, error) {
	return r.scan(ctx, path, watch, true)
}

func (r *Reader) scan(ctx context.Context, path string, watch Watch, read bool) (Scan, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	f, err := r.opener.Open(ctx, path)
	var d *file.Damage
	if errors.As(err, &d) {
		return Scan{Damaged: []string{d.Error()}}, nil
	}
	if err != nil {
		return Scan{}, err
	}
	defer f.Close()
	s := Scan{Pages: make([]Page, f.Pages())}
	readers := r.startReaders(ctx, len(s.Pages), watch)
	for i := range s.Pages {
		p, ready, err := r.page(ctx, f, i+1, read)
		if err == nil && watch.Seen != nil {
			err = watch.Seen(p, len(s.Pages))
		}
		if err != nil {
			cancel()
			return Scan{}, errors.Join(err, readers.wait())
		}
		s.Pages[i] = p
		if read && ready != nil && !p.Blank && !p.Separates() {
			readers.read(&s.Pages[i], ready)
		} else {
			readers.finished()
		}
	}
	if err := readers.wait(); err != nil {
		return Scan{}, err
	}
	for _, p := range s.Pages {
		for _, d := range p.Damaged {
			if !slices.Contains(s.Damaged, d) {
				s.Damaged = append(s.Damaged, d)
			}
		}
	}
	s.Documents = r.documents(s.Pages, read)
	return s, nil
}

// page draws one page, looks for its codes and makes it ready for OCR if it shall be
// read. The second result is nil when there is nothing to read.
func (r *Reader) page(ctx context.Context, f file.File, n int, read bool) (Page, *page.Ready, error) {
	p := Page{Number: n}
	select {
	case r.decode <- struct{}{}:
		defer func() { <-r.decode }()
	case <-ctx.Done():
		return p, nil, ctx.Err()
	}
	got, err := f.Page(ctx, n)
	p.Damaged = got.Damaged
	var d *file.Damage
	switch {
	case errors.As(err, &d):
		p.Damaged = append(p.Damaged, d.Error())
		p.ToType = true
		return p, nil, nil
	case err != nil:
		return p, nil, err
	}
	for _, c := range code.Find(got.Gray) {
		p.Barcodes = append(p.Barcodes, Barcode{Page: n, Symbology: c.Symbology, Text: c.Text})
		p.understand(c)
	}
	if got.Words != nil {
		if !read {
			p.Hash = pictureHash(got.Gray)
		}
		p.TextLayer, p.Words, p.Confidence = true, got.Words, 1
		p.size(got.Gray, got.DPIX)
		return p, nil, nil
	}
	if !read {
		p.Hash = pictureHash(got.Gray)
		return p, nil, nil
	}
	ready := page.Prepare(got.Gray, got.DPIX, got.DPIY)
	p.Turn, p.Skew, p.Blank = ready.Turn, ready.Skew, ready.Blank
	p.size(ready.Gray, ready.DPI)
	return p, &ready, nil
}

// size notes how large a page is as it is shown.
func (p *Page) size(g *image.Gray, dpi float64) {
	p.Width, p.Height = int(float64(g.Rect.Dx())*2540/dpi+0.5), int(float64(g.Rect.Dy())*2540/dpi+0.5)
}

// Image draws a page as it is shown: upright and straight, and otherwise as it was
// scanned. The boxes of its words and details are places on it. dpi is the picture's
// resolution.
func (r *Reader) Image(ctx context.Context, path string, p Page) (g *image.Gray, dpi float64, err error) {
	f, err := r.opener.Open(ctx, path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	return pageImage(ctx, f, p)
}

func pageImage(ctx context.Context, f file.File, p Page) (g *image.Gray, dpi float64, err error) {
	got, err := f.Page(ctx, p.Number)
	if err != nil {
		return nil, 0, err
	}
	if p.TextLayer {
		return pixel.Turn(got.Gray, p.Turned), got.DPIX, nil
	}
	g, dpi = page.Square(got.Gray, got.DPIX, got.DPIY)
	return pixel.Turn(page.Straighten(g, p.Turn, p.Skew), p.Turned), dpi, nil
}

// understand notes what a code says about its page.
func (p *Page) understand(c code.Code) {
	switch c.Symbology {
	case code.QR:
		s, ours, err := ParseSheet(c.Text)
		if !ours {
			return
		}
		if err != nil {
			p.Damaged = append(p.Damaged, "sheet: "+err.Error())
		}
		if p.Sheet == nil || s.Type == SheetBatch {
			p.Sheet = &s
		}
	case code.Code39:
		p.PatchT = p.PatchT || c.Text == patchT
	}
}

// patchT is the text of a Patch T separator page.
const patchT = "PATCHT"

// readers read pages by OCR while others are drawn.
type readers struct {
	reader *Reader
	ctx    context.Context
	watch  Watch
	pages  int
	told   func(Page) // is told each page that was read; may be nil
	group  sync.WaitGroup
	mu     sync.Mutex
	done   int
	err    error
}

func (r *Reader) startReaders(ctx context.Context, pages int, watch Watch) *readers {
	return &readers{reader: r, ctx: ctx, watch: watch, pages: pages}
}

// read waits for a free worker, and reads the page with it.
func (r *readers) read(p *Page, ready *page.Ready) {
	select {
	case r.reader.slots <- struct{}{}:
	case <-r.ctx.Done():
		r.fail(r.ctx.Err())
		return
	}
	r.group.Go(func() {
		defer func() { <-r.reader.slots }()
		words, err := r.reader.ocr(r.ctx, ready, p.Turned != 0)
		switch {
		case r.ctx.Err() != nil:
			r.fail(r.ctx.Err())
			return
		case err != nil:
			p.ToType = true
			p.Damaged = append(p.Damaged, "to_type: "+err.Error())
		}
		p.Words, p.Turn = words, ready.Turn
		p.Confidence = confidence(words)
		p.size(ready.Gray, ready.DPI)
		if r.told != nil {
			r.told(*p)
		}
		r.finished()
	})
}

// Confidence below which a page may stand on its head: always, and where its lines
// did not say clearly which way is up.
const (
	doubtful       = 0.6
	doubtfulUnsure = 0.8
)

// ocr reads a page. Where it reads badly, it is tried the other way up as well, and
// on its sides if its lines do not tell; the turn that reads best is noted. One that a
// person turned stands as it does.
func (r *Reader) ocr(ctx context.Context, ready *page.Ready, turned bool) ([]layout.Word, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, r.engine.Timeout(), ocr.ErrSlow)
	defer cancel()
	words, err := r.engine.Read(ctx, ready.Gray, ready.DPI)
	if err != nil {
		return nil, err
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
		other, err := r.engine.Read(ctx, g, ready.DPI)
		if err != nil {
			break // what was read so far stands
		}
		if legible(other) > 1.2*legible(words) {
			words, best.Gray, best.Turn = other, g, (ready.Turn+turn)%360
		}
	}
	*ready = best
	return words, nil
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

func (r *readers) wait() error {
	r.group.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.err
}

package scannerimport

import (
	"context"
	"errors"
	"image"
	"slices"
	"sync"

	"ask4.com/skarga/scanner-import/code"
	"ask4.com/skarga/scanner-import/file"
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
		p, picture, err := r.page(ctx, f, i+1)
		if err == nil && watch.Seen != nil {
			err = watch.Seen(p, len(s.Pages))
		}
		if err != nil {
			cancel()
			return Scan{}, errors.Join(err, readers.wait())
		}
		s.Pages[i] = p
		if read && picture != nil && !p.Blank && !p.Separates() && !p.TextLayer {
			readers.read(&s.Pages[i], picture)
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

// picture is a page that waits for OCR.
type picture struct {
	gray *image.Gray
	dpi  float64
}

// page draws one page and looks for its codes. picture is nil when there is nothing
// to see.
func (r *Reader) page(ctx context.Context, f file.File, n int) (Page, *picture, error) {
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
	dpi := got.DPIX
	if dpi < 50 || dpi > 1300 {
		dpi = float64(max(got.Gray.Rect.Dx(), got.Gray.Rect.Dy())) / 11.7 // A4
	}
	p.Width, p.Height = int(float64(got.Gray.Rect.Dx())*2540/dpi), int(float64(got.Gray.Rect.Dy())*2540/dpi)
	if got.Words != nil {
		p.TextLayer, p.Words, p.Confidence = true, got.Words, 1
	}
	for _, c := range code.Find(got.Gray) {
		p.Barcodes = append(p.Barcodes, Barcode{Page: n, Symbology: c.Symbology, Text: c.Text})
		p.understand(c)
	}
	return p, &picture{got.Gray, dpi}, nil
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
	group  sync.WaitGroup
	mu     sync.Mutex
	done   int
	err    error
}

func (r *Reader) startReaders(ctx context.Context, pages int, watch Watch) *readers {
	return &readers{reader: r, ctx: ctx, watch: watch, pages: pages}
}

// read waits for a free worker, and reads the page with it.
func (r *readers) read(p *Page, pic *picture) {
	select {
	case r.reader.slots <- struct{}{}:
	case <-r.ctx.Done():
		r.fail(r.ctx.Err())
		return
	}
	r.group.Go(func() {
		defer func() { <-r.reader.slots }()
		words, err := r.reader.engine.Read(r.ctx, pic.gray, pic.dpi)
		switch {
		case r.ctx.Err() != nil:
			r.fail(r.ctx.Err())
			return
		case err != nil:
			p.ToType = true
			p.Damaged = append(p.Damaged, "to_type: "+err.Error())
		}
		p.Words = words
		p.Confidence = confidence(words)
		r.finished()
	})
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

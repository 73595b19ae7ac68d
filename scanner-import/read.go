package scannerimport

import (
	"context"
	"errors"
	"image"
	"slices"

	"ask4.com/skarga/scanner-import/code"
	"ask4.com/skarga/scanner-import/file"
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
	drawings := r.draw(ctx, f)
	defer func() {
		cancel()
		for d := range drawings {
			d.release()
		}
	}()
	behindSheet := false
	for d := range drawings {
		p, ready, err := r.look(d, read, r.closely && len(s.Pages) == 1, behindSheet)
		behindSheet = p.Separates()
		if err == nil && !read && d.err == nil && !p.TextLayer && !p.Separates() {
			r.kept.keep(path, d.number, d.page)
		}
		if err == nil && watch.Seen != nil {
			err = watch.Seen(p, len(s.Pages))
		}
		if err != nil {
			cancel()
			return Scan{}, errors.Join(err, readers.wait())
		}
		s.Pages[d.number-1] = p
		if read && ready != nil && !p.Blank && !p.Separates() {
			readers.read(&s.Pages[d.number-1], ready, len(s.Pages)-d.number)
		} else {
			readers.finished()
		}
	}
	if err := errors.Join(ctx.Err(), readers.wait()); err != nil {
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

// look finds the codes of a page, and makes it ready for OCR if it shall be read. The
// second result is nil when there is nothing to read. alone says that the page is the whole
// of a file that shall be looked at closely. What could not be drawn to its end is to be
// typed, and never blank: nobody knows what stands there.
func (r *Reader) look(drawn drawing, read, alone, behindSheet bool) (Page, *page.Ready, error) {
	defer drawn.release()
	p, got := Page{Number: drawn.number}, drawn.page
	p.Damaged = got.Damaged
	p.ToType = len(p.Damaged) > 0
	var d *file.Damage
	switch {
	case errors.As(drawn.err, &d):
		p.Damaged = append(p.Damaged, d.Error())
		p.ToType = true
		return p, nil, nil
	case drawn.err != nil:
		return p, nil, drawn.err
	}
	find := code.Find
	if alone {
		find = code.FindClosely
	}
	for _, c := range find(got.Gray) {
		p.Barcodes = append(p.Barcodes, Barcode{Page: p.Number, Symbology: c.Symbology, Text: c.Text})
		p.understand(c)
	}
	if got.Words != nil {
		if !read {
			p.Hash = pictureHash(got.Gray)
		}
		p.TextLayer, p.Words, p.Confidence = true, got.Words, 1
		p.size(got.Gray.Rect.Size(), got.DPIX)
		return p, nil, nil
	}
	if !read {
		p.Hash = pictureHash(got.Gray)
		p.Blank = !p.ToType && (p.Hash == "" || behindSheet) && page.Blank(got.Gray, got.DPIX, got.DPIY)
		return p, nil, nil
	}
	ready := page.Prepare(got.Gray, got.DPIX, got.DPIY)
	p.Turn, p.Skew, p.Blank = ready.Turn, ready.Skew, ready.Blank && !p.ToType
	p.size(ready.Gray.Rect.Size(), ready.DPI)
	return p, &ready, nil
}

// size notes how large a page is as it is shown.
func (p *Page) size(pixels image.Point, dpi float64) {
	p.Width, p.Height = int(float64(pixels.X)*2540/dpi+0.5), int(float64(pixels.Y)*2540/dpi+0.5)
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
	default:
		p.PatchT = p.PatchT || c.Text == patchT
	}
}

// patchT is the text of a Patch T separator page, mostly in Code 39.
const patchT = "PATCHT"

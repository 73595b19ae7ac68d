package scannerimport

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"slices"
	"strings"

	"ask4.com/skarga/scanner-import/file"
	"ask4.com/skarga/scanner-import/layout"
	"ask4.com/skarga/scanner-import/page"
	"ask4.com/skarga/scanner-import/pixel"
)

// ReadPages reads the text of some pages of a file that Split has looked at, several
// at once. got is told each page as soon as it is read, one call at a time, in any
// order; its error ends the reading. Errors are as with Split; what is wrong with a
// page is in its Damaged.
func (r *Reader) ReadPages(ctx context.Context, path string, pages []Page, got func(Page) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	f := &unopened{opener: r.opener, path: path}
	defer f.close()
	defer r.kept.forget(path)
	done := make(chan Page, len(pages))
	told := make(chan error, 1)
	go func() {
		var err error
		for p := range done {
			if err == nil {
				if err = got(p); err != nil {
					cancel(err)
				}
			}
		}
		told <- err
	}()
	work := readers{reader: r, ctx: ctx, told: func(p Page) { done <- p }}
	for i := range pages {
		p := pages[i]
		p.forgetFailure()
		ready, err := r.prepare(ctx, f, &p)
		if err != nil {
			work.fail(err)
			break
		}
		if ready == nil || p.Blank {
			done <- p
			continue
		}
		work.read(&p, ready, len(pages)-i-1)
	}
	err := work.wait()
	close(done)
	return errors.Join(<-told, err)
}

// forgetFailure takes back that OCR could not read a page, before it tries again.
func (p *Page) forgetFailure() {
	p.Damaged = slices.DeleteFunc(p.Damaged, func(d string) bool { return strings.HasPrefix(d, ocrFailed) })
	p.ToType = len(p.Damaged) > 0
}

// unopened is a file that is opened when a page of it is not kept: for a PDF that starts
// a process.
type unopened struct {
	opener *file.Opener
	path   string
	file   file.File // nil until then
}

func (u *unopened) open(ctx context.Context) (_ file.File, err error) {
	if u.file == nil {
		u.file, err = u.opener.Open(ctx, u.path)
	}
	return u.file, err
}

func (u *unopened) close() {
	if u.file != nil {
		_ = u.file.Close() // only read
	}
}

// prepare takes a page as it was drawn, or draws it again, and makes it ready for OCR.
// ready is nil when it cannot be drawn.
func (r *Reader) prepare(ctx context.Context, f *unopened, p *Page) (*page.Ready, error) {
	select {
	case r.decode <- struct{}{}:
		defer func() { <-r.decode }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	got, kept := r.kept.page(f.path, p.Number)
	if !kept {
		opened, err := f.open(ctx)
		if err != nil {
			return nil, err
		}
		got, err = opened.Page(ctx, p.Number)
		var d *file.Damage
		switch {
		case errors.As(err, &d):
			p.ToType, p.Damaged = true, append(p.Damaged, d.Error())
			return nil, nil
		case err != nil:
			return nil, fmt.Errorf("scannerimport: page %d: %w", p.Number, err)
		}
	}
	if p.TextLayer {
		p.turnWords(got)
		return nil, nil
	}
	ready := page.Prepare(got.Gray, got.DPIX, got.DPIY)
	if p.Turned != 0 { // seen from how it was shown to the person who turned it
		ready.Gray = pixel.Turn(ready.Gray, (p.Turn+p.Turned-ready.Turn+360)%360)
		ready.Turn = p.Turn
	}
	p.Turn, p.Skew, p.Blank = ready.Turn, ready.Skew, ready.Blank && len(got.Damaged) == 0
	p.size(ready.Gray.Rect.Size(), ready.DPI)
	return &ready, nil
}

// turnWords gives a page with a text layer its words where they are after a person
// turned it.
func (p *Page) turnWords(got file.Page) {
	p.size(got.Gray.Rect.Size(), got.DPIX)
	w, h := p.Width, p.Height
	p.Words = slices.Clone(got.Words)
	for range p.Turned / 90 {
		for i, word := range p.Words {
			b := word.Box
			p.Words[i].Box = layout.Box{h - b[1] - b[3], b[0], b[3], b[2]}
		}
		w, h = h, w
	}
	p.Width, p.Height = w, h
}

// pictureHash names a page's picture; empty for one that is white all over.
func pictureHash(g *image.Gray) string {
	h := sha256.New()
	fmt.Fprintf(h, "%d %d\n", g.Rect.Dx(), g.Rect.Dy()) // a hash never fails to write
	dark := 0
	for y := range g.Rect.Dy() {
		row := g.Pix[y*g.Stride:][:g.Rect.Dx()]
		for _, v := range row {
			dark += int(v>>7 ^ 1)
		}
		h.Write(row)
	}
	if dark < g.Rect.Dx()*g.Rect.Dy()/5000 {
		return "" // an empty page is like any other
	}
	return hex.EncodeToString(h.Sum(nil))
}

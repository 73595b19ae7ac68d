package scannerimport

import (
	"context"
	"sync"

	"ask4.com/skarga/scanner-import/file"
)

// drawing is a page as it was drawn, or why it could not be.
type drawing struct {
	number  int // from 1
	page    file.Page
	err     error
	release func() // lets the next large page be drawn; may be called twice
}

// ordinaryPage is the number of pixels up to which a page may be drawn while the one
// before it is looked at: A4 at 600 dots an inch. Larger ones do not add up.
const ordinaryPage = 36 << 20

// draw draws the pages of a file in order, each while the one before it is looked at.
// It ends after the last one, or when ctx does; the last drawing then has its error.
func (r *Reader) draw(ctx context.Context, f file.File) <-chan drawing {
	out := make(chan drawing)
	go func() {
		defer close(out)
		for n := 1; n <= f.Pages(); n++ {
			d := drawing{number: n, release: func() {}}
			select {
			case r.decode <- struct{}{}:
				d.release = sync.OnceFunc(func() { <-r.decode })
				d.page, d.err = f.Page(ctx, n)
			case <-ctx.Done():
				d.err = context.Cause(ctx)
			}
			if d.page.Gray == nil || len(d.page.Gray.Pix) <= ordinaryPage {
				d.release()
			}
			out <- d // somebody reads to the end
			if ctx.Err() != nil {
				return
			}
		}
	}()
	return out
}

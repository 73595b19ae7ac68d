package scannerimport

import (
	"context"
	"errors"
	"image"
)

// Picture gives some pages of a file as they look, in the order asked for; pages count
// from 1. A page that cannot be read is nil.
func (r *Reader) Picture(ctx context.Context, path string, pages []int) (pictures []*image.Gray, err error) {
	f, err := r.opener.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	for _, n := range pages {
		p, err := f.Page(ctx, n)
		if ctx.Err() != nil {
			return nil, err
		}
		if err != nil {
			p.Gray = nil
		}
		pictures = append(pictures, p.Gray)
	}
	return pictures, nil
}

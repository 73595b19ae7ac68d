package scannerimport

import (
	"context"
	"errors"
	"image"

	"ask4.com/skarga/scanner-import/file"
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

// Pictures gives pages as they are shown, upright and straight; those of a letter may
// stand in several files. A page that cannot be read is nil.
func (r *Reader) Pictures(ctx context.Context, pages []CopyPage) (pictures []*image.Gray, err error) {
	files := openFiles{}
	defer func() { err = errors.Join(err, files.Close()) }()
	for _, p := range pages {
		f, err := files.open(ctx, r, p.Path)
		if err != nil {
			return nil, err
		}
		g, _, err := pageImage(ctx, f, p.Page)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil {
			g = nil
		}
		pictures = append(pictures, g)
	}
	return pictures, nil
}

// openFiles are the files of several pages by path, each opened once.
type openFiles map[string]file.File

func (o openFiles) open(ctx context.Context, r *Reader, path string) (f file.File, err error) {
	f, ok := o[path]
	if !ok {
		if f, err = r.opener.Open(ctx, path); err != nil {
			return nil, err
		}
		o[path] = f
	}
	return f, nil
}

// Close closes all of them.
func (o openFiles) Close() (err error) {
	for _, f := range o {
		err = errors.Join(err, f.Close())
	}
	return err
}

package scannerimport

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"ask4.com/skarga/complaint"
)

// ReadScan reads the pages of a file that are not read yet, and takes each letter into
// its record as soon as its last page is read. ok is false when another process has
// the file. Where the OCR engine is missing, the letters are to be typed.
func (im *Importer) ReadScan(ctx context.Context, id string, watch Progress) (ok bool, err error) {
	if ok, err = im.store.LeaseScan(ctx, im.holder(), id, im.Lease); err != nil || !ok {
		return false, err
	}
	f, err := im.store.ScanFile(ctx, id)
	if err != nil {
		return false, err
	}
	if f.State == complaint.ScanTaken { // its source is gone, or another node took it
		if f, err = im.split(ctx, f, watch); err != nil {
			return false, err
		}
	}
	ctx, stop := im.hold(ctx, id)
	defer stop()
	rows, err := im.store.Pages(ctx, id)
	if err != nil {
		return false, err
	}
	r := &rereader{im: im, rows: rows, watch: watch}
	if err := r.run(ctx, f); err != nil {
		return true, err
	}
	if err := im.Complete(ctx); err != nil {
		return true, err
	}
	f.State, f.Engine = complaint.ScanRead, im.Engine
	if now, err := im.store.ScanFile(ctx, id); err == nil {
		f.MovedAt = now.MovedAt
	}
	return true, im.store.SetScan(ctx, f)
}

// rereader reads the pages of one file.
type rereader struct {
	im    *Importer
	rows  []complaint.ScanPage
	watch Progress
	done  int
}

func (r *rereader) run(ctx context.Context, f complaint.ScanFile) error {
	var pages []Page
	for _, row := range r.rows {
		if !row.ReadAt.IsZero() {
			r.done++
			continue
		}
		p, err := PageOf(row)
		if err != nil {
			return err
		}
		pages = append(pages, p)
	}
	r.tell()
	if len(pages) == 0 {
		return nil
	}
	path, err := r.im.store.ScanPath(f.ID)
	if err != nil {
		return err
	}
	return r.im.reader.ReadPages(ctx, path, pages, func(p Page) error { return r.keep(ctx, p) })
}

// keep puts on record what a page says, and completes its letter with the last one.
func (r *rereader) keep(ctx context.Context, p Page) error {
	i := slices.IndexFunc(r.rows, func(row complaint.ScanPage) bool { return row.Number == p.Number })
	row := r.rows[i]
	var err error
	if row.Content, err = json.Marshal(p); err != nil {
		return fmt.Errorf("scannerimport: page %d: %w", p.Number, err)
	}
	row.Blank, row.ReadAt = p.Blank, r.im.Now()
	if err := r.im.store.SetPageRead(ctx, row); err != nil {
		return err
	}
	row.Content = nil // it is on record: a thousand pages of words need not stay
	r.rows[i] = row
	r.done++
	r.tell()
	unread := slices.ContainsFunc(r.rows, func(o complaint.ScanPage) bool { return o.ArrivalID == row.ArrivalID && o.ReadAt.IsZero() })
	if unread {
		return nil
	}
	return r.im.complete(ctx, row.ArrivalID)
}

func (r *rereader) tell() {
	if r.watch.Read != nil {
		r.watch.Read(r.done, len(r.rows))
	}
}

// complete takes a letter into its record. One that fails is tried again by Complete.
func (im *Importer) complete(ctx context.Context, arrivalID string) error {
	if err := im.intake.CompleteLetter(ctx, arrivalID); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		im.Log.Error("take what was read of a letter into its record", "arrival", arrivalID, "err", err)
	}
	return nil
}

// Complete takes all letters into their records that are read and were judged
// meanwhile, e.g. by intake after a crash.
func (im *Importer) Complete(ctx context.Context) error {
	ids, err := im.store.LettersToComplete(ctx, 100)
	if err != nil {
		return err
	}
	var errs []error
	for _, id := range ids {
		errs = append(errs, im.complete(ctx, id))
	}
	return errors.Join(errs...)
}

// PageOf is what is on record of a page, turned as a person left it.
func PageOf(row complaint.ScanPage) (p Page, err error) {
	if err := json.Unmarshal(row.Content, &p); err != nil {
		return p, fmt.Errorf("scannerimport: page %d of scan %s: %w", row.Number, row.FileID, err)
	}
	p.Turned = row.Turned
	return p, nil
}

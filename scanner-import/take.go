package scannerimport

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
)

// ErrMoving says that a file was written to while it was taken: it is not complete
// yet and has to be taken later.
var ErrMoving = errors.New("scannerimport: the file is still being written")

// Take takes one file in up to where its letters are on record: it is kept unchanged,
// divided, and its source moved away. Read does the rest. given is when its letters
// reached the building, if somebody says so. After a crash at any
// point the next Take goes on where this one was.
func (im *Importer) Take(ctx context.Context, path string, given Received, watch Progress) (Taken, error) {
	path, err := filepath.Abs(path) // an erasure looks for it from elsewhere
	if err != nil {
		return Taken{}, err
	}
	f, created, err := im.keep(ctx, path, given)
	if err != nil {
		return Taken{}, err
	}
	t := Taken{File: f, Again: !created && (f.State != complaint.ScanTaken && (f.Source != path || !f.MovedAt.IsZero()))}
	if f.State == complaint.ScanTaken {
		ok, err := im.store.LeaseScan(ctx, im.holder(), f.ID, im.Lease)
		switch {
		case err != nil:
			return t, err
		case !ok:
			return t, fmt.Errorf("scannerimport: another process takes %s in just now", filepath.Base(path))
		}
		if t.File, err = im.split(ctx, f, watch); err != nil {
			return t, err
		}
	}
	if t.Again {
		if err := im.cameAgain(ctx, t.File, path); err != nil {
			return t, err
		}
	}
	if err := im.summary(ctx, &t); err != nil {
		return t, err
	}
	return t, im.moveAway(ctx, &t, path)
}

// keep stores the file as it is, before anything of it is looked at.
func (im *Importer) keep(ctx context.Context, path string, given Received) (_ complaint.ScanFile, created bool, err error) {
	body, err := os.Open(path)
	if err != nil {
		return complaint.ScanFile{}, false, err
	}
	defer body.Close()
	before, err := body.Stat()
	if err != nil {
		return complaint.ScanFile{}, false, err
	}
	if !before.Mode().IsRegular() {
		return complaint.ScanFile{}, false, fmt.Errorf("scannerimport: %s is no ordinary file", path)
	}
	f := complaint.ScanFile{Name: filepath.Base(path), Source: path, FileAt: before.ModTime(), TakenAt: im.Now()}
	f.ReceivedAt, f.ReceivedFrom = im.received(path, f.FileAt, given)
	f, created, err = im.store.KeepScan(ctx, f, stillReader{body, path, before})
	return f, created, err
}

// stillReader reads a file and fails at its end if it was written to meanwhile, so
// that half a file is never kept as a whole one.
type stillReader struct {
	file   *os.File
	path   string
	before os.FileInfo
}

func (r stillReader) Read(b []byte) (int, error) {
	n, err := r.file.Read(b)
	if n > 0 || err == nil {
		return n, err
	}
	now, e := os.Stat(r.path)
	if e != nil || now.Size() != r.before.Size() || !now.ModTime().Equal(r.before.ModTime()) {
		return 0, ErrMoving
	}
	return n, err
}

// received is when the letters of a file without a batch sheet reached the building
// (P12, DOMAIN, Post).
func (im *Importer) received(path string, fileAt time.Time, given Received) (time.Time, complaint.ReceivedFrom) {
	if !given.At.IsZero() {
		return given.from(complaint.FromGiven)
	}
	for _, p := range im.Patterns {
		if found, ok := p.Find(path, im.Location); ok {
			return found.from(complaint.FromPattern)
		}
	}
	return midnight(fileAt, im.Now(), im.Location), complaint.FromFile
}

// midnight is the beginning of the day of a file, or of today if its date is still to
// come.
func midnight(fileAt, now time.Time, loc *time.Location) time.Time {
	if now.Before(fileAt) {
		fileAt = now
	}
	y, m, d := fileAt.In(loc).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, loc)
}

// split looks at every page and puts letters on record as they begin.
func (im *Importer) split(ctx context.Context, f complaint.ScanFile, watch Progress) (complaint.ScanFile, error) {
	ctx, stop := im.hold(ctx, f.ID)
	defer stop()
	path, err := im.store.ScanPath(f.ID)
	if err != nil {
		return f, err
	}
	d := &divider{im: im, file: f}
	if err := d.resume(ctx); err != nil {
		return f, err
	}
	scan, err := im.reader.Split(ctx, path, Watch{Seen: func(p Page, pages int) error {
		if watch.Split != nil {
			watch.Split(p.Number, pages)
		}
		return d.page(ctx, p)
	}})
	if err != nil {
		return f, err
	}
	f.Problem = strings.Join(scan.Damaged, "; ")
	if len(scan.Pages) == 0 {
		f.Problem = cmp.Or(f.Problem, "empty: it has no pages")
		if err := im.store.SetScan(ctx, f); err != nil { // the letter tells the problem
			return f, err
		}
		d.file = f
		if err := d.begin(ctx, Page{}); err != nil {
			return f, err
		}
	}
	if err := d.end(ctx); err != nil {
		return f, err
	}
	f.Pages, f.State = len(scan.Pages), complaint.ScanSplit
	if d.letters == 0 && len(scan.Pages) > 0 {
		f.Problem = cmp.Or(f.Problem, "sheets: there is no letter among its sheets")
	}
	if err := d.check(ctx); err != nil { // first: what is divided is not counted again
		return f, err
	}
	return f, im.store.SetScan(ctx, f)
}

// moveAway moves the source to done, or to the desk if a person has to look at it.
func (im *Importer) moveAway(ctx context.Context, t *Taken, path string) error {
	if im.Keep {
		return nil
	}
	folder := im.Done
	if t.AtDesk() {
		folder = im.Desk
	}
	if !filepath.IsAbs(folder) {
		folder = filepath.Join(filepath.Dir(path), folder)
	}
	to, err := moveInto(path, folder, t.File.ID)
	if err != nil {
		// Its letters are on record, and the same file again is known: it may stay.
		im.Log.Warn("a scan that was taken in could not be moved away", "file", t.File.Name, "err", err)
		return nil
	}
	t.MovedTo = to
	if t.File.Source != path || !t.File.MovedAt.IsZero() {
		return nil
	}
	t.File.MovedAt = im.Now()
	f, err := im.store.ScanFile(ctx, t.File.ID)
	if err != nil {
		return err
	}
	f.MovedAt = t.File.MovedAt
	return im.store.SetScan(ctx, f)
}

// AtDesk says whether a person has to look at the file or at one of its batches.
func (t Taken) AtDesk() bool {
	for _, b := range t.Batches {
		if b.Problem != "" && b.CheckedAt.IsZero() {
			return true
		}
	}
	return t.File.Problem != ""
}

// cameAgain adds to the history of a file that its bytes came once more.
func (im *Importer) cameAgain(ctx context.Context, f complaint.ScanFile, path string) error {
	payload, err := json.Marshal(complaint.ScanAgain{File: path})
	if err != nil {
		return fmt.Errorf("scannerimport: event: %w", err)
	}
	return im.store.NoteScan(ctx, complaint.Event{ID: complaint.NewID(), Subject: f.ID, At: im.Now(), Actor: "skarga", Kind: complaint.EventScanAgain, Payload: payload})
}

// summary fills in what is known of the letters and batches of a file.
func (im *Importer) summary(ctx context.Context, t *Taken) error {
	pages, err := im.store.Pages(ctx, t.File.ID)
	if err != nil {
		return err
	}
	if len(pages) == 0 {
		return im.summaryOfNone(ctx, t)
	}
	letters, batches := map[string]bool{}, map[string]bool{}
	for _, p := range pages {
		if p.ArrivalID != "" && !letters[p.ArrivalID] {
			letters[p.ArrivalID] = true
			l, err := im.store.Letter(ctx, p.ArrivalID)
			if err != nil {
				return err
			}
			t.Letters = append(t.Letters, l)
		}
		if !batches[p.BatchID] {
			batches[p.BatchID] = true
			b, err := im.store.PaperBatch(ctx, p.BatchID)
			if err != nil {
				return err
			}
			t.Batches = append(t.Batches, b)
		}
	}
	return nil
}

// summaryOfNone is summary for a file that cannot be read: it is a letter without pages.
func (im *Importer) summaryOfNone(ctx context.Context, t *Taken) error {
	id := im.batchOf(t.File, nil, 0).ID
	err := im.store.InTx(ctx, func(tx Tx) error {
		letters, err := tx.LettersOfBatch(ctx, id)
		t.Letters = slices.DeleteFunc(letters, func(l complaint.ScanLetter) bool { return l.FileID != t.File.ID })
		return err
	})
	if err != nil || len(t.Letters) == 0 {
		return err
	}
	b, err := im.store.PaperBatch(ctx, id)
	t.Batches = []complaint.PaperBatch{b}
	return err
}

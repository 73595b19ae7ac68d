package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
	scannerimport "ask4.com/skarga/scanner-import"
	"ask4.com/skarga/store"
)

type importCmd struct {
	Paths    []string `arg:"" name:"file" help:"Scans (PDF, TIFF, JPEG, PNG), or folders of them." type:"path"`
	Received string   `help:"When the letters reached the building, where no batch sheet says it: \"2026-11-20 09:15\"." placeholder:"TIME"`
	Channel  string   `help:"How they came; paper comes by letter." default:"letter" hidden:""`
	Keep     bool     `help:"Leave the files where they are."`
}

// importStore is the store as the import sees it.
type importStore struct{ *store.Store }

func (s importStore) InTx(ctx context.Context, fn func(scannerimport.Tx) error) error {
	return s.Store.InTx(ctx, func(tx *store.Tx) error { return fn(tx) })
}

// importer makes what takes scans in.
func (a *app) importer(keep bool) (*scannerimport.Importer, error) {
	patterns, err := a.cfg.Import.ReceivedPatterns()
	if err != nil {
		return nil, err
	}
	return scannerimport.NewImporter(importStore{a.store}, a.scans, a.intake, scannerimport.ImportOptions{
		Owner: a.owner, Lease: time.Duration(a.cfg.Serve.Lease), Location: a.rules.Location, Patterns: patterns,
		Done: a.cfg.Import.Done, Desk: a.cfg.Import.Desk, Keep: keep, Engine: "tesseract " + a.cfg.Import.Languages, Now: a.now, Log: a.log,
	}), nil
}

// readAgain reads what of a file is not read, e.g. a page that a person turned. Where
// another process has the file, that one does.
func (a *app) readAgain(ctx context.Context, fileID string) error {
	im, err := a.importer(true)
	if err != nil {
		return err
	}
	im.Holder = a.owner + " desk" // the role import of this process waits meanwhile
	_, err = im.ReadScan(ctx, fileID, scannerimport.Progress{})
	return err
}

// newDirectory reads the customers' file, if there is one.
func newDirectory(path string) (ingest.Directory, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("config: import.directory: %w", err)
	}
	defer f.Close()
	list, err := ingest.ReadDirectory(f)
	if err != nil {
		return nil, fmt.Errorf("config: import.directory: %s: %w", path, err)
	}
	return list, nil
}

// importScans is the role import of `skarga serve`: the watched folder, and what
// earlier imports left to read.
func (a *app) importScans(ctx context.Context) error {
	im, err := a.importer(false)
	if err != nil {
		return err
	}
	if err := a.scans.Missing(); err != nil && a.cfg.Import.Folder != "" {
		a.log.Error("letters cannot be read and are to be typed", "err", err)
	}
	if a.cfg.Import.Folder == "" { // scans are dropped at the desk, or taken by the command
		return im.Resume(ctx, time.Duration(a.cfg.Import.Rescan))
	}
	return im.Watch(ctx, scannerimport.Folder{Path: a.cfg.Import.Folder, Settle: time.Duration(a.cfg.Import.Settle), Rescan: time.Duration(a.cfg.Import.Rescan),
		Lock: func(ctx context.Context) (func(), bool, error) {
			return a.store.TryLock(ctx, "import "+a.cfg.Import.Folder)
		}})
}

// imported is what became of one file, as --json prints it.
type imported struct {
	File    string           `json:"file"`
	SHA256  string           `json:"sha256"`
	Pages   int              `json:"pages"`
	Again   bool             `json:"again"` // the same bytes were taken in before
	MovedTo string           `json:"moved_to"`
	Problem string           `json:"problem"` // why it is at the desk; empty: it is not
	Letters []importedLetter `json:"letters"`
}

// importedLetter is one letter of a file.
type importedLetter struct {
	Arrival    string              `json:"arrival"`
	Batch      string              `json:"batch"`
	Received   time.Time           `json:"received"`
	Outcome    complaint.Outcome   `json:"outcome"`
	Reference  complaint.Reference `json:"reference"` // of the complaint that it made or joined
	Customer   string              `json:"customer"`
	Pages      int                 `json:"pages"`
	Held       string              `json:"held"` // why a person has to look first
	AckDueAt   *time.Time          `json:"acknowledge_by"`
	Overdue    bool                `json:"overdue"`
	HasAnswers bool                `json:"answered"` // an acknowledgement is on its way or sent
}

// Run takes scans in now.
func (c importCmd) Run(s *session) error {
	if ch, err := complaint.ParseChannel(c.Channel); err != nil {
		return usageOr(err)
	} else if ch != complaint.ChannelLetter {
		return usageError{fmt.Errorf("--channel %s: what is scanned came by letter", c.Channel)}
	}
	a, err := s.open()
	if err != nil {
		return err
	}
	defer a.Close()
	var given scannerimport.Received
	if c.Received != "" {
		if given, err = scannerimport.ParseReceived(c.Received, a.rules.Location); err != nil {
			return usageError{fmt.Errorf("--received: %w", err)}
		}
		if given.At.After(a.now()) {
			return usageError{fmt.Errorf("--received %s is still to come; letters are received when they are in the building", c.Received)}
		}
	}
	files, err := scanFiles(c.Paths, a.cfg.Import.Done, a.cfg.Import.Desk)
	if err != nil {
		return usageError{err}
	}
	im, err := a.importer(c.Keep)
	if err != nil {
		return err
	}
	if err := a.scans.Missing(); err != nil {
		fmt.Fprintln(s.err, "skarga: letters cannot be read and are to be typed at the desk:", err)
	}
	failed := a.importAll(s, im, files, given)
	if failed > 0 {
		return fmt.Errorf("%d of %d files could not be taken in; they are where they were", failed, len(files))
	}
	return nil
}

// importAll takes the files in one after the other. While one is read, the letters of
// the next are put on record already.
func (a *app) importAll(s *session, im *scannerimport.Importer, files []string, given scannerimport.Received) (failed int) {
	type job struct {
		path  string
		taken scannerimport.Taken
		err   error
	}
	jobs := make(chan job, len(files))
	var g errgroup.Group
	bar := newProgress(s)
	g.Go(func() error {
		defer close(jobs)
		for _, path := range files {
			t, err := im.Take(s.ctx, path, given, scannerimport.Progress{Split: bar.stage(path, "pages found")})
			jobs <- job{path, t, err}
			if s.ctx.Err() != nil {
				return s.ctx.Err()
			}
		}
		return nil
	})
	for j := range jobs {
		if j.err == nil && j.taken.File.State != complaint.ScanRead {
			_, j.err = im.ReadScan(s.ctx, j.taken.File.ID, scannerimport.Progress{Read: bar.stage(j.path, "pages read")})
		}
		bar.clear()
		if j.err == nil {
			j.err = a.tellImported(s, j.path, j.taken)
		}
		if j.err != nil {
			failed++
			fmt.Fprintf(s.err, "skarga: %s: %v\n", j.path, j.err)
		}
	}
	if err := g.Wait(); err != nil && failed == 0 {
		failed++
	}
	return failed
}

// tellImported says what became of a file.
func (a *app) tellImported(s *session, path string, t scannerimport.Taken) error {
	r := imported{File: path, SHA256: t.File.ID, Pages: t.File.Pages, Again: t.Again, MovedTo: t.MovedTo, Problem: t.File.Problem, Letters: []importedLetter{}}
	for _, b := range t.Batches {
		b, err := a.store.PaperBatch(s.ctx, b.ID) // as it is now that its pages are read
		if err != nil {
			return err
		}
		if b.Problem != "" && b.CheckedAt.IsZero() {
			r.Problem = strings.TrimPrefix(r.Problem+"; batch "+b.ID+": "+b.Problem, "; ")
		}
	}
	for _, l := range t.Letters {
		out, err := a.importedLetter(s.ctx, l)
		if err != nil {
			return err
		}
		r.Letters = append(r.Letters, out)
	}
	if s.cli.JSON {
		return json.NewEncoder(s.out).Encode(r)
	}
	again := ""
	if r.Again {
		again = ", taken in before"
	}
	fmt.Fprintf(s.out, "%s: %s, %s%s\n", filepath.Base(path), many(r.Pages, "page"), many(len(r.Letters), "letter"), again)
	if r.Problem != "" {
		fmt.Fprintf(s.out, "  at the desk: %s\n", r.Problem)
	}
	for _, l := range r.Letters {
		state := "is acknowledged in turn"
		switch {
		case l.Held != "":
			state = l.Held
		case l.Outcome != complaint.ToComplaint:
			state = "is " + string(l.Outcome)
		}
		due := ""
		if l.AckDueAt != nil {
			due = "acknowledge by " + local(*l.AckDueAt, a.rules.Location) + ", " + remaining(l.AckDueAt.Sub(a.now()))
		}
		fmt.Fprintf(s.out, "  %s  %s, %s. %s. %s\n", l.Reference, or(l.Customer, "name not read"), many(l.Pages, "page"), or(due, "no clock"), state)
	}
	return nil
}

func or(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// importedLetter reads what became of a letter.
func (a *app) importedLetter(ctx context.Context, l complaint.ScanLetter) (importedLetter, error) {
	arrival, err := a.store.GetArrival(ctx, l.ArrivalID)
	if err != nil {
		return importedLetter{}, err
	}
	pages, err := a.store.LetterPages(ctx, l.ArrivalID)
	if err != nil {
		return importedLetter{}, err
	}
	out := importedLetter{Arrival: arrival.ID, Batch: l.BatchID, Received: arrival.ArrivedAt, Outcome: arrival.Outcome, Pages: len(pages), Held: arrival.HoldReason}
	if arrival.ComplaintID == "" {
		return out, nil
	}
	c, err := a.store.GetComplaintByID(ctx, arrival.ComplaintID)
	if err != nil {
		return out, err
	}
	v, err := a.store.ComplaintView(ctx, c.Reference)
	if err != nil {
		return out, err
	}
	out.Reference, out.Customer = c.Reference, c.CustomerName
	for _, o := range v.Obligations {
		if o.Kind == complaint.Acknowledge && o.State == complaint.Open {
			due := o.Deadline()
			out.AckDueAt, out.Overdue = &due, !o.BreachedAt.IsZero()
		}
	}
	out.HasAnswers = slices.ContainsFunc(v.Deliveries, func(d complaint.Delivery) bool {
		return d.Status == complaint.Queued || d.Status == complaint.Sent
	})
	return out, nil
}

// scanFiles lists the files of the paths in the order of their names; folders are gone
// through, but for those that files are moved to.
func scanFiles(paths []string, away ...string) ([]string, error) {
	var files []string
	for _, root := range paths {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && path != root && (scannerimport.Ignored(d.Name()) || slices.Contains(away, d.Name()) || slices.Contains(away, path)):
				return fs.SkipDir
			case d.IsDir() || path != root && scannerimport.Ignored(d.Name()):
				return nil
			}
			files = append(files, path)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if len(files) == 0 {
		return nil, errors.New("there is no file in " + strings.Join(paths, ", "))
	}
	return files, nil
}

// progress is a bar on the terminal; without one, or with --json, there is none.
type progress struct {
	mu  sync.Mutex
	out *os.File
}

func newProgress(s *session) *progress {
	p := &progress{}
	if f, ok := s.err.(*os.File); ok && !s.cli.JSON {
		if info, err := f.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			p.out = f
		}
	}
	return p
}

// stage draws how far one file is; nil where nobody looks.
func (p *progress) stage(path, what string) func(done, total int) {
	if p.out == nil {
		return nil
	}
	const width = 30
	return func(done, total int) {
		p.mu.Lock()
		defer p.mu.Unlock()
		full := width
		if total > 0 {
			full = width * done / total
		}
		fmt.Fprintf(p.out, "\r\033[K%s [%s%s] %d of %d %s", cut(filepath.Base(path), 30), strings.Repeat("#", full), strings.Repeat(".", width-full), done, total, what)
	}
}

// clear takes the bar away.
func (p *progress) clear() {
	if p.out != nil {
		p.mu.Lock()
		defer p.mu.Unlock()
		fmt.Fprint(p.out, "\r\033[K")
	}
}

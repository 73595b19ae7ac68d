package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"time"

	"ask4.com/skarga/complaint"
	scannerimport "ask4.com/skarga/scanner-import"
)

// paperLedger holds the pages that scanners made against those on record, and the
// letters that are known to be in the house against those that were scanned.
type paperLedger struct {
	Files       int                    // taken in
	PagesIn     int                    // of those files
	InLetters   int                    // pages that belong to letters
	Sheets      int                    // pages that are sheets
	Unaccounted int                    // pages that are nowhere: must be 0
	Unread      int                    // pages that wait for OCR
	Letters     int                    // arrivals
	AtDesk      []complaint.PaperFile  // files that a person has to look at
	Batches     []complaint.PaperBatch // with letters that are not scanned, or something wrong
	Missing     int                    // letters that are in the house and not scanned
	MissingLate int                    // of those, over their 24 hours (P12)
	Waiting     []string               // files in the watched folder that are not taken in
	FolderError string                 // why the watched folder cannot be read
}

// paperLedger reads it; ok is false when nothing came on paper.
func (a *app) paperLedger(ctx context.Context) (p paperLedger, ok bool, err error) {
	files, err := a.store.PaperFiles(ctx, time.Time{})
	if err != nil {
		return p, false, err
	}
	p = paperLedger{AtDesk: []complaint.PaperFile{}, Batches: []complaint.PaperBatch{}, Waiting: []string{}}
	for _, f := range files {
		p.Files++
		p.PagesIn += f.Pages
		p.InLetters += f.InLetters
		p.Sheets += f.Sheets
		p.Unread += f.Unread
		p.Letters += f.Letters
		if f.State != complaint.ScanTaken { // else it is being divided
			p.Unaccounted += f.Unaccounted()
		}
		if f.Problem != "" {
			p.AtDesk = append(p.AtDesk, f)
		}
	}
	batches, err := a.store.OpenBatches(ctx)
	if err != nil {
		return p, false, err
	}
	for _, b := range batches {
		p.Batches = append(p.Batches, b)
		p.Missing += b.MissingLetters()
		if a.now().After(b.ReceivedAt.Add(a.rules.Acknowledge)) {
			p.MissingLate += b.MissingLetters()
		}
	}
	if a.cfg.Import.Folder != "" {
		if p.Waiting, err = waitingScans(a.cfg.Import.Folder, a.cfg.Import.Done, a.cfg.Import.Desk); err != nil {
			p.FolderError = err.Error()
		}
	}
	return p, p.Files+len(p.Batches)+len(p.Waiting) > 0 || p.FolderError != "", nil
}

// waitingScans lists the files of the watched folder, also those that a program began to
// write and may have given up.
func waitingScans(root string, away ...string) ([]string, error) {
	waiting := []string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != root && (scannerimport.Ignored(d.Name()) || path == away[0] || path == away[1] || d.Name() == away[0] || d.Name() == away[1]):
			return fs.SkipDir
		case !d.IsDir() && (!scannerimport.Ignored(d.Name()) || scannerimport.Unfinished(d.Name())):
			waiting = append(waiting, path)
		}
		return nil
	})
	return waiting, err
}

// balances says whether every page and every letter is where it should be.
func (p paperLedger) balances() bool {
	return p.Unaccounted == 0 && p.MissingLate == 0 && p.FolderError == ""
}

func (p paperLedger) print(w io.Writer, loc *time.Location) {
	fmt.Fprintf(w, "letters by post\n")
	fmt.Fprintf(w, "  files of scanners\t%d\n", p.Files)
	fmt.Fprintf(w, "  pages in\t%d\n", p.PagesIn)
	fmt.Fprintf(w, "  pages out: of letters\t%d\n", p.InLetters)
	fmt.Fprintf(w, "  pages out: sheets\t%d\n", p.Sheets)
	fmt.Fprintf(w, "  UNACCOUNTED\t%d\n", p.Unaccounted)
	fmt.Fprintf(w, "  pages that wait to be read\t%d\n", p.Unread)
	fmt.Fprintf(w, "  letters\t%d\n", p.Letters)
	for _, f := range p.AtDesk {
		fmt.Fprintf(w, "  at the desk\t%s: %s\n", f.Name, f.Problem)
	}
	for _, b := range p.Batches {
		if b.Problem != "" {
			fmt.Fprintf(w, "  batch %s\t%s\n", b.ID, b.Problem)
		}
		if n := b.MissingLetters(); n > 0 {
			fmt.Fprintf(w, "  batch %s\t%d of %d letters, received %s, are NOT SCANNED\n", b.ID, n, b.Letters, local(b.ReceivedAt, loc))
		}
	}
	for _, f := range p.Waiting {
		fmt.Fprintf(w, "  waits in the folder\t%s\n", f)
	}
	if p.FolderError != "" {
		fmt.Fprintf(w, "  the folder cannot be read\t%s\n", p.FolderError)
	}
}

package mailer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/pdfcpu/pdfcpu/pkg/api"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/mailer/letter"
)

// fileOf is the name of the file that a run is written to this time. A reprint never
// takes the place of a file that somebody may be printing.
func fileOf(run complaint.PrintRun) string {
	if run.Prints > 1 {
		return fmt.Sprintf("%s-reprint-%d.pdf", run.ID, run.Prints-1)
	}
	return run.ID + ".pdf"
}

// File is where the latest file of a run lies, on the node that printed it.
func (p Post) File(run complaint.PrintRun) string { return filepath.Join(p.Folder, fileOf(run)) }

// write makes the file of a run: whole or not there.
func (p Post) write(ctx context.Context, run complaint.PrintRun) (Printed, error) {
	done := Printed{PrintRun: run, File: filepath.Join(p.Folder, fileOf(run))}
	var letters []complaint.Delivery
	var cases map[string]*promised
	err := p.Store.InPostTx(ctx, func(tx PostTx) (err error) {
		if letters, err = tx.LettersOf(ctx, run.ID); err != nil {
			return err
		}
		cases, err = readPromises(ctx, tx, letters)
		return err
	})
	if err != nil {
		return done, err
	}
	letters = slices.DeleteFunc(letters, func(d complaint.Delivery) bool { // taken back, or came back: not for this address
		return d.Status != complaint.Queued && d.Status != complaint.Sent
	})
	if done.Letters = len(letters); done.Letters == 0 {
		return done, errors.Join(ErrNothingToPrint, p.written(ctx, &done))
	}
	pdf, err := p.draw(run, letters, cases)
	if err != nil {
		return done, fmt.Errorf("mailer: print run %s: %w", run.ID, err)
	}
	if err := writeFile(done.File, pdf); err != nil {
		return done, fmt.Errorf("mailer: print run %s: %w", run.ID, err)
	}
	return done, p.written(ctx, &done)
}

// Try writes a PDF into the folder of the print runs and takes it out again.
func (p Post) Try(pdf []byte) error {
	name := filepath.Join(p.Folder, "try.pdf")
	if err := writeFile(name, pdf); err != nil {
		return err
	}
	return os.Remove(name)
}

// written records that the file of a run was there, the first time.
func (p Post) written(ctx context.Context, done *Printed) error {
	if !done.WrittenAt.IsZero() {
		return nil
	}
	done.WrittenAt = p.Now()
	return p.Store.InPostTx(ctx, func(tx PostTx) error {
		tx.SetPrintRun(done.PrintRun)
		return nil
	})
}

// draw puts cover and letters into one PDF.
func (p Post) draw(run complaint.PrintRun, letters []complaint.Delivery, cases map[string]*promised) ([]byte, error) {
	api.DisableConfigDir()
	cover := letter.Cover{Firm: p.Firm, Batch: run.ID, Printed: run.MadeAt.In(p.Rules.Location), Reprint: run.Prints - 1, CutOff: p.CutOff}
	parts := []io.ReadSeeker{nil}
	for _, d := range letters {
		pages, err := api.PageCount(bytes.NewReader(d.Bytes), nil)
		if err != nil {
			return nil, fmt.Errorf("letter %s: %w", d.ID, err)
		}
		row := letter.CoverRow{Kind: strings.ReplaceAll(d.Kind, "_", " "), Pages: pages}
		switch {
		case d.Status == complaint.Sent:
			row.Kind += " (posted already)"
		case d.Attempts > 1:
			row.Kind += " (printed before)"
		}
		row.Name, _, _ = strings.Cut(d.Postal, "\n")
		if c := cases[d.ComplaintID]; c != nil {
			if c.complaint.Needs == complaint.Braille {
				row.Kind += ", IN BRAILLE"
				cover.Braille++
			}
			row.Reference = c.complaint.Reference
			for _, o := range c.obligations {
				if o.ID == d.ObligationID {
					row.Due = o.Deadline()
				}
			}
		}
		cover.Rows = append(cover.Rows, row)
		parts = append(parts, bytes.NewReader(d.Bytes))
	}
	first, err := letter.DrawCover(cover)
	if err != nil {
		return nil, err
	}
	parts[0] = bytes.NewReader(first)
	var all bytes.Buffer
	if err := api.MergeRaw(parts, &all, false, nil); err != nil {
		return nil, err
	}
	return all.Bytes(), nil
}

// unfinished begins the names of files that are being written.
const unfinished = ".printing-"

// sweep takes out what a crash left half-written an hour ago or longer: it holds
// personal data.
func sweep(dir string) error {
	old, err := filepath.Glob(filepath.Join(dir, unfinished+"*"))
	if err != nil {
		return err
	}
	for _, name := range old {
		info, err := os.Stat(name)
		if err == nil && time.Since(info.ModTime()) > time.Hour {
			err = os.Remove(name)
		}
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return err
		}
	}
	return nil
}

// writeFile writes a file so that its name appears when its bytes are on disk.
func writeFile(name string, b []byte) error {
	dir := filepath.Dir(name)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := sweep(dir); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, unfinished+"*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails after the rename, as it should
	_, err = f.Write(b)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), name); err != nil {
		return err
	}
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// DeleteRun deletes the files of a print run; those that are not there are gone already.
func DeleteRun(folder, run string) error {
	files, err := filepath.Glob(filepath.Join(folder, run+"-reprint-*.pdf"))
	errs := []error{err}
	for _, f := range append(files, filepath.Join(folder, run+".pdf")) {
		if err := os.Remove(f); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

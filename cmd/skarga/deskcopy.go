package main

import (
	"context"
	"errors"
	"io"
	"io/fs"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
	scannerimport "ask4.com/skarga/scanner-import"
)

type deskCopy struct {
	Letter string `arg:"" help:"Letter, as 'skarga desk' shows it."`
	Out    string `help:"File to write, which must not be there; - is standard output." placeholder:"FILE"`
}

// Run writes the searchable copy of a letter.
func (c deskCopy) Run(s *session) error {
	return s.deskAct(c.Letter, "", func(a *app, act ingest.DeskAct) (string, error) {
		v, err := a.letterView(s.ctx, act.Who, act.ArrivalID)
		if err != nil {
			return "", err
		}
		if c.Out == "-" {
			return "", a.writeCopy(s.ctx, v, s.out)
		}
		name := c.Out
		if name == "" {
			name = copyName(v)
		}
		err = writeNew(name, func(w io.Writer) error { return a.writeCopy(s.ctx, v, w) })
		if file, ok := errors.AsType[*fs.PathError](err); ok && file.Op == "open" && file.Path == name {
			return "", usageError{err}
		}
		if err != nil {
			return "", err
		}
		return "", s.done("The searchable copy is in %s.", name)
	})
}

// copyName names the copy of a letter: its complaint says more than its own ID.
func copyName(v letterView) string {
	if v.Complaint != nil {
		return string(v.Complaint.Complaint.Reference) + "-letter.pdf"
	}
	return "letter-" + v.Arrival.ID + ".pdf"
}

// writeCopy writes the pages of a letter in their order, with the text under them.
func (a *app) writeCopy(ctx context.Context, v letterView, w io.Writer) error {
	title, language := "Letter", complaint.Both
	if v.Complaint != nil {
		title, language = "Letter, "+string(v.Complaint.Complaint.Reference), v.Complaint.Complaint.Language
	}
	pages, err := a.copyPages(v.Pages)
	if err != nil {
		return err
	}
	return a.scans.WriteSearchable(ctx, pages, title, language, w)
}

// copyPages are pages on record with the files that they stand in.
func (a *app) copyPages(rows []complaint.ScanPage) (pages []scannerimport.CopyPage, err error) {
	for _, row := range rows {
		p, err := scannerimport.PageOf(row)
		if err != nil {
			return nil, err
		}
		path, err := a.store.ScanPath(row.FileID)
		if err != nil {
			return nil, err
		}
		pages = append(pages, scannerimport.CopyPage{Page: p, Path: path})
	}
	return pages, nil
}

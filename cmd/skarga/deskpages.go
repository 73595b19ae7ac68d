package main

import (
	"context"
	"fmt"
	"strings"

	"ask4.com/skarga/ingest"
	scannerimport "ask4.com/skarga/scanner-import"
)

type deskReorder struct {
	Letter string `arg:"" help:"Letter."`
	Order  []int  `arg:"" help:"Every page of it as it counts now, in the order in which they belong: 2 1 3."`
}

// Run reorders a letter.
func (c deskReorder) Run(s *session) error {
	return s.deskAct(c.Letter, "", func(a *app, act ingest.DeskAct) (string, error) {
		return "The pages are in that order now.", a.intake.ReorderLetter(s.ctx, act, c.Order)
	})
}

type deskTurn struct {
	Letter string `arg:"" help:"Letter."`
	Page   int    `required:"" help:"Page of the letter."`
	By     int    `help:"Degrees clockwise: 90, 180 or 270." default:"90"`
}

// Run turns a page and reads it again.
func (c deskTurn) Run(s *session) error {
	return s.deskAct(c.Letter, "", func(a *app, act ingest.DeskAct) (string, error) {
		file, err := a.intake.TurnPage(s.ctx, act, c.Page, c.By)
		if err != nil {
			return "", err
		}
		return s.readAgain(a, act.ArrivalID, file)
	})
}

type deskRead struct {
	Letter string `arg:"" help:"Letter."`
	Page   int    `help:"Page of the letter; all of them without it." placeholder:"N"`
}

// Run reads pages again.
func (c deskRead) Run(s *session) error {
	return s.deskAct(c.Letter, "", func(a *app, act ingest.DeskAct) (string, error) {
		files, err := a.readPagesAgain(s.ctx, act, c.Page)
		if err != nil {
			return "", err
		}
		said, err := s.readAgain(a, act.ArrivalID, files...)
		if err != nil {
			return "", err
		}
		return "", s.done("%s", said)
	})
}

// readPagesAgain lets pages be read again, where there is something to read them with.
func (a *app) readPagesAgain(ctx context.Context, act ingest.DeskAct, page int) ([]string, error) {
	if err := a.scans.Missing(); err != nil {
		return nil, fmt.Errorf("ingest: nothing can be read now: %v", err)
	}
	return a.intake.ReadPagesAgain(ctx, act, page)
}

// readAgain reads what of some files is not read, and says what came of it for a letter.
func (s *session) readAgain(a *app, arrivalID string, files ...string) (said string, err error) {
	for _, f := range files {
		if err := a.readAgain(s.ctx, f); err != nil {
			return "", err
		}
	}
	rows, err := a.store.LetterPages(s.ctx, arrivalID)
	if err != nil {
		return "", err
	}
	for i, row := range rows {
		p, err := scannerimport.PageOf(row)
		switch {
		case err != nil:
			return "", err
		case row.ReadAt.IsZero():
			return fmt.Sprintf("Page %d is not read yet: another process reads its file.", i+1), nil
		case p.ToType:
			return fmt.Sprintf("Page %d could not be read: %s. Type what it says: `skarga desk set %s text=@FILE`.", i+1, strings.Join(p.Damaged, "; "), arrivalID), nil
		}
	}
	return "Read again.", nil
}

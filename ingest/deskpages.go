package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"ask4.com/skarga/complaint"
)

// ReorderLetter puts the pages of a letter into another order: order has the number of
// each page as it counts now. The file stays as it is; the letter is read anew from what
// is on record.
func (in *Intake) ReorderLetter(ctx context.Context, act DeskAct, order []int) error {
	err := in.atDesk(ctx, act, "reorder", "the pages were scanned in another order", func(ctx context.Context, d *decision, l complaint.ScanLetter) error {
		pages, err := d.tx.LetterPages(ctx, d.a.ID)
		if err != nil {
			return err
		}
		sorted := slices.Sorted(slices.Values(order))
		if len(sorted) != len(pages) || len(slices.Compact(sorted)) != len(pages) || len(pages) == 0 || sorted[0] != 1 || sorted[len(sorted)-1] != len(pages) {
			return fmt.Errorf("%w: the letter has %d pages; name each of them once, e.g. 2 1", ErrField, len(pages))
		}
		if slices.IsSorted(order) {
			return fmt.Errorf("%w: that is the order in which they are", ErrField)
		}
		moved := make([]complaint.ScanPage, len(pages))
		for i, n := range order {
			moved[i] = pages[n-1]
		}
		if err := d.move(ctx, moved, d.a.ID, 1); err != nil {
			return err
		}
		return d.readAgain(ctx, l)
	})
	if err != nil {
		return err
	}
	return in.CompleteLetter(ctx, act.ArrivalID)
}

// TurnPage turns a page of a letter clockwise by 90, 180 or 270 degrees. The file stays
// as it is. The page is to be read again, which the import does; the file that it is in
// is given back for that.
func (in *Intake) TurnPage(ctx context.Context, act DeskAct, page, degrees int) (fileID string, err error) {
	if degrees != 90 && degrees != 180 && degrees != 270 {
		return "", fmt.Errorf("%w: a page is turned by 90, 180 or 270 degrees", ErrField)
	}
	err = in.atDesk(ctx, act, "turn", "a page stood on its side or head", func(ctx context.Context, d *decision, l complaint.ScanLetter) error {
		pages, err := d.tx.LetterPages(ctx, d.a.ID)
		if err != nil {
			return err
		}
		if page < 1 || page > len(pages) {
			return fmt.Errorf("%w: the letter has %d pages and no page %d", ErrField, len(pages), page)
		}
		if !l.Whole {
			return errors.New("ingest: the letter is still being taken in; turn it when all its pages are there")
		}
		p := pages[page-1]
		p.Content = nil
		d.before.Pages = append(d.before.Pages, p)
		p.Turned = (p.Turned + degrees) % 360
		if err := d.tx.MovePages(ctx, []complaint.ScanPage{p}); err != nil {
			return err
		}
		fileID = p.FileID
		return d.readAgain(ctx, l)
	})
	return fileID, err
}

// ReadPagesAgain lets a page of a letter be read again, or all of them (0), e.g. after the
// OCR engine was away; the import does it, in the files that are given back. It decides
// nothing, so that there is nothing to take back.
func (in *Intake) ReadPagesAgain(ctx context.Context, act DeskAct, page int) (files []string, err error) {
	err = in.act(ctx, act.overrule("to be read again"), func(ctx context.Context, d *decision) error {
		l, err := d.letter(ctx, act)
		if err != nil {
			return err
		}
		pages, err := d.tx.LetterPages(ctx, d.a.ID)
		if err != nil {
			return err
		}
		if err := MayReadAgain(l, pages, page); err != nil {
			return err
		}
		if page > 0 {
			pages = pages[page-1 : page]
		}
		for _, p := range pages {
			if !slices.Contains(files, p.FileID) {
				files = append(files, p.FileID)
			}
		}
		if err := d.tx.UnreadPages(ctx, pages); err != nil {
			return err
		}
		if err := d.readAgain(ctx, l); err != nil {
			return err
		}
		return d.note("read again", map[string]any{"arrival": d.a.ID, "page": page, "reason": d.o.Reason})
	})
	return files, err
}

// MayReadAgain says why a page of a letter, or all of them (0), cannot be read again; nil
// if they can.
func MayReadAgain(l complaint.ScanLetter, pages []complaint.ScanPage, page int) error {
	switch {
	case len(pages) == 0:
		return errors.New("ingest: nothing of its file can be read; type the letter, or hand it back to be scanned again")
	case page < 0 || page > len(pages):
		return fmt.Errorf("%w: the letter has %d pages and no page %d", ErrField, len(pages), page)
	case !l.CheckedAt.IsZero():
		return fmt.Errorf("ingest: %s compared the letter with its pages and confirmed it; correct its fields where they are wrong; `skarga overrule undo` takes the confirmation back", l.CheckedBy)
	case l.Typed != "":
		return fmt.Errorf("ingest: the letter was typed, and that counts; empty its text first; `skarga desk set %s text=` does", l.ArrivalID)
	case !l.Whole || slices.ContainsFunc(pages, func(p complaint.ScanPage) bool { return p.ReadAt.IsZero() }):
		return errors.New("ingest: the letter is being read, or waits for that; look at it again in a minute; `skarga serve` goes on with what was interrupted")
	}
	return nil
}

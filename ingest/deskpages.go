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

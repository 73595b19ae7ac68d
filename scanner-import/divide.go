package scannerimport

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
)

// divider puts the pages of a file on record one by one, each once: as a letter's or
// as a sheet. A letter is on record with its first page, and concluded when it ends.
type divider struct {
	im      *Importer
	file    complaint.ScanFile
	known   map[int]complaint.ScanPage // on record before, by number
	batch   *complaint.ScanBatch       // in force
	sheets  int                        // batch sheets so far
	letters int                        // so far
	open    *complaint.Arrival         // the letter that pages are added to; nil: the next page begins one
	pages   int                        // of the open letter
	held    []complaint.ScanPage       // pages that the next commit takes along
	began   []string                   // batches of this file
	untrue  map[string]string          // why what is said of when a batch arrived cannot be true, by its ID
}

// heldPages is how many pages of a letter may wait for one commit.
const heldPages = 20

// resume learns what an earlier try put on record.
func (d *divider) resume(ctx context.Context) error {
	pages, err := d.im.store.Pages(ctx, d.file.ID)
	if err != nil {
		return err
	}
	d.known, d.untrue = map[int]complaint.ScanPage{}, map[string]string{}
	for _, p := range pages {
		d.known[p.Number] = p
	}
	return nil
}

// page takes the next page in.
func (d *divider) page(ctx context.Context, p Page) error {
	if !p.Separates() {
		if d.open == nil {
			return d.begin(ctx, p)
		}
		return d.add(ctx, p)
	}
	if err := d.end(ctx); err != nil {
		return err
	}
	kind := complaint.PageSeparator
	if p.Sheet != nil && p.Sheet.Type == SheetBatch {
		kind = complaint.PageBatch
		d.sheets++
		d.batch = d.im.batchOf(d.file, p.Sheet, d.sheets)
		d.untrue[d.batch.ID] = d.batch.Problem
	}
	row, err := d.row(p, kind)
	if err != nil {
		return err
	}
	return d.im.store.InTx(ctx, func(tx Tx) error {
		tx.CreateBatch(*d.inForce())
		tx.CreatePages(row)
		return nil
	})
}

// inForce is the batch that pages belong to now; without a sheet it is the file's own.
func (d *divider) inForce() *complaint.ScanBatch {
	if d.batch == nil {
		d.batch = d.im.batchOf(d.file, nil, 0)
	}
	if len(d.began) == 0 || d.began[len(d.began)-1] != d.batch.ID {
		d.began = append(d.began, d.batch.ID)
	}
	return d.batch
}

// row is a page as it is kept.
func (d *divider) row(p Page, kind string) (complaint.ScanPage, error) {
	row := complaint.ScanPage{FileID: d.file.ID, Number: p.Number, Kind: kind, BatchID: d.inForce().ID, Hash: p.Hash, Blank: p.Blank}
	if kind != complaint.PageLetter || p.TextLayer || p.ToType && p.Hash == "" { // of a page that is damaged the rest is read
		row.ReadAt = d.im.Now()
	}
	var err error
	if row.Content, err = json.Marshal(p); err != nil {
		return row, fmt.Errorf("scannerimport: page %d: %w", p.Number, err)
	}
	return row, nil
}

// begin puts a letter on record with its first page. Page 0 stands for a file that
// has none.
func (d *divider) begin(ctx context.Context, p Page) error {
	d.letters++
	if known, ok := d.known[p.Number]; ok && known.ArrivalID != "" {
		d.open, d.pages = &complaint.Arrival{ID: known.ArrivalID}, known.Position
		return nil
	}
	b := d.inForce()
	now := d.im.Now()
	a := complaint.Arrival{ID: complaint.NewID(), Channel: complaint.ChannelLetter, Mailbox: d.file.Name, ArrivedAt: b.ReceivedAt, RecordedAt: now,
		Size: d.file.Size, SHA256: d.file.ID, Attempts: 1}
	l := complaint.ScanLetter{ArrivalID: a.ID, FileID: d.file.ID, BatchID: b.ID, Sequence: d.letters}
	var rows []complaint.ScanPage
	if p.Number > 0 {
		row, err := d.row(p, complaint.PageLetter)
		if err != nil {
			return err
		}
		row.ArrivalID, row.Position = a.ID, 1
		rows = append(rows, row)
	}
	d.open, d.pages = &a, 1
	return d.im.store.InTx(ctx, func(tx Tx) error {
		tx.CreateBatch(*b)
		known, err := tx.Batch(ctx, b.ID)
		if err != nil {
			return err
		}
		a.ArrivedAt = known.ReceivedAt // a person may have said otherwise since
		if p.Number == 0 {             // no page tells that an earlier try made its letter
			letters, err := tx.LettersOfBatch(ctx, b.ID)
			if i := slices.IndexFunc(letters, func(l complaint.ScanLetter) bool { return l.FileID == d.file.ID }); err != nil || i >= 0 {
				if i >= 0 {
					d.open = &complaint.Arrival{ID: letters[i].ArrivalID}
				}
				return err
			}
		}
		tx.CreateLetter(a, l, d.im.Owner, now.Add(d.im.Lease))
		tx.CreatePages(rows...)
		return nil
	})
}

// add adds a page to the open letter.
func (d *divider) add(ctx context.Context, p Page) error {
	d.pages++
	if known, ok := d.known[p.Number]; ok {
		d.pages = known.Position
		return nil
	}
	row, err := d.row(p, complaint.PageLetter)
	if err != nil {
		return err
	}
	row.ArrivalID, row.Position = d.open.ID, d.pages
	if d.held = append(d.held, row); len(d.held) < heldPages {
		return nil
	}
	return d.write(ctx, false)
}

// write commits the pages that wait, and that the letter has no more.
func (d *divider) write(ctx context.Context, whole bool) error {
	if len(d.held) == 0 && !whole {
		return nil
	}
	err := d.im.store.InTx(ctx, func(tx Tx) error {
		tx.CreatePages(d.held...)
		if !whole {
			return nil
		}
		l, err := tx.Letter(ctx, d.open.ID)
		if err != nil {
			return err
		}
		l.Whole = true
		tx.SetLetter(l)
		return nil
	})
	d.held = nil
	return err
}

// end ends the open letter: its complaint is made before a word of it is read.
func (d *divider) end(ctx context.Context) error {
	if d.open == nil {
		return nil
	}
	if err := d.write(ctx, true); err != nil {
		return err
	}
	id := d.open.ID
	d.open = nil
	// The claim of its making may have run out, or be that of a process which died.
	a, pending, err := d.im.store.ClaimLetter(ctx, d.im.Owner, id, d.im.Lease)
	if err != nil || !pending {
		return err
	}
	d.im.intake.TakeLetter(ctx, a)
	return nil
}

// batchOf is the batch that a sheet begins, or that a file without one is.
func (im *Importer) batchOf(f complaint.ScanFile, s *Sheet, n int) *complaint.ScanBatch {
	b := &complaint.ScanBatch{ID: fmt.Sprintf("F-%s", strings.ToUpper(f.ID[:8])), ReceivedAt: f.ReceivedAt, ReceivedFrom: f.ReceivedFrom, RegisteredAt: im.Now()}
	says := "it was said at the import, or by the name of the file,"
	if s != nil {
		b.ID += fmt.Sprintf("-%d", n)
		if s.Batch != "" {
			b.ID = s.Batch
		}
		b.Operator, b.Pages, b.Letters = s.Operator, s.Pages, s.Letters
		if !s.Received.IsZero() {
			b.ReceivedAt, b.ReceivedFrom = s.Received, complaint.FromSheet
			says = "the sheet says"
		}
	}
	if b.Problem = im.implausible(f, b.ReceivedAt, says); b.Problem != "" {
		// A clock that runs from a time to come would be no clock.
		b.ReceivedAt, b.ReceivedFrom = midnight(f.FileAt, im.Now(), im.Location), complaint.FromFile
		if f.ReceivedAt.Before(b.ReceivedAt) {
			b.ReceivedAt = f.ReceivedAt
		}
	}
	return b
}

// clockSkew is how far the clocks of a scanner and of this machine may differ.
const clockSkew = 10 * time.Minute

// implausible says why a received time cannot be true.
func (im *Importer) implausible(f complaint.ScanFile, received time.Time, says string) string {
	at := received.In(im.Location).Format("2 January 2006 15:04")
	switch {
	case received.After(im.Now().Add(clockSkew)):
		return says + " that the letters were received on " + at + ", which is still to come"
	case received.After(f.FileAt.Add(clockSkew)):
		return says + " that the letters were received on " + at + ", which is after they were scanned (" + f.FileAt.In(im.Location).Format("2 January 2006 15:04") + ")"
	}
	return ""
}

// check compares what was found of each batch of the file with what its sheet says.
func (d *divider) check(ctx context.Context) error {
	for _, id := range d.began {
		if err := d.im.intake.CountBatch(ctx, id, d.untrue[id]); err != nil {
			return err
		}
	}
	return nil
}

package store

import (
	"context"
	"fmt"
	"time"

	"ask4.com/skarga/complaint"
)

const scanBatchColumns = "b.id, b.received_at, b.received_from, b.operator, b.pages, b.letters, b.registered_at, b.problem, b.checked_at, b.checked_by, b.box, b.destroy_after"

func scanBatchDest(b *complaint.ScanBatch) []any {
	return []any{&b.ID, ms{&b.ReceivedAt}, &b.ReceivedFrom, &b.Operator, &b.Pages, &b.Letters, ms{&b.RegisteredAt}, &b.Problem, ms{&b.CheckedAt}, &b.CheckedBy, &b.Box, &b.DestroyAfter}
}

// CreateBatch gathers a batch; one with the same ID stays as it is.
func (t *Tx) CreateBatch(b complaint.ScanBatch) {
	t.add(scanBatchCreate, b.ID, b.ReceivedAt, b.ReceivedFrom, b.Operator, b.Pages, b.Letters, b.RegisteredAt, b.Problem, b.CheckedAt, b.CheckedBy, b.Box, b.DestroyAfter)
}

// SetBatch gathers what is known of a batch.
func (t *Tx) SetBatch(b complaint.ScanBatch) {
	t.add(scanBatchSet, b.ID, b.ReceivedAt, b.ReceivedFrom, b.Operator, b.Pages, b.Letters, b.Problem, b.CheckedAt, b.CheckedBy, b.Box, b.DestroyAfter)
}

// Batch reads and locks a batch.
func (t *Tx) Batch(ctx context.Context, id string) (complaint.ScanBatch, error) {
	return reading(ctx, t, func() (complaint.ScanBatch, error) {
		return get(ctx, t.conn, "batch", id, func(row scanner) (b complaint.ScanBatch, err error) { return b, row.Scan(scanBatchDest(&b)...) },
			"SELECT "+scanBatchColumns+" FROM scan_batches b WHERE b.id = ?"+t.d.locking(), id)
	})
}

// countBatches counts what was found of batches, of the pages and letters named. A page that came again is one that
// another file has, too (SetAgain); the back of a sheet stands in the letter that follows.
func countBatches(pagesOf, lettersOf string) string {
	return "SELECT " + scanBatchColumns + `, coalesce(p.files, 0), coalesce(p.letter, 0), coalesce(p.again, 0), coalesce(p.sheets, 0), coalesce(p.backs, 0), coalesce(p.new_backs, 0), coalesce(l.letters, 0)
	FROM scan_batches b
	LEFT JOIN (SELECT batch_id, count(DISTINCT file_id) AS files, sum(CASE WHEN kind = 'letter' AND again = 0 THEN 1 ELSE 0 END) AS letter, sum(again) AS again,
		sum(CASE WHEN kind = 'letter' THEN 0 ELSE 1 END) AS sheets, sum(back) AS backs, sum(CASE WHEN again = 0 THEN back ELSE 0 END) AS new_backs
		FROM (SELECT o.batch_id, o.file_id, o.kind, o.again, CASE WHEN o.blank = 1 AND o.kind = 'letter'
			AND EXISTS (SELECT 1 FROM scan_pages s WHERE s.file_id = o.file_id AND s.number = o.number - 1 AND s.kind <> 'letter') THEN 1 ELSE 0 END AS back FROM scan_pages o ` + pagesOf + `) q GROUP BY batch_id) p ON p.batch_id = b.id
	LEFT JOIN (SELECT s.batch_id, count(*) AS letters FROM scan_letters s WHERE (EXISTS (SELECT 1 FROM scan_pages p WHERE p.arrival_id = s.arrival_id AND p.again = 0)
		OR NOT EXISTS (SELECT 1 FROM scan_pages p WHERE p.file_id = s.file_id)) ` + lettersOf + ` GROUP BY s.batch_id) l ON l.batch_id = b.id `
}

// paperBatchQuery counts all batches, onePaperBatch one of them; its ID is asked for three
// times.
var (
	paperBatchQuery = countBatches("", "")
	onePaperBatch   = countBatches("WHERE o.batch_id = ?", "AND s.batch_id = ?") + "WHERE b.id = ?"
)

func scanPaperBatch(row scanner) (b complaint.PaperBatch, err error) {
	return b, row.Scan(append(scanBatchDest(&b.ScanBatch), &b.Files, &b.LetterPages, &b.AgainPages, &b.SheetPages, &b.SheetBacks, &b.NewBacks, &b.FoundLetters)...)
}

// PaperBatch reads a batch with what was found of it.
func (s *Store) PaperBatch(ctx context.Context, id string) (complaint.PaperBatch, error) {
	return get(ctx, s.reads(), "batch", id, scanPaperBatch, onePaperBatch, id, id, id)
}

// PaperBatch reads a batch with what was found of it.
func (t *Tx) PaperBatch(ctx context.Context, id string) (complaint.PaperBatch, error) {
	return reading(ctx, t, func() (complaint.PaperBatch, error) {
		return get(ctx, t.conn, "batch", id, scanPaperBatch, onePaperBatch, id, id, id)
	})
}

// SetAgain writes which pages of a batch came again, and that the others did not.
func (t *Tx) SetAgain(ctx context.Context, batchID string, pages []complaint.ScanPage) error {
	if err := t.flush(ctx); err != nil {
		return err
	}
	_, err := t.exec(ctx, "UPDATE scan_pages SET again = 0 WHERE batch_id = ? AND again = 1", batchID)
	for _, p := range pages {
		if err == nil {
			_, err = t.exec(ctx, "UPDATE scan_pages SET again = 1 WHERE file_id = ? AND number = ?", p.FileID, p.Number)
		}
	}
	if err != nil {
		return fmt.Errorf("store: pages of batch %s that came again: %w", batchID, err)
	}
	return nil
}

// PaperBatches lists the batches with what was found of them, by when they reached
// the building: of all times, or since one.
func (s *Store) PaperBatches(ctx context.Context, since time.Time) ([]complaint.PaperBatch, error) {
	return list(ctx, s.reads(), "batches", scanPaperBatch, paperBatchQuery+"WHERE b.received_at >= ? ORDER BY b.received_at, b.id", since)
}

// OpenBatches lists the batches that wait for a person: something is wrong with them
// and nobody settled it, or letters that are in the house are not scanned.
func (s *Store) OpenBatches(ctx context.Context) ([]complaint.PaperBatch, error) {
	return list(ctx, s.reads(), "batches", scanPaperBatch, paperBatchQuery+`WHERE b.checked_at = 0 AND (b.problem <> '' OR b.letters > coalesce(l.letters, 0))
		ORDER BY b.received_at, b.id`)
}

// PaperFiles lists the files of scanners that were taken in since a time, with what
// became of their pages.
func (s *Store) PaperFiles(ctx context.Context, since time.Time) ([]complaint.PaperFile, error) {
	return list(ctx, s.reads(), "scans", func(row scanner) (f complaint.PaperFile, err error) {
		return f, row.Scan(append(scanFileDest(&f.ScanFile), &f.InLetters, &f.Sheets, &f.Unread, &f.Letters)...)
	}, "SELECT "+scanFileColumns+`, coalesce(p.letter, 0), coalesce(p.sheets, 0), coalesce(p.unread, 0), coalesce(l.letters, 0) FROM scan_files f
		LEFT JOIN (SELECT file_id, sum(CASE WHEN kind = 'letter' THEN 1 ELSE 0 END) AS letter, sum(CASE WHEN kind = 'letter' THEN 0 ELSE 1 END) AS sheets,
			sum(CASE WHEN read_at = 0 THEN 1 ELSE 0 END) AS unread FROM scan_pages GROUP BY file_id) p ON p.file_id = f.id
		LEFT JOIN (SELECT file_id, count(*) AS letters FROM scan_letters GROUP BY file_id) l ON l.file_id = f.id
		WHERE f.taken_at >= ? ORDER BY f.taken_at, f.id`, since)
}

// SamePerson lists the complaints received since a time of somebody with one of these
// folded e-mail addresses, or with this name, latest first, at most 20. Merged and
// set-aside ones are left out, and those with an arrival that has a link to the complaint
// of: what one proposes, the other does not propose back.
func (t *Tx) SamePerson(ctx context.Context, of string, addresses []string, name string, since time.Time) ([]complaint.Complaint, error) {
	return reading(ctx, t, func() ([]complaint.Complaint, error) {
		cond, args := "1 = 0", []any{since, of}
		if len(addresses) > 0 {
			cond, args = "c.id IN (SELECT complaint_id FROM parties WHERE address IN "+in(len(addresses))+")", append(args, anys(addresses)...)
		}
		if name != "" {
			cond, args = cond+` OR c.search LIKE ? ESCAPE '!'`, append(args, "%\n"+like.Replace(complaint.Fold(name))+"\n%")
		}
		return list(ctx, t.conn, "complaints", scanComplaint, "SELECT "+complaintColumns+` FROM complaints c
			WHERE c.received_at >= ? AND c.stage NOT IN ('merged', 'set_aside')
			AND NOT EXISTS (SELECT 1 FROM links k JOIN arrivals a ON a.id = k.arrival_id WHERE k.complaint_id = ? AND a.complaint_id = c.id) AND (`+cond+") ORDER BY c.received_at DESC, c.id LIMIT 20", args...)
	})
}

// MissingLetters lists batches received before a time of which letters are not scanned,
// that nobody settled, and whose history has no event of a kind, at most n.
func (s *Store) MissingLetters(ctx context.Context, eventKind string, before time.Time, n int) ([]complaint.PaperBatch, error) {
	return list(ctx, s.reads(), "batches", scanPaperBatch, paperBatchQuery+`WHERE b.checked_at = 0 AND b.letters > coalesce(l.letters, 0) AND b.received_at < ?
		AND NOT EXISTS (SELECT 1 FROM events e WHERE e.subject = b.id AND e.kind = ?) ORDER BY b.received_at, b.id LIMIT ?`, before, eventKind, n)
}

// RegisterBatch puts a batch on record whose letters are in the house.
func (s *Store) RegisterBatch(ctx context.Context, b complaint.ScanBatch, e complaint.Event) error {
	return s.InTx(ctx, func(tx *Tx) error {
		tx.CreateBatch(b)
		tx.CreateEvent(e)
		return nil
	})
}

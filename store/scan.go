package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"ask4.com/skarga/complaint"
)

const scanFileColumns = `f.id, f.size, f.name, f.source, f.file_at, f.taken_at, f.received_at, f.received_from, f.pages, f.state, f.problem, f.engine, f.moved_at`

func scanFileDest(f *complaint.ScanFile) []any {
	return []any{&f.ID, &f.Size, &f.Name, &f.Source, ms{&f.FileAt}, ms{&f.TakenAt}, ms{&f.ReceivedAt}, &f.ReceivedFrom, &f.Pages, &f.State, &f.Problem, &f.Engine, ms{&f.MovedAt}}
}

func scanScanFile(row scanner) (f complaint.ScanFile, err error) {
	return f, row.Scan(scanFileDest(&f)...)
}

func (c conn) scanFile(ctx context.Context, id string) (complaint.ScanFile, error) {
	return get(ctx, c, "scan", id, scanScanFile, "SELECT "+scanFileColumns+" FROM scan_files f WHERE f.id = ?", id)
}

// KeepScan keeps a file of a scanner unchanged, before anything of it is looked at,
// and gives it as it is on record. ID and Size are filled in. created is false when a
// file with the same bytes is there already; then nothing changes.
func (s *Store) KeepScan(ctx context.Context, f complaint.ScanFile, body io.Reader) (_ complaint.ScanFile, created bool, err error) {
	if f.ID, f.Size, err = s.blobs.put(body); err != nil {
		return f, false, fmt.Errorf("store: keep scan %s: %w", f.Name, err)
	}
	err = s.write(ctx, func(c conn) error {
		if err := c.lockBytes(ctx, false); err != nil {
			return err
		}
		if _, err := s.ScanPath(f.ID); err != nil {
			return err // an erasure deleted the same bytes at this moment: taken in again, it is kept
		}
		n, err := c.exec(ctx, `INSERT INTO scan_files (id, file_blob, size, name, source, file_at, taken_at, received_at, received_from, pages, state, problem,
			engine, moved_at, lease_owner, lease_until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, 'taken', '', '', 0, '', 0) ON CONFLICT (id) DO NOTHING`,
			f.ID, f.ID, f.Size, f.Name, f.Source, f.FileAt, f.TakenAt, f.ReceivedAt, f.ReceivedFrom)
		if err != nil {
			return fmt.Errorf("store: keep scan %s: %w", f.Name, err)
		}
		created = n > 0
		f, err = c.scanFile(ctx, f.ID)
		return err
	})
	if err == nil && !created && f.Name == "" { // it was erased: its bytes do not come back with the same file
		err = s.DeleteBytes(ctx, f.ID)
	}
	return f, created, err
}

// ScanFile reads a file of a scanner by its hash.
func (s *Store) ScanFile(ctx context.Context, id string) (complaint.ScanFile, error) {
	return s.reads().scanFile(ctx, id)
}

// ScanPath is where the bytes of a file lie; it must not be changed.
func (s *Store) ScanPath(id string) (string, error) {
	f, err := s.blobs.open(id)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return "", fmt.Errorf("store: the bytes of scan %s are missing in %s: %w", id, s.opt.BlobDir, err)
	case err != nil:
		return "", err
	}
	return filepath.Join(s.opt.BlobDir, id[:2], id), f.Close()
}

// LeaseScan gives a file that is not read yet to an owner for a time, if nobody else
// has it.
func (s *Store) LeaseScan(ctx context.Context, owner, id string, lease time.Duration) (ok bool, err error) {
	now := s.now()
	err = s.write(ctx, func(c conn) error {
		n, err := c.exec(ctx, "UPDATE scan_files SET lease_owner = ?, lease_until = ? WHERE id = ? AND state <> 'read' AND (lease_owner = ? OR lease_until <= ?)",
			owner, now.Add(lease), id, owner, now)
		ok = n > 0
		return err
	})
	if err != nil {
		err = fmt.Errorf("store: lease scan %s: %w", id, err)
	}
	return ok, err
}

// UnreadScans lists up to n files that are not read to their end and that nobody has,
// those whose letters arrived first before the others.
func (s *Store) UnreadScans(ctx context.Context, owner string, n int) ([]complaint.ScanFile, error) {
	return list(ctx, s.reads(), "scans", scanScanFile, "SELECT "+scanFileColumns+` FROM scan_files f WHERE f.state <> 'read' AND (f.lease_owner = ? OR f.lease_until <= ?)
		ORDER BY f.received_at, f.id LIMIT ?`, owner, s.now(), n)
}

// SetScan writes how far a file has come: Pages, State, Problem, Engine and MovedAt.
// Its lease ends when it is read; it is not while a page, e.g. one that was turned
// meanwhile, has to be.
func (s *Store) SetScan(ctx context.Context, f complaint.ScanFile) error {
	err := s.setOne(ctx, "scan", f.ID, `UPDATE scan_files SET pages = ?, state = CASE WHEN CAST(? AS TEXT) = 'read'
		AND EXISTS (SELECT 1 FROM scan_pages p WHERE p.file_id = scan_files.id AND p.read_at = 0) THEN 'split' ELSE CAST(? AS TEXT) END, problem = ?, engine = ?, moved_at = ?,
		lease_owner = CASE WHEN CAST(? AS TEXT) = 'read' THEN '' ELSE lease_owner END WHERE id = ?`, f.Pages, f.State, f.State, f.Problem, f.Engine, f.MovedAt, f.State, f.ID)
	if err == nil {
		s.Notify(TopicScans)
	}
	return err
}

// NoteScan adds to the history of a file, e.g. that it came again.
func (s *Store) NoteScan(ctx context.Context, e complaint.Event) error {
	return s.InTx(ctx, func(tx *Tx) error {
		tx.CreateEvent(e)
		return nil
	})
}

const scanPageColumns = "p.file_id, p.number, p.kind, p.batch_id, p.arrival_id, p.position, p.turned, p.hash, p.blank, p.read_at, p.content"

func scanScanPage(row scanner) (p complaint.ScanPage, err error) {
	var content string
	err = row.Scan(&p.FileID, &p.Number, &p.Kind, &p.BatchID, optional{&p.ArrivalID}, &p.Position, &p.Turned, &p.Hash, flag{&p.Blank}, ms{&p.ReadAt}, &content)
	p.Content = []byte(content)
	return p, err
}

var (
	scanPageCreate   = insertInto("scan_pages", "file_id text, number bigint, kind text, batch_id text, arrival_id text, position bigint, hash text, blank bigint, read_at bigint, content text", "ON CONFLICT (file_id, number) DO NOTHING")
	scanLetterCreate = insertInto("scan_letters", "arrival_id text, file_id text, batch_id text, sequence bigint, whole bigint, completed_at bigint, typed text, checked_at bigint, checked_by text, handed_back text", "")
	scanLetterSet    = updateOf("scan_letters", "arrival_id text, batch_id text, whole bigint, completed_at bigint, typed text, checked_at bigint, checked_by text, handed_back text")
	scanBatchCreate  = insertInto("scan_batches", "id text, received_at bigint, received_from text, operator text, pages bigint, letters bigint, registered_at bigint, problem text, checked_at bigint, checked_by text, box text, destroy_after text", "ON CONFLICT (id) DO NOTHING")
	scanBatchSet     = updateOf("scan_batches", "id text, received_at bigint, received_from text, operator text, pages bigint, letters bigint, problem text, checked_at bigint, checked_by text, box text, destroy_after text")
	letterArrival    = insertInto("arrivals", `id text, channel text, account text, mailbox text, uidvalidity bigint, uid bigint, arrived_at bigint, recorded_at bigint,
		size bigint, sha256 text, late bigint, outcome text, complaint_id text, proposed_id text, reasons text, held bigint, hold_reason text, parked bigint,
		park_reason text, damaged text, attempts bigint, message_id text, content_hash text, sender text, subject text, blob text, claim_at bigint, lease_owner text`, "")
	arrivedSet = updateOf("arrivals", "id text, arrived_at bigint")
)

func scanPageRow(p complaint.ScanPage) []any {
	return []any{p.FileID, p.Number, p.Kind, p.BatchID, null(p.ArrivalID), p.Position, p.Hash, p.Blank, p.ReadAt, string(p.Content)}
}

// CreateLetter gathers a letter: its arrival, whose bytes are the file's, claimed by
// an owner until a time (none: at once to be claimed), and what is known beside it.
func (t *Tx) CreateLetter(a complaint.Arrival, l complaint.ScanLetter, owner string, until time.Time) {
	if a.RecordedAt.IsZero() {
		a.RecordedAt = t.now
	}
	t.add(letterArrival, a.ID, a.Channel, a.Account, a.Mailbox, a.UIDValidity, a.UID, a.ArrivedAt, a.RecordedAt, a.Size, a.SHA256, a.Late, a.Outcome,
		null(a.ComplaintID), a.ProposedID, a.Reasons, a.Held, a.HoldReason, a.Parked, a.ParkReason, a.Damaged, a.Attempts, a.MessageID, a.ContentHash,
		a.From, a.Subject, l.FileID, toMS(until), owner)
	t.add(scanLetterCreate, l.ArrivalID, l.FileID, l.BatchID, l.Sequence, l.Whole, l.CompletedAt, l.Typed, l.CheckedAt, l.CheckedBy, l.HandedBack)
}

// SetLetter gathers what is known of a letter beside its arrival, but its file and
// sequence.
func (t *Tx) SetLetter(l complaint.ScanLetter) {
	t.add(scanLetterSet, l.ArrivalID, l.BatchID, l.Whole, l.CompletedAt, l.Typed, l.CheckedAt, l.CheckedBy, l.HandedBack)
}

// SetArrivedAt gathers another time of arrival (P12).
func (t *Tx) SetArrivedAt(arrivalID string, at time.Time) { t.add(arrivedSet, arrivalID, at) }

// CreatePages gathers pages; those that are there stay as they are.
func (t *Tx) CreatePages(pages ...complaint.ScanPage) {
	for _, p := range pages {
		t.add(scanPageCreate, scanPageRow(p)...)
	}
}

// MovePages writes which letter pages belong to, where in it, and how they were turned.
// What is turned otherwise than before is to be read again.
func (t *Tx) MovePages(ctx context.Context, pages []complaint.ScanPage) error {
	if err := t.flush(ctx); err != nil {
		return err
	}
	for _, p := range pages {
		_, err := t.exec(ctx, "UPDATE scan_pages SET arrival_id = ?, position = ?, read_at = CASE WHEN turned = ? THEN read_at ELSE 0 END, turned = ? WHERE file_id = ? AND number = ?",
			p.ArrivalID, p.Position, p.Turned, p.Turned, p.FileID, p.Number)
		if err = errors.Join(err, t.unreadScan(ctx, p.FileID)); err != nil {
			return fmt.Errorf("store: move page %d of scan %s: %w", p.Number, p.FileID, err)
		}
	}
	return nil
}

// UnreadPages lets pages be read again.
func (t *Tx) UnreadPages(ctx context.Context, pages []complaint.ScanPage) error {
	if err := t.flush(ctx); err != nil {
		return err
	}
	for _, p := range pages {
		_, err := t.exec(ctx, "UPDATE scan_pages SET read_at = 0 WHERE file_id = ? AND number = ?", p.FileID, p.Number)
		if err = errors.Join(err, t.unreadScan(ctx, p.FileID)); err != nil {
			return fmt.Errorf("store: page %d of scan %s: %w", p.Number, p.FileID, err)
		}
	}
	return nil
}

// unreadScan notes that a file is to be read, where a page of it is.
func (t *Tx) unreadScan(ctx context.Context, fileID string) error {
	_, err := t.exec(ctx, `UPDATE scan_files SET state = 'split', lease_owner = '', lease_until = 0 WHERE id = ? AND state = 'read'
		AND EXISTS (SELECT 1 FROM scan_pages p WHERE p.file_id = scan_files.id AND p.read_at = 0)`, fileID)
	return err
}

// SetPageRead writes what a page says, and nothing of where it belongs. One that was
// turned meanwhile is still to be read.
func (s *Store) SetPageRead(ctx context.Context, p complaint.ScanPage) error {
	err := s.setOne(ctx, "page of scan", p.FileID, "UPDATE scan_pages SET blank = ?, read_at = CASE WHEN turned = ? THEN CAST(? AS BIGINT) ELSE read_at END, content = ? WHERE file_id = ? AND number = ?",
		p.Blank, p.Turned, p.ReadAt, string(p.Content), p.FileID, p.Number)
	if err == nil {
		s.Notify(TopicScans)
	}
	return err
}

// Pages lists the pages of a file in their order.
func (s *Store) Pages(ctx context.Context, fileID string) ([]complaint.ScanPage, error) {
	return list(ctx, s.reads(), "pages", scanScanPage, "SELECT "+scanPageColumns+" FROM scan_pages p WHERE p.file_id = ? ORDER BY p.number", fileID)
}

// LetterPages lists the pages of a letter in their order.
func (s *Store) LetterPages(ctx context.Context, arrivalID string) ([]complaint.ScanPage, error) {
	return s.reads().letterPages(ctx, arrivalID)
}

// LetterPages lists the pages of a letter in their order.
func (t *Tx) LetterPages(ctx context.Context, arrivalID string) ([]complaint.ScanPage, error) {
	return reading(ctx, t, func() ([]complaint.ScanPage, error) { return t.letterPages(ctx, arrivalID) })
}

func (c conn) letterPages(ctx context.Context, arrivalID string) ([]complaint.ScanPage, error) {
	return list(ctx, c, "pages", scanScanPage, "SELECT "+scanPageColumns+` FROM scan_pages p
		WHERE p.arrival_id = ? AND EXISTS (SELECT 1 FROM arrivals a WHERE a.id = p.arrival_id AND a.blob <> '') ORDER BY p.position, p.file_id, p.number`, arrivalID)
}

const scanLetterColumns = "l.arrival_id, l.file_id, l.batch_id, l.sequence, l.whole, l.completed_at, l.typed, l.checked_at, l.checked_by, l.handed_back"

func scanScanLetter(row scanner) (l complaint.ScanLetter, err error) {
	return l, row.Scan(&l.ArrivalID, &l.FileID, &l.BatchID, &l.Sequence, flag{&l.Whole}, ms{&l.CompletedAt}, &l.Typed, ms{&l.CheckedAt}, &l.CheckedBy, &l.HandedBack)
}

func (c conn) letter(ctx context.Context, arrivalID string) (complaint.ScanLetter, error) {
	return get(ctx, c, "letter", arrivalID, scanScanLetter, "SELECT "+scanLetterColumns+" FROM scan_letters l WHERE l.arrival_id = ?", arrivalID)
}

// Letter reads what is known of a letter beside its arrival.
func (s *Store) Letter(ctx context.Context, arrivalID string) (complaint.ScanLetter, error) {
	return s.reads().letter(ctx, arrivalID)
}

// Letter reads and locks what is known of a letter beside its arrival.
func (t *Tx) Letter(ctx context.Context, arrivalID string) (complaint.ScanLetter, error) {
	return reading(ctx, t, func() (complaint.ScanLetter, error) {
		return get(ctx, t.conn, "letter", arrivalID, scanScanLetter, "SELECT "+scanLetterColumns+" FROM scan_letters l WHERE l.arrival_id = ?"+t.d.locking(), arrivalID)
	})
}

// ClaimLetter claims a letter that is not judged yet, whoever had it: for one whose file
// the owner has. pending is false when it is judged.
func (s *Store) ClaimLetter(ctx context.Context, owner, arrivalID string, lease time.Duration) (a complaint.Arrival, pending bool, err error) {
	return found(get(ctx, conn{q: s.w, d: s.d}, "letter", arrivalID, scanArrival, `UPDATE arrivals SET lease_owner = ?, claim_at = ?, attempts = attempts + 1
		WHERE id = ? AND outcome = '' RETURNING `+arrivalColumns, owner, s.now().Add(lease), arrivalID))
}

// LettersToComplete lists up to n letters that are judged and read, but what they say
// was not taken into the record yet. While a file is divided its batch is not counted, and
// its letters wait.
func (s *Store) LettersToComplete(ctx context.Context, n int) ([]string, error) {
	return list(ctx, s.reads(), "letters", scanID,
		`SELECT l.arrival_id FROM scan_letters l JOIN arrivals a ON a.id = l.arrival_id JOIN scan_files f ON f.id = l.file_id
		WHERE f.state <> 'taken' AND l.completed_at = 0 AND l.whole = 1 AND a.outcome <> ''
		AND NOT EXISTS (SELECT 1 FROM scan_pages p WHERE p.arrival_id = l.arrival_id AND p.read_at = 0) ORDER BY a.arrived_at, a.id LIMIT ?`, n)
}

// LettersOfBatch lists and locks the letters of a batch in the order of their coming.
func (t *Tx) LettersOfBatch(ctx context.Context, batchID string) ([]complaint.ScanLetter, error) {
	return reading(ctx, t, func() ([]complaint.ScanLetter, error) {
		return list(ctx, t.conn, "letters", scanScanLetter, "SELECT "+scanLetterColumns+" FROM scan_letters l WHERE l.batch_id = ? ORDER BY l.arrival_id"+t.d.locking(), batchID)
	})
}

// DeskLetters lists letters that wait for a person, those whose acknowledgement is due
// first before the others.
func (s *Store) DeskLetters(ctx context.Context) ([]complaint.DeskLetter, error) {
	all, err := list(ctx, s.reads(), "letters", func(row scanner) (l complaint.DeskLetter, err error) {
		return l, row.Scan(&l.Arrival.ID, &l.Arrival.ComplaintID, ms{&l.DueAt}, flag{&l.Overdue}, &l.Confidence)
	}, `SELECT a.id, coalesce(a.complaint_id, ''), coalesce(o.deadline, 0), CASE WHEN coalesce(o.breached_at, 0) > 0 THEN 1 ELSE 0 END,
		coalesce((SELECT min(d.confidence) FROM details d WHERE d.complaint_id = a.complaint_id AND d.arrival_id = a.id AND d.kind IN ('name', 'address', 'account', 'email')), 0) FROM arrivals a
		LEFT JOIN obligations o ON o.complaint_id = a.complaint_id AND o.kind = 'acknowledge' AND o.state = 'open'
		WHERE a.channel = 'letter' AND (a.held = 1 OR a.parked = 1) ORDER BY coalesce(o.deadline, a.arrived_at), a.id`)
	for i := range all {
		l := &all[i]
		if l.Arrival, err = s.GetArrival(ctx, l.Arrival.ID); err != nil {
			return nil, err
		}
		if l.Letter, err = s.Letter(ctx, l.Arrival.ID); err != nil {
			return nil, err
		}
		if l.Arrival.ComplaintID == "" {
			continue
		}
		if l.Complaint, err = s.GetComplaintByID(ctx, l.Arrival.ComplaintID); err != nil {
			return nil, err
		}
	}
	return all, err
}

// DeleteDetails forgets what was found in an arrival.
func (t *Tx) DeleteDetails(ctx context.Context, complaintID, arrivalID string) error {
	if err := t.flush(ctx); err != nil {
		return err
	}
	if _, err := t.exec(ctx, "DELETE FROM details WHERE complaint_id = ? AND arrival_id = ?", complaintID, arrivalID); err != nil {
		return fmt.Errorf("store: delete details of arrival %s: %w", arrivalID, err)
	}
	return nil
}

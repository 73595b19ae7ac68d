package store

import (
	"context"
	"fmt"
	"time"

	"ask4.com/skarga/complaint"
)

var (
	printRunCreate = insertInto("print_runs", "id text, made_at bigint, prints bigint, written_at bigint", "")
	printRunSet    = updateOf("print_runs", "id text, prints bigint, written_at bigint")
)

const printRunColumns = "id, made_at, prints, written_at"

func scanPrintRun(row scanner) (r complaint.PrintRun, err error) {
	return r, row.Scan(&r.ID, ms{&r.MadeAt}, &r.Prints, ms{&r.WrittenAt})
}

// CreatePrintRun gathers a print run; one with the same ID is an error.
func (t *Tx) CreatePrintRun(r complaint.PrintRun) {
	t.add(printRunCreate, r.ID, r.MadeAt, r.Prints, r.WrittenAt)
}

// SetPrintRun gathers how often a run was printed and when it was written first.
func (t *Tx) SetPrintRun(r complaint.PrintRun) { t.add(printRunSet, r.ID, r.Prints, r.WrittenAt) }

// runNotAbout is the condition that no letter of a run is about a person (P8).
var runNotAbout = "NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.print_run = print_runs.id AND NOT (" + notAbout("d.complaint_id") + "))"

// PrintRun reads and locks a print run, unless a letter in it is hidden from the
// person: then it is not there for them.
func (t *Tx) PrintRun(ctx context.Context, id, who string) (complaint.PrintRun, error) {
	return reading(ctx, t, func() (complaint.PrintRun, error) {
		return get(ctx, t.conn, "print run", id, scanPrintRun, "SELECT "+printRunColumns+" FROM print_runs WHERE id = ? AND "+runNotAbout+t.d.locking(), id, complaint.Fold(who))
	})
}

// PrintRuns lists print runs, the newest first, at most n.
func (s *Store) PrintRuns(ctx context.Context, n int) ([]complaint.PrintRun, error) {
	return list(ctx, s.reads(), "print runs", scanPrintRun, "SELECT "+printRunColumns+" FROM print_runs ORDER BY made_at DESC, id DESC LIMIT ?", n)
}

// UnwrittenRuns lists and locks the runs whose file was never there and that hide nothing
// from the person, oldest first.
func (t *Tx) UnwrittenRuns(ctx context.Context, who string) ([]complaint.PrintRun, error) {
	return reading(ctx, t, func() ([]complaint.PrintRun, error) {
		return list(ctx, t.conn, "print runs", scanPrintRun, "SELECT "+printRunColumns+" FROM print_runs WHERE written_at = 0 AND "+runNotAbout+" ORDER BY made_at, id"+t.d.locking(), complaint.Fold(who))
	})
}

// CountPrintRuns counts the runs whose ID begins so.
func (t *Tx) CountPrintRuns(ctx context.Context, prefix string) (int, error) {
	return reading(ctx, t, func() (int, error) {
		return get(ctx, t.conn, "print runs", prefix, func(row scanner) (n int, err error) { return n, row.Scan(&n) },
			"SELECT count(*) FROM print_runs WHERE id >= ? AND id < ?", prefix, prefix+"~")
	})
}

// letterOrder is the order of letters on the table: what is due first, then by
// reference.
const letterOrder = " ORDER BY coalesce(o.deadline, 253402300799999), c.reference, d.id"

var letterSelect = "SELECT " + prefixed("d.", deliveryColumns) + ` FROM deliveries d JOIN complaints c ON c.id = d.complaint_id
	LEFT JOIN obligations o ON o.id = d.obligation_id WHERE d.way = 'letter' AND `

// LettersToPrint lists and locks the letters that no run has yet and that are not
// hidden from the person who prints, in the order of printing, without their bytes.
func (t *Tx) LettersToPrint(ctx context.Context, who string) ([]complaint.Delivery, error) {
	lock := t.d.locking()
	if lock != "" {
		lock += " OF d"
	}
	return reading(ctx, t, func() ([]complaint.Delivery, error) {
		return list(ctx, t.conn, "letters", scanDelivery, letterSelect+"d.status = 'queued' AND d.print_run = '' AND "+notAbout("c.id")+letterOrder+lock, complaint.Fold(who))
	})
}

// LettersOf lists the letters of a run in the order of printing, with their bytes.
func (t *Tx) LettersOf(ctx context.Context, run string) ([]complaint.Delivery, error) {
	return reading(ctx, t, func() ([]complaint.Delivery, error) { return t.lettersOf(ctx, run) })
}

func (c conn) lettersOf(ctx context.Context, run string) ([]complaint.Delivery, error) {
	all, err := list(ctx, c, "letters", scanDelivery, letterSelect+"d.print_run = ?"+letterOrder, run)
	if err != nil {
		return nil, err
	}
	return all, c.fillBytes(ctx, all)
}

// UnpostedLetters lists the letters that wait to be printed or posted and that are not
// hidden from the person ("" for the program itself), what is due first.
func (s *Store) UnpostedLetters(ctx context.Context, who string) ([]complaint.Letter, error) {
	return list(ctx, s.reads(), "letters", func(row scanner) (l complaint.Letter, err error) {
		return l, row.Scan(append(deliveryDest(&l.Delivery), &l.Reference, ms{&l.Due}, &l.Needs)...)
	}, "SELECT "+prefixed("d.", deliveryColumns)+`, c.reference, coalesce(o.deadline, 0), c.needs FROM deliveries d JOIN complaints c ON c.id = d.complaint_id
		LEFT JOIN obligations o ON o.id = d.obligation_id WHERE d.way = 'letter' AND d.status = 'queued' AND `+notAbout("c.id")+letterOrder, complaint.Fold(who))
}

// UnwrittenLetters lists what must leave by letter before a time and is not written, or is
// held at the desk: letters without a delivery, what is due first.
func (s *Store) UnwrittenLetters(ctx context.Context, who string, before time.Time) ([]complaint.Letter, error) {
	return list(ctx, s.reads(), "unwritten letters", func(row scanner) (l complaint.Letter, err error) {
		return l, row.Scan(&l.ComplaintID, &l.ObligationID, &l.Reference, ms{&l.Due}, &l.Needs)
	}, `SELECT c.id, o.id, c.reference, o.deadline, c.needs FROM obligations o JOIN complaints c ON c.id = o.complaint_id
		WHERE o.state = 'open' AND o.kind <> 'comply' AND o.deadline < ? AND c.closed_at = 0
		AND (c.reply_by = 'letter' OR c.reply_by = '' AND c.channel = 'letter')
		AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.obligation_id = o.id AND d.status = 'queued')
		AND `+notAbout("c.id")+" ORDER BY o.deadline, c.reference", before, complaint.Fold(who))
}

// Unreached lists the complaints whose acknowledgement was refused or came back, while
// none is on its way or held, and whose postal address is confirmed.
func (s *Store) Unreached(ctx context.Context) ([]string, error) {
	return list(ctx, s.reads(), "complaints", scanID,
		`SELECT c.id FROM obligations o JOIN complaints c ON c.id = o.complaint_id
		WHERE o.state = 'open' AND o.kind = 'acknowledge' AND c.postal_confirmed = 1 AND c.closed_at = 0
		AND c.id IN (SELECT d.complaint_id FROM deliveries d WHERE d.kind = 'acknowledgement' AND d.status IN ('failed', 'bounced') AND d.complaint_id IS NOT NULL)
		AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.complaint_id = c.id AND d.kind = 'acknowledgement' AND d.status IN ('queued', 'sent'))
		AND NOT EXISTS (SELECT 1 FROM arrivals a WHERE a.complaint_id = c.id AND (a.held = 1 OR a.parked = 1))
		ORDER BY c.received_at, c.id LIMIT 100`)
}

// WaitingForAddress lists the open complaints that are answered by letter, have
// nothing under way and no address that a letter may go to, and are not hidden from
// the person.
func (s *Store) WaitingForAddress(ctx context.Context, who string) ([]complaint.Complaint, error) {
	all, err := list(ctx, s.reads(), "complaints", scanComplaint, "SELECT "+complaintColumns+` FROM complaints c
		WHERE c.reply_by = 'letter' AND c.closed_at = 0 AND EXISTS (SELECT 1 FROM obligations o WHERE o.complaint_id = c.id AND o.state = 'open')
		AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.complaint_id = c.id AND d.status = 'queued')
		AND `+notAbout("c.id")+" ORDER BY c.received_at, c.id", complaint.Fold(who))
	if err != nil {
		return nil, fmt.Errorf("store: complaints without an address: %w", err)
	}
	waiting := all[:0]
	for _, c := range all {
		if !c.CanPost() {
			waiting = append(waiting, c)
		}
	}
	return waiting, nil
}

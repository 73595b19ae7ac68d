package store

import (
	"context"

	"ask4.com/skarga/complaint"
)

// LettersOfScan lists the arrivals of the letters of a file in their order.
func (s *Store) LettersOfScan(ctx context.Context, fileID string) ([]string, error) {
	return list(ctx, s.reads(), "letters", func(row scanner) (id string, err error) { return id, row.Scan(&id) },
		"SELECT l.arrival_id FROM scan_letters l WHERE l.file_id = ? ORDER BY l.sequence, l.arrival_id", fileID)
}

// PrintRunsFor lists the print runs that hide nothing from a person, the newest first, at
// most n.
func (s *Store) PrintRunsFor(ctx context.Context, who string, n int) ([]complaint.PrintRun, error) {
	return list(ctx, s.reads(), "print runs", scanPrintRun, "SELECT "+printRunColumns+" FROM print_runs WHERE "+runNotAbout+" ORDER BY made_at DESC, id DESC LIMIT ?", complaint.Fold(who), n)
}

// PrintRunFor reads a print run with its letters, without their bytes, in the order of
// printing. One with a letter that is hidden from the person is not there.
func (s *Store) PrintRunFor(ctx context.Context, id, who string) (r complaint.PrintRun, letters []complaint.Letter, err error) {
	r, err = get(ctx, s.reads(), "print run", id, scanPrintRun, "SELECT "+printRunColumns+" FROM print_runs WHERE id = ? AND "+runNotAbout, id, complaint.Fold(who))
	if err != nil {
		return r, nil, err
	}
	letters, err = list(ctx, s.reads(), "letters", func(row scanner) (l complaint.Letter, err error) {
		return l, row.Scan(append(deliveryDest(&l.Delivery), &l.Reference, ms{&l.Due}, &l.Needs)...)
	}, "SELECT "+prefixed("d.", deliveryColumns)+`, c.reference, coalesce(o.deadline, 0), c.needs FROM deliveries d JOIN complaints c ON c.id = d.complaint_id
		LEFT JOIN obligations o ON o.id = d.obligation_id WHERE d.way = 'letter' AND d.print_run = ?`+letterOrder, id)
	return r, letters, err
}

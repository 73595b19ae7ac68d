package store

import (
	"context"
	"time"

	"ask4.com/skarga/complaint"
)

// LettersOfScan lists the arrivals of the letters of a file in their order.
func (s *Store) LettersOfScan(ctx context.Context, fileID string) ([]string, error) {
	return list(ctx, s.reads(), "letters", scanID,
		"SELECT l.arrival_id FROM scan_letters l WHERE l.file_id = ? ORDER BY l.sequence, l.arrival_id", fileID)
}

// ArrivalsOnScan lists the letters of which a file holds something, also pages that were
// joined to them from it.
func (s *Store) ArrivalsOnScan(ctx context.Context, fileID string) ([]string, error) {
	return list(ctx, s.reads(), "letters", scanID,
		"SELECT l.arrival_id FROM scan_letters l WHERE l.file_id = ? UNION SELECT p.arrival_id FROM scan_pages p WHERE p.file_id = ? AND p.arrival_id IS NOT NULL", fileID, fileID)
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

// The pages of a file are counted for that file alone: the list is shown again and again
// while files are read. Letters about a person, and their pages, are counted in none of
// the figures (P8): seenPages and seenLetters leave them out, the last column has theirs.
var (
	seenPages      = "FROM scan_pages p LEFT JOIN arrivals a ON a.id = p.arrival_id WHERE p.file_id = f.id AND " + notAbout("a.complaint_id")
	seenLetters    = "FROM scan_letters l JOIN arrivals a ON a.id = l.arrival_id WHERE l.file_id = f.id AND " + notAbout("a.complaint_id")
	paperFileQuery = "SELECT " + scanFileColumns + ", (SELECT count(*) " + seenPages + " AND p.kind = 'letter'), (SELECT count(*) " + seenPages + " AND p.kind <> 'letter'), (SELECT count(*) " + seenPages +
		" AND p.read_at = 0), (SELECT count(*) " + seenLetters + "), (SELECT count(*) FROM scan_pages p WHERE p.file_id = f.id) - (SELECT count(*) " + seenPages + `) FROM scan_files f
		WHERE f.name <> '' AND (NOT EXISTS (SELECT 1 FROM scan_letters l WHERE l.file_id = f.id) OR EXISTS (SELECT 1 ` + seenLetters + ")) AND "
)

// paperFileWho are the parameters of paperFileQuery.
func paperFileWho(who string) []any {
	folded := complaint.Fold(who)
	return []any{folded, folded, folded, folded, folded, folded}
}

func scanPaperFile(row scanner) (f complaint.PaperFile, err error) {
	hidden := 0
	err = row.Scan(append(scanFileDest(&f.ScanFile), &f.InLetters, &f.Sheets, &f.Unread, &f.Letters, &hidden)...)
	f.Pages = max(0, f.Pages-hidden)
	return f, err
}

// RecentScans lists up to n files that were taken in since a time or are not read to
// their end, the newest first, as far as a person may see them. Those that were erased
// are left out.
func (s *Store) RecentScans(ctx context.Context, who string, since time.Time, n int) ([]complaint.PaperFile, error) {
	return list(ctx, s.reads(), "scans", scanPaperFile, paperFileQuery+"(f.taken_at >= ? OR f.state <> 'read') ORDER BY f.taken_at DESC, f.id LIMIT ?", append(paperFileWho(who), since, n)...)
}

// PaperFileFor reads a file with what became of its pages, for a person who may see some
// of it.
func (s *Store) PaperFileFor(ctx context.Context, who, id string) (complaint.PaperFile, error) {
	return get(ctx, s.reads(), "scan", id, scanPaperFile, paperFileQuery+"f.id = ?", append(paperFileWho(who), id)...)
}

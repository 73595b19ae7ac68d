package store

import (
	"context"
	"time"

	"ask4.com/skarga/complaint"
)

// UnmetPast lists open promises whose deadline lies before a time and whose breach
// is not noted yet, at most n, the longest late first.
func (s *Store) UnmetPast(ctx context.Context, before time.Time, n int) ([]complaint.Obligation, error) {
	return list(ctx, s.reads(), "obligations", scanObligation, "SELECT "+obligationColumns+
		" FROM obligations o WHERE o.state = 'open' AND o.breached_at = 0 AND o.deadline < ? ORDER BY o.deadline, o.id LIMIT ?", before, n)
}

// HeldWithout lists held and parked arrivals that arrived before a time and whose
// history has no event of a kind, at most n, the oldest first.
func (s *Store) HeldWithout(ctx context.Context, eventKind string, before time.Time, n int) ([]complaint.Arrival, error) {
	return list(ctx, s.reads(), "arrivals", scanArrival, "SELECT "+arrivalColumns+` FROM arrivals WHERE (held = 1 OR parked = 1) AND arrived_at < ?
		AND NOT EXISTS (SELECT 1 FROM events e WHERE e.subject = arrivals.id AND e.kind = ?) ORDER BY arrived_at, id LIMIT ?`, before, eventKind, n)
}

// FindArrival reads an arrival by its ID or an unambiguous beginning of at least
// eight signs.
func (s *Store) FindArrival(ctx context.Context, id string) (complaint.Arrival, error) {
	if len(id) < 8 {
		return s.GetArrival(ctx, id)
	}
	all, err := list(ctx, s.reads(), "arrivals", scanArrival, "SELECT "+arrivalColumns+" FROM arrivals WHERE id >= ? AND id < ? ORDER BY id LIMIT 2", id, id+"~")
	if err == nil && len(all) == 1 {
		return all[0], nil
	}
	return s.GetArrival(ctx, id)
}

// KnownMessageID says whether an arrival has that Message-ID.
func (s *Store) KnownMessageID(ctx context.Context, messageID string) (bool, error) {
	n, err := get(ctx, s.reads(), "identity", messageID, func(row scanner) (n int, err error) { return n, row.Scan(&n) },
		"SELECT count(*) FROM identities WHERE message_id = ?", messageID)
	return n > 0, err
}

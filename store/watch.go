package store

import (
	"context"
	"strconv"
	"time"

	"ask4.com/skarga/complaint"
)

// UnmetPast lists open promises whose deadline lies before a time and whose breach
// is not noted yet, at most n, the longest late first.
func (s *Store) UnmetPast(ctx context.Context, before time.Time, n int) ([]complaint.Obligation, error) {
	return list(ctx, s.reads(), "obligations", scanObligation, "SELECT "+obligationColumns+
		" FROM obligations o WHERE o.state = 'open' AND o.breached_at = 0 AND o.deadline < ? ORDER BY o.deadline, o.id LIMIT ?", before, n)
}

// Remindable lists open promises, due after now, of complaints that somebody has,
// whose time from trigger to deadline has run to a fraction at a time, and for which
// the step of reminding is not done (casework.ReminderName).
func (s *Store) Remindable(ctx context.Context, now, at time.Time, fraction float64, step int) ([]complaint.Obligation, error) {
	return list(ctx, s.reads(), "obligations", scanObligation, "SELECT "+obligationColumns+` FROM obligations o
		JOIN records r ON r.complaint_id = o.complaint_id AND r.owner <> ''
		WHERE o.state = 'open' AND o.deadline > ? AND o.trigger_at > 0 AND (CAST(? AS BIGINT) - o.trigger_at) >= CAST(? AS DOUBLE PRECISION) * (o.deadline - o.trigger_at)
		AND NOT EXISTS (SELECT 1 FROM done_once d WHERE d.name = 'remind:' || o.id || ':' || o.deadline || ':' || CAST(? AS TEXT))
		ORDER BY o.deadline, o.id`, now, at, fraction, strconv.Itoa(step))
}

// Closable lists complaints whose last formal word was said before a time, and on which
// no message waits for an answer: they may be closed by time (P15).
func (s *Store) Closable(ctx context.Context, before time.Time) ([]string, error) {
	return list(ctx, s.reads(), "complaints", scanID,
		`SELECT c.id FROM complaints c WHERE (c.stage = 'responded' AND EXISTS (SELECT 1 FROM obligations o WHERE o.complaint_id = c.id AND o.state = 'met' AND o.kind IN ('respond', 'review'))
			OR c.stage = 'ombudsman' AND EXISTS (SELECT 1 FROM obligations o WHERE o.complaint_id = c.id AND o.state = 'met' AND o.kind = 'comply'))
		AND NOT EXISTS (SELECT 1 FROM obligations o WHERE o.complaint_id = c.id AND o.kind IN ('respond', 'review', 'comply') AND (o.state = 'open' OR o.met_at >= ?))
		AND NOT EXISTS (SELECT 1 FROM customer_replies r WHERE r.complaint_id = c.id AND r.settled_at = 0)
		ORDER BY c.id`, before)
}

// HeldWithout lists held and parked arrivals that arrived before a time and whose
// history has no event of a kind, at most n, the oldest first.
func (s *Store) HeldWithout(ctx context.Context, eventKind string, before time.Time, n int) ([]complaint.Arrival, error) {
	return list(ctx, s.reads(), "arrivals", scanArrival, "SELECT "+arrivalColumns+` FROM arrivals WHERE (held = 1 OR parked = 1) AND arrived_at < ?
		AND NOT EXISTS (SELECT 1 FROM events e WHERE e.subject = arrivals.id AND e.kind = ?) ORDER BY arrived_at, id LIMIT ?`, before, eventKind, n)
}

// ArrivalBeginning reads an arrival by its ID or an unambiguous beginning of at least
// eight signs.
func (s *Store) ArrivalBeginning(ctx context.Context, id string) (a complaint.Arrival, ok bool, err error) {
	end := id + "~"
	if len(id) < 8 {
		end = id + "\x01" // itself alone
	}
	all, err := list(ctx, s.reads(), "arrivals", scanArrival, "SELECT "+arrivalColumns+" FROM arrivals WHERE id >= ? AND id < ? ORDER BY id LIMIT 2", id, end)
	if err != nil || len(all) == 0 || len(all) > 1 && all[0].ID != id {
		return a, false, err
	}
	return all[0], true, nil
}

// KnownMessageID says whether an arrival has that Message-ID.
func (s *Store) KnownMessageID(ctx context.Context, messageID string) (bool, error) {
	n, err := get(ctx, s.reads(), "identity", messageID, func(row scanner) (n int, err error) { return n, row.Scan(&n) },
		"SELECT (SELECT count(*) FROM identities WHERE message_id = ?) + (SELECT count(*) FROM arrivals WHERE message_id = ?)", messageID, messageID)
	return n > 0, err
}

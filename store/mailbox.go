package store

import (
	"context"
	"fmt"
	"time"

	"ask4.com/skarga/complaint"
)

// Position is how far a mailbox was taken in, and how its polling goes.
type Position struct {
	UIDValidity uint32    // of the mailbox when it was read; 0 before the first time
	UID         uint32    // the highest UID that was committed
	StartedAt   time.Time // when the mailbox was first polled; zero if never
	LastOK      time.Time // when polling last succeeded; zero if never. SetMailboxOK writes it
}

// Position reads how far a mailbox was taken in; the zero Position if never.
func (s *Store) Position(ctx context.Context, account, mailbox string) (Position, error) {
	p, _, err := found(get(ctx, s.reads(), "mailbox", account+" "+mailbox, func(row scanner) (p Position, err error) {
		return p, row.Scan(&p.UIDValidity, &p.UID, ms{&p.StartedAt}, ms{&p.LastOK})
	}, "SELECT uidvalidity, uid, started_at, last_ok FROM mailboxes WHERE account = ? AND mailbox = ?", account, mailbox))
	return p, err
}

// SetPosition records how far a mailbox was taken in. Its lease and LastOK stay.
func (s *Store) SetPosition(ctx context.Context, account, mailbox string, p Position) error {
	return s.write(ctx, func(c conn) error { return c.setPosition(ctx, account, mailbox, p) })
}

func (c conn) setPosition(ctx context.Context, account, mailbox string, p Position) error {
	return c.setMailbox(ctx, "position", account, mailbox, `INSERT INTO mailboxes (account, mailbox, uidvalidity, uid, started_at, last_ok, lease_owner, lease_until)
		VALUES (?, ?, ?, ?, ?, 0, '', 0) ON CONFLICT (account, mailbox) DO UPDATE SET uidvalidity = excluded.uidvalidity,
		uid = excluded.uid, started_at = excluded.started_at`, account, mailbox, p.UIDValidity, p.UID, p.StartedAt)
}

// SetMailboxOK records that polling a mailbox succeeded at a time.
func (s *Store) SetMailboxOK(ctx context.Context, account, mailbox string, at time.Time) error {
	return s.write(ctx, func(c conn) error {
		return c.setMailbox(ctx, "health", account, mailbox, `INSERT INTO mailboxes (account, mailbox, uidvalidity, uid, started_at, last_ok, lease_owner, lease_until)
		VALUES (?, ?, 0, 0, 0, ?, '', 0) ON CONFLICT (account, mailbox) DO UPDATE SET last_ok = excluded.last_ok`, account, mailbox, at)
	})
}

func (c conn) setMailbox(ctx context.Context, what, account, mailbox, query string, args ...any) error {
	if _, err := c.exec(ctx, query, args...); err != nil {
		return fmt.Errorf("store: set %s of %s %s: %w", what, account, mailbox, err)
	}
	return nil
}

// LeaseMailbox gives the mailbox to an owner for a time, or prolongs the owner's
// lease. It is false while another owner has it.
func (s *Store) LeaseMailbox(ctx context.Context, owner, account, mailbox string, lease time.Duration) (bool, error) {
	now := s.now()
	var n int64
	err := s.write(ctx, func(c conn) (err error) {
		n, err = c.exec(ctx, `INSERT INTO mailboxes (account, mailbox, uidvalidity, uid, started_at, last_ok, lease_owner, lease_until)
			VALUES (?, ?, 0, 0, 0, 0, ?, ?) ON CONFLICT (account, mailbox) DO UPDATE SET lease_owner = excluded.lease_owner,
			lease_until = excluded.lease_until WHERE mailboxes.lease_owner = excluded.lease_owner OR mailboxes.lease_until <= ?`,
			account, mailbox, owner, now.Add(lease), now)
		if err != nil {
			return fmt.Errorf("store: lease mailbox %s %s: %w", account, mailbox, err)
		}
		return nil
	})
	return n == 1, err
}

// UID is one message of a mailbox with what became of it, for the ledger.
type UID struct {
	UIDValidity, UID uint32
	Outcome          complaint.Outcome // Pending until judged
	ArrivalID        string
	Parked           bool
}

// KnownUIDs lists the UIDs from one to another that have an arrival, ascending.
func (s *Store) KnownUIDs(ctx context.Context, account, mailbox string, uidValidity, from, to uint32) ([]uint32, error) {
	return list(ctx, s.reads(), "UIDs", func(row scanner) (u uint32, err error) { return u, row.Scan(&u) },
		"SELECT uid FROM arrivals WHERE account = ? AND account <> '' AND mailbox = ? AND uidvalidity = ? AND uid BETWEEN ? AND ? ORDER BY uid",
		account, mailbox, uidValidity, from, to)
}

// AllUIDs lists every UID of a mailbox that has an arrival, with its outcome.
func (s *Store) AllUIDs(ctx context.Context, account, mailbox string) ([]UID, error) {
	return list(ctx, s.reads(), "UIDs", func(row scanner) (u UID, err error) {
		return u, row.Scan(&u.UIDValidity, &u.UID, &u.Outcome, &u.ArrivalID, flag{&u.Parked})
	}, `SELECT uidvalidity, uid, outcome, id, parked FROM arrivals WHERE account = ? AND account <> '' AND mailbox = ? ORDER BY uidvalidity, uid`, account, mailbox)
}

// MailboxOutcomes counts the arrivals of a mailbox by what became of them, and those
// that are parked, without those of complaints that are hidden from the person (P8).
func (s *Store) MailboxOutcomes(ctx context.Context, account, mailbox, who string) (by map[complaint.Outcome]int, parked int, err error) {
	type counted struct {
		outcome   complaint.Outcome
		n, parked int
	}
	hidden := complaint.Fold(who)
	rows, err := list(ctx, s.reads(), "outcomes", func(row scanner) (c counted, err error) { return c, row.Scan(&c.outcome, &c.n, &c.parked) },
		`SELECT outcome, COUNT(*), SUM(parked) FROM arrivals WHERE account = ? AND account <> '' AND mailbox = ? AND `+
			notAbout("arrivals.complaint_id")+" AND "+notAbout("arrivals.proposed_id")+" GROUP BY outcome", account, mailbox, hidden, hidden)
	by = map[complaint.Outcome]int{}
	for _, c := range rows {
		by[c.outcome] = c.n
		parked += c.parked
	}
	return by, parked, err
}

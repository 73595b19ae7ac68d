package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
)

var (
	eventCreate = insertInto("events", `id text, subject text, seq bigint, at bigint, actor text, kind text,
		salt text, payload_hash text, prev text, hash text`, "")
	payloadCreate = insertInto("event_payloads", "subject text, seq bigint, payload text", "")
	chainLock     = insertInto("chains", "subject text, head text, count bigint",
		"ON CONFLICT (subject) DO UPDATE SET count = chains.count RETURNING subject, head, count")
	chainSet = insertInto("chains", "subject text, head text, count bigint",
		"ON CONFLICT (subject) DO UPDATE SET head = excluded.head, count = excluded.count")
)

// CreateEvent gathers an event; it is chained behind its subject's last one.
func (t *Tx) CreateEvent(e complaint.Event) { t.events = append(t.events, e) }

// LockHistory locks the history of a subject until the transaction ends: of two changes
// at once the second sees the first.
func (t *Tx) LockHistory(ctx context.Context, subject string) error {
	if err := t.lockChains(ctx, [][]any{{clean(subject), "", int64(0)}}, map[string]end{}); err != nil {
		return fmt.Errorf("store: lock history %s: %w", subject, err)
	}
	return nil
}

// recently is how far back HasEvent looks.
const recently = 500

// HasEvent says whether a history holds the same event since a time: same kind, same
// payload. It looks at the last ones only.
func (t *Tx) HasEvent(ctx context.Context, e complaint.Event, since time.Time) (bool, error) {
	return reading(ctx, t, func() (bool, error) {
		n := 0
		err := t.each(ctx, func(row rows) error { return row.Scan(&n) }, `SELECT count(*) FROM
			(SELECT subject, seq, at, kind FROM events WHERE subject = ? ORDER BY seq DESC LIMIT ?) e
			JOIN event_payloads p ON p.subject = e.subject AND p.seq = e.seq WHERE e.at >= ? AND e.kind = ? AND p.payload = ?`,
			e.Subject, recently, since, e.Kind, string(e.Payload))
		if err != nil {
			return false, fmt.Errorf("store: look for event of %s: %w", e.Subject, err)
		}
		return n > 0, nil
	})
}

// end is the end of a chain.
type end struct {
	head  string
	count int
}

// chainEvents links the gathered events. The upsert gives the ends of the chains in
// one query and locks them until the commit, also those that it has just made. A
// complaint that this transaction made has a chain that nobody else knows.
func (t *Tx) chainEvents(ctx context.Context) error {
	if len(t.events) == 0 {
		return nil
	}
	events := t.events
	t.events = nil
	ends := map[string]end{}
	var subjects []string
	for i := range events {
		e := &events[i]
		// Hashed as it will be read back.
		e.ID, e.Subject, e.Actor, e.Kind, e.At = clean(e.ID), clean(e.Subject), clean(e.Actor), clean(e.Kind), fromMS(toMS(e.At))
		if len(e.Payload) > 0 {
			e.Payload = []byte(clean(string(e.Payload)))
		}
		subjects = append(subjects, e.Subject)
	}
	slices.Sort(subjects) // everybody locks in one order
	subjects = slices.Compact(subjects)
	var locks [][]any
	for _, s := range subjects {
		if !t.fresh[s] {
			locks = append(locks, []any{s, "", int64(0)})
		}
		delete(t.fresh, s) // its chain is there from now on
	}
	if err := t.lockChains(ctx, locks, ends); err != nil {
		return fmt.Errorf("store: chains: %w", err)
	}
	for _, e := range events {
		at := ends[e.Subject]
		e, err := e.Chain(at.head, at.count)
		if err != nil {
			return err
		}
		ends[e.Subject] = end{e.Hash, e.Seq}
		t.add(eventCreate, e.ID, e.Subject, e.Seq, e.At, e.Actor, e.Kind, e.Salt, e.PayloadHash, e.Prev, e.Hash)
		if len(e.Payload) > 0 {
			t.add(payloadCreate, e.Subject, e.Seq, string(e.Payload))
		}
	}
	for _, s := range subjects {
		t.add(chainSet, s, ends[s].head, ends[s].count)
	}
	return nil
}

func (t *Tx) lockChains(ctx context.Context, locks [][]any, ends map[string]end) error {
	for len(locks) > 0 {
		n := min(len(locks), t.d.chunk(chainLock.cols))
		source, args := t.d.rows(chainLock.cols, locks[:n])
		err := t.each(ctx, func(row rows) error {
			var s string
			var e end
			err := row.Scan(&s, &e.head, &e.count)
			ends[s] = e
			return err
		}, chainLock.sql(source), args...)
		if err != nil {
			return err
		}
		locks = locks[n:]
	}
	return nil
}

func scanEvent(row scanner) (e complaint.Event, err error) {
	var payload string
	err = row.Scan(&e.ID, &e.Subject, &e.Seq, ms{&e.At}, &e.Actor, &e.Kind, &e.Salt, &e.PayloadHash, &e.Prev, &e.Hash, optional{&payload})
	if payload != "" {
		e.Payload = []byte(payload)
	}
	return e, err
}

// Events lists the history of a complaint or an arrival, oldest first. An erased
// payload is empty.
func (s *Store) Events(ctx context.Context, subject string) ([]complaint.Event, error) {
	return s.reads().eventsOf(ctx, subject)
}

// Events lists the history of a complaint or an arrival, oldest first.
func (t *Tx) Events(ctx context.Context, subject string) ([]complaint.Event, error) {
	return reading(ctx, t, func() ([]complaint.Event, error) { return t.eventsOf(ctx, subject) })
}

func (c conn) eventsOf(ctx context.Context, subject string) ([]complaint.Event, error) {
	return list(ctx, c, "events", scanEvent, `SELECT e.id, e.subject, e.seq, e.at, e.actor, e.kind, e.salt, e.payload_hash, e.prev, e.hash, p.payload
		FROM events e LEFT JOIN event_payloads p ON p.subject = e.subject AND p.seq = e.seq WHERE e.subject = ? ORDER BY e.seq`, subject)
}

// VerifyAll checks the chain of every subject and yields each with what is wrong
// with it, nil if nothing. A failure to read ends it, with an empty subject.
func (s *Store) VerifyAll(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		after := ""
		for {
			subjects, err := list(ctx, s.reads(), "chains", func(row scanner) (v string, err error) { return v, row.Scan(&v) },
				`SELECT subject FROM chains WHERE subject > ? UNION SELECT subject FROM events WHERE subject > ?
				UNION SELECT id FROM complaints WHERE id > ? ORDER BY subject LIMIT 500`, after, after, after)
			if err != nil {
				yield("", err)
				return
			}
			for _, subject := range subjects {
				if !yield(subject, s.verify(ctx, subject)) {
					return
				}
				after = subject
			}
			if len(subjects) == 0 {
				return
			}
		}
	}
}

// verify reads a chain and its end in one transaction, so that an event written
// meanwhile does not look like damage.
func (s *Store) verify(ctx context.Context, subject string) error {
	tx, err := s.r.BeginTx(ctx, s.d.snapshot())
	if err != nil {
		return fmt.Errorf("store: verify %s: %w", subject, err)
	}
	defer tx.Rollback() // it only read
	c := conn{q: tx, d: s.d}
	at, err := get(ctx, c, "chain", subject, func(row scanner) (e end, err error) { return e, row.Scan(&e.head, &e.count) },
		"SELECT head, count FROM chains WHERE subject = ?", subject)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	events, err := c.eventsOf(ctx, subject)
	if err != nil {
		return err
	}
	if len(events)+at.count == 0 {
		return errors.New("store: its whole history was removed")
	}
	whole := complaint.VerifyChain(events, at.head, at.count, 0)
	if whole == nil {
		return nil
	}
	erased, err := c.erasedUpTo(ctx, subject, events)
	if err != nil || erased == 0 {
		return errors.Join(whole, err)
	}
	return complaint.VerifyChain(events, at.head, at.count, erased)
}

// erasedUpTo is the last event of a history whose payload an erasure may have removed: of
// a complaint the one before it was erased, of what saw it and of what arrived or was
// scanned all. 0 is none.
func (c conn) erasedUpTo(ctx context.Context, subject string, events []complaint.Event) (int, error) {
	for _, e := range slices.Backward(events) {
		if e.Kind == "erased" {
			return e.Seq, nil
		}
	}
	of := strings.TrimPrefix(subject, complaint.ViewHistory(""))
	ids, err := list(ctx, c, "erased", func(row scanner) (v string, err error) { return v, row.Scan(&v) },
		`SELECT complaint_id FROM erased WHERE complaint_id = ? AND complaint_id <> ? UNION ALL SELECT f.id FROM scan_files f WHERE f.id = ? AND f.name = ''
		UNION ALL SELECT a.id FROM arrivals a WHERE a.id = ? AND NOT `+holdsContent, of, subject, of, of)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	return len(events), nil
}

package store

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"ask4.com/skarga/complaint"
)

// NewArrival is an arrival with its bytes. Body is nil when they could not be
// fetched.
type NewArrival struct {
	complaint.Arrival
	Body io.ReadSeeker // read from its start; not closed; a large file in SpoolDir that tells its SHA256 is linked, not copied
	// ClaimedBy commits it as claimed by an owner for a time; empty: by nobody.
	ClaimedBy  string
	ClaimedFor time.Duration
}

const arrivalColumns = `id, channel, account, mailbox, uidvalidity, uid, arrived_at, recorded_at, size, sha256, late,
	outcome, complaint_id, proposed_id, reasons, held, hold_reason, parked, park_reason, damaged, attempts, message_id, content_hash, sender, subject`

var (
	arrivalCreate = insertInto("arrivals", `id text, channel text, account text, mailbox text, uidvalidity bigint, uid bigint, arrived_at bigint, recorded_at bigint,
		size bigint, sha256 text, late bigint, outcome text, complaint_id text, proposed_id text, reasons text, held bigint, hold_reason text, parked bigint,
		park_reason text, damaged text, attempts bigint, message_id text, content_hash text, sender text, subject text, blob text, claim_at bigint, lease_owner text`,
		"ON CONFLICT DO NOTHING RETURNING id")
	arrivalBytesCreate = insertInto("arrival_bytes", "arrival_id text, raw bytea", "")
	arrivalSet         = updateOf("arrivals", `id text, late bigint, outcome text, complaint_id text, proposed_id text, reasons text, held bigint, hold_reason text,
		parked bigint, park_reason text, damaged text, message_id text, content_hash text, sender text, subject text, claim_at bigint, lease_owner text`)
)

func scanArrival(row scanner) (a complaint.Arrival, err error) {
	return a, row.Scan(&a.ID, &a.Channel, &a.Account, &a.Mailbox, &a.UIDValidity, &a.UID, ms{&a.ArrivedAt}, ms{&a.RecordedAt}, &a.Size, &a.SHA256, flag{&a.Late},
		&a.Outcome, optional{&a.ComplaintID}, &a.ProposedID, words{&a.Reasons}, flag{&a.Held}, &a.HoldReason, flag{&a.Parked}, &a.ParkReason,
		words{&a.Damaged}, &a.Attempts, &a.MessageID, &a.ContentHash, &a.From, &a.Subject)
}

// stored says where an arrival's bytes went.
type stored struct {
	raw  []byte // in the database; nil if none or in the folder
	blob string // hash in the folder; empty if none or in the database
	sha  string
	size int64
}

// keepAtOnce is how many large messages are written to the folder at once: each
// waits for the disk, and the disk takes several in one go.
const keepAtOnce = 8

// CreateArrivals commits arrivals with their raw bytes and says for each whether
// it is new: one whose position or ID is known changes nothing. Size, SHA256 and
// RecordedAt are filled in. Large bytes are on disk before the commit, so a crash
// between leaves a file without a row, never a row without its file.
func (s *Store) CreateArrivals(ctx context.Context, arrivals []NewArrival) ([]bool, error) {
	return s.createArrivals(ctx, arrivals, func(conn) error { return nil })
}

// waitAhead is how long a batch of a mailbox waits at most for who judges it.
const waitAhead = 250 * time.Millisecond

// CreateArrivalsAt is CreateArrivals for what was read of one mailbox; the same
// commit records how far that was. It waits a moment while much is not judged yet.
func (s *Store) CreateArrivalsAt(ctx context.Context, account, mailbox string, arrivals []NewArrival, p Position) ([]bool, error) {
	s.arrivalsInHand.wait(ctx, len(arrivals), waitAhead)
	return s.createArrivals(ctx, arrivals, func(c conn) error { return c.setPosition(ctx, account, mailbox, p) })
}

// createArrivals runs also in the transaction that commits the arrivals.
func (s *Store) createArrivals(ctx context.Context, arrivals []NewArrival, also func(conn) error) ([]bool, error) {
	kept := make([]stored, len(arrivals))
	var g errgroup.Group
	g.SetLimit(keepAtOnce)
	for i, a := range arrivals {
		g.Go(func() (err error) {
			if kept[i], err = s.keep(a); err != nil {
				return fmt.Errorf("store: raw bytes of arrival %s: %w", a.ID, err)
			}
			return nil
		})
	}
	err := g.Wait()
	if err != nil {
		return nil, err
	}
	arrivals, now := slices.Clone(arrivals), s.now()
	for i := range arrivals {
		a := &arrivals[i]
		a.Size, a.SHA256 = kept[i].size, kept[i].sha
		if a.RecordedAt.IsZero() {
			a.RecordedAt = now
		}
	}
	handed, aside, claim := s.handArrivals(arrivals, now)
	created := make([]bool, len(arrivals))
	err = s.write(ctx, func(c conn) error {
		if err := s.stillKept(ctx, c, arrivals, kept); err != nil {
			return err
		}
		isNew, err := c.createArrivals(ctx, arrivals, kept, now)
		if err != nil {
			return err
		}
		var raw [][]any
		for i, a := range arrivals {
			if created[i] = isNew[a.ID]; created[i] {
				delete(isNew, a.ID) // a second one with this ID in the call is not new
				if kept[i].raw != nil {
					raw = append(raw, []any{a.ID, kept[i].raw})
				}
			}
		}
		if err := c.run(ctx, arrivalBytesCreate, raw); err != nil {
			return err
		}
		if err := also(c); err != nil {
			return err
		}
		return s.waker.inTx(ctx, c, TopicArrivals)
	})
	var done []complaint.Claimed
	for _, i := range handed {
		if err == nil && created[i] {
			done = append(done, complaint.Claimed{Arrival: asRead(arrivals[i].Arrival), Raw: kept[i].raw})
		}
	}
	s.arrivalsInHand.settle(len(handed), done, claim)
	if err != nil {
		return nil, err
	}
	s.waker.wake(TopicArrivals, aside > 0)
	return created, nil
}

// stillKept makes sure that large bytes are in the folder when the rows that name them
// are written: an erasure may have deleted the same bytes since they were kept.
func (s *Store) stillKept(ctx context.Context, c conn, arrivals []NewArrival, kept []stored) error {
	if !slices.ContainsFunc(kept, func(k stored) bool { return k.blob != "" }) {
		return nil
	}
	if err := c.lockBytes(ctx, false); err != nil {
		return err
	}
	for i, k := range kept {
		if k.blob == "" {
			continue
		}
		there, err := s.blobs.has(k.blob)
		if err == nil && !there {
			_, err = s.keep(arrivals[i])
		}
		if err != nil {
			return fmt.Errorf("store: raw bytes of arrival %s: %w", arrivals[i].ID, err)
		}
	}
	return nil
}

func (c conn) createArrivals(ctx context.Context, arrivals []NewArrival, kept []stored, now time.Time) (map[string]bool, error) {
	isNew := map[string]bool{}
	var rowsOf [][]any
	for i, a := range arrivals {
		k := kept[i]
		claimAt := int64(0)
		if a.ClaimedBy != "" {
			claimAt = toMS(now.Add(a.ClaimedFor))
		}
		rowsOf = append(rowsOf, []any{a.ID, a.Channel, a.Account, a.Mailbox, a.UIDValidity, a.UID, a.ArrivedAt, a.RecordedAt,
			a.Size, a.SHA256, a.Late, a.Outcome, null(a.ComplaintID), a.ProposedID, a.Reasons, a.Held, a.HoldReason, a.Parked,
			a.ParkReason, a.Damaged, a.Attempts, a.MessageID, a.ContentHash, a.From, a.Subject, k.blob, claimAt, a.ClaimedBy})
	}
	for len(rowsOf) > 0 {
		n := min(len(rowsOf), c.d.chunk(arrivalCreate.cols))
		source, args := c.d.rows(arrivalCreate.cols, rowsOf[:n])
		err := c.each(ctx, func(row rows) error {
			var id string
			err := row.Scan(&id)
			isNew[id] = true
			return err
		}, arrivalCreate.sql(source), args...)
		if err != nil {
			return nil, fmt.Errorf("store: create arrivals: %w", err)
		}
		rowsOf = rowsOf[n:]
	}
	return isNew, nil
}

// keep reads the bytes of an arrival, and writes them to the folder if they are
// too large for the database.
func (s *Store) keep(a NewArrival) (stored, error) {
	if a.Body == nil {
		return stored{}, nil
	}
	size, err := a.Body.Seek(0, io.SeekEnd)
	if err != nil {
		return stored{}, err
	}
	if _, err := a.Body.Seek(0, io.SeekStart); err != nil {
		return stored{}, err
	}
	if size > inlineLimit {
		sha, size, err := s.blobs.put(a.Body)
		return stored{blob: sha, sha: sha, size: size}, err
	}
	raw := make([]byte, size)
	if _, err := io.ReadFull(a.Body, raw); err != nil {
		return stored{}, err
	}
	sum := sha256.Sum256(raw)
	return stored{raw: raw, sha: hex.EncodeToString(sum[:]), size: size}, nil
}

// ClaimArrivals leases up to n pending arrivals to an owner, oldest first, parked
// ones when their retry is due, counts the attempt, and gives the raw bytes that are in
// the database. The owner of HandOver gets first what this process recorded.
func (s *Store) ClaimArrivals(ctx context.Context, owner string, n int, lease time.Duration) ([]complaint.Claimed, error) {
	now := s.now()
	handed, all, look := s.arrivalsInHand.take(owner, n, now)
	if all {
		return handed, nil
	}
	arrivals, err := list(ctx, conn{q: s.w, d: s.d}, "arrivals", scanArrival, s.d.claim("arrivals", "lease_owner = ?, claim_at = ?, attempts = attempts + 1",
		"outcome = '' AND claim_at <= ?", "arrived_at, id", arrivalColumns), owner, now.Add(lease), now, n-len(handed))
	if err != nil {
		return handed, err
	}
	s.arrivalsInHand.looked(look, len(handed)+len(arrivals), lease)
	sortBy(arrivals, func(a complaint.Arrival) (time.Time, string) { return a.ArrivedAt, a.ID })
	ids := make([]string, len(arrivals))
	for i, a := range arrivals {
		ids[i] = a.ID
	}
	raw, err := s.reads().bytesOf(ctx, "SELECT arrival_id, raw FROM arrival_bytes WHERE arrival_id IN ", ids)
	if err != nil && ctx.Err() == nil {
		s.opt.Logger.Warn("raw bytes of a batch, each is opened alone", "err", err)
	}
	claimed := handed
	for _, a := range arrivals {
		claimed = append(claimed, complaint.Claimed{Arrival: a, Raw: raw[a.ID]})
	}
	return claimed, nil
}

// sortBy sorts by a time and then an ID: RETURNING has no order.
func sortBy[T any](all []T, key func(T) (time.Time, string)) {
	slices.SortFunc(all, func(a, b T) int {
		at, aid := key(a)
		bt, bid := key(b)
		return cmp.Or(at.Compare(bt), cmp.Compare(aid, bid))
	})
}

// LockArrivals locks arrivals that are not judged yet until the transaction ends,
// and gives for each the owner and the number of its latest claim; judged ones are
// missing. Who was not the latest to claim one must not judge it.
func (t *Tx) LockArrivals(ctx context.Context, ids []string) (map[string]complaint.Claim, error) {
	if err := t.flush(ctx); err != nil {
		return nil, err
	}
	locked := map[string]complaint.Claim{}
	err := chunks(ids, func(part []string) error {
		return t.each(ctx, func(row rows) error {
			var id string
			var c complaint.Claim
			err := row.Scan(&id, &c.Owner, &c.Attempt)
			locked[id] = c
			return err
		}, "SELECT id, lease_owner, attempts FROM arrivals WHERE outcome = '' AND id IN "+in(len(part))+" ORDER BY id"+t.d.locking(), anys(part)...)
	})
	if err != nil {
		return nil, fmt.Errorf("store: lock arrivals: %w", err)
	}
	return locked, nil
}

// OpenRaw gives the raw bytes of an arrival; nil without an error when it has none.
func (s *Store) OpenRaw(ctx context.Context, arrivalID string) (io.ReadSeekCloser, error) {
	type where struct {
		blob string
		raw  []byte
	}
	w, err := get(ctx, s.reads(), "arrival", arrivalID, func(row scanner) (w where, err error) {
		return w, row.Scan(&w.blob, &w.raw)
	}, "SELECT a.blob, b.raw FROM arrivals a LEFT JOIN arrival_bytes b ON b.arrival_id = a.id WHERE a.id = ?", arrivalID)
	switch {
	case err != nil:
		return nil, err
	case w.raw != nil:
		return inline{bytes.NewReader(w.raw)}, nil
	case w.blob == "":
		return nil, nil
	}
	f, err := s.blobs.open(w.blob)
	if errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("store: raw bytes of arrival %s are missing in %s: %w", arrivalID, s.opt.BlobDir, err)
	}
	return f, err
}

// OpenArrival is OpenRaw for an arrival that was just claimed: large bytes are opened
// where the arrival says.
func (s *Store) OpenArrival(ctx context.Context, a complaint.Arrival) (io.ReadSeekCloser, error) {
	if a.Size > inlineLimit {
		if f, err := s.blobs.open(a.SHA256); err == nil {
			return f, nil
		}
	}
	return s.OpenRaw(ctx, a.ID)
}

// ParkArrival marks an arrival whose processing failed. It stays pending and is
// claimed again at retryAt; with the zero time only after RetryArrival.
func (s *Store) ParkArrival(ctx context.Context, arrivalID, reason string, retryAt time.Time) error {
	at := toMS(retryAt)
	if retryAt.IsZero() {
		at = maxMS
	}
	return s.setOne(ctx, "arrival", arrivalID, "UPDATE arrivals SET parked = 1, park_reason = ?, claim_at = ?, lease_owner = '' WHERE id = ? AND outcome = ''",
		reason, at, arrivalID)
}

// RetryArrival lets a parked arrival be claimed at once.
func (s *Store) RetryArrival(ctx context.Context, arrivalID string) error {
	err := s.setOne(ctx, "arrival", arrivalID, "UPDATE arrivals SET claim_at = 0 WHERE id = ? AND outcome = '' AND parked = 1", arrivalID)
	if err == nil {
		s.Notify(TopicArrivals)
	}
	return err
}

// setOne changes one row that must be there.
func (s *Store) setOne(ctx context.Context, what, name, query string, args ...any) error {
	return s.write(ctx, func(c conn) error {
		n, err := c.exec(ctx, query, args...)
		switch {
		case err != nil:
			return fmt.Errorf("store: set %s %s: %w", what, name, err)
		case n == 0:
			return fmt.Errorf("store: set %s %s: no such %s: %w", what, name, what, ErrNotFound)
		}
		return nil
	})
}

// SetArrival gathers the judged fields of an arrival and ends its lease.
func (t *Tx) SetArrival(a complaint.Arrival) {
	t.add(arrivalSet, a.ID, a.Late, a.Outcome, null(a.ComplaintID), a.ProposedID, a.Reasons, a.Held, a.HoldReason,
		a.Parked, a.ParkReason, a.Damaged, a.MessageID, a.ContentHash, a.From, a.Subject, int64(0), "")
}

// GetArrival reads an arrival.
func (t *Tx) GetArrival(ctx context.Context, id string) (complaint.Arrival, error) {
	return reading(ctx, t, func() (complaint.Arrival, error) { return t.arrival(ctx, id) })
}

// GetArrival reads an arrival.
func (s *Store) GetArrival(ctx context.Context, id string) (complaint.Arrival, error) {
	return s.reads().arrival(ctx, id)
}

func (c conn) arrival(ctx context.Context, id string) (complaint.Arrival, error) {
	return get(ctx, c, "arrival", id, scanArrival, "SELECT "+arrivalColumns+" FROM arrivals WHERE id = ?", id)
}

// ArrivalsOf lists what arrived on a complaint, oldest first.
func (t *Tx) ArrivalsOf(ctx context.Context, complaintID string) ([]complaint.Arrival, error) {
	return reading(ctx, t, func() ([]complaint.Arrival, error) { return t.arrivalsOf(ctx, complaintID) })
}

func (c conn) arrivalsOf(ctx context.Context, complaintID string) ([]complaint.Arrival, error) {
	return list(ctx, c, "arrivals", scanArrival, "SELECT "+arrivalColumns+" FROM arrivals WHERE complaint_id = ? ORDER BY arrived_at, id", complaintID)
}

// ArrivalsOfOpen lists what arrived on complaints that have not ended, behind an
// arrival, at most n, in the order of their IDs.
func (s *Store) ArrivalsOfOpen(ctx context.Context, after string, n int) ([]complaint.Arrival, error) {
	return list(ctx, s.reads(), "arrivals", scanArrival, "SELECT "+arrivalColumns+` FROM arrivals WHERE id > ? AND outcome IN ('complaint', 'correspondence')
		AND complaint_id IN (SELECT id FROM complaints WHERE closed_at = 0) ORDER BY id LIMIT ?`, after, n)
}

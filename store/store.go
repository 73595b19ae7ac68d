// Package store keeps everything: one schema and one set of queries for SQLite
// and PostgreSQL, and the raw bytes of what arrived (DESIGN, Storage). What
// differs between the two stands in sqlite.go and postgres.go.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"ask4.com/skarga/complaint"
)

// ErrNotFound is wrapped by every read of one thing that is not there.
var ErrNotFound = errors.New("not found")

// Options say which database to open.
type Options struct {
	Driver   string           // "sqlite" or "postgres"
	DSN      string           // path of the file, or PostgreSQL URL or keywords
	BlobDir  string           // folder of raw bytes too large for the database; made when missing
	Now      func() time.Time // nil means time.Now
	Logger   *slog.Logger     // nil means slog.Default
	MaxConns int              // readers on SQLite; on PostgreSQL writers, and half as many readers; 0 means 8
}

// Store is an open database with its folder of large raw bytes. It is safe for
// use by many goroutines.
type Store struct {
	opt   Options
	d     dialect
	w     *sql.DB // writes; on SQLite one connection
	r     *sql.DB // reads outside of transactions
	blobs blobs
	waker *waker

	arrivalsInHand   hand[complaint.Claimed]
	deliveriesInHand hand[complaint.Delivery]

	mu    sync.Mutex
	locks map[string]bool // names held by TryLock in this process (SQLite)
}

// Open opens the database. It does not change the schema; see Migrate.
func Open(ctx context.Context, opt Options) (*Store, error) {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Logger == nil {
		opt.Logger = slog.Default()
	}
	if opt.MaxConns == 0 {
		opt.MaxConns = 8
	}
	s := &Store{opt: opt, blobs: newFolder(opt.BlobDir), locks: map[string]bool{}}
	var err error
	switch opt.Driver {
	case "sqlite":
		s.d = sqlite{}
		s.w, s.r, err = openSQLite(opt)
	case "postgres":
		s.d = postgres{}
		s.w, s.r, err = openPostgres(opt)
	default:
		return nil, fmt.Errorf("store: unknown driver %q; sqlite and postgres are known", opt.Driver)
	}
	if err != nil {
		return nil, fmt.Errorf("store: open %s: %w", opt.Driver, err)
	}
	if err := s.Ping(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.waker, err = newWaker(ctx, s)
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close closes the database.
func (s *Store) Close() error {
	var err error
	if s.waker != nil {
		err = s.waker.close()
	}
	if err = errors.Join(err, s.r.Close(), s.w.Close()); err != nil {
		return fmt.Errorf("store: close: %w", err)
	}
	return nil
}

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	if err := s.w.QueryRowContext(ctx, "SELECT 1").Scan(&one); err != nil {
		return fmt.Errorf("store: %s does not answer: %w", s.opt.Driver, err)
	}
	if err := s.r.QueryRowContext(ctx, "SELECT 1").Scan(&one); err != nil {
		return fmt.Errorf("store: %s does not answer: %w", s.opt.Driver, err)
	}
	return nil
}

// now is the present in the resolution of the database.
func (s *Store) now() time.Time { return s.opt.Now() }

// reads runs queries outside of a transaction.
func (s *Store) reads() conn { return conn{q: s.r, d: s.d} }

// deadlockTries is how often a transaction is tried that the database ended so that
// another could go on.
const deadlockTries = 4

// write runs fn in one transaction on the writing side; after a deadlock once more.
func (s *Store) write(ctx context.Context, fn func(conn) error) error {
	for try := 1; ; try++ {
		err := s.writeOnce(ctx, fn)
		if err != nil && ctx.Err() != nil && !errors.Is(err, ctx.Err()) {
			return fmt.Errorf("%w: %w", ctx.Err(), err) // the driver says that the line was cut
		}
		if err == nil || try == deadlockTries || !s.d.deadlock(err) {
			return err
		}
	}
}

func (s *Store) writeOnce(ctx context.Context, fn func(conn) error) error {
	tx, err := s.w.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("store: begin: %w", err)
	}
	defer tx.Rollback() // does nothing after Commit
	if err := fn(conn{q: tx, d: s.d}); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		if errors.Is(err, sql.ErrTxDone) && ctx.Err() != nil {
			err = ctx.Err() // it was rolled back because of that
		}
		return fmt.Errorf("store: commit: %w", err)
	}
	return nil
}

// InTx runs fn in one transaction. Its writes are gathered and sent together;
// they are durable when InTx returns nil. An error of fn rolls everything back. After a
// deadlock fn runs again.
func (s *Store) InTx(ctx context.Context, fn func(*Tx) error) error {
	var wake bool
	var tx *Tx
	err := s.write(ctx, func(c conn) error {
		if tx != nil { // fn runs again
			tx.hand.settle(len(tx.handed), nil, tx.claim)
		}
		tx = &Tx{conn: c, now: s.now(), clock: s.now, hand: &s.deliveriesInHand}
		if err := fn(tx); err != nil {
			return err
		}
		if err := tx.flush(ctx); err != nil {
			return err
		}
		if wake = tx.queued; wake {
			return s.waker.inTx(ctx, c, TopicDeliveries)
		}
		return nil
	})
	if tx != nil {
		reserved := len(tx.handed)
		if err != nil {
			tx.handed = nil
		}
		tx.hand.settle(reserved, tx.handed, tx.claim)
	}
	if err == nil && wake {
		s.waker.wake(TopicDeliveries, tx.aside)
	}
	return err
}

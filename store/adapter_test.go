package store_test

import (
	"context"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/internal/testserver"
	"ask4.com/skarga/mailer"
	"ask4.com/skarga/store"
)

// forMailer shows that the store fits the mailer with one small method.
type forMailer struct{ *store.Store }

func (f forMailer) InTx(ctx context.Context, fn func(mailer.Tx) error) error {
	return f.Store.InTx(ctx, func(tx *store.Tx) error { return fn(tx) })
}

var _ mailer.Store = forMailer{}

// clock is a time that tests move.
type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

// openEach runs a test on an empty database of each kind. reopen opens the same
// database again, as another node would.
func openEach(t *testing.T, test func(t *testing.T, s *store.Store, c *clock, reopen func() *store.Store)) {
	t.Helper()
	for _, driver := range []string{"sqlite", "postgres"} {
		t.Run(driver, func(t *testing.T) {
			t.Parallel()
			s, c, reopen := openOne(t, driver)
			if err := s.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			test(t, s, c, reopen)
		})
	}
}

func openOne(t testing.TB, driver string) (*store.Store, *clock, func() *store.Store) {
	t.Helper()
	dir := t.TempDir()
	c := &clock{monday}
	opt := store.Options{Driver: driver, DSN: dir + "/a b?#.db", BlobDir: dir + "/blobs", Now: c.now}
	if driver == "postgres" {
		opt.DSN = testserver.Postgres(t)
	}
	open := func() *store.Store {
		s, err := store.Open(context.Background(), opt)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
		return s
	}
	return open(), c, open
}

func newComplaint(id string) complaint.Complaint {
	return complaint.Complaint{ID: id, Reference: complaint.Reference("ASK4-26-" + id), Channel: complaint.ChannelEmail, Stage: complaint.StageReceived,
		Language: complaint.Polish, Subject: "Brak internetu", Summary: "Zażółć gęślą", CustomerName: "Łucja Żak", CustomerAddress: "Lucja@example.pl",
		ReplyBy: complaint.ByEmail, ReceivedAt: monday, RegisteredAt: monday.Add(time.Second), Provisional: true}
}

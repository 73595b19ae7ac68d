package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
)

func TestEventsAreChained(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, _ *clock, reopen func() *store.Store) {
		var wg sync.WaitGroup
		for n, node := range []*store.Store{s, reopen(), reopen()} {
			wg.Go(func() {
				for i := range 5 {
					err := node.InTx(context.Background(), func(tx *store.Tx) error {
						for _, subject := range []string{"c2", "c1", "c1"} {
							tx.CreateEvent(complaint.Event{ID: fmt.Sprintf("e%d-%d-%s", n, i, subject), Subject: subject, At: monday.Add(1500 * time.Microsecond),
								Actor: "skarga", Kind: "arrived", Payload: []byte(`{"name":"Łucja \u0000"}`)})
						}
						return nil
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		events := must[[]complaint.Event](t)(s.Events(t.Context(), "c1"))
		if len(events) != 30 || events[29].Seq != 30 {
			t.Fatalf("%d events", len(events))
		}
		n := 0
		for subject, err := range s.VerifyAll(t.Context()) {
			if n++; err != nil {
				t.Errorf("%s: %v", subject, err)
			}
		}
		if n != 2 {
			t.Errorf("%d chains verified, want 2", n)
		}
	})
}

// A changed event shows, as do a cut-off tail, a payload that is gone without an erasure,
// and a complaint without any history.
func TestTamperingShows(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := must[*store.Store](t)(store.Open(t.Context(), store.Options{Driver: "sqlite", DSN: dir + "/s.db", BlobDir: dir}))
	defer s.Close()
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	inTx(t, s, func(tx *store.Tx) error {
		for _, subject := range []string{"changed", "cut", "erased", "emptied", "gone"} {
			for i := range 3 {
				tx.CreateEvent(complaint.Event{ID: fmt.Sprint(subject, i), Subject: subject, At: monday, Actor: "a", Kind: "k", Payload: []byte(`{}`)})
			}
		}
		tx.CreateEvent(complaint.Event{ID: "erasure", Subject: "erased", At: monday, Actor: "a", Kind: "erased", Payload: []byte(`{}`)})
		tx.CreateComplaint(complaint.Complaint{ID: "gone", Reference: "ASK4-26-AAAAA-A", Channel: complaint.ChannelEmail, Stage: complaint.StageReceived, ReceivedAt: monday, RegisteredAt: monday, ReplyBy: complaint.ByEmail}, nil, nil, nil)
		return nil
	})
	db := must[*sql.DB](t)(sql.Open("sqlite", dir+"/s.db"))
	defer db.Close()
	for _, q := range []string{"UPDATE events SET actor = 'b' WHERE id = 'changed1'", "DELETE FROM events WHERE id = 'cut2'", "DELETE FROM event_payloads WHERE subject = 'erased' AND seq < 4 OR subject = 'emptied' AND seq = 2",
		"DELETE FROM event_payloads WHERE subject = 'gone'", "DELETE FROM events WHERE subject = 'gone'", "DELETE FROM chains WHERE subject = 'gone'"} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	n := 0
	for subject, err := range s.VerifyAll(t.Context()) {
		if n++; (err != nil) != (subject != "erased") {
			t.Errorf("%s: %v", subject, err)
		}
	}
	if n != 5 {
		t.Errorf("%d histories verified, want 5", n)
	}
}

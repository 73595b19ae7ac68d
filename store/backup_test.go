package store_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
)

// filled puts something of everything that matters into a store.
func filled(t *testing.T, s *store.Store) {
	t.Helper()
	large := arrival(2, strings.Repeat("large ", 100_000))
	odd := arrival(3, "NUL \x00 and \xff are in raw bytes")
	if _, err := s.CreateArrivals(t.Context(), []store.NewArrival{arrival(1, "small"), large, odd}); err != nil {
		t.Fatal(err)
	}
	must[[]store.Key](t)(s.SigningKeys(t.Context()))
	inTx(t, s, func(tx *store.Tx) error {
		c := newComplaint("c1")
		c.Subject = "żółw \\ \"quoted\"\nand broken"
		tx.CreateComplaint(c, []complaint.Party{{Address: "a@b.example", Role: "customer"}},
			[]complaint.Detail{{Kind: complaint.DetailRoom, Value: "12B", Confidence: 0.75}},
			[]complaint.Obligation{{ID: "o1", Kind: complaint.Acknowledge, Round: 1, State: complaint.Open, TriggerAt: monday, DueAt: monday.Add(24 * time.Hour), CeilingAt: monday.Add(24 * time.Hour)}})
		for _, d := range []complaint.Delivery{{ID: "d1", Status: complaint.Queued, Kind: "acknowledgement"}, {ID: "d2", Status: complaint.Sent, Kind: "update", SentAt: monday}} {
			d.ComplaintID, d.Recipient, d.QueuedAt, d.NextAt, d.Bytes = "c1", "a@b.example", monday, monday, []byte("From: us\r\n\r\n\x00\xff")
			tx.CreateDelivery(d)
		}
		tx.CreateEvent(complaint.Event{ID: "e1", Subject: "c1", At: monday, Actor: "skarga", Kind: "received", Payload: json.RawMessage(`{"a":1}`)})
		tx.CreateDecision(complaint.Decision{ID: "x1", ArrivalID: "a00003", At: monday, Actor: "Anna", Action: "release", Before: []byte{}}) // as an erasure leaves it
		a, err := tx.GetArrival(t.Context(), "a00001")
		a.Outcome, a.ComplaintID = complaint.ToComplaint, "c1"
		tx.SetArrival(a)
		return err
	})
}

func TestBackupIsRestoredOnEitherDatabase(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, from *store.Store, _ *clock, _ func() *store.Store) {
		filled(t, from)
		var file bytes.Buffer
		counts := must[store.Counts](t)(from.Backup(t.Context(), &file, nil))
		if counts.Rows["arrivals"] != 3 || counts.Rows["complaints"] != 1 || counts.Rows["keys"] != 1 || counts.Large != 1 {
			t.Errorf("backed up %+v", counts)
		}
		for _, driver := range []string{"sqlite", "postgres"} {
			to, _, _ := openOne(t, driver)
			done := must[store.Restored](t)(to.Restore(t.Context(), bytes.NewReader(file.Bytes()), nil))
			if diff := cmp.Diff(counts, done.Counts); diff != "" || done.Withheld != 1 {
				t.Errorf("%s: withheld %d, counts (-backup +restore):\n%s", driver, done.Withheld, diff)
			}
			sameStore(t, from, to)
			if _, err := to.Restore(t.Context(), bytes.NewReader(file.Bytes()), nil); !errors.Is(err, store.ErrNotEmpty) {
				t.Errorf("%s: restored over records: %v", driver, err)
			}
		}
	})
}

// sameStore compares what a restored store holds with the original. What was queued
// there waits for a person here.
func sameStore(t *testing.T, from, to *store.Store) {
	t.Helper()
	want := must[store.View](t)(from.ComplaintView(t.Context(), newComplaint("c1").Reference))
	got := must[store.View](t)(to.ComplaintView(t.Context(), newComplaint("c1").Reference))
	if diff := cmp.Diff(want.Complaint, got.Complaint) + cmp.Diff(want.Details, got.Details) + cmp.Diff(want.Obligations, got.Obligations) +
		cmp.Diff(want.Parties, got.Parties) + cmp.Diff(want.Events, got.Events[:len(want.Events)]); diff != "" {
		t.Errorf("(-original +restored):\n%s", diff)
	}
	if a := got.Arrivals[0]; !a.Held || a.HoldReason == "" {
		t.Errorf("the unsent acknowledgement does not wait for a person: %+v", a)
	}
	for _, d := range got.Deliveries {
		if d.Status == complaint.Queued {
			t.Errorf("delivery %s would be sent again", d.ID)
		}
	}
	if diff := cmp.Diff(must[[]store.Key](t)(from.SigningKeys(t.Context())), must[[]store.Key](t)(to.SigningKeys(t.Context()))); diff != "" {
		t.Errorf("keys (-original +restored):\n%s", diff)
	}
	for _, id := range []string{"a00001", "a00002", "a00003"} {
		var both [2][]byte
		for i, s := range []*store.Store{from, to} {
			raw := must[io.ReadSeekCloser](t)(s.OpenRaw(t.Context(), id))
			both[i] = must[[]byte](t)(io.ReadAll(raw))
			if err := raw.Close(); err != nil {
				t.Error(err)
			}
		}
		if !bytes.Equal(both[0], both[1]) || len(both[0]) == 0 {
			t.Errorf("raw bytes of %s: %d and %d", id, len(both[0]), len(both[1]))
		}
	}
	for subject, err := range to.VerifyAll(t.Context()) {
		if err != nil {
			t.Errorf("history of %s: %v", subject, err)
		}
	}
}

func TestBrokenBackupLeavesNothing(t *testing.T) {
	t.Parallel()
	from, _, _ := openOne(t, "sqlite")
	if err := from.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	filled(t, from)
	var file bytes.Buffer
	must[store.Counts](t)(from.Backup(t.Context(), &file, nil))
	whole := file.Bytes()
	to, _, _ := openOne(t, "sqlite")
	for _, n := range []int{0, 10, len(whole) / 3, len(whole) / 2, len(whole) - 40, len(whole) - 1} {
		if _, err := to.Restore(context.Background(), bytes.NewReader(whole[:n]), nil); err == nil {
			t.Fatalf("%d of %d bytes were taken for a whole backup", n, len(whole))
		}
	}
	must[store.Restored](t)(to.Restore(t.Context(), bytes.NewReader(whole), nil)) // it is empty still
}

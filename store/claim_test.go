package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
	"github.com/google/go-cmp/cmp"
)

func TestClaimersNeverShare(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, c *clock, reopen func() *store.Store) {
		var all []store.NewArrival
		for i := range 200 {
			all = append(all, arrival(i+1, "x"))
		}
		must[[]bool](t)(s.CreateArrivals(t.Context(), all))
		c.at = monday.Add(time.Hour)
		var mu sync.Mutex
		seen := map[string]string{}
		var wg sync.WaitGroup
		for n, node := range []*store.Store{s, reopen(), reopen(), reopen()} {
			owner := fmt.Sprint("node", n)
			wg.Go(func() {
				for {
					got, err := node.ClaimArrivals(context.Background(), owner, 7, time.Minute)
					if err != nil || len(got) == 0 {
						if err != nil {
							t.Error(err)
						}
						return
					}
					mu.Lock()
					for _, a := range got {
						if seen[a.ID] != "" {
							t.Errorf("%s claimed by %s and %s", a.ID, seen[a.ID], owner)
						}
						seen[a.ID] = owner
					}
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		if len(seen) != 200 {
			t.Errorf("claimed %d of 200", len(seen))
		}
		c.at = c.at.Add(2 * time.Minute) // the leases ran out
		got := must[[]complaint.Claimed](t)(s.ClaimArrivals(t.Context(), "late", 3, time.Minute))
		if len(got) != 3 || got[0].ID != "a00001" || got[0].Attempts != 2 {
			t.Errorf("claimed after the leases ended: %+v", got)
		}
		if err := s.ParkArrival(t.Context(), "a00001", "broken", time.Time{}); err != nil {
			t.Error(err)
		}
		if err := s.ReleaseLeases(t.Context(), "late"); err != nil {
			t.Error(err)
		}
		got = must[[]complaint.Claimed](t)(s.ClaimArrivals(t.Context(), "next", 1, time.Minute))
		if len(got) != 1 || got[0].ID != "a00002" {
			t.Errorf("parked for a person, yet claimed: %+v", got)
		}
	})
}

func TestOneIdentityIsFirst(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, _ *clock, reopen func() *store.Store) {
		var all []store.NewArrival
		for i := range 8 {
			all = append(all, arrival(i+1, "x"))
		}
		must[[]bool](t)(s.CreateArrivals(t.Context(), all))
		firsts := make([]string, len(all))
		var wg sync.WaitGroup
		for i, a := range all {
			node := s
			if i%2 == 1 {
				node = reopen()
			}
			wg.Go(func() {
				err := node.InTx(context.Background(), func(tx *store.Tx) error {
					known, err := tx.RegisterIdentities(context.Background(), []complaint.Identity{{ArrivalID: a.ID, MessageID: "m@x", ContentHash: "h1"}, {ArrivalID: a.ID, MessageID: "other" + a.ID, ContentHash: "h"}})
					if err == nil {
						firsts[i] = known[0].FirstArrivalID
					}
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if slices.Sort(firsts); firsts[0] == "" || len(slices.Compact(slices.Clone(firsts))) != 1 {
			t.Errorf("several were first: %v", firsts)
		}
		inTx(t, s, func(tx *store.Tx) error {
			tx.CreateComplaint(newComplaint("c1"), nil, nil, nil)
			tx.SetArrival(complaint.Arrival{ID: firsts[0], Outcome: complaint.ToComplaint, ComplaintID: "c1"})
			known, err := tx.RegisterIdentities(t.Context(), []complaint.Identity{{ArrivalID: "a00001", MessageID: "m@x", ContentHash: "h2"}, {ArrivalID: "a00002", MessageID: "m@x", ContentHash: "h1"}})
			if err != nil {
				return err
			}
			if k := known[1]; k.FirstArrivalID != firsts[0] || k.FirstComplaintID != "c1" {
				t.Errorf("duplicate: %+v", k)
			}
			if k := known[0]; k.FirstArrivalID != "a00001" || (firsts[0] != "a00001" && k.SameIDComplaint != "c1") {
				t.Errorf("same Message-ID, other content: %+v", k)
			}
			return nil
		})
	})
}

func TestDeliveryIsClaimedWhenDue(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, c *clock, reopen func() *store.Store) {
		ours, others := s.Wake(store.TopicDeliveries), reopen().Wake(store.TopicDeliveries)
		d := complaint.Delivery{ID: "d1", ComplaintID: "c1", Kind: "acknowledgement", Way: complaint.ByEmail, Recipient: "Łucja@Example.pl", EnvelopeFrom: "b@ask4.example", EnvID: "env1",
			MessageID: "m1@ask4", Status: complaint.Queued, QueuedAt: monday, NextAt: monday, Bytes: []byte("Subject: x\r\n\r\n\x00\xff")}
		later := d
		later.ID, later.ComplaintID, later.NextAt, later.MessageID, later.EnvID = "d2", "", monday.Add(time.Hour), "", ""
		inTx(t, s, func(tx *store.Tx) error {
			tx.CreateDelivery(d)
			tx.CreateDelivery(later)
			tx.CreateComplaint(newComplaint("c1"), nil, nil, nil)
			got, ok, err := tx.DeliveryByEnvID(t.Context(), "env1")
			if !ok || got.ID != "d1" || err != nil {
				t.Errorf("by ENVID: %v %v %v", got.ID, ok, err)
			}
			if _, ok, err = tx.DeliveryByMessageID(t.Context(), ""); ok || err != nil {
				t.Errorf("by an empty Message-ID: %v %v", ok, err)
			}
			n, err := tx.CountAcknowledgements(t.Context(), []string{"łucja@example.pl", "x@y"}, monday)
			if n["łucja@example.pl"] != 2 {
				t.Errorf("acknowledgements %v", n)
			}
			return err
		})
		<-ours
		if _, ok := any(s).(*store.Store); ok && strings.HasSuffix(t.Name(), "postgres") {
			s.Notify(store.TopicDeliveries)
			<-others
		}
		got := must[[]complaint.Delivery](t)(s.ClaimDeliveries(t.Context(), "me", 9, time.Minute))
		if d := cmp.Diff([]complaint.Delivery{d}, got); d != "" {
			t.Fatalf("claimed (-want +got):\n%s", d)
		}
		if again := must[[]complaint.Delivery](t)(s.ClaimDeliveries(t.Context(), "you", 9, time.Minute)); len(again) != 0 {
			t.Errorf("claimed twice: %v", again)
		}
		c.at = monday.Add(50 * time.Second)
		if err := s.RenewDeliveries(t.Context(), "me", []string{"d1"}, time.Minute); err != nil {
			t.Error(err)
		}
		c.at = monday.Add(100 * time.Second)
		if again := must[[]complaint.Delivery](t)(s.ClaimDeliveries(t.Context(), "you", 9, time.Minute)); len(again) != 0 {
			t.Errorf("claimed in spite of the renewed lease: %v", again)
		}
		inTx(t, s, func(tx *store.Tx) error {
			d.Status, d.SentAt, d.Attempts = complaint.Sent, c.at, 1
			tx.SetDelivery(d)
			return nil
		})
		if d := cmp.Diff(d, must[complaint.Delivery](t)(s.Delivery(t.Context(), "d1"))); d != "" {
			t.Errorf("after sending (-want +got):\n%s", d)
		}
	})
}

func TestMailboxLeaseLockAndKeys(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, c *clock, reopen func() *store.Store) {
		lease := func(owner string, want bool) {
			t.Helper()
			if got := must[bool](t)(s.LeaseMailbox(t.Context(), owner, "main", "INBOX", time.Minute)); got != want {
				t.Errorf("lease for %s: %v", owner, got)
			}
		}
		lease("a", true)
		lease("b", false)
		lease("a", true)
		want := store.Position{UIDValidity: 7, UID: 4294967295, StartedAt: monday}
		if err := s.SetPosition(t.Context(), "main", "INBOX", want); err != nil {
			t.Error(err)
		}
		if d := cmp.Diff(want, must[store.Position](t)(s.Position(t.Context(), "main", "INBOX"))); d != "" {
			t.Error(d)
		}
		lease("b", false)
		c.at = monday.Add(2 * time.Minute)
		lease("b", true)

		release, ok, err := s.TryLock(t.Context(), "clock")
		if !ok || err != nil {
			t.Fatalf("lock: %v %v", ok, err)
		}
		if _, ok, err := s.TryLock(t.Context(), "clock"); ok || err != nil {
			t.Errorf("locked twice: %v", err)
		}
		release()
		if release, ok, err = s.TryLock(t.Context(), "clock"); !ok || err != nil {
			t.Errorf("after release: %v %v", ok, err)
		} else {
			release()
		}

		first := must[[]store.Key](t)(s.SigningKeys(t.Context()))
		if d := cmp.Diff(first, must[[]store.Key](t)(reopen().SigningKeys(t.Context()))); d != "" || len(first) != 1 {
			t.Errorf("another node has other keys: %s", d)
		}
		if err := s.RotateKey(t.Context()); err != nil {
			t.Error(err)
		}
		if keys := must[[]store.Key](t)(s.SigningKeys(t.Context())); len(keys) != 2 || keys[1].ID != first[0].ID {
			t.Errorf("after rotation: %v", keys)
		}
		if err := s.SetSetting(t.Context(), "x", "1"); err != nil {
			t.Error(err)
		}
		if v := must[string](t)(s.Setting(t.Context(), "x")); v != "1" {
			t.Errorf("setting %q", v)
		}
	})
}

// TestWakeEndsWithTheStore: one signal comes of several topics, and who waits for it is
// not left waiting when the store is closed.
func TestWakeEndsWithTheStore(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, _ *store.Store, _ *clock, reopen func() *store.Store) {
		s := reopen()
		wake := s.Wake(store.TopicCases, store.TopicScans)
		s.Notify(store.TopicScans)
		<-wake
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		for range wake {
		}
	})
}

package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
	"github.com/google/go-cmp/cmp"
)

// due is a delivery that can leave at once.
func due(id string) complaint.Delivery {
	return complaint.Delivery{ID: id, Kind: "acknowledgement", Way: complaint.ByEmail, Recipient: "łucja@example.pl", Status: complaint.Queued,
		QueuedAt: monday, NextAt: monday, Bytes: []byte("Subject: x\r\n\r\n" + id)}
}

// queue commits deliveries.
func queue(t *testing.T, s *store.Store, all ...complaint.Delivery) {
	t.Helper()
	inTx(t, s, func(tx *store.Tx) error {
		for _, d := range all {
			tx.CreateDelivery(d)
		}
		return nil
	})
}

// claimedBy claims up to n deliveries and gives their IDs.
func claimedBy(t *testing.T, s *store.Store, owner string, n int) (ids []string) {
	t.Helper()
	for _, d := range must[[]complaint.Delivery](t)(s.ClaimDeliveries(t.Context(), owner, n, time.Minute)) {
		ids = append(ids, d.ID)
	}
	return ids
}

// TestWhatWasCommittedPassesOn: what a process commits is claimed for the owner who asks
// there, nobody else gets it before the lease is over, and it is what the table holds.
func TestWhatWasCommittedPassesOn(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, c *clock, reopen func() *store.Store) {
		other := reopen()
		s.HandOver(store.TopicDeliveries, "me")
		s.HandOver(store.TopicArrivals, "me")
		queue(t, s, due("d0"))
		if got := claimedBy(t, other, "other", 9); !slices.Equal(got, []string{"d0"}) {
			t.Fatalf("before the first look at the table, another claims %q, want d0", got)
		}
		inTx(t, s, func(tx *store.Tx) error {
			d := due("d0")
			d.Status = complaint.Sent
			tx.SetDelivery(d)
			return nil
		})
		if got := claimedBy(t, s, "me", 9); len(got) > 0 {
			t.Fatalf("claimed %q of nothing", got)
		}
		if got := must[[]complaint.Claimed](t)(s.ClaimArrivals(t.Context(), "me", 9, time.Minute)); len(got) > 0 {
			t.Fatalf("claimed %v of nothing", got)
		}
		odd := due("d1")
		odd.Way, odd.Recipient, odd.NextAt = "", "a\x00b\xff@example.pl", monday.Add(-1234567*time.Nanosecond).In(time.FixedZone("", 3600))
		queue(t, s, odd)
		a := arrival(1, "Subject: \xff\r\n\r\nno internet\x00")
		a.Damaged, a.ArrivedAt = []string{"fetch: \x00odd\xff\xff"}, monday.Add(987654*time.Nanosecond)
		if _, err := s.CreateArrivals(t.Context(), []store.NewArrival{a}); err != nil {
			t.Fatal(err)
		}
		if got := claimedBy(t, other, "other", 9); len(got) > 0 {
			t.Errorf("another claimed %q", got)
		}
		deliveries := must[[]complaint.Delivery](t)(s.ClaimDeliveries(t.Context(), "me", 9, time.Minute))
		arrivals := must[[]complaint.Claimed](t)(s.ClaimArrivals(t.Context(), "me", 9, time.Minute))
		if len(deliveries) != 1 || len(arrivals) != 1 || arrivals[0].Attempts != 1 {
			t.Fatalf("passed on: %v, %v", deliveries, arrivals)
		}
		inTx(t, s, func(tx *store.Tx) error {
			claims, err := tx.LockArrivals(t.Context(), []string{a.ID})
			if claims[a.ID] != (complaint.Claim{Owner: "me", Attempt: 1}) {
				t.Errorf("the claim on record is %+v", claims[a.ID])
			}
			return err
		})
		c.at = c.at.Add(2 * time.Minute)
		again := must[[]complaint.Claimed](t)(other.ClaimArrivals(t.Context(), "other", 9, time.Minute))
		for i := range again {
			again[i].Attempts--
		}
		if d := cmp.Diff(again, arrivals); d != "" {
			t.Errorf("arrivals as the table has them (-) and as they were passed on (+):\n%s", d)
		}
		if d := cmp.Diff(must[[]complaint.Delivery](t)(other.ClaimDeliveries(t.Context(), "other", 9, time.Minute)), deliveries); d != "" {
			t.Errorf("deliveries as the table has them (-) and as they were passed on (+):\n%s", d)
		}
	})
}

// TestWhatDoesNotLeavePassesNowhere: what was not committed, was withdrawn at once or is
// not due yet is not passed on.
func TestWhatDoesNotLeavePassesNowhere(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, _ *clock, _ func() *store.Store) {
		s.HandOver(store.TopicDeliveries, "me")
		claimedBy(t, s, "me", 1)
		for i := range 5 {
			failed := errors.New("no")
			err := s.InTx(t.Context(), func(tx *store.Tx) error {
				tx.CreateDelivery(due(fmt.Sprint("failed", i)))
				return failed
			})
			if !errors.Is(err, failed) {
				t.Fatal(err)
			}
			inTx(t, s, func(tx *store.Tx) error {
				d := due(fmt.Sprint("withdrawn", i))
				tx.CreateDelivery(d)
				d.Status = complaint.Withdrawn
				tx.SetDelivery(d)
				return nil
			})
		}
		later := due("later")
		later.NextAt = monday.Add(48 * time.Hour)
		queue(t, s, later)
		if got := claimedBy(t, s, "me", 9); len(got) > 0 {
			t.Errorf("claimed %q", got)
		}
		queue(t, s, due("d1")) // what came to nothing takes no room
		if got := claimedBy(t, s, "me", 9); !slices.Equal(got, []string{"d1"}) {
			t.Errorf("claimed %q, want d1", got)
		}
	})
}

// TestTableIsLookedAtAgain: what is due in the table does not wait for ever while new work
// passes by it, and what there is no room for waits in the table.
func TestTableIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, c *clock, reopen func() *store.Store) {
		other := reopen()
		s.HandOver(store.TopicDeliveries, "me")
		claimedBy(t, s, "me", 2)
		queue(t, other, due("due"))
		queue(t, s, due("new1"))
		if got := claimedBy(t, s, "me", 2); !slices.Equal(got, []string{"new1"}) {
			t.Errorf("claimed %q, want new1 alone", got)
		}
		c.at = c.at.Add(2 * time.Second)
		queue(t, s, due("new2"))
		if got := claimedBy(t, s, "me", 2); !slices.Contains(got, "due") || !slices.Contains(got, "new2") {
			t.Errorf("claimed %q, want due and new2", got)
		}
		claimedBy(t, s, "me", 2)
		var many []complaint.Delivery
		for i := range 10 {
			many = append(many, due(fmt.Sprint("many", i)))
		}
		queue(t, s, many...)
		seen := map[string]int{}
		for got := claimedBy(t, s, "me", 2); len(got) > 0; got = claimedBy(t, s, "me", 2) {
			for _, id := range got {
				seen[id]++
			}
		}
		for _, d := range many {
			if seen[d.ID] != 1 {
				t.Errorf("%s claimed %d times", d.ID, seen[d.ID])
			}
		}
	})
}

// TestWhatIsInHandComesBack: at the end of a process at once, and when its owner does not
// begin it in time, after the lease.
func TestWhatIsInHandComesBack(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, c *clock, reopen func() *store.Store) {
		other := reopen()
		s.HandOver(store.TopicDeliveries, "me")
		claimedBy(t, s, "me", 9)
		queue(t, s, due("slow"))
		c.at = c.at.Add(31 * time.Second)
		if got := claimedBy(t, s, "me", 9); len(got) > 0 {
			t.Errorf("claimed %q with less than half the lease left", got)
		}
		c.at = c.at.Add(30 * time.Second)
		if got := claimedBy(t, other, "other", 9); !slices.Equal(got, []string{"slow"}) {
			t.Errorf("after the lease another claimed %q", got)
		}
		queue(t, s, due("last"))
		if err := s.ReleaseLeases(t.Context(), "me"); err != nil {
			t.Fatal(err)
		}
		if got := claimedBy(t, s, "me", 9); !slices.Equal(got, []string{"last"}) {
			t.Errorf("from the table, after the end: %q", got)
		}
		queue(t, s, due("after"))
		if got := claimedBy(t, other, "other", 9); !slices.Equal(got, []string{"after"}) {
			t.Errorf("passed on after the end: another claimed %q, want after", got)
		}
	})
}

// TestRecordingWaitsForJudging: a mailbox is not recorded far ahead of who judges it, but
// never stops for that.
func TestRecordingWaitsForJudging(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, _ *clock, _ func() *store.Store) {
		s.HandOver(store.TopicArrivals, "me")
		if _, err := s.ClaimArrivals(t.Context(), "me", 2, time.Minute); err != nil {
			t.Fatal(err)
		}
		record := func(from int) error {
			_, err := s.CreateArrivalsAt(context.Background(), "main", "INBOX", []store.NewArrival{arrival(from, "1"), arrival(from+1, "2")}, store.Position{UIDValidity: 1})
			return err
		}
		for i := 1; i <= 5; i += 2 { // the last one finds no room: nobody claims
			if err := record(i); err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		for range 4 {
			for _, a := range must[[]complaint.Claimed](t)(s.ClaimArrivals(t.Context(), "me", 2, time.Minute)) {
				got = append(got, a.ID)
			}
		}
		if want := []string{"a00001", "a00002", "a00003", "a00004", "a00005", "a00006"}; !slices.Equal(got, want) {
			t.Errorf("claimed %q, want %q", got, want)
		}
	})
}

// TestNothingInTheTableIsOverlooked: who is given new work is also given at once what came
// into the table alone meanwhile: for want of room, during a look, and of others.
func TestNothingInTheTableIsOverlooked(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, _ *clock, reopen func() *store.Store) {
		other := reopen()
		s.HandOver(store.TopicDeliveries, "me")
		claimedBy(t, s, "me", 1) // from now on there is room for two
		look, nodes := func() {}, strings.HasSuffix(t.Name(), "postgres")
		if nodes { // in SQLite no look is possible while somebody writes
			look = func() { claimedBy(t, s, "me", 1) }
		}
		inTx(t, s, func(tx *store.Tx) error {
			for _, id := range []string{"d1", "d2", "d3"} {
				tx.CreateDelivery(due(id))
			}
			look()
			return nil
		})
		if got := claimedBy(t, s, "me", 9); len(got) != 3 {
			t.Errorf("claimed %q, want all three", got)
		}
		claimedBy(t, s, "me", 9)
		wake := s.Wake(store.TopicDeliveries)
		woken := func() {
			select {
			case <-wake:
			case <-time.After(20 * time.Second):
				t.Fatal("nobody was woken")
			}
		}
		if nodes {
			woken() // it listens
		}
		queue(t, other, due("theirs"))
		if !nodes {
			s.Notify(store.TopicDeliveries)
		}
		woken()
		queue(t, s, due("ours"))
		if got := claimedBy(t, s, "me", 9); len(got) != 2 {
			t.Errorf("claimed %q, want ours and theirs", got)
		}
	})
}

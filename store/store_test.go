package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
	"github.com/google/go-cmp/cmp"
)

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func inTx(t *testing.T, s *store.Store, fn func(*store.Tx) error) {
	t.Helper()
	if err := s.InTx(t.Context(), fn); err != nil {
		t.Fatal(err)
	}
}

func arrival(uid int, body string) store.NewArrival {
	return store.NewArrival{Arrival: complaint.Arrival{ID: fmt.Sprintf("a%05d", uid), Channel: complaint.ChannelEmail, Account: "main", Mailbox: "INBOX",
		UIDValidity: 4294967295, UID: uint32(uid), ArrivedAt: monday.Add(time.Duration(uid) * time.Second)}, Body: strings.NewReader(body)}
}

// lastMigration is the number of the newest migration.
func lastMigration(t *testing.T) (last int64) {
	t.Helper()
	files, err := filepath.Glob("migrations/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal("no migrations", err)
	}
	if _, err := fmt.Sscanf(filepath.Base(files[len(files)-1]), "%d_", &last); err != nil {
		t.Fatal(err)
	}
	return last
}

func TestComplaintComesBackAsWritten(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, _ *clock, _ func() *store.Store) {
		want := newComplaint("c1")
		obs := []complaint.Obligation{{ID: "o1", ComplaintID: "c1", Kind: complaint.Acknowledge, Round: 1, State: complaint.Open,
			TriggerAt: monday, CeilingAt: monday.Add(24 * time.Hour), DueAt: monday.Add(24 * time.Hour), Calendar: "GB-EAW", Steps: []string{"arrived \"Mon\"", "due, {Tue}"}}}
		detail := complaint.Detail{Kind: complaint.DetailRoom, Value: "12B", Text: "pokój 12b", Confidence: 0.75, Where: complaint.Place{Part: "text", Start: 3, End: 9}}
		inTx(t, s, func(tx *store.Tx) error {
			tx.CreateComplaint(want, []complaint.Party{{Address: "lucja@example.pl", Role: "customer"}}, []complaint.Detail{detail}, obs)
			got, err := tx.GetComplaint(t.Context(), "c1")
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("read in the transaction (-want +got):\n%s", d)
			}
			want.Stage, want.AcknowledgedAt, want.Subject = complaint.StageAcknowledged, monday.Add(time.Hour), "a\x00b\xff"
			tx.SetComplaint(newComplaint("c1"))
			tx.SetComplaint(want) // the last one counts
			return err
		})
		want.Subject = "ab\uFFFD"
		v := must[store.View](t)(s.ComplaintView(t.Context(), want.Reference))
		if d := cmp.Diff(want, v.Complaint); d != "" {
			t.Errorf("complaint (-want +got):\n%s", d)
		}
		if d := cmp.Diff(obs, v.Obligations); d != "" {
			t.Errorf("obligations (-want +got):\n%s", d)
		}
		if d := cmp.Diff([]store.Found{{Detail: detail}}, v.Details); d != "" {
			t.Errorf("details (-want +got):\n%s", d)
		}
		if _, err := s.GetComplaint(t.Context(), "ASK4-26-NONE"); !errors.Is(err, store.ErrNotFound) || !strings.Contains(err.Error(), "no such complaint") {
			t.Errorf("missing complaint: %v", err)
		}
	})
}

func TestP11PhoneIsImpossible(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, _ *clock, _ func() *store.Store) {
		for _, channel := range []string{"phone", "Email", ""} {
			c := newComplaint("c1")
			c.Channel = complaint.Channel(channel)
			err := s.InTx(t.Context(), func(tx *store.Tx) error { tx.CreateComplaint(c, nil, nil, nil); return nil })
			if err == nil || !strings.Contains(err.Error(), "complaints_channel_open") {
				t.Errorf("complaint by %q: %v, want the constraint's refusal", channel, err)
			}
			a := arrival(1, "x")
			a.Channel = c.Channel
			if _, err := s.CreateArrivals(t.Context(), []store.NewArrival{a}); err == nil || !strings.Contains(err.Error(), "arrivals_channel_open") {
				t.Errorf("arrival by %q: %v, want the constraint's refusal", channel, err)
			}
		}
	})
}

func TestArrivalIsNewOnce(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, _ *clock, _ func() *store.Store) {
		big := strings.Repeat("line of a large message\r\n", 40000)
		none := arrival(3, "")
		none.Body, none.Damaged = nil, []string{"fetch: broken"}
		created := must[[]bool](t)(s.CreateArrivals(t.Context(), []store.NewArrival{arrival(1, "one"), arrival(2, big), none}))
		if !slices.Equal(created, []bool{true, true, true}) {
			t.Fatalf("created %v", created)
		}
		again := arrival(1, "other bytes")
		again.ID = "b1"
		created = must[[]bool](t)(s.CreateArrivals(t.Context(), []store.NewArrival{again, arrival(4, "four"), arrival(2, big)}))
		if !slices.Equal(created, []bool{false, true, false}) {
			t.Errorf("created again %v", created)
		}
		for id, want := range map[string]string{"a00001": "one", "a00002": big, "a00004": "four"} {
			raw := must[io.ReadSeekCloser](t)(s.OpenRaw(t.Context(), id))
			got := must[[]byte](t)(io.ReadAll(raw))
			if !bytes.Equal(got, []byte(want)) {
				t.Errorf("%s: %d bytes came back, want %d", id, len(got), len(want))
			}
			raw.Close()
		}
		if raw, err := s.OpenRaw(t.Context(), "a00003"); raw != nil || err != nil {
			t.Errorf("no bytes: %v, %v", raw, err)
		}
		if _, err := s.OpenRaw(t.Context(), "zz"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("unknown arrival: %v", err)
		}
		known := must[[]uint32](t)(s.KnownUIDs(t.Context(), "main", "INBOX", 4294967295, 2, 9))
		if !slices.Equal(known, []uint32{2, 3, 4}) {
			t.Errorf("known UIDs %v", known)
		}
	})
}

// A refused row leaves the large file, and no row; trying again works.
func TestFileComesBeforeRow(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := must[*store.Store](t)(store.Open(t.Context(), store.Options{Driver: "sqlite", DSN: dir + "/s.db", BlobDir: dir + "/blobs"}))
	defer s.Close()
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	a := arrival(1, strings.Repeat("x", 300<<10))
	a.Channel = "phone"
	if _, err := s.CreateArrivals(t.Context(), []store.NewArrival{a}); err == nil {
		t.Fatal("a phone arrival was taken")
	}
	files, _ := filepath.Glob(dir + "/blobs/??/*")
	left, _ := filepath.Glob(dir + "/blobs/.incoming*")
	if len(files) != 1 || len(left) != 0 {
		t.Errorf("files %v, unfinished %v; want the one file", files, left)
	}
	a.Channel = complaint.ChannelEmail
	if created := must[[]bool](t)(s.CreateArrivals(t.Context(), []store.NewArrival{a})); !created[0] {
		t.Error("the second try was not new")
	}
}

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
		got := must[[]complaint.Arrival](t)(s.ClaimArrivals(t.Context(), "late", 3, time.Minute))
		if len(got) != 3 || got[0].ID != "a00001" || got[0].Attempts != 2 {
			t.Errorf("claimed after the leases ended: %+v", got)
		}
		if err := s.ParkArrival(t.Context(), "a00001", "broken", time.Time{}); err != nil {
			t.Error(err)
		}
		if err := s.ReleaseLeases(t.Context(), "late"); err != nil {
			t.Error(err)
		}
		got = must[[]complaint.Arrival](t)(s.ClaimArrivals(t.Context(), "next", 1, time.Minute))
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

func TestListShowsWhatIsDueFirst(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, _ *clock, _ func() *store.Store) {
		inTx(t, s, func(tx *store.Tx) error {
			for i, due := range []time.Duration{3, 1, 2, 0} {
				c := newComplaint(fmt.Sprint("c", i))
				o := complaint.Obligation{ID: "o" + c.ID, Kind: complaint.Update, Round: 1, State: complaint.Open, CeilingAt: monday.Add(due * time.Hour)}
				if due == 0 {
					c.Stage, o.State = complaint.StageClosed, complaint.Void
				}
				tx.CreateComplaint(c, nil, nil, []complaint.Obligation{o})
			}
			return nil
		})
		check := func(f store.Filter, want ...string) []store.Listed {
			t.Helper()
			got := must[[]store.Listed](t)(s.ListComplaints(t.Context(), f))
			var ids []string
			for _, l := range got {
				ids = append(ids, l.ID)
			}
			if !slices.Equal(ids, want) {
				t.Errorf("%+v: %v, want %v", f, ids, want)
			}
			return got
		}
		all := check(store.Filter{}, "c1", "c2", "c0", "c3")
		if all[0].Next == nil || all[0].Next.ID != "oc1" || all[3].Next != nil {
			t.Errorf("next promises: %+v, %+v", all[0].Next, all[3].Next)
		}
		check(store.Filter{After: &all[1], Limit: 1}, "c0")
		check(store.Filter{After: &all[2]}, "c3")
		for _, f := range []store.Filter{{}, {Text: "@"}, {OpenOnly: true}} { // a page at a time, by either way of reading
			whole := must[[]store.Listed](t)(s.ListComplaints(t.Context(), f))
			for i := range whole {
				f.Limit = 1
				check(f, whole[i].ID)
				f.After = &whole[i]
			}
			check(f)
		}
		check(store.Filter{OpenOnly: true, DueBefore: monday.Add(3 * time.Hour)}, "c1", "c2")
		check(store.Filter{Text: "ŁUCJA", Stage: complaint.StageClosed}, "c3")
		check(store.Filter{Text: "%"})
		check(store.Filter{Held: true})
		if due := must[[]complaint.Obligation](t)(s.DueObligations(t.Context(), monday.Add(2*time.Hour))); len(due) != 1 || due[0].ID != "oc1" {
			t.Errorf("due: %v", due)
		}
		if st := must[store.Stats](t)(s.Stats(t.Context(), monday.Add(2*time.Hour))); st.Complaints != 4 || st.OpenComplaints != 3 || st.Overdue != 1 {
			t.Errorf("stats %+v", st)
		}
	})
}

func TestFailedTransactionLeavesNothing(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, _ *clock, _ func() *store.Store) {
		stop := errors.New("stop")
		err := s.InTx(t.Context(), func(tx *store.Tx) error {
			tx.CreateComplaint(newComplaint("c1"), nil, nil, nil)
			if _, err := tx.GetComplaint(t.Context(), "c1"); err != nil {
				return err
			}
			return stop
		})
		if !errors.Is(err, stop) {
			t.Errorf("error %v", err)
		}
		if _, err := s.GetComplaintByID(t.Context(), "c1"); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("it is there: %v", err)
		}
	})
}

package store_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
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

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
	"ask4.com/skarga/store"
)

func TestListAndShow(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		_, v := f.first()
		ref := string(v.Complaint.Reference)
		if list := lines[store.Listed](t, f.must(exitDone, "--json", "list")); len(list) != 1 || list[0].Reference != v.Complaint.Reference || list[0].Next.Kind != complaint.Update {
			t.Errorf("list: %+v", list)
		}
		if out := f.must(exitDone, "list", "--text", "SLOW conn"); !strings.Contains(out, ref) {
			t.Errorf("list --text: %s", out)
		}
		if out := f.must(exitDone, "list", "--channel", "letter"); strings.Contains(out, ref) {
			t.Errorf("a letter: %s", out)
		}
		arrivals := lines[complaint.Arrival](t, f.must(exitDone, "--json", "list", "--arrivals"))
		if len(arrivals) != 1 || arrivals[0].ComplaintID != v.Complaint.ID {
			t.Errorf("arrivals: %+v", arrivals)
		}
		shown := lines[store.View](t, f.must(exitDone, "--json", "show", strings.ToLower(ref)))
		if len(shown) != 1 || len(shown[0].Obligations) != 4 || len(shown[0].Deliveries) != 1 {
			t.Errorf("show: %+v", shown)
		}
		if out := f.must(exitDone, "show", ref, "--mail"); !strings.Contains(out, "Your reference is "+ref) || !strings.Contains(out, "acknowledgement") {
			t.Errorf("show --mail: %s", out)
		}
		if out := f.must(exitDone, "show", ref, "--why", "acknowledge"); !strings.Contains(out, "24 hours") || !strings.Contains(out, "P12") {
			t.Errorf("--why acknowledge: %s", out)
		}
		if out := f.must(exitDone, "show", ref, "--why", "update"); !strings.Contains(out, "3 working days") {
			t.Errorf("--why update: %s", out)
		}
		f.must(exitUsage, "show", ref, "--why", "compensate")
		f.must(exitUsage, "show", wrong(ref)) // its check character tells
	})
}

func TestParkedMessageIsExportedAndReplaced(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		a := f.take(writes(emily, "big@s", "Photos", "", strings.Repeat(strings.Repeat("x", 70)+"\n", 20000)))
		told, _ := f.answered(a)
		if list := lines[complaint.Arrival](t, f.must(exitDone, "--json", "parked", "list")); len(list) != 1 || list[0].ID != a.ID {
			t.Fatalf("parked: %+v", list)
		}
		if out := f.must(exitDone, "parked", "show", a.ID); !strings.Contains(out, "Photos") || !strings.Contains(out, "too_large") {
			t.Errorf("show: %s", out)
		}
		file := filepath.Join(t.TempDir(), "raw.eml")
		f.must(exitDone, "parked", "export", a.ID, "--to", file)
		f.must(exitFailed, "parked", "export", a.ID, "--to", file) // never overwrites
		raw, err := os.ReadFile(file)
		if err != nil || !bytes.Contains(raw, []byte("Message-ID: <big@s>")) {
			t.Errorf("exported %q, %v", raw, err)
		}
		small := filepath.Join(t.TempDir(), "small.eml")
		if err := os.WriteFile(small, []byte(writes(emily, "small@s", "Photos", "", "Here it is without the photos.")), 0o600); err != nil {
			t.Fatal(err)
		}
		f.must(exitUsage, "--as", "Anna Kowalska", "parked", "import", a.ID, small)
		f.must(exitDone, "--as", "Anna Kowalska", "parked", "import", a.ID, small, "--reason", "sent again")
		if out := f.must(exitDone, "parked"); !strings.Contains(out, "Nothing is parked") {
			t.Errorf("still parked: %s", out)
		}
		if got := f.now(a); got.Outcome != complaint.Duplicate {
			t.Errorf("the parked one is %s", got.Outcome)
		}
		rows, err := f.app.store.ListArrivals(t.Context(), store.ArrivalFilter{Mailbox: "parked/" + a.ID})
		if err != nil || len(rows) != 1 || !rows[0].ArrivedAt.Equal(a.ArrivedAt) {
			t.Fatalf("imported %+v, %v", rows, err)
		}
		f.wait("the acknowledgement", func() bool { return f.view(rows[0]).Complaint.Stage == complaint.StageAcknowledged })
		v := f.view(rows[0])
		if v.Complaint.Reference != told.Complaint.Reference || !v.Complaint.ReceivedAt.Equal(a.ArrivedAt) || !strings.Contains(v.Complaint.Summary, "without the photos") {
			t.Errorf("P12: the customer was told %s; %s, received %s: %q", told.Complaint.Reference, v.Complaint.Reference, v.Complaint.ReceivedAt, v.Complaint.Summary)
		}
		if all := lines[complaint.Listed](t, f.must(exitDone, "--json", "list")); len(all) != 1 {
			t.Errorf("%d complaints of one message", len(all))
		}
	})
}

func TestParkedGivenUp(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	a := f.take(writes(emily, "big@s", "Photos", "", strings.Repeat(strings.Repeat("x", 70)+"\n", 20000)))
	other := f.take(writes(emily, "small@s", "Slow", "", "The internet is slow."))
	f.must(exitFailed, "--as", "Anna Kowalska", "parked", "give-up", other.ID, "--reason", "x")
	f.must(exitFailed, "parked", "retry", other.ID)
	f.must(exitDone, "--as", "Anna Kowalska", "parked", "give-up", a.ID, "--reason", "the customer wrote again")
	if got := f.now(a); got.Parked || got.Outcome != complaint.ToComplaint {
		t.Errorf("parked %v, %s", got.Parked, got.Outcome)
	}
}

func TestLedgerFindsAMessageWithoutArrival(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		gone := f.send(writes("a@p.example", "l1@s", "Slow", "", "The internet is slow."))
		f.arrival(gone)
		f.arrival(f.send(writes("b@p.example", "l2@s", "Slow", "", "The internet is slow.")))
		f.stop()
		if acc := lines[account](t, f.must(exitDone, "--json", "ledger")); len(acc) != 1 || acc[0].InMailbox != 2 || acc[0].Outcomes[complaint.ToComplaint] != 2 {
			t.Errorf("ledger: %+v", acc)
		}
		if err := f.clients[f.user].Remove("INBOX", gone); err != nil {
			t.Fatal(err)
		}
		missed := f.send(writes("c@p.example", "l3@s", "Slow", "", "The internet is slow."))
		code, out, _ := f.cmd("", "--json", "ledger")
		acc := lines[account](t, out)
		if code != exitFailed || len(acc) != 1 || len(acc[0].Missing) != 1 || acc[0].Missing[0] != missed || acc[0].Vanished != 1 {
			t.Errorf("exit %d: %+v", code, acc)
		}
		lost := f.send(writes("d@p.example", "l4@s", "Slow", "", "The internet is slow."))
		if err := f.clients[f.user].Remove("INBOX", lost); err != nil {
			t.Fatal(err)
		}
		last := f.send(writes("e@p.example", "l5@s", "Slow", "", "The internet is slow."))
		f.serve(time.Time{})
		f.arrival(missed)
		f.arrival(last)
		if acc := lines[account](t, f.must(exitDone, "--json", "ledger")); len(acc[0].Unseen) != 1 || acc[0].Unseen[0] != lost {
			t.Errorf("vanished before we saw it: %v, want %d", acc[0].Unseen, lost)
		}
	})
}

func TestAuditFindsAChangedEvent(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		_, v := f.first()
		f.stop()
		if out := f.must(exitDone, "audit", "verify"); !strings.Contains(out, "0 are broken") {
			t.Errorf("audit: %s", out)
		}
		if n, err := f.tamper("UPDATE events SET actor = 'nobody' WHERE kind = 'received'"); err != nil || n != 1 {
			t.Fatalf("changed %d events, %v", n, err)
		}
		if out := f.must(exitFailed, "audit", "verify"); !strings.Contains(out, "BROKEN "+string(v.Complaint.Reference)+":") {
			t.Errorf("audit: %s", out)
		}
	})
}

func TestCommandsThatNeedNoFirm(t *testing.T) {
	t.Parallel()
	cmd := func(in string, args ...string) (int, string, string) {
		var o, e bytes.Buffer
		code := run(t.Context(), args, strings.NewReader(in), &o, &e, nil)
		return code, o.String(), e.String()
	}
	if code, out, _ := cmd("", "version"); code != exitDone || !strings.HasPrefix(out, "skarga "+version) {
		t.Errorf("version: %d %q", code, out)
	}
	code, out, errs := cmd(strings.ReplaceAll(writes(emily, "x@s", "Slow", "", "My internet is slow."), "\n", "\r\n"), "explain", "--json", "-")
	if code != exitDone {
		t.Fatalf("explain: %d %s", code, errs)
	}
	if r := lines[ingest.Reading](t, out); len(r) != 1 || r[0].Schema != 1 || r[0].Kind != ingest.KindComplaint || r[0].Answer != ingest.AnswerAcknowledge || r[0].MessageID != "x@s" {
		t.Errorf("explain: %s", out)
	}
	for _, args := range [][]string{{"no-such-command"}, {"list", "--no-such-flag"}, {"show"}, {"overrule", "set-aside"}} {
		if code, _, errs := cmd("", args...); code != exitUsage || errs == "" {
			t.Errorf("%q: exit %d %q", args, code, errs)
		}
	}
	if code, _, errs := cmd("", "list", "--config", filepath.Join(t.TempDir(), "none.toml")); code != exitFailed || !strings.Contains(errs, "skarga init") {
		t.Errorf("no configuration: exit %d %s", code, errs)
	}
}

func TestMigrateTellsTheVersion(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{waiting: true})
		first := f.must(exitDone, "migrate")
		if second := f.must(exitDone, "migrate"); first != second || !strings.Contains(first, "version") {
			t.Errorf("%q, then %q", first, second)
		}
	})
}

// TestParkedRetryFetchesAgain has a message that the mail server would not give, and
// then gives: it takes the place of the arrival without bytes, with its clock.
func TestParkedRetryFetchesAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		f.stop()
		at := time.Now().Add(-2 * time.Hour).Truncate(time.Second)
		uid := f.sendAt(writes(emily, "again@student.example", "Slow connection", "", "My internet is slow in Room 214."), at)
		pos, err := f.app.store.Position(t.Context(), f.user, "INBOX")
		if err != nil {
			t.Fatal(err)
		}
		id := complaint.NewID()
		_, err = f.app.store.CreateArrivals(t.Context(), []store.NewArrival{{Arrival: complaint.Arrival{ID: id, Channel: complaint.ChannelEmail, Account: f.user,
			Mailbox: "INBOX", UIDValidity: pos.UIDValidity, UID: uid, ArrivedAt: at, Damaged: []string{ingest.NotFetched + ": the server closed the connection"}}}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.app.intake.Drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		if out := f.must(exitDone, "parked", "list"); !strings.Contains(out, id[:8]) {
			t.Fatalf("parked: %s", out)
		}
		f.must(exitDone, "--as", "Anna Kowalska", "parked", "retry", id)
		f.serve(time.Time{})
		list, err := f.app.store.ListArrivals(t.Context(), store.ArrivalFilter{})
		if err != nil || len(list) != 2 {
			t.Fatalf("%d arrivals, %v; want the one without bytes and the one with them", len(list), err)
		}
		for _, a := range list {
			if a.ID == id {
				if a.Outcome != complaint.Duplicate || a.Parked {
					t.Errorf("the arrival without bytes: %s, parked %v", a.Outcome, a.Parked)
				}
				continue
			}
			if v, _ := f.answered(a); v.Complaint.CustomerAddress != "emily@student.example" || !v.Complaint.ReceivedAt.Equal(at) {
				t.Errorf("fetched again: from %q, received %s, want %s", v.Complaint.CustomerAddress, v.Complaint.ReceivedAt, at)
			}
		}
		f.must(exitDone, "ledger")
	})
}

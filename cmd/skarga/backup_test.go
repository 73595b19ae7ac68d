package main

import (
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/internal/testserver"
	"ask4.com/skarga/store"
)

// TestRestoreSendsNothingTwice loses an installation after its backup was taken: one
// acknowledgement left between the two, and one message came in between.
func TestRestoreSendsNothingTwice(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		var busy atomic.Bool
		f := newFirm(t, postgres, setup{sink: testserver.SinkOptions{OnMail: func(string, int) testserver.Reply {
			if busy.Load() {
				return testserver.Reply{Code: 450, Text: "try later"}
			}
			return testserver.Reply{}
		}}})
		_, first := f.first()
		busy.Store(true)
		f.must(exitDone, append([]string{"reply", string(first.Complaint.Reference), "--send"}, sayUpdate...)...)
		waiting := f.take(writes("Jan Nowak <jan@student.example>", "m2@student.example", "No internet", "", "My internet is dead in Room 12."))
		f.wait("a refused try", func() bool { d := f.view(waiting).Deliveries; return len(d) == 1 && d[0].Attempts > 0 })
		file := filepath.Join(t.TempDir(), "skarga.backup")
		if out := f.must(exitDone, "backup", file); !strings.Contains(out, "2 complaints, 2 arrivals") {
			t.Errorf("backup: %s", out)
		}
		f.must(exitUsage, "backup", file)
		busy.Store(false)
		if n, err := f.tamper("UPDATE deliveries SET next_at = 1 WHERE status = 'queued'"); err != nil || n != 2 { // they would wait a minute
			t.Fatalf("%d deliveries were queued, %v", n, err)
		}
		f.answered(waiting)
		f.left(first.Complaint.ID, 2)
		later := f.take(writes("Ewa Zych <ewa@student.example>", "m3@student.example", "Slow", "", "My internet is slow in Room 9."))
		f.answered(later)
		f.stop()
		if n := f.sink.Len(); n != 4 {
			t.Fatalf("%d mails left before the loss, want 4", n)
		}

		f.anew()
		if out := f.must(exitDone, "restore", file); !strings.Contains(out, "2 complaints") || !strings.Contains(out, "2 messages were queued") || !strings.Contains(out, "write again, for "+string(first.Complaint.Reference)+".") {
			t.Errorf("restore: %s", out)
		}
		f.reassemble()
		f.must(exitFailed, "restore", file)
		f.serve(time.Time{})
		again := f.arrival(later.UID)
		if !again.Late || !again.Held || again.Outcome != complaint.ToComplaint {
			t.Errorf("the message that came after the backup: late %v, held %v, %s", again.Late, again.Held, again.Outcome)
		}
		f.must(exitDone, "audit", "verify")
		f.must(exitDone, "ledger")
		held, err := f.app.store.ListArrivals(t.Context(), store.ArrivalFilter{Held: true})
		if err != nil || len(held) != 2 {
			t.Errorf("%d arrivals wait for a person, %v; want the unsent and the later one", len(held), err)
		}
		// A person releases one; it is the only mail that leaves.
		f.must(exitDone, "--as", "Anna Kowalska", "overrule", "release", waiting.ID, "--reason", "the customer says nothing came")
		f.wait("the released mail", func() bool { return f.sink.Len() >= 5 })
		f.stop()
		if n := f.sink.Len(); n != 5 {
			t.Errorf("%d mails left, want the four from before and the released one", n)
		}
	})
}

// anew empties the place of the records, as a new machine is.
func (f *firm) anew() {
	f.Helper()
	if err := f.app.Close(); err != nil {
		f.Fatal(err)
	}
	if f.dsn == "" {
		dir := filepath.Dir(f.file)
		for _, name := range []string{"skarga.db", "skarga.db-wal", "skarga.db-shm", "large"} {
			if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
				f.Fatal(err)
			}
		}
		return
	}
	text, err := os.ReadFile(f.file)
	if err != nil {
		f.Fatal(err)
	}
	old := f.dsn
	f.dsn = testserver.Postgres(f.T)
	if err := os.WriteFile(f.file, []byte(strings.Replace(string(text), old, f.dsn, 1)), 0o600); err != nil {
		f.Fatal(err)
	}
}

// reassemble opens what the configuration names now.
func (f *firm) reassemble() {
	f.Helper()
	var err error
	if f.app, err = assemble(f.Context(), f.config(), f.Output()); err != nil {
		f.Fatal(err)
	}
}

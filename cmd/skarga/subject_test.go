package main

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
)

// holds says whether any file below a folder holds a text.
func holds(t *testing.T, dir, text string) (where []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte(text)) {
			where = append(where, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return where
}

// TestSubjectIsExportedAndErasedEverywhere: one person's complaint is handed out, and
// then gone from the database, the folder of large bytes and the mailbox; another
// person's stays, and the books still balance.
func TestSubjectIsExportedAndErasedEverywhere(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{toml: staff, alone: true})
		large := strings.Repeat("MARKLUCJA evidence of a slow line\n", 12_000) // beyond what the database holds itself
		hers := withFile("Łucja Zelazna <lucja@student.example>", "s1@student.example", "MARKLUCJA slow", "My internet is slow, says MARKLUCJA.", "log.txt", large)
		v, _ := f.answered(f.take(hers))
		other, _ := f.answered(f.take(writes("Jan Inny <jan@student.example>", "s2@student.example", "No heating", "", "The heating in room 9 is cold, says MARKJAN.")))
		ref := string(v.Complaint.Reference)
		zofia := func(code int, args ...string) string {
			t.Helper()
			return f.must(code, as("Zofia Wójcik", args...)...)
		}

		if out := zofia(exitRefused, "subject", "erase", "lucja@student.example", "--reason", "asked by mail"); !strings.Contains(out, "goes on") {
			t.Errorf("of a complaint that goes on: %s", out)
		}
		f.must(exitDone, "stage", ref, "withdrawn", "--reason", "she asks to be forgotten")
		f.must(exitDone, "set", ref, "legal_hold=yes")
		if out := zofia(exitRefused, "subject", "erase", "Łucja Zelazna", "--reason", "asked by mail"); !strings.Contains(out, "legal hold") {
			t.Errorf("under a legal hold: %s", out)
		}
		f.must(exitDone, "set", ref, "legal_hold=no")
		f.must(exitRefused, as("Marek Post", "subject", "erase", ref, "--reason", "x")...)

		dir := filepath.Join(t.TempDir(), "export")
		zofia(exitDone, "subject", "export", "lucja@student.example", "--to", dir)
		index, err := os.ReadFile(filepath.Join(dir, "index.html"))
		if err != nil || !bytes.Contains(index, []byte(ref)) || bytes.Contains(index, []byte(other.Complaint.Reference)) {
			t.Errorf("the index: %v\n%s", err, index)
		}
		if len(holds(t, dir, "MARKLUCJA")) < 2 || len(holds(t, dir, "MARKJAN")) != 0 {
			t.Error("the export is not all of hers, or has another person's")
		}

		if out := zofia(exitDone, "subject", "erase", ref, "--dry-run"); !strings.Contains(out, ref) {
			t.Errorf("dry run: %s", out)
		}
		zofia(exitUsage, "subject", "erase", "lucja@student.example")
		if f.reread(v.Complaint.ID).Complaint.CustomerName == "" {
			t.Fatal("erased without a reason")
		}
		out := zofia(exitDone, "subject", "erase", "lucja@student.example", "--reason", "asked by mail")
		if strings.Contains(out, "Not reached") {
			t.Error(out)
		}
		if left := holds(t, f.config().Database.Folder, "MARKLUCJA"); len(left) != 0 {
			t.Errorf("large bytes left: %v", left)
		}
		if n, err := f.clients[f.user].Count("Skarga/Done"); err != nil || n != 1 {
			t.Errorf("%d messages are left in the done folder, want the other person's: %v", n, err)
		}
		after := f.reread(v.Complaint.ID)
		if c := after.Complaint; c.CustomerName != "" || c.Subject != "" || string(c.Reference) != ref || c.ReceivedAt.IsZero() {
			t.Errorf("the record after: %+v", c)
		}
		if f.reread(other.Complaint.ID).Complaint.CustomerName != "Jan Inny" {
			t.Error("another person's name is gone")
		}
		zofia(exitFailed, "subject", "export", "lucja@student.example", "--to", dir+"2")
		zofia(exitFailed, "subject", "export", ref, "--to", dir+"2")
		if out := zofia(exitDone, "subject", "erase", ref, "--reason", "asked again"); !strings.Contains(out, ref+"  was erased on ") || !strings.Contains(out, "Nothing was left") || strings.Contains(out, "Erased: ") {
			t.Errorf("erased a second time: %s", out)
		}
		if out := zofia(exitDone, "--json", "subject", "erase", ref, "--reason", "asked again"); !strings.Contains(out, `"erasure":{"ID":`) || !strings.Contains(out, `"Complaints":1`) || !strings.Contains(out, `"not_reached":`) {
			t.Errorf("erased a second time, as JSON: %s", out)
		}
		if log, err := f.app.store.Erasures(t.Context(), 10); err != nil || len(log) != 1 {
			t.Errorf("the log of one erasure: %+v, %v", log, err)
		}

		// What is written down of it afterwards is there to be erased again.
		f.must(exitDone, "set", ref, "summary=Lucja rang once more")
		if out := zofia(exitDone, "subject", "erase", ref, "--reason", "asked again"); !strings.Contains(out, "Erased: the content of 1 complaint") {
			t.Errorf("written after the erasure: %s", out)
		}

		// The same mail again is known by its content, and goes again.
		if a := f.take(hers); a.Outcome != complaint.Duplicate || a.ComplaintID != v.Complaint.ID {
			t.Errorf("what was erased comes in again as %s of %q: %v", a.Outcome, a.ComplaintID, a.Reasons)
		}
		if n, err := f.app.cases.EraseAgain(t.Context()); n != 1 || err != nil {
			t.Errorf("%d were erased again, %v", n, err)
		}
		if err := f.app.reach(t.Context()); err != nil {
			t.Fatal(err)
		}
		if n, err := f.app.cases.EraseAgain(t.Context()); n != 0 || err != nil || len(holds(t, f.config().Database.Folder, "MARKLUCJA")) != 0 {
			t.Errorf("%d are still there, %v", n, err)
		}
		f.must(exitDone, "audit", "verify")
		f.must(exitDone, "ledger")
		var rep struct {
			Balance struct{ Received struct{ N int } }
		}
		if err := json.Unmarshal([]byte(f.must(exitDone, "report", "--format", "json")), &rep); err != nil || rep.Balance.Received.N < 2 {
			t.Errorf("the report counts %d: %v", rep.Balance.Received.N, err)
		}
	})
}

// TestRetentionErasesWhatIsPastItsTime: so many years after its end, once, by whichever node
// looks first; what is younger or held stays.
func TestRetentionErasesWhatIsPastItsTime(t *testing.T) {
	t.Parallel()
	s := newSim(t, "2026-11-23 09:00", "", "")
	s.app.cfg.Retention.Years = 1
	old, held := s.complains("Ola Stara <ola@p.example>", "Old", complaining[0]), s.complains("Hela Trwa <hela@p.example>", "Held", complaining[0])
	for _, id := range []string{old, held} {
		s.must(s.app.cases.Move(s.Context(), s.by("Anna Kowalska", id), complaint.StageWithdrawn, "no longer wanted", time.Time{}))
	}
	s.set("Anna Kowalska", held, map[string]string{"legal_hold": "yes"})
	s.now = s.at("2027-11-22 10:00")
	s.work()
	if s.view(old).Complaint.CustomerName == "" {
		t.Error("erased a day before its time")
	}
	s.now = s.at("2027-11-24 10:00")
	s.work()
	s.work()
	if v := s.view(old); v.Complaint.CustomerName != "" || v.Complaint.Reference == "" {
		t.Errorf("not erased: %+v", v.Complaint)
	}
	if s.view(held).Complaint.CustomerName == "" {
		t.Error("erased under a legal hold")
	}
	log, err := s.app.store.Erasures(s.Context(), 10)
	if err != nil || len(log) != 1 || log[0].Rule != complaint.ErasureRetention || log[0].Complaints != 1 {
		t.Errorf("the log of erasures: %+v, %v", log, err)
	}
}

// TestRetentionOfTwoNodesErasesOnce: their clocks look at the same moment, without the lock
// over both; each complaint is erased by one of them, and the log names it once.
func TestRetentionOfTwoNodesErasesOnce(t *testing.T) {
	onBothSims(t, "2026-11-23 09:00", func(s *sim) {
		s.app.cfg.Retention.Years = 1
		second, err := assembleAt(s.Context(), s.app.cfg, s.Output(), func() time.Time { return s.now })
		s.must(err)
		defer second.Close()
		var ids []string
		for _, name := range []string{"ola", "jan", "ewa"} {
			id := s.complains(name+"@p.example", "Old "+name, complaining[0])
			s.must(s.app.cases.Move(s.Context(), s.by("Anna Kowalska", id), complaint.StageWithdrawn, "no longer wanted", time.Time{}))
			ids = append(ids, id)
		}
		s.now = s.at("2027-11-24 10:00")
		var wg sync.WaitGroup
		for i := range 4 {
			wg.Go(func() {
				clock := []*app{s.app, second}[i%2].clock()
				clock.Store = unlocked{clock.Store}
				if err := clock.Look(s.Context()); err != nil && !strings.Contains(err.Error(), "could not serialize") {
					s.Error(err)
				}
			})
		}
		wg.Wait()
		erased := 0
		for _, id := range ids {
			v := s.view(id)
			if v.Complaint.CustomerAddress != "" {
				s.Errorf("%s is not erased", v.Complaint.Reference)
			}
			for _, e := range v.Events {
				if e.Kind == "erased" {
					erased++
				}
			}
		}
		if log, err := s.app.store.Erasures(s.Context(), 10); err != nil || len(log) != 1 || log[0].Complaints != len(ids) || erased != len(ids) {
			s.Errorf("%d complaints have %d erasures, in the log %+v, %v", len(ids), erased, log, err)
		}
	})
}

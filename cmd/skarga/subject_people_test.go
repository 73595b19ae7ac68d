package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
)

// TestP08SubjectMeansOnePerson: a name that two people have is asked about; a reference
// means its customer with all that they have; what is hidden from who asks stays (P8),
// and what the ombudsman has blocks.
func TestP08SubjectMeansOnePerson(t *testing.T) {
	onBothSims(t, "2026-11-23 09:00", func(s *sim) {
		zofia := s.staffer("Zofia Wójcik")
		first := s.complains("Ewa Nowicka <ewa@p.example>", "First", complaining[1])
		second := s.complains("Ewa Nowicka <EWA@p.example>", "Second", "Rachunek jest błędny, proszę o zwrot pieniędzy.")
		other := s.complains("Ewa Nowicka <ewa@q.example>", "Other", complaining[0])
		hidden := s.complains("Ewa Nowicka <ewa@p.example>", "Hidden", "Zofia Wójcik read my letters and told my neighbours about them.")
		ref := string(s.view(first).Complaint.Reference)
		if _, err := s.app.cases.Subject(s.Context(), zofia, "ewa  nowicka"); err == nil || !strings.Contains(err.Error(), "ewa@q.example") || !strings.Contains(err.Error(), "several people") {
			s.Errorf("a name of two people: %v", err)
		}
		subject := func(who complaint.Person, want int, names ...string) casework.Subject {
			s.Helper()
			found, err := s.app.cases.Subject(s.Context(), who, names...)
			if err != nil || len(found.Complaints) != want {
				s.Errorf("%v is a person of %d complaints, want %d: %v", names, len(found.Complaints), want, err)
			}
			return found
		}
		subject(zofia, 2, ref)
		subject(zofia, 3, "ewa@p.example", "ewa@q.example")
		// What hangs on the complaint about her, or names her and belongs to none, is not hers to see.
		s.must(s.app.store.CreateDraft(s.Context(), complaint.Draft{ID: "more", ComplaintID: hidden, Language: complaint.Polish, Answers: map[string][]string{"email": {"ewa@p.example"}}, CreatedAt: s.now}))
		s.must(s.app.store.InTx(s.Context(), func(tx *store.Tx) error {
			_, err := tx.CreateSurvey(s.Context(), complaint.Survey{ID: "asked", Source: complaint.FromClosure, ComplaintID: hidden, Address: "ewa@p.example", ContactAt: s.now, State: complaint.SurveySkipped, Why: "test", DecidedAt: s.now})
			return err
		}))
		if got := subject(zofia, 2, ref).Scope; len(got.Drafts)+len(got.Surveys)+len(got.Arrivals) != 0 {
			s.Errorf("P8: she is given %+v", got)
		}
		if _, err := s.app.cases.Subject(s.Context(), s.staffer("Anna Kowalska"), ref); err == nil || !strings.Contains(err.Error(), "P8") {
			s.Errorf("a manager hands out what is kept about a person: %v", err)
		}
		for _, id := range []string{first, second, other} {
			s.must(s.app.cases.Move(s.Context(), s.by("Anna Kowalska", id), complaint.StageWithdrawn, "no longer wanted", time.Time{}))
		}
		found := subject(zofia, 2, ref)
		s.must(s.app.cases.Move(s.Context(), s.by("Anna Kowalska", second), complaint.StageInvestigation, "reopened", time.Time{}))
		s.must(s.app.cases.Referred(s.Context(), s.by("Anna Kowalska", second), time.Time{}, ""))
		if _, err := s.app.cases.EraseSubject(s.Context(), zofia, found, "asked"); err == nil || !strings.Contains(err.Error(), "ombudsman") || s.view(first).Complaint.CustomerName == "" {
			s.Errorf("erased while the ombudsman has one of them: %v", err)
		}
		s.must(s.app.cases.GivenBack(s.Context(), s.by("Anna Kowalska", second), "withdrawn there"))
		s.must(s.app.cases.Move(s.Context(), s.by("Anna Kowalska", second), complaint.StageWithdrawn, "no longer wanted", time.Time{}))
		if _, err := s.app.cases.EraseSubject(s.Context(), zofia, subject(zofia, 2, ref), "asked"); err != nil {
			s.Fatal(err)
		}
		for _, id := range []string{first, second, other, hidden} {
			if gone := s.view(id).Complaint.CustomerName == ""; gone != (id == first || id == second) {
				s.Errorf("%s is erased: %v", s.view(id).Complaint.Reference, gone)
			}
		}
		s.work()
		for _, d := range s.view(first).Deliveries {
			if d.Status == complaint.Queued || d.Recipient != "" {
				s.Errorf("%s is %s to %q", d.Kind, d.Status, d.Recipient)
			}
		}
		for subject, err := range s.app.store.VerifyAll(s.Context()) {
			if err != nil {
				s.Errorf("the history of %s: %v", subject, err)
			}
		}
	})
}

// staffer is a person who acts on no complaint in particular.
func (s *sim) staffer(name string) complaint.Person {
	s.Helper()
	p, err := s.app.cases.Person(name)
	s.must(err)
	return p
}

// TestErasureReachesPrintRunsAndScans: the file of a run goes with one of its letters;
// the scanner's file stays while it holds a letter of somebody else.
func TestErasureReachesPrintRunsAndScans(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{toml: staff, waiting: true})
		erase := func(ref complaint.Reference) string {
			t.Helper()
			f.manager(exitDone, "stage", string(ref), "withdrawn", "--reason", "asked to be forgotten")
			return f.must(exitDone, as("Zofia Wójcik", "subject", "erase", string(ref), "--reason", "asked by letter")...)
		}
		v := f.byPost("Żaneta Wójcik", "ul. Łąkowa 3", "30-001 Kraków", "Polska")
		f.printed()
		files := func() (list []string) {
			list, err := filepath.Glob(filepath.Join(f.config().Letters.Folder, "*.pdf"))
			if err != nil {
				t.Fatal(err)
			}
			return list
		}
		if len(files()) == 0 {
			t.Fatal("no file of the run")
		}
		if out := erase(v.Complaint.Reference); strings.Contains(out, "Not reached") || len(files()) != 0 {
			t.Errorf("files of the run: %v\n%s", files(), out)
		}

		path := f.typed("two.pdf", emilys(), side{code: separator()}, jans())
		letters := f.took(path).Letters
		path = filepath.Join(filepath.Dir(path), "done", "two.pdf") // where the import moved it
		second := t.TempDir()
		copied := filepath.Join(second, "again.pdf")
		raw, err := os.ReadFile(path)
		if err := errors.Join(err, os.WriteFile(copied, raw, 0o600)); err != nil {
			t.Fatal(err)
		}
		if len(letters) != 2 {
			t.Fatalf("%+v", letters)
		}
		if out := erase(letters[0].Reference); !strings.Contains(out, "1 letters of other people") {
			t.Errorf("one of two letters: %s", out)
		}
		if _, err := os.Stat(path); err != nil {
			t.Error("the other person's letter is gone: ", err)
		}
		if again := f.took(copied); !again.Again {
			t.Errorf("the same scan is taken for a new one: %+v", again)
		}
		if out := erase(letters[1].Reference); strings.Contains(out, "Not reached") {
			t.Error(out)
		}
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Error("the scanner's file is still there: ", err)
		}
		if left := holds(t, second, "%PDF"); len(left) != 0 {
			t.Errorf("the same file in its second folder: %v", left)
		}
		if left := holds(t, f.config().Database.Folder, "%PDF"); len(left) != 0 {
			t.Errorf("kept scans: %v", left)
		}

		third := t.TempDir()
		once := filepath.Join(third, "once.pdf")
		if err := os.WriteFile(once, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		if again := f.took(once); !again.Again || len(again.Letters) != 2 {
			t.Errorf("the scan that came in again after it was erased: %+v", again)
		}
		if n, err := f.app.cases.EraseAgain(t.Context()); n != 1 || err != nil {
			t.Fatalf("what came in again: %d, %v", n, err)
		}
		if err := f.app.reach(t.Context()); err != nil {
			t.Fatal(err)
		}
		if left := slices.Concat(holds(t, third, "%PDF"), holds(t, f.config().Database.Folder, "%PDF")); len(left) != 0 {
			t.Errorf("the scan that came in again is still there: %v", left)
		}
		if n, err := f.app.cases.EraseAgain(t.Context()); n != 0 || err != nil {
			t.Errorf("a second time: %d, %v", n, err)
		}
		f.manager(exitDone, "audit", "verify")
	})
}

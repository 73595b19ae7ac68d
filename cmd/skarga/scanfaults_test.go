package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/internal/testserver"
	scannerimport "ask4.com/skarga/scanner-import"
)

// directory is a list of customers with Emily Clark, as a setting.
func directory(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "customers.csv")
	if err := os.WriteFile(path, []byte("account;name;building;room;address;e-mail\n4471823;Clark Emily;Cavendish House;12;Flat 12, 34 Wellington St, Sheffield, S1 4HD;emily@student.example\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("[import]\ndirectory = %q\n", path)
}

// TestAPageThatCannotBeDrawnIsTypedAndNeverBlank takes in a letter whose second page holds
// a picture that nobody can decode: it is at the desk, and not answered without it.
func TestAPageThatCannotBeDrawnIsTypedAndNeverBlank(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, directory(t))
		path := f.typed("hurt.pdf", emilys(), side{code: "a picture"})
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		at := bytes.Index(raw, []byte("/Subtype /Image"))
		at += bytes.Index(raw[at:], []byte("stream\n")) + len("stream\n")
		copy(raw[at:], "not what zlib writes")
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		r := f.took(path, "--received", f.hoursAgo(1))
		if !strings.Contains(r.Problem, "broken: a picture") || filepath.Base(filepath.Dir(r.MovedTo)) != "desk" || len(r.Letters) != 1 {
			t.Fatalf("took %+v", r)
		}
		l := r.Letters[0]
		if !strings.Contains(l.Held, "type what it says") || l.AckDueAt == nil || len(f.record(l).Deliveries) > 0 {
			t.Errorf("held because %q, due %v, %d answers", l.Held, l.AckDueAt, len(f.record(l).Deliveries))
		}
		pages, err := f.app.store.LetterPages(t.Context(), l.Arrival)
		if err != nil || len(pages) != 2 || pages[1].Blank {
			t.Errorf("pages %+v, %v", pages, err)
		}
		// Another letter with the same first page, and a page that cannot be seen either, is another letter.
		raw = append(raw, "\n% another file\n"...)
		again := filepath.Join(f.TempDir(), "hurt too.pdf")
		if err := os.WriteFile(again, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		if other := f.took(again).Letters[0]; other.Outcome != complaint.ToComplaint || other.Reference == l.Reference {
			t.Errorf("a letter with a page that nobody saw is taken for %+v", other)
		}
	})
}

// TestP12AReceivedTimeThatCannotBeIsNotBelieved says in each way that letters arrived
// later than they can have: the desk looks, and the clock runs from the beginning of the day
// on which they were there.
func TestP12AReceivedTimeThatCannotBeIsNotBelieved(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, "[import]\nreceived_patterns = [\"{yyyy}-{mm}-{dd}_{HH}{MM}\", \"{yyyy}{mm}{dd}\"]\n")
		now := time.Now().In(f.app.rules.Location)
		midnight := func(at time.Time) time.Time {
			return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, at.Location())
		}
		scanned, later := now.AddDate(0, 0, -3), now.AddDate(0, 1, 0)
		sheet := scannerimport.Sheet{Type: scannerimport.SheetBatch, Batch: "S1", Received: later}
		for i, c := range []struct {
			name   string
			fileAt time.Time
			given  string
			pages  []side
			want   string // in the problem; empty: there is none
			from   time.Time
		}{
			{"given.pdf", scanned, now.AddDate(0, 0, -1).Format("2006-01-02 15:04"), nil, "after they were scanned", midnight(scanned)},
			{"day.pdf", scanned, now.AddDate(0, 0, -1).Format(time.DateOnly), nil, "after they were scanned", midnight(scanned)},
			{"scan_" + later.Format("2006-01-02_1504") + ".pdf", scanned, "", nil, "still to come", midnight(scanned)},
			{later.Format("20060102") + ".pdf", now, "", nil, "still to come", midnight(now)},
			{"clock.pdf", later, "", nil, "", midnight(now)},
			{"sheet.pdf", scanned, now.AddDate(0, 0, -4).Format("2006-01-02 15:04"), []side{{code: sheet.Code()}}, "still to come", now.AddDate(0, 0, -4).Truncate(time.Minute)},
			{"true.pdf", scanned, scanned.Add(-time.Hour).Format("2006-01-02 15:04"), nil, "", scanned.Add(-time.Hour).Truncate(time.Minute)},
		} {
			path := f.typed(c.name, append(c.pages, emilys(fmt.Sprintf("It is complaint %d.", i)))...)
			if err := os.Chtimes(path, c.fileAt, c.fileAt); err != nil {
				t.Fatal(err)
			}
			var args []string
			if c.given != "" {
				args = []string{"--received", c.given}
			}
			r := f.took(path, args...)
			if !strings.Contains(r.Problem, c.want) || c.want == "" && r.Problem != "" || (c.want != "") != strings.Contains(r.MovedTo, "/desk/") {
				t.Errorf("%s: at the desk because %q, moved to %s; want %q", c.name, r.Problem, r.MovedTo, c.want)
			}
			if l := r.Letters[0]; !l.Received.Equal(c.from) || !l.AckDueAt.Equal(c.from.Add(24*time.Hour)) || l.Held == "" {
				t.Errorf("%s: received %s, due %s, held because %q; want %s", c.name, l.Received, l.AckDueAt, l.Held, c.from)
			}
		}
	})
}

// TestP12TheTrueTimeSettlesOneThatCannotBe says when a batch was received whose time could
// not be true: nothing else stands in the way of its letters then, unless its count is
// wrong as well.
func TestP12TheTrueTimeSettlesOneThatCannotBe(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, staff)
		f.serve(time.Time{})
		marek := f.enters("Marek Post")
		later := scannerimport.Sheet{Type: scannerimport.SheetBatch, Batch: "T1", Received: time.Now().AddDate(0, 1, 0)}
		counted := later
		counted.Batch, counted.Pages = "T2", 3
		at := time.Now().Add(-30 * time.Hour).In(f.app.rules.Location).Truncate(time.Minute)
		for i, c := range []scannerimport.Sheet{later, counted} {
			r := f.took(f.typed(c.Batch+".pdf", side{code: c.Code()}, emilys(fmt.Sprintf("It is complaint %d.", i))))
			l := r.Letters[0]
			if out := f.must(exitFailed, "desk", "confirm", l.Arrival); !strings.Contains(out, "desk received "+c.Batch) {
				t.Errorf("%s: %s", c.Batch, out)
			}
			page := marek.get("/staff/desk/letter/" + l.Arrival)
			if !strings.Contains(page.body, "Set the time") || strings.Contains(page.body, "The batch is in order") != (c.Pages > 0) {
				t.Errorf("%s: the desk offers other forms\n%s", c.Batch, page.body)
			}
			f.must(exitDone, "desk", "received", c.Batch, at.Format("2006-01-02 15:04"))
			if c.Pages > 0 {
				if out := f.must(exitFailed, "desk", "confirm", l.Arrival); !strings.Contains(out, "3 pages and 1 were scanned") || strings.Contains(out, "still to come") {
					t.Errorf("%s: its count is still wrong: %s", c.Batch, out)
				}
				continue
			}
			f.must(exitDone, "desk", "confirm", l.Arrival)
			v := f.record(l)
			if len(v.Deliveries) != 1 || !v.Complaint.ReceivedAt.Equal(at) || !v.Obligations[0].DueAt.Equal(at.Add(24*time.Hour)) {
				t.Errorf("%s: received %s, %+v, %+v", c.Batch, v.Complaint.ReceivedAt, v.Obligations[0], v.Deliveries)
			}
		}
	})
}

// TestASecondScanCompletesItsBatch takes a batch in of which a letter was forgotten, and
// then that letter: those of the first file no longer wait for it.
func TestASecondScanCompletesItsBatch(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, directory(t))
		sheet := side{code: scannerimport.Sheet{Type: scannerimport.SheetBatch, Batch: "C1", Received: time.Now().Add(-time.Hour).Truncate(time.Minute), Pages: 2}.Code()}
		first := f.took(f.typed("first.pdf", sheet, emilys()))
		if !strings.Contains(first.Problem, "2 pages and 1 were scanned") || !strings.Contains(first.Letters[0].Held, "whole batch") {
			t.Fatalf("took %+v", first)
		}
		if second := f.took(f.typed("second.pdf", sheet, jans())); second.Problem != "" {
			t.Errorf("the batch is at the desk: %s", second.Problem)
		}
		a, err := f.app.store.GetArrival(t.Context(), first.Letters[0].Arrival)
		if err != nil || a.Held || len(f.record(first.Letters[0]).Deliveries) != 1 {
			t.Errorf("the first letter is held because %q, %v", a.HoldReason, err)
		}
		third := f.took(f.typed("third.pdf", sheet, jans("Jeszcze jeden.")))
		if !strings.Contains(third.Problem, "2 pages and 3 were scanned") {
			t.Errorf("a page too many: %q", third.Problem)
		}
	})
}

// TestNothingHidesALostPage counts the pages of batches as scanners of one and of both
// sides give them.
func TestNothingHidesALostPage(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, "")
		blank := side{}
		for i, c := range []struct {
			pages int
			sides []side // behind the batch sheet
			right bool
		}{
			{2, []side{emilys(), {code: separator()}, jans()}, true},
			{3, []side{emilys(), {code: separator()}, jans()}, false}, // the separator stands for a lost page
			{3, []side{emilys(), blank, {code: separator()}, jans()}, true},
			{2, []side{emilys(), blank, {code: separator()}, jans()}, false},                     // a blank back for one too many
			{4, []side{blank, emilys(), blank, {code: separator()}, blank, jans(), blank}, true}, // both sides of all
			{5, []side{blank, emilys(), blank, {code: separator()}, blank, jans(), blank}, false},
			{6, []side{blank, emilys(), blank, {code: separator()}, blank, jans(), blank}, false},
		} {
			sheet := scannerimport.Sheet{Type: scannerimport.SheetBatch, Batch: fmt.Sprintf("N%d", i), Received: time.Now().Add(-time.Hour).Truncate(time.Minute), Pages: c.pages}
			r := f.took(f.typed("counted.pdf", append([]side{{code: sheet.Code()}}, c.sides...)...))
			if right := r.Problem == ""; right != c.right {
				t.Errorf("batch %d, which counts %d pages: %q", i, c.pages, r.Problem)
			}
		}
	})
}

// TestATypedLetterSaysWhoWroteIt types a letter that nobody could read: what it says goes
// on the record, and what the person set beside it stays.
func TestATypedLetterSaysWhoWroteIt(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, "")
		text := strings.Join(emilys("Please write to emily@student.example.").lines, "\n")
		for i, c := range []struct {
			before, set []string // besides the text
			name        string
			account     string
			way         complaint.Way
		}{
			{nil, nil, "", "4471823", complaint.ByEmail},
			{nil, []string{"name=E. Clark", "reply_by=letter"}, "E. Clark", "4471823", complaint.ByLetter},
			{[]string{"name=E. Clark", "account=12345"}, nil, "E. Clark", "12345", complaint.ByEmail},
			{[]string{"email=other@student.example", "reply_by=letter"}, nil, "", "4471823", complaint.ByLetter},
		} {
			path := filepath.Join(f.TempDir(), "unread.pdf")
			if err := os.WriteFile(path, fmt.Appendf(nil, "%%PDF-1.7\nrubbish %d", i), 0o600); err != nil {
				t.Fatal(err)
			}
			l := f.took(path).Letters[0]
			if c.before != nil {
				f.must(exitDone, append([]string{"desk", "set", l.Arrival}, c.before...)...)
			}
			f.must(exitDone, append([]string{"desk", "set", l.Arrival, "text=" + text}, c.set...)...)
			v := f.record(l)
			email := "emily@student.example"
			if len(c.before) > 0 && strings.HasPrefix(c.before[0], "email=") {
				email = strings.TrimPrefix(c.before[0], "email=")
			}
			if k := v.Complaint; k.CustomerAddress != email || v.Record.Account != c.account || k.ReplyBy != c.way || c.name != "" && k.CustomerName != c.name {
				t.Errorf("letter %d: %q <%s>, account %q, answered by %s", i, k.CustomerName, k.CustomerAddress, v.Record.Account, k.ReplyBy)
			}
		}
	})
}

// TestASplitLetterIsMatchedAnew splits a letter from a page that named another complaint:
// the proposal goes with it, and undoing brings it back.
func TestASplitLetterIsMatchedAnew(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, "")
		ref := f.took(f.typed("first.pdf", side{lines: []string{"Olga Nowak", "Dear Sir or Madam,", "the router is broken."}})).Letters[0].Reference
		l := f.took(f.typed("two.pdf", emilys(), jans("Numer sprawy "+string(ref)+"."))).Letters[0]
		proposed := func() (n int) {
			for _, link := range f.record(l).Links {
				if link.State == "proposed" {
					n++
				}
			}
			return n
		}
		if proposed() != 1 {
			t.Fatalf("before the split: %+v", f.record(l).Links)
		}
		second := f.splits(l.Arrival, 1)
		v := f.record(l)
		a, err := f.app.store.GetArrival(t.Context(), l.Arrival)
		if err != nil || proposed() != 0 || a.ProposedID != "" || v.Complaint.Provisional || v.Record.Account != "4471823" {
			t.Errorf("after the split: %+v, %q, provisional %v, record %+v, %v", v.Links, a.ProposedID, v.Complaint.Provisional, v.Record, err)
		}
		if a, err = f.app.store.GetArrival(t.Context(), second); err != nil || a.ProposedID == "" {
			t.Errorf("the second letter is proposed for %q, %v", a.ProposedID, err)
		}
		f.must(exitDone, "overrule", "undo", v.Decisions[len(v.Decisions)-1].ID, "--reason", "it is one")
		if proposed() != 1 {
			t.Errorf("after undoing it: %+v", f.record(l).Links)
		}
	})
}

// TestFilesAreMovedToAnotherDrive takes a file in whose folder for done files is on
// another drive, under a name that is taken there.
func TestFilesAreMovedToAnotherDrive(t *testing.T) {
	other, err := os.MkdirTemp("/dev/shm", "skarga-test-")
	testserver.Need(t, "another drive", err)
	t.Cleanup(func() {
		if err := os.RemoveAll(other); err != nil {
			t.Error(err)
		}
	})
	here, there := syscall.Stat_t{}, syscall.Stat_t{}
	if syscall.Stat(t.TempDir(), &here) != nil || syscall.Stat(other, &there) != nil || here.Dev == there.Dev {
		testserver.Need(t, "another drive", errors.New("/dev/shm lies on the same one"))
	}
	f := mailroom(t, false, fmt.Sprintf("[import]\ndone = %q\n", filepath.Join(other, "done")))
	for i, want := range []string{"one.pdf", "one-2.pdf"} {
		path := f.typed("one.pdf", emilys(fmt.Sprintf("It is complaint %d.", i)))
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		scanned := time.Now().Add(-time.Hour).Truncate(time.Second)
		if err := os.Chtimes(path, scanned, scanned); err != nil {
			t.Fatal(err)
		}
		r := f.took(path)
		if r.MovedTo != filepath.Join(other, "done", want) {
			t.Fatalf("moved to %q", r.MovedTo)
		}
		moved, err := os.ReadFile(r.MovedTo)
		if err != nil || !bytes.Equal(moved, raw) {
			t.Errorf("what was moved is not the same: %v", err)
		}
		if info, err := os.Stat(r.MovedTo); err != nil || !info.ModTime().Equal(scanned) {
			t.Errorf("its date is %v, %v", info.ModTime(), err)
		}
		if _, err := os.Stat(path); !os.IsNotExist(err) {
			t.Errorf("the source is still there: %v", err)
		}
	}
}

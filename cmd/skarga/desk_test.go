package main

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/scanner-import/code"
	"ask4.com/skarga/scanner-import/file"
)

// paper reads the part of the ledger about letters.
func (f *firm) paper(code int) paperLedger {
	f.Helper()
	_, out, _ := f.cmd("", "--json", "ledger")
	f.must(code, "ledger")
	last := strings.Split(strings.TrimSpace(out), "\n")
	var p map[string]paperLedger
	if err := json.Unmarshal([]byte(last[len(last)-1]), &p); err != nil {
		f.Fatalf("%v in %s", err, out)
	}
	return p["paper"]
}

// TestP12LettersInTheHouseAreWatched registers letters by a printed sheet, scans some
// of them, and looks at the clock: the others are warned about and are a breach.
func TestP12LettersInTheHouseAreWatched(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, "[firm]\nduty_address = \"duty@ask4.com\"\n")
		at := time.Now().Add(-time.Hour).In(f.app.rules.Location)
		to := filepath.Join(t.TempDir(), "sheet.pdf")
		f.must(exitDone, "sheet", "batch", "--received", at.Format("2006-01-02 15:04"), "--operator", "ANNA", "--letters", "3", "--to", to)
		if p := f.paper(exitDone); p.Missing != 3 || p.MissingLate != 0 {
			t.Errorf("before the scan: %+v", p)
		}
		printed := printedCode(t, to)
		r := f.took(f.typed("some.pdf", side{code: printed}, emilys(), side{code: separator()}, jans()))
		if !strings.Contains(r.Problem, "3 letters and 2 were found") || len(r.Letters) != 2 {
			t.Errorf("took %+v", r)
		}
		if p := f.paper(exitDone); p.Missing != 1 || p.PagesIn != 4 || p.InLetters != 2 || p.Sheets != 2 || p.Unaccounted != 0 {
			t.Errorf("after the scan: %+v", p)
		}
		f.took(f.typed("rest.pdf", side{code: printed}, emilys("It was stuck in the feeder.")))
		if p := f.paper(exitDone); p.Missing != 0 || len(p.Batches) != 0 {
			t.Errorf("all scanned: %+v", p)
		}
		// A batch of which nothing is scanned.
		f.must(exitDone, "sheet", "batch", "--received", at.Format("2006-01-02 15:04"), "--letters", "12", "--to", to)
		var log strings.Builder
		for _, step := range []struct {
			hours, events int
		}{{14, 0}, {17, 1}, {17, 1}, {25, 2}, {26, 2}} {
			now := at.Add(time.Duration(step.hours) * time.Hour)
			cases := *f.app.cases
			cases.Now = func() time.Time { return now }
			clock := casework.Clock{Office: &cases, Store: caseStore{f.app.store}, Alert: f.app.office.DutyAlert, Log: slog.New(slog.NewTextHandler(&log, nil))}
			if err := clock.Look(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := alerts(t, f.app) - dutyAlertsOfLetters(t, f); got != step.events {
				t.Errorf("P12: after %d hours %d mails about letters that are not scanned, want %d", step.hours, got, step.events)
			}
			if got := strings.Count(log.String(), "not scanned"); got != step.events {
				t.Errorf("P12: after %d hours the log tells %d times, want %d", step.hours, got, step.events)
			}
		}
	})
}

// dutyAlertsOfLetters counts the alerts about held letters, which wait as well.
func dutyAlertsOfLetters(t *testing.T, f *firm) (n int) {
	t.Helper()
	d, err := f.app.store.DeskLetters(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range d {
		events, err := f.app.store.Events(t.Context(), l.Arrival.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if strings.HasPrefix(e.Kind, "duty alert") {
				n++
			}
		}
	}
	return n
}

// printedCode reads the code of a printed sheet.
func printedCode(t *testing.T, path string) string {
	t.Helper()
	o := file.NewOpener(file.Options{})
	defer o.Close()
	pdf, err := o.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer pdf.Close()
	p, err := pdf.Page(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range code.Find(p.Gray) {
		if c.Symbology == code.QR {
			return c.Text
		}
	}
	t.Fatal("the sheet has no code")
	return ""
}

// TestTheDeskSaysAllThatALetterWaitsFor takes letters in whose time is not known, of which
// one could not be read and one is empty; they are named by their reference, too. What a
// scanner began to write is in the ledger.
func TestTheDeskSaysAllThatALetterWaitsFor(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		folder := t.TempDir()
		f := mailroom(t, postgres, fmt.Sprintf("[import]\nfolder = %q\ntesseract = \"no-such-program\"\n", folder))
		for name, want := range map[string]string{"hand.pdf": "type what it says", "empty.pdf": "see whether they are empty"} {
			lines := []string{"written by hand"}
			if name == "empty.pdf" {
				lines = nil
			}
			l := f.took(f.scan(name, sheetOfText(t, lines...))).Letters[0]
			out := f.must(exitDone, "desk", "show", string(l.Reference))
			if !strings.Contains(out, "letter "+l.Arrival) || !strings.Contains(out, want) || !strings.Contains(out, "set the time") {
				t.Errorf("%s:\n%s", name, out)
			}
		}
		if out := f.must(exitFailed, "desk", "show", "ASK4-26-K7Q2M-4"); !strings.Contains(out, "there is no arrival") {
			t.Errorf("a reference of nothing: %s", out)
		}
		for _, name := range []string{"scan0001.pdf.part", ".DS_Store"} {
			if err := os.WriteFile(filepath.Join(folder, name), []byte("%PDF-1.4"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		_, out, _ := f.cmd("", "ledger")
		if !strings.Contains(out, "scan0001.pdf.part") || strings.Contains(out, ".DS_Store") {
			t.Errorf("what a scanner did not finish:\n%s", out)
		}
	})
}

// TestDeskSetsWhatIsOnThePage types a letter that could not be read, gives it an
// address and confirms it; a letter that is handed back waits.
func TestDeskSetsWhatIsOnThePage(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, "[import]\ntesseract = \"no-such-program\"\n")
		given := f.hoursAgo(1)
		l := f.took(f.scan("hand.pdf", sheetOfText(t, "written by hand")), "--received", given).Letters[0]
		if !strings.Contains(l.Held, "type") || l.AckDueAt == nil {
			t.Fatalf("without an OCR engine: %+v", l)
		}
		text := filepath.Join(t.TempDir(), "text.txt")
		if err := os.WriteFile(text, []byte(strings.Join(jans().lines, "\n")), 0o600); err != nil {
			t.Fatal(err)
		}
		f.must(exitDone, "desk", "set", l.Arrival, "text=@"+text)
		if c := f.record(l).Complaint; c.CustomerName != "Jan Kowalski" || c.Language != complaint.Polish {
			t.Errorf("typed: %+v", c)
		}
		f.must(exitUsage, "desk", "set", l.Arrival, "height=2m")
		f.must(exitUsage, "desk", "set", l.Arrival, "email=nobody")
		f.must(exitDone, "desk", "set", l.Arrival, "address=Jan Kowalski; ul. Krótka 1; 00-950 Warszawa; Poland", "account=998877", "needs=large_print")
		v := f.record(l)
		if v.Complaint.PostalAddress != "Jan Kowalski\nul. Krótka 1\n00-950 Warszawa\nPoland" || v.Record.Account != "998877" || v.Complaint.Needs != complaint.LargePrint {
			t.Errorf("set: %+v, %+v", v.Complaint, v.Record)
		}
		if len(v.Deliveries) != 0 {
			t.Errorf("something left before it was confirmed: %+v", v.Deliveries)
		}
		f.must(exitDone, "desk", "hand-back", l.Arrival, "--reason", "the corner is folded over")
		if out := f.must(exitDone, "desk", "show", l.Arrival); !strings.Contains(out, "folded over") || !strings.Contains(out, "Krótka") {
			t.Errorf("shown:\n%s", out)
		}
		f.must(exitDone, "desk", "confirm", l.Arrival)
		v = f.record(l)
		if len(v.Deliveries) != 1 || v.Deliveries[0].Way != complaint.ByLetter || v.Complaint.Language != complaint.Polish {
			t.Errorf("P17: confirmed: %+v", v.Deliveries)
		}
	})
}

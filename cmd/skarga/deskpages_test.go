package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
)

// shown runs `skarga desk show --json`.
func (f *firm) shown(letter string) (v letterView) {
	f.Helper()
	if err := json.Unmarshal([]byte(f.must(exitDone, "--json", "desk", "show", letter)), &v); err != nil {
		f.Fatal(err)
	}
	return v
}

// boxOf is where a kind of detail stands on a letter.
func boxOf(v letterView, kind complaint.DetailKind) complaint.Place {
	for _, d := range v.Paper.Details {
		if d.Kind == kind {
			return d.Where
		}
	}
	return complaint.Place{}
}

// TestDeskReordersAndTurnsPages puts the pages of a letter into order and turns one: the
// file stays as it is, the letter is read anew, and both can be taken back.
func TestDeskReordersAndTurnsPages(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, "")
		given := f.hoursAgo(1)
		l := f.took(f.typed("turned.pdf", side{lines: []string{"The engineer never came.", "I want my money back."}}, emilys()), "--received", given).Letters[0]
		if v := f.shown(l.Arrival); !strings.HasPrefix(v.Paper.Text, "The engineer") || boxOf(v, complaint.DetailAccount).Page != 2 {
			t.Fatalf("as scanned: %q, account on %+v", v.Paper.Text, boxOf(v, complaint.DetailAccount))
		}
		for _, wrong := range [][]string{{"1", "2"}, {"2"}, {"2", "2"}, {"2", "1", "3"}, {"0", "1"}} {
			f.must(exitUsage, append([]string{"desk", "reorder", l.Arrival}, wrong...)...)
		}
		f.must(exitDone, "desk", "reorder", l.Arrival, "2", "1")
		v := f.shown(l.Arrival)
		if !strings.HasPrefix(v.Paper.Text, "Emily Clark") || boxOf(v, complaint.DetailAccount).Page != 1 || v.Pages[0].Number != 2 {
			t.Errorf("in order: %q, account on %+v", v.Paper.Text, boxOf(v, complaint.DetailAccount))
		}
		upright := *boxOf(v, complaint.DetailAccount).Box
		f.must(exitUsage, "desk", "turn", l.Arrival, "--page", "3")
		f.must(exitUsage, "desk", "turn", l.Arrival, "--page", "1", "--by", "45")
		f.must(exitDone, "desk", "turn", l.Arrival, "--page", "1", "--by", "90")
		v = f.shown(l.Arrival)
		box := *boxOf(v, complaint.DetailAccount).Box
		if v.Pages[0].Turned != 90 || v.Pages[0].ReadAt.IsZero() || box[2] != upright[3] || box[3] != upright[2] || box[1] != upright[0] {
			t.Errorf("turned: %+v, the account was at %v and is at %v", v.Pages[0], upright, box)
		}
		if got, err := f.app.store.ScanFile(t.Context(), v.Pages[0].FileID); err != nil || got.State != complaint.ScanRead {
			t.Errorf("the file is %s, %v", got.State, err)
		}
		for _, d := range slices.Backward(f.decisions(l.Arrival)) {
			f.must(exitDone, "overrule", "undo", d.ID, "--reason", "it was right before")
		}
		if v = f.shown(l.Arrival); !strings.HasPrefix(v.Paper.Text, "The engineer") || v.Pages[1].Turned != 0 || *boxOf(v, complaint.DetailAccount).Box != upright {
			t.Errorf("taken back: %q, %+v", v.Paper.Text, boxOf(v, complaint.DetailAccount))
		}
		f.must(exitDone, "audit", "verify")
	})
}

// decisions are those about an arrival, the oldest first.
func (f *firm) decisions(arrival string) []complaint.Decision {
	f.Helper()
	who, err := f.app.cases.Person("Anna Kowalska")
	if err != nil {
		f.Fatal(err)
	}
	all, err := f.app.cases.Decisions(f.Context(), who, arrival)
	if err != nil {
		f.Fatal(err)
	}
	return all
}

// TestDeskTurnedPageIsReadAgain turns a page of a scan on its side, where nothing can be
// read, and back.
func TestDeskTurnedPageIsReadAgain(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("OCR is slow; the whole run has it")
	}
	f := mailroom(t, false, "")
	given := f.hoursAgo(1)
	l := f.took(f.scan("side.pdf", sheetOfText(t, emilys().lines...)), "--received", given).Letters[0]
	was := f.shown(l.Arrival)
	f.must(exitDone, "desk", "turn", l.Arrival, "--page", "1", "--by", "180")
	if v := f.shown(l.Arrival); strings.Contains(v.Paper.Text, "4471823") {
		t.Errorf("on its head it is read as %q", v.Paper.Text)
	}
	f.must(exitDone, "desk", "turn", l.Arrival, "--page", "1", "--by", "180")
	if v := f.shown(l.Arrival); v.Paper.Text != was.Paper.Text || f.record(l).Complaint.CustomerName != "Emily Clark" {
		t.Errorf("turned back it is read as %q", v.Paper.Text)
	}
}

// TestDeskReadsALetterAgain takes a letter in while tesseract is away and one that it
// crashes on, and reads both again when it works, by the command and on the page.
func TestDeskReadsALetterAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		engine := filepath.Join(t.TempDir(), "engine")
		f := mailroom(t, postgres, fmt.Sprintf("[import]\ntesseract = %q\n", engine)+staff)
		runs := func(script string) {
			t.Helper()
			if err := os.WriteFile(engine+".new", []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(engine+".new", engine); err != nil {
				t.Fatal(err)
			}
		}
		given := f.hoursAgo(2)
		take := func(name, line string) importedLetter {
			t.Helper()
			l := f.took(f.scan(name, sheetOfText(t, emilys(line).lines...)), "--received", given).Letters[0]
			if !strings.Contains(l.Held, "type what it says") {
				t.Fatalf("%s waits because %q", name, l.Held)
			}
			return l
		}
		away := take("away.pdf", "It began in May.")
		if out := f.must(exitFailed, "desk", "read", away.Arrival); !strings.Contains(out, "install tesseract-ocr") {
			t.Errorf("without an engine: %s", out)
		}
		runs(`case "$*" in *--list-langs*) exec tesseract "$@" ;; esac; kill -11 $$`)
		if out := f.must(exitDone, "desk", "read", away.Arrival); !strings.Contains(out, "Page 1 could not be read") || !strings.Contains(out, "segmentation fault") {
			t.Errorf("it crashes: %s", out)
		}
		crashed := take("crashed.pdf", "It began in June.")
		f.serve(time.Time{})
		marek := f.enters("Marek Post")
		runs(`exec tesseract "$@"`)

		f.must(exitUsage, "desk", "read", away.Arrival, "--page", "2")
		if out := f.must(exitDone, "desk", "read", away.Arrival, "--page", "1"); !strings.Contains(out, "Read again.") {
			t.Errorf("read: %s", out)
		}
		page := "/staff/desk/letter/" + crashed.Arrival
		if p := marek.get(page); !strings.Contains(p.body, `value="read"`) {
			t.Errorf("the page has no button: %s", p.body)
		}
		if p := marek.post(page, "do=read&page=1"); p.status != http.StatusOK || !strings.Contains(p.body, "being read again") {
			t.Errorf("by the page: %d\n%s", p.status, p.body)
		}
		for _, l := range []importedLetter{away, crashed} {
			f.wait("it to be read", func() bool { return strings.Contains(f.shown(l.Arrival).Arrival.HoldReason, "only read") })
			v := f.shown(l.Arrival)
			told := slices.ContainsFunc(v.Complaint.Events, func(e complaint.Event) bool { return e.Kind == "read again" && e.Actor != "skarga" })
			if stale := strings.Join(v.Arrival.Reasons, "; "); strings.Contains(stale, "type what it says") || strings.Contains(stale, "Damaged") {
				t.Errorf("it is still said that %s", stale)
			}
			if c := v.Complaint; c.Complaint.CustomerName != "Emily Clark" || c.Record.Account != "4471823" || v.Paper.ToType || !told {
				t.Errorf("read again: %q, %+v, on record: %v", c.Complaint.CustomerName, c.Record, told)
			}
		}

		// What is being read, typed or confirmed stays, and the reason is told.
		file := f.shown(away.Arrival).Pages[0]
		file.ReadAt = time.Time{}
		if err := f.app.store.SetPageRead(t.Context(), file); err != nil {
			t.Fatal(err)
		}
		refused := func(l importedLetter, why string) {
			t.Helper()
			if out := f.must(exitFailed, "desk", "read", l.Arrival); !strings.Contains(out, why) {
				t.Errorf("%s: %s", why, out)
			}
			if p := marek.post("/staff/desk/letter/"+l.Arrival, "do=read&page=1"); p.status != http.StatusConflict || !strings.Contains(p.body, why) {
				t.Errorf("%s on the page: %d\n%s", why, p.status, p.body)
			}
		}
		refused(away, "is being read")
		f.must(exitDone, "desk", "set", crashed.Arrival, "text="+strings.Join(emilys().lines, "\n"))
		refused(crashed, "empty its text first")
		f.must(exitDone, "desk", "set", crashed.Arrival, "text=")
		f.must(exitDone, "desk", "read", crashed.Arrival)
		f.must(exitDone, "desk", "confirm", crashed.Arrival)
		refused(crashed, "confirmed it")
		if p := marek.get(page); strings.Contains(p.body, `value="read"`) {
			t.Error("the page of what was confirmed offers to read it")
		}
		unread := filepath.Join(f.TempDir(), "unread.pdf")
		if err := os.WriteFile(unread, []byte("%PDF-1.7\nrubbish"), 0o600); err != nil {
			t.Fatal(err)
		}
		refused(f.took(unread).Letters[0], "hand it back")
		f.must(exitDone, "audit", "verify")
	})
}

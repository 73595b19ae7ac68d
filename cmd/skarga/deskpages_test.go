package main

import (
	"encoding/json"
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
		given := time.Now().Add(-time.Hour).In(f.app.rules.Location).Format("2006-01-02 15:04")
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
		if err := f.app.readAgain(t.Context(), v.Pages[0].FileID); err != nil {
			t.Fatal(err)
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
	given := time.Now().Add(-time.Hour).In(f.app.rules.Location).Format("2006-01-02 15:04")
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

package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/complaint/figures"
	"ask4.com/skarga/internal/testscan"
	scannerimport "ask4.com/skarga/scanner-import"
)

// batchOf is the code of the sheet of a batch.
func batchOf(id string, pages, letters int) side {
	return side{code: scannerimport.Sheet{Type: scannerimport.SheetBatch, Batch: id, Received: time.Now().Add(-time.Hour).Truncate(time.Minute), Pages: pages, Letters: letters}.Code()}
}

// going lists the complaints that go on.
func (f *firm) going() (all []complaint.Listed) {
	f.Helper()
	who, err := f.app.cases.Person("Anna Kowalska")
	if err != nil {
		f.Fatal(err)
	}
	list, err := f.app.cases.List(f.Context(), who, complaint.Filter{})
	if err != nil {
		f.Fatal(err)
	}
	for _, l := range list {
		if !l.Stage.Ended() {
			all = append(all, l)
		}
	}
	return all
}

// goesOn wants so many complaints to go on, of these customers, and a ledger in which
// nothing is missing and nothing is wrong.
func (f *firm) goesOn(names ...string) {
	f.Helper()
	var got []string
	for _, l := range f.going() {
		got = append(got, l.CustomerName)
	}
	for _, name := range names {
		if n := strings.Count(strings.Join(got, "\n")+"\n", name+"\n"); n != 1 {
			f.Errorf("%s has %d complaints of %q", name, n, got)
		}
	}
	if len(got) != len(names) {
		f.Errorf("%d complaints go on, %q; want those of %q", len(got), got, names)
	}
	if p := f.paper(exitDone); p.Unaccounted != 0 || p.PagesIn != p.InLetters+p.Sheets || len(p.Batches) > 0 {
		f.Errorf("the ledger: %+v", p)
	}
}

// overleaf is the second page of Emily's letter.
func overleaf() side {
	return side{lines: []string{"The engineer never came, although I stayed at home for two days to let him in.", "I want my money back for the whole of November.", "Please answer me in writing."}}
}

// TestABatchIsScannedAgainAfterADoubleFeed takes a batch in of which the feeder swallowed a
// page, and then all of it again: every letter has one complaint, and nothing is wrong.
func TestABatchIsScannedAgainAfterADoubleFeed(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		olga := side{lines: append([]string{"Olga Nowak", "Flat 3", "9 High Street", "Sheffield", "S2 5QQ", ""}, emilys().lines[6:9]...)}
		whole := []side{emilys(), overleaf(), {code: separator()}, jans(), {code: separator()}, olga}
		for name, first := range map[string][]side{
			"the second page":           {emilys(), {code: separator()}, jans(), {code: separator()}, olga},
			"the first page":            {overleaf(), {code: separator()}, jans(), {code: separator()}, olga},
			"a letter":                  {emilys(), overleaf(), {code: separator()}, olga},
			"the separator":             {emilys(), overleaf(), jans(), {code: separator()}, olga},
			"a page, and another later": {emilys(), {code: separator()}, jans(), {code: separator()}, olga},
		} {
			t.Run(name, func(t *testing.T) {
				f := mailroom(t, postgres, directory(t))
				sheet := batchOf("R1", 4, 3)
				one := f.took(f.typed("first.pdf", append([]side{sheet}, first...)...))
				if one.Problem == "" {
					t.Fatal("nothing is wrong with a batch that lacks a page")
				}
				again := whole
				if name == "a page, and another later" {
					again = []side{emilys(), overleaf(), {code: separator()}, jans()} // Olga's is swallowed now
				}
				two := f.took(f.typed("second.pdf", append([]side{sheet}, again...)...))
				if name == "the separator" { // a person divides what was scanned as one
					if n := len(f.going()); n < 3 || !strings.Contains(two.Problem, "3 letters and 2 were found in 2 files") {
						t.Errorf("%d complaints, at the desk because %q", n, two.Problem)
					}
					f.splits(one.Letters[0].Arrival, 2)
					two.Problem = ""
				}
				if two.Problem != "" {
					t.Errorf("at the desk because %s", two.Problem)
				}
				f.goesOn("Emily Clark", "Jan Kowalski", "Olga Nowak")
				for _, l := range append(one.Letters, two.Letters...) {
					a, err := f.app.store.GetArrival(t.Context(), l.Arrival)
					if err != nil || strings.Contains(a.HoldReason, "whole batch") || a.ProposedID != "" && name != "the separator" {
						t.Errorf("held because %q, proposed for %q, %v", a.HoldReason, a.ProposedID, err)
					}
					v := f.view(a)
					if v.Complaint.CustomerName == "Emily Clark" && len(v.Deliveries) != 1 { // the directory has her
						t.Errorf("Emily has %d acknowledgements", len(v.Deliveries))
					}
				}
			})
		}
	})
}

// TestANewScanTakesThePlaceOfWhatWasHandedBack hands a letter back and scans it again behind
// its sheet: its complaint goes on in that of the new scan, which waits no longer.
func TestANewScanTakesThePlaceOfWhatWasHandedBack(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, "")
		sheet := batchOf("H1", 0, 0)
		one := f.took(f.typed("first.pdf", sheet, emilys(), overleaf())).Letters[0]
		f.must(exitDone, "desk", "hand-back", one.Arrival, "--reason", "there is a third page")
		two := f.took(f.typed("second.pdf", sheet, emilys(), overleaf(), side{lines: []string{"PS: my neighbour has had no internet for just as long as I have not."}})).Letters[0]
		f.goesOn("Emily Clark")
		if strings.Contains(two.Held, "went back") || two.Reference == one.Reference {
			t.Errorf("the new scan: %+v", two)
		}
	})
}

// TestALetterThatGaveWayIsScannedAThirdTime scans a letter, hands it back, and scans it twice
// more; where the new scan is handed back, too, the last one takes its place.
func TestALetterThatGaveWayIsScannedAThirdTime(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		for id, back := range map[string]bool{"T1": false, "T2": true} {
			t.Run(id, func(t *testing.T) {
				f := mailroom(t, postgres, "")
				scan := func(name, dust string) importedLetter { // no two pictures of paper are one
					return f.took(f.typed(name, batchOf(id, 0, 0), emilys(), side{lines: append(overleaf().lines, dust)})).Letters[0]
				}
				one := scan("first.pdf", ".")
				f.must(exitDone, "desk", "hand-back", one.Arrival, "--reason", "a corner is folded")
				two := scan("second.pdf", ". .")
				f.goesOn("Emily Clark")
				if back {
					f.must(exitDone, "desk", "hand-back", two.Arrival, "--reason", "it is folded again")
				}
				three := scan("third.pdf", ". . .")
				f.goesOn("Emily Clark")
				for _, l := range f.going() {
					want := two.Reference
					if back {
						want = three.Reference
					}
					if l.Reference != want {
						t.Errorf("%s goes on, want %s", l.Reference, want)
					}
				}
			})
		}
	})
}

// TestALetterThatIsScannedTwiceMissesOnce takes a letter in, twice and too late: one
// acknowledgement was missed.
func TestALetterThatIsScannedTwiceMissesOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, "")
		given := time.Now().Add(-30 * time.Hour).Truncate(time.Minute)
		sheet := side{code: scannerimport.Sheet{Type: scannerimport.SheetBatch, Batch: "L1", Received: given}.Code()}
		for _, name := range []string{"first.pdf", "second.pdf"} {
			f.took(f.typed(name, sheet, emilys(), side{lines: append(overleaf().lines, strings.Repeat(".", len(name)))}))
		}
		f.goesOn("Emily Clark")
		day := func(at time.Time) string { return at.In(f.app.rules.Location).Format(time.DateOnly) }
		var r figures.Report
		if err := json.Unmarshal([]byte(f.must(exitDone, "report", "--from", day(given), "--to", day(time.Now()), "--format", "json")), &r); err != nil {
			t.Fatal(err)
		}
		if k := r.Kept[0]; k.Due.N != 1 || k.Missed.N != 1 || k.Void.N != 1 || !r.Balance.AddsUp() {
			t.Errorf("acknowledgements: %+v, balance %+v", k, r.Balance)
		}
	})
}

// TestOnlyWhatWasSwallowedIsScannedAgain scans the letter that the feeder swallowed: behind
// the same sheet, which settles the batch, or by itself, which a person settles.
func TestOnlyWhatWasSwallowedIsScannedAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, "")
		for id, more := range map[string][]side{"S1": {batchOf("S1", 2, 2), jans("S1")}, "S2": {jans("S2")}} {
			one := f.took(f.typed("first.pdf", batchOf(id, 2, 2), emilys(id)))
			if !strings.Contains(one.Problem, "2 pages and 1 were scanned") || !strings.Contains(one.Problem, "behind the same sheet") {
				t.Errorf("%s: %q", id, one.Problem)
			}
			two := f.took(f.typed("second.pdf", more...))
			held, err := f.app.store.GetArrival(t.Context(), one.Letters[0].Arrival)
			if err != nil || strings.Contains(held.HoldReason, "whole batch") == (id == "S1") || two.Letters[0].Outcome != complaint.ToComplaint {
				t.Errorf("%s: held because %q, %+v, %v", id, held.HoldReason, two, err)
			}
		}
		f.must(exitDone, "desk", "check", "S2", "--reason", "the second letter was scanned by itself")
		if p := f.paper(exitDone); len(p.Batches) != 0 || p.PagesIn != p.InLetters+p.Sheets {
			t.Errorf("the ledger: %+v", p)
		}
	})
}

// TestAScanIsKnownByItsWords scans paper twice: no two pictures are alike, but they say the
// same. A letter of another person with almost the same words is another letter.
func TestAScanIsKnownByItsWords(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("OCR is slow; the whole run has it")
	}
	f := mailroom(t, false, "")
	// scanned is a page as it lies a little otherwise each time.
	scanned := func(s side, by float64) *testscan.Page {
		if s.code != "" {
			return codeSheet(t, s.code)
		}
		p := testscan.NewPage(t, scanDPI)
		for i, line := range s.lines {
			p.Write("sans", 12, 25+by, 30+by+5.5*float64(i), line)
		}
		return p
	}
	others := side{lines: append([]string{"Grace Miller"}, emilys().lines[1:]...)}
	others.lines = append(others.lines[:len(others.lines)-1], "Grace Miller")
	sheet := batchOf("W1", 4, 3)
	first := f.took(f.scan("first.pdf", scanned(sheet, 0), scanned(emilys(), 0), scanned(side{code: separator()}, 0), scanned(jans(), 0)))
	if !strings.Contains(first.Problem, "4 pages and 2 were scanned") {
		t.Fatalf("took %+v", first)
	}
	second := f.took(f.scan("second.pdf", scanned(sheet, 2), scanned(emilys(), 1.7), scanned(overleaf(), 1.7), scanned(side{code: separator()}, 1), scanned(jans(), 1.3),
		scanned(side{code: separator()}, 1), scanned(others, 1.1)))
	if second.Problem != "" {
		t.Errorf("at the desk because %s", second.Problem)
	}
	f.goesOn("Emily Clark", "Jan Kowalski", "Grace Miller")
	for _, l := range f.going() {
		if strings.Contains(l.Summary, "engineer") != (l.CustomerName == "Emily Clark") {
			t.Errorf("%s: %q", l.CustomerName, l.Summary)
		}
	}
}

// TestPagesOfALetterThatWasJoinedAndSplitAreKnownAgain joins two letters, splits them and
// takes the pages of the second one in once more.
func TestPagesOfALetterThatWasJoinedAndSplitAreKnownAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, "")
		both := f.took(f.typed("two.pdf", emilys(), side{code: separator()}, jans()))
		f.must(exitDone, "desk", "join", both.Letters[0].Arrival, both.Letters[1].Arrival)
		f.splits(both.Letters[0].Arrival, 1)
		f.goesOn("Emily Clark", "Jan Kowalski")
		if again := f.took(f.typed("again.pdf", jans(), side{code: separator()}, emilys())); again.Letters[0].Outcome != complaint.Duplicate || again.Letters[1].Outcome != complaint.Duplicate {
			t.Errorf("scanned again they are %+v", again.Letters)
		}
		f.goesOn("Emily Clark", "Jan Kowalski")
	})
}

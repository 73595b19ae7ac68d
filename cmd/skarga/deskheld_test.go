package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	scannerimport "ask4.com/skarga/scanner-import"
)

// TestWrongCountHoldsALetterOfTheDirectory takes a batch in of which a page is missing: not
// even the letter that the directory has an address for, with its text in the PDF, is
// answered before the batch is settled, and then it is.
func TestWrongCountHoldsALetterOfTheDirectory(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		list := filepath.Join(t.TempDir(), "customers.csv")
		if err := os.WriteFile(list, []byte("account,name,address\n4471823,Emily Clark,\"12 High St; Leeds; LS1 4HD\"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		f := mailroom(t, postgres, fmt.Sprintf("[import]\ndirectory = %q\n", list))
		sheet := scannerimport.Sheet{Type: scannerimport.SheetBatch, Batch: "B1", Received: time.Now().Add(-time.Hour).Truncate(time.Minute), Pages: 2}
		l := f.took(f.typed("b1.pdf", side{code: sheet.Code()}, emilys())).Letters[0]
		if v := f.record(l); !strings.Contains(l.Held, "2 pages and 1 were scanned") || len(v.Deliveries) != 0 {
			t.Fatalf("held %q, %d answers", l.Held, len(v.Deliveries))
		}
		if out := f.must(exitDone, "desk", "show", l.Arrival); strings.Count(out, "2 pages and 1 were scanned") != 1 {
			t.Errorf("the reason does not stand there once:\n%s", out)
		}
		f.must(exitDone, "desk", "check", "B1", "--reason", "the sheet was wrong")
		if v := f.record(l); len(v.Deliveries) != 1 {
			t.Errorf("once it is settled: %d answers", len(v.Deliveries))
		}
	})
}

// TestUndoDoesNotBringASettledReasonBack splits a letter of a batch with a wrong count,
// settles the batch and takes the split back.
func TestUndoDoesNotBringASettledReasonBack(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, "")
		sheet := scannerimport.Sheet{Type: scannerimport.SheetBatch, Batch: "B1", Received: time.Now().Add(-time.Hour).Truncate(time.Minute), Pages: 3}
		l := f.took(f.typed("b1.pdf", side{code: sheet.Code()}, emilys(), side{lines: []string{"The second page."}})).Letters[0]
		f.must(exitDone, "desk", "split", l.Arrival, "--after", "1")
		f.must(exitDone, "desk", "check", "B1", "--reason", "the sheet was wrong")
		decisions, err := f.app.store.DecisionsOf(t.Context(), l.Arrival)
		if err != nil || len(decisions) != 1 {
			t.Fatalf("%d decisions, %v", len(decisions), err)
		}
		f.must(exitDone, "overrule", "undo", decisions[0].ID, "--reason", "it is one letter")
		if v := f.shown(l.Arrival); !strings.Contains(v.Arrival.HoldReason, "only read") || len(v.Pages) != 2 {
			t.Errorf("held %q with %d pages", v.Arrival.HoldReason, len(v.Pages))
		}
	})
}

package main

import (
	"slices"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
)

// TestP01TwoLettersOfOnePersonAreNotMergedInACircle proposes the later letter of a person
// for the earlier one and, also when both are read again, never the other way; whoever
// says that one belongs to the other cannot lose both.
func TestP01TwoLettersOfOnePersonAreNotMergedInACircle(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, "")
		given := time.Now().Add(-2 * time.Hour).In(f.app.rules.Location).Format("2006-01-02 15:04")
		first := f.took(f.typed("first.pdf", emilys()), "--received", given).Letters[0]
		second := f.took(f.typed("second.pdf", emilys("It was wrong again.")), "--received", given).Letters[0]
		links := func(l importedLetter) []complaint.Link {
			return slices.DeleteFunc(f.record(l).Links, func(k complaint.Link) bool { return k.ArrivalID != l.Arrival })
		}
		for range 2 {
			if n, m := len(links(first)), len(links(second)); n != 0 || m != 1 {
				t.Fatalf("the first proposes %d, the second %d", n, m)
			}
			f.must(exitDone, "desk", "read", first.Arrival)
		}
		f.must(exitDone, "desk", "link", "confirm", links(second)[0].ID)
		f.must(exitFailed, "overrule", "correspondence", first.Arrival, string(second.Reference), "--reason", "the same matter")
		if v := f.record(first); v.Complaint.Stage != complaint.StageReceived {
			t.Errorf("the first is %s", v.Complaint.Stage)
		}
		if v := f.record(second); v.Complaint.Stage != complaint.StageMerged {
			t.Errorf("the second is %s", v.Complaint.Stage)
		}
	})
}

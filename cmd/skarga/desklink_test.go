package main

import (
	"slices"
	"strings"
	"testing"

	"ask4.com/skarga/complaint"
)

// TestAScanThatBelongsToAnotherLetterGivesItsAddress says that a letter belongs to one on
// which no address could be read: the address of the second one is there then, and nobody
// has confirmed it. Who takes that back takes the address away again.
func TestAScanThatBelongsToAnotherLetterGivesItsAddress(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, "")
		given := f.hoursAgo(2)
		nameless := side{lines: []string{"Dear Sir or Madam,", "the internet has not worked for a week and nobody comes.", "Emily Clark"}}
		first := f.took(f.typed("first.pdf", nameless), "--received", given).Letters[0]
		second := f.took(f.typed("second.pdf", emilys("It was wrong again.")), "--received", given).Letters[0]
		if c := f.record(first).Complaint; c.PostalAddress != "" {
			t.Fatalf("the first has the address %q", c.PostalAddress)
		}
		f.must(exitDone, "overrule", "correspondence", second.Arrival, string(first.Reference), "--reason", "the same letter")
		if c := f.record(first).Complaint; !strings.Contains(c.PostalAddress, "34 Wellington Street") || c.PostalConfirmed || c.CanPost() {
			t.Errorf("the first has the address %q, confirmed %v", c.PostalAddress, c.PostalConfirmed)
		}
		made, err := f.app.store.DecisionsOf(t.Context(), second.Arrival)
		if err != nil || len(made) != 1 {
			t.Fatalf("%d decisions, %v", len(made), err)
		}
		f.must(exitDone, "overrule", "undo", made[0].ID, "--reason", "another letter")
		if c := f.record(first).Complaint; c.PostalAddress != "" {
			t.Errorf("after that was taken back it has the address %q", c.PostalAddress)
		}
	})
}

// TestP01TwoLettersOfOnePersonAreNotMergedInACircle proposes the later letter of a person
// for the earlier one and, also when both are read again, never the other way; whoever
// says that one belongs to the other cannot lose both.
func TestP01TwoLettersOfOnePersonAreNotMergedInACircle(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, "")
		given := f.hoursAgo(2)
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

package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
)

func TestSearchFindsCorrespondenceWithoutAccents(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		a := f.take(writes("Żaneta Mróz <zaneta@student.example>", "s1@student.example", "Zwierzęta w budynku", "", "W kuchni mieszka żółw. Nazywa się Kubuś i gryzie kable."))
		v, _ := f.answered(a)
		_, other := f.first()
		anna, tomasz := f.enters("Anna Kowalska"), f.enters("Tomasz Nowak")
		finds := func(who *visitor, words string, refs ...complaint.Reference) bool {
			t.Helper()
			p := who.get("/staff/?q=" + url.QueryEscape(words))
			if p.status != http.StatusOK {
				t.Fatalf("%s: %d\n%s", words, p.status, p.body)
			}
			n := strings.Count(p.body, `href="/staff/complaint/`)
			for _, r := range refs {
				if !strings.Contains(p.body, string(r)) {
					return false
				}
			}
			return n == len(refs)
		}
		mine, hers := v.Complaint.Reference, other.Complaint.Reference
		f.wait("both to be findable", func() bool { return finds(anna, "zolw", mine) && finds(anna, "slow room", hers) })
		for words, want := range map[string][]complaint.Reference{
			"ŻÓŁW": {mine}, "zol kub": {mine}, "kuchni Mroz": {mine}, "zolw internet": {}, "emily": {hers}, "dotarla panstwa": {mine}, `"; DROP TABLE`: {}, "***": {}, "zolw' OR 1=1": {},
		} {
			if !finds(anna, words, want...) {
				t.Errorf("%q does not find just %v", words, want)
			}
		}
		f.must(exitDone, "set", string(hers), "root_cause=Uszkodzony światłowód")
		if !finds(anna, "swiatlowod", hers) {
			t.Error("what staff wrote is not found")
		}
		if p := anna.post("/staff/filter", "name=Turtles&back=q%3Dzolw"); !strings.Contains(p.body, ">Turtles</a>") {
			t.Errorf("the saved filter is not shown: %d", p.status)
		}
		if p := tomasz.get("/staff/"); strings.Contains(p.body, "Turtles") {
			t.Error("another person's filter is shown")
		}
		if p := anna.post("/staff/filter", "do=forget&name=Turtles&back=q%3Dzolw"); strings.Contains(p.body, ">Turtles</a>") {
			t.Error("the filter is not forgotten")
		}
		err := f.app.store.InTx(t.Context(), func(tx *store.Tx) error {
			tx.SetAbout(complaint.About{ComplaintID: v.Complaint.ID, Staff: "Tomasz Nowak", State: complaint.AboutProvisional, By: "skarga", At: v.Complaint.ReceivedAt})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if !finds(tomasz, "zolw") || !finds(anna, "zolw", mine) { // P8
			t.Error("a search betrays what is hidden")
		}
	})
}

// TestSearchCatchesUpWithOldMail makes findable what was there before, over many
// batches, and does nothing twice.
func TestSearchCatchesUpWithOldMail(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{waiting: true})
	d := desk{f.T, f.app}
	for i := range 130 {
		d.take(writes(fmt.Sprintf("n%d@student.example", i), fmt.Sprintf("old%d@s", i), "Old", "", fmt.Sprintf("Numer%d is slow.", i)))
	}
	s := f.app.search()
	for range 2 {
		if err := s.CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if a, b, err := f.app.store.Unsearchable(t.Context(), "", "", 10); err != nil || len(a)+len(b) > 0 {
		t.Errorf("%d arrivals and %d deliveries cannot be found, %v", len(a), len(b), err)
	}
	found, err := f.app.store.ListComplaints(t.Context(), store.Filter{Words: "numer129"})
	if err != nil || len(found) != 1 {
		t.Errorf("found %d, %v", len(found), err)
	}
	later := f.app.search()
	later.Now = func() time.Time { return time.Now().Add(24 * time.Hour) }
	if err := later.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if at, err := f.app.store.Setting(t.Context(), "searchable up to"); err != nil || at < fmt.Sprintf("%012x", time.Now().UnixMilli()) {
		t.Errorf("the next look begins at %q, %v", at, err)
	}
}

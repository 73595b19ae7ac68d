package main

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
)

// TestP13OneOffDayCountsFromNowOn sets the next working day off, on a page.
func TestP13OneOffDayCountsFromNowOn(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{toml: staff})
		node := f.node()
		_, before := f.first()
		end, _, err := f.app.rules.Calendar.AddWorkdays(time.Now(), 1, f.app.rules.Location)
		if err != nil {
			t.Fatal(err)
		}
		day := end.In(f.app.rules.Location).Format(time.DateOnly)
		today := time.Now().In(f.app.rules.Location).Format(time.DateOnly)
		manager := f.enters("Anna Kowalska")
		set := func(day, name, working string) page {
			return manager.post("/staff/admin/calendar", url.Values{"day": {day}, "name": {name}, "working": {working}}.Encode())
		}
		for says, p := range map[string]page{
			"A day looks like 2026-12-31": set("31/12/2026", "Stocktaking", ""), "Give the day a name": set(day, " ", ""), "is worked already": set(day, "Stocktaking", "yes"),
			"is off already: Christmas Day": set("2026-12-25", "Stocktaking", ""), "answers for 2019 to 2028": set("2031-01-01", "Stocktaking", ""),
		} {
			if p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, says) {
				t.Errorf("%d, not %q", p.status, says)
			}
		}
		if p := set(day, "Stocktaking", ""); !strings.Contains(p.body, "The day is set.") || !strings.Contains(p.body, "Stocktaking") || !strings.Contains(p.body, "Anna Kowalska, today") {
			t.Fatalf("%d\n%s", p.status, p.body)
		}
		after, _ := f.answered(f.take(writes("Ola Wit <ola@student.example>", "m2@student.example", "Heating", "", "The heating in room 9 is cold.")))
		if why := f.must(exitDone, "show", string(after.Complaint.Reference), "--why", "update"); !strings.Contains(why, "not counted, Stocktaking") {
			t.Errorf("why:\n%s", why)
		}
		if why := f.must(exitDone, "show", string(before.Complaint.Reference), "--why", "update"); strings.Contains(why, "Stocktaking") {
			t.Errorf("a date moved by itself:\n%s", why)
		}
		if p := manager.get("/staff/admin/calendar?at=09:00&on=" + today + "&ack=" + today + "T09:30"); !strings.Contains(p.body, "not counted, Stocktaking") {
			t.Errorf("the page counts without it:\n%s", p.body)
		}
		works := func(a *app) bool {
			ok, _, err := a.rules.Calendar.Workday(end.In(a.rules.Location))
			return ok && err == nil
		}
		if !postgres { // there is no signal between processes: they look each minute
			if err := node.readDays(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		f.wait("the other node", func() bool { return !works(node) })
		if p := manager.post("/staff/admin/calendar/drop", "day="+day); !strings.Contains(p.body, "The day is taken away") || strings.Contains(p.body, "Stocktaking") || !works(f.app) {
			t.Errorf("taken away: %d\n%s", p.status, p.body)
		}
		if p := manager.post("/staff/admin/calendar/drop", "day="+day); p.status != http.StatusUnprocessableEntity {
			t.Errorf("taken away twice: %d", p.status)
		}
		f.must(exitDone, "audit", "verify")
		if got := f.history(calendarHistory); got != "Anna Kowalska calendar day set, Anna Kowalska calendar day taken away" {
			t.Errorf("on record: %s", got)
		}
		if list := f.view(f.take(writes(emily, "m9@student.example", "Again", "", "It is slow again."))).Obligations; strings.Contains(strings.Join(stepsOf(list), "\n"), "Stocktaking") {
			t.Error("the day still counts")
		}
	})
}

func stepsOf(list []complaint.Obligation) (all []string) {
	for _, o := range list {
		all = append(all, o.Steps...)
	}
	return all
}

// node is another one on the same database, which follows what others change.
func (f *firm) node() *app {
	f.Helper()
	node, err := assemble(f.Context(), f.config(), f.Output())
	if err != nil {
		f.Fatal(err)
	}
	ctx, stop := context.WithCancel(f.Context())
	kept := make(chan error, 1)
	go func() { kept <- node.keepLists(ctx) }()
	f.Cleanup(func() {
		stop()
		if err := <-kept; !errors.Is(err, context.Canceled) {
			f.Error(err)
		}
		if err := node.Close(); err != nil {
			f.Error(err)
		}
	})
	return node
}

// history says who did what in a chain of events.
func (f *firm) history(subject string) string {
	f.Helper()
	events, err := f.app.store.Events(f.Context(), subject)
	if err != nil {
		f.Fatal(err)
	}
	var all []string
	for _, e := range events {
		all = append(all, e.Actor+" "+e.Kind)
	}
	return strings.Join(all, ", ")
}

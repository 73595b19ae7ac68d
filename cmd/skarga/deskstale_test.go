package main

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/internal/testserver"
)

// TestDeskTellsTheSecondOfTwoPeopleAtALetter confirms a letter on a page that was open
// while another person corrected it.
func TestDeskTellsTheSecondOfTwoPeopleAtALetter(t *testing.T) {
	t.Parallel()
	f := mailroom(t, false, staff)
	l := f.took(f.typed("one.pdf", emilys()), "--received", time.Now().Add(-2*time.Hour).In(f.app.rules.Location).Format("2006-01-02 15:04")).Letters[0]
	f.serve(time.Time{})
	marek, anna := f.enters("Marek Post"), f.enters("Anna Kowalska")
	page := "/staff/desk/letter/" + l.Arrival
	shown := regexp.MustCompile(`name="seen" value="([0-9a-f]+)"`).FindStringSubmatch(marek.get(page).body)
	if shown == nil {
		t.Fatal("the page does not say what it showed")
	}
	if p := anna.post(page, "do=save&name=Emilia+Clark"); p.status != http.StatusOK {
		t.Fatalf("Anna saves: %d", p.status)
	}
	stale := url.Values{"do": {"confirm"}, "seen": {shown[1]}, "name": {"Emily Clark"}}.Encode()
	if p := marek.post(page, stale); p.status != http.StatusConflict {
		t.Errorf("Marek confirms what he saw before: %d", p.status)
	}
	if v := f.shown(l.Arrival); v.Complaint.Complaint.CustomerName != "Emilia Clark" || v.Letter.CheckedBy != "" {
		t.Errorf("after that: %q, compared by %q", v.Complaint.Complaint.CustomerName, v.Letter.CheckedBy)
	}
	again := regexp.MustCompile(`name="seen" value="([0-9a-f]+)"`).FindStringSubmatch(marek.get(page).body)
	if p := marek.post(page, url.Values{"do": {"confirm"}, "seen": {again[1]}, "name": {"Emilia Clark"}}.Encode()); p.status != http.StatusOK || f.shown(l.Arrival).Letter.CheckedBy != "Marek Post" {
		t.Errorf("Marek confirms what it says now: %d", p.status)
	}
}

// TestDeskShowsTheTimeAndTheConfirmationWithoutScrolling looks at a letter in a window of
// usual height.
func TestDeskShowsTheTimeAndTheConfirmationWithoutScrolling(t *testing.T) {
	t.Parallel()
	b := testserver.Browser(t, testserver.Look{})
	f := mailroom(t, false, staff)
	l := f.took(f.typed("one.pdf", emilys()), "--received", time.Now().Add(-2*time.Hour).In(f.app.rules.Location).Format("2006-01-02 15:04")).Letters[0]
	f.serve(time.Time{})
	f.signsIn(b, "Marek Post")
	b.Open(f.url("/staff/desk/letter/" + l.Arrival))
	inspect(t, b, "desk letter confirm")
	for _, where := range []string{"0", "document.body.scrollHeight"} {
		const seen = `(y => { scrollTo(0, y); return ["#confirm", "[data-left]"].every(css => { const r = document.querySelector(css).getBoundingClientRect(); return r.top >= 0 && r.bottom <= innerHeight && r.height > 0; }); })`
		if !testserver.Ask[bool](b, seen+`(`+where+`)`) {
			t.Errorf("scrolled to %s, the time that is left or the confirmation is out of view", where)
		}
	}
	b.Click("#f-name") // Enter in a field saves it, and confirms nothing
	b.KeysTo("\r")
	if !strings.Contains(b.Text(), "Saved.") || f.shown(l.Arrival).Letter.CheckedBy != "" {
		t.Errorf("after Enter in a field at %s: compared by %q\n%s", b.Address(), f.shown(l.Arrival).Letter.CheckedBy, b.Text())
	}
}

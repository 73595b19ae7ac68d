package main

import (
	"testing"
	"time"

	"ask4.com/skarga/internal/testserver"
)

// TestDeskComesBackToThePageOfALetter turns and moves pages by keyboard: whoever does it
// again need not look for the page, nor go through all that stands before it.
func TestDeskComesBackToThePageOfALetter(t *testing.T) {
	t.Parallel()
	b := testserver.Browser(t, testserver.Look{})
	f := mailroom(t, false, staff)
	given := f.hoursAgo(2)
	r := f.took(f.typed("long.pdf", emilys(), side{lines: []string{"The second page of my letter."}}, side{lines: []string{"The third page of my letter."}}), "--received", given)
	f.serve(time.Time{})
	f.signsIn(b, "Marek Post")
	b.Open(f.url("/staff/desk/letter/" + r.Letters[0].Arrival))
	testserver.Ask[bool](b, `document.getElementById("turn-2-180").focus(), true`)
	for range 2 {
		b.KeysTo("\r")
		b.Until(`document.activeElement?.id == "turn-2-180"`)
		if testserver.Ask[bool](b, `document.activeElement.getBoundingClientRect().top < document.querySelector(".letterhead").getBoundingClientRect().bottom`) {
			t.Error("the head of the letter hides the button with the focus")
		}
	}
	b.Until(`!document.getElementById("reading")`) // a page that is shown anew under the mouse would take the click
	b.Press("#page-3 [value=up]")
	b.Until(`document.activeElement?.id == "page-2"`)
}

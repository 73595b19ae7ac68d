package main

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
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
	l := f.took(f.typed("one.pdf", emilys()), "--received", f.hoursAgo(2)).Letters[0]
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

// TestDeskTellsWhoActsOnPagesThatWereMoved moves, turns, splits and joins from a page of the
// desk that was open while another person changed the order.
func TestDeskTellsWhoActsOnPagesThatWereMoved(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, staff)
		given := f.hoursAgo(2)
		letters := f.took(f.typed("two.pdf", emilys(), side{lines: []string{"The second page."}}, side{lines: []string{"The third page."}}, side{code: separator()}, jans()), "--received", given).Letters
		id := letters[0].Arrival
		f.serve(time.Time{})
		marek, anna := f.enters("Marek Post"), f.enters("Anna Kowalska")
		page := "/staff/desk/letter/" + id
		order := func() string {
			t.Helper()
			found := regexp.MustCompile(`name="pages" value="([0-9a-f]+)"`).FindStringSubmatch(marek.get(page).body)
			if found == nil {
				t.Fatal("the page does not say which pages it showed")
			}
			return "&pages=" + found[1]
		}
		numbers := func() (n []int) {
			for _, p := range f.shown(id).Pages {
				n = append(n, p.Number)
			}
			return n
		}
		stale := order()
		if p := anna.post(page, "do=down&page=1"+stale); p.status != http.StatusOK || !slices.Equal(numbers(), []int{2, 1, 3}) {
			t.Fatalf("Anna moves a page: %d, %v", p.status, numbers())
		}
		for _, do := range []string{"do=down&page=1", "do=up&page=2", "do=turn&by=90&page=1", "do=split&page=1", "do=join&other=" + letters[1].Arrival, "do=type&text=x"} {
			if p := marek.post(page, do+stale); p.status != http.StatusConflict || !strings.Contains(p.body, "Somebody was first") {
				t.Errorf("%s on the page as it was: %d", do, p.status)
			}
		}
		if v := f.shown(id); !slices.Equal(numbers(), []int{2, 1, 3}) || v.Pages[0].Turned != 0 || v.Letter.Typed != "" {
			t.Errorf("something was changed: %v, %+v", numbers(), v.Letter)
		}
		if p := marek.post(page, "do=turn&by=90&page=1"+order()); p.status != http.StatusOK {
			t.Errorf("on the page as it is: %d", p.status)
		}
		if p := anna.post(page, "do=split&page=1"+stale); p.status != http.StatusConflict {
			t.Errorf("split after a turn: %d", p.status)
		}
		if p := anna.post(page, "do=split&page=2"+order()); p.status != http.StatusOK || !slices.Equal(numbers(), []int{2, 1}) {
			t.Errorf("split on the page as it is: %d, %v", p.status, numbers())
		}
	})
}

// TestDeskShowsWhatComesInWhileItIsOpen puts a batch into the watched folder, and drops
// another one onto the page, while the desk is open in a browser: nobody loads it again.
func TestDeskShowsWhatComesInWhileItIsOpen(t *testing.T) {
	t.Parallel()
	b := testserver.Browser(t, testserver.Look{})
	folder := t.TempDir()
	f := mailroom(t, false, fmt.Sprintf("[import]\nfolder = %q\nsettle = \"500ms\"\nrescan = \"200ms\"\n", folder)+staff)
	f.serve(time.Time{})
	f.signsIn(b, "Marek Post")
	b.Open(f.url("/staff/desk"))
	testserver.Ask[bool](b, `window.same = true`)
	raw, err := os.ReadFile(f.typed("watched.pdf", countedSheet("B8", 3, 2), emilys(), side{code: separator()}, jans()))
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, "watched.pdf"), raw, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	b.Until(`window.same && ["Emily Clark", "Jan Kowalski", "watched.pdf"].every(said => document.body.innerText.includes(said)) && document.querySelectorAll("#waiting tbody tr").length == 2`)

	if !testserver.Ask[bool](b, dropping(t, "dropped.pdf", f.typed("dropped.pdf", emilys("The lift is broken as well.")))) {
		t.Error("the page does not show where a file may be dropped")
	}
	b.Until(`location.pathname.startsWith("/staff/desk/scan/") && document.body && document.body.innerText.includes("dropped.pdf") && document.querySelectorAll("#outcome tbody tr").length == 1`)
	f.wait("the letter that was dropped", func() bool {
		all, err := f.app.store.DeskLetters(t.Context())
		return err == nil && len(all) == 3
	})
}

// dropping is a script that drops a file onto the desk, and says whether the page showed
// where it may fall.
func dropping(t *testing.T, name, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return `(() => { const bytes = Uint8Array.from(atob("` + base64.StdEncoding.EncodeToString(raw) + `"), c => c.charCodeAt(0)), zone = document.getElementById("dropzone"), data = new DataTransfer();
		data.items.add(new File([bytes], "` + name + `", { type: "application/pdf" }));
		for (const kind of ["dragenter", "dragover"]) zone.dispatchEvent(new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true }));
		const over = zone.classList.contains("over");
		zone.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
		return over; })()`
}

// TestDeskShowsTheTimeAndTheConfirmationWithoutScrolling looks at a letter in a window of
// usual height.
func TestDeskShowsTheTimeAndTheConfirmationWithoutScrolling(t *testing.T) {
	t.Parallel()
	b := testserver.Browser(t, testserver.Look{})
	f := mailroom(t, false, staff)
	l := f.took(f.typed("one.pdf", emilys()), "--received", f.hoursAgo(2)).Letters[0]
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
	b.SetLook(testserver.Look{Width: 390})
	if !testserver.Ask[bool](b, `(() => { scrollTo(0, document.body.scrollHeight / 2); const r = document.querySelector("[data-left]").getBoundingClientRect(), top = document.elementFromPoint(r.left + 2, r.top + r.height / 2); return scrollY > 500 && r.top >= 0 && r.bottom <= 80 && top == document.querySelector("[data-left]"); })()`) {
		t.Error("on a phone, the time that is left scrolls away")
	}
	b.ShotWindow("desk letter scrolled phone")
	b.SetLook(testserver.Look{})
	b.Click("#f-name") // Enter in a field saves it, and confirms nothing
	b.KeysTo("\r")
	if !strings.Contains(b.Text(), "Saved.") || f.shown(l.Arrival).Letter.CheckedBy != "" {
		t.Errorf("after Enter in a field at %s: compared by %q\n%s", b.Address(), f.shown(l.Arrival).Letter.CheckedBy, b.Text())
	}
}

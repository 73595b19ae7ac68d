package main

import (
	"html"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
)

var (
	figureLink = regexp.MustCompile(`<td><a href="(/staff/figures\?[^"]+)" aria-label="([^":]+): ([^"]+)"`)
	pickedRef  = regexp.MustCompile(`<a class="ref" href="/staff/complaint/[^"]+">[^<]+</a>(?: <span class="soft">×(\d+)</span>)?`)
	pickedMore = regexp.MustCompile(`data-others="(\d+)"`)
)

// TestEveryFigureLinksToItsList follows each figure of the dashboard: a count has as many
// behind it as it says, and what is hidden from a person is in neither (P8).
func TestEveryFigureLinksToItsList(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{toml: staff})
	_, v := f.first()
	f.must(exitDone, "set", string(v.Complaint.Reference), "category=billing", "team=network")
	other, _ := f.answered(f.take(writes("Ola Wit <ola@student.example>", "m2@student.example", "Heating", "", "The heating in room 9 is cold.")))
	err := f.app.store.InTx(t.Context(), func(tx *store.Tx) error {
		tx.SetAbout(complaint.About{ComplaintID: other.Complaint.ID, Staff: "Adam Reads", State: complaint.AboutConfirmed, By: "skarga", At: other.Complaint.ReceivedAt})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	count := func(w *visitor, period, hidden string) (figures int) {
		t.Helper()
		p := w.get("/staff/figures?period=" + period)
		if p.status != http.StatusOK {
			t.Fatalf("%d", p.status)
		}
		for _, m := range figureLink.FindAllStringSubmatch(p.body, -1) {
			figures++
			list := w.get(html.UnescapeString(m[1]))
			n := 0
			for _, r := range pickedRef.FindAllStringSubmatch(list.body, -1) {
				times := 1
				if r[1] != "" {
					times, _ = strconv.Atoi(r[1])
				}
				n += times
			}
			for _, r := range pickedMore.FindAllStringSubmatch(list.body, -1) {
				others, _ := strconv.Atoi(r[1])
				n += others
			}
			if want, err := strconv.Atoi(m[2]); err == nil && n != want || n == 0 {
				t.Errorf("%s, %s: %s, and %d behind it", period, m[3], m[2], n)
			}
			if hidden != "" && strings.Contains(list.body, hidden) {
				t.Errorf("%s, %s: a list holds what is hidden", period, m[3])
			}
		}
		return figures
	}
	anna, adam := f.enters("Anna Kowalska"), f.enters("Adam Reads")
	if n := count(anna, "month", ""); n < 6 {
		t.Errorf("%d figures link to a list", n)
	}
	count(anna, "today", "")
	count(adam, "month", string(other.Complaint.Reference))
	if p := anna.get("/staff/figures?section=balance&row=1&col=9"); p.status != http.StatusOK {
		t.Errorf("a column that is not there: %d", p.status)
	}
}

// TestTextOfALetterIsReadOnItsPages shows what was read of a scan, with what was found in
// it marked, and markup as text.
func TestTextOfALetterIsReadOnItsPages(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	l := f.took(f.typed("letter.pdf", emilys("The sign said <img src=x onerror=alert(1)> all day."))).Letters[0]
	v := f.record(l)
	anna := f.enters("Anna Kowalska")
	for _, path := range []string{"/staff/complaint/" + string(l.Reference), "/staff/arrival/" + v.Arrivals[0].ID} {
		p := anna.get(path)
		if p.status != http.StatusOK || !strings.Contains(p.body, "the internet has not worked since Friday") || !strings.Contains(p.body, "&lt;img src=x") || strings.Contains(p.body, "<img src=x") {
			t.Errorf("%s: %d\n%s", path, p.status, p.body)
		}
	}
	page := anna.get("/staff/complaint/" + string(l.Reference)).body
	mark := regexp.MustCompile(`<mark id="(found-[^"]+)" title="[^"]*">4471823</mark>`).FindStringSubmatch(page)
	if mark == nil || !strings.Contains(page, `<a href="#`+mark[1]+`">4471823</a>`) {
		t.Errorf("the account is not marked and linked: %q\n%s", mark, page)
	}
	for _, m := range regexp.MustCompile(`<a href="#(found-[^"]+)"`).FindAllStringSubmatch(page, -1) {
		if !strings.Contains(page, `<mark id="`+m[1]+`"`) {
			t.Errorf("a link leads to no mark: %s", m[1])
		}
	}
}

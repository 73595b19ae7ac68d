package main

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
)

// TestP16BodyOfThePageIsNamedFromItsDayOn adds, changes and ends bodies on the page.
func TestP16BodyOfThePageIsNamedFromItsDayOn(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{toml: staff})
		node := f.node()
		now := time.Now().In(f.app.rules.Location)
		day := func(n int) string { return now.AddDate(0, 0, n).Format(time.DateOnly) }
		anna := f.enters("Anna Kowalska")
		set := func(fields ...string) page {
			form := url.Values{"kind": {"ico"}, "from": {day(0)}, "name": {"Data Office"}, "name_pl": {"Urząd Danych"}, "url": {"https://data.example.org"}, "phone": {"0300 000 000"}}
			for i := 0; i < len(fields); i += 2 {
				form.Set(fields[i], fields[i+1])
			}
			return anna.post("/staff/admin/bodies", form.Encode())
		}
		_, before := f.first()
		for says, p := range map[string]page{
			"Name: must not be empty": set("name", " "), "First day: “soon” is no date": set("from", "soon"), "First day: must not be empty": set("from", ""), "Web address": set("url", "data.example.org"),
			"Last day: lies before": set("until", day(-1)), "Kind: must be": set("kind", "police"), "Months to go there: needs": set("kind", "ombudsman"),
			"begins on that day": set("from", "2026-09-30"), "there is none that begins": set("change", "yes", "from", day(3)),
		} {
			if p.status != http.StatusUnprocessableEntity && p.status != http.StatusNotFound || p.status != http.StatusNotFound && !strings.Contains(p.body, strings.NewReplacer("“", "&#34;", "”", "&#34;").Replace(says)) {
				t.Errorf("%d, not %q", p.status, says)
			}
		}
		if p := set(); !strings.Contains(p.body, "The body is set.") || !strings.Contains(p.body, "Urząd Danych") {
			t.Fatalf("%d\n%s", p.status, p.body)
		}
		// The next acknowledgement names it, in the customer's language; so does the policy.
		write := func(id, from, text string) string {
			_, out := f.answered(f.take(writes(from, id+"@student.example", "Data", "", text)))
			return out.read.Text
		}
		if text := write("b1", "Ola Wit <ola@student.example>", "Skarżę się na ujawnienie moich danych osobowych innemu najemcy bez mojej zgody. Proszę o wyjaśnienie tej sprawy."); !strings.Contains(text, "Urząd Danych") || strings.Contains(text, "Data Office") {
			t.Errorf("the Polish answer:\n%s", text)
		}
		if text := write("b2", emily, "You leaked my personal data to another tenant."); !strings.Contains(text, "Data Office") || strings.Contains(text, "Urząd") {
			t.Errorf("the English answer:\n%s", text)
		}
		for path, want := range map[string]string{"/en/policy": "Data Office", "/pl/zasady": "Urząd Danych"} {
			if p := anna.get(path); !strings.Contains(p.body, want) {
				t.Errorf("%s does not name the %s", path, want)
			}
		}
		if out := f.must(exitDone, "policy"); !strings.Contains(out, "Data Office") || !strings.Contains(out, "Urząd Danych") {
			t.Errorf("policy:\n%s", out)
		}
		if _, out, _ := f.cmd("", "check"); !strings.Contains(out, "Data Office ("+day(0)+"; set by Anna Kowalska on ") || !strings.Contains(out, "Communications Ombudsman (2023-07-01; the configuration)") {
			t.Errorf("check:\n%s", out)
		}
		// The ombudsman of the configuration ends; the next one was added before.
		change := []string{"change", "yes", "kind", "ombudsman", "from", "2023-07-01", "name", "Communications Ombudsman", "name_pl", "", "url", "https://www.commsombudsman.org", "months", "12", "until", day(2)}
		if p := set(change...); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "customers could be told of no body") {
			t.Errorf("nobody would be left: %d", p.status)
		}
		if p := set("kind", "ombudsman", "from", day(3), "name", "Next Ombudsman", "months", "6"); p.status != http.StatusOK {
			t.Fatalf("%d\n%s", p.status, p.body)
		}
		if p := set(change...); !strings.Contains(p.body, "over the configuration") {
			t.Errorf("%d\n%s", p.status, p.body)
		}
		if p := anna.post("/staff/admin/bodies/drop", url.Values{"kind": {"ombudsman"}, "from": {day(3)}}.Encode()); p.status != http.StatusUnprocessableEntity {
			t.Errorf("the last one is taken away: %d", p.status)
		}
		if why := f.must(exitDone, "show", string(before.Complaint.Reference), "--why", "tell_ombudsman"); !strings.Contains(why, "names the Communications Ombudsman (2023-07-01 to "+day(2)+"; set by Anna Kowalska") {
			t.Errorf("why:\n%s", why)
		}
		holds := func(a *app, n int) string {
			return complaint.Holding(*a.office.bodies.Load(), "ombudsman", day(n)).Name
		}
		if holds(f.app, 2) != "Communications Ombudsman" || holds(f.app, 3) != "Next Ombudsman" {
			t.Errorf("in two days the %q, in three the %q", holds(f.app, 2), holds(f.app, 3))
		}
		if !postgres { // there is no signal between processes: they look each minute
			if err := node.readBodies(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		f.wait("the other node", func() bool { return holds(node, 3) == "Next Ombudsman" })
		if p := anna.post("/staff/admin/bodies/drop", url.Values{"kind": {"ico"}, "from": {day(0)}}.Encode()); !strings.Contains(p.body, "It is taken away") || strings.Contains(p.body, "Data Office") {
			t.Errorf("taken away: %d\n%s", p.status, p.body)
		}
		if text := write("b3", emily, "Again you leaked my personal data to another tenant."); !strings.Contains(text, "Information Commission") {
			t.Errorf("the answer after that:\n%s", text)
		}
		if got, want := f.history(bodyHistory), "Anna Kowalska body added, Anna Kowalska body added, Anna Kowalska body changed, Anna Kowalska body taken away"; got != want {
			t.Errorf("on record: %s", got)
		}
		f.must(exitDone, "audit", "verify")
	})
}

// TestP16TwoManagersAtOnceLeaveNoDayUncovered has one end the body in force and another
// take the next one away, each right by itself, on two nodes at the same moment.
func TestP16TwoManagersAtOnceLeaveNoDayUncovered(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{toml: staff})
		here, there := ownBodies{f.app}, ownBodies{f.node()}
		day := func(n int) string {
			return time.Now().In(f.app.rules.Location).AddDate(0, 0, n).Format(time.DateOnly)
		}
		body := func(from, until, name string) complaint.Body {
			return complaint.Body{Kind: "ombudsman", From: from, Until: until, Name: name, URL: "https://ombudsman.example.org", Months: 12}
		}
		for range 8 {
			if err := here.Set(t.Context(), "Anna Kowalska", body(day(3), "", "Next Ombudsman"), false); err != nil {
				t.Fatal(err)
			}
			var ended, dropped error
			var wg sync.WaitGroup
			wg.Go(func() {
				ended = here.Set(t.Context(), "Anna Kowalska", body("2023-07-01", day(2), "Communications Ombudsman"), true)
			})
			wg.Go(func() { dropped = there.Drop(t.Context(), "Sarah Whitfield", "ombudsman", day(3)) })
			wg.Wait()
			if (ended == nil) == (dropped == nil) || !errors.Is(errors.Join(ended, dropped), casework.ErrField) {
				t.Fatalf("one ended: %v; one taken away: %v", ended, dropped)
			}
			own, err := f.app.store.OwnBodies(t.Context())
			if kind, day := complaint.Uncovered(complaint.LayOver(f.app.cfg.Outside(), own), here.office.today()); err != nil || day != "" {
				t.Fatalf("no body of the kind %q on %s, %v", kind, day, err)
			}
			if ended == nil { // as it was before
				if err := here.Drop(t.Context(), "Anna Kowalska", "ombudsman", "2023-07-01"); err != nil {
					t.Fatal(err)
				}
				dropped = here.Drop(t.Context(), "Anna Kowalska", "ombudsman", day(3))
			}
			if dropped != nil {
				t.Fatal(dropped)
			}
		}
		f.must(exitDone, "audit", "verify")
	})
}

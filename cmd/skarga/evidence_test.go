package main

import (
	"net/url"
	"strings"
	"testing"

	"ask4.com/skarga/internal/testserver"
)

// TestP09StaffConfirmCorrectAndAddEvidence checks what was found in a mail, by command
// and on the page; the history keeps who said what.
func TestP09StaffConfirmCorrectAndAddEvidence(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		a := f.take(writes("Emily Clark <emily@student.example>", "e1@student.example", "No internet", "", "My ticket is INC-204518. I called from 07700 900123. My internet is slow in Room 12."))
		v, _ := f.answered(a)
		ref := string(v.Complaint.Reference)
		says := func(want ...string) {
			t.Helper()
			out := f.must(exitDone, "evidence", ref)
			for _, w := range want {
				if !strings.Contains(out, w) {
					t.Errorf("evidence has no %q:\n%s", w, out)
				}
			}
		}
		f.must(exitDone, "--as", "Anna Kowalska", "evidence", ref, "ticket", "INC-204518", "--correct", "INC-204519")
		f.must(exitDone, "--as", "Anna Kowalska", "evidence", ref, "phone", "+447700900123", "--confirm")
		f.must(exitDone, "--as", "Anna Kowalska", "evidence", ref, "staff", "Sarah Whitfield", "--add")
		says("corrected by Anna Kowalska: INC-204519", "confirmed by Anna Kowalska", "Sarah Whitfield", "added by Anna Kowalska")
		for _, wrong := range [][]string{{"ticket", "INC-9", "--confirm"}, {"conduct", "rude", "--add"}, {"ticket", "INC-204518"}, {"ticket"}} {
			f.must(exitUsage, append([]string{"--as", "Anna Kowalska", "evidence", ref}, wrong...)...)
		}

		anna := f.enters("Anna Kowalska")
		page := "/staff/complaint/" + ref
		post := func(fields url.Values) string {
			t.Helper()
			p := anna.post(page+"/evidence", fields.Encode())
			if p.status != 200 {
				t.Fatalf("%v: %d\n%s", fields, p.status, p.body)
			}
			return p.body
		}
		post(url.Values{"kind": {"phone"}, "found": {"+447700900123"}, "do": {"drop"}})
		body := post(url.Values{"kind": {"ticket"}, "value": {"CHG-77"}, "do": {"add"}})
		for _, want := range []string{">dropped<", "corrected: INC-204519", "CHG-77", "Sarah Whitfield"} {
			if !strings.Contains(body, want) {
				t.Errorf("the page has no %q", want)
			}
		}
		if p := anna.post(page+"/evidence", "kind=conduct&found=x&do=confirm"); p.status == 200 {
			t.Error("a suggestion of conduct was taken as evidence")
		}
		v, _ = f.answered(a)
		kinds := ""
		for _, e := range v.Events {
			kinds += e.Kind + "; "
		}
		for _, want := range []string{"evidence: corrected", "evidence: confirmed", "evidence: dropped"} {
			if !strings.Contains(kinds, want) {
				t.Errorf("the history has no %q: %s", want, kinds)
			}
		}
		f.must(exitDone, "audit", "verify")
	})
}

// TestP09EvidencePageIsAccessible looks at the forms of the evidence in a browser.
func TestP09EvidencePageIsAccessible(t *testing.T) {
	t.Parallel()
	b := testserver.Browser(t, testserver.Look{})
	f := newFirm(t, false, setup{})
	v, _ := f.answered(f.take(writes("Emily Clark <emily@student.example>", "e2@student.example", "No internet", "", "My ticket is INC-204518. My internet is slow in Room 12.")))
	f.signsIn(b, "Anna Kowalska")
	b.Open(f.url("/staff/complaint/" + string(v.Complaint.Reference)))
	testserver.Ask[int](b, `[...document.querySelectorAll("details.check, details")].map(d => d.open = true).length`)
	inspect(t, b, "console evidence")
}

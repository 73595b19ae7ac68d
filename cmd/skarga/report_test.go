package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint/figures"
)

// TestReportReconciles counts a small firm's day: a complaint that was answered, one
// that was set aside, and one that waits.
func TestReportReconciles(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		_, v := f.first()
		aside := f.take(writes("Jan Nowak <jan@student.example>", "r2@student.example", "Hello", "", "My internet is fine, thank you for the cake."))
		f.answered(aside)
		f.must(exitDone, "--as", "Anna Kowalska", "overrule", "set-aside", aside.ID, "--reason", "thanks for a cake")
		held := f.take(strings.Replace(writes("Ewa Zych <ewa@student.example>", "r3@student.example", "Slow", "", "My internet is slow in Room 9."),
			"Subject:", "Auto-Submitted: auto-generated\nSubject:", 1))
		if !held.Held {
			t.Fatalf("machine mail was not held: %q", held.Reasons)
		}
		today := time.Now().In(f.app.rules.Location).Format(time.DateOnly)
		out := f.must(exitDone, "report", "--from", today, "--to", today, "--format", "json")
		var r figures.Report
		if err := json.Unmarshal([]byte(out), &r); err != nil {
			t.Fatal(err)
		}
		if b := r.Balance; !b.AddsUp() || b.Opening.N != 0 || b.Received.N != 3 || b.Ended.N != 1 || b.Closing.N != 2 {
			t.Errorf("balance: %+v", b)
		}
		if r.Balance.Received.References[0] != v.Complaint.Reference || len(r.Ends) != 1 || r.Ends[0].Name != "set_aside" {
			t.Errorf("received %v, ended %+v", r.Balance.Received.References, r.Ends)
		}
		if text := f.must(exitDone, "report"); !strings.Contains(text, "it adds up") {
			t.Errorf("report: %s", text)
		}
		for format, want := range map[string]string{"csv": "balance,received,complaints,3,", "html": "<svg "} {
			if got := f.must(exitDone, "report", "--format", format); !strings.Contains(got, want) {
				t.Errorf("%s has no %q", format, want)
			}
		}
		for _, args := range [][]string{{"--from", "yesterday"}, {"--from", "2026-02-30"}, {"--from", "2026-05-02", "--to", "2026-05-01"}, {"--format", "pdf"}, {"--from", "2999-01-01", "--to", "2999-02-01"}} {
			if out := f.must(exitUsage, append([]string{"report"}, args...)...); out == "" {
				t.Errorf("%q: no word of what is wrong", args)
			}
		}
	})
}

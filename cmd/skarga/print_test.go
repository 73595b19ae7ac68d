package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ask4.com/skarga/internal/testserver"
)

// TestPagesArePrintedAsPaper prints what people take to a meeting: what they read is on
// the paper, and what they click is not.
func TestPagesArePrintedAsPaper(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	_, v := f.first()
	f.must(exitDone, "set", string(v.Complaint.Reference), "category=billing", "team=network", "root_cause=a loose cable")
	report := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(report, []byte(f.must(exitDone, "report", "--format", "html")), 0o600); err != nil {
		t.Fatal(err)
	}
	b := testserver.Browser(t, testserver.Look{})
	f.signsIn(b, "Anna Kowalska")
	for name, tc := range map[string]struct {
		url        string
		says, hide []string
	}{
		"figures":   {f.url("/staff/figures"), []string{"Complaints from", "Promises that fell due", "billing"}, []string{"Sign out", "Last year", "Queue"}},
		"complaint": {f.url("/staff/complaint/" + string(v.Complaint.Reference)), []string{string(v.Complaint.Reference), "My internet is slow in Room 214", "a loose cable", "plus 24 hours", "printed by Anna Kowalska"}, []string{"Sign out", "Save the record", "Take it", "Decide about it"}},
		"report":    {"file://" + report, []string{"Promises that fell due"}, nil},
		"policy":    {f.url("/en/policy"), []string{"24 hours", "appeal"}, []string{"Polski"}},
		"calendar":  {f.url("/staff/admin/calendar?on=2026-12-23&at=16:30"), []string{"Christmas Day", "working day 7"}, []string{"Sign out", "Templates"}},
	} {
		b.Open(tc.url)
		text := strings.ToLower(b.Print("print " + name))
		for _, w := range tc.says {
			if !strings.Contains(text, strings.ToLower(w)) {
				t.Errorf("%s: the paper does not say %q:\n%s", name, w, text)
			}
		}
		for _, w := range tc.hide {
			if strings.Contains(text, strings.ToLower(w)) {
				t.Errorf("%s: %q is printed", name, w)
			}
		}
	}
}

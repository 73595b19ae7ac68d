package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
)

// file writes a message to a file.
func (f *firm) fileOf(raw string) string {
	f.Helper()
	path := filepath.Join(f.TempDir(), "answer.eml")
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(raw, "\n", "\r\n")), 0o600); err != nil {
		f.Fatal(err)
	}
	return path
}

// TestP13AnswerSentElsewhereKeepsAPromiseOnAPersonsWord.
func TestP13AnswerSentElsewhereKeepsAPromiseOnAPersonsWord(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		_, v := f.first()
		ref, id := string(v.Complaint.Reference), v.Complaint.ID
		sent := v.Complaint.ReceivedAt.Add(time.Second) // dates in mail have seconds
		f.wait("that second to pass", func() bool { return time.Now().After(sent) })
		path := f.fileOf(writesAt(sent, "tomasz@ask4.com", "own@ask4.com", "Your internet", "", "We are testing your line in Room 12B."))
		for name, tc := range map[string]struct {
			code int
			args []string
			says string
		}{
			"no reason":        {exitUsage, []string{"--meets", "update"}, "--reason"},
			"unknown promise":  {exitUsage, []string{"--meets", "updates", "--reason", "x"}, "acknowledge"},
			"nothing owed":     {exitFailed, []string{"--meets", "comply", "--reason", "x"}, "no open promise"},
			"before complaint": {exitUsage, []string{"--meets", "update", "--reason", "x", "--sent", "2020-01-01"}, "before the complaint"},
			"in the future":    {exitUsage, []string{"--meets", "update", "--reason", "x", "--sent", "2099-01-01"}, "after today"},
		} {
			if out := f.must(tc.code, append([]string{"record", ref, path}, tc.args...)...); !strings.Contains(out, tc.says) {
				t.Errorf("%s: %s", name, out)
			}
		}
		if now := f.reread(id); len(now.Arrivals) != 1 {
			t.Fatalf("half done: %d arrivals", len(now.Arrivals))
		}
		f.must(exitDone, "record", ref, path)
		v = f.reread(id)
		if len(v.Arrivals) != 2 || v.Arrivals[1].Outcome != complaint.Correspondence || len(v.Waiting()) != 0 || owes(t, v, complaint.Update, 1).State != complaint.Open {
			t.Errorf("%d arrivals, %d wait, the update is %s", len(v.Arrivals), len(v.Waiting()), owes(t, v, complaint.Update, 1).State)
		}
		found := false
		for _, d := range v.Details {
			found = found || d.ArrivalID == v.Arrivals[1].ID && d.Kind == complaint.DetailRoom && d.Value == "12B"
		}
		if !found {
			t.Error("the evidence in it is not on record")
		}
		if out := f.must(exitDone, "record", ref, path); !strings.Contains(out, "already") {
			t.Errorf("recorded twice: %s", out)
		}
		second := f.fileOf(writesAt(sent, "tomasz@ask4.com", "own2@ask4.com", "Your internet", "", "The line is fixed."))
		f.must(exitDone, as("Tomasz Nowak", "record", ref, second, "--meets", "update", "--reason", "I wrote it from my phone")...)
		v = f.reread(id)
		if o := owes(t, v, complaint.Update, 1); o.State != complaint.Met || !o.MetAt.Equal(sent) || v.Complaint.Stage != complaint.StageInvestigation {
			t.Errorf("the update is %s at %s, stage %s", o.State, o.MetAt, v.Complaint.Stage)
		}
		last := v.Events[len(v.Events)-1]
		if last.Actor != "Tomasz Nowak" || last.Kind != "kept elsewhere: update" || !strings.Contains(string(last.Payload), "from my phone") {
			t.Errorf("the history says %s: %s %s", last.Actor, last.Kind, last.Payload)
		}
		// The customer's own mail to another address waits for an answer.
		third := f.fileOf(writesAt(sent, emily, "c2@student.example", "Slow", "", "I want to appeal."))
		f.must(exitDone, "record", ref, third)
		if w := f.reread(id).Waiting(); len(w) != 1 || w[0].Wish != complaint.WishAppeal {
			t.Errorf("what waits: %+v", w)
		}
		f.must(exitFailed, "record", ref, f.fileOf("\n"))
		f.must(exitDone, "audit", "verify")
	})
}

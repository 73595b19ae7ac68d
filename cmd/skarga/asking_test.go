package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest/message"
)

// settled takes a complaint to its response and closes it.
func (f *firm) settled(raw string) complaint.View {
	f.Helper()
	v, _ := f.answered(f.take(raw))
	ref, n := string(v.Complaint.Reference), len(v.Deliveries)
	f.must(exitDone, append([]string{"reply", ref, "--send"}, sayUpdate...)...)
	f.left(v.Complaint.ID, n+1)
	f.must(exitDone, "set", ref, "root_cause=A damaged cable.", "category=speed", "lesson=Check cables each year.", "lesson_owner=Tomasz Nowak", "lesson_due=2026-01-31")
	f.must(exitDone, "act", ref, "We replaced the cable.")
	f.must(exitDone, append([]string{"reply", ref, "--send"}, sayResponse...)...)
	f.left(v.Complaint.ID, n+2)
	f.must(exitDone, "stage", ref, "closed", "--reason", "she says that it is settled")
	v, _ = f.left(v.Complaint.ID, n+3)
	return v
}

// pages serves the pages of a firm whose own address is another one.
func pages(f *firm) string {
	f.Helper()
	site, err := f.app.site(f.Context(), "")
	if err != nil {
		f.Fatal(err)
	}
	srv := httptest.NewServer(site.Server().Handler)
	f.Cleanup(srv.Close)
	return srv.URL
}

// re is the header of a reply to a mail of ours.
func re(m mailOut) string { return "In-Reply-To: <" + m.read.MessageID + ">\n" }

// mailed waits for the mail of a kind to an address, and gives the n-th as it is read.
func (f *firm) mailed(subject, to string, n int) mailOut {
	f.Helper()
	var found []mailOut
	f.wait(fmt.Sprintf("mail %q to %s", subject, to), func() bool {
		found = nil
		for _, m := range f.sink.Messages() {
			out := mailOut{m, message.Read(bytes.NewReader(m.Raw), int64(len(m.Raw)), message.Options{})}
			if strings.HasPrefix(out.read.Subject, subject) && len(m.To) == 1 && strings.Contains(m.To[0], to) {
				found = append(found, out)
			}
		}
		return len(found) >= n
	})
	if len(found) != n {
		f.Fatalf("%d mails %q to %s, not %d", len(found), subject, to, n)
	}
	return found[n-1]
}

// TestP07SurveyAfterClosureOnceAndAnsweredByANumber closes a complaint, lets two nodes
// look at the same time, and answers by mail.
func TestP07SurveyAfterClosureOnceAndAnsweredByANumber(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{toml: "[survey]\nshare = 1.0\n", web: "base_url = \"https://complaints.example\""})
		look := func(a *app, after time.Duration) (n int) {
			s := a.surveys()
			s.Rules.After = after
			n, err := s.Look(t.Context())
			if err != nil && !errors.Is(err, casework.ErrSurveysBusy) {
				t.Error(err)
			}
			return n
		}
		f.take(writes("Jan Nowak <jan@student.example>", "open@student.example", "Slow", "", "My internet is slow in Room 7."))
		v := f.settled(writes(emily, "s1@student.example", "Slow connection", "", "My internet is slow in Room 214."))
		if n := look(f.app, 48*time.Hour); n != 0 {
			t.Fatalf("%d surveys before 48 hours were over", n)
		}
		second, err := assemble(t.Context(), f.config(), t.Output())
		if err != nil {
			t.Fatal(err)
		}
		defer second.Close()
		var wg sync.WaitGroup
		var mu sync.Mutex
		total := 0
		for i := range 8 {
			wg.Go(func() {
				n := look([]*app{f.app, second}[i%2], 0)
				mu.Lock()
				total += n
				mu.Unlock()
			})
		}
		wg.Wait()
		if total != 1 {
			t.Fatalf("%d surveys of one closed complaint", total)
		}
		out := f.mailed("How did we do?", "emily@", 1)
		if head := string(out.Raw); !strings.Contains(head, "List-Unsubscribe-Post: List-Unsubscribe=One-Click") {
			t.Errorf("no one-click in the survey:\n%s", head)
		}
		link := regexp.MustCompile(`http\S+/survey/\S+`).FindString(out.read.Text)
		if p := newVisitor(t, pages(f)).get(strings.TrimPrefix(link, "https://complaints.example")); p.status != 200 {
			t.Errorf("the link %q: %d", link, p.status)
		}
		before := len(f.reread(v.Complaint.ID).Arrivals)
		a := f.take(writes(emily, "s2@student.example", "Re: How did we do?", re(out), "5\n\n> Please reply with a number from 1 to 5."))
		if a.Outcome != complaint.Correspondence || a.ComplaintID != v.Complaint.ID {
			t.Errorf("a number: %s %q of %q", a.Outcome, a.Reasons, a.ComplaintID)
		}
		v = f.reread(v.Complaint.ID)
		if len(v.Waiting()) != 0 || v.Complaint.Stage != complaint.StageClosed || len(v.Arrivals) != before+1 {
			t.Errorf("after a number: %d wait, stage %s", len(v.Waiting()), v.Complaint.Stage)
		}
		today := time.Now().In(f.app.rules.Location).Format("2006-01")
		for _, want := range []string{"surveys answered        1", "100.0", today, "Check cables each year.", "Tomasz Nowak"} {
			if text := f.must(exitDone, "report"); !strings.Contains(text, want) {
				t.Errorf("the report has no %q:\n%s", want, text)
			}
		}
		// Who says more has answered, too, and a person reads it.
		a = f.take(writes(emily, "s3@student.example", "Re: How did we do?", re(out), "2, because it is slow again and I am not satisfied."))
		if w := f.reread(v.Complaint.ID).Waiting(); len(w) != 1 || !slices.ContainsFunc(a.Reasons, func(r string) bool { return strings.Contains(r, "answers the survey with 2") }) {
			t.Errorf("more than a number: %d messages wait, %q", len(w), a.Reasons)
		}
		if text := f.must(exitDone, "survey", "list"); !strings.Contains(text, "2 of 5") {
			t.Errorf("the later answer does not count:\n%s", text)
		}
		// The same person is not asked again in 90 days, and nobody who asked us to stop.
		again := f.settled(writes(emily, "s4@student.example", "Router", "", "My new router is broken."))
		if n := look(f.app, 0); n != 0 {
			t.Errorf("asked again after a minute: %d", n)
		}
		list := f.must(exitDone, "survey", "list")
		if !strings.Contains(list, "2 of 5") || !strings.Contains(list, "once in 90 days is enough") {
			t.Errorf("survey list of %s:\n%s", again.Complaint.Reference, list)
		}
		id, _, _ := strings.Cut(list, " ")
		f.must(exitDone, "survey", "lesson", id, "Call back the same day.", "--owner", "Tomasz Nowak", "--due", "2026-01-31")
		f.must(exitUsage, "survey", "lesson", id, "--owner", "Nobody")
		f.must(exitFailed, "survey", "lesson", "none", "x", "--owner", "Tomasz Nowak")
		f.must(exitRefused, as("Tomasz Nowak", "survey", "list")...)
		if text := f.must(exitDone, "report"); !strings.Contains(text, "Call back the same day.") {
			t.Errorf("the lesson is not in the report:\n%s", text)
		}
		f.must(exitDone, "audit", "verify")
	})
}

// TestP07ReopenedComplaintsAreNotAskedAbout: the mail that waits is taken back, and
// nobody is asked while the ombudsman has it.
func TestP07ReopenedComplaintsAreNotAskedAbout(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{toml: "[survey]\nshare = 1.0\n", web: "base_url = \"https://complaints.example\""})
	v := f.settled(writes(emily, "o1@student.example", "Slow connection", "", "My internet is slow in Room 214."))
	s := f.app.surveys()
	s.Rules.After = 0
	f.must(exitDone, "ombudsman", "referred", string(v.Complaint.Reference))
	if n, err := s.Look(t.Context()); n != 0 || err != nil {
		t.Errorf("%d surveys while the ombudsman has it: %v", n, err)
	}
}

// TestP07CampaignAsksASampleOnce asks people of a list; the same list again asks nobody.
func TestP07CampaignAsksASampleOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{web: "base_url = \"https://complaints.example\""})
		now := time.Now().In(f.app.rules.Location)
		day := func(back int) string { return now.AddDate(0, 0, -back).Format(time.DateOnly) }
		f.take(writes("Jan Nowak <jan@student.example>", "c1@student.example", "Slow", "", "My internet is slow in Room 7."))
		lines := []string{"\ufeffEmail,contacted,language", "kasia@student.example," + day(3) + ",pl", "amy@student.example," + day(2) + ",en", "AMY@student.example," + day(5) + ",",
			"jan@student.example," + day(1) + ",", "not an address," + day(1) + ",en", "ben@student.example,yesterday,en", "cat@student.example," + day(-2) + ",en",
			"dan@student.example," + day(100) + ",en", "eve@student.example," + day(1) + ",fr", "short@student.example"}
		for i := range 10 {
			lines = append(lines, fmt.Sprintf("p%d@student.example,%s,en", i, day(4)))
		}
		file := filepath.Join(t.TempDir(), "contacts.csv")
		if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
			t.Fatal(err)
		}
		out := f.must(exitDone, "survey", "invite", "--csv", file, "--sample", "100")
		for _, want := range []string{"12 people are asked, 8 lines are not", "line 4: AMY@student.example: not asked: the same person is in line 3", "line 5: jan@student.example: not asked: a complaint of the person goes on",
			"line 6: not an address", "yesterday", "has not come yet", "90 days ago", "neither en nor pl", "line 11: short@"} {
			if !strings.Contains(out, want) {
				t.Errorf("no %q:\n%s", want, out)
			}
		}
		polish, english := f.mailed("Jak nam poszło?", "kasia@", 1), f.mailed("How did we do?", "amy@", 1)
		if !strings.Contains(polish.read.Text, "https://complaints.example/pl/") || strings.Contains(english.read.Text, "ASK4-") {
			t.Errorf("polish: %s\nenglish: %s", polish.read.Text, english.read.Text)
		}
		if out := f.must(exitDone, "survey", "invite", "--csv", file, "--sample", "100"); !strings.Contains(out, "0 people are asked") {
			t.Errorf("the same file asks again:\n%s", out)
		}
		// A number answers; anything else of a person without a complaint is a new one.
		if a := f.take(writes("Amy <amy@student.example>", "c2@student.example", "Re: How did we do?", re(english), "4/5")); a.Outcome != complaint.Correspondence || a.ComplaintID != "" {
			t.Errorf("a number: %s %q", a.Outcome, a.Reasons)
		}
		if a := f.take(writes("Kasia <kasia@student.example>", "c3@student.example", "Re: Jak nam poszło?", re(polish), "Internet znowu nie działa.")); a.Outcome != complaint.ToComplaint {
			t.Errorf("words: %s %q", a.Outcome, a.Reasons)
		}
		if a := f.take(writes("Somebody <else@student.example>", "c4@student.example", "Re: How did we do?", re(english), "1")); a.Outcome != complaint.ToComplaint {
			t.Errorf("a stranger's number: %s %q", a.Outcome, a.Reasons)
		}
		surveys, err := f.app.store.Surveys(t.Context(), now.AddDate(0, 0, -1), now.AddDate(0, 0, 1), "")
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range surveys {
			a, _, err := f.app.store.SurveyAnswer(context.Background(), v.ID)
			if want := map[bool]int{true: 4}[v.Address == "amy@student.example"]; err != nil || a.Satisfaction != want {
				t.Errorf("%s answered %d, %v", v.Address, a.Satisfaction, err)
			}
		}
		// Who stops is asked no more, and still gets what is about a complaint.
		var id string
		for _, v := range surveys {
			if v.Address == "p0@student.example" {
				id = v.ID
			}
		}
		if err := f.app.store.StopSurveys(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		next := filepath.Join(t.TempDir(), "next.csv")
		if err := os.WriteFile(next, []byte("email,contacted\np0@student.example,"+day(0)+"\np1@student.example,"+day(0)+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		out = f.must(exitDone, "survey", "invite", "--csv", next)
		if !strings.Contains(out, "asked for no more surveys") || !strings.Contains(out, "once in 90 days is enough") || !strings.Contains(out, "0 people are asked") {
			t.Errorf("the next list:\n%s", out)
		}
		if _, mail := f.answered(f.take(writes("P <p0@student.example>", "c5@student.example", "Slow", "", "My internet is slow."))); mail.read.MessageID == "" {
			t.Error("who stopped surveys is not acknowledged")
		}
		for _, bad := range []string{"", "name,phone\nx,y\n"} {
			if err := os.WriteFile(next, []byte(bad), 0o600); err != nil {
				t.Fatal(err)
			}
			f.must(exitUsage, "survey", "invite", "--csv", next)
		}
		f.must(exitUsage, "survey", "invite", "--csv", file, "--sample", "0")
		f.must(exitRefused, as("Tomasz Nowak", "survey", "invite", "--csv", file)...)
	})
}

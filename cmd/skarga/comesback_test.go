package main

import (
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/internal/testserver"
)

// TestP15OurOwnLetterComesBack: a customer copies our answer into a mail, with a word of
// thanks or with one of their own. Neither our printed words nor those of staff ask for
// anything.
func TestP15OurOwnLetterComesBack(t *testing.T) {
	onBothSims(t, "2026-11-23 09:00", func(s *sim) {
		for _, lang := range []complaint.Language{complaint.English, complaint.Polish} {
			id := s.complains(string(lang)+"@student.example", "Slow", map[complaint.Language]string{
				complaint.English: "My internet is slow and nobody helps me with it.", complaint.Polish: "Mój internet jest wolny i nikt mi nie pomaga."}[lang])
			s.set("Tomasz Nowak", id, map[string]string{"root_cause": "cable", "category": "fault", "language": string(lang)})
			s.must(s.app.cases.Did(s.Context(), s.by("Tomasz Nowak", id), "We replaced the cable.", s.now))
			s.sends("Tomasz Nowak", id, "formal_response", "points", map[complaint.Language]string{
				complaint.English: "You told us that it is still not working and that you are unhappy about it.", complaint.Polish: "Napisali Państwo, że internet nadal nie działa."}[lang])
			mails := s.mailTo(string(lang) + "@student.example")
			ours := mails[len(mails)-1].Text
			for _, own := range []struct {
				text string
				want complaint.Wish
			}{{"OK", complaint.NoWish}, {"I want to appeal.", complaint.WishAppeal}, {"Odwołuję się od tej decyzji.", complaint.WishAppeal}} {
				a := s.answers(id, own.text+"\n\n"+strings.ReplaceAll(ours, "e c", "c c"))
				for _, r := range s.view(id).Replies {
					if r.ArrivalID == a.ID && (r.Wish != own.want || own.want != complaint.NoWish && !strings.HasPrefix(own.text, r.Words)) {
						s.Errorf("%q beside our answer is %q in %q", own.text, r.Wish, r.Words)
					}
				}
			}
		}
	})
}

// TestMessageOnWhatHasEndedIsInTheQueue: the customer writes on a complaint that they had
// withdrawn. It is in the queue until somebody has answered, and then no more.
func TestMessageOnWhatHasEndedIsInTheQueue(t *testing.T) {
	onBothSims(t, "2026-11-23 09:00", func(s *sim) {
		id := s.complains("emily@student.example", "Slow", "My internet is slow.")
		s.must(s.app.cases.Move(s.Context(), s.by("Anna Kowalska", id), complaint.StageWithdrawn, "she says so", time.Time{}))
		inQueue := func(want bool) {
			s.Helper()
			for _, f := range []complaint.Filter{{OpenOnly: true}, {OpenOnly: true, Text: "emily"}} {
				rows, err := s.app.cases.List(s.Context(), s.staffer("Anna Kowalska"), f)
				s.must(err)
				if got := len(rows) == 1 && rows[0].Waiting == 1; got != want || len(rows) > 1 {
					s.Errorf("in the queue: %+v, want it there: %v", rows, want)
				}
			}
		}
		inQueue(false)
		s.answers(id, "When will somebody come?")
		inQueue(true)
		s.must(s.app.cases.Answered(s.Context(), s.by("Anna Kowalska", id), "told on the stairs"))
		inQueue(false)
	})
}

// TestTwoWhoEraseAtOnce: the second is told that it is done, and is not in the log.
func TestTwoWhoEraseAtOnce(t *testing.T) {
	onBothSims(t, "2026-11-23 09:00", func(s *sim) {
		id := s.complains("emily@student.example", "Slow", "My internet is slow.")
		s.must(s.app.cases.Move(s.Context(), s.by("Anna Kowalska", id), complaint.StageWithdrawn, "she says so", time.Time{}))
		zofia := s.staffer("Zofia Wójcik")
		found, err := s.app.cases.Subject(s.Context(), zofia, "emily@student.example")
		s.must(err)
		_, err = s.app.cases.EraseSubject(s.Context(), zofia, found, "asked by letter")
		s.must(err)
		if _, err = s.app.cases.EraseSubject(s.Context(), zofia, found, "asked by letter"); err == nil || !strings.Contains(err.Error(), "it is done") {
			s.Errorf("the second is told: %v", err)
		}
		if log, err := s.app.store.Erasures(s.Context(), 10); err != nil || len(log) != 1 {
			s.Errorf("the log: %+v, %v", log, err)
		}
	})
}

// TestMergedSaysWhere: who looks at a complaint that was merged learns which one goes on.
func TestMergedSaysWhere(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	_, first := f.first()
	second := f.view(f.take(writes("emily@student.example", "again@customer.example", "Slow again", "", "My internet is slow again.")))
	out := f.manager(exitDone, "merge", string(second.Complaint.Reference), string(first.Complaint.Reference), "--reason", "one matter")
	if strings.Contains(out, "From now on") {
		t.Errorf("merge: %s", out)
	}
	if out := f.must(exitDone, "show", string(second.Complaint.Reference)); !strings.Contains(out, "it goes on as "+string(first.Complaint.Reference)) {
		t.Errorf("show says: %s", out)
	}
	other := f.view(f.take(writes("jan@student.example", "jan@customer.example", "Slow too", "", "My internet is slow too.")))
	if out := f.manager(exitDone, "merge", string(other.Complaint.Reference), string(first.Complaint.Reference), "--reason", "one matter"); !strings.Contains(out, "not to jan@student.example") {
		t.Errorf("another person's complaint is merged without a word: %s", out)
	}
	anna := f.enters("Anna Kowalska")
	for ref, warns := range map[complaint.Reference]bool{second.Complaint.Reference: false, other.Complaint.Reference: true} {
		if p := anna.get("/staff/complaint/" + string(ref)); strings.Contains(p.body, "Answers go to") != warns || !strings.Contains(p.body, string(first.Complaint.Reference)) {
			t.Errorf("the page of %s, warned: %v:\n%s", ref, !warns, p.body)
		}
	}
}

// TestQueueSaysThatMailIsTriedAgain: a mail server that puts mail off shows in the list
// and in the queue, beside the complaint.
func TestQueueSaysThatMailIsTriedAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{sink: testserver.SinkOptions{OnRcpt: func(to string, _ int) testserver.Reply {
			if strings.HasPrefix(to, "full@") {
				return testserver.Reply{Code: 452, Text: "mailbox full"}
			}
			return testserver.Reply{}
		}}})
		f.take(writes("full@student.example", "full@customer.example", "Slow", "", "My internet is slow."))
		f.answered(f.take(writes("jan@student.example", "fine@customer.example", "Slow too", "", "My internet is slow too.")))
		f.wait("the mail to be put off", func() bool {
			return strings.Contains(f.must(exitDone, "list"), "mail is tried again")
		})
		if p := f.enters("Anna Kowalska").get("/staff/"); strings.Count(p.body, "mail is tried again") != 1 || !strings.Contains(p.body, "mailbox full") {
			t.Errorf("the queue:\n%s", p.body)
		}
		// The same where the mail server does not answer at all.
		if err := f.sink.Close(); err != nil {
			t.Fatal(err)
		}
		f.take(writes("ola@student.example", "down@customer.example", "Slow again", "", "My internet is slow, too."))
		f.wait("the mail server to be missed", func() bool {
			return strings.Contains(f.must(exitDone, "list", "--text", "ola@student.example"), "mail is tried again")
		})
	})
}

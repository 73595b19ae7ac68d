package main

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/internal/testserver"
)

// onBothSims runs a test over SQLite, and over PostgreSQL unless the run shall be fast.
func onBothSims(t *testing.T, local string, test func(s *sim)) {
	onBoth(t, func(t *testing.T, postgres bool) {
		dsn := ""
		if postgres {
			dsn = testserver.Postgres(t)
		}
		test(newSim(t, local, dsn, ""))
	})
}

// TestOwnersAreRemindedTwiceInWorkingHours: the update is due at the end of Thursday 26
// November, so half of its time is over on Tuesday evening and 80 % on Thursday at
// 04:00; both reminders wait for the next morning.
func TestOwnersAreRemindedTwiceInWorkingHours(t *testing.T) {
	onBothSims(t, "2026-11-23 09:00", func(s *sim) {
		id := s.complains("emily@student.example", "Slow", "My internet is slow.")
		s.must(s.app.cases.Assign(s.Context(), s.by("Anna Kowalska", id), "Tomasz Nowak"))
		reminders := func(local string, want int) {
			s.Helper()
			s.to(local)
			n := 0
			for _, m := range s.mailTo("tomasz@ask4.com") {
				if strings.HasPrefix(m.Subject, "Due soon") && strings.Contains(m.Text, string(s.view(id).Complaint.Reference)) {
					n++
				}
			}
			if n != want {
				s.Errorf("%d reminders by %s, want %d", n, local, want)
			}
		}
		reminders("2026-11-24 16:59", 0)
		reminders("2026-11-25 08:50", 0)
		reminders("2026-11-25 09:30", 1)
		reminders("2026-11-26 08:59", 1)
		reminders("2026-11-26 09:30", 2)
		reminders("2026-11-26 18:00", 2)
	})
}

// TestOutageIsMadeUpForWithoutDoubling: the clock stood still for days. Of the two
// reminders that were missed the last is told; each breach is noted once, and each
// morning has one digest.
func TestOutageIsMadeUpForWithoutDoubling(t *testing.T) {
	onBothSims(t, "2026-11-23 09:00", func(s *sim) {
		id := s.complains("emily@student.example", "Slow", "My internet is slow.")
		s.must(s.app.cases.Assign(s.Context(), s.by("Anna Kowalska", id), "Tomasz Nowak"))
		s.now = s.at("2026-11-26 10:00") // nobody looked since Monday
		s.work()
		s.work()
		count := func(address, subject string) (n int) {
			for _, m := range s.mailTo(address) {
				if strings.HasPrefix(m.Subject, subject) {
					n++
				}
			}
			return n
		}
		if n := count("tomasz@ask4.com", "Due soon"); n != 1 {
			s.Errorf("%d reminders after the outage", n)
		}
		s.now = s.at("2026-12-14 10:00") // and again
		s.work()
		s.work()
		breaches := 0
		for _, e := range s.view(id).Events {
			if e.Kind == "breach" {
				breaches++
			}
		}
		if breaches != 2 { // update and response
			s.Errorf("%d breaches are noted", breaches)
		}
		if n := count("anna@ask4.com", "Complaints on"); n != 3 { // 23 and 26 November, 14 December
			s.Errorf("%d digests", n)
		}
		last := s.mailTo("anna@ask4.com")
		if text := last[len(last)-1].Text; !strings.Contains(text, "Late") || !strings.Contains(text, string(s.view(id).Complaint.Reference)) || !strings.Contains(text, "Tomasz Nowak") {
			s.Errorf("the manager is not told of the breach:\n%s", text)
		}
	})
}

// TestSeveralNodesActOnce: four clocks look at once, on what is due.
func TestSeveralNodesActOnce(t *testing.T) {
	onBothSims(t, "2026-11-23 09:00", func(s *sim) {
		id := s.complains("emily@student.example", "Slow", "My internet is slow.")
		s.must(s.app.cases.Assign(s.Context(), s.by("Anna Kowalska", id), "Tomasz Nowak"))
		for _, local := range []string{"2026-11-26 10:00", "2026-12-30 10:00"} {
			s.now = s.at(local)
			var wg sync.WaitGroup
			for range 4 {
				wg.Go(func() {
					clock := s.app.clock()
					clock.Store = unlocked{clock.Store}
					if err := clock.Look(s.Context()); err != nil && !strings.Contains(err.Error(), "could not serialize") {
						s.Error(err)
					}
				})
			}
			wg.Wait()
			s.deliver()
		}
		if n := len(s.mailTo("tomasz@ask4.com")); n != 4 { // of the update, of the letter about the ombudsman, and two digests
			s.Errorf("%d mails to the owner", n)
		}
	})
}

// unlocked is a store whose lock over all nodes fails to hold: what is done once is
// kept by its name alone.
type unlocked struct{ casework.ClockStore }

func (unlocked) TryLock(_ context.Context, _ string) (func(), bool, error) {
	return func() {}, true, nil
}

// TestP15ClosesAfterTwentyEightDaysUnlessSomethingWaits.
func TestP15ClosesAfterTwentyEightDaysUnlessSomethingWaits(t *testing.T) {
	onBothSims(t, "2026-11-23 09:00", func(s *sim) {
		quiet := s.complains("emily@student.example", "Quiet", "My internet is slow.")
		writes := s.complains("jan@student.example", "Writes", "My internet is slow too.")
		asks := s.complains("ola@student.example", "Asks", "And mine.")
		s.to("2026-11-25 10:00")
		for _, id := range []string{quiet, writes, asks} {
			s.responds("Tomasz Nowak", id)
		}
		s.to("2026-12-21 11:00")
		s.answers(writes, "Where is my money?")
		s.answers(asks, "I am not satisfied.")
		s.to("2026-12-23 23:50") // day 28 ends at midnight
		for _, id := range []string{quiet, writes, asks} {
			s.stage(id, complaint.StageResponded)
		}
		s.to("2026-12-24 00:10")
		s.stage(quiet, complaint.StageClosed)
		v := s.view(quiet)
		if o := owes(s, v, complaint.TellOmbudsman, 1); o.State != complaint.Void || v.Record.ClosedBecause != complaint.ClosedQuiet {
			s.Errorf("%s is %s, closed because %s", o.Kind, o.State, v.Record.ClosedBecause)
		}
		mails := s.mailTo("emily@student.example")
		if text := mails[len(mails)-1].Text; !strings.Contains(text, "closed") || mails[len(mails)-1].Header["Auto-Submitted"] == nil {
			s.Errorf("the customer is not told:\n%s", text)
		}
		s.to("2026-12-28 10:00")
		s.stage(writes, complaint.StageResponded)
		s.must(s.app.cases.Answered(s.Context(), s.by("Anna Kowalska", writes), "told by letter that it is on its way"))
		s.to("2026-12-28 12:30")
		s.stage(writes, complaint.StageClosed)
		s.stage(asks, complaint.StageResponded) // not over what waits
		if err := s.app.cases.Move(s.Context(), s.by("Anna Kowalska", asks), complaint.StageClosed, "enough", time.Time{}); err == nil || !strings.Contains(err.Error(), "policy P15") {
			s.Errorf("closed by a person: %v", err)
		}
		s.must(s.app.cases.Move(s.Context(), s.by("Anna Kowalska", asks), complaint.StageReview, "she asks for it", time.Time{}))
		s.due(asks, complaint.Review, 1, "2027-01-04") // asked 21 December: 22, 23, 24, 29, 30, 31, 4
	})
}

// TestAWithdrawnAnswerLeavesTheMessageInTheQueue: the answer to a message is taken back
// together with its complaint; the queue and the digest both still hold the message.
func TestAWithdrawnAnswerLeavesTheMessageInTheQueue(t *testing.T) {
	onBothSims(t, "2026-11-23 09:00", func(s *sim) {
		id := s.complains("emily@student.example", "Slow", "My internet is slow.")
		s.to("2026-11-24 10:00")
		s.answers(id, "Please close this, but is the engineer still coming?")
		if _, err := s.app.cases.Send(s.Context(), s.by("Anna Kowalska", id), casework.Answer{Kind: "update", Values: words("update", s.view(id).Complaint.Language)}); err != nil {
			s.Fatal(err)
		}
		if waiting, err := s.app.store.WaitingReplies(s.Context(), nil); err != nil || len(waiting) != 0 {
			s.Fatalf("%d messages wait while their answer is on its way, %v", len(waiting), err)
		}
		s.must(s.app.cases.Move(s.Context(), s.by("Anna Kowalska", id), complaint.StageWithdrawn, "the customer asks for it", time.Time{}))
		waiting, err := s.app.store.WaitingReplies(s.Context(), nil)
		s.must(err)
		queue, err := s.app.cases.List(s.Context(), s.by("Anna Kowalska", id).Who, complaint.Filter{OpenOnly: true})
		s.must(err)
		if len(waiting) != 1 || len(queue) != 1 || queue[0].Waiting != 1 {
			s.Errorf("%d messages wait, %d complaints are in the queue", len(waiting), len(queue))
		}
	})
}

package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
)

// moreStaff are two more people who may review.
const moreStaff = `[[staff]]
name = "Hanna Lis"
role = "manager"
address = "hanna@ask4.com"
[[staff]]
name = "Vera"
role = "support"
`

// mayReview tries every act of a review for all people, and gives those who may do each.
// Nothing is changed.
func (s *sim) mayReview(id string) []string {
	s.Helper()
	var names []string
	for _, p := range s.app.cases.People() {
		on := s.by(p.Name, id)
		acts := map[string]func() error{
			"have it": func() error { return s.app.cases.Assign(s.Context(), s.by("Anna Kowalska", id), p.Name) },
			"write the decision": func() error {
				_, err := s.app.cases.Compose(s.Context(), on, casework.Answer{Kind: "review_decision"})
				if err == nil {
					s.must(s.app.cases.Discard(s.Context(), on, false))
				}
				return err
			},
			"decide elsewhere": func() error { return s.app.cases.MayKeep(s.Context(), on, complaint.Review, s.now) },
			"review": func() error {
				_, err := s.app.cases.Check(s.Context(), on, complaint.ActReview)
				return err
			},
		}
		may := 0
		for what, act := range acts {
			err := act()
			var refused *complaint.Refusal
			switch {
			case err == nil:
				may++
			case !errors.As(err, &refused) || refused.Rule != "P15":
				s.Errorf("%s, %s: %v", p.Name, what, err)
			}
		}
		if may != 0 && may != len(acts) {
			s.Errorf("%s may do %d of %d things", p.Name, may, len(acts))
		}
		if may > 0 {
			names = append(names, p.Name)
		}
	}
	s.must(s.app.cases.Assign(s.Context(), s.by("Anna Kowalska", id), ""))
	return names
}

// appealed lets the customer appeal, and gives who may review.
func (s *sim) appealed(id string) []string {
	s.Helper()
	s.deliver()
	s.stage(id, complaint.StageResponded)
	s.answers(id, "I want to appeal.")
	s.must(s.app.cases.Move(s.Context(), s.by("Anna Kowalska", id), complaint.StageReview, "the customer appeals", time.Time{}))
	return s.mayReview(id)
}

// everybody are those who may review at all.
var everybody = []string{"Anna Kowalska", "Tomasz Nowak", "Nina Nowa", "Zofia Wójcik", "Hanna Lis", "Vera"}

// TestP15WhoHadAHandInTheResponseDoesNotReview: who wrote it, wrote at it before, gave it
// back or let it go, here or elsewhere; and no act of a review is left to them.
func TestP15WhoHadAHandInTheResponseDoesNotReview(t *testing.T) {
	t.Parallel()
	prepared := func(s *sim, id string) {
		s.set("Vera", id, map[string]string{"root_cause": "damaged cable"})
		s.must(s.app.cases.Did(s.Context(), s.by("Vera", id), "We replaced the cable.", time.Time{}))
	}
	hands := func(s *sim, id, name string, take bool) {
		s.Helper()
		_, err := s.app.cases.Send(s.Context(), s.by(name, id), casework.Answer{Kind: "formal_response", Values: words("formal_response", complaint.English), TakeOver: take})
		s.must(err)
	}
	for name, tc := range map[string]struct {
		out []string // who had a hand in it
		do  func(s *sim, id string)
	}{
		"wrote it": {[]string{"Tomasz Nowak"}, func(s *sim, id string) { hands(s, id, "Tomasz Nowak", false) }},
		"let it go": {[]string{"Nina Nowa", "Hanna Lis"}, func(s *sim, id string) {
			hands(s, id, "Nina Nowa", false)
			_, err := s.app.cases.Approve(s.Context(), s.by("Hanna Lis", id))
			s.must(err)
		}},
		"gave it back": {[]string{"Nina Nowa", "Hanna Lis", "Anna Kowalska"}, func(s *sim, id string) {
			hands(s, id, "Nina Nowa", false)
			s.must(s.app.cases.SendBack(s.Context(), s.by("Anna Kowalska", id), "Say what we pay."))
			hands(s, id, "Nina Nowa", false)
			_, err := s.app.cases.Approve(s.Context(), s.by("Hanna Lis", id))
			s.must(err)
		}},
		"wrote at it before": {[]string{"Nina Nowa", "Vera", "Tomasz Nowak"}, func(s *sim, id string) {
			hands(s, id, "Nina Nowa", false) // waits for a second person
			_, err := s.app.cases.Compose(s.Context(), s.by("Vera", id), casework.Answer{TakeOver: true})
			s.must(err)
			hands(s, id, "Tomasz Nowak", true)
		}},
		"sent it from their own mail program": {[]string{"Hanna Lis", "Tomasz Nowak"}, func(s *sim, id string) {
			sent := s.now
			s.now = s.now.Add(time.Minute)
			a := s.recordElsewhere(id, "Tomasz Nowak", writesAt(sent, "hanna@ask4.com", "own@ask4.com", "Your internet", "", "We replaced the cable."))
			s.must(s.app.cases.Elsewhere(s.Context(), s.by("Tomasz Nowak", id), complaint.Respond, sent, a, "Hanna answered by herself"))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSim(t, "2026-11-23 09:00", "", moreStaff)
			id := s.complains("Ewa Nowicka <ewa@p.example>", "Slow", complaining[0])
			prepared(s, id)
			tc.do(s, id)
			want := slices.DeleteFunc(slices.Clone(everybody), func(n string) bool { return slices.Contains(tc.out, n) })
			if may := s.appealed(id); !slices.Equal(may, want) {
				t.Errorf("may review: %q, want %q", may, want)
			}
			if able := s.app.cases.Able(complaint.ActReview, s.view(id).Case()); !slices.Equal(able, want) {
				t.Errorf("able: %q", able)
			}
			_, err := s.app.cases.Compose(s.Context(), s.by(tc.out[0], id), casework.Answer{Kind: "review_decision"})
			if err == nil || !strings.Contains(err.Error(), "somebody else reviews it: "+strings.Join(want, " or ")) {
				t.Errorf("says %v", err)
			}
		})
	}
}

// TestP15NobodyWhoAnsweredDecidesOnTheReview: not by letting it go, giving it back, taking
// it over or giving it up.
func TestP15NobodyWhoAnsweredDecidesOnTheReview(t *testing.T) {
	onBothSims(t, "2026-11-23 09:00", func(s *sim) {
		id := s.complains("Ewa Nowicka <ewa@p.example>", "Slow", complaining[0])
		s.set("Anna Kowalska", id, map[string]string{"vulnerable": "yes", "root_cause": "damaged cable"}) // so that a second person reads it
		s.must(s.app.cases.Did(s.Context(), s.by("Tomasz Nowak", id), "We replaced the cable.", time.Time{}))
		s.sends("Tomasz Nowak", id, "formal_response")
		_, err := s.app.cases.Approve(s.Context(), s.by("Anna Kowalska", id))
		s.must(err)
		s.appealed(id)
		s.sends("Nina Nowa", id, "review_decision")
		for what, act := range map[string]func(a casework.Acting) error{
			"let it go":    func(a casework.Acting) error { _, err := s.app.cases.Approve(s.Context(), a); return err },
			"read it":      func(a casework.Acting) error { _, err := s.app.cases.Finished(s.Context(), a); return err },
			"give it back": func(a casework.Acting) error { return s.app.cases.SendBack(s.Context(), a, "be harder") },
			"take it over": func(a casework.Acting) error {
				_, err := s.app.cases.Compose(s.Context(), a, casework.Answer{TakeOver: true})
				return err
			},
			"give it up": func(a casework.Acting) error { return s.app.cases.Discard(s.Context(), a, true) },
		} {
			var refused *complaint.Refusal
			if err := act(s.by("Anna Kowalska", id)); !errors.As(err, &refused) || refused.Rule != "P15" {
				s.Errorf("who let the response go may %s: %v", what, err)
			}
		}
		_, err = s.app.cases.Approve(s.Context(), s.by("Zofia Wójcik", id))
		s.must(err)
		s.deliver()
		s.stage(id, complaint.StageResponded)
		if r := s.view(id).Record; r.Reviewer != "Nina Nowa" || !slices.Equal(r.Reviewers, []string{"Nina Nowa", "Zofia Wójcik"}) {
			s.Errorf("reviewed by %q, %q", r.Reviewer, r.Reviewers)
		}
		// A second appeal contests the decision of the first review as well: nobody is left, and
		// the refusal says what is possible instead.
		s.answers(id, "I appeal again.")
		s.must(s.app.cases.Move(s.Context(), s.by("Anna Kowalska", id), complaint.StageReview, "again", time.Time{}))
		if may := s.mayReview(id); len(may) != 0 {
			s.Errorf("%q may review their own decision", may)
		}
		_, err = s.app.cases.Compose(s.Context(), s.by("Zofia Wójcik", id), casework.Answer{Kind: "review_decision"})
		if err == nil || !strings.Contains(err.Error(), "nobody on the staff list is left") || !strings.Contains(err.Error(), "deadlock") {
			s.Errorf("says %v", err)
		}
		s.must(s.app.cases.Deadlock(s.Context(), s.by("Anna Kowalska", id), "two reviews"))
	})
}

// TestP15ADecisionThatCameBackIsSentAgainByTheReviewer: what did not arrive contests
// nothing.
func TestP15ADecisionThatCameBackIsSentAgainByTheReviewer(t *testing.T) {
	t.Parallel()
	s := newSim(t, "2026-11-23 09:00", "", "")
	id := s.complains("Ewa Nowicka <ewa@p.example>", "Slow", complaining[0])
	s.responds("Tomasz Nowak", id)
	s.appealed(id)
	s.sends("Anna Kowalska", id, "review_decision")
	s.bounces(id)
	s.stage(id, complaint.StageReview)
	s.sends("Anna Kowalska", id, "review_decision")
	s.stage(id, complaint.StageResponded)
}

// TestP15WhatWasMergedInBringsItsResponders.
func TestP15WhatWasMergedInBringsItsResponders(t *testing.T) {
	t.Parallel()
	s := newSim(t, "2026-11-23 09:00", "", "")
	first := s.complains("Ewa Nowicka <ewa@p.example>", "Slow", complaining[0])
	s.now = s.now.Add(time.Hour)
	second := s.complains("Ewa Nowicka <ewa@p.example>", "Slower", complaining[0])
	s.responds("Tomasz Nowak", second)
	s.must(s.app.cases.Merge(s.Context(), s.by("Anna Kowalska", second), s.view(first).Complaint.Reference, "one matter"))
	s.responds("Anna Kowalska", first)
	if may := s.appealed(first); !slices.Equal(may, []string{"Nina Nowa", "Zofia Wójcik"}) {
		t.Errorf("may review: %q", may)
	}
}

// recordElsewhere takes in a message that staff sent, and gives its arrival.
func (s *sim) recordElsewhere(id, who, raw string) string {
	s.Helper()
	r, err := s.app.intake.RecordElsewhere(context.WithoutCancel(s.Context()), ingest.Elsewhere{ComplaintID: id, Actor: who, Source: "answer.eml"}, strings.NewReader(strings.ReplaceAll(raw, "\n", "\r\n")))
	s.must(err)
	return r.Arrival.ID
}

// TestP15WhoAnsweredDoesNotDismissAnAppeal: that a message which seems to appeal needs no
// answer is said by somebody who may review, also where it contests a review.
func TestP15WhoAnsweredDoesNotDismissAnAppeal(t *testing.T) {
	t.Parallel()
	s := newSim(t, "2026-11-23 09:00", "", "")
	id := s.complains("Ewa Nowicka <ewa@p.example>", "Slow", complaining[0])
	s.responds("Tomasz Nowak", id)
	dismiss := func(name string) error { return s.app.cases.Answered(s.Context(), s.by(name, id), "it is settled") }
	refused := func(name, can string) {
		t.Helper()
		var r *complaint.Refusal
		if err := dismiss(name); !errors.As(err, &r) || r.Rule != "P15" || !strings.HasSuffix(r.Why, "somebody else reviews it: "+can) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, words := range []string{"I want to appeal.", "I want to speak to your manager. Please escalate this."} {
		s.answers(id, words)
		refused("Tomasz Nowak", "Anna Kowalska or Nina Nowa or Zofia Wójcik")
		s.must(dismiss("Nina Nowa"))
	}
	s.answers(id, "Thank you for your answer.")
	s.must(dismiss("Tomasz Nowak"))
	s.appealed(id)
	s.sends("Anna Kowalska", id, "review_decision")
	s.deliver()
	s.stage(id, complaint.StageResponded)
	s.answers(id, "I appeal again.")
	refused("Anna Kowalska", "Nina Nowa or Zofia Wójcik")
	s.must(dismiss("Zofia Wójcik"))
	if r := s.view(id).Record; r.Reviewer != "Anna Kowalska" { // it is not under review again
		t.Errorf("reviewed by %q", r.Reviewer)
	}
}

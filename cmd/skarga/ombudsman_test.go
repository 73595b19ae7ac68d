package main

import (
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
)

// TestP16WhatTheOmbudsmanDecidesIsRecordedFirst: a customer is not told that a decision was
// carried out where there is none, no date lies where nothing can have happened, and a
// decision is recorded once.
func TestP16WhatTheOmbudsmanDecidesIsRecordedFirst(t *testing.T) {
	onBothSims(t, "2026-11-23 09:00", func(s *sim) {
		id := s.complains("emily@student.example", "Slow", "My internet is slow.")
		anna := s.by("Anna Kowalska", id)
		refused := func(what string, err error, want string) {
			s.Helper()
			if err == nil || !strings.Contains(err.Error(), want) {
				s.Errorf("%s: %v, want %q", what, err, want)
			}
		}
		refused("referred before it arrived", s.app.cases.Referred(s.Context(), anna, s.at("2026-11-01 00:00"), ""), "arrived on 23 November 2026")
		s.must(s.app.cases.Referred(s.Context(), anna, s.at("2026-11-23 00:00"), "CO-1"))
		refused("closed undecided", s.app.cases.Move(s.Context(), anna, complaint.StageClosed, "enough", time.Time{}), "has not decided yet")
		refused("decided before it arrived", s.app.cases.Decided(s.Context(), anna, s.at("2020-01-01 00:00"), "upheld", []string{"pay"}), "arrived on 23 November 2026")
		s.must(s.app.cases.Decided(s.Context(), anna, s.now, "upheld", []string{"pay £80"}))
		refused("decided twice", s.app.cases.Decided(s.Context(), anna, s.now, "upheld", []string{"pay £80"}), "is on record")
		s.due(id, complaint.Comply, 1, "2026-12-21")
	})
}

// TestP16WhatHadNotLeftIsToldWhenTheOmbudsmanHasIt: the deadlock letter that waits is no
// longer owed and does not leave; who records the referral is told, and so is the history.
func TestP16WhatHadNotLeftIsToldWhenTheOmbudsmanHasIt(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{waiting: true})
		c := f.view(f.feed(writes(emily, "m1@s", "Slow", "", "It is slow."))).Complaint
		ref := string(c.Reference)
		c.Stage = complaint.StageAcknowledged
		if err := f.app.store.InTx(t.Context(), func(tx *store.Tx) error { tx.SetComplaint(c); return nil }); err != nil {
			t.Fatal(err)
		}
		f.must(exitDone, "ombudsman", "deadlock", ref, "--reason", "we cannot agree")
		f.must(exitDone, "reply", ref, "--template", "deadlock_letter", "--set", "outcome=We offer £30.", "--send")
		if out := f.must(exitDone, "ombudsman", "referred", ref, "--number", "CO-9"); !strings.Contains(out, "The deadlock letter had not left: it is taken back and not sent.") {
			t.Errorf("says %s", out)
		}
		if out := f.must(exitDone, "audit", "show", ref); !strings.Contains(out, "taken back: acknowledgement, deadlock_letter") {
			t.Errorf("history: %s", out)
		}
		// So it is at every end.
		f.must(exitDone, "ombudsman", "back", ref, "--reason", "too early")
		f.must(exitDone, "reply", ref, "--template", "six_week_letter", "--set", "outcome=We look.", "--send")
		if out := f.must(exitDone, "stage", ref, "withdrawn", "--reason", "she says so"); !strings.Contains(out, "The six week letter had not left") {
			t.Errorf("says %s", out)
		}
	})
}

// TestP14P15WhatComesBackFromTheOmbudsmanIsOwed: what was never answered is investigated
// again, and not taken for answered; an appeal that nobody answered goes on.
func TestP14P15WhatComesBackFromTheOmbudsmanIsOwed(t *testing.T) {
	onBothSims(t, "2026-11-23 09:00", func(s *sim) {
		id := s.complains("emily@student.example", "Slow", "My internet is slow.")
		anna := s.by("Anna Kowalska", id)
		s.must(s.app.cases.Referred(s.Context(), anna, s.now, "CO-1"))
		if err := s.app.cases.Move(s.Context(), anna, complaint.StageResponded, "they gave it back", time.Time{}); err == nil || !strings.Contains(err.Error(), "P14") {
			s.Errorf("answered without an answer: %v", err)
		}
		s.must(s.app.cases.GivenBack(s.Context(), s.by("Anna Kowalska", id), "out of their time"))
		s.stage(id, complaint.StageInvestigation)
		s.due(id, complaint.Respond, 2, "2026-12-02")

		id = s.complains("jan@student.example", "Wolno", "Mój internet jest wolny od tygodnia.")
		s.responds("Tomasz Nowak", id)
		s.to("2026-11-24 10:00")
		s.answers(id, "Odwołuję się od tej decyzji.")
		s.must(s.app.cases.Move(s.Context(), s.by("Anna Kowalska", id), complaint.StageReview, "he appeals", time.Time{}))
		s.due(id, complaint.Review, 1, "2026-12-03")
		s.to("2026-11-30 10:00")
		s.must(s.app.cases.Referred(s.Context(), s.by("Anna Kowalska", id), s.now, "CO-2"))
		s.must(s.app.cases.GivenBack(s.Context(), s.by("Anna Kowalska", id), "too early"))
		s.stage(id, complaint.StageReview)
		s.due(id, complaint.Review, 2, "2026-12-09")
	})
}

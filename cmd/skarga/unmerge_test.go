package main

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
)

// TestP01AMergeThatIsTakenBackOwesAsBefore: the complaint stands where it stood, with its
// old dates; what an earlier end made void stays void; and who wrote it belongs to the other
// one no more.
func TestP01AMergeThatIsTakenBackOwesAsBefore(t *testing.T) {
	onBothSims(t, "2026-08-10 09:00", func(s *sim) {
		first := s.complains("max@student.example", "No heating", "The heating in flat 7 is off.")
		s.now = s.now.Add(time.Minute)
		second := s.complains("kim@student.example", "No internet", "Our internet in flat 7 is off.")
		tomasz := func(id string, to complaint.Stage, why string) error {
			return s.app.cases.Move(s.Context(), s.by("Tomasz Nowak", id), to, why, time.Time{})
		}
		s.must(tomasz(second, complaint.StageWithdrawn, "she says so"))
		s.to("2026-08-11 09:00")
		s.must(tomasz(second, complaint.StageInvestigation, "she does not"))
		s.sends("Tomasz Nowak", second, "update")
		s.answers(second, "It is off again.")
		was := s.view(second)
		s.to("2026-08-12 09:00")
		s.must(s.app.cases.Merge(s.Context(), s.by("Tomasz Nowak", second), s.view(first).Complaint.Reference, "one flat"))
		s.to("2026-08-13 09:00")
		s.must(tomasz(second, complaint.StageReceived, "two people"))
		v := s.view(second)
		if v.Complaint.Stage != complaint.StageInvestigation || !v.Complaint.ClosedAt.IsZero() || v.Record.MergedInto != "" {
			s.Errorf("stage %s, merged into %q", v.Complaint.Stage, v.Record.MergedInto)
		}
		if here, there := len(v.Waiting()), len(s.view(first).Waiting()); here != 1 || there != 0 {
			s.Errorf("%d messages wait here, %d there", here, there)
		}
		for i, o := range v.Obligations {
			if w := was.Obligations[i]; o.State != w.State || !o.Deadline().Equal(w.Deadline()) {
				s.Errorf("%s %d is %s, due %s; it was %s, due %s", o.Kind, o.Round, o.State, o.Deadline(), w.State, w.Deadline())
			}
		}
		parties, err := s.app.store.PartiesOf(s.Context(), first)
		if err != nil || slices.ContainsFunc(parties, func(p complaint.Party) bool { return p.Address == "kim@student.example" }) {
			s.Errorf("parties of the other %+v, %v", parties, err)
		}
	})
}

// TestP01WhatTheArrivalDecidedIsTakenBackThere: a complaint without its message is not
// revived, and one that was set aside neither; both say how.
func TestP01WhatTheArrivalDecidedIsTakenBackThere(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{waiting: true})
	first := f.view(f.feed(writes(emily, "u1@s", "Slow", "", "It is slow.")))
	near := f.feed(writes("jan@p.example", "u2@s", "About "+string(first.Complaint.Reference), "", "It is slow here, too."))
	ref := string(f.view(near).Complaint.Reference)
	f.must(exitDone, "overrule", "link", "confirm", f.view(near).Links[0].ID, "--reason", "one matter")
	if out := f.must(exitDone, "show", ref, "--why", "update"); !strings.Contains(out, "it goes on in another complaint") {
		t.Errorf("why: %s", out)
	}
	if out := f.must(exitFailed, "stage", ref, "received", "--reason", "two people"); !strings.Contains(out, "skarga overrule undo") {
		t.Errorf("says %s", out)
	}
	aside := f.feed(writes("ola@p.example", "u3@s", "Hello", "", "Buy our carpets."))
	ref = string(f.view(aside).Complaint.Reference)
	f.must(exitDone, "overrule", "set-aside", aside.ID, "--reason", "an advertisement")
	if out := f.must(exitFailed, "stage", ref, "received", "--reason", "it is none"); !strings.Contains(out, "skarga overrule undo") {
		t.Errorf("says %s", out)
	}
}

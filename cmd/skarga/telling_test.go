package main

import (
	"strings"
	"testing"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
)

// TestP14ExtensionHoldsFromDeliveryOn: asked for, the old date holds; delivered, the new
// one; come back, the old one again.
func TestP14ExtensionHoldsFromDeliveryOn(t *testing.T) {
	onBothSims(t, "2026-11-23 09:00", func(s *sim) {
		id := s.complains("emily@student.example", "Slow", complaining[0])
		s.to("2026-11-24 10:00")
		s.sends("Tomasz Nowak", id, "update")
		s.due(id, complaint.Respond, 1, "2026-12-03") // 25, 26, 27, 30, 1, 2, 3
		ans := casework.Answer{Kind: "extension", Promise: complaint.Respond, Values: words("extension", "en", "new_date", "2026-12-11")}
		_, err := s.app.cases.Send(s.Context(), s.by("Tomasz Nowak", id), ans)
		s.must(err)
		s.due(id, complaint.Respond, 1, "2026-12-03")
		ans.Values["new_date"] = "2026-12-18"
		if _, err := s.app.cases.Send(s.Context(), s.by("Tomasz Nowak", id), ans); err == nil || !strings.Contains(err.Error(), "11 December 2026") {
			s.Errorf("a second date beside one that the customer is being told: %v", err)
		}
		s.deliver()
		s.due(id, complaint.Respond, 1, "2026-12-11")
		s.bounces(id)
		s.due(id, complaint.Respond, 1, "2026-12-03")
	})
}

// TestVulnerableCustomersAreAnsweredByTwo: what decides waits for a second person; what
// only informs does not.
func TestVulnerableCustomersAreAnsweredByTwo(t *testing.T) {
	onBothSims(t, "2026-11-23 09:00", func(s *sim) {
		id := s.complains("emily@student.example", "Slow", complaining[0])
		s.set("Tomasz Nowak", id, map[string]string{"vulnerable": "yes"})
		s.sends("Tomasz Nowak", id, "update")
		s.due(id, complaint.Respond, 1, "2026-12-02")
		s.responds("Tomasz Nowak", id)
		s.stage(id, complaint.StageInvestigation)
		if _, err := s.app.cases.Approve(s.Context(), s.by("Tomasz Nowak", id)); err == nil {
			s.Error("he approves his own answer")
		}
		_, err := s.app.cases.Approve(s.Context(), s.by("Anna Kowalska", id))
		s.must(err)
		s.deliver()
		s.stage(id, complaint.StageResponded)
	})
}

// TestP13CommonUpdateGoesToEachInTheirLanguage: one outage, one text in two languages;
// each complaint's promise is kept by its own mail.
func TestP13CommonUpdateGoesToEachInTheirLanguage(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		want := map[string][]string{"amy@p.example": {"We tested the line."}, "ola@p.example": {"Sprawdziliśmy łącze."}, "uwe@p.example": {"We tested the line.", "Sprawdziliśmy łącze."}}
		args := []string{"link"}
		var ids []string
		for i, from := range []string{"amy@p.example", "ola@p.example", "uwe@p.example"} {
			v, _ := f.answered(f.take(writes(from, from, "Outage", "", complaining[i])))
			ids, args = append(ids, v.Complaint.ID), append(args, string(v.Complaint.Reference))
		}
		f.must(exitDone, append(args, "--matter", "Outage in Leeds")...)
		f.must(exitDone, "link", args[1], "--matter", "outage in  LEEDS") // the same matter
		if out := f.must(exitUsage, "reply", "--matter", "Outage in Leds", "--template", "update", "--send"); !strings.Contains(out, `did you mean "Outage in Leeds"?`) {
			t.Errorf("a mistyped matter: %s", out)
		}
		reply := []string{"reply", "--matter", "OUTAGE in Leeds", "--template", "update", "--set", "sought=none", "--set", "still_open=none", "--set", "needed=none",
			"--set", "understanding.en=The internet is slow.", "--set", "understanding.pl=Internet działa wolno.", "--set", "done.en=We tested the line."}
		if out := f.must(exitUsage, append(reply, "--set", "done.pl=Sprawdziliśmy łącze.")...); !strings.Contains(out, "--send") {
			t.Errorf("without --send: %s", out)
		}
		f.must(exitUsage, "reply", "--matter", "Outage in Leeds", "--template", "update", "--set", "done=We tested the line.", "--send")
		f.must(exitDone, append(reply, "--set", "done.pl=Sprawdziliśmy łącze.", "--send")...)
		for _, id := range ids {
			v, mail := f.left(id, 2)
			if o := owes(t, v, complaint.Update, 1); o.State != complaint.Met {
				t.Errorf("the update of %s is %s", v.Complaint.CustomerAddress, o.State)
			}
			for _, words := range []string{"We tested the line.", "Sprawdziliśmy łącze."} {
				says, should := strings.Contains(mail.read.Text, words), false
				for _, w := range want[v.Complaint.CustomerAddress] {
					should = should || w == words
				}
				if says != should {
					t.Errorf("%s reads %q: %v\n%s", v.Complaint.CustomerAddress, words, says, mail.read.Text)
				}
			}
		}
	})
}

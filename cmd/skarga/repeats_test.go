package main

import (
	"strings"
	"testing"
)

// TestLetterThatRepeatsAnEmailIsProposedAsOneComplaint sends a complaint by mail and, a day
// later, the same person's letter: it is a provisional complaint until a person says that
// both are one, and joins the first then.
func TestLetterThatRepeatsAnEmailIsProposedAsOneComplaint(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		mail := f.take("From: Emily Clark <emily@student.example>\nTo: complaints@ask4.com\nSubject: No internet\nMessage-ID: <m1@student.example>\n\nThe internet has not worked since Friday.\n")
		first := f.view(mail).Complaint
		given := f.hoursAgo(1)
		l := f.took(f.typed("letter.pdf", emilys()), "--received", given).Letters[0]
		v := f.record(l)
		if len(v.Links) != 1 || !v.Complaint.Provisional || v.Links[0].ComplaintID != first.ID || !strings.Contains(v.Links[0].Reason, "the same person wrote by e-mail") {
			t.Fatalf("%+v", v.Links)
		}
		f.must(exitDone, "desk", "link", "confirm", v.Links[0].ID)
		if a := f.shown(l.Arrival).Arrival; a.ComplaintID != first.ID {
			t.Errorf("after the confirmation it belongs to %s, not %s", a.ComplaintID, first.ID)
		}
	})
}

package main

import (
	"strings"
	"testing"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
)

// decide runs `skarga overrule` as a manager.
func (f *firm) decide(code int, args ...string) string {
	f.Helper()
	return f.must(code, append([]string{"--as", "Anna Kowalska", "overrule"}, args...)...)
}

// now reads an arrival again.
func (f *firm) now(a complaint.Arrival) complaint.Arrival {
	f.Helper()
	a, err := f.app.store.GetArrival(f.Context(), a.ID)
	if err != nil {
		f.Fatal(err)
	}
	return a
}

// lastDecision is the id of the latest decision about an arrival.
func (f *firm) lastDecision(a complaint.Arrival) string {
	f.Helper()
	list, err := f.app.store.DecisionsOf(f.Context(), a.ID)
	if err != nil || len(list) == 0 {
		f.Fatalf("%d decisions, %v", len(list), err)
	}
	return list[len(list)-1].ID
}

func newsletter(id string) string {
	return writes(id+"@p.example", id+"@s", "News", "List-Id: <n.p.example>\n", "Issue "+id)
}

// TestEveryDecisionAndItsUndo decides on the command line while the program does not
// send, so that every decision can be taken back.
func TestEveryDecisionAndItsUndo(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		_, origin := f.first()
		ref := string(origin.Complaint.Reference)
		tests := map[string]struct {
			raw     string
			args    []string // before the arrival
			rest    []string // after it
			outcome complaint.Outcome
			stage   complaint.Stage // of the complaint it has then, "" for none
		}{
			"set-aside":      {newsletter("a"), []string{"set-aside"}, nil, complaint.SetAside, complaint.StageSetAside},
			"refuse":         {newsletter("b"), []string{"refuse"}, nil, complaint.Refused, complaint.StageSetAside},
			"correspondence": {newsletter("c"), []string{"correspondence"}, []string{ref}, complaint.Correspondence, complaint.StageAcknowledged},
			"release":        {newsletter("d"), []string{"release"}, nil, complaint.ToComplaint, complaint.StageReceived},
			"complaint":      {writes("pbx@ask4.com", "e@s", "Voicemail", "", "New voice message"), []string{"complaint"}, nil, complaint.ToComplaint, complaint.StageReceived},
		}
		arrivals := map[string]complaint.Arrival{}
		for name, tc := range tests {
			arrivals[name] = f.take(tc.raw)
		}
		f.stop()
		for name, tc := range tests {
			before := arrivals[name]
			args := append(append(append([]string{}, tc.args...), before.ID), tc.rest...)
			f.decide(exitUsage, args...)                           // no reason
			f.decide(exitFailed, append(args, "--reason", " ")...) // an empty one
			if got := f.now(before); got.Outcome != before.Outcome {
				t.Fatalf("%s: decided without a reason", name)
			}
			f.decide(exitDone, append(args, "--reason", "I looked at it")...)
			after := f.now(before)
			if v := f.view(after); after.Outcome != tc.outcome || v.Complaint.Stage != tc.stage || after.Held {
				t.Errorf("%s: %s, stage %s, held %v", name, after.Outcome, v.Complaint.Stage, after.Held)
			}
			if before.ComplaintID != "" && tc.outcome != complaint.ToComplaint {
				for _, o := range f.view(before).Obligations {
					if o.State != complaint.Void {
						t.Errorf("%s: the promise to %s is %s", name, o.Kind, o.State)
					}
				}
			}
			undo := []string{"undo", f.lastDecision(before), "--reason", "a mistake"}
			f.decide(exitUsage, undo[:2]...)
			f.decide(exitDone, undo...)
			f.decide(exitFailed, undo...) // twice
			back := f.now(before)
			if back.Outcome != before.Outcome || back.ComplaintID != before.ComplaintID || back.Held != before.Held || back.HoldReason != before.HoldReason {
				t.Errorf("%s: undone, it is %s held %v of %q", name, back.Outcome, back.Held, back.ComplaintID)
			}
			if before.ComplaintID == "" {
				continue
			}
			v := f.view(before)
			if v.Complaint.Stage != complaint.StageReceived || v.Obligations[0].State != complaint.Open {
				t.Errorf("%s: undone, stage %s, promise %s", name, v.Complaint.Stage, v.Obligations[0].State)
			}
			for _, m := range v.Deliveries {
				if m.Status != complaint.Withdrawn {
					t.Errorf("%s: undone, its mail is %s", name, m.Status)
				}
			}
		}
		if n := f.sink.Len(); n != 1 {
			t.Errorf("%d mails left", n)
		}
		f.must(exitDone, "audit", "verify")
	})
}

func TestUndoIsRefusedAfterTheMailLeft(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		held := f.take(newsletter("a"))
		f.decide(exitDone, "release", held.ID, "--reason", "a real one")
		v, out := f.answered(held)
		if out.To[0] != "a@p.example" || v.Complaint.Stage != complaint.StageAcknowledged {
			t.Errorf("to %s, stage %s", out.To, v.Complaint.Stage)
		}
		f.decide(exitFailed, "undo", f.lastDecision(held), "--reason", "no")
		if again := f.view(held); again.Complaint.Stage != complaint.StageAcknowledged || again.Obligations[0].State != complaint.Met {
			t.Errorf("a refused undo changed the record: %s, %s", again.Complaint.Stage, again.Obligations[0].State)
		}
		f.decide(exitFailed, "release", held.ID, "--reason", "again")
	})
}

func TestLinksOnTheCommandLine(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		origin, v := f.first()
		for _, decision := range []string{"confirm", "refuse"} {
			from := decision + "@p.example"
			a := f.take(writes(from, decision+"@s", "About "+string(v.Complaint.Reference), "", "hello "+decision))
			own, _ := f.answered(a)
			link := own.Links[0].ID
			f.decide(exitUsage, "link", "perhaps", link, "--reason", "x")
			f.decide(exitDone, "link", decision, link, "--reason", "I asked")
			f.decide(exitFailed, "link", decision, link, "--reason", "twice")
			now, c := f.now(a), f.view(complaint.Arrival{ComplaintID: own.Complaint.ID}).Complaint
			joined := now.Outcome == complaint.Correspondence && now.ComplaintID == origin.ComplaintID && c.Stage == complaint.StageMerged
			apart := now.Outcome == complaint.ToComplaint && now.ProposedID == "" && !c.Provisional && c.Stage == complaint.StageAcknowledged
			if joined != (decision == "confirm") || apart != (decision == "refuse") {
				t.Errorf("%s: %s of %q, stage %s", decision, now.Outcome, now.ComplaintID, c.Stage)
			}
			// A confirmed correspondent belongs to the complaint from now on.
			later := f.take(writes(from, decision+"2@s", "Re: "+string(v.Complaint.Reference), "", "more of "+decision))
			if belongs := later.Outcome == complaint.Correspondence; belongs != (decision == "confirm") {
				t.Errorf("%s: the next mail is %s", decision, later.Outcome)
			}
			if decision == "refuse" {
				f.decide(exitDone, "undo", f.lastDecision(a), "--reason", "a mistake")
				if l, _, err := f.app.store.LinkByID(t.Context(), link); err != nil || l.State != "proposed" || f.now(a).ProposedID != origin.ComplaintID {
					t.Errorf("undone, the link is %q, %v", l.State, err)
				}
			}
		}
	})
}

// TestDecidedBackAndForthIsOneComplaint: one arrival never leaves two complaints.
func TestDecidedBackAndForthIsOneComplaint(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	for _, away := range []string{"set-aside", "refuse"} {
		a := f.take(newsletter(away))
		f.decide(exitDone, away, a.ID, "--reason", "not ours")
		f.decide(exitDone, "complaint", a.ID, "--reason", "ours after all")
		now := f.now(a)
		if now.Outcome != complaint.ToComplaint || now.ComplaintID != a.ComplaintID {
			t.Errorf("%s and back: %s of another complaint: %v", away, now.Outcome, now.ComplaintID != a.ComplaintID)
		}
	}
	list, err := f.app.store.ListComplaints(t.Context(), store.Filter{})
	if err != nil || len(list) != 2 {
		t.Errorf("%d complaints of two messages, %v", len(list), err)
	}
}

func TestWhoDecidesMustBeOnTheStaffList(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	a := f.take(newsletter("a"))
	f.must(exitUsage, "--as", "Somebody Else", "overrule", "set-aside", a.ID, "--reason", "x")
	f.decide(exitFailed, "set-aside", "no-such-arrival", "--reason", "x")
	f.decide(exitUsage, "correspondence", a.ID, "ASK4-00-AAAAA-A", "--reason", "x")
	if got := f.now(a); got.Outcome != complaint.ToComplaint || !got.Held {
		t.Errorf("%s held %v", got.Outcome, got.Held)
	}
	f.must(exitDone, "--as", "anna kowalska", "overrule", "set-aside", a.ID, "--reason", "x")
	if out := f.must(exitDone, "list", "--arrivals", "--outcome", "set_aside"); !strings.Contains(out, "News") {
		t.Errorf("not listed: %s", out)
	}
}

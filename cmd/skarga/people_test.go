package main

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/complaint/figures"
	"ask4.com/skarga/store"
)

// TestP08NameInTheTextHidesUntilAManagerDecides follows a name from the mail to the
// manager's word, and over a later message.
func TestP08NameInTheTextHidesUntilAManagerDecides(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{waiting: true, toml: twoOfEach})
		a := f.feed(writes(emily, "a1@s", "Rude", "", "I spoke to Tomasz Nowak and he was rude."))
		v := f.view(a)
		ref := string(v.Complaint.Reference)
		if len(v.Abouts) != 1 || v.Abouts[0].Staff != "Tomasz Nowak" || v.Abouts[0].State != complaint.AboutProvisional || v.Abouts[0].By != "skarga" {
			t.Fatalf("about %+v", v.Abouts)
		}
		f.must(exitFailed, as("Tomasz Nowak", "show", ref)...)
		if out := f.must(exitDone, as("Vera", "about", ref)...); !strings.Contains(out, "Tomasz Nowak  provisional") {
			t.Errorf("about: %s", out)
		}
		// Only a manager or data protection decides, and says why.
		f.must(exitRefused, as("Vera", "about", ref, "--person", "Tomasz Nowak", "--drop", "--reason", "only spoken to")...)
		f.must(exitUsage, "about", ref, "--person", "Tomasz Nowak", "--drop")
		f.must(exitUsage, "about", ref, "--drop", "--reason", "x")
		f.must(exitUsage, "about", ref, "--person", "Tomasz Nowak", "--drop", "--confirm", "--reason", "x")
		f.must(exitFailed, "about", ref, "--person", "Hanna Lis", "--drop", "--reason", "x") // nobody takes it to be about her
		f.must(exitDone, "about", ref, "--person", "tomasz nowak", "--drop", "--reason", "only spoken to")
		f.must(exitDone, as("Tomasz Nowak", "show", ref)...)
		// A manager's word stays when the next message names him again.
		later := f.feed(writes(emily, "a2@s", "Re: "+ref, "", "As I told Tomasz Nowak, it is still slow."))
		if later.Outcome != complaint.Correspondence {
			t.Fatalf("the later message is %s: %q", later.Outcome, later.Reasons)
		}
		f.must(exitDone, as("Tomasz Nowak", "assign", ref, "Tomasz Nowak")...)
		// A later message may name somebody new; a greeting does not.
		f.feed(writes(emily, "a3@s", "Re: "+ref, "", "Dear Hanna Lis,\nthank you."))
		f.must(exitDone, as("Hanna Lis", "show", ref)...)
		f.feed(writes(emily, "a4@s", "Re: "+ref, "", "Now Hanna Lis was rude too."))
		f.must(exitFailed, as("Hanna Lis", "show", ref)...)
		// Confirmed after all: he does not keep it.
		f.must(exitDone, "about", ref, "--person", "Tomasz Nowak", "--confirm", "--reason", "he was rude")
		f.must(exitFailed, as("Tomasz Nowak", "show", ref)...)
		if v = f.view(a); v.Record.Owner != "" {
			t.Errorf("%s still has it", v.Record.Owner)
		}
		if out := f.must(exitDone, "audit", "show", ref); !strings.Contains(out, "about staff: confirmed") || !strings.Contains(out, "about Tomasz Nowak State: dropped → confirmed") || !strings.Contains(out, "reason: he was rude") {
			t.Errorf("history: %s", out)
		}
		f.must(exitDone, "audit", "verify")
	})
}

// TestP08MessageThatMayBelongIsHiddenToo: what may belong to a hidden complaint is
// hidden from the same people, also when they are named later.
func TestP08MessageThatMayBelongIsHiddenToo(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{waiting: true, toml: twoOfEach})
	first := f.view(f.feed(writes(emily, "b1@s", "Rude", "", "Tomasz Nowak was rude.")))
	near := f.view(f.feed(writes("Jan <jan@p.example>", "b2@s", "About "+string(first.Complaint.Reference), "", "More of the same.")))
	if near.Complaint.ID == first.Complaint.ID {
		t.Fatal("joined")
	}
	f.must(exitFailed, as("Tomasz Nowak", "show", string(near.Complaint.Reference))...)
	f.must(exitDone, as("Hanna Lis", "show", string(near.Complaint.Reference))...)
	f.must(exitDone, "about", string(first.Complaint.Reference), "--add", "Hanna Lis", "--reason", "told on paper")
	f.must(exitFailed, as("Hanna Lis", "show", string(near.Complaint.Reference))...)
}

// TestP08NameThatIsLearntLaterHidesOldComplaints: who is on record by another name only
// later is found in what came before, by the mailbox or on file, once; not in what ended
// or what staff wrote, and a manager's word stays.
func TestP08NameThatIsLearntLaterHidesOldComplaints(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{waiting: true, toml: twoOfEach})
		f.must(exitDone, "staff", "add", "Zuzanna Wrona", "--role", "support")
		looks := func() {
			t.Helper()
			if err := errors.Join(f.app.readStaff(t.Context()), f.app.clock().Look(t.Context()), f.app.clock().Look(t.Context())); err != nil {
				t.Fatal(err)
			}
		}
		looks()
		takes := func(id, text string) string {
			return string(f.view(f.feed(writes(emily, id, "Rude", "", text))).Complaint.Reference)
		}
		said, later, ended, sent := takes("l1@s", "Zuzka Mroz was rude to me."), takes("l2@s", "It is slow."), takes("l3@s", "Zuzka Mroz was very rude."), takes("l4@s", "No signal at all.")
		f.feed(writes(emily, "l5@s", "Re: "+later, "", "Now Zuzka Mroz shouted at me."))
		f.must(exitDone, "record", sent, f.fileOf(writes("zuzanna@ask4.com", "l6@ask4.com", "Yours", "", "I have asked.\nZuzka Mroz")))
		f.must(exitDone, "stage", ended, "withdrawn", "--reason", "no longer wanted")
		for _, ref := range []string{said, later, ended, sent} {
			f.must(exitDone, as("Zuzanna Wrona", "show", ref)...)
		}
		f.must(exitDone, "staff", "alias", "Zuzanna Wrona", "Zuzka Mroz")
		looks()
		for ref, want := range map[string]int{said: exitFailed, later: exitFailed, ended: exitDone, sent: exitDone} {
			f.must(want, as("Zuzanna Wrona", "show", ref)...)
		}
		f.must(exitDone, "about", said, "--person", "Zuzanna Wrona", "--drop", "--reason", "another Zuzka")
		f.must(exitDone, "staff", "alias", "Zuzanna Wrona", "Zuzka Mroz", "Zuza")
		looks()
		f.must(exitDone, as("Zuzanna Wrona", "show", said)...)
		if out := f.must(exitDone, "audit", "show", later); strings.Count(out, "about staff: proposed") != 1 {
			t.Errorf("history: %s", out)
		}
		// The customer's own mail, recorded from another address of ours.
		f.must(exitDone, "record", sent, f.fileOf(writes(emily, "l7@s", "Rude", "", "Zuzka Mroz hung up on me.")))
		f.must(exitFailed, as("Zuzanna Wrona", "show", sent)...)
		f.must(exitDone, "audit", "verify")
	})
}

// TestP08WithoutAManagerItGoesToDataProtection: when every manager is named, data
// protection has it in its queue and is told once; it decides.
func TestP08WithoutAManagerItGoesToDataProtection(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{waiting: true, toml: strings.Replace(twoOfEach, "role = \"data protection\"", "role = \"data protection\"\naddress = \"zofia@ask4.com\"", 1)})
		ref := string(f.view(f.feed(writes(emily, "c1@s", "Rude", "", "Anna Kowalska was rude to me."))).Complaint.Reference)
		queued := func() []store.Listed {
			return lines[store.Listed](t, f.must(exitDone, as("Zofia Wójcik", "--json", "list", "--queue", "data-protection")...))
		}
		alerts := func() (to []string) {
			if err := f.app.clock().Look(t.Context()); err != nil {
				t.Error(err)
			}
			all, err := f.app.store.ClaimDeliveries(t.Context(), complaint.NewID(), 100, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range all {
				if d.Kind == "data_protection_alert" {
					to = append(to, d.Recipient)
					if !strings.Contains(string(d.Bytes), ref) || strings.Contains(string(d.Bytes), "Kowalska") {
						t.Errorf("the alert says: %s", d.Bytes)
					}
				}
			}
			return to
		}
		if n, mails := queued(), alerts(); len(n) != 0 || len(mails) != 0 {
			t.Errorf("%d in the queue and %q told while Hanna Lis may decide", len(n), mails)
		}
		f.must(exitDone, as("Hanna Lis", "about", ref, "--add", "Hanna Lis", "--reason", "I was there")...)
		f.must(exitFailed, as("Hanna Lis", "show", ref)...)
		if n := queued(); len(n) != 1 || string(n[0].Reference) != ref {
			t.Errorf("the queue holds %+v", n)
		}
		for range 2 { // once, however often the clock looks
			if mails := alerts(); len(mails) != 1 || mails[0] != "zofia@ask4.com" {
				t.Errorf("told %q", mails)
			}
		}
		f.must(exitDone, as("Zofia Wójcik", "about", ref, "--person", "Anna Kowalska", "--drop", "--reason", "another Anna")...)
		f.must(exitDone, "show", ref)
	})
}

// TestP08ReportCountsWithoutIt: a report for whom a complaint is about has neither its
// reference nor its count.
func TestP08ReportCountsWithoutIt(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{waiting: true, toml: twoOfEach})
		f.feed(writes(emily, "d1@s", "Slow", "", "The internet is slow."))
		f.feed(writes(emily, "d2@s", "Rude", "", "Hanna Lis was rude."))
		for name, want := range map[string]int{"Anna Kowalska": 2, "Hanna Lis": 1, "Adam Reads": 2} {
			var r figures.Report
			if err := json.Unmarshal([]byte(f.must(exitDone, as(name, "report", "--format", "json")...)), &r); err != nil {
				t.Fatal(err)
			}
			if r.Balance.Received.N != want || len(r.Balance.Received.References) != want || !r.Balance.AddsUp() {
				t.Errorf("%s: %+v", name, r.Balance)
			}
		}
	})
}

// TestP06AManagerRulesOnConductAndPromisesStay: words only flag it; a manager decides
// with a reason, and the complaint goes on.
func TestP06AManagerRulesOnConductAndPromisesStay(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{waiting: true, toml: twoOfEach})
		a := f.feed(writes("a@p.example", "e1@s", "Router", "", "You idiots, I will smash the router over your head."))
		was := f.view(a)
		ref := string(was.Complaint.Reference)
		if out := f.must(exitDone, "list", "--queue", "conduct"); !strings.Contains(out, ref) {
			t.Errorf("the queue: %s", out)
		}
		f.must(exitRefused, as("Vera", "conduct", ref, "--confirm", "--reason", "abuse")...)
		f.must(exitUsage, "conduct", ref, "--confirm")
		f.must(exitDone, "conduct", ref, "--confirm", "--reason", "he threatens staff")
		f.must(exitFailed, "conduct", ref, "--confirm", "--reason", "again")
		v := f.view(a)
		if r := v.Record.Conduct; r.State != complaint.RulingConfirmed || r.By != "Anna Kowalska" || r.Reason != "he threatens staff" || !v.Complaint.ConductFlag {
			t.Errorf("ruled %+v", r)
		}
		if v.Complaint.Stage != was.Complaint.Stage || len(v.Obligations) != len(was.Obligations) {
			t.Errorf("the complaint does not go on: %+v", v.Complaint)
		}
		for i, o := range v.Obligations {
			if !o.Same(was.Obligations[i]) {
				t.Errorf("the promise to %s changed", o.Kind)
			}
		}
		if out := f.must(exitDone, "list", "--queue", "conduct"); strings.Contains(out, ref) {
			t.Errorf("still in the queue: %s", out)
		}
		f.must(exitDone, "conduct", ref, "--drop", "--reason", "he apologised")
		if v = f.view(a); v.Complaint.ConductFlag || v.Record.Conduct.State != complaint.RulingDropped {
			t.Errorf("dropped: %+v", v.Record.Conduct)
		}
	})
}

// TestP10StaffConfirmOrDropPersonalData: a suggestion waits in the queue of data
// protection until a person decided.
func TestP10StaffConfirmOrDropPersonalData(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{waiting: true, toml: twoOfEach})
		leak := f.feed(writes("a@p.example", "g1@s", "Data", "", "You leaked my personal data to another tenant."))
		slow := f.feed(writes("b@p.example", "g2@s", "Slow", "", "The internet is slow."))
		ref, other := string(f.view(leak).Complaint.Reference), string(f.view(slow).Complaint.Reference)
		queue := func() string { return f.must(exitDone, as("Zofia Wójcik", "list", "--queue", "data-protection")...) }
		if out := queue(); !strings.Contains(out, ref) || strings.Contains(out, other) {
			t.Errorf("the queue: %s", out)
		}
		f.must(exitRefused, as("Yvonne", "personal-data", ref, "--drop", "--reason", "x")...)
		f.must(exitDone, as("Vera", "personal-data", ref, "--drop", "--reason", "a figure of speech")...)
		f.must(exitDone, as("Zofia Wójcik", "personal-data", other, "--confirm", "--reason", "he called: his data leaked")...)
		if out := queue(); strings.Contains(out, ref) || !strings.Contains(out, other) {
			t.Errorf("the queue after the rulings: %s", out)
		}
		if v := f.view(slow); !v.Complaint.PersonalData || v.Record.PersonalData.By != "Zofia Wójcik" {
			t.Errorf("%+v", v.Record.PersonalData)
		}
	})
}

// TestP17PolicyIsPrintedInBothLanguages with the numbers in force, and without a
// database.
func TestP17PolicyIsPrintedInBothLanguages(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{waiting: true, toml: "[policy]\nacknowledge_hours = 23\n"})
	both := f.must(exitDone, "policy")
	for _, want := range []string{"23 hours", "23 godzin", "Communications Ombudsman", "complaints@ask4.com"} {
		if !strings.Contains(both, want) {
			t.Errorf("the policy does not say %q:\n%s", want, both)
		}
	}
	if pl := f.must(exitDone, "policy", "--language", "pl"); strings.Contains(pl, "23 hours") || !strings.Contains(pl, "23 godzin") {
		t.Errorf("in Polish: %s", pl)
	}
	if list := lines[map[string]string](t, f.must(exitDone, "--json", "policy")); len(list) != 2 || list[1]["language"] != "pl" {
		t.Errorf("JSON: %+v", list)
	}
}

// TestP08WhoActsMustBeKnown: a name that is not on the list is wrong use, and the
// nearest one is offered.
func TestP08WhoActsMustBeKnown(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{waiting: true})
	if out := f.must(exitUsage, as("Tomas Nowack", "list")...); !strings.Contains(out, "did you mean Tomasz Nowak?") {
		t.Errorf("says %s", out)
	}
	if out := f.must(exitUsage, as("Zbigniew", "list")...); !strings.Contains(out, "there are Anna Kowalska, Tomasz Nowak") {
		t.Errorf("says %s", out)
	}
}

// TestP15WhoRespondedDoesNotHaveTheReview: the case leaves their hands with the appeal,
// and they do not get it back.
func TestP15WhoRespondedDoesNotHaveTheReview(t *testing.T) {
	onBothSims(t, "2026-11-23 09:00", func(s *sim) {
		id := s.complains("Ewa Nowicka <ewa@p.example>", "Slow", complaining[0])
		s.must(s.app.cases.Assign(s.Context(), s.by("Tomasz Nowak", id), "Tomasz Nowak"))
		s.responds("Tomasz Nowak", id)
		s.deliver()
		s.answers(id, "I want to appeal.")
		s.must(s.app.cases.Move(s.Context(), s.by("Anna Kowalska", id), complaint.StageReview, "she appeals", time.Time{}))
		if owner := s.view(id).Record.Owner; owner != "" {
			s.Errorf("%s has the review of their own response", owner)
		}
		var refused *complaint.Refusal
		if err := s.app.cases.Assign(s.Context(), s.by("Anna Kowalska", id), "Tomasz Nowak"); !errors.As(err, &refused) || refused.Rule != "P15" {
			s.Errorf("they are given it: %v", err)
		}
		s.must(s.app.cases.Assign(s.Context(), s.by("Anna Kowalska", id), "Anna Kowalska"))
	})
}

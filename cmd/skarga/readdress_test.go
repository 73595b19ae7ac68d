package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/mailer"
	"ask4.com/skarga/store"
)

// old and moved are addresses in Sheffield.
var (
	old   = []string{"Emily Carter", "Flat 2", "14 Fitzwilliam Street", "Sheffield S1 4JL"}
	moved = []string{"Emily Carter", "Flat 9", "3 Division Street", "Sheffield S1 4GF"}
)

// addressed gives a complaint an address.
func (s *sim) addressed(id string, lines []string, needs complaint.Need) (on []complaint.Delivery, again bool, draft string) {
	s.Helper()
	r, err := s.app.cases.SetAddress(s.Context(), s.by("Anna Kowalska", id), lines, needs)
	s.must(err)
	return r.OnPaper, r.Again, r.Draft
}

// posts prints what waits and takes it to the post.
func (s *sim) posts() mailer.Printed {
	s.Helper()
	post := s.app.post("Anna Kowalska")
	run, err := post.Print(s.Context())
	s.must(err)
	_, err = post.Posted(s.Context(), run.ID, s.now, nil)
	s.must(err)
	return run
}

// goesOn sends the draft as it is.
func goesOn(kind string) casework.Answer { return casework.Answer{Kind: kind} }

// last is the latest delivery of a complaint.
func (s *sim) last(id string) complaint.Delivery {
	s.Helper()
	all := s.view(id).Deliveries
	return all[len(all)-1]
}

// TestP14ReturnedResponseIsADraftAgain follows a formal response that comes back twice:
// by post to an old address, whose words its author need not write anew.
func TestP14ReturnedResponseIsADraftAgain(t *testing.T) {
	onBothSims(t, "2026-11-23 09:00", func(s *sim) {
		id := s.complains("emily@student.example", "Slow", "My internet is slow.")
		s.to("2026-11-24 10:00")
		s.sends("Tomasz Nowak", id, "update")
		s.addressed(id, old, "")
		s.to("2026-11-25 10:00")
		s.responds("Tomasz Nowak", id)
		if o := owes(s, s.view(id), complaint.Respond, 1); o.State != complaint.Open {
			s.Errorf("a letter that waits to be printed met the promise: %s", o.State)
		}
		s.now = s.at("2026-11-25 14:00")
		s.posts()
		s.stage(id, complaint.StageResponded)

		s.now = s.at("2026-11-30 10:00")
		s.must(s.app.post("Anna Kowalska").Returned(s.Context(), id, "gone away"))
		s.stage(id, complaint.StageInvestigation)
		if waiting, err := s.app.store.WaitingForAddress(s.Context(), ""); err != nil || len(waiting) != 1 {
			s.Errorf("waiting for an address: %v, %v", waiting, err)
		}
		if _, again, draft := s.addressed(id, moved, ""); again || draft != "formal_response" {
			s.Errorf("after the new address: again %v, draft %q", again, draft)
		}
		p, err := s.app.cases.Compose(s.Context(), s.by("Tomasz Nowak", id), goesOn("formal_response"))
		if err != nil || p.Draft.Author != "Tomasz Nowak" || p.Draft.Values["reasons"] != says["formal_response"]["reasons"] || len(p.Lacks) != 0 {
			s.Fatalf("the draft: %+v, lacks %v, %v", p.Draft, p.Lacks, err)
		}
		_, err = s.app.cases.Send(s.Context(), s.by("Tomasz Nowak", id), goesOn("formal_response"))
		s.must(err)
		if d := s.last(id); d.Way != complaint.ByLetter || d.Postal != strings.Join(moved, "\n") {
			s.Errorf("the letter goes to %q", d.Postal)
		}
		s.posts()
		s.stage(id, complaint.StageResponded)
		if o := owes(s, s.view(id), complaint.Respond, 1); o.State != complaint.Met || !o.MetAt.Equal(s.now) {
			s.Errorf("the promise is %s, met %s", o.State, o.MetAt)
		}
	})
}

// TestP12WhatCameBackByPostLeavesByMail answers a customer by e-mail whose letter came back:
// there is no address, and they gave an e-mail address.
func TestP12WhatCameBackByPostLeavesByMail(t *testing.T) {
	onBothSims(t, "2026-11-23 09:00", func(s *sim) {
		id := s.complains("emily@student.example", "Slow", "My internet is slow.")
		s.addressed(id, old, "")
		s.to("2026-11-24 10:00")
		s.sends("Tomasz Nowak", id, "update")
		s.now = s.at("2026-11-24 14:00")
		s.posts()
		s.must(s.app.post("Anna Kowalska").Returned(s.Context(), id, "gone away"))
		if led := s.set("Anna Kowalska", id, map[string]string{"reply_by": "email"}); led.Draft != "update" {
			s.Fatalf("after the letter came back: %+v", led)
		}
		_, err := s.app.cases.Send(s.Context(), s.by("Tomasz Nowak", id), goesOn("update"))
		s.must(err)
		if d := s.last(id); d.Way != complaint.ByEmail || d.Recipient != "emily@student.example" {
			s.Errorf("it leaves by %s to %q", d.Way, d.Recipient)
		}
	})
}

// TestAddressThatChangesBeforeThePost: nothing goes to the old one, also when it is on
// paper already, and no letter is lost.
func TestAddressThatChangesBeforeThePost(t *testing.T) {
	onBothSims(t, "2026-11-23 09:00", func(s *sim) {
		id := s.complains("emily@student.example", "Slow", "My internet is slow.")
		s.addressed(id, old, "")
		s.sends("Tomasz Nowak", id, "update")
		if on, _, draft := s.addressed(id, old, ""); len(on) != 0 || draft != "" || s.last(id).Status != complaint.Queued {
			s.Errorf("the same address again took %v back, draft %q", on, draft)
		}
		run, err := s.app.post("Anna Kowalska").Print(s.Context())
		s.must(err)
		on, _, draft := s.addressed(id, moved, complaint.LargePrint)
		if len(on) != 1 || on[0].PrintRun != run.ID || draft != "update" || s.last(id).Status != complaint.Withdrawn {
			s.Fatalf("on paper %v, draft %q, %s", on, draft, s.last(id).Status)
		}
		if _, err := s.app.post("Anna Kowalska").Posted(s.Context(), run.ID, s.now, nil); err == nil {
			s.Error("a run without a letter was posted")
		}
		if _, err := s.app.post("Anna Kowalska").Reprint(s.Context(), run.ID); !errors.Is(err, mailer.ErrNothingToPrint) {
			s.Errorf("reprint of what was taken back: %v", err)
		}
		_, err = s.app.cases.Send(s.Context(), s.by("Tomasz Nowak", id), goesOn("update"))
		s.must(err)
		if run := s.posts(); run.Letters != 1 {
			s.Errorf("%d letters", run.Letters)
		}
		if o := owes(s, s.view(id), complaint.Update, 1); o.State != complaint.Met {
			s.Errorf("the update is %s", o.State)
		}
	})
}

// TestP12HeldForWantOfAnAddress: who can only be reached by post is acknowledged as soon
// as staff give an address, on whichever page or command; what is held for another
// reason stays held.
func TestP12HeldForWantOfAnAddress(t *testing.T) {
	onBothSims(t, "2026-11-23 09:00", func(s *sim) {
		for raw, want := range map[string]bool{
			"To: complaints@ask4.com\r\nSubject: No internet\r\nMessage-ID: <nobody@x.example>\r\n\r\nMy internet is down. Write to Flat 2.\r\n":                                 true,
			"From: News <news@x.example>\r\nTo: complaints@ask4.com\r\nPrecedence: bulk\r\nSubject: Offers\r\nMessage-ID: <news@x.example>\r\n\r\nTen routers that we like.\r\n": false,
		} {
			a := s.comes(raw)
			if !a.Held {
				s.Fatalf("%q is not held: %+v", raw, a)
			}
			_, again, _ := s.addressed(a.ComplaintID, old, "")
			v := s.view(a.ComplaintID)
			if queued := len(v.Deliveries) == 1 && v.Deliveries[0].Way == complaint.ByLetter; again != want || queued != want || v.Arrivals[0].Held == want {
				s.Errorf("%q: again %t, %d deliveries, held %t", raw, again, len(v.Deliveries), v.Arrivals[0].Held)
			}
		}
	})
}

// TestRefusedMailTurnsToALetter: the mail server refuses the acknowledgement of somebody
// whose postal address is known. The clock turns to a letter, once, and a letter that
// comes back leaves again when there is a new address.
func TestRefusedMailTurnsToALetter(t *testing.T) {
	onBothSims(t, "2026-11-23 09:00", func(s *sim) {
		a := complaint.Arrival{ID: complaint.NewID(), Channel: complaint.ChannelEmail, Account: "sim", Mailbox: "INBOX", UIDValidity: 1, UID: 900, ArrivedAt: s.now, RecordedAt: s.now}
		mail := strings.ReplaceAll(writes("emily@student.example", "refused@customer.example", "Slow", "Date: Mon, 23 Nov 2026 09:00:00 +0000\n", "My internet is slow."), "\n", "\r\n")
		_, err := s.app.store.CreateArrivals(s.Context(), []store.NewArrival{{Arrival: a, Body: strings.NewReader(mail)}})
		s.must(err)
		_, err = s.app.intake.Drain(s.Context())
		s.must(err)
		a, err = s.app.store.GetArrival(s.Context(), a.ID)
		s.must(err)
		id := a.ComplaintID
		s.must(s.app.store.InTx(s.Context(), func(tx *store.Tx) error {
			d := s.last(id)
			d.Status, d.LastError = complaint.Failed, "550 5.1.1 no such user"
			tx.SetDelivery(d)
			return nil
		}))
		s.work()
		if n := len(s.view(id).Deliveries); n != 1 {
			s.Fatalf("%d deliveries without an address", n)
		}
		s.must(s.app.store.InTx(s.Context(), func(tx *store.Tx) error { // as a directory supplies it
			c := s.view(id).Complaint
			c.PostalAddress, c.PostalConfirmed = strings.Join(old, "\n"), true
			tx.SetComplaint(c)
			return nil
		}))
		s.work()
		s.work()
		v := s.view(id)
		if len(v.Deliveries) != 2 || v.Deliveries[1].Way != complaint.ByLetter || v.Complaint.ReplyBy != complaint.ByLetter {
			s.Fatalf("deliveries: %+v", v.Deliveries)
		}
		letter := filepath.Join(s.TempDir(), "letter.pdf")
		pdf, err := s.app.store.Delivery(s.Context(), v.Deliveries[1].ID)
		s.must(errors.Join(err, os.WriteFile(letter, pdf.Bytes, 0o600)))
		if says := strings.Join(strings.Fields(strings.Join(readPDF(s.T, letter), " ")), " "); !strings.Contains(says, string(v.Complaint.Reference)) || strings.Contains(says, "more than one matter") {
			s.Errorf("the letter says %q", says)
		}
		s.posts()
		s.must(s.app.post("Anna Kowalska").Returned(s.Context(), id, "no such number"))
		s.work()
		if n := len(s.view(id).Deliveries); n != 2 {
			s.Fatalf("%d deliveries: a letter to an address from which one came back", n)
		}
		if _, again, _ := s.addressed(id, moved, ""); !again {
			s.Error("the acknowledgement is not queued anew")
		}
		s.posts()
		if o := owes(s, s.view(id), complaint.Acknowledge, 1); o.State != complaint.Met {
			s.Errorf("the acknowledgement is %s", o.State)
		}
	})
}

// TestP12WeekendIsWarnedOf: an acknowledgement on paper falls due on Saturday. The duty
// address hears of it before Friday's post, after it, and on each day without post; not
// once it is posted, and not before an ordinary night.
func TestP12WeekendIsWarnedOf(t *testing.T) {
	t.Parallel()
	s := newSim(t, "2026-11-26 10:00", "", "[firm]\nduty_address = \"duty@ask4.com\"\n")
	warned := func(local string, want int) {
		s.Helper()
		s.to(local)
		n := 0
		for _, m := range s.mailTo("duty@ask4.com") {
			if strings.HasPrefix(m.Subject, "Letters due before 30 November 2026") {
				n++
			}
		}
		if n != want {
			s.Errorf("%d warnings by %s, want %d", n, local, want)
		}
	}
	id := s.complains("emily@student.example", "Slow", "My internet is slow.")
	s.addressed(id, old, "")
	s.sends("Tomasz Nowak", id, "update") // due on Tuesday: no danger
	warned("2026-11-26 14:00", 0)
	s.now = s.at("2026-11-27 09:30")
	second := s.complains("jan@student.example", "Broken", "My internet is broken.")
	s.must(s.app.store.InTx(s.Context(), func(tx *store.Tx) error { // it is answered by letter, and not yet
		v := s.view(second)
		d := v.Deliveries[0]
		d.Status = complaint.Bounced
		tx.SetDelivery(d)
		c, obs := s.app.rules.Returned(v.Complaint, v.Obligations, d)
		c.PostalAddress, c.PostalConfirmed = strings.Join(moved, "\n"), true
		tx.SetComplaint(c)
		for _, o := range obs {
			tx.SetObligation(o)
		}
		return nil
	}))
	warned("2026-11-27 12:55", 0)
	warned("2026-11-27 13:00", 1)
	warned("2026-11-27 14:59", 1)
	warned("2026-11-27 15:00", 2)
	warned("2026-11-28 12:00", 3)
	last := s.mailTo("duty@ask4.com")
	if text := last[len(last)-1].Text; !strings.Contains(text, string(s.view(second).Complaint.Reference)) || strings.Contains(text, string(s.view(id).Complaint.Reference)) {
		s.Errorf("the warning names other letters:\n%s", text)
	}
	s.posts()
	warned("2026-11-29 20:00", 3)
}

// TestBrailleIsMarkedOnTheCover: such a letter is printed and not forgotten.
func TestBrailleIsMarkedOnTheCover(t *testing.T) {
	t.Parallel()
	s := newSim(t, "2026-11-23 09:00", "", "[letters]\nhead = [\"ASK4 Customer Care\"]\nlarge_print = true\n")
	id := s.complains("emily@student.example", "Slow", "My internet is slow.")
	s.addressed(id, old, complaint.Braille)
	s.sends("Tomasz Nowak", id, "update")
	run, err := s.app.post("Anna Kowalska").Print(s.Context())
	s.must(err)
	text, pages := readBack(t, run.File)
	for _, want := range []string{"IN BRAILLE", "1 of them must be put into Braille", "ASK4 Customer Care"} {
		if !strings.Contains(text, want) {
			s.Errorf("no %q in the run: %.600s", want, text)
		}
	}
	if pages < 3 {
		s.Errorf("%d pages: large print is not in force", pages)
	}
}

// TestTwoWhoPrintAtOnce get every letter between them, and what may be on paper twice
// says so.
func TestTwoWhoPrintAtOnce(t *testing.T) {
	onBothSims(t, "2026-11-23 09:00", func(s *sim) {
		for range 6 {
			id := s.complains("emily@student.example", "Slow", "My internet is slow. "+complaint.NewID())
			s.addressed(id, old, "")
			s.sends("Tomasz Nowak", id, "update")
		}
		var wg sync.WaitGroup
		runs := make([]mailer.Printed, 4)
		for i := range runs {
			wg.Go(func() {
				var err error
				if runs[i], err = s.app.post("Anna Kowalska").Print(s.Context()); err != nil && !errors.Is(err, mailer.ErrNothingToPrint) {
					s.Error(err)
				}
			})
		}
		wg.Wait()
		var files []string
		firsts := 0
		for _, r := range runs {
			if r.File == "" {
				continue
			}
			if slices.Contains(files, r.File) {
				s.Errorf("%s was given to two", r.File)
			}
			files = append(files, r.File)
			text, _ := readBack(s.T, r.File)
			if reprint := strings.Contains(text, "REPRINT"); reprint != (r.Prints > 1) {
				s.Errorf("%s: print %d, says reprint: %v", r.File, r.Prints, reprint)
			}
			if r.Prints == 1 {
				firsts += r.Letters
			}
		}
		if firsts != 6 {
			s.Errorf("%d letters were printed for the first time", firsts)
		}
	})
}

// TestListShowsWhatWaitsForAnAddress.
func TestListShowsWhatWaitsForAnAddress(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	v := f.byPost("Jan Nowak", "Flat 2", "Sheffield", "S1 4JL")
	if out := f.must(exitDone, "list"); strings.Contains(out, "waits for an address") {
		t.Errorf("list: %s", out)
	}
	f.manager(exitDone, "letters", "posted", f.printed().Run)
	f.manager(exitDone, "letters", "returned", string(v.Complaint.Reference), "--reason", "gone away")
	if out := f.must(exitDone, "list"); !strings.Contains(out, "waits for an address") {
		t.Errorf("list: %s", out)
	}
	out := f.manager(exitDone, "letters", "address", string(v.Complaint.Reference), "Jan Nowak", "Flat 3", "Sheffield S1 4JL")
	if !strings.Contains(out, "The acknowledgement is written anew.") {
		t.Errorf("address: %s", out)
	}
	if run := f.printed(); run.Letters != 1 {
		t.Errorf("run: %+v", run)
	} else if info, err := os.Stat(run.File); err != nil || info.Mode().Perm()&0o077 != 0 {
		t.Errorf("the file of a run is open to others: %v, %v", info, err)
	}
}

// TestCheckDrawsALetterAndWritesIt: a folder that cannot be written is told before the
// first printing day.
func TestCheckDrawsALetterAndWritesIt(t *testing.T) {
	t.Parallel()
	s := newSim(t, "2026-11-23 09:00", "", "")
	s.must(s.app.checkLetters())
	if left, err := os.ReadDir(s.app.cfg.Letters.Folder); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	file := filepath.Join(t.TempDir(), "file")
	s.must(os.WriteFile(file, nil, 0o600))
	s.app.cfg.Letters.Folder = filepath.Join(file, "print")
	if err := s.app.checkLetters(); err == nil {
		t.Error("a folder below a file passed")
	}
}

package main

import (
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
)

// TestLargePrintReachesTheLetterThatWaits: who needs large print gets it in the letter
// that is not posted yet, too; what is on paper already is named.
func TestLargePrintReachesTheLetterThatWaits(t *testing.T) {
	onBothSims(t, "2026-11-23 09:00", func(s *sim) {
		id := s.complains("emily@student.example", "Slow", "My internet is slow.")
		s.addressed(id, old, "")
		s.sends("Tomasz Nowak", id, "update")
		if led := s.set("Anna Kowalska", id, map[string]string{"room": "214"}); led.Draft != "" || s.last(id).Status != complaint.Queued {
			s.Errorf("another field took the letter back: %+v", led)
		}
		led := s.set("Anna Kowalska", id, map[string]string{"needs": "large_print"})
		if led.Draft != "update" || len(led.OnPaper) != 0 || s.last(id).Status != complaint.Withdrawn {
			s.Fatalf("the letter that waited: %+v, %s", led, s.last(id).Status)
		}
		_, err := s.app.cases.Send(s.Context(), s.by("Tomasz Nowak", id), goesOn("update"))
		s.must(err)
		run, err := s.app.post("Anna Kowalska").Print(s.Context())
		s.must(err)
		if led := s.set("Anna Kowalska", id, map[string]string{"needs": ""}); len(led.OnPaper) != 1 || led.OnPaper[0].PrintRun != run.ID || led.Draft != "update" {
			s.Errorf("the letter on paper: %+v", led)
		}
	})
}

// TestP17LanguageReachesWhatWaits: what has not left yet leaves in the language that the
// customer is written to now, by mail and on paper; what cannot be begun anew stays.
func TestP17LanguageReachesWhatWaits(t *testing.T) {
	onBothSims(t, "2026-11-23 09:00", func(s *sim) {
		id := s.complains("emily@student.example", "Slow", "My internet is slow.")
		s.must(s.app.store.InTx(s.Context(), func(tx *store.Tx) error { // the mail server could not be reached
			d := s.last(id)
			d.Status, d.SentAt, d.NextAt = complaint.Queued, time.Time{}, s.now.Add(time.Minute)
			tx.SetDelivery(d)
			for _, o := range s.view(id).Obligations {
				o.State, o.MetAt = complaint.Open, time.Time{}
				tx.SetObligation(o)
			}
			return nil
		}))
		if led := s.set("Anna Kowalska", id, map[string]string{"language": "pl"}); !led.Again {
			s.Errorf("the acknowledgement that waits: %+v", led)
		}
		s.now = s.now.Add(2 * time.Minute)
		s.deliver()
		mails := s.mailTo("emily@student.example")
		if last := mails[len(mails)-1]; len(mails) != 2 || !strings.Contains(last.Text, "Państwa") || strings.Contains(last.Text, "Thank you") {
			s.Fatalf("%d mails, the last:\n%s", len(mails), last.Text)
		}

		s.addressed(id, old, "")
		s.sends("Tomasz Nowak", id, "update")
		if led := s.set("Tomasz Nowak", id, map[string]string{"language": "en"}); led.Draft != "update" || s.last(id).Status != complaint.Withdrawn {
			s.Fatalf("the letter that waits: %+v, %s", led, s.last(id).Status)
		}
		s.sends("Tomasz Nowak", id, "update")
		s.sends("Tomasz Nowak", id, "request_information")
		s.set("Tomasz Nowak", id, map[string]string{"language": "pl"})
		waiting := 0
		for _, d := range s.view(id).Deliveries {
			if d.Status == complaint.Queued {
				waiting++
			}
		}
		if waiting != 1 {
			s.Errorf("%d letters wait, want the one that is no draft", waiting)
		}
		if r, err := s.app.cases.SetAddress(s.Context(), s.by("Anna Kowalska", id), moved, ""); err != nil || len(r.Lost) != 1 {
			s.Errorf("the other letter goes to the old address, or nobody is told: %+v, %v", r, err)
		}
	})
}

// TestAnotherAddressForWhatDidNotArrive: a mail that came back goes to the address that
// staff learn.
func TestAnotherAddressForWhatDidNotArrive(t *testing.T) {
	onBothSims(t, "2026-11-23 09:00", func(s *sim) {
		id := s.complains("emliy@student.example", "Slow", "My internet is slow.")
		s.must(s.app.store.InTx(s.Context(), func(tx *store.Tx) error {
			d := s.last(id)
			d.Status = complaint.Bounced
			tx.SetDelivery(d)
			v := s.view(id)
			c, obs := s.app.rules.Returned(v.Complaint, v.Obligations, d)
			tx.SetComplaint(c)
			for _, o := range obs {
				tx.SetObligation(o)
			}
			return nil
		}))
		if led := s.set("Anna Kowalska", id, map[string]string{"language": "pl"}); led.Again {
			s.Error("another language sends it to the same address again")
		}
		if led := s.set("Anna Kowalska", id, map[string]string{"address": "emily@student.example"}); !led.Again {
			s.Error("the acknowledgement is not queued anew")
		}
		s.deliver()
		if o := owes(s, s.view(id), complaint.Acknowledge, 1); o.State != complaint.Met || len(s.mailTo("emily@student.example")) != 1 {
			s.Errorf("the acknowledgement is %s", o.State)
		}
	})
}

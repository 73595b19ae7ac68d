package main

import (
	"context"
	"fmt"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
	"ask4.com/skarga/store"
)

// posting opens the program and runs fn as the person who prints and posts.
func (s *session) posting(fn func(a *app, who complaint.Person) error) error {
	a, who, err := s.allowed(complaint.ActPost)
	if err != nil {
		return err
	}
	defer a.Close()
	return fn(a, who)
}

// seen reads the complaint of a reference that a person typed, if they may see it.
func (s *session) seen(a *app, who complaint.Person, text string) (complaint.View, error) {
	ref, err := s.reference(a, who, text)
	if err != nil {
		return complaint.View{}, err
	}
	return a.cases.View(s.ctx, who, ref)
}

// when shows a time in the firm's zone; "" for none.
func (a *app) when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(a.rules.Location).Format("Mon 2 Jan 15:04")
}

// releaseWaiting lets the acknowledgement go that had no address to go to.
func (a *app) releaseWaiting(ctx context.Context, ref complaint.Reference, who complaint.Person) (bool, error) {
	view, err := a.store.ComplaintView(ctx, ref)
	if err != nil || !view.Complaint.AcknowledgedAt.IsZero() {
		return false, err
	}
	for _, d := range view.Deliveries {
		if d.Status == complaint.Queued {
			return false, nil
		}
	}
	for _, r := range view.Arrivals {
		if r.Outcome == complaint.ToComplaint && r.Held {
			err := a.intake.Release(ctx, ingest.Overrule{ArrivalID: r.ID, Who: who, Reason: "a postal address was given"})
			return err == nil, err
		}
	}
	return false, nil
}

// previewLetter gives the latest letter of a complaint as it is stored; before there
// is one, its acknowledgement drawn as a letter.
func (a *app) previewLetter(ctx context.Context, view complaint.View) ([]byte, error) {
	v := view.Complaint
	for i := len(view.Deliveries) - 1; i >= 0; i-- {
		if d := view.Deliveries[i]; d.Way == complaint.ByLetter {
			d, err := a.store.Delivery(ctx, d.ID)
			return d.Bytes, err
		}
	}
	v.ReplyBy = complaint.ByLetter
	if len(v.PostalLines()) < 3 {
		v.PostalAddress = v.CustomerName + "\n[street]\n[town and postcode]"
	}
	update, respond, err := a.rules.NextDates(view.Obligations, a.now())
	if err != nil {
		return nil, err
	}
	d, err := a.office.Acknowledgement(v, ingest.Told{Update: update, Respond: respond}, ingest.Incoming{}, "")
	return d.Bytes, err
}

// beforeNextPost warns of letters that fall due before the post is taken again: on a
// weekend or a holiday nobody takes it (DOMAIN, Post).
func (a *app) beforeNextPost(letters []store.ListedLetter) (string, error) {
	now := a.now().In(a.rules.Location)
	today, err := a.cutOff(now)
	if err != nil {
		return "", err
	}
	next := today // the next time that the post is taken, after today's
	for {
		next = next.AddDate(0, 0, 1)
		working, _, err := a.rules.Calendar.Workday(next)
		if err != nil {
			return "", err
		}
		if working {
			break
		}
	}
	due := 0
	for _, l := range letters {
		if !l.Due.IsZero() && l.Due.Before(next) {
			due++
		}
	}
	switch working, why, err := a.rules.Calendar.Workday(now); {
	case err != nil || due == 0:
		return "", err
	case !working:
		return fmt.Sprintf("No post is taken today (%s). %d of these fall due before it is taken again, %s.", why, due, a.when(next)), nil
	case now.After(today):
		return fmt.Sprintf("Today's post was taken at %s. %d of these fall due before it is taken again, %s.", today.Format("15:04"), due, a.when(next)), nil
	}
	return fmt.Sprintf("%d of these fall due before the post of %s: print and post them today by %s.", due, a.when(next), today.Format("15:04")), nil
}

// cutOff is when the post is taken on the day of t.
func (a *app) cutOff(t time.Time) (time.Time, error) {
	text := a.cfg.Letters.CutOff
	if text == "" {
		text = "23:59"
	}
	clock, err := time.Parse("15:04", text)
	if err != nil {
		return t, fmt.Errorf("letters.cut_off: %w", err)
	}
	y, m, d := t.Date()
	return time.Date(y, m, d, clock.Hour(), clock.Minute(), 0, 0, t.Location()), nil
}

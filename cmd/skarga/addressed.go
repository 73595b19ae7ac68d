package main

import (
	"context"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
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
		if r.Outcome == complaint.ToComplaint && ingest.WantsAddress(r) {
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
	v.ReplyBy, v.PostalConfirmed = complaint.ByLetter, true
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

package complaint

import (
	"fmt"
	"slices"
	"time"
)

// ExtensionKind is the template that tells a customer a later date. Delivering it
// meets no promise: it moves one.
const ExtensionKind = "extension"

// Delivered records that a message about a promise was accepted for sending, or was
// posted (d.SentAt): the promise is met, a breach is noted when it was late, and the
// due times that wait for this trigger are set. An extension moves the due time
// instead. Other promises stay as they are. It returns new values; promises that begin
// are added with an ID of their own. An unknown obligation is an error; one that is
// void or met already changes nothing.
func (r Rules) Delivered(c Complaint, obs []Obligation, d Delivery) (Complaint, []Obligation, error) {
	i := slices.IndexFunc(obs, func(o Obligation) bool { return o.ID == d.ObligationID })
	if i < 0 {
		return c, obs, fmt.Errorf("complaint: %s has no obligation %s", c.Reference, d.ObligationID)
	}
	if obs[i].State != Open {
		return c, obs, nil
	}
	out := slices.Clone(obs)
	o := &out[i]
	if d.Kind == ExtensionKind {
		r.extended(o, d.SentAt)
		return c, out, nil
	}
	o.met(d.SentAt)
	var err error
	switch o.Kind {
	case Acknowledge:
		if c.AcknowledgedAt.IsZero() {
			c.AcknowledgedAt = d.SentAt
		}
		c.Stage = moved(c.Stage, StageAcknowledged)
		err = r.trigger(out, Update, d.SentAt, r.UpdateDays, "acknowledged")
	case Update:
		c.Stage = moved(c.Stage, StageInvestigation)
		out, err = r.updated(out, *o, d.SentAt)
	case Respond:
		c.Stage = moved(c.Stage, StageResponded)
		for j := range out { // the answer tells more than any update
			if out[j].Kind == Update && out[j].State == Open {
				out[j].met(d.SentAt)
			}
		}
	case Review:
		c.Stage = moved(c.Stage, StageResponded)
	}
	return c, out, err
}

// moved is the stage that a delivery leads to; a complaint that is elsewhere by then
// stays there.
func moved(from, to Stage) Stage {
	if Move(from, to, ByDelivery) != nil {
		return from
	}
	return to
}

// met notes that a promise was kept at a time, late or not.
func (o *Obligation) met(at time.Time) {
	o.State, o.MetAt = Met, at
	if at.After(o.Deadline()) && o.BreachedAt.IsZero() {
		o.BreachedAt = o.Deadline()
	}
}

// updated sets what an update leads to: the first one the time of the response (P14),
// each the time of the next one until the response (P13).
func (r Rules) updated(obs []Obligation, sent Obligation, at time.Time) ([]Obligation, error) {
	if sent.Round == 1 {
		if err := r.trigger(obs, Respond, at, r.RespondDays, "first update sent"); err != nil {
			return obs, err
		}
	}
	if slices.ContainsFunc(obs, func(o Obligation) bool { return o.Kind == Respond && o.State == Open }) {
		var err error
		if obs, err = r.ExpectUpdate(obs, sent); err != nil {
			return obs, err
		}
	}
	return obs, r.trigger(obs, Update, at, r.NextUpdateDays, "last update sent")
}

// ExpectUpdate adds the promise of the update after one, if it is not there. What a
// late update delayed does not delay the next one.
func (r Rules) ExpectUpdate(obs []Obligation, after Obligation) ([]Obligation, error) {
	if slices.ContainsFunc(obs, func(o Obligation) bool { return o.Kind == Update && o.State == Open && o.Round > after.Round }) {
		return obs, nil
	}
	ceiling, steps, err := r.Calendar.AddWorkdays(after.CeilingAt, r.NextUpdateDays, r.Location)
	if err != nil {
		return obs, err
	}
	rule := fmt.Sprintf("latest date of the update before %s; %d working days after it (policy P13)", r.show(after.CeilingAt), r.NextUpdateDays)
	return append(slices.Clone(obs), Obligation{ID: NewID(), ComplaintID: after.ComplaintID, Kind: Update, Round: nextRound(obs, Update), State: Open,
		CeilingAt: ceiling, Calendar: r.Calendar.Name(), Steps: append(append([]string{rule}, steps...), "no later than "+r.show(ceiling))}), nil
}

// nextRound is the number of the next promise of a kind.
func nextRound(obs []Obligation, kind ObligationKind) int {
	n := 1
	for _, o := range obs {
		if o.Kind == kind {
			n = max(n, o.Round+1)
		}
	}
	return n
}

// Expect is the due time that a promise gets when its trigger happens at a time, so
// many working days after it: never later than the date counted from receipt, while
// that lies ahead, nor than a date that the customer was told. The steps are the
// counting in words.
func (r Rules) Expect(o Obligation, at time.Time, days int, what string) (due time.Time, steps []string, err error) {
	counted, steps, err := r.Calendar.AddWorkdays(at, days, r.Location)
	if err != nil {
		return due, nil, err
	}
	steps = append([]string{what + " " + r.show(at), fmt.Sprintf("%d working days after it", days)}, steps...)
	due = atMost(counted, o.CeilingAt, at)
	if due.Before(counted) {
		steps = append(steps, "the latest date counted from arrival is earlier: "+r.show(o.CeilingAt))
	}
	if !o.ToldAt.IsZero() && o.ToldAt.Before(due) {
		due = o.ToldAt
		steps = append(steps, "the customer was told an earlier date: "+r.show(o.ToldAt))
	}
	return due, append(steps, "due "+r.show(due)), nil
}

// trigger sets the due time of the first open promise of a kind that waits for
// its trigger. An earlier due time is kept: a repeated trigger (a second
// acknowledgement after a bounce) buys no time; an extended one is kept too.
func (r Rules) trigger(obs []Obligation, kind ObligationKind, at time.Time, days int, what string) error {
	for i := range obs {
		o := &obs[i]
		if o.Kind != kind || o.State != Open || !o.TriggerAt.IsZero() {
			continue
		}
		due, steps, err := r.Expect(*o, at, days, what)
		if err != nil {
			return err
		}
		o.TriggerAt, o.Calendar = at, r.Calendar.Name()
		if o.BeforeAt.IsZero() {
			o.DueAt, o.Steps = due, steps
		}
		return nil
	}
	return nil
}

// Returned records that a delivery came back for good and no other one keeps its
// promise: the promise is open again, with the deadline that it had (DESIGN,
// Obligations). Of an extension that the customer never got, the former due time
// holds again. It returns new values.
func (r Rules) Returned(c Complaint, obs []Obligation, d Delivery) (Complaint, []Obligation) {
	i := slices.IndexFunc(obs, func(o Obligation) bool { return o.ID == d.ObligationID })
	if i < 0 {
		return c, obs
	}
	out := slices.Clone(obs)
	o := &out[i]
	if d.Kind == ExtensionKind {
		r.notExtended(o)
		return c, out
	}
	if o.State != Met {
		return c, obs
	}
	at := o.MetAt
	o.State, o.MetAt = Open, time.Time{}
	switch {
	case o.Kind == Acknowledge && c.Stage == StageAcknowledged:
		c.Stage, c.AcknowledgedAt = StageReceived, time.Time{}
	case o.Kind == Respond:
		if c.Stage == StageResponded {
			c.Stage = StageInvestigation
		}
		for j := range out { // the updates that it had kept
			if out[j].Kind == Update && out[j].State == Met && out[j].MetAt.Equal(at) {
				out[j].State, out[j].MetAt = Open, time.Time{}
			}
		}
	case o.Kind == Review && c.Stage == StageResponded:
		c.Stage = StageReview
	}
	return c, out
}

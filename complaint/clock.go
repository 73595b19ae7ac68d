package complaint

import (
	"fmt"
	"slices"
	"time"
)

// Rules are the policy's numbers, as configured. The zero value does not count;
// DefaultRules gives ASK4's.
type Rules struct {
	Acknowledge    time.Duration  // P12, clock time from arrival
	UpdateDays     int            // P13, working days from the acknowledgement
	NextUpdateDays int            // P13, working days between later updates
	RespondDays    int            // P14, working days from the first update
	ReviewDays     int            // P15, working days from the escalation or appeal
	ComplyDays     int            // P16, days from the ombudsman's decision
	CloseDays      int            // P15, days without a word after which a complaint closes
	OmbudsmanWeeks []WeeksFrom    // DOMAIN, Bodies; latest matching From wins
	Calendar       *Calendar      // in force for working days
	Location       *time.Location // local time of the firm
}

// WeeksFrom is a number of weeks for complaints made on or after a date.
type WeeksFrom struct {
	From  time.Time // zero: always
	Weeks int
}

// DefaultRules are the numbers of POLICY with the calendar of England and Wales.
func DefaultRules() (Rules, error) {
	loc, err := time.LoadLocation("Europe/London")
	if err != nil {
		return Rules{}, fmt.Errorf("complaint: time zone data: %w", err)
	}
	c, err := NewCalendar("GB-EAW")
	if err != nil {
		return Rules{}, err
	}
	return Rules{
		Acknowledge: 24 * time.Hour, UpdateDays: 3, NextUpdateDays: 5, RespondDays: 7, ReviewDays: 7, ComplyDays: 28, CloseDays: 28,
		OmbudsmanWeeks: []WeeksFrom{{Weeks: 8}, {From: time.Date(2026, 4, 8, 0, 0, 0, 0, loc), Weeks: 6}},
		Calendar:       c, Location: loc,
	}, nil
}

// NewObligations makes the promises that exist from arrival on: acknowledge (P12),
// update (P13), respond (P14) and tell about the ombudsman (P16), each with its
// ceiling computed from receipt. IDs are left to the caller. A date past the
// calendar's horizon is an error.
func (r Rules) NewObligations(complaintID string, received time.Time) ([]Obligation, error) {
	ack := received.Add(r.Acknowledge)
	update, updateSteps, err := r.Calendar.AddWorkdays(ack, r.UpdateDays, r.Location)
	if err != nil {
		return nil, err
	}
	respond, respondSteps, err := r.Calendar.AddWorkdays(update, r.RespondDays, r.Location)
	if err != nil {
		return nil, err
	}
	weeks := r.WeeksToOmbudsman(received)
	tell := r.dayEnd(received, 7*weeks)
	arrived := "arrived " + r.show(received)
	return []Obligation{
		{ComplaintID: complaintID, Kind: Acknowledge, Round: 1, State: Open, TriggerAt: received, CeilingAt: ack, DueAt: ack,
			Steps: []string{arrived, fmt.Sprintf("plus %s of clock time, weekends and holidays included (policy P12)", hours(r.Acknowledge)), "due " + r.show(ack)}},
		{ComplaintID: complaintID, Kind: Update, Round: 1, State: Open, CeilingAt: update, Calendar: r.Calendar.Name(),
			Steps: r.ceilingSteps(arrived, fmt.Sprintf("latest acknowledgement %s; %d working days after it (policy P13)", r.show(ack), r.UpdateDays), updateSteps, update)},
		{ComplaintID: complaintID, Kind: Respond, Round: 1, State: Open, CeilingAt: respond, Calendar: r.Calendar.Name(),
			Steps: r.ceilingSteps(arrived, fmt.Sprintf("latest first update %s; %d working days after it (policy P14)", r.show(update), r.RespondDays), respondSteps, respond)},
		{ComplaintID: complaintID, Kind: TellOmbudsman, Round: 1, State: Open, TriggerAt: received, CeilingAt: tell, DueAt: tell,
			Steps: []string{arrived, fmt.Sprintf("plus %d weeks if still open then (policy P16)", weeks), "due " + r.show(tell)}},
	}, nil
}

func (r Rules) ceilingSteps(arrived, rule string, days []string, ceiling time.Time) []string {
	return append(append([]string{arrived, rule}, days...), "no later than "+r.show(ceiling))
}

// Recount counts the promises of a complaint anew after the time of its arrival was
// corrected. What was met stays met; when it was late is measured against the new
// date. A due time that the customer was told is not passed.
func (r Rules) Recount(obs []Obligation, received time.Time) ([]Obligation, error) {
	out := slices.Clone(obs)
	for i := range out {
		o := &out[i]
		fresh, err := r.NewObligations(o.ComplaintID, received)
		if err != nil {
			return nil, err
		}
		for _, f := range fresh {
			if f.Kind != o.Kind || o.Round != f.Round || o.State == Void {
				continue
			}
			o.CeilingAt, o.BreachedAt = f.CeilingAt, time.Time{}
			if !f.DueAt.IsZero() || o.TriggerAt.IsZero() {
				o.TriggerAt, o.DueAt, o.Steps = f.TriggerAt, f.DueAt, f.Steps
			}
			if !o.ToldAt.IsZero() && o.DueAt.After(o.ToldAt) {
				o.DueAt = o.ToldAt
			}
			if o.State == Met && o.MetAt.After(o.Deadline()) {
				o.BreachedAt = o.Deadline()
			}
		}
	}
	return out, nil
}

// WeeksToOmbudsman is after how many weeks the ombudsman letter is owed for a
// complaint made at a time (P16).
func (r Rules) WeeksToOmbudsman(received time.Time) int {
	weeks := 0
	for _, w := range r.OmbudsmanWeeks {
		if !received.Before(w.From) {
			weeks = w.Weeks
		}
	}
	return weeks
}

// Show writes a time in the firm's zone, as explanations print it.
func (r Rules) show(t time.Time) string {
	return t.In(r.Location).Format("Mon 2 Jan 2006 15:04 MST")
}

func hours(d time.Duration) string {
	if d%time.Hour == 0 {
		return fmt.Sprintf("%d hours", int(d.Hours()))
	}
	return d.String()
}

// NextDates gives the two dates that an acknowledgement sent at a time tells the
// customer: the update's and the response's. Neither is later than its ceiling,
// unless the ceiling is past already.
func (r Rules) NextDates(obs []Obligation, sending time.Time) (update, respond time.Time, err error) {
	update, _, err = r.Calendar.AddWorkdays(sending, r.UpdateDays, r.Location)
	if err != nil {
		return
	}
	update = atMost(update, ceiling(obs, Update), sending)
	respond, _, err = r.Calendar.AddWorkdays(update, r.RespondDays, r.Location)
	if err != nil {
		return
	}
	return update, atMost(respond, ceiling(obs, Respond), sending), nil
}

// Breached notes a breach on a promise whose deadline has passed unmet at a time.
// changed is false when there is nothing to note.
func Breached(o Obligation, at time.Time) (_ Obligation, changed bool) {
	if o.State != Open || !o.BreachedAt.IsZero() || !at.After(o.Deadline()) {
		return o, false
	}
	o.BreachedAt = o.Deadline()
	return o, true
}

// Late notes a breach on each promise whose deadline has passed unmet at a time, in
// place, and gives those that changed: a letter that is scanned 30 hours after it
// reached the building is late at once (P12).
func Late(obs []Obligation, at time.Time) (broken []Obligation) {
	for i, o := range obs {
		if o, changed := Breached(o, at); changed {
			obs[i] = o
			broken = append(broken, o)
		}
	}
	return broken
}

func ceiling(obs []Obligation, kind ObligationKind) time.Time {
	for _, o := range obs {
		if o.Kind == kind && o.Round == 1 {
			return o.CeilingAt
		}
	}
	return time.Time{}
}

// atMost gives due, or the ceiling when that is earlier and still lies ahead of
// the trigger: a late first step buys no time, but no promise is made for a time
// that is past.
func atMost(due, ceiling, trigger time.Time) time.Time {
	if !ceiling.IsZero() && ceiling.Before(due) && ceiling.After(trigger) {
		return ceiling
	}
	return due
}

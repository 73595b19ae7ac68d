package complaint

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// ReopenDays is for how many days after closing a customer's reply still joins the
// same complaint (DESIGN, Matching).
const ReopenDays = 30

// Escalate begins the promise to answer an escalation or appeal (P15), counted from
// when the customer's request reached the firm. A review that is under way already is
// an error.
func (r Rules) Escalate(c Complaint, obs []Obligation, asked time.Time) ([]Obligation, error) {
	if slices.ContainsFunc(obs, func(o Obligation) bool { return o.Kind == Review && o.State == Open }) {
		return obs, fmt.Errorf("complaint: a review of %s is under way already", c.Reference)
	}
	due, days, err := r.Calendar.AddWorkdays(asked, r.ReviewDays, r.Location)
	if err != nil {
		return obs, err
	}
	steps := append([]string{"asked " + r.show(asked), fmt.Sprintf("%d working days after it (policy P15)", r.ReviewDays)}, days...)
	return append(slices.Clone(obs), Obligation{ID: NewID(), ComplaintID: c.ID, Kind: Review, Round: nextRound(obs, Review), State: Open,
		TriggerAt: asked, CeilingAt: due, DueAt: due, Calendar: r.Calendar.Name(), Steps: append(steps, "due "+r.show(due))}), nil
}

// Deadlock makes the letter about the ombudsman due at the end of the day on which
// deadlock is declared, if that is before the date counted from receipt (P16). A
// letter that has left is not owed again.
func (r Rules) Deadlock(obs []Obligation, at time.Time) []Obligation {
	out := slices.Clone(obs)
	for i := range out {
		o := &out[i]
		if due := r.dayEnd(at, 0); o.Kind == TellOmbudsman && o.State == Open && due.Before(o.DueAt) {
			o.DueAt = due
			o.Steps = append(slices.Clip(o.Steps), "deadlock declared "+r.show(at)+": the letter is owed at once", "due "+r.show(due))
		}
	}
	return out
}

// Decide begins the promise to carry out the ombudsman's decision (P16), counted from
// the day of the decision. One that is open already is an error.
func (r Rules) Decide(c Complaint, obs []Obligation, decided time.Time) ([]Obligation, error) {
	if slices.ContainsFunc(obs, func(o Obligation) bool { return o.Kind == Comply && o.State == Open }) {
		return obs, fmt.Errorf("complaint: a decision of the ombudsman on %s is being carried out already", c.Reference)
	}
	due := r.dayEnd(decided, r.ComplyDays)
	return append(slices.Clone(obs), Obligation{ID: NewID(), ComplaintID: c.ID, Kind: Comply, Round: nextRound(obs, Comply), State: Open,
		TriggerAt: decided, CeilingAt: due, DueAt: due, Steps: []string{
			"the ombudsman decided " + decided.In(r.Location).Format("Mon 2 Jan 2006"),
			fmt.Sprintf("plus %d days (policy P16)", r.ComplyDays), "due " + r.show(due)}}), nil
}

// Reopen begins the promises of a complaint that is taken up again: an update and an
// answer, counted from that moment, and the letter about the ombudsman, which is owed
// on its old date or, where that is past, today.
func (r Rules) Reopen(c Complaint, obs []Obligation, at time.Time) ([]Obligation, error) {
	out := r.oweAgain(obs, at)
	for _, p := range []struct {
		kind ObligationKind
		days int
		rule string
	}{{Update, r.UpdateDays, "P13"}, {Respond, r.RespondDays, "P14"}} {
		due, days, err := r.Calendar.AddWorkdays(at, p.days, r.Location)
		if err != nil {
			return obs, err
		}
		steps := append([]string{"taken up again " + r.show(at), fmt.Sprintf("%d working days after it (policy %s)", p.days, p.rule)}, days...)
		out = append(out, Obligation{ID: NewID(), ComplaintID: c.ID, Kind: p.kind, Round: nextRound(out, p.kind), State: Open,
			TriggerAt: at, CeilingAt: due, DueAt: due, Calendar: r.Calendar.Name(), Steps: append(steps, "due "+r.show(due))})
	}
	return out, nil
}

// oweAgain makes the promises that do not count from a message owed again, of a
// complaint that goes on: the acknowledgement as it was, the letter about the
// ombudsman on its old date or, where that is past, today.
func (r Rules) oweAgain(obs []Obligation, at time.Time) []Obligation {
	out := slices.Clone(obs)
	for i := range out {
		o := &out[i]
		if o.State != Void || o.Kind != Acknowledge && o.Kind != TellOmbudsman {
			continue
		}
		o.State = Open
		if o.Kind == TellOmbudsman && o.DueAt.Before(at) && o.BreachedAt.IsZero() {
			o.DueAt = r.dayEnd(at, 0)
			o.Steps = append(slices.Clip(o.Steps), "it was closed on that day; taken up again "+r.show(at), "due "+r.show(o.DueAt))
		}
	}
	return out
}

// ReopenForReview is Escalate for a complaint that was closed.
func (r Rules) ReopenForReview(c Complaint, obs []Obligation, asked, at time.Time) ([]Obligation, error) {
	return r.Escalate(c, r.oweAgain(obs, at), asked)
}

// End makes void what is no longer owed because a complaint ended, or went to the
// ombudsman. What was late stays late.
func (r Rules) End(obs []Obligation, why string, at time.Time) []Obligation {
	out := slices.Clone(obs)
	for i := range out {
		if o := &out[i]; o.State == Open {
			*o, _ = Breached(*o, at)
			o.State = Void
			o.Steps = append(slices.Clip(o.Steps), r.endStep(at)+why)
		}
	}
	return out
}

// noLonger begins the step by which a promise is not owed any more, which goes on with
// the time.
const noLonger = "no longer owed from "

func (r Rules) endStep(at time.Time) string { return noLonger + r.show(at) + ": " }

// Unend takes an end back: what it made void is owed again, on its old date, and nothing
// that an earlier end made void.
func (r Rules) Unend(obs []Obligation, ended, at time.Time) []Obligation {
	out := slices.Clone(obs)
	for i := range out {
		o := &out[i]
		last := ""
		if n := len(o.Steps); n > 0 {
			last = o.Steps[n-1]
		}
		if o.State == Void && (strings.HasPrefix(last, r.endStep(ended)) || !strings.HasPrefix(last, noLonger)) {
			o.State = Open
			o.Steps = append(slices.Clip(o.Steps), "that was taken back "+r.show(at)+": owed as before")
		}
	}
	return out
}

// Standing is the stage that a complaint has reached by what was delivered and asked for.
func Standing(obs []Obligation) Stage {
	open := func(k ObligationKind) bool {
		return slices.ContainsFunc(obs, func(o Obligation) bool { return o.Kind == k && o.State == Open })
	}
	met := func(k ObligationKind) bool {
		return slices.ContainsFunc(obs, func(o Obligation) bool { return o.Kind == k && o.State == Met })
	}
	switch {
	case open(Review):
		return StageReview
	case met(Respond) && !open(Respond):
		return StageResponded
	case met(Update):
		return StageInvestigation
	case met(Acknowledge):
		return StageAcknowledged
	}
	return StageReceived
}

// ErrNotResponded is returned where a complaint cannot close by time because nothing
// final was said.
var ErrNotResponded = errors.New("complaint: nothing final was said to the customer")

// ClosesAt is when a complaint closes if nothing is said: so many days after our last
// word, at the end of that day (P15). The last word is the response, the decision of a
// review, the message that the ombudsman's decision is carried out, or a later answer.
func (r Rules) ClosesAt(c Complaint, obs []Obligation, lastAnswer time.Time) (time.Time, error) {
	last := RespondedAt(obs)
	if c.Stage == StageOmbudsman {
		last = time.Time{}
		for _, o := range obs {
			if o.Kind == Comply && o.State == Met && o.MetAt.After(last) {
				last = o.MetAt
			}
			if o.Kind == Comply && o.State == Open {
				return time.Time{}, ErrNotResponded
			}
		}
	}
	if last.IsZero() {
		return last, ErrNotResponded
	}
	if lastAnswer.After(last) {
		last = lastAnswer
	}
	return r.dayEnd(last, r.CloseDays), nil
}

// dayEnd is the end (23:59:59 local) of the day that is n days after a time.
func (r Rules) dayEnd(t time.Time, n int) time.Time {
	y, m, d := t.In(r.Location).Date()
	return time.Date(y, m, d+n, 23, 59, 59, 0, r.Location).UTC()
}

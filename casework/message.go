package casework

import (
	"context"
	"fmt"
	"slices"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

// kind is one kind of message that people send about a complaint.
type kind struct {
	action complaint.Action         // what its author must be allowed to do
	meets  complaint.ObligationKind // the promise that its delivery keeps; "" for none
	// fill makes the message as far as Skarga knows it, or says why it cannot be
	// written now.
	fill func(ctx context.Context, d *desk, m *message) error
	// check says what must hold before it leaves; nil for nothing more.
	check func(ctx context.Context, d *desk, m *message) error
	// effect changes the case when it is queued; nil for nothing.
	effect func(ctx context.Context, d *desk, m *message) error
}

// message is one message on its way through a kind.
type message struct {
	answer Answer
	author complaint.Person
	hands  []string // who else had a hand in it
	data   templates.Data
	meets  int // index of the promise that it keeps or moves; -1 for none
	// reopened says that it waited for a second person, and is changed.
	reopened bool
}

// wrote are all who had a hand in it.
func (m *message) wrote() []string { return append([]string{m.author.Name}, m.hands...) }

// kinds are the messages that people send, by template.
var kinds = map[string]kind{
	"acknowledgement":                {action: complaint.ActReply, meets: complaint.Acknowledge, fill: fillAcknowledgement, effect: tellDates},
	"update":                         {action: complaint.ActReply, meets: complaint.Update, fill: fillUpdate, effect: tellDates},
	"request_information":            {action: complaint.ActReply, fill: fillRequest},
	"extension":                      {action: complaint.ActReply, fill: fillExtension, check: checkExtension, effect: extend},
	"formal_response":                {action: complaint.ActReply, meets: complaint.Respond, fill: fillResponse, check: checkResponse, effect: responded},
	"escalation_received":            {action: complaint.ActReply, fill: fillEscalation},
	"review_decision":                {action: complaint.ActReview, meets: complaint.Review, fill: fillReview, effect: reviewed},
	"deadlock_letter":                {action: complaint.ActOmbudsman, meets: complaint.TellOmbudsman, fill: fillDeadlock},
	"six_week_letter":                {action: complaint.ActOmbudsman, meets: complaint.TellOmbudsman, fill: fillSixWeeks},
	"ombudsman_decision_carried_out": {action: complaint.ActOmbudsman, meets: complaint.Comply, fill: fillCarriedOut, check: checkCarriedOut},
	"conduct_warning":                {action: complaint.ActReply, fill: fillWarning, check: checkWarning},
	"not_a_complaint":                {action: complaint.ActReply, fill: fillNotAComplaint},
}

// open is the index of the open promise of a kind with the lowest round; -1 for none.
func (d *desk) open(kind complaint.ObligationKind) int {
	best := -1
	for i, o := range d.Obligations {
		if o.Kind == kind && o.State == complaint.Open && (best < 0 || o.Round < d.Obligations[best].Round) {
			best = i
		}
	}
	return best
}

// owed is the open promise of a kind, or an error that says why there is none.
func (d *desk) owed(kind complaint.ObligationKind, cure string) (complaint.Obligation, error) {
	if i := d.open(kind); i >= 0 {
		return d.Obligations[i], nil
	}
	return complaint.Obligation{}, fmt.Errorf("casework: %s has no open promise to %s; %s", d.Complaint.Reference, kind, cure)
}

// respondBy is the date of the response that a message sent now tells: what was asked
// for by an extension, what holds, or what will hold once the first update is sent.
func (d *desk) respondBy() (time.Time, error) {
	o, err := d.owed(complaint.Respond, "it was answered already")
	if err != nil {
		return time.Time{}, err
	}
	due := o.Deadline()
	switch {
	case !o.ExtendTo.IsZero():
		due = o.ExtendTo
	case o.TriggerAt.IsZero() && o.BeforeAt.IsZero():
		if due, _, err = d.office.Rules.Expect(o, d.now, d.office.Rules.RespondDays, ""); err != nil {
			return due, err
		}
	}
	if !due.After(d.now) {
		return due, fmt.Errorf("casework: the response of %s was due on %s; tell the customer a new date first: reply --template extension --promise respond", d.Complaint.Reference, due.In(d.office.Rules.Location).Format("2 January"))
	}
	return due, nil
}

// caseData is what every message may say. One that a person writes names the customer
// (P3): who sends it sees the name as it leaves. What leaves by itself names only whose name
// was confirmed, since it may be a stranger's words (DOMAIN, Texts).
func (d *desk) caseData() templates.Case {
	c := d.office.Writer.Case(d.Complaint)
	if d.who.Name != program {
		c.CustomerName = d.Complaint.CustomerName
	}
	return c
}

// ombudsmanFrom is from when the customer may go to the ombudsman without our letter.
func (d *desk) ombudsmanFrom() time.Time {
	for _, o := range d.Obligations {
		if o.Kind == complaint.TellOmbudsman {
			return o.CeilingAt
		}
	}
	return time.Time{}
}

func fillAcknowledgement(_ context.Context, d *desk, m *message) error {
	update, respond, err := d.office.Rules.NextDates(d.Obligations, d.now)
	if err != nil {
		return err
	}
	a := &templates.Acknowledgement{Case: d.office.Writer.Case(d.Complaint), UpdateBy: update, RespondBy: respond}
	if a.PersonalData = d.personalData(); a.PersonalData {
		a.ICO = d.office.Writer.Body("ico").Body
	}
	m.data = a
	return nil
}

// personalData says whether a message speaks of the office for personal data: a
// suggestion suffices until staff decide (P10).
func (d *desk) personalData() bool {
	switch d.Record.PersonalData.State {
	case complaint.RulingConfirmed:
		return true
	case complaint.RulingDropped:
		return false
	}
	return d.Complaint.PersonalData
}

func fillUpdate(_ context.Context, d *desk, m *message) error {
	respond, err := d.respondBy()
	if err != nil {
		return err
	}
	r := d.office.Rules
	next, err := r.ExpectUpdate(d.Obligations, d.Obligations[m.meets])
	if err != nil {
		return err
	}
	u := &templates.Update{Case: d.caseData(), RespondBy: respond}
	u.NextUpdateBy, _, err = r.Expect(next[len(next)-1], d.now, r.NextUpdateDays, "")
	if !u.NextUpdateBy.Before(respond) || !u.NextUpdateBy.After(d.now) {
		u.NextUpdateBy = time.Time{} // the answer comes before
	}
	m.data = u
	return err
}

func fillRequest(_ context.Context, d *desk, m *message) error {
	respond, err := d.respondBy()
	m.data = &templates.RequestInformation{Case: d.caseData(), RespondBy: respond}
	return err
}

func fillExtension(_ context.Context, d *desk, m *message) error {
	m.meets = -1
	for i, o := range d.Obligations {
		if o.State != complaint.Open || m.answer.Promise != "" && o.Kind != m.answer.Promise {
			continue
		}
		if m.answer.Promise == "" && (o.Kind == complaint.Acknowledge || o.Kind == complaint.TellOmbudsman) {
			continue
		}
		if m.meets < 0 || o.Deadline().Before(d.Obligations[m.meets].Deadline()) {
			m.meets = i
		}
	}
	if m.meets < 0 {
		return fmt.Errorf("casework: %s has no open promise to extend", d.Complaint.Reference)
	}
	o := d.Obligations[m.meets]
	m.data = &templates.Extension{Case: d.caseData(), Promise: templates.Promise(o.Kind), ToldBy: o.Deadline()}
	return nil
}

func checkExtension(ctx context.Context, d *desk, m *message) error {
	x, o := m.data.(*templates.Extension), d.Obligations[m.meets]
	sent, err := d.tx.DeliveriesOf(ctx, d.Complaint.ID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(sent, func(s complaint.Delivery) bool {
		return s.Kind == complaint.ExtensionKind && s.ObligationID == o.ID && s.Status == complaint.Queued
	}) {
		return fmt.Errorf("casework: the customer is being told of %s for the promise to %s; wait until that has left", o.ExtendTo.In(d.office.Rules.Location).Format("2 January 2006"), o.Kind)
	}
	_, err = d.office.Rules.Extend(d.Obligations[m.meets], x.NewDate, m.author, x.Reason.String(), d.now)
	return err
}

func extend(_ context.Context, d *desk, m *message) error {
	x := m.data.(*templates.Extension)
	o, err := d.office.Rules.Extend(d.Obligations[m.meets], x.NewDate, m.author, x.Reason.String(), d.now)
	d.Obligations[m.meets] = o
	return err
}

// referral is what both letters about the ombudsman say; the months count from today.
func (d *desk) referral() templates.Referral {
	o := d.office.Writer.Body("ombudsman")
	y, mo, day := d.now.In(d.office.Rules.Location).Date()
	return templates.Referral{Ombudsman: o, ReferBy: time.Date(y, mo+time.Month(o.Months), day, 23, 59, 59, 0, d.office.Rules.Location)}
}

func fillDeadlock(_ context.Context, d *desk, m *message) error {
	if d.Record.DeadlockAt.IsZero() {
		return fmt.Errorf("casework: deadlock is not declared; `skarga ombudsman deadlock %s --reason …` declares it", d.Complaint.Reference)
	}
	m.data = &templates.DeadlockLetter{Case: d.caseData(), Referral: d.referral()}
	return nil
}

func fillSixWeeks(_ context.Context, d *desk, m *message) error {
	w := &templates.SixWeekLetter{Case: d.caseData(), Referral: d.referral()}
	w.NextBy = d.nextDate()
	m.data = w
	return nil
}

// nextDate is when the customer hears from us next about the complaint itself; where
// nothing is promised, in so many working days as between updates.
func (d *desk) nextDate() time.Time {
	var next time.Time
	for _, o := range d.Obligations {
		if at := o.Deadline(); o.State == complaint.Open && o.Kind != complaint.TellOmbudsman && at.After(d.now) && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	if next.IsZero() {
		next, _, _ = d.office.Rules.Calendar.AddWorkdays(d.now, d.office.Rules.NextUpdateDays, d.office.Rules.Location) // zero past the horizon: then it is missing
	}
	return next
}

func fillCarriedOut(ctx context.Context, d *desk, m *message) error {
	c := &templates.OmbudsmanDecisionCarriedOut{Case: d.caseData(), Ombudsman: d.office.Writer.Body("ombudsman").Body,
		OmbudsmanReference: d.Record.OmbudsmanReference, DecidedOn: d.Record.DecidedAt, ClosesOn: d.closesIfSentNow()}
	tasks, err := d.tx.Tasks(ctx, d.Complaint.ID)
	for _, k := range tasks {
		if k.DoneAt.After(c.DoneOn) {
			c.DoneOn = k.DoneAt
		}
	}
	m.data = c
	return err
}

func checkCarriedOut(ctx context.Context, d *desk, _ *message) error {
	tasks, err := d.tx.Tasks(ctx, d.Complaint.ID)
	if err != nil {
		return err
	}
	if len(tasks) == 0 {
		return &complaint.Refusal{Rule: "P16", Why: "no task of the ombudsman's decision is on record"}
	}
	if i := slices.IndexFunc(tasks, func(k complaint.Task) bool { return k.DoneAt.IsZero() }); i >= 0 {
		return &complaint.Refusal{Rule: "P16", Why: "a task of the ombudsman's decision is not done yet: " + tasks[i].What}
	}
	return nil
}

func fillWarning(_ context.Context, d *desk, m *message) error {
	m.data = &templates.ConductWarning{Case: d.caseData(), NextBy: d.nextDate()}
	return nil
}

// checkWarning: a person decides about conduct, never a rule (P6).
func checkWarning(_ context.Context, d *desk, _ *message) error {
	if d.Record.Conduct.State != complaint.RulingConfirmed {
		return &complaint.Refusal{Rule: "P6", Why: "a manager has not decided that the conduct was inappropriate"}
	}
	return nil
}

func fillNotAComplaint(_ context.Context, d *desk, m *message) error {
	m.data = &templates.NotAComplaint{Case: d.caseData()}
	return nil
}

// tellDates notes on the promises the dates that a message tells: they are never due
// later.
func tellDates(_ context.Context, d *desk, m *message) (err error) {
	var next, respond time.Time
	switch x := m.data.(type) {
	case *templates.Acknowledgement:
		next, respond = x.UpdateBy, x.RespondBy
	case *templates.Update:
		next, respond = x.NextUpdateBy, x.RespondBy
		if d.Obligations, err = d.office.Rules.ExpectUpdate(d.Obligations, d.Obligations[m.meets]); err != nil {
			return err
		}
	}
	for i := range d.Obligations {
		o := &d.Obligations[i]
		if o.State != complaint.Open || !o.TriggerAt.IsZero() {
			continue
		}
		switch {
		case o.Kind == complaint.Update && !next.IsZero():
			o.ToldAt = next
		case o.Kind == complaint.Respond && o.BeforeAt.IsZero() && o.ExtendTo.IsZero():
			o.ToldAt = respond
		}
	}
	return nil
}

package casework

import (
	"context"
	"fmt"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

// Our answers proper: the formal response (P14), and the decision of a review (P15).

func fillResponse(_ context.Context, d *desk, m *message) error {
	r := &templates.FormalResponse{Case: d.caseData(), ReviewDays: d.office.Rules.ReviewDays, ClosesOn: d.closesIfSentNow(),
		Ombudsman: d.office.Writer.Body("ombudsman"), OmbudsmanFrom: d.ombudsmanFrom(), PersonalData: d.Record.PersonalData.State == complaint.RulingConfirmed}
	if r.PersonalData {
		r.ICO = d.office.Writer.Body("ico").Body
	}
	m.data = r
	return nil
}

// closesIfSentNow is when a complaint closes whose last word is sent now.
func (d *desk) closesIfSentNow() time.Time {
	at, err := d.office.Rules.ClosesAt(complaint.Complaint{}, []complaint.Obligation{{Kind: complaint.Respond, State: complaint.Met, MetAt: d.now}}, time.Time{})
	if err != nil { // a response was given: it is this one
		return time.Time{}
	}
	return at
}

// checkResponse is what a formal response needs beside its words: the root cause
// (P2), what was done (P5), and a decision about personal data (P10). All that is
// missing is told at once.
func checkResponse(ctx context.Context, d *desk, _ *message) error {
	ref := d.Complaint.Reference
	deeds, err := d.tx.Deeds(ctx, d.Complaint.ID)
	if err != nil {
		return err
	}
	var rules, lacks []string
	for _, l := range []struct {
		missing    bool
		rule, what string
	}{
		{strings.TrimSpace(d.Record.RootCause) == "", "P2", fmt.Sprintf("the root cause on the record (`skarga set %s root_cause=…` sets it)", ref)},
		{len(deeds) == 0, "P5", fmt.Sprintf("what was done to help on the record (`skarga act %s \"…\"` logs it)", ref)},
		{d.Complaint.PersonalData && d.Record.PersonalData.State == complaint.RulingOpen, "P10",
			"a decision whether it is about personal data, as its text suggests (confirm or drop that)"},
	} {
		if l.missing {
			rules, lacks = append(rules, l.rule), append(lacks, l.what)
		}
	}
	if len(lacks) == 0 {
		return nil
	}
	return &complaint.Refusal{Rule: strings.Join(rules, ", "), Why: "a formal response needs " + strings.Join(lacks, ", and ")}
}

func responded(_ context.Context, d *desk, m *message) error {
	d.Record.Result = complaint.Result(m.data.(*templates.FormalResponse).Decision)
	d.Record.RespondedBy = m.author.Name
	d.Record.Responders = complaint.AddNames(d.Record.Responders, m.wrote()...)
	return nil
}

func fillEscalation(_ context.Context, d *desk, m *message) error {
	o, err := d.owed(complaint.Review, fmt.Sprintf("take the request up first, by the stage review; `skarga stage %s review --reason …` does", d.Complaint.Reference))
	m.data = &templates.EscalationReceived{Case: d.caseData(), AskedAt: o.TriggerAt, ReviewBy: o.Deadline()}
	return err
}

func fillReview(_ context.Context, d *desk, m *message) error {
	m.data = &templates.ReviewDecision{Case: d.caseData(), AskedAt: d.Obligations[m.meets].TriggerAt, ClosesOn: d.closesIfSentNow(),
		Ombudsman: d.office.Writer.Body("ombudsman"), OmbudsmanFrom: d.ombudsmanFrom()}
	return nil
}

func reviewed(_ context.Context, d *desk, m *message) error {
	d.Record.Reviewer, d.Record.Reviewers = m.author.Name, complaint.AddNames(nil, m.wrote()...)
	if m.data.(*templates.ReviewDecision).Result != templates.ReviewUnchanged {
		d.Record.ReviewChanged = true
	}
	return nil
}

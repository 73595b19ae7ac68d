package casework

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

// errNoReason refuses an act that must be explained.
var errNoReason = fmt.Errorf("%w: it needs a reason; give one with --reason", ErrField)

// Move takes a complaint to another stage for a reason, and begins or ends what is owed
// there. asked is when the customer asked for it, zero for now or, for a review, for
// when the latest message that waits arrived. What is not in the table of stages is
// refused with what is possible instead.
func (o *Office) Move(ctx context.Context, a Acting, to complaint.Stage, reason string, asked time.Time) error {
	if strings.TrimSpace(reason) == "" {
		return errNoReason
	}
	return o.act(ctx, a, complaint.ActMove, "moved to "+string(to), func(ctx context.Context, d *desk) error {
		d.note["reason"] = reason
		switch to {
		case complaint.StageMerged:
			return fmt.Errorf("casework: say into which complaint: `skarga merge %s REF`", d.Complaint.Reference)
		case complaint.StageReceived:
			if d.Complaint.Stage == complaint.StageSetAside {
				return fmt.Errorf("casework: take back that its arrival was set aside; `skarga overrule undo DECISION` does, as `skarga show %s` lists it", d.Complaint.Reference)
			}
		case complaint.StageSetAside:
			return fmt.Errorf("casework: set its arrival aside: `skarga overrule set-aside ARRIVAL`, as `skarga show %s` lists it", d.Complaint.Reference)
		}
		return d.move(ctx, to, reason, asked)
	})
}

// move goes to a stage by a person's word.
func (d *desk) move(ctx context.Context, to complaint.Stage, reason string, asked time.Time) error {
	from, r := d.Complaint.Stage, d.office.Rules
	if err := complaint.Move(from, to, complaint.ByPerson); err != nil {
		return err
	}
	err := d.happened(asked)
	if err != nil {
		return err
	}
	switch to {
	case complaint.StageReceived:
		to, err = d.unmerge(ctx)
	case complaint.StageInvestigation:
		if from != complaint.StageAcknowledged {
			d.Obligations, err = r.Reopen(d.Complaint, d.Obligations, d.now)
		}
	case complaint.StageReview:
		if asked.IsZero() {
			if asked, err = d.askedAt(ctx); err != nil {
				return err
			}
		}
		d.Obligations, err = r.ReopenForReview(d.Complaint, d.Obligations, asked, d.now)
	case complaint.StageResponded:
		if complaint.RespondedAt(d.Obligations).IsZero() {
			return &complaint.Refusal{Rule: "P14", Why: fmt.Sprintf("no response has reached the customer; `skarga ombudsman back %[1]s` takes the investigation up again", d.Complaint.Reference)}
		}
	case complaint.StageOmbudsman:
		d.Record.ReferredAt = cmp.Or(asked, d.now)
		d.Obligations = r.End(d.Obligations, "the ombudsman took the case up", d.now)
		err = d.withdrawMail(ctx)
	case complaint.StageClosed:
		because := complaint.ClosedSettled
		if from == complaint.StageOmbudsman {
			because = complaint.ClosedOmbudsman
			if d.Record.DecidedAt.IsZero() {
				return &complaint.Refusal{Rule: "P16", Why: fmt.Sprintf("the ombudsman has not decided yet; `skarga ombudsman decided %[1]s` records the decision, `skarga ombudsman back %[1]s` that there will be none", d.Complaint.Reference)}
			}
			if d.open(complaint.Comply) >= 0 {
				return &complaint.Refusal{Rule: "P16", Why: "the ombudsman's decision is not carried out yet"}
			}
		}
		if err = d.allAnswered(ctx); err == nil {
			return d.close(ctx, because)
		}
	case complaint.StageWithdrawn:
		d.Record.Result, d.Record.ClosedBecause = complaint.ResultWithdrawn, complaint.ClosedWithdrawn
		err = d.end(ctx, to, "withdrawn by the customer: "+reason)
	}
	if err != nil {
		return err
	}
	d.Complaint.Stage = to
	if to == complaint.StageResponded && complaint.ReviewBroken(d.Obligations) { // what the customer asked for is owed again
		return d.move(ctx, complaint.StageReview, reason, d.now)
	}
	if to == complaint.StageReview {
		d.contested()
	}
	if from == complaint.StageClosed { // a survey asks about what is closed only (P7)
		if err := d.withdrawMail(ctx); err != nil {
			return err
		}
	}
	if !to.Ended() {
		d.Complaint.ClosedAt, d.Record.ClosedBecause = time.Time{}, ""
	}
	return nil
}

// contested leaves a review to people who had no hand in what is contested (P15): the
// response, and the decision of the review before.
func (d *desk) contested() {
	r := &d.Record
	*r = complaint.Contested(*r, d.was.Obligations)
	if slices.ContainsFunc(r.Responders, complaint.Person{Name: r.Owner}.Is) {
		r.Owner, d.note["owner"] = "", "nobody: who answered does not review (policy P15)"
	}
}

// askedAt is when the customer's latest message that waits arrived; now when none does.
func (d *desk) askedAt(ctx context.Context) (time.Time, error) {
	waiting, err := d.waiting(ctx)
	at := d.now
	if len(waiting) > 0 {
		at = waiting[len(waiting)-1].At
	}
	return at, err
}

// allAnswered refuses to close over a message that nobody has answered (P15).
func (d *desk) allAnswered(ctx context.Context) error {
	waiting, err := d.waiting(ctx)
	if err != nil || len(waiting) == 0 {
		return err
	}
	return &complaint.Refusal{Rule: "P15", Why: fmt.Sprintf("a message of %s waits for an answer; answer it, or say why it needs none; `skarga answered %s --reason …` does",
		waiting[0].At.In(d.office.Rules.Location).Format("2 January 15:04"), d.Complaint.Reference)}
}

// end takes a complaint to an end: what is owed is void, what has not left is taken
// back.
func (d *desk) end(ctx context.Context, to complaint.Stage, why string) error {
	d.Complaint.Stage, d.Complaint.ClosedAt = to, d.now
	d.Obligations = d.office.Rules.End(d.Obligations, why, d.now)
	if err := d.tx.DeleteAnswerDraft(ctx, d.Complaint.ID); err != nil {
		return err
	}
	return d.withdrawMail(ctx)
}

// withdrawMail takes back what has not left. It is noted for the history, and for the
// person who acts.
func (d *desk) withdrawMail(ctx context.Context) error {
	sent, err := d.tx.DeliveriesOf(ctx, d.Complaint.ID)
	var kinds []string
	for _, m := range sent {
		if m.Status == complaint.Queued {
			m.Status = complaint.Withdrawn
			d.tx.SetDelivery(m)
			d.back, kinds = append(d.back, m), append(kinds, m.Kind)
		}
	}
	if len(kinds) > 0 {
		d.note["taken back"] = strings.Join(kinds, ", ")
	}
	return err
}

// close ends a complaint and tells the customer (P15). A message that cannot be written,
// for want of an address, does not keep it open: the history says so.
func (d *desk) close(ctx context.Context, because complaint.ClosedBecause) error {
	t, err := d.thread(ctx)
	if err != nil {
		return err
	}
	if err := d.end(ctx, complaint.StageClosed, "closed: "+string(because)); err != nil {
		return err
	}
	d.Record.ClosedBecause = because
	t.Automatic = true
	text := &templates.Closure{Case: d.caseData(), ClosedOn: d.now, Because: templates.ClosedBecause(because), ReopenDays: complaint.ReopenDays,
		Ombudsman: d.office.Writer.Body("ombudsman").Body}
	out, err := d.office.Writer.Write(text, d.Complaint, t)
	if err != nil {
		d.note["not told"] = err.Error()
		return nil
	}
	d.queue(out)
	return nil
}

// Answered says that the customer's messages that wait need no answer, with a reason. Where
// one seems to ask for a review, it is for those to say who may review (P15).
func (o *Office) Answered(ctx context.Context, a Acting, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return errNoReason
	}
	return o.act(ctx, a, complaint.ActReply, "needs no answer", func(ctx context.Context, d *desk) error {
		waiting, err := d.waiting(ctx)
		if err != nil {
			return err
		}
		if len(waiting) == 0 {
			return fmt.Errorf("casework: no message on %s waits for an answer", d.Complaint.Reference)
		}
		if slices.ContainsFunc(waiting, func(r complaint.CustomerReply) bool { return r.Wish.AsksForReview() }) {
			c := d.Case
			c.Record = complaint.Contested(c.Record, c.Obligations)
			if err := d.office.may(d.who, complaint.ActReview, c); err != nil {
				return err
			}
		}
		for _, r := range waiting {
			r.DeliveryID, r.SettledAt, r.SettledBy, r.SettledReason = "", d.now, d.who.Name, reason
			d.tx.SetCustomerReply(r)
		}
		d.note["reason"], d.note["messages"] = reason, len(waiting)
		return nil
	})
}

// Did logs something that was done to help (P5), at a time; zero means now.
func (o *Office) Did(ctx context.Context, a Acting, what string, at time.Time) error {
	what = strings.TrimSpace(what)
	if what == "" {
		return fmt.Errorf("%w: say what was done", ErrField)
	}
	return o.act(ctx, a, complaint.ActLog, "done", func(_ context.Context, d *desk) error {
		if at.After(d.now) {
			return fmt.Errorf("%w: %s has not come yet; log what was done", ErrField, at.In(o.Rules.Location).Format("2 January 15:04"))
		}
		deed := complaint.Deed{ID: complaint.NewID(), ComplaintID: d.Complaint.ID, At: cmp.Or(at, d.now), By: d.who.Name, What: what}
		d.tx.CreateDeed(deed)
		d.note["what"], d.note["at"] = what, deed.At
		return nil
	})
}

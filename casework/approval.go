package casework

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

// Approve lets another person's finished answer go.
func (o *Office) Approve(ctx context.Context, a Acting) (s Sent, err error) {
	err = o.act(ctx, a, complaint.ActApprove, "answer approved and queued", func(ctx context.Context, d *desk) error {
		_, m, err := d.finished(ctx)
		if err != nil {
			return err
		}
		d.note["author"], m.hands = m.author.Name, append(m.hands, d.who.Name)
		s.Findings = templates.CheckStaff(m.data)
		s.Delivery, err = d.deliver(ctx, m)
		return err
	})
	return s, err
}

// SendBack gives a finished answer back to its author, with a reason.
func (o *Office) SendBack(ctx context.Context, a Acting, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return errNoReason
	}
	return o.act(ctx, a, complaint.ActApprove, "answer sent back", func(ctx context.Context, d *desk) error {
		old, err := d.awaiting(ctx)
		if err != nil {
			return err
		}
		old.State, old.Version = complaint.Writing, d.Record.Version+1 // this act is no news to its author
		old.Hands = complaint.AddNames(old.Hands, d.who.Name)
		d.tx.SetAnswerDraft(*old)
		d.note["template"], d.note["author"], d.note["reason"] = old.Kind, old.Author, reason
		return nil
	})
}

// finished is the answer that waits for a second person, as its author wrote it.
func (d *desk) finished(ctx context.Context) (*complaint.AnswerDraft, *message, error) {
	old, err := d.awaiting(ctx)
	if err != nil {
		return nil, nil, err
	}
	author, err := d.office.Person(old.Author)
	if err != nil {
		return nil, nil, err
	}
	m, err := d.message(ctx, Answer{Kind: old.Kind, Values: old.Values, Promise: old.Promise}, author)
	if err == nil {
		m.hands = old.Hands
	}
	return old, m, err
}

// awaiting is the answer that waits for a second person, who is not its author and may
// write such an answer too.
func (d *desk) awaiting(ctx context.Context) (*complaint.AnswerDraft, error) {
	old, err := d.tx.AnswerDraft(ctx, d.Complaint.ID)
	switch {
	case err != nil:
		return nil, err
	case old == nil || old.State != complaint.Awaiting:
		return nil, fmt.Errorf("casework: no answer on %s waits for approval", d.Complaint.Reference)
	case d.who.Is(old.Author):
		return nil, &complaint.Refusal{Rule: "P3", Why: "nobody approves their own answer; ask a second person"}
	}
	return old, d.office.may(d.who, kinds[old.Kind].action, d.Case)
}

// needsApproval says whether an answer waits for a second person.
func (d *desk) needsApproval(kind string, author complaint.Person) bool {
	o := d.office
	return slices.Contains(o.ApproveAll, kind) || author.New && slices.Contains(o.ApproveNew, kind) ||
		d.Record.Vulnerable && slices.Contains(o.ApproveVulnerable, kind)
}

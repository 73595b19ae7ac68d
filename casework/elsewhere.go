package casework

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
)

// Elsewhere says that a message which staff sent from their own mail program kept a
// promise: a named person's word for it, with a reason. arrivalID is the message, which
// was recorded before.
func (o *Office) Elsewhere(ctx context.Context, a Acting, kept complaint.ObligationKind, sent time.Time, arrivalID, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return errNoReason
	}
	return o.act(ctx, a, complaint.ActReply, "kept elsewhere: "+string(kept), func(ctx context.Context, d *desk) error {
		i, err := d.mayKeep(kept, sent)
		if err != nil {
			return err
		}
		d.Complaint, d.Obligations, err = o.Rules.Delivered(d.Complaint, d.Obligations, complaint.Delivery{ObligationID: d.Obligations[i].ID, SentAt: sent})
		if err != nil {
			return err
		}
		if err := d.signed(ctx, kept, arrivalID); err != nil {
			return err
		}
		d.note["reason"], d.note["arrival"], d.note["sent"] = reason, arrivalID, sent
		return d.settleElsewhere(ctx, sent, reason)
	})
}

// signed notes who answered by a message that was sent elsewhere: who wrote it, where that
// is one of the staff, and who gave their word for it.
func (d *desk) signed(ctx context.Context, kept complaint.ObligationKind, arrivalID string) error {
	arrivals, err := d.tx.ArrivalsOf(ctx, d.Complaint.ID)
	if err != nil {
		return err
	}
	author := d.who
	for _, a := range arrivals {
		for _, p := range d.office.People() {
			if a.ID == arrivalID && p.Address != "" && complaint.FoldAddress(a.From) == complaint.FoldAddress(p.Address) {
				author = p
			}
		}
	}
	r := &d.Record
	switch kept {
	case complaint.Respond:
		r.RespondedBy, r.Responders = author.Name, complaint.AddNames(r.Responders, author.Name, d.who.Name)
	case complaint.Review:
		r.Reviewer, r.Reviewers = author.Name, complaint.AddNames(nil, author.Name, d.who.Name)
		err = d.office.may(author, complaint.ActReview, d.Case)
		if errors.Is(err, complaint.ErrNoComplaint) {
			err = &complaint.Refusal{Rule: "P8", Why: author.Name + ", who wrote the message, cannot decide this review; somebody else does"}
		}
	}
	return err
}

// Check says whether a person may do something with a complaint, and gives its ID.
func (o *Office) Check(ctx context.Context, a Acting, what complaint.Action) (id string, err error) {
	err = o.store.InTx(ctx, func(tx Tx) error {
		d, err := o.sit(ctx, tx, a, what)
		if err == nil {
			id = d.Complaint.ID
		}
		return err
	})
	return id, named(a.Ref, err)
}

// MayKeep says whether a message sent elsewhere could keep a promise, before it is
// recorded.
func (o *Office) MayKeep(ctx context.Context, a Acting, kept complaint.ObligationKind, sent time.Time) error {
	err := o.store.InTx(ctx, func(tx Tx) error {
		d, err := o.sit(ctx, tx, a, complaint.ActReply)
		if err != nil {
			return err
		}
		_, err = d.mayKeep(kept, sent)
		return err
	})
	return named(a.Ref, err)
}

func (d *desk) mayKeep(kept complaint.ObligationKind, sent time.Time) (int, error) {
	i := d.open(kept)
	switch {
	case i < 0:
		return i, fmt.Errorf("casework: %s has no open promise to %s", d.Complaint.Reference, kept)
	case sent.After(d.now), sent.Before(d.Complaint.ReceivedAt):
		return i, fmt.Errorf("%w: a message of %s, before the complaint or after today, keeps no promise", ErrField, sent.In(d.office.Rules.Location).Format("2 January 2006 15:04"))
	case kept == complaint.Review:
		return i, d.office.may(d.who, complaint.ActReview, d.Case)
	}
	return i, nil
}

// settleElsewhere says that what waited before a message was answered by it.
func (d *desk) settleElsewhere(ctx context.Context, sent time.Time, reason string) error {
	waiting, err := d.waiting(ctx)
	for _, r := range waiting {
		if r.At.Before(sent) {
			r.DeliveryID, r.SettledAt, r.SettledBy, r.SettledReason = "", d.now, d.who.Name, "answered elsewhere: "+reason
			d.tx.SetCustomerReply(r)
		}
	}
	return err
}

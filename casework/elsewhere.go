package casework

import (
	"context"
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
		if kept == complaint.Respond {
			d.Record.RespondedBy = d.who.Name
		}
		d.note["reason"], d.note["arrival"], d.note["sent"] = reason, arrivalID, sent
		return d.settleElsewhere(ctx, sent, reason)
	})
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
	return id, o.nearby(ctx, a.Who, a.Ref, err)
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
	return o.nearby(ctx, a.Who, a.Ref, err)
}

func (d *desk) mayKeep(kept complaint.ObligationKind, sent time.Time) (int, error) {
	i := d.open(kept)
	switch {
	case i < 0:
		return i, fmt.Errorf("casework: %s has no open promise to %s", d.Complaint.Reference, kept)
	case sent.After(d.now), sent.Before(d.Complaint.ReceivedAt):
		return i, fmt.Errorf("%w: a message of %s, before the complaint or after today, keeps no promise", ErrField, sent.In(d.office.Rules.Location).Format("2 January 2006 15:04"))
	case kept == complaint.Review:
		return i, complaint.May(d.who, complaint.ActReview, d.Case)
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

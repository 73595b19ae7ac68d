package casework

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"ask4.com/skarga/complaint"
)

// ErrAddress is wrapped by the error for a postal address that no letter can go to.
var ErrAddress = errors.New("casework: no letter can go there")

// Readdressed says what a new address or another kind of letter led to, beside letters
// that are so from now on.
type Readdressed struct {
	OnPaper []complaint.Delivery // letters as they were before that are printed: they must not be posted
	Again   bool                 // the acknowledgement, which had not arrived, is queued anew
	Draft   string               // template of the answer that had not arrived and is a draft again; "" for none
}

// SetAddress gives a complaint the postal address that a person confirms (DOMAIN,
// Post), and answers it by letter from then on. needs "" leaves what is known. What
// waits to go elsewhere is taken back, and what did not arrive is begun anew: the
// acknowledgement leaves by itself, also one that was held for want of an address; of an
// answer its author has the draft again.
func (o *Office) SetAddress(ctx context.Context, a Acting, lines []string, needs complaint.Need) (r Readdressed, err error) {
	view, err := o.View(ctx, a.Who, a.Ref)
	if err != nil {
		return r, err
	}
	err = o.act(ctx, a, complaint.ActEdit, "address set", func(ctx context.Context, d *desk) error {
		before := d.Complaint
		d.Complaint.PostalAddress, d.Complaint.PostalConfirmed, d.Complaint.ReplyBy = strings.Join(lines, "\n"), true, complaint.ByLetter
		if needs != "" {
			d.Complaint.Needs = needs
		}
		if fault := d.Complaint.AddressFault(); fault != "" {
			return fmt.Errorf("%w: %s", ErrAddress, fault)
		}
		r, err = d.readdress(ctx, before, view.Events)
		return err
	})
	if err != nil || o.Addressed == nil {
		return r, err
	}
	released, err := o.Addressed(ctx, a.Ref, a.Who)
	r.Again = r.Again || released
	return r, err
}

// readdress takes back the letters that wait as the complaint was before, and begins
// anew what did not arrive.
func (d *desk) readdress(ctx context.Context, before complaint.Complaint, history []complaint.Event) (r Readdressed, err error) {
	sent, err := d.tx.DeliveriesOf(ctx, d.Complaint.ID)
	if err != nil {
		return r, err
	}
	same := slices.Equal(before.PostalLines(), d.Complaint.PostalLines()) && before.Needs == d.Complaint.Needs
	for i, m := range sent {
		if m.Way != complaint.ByLetter || m.Status != complaint.Queued || same {
			continue
		}
		m.Status = complaint.Withdrawn
		if m.Kind == complaint.ExtensionKind { // the later date that it tells does not hold
			d.Complaint, d.Obligations = d.office.Rules.Returned(d.Complaint, d.Obligations, m)
		}
		d.tx.SetDelivery(m)
		sent[i] = m
		if m.PrintRun != "" {
			r.OnPaper = append(r.OnPaper, m)
		}
	}
	return r, d.again(ctx, sent, history, &r)
}

// again begins anew what did not arrive: of each promise that is still open the last
// message about it, if that came back or was taken back.
func (d *desk) again(ctx context.Context, sent []complaint.Delivery, history []complaint.Event, r *Readdressed) error {
	last := map[string]complaint.Delivery{} // by promise
	for _, m := range sent {
		if was, ok := last[m.ObligationID]; m.ObligationID != "" && (!ok || !m.QueuedAt.Before(was.QueuedAt)) {
			last[m.ObligationID] = m
		}
	}
	for _, o := range d.Obligations {
		m := last[o.ID]
		if o.State != complaint.Open || m.Status != complaint.Bounced && m.Status != complaint.Withdrawn && m.Status != complaint.Failed {
			continue
		}
		if o.Kind == complaint.Acknowledge {
			held, err := d.held(ctx)
			if err != nil || held { // it is released by itself
				return err
			}
			r.Again = true
			if err := d.acknowledge(ctx, d); err != nil {
				return err
			}
		} else if err := d.redraft(ctx, m, history, r); err != nil {
			return err
		}
	}
	return nil
}

// held says whether the acknowledgement waits for a person to release it.
func (d *desk) held(ctx context.Context) (bool, error) {
	arrivals, err := d.tx.ArrivalsOf(ctx, d.Complaint.ID)
	return slices.ContainsFunc(arrivals, func(a complaint.Arrival) bool { return a.Held && a.Outcome == complaint.ToComplaint }), err
}

// redraft makes a draft of an answer as its author had written it, unless somebody is
// writing another.
func (d *desk) redraft(ctx context.Context, m complaint.Delivery, history []complaint.Event, r *Readdressed) error {
	if old, err := d.tx.AnswerDraft(ctx, d.Complaint.ID); err != nil || old != nil || r.Draft != "" {
		return err
	}
	for _, e := range history {
		var was written
		if json.Unmarshal(e.Payload, &was) != nil || was.Delivery != m.ID || was.Values == nil {
			continue
		}
		r.Draft = m.Kind
		author := e.Actor
		if was.Author != "" {
			author = was.Author
		}
		d.tx.SetAnswerDraft(complaint.AnswerDraft{ComplaintID: d.Complaint.ID, Kind: m.Kind, Author: author, StartedAt: d.now, SavedAt: d.now,
			State: complaint.Writing, Version: d.Record.Version + 1, Values: was.Values, Promise: was.Promise})
	}
	return nil
}

// written is what the history keeps of an answer.
type written struct {
	Delivery string                   `json:"delivery"`
	Author   string                   `json:"author"`
	Values   map[string]string        `json:"values"`
	Promise  complaint.ObligationKind `json:"promise"`
}

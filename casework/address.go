package casework

import (
	"cmp"
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

// Readdressed says what became of messages that no longer suited the complaint: they were
// to go elsewhere, or in another form or language.
type Readdressed struct {
	OnPaper []complaint.Delivery // letters as they were before that are printed: they must not be posted
	Again   bool                 // the acknowledgement, which had not arrived, is queued anew
	Draft   string               // template of the answer that had not arrived and is a draft again; "" for none
	Lost    []string             // templates of what was taken back and must be written by hand if it still holds
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
		d.Complaint.PostalAddress, d.Complaint.PostalConfirmed, d.Complaint.PostalReturned, d.Complaint.ReplyBy = strings.Join(lines, "\n"), true, "", complaint.ByLetter
		if needs != "" {
			d.Complaint.Needs = needs
		}
		if fault := d.Complaint.AddressFault(); fault != "" {
			return fmt.Errorf("%w: %s", ErrAddress, fault)
		}
		r, err = d.readdress(ctx, view.Events, true)
		return err
	})
	if err != nil || o.Addressed == nil {
		return r, err
	}
	released, err := o.Addressed(ctx, a.Ref, a.Who)
	r.Again = r.Again || released
	return r, err
}

// readdress takes back what waits and no longer suits the complaint, and begins it anew;
// so too, where there is another address now, what did not arrive. What only has the old
// form or language, and cannot be begun anew, leaves as it is.
func (d *desk) readdress(ctx context.Context, history []complaint.Event, moved bool) (r Readdressed, err error) {
	sent, err := d.tx.DeliveriesOf(ctx, d.Complaint.ID)
	if err != nil {
		return r, err
	}
	last := map[string]complaint.Delivery{} // by promise
	for _, m := range sent {
		if was, ok := last[m.ObligationID]; !ok || !m.QueuedAt.Before(was.QueuedAt) {
			last[m.ObligationID] = m
		}
	}
	for _, m := range sent {
		elsewhere, otherwise := d.outdated(m)
		waits := m.Status == complaint.Queued && (elsewhere || otherwise)
		i := slices.IndexFunc(d.Obligations, func(o complaint.Obligation) bool { return o.ID == m.ObligationID && o.State == complaint.Open })
		promised := i >= 0 && last[m.ObligationID].ID == m.ID
		back := moved && promised && (m.Status == complaint.Bounced || m.Status == complaint.Withdrawn || m.Status == complaint.Failed)
		if !waits && !back {
			continue
		}
		anew := false
		if promised || m.ObligationID == "" {
			if anew, err = d.renew(ctx, m, history, &r); err != nil {
				return r, err
			}
		}
		if waits && (anew || elsewhere) {
			d.takeBack(m, &r)
			if !anew {
				r.Lost = append(r.Lost, m.Kind)
			}
		}
	}
	return r, nil
}

// outdated says whether a message was made for another address than the complaint has
// now, or otherwise than it would be made now.
func (d *desk) outdated(m complaint.Delivery) (elsewhere, otherwise bool) {
	was, now := d.was.Complaint, d.Complaint
	otherwise = was.Language != now.Language
	if m.Way == complaint.ByLetter {
		return !slices.Equal(was.PostalLines(), now.PostalLines()), otherwise || was.Needs != now.Needs
	}
	return recipient(d.was) != recipient(d.Case) && m.Recipient == recipient(d.was), otherwise
}

// takeBack takes back a message that waits.
func (d *desk) takeBack(m complaint.Delivery, r *Readdressed) {
	m.Status = complaint.Withdrawn
	if m.Kind == complaint.ExtensionKind { // the later date that it tells does not hold
		d.Complaint, d.Obligations = d.office.Rules.Returned(d.Complaint, d.Obligations, m)
	}
	d.tx.SetDelivery(m)
	if m.PrintRun != "" {
		r.OnPaper = append(r.OnPaper, m)
	}
}

// renew begins a message anew: the acknowledgement is written again, of an answer its
// author has the draft. It says whether it could.
func (d *desk) renew(ctx context.Context, m complaint.Delivery, history []complaint.Event, r *Readdressed) (bool, error) {
	if m.Kind != "acknowledgement" {
		return d.redraft(ctx, m, history, r)
	}
	held, err := d.held(ctx)
	if err != nil || held || r.Again { // it is released by itself
		return !held, err
	}
	r.Again = true
	return true, d.acknowledge(ctx, d)
}

// held says whether the acknowledgement waits for a person to release it.
func (d *desk) held(ctx context.Context) (bool, error) {
	arrivals, err := d.tx.ArrivalsOf(ctx, d.Complaint.ID)
	return slices.ContainsFunc(arrivals, func(a complaint.Arrival) bool { return a.Held && a.Outcome == complaint.ToComplaint }), err
}

// redraft makes a draft of an answer as its author had written it, unless somebody is
// writing another.
func (d *desk) redraft(ctx context.Context, m complaint.Delivery, history []complaint.Event, r *Readdressed) (bool, error) {
	if old, err := d.tx.AnswerDraft(ctx, d.Complaint.ID); err != nil || old != nil || r.Draft != "" {
		return false, err
	}
	for _, e := range history {
		var was written
		if json.Unmarshal(e.Payload, &was) != nil || was.Delivery != m.ID || was.Values == nil {
			continue
		}
		r.Draft = m.Kind
		d.tx.SetAnswerDraft(complaint.AnswerDraft{ComplaintID: d.Complaint.ID, Kind: m.Kind, Author: cmp.Or(was.Author, e.Actor), StartedAt: d.now, SavedAt: d.now,
			State: complaint.Writing, Version: d.Record.Version + 1, Values: was.Values, Promise: was.Promise})
	}
	return r.Draft != "", nil
}

// written is what the history keeps of an answer.
type written struct {
	Delivery string                   `json:"delivery"`
	Author   string                   `json:"author"`
	Values   map[string]string        `json:"values"`
	Promise  complaint.ObligationKind `json:"promise"`
}

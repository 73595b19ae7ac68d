package ingest

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"ask4.com/skarga/complaint"
)

// concludeIncomplete makes a complaint of a message that could not be fetched or
// was over the limit, parked with its clock running. Its header can only propose where
// it belongs.
func (c *conclusion) concludeIncomplete(ctx context.Context, w *work, known complaint.Identified) error {
	a := &w.arrival
	a.Parked = true
	a.ParkReason = cmp.Or(strings.Join(a.Damaged, "; "), "the message has no bytes")
	a.Reasons = append(a.Reasons, "taken for a complaint until a person has seen it")
	var found match
	if w.read.Message != nil {
		var err error
		if found, err = c.match(ctx, w, known); err != nil {
			return err
		}
		found.joins = false
	}
	return c.open(ctx, w, found)
}

// CanReplace says whether a whole message may be taken in place of an arrival: it
// could not be processed, or its message is missing.
func CanReplace(a complaint.Arrival) bool {
	return a.Parked || lacksMessage(a) && (a.Outcome == complaint.ToComplaint || a.Outcome == complaint.Correspondence)
}

// Replace takes a whole message in place of an arrival, which ends as its duplicate:
// corrected by a person, or fetched again. It completes what that one made: the
// complaint keeps its reference and its clock. Its bytes are committed first (law 1 of
// intake); if there is a crash before the rest, intake completes it in turn.
func (in *Intake) Replace(ctx context.Context, o Overrule, of complaint.Arrival, body io.ReadSeeker, size int64) error {
	switch {
	case strings.TrimSpace(o.Reason) == "":
		return ErrNoReason
	case !CanReplace(of):
		return fmt.Errorf("ingest: arrival %s is not parked, and no message is missing; `skarga parked` shows where one is", of.ID)
	}
	a := complaint.Arrival{ID: complaint.NewID(), Channel: of.Channel, Mailbox: complaint.InPlaceOf(of.ID), ArrivedAt: of.ArrivedAt, RecordedAt: in.Now(), Size: size, Late: of.Late, Attempts: 1}
	if _, err := in.store.CreateArrivals(ctx, []NewArrival{{Arrival: a, Body: body, ClaimedBy: in.Owner, ClaimedFor: in.Lease}}); err != nil {
		return err
	}
	w := &work{arrival: a}
	if err := in.readArrival(ctx, w); err != nil {
		return err
	}
	o.ArrivalID = of.ID
	return in.decide(ctx, o, "replace", func(ctx context.Context, d *decision) error {
		mine, err := in.stillMine(ctx, d.tx, []*work{w})
		if err != nil {
			return err
		}
		if len(mine) == 0 {
			return fmt.Errorf("ingest: arrival %s was taken by another process meanwhile; `skarga show` tells what became of it", a.ID)
		}
		c := &conclusion{in: in, tx: d.tx, now: d.now}
		if err := c.prepare(ctx, mine); err != nil {
			return err
		}
		d.before.Split = a.ID
		return d.replace(ctx, c, mine[0])
	})
}

// take concludes an arrival. One that was taken in place of another, by a process that
// ended before the decision, completes what that one made.
func (c *conclusion) take(ctx context.Context, w *work) error {
	id := w.arrival.Replaces()
	if id == "" {
		return c.conclude(ctx, w)
	}
	if _, err := c.tx.LockArrivals(ctx, []string{id}); err != nil {
		return err
	}
	of, err := c.tx.GetArrival(ctx, id)
	if err != nil {
		return err
	}
	if !CanReplace(of) { // somebody decided otherwise meanwhile
		return c.conclude(ctx, w)
	}
	d := &decision{in: c.in, tx: c.tx, o: Overrule{ArrivalID: id, Who: complaint.Person{Name: byMachine}}, now: c.now, a: of}
	return d.replace(ctx, c, w)
}

// replace concludes a whole message in place of the arrival that the decision is about.
func (d *decision) replace(ctx context.Context, c *conclusion, w *work) error {
	was := d.a
	d.a.Outcome, d.a.ProposedID, d.a.Held, d.a.HoldReason, d.a.Parked, d.a.ParkReason = complaint.Duplicate, "", false, "", false, ""
	d.a.Reasons = append([]string{"arrival " + w.arrival.ID + " stands in its place"}, d.a.Reasons...)
	if was.ComplaintID != "" {
		if err := d.standIn(ctx, w, was); err != nil {
			return err
		}
	}
	var err error
	if was.Outcome == complaint.Correspondence {
		w.arrival.Reasons = w.read.Judgement.Reasons
		err = c.join(ctx, w, match{complaintID: was.ComplaintID, joins: true, reason: "the arrival that it stands in for was joined to that complaint"})
	} else {
		err = c.conclude(ctx, w)
	}
	if err != nil {
		return err
	}
	d.before.Queued = w.queued
	d.a.ComplaintID = cmp.Or(was.ComplaintID, w.arrival.ComplaintID)
	d.tx.SetArrival(d.a)
	if was.Outcome != complaint.ToComplaint || w.arrival.Outcome == complaint.ToComplaint {
		return nil
	}
	return d.leave(ctx, c, was.ComplaintID, w.arrival)
}

// standIn gives a message the complaint that another arrival made, and takes back the
// first answer to it that waits to be sent: it is written anew.
func (d *decision) standIn(ctx context.Context, w *work, was complaint.Arrival) error {
	if _, err := d.load(ctx, was.ComplaintID); err != nil {
		return err
	}
	v, err := d.tx.LockCase(ctx, was.ComplaintID)
	if err != nil {
		return err
	}
	w.arrival.ComplaintID = was.ComplaintID
	if was.Outcome != complaint.ToComplaint {
		return nil
	}
	w.made = &v
	deliveries, err := d.tx.DeliveriesOf(ctx, was.ComplaintID)
	if err != nil {
		return err
	}
	for _, m := range deliveries {
		switch {
		case m.Status == complaint.Queued && v.Complaint.AcknowledgedAt.IsZero() && !keepsLater(v.Obligations, m):
			d.before.Withdrawn = append(d.before.Withdrawn, m)
			m.Status = complaint.Withdrawn
			d.tx.SetDelivery(m)
		case m.Status == complaint.Sent, m.Status == complaint.Bounced:
			w.told = true
		}
	}
	return nil
}

// keepsLater says whether a mail keeps a later promise than the first answer.
func keepsLater(obligations []complaint.Obligation, m complaint.Delivery) bool {
	return slices.ContainsFunc(obligations, func(o complaint.Obligation) bool { return o.ID == m.ObligationID && o.Kind != complaint.Acknowledge })
}

// leave ends a complaint whose message, now that it is known, made none: it belongs to
// another one, or is no complaint.
func (d *decision) leave(ctx context.Context, c *conclusion, id string, a complaint.Arrival) error {
	if a.ComplaintID == "" || a.ComplaintID == id || a.Outcome != complaint.Correspondence && a.Outcome != complaint.Duplicate {
		return d.end(ctx, id, complaint.StageSetAside)
	}
	if err := d.merge(ctx, id, a.ComplaintID); err != nil {
		return err
	}
	_, err := c.proposeAbouts(ctx, a.ComplaintID, nil, id)
	return err
}

// completes says whether a message completes this complaint, which exists already.
func (w *work) completes(complaintID string) bool {
	return w.made != nil && w.made.Complaint.ID == complaintID
}

// complete takes what a message says into the complaint that was made without it.
func (c *conclusion) complete(ctx context.Context, w *work, v complaint.Case, found match) error {
	a := &w.arrival
	a.Outcome, a.ProposedID = complaint.ToComplaint, found.complaintID
	if found.reason != "" {
		a.Reasons = append(a.Reasons, found.reason)
	}
	if untouched(v) { // its header may have named a colleague who forwards
		v.Complaint.CustomerName, v.Complaint.CustomerAddress, v.Complaint.Subject, v.Complaint.Summary = "", "", "", ""
	}
	v.Complaint.PreviousID = cmp.Or(v.Complaint.PreviousID, found.follows)
	c.tx.CreateDetails(v.Complaint.ID, a.ID, w.read.Details)
	if _, err := c.proposeAbouts(ctx, v.Complaint.ID, c.in.named(w.read), found.complaintID, found.follows); err != nil {
		return err
	}
	if a.MessageID != "" {
		c.tx.CreateMessageIDs(v.Complaint.ID, a.MessageID)
	}
	if found.complaintID != "" {
		c.tx.CreateLink(complaint.Link{ID: complaint.NewID(), ArrivalID: a.ID, ComplaintID: found.complaintID, Reason: found.reason, State: "proposed", CreatedAt: c.now})
	}
	return c.consider(ctx, w, v, "message read")
}

// forget takes what a message said off the complaint that it completed or joined.
func (d *decision) forget(ctx context.Context, a complaint.Arrival) error {
	if err := d.tx.DeleteDetails(ctx, a.ComplaintID, a.ID); err != nil {
		return err
	}
	return d.tx.DeleteCustomerReply(ctx, a.ID)
}

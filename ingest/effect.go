package ingest

import (
	"context"
	"fmt"
	"slices"
	"time"

	"ask4.com/skarga/complaint"
)

// drop ends the arrival with an outcome that makes no complaint.
func (d *decision) drop(ctx context.Context, outcome complaint.Outcome) error {
	if d.a.ComplaintID != "" && d.a.Outcome == complaint.ToComplaint {
		if err := d.end(ctx, d.a.ComplaintID, complaint.StageSetAside); err != nil {
			return err
		}
	}
	d.a.Outcome, d.a.Held, d.a.HoldReason, d.a.Parked, d.a.ParkReason = outcome, false, "", false, ""
	d.tx.SetArrival(d.a)
	return nil
}

// end puts a complaint at an end of its own: promises void, unsent mail withdrawn.
func (d *decision) end(ctx context.Context, id string, stage complaint.Stage) error {
	comp, err := d.load(ctx, id)
	if err != nil {
		return err
	}
	comp.Stage, comp.ClosedAt = stage, d.now
	d.tx.SetComplaint(comp)
	why := map[complaint.Stage]string{complaint.StageSetAside: "it was set aside", complaint.StageMerged: "it goes on in another complaint"}[stage]
	for i, o := range d.in.Rules.End(d.obligations, why, d.now) {
		if o.ComplaintID == id && d.obligations[i].State == complaint.Open {
			d.tx.SetObligation(o)
		}
	}
	deliveries, err := d.tx.DeliveriesOf(ctx, id)
	if err != nil {
		return err
	}
	for _, m := range deliveries {
		if m.Status == complaint.Queued {
			d.before.Withdrawn = append(d.before.Withdrawn, m)
			m.Status = complaint.Withdrawn
			d.tx.SetDelivery(m)
		}
	}
	return nil
}

// joinTo makes the arrival correspondence of a complaint.
func (d *decision) joinTo(ctx context.Context, comp complaint.Complaint) error {
	c := &conclusion{in: d.in, tx: d.tx, now: d.now}
	comp, err := c.living(ctx, comp.ID)
	if err != nil {
		return err
	}
	if d.a.ComplaintID == comp.ID {
		return fmt.Errorf("ingest: arrival %s belongs to %s already", d.a.ID, comp.Reference)
	}
	made := complaint.Complaint{}
	if d.a.ComplaintID != "" && d.a.Outcome == complaint.ToComplaint {
		if made, err = d.tx.GetComplaint(ctx, d.a.ComplaintID); err != nil {
			return err
		}
		if err := d.merge(ctx, made.ID, comp.ID); err != nil {
			return err
		}
		if _, err := c.proposeAbouts(ctx, comp.ID, nil, d.a.ComplaintID); err != nil {
			return err
		}
	}
	if comp, err = d.load(ctx, comp.ID); err != nil {
		return err
	}
	if comp.PostalAddress == "" && made.PostalAddress != "" { // nobody has said that it holds for this one
		comp.PostalAddress, comp.PostalConfirmed = made.PostalAddress, false
		d.tx.SetComplaint(comp)
	}
	if err := d.addParty(ctx, comp.ID); err != nil {
		return err
	}
	d.before.Joined = comp.ID
	if d.a.MessageID != "" {
		d.tx.CreateMessageIDs(comp.ID, d.a.MessageID)
	}
	d.a.Outcome, d.a.ComplaintID, d.a.ProposedID = complaint.Correspondence, comp.ID, ""
	d.a.Held, d.a.HoldReason, d.a.Parked, d.a.ParkReason = false, "", false, ""
	d.tx.SetArrival(d.a)
	w := &work{arrival: d.a}
	if err := d.in.readArrival(ctx, w); err != nil {
		return err
	}
	if w.read.Judgement.Kind != KindAutomatic {
		d.tx.CreateDetails(comp.ID, d.a.ID, w.read.Details) // the evidence follows (P9)
	}
	return d.in.awaitAnswer(ctx, d.tx, w, comp.ID, d.now)
}

// merge ends a complaint that goes on in another, and keeps in which, so that later mail
// to it finds the way.
func (d *decision) merge(ctx context.Context, id, into string) error {
	if err := d.end(ctx, id, complaint.StageMerged); err != nil {
		return err
	}
	v, err := d.tx.LockCase(ctx, id)
	if err != nil {
		return err
	}
	r := v.Record
	r.ComplaintID, r.Version, r.UpdatedAt, r.UpdatedBy, r.MergedInto = id, r.Version+1, d.now, d.o.Who.Name, into
	d.tx.SetRecord(r)
	return nil
}

// addParty makes the arrival's sender a party of a complaint, and keeps for undo
// whether that was new.
func (d *decision) addParty(ctx context.Context, complaintID string) error {
	from := complaint.FoldAddress(d.a.From)
	if from == "" {
		return nil
	}
	parties, err := d.tx.Parties(ctx, complaintID)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(parties, func(p complaint.Party) bool { return p.Address == from }) {
		return nil
	}
	d.before.Party = &complaint.Party{ComplaintID: complaintID, Address: from, Role: "correspondent"}
	d.tx.CreateParty(*d.before.Party)
	return nil
}

// revive takes back that a complaint was set aside.
func (d *decision) revive(ctx context.Context) error {
	comp, err := d.load(ctx, d.a.ComplaintID)
	if err != nil {
		return err
	}
	owed := d.in.Rules.Unend(d.obligations, comp.ClosedAt, d.now)
	comp.Stage, comp.ClosedAt = complaint.Standing(owed), time.Time{}
	d.tx.SetComplaint(comp)
	for i, o := range owed {
		if o.State != d.obligations[i].State {
			d.tx.SetObligation(o)
		}
	}
	d.a.Outcome = complaint.ToComplaint
	if comp.AcknowledgedAt.IsZero() {
		return d.release(ctx)
	}
	d.tx.SetArrival(d.a)
	return nil
}

// open makes a complaint of the arrival as intake would have done.
func (d *decision) open(ctx context.Context) error {
	w, c, err := d.reread(ctx)
	if err != nil {
		return err
	}
	w.read.Judgement.Answer = AnswerAcknowledge
	w.arrival.Late, w.arrival.Parked, w.arrival.ParkReason = false, false, ""
	if err := c.open(ctx, w, match{}); err != nil {
		return err
	}
	d.a = w.arrival
	d.before.Created = d.a.ComplaintID
	return nil
}

// release renders and queues the acknowledgement that was held back.
func (d *decision) release(ctx context.Context) error {
	w, c, err := d.reread(ctx)
	if err != nil {
		return err
	}
	w.compared = d.compared
	comp, err := d.load(ctx, d.a.ComplaintID)
	if err != nil {
		return err
	}
	recipient := w.recipient()
	if recipient == "" {
		recipient = comp.CustomerAddress
	}
	switch {
	case comp.ReplyBy == complaint.ByLetter && !comp.CanPost():
		return fmt.Errorf("ingest: %s is answered by letter, and %s; `skarga letters address %s` gives one", comp.Reference, comp.PostFault(), comp.Reference)
	case comp.ReplyBy == complaint.ByLetter:
		recipient = ""
	case recipient == "":
		return fmt.Errorf("ingest: %s has no address to answer to; it needs a letter", comp.Reference)
	}
	obligations, err := d.tx.Obligations(ctx, []string{comp.ID})
	if err != nil {
		return err
	}
	answer, err := c.queue(comp, obligations, w, recipient, c.acknowledgement)
	if err != nil {
		return err
	}
	for _, o := range obligations {
		d.tx.SetObligation(o)
	}
	d.tx.CreateDelivery(*answer)
	d.tx.CreateMessageIDs(comp.ID, answer.MessageID)
	d.before.Queued = answer.ID
	d.a.Held, d.a.HoldReason, d.a.Parked, d.a.ParkReason = false, "", false, ""
	d.tx.SetArrival(d.a)
	return nil
}

// reread reads the arrival's bytes again and prepares a conclusion for it.
func (d *decision) reread(ctx context.Context) (*work, *conclusion, error) {
	w := &work{arrival: d.a}
	if err := d.in.readArrival(ctx, w); err != nil {
		return nil, nil, err
	}
	c := &conclusion{in: d.in, tx: d.tx, now: d.now, acked: map[string]int{}}
	return w, c, c.drawReferences(ctx, 1)
}

// confirmBounce treats a proposed delivery report as being about our latest mail on the
// complaint to a recipient that it names.
func (d *decision) confirmBounce(ctx context.Context, comp complaint.Complaint) error {
	if _, err := d.load(ctx, comp.ID); err != nil {
		return err
	}
	deliveries, err := d.tx.DeliveriesOf(ctx, comp.ID)
	if err != nil {
		return err
	}
	w := &work{arrival: d.a}
	if err := d.in.readArrival(ctx, w); err != nil {
		return err
	}
	var named []string
	for _, b := range w.read.Judgement.Deliveries {
		named = append(named, complaint.FoldAddress(b.Recipient), complaint.FoldAddress(b.OriginalRecipient))
	}
	for _, m := range slices.Backward(deliveries) {
		if m.Status == complaint.Sent && slices.Contains(named, complaint.FoldAddress(m.Recipient)) {
			d.before.Withdrawn = append(d.before.Withdrawn, m)
			if _, err := returned(ctx, d.in.Rules, d.tx, m, "delivery report confirmed by "+d.o.Who.Name); err != nil {
				return err
			}
			break
		}
	}
	d.a.ComplaintID, d.a.ProposedID, d.a.Held, d.a.HoldReason = comp.ID, "", false, ""
	d.tx.SetArrival(d.a)
	return nil
}

package ingest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest/message"
	"ask4.com/skarga/ingest/report"
)

// bounceWindow is how long after sending a report without our ids may still be
// proposed for a delivery to the same recipient.
const bounceWindow = 7 * 24 * time.Hour

// concludeBounce ties a delivery report to the delivery it is about, by envelope
// token, ENVID or the returned Message-ID. A permanent failure opens the promise
// again, unless another delivery keeps it. By recipient and time alone the tie
// is only proposed.
func (c *conclusion) concludeBounce(ctx context.Context, w *work) error {
	a := &w.arrival
	d, found, err := c.bouncedDelivery(ctx, w)
	if err != nil {
		return err
	}
	if !found {
		return c.proposeBounce(ctx, w)
	}
	a.ComplaintID = d.ComplaintID
	for _, b := range w.read.Judgement.Deliveries {
		a.Reasons = append(a.Reasons, strings.TrimSpace(fmt.Sprintf("%s %s %s", b.Action, b.Status, b.Reason)))
		// "failed" with a class 4 status was given up after retries: as final
		// as class 5 (RFC 3464 section 2.3.3).
		if gaveUp(b) && d.Status != complaint.Bounced {
			if d, err = returned(ctx, c.in.Rules, c.tx, d, strings.TrimSpace(b.Status+" "+b.Reason)); err != nil {
				return err
			}
		}
	}
	reason := "a delivery report about our " + d.Kind
	if d.Status == complaint.Bounced {
		reason += ", which did not arrive: its promise is open again"
	}
	return c.end(w, complaint.Automatic, reason)
}

// gaveUp says whether a report ends a delivery for good.
func gaveUp(b report.Delivery) bool {
	return b.Action == "failed" || b.Permanent && b.Action == ""
}

// returned marks a delivery as come back and opens its promise again.
func returned(ctx context.Context, rules complaint.Rules, tx Tx, d complaint.Delivery, why string) (complaint.Delivery, error) {
	d.Status, d.LastError = complaint.Bounced, why
	tx.SetDelivery(d)
	if d.ComplaintID == "" || d.ObligationID == "" {
		return d, nil
	}
	siblings, err := tx.DeliveriesOf(ctx, d.ComplaintID)
	if err != nil {
		return d, err
	}
	kept := slices.ContainsFunc(siblings, func(s complaint.Delivery) bool {
		return s.ID != d.ID && s.ObligationID == d.ObligationID && s.Status == complaint.Sent &&
			(s.Kind == complaint.ExtensionKind) == (d.Kind == complaint.ExtensionKind)
	})
	if kept {
		return d, nil
	}
	locked, err := tx.LockCase(ctx, d.ComplaintID)
	if err != nil {
		return d, err
	}
	comp, obligations := rules.Returned(locked.Complaint, locked.Obligations, d)
	if comp != locked.Complaint {
		tx.SetComplaint(comp)
	}
	for i, o := range obligations {
		if !o.Same(locked.Obligations[i]) {
			tx.SetObligation(o)
		}
	}
	return d, nil
}

// bouncedDelivery looks for our delivery by the proofs that only it carries.
func (c *conclusion) bouncedDelivery(ctx context.Context, w *work) (d complaint.Delivery, found bool, err error) {
	var ids []string
	for _, address := range recipients(w.read.Message) {
		if id, ok := c.in.answers.EnvelopeToken(address); ok {
			ids = append(ids, id)
		}
	}
	for _, env := range append(ids, w.read.Judgement.EnvIDs...) {
		if d, found, err = c.tx.DeliveryByEnvID(ctx, env); err != nil || found {
			return d, found, err
		}
	}
	for _, id := range w.read.Judgement.OriginalMessageIDs {
		if _, own := c.in.answers.OwnMessageID(id); !own {
			continue
		}
		if d, found, err = c.tx.DeliveryByMessageID(ctx, id); err != nil || found {
			return d, found, err
		}
	}
	return d, false, nil
}

// proposeBounce ends a report that names no delivery of ours: with a proposed
// link when we wrote to that recipient lately, so that a person can decide.
func (c *conclusion) proposeBounce(ctx context.Context, w *work) error {
	a := &w.arrival
	for _, b := range w.read.Judgement.Deliveries {
		if !gaveUp(b) || b.Recipient == "" {
			continue
		}
		sent, err := c.tx.DeliveriesTo(ctx, complaint.FoldAddress(cmp.Or(b.OriginalRecipient, b.Recipient)), a.ArrivedAt.Add(-bounceWindow))
		if err != nil {
			return err
		}
		i := slices.IndexFunc(sent, func(d complaint.Delivery) bool { return d.Status == complaint.Sent && d.ComplaintID != "" })
		if i < 0 {
			continue
		}
		a.ProposedID = sent[i].ComplaintID
		a.Held, a.HoldReason = true, "a delivery report that may be about our mail to the same recipient"
		c.tx.CreateLink(complaint.Link{ID: complaint.NewID(), ArrivalID: a.ID, ComplaintID: a.ProposedID, State: "proposed", CreatedAt: c.now, Reason: a.HoldReason})
		break
	}
	return c.end(w, complaint.Automatic, "a delivery report that names no message of ours")
}

// recipients are all addresses that a message says it was sent to.
func recipients(m *message.Message) []string {
	var list []string
	for _, a := range slices.Concat(m.To, m.Cc) {
		list = append(list, a.Address)
	}
	for _, name := range []string{"Delivered-To", "X-Original-To", "Envelope-To"} {
		for _, v := range m.Header[name] {
			list = append(list, strings.Trim(strings.TrimSpace(v), "<>"))
		}
	}
	return list
}

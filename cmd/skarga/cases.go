package main

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
	"ask4.com/skarga/store"
	"ask4.com/skarga/templates"
	"ask4.com/skarga/web"
)

// cases tells customers where their complaints stand.
type cases struct{ *app }

// Reference reads a reference as people type it.
func (c cases) Reference(typed string) (complaint.Reference, error) {
	return complaint.ParseReference(c.cfg.Firm.Prefix, typed)
}

// Match gives the complaint of a reference, if the address is the customer's or
// their representative's.
func (c cases) Match(ctx context.Context, ref complaint.Reference, address string) (id, recipient string, ok bool, err error) {
	comp, err := c.store.GetComplaint(ctx, ref)
	if errors.Is(err, store.ErrNotFound) {
		return "", "", false, nil
	}
	if err != nil {
		return "", "", false, err
	}
	parties, err := c.store.PartiesOf(ctx, comp.ID)
	if err != nil {
		return "", "", false, err
	}
	for _, p := range parties {
		if p.Address == complaint.FoldAddress(address) && p.Role != "correspondent" {
			if complaint.FoldAddress(comp.CustomerAddress) == p.Address {
				return comp.ID, comp.CustomerAddress, true, nil // as they wrote it
			}
			return comp.ID, p.Address, true, nil
		}
	}
	return "", "", false, nil
}

// SendLink queues the mail with a one-time link.
func (c cases) SendLink(ctx context.Context, complaintID, recipient, url string, until time.Time, l complaint.Language) error {
	comp, err := c.store.GetComplaintByID(ctx, complaintID)
	if err != nil {
		return err
	}
	comp.Language = l // of the page on which they asked
	d, err := c.office.write(&templates.StatusLink{Case: c.office.caseOf(comp), LinkURL: url, ValidUntil: until}, comp, ingest.Incoming{}, recipient)
	if err != nil {
		return err
	}
	return c.store.InTx(ctx, func(tx *store.Tx) error {
		tx.CreateDelivery(d)
		tx.CreateMessageIDs(complaintID, d.MessageID)
		tx.CreateEvent(complaint.Event{ID: complaint.NewID(), Subject: complaintID, At: c.now(), Actor: "skarga", Kind: "status link asked for"})
		return nil
	})
}

// LetterCode gives the complaint of the signed code that our letters carry.
func (c cases) LetterCode(ctx context.Context, code string) (complaintID string, ok bool, err error) {
	ref, ok := c.office.signer.ParseSlip(code)
	if !ok {
		return "", false, nil
	}
	comp, err := c.store.GetComplaint(ctx, ref)
	if errors.Is(err, store.ErrNotFound) {
		return "", false, nil
	}
	return comp.ID, err == nil, err
}

// Standing says where a complaint stands.
func (c cases) Standing(ctx context.Context, complaintID string) (st web.Standing, err error) {
	comp, err := c.store.GetComplaintByID(ctx, complaintID)
	if err != nil {
		return st, err
	}
	obligations, err := c.store.ObligationsOf(ctx, complaintID)
	if err != nil {
		return st, err
	}
	st = web.Standing{Reference: comp.Reference, ReceivedAt: comp.ReceivedAt, Stage: comp.Stage, Email: comp.CustomerAddress}
	answeredAt := func(at time.Time) bool {
		return slices.ContainsFunc(obligations, func(o complaint.Obligation) bool {
			return o.Kind == complaint.Respond && o.State == complaint.Met && o.MetAt.Equal(at)
		})
	}
	for _, o := range obligations {
		switch {
		case o.Kind == complaint.Update && o.State == complaint.Met && answeredAt(o.MetAt): // the answer kept this promise too
		case o.State == complaint.Met:
			st.Done = append(st.Done, web.Milestone{Kind: o.Kind, At: o.MetAt})
			st.Answered = st.Answered || o.Kind == complaint.Respond
		case o.State == complaint.Open && o.Kind != complaint.TellOmbudsman: // it is told when it is due
			st.Next = append(st.Next, web.Milestone{Kind: o.Kind, At: cmp.Or(o.ToldAt, o.Deadline())})
		}
	}
	if st.Answered { // what led to the answer is no promise any more
		st.Next = slices.DeleteFunc(st.Next, func(m web.Milestone) bool { return m.Kind == complaint.Acknowledge || m.Kind == complaint.Update })
	}
	for _, list := range [][]web.Milestone{st.Done, st.Next} {
		slices.SortStableFunc(list, func(a, b web.Milestone) int { return a.At.Compare(b.At) })
	}
	return st, nil
}

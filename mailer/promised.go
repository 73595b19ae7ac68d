package mailer

import (
	"context"

	"ask4.com/skarga/complaint"
)

// promised is a complaint with its promises, as the transaction left them so far.
type promised struct {
	complaint   complaint.Complaint
	obligations []complaint.Obligation
}

// met says what a delivery means for a complaint's promises: Rules.Delivered.
type met func(c complaint.Complaint, obs []complaint.Obligation, d complaint.Delivery) (complaint.Complaint, []complaint.Obligation, error)

// acceptedOf are the deliveries of a batch that may keep a promise.
func acceptedOf(batch []result) []complaint.Delivery {
	var list []complaint.Delivery
	for _, res := range batch {
		if res.outcome.verdict == accepted && res.delivery.ObligationID != "" {
			list = append(list, res.delivery)
		}
	}
	return list
}

// readPromises reads the complaints of deliveries and their promises at once, before
// anything is written: a read between two writes would send the first alone.
func readPromises(ctx context.Context, tx Tx, deliveries []complaint.Delivery) (map[string]*promised, error) {
	cases := map[string]*promised{}
	var ids []string
	for _, d := range deliveries {
		if id := d.ComplaintID; id != "" && cases[id] == nil {
			cases[id] = &promised{}
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return cases, nil
	}
	complaints, err := tx.Complaints(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, c := range complaints {
		if p := cases[c.ID]; p != nil {
			p.complaint = c
		}
	}
	obligations, err := tx.Obligations(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, o := range obligations {
		if p := cases[o.ComplaintID]; p != nil {
			p.obligations = append(p.obligations, o)
		}
	}
	return cases, nil
}

// keep records what a delivery that left means for its complaint.
func keep(tx Tx, met met, d complaint.Delivery, p *promised) error {
	if d.ObligationID == "" {
		return nil
	}
	changed, after, err := met(p.complaint, p.obligations, d)
	if err != nil {
		return err
	}
	if changed != p.complaint {
		tx.SetStage(changed) // a delivery changes nothing else of it: complaint.Rules.Delivered
	}
	for i := range after {
		switch {
		case i >= len(p.obligations):
			tx.CreateObligation(after[i])
		case !after[i].Same(p.obligations[i]):
			tx.SetObligation(after[i])
		}
	}
	p.complaint, p.obligations = changed, after
	return nil
}

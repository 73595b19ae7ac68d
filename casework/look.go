package casework

import (
	"context"
	"encoding/json"
	"fmt"

	"ask4.com/skarga/complaint"
)

// Look is View for a page: that the person saw personal data goes on record, in a
// chain beside the complaint's history. What names what they saw.
func (o *Office) Look(ctx context.Context, who complaint.Person, ref complaint.Reference, what string) (complaint.View, error) {
	v, err := o.View(ctx, who, ref)
	if err != nil {
		return v, err
	}
	err = o.store.InTx(ctx, func(tx Tx) error { return o.seen(tx, who, v.Complaint.ID, what, nil) })
	return v, err
}

// seen notes that a person saw something of a complaint, or of an arrival without one.
func (o *Office) seen(tx Tx, who complaint.Person, subject, what string, note map[string]string) error {
	var payload []byte
	if len(note) > 0 {
		var err error
		if payload, err = json.Marshal(note); err != nil {
			return fmt.Errorf("casework: event payload: %w", err)
		}
	}
	tx.CreateEvent(complaint.Event{ID: complaint.NewID(), Subject: "views " + subject, At: o.Now(), Actor: who.Name, Kind: what, Payload: payload})
	return nil
}

// Known gives those of some complaints, by ID, that a person may see: their references
// for links on pages.
func (o *Office) Known(ctx context.Context, who complaint.Person, ids []string) (map[string]complaint.Complaint, error) {
	var page []complaint.Listed
	for _, id := range ids {
		c, err := o.store.GetComplaintByID(ctx, id)
		if err != nil {
			return nil, err
		}
		page = append(page, complaint.Listed{Complaint: c})
	}
	seen, err := o.visible(ctx, who, page)
	known := map[string]complaint.Complaint{}
	for _, l := range seen {
		known[l.ID] = l.Complaint
	}
	return known, err
}

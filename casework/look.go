package casework

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

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

// Arrival gives one thing that arrived to a person who may do with it what they want.
// Where it belongs to a complaint, that one decides (P8). What names what they saw,
// for the record; "" for an act that has its own.
func (o *Office) Arrival(ctx context.Context, who complaint.Person, act complaint.Action, id, what string) (a complaint.Arrival, err error) {
	err = o.store.InTx(ctx, func(tx Tx) error {
		if a, err = tx.GetArrival(ctx, id); err != nil {
			return err
		}
		subject := a.ID
		if a.ComplaintID == "" {
			err = o.mayUnjoined(who, act, a)
		} else {
			subject = a.ComplaintID
			var c complaint.Case
			if c, err = tx.LockCase(ctx, a.ComplaintID); err == nil {
				err = complaint.May(who, act, c)
			}
		}
		if err != nil || what == "" {
			return err
		}
		return o.seen(tx, who, subject, what, map[string]string{"arrival": a.ID})
	})
	return a, err
}

// mayUnjoined decides about an arrival that belongs to no complaint. Nobody has ruled
// whom it is about, so a name of the person in its subject hides it from them (P8).
func (o *Office) mayUnjoined(who complaint.Person, act complaint.Action, a complaint.Arrival) error {
	subject := complaint.Fold(a.Subject)
	for _, name := range append([]string{who.Name}, who.Aliases...) {
		if n := complaint.Fold(name); n != "" && strings.Contains(subject, n) {
			return complaint.ErrNoComplaint
		}
	}
	return complaint.May(who, act, complaint.Case{})
}

// Arrivals lists a page of arrivals, as far as a person may see them, and the ID after
// which the next page begins; "" on the last.
func (o *Office) Arrivals(ctx context.Context, who complaint.Person, f complaint.ArrivalFilter) (seen []complaint.Arrival, next string, err error) {
	if f.Limit == 0 {
		f.Limit = 100
	}
	list, err := o.store.ListArrivals(ctx, f)
	if err != nil {
		return nil, "", err
	}
	if len(list) == f.Limit {
		next = list[len(list)-1].ID
	}
	var ids []string
	for _, a := range list {
		if a.ComplaintID != "" {
			ids = append(ids, a.ComplaintID)
		}
	}
	slices.Sort(ids)
	known, err := o.Known(ctx, who, slices.Compact(ids))
	if err != nil {
		return nil, "", err
	}
	for _, a := range list {
		if _, ok := known[a.ComplaintID]; ok || a.ComplaintID == "" && o.mayUnjoined(who, complaint.ActView, a) == nil {
			seen = append(seen, a)
		}
	}
	return seen, next, nil
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

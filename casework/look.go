package casework

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"time"

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

// lists are the lists that were seen on a day, as this process knows: what stands here is
// on record and need not be looked for.
type lists struct {
	mu   sync.Mutex
	day  time.Time
	seen map[string]bool
}

// has says whether a list is known to be on record of a day.
func (l *lists) has(day time.Time, key string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.day.Equal(day) && l.seen[key]
}

// set notes that a list is on record of a day.
func (l *lists) set(day time.Time, key string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.day.Equal(day) {
		l.day, l.seen = day, map[string]bool{}
	}
	l.seen[key] = true
}

// Listed notes in the person's own chain that they saw a list, once a day, whichever node
// showed it. After a search the complaints that it showed are noted too, and never the
// words: those may be anybody's name, which no erasure would find there.
func (o *Office) Listed(ctx context.Context, who complaint.Person, list, words string, shown []complaint.Listed) error {
	what, note := "list viewed", map[string]any{"list": list}
	if words != "" {
		refs := make([]string, len(shown))
		for i, l := range shown {
			refs[i] = string(l.Reference)
		}
		what, note["shown"] = "searched", refs
	}
	payload, err := json.Marshal(note)
	if err != nil {
		return fmt.Errorf("casework: event payload: %w", err)
	}
	now := o.Now().In(o.Rules.Location)
	day, key := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location()), who.Name+"\n"+string(payload)
	if o.lists.has(day, key) {
		return nil
	}
	e := complaint.Event{ID: complaint.NewID(), Subject: ListHistory(who.Name), At: now, Actor: who.Name, Kind: what, Payload: payload}
	err = o.store.InTx(ctx, func(tx Tx) error {
		if err := tx.LockHistory(ctx, e.Subject); err != nil {
			return err
		}
		there, err := tx.HasEvent(ctx, e, day)
		if err == nil && !there {
			tx.CreateEvent(e)
		}
		return err
	})
	if err == nil {
		o.lists.set(day, key)
	}
	return err
}

// ListHistory is the chain of events that tells which lists a person saw.
func ListHistory(name string) string { return "lists " + name }

// seen notes that a person saw something of a complaint, or of an arrival without one.
func (o *Office) seen(tx Tx, who complaint.Person, subject, what string, note map[string]string) error {
	var payload []byte
	if len(note) > 0 {
		var err error
		if payload, err = json.Marshal(note); err != nil {
			return fmt.Errorf("casework: event payload: %w", err)
		}
	}
	tx.CreateEvent(complaint.Event{ID: complaint.NewID(), Subject: complaint.ViewHistory(subject), At: o.Now(), Actor: who.Name, Kind: what, Payload: payload})
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

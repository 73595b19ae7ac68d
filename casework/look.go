package casework

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
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

// lists are the lists that were seen on a day, by this process: each is noted once.
type lists struct {
	mu   sync.Mutex
	day  string
	seen map[string]bool
}

// forget takes back that a list was seen: the next time it is noted after all.
func (l *lists) forget(key string) {
	l.mu.Lock()
	delete(l.seen, key)
	l.mu.Unlock()
}

// first says whether a list is seen for the first time on a day.
func (l *lists) first(day, key string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.day != day {
		l.day, l.seen = day, map[string]bool{}
	}
	was := l.seen[key]
	l.seen[key] = true
	return !was
}

// Listed notes in the person's own chain that they saw a list, once a day. After a search
// the complaints that it showed are noted too, and never the words: those may be anybody's
// name, which no erasure would find there.
func (o *Office) Listed(ctx context.Context, who complaint.Person, list, words string, shown []complaint.Listed) error {
	key, note := strings.Join([]string{who.Name, list, words}, "\n"), map[string]any{"list": list}
	if words != "" {
		refs := make([]string, len(shown))
		for i, l := range shown {
			refs[i] = string(l.Reference)
		}
		key, note["shown"] = key+"\n"+strings.Join(refs, " "), refs
	}
	if !o.lists.first(o.Now().In(o.Rules.Location).Format(time.DateOnly), key) {
		return nil
	}
	payload, err := json.Marshal(note)
	if err != nil {
		return fmt.Errorf("casework: event payload: %w", err)
	}
	what := "list viewed"
	if words != "" {
		what = "searched"
	}
	err = o.store.InTx(ctx, func(tx Tx) error {
		tx.CreateEvent(complaint.Event{ID: complaint.NewID(), Subject: ListHistory(who.Name), At: o.Now(), Actor: who.Name, Kind: what, Payload: payload})
		return nil
	})
	if err != nil {
		o.lists.forget(key)
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

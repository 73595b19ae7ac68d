package casework

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ask4.com/skarga/complaint"
)

// UnknownError says that there is no such complaint for this person, and which ones
// look like it. A complaint that is hidden from the person reads the same (P8).
type UnknownError struct {
	Ref     string
	Similar []complaint.Reference // that the person may see
}

// Error offers the near matches.
func (e *UnknownError) Error() string {
	s := fmt.Sprintf("casework: there is no complaint %s", e.Ref)
	if len(e.Similar) == 0 {
		return s + "; `skarga list` shows those there are"
	}
	var refs []string
	for _, r := range e.Similar {
		refs = append(refs, string(r))
	}
	return s + "; did you mean " + strings.Join(refs, " or ") + "?"
}

// Unwrap lets errors.Is see complaint.ErrNoComplaint.
func (e *UnknownError) Unwrap() error { return complaint.ErrNoComplaint }

// ParseReference reads a reference as a person typed it. One that is wrong is an
// *UnknownError when others look like it, else the error of the form.
func (o *Office) ParseReference(ctx context.Context, who complaint.Person, s string) (complaint.Reference, error) {
	ref, err := complaint.ParseReference(o.Prefix, s)
	if err == nil {
		return ref, nil
	}
	if similar := o.similar(ctx, who, s); len(similar) > 0 {
		return "", &UnknownError{s, similar}
	}
	return "", err
}

// named says which complaint is not there. None is near: its check character is right.
func named(ref complaint.Reference, err error) error {
	var unknown *UnknownError
	if !errors.Is(err, complaint.ErrNoComplaint) || errors.As(err, &unknown) {
		return err
	}
	return &UnknownError{Ref: string(ref)}
}

// similar are the complaints that a person may have meant, and may see.
func (o *Office) similar(ctx context.Context, who complaint.Person, typed string) (seen []complaint.Reference) {
	for _, near := range complaint.NearReferences(o.Prefix, strings.TrimSpace(typed)) {
		for _, r := range near.Could {
			if _, err := o.see(ctx, who, r); err == nil {
				seen = append(seen, r)
			}
		}
	}
	return seen
}

// View reads all that is known of a complaint, for a person who may see it.
func (o *Office) View(ctx context.Context, who complaint.Person, ref complaint.Reference) (complaint.View, error) {
	v, err := o.see(ctx, who, ref)
	return v, named(ref, err)
}

func (o *Office) see(ctx context.Context, who complaint.Person, ref complaint.Reference) (complaint.View, error) {
	v, err := o.store.ComplaintView(ctx, ref)
	if err != nil {
		return complaint.View{}, err
	}
	if err := complaint.May(who, complaint.ActView, v.Case()); err != nil {
		return complaint.View{}, err
	}
	return v, nil
}

// List lists the complaints that a person may see, what is due first before the
// others.
func (o *Office) List(ctx context.Context, who complaint.Person, f complaint.Filter) ([]complaint.Listed, error) {
	if f.Limit == 0 {
		f.Limit = 100
	}
	f.Managers = o.Managers()
	f.NotAbout = who.Name // most of what is hidden; May decides below
	var all []complaint.Listed
	for {
		page, err := o.store.ListComplaints(ctx, f)
		if err != nil {
			return nil, err
		}
		seen, err := o.visible(ctx, who, page)
		if err != nil {
			return nil, err
		}
		all = append(all, seen...)
		if len(page) < f.Limit || len(all) >= f.Limit {
			return all[:min(len(all), f.Limit)], nil
		}
		f.After = &page[len(page)-1]
	}
}

// visible keeps what a person may see.
func (o *Office) visible(ctx context.Context, who complaint.Person, page []complaint.Listed) ([]complaint.Listed, error) {
	ids := make([]string, len(page))
	for i, l := range page {
		ids[i] = l.ID
	}
	records, err := o.store.Records(ctx, ids)
	if err != nil {
		return nil, err
	}
	abouts, err := o.store.Abouts(ctx, ids)
	if err != nil {
		return nil, err
	}
	of := map[string][]complaint.About{}
	for _, a := range abouts {
		of[a.ComplaintID] = append(of[a.ComplaintID], a)
	}
	waiting, err := o.store.WaitingReplies(ctx, ids)
	if err != nil {
		return nil, err
	}
	waits := map[string][]complaint.CustomerReply{}
	for _, r := range waiting {
		waits[r.ComplaintID] = append(waits[r.ComplaintID], r)
	}
	var seen []complaint.Listed
	for _, l := range page {
		l.Owner, l.Vulnerable, l.Waiting = records[l.ID].Owner, records[l.ID].Vulnerable, len(waits[l.ID])
		for _, r := range waits[l.ID] {
			l.Wish = l.Wish.Stronger(r.Wish)
		}
		if complaint.May(who, complaint.ActView, complaint.Case{Complaint: l.Complaint, Record: records[l.ID], Abouts: of[l.ID]}) == nil {
			seen = append(seen, l)
		}
	}
	return seen, nil
}

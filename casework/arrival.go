package casework

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"ask4.com/skarga/complaint"
)

// UnlistedError says that something is not there for this person: because there is no
// such thing, or because it belongs to a complaint that is hidden from them (P8).
type UnlistedError struct {
	What, ID string
	Cure     string // the command that lists those there are
}

// Error names the cure.
func (e *UnlistedError) Error() string {
	return fmt.Sprintf("casework: there is no %s %s; %s", e.What, e.ID, e.Cure)
}

// Unwrap lets errors.Is see complaint.ErrNoComplaint.
func (e *UnlistedError) Unwrap() error { return complaint.ErrNoComplaint }

// Arrivals lists a page of arrivals, as far as a person may see them, and the ID after
// which the next page begins; "" on the last.
func (o *Office) Arrivals(ctx context.Context, who complaint.Person, f complaint.ArrivalFilter) (seen []complaint.Arrival, next string, err error) {
	if f.Limit == 0 {
		f.Limit = 100
	}
	f.NotAbout = who.Name
	page, err := o.store.ListArrivals(ctx, f)
	if err != nil {
		return nil, "", err
	}
	if len(page) == f.Limit {
		next = page[len(page)-1].ID
	}
	may, err := o.mayArrivals(ctx, who, complaint.ActView, page)
	if err != nil {
		return nil, "", err
	}
	return slices.DeleteFunc(page, func(a complaint.Arrival) bool { return may(a) != nil }), next, nil
}

// Arrival gives one thing that arrived, by an unambiguous beginning of its ID or the
// reference of the complaint that it made, to a person who may do with it what they want. Where it belongs to a complaint, that one
// decides (P8). What names what they saw, for the record; "" for an act that has its
// own.
func (o *Office) Arrival(ctx context.Context, who complaint.Person, act complaint.Action, id, what string) (complaint.Arrival, error) {
	if err := complaint.May(who, act, complaint.Case{}); err != nil {
		return complaint.Arrival{}, err
	}
	a, found, err := o.store.ArrivalBeginning(ctx, id)
	if err == nil && !found {
		a, found, err = o.arrivalThatMade(ctx, who, id)
	}
	if err != nil {
		return complaint.Arrival{}, err
	}
	may, err := o.mayArrivals(ctx, who, act, []complaint.Arrival{a})
	if err != nil {
		return complaint.Arrival{}, err
	}
	if !found || may(a) != nil {
		return complaint.Arrival{}, &UnlistedError{"arrival", id, "`skarga list --arrivals` shows those there are"}
	}
	if what == "" {
		return a, nil
	}
	return a, o.store.InTx(ctx, func(tx Tx) error {
		return o.seen(tx, who, cmp.Or(a.ComplaintID, a.ID), what, map[string]string{"arrival": a.ID})
	})
}

// arrivalThatMade gives the arrival from which a complaint was made, by its reference;
// found is false for what is no reference, or where more than one made it. The arrivals of a
// complaint that was merged are the other's: the error says whose.
func (o *Office) arrivalThatMade(ctx context.Context, who complaint.Person, reference string) (a complaint.Arrival, found bool, err error) {
	ref, err := complaint.ParseReference(o.Prefix, reference)
	if err != nil {
		return a, false, nil
	}
	v, err := o.store.ComplaintView(ctx, ref)
	if errors.Is(err, complaint.ErrNoComplaint) {
		return a, false, nil
	}
	if err != nil {
		return a, false, err
	}
	made := slices.DeleteFunc(v.Arrivals, func(a complaint.Arrival) bool { return a.Outcome != complaint.ToComplaint })
	if len(made) == 1 {
		return made[0], true, nil
	}
	if id := v.MergedInto(); id != "" && len(made) == 0 {
		known, err := o.Known(ctx, who, []string{v.Complaint.ID, id})
		if err != nil {
			return a, false, err
		}
		if into, ok := known[id]; ok && len(known) == 2 {
			return a, false, fmt.Errorf("casework: %s was merged into %s, and what came for it is there; `skarga show %[2]s` lists it", ref, into.Reference)
		}
	}
	return a, false, nil
}

// WholeFile says whether a person may have the file of an arrival as it came: a scan may
// hold letters that are hidden from them, and then it is as if it were not there (P8).
func (o *Office) WholeFile(ctx context.Context, who complaint.Person, a complaint.Arrival) error {
	if a.Channel != complaint.ChannelLetter {
		return nil
	}
	ids, err := o.store.ArrivalsOnScan(ctx, a.SHA256)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if _, err := o.Arrival(ctx, who, complaint.ActView, id, ""); err != nil {
			return err
		}
	}
	return nil
}

// ProposedLink reads a proposed link for a person who may decide about it.
func (o *Office) ProposedLink(ctx context.Context, who complaint.Person, id string) (complaint.Link, error) {
	if err := complaint.May(who, complaint.ActOverrule, complaint.Case{}); err != nil {
		return complaint.Link{}, err
	}
	none := &UnlistedError{"link", id, "`skarga show` prints those of a complaint"}
	l, found, err := o.store.LinkByID(ctx, id)
	if err != nil {
		return complaint.Link{}, err
	}
	if !found {
		return complaint.Link{}, none
	}
	if a, err := o.Arrival(ctx, who, complaint.ActOverrule, l.ArrivalID, ""); err != nil || a.ID != l.ArrivalID {
		return complaint.Link{}, none
	}
	abouts, err := o.store.Abouts(ctx, []string{l.ComplaintID})
	if err != nil {
		return complaint.Link{}, err
	}
	if complaint.May(who, complaint.ActOverrule, complaint.Case{Abouts: abouts}) != nil {
		return complaint.Link{}, none
	}
	return l, nil
}

// Decision reads a decision about an arrival for a person who may take it back.
func (o *Office) Decision(ctx context.Context, who complaint.Person, id string) (complaint.Decision, error) {
	if err := complaint.May(who, complaint.ActOverrule, complaint.Case{}); err != nil {
		return complaint.Decision{}, err
	}
	d, found, err := o.store.DecisionByID(ctx, id)
	if err != nil {
		return complaint.Decision{}, err
	}
	if found {
		_, err = o.Arrival(ctx, who, complaint.ActOverrule, d.ArrivalID, "")
	}
	if !found || err != nil {
		return complaint.Decision{}, &UnlistedError{"decision", id, "`skarga show` prints those of a complaint"}
	}
	return d, nil
}

// mayArrivals reads whom the complaints of arrivals are about, those that they made
// or joined and those that they may belong to, and gives the decision on each.
func (o *Office) mayArrivals(ctx context.Context, who complaint.Person, what complaint.Action, list []complaint.Arrival) (func(complaint.Arrival) error, error) {
	var ids []string
	for _, a := range list {
		for _, id := range []string{a.ComplaintID, a.ProposedID} {
			if id != "" {
				ids = append(ids, id)
			}
		}
	}
	abouts, err := o.store.Abouts(ctx, ids)
	if err != nil {
		return nil, err
	}
	of := map[string][]complaint.About{}
	for _, a := range abouts {
		of[a.ComplaintID] = append(of[a.ComplaintID], a)
	}
	return func(a complaint.Arrival) error {
		if a.ComplaintID == "" && namedIn(a.Subject, who) {
			return complaint.ErrNoComplaint
		}
		return complaint.May(who, what, complaint.Case{Abouts: slices.Concat(of[a.ComplaintID], of[a.ProposedID])})
	}, nil
}

// namedIn says whether the subject of an arrival that belongs to no complaint names a
// person: nobody has ruled whom it is about, so it is hidden from them (P8).
func namedIn(subject string, who complaint.Person) bool {
	folded := complaint.Fold(subject)
	return slices.ContainsFunc(append([]string{who.Name}, who.Aliases...), func(name string) bool {
		return name != "" && strings.Contains(folded, complaint.Fold(name))
	})
}

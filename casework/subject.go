package casework

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
)

// Subject is all that is kept about one person, as far as who asks may see it (P8).
type Subject struct {
	Complaints []complaint.Complaint // theirs
	Erased     []ErasedCase          // theirs too: nothing of them is left
	Scope      complaint.Scope       // these, and what is kept about the person beside them
	Named      []complaint.Complaint // those of other people in which they have a part: they stay
	Unsure     []complaint.Complaint // of nobody known, with the name or an address in a letter: a person looks whose they are
}

// ErasedCase is a complaint whose content was erased.
type ErasedCase struct {
	Reference complaint.Reference
	At        time.Time
	Erasure   string // its ID
}

// Subject finds what is kept about a person by whole names, e-mail addresses or
// references: a reference stands for its customer. A name that several people have is
// an error that lists them. Who asks must be allowed to hand it out and to erase it.
func (o *Office) Subject(ctx context.Context, who complaint.Person, names ...string) (s Subject, err error) {
	if err := complaint.May(who, complaint.ActErase, complaint.Case{}); err != nil {
		return s, err
	}
	known, mine := map[string]bool{}, map[string]bool{}
	for _, name := range names {
		found, err := o.namesakes(ctx, who, name)
		if err != nil {
			return s, err
		}
		ids := make([]string, len(found))
		for i, c := range found {
			ids[i] = c.ID
		}
		gone, err := o.store.ErasedWhole(ctx, ids)
		if err != nil {
			return s, err
		}
		for _, c := range found {
			if mine[c.ID] {
				continue
			}
			mine[c.ID] = true
			if e, erased := gone[c.ID]; erased {
				s.Erased = append(s.Erased, ErasedCase{c.Reference, e.At, e.ID})
				continue
			}
			s.Complaints, s.Scope.Complaints = append(s.Complaints, c), append(s.Scope.Complaints, c.ID)
		}
		if strings.Contains(name, "@") {
			known[complaint.FoldAddress(name)] = true
		}
	}
	cases, err := o.store.Cases(ctx, s.Scope.Complaints)
	if err != nil {
		return s, err
	}
	for _, c := range s.Complaints {
		if c.CustomerAddress != "" && !strings.EqualFold(c.CustomerAddress, cases[c.ID].Record.Representative) {
			known[complaint.FoldAddress(c.CustomerAddress)] = true
		}
	}
	if s.Unsure, err = o.unsure(ctx, who, s, append(slices.Sorted(maps.Keys(known)), names...)); err != nil {
		return s, err
	}
	var named []complaint.Complaint
	if s.Scope, named, err = o.store.ElsewhereOf(ctx, who.Name, s.Scope, slices.Sorted(maps.Keys(known))); err == nil {
		s.Named, err = o.erasable(ctx, who, named)
	}
	if err == nil {
		s.Scope.Arrivals, err = o.seenArrivals(ctx, who, s.Scope.Arrivals)
	}
	if err == nil && s.Scope.Empty() && len(s.Named)+len(s.Unsure)+len(s.Erased) == 0 {
		err = fmt.Errorf("casework: nothing is kept about %q; give the whole name, the e-mail address or a reference", strings.Join(names, ", "))
	}
	return s, err
}

// unsure lists the complaints of no known customer that hold one of the names: letters
// that nobody typed. One word is no name.
func (o *Office) unsure(ctx context.Context, who complaint.Person, s Subject, names []string) ([]complaint.Complaint, error) {
	for _, c := range s.Complaints {
		names = append(names, c.CustomerName)
	}
	var whole [][]string
	for _, name := range names {
		if words := complaint.Words(name); len(words) > 1 {
			whole = append(whole, words)
		}
	}
	list, err := o.store.Nameless(ctx, whole)
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(c complaint.Complaint) bool { return slices.Contains(s.Scope.Complaints, c.ID) })
	return o.erasable(ctx, who, list)
}

// namesakes finds the complaints of the one person whom a name, an address or a
// reference means, as far as who asks may see them.
func (o *Office) namesakes(ctx context.Context, who complaint.Person, name string) ([]complaint.Complaint, error) {
	find := func(name string) (seen []complaint.Complaint, err error) {
		found, err := o.store.CustomerComplaints(ctx, name)
		if err == nil {
			seen, err = o.erasable(ctx, who, found)
		}
		return seen, err
	}
	found, err := find(name)
	if err != nil || strings.Contains(name, "@") {
		return found, err
	}
	people := map[string][]string{}
	for _, c := range found {
		key := complaint.FoldAddress(c.CustomerAddress)
		if key == "" {
			key = complaint.Fold(c.PostalAddress)
		}
		people[key] = append(people[key], string(c.Reference))
	}
	if len(people) > 1 {
		var lines []string
		for key, refs := range people {
			lines = append(lines, fmt.Sprintf("%s (%s)", cmp.Or(strings.ReplaceAll(key, "\n", ", "), "no address"), strings.Join(refs, ", ")))
		}
		slices.Sort(lines)
		return nil, fmt.Errorf("%w: %q may be several people: %s; give the addresses or the references that are meant, one or more", ErrField, name, strings.Join(lines, "; "))
	}
	if len(found) == 0 || found[0].CustomerAddress == "" {
		return found, nil
	}
	// The same person's others: the same address and the same name.
	others, err := find(found[0].CustomerAddress)
	for _, c := range others {
		same := complaint.Fold(c.CustomerName) == complaint.Fold(found[0].CustomerName)
		if same && !slices.ContainsFunc(found, func(f complaint.Complaint) bool { return f.ID == c.ID }) {
			found = append(found, c)
		}
	}
	return found, err
}

// erasable leaves out the complaints that are hidden from a person.
func (o *Office) erasable(ctx context.Context, who complaint.Person, all []complaint.Complaint) (seen []complaint.Complaint, err error) {
	ids := make([]string, len(all))
	for i, c := range all {
		ids[i] = c.ID
	}
	cases, err := o.store.Cases(ctx, ids)
	for _, c := range all {
		if complaint.May(who, complaint.ActErase, cases[c.ID]) == nil {
			seen = append(seen, c)
		}
	}
	return seen, err
}

// seenArrivals leaves out what arrived and is hidden from a person.
func (o *Office) seenArrivals(ctx context.Context, who complaint.Person, ids []string) (seen []string, err error) {
	for _, id := range ids {
		_, err := o.Arrival(ctx, who, complaint.ActErase, id, "")
		if _, unlisted := errors.AsType[*UnlistedError](err); unlisted {
			continue
		}
		if err != nil {
			return nil, err
		}
		seen = append(seen, id)
	}
	return seen, nil
}

// Exported puts on record that a person handed out what is kept about another.
func (o *Office) Exported(ctx context.Context, who complaint.Person, s Subject) error {
	return o.store.InTx(ctx, func(tx Tx) error {
		for _, id := range s.Scope.Complaints {
			if err := o.seen(tx, who, id, "exported for the person", nil); err != nil {
				return err
			}
		}
		return nil
	})
}

// MayErase says why a person's content cannot be erased now: a complaint that goes on,
// a legal hold, or the ombudsman (complaint.Erasable).
func (o *Office) MayErase(ctx context.Context, s Subject) error {
	cases, err := o.store.Cases(ctx, s.Scope.Complaints)
	errs := []error{err}
	for _, c := range s.Complaints {
		errs = append(errs, complaint.Erasable(cases[c.ID]))
	}
	return errors.Join(errs...)
}

// EraseSubject erases the content of a person, because they asked for it. References,
// dates, categories and results stay. What lies outside of the database follows by
// Reach of the clock.
func (o *Office) EraseSubject(ctx context.Context, who complaint.Person, s Subject, reason string) (complaint.Erasure, error) {
	e := complaint.Erasure{ID: complaint.NewID(), At: o.Now(), Actor: who.Name, Rule: complaint.ErasureAsked, Reason: strings.TrimSpace(reason)}
	if e.Reason == "" {
		return e, fmt.Errorf("%w: an erasure needs a reason, e.g. when and how the person asked", ErrField)
	}
	if err := complaint.May(who, complaint.ActErase, complaint.Case{}); err != nil {
		return e, err
	}
	return o.erase(ctx, e, s.Scope, s.Complaints...)
}

// erase empties a scope in one transaction. Mail that has not left does not leave. Of the
// complaints that were found none may have been erased since.
func (o *Office) erase(ctx context.Context, e complaint.Erasure, scope complaint.Scope, found ...complaint.Complaint) (done complaint.Erasure, err error) {
	err = o.store.InTx(ctx, func(tx Tx) error {
		for _, id := range scope.Complaints {
			v, err := tx.LockCase(ctx, id)
			if err != nil {
				return err
			}
			if err := complaint.Erasable(v); err != nil {
				return err
			}
			if slices.ContainsFunc(found, func(c complaint.Complaint) bool { return c.ID == id && emptied(c, v.Complaint) }) {
				return fmt.Errorf("casework: somebody has just erased %s: it is done; look again whether anything is left", v.Complaint.Reference)
			}
			mail, err := tx.DeliveriesOf(ctx, id)
			if err != nil {
				return err
			}
			for _, d := range mail {
				if d.Status == complaint.Queued {
					d.Status = complaint.Withdrawn
					tx.SetDelivery(d)
				}
			}
		}
		if done, err = tx.Erase(ctx, e, scope); err != nil {
			return err
		}
		for _, id := range scope.Complaints {
			if err := o.event(tx, id, "erased", e.Actor, e.At, map[string]any{"erasure": e.ID, "rule": e.Rule}); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		err = o.store.Forget(ctx)
	}
	return done, err
}

// emptied says whether a complaint has lost its content since it was read.
func emptied(was, now complaint.Complaint) bool {
	holds := func(c complaint.Complaint) bool {
		return cmp.Or(c.CustomerName, c.CustomerAddress, string(c.Subject), c.Summary) != ""
	}
	return holds(was) && !holds(now)
}

// retained are how many of each kind one erasure of the clock takes.
const retained = 200

// PastRetention lists what is kept for longer than the rule says, at most a batch:
// what ended so many years before now. Nothing is with zero years.
func (o *Office) PastRetention(ctx context.Context, years int) (complaint.Scope, error) {
	if years == 0 {
		return complaint.Scope{}, nil
	}
	return o.store.PastRetention(ctx, o.Now().AddDate(-years, 0, 0), retained)
}

// Retain erases one batch of what is past its time, and says how much it was; nothing
// is left when that is zero.
func (o *Office) Retain(ctx context.Context, years int) (e complaint.Erasure, err error) {
	scope, err := o.PastRetention(ctx, years)
	if err != nil || scope.Empty() {
		return e, err
	}
	return o.erase(ctx, complaint.Erasure{ID: complaint.NewID(), At: o.Now(), Actor: program, Rule: complaint.ErasureRetention,
		Reason: fmt.Sprintf("kept for %d years", years)}, scope)
}

// retain erases once a day what is past its time, and bytes that nothing names.
func (c Clock) retain(ctx context.Context, now time.Time) error {
	if first, err := c.first(ctx, "retention "+now.In(c.Office.Rules.Location).Format(time.DateOnly), now); err != nil || !first {
		return err
	}
	if n, err := c.Store.Sweep(ctx); err != nil || n > 0 {
		c.Log.Info("large bytes that nothing named", "removed", n, "err", err)
	}
	for {
		e, err := c.Office.Retain(ctx, c.RetainYears)
		if err != nil || e.ID == "" {
			return err
		}
		c.Log.Info("erased what is past its time", "complaints", e.Complaints, "arrivals", e.Arrivals, "deliveries", e.Deliveries)
	}
}

// EraseAgain erases what came in once more after it was erased, and says how much it was.
func (o *Office) EraseAgain(ctx context.Context) (int, error) {
	scope, err := o.store.CameAgain(ctx)
	if err != nil || scope.Empty() {
		return 0, err
	}
	_, err = o.erase(ctx, complaint.Erasure{ID: complaint.NewID(), At: o.Now(), Actor: program, Rule: complaint.ErasureAsked, Reason: "came in again after it was erased"}, scope)
	return len(scope.Arrivals) + len(scope.Scans), err
}

// reach erases once an hour what came in again, and tries to delete the copies that
// erasures left.
func (c Clock) reach(ctx context.Context, now time.Time) error {
	if c.Reach == nil {
		return nil
	}
	if first, err := c.first(ctx, "copies "+now.UTC().Format("2006-01-02T15"), now); err != nil || !first {
		return err
	}
	_, err := c.Office.EraseAgain(ctx)
	return errors.Join(err, c.Reach(ctx))
}

// first says whether a deed of the clock is done for the first time.
func (c Clock) first(ctx context.Context, name string, now time.Time) (first bool, err error) {
	err = c.Store.InTx(ctx, func(tx Tx) (err error) {
		first, err = tx.Once(ctx, name, now)
		return err
	})
	return first, err
}

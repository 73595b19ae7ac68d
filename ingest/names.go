package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"ask4.com/skarga/complaint"
)

// NamesStore is what SearchNames needs from storage.
type NamesStore interface {
	// ArrivalsOfOpen lists what arrived on complaints that have not ended, behind an
	// arrival, at most n, in the order of their IDs.
	ArrivalsOfOpen(ctx context.Context, after string, n int) ([]complaint.Arrival, error)
	Setting(ctx context.Context, name string) (string, error)
	SetSetting(ctx context.Context, name, value string) error
}

// namesSearched is the setting that keeps which staff list open complaints are searched
// for, and up to which arrival they are; namesBatch is how many are searched at once,
// so that nothing else waits for long.
const (
	namesSearched = "staff names searched"
	namesBatch    = 500
)

// SearchNames searches a batch of what arrived on open complaints whenever the staff
// list is another than before, until all of it is: who is named by a name that was not
// known then is proposed as in a new complaint (P8). What cannot be read is passed over,
// and is part of the error.
func (in *Intake) SearchNames(ctx context.Context, s NamesStore) error {
	last, err := s.Setting(ctx, namesSearched)
	if err != nil {
		return err
	}
	list, known := staffList(in.people()), ""
	if last == "" { // the first start: what came and comes is searched as it arrives
		return s.SetSetting(ctx, namesSearched, list)
	}
	if list == last {
		return nil
	}
	if of, upTo, _ := strings.Cut(last, " "); of == list {
		known = upTo
	}
	arrivals, err := s.ArrivalsOfOpen(ctx, known, namesBatch)
	if err != nil {
		return err
	}
	var errs []error
	for _, a := range arrivals {
		if err := in.searchNames(ctx, a); err != nil {
			errs = append(errs, fmt.Errorf("ingest: search arrival %s for names: %w", a.ID, err))
		}
	}
	if len(arrivals) == namesBatch {
		list += " " + arrivals[namesBatch-1].ID
	}
	if ctx.Err() == nil {
		errs = append(errs, s.SetSetting(ctx, namesSearched, list))
	}
	return errors.Join(errs...)
}

// staffList is the same for two lists of which texts name the same people.
func staffList(people []complaint.Person) string {
	var all []string
	for _, p := range people {
		all = append(all, fmt.Sprintf("%q", append([]string{p.Name, p.Address}, slices.Sorted(slices.Values(p.Aliases))...)))
	}
	slices.Sort(all)
	sum := sha256.Sum256([]byte(strings.Join(all, "\n")))
	return hex.EncodeToString(sum[:])
}

// searchNames searches one arrival. It is read before the transaction that writes.
func (in *Intake) searchNames(ctx context.Context, a complaint.Arrival) error {
	w := &work{arrival: a}
	if err := in.readArrival(ctx, w); err != nil {
		return err
	}
	named := in.named(w.read)
	if a.Outcome == complaint.Correspondence {
		named = in.namedAnew(w.read)
	}
	if len(named) == 0 {
		return nil
	}
	return in.store.InTx(ctx, func(tx Tx) error {
		if a.Outcome == complaint.Correspondence && a.Channel == complaint.ChannelEmail { // what staff wrote bears their own names
			theirs, err := isParty(ctx, tx, a.ComplaintID, a.From)
			if err != nil || !theirs {
				return err
			}
		}
		return in.proposeNames(ctx, tx, a.ComplaintID, named)
	})
}

// isParty says whether an address belongs to a complaint.
func isParty(ctx context.Context, tx Tx, complaintID, address string) (bool, error) {
	parties, err := tx.Parties(ctx, complaintID)
	from := complaint.FoldAddress(address)
	return slices.ContainsFunc(parties, func(p complaint.Party) bool { return p.Address == from }), err
}

// proposeNames proposes those about whom nothing is on record.
func (in *Intake) proposeNames(ctx context.Context, tx Tx, id string, named []string) error {
	v, err := tx.LockCase(ctx, id)
	if err != nil || !v.Complaint.ClosedAt.IsZero() {
		return err
	}
	abouts, err := tx.Abouts(ctx, []string{id})
	if err != nil {
		return err
	}
	c := &conclusion{in: in, tx: tx, now: in.Now()}
	for _, name := range named {
		if slices.ContainsFunc(abouts, func(a complaint.About) bool { return complaint.Fold(a.Staff) == complaint.Fold(name) }) {
			continue
		}
		if _, err := c.proposeAbouts(ctx, id, []string{name}); err != nil {
			return err
		}
		if err := c.event(id, "about staff: proposed", map[string]any{"staff": name, "because": "the text names them"}); err != nil {
			return err
		}
	}
	return nil
}

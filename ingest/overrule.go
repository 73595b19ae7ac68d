package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
)

// Overrule is a person's decision about an arrival, against or beside the
// machine's. Every decision needs a reason, is an event, and can be undone.
type Overrule struct {
	ArrivalID string
	Who       complaint.Person // must be allowed to overrule (complaint.May)
	Reason    string
}

// ErrNoReason is returned for a decision without a reason.
var ErrNoReason = errors.New("ingest: a decision needs a reason; give one with --reason")

// before is the state that undo restores: only what the decision changed.
type before struct {
	Arrival     complaint.Arrival
	Complaints  []changed[complaint.Complaint]
	Obligations []changed[complaint.Obligation]
	Withdrawn   []complaint.Delivery // taken back by the decision, without bytes
	Links       []complaint.Link
	Created     string                // complaint that the decision made; undo sets it aside
	Joined      string                // complaint that the arrival joined; undo forgets its Message-ID there
	Party       *complaint.Party      // person who became known on it; undo takes them off
	Queued      string                // delivery that the decision queued; undo withdraws it
	Split       string                // arrival that the decision made: a letter of pages of this one, or the message in its place
	Letter      *complaint.ScanLetter // what people had said of the letter; nil for all but acts of the desk
	Pages       []complaint.ScanPage  // that it moved, as they were, without content
	Others      []complaint.Arrival   // further arrivals that it ended, as they were
}

// changed is a record before and after a decision. Undo restores Was only while
// the record still is as Now, so that it never wipes out what happened since.
type changed[T any] struct{ Was, Now T }

// decision is one overruling in its transaction.
type decision struct {
	in     *Intake
	tx     Tx
	o      Overrule
	now    time.Time
	a      complaint.Arrival
	before before

	others      []string               // further letters that are to be completed after the commit
	compared    bool                   // the person compared the letter's name with its page
	touched     []string               // complaints whose history names the decision
	complaints  []complaint.Complaint  // as loaded
	obligations []complaint.Obligation // as loaded
}

// SetAside ends an arrival as no complaint; the promises of the complaint it made
// become void.
func (in *Intake) SetAside(ctx context.Context, o Overrule) error {
	return in.decide(ctx, o, "set-aside", func(ctx context.Context, d *decision) error {
		return d.drop(ctx, complaint.SetAside)
	})
}

// Refuse ends an arrival as refused, e.g. a phone call that came as text (P11).
func (in *Intake) Refuse(ctx context.Context, o Overrule) error {
	return in.decide(ctx, o, "refuse", func(ctx context.Context, d *decision) error {
		return d.drop(ctx, complaint.Refused)
	})
}

// ToCorrespondence joins an arrival to the complaint of that reference; the
// sender becomes a party of it. A complaint that the arrival had made is merged
// into it.
func (in *Intake) ToCorrespondence(ctx context.Context, o Overrule, ref complaint.Reference) error {
	return in.decide(ctx, o, "correspondence", func(ctx context.Context, d *decision) error {
		comp, found, err := d.tx.ComplaintByReference(ctx, ref)
		if err != nil {
			return err
		}
		if found {
			err = d.allowed(ctx, comp.ID)
		}
		if !found || errors.Is(err, complaint.ErrNoComplaint) {
			return fmt.Errorf("ingest: %w: %s; `skarga list` shows those there are", complaint.ErrNoComplaint, ref)
		}
		if err != nil {
			return err
		}
		return d.joinTo(ctx, comp)
	})
}

// ToComplaint makes a complaint of an arrival that the machine or a person judged
// otherwise, acknowledged at once.
func (in *Intake) ToComplaint(ctx context.Context, o Overrule) error {
	return in.decide(ctx, o, "complaint", func(ctx context.Context, d *decision) error {
		if d.a.Outcome == complaint.ToComplaint {
			return fmt.Errorf("ingest: arrival %s is a complaint already; use release to answer a held one", d.a.ID)
		}
		if (d.a.Outcome == complaint.SetAside || d.a.Outcome == complaint.Refused) && d.a.ComplaintID != "" {
			return d.revive(ctx)
		}
		return d.open(ctx)
	})
}

// Release queues the acknowledgement of a held or parked complaint.
func (in *Intake) Release(ctx context.Context, o Overrule) error {
	return in.decide(ctx, o, "release", func(ctx context.Context, d *decision) error {
		if !d.a.Held && !d.a.Parked {
			return fmt.Errorf("ingest: arrival %s is neither held nor parked", d.a.ID)
		}
		return d.release(ctx)
	})
}

// GiveUp ends the retries of a parked arrival; what it became stays as it is.
func (in *Intake) GiveUp(ctx context.Context, o Overrule) error {
	return in.decide(ctx, o, "give-up", func(ctx context.Context, d *decision) error {
		if !d.a.Parked {
			return fmt.Errorf("ingest: arrival %s is not parked", d.a.ID)
		}
		if d.a.Outcome == complaint.Pending {
			return d.drop(ctx, complaint.SetAside)
		}
		d.a.Parked = false
		d.tx.SetArrival(d.a)
		return nil
	})
}

// ConfirmLink joins an arrival to the complaint that a link proposes. For a
// delivery report it says that the report is about our mail.
func (in *Intake) ConfirmLink(ctx context.Context, o Overrule, linkID string) error {
	return in.decideLink(ctx, o, linkID, "link-confirm", func(ctx context.Context, d *decision, l complaint.Link) error {
		comp, err := d.tx.GetComplaint(ctx, l.ComplaintID)
		if err != nil {
			return err
		}
		if d.a.Outcome == complaint.Automatic {
			return d.confirmBounce(ctx, comp)
		}
		return d.joinTo(ctx, comp)
	})
}

// RefuseLink says that an arrival does not belong where a link proposes.
func (in *Intake) RefuseLink(ctx context.Context, o Overrule, linkID string) error {
	return in.decideLink(ctx, o, linkID, "link-refuse", func(ctx context.Context, d *decision, l complaint.Link) error {
		d.a.ProposedID = ""
		if d.a.Outcome == complaint.Automatic {
			d.a.Held, d.a.HoldReason = false, ""
		}
		d.tx.SetArrival(d.a)
		if d.a.ComplaintID == "" {
			return nil
		}
		comp, err := d.load(ctx, d.a.ComplaintID)
		if err != nil {
			return err
		}
		comp.Provisional = false
		d.tx.SetComplaint(comp)
		return nil
	})
}

func (in *Intake) decideLink(ctx context.Context, o Overrule, linkID, action string, fn func(context.Context, *decision, complaint.Link) error) error {
	return in.decide(ctx, o, action, func(ctx context.Context, d *decision) error {
		l, err := d.tx.Link(ctx, linkID)
		if err != nil {
			return err
		}
		if err := d.allowed(ctx, l.ComplaintID); err != nil {
			return err
		}
		if l.ArrivalID != d.a.ID || l.State != "proposed" {
			return fmt.Errorf("ingest: link %s is not an open proposal for arrival %s", linkID, d.a.ID)
		}
		d.before.Links = append(d.before.Links, l)
		l.State = map[string]string{"link-confirm": "confirmed", "link-refuse": "refused"}[action]
		d.tx.SetLink(l)
		return fn(ctx, d, l)
	})
}

// decide runs a decision in one transaction and keeps what undo needs.
func (in *Intake) decide(ctx context.Context, o Overrule, action string, fn func(context.Context, *decision) error) error {
	return in.act(ctx, o, func(ctx context.Context, d *decision) error {
		if err := fn(ctx, d); err != nil {
			return err
		}
		if err := d.compare(ctx); err != nil {
			return err
		}
		state, err := json.Marshal(d.before)
		if err != nil {
			return fmt.Errorf("ingest: keep state for undo: %w", err)
		}
		d.tx.CreateDecision(complaint.Decision{ID: complaint.NewID(), ArrivalID: o.ArrivalID, At: d.now, Actor: o.Who.Name, Action: action, Reason: o.Reason, Before: state})
		return d.note("overruled: "+action, map[string]any{"arrival": o.ArrivalID, "reason": o.Reason})
	})
}

// act runs what a person does about an arrival in one transaction, if they may.
func (in *Intake) act(ctx context.Context, o Overrule, fn func(context.Context, *decision) error) error {
	if strings.TrimSpace(o.Reason) == "" {
		return ErrNoReason
	}
	return in.change(ctx, func(tx Tx) error {
		if _, err := tx.LockArrivals(ctx, []string{o.ArrivalID}); err != nil { // intake may be judging it
			return err
		}
		a, err := tx.GetArrival(ctx, o.ArrivalID)
		if err != nil {
			return err
		}
		d := &decision{in: in, tx: tx, o: o, now: in.Now(), a: a, before: before{Arrival: a}}
		if err := d.allowed(ctx, a.ComplaintID, a.ProposedID); err != nil {
			return err
		}
		return fn(ctx, d)
	})
}

// change runs fn in one transaction, and tells who waits to hear of it.
func (in *Intake) change(ctx context.Context, fn func(Tx) error) error {
	err := in.store.InTx(ctx, fn)
	if err == nil && in.Changed != nil {
		in.Changed()
	}
	return err
}

// allowed asks the one decision about access for each complaint that the decision
// is about, and for the role alone where there is none.
func (d *decision) allowed(ctx context.Context, complaintIDs ...string) error {
	if err := complaint.May(d.o.Who, complaint.ActOverrule, complaint.Case{}); err != nil {
		return err
	}
	for _, id := range complaintIDs {
		if id == "" {
			continue
		}
		v, err := d.tx.LockCase(ctx, id)
		if err != nil {
			return err
		}
		if err := complaint.May(d.o.Who, complaint.ActOverrule, v); err != nil {
			return fmt.Errorf("ingest: arrival %s: %w", d.a.ID, err)
		}
	}
	return nil
}

// note adds what was done to the histories of every complaint that it touched.
func (d *decision) note(kind string, payload map[string]any) error {
	subjects := append([]string{d.a.ComplaintID}, d.touched...)
	slices.Sort(subjects)
	subjects = slices.DeleteFunc(slices.Compact(subjects), func(s string) bool { return s == "" })
	if len(subjects) == 0 {
		subjects = []string{d.a.ID}
	}
	for _, s := range subjects {
		if err := appendEvent(d.tx, s, kind, d.o.Who.Name, d.now, payload); err != nil {
			return err
		}
	}
	return nil
}

// load reads a complaint with its promises, and remembers them for undo.
func (d *decision) load(ctx context.Context, id string) (complaint.Complaint, error) {
	comp, err := d.tx.GetComplaint(ctx, id)
	if err != nil || slices.Contains(d.touched, id) {
		return comp, err
	}
	obligations, err := d.tx.Obligations(ctx, []string{id})
	if err != nil {
		return comp, err
	}
	d.touched = append(d.touched, id)
	d.complaints = append(d.complaints, comp)
	d.obligations = append(d.obligations, obligations...)
	return comp, nil
}

// compare keeps for undo what of the loaded records the decision changed.
func (d *decision) compare(ctx context.Context) error {
	for _, was := range d.complaints {
		now, err := d.tx.GetComplaint(ctx, was.ID)
		if err != nil {
			return err
		}
		if now != was {
			d.before.Complaints = append(d.before.Complaints, changed[complaint.Complaint]{was, now})
		}
		obligations, err := d.tx.Obligations(ctx, []string{was.ID})
		if err != nil {
			return err
		}
		for _, now := range obligations {
			i := slices.IndexFunc(d.obligations, func(o complaint.Obligation) bool { return o.ID == now.ID })
			if i >= 0 && !now.Same(d.obligations[i]) {
				d.before.Obligations = append(d.before.Obligations, changed[complaint.Obligation]{d.obligations[i], now})
			}
		}
	}
	return nil
}

package ingest

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
)

// Undo takes a decision back: everything it changed is as before, and what it had
// queued is withdrawn. A mail that has left cannot be taken back: then Undo
// changes nothing and says so. Letters that have their pages back are judged again: what
// held them may be settled since. files are those with pages that are as they were; what of
// them was turned is to be read again, which the import does.
func (in *Intake) Undo(ctx context.Context, decisionID string, who complaint.Person, reason string) (files []string, err error) {
	if strings.TrimSpace(reason) == "" {
		return nil, ErrNoReason
	}
	var again []string
	err = in.change(ctx, func(tx Tx) error {
		again, files = nil, nil
		dec, err := tx.Decision(ctx, decisionID)
		if err != nil {
			return err
		}
		if !dec.UndoneAt.IsZero() {
			return fmt.Errorf("ingest: decision %s was undone by %s already", dec.ID, dec.UndoneBy)
		}
		var b before
		if err := json.Unmarshal(dec.Before, &b); err != nil {
			return fmt.Errorf("ingest: state before decision %s: %w", dec.ID, err)
		}
		now := in.Now()
		current, err := tx.GetArrival(ctx, dec.ArrivalID)
		if err != nil {
			return err
		}
		d := &decision{in: in, tx: tx, o: Overrule{ArrivalID: dec.ArrivalID, Who: who, Reason: reason}, now: now, a: current}
		if err := d.allowed(ctx, current.ComplaintID, current.ProposedID); err != nil {
			return err
		}
		if err := d.unchanged(ctx, b); err != nil {
			return err
		}
		if err := d.withdraw(ctx, b); err != nil {
			return err
		}
		if b.Created != "" {
			if err := d.end(ctx, b.Created, complaint.StageSetAside); err != nil {
				return err
			}
		}
		if err := d.putBack(ctx, b); err != nil {
			return err
		}
		d.restore(b)
		if err := d.part(ctx, b); err != nil {
			return err
		}
		if again, err = d.judgeAgain(ctx, b); err != nil {
			return err
		}
		for _, p := range b.Pages {
			if !slices.Contains(files, p.FileID) {
				files = append(files, p.FileID)
			}
		}
		dec.UndoneAt, dec.UndoneBy = now, who.Name
		tx.SetDecision(dec)
		return d.note("overruled: undo "+dec.Action, map[string]any{"decision": dec.ID, "reason": reason})
	})
	for _, id := range again {
		if err == nil {
			err = in.CompleteLetter(ctx, id)
		}
	}
	return files, err
}

// judgeAgain lists the letters that are as they were again, and lets them be completed anew.
func (d *decision) judgeAgain(ctx context.Context, b before) (ids []string, err error) {
	said, err := d.restoreLetter(ctx, b)
	if err != nil || !said && len(b.Pages) == 0 {
		return nil, err
	}
	for _, a := range append([]complaint.Arrival{b.Arrival}, b.Others...) {
		l, err := d.tx.Letter(ctx, a.ID)
		if err != nil {
			return nil, err
		}
		l.CompletedAt = time.Time{}
		d.tx.SetLetter(l)
		ids = append(ids, a.ID)
	}
	return ids, nil
}

// restoreLetter takes back what a person said of a letter; judge says that it may be another
// one by that.
func (d *decision) restoreLetter(ctx context.Context, b before) (judge bool, err error) {
	if b.Letter == nil {
		return false, nil
	}
	l, err := d.tx.Letter(ctx, b.Letter.ArrivalID)
	if err != nil {
		return false, err
	}
	judge = l.Typed != b.Letter.Typed || l.HandedBack != b.Letter.HandedBack
	l.CheckedAt, l.CheckedBy, l.Typed, l.HandedBack = b.Letter.CheckedAt, b.Letter.CheckedBy, b.Letter.Typed, b.Letter.HandedBack
	d.tx.SetLetter(l)
	return judge, nil
}

// withdraw takes back the mail that a decision queued, or refuses if it left.
func (d *decision) withdraw(ctx context.Context, b before) error {
	for _, compID := range []string{b.Created, d.a.ComplaintID} {
		if compID == "" {
			continue
		}
		deliveries, err := d.tx.DeliveriesOf(ctx, compID)
		if err != nil {
			return err
		}
		for _, m := range deliveries {
			if m.ID != b.Queued && compID != b.Created {
				continue
			}
			switch m.Status {
			case complaint.Sent, complaint.Bounced:
				return fmt.Errorf("ingest: cannot undo: the %s left at %s; set the complaint aside instead", m.Kind, m.SentAt.Format("2006-01-02 15:04"))
			case complaint.Queued:
				m.Status = complaint.Withdrawn
				d.tx.SetDelivery(m)
			}
		}
	}
	return nil
}

// unchanged refuses when a record moved on since the decision.
func (d *decision) unchanged(ctx context.Context, b before) error {
	for _, c := range b.Complaints {
		now, err := d.tx.GetComplaint(ctx, c.Now.ID)
		if err != nil {
			return err
		}
		if now.Stage != c.Now.Stage {
			return fmt.Errorf("ingest: cannot undo: %s went on to %s since; decide anew instead", now.Reference, now.Stage)
		}
	}
	for _, o := range b.Obligations {
		current, err := d.tx.Obligations(ctx, []string{o.Now.ComplaintID})
		if err != nil {
			return err
		}
		for _, now := range current {
			if now.ID == o.Now.ID && now.State != o.Now.State {
				return fmt.Errorf("ingest: cannot undo: the promise to %s is %s since; decide anew instead", now.Kind, now.State)
			}
		}
	}
	return nil
}

// part takes back what let the sender's later mail join a complaint. It comes after
// restore: what other arrivals of the complaint need stays.
func (d *decision) part(ctx context.Context, b before) error {
	if b.Party != nil {
		if err := d.tx.DeleteParty(ctx, *b.Party, b.Arrival.From); err != nil {
			return err
		}
	}
	if b.Joined == "" {
		return nil
	}
	if err := d.tx.DeleteCustomerReply(ctx, b.Arrival.ID); err != nil {
		return err
	}
	if err := d.tx.DeleteDetails(ctx, b.Joined, b.Arrival.ID); err != nil {
		return err
	}
	if b.Arrival.MessageID == "" {
		return nil
	}
	return d.tx.DeleteMessageID(ctx, b.Joined, b.Arrival.MessageID)
}

// putBack gives the pages of letters back to those that had them. An arrival that the
// decision made is set aside, with the complaint that it made; if an answer to that has
// left, nothing is changed.
func (d *decision) putBack(ctx context.Context, b before) error {
	if b.Split != "" {
		a, err := d.tx.GetArrival(ctx, b.Split)
		if err != nil {
			return err
		}
		switch {
		case a.ComplaintID == "" || a.Outcome != complaint.ToComplaint && a.Outcome != complaint.Correspondence:
		case a.ComplaintID == b.Arrival.ComplaintID || a.Outcome == complaint.Correspondence:
			if err := d.forget(ctx, a); err != nil {
				return err
			}
		default:
			deliveries, err := d.tx.DeliveriesOf(ctx, a.ComplaintID)
			if err != nil {
				return err
			}
			for _, m := range deliveries {
				if m.Status == complaint.Sent || m.Status == complaint.Bounced {
					return fmt.Errorf("ingest: cannot undo: the %s that it led to left at %s", m.Kind, m.SentAt.Format("2006-01-02 15:04"))
				}
			}
			if err := d.end(ctx, a.ComplaintID, complaint.StageSetAside); err != nil {
				return err
			}
		}
		if len(b.Pages) > 0 { // it has none any more that could come again
			if err := d.tx.ForgetIdentity(ctx, a.ID); err != nil {
				return err
			}
		}
		a.Outcome, a.Held, a.HoldReason = complaint.SetAside, false, ""
		d.tx.SetArrival(a)
	}
	for _, a := range b.Others {
		d.tx.SetArrival(a)
	}
	if len(b.Pages) == 0 {
		return nil
	}
	return d.tx.MovePages(ctx, b.Pages)
}

// restore writes the kept state back.
func (d *decision) restore(b before) {
	d.tx.SetArrival(b.Arrival)
	for _, c := range b.Complaints {
		d.tx.SetComplaint(c.Was)
		d.touched = append(d.touched, c.Was.ID)
	}
	for _, o := range b.Obligations {
		d.tx.SetObligation(o.Was)
	}
	for _, m := range b.Withdrawn {
		d.tx.SetDelivery(m)
	}
	for _, l := range b.Links {
		d.tx.SetLink(l)
	}
}

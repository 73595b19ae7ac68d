package ingest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
)

// TakeLetter concludes a letter whose arrival was committed as claimed by this intake:
// its complaint exists, and its clocks run, before a word of it is read. If it fails,
// intake takes the arrival in turn.
func (in *Intake) TakeLetter(ctx context.Context, a complaint.Arrival) {
	w := &work{arrival: a}
	w.err = in.readArrival(ctx, w)
	in.conclude(ctx, []*work{w})
}

// CompleteLetter takes what was read of a letter into the record that it made or
// joined. What people or an earlier reading put there stays. One that is not judged
// yet will be with all that was read, and one that is complete changes nothing.
func (in *Intake) CompleteLetter(ctx context.Context, arrivalID string) error {
	return in.completeLetter(ctx, arrivalID, nil)
}

// completeLetter is CompleteLetter; set is what a person set who typed the letter just
// now, by field. Other letters of its batch that no longer wait for it are completed too.
func (in *Intake) completeLetter(ctx context.Context, arrivalID string, set map[string]string) error {
	var others []string
	err := in.change(ctx, func(tx Tx) error {
		others = nil
		l, err := tx.Letter(ctx, arrivalID)
		if err != nil || !l.CompletedAt.IsZero() {
			return err
		}
		a, err := tx.GetArrival(ctx, arrivalID)
		if err != nil || a.Outcome == complaint.Pending {
			return err
		}
		d := &decision{in: in, tx: tx, o: Overrule{ArrivalID: arrivalID, Who: complaint.Person{Name: byMachine}}, now: in.Now(), a: a}
		w, c, err := d.reread(ctx)
		if err != nil {
			return err
		}
		if p := w.read.Paper; p != nil && !p.Read && l.Typed == "" {
			return nil // it will be when its last page is read
		}
		c.typed = set
		if err := d.complete(ctx, c, w, l); err != nil {
			return fmt.Errorf("ingest: letter %s: %w", arrivalID, err)
		}
		others = d.others
		return nil
	})
	for _, id := range others {
		if err == nil {
			err = in.completeLetter(ctx, id, nil)
		}
	}
	return err
}

// complete is CompleteLetter for a letter that was read again.
func (d *decision) complete(ctx context.Context, c *conclusion, w *work, l complaint.ScanLetter) error {
	l.CompletedAt = d.now
	d.tx.SetLetter(l)
	a := &w.arrival
	a.Subject, a.Damaged = w.read.Paper.subject(), w.read.Paper.Damaged
	a.Reasons = slices.DeleteFunc(a.Reasons, func(r string) bool { // what held it before, and what was wrong with its pages
		return r == beingRead || r == a.HoldReason || strings.HasPrefix(r, damagedPage)
	})
	for _, r := range w.read.Judgement.Reasons {
		if !slices.Contains(a.Reasons, r) {
			a.Reasons = append(a.Reasons, r)
		}
	}
	if a.ComplaintID == "" {
		d.tx.SetArrival(*a)
		return nil
	}
	of, err := d.count(ctx, l.BatchID, w, complaint.ScanBatch.TimeProblem)
	if err != nil {
		return err
	}
	v, err := d.tx.LockCase(ctx, a.ComplaintID)
	if err != nil {
		return err
	}
	if err := c.dropBorrowed(ctx, w, v.Complaint.ID); err != nil {
		return err
	}
	if err := d.tx.DeleteDetails(ctx, v.Complaint.ID, a.ID); err != nil { // an earlier reading's
		return err
	}
	d.tx.CreateDetails(v.Complaint.ID, a.ID, w.read.Details)
	names := c.in.named(w.read)
	if a.Outcome == complaint.Correspondence {
		names = c.in.namedAnew(w.read)
	}
	if _, err := c.proposeAbouts(ctx, v.Complaint.ID, names); err != nil {
		return err
	}
	if a.Outcome != complaint.ToComplaint {
		d.tx.SetArrival(*a)
		if a.Outcome == complaint.Correspondence { // what it asks for was not known before
			if err := d.tx.DeleteCustomerReply(ctx, a.ID); err != nil {
				return err
			}
			if err := d.in.awaitAnswer(ctx, d.tx, w, v.Complaint.ID, d.now); err != nil {
				return err
			}
		}
		return c.event(v.Complaint.ID, "letter read", map[string]any{"arrival": a.ID, "pages": w.read.Paper.Pages, "confidence": w.read.Paper.Confidence})
	}
	if done, err := d.place(ctx, c, w, v, of); done || err != nil {
		return err
	}
	return c.consider(ctx, w, v, "letter read")
}

// place matches a letter, now that its text is known, while nothing has left for it:
// done says that it joined another complaint, or is the same pages again. of says which
// letters of its batch are others again.
func (d *decision) place(ctx context.Context, c *conclusion, w *work, v complaint.Case, of map[string]kin) (done bool, err error) {
	a := &w.arrival
	deliveries, err := d.tx.DeliveriesOf(ctx, v.Complaint.ID)
	if err != nil || len(deliveries) > 0 || !v.Complaint.ClosedAt.IsZero() {
		return false, err
	}
	found, outcome := match{}, complaint.Correspondence
	first, err := c.identify(ctx, w)
	if err != nil {
		return false, err
	}
	if first.FirstArrivalID != a.ID && first.FirstArrivalID != "" && first.FirstComplaintID != "" {
		found = match{complaintID: first.FirstComplaintID, joins: true, reason: samePages}
		if same, err := d.tx.GetArrival(ctx, first.FirstArrivalID); err != nil {
			return false, err
		} else if err := d.stays(ctx, same, v.Complaint.ID); err != nil {
			return false, err
		}
	} else if found, err = d.scannedAgain(ctx, v, a.ID, of); err != nil {
		return false, err
	}
	if found.joins {
		outcome = complaint.Duplicate
	} else if joined, err := c.match(ctx, w, complaint.Identified{}); err != nil {
		return false, err
	} else if joined.joins || found.complaintID == "" {
		found = joined
	}
	switch {
	case found.joins:
		if err := d.unpropose(ctx, a); err != nil {
			return false, err
		}
		if err := d.merge(ctx, v.Complaint.ID, found.complaintID); err != nil {
			return false, err
		}
		a.Held, a.HoldReason, a.ProposedID, a.ComplaintID = false, "", "", found.complaintID
		if err := c.tx.DeleteDetails(ctx, v.Complaint.ID, a.ID); err != nil {
			return false, err
		}
		if outcome == complaint.Correspondence {
			c.tx.CreateDetails(found.complaintID, a.ID, w.read.Details)
		}
		if _, err := c.proposeAbouts(ctx, found.complaintID, c.in.namedAnew(w.read)); err != nil {
			return false, err
		}
		if err := c.event(v.Complaint.ID, "merged", map[string]any{"arrival": a.ID, "into": found.complaintID, "reason": found.reason}); err != nil {
			return false, err
		}
		if err := c.end(w, outcome, found.reason); err != nil || outcome != complaint.Correspondence {
			return true, err
		}
		return true, d.in.awaitAnswer(ctx, d.tx, w, found.complaintID, d.now)
	case found.complaintID != "" && a.ProposedID == "":
		links, err := d.tx.LinksOf(ctx, a.ID)
		if err != nil || slices.ContainsFunc(links, func(l complaint.Link) bool {
			return l.ComplaintID == found.complaintID && l.State == "refused" && l.Reason != pagesChanged
		}) {
			return false, err // a person said no
		}
		a.ProposedID = found.complaintID
		a.Reasons = append(a.Reasons, found.reason)
		if _, err := c.proposeAbouts(ctx, v.Complaint.ID, nil, found.complaintID); err != nil {
			return false, err
		}
		d.tx.CreateLink(complaint.Link{ID: complaint.NewID(), ArrivalID: a.ID, ComplaintID: found.complaintID, Reason: found.reason, State: "proposed", CreatedAt: d.now})
	}
	return false, nil
}

// samePages is why a letter is a duplicate.
const samePages = "the same pages arrived before"

// identify registers a letter by its pages. What was registered before stays first.
func (c *conclusion) identify(ctx context.Context, w *work) (complaint.Identified, error) {
	id, ok := w.read.Paper.identity(w.arrival.ID)
	if !ok {
		return complaint.Identified{}, nil
	}
	w.arrival.ContentHash = id.ContentHash
	known, err := c.tx.RegisterIdentities(ctx, []complaint.Identity{id})
	if err != nil {
		return complaint.Identified{}, err
	}
	return known[0], nil
}

// consider fills the record of a complaint from what is known now, and answers it
// unless a person must look first.
func (c *conclusion) consider(ctx context.Context, w *work, v complaint.Case, kind string) error {
	a, p, comp := &w.arrival, w.read.Paper, v.Complaint
	was, payload := comp, map[string]any{"arrival": a.ID}
	w.fill(&comp)
	if !untouched(v) { // what a person set stays
		comp.Language = was.Language
		if _, said := c.typed["reply_by"]; c.typed == nil || said || was.CustomerAddress != "" {
			comp.ReplyBy = was.ReplyBy
		}
	}
	comp.Provisional = a.ProposedID != ""
	if p != nil {
		if r, added := p.record(v.Record); added && (untouched(v) || c.typed != nil) {
			r.ComplaintID, r.Version, r.UpdatedAt, r.UpdatedBy = comp.ID, v.Record.Version+1, c.now, cmp.Or(r.UpdatedBy, byMachine)
			c.tx.SetRecord(r)
		}
		payload["pages"], payload["confidence"] = p.Pages, p.Confidence
	}
	if comp.AcknowledgedAt.IsZero() && comp.ClosedAt.IsZero() {
		answer, err := c.answerAgain(ctx, w, comp, v.Obligations)
		if err != nil {
			return err
		}
		if answer != nil {
			payload["answer"] = answer.Kind
		}
		payload["held"] = a.HoldReason
	}
	c.tx.SetComplaint(comp)
	for _, one := range parties(comp, w) {
		c.tx.CreateParty(one)
	}
	c.tx.SetArrival(*a)
	return c.event(comp.ID, kind, payload)
}

// answerAgain decides again whether an arrival may be acknowledged, and queues the
// answer if it may and none is under way.
func (c *conclusion) answerAgain(ctx context.Context, w *work, comp complaint.Complaint, obligations []complaint.Obligation) (*complaint.Delivery, error) {
	a := &w.arrival
	recipient := w.recipient()
	a.HoldReason = c.holdReason(w, comp, recipient)
	a.Held = a.HoldReason != ""
	deliveries, err := c.tx.DeliveriesOf(ctx, comp.ID)
	if err != nil || a.Held {
		return nil, err
	}
	for _, d := range deliveries {
		if d.Status == complaint.Queued {
			return nil, nil
		}
	}
	answer, err := c.queue(comp, obligations, w, recipient, c.acknowledgement)
	if err != nil {
		a.Held, a.HoldReason = true, "the answer could not be written: "+err.Error()
		return nil, nil
	}
	for _, o := range obligations {
		c.tx.SetObligation(o)
	}
	c.tx.CreateDelivery(*answer)
	if answer.MessageID != "" {
		c.tx.CreateMessageIDs(comp.ID, answer.MessageID)
	}
	w.queued = answer.ID
	return answer, nil
}

// noteBreaches writes each breach into the history of its complaint.
func noteBreaches(tx Tx, broken []complaint.Obligation, now time.Time) error {
	for _, o := range broken {
		payload := map[string]any{"promise": o.Kind, "round": o.Round, "deadline": o.Deadline()}
		if err := appendEvent(tx, o.ComplaintID, "breach", "skarga", now, payload); err != nil {
			return err
		}
	}
	return nil
}

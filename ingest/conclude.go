package ingest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
)

// conclusion is one transaction in which a batch of arrivals is judged, matched
// and written.
type conclusion struct {
	in  *Intake
	tx  Tx
	now time.Time

	identified map[string]complaint.Identified // by arrival ID
	acked      map[string]int                  // acknowledgements of the last day by folded address
	references []complaint.Reference           // free ones, drawn for this batch
	typed      map[string]string               // what a person set who typed the letter just now, by field; nil: nobody did
}

// prepare asks the database once for what the whole batch needs.
func (c *conclusion) prepare(ctx context.Context, batch []*work) error {
	c.identified = map[string]complaint.Identified{}
	var ids []complaint.Identity
	var recipients []string
	for _, w := range batch {
		a := &w.arrival
		if p := w.read.Paper; p != nil {
			if id, ok := p.identity(a.ID); ok {
				a.ContentHash = id.ContentHash
				ids = append(ids, id)
			}
			a.Subject, a.Damaged = p.subject(), p.Damaged
			continue
		}
		if w.read.Message == nil {
			continue
		}
		m := w.read.Message
		a.ContentHash, a.MessageID = m.ContentHash, m.MessageID
		if a.MessageID == "" {
			a.MessageID = "sha256." + m.ContentHash + "@no-message-id"
		}
		a.From, a.Subject = sender(m).Address, m.Subject
		if w.whole { // a header alone has no parts, and that is no damage of it
			a.Damaged = append(a.Damaged, m.Damaged...)
		}
		if r := w.recipient(); r != "" {
			recipients = append(recipients, complaint.FoldAddress(r))
		}
		if !w.whole {
			a.ContentHash = a.SHA256 // of the header with its trace: no other content is like it
		}
		if w.whole || m.MessageID != "" {
			ids = append(ids, complaint.Identity{ArrivalID: a.ID, MessageID: a.MessageID, ContentHash: a.ContentHash})
		}
	}
	known, err := c.tx.RegisterIdentities(ctx, ids)
	if err != nil {
		return err
	}
	for i, id := range ids {
		c.identified[id.ArrivalID] = known[i]
	}
	if c.acked, err = c.tx.CountAcknowledgements(ctx, recipients, c.now.Add(-24*time.Hour)); err != nil {
		return err
	}
	if c.acked == nil {
		c.acked = map[string]int{}
	}
	return c.drawReferences(ctx, len(batch))
}

// drawReferences draws n references that nobody has. A collision is rare, and is
// drawn again.
func (c *conclusion) drawReferences(ctx context.Context, n int) error {
	year := c.now.In(c.in.Rules.Location).Year()
	for len(c.references) < n {
		var drawn []complaint.Reference
		for range n - len(c.references) {
			r, err := complaint.NewReference(c.in.Prefix, year)
			if err != nil {
				return err
			}
			drawn = append(drawn, r)
		}
		taken, err := c.tx.ReferencesTaken(ctx, drawn)
		if err != nil {
			return err
		}
		for _, r := range drawn {
			if !taken[r] && !slices.Contains(c.references, r) {
				c.references = append(c.references, r)
			}
		}
	}
	return nil
}

// conclude judges one arrival in the order of DESIGN and writes what it became.
func (c *conclusion) conclude(ctx context.Context, w *work) error {
	a := &w.arrival
	a.Held, a.HoldReason, a.Parked, a.ParkReason = false, "", false, ""
	a.Reasons = w.read.Judgement.Reasons
	if p := w.read.Paper; p != nil && p.Read {
		if err := c.completed(ctx, a.ID); err != nil {
			return err
		}
	}
	known, asked, err := c.known(ctx, a.ID)
	if err != nil {
		return err
	}
	if asked && known.FirstArrivalID != a.ID && !w.completes(known.FirstComplaintID) {
		a.ComplaintID = known.FirstComplaintID
		if w.read.Paper != nil {
			return c.end(w, complaint.Duplicate, samePages)
		}
		return c.end(w, complaint.Duplicate, "the same Message-ID and content arrived before")
	}
	if !w.whole {
		return c.concludeIncomplete(ctx, w, known)
	}
	switch w.read.Judgement.Kind {
	case KindBounce:
		return c.concludeBounce(ctx, w)
	case KindAbuseReport:
		return c.end(w, complaint.Automatic, "")
	}
	found, err := c.match(ctx, w, known)
	if err != nil {
		return err
	}
	if err := c.dropBorrowed(ctx, w, cmp.Or(found.complaintID, found.follows)); err != nil {
		return err
	}
	if w.told { // the customer has its own reference: a person joins it
		found.joins = false
	}
	if answered, err := c.surveyReply(ctx, w, found); answered || err != nil {
		return err
	}
	switch {
	case found.joins:
		return c.join(ctx, w, found)
	case w.read.Judgement.Kind == KindPhoneNotice:
		return c.end(w, complaint.Refused, "a phone notice: complaints are not taken by phone (policy P11)")
	case w.read.Judgement.Answer == AnswerNone:
		return c.end(w, complaint.Automatic, "")
	}
	return c.open(ctx, w, found)
}

// end finishes an arrival that makes no complaint.
func (c *conclusion) end(w *work, outcome complaint.Outcome, reason string) error {
	a := &w.arrival
	a.Outcome = outcome
	if reason != "" {
		a.Reasons = append([]string{reason}, a.Reasons...)
	}
	c.tx.SetArrival(*a)
	subject := cmp.Or(a.ComplaintID, a.ID)
	return c.event(subject, string(outcome), map[string]any{"arrival": a.ID, "from": a.From, "subject": a.Subject, "reasons": a.Reasons})
}

// open makes a complaint of an arrival, with its promises, and queues the
// acknowledgement unless a person must look first.
func (c *conclusion) open(ctx context.Context, w *work, found match) error {
	if w.made != nil {
		return c.complete(ctx, w, *w.made, found)
	}
	a := &w.arrival
	comp := c.newComplaint(w)
	comp.PreviousID = found.follows
	comp.Provisional = found.complaintID != ""
	obligations, err := c.in.Rules.NewObligations(comp.ID, comp.ReceivedAt)
	if err != nil {
		return err
	}
	for i := range obligations {
		obligations[i].ID = complaint.NewID()
	}
	a.Outcome, a.ComplaintID, a.ProposedID = complaint.ToComplaint, comp.ID, found.complaintID
	if found.reason != "" {
		a.Reasons = append(a.Reasons, found.reason)
	}
	recipient := w.recipient()
	a.HoldReason = c.holdReason(w, comp, recipient)
	a.Held = a.HoldReason != ""
	var answer *complaint.Delivery
	switch {
	case damagedBy(*a, TooLarge) && !a.Held:
		answer, err = c.queue(comp, obligations, w, recipient, c.tooLarge)
	case a.Parked || a.Held:
	default:
		answer, err = c.queue(comp, obligations, w, recipient, c.acknowledgement)
	}
	if err != nil {
		// A customer's odd address must not keep the record from being made.
		a.Held, a.HoldReason, answer = true, "the answer could not be written: "+err.Error(), nil
	}
	details := w.read.Details
	if w.read.Paper != nil {
		details = nil // they may be read again: the letter's own, below
	}
	late := complaint.Late(obligations, c.now)
	c.tx.CreateComplaint(comp, parties(comp, w), details, obligations)
	if p := w.read.Paper; p != nil {
		c.tx.CreateDetails(comp.ID, a.ID, w.read.Details)
		if r, added := p.record(complaint.Record{}); added {
			r.ComplaintID, r.Version, r.UpdatedAt, r.UpdatedBy = comp.ID, 1, c.now, "skarga"
			c.tx.SetRecord(r)
		}
	}
	if f := w.read.Form; f != nil {
		c.tx.SetRecord(f.record(comp.ID, c.now))
	}
	about, err := c.proposeAbouts(ctx, comp.ID, c.in.named(w.read), found.complaintID, found.follows)
	if err != nil {
		return err
	}
	if a.MessageID != "" {
		c.tx.CreateMessageIDs(comp.ID, a.MessageID)
	}
	if answer != nil {
		c.tx.CreateDelivery(*answer)
		c.tx.CreateMessageIDs(comp.ID, answer.MessageID)
	}
	if found.complaintID != "" {
		c.tx.CreateLink(complaint.Link{ID: complaint.NewID(), ArrivalID: a.ID, ComplaintID: found.complaintID, Reason: found.reason, State: "proposed", CreatedAt: c.now})
	}
	c.tx.SetArrival(*a)
	payload := map[string]any{"arrival": a.ID, "from": a.From, "subject": a.Subject, "reasons": a.Reasons, "held": a.HoldReason, "parked": a.ParkReason}
	if answer != nil {
		payload["answer"] = answer.Kind
	}
	if len(about) > 0 {
		payload["may_be_about"] = about
	}
	if err := c.event(comp.ID, "received", payload); err != nil {
		return err
	}
	return noteBreaches(c.tx, late, c.now)
}

// completed notes that all that a letter says was there when it was judged.
func (c *conclusion) completed(ctx context.Context, arrivalID string) error {
	l, err := c.tx.Letter(ctx, arrivalID)
	if err != nil {
		return err
	}
	l.CompletedAt = c.now
	c.tx.SetLetter(l)
	return nil
}

// newComplaint fills a record from what was read.
func (c *conclusion) newComplaint(w *work) complaint.Complaint {
	a := w.arrival
	comp := complaint.Complaint{
		ID: complaint.NewID(), Reference: c.references[0], Channel: a.Channel, Stage: complaint.StageReceived,
		Subject: a.Subject, ReplyBy: complaint.ByEmail, ReceivedAt: a.ArrivedAt, RegisteredAt: c.now,
	}
	c.references = c.references[1:]
	w.fill(&comp)
	return comp
}

// fill puts on a record what an arrival says, and leaves what is there.
func (w *work) fill(comp *complaint.Complaint) {
	if m := w.read.Message; m != nil {
		from := sender(m)
		if f := w.read.Judgement.ForwardedAuthor; w.read.Judgement.ForwardedBy && f.Address != "" {
			from = f
		}
		comp.CustomerName, comp.CustomerAddress = cmp.Or(comp.CustomerName, from.Name), cmp.Or(comp.CustomerAddress, from.Address)
		comp.Language = w.read.Language
		comp.Subject = cmp.Or(comp.Subject, w.arrival.Subject)
		comp.Summary = cmp.Or(comp.Summary, clip(w.read.NewText, 500))
	}
	if p := w.read.Paper; p != nil {
		p.fill(comp)
	}
	for _, d := range w.read.Details {
		switch d.Kind {
		case complaint.DetailPersonalData:
			comp.PersonalData = true
		case complaint.DetailConduct:
			comp.ConductFlag = true
		case complaint.DetailName:
			comp.CustomerName = cmp.Or(comp.CustomerName, d.Value)
		}
	}
	if w.read.Form != nil {
		w.read.Form.fill(comp)
	}
}

// Why something is held that an address releases.
const (
	heldForPost    = "the customer is answered by letter, and " // and why none may leave
	heldForAddress = "there is no address to answer to"
	heldNoFrom     = "No usable From address to answer to (RFC 5322 section 3.6.2)"
	heldOnlyRead   = "Name and address were only read: compare them with the page and confirm"
)

// WantsAddress says whether an arrival is held until a person gives the customer's
// postal address.
func WantsAddress(a complaint.Arrival) bool {
	return a.Held && (strings.HasPrefix(a.HoldReason, heldForPost) || slices.Contains([]string{heldForAddress, heldNoFrom, heldOnlyRead}, a.HoldReason))
}

// holdReason says why a person must look before the customer is answered, or "".
func (c *conclusion) holdReason(w *work, comp complaint.Complaint, recipient string) string {
	switch {
	case w.arrival.Late:
		return "mail from before the start (--since, or a restored backup); release it to acknowledge"
	case w.read.Judgement.Answer == AnswerHold:
		return cmp.Or(w.read.Judgement.HoldReason, "the judgement was unsure")
	case comp.ReplyBy == complaint.ByLetter && !comp.CanPost():
		return heldForPost + comp.PostFault()
	case comp.ReplyBy == complaint.ByLetter:
		return ""
	case recipient == "":
		return heldForAddress
	case strings.ContainsAny(recipient, "\"\\<>(),;:% \t\r\n"):
		return fmt.Sprintf("the address %q is unusual; see whether it is meant", recipient)
	case c.acked[complaint.FoldAddress(recipient)] >= c.in.AckCap:
		return fmt.Sprintf("this address had %d acknowledgements in 24 hours; the next waits for a person", c.in.AckCap)
	}
	return ""
}

// event appends to a history; personal content goes into the payload.
func (c *conclusion) event(subject, kind string, payload map[string]any) error {
	return appendEvent(c.tx, subject, kind, "skarga", c.now, payload)
}

func appendEvent(tx Tx, subject, kind, actor string, at time.Time, payload map[string]any) error {
	b, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("ingest: event payload: %w", err)
	}
	tx.CreateEvent(complaint.Event{ID: complaint.NewID(), Subject: subject, At: at, Actor: actor, Kind: kind, Payload: b})
	return nil
}

// clip shortens a text to n runes.
func clip(s string, n int) string {
	count, cut := 0, 0 // cut is where the rune before the last begins
	for i := range s {
		if count == n-1 {
			cut = i
		}
		if count++; count > n {
			return s[:cut] + "…"
		}
	}
	return s
}

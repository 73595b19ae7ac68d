package ingest

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest/wish"
)

// reopenFor is how long after closing a reply still joins its complaint; later
// ones make a new, linked one (DESIGN, Matching).
const reopenFor = complaint.ReopenDays * 24 * time.Hour

// match is what matching found. The zero value is no match.
type match struct {
	complaintID string // the complaint it joins, or may belong to
	joins       bool   // a thread key and a sender who belongs to the complaint
	follows     string // a long closed complaint that it continues
	reason      string // in plain words
}

// threadKey is one hint at a complaint, strongest kinds first.
type threadKey struct {
	complaintID string
	why         string
	joins       bool // may join; otherwise it only proposes
}

// known is what was known of an arrival's identity, with what the same batch has made
// of earlier arrivals since it was asked.
func (c *conclusion) known(ctx context.Context, id string) (known complaint.Identified, asked bool, err error) {
	known, asked = c.identified[id]
	for _, p := range []struct {
		arrival string
		is      *string
	}{{known.FirstArrivalID, &known.FirstComplaintID}, {known.SameIDArrival, &known.SameIDComplaint}} {
		if _, batch := c.identified[p.arrival]; !batch || p.arrival == id || *p.is != "" {
			continue
		}
		a, err := c.tx.GetArrival(ctx, p.arrival)
		if err != nil {
			return known, asked, err
		}
		*p.is = a.ComplaintID
	}
	return known, asked, nil
}

// match looks for the complaint that a message belongs to. A join needs a thread
// key and a sender who belongs to the complaint, without DMARC failure; anything
// less is a proposal.
func (c *conclusion) match(ctx context.Context, w *work, known complaint.Identified) (match, error) {
	keys, err := c.threadKeys(ctx, w, known)
	if err != nil {
		return match{}, err
	}
	var proposal match
	for _, key := range keys {
		comp, err := c.living(ctx, key.complaintID)
		if err != nil {
			return match{}, err
		}
		if comp.ID == w.arrival.ComplaintID {
			continue // it made that one itself
		}
		belongs, err := c.senderBelongs(ctx, w, comp.ID)
		if err != nil {
			return match{}, err
		}
		switch {
		case !key.joins || !belongs || comp.Stage == complaint.StageSetAside:
			if proposal.complaintID == "" {
				proposal = match{complaintID: comp.ID, reason: "may belong to " + string(comp.Reference) + ": " + key.why + doubt(key, belongs)}
			}
		case !comp.ClosedAt.IsZero() && w.arrival.ArrivedAt.Sub(comp.ClosedAt) > reopenFor:
			return match{follows: comp.ID, reason: "continues " + string(comp.Reference) + ", closed more than 30 days before: " + key.why}, nil
		default:
			return match{complaintID: comp.ID, joins: true, reason: "belongs to " + string(comp.Reference) + ": " + key.why}, nil
		}
	}
	return proposal, nil
}

// living is the complaint of an ID, or the one that it was merged into.
func (c *conclusion) living(ctx context.Context, id string) (complaint.Complaint, error) {
	for range 10 { // who merges in a circle stays where they are
		v, err := c.tx.GetComplaint(ctx, id)
		if err != nil || v.Stage != complaint.StageMerged {
			return v, err
		}
		merged, err := c.tx.LockCase(ctx, id)
		if err != nil || merged.Record.MergedInto == "" {
			return v, err
		}
		id = merged.Record.MergedInto
	}
	return c.tx.GetComplaint(ctx, id)
}

func doubt(key threadKey, belongs bool) string {
	if key.joins && !belongs {
		return ", but the sender is not known on it"
	}
	return ""
}

// senderBelongs says whether the From address is a party of the complaint.
func (c *conclusion) senderBelongs(ctx context.Context, w *work, complaintID string) (bool, error) {
	if w.read.Judgement.DMARCFailed {
		return false, nil
	}
	if w.read.Paper != nil {
		return true, nil // its keys join only with the same person
	}
	if f := w.read.Form; f != nil {
		// Sent from the page of that complaint, or of one that was merged into it. An
		// address typed into a form proves nothing.
		return f.ComplaintID != "", nil
	}
	from := complaint.FoldAddress(sender(w.read.Message).Address)
	if from == "" {
		return false, nil
	}
	parties, err := c.tx.Parties(ctx, complaintID)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(parties, func(p complaint.Party) bool { return p.Address == from }), nil
}

// threadKeys gathers the hints in the order of DESIGN: our own Message-ID, the
// reply token, known Message-IDs, the reference in the subject; then what only
// proposes: a reference in the text, one with a slip, the same Message-ID with other
// content. A letter has others: see paperKeys.
func (c *conclusion) threadKeys(ctx context.Context, w *work, known complaint.Identified) ([]threadKey, error) {
	if p := w.read.Paper; p != nil {
		return c.paperKeys(ctx, p, w.arrival.ComplaintID)
	}
	m := w.read.Message
	if f := w.read.Form; f != nil && f.ComplaintID != "" {
		return []threadKey{{f.ComplaintID, "it was sent from the page of that complaint", true}}, nil
	}
	var keys []threadKey
	ids := slices.Concat(m.InReplyTo, m.References)
	if len(ids) > 0 {
		ids = ids[max(0, len(ids)-100):] // a thread of hundreds says no more than its end
		complaints, err := c.tx.ComplaintsByMessageID(ctx, ids)
		if err != nil {
			return nil, err
		}
		var others []threadKey
		for _, id := range slices.Backward(ids) {
			compID, ok := complaints[id]
			if !ok {
				continue
			}
			if _, own := c.in.answers.OwnMessageID(id); own {
				keys = append(keys, threadKey{compID, "it answers a message of ours", true})
			} else {
				others = append(others, threadKey{compID, "it answers a message of that complaint", true})
			}
		}
		keys = append(keys, c.replyTokens(w)...)
		keys = append(keys, others...)
	} else {
		keys = c.replyTokens(w)
	}
	for _, d := range w.read.Details {
		if d.Kind != complaint.DetailReference {
			continue
		}
		comp, found, err := c.tx.ComplaintByReference(ctx, complaint.Reference(d.Value))
		if err != nil {
			return nil, err
		}
		if found {
			inSubject := d.Where.Part == "subject"
			why := "its text names the reference"
			if inSubject {
				why = "its subject names the reference"
			}
			keys = append(keys, threadKey{comp.ID, why, inSubject})
		}
	}
	for _, in := range []struct{ where, text string }{{"its subject", m.Subject}, {"its text", w.read.NewText}} {
		near, err := c.nearKeys(ctx, in.where, in.text, func(comp complaint.Complaint) (bool, error) { return c.senderBelongs(ctx, w, comp.ID) })
		if err != nil {
			return nil, err
		}
		keys = append(keys, near...)
	}
	if known.SameIDComplaint != "" {
		keys = append(keys, threadKey{known.SameIDComplaint, "an earlier message had the same Message-ID with other content", false})
	}
	return distinct(keys), nil
}

// replyTokens reads the reply token from every address the message was sent to;
// relays that rewrite To leave it in Delivered-To or X-Original-To.
func (c *conclusion) replyTokens(w *work) []threadKey {
	m := w.read.Message
	var keys []threadKey
	for _, address := range recipients(m) {
		if id, ok := c.in.answers.ReplyToken(address); ok {
			keys = append(keys, threadKey{id, "it was sent to that complaint's own address", true})
		}
	}
	return keys
}

// distinct keeps the first key of each complaint; keys come strongest first, and
// one that may join goes before one that only proposes.
func distinct(keys []threadKey) []threadKey {
	slices.SortStableFunc(keys, func(a, b threadKey) int {
		switch {
		case a.joins == b.joins:
			return 0
		case a.joins:
			return -1
		}
		return 1
	})
	seen := map[string]bool{}
	return slices.DeleteFunc(keys, func(k threadKey) bool {
		dup := seen[k.complaintID]
		seen[k.complaintID] = true
		return dup
	})
}

// join adds an arrival to its complaint as correspondence. It is not answered by
// itself; what it says is for staff.
func (c *conclusion) join(ctx context.Context, w *work, found match) error {
	a := &w.arrival
	a.ComplaintID = found.complaintID
	if a.MessageID != "" {
		c.tx.CreateMessageIDs(found.complaintID, a.MessageID)
	}
	if w.read.Judgement.Kind != KindAutomatic { // a program gives no evidence: its dates are those of an absence
		c.tx.CreateDetails(found.complaintID, a.ID, w.read.Details)
	}
	if _, err := c.proposeAbouts(ctx, found.complaintID, c.in.namedAnew(w.read)); err != nil {
		return err
	}
	if err := c.end(w, complaint.Correspondence, found.reason); err != nil {
		return err
	}
	return c.in.awaitAnswer(ctx, c.tx, w, found.complaintID, c.now)
}

// awaitAnswer notes that a customer's message waits for a person, and what it seems to
// ask for: proposed, on the history, and never acted on by itself (P15). Machines wait
// for nothing.
func (in *Intake) awaitAnswer(ctx context.Context, tx Tx, w *work, complaintID string, now time.Time) error {
	if w.read.Judgement.Machine {
		return nil
	}
	asked, words := wish.Of(w.arrival.Subject, w.read.NewText, "")
	if asked != complaint.NoWish { // the words may be ours, and have come back
		ours, err := in.written(ctx, tx, complaintID)
		if err != nil {
			return err
		}
		asked, words = wish.Of(w.arrival.Subject, w.read.NewText, ours)
	}
	if f := w.read.Form; f != nil && f.Request != "" { // chosen on the status page
		asked, words = map[FormRequest]complaint.Wish{RequestEscalation: complaint.WishEscalate, RequestAppeal: complaint.WishAppeal}[f.Request], clip(w.read.NewText, 200)
	}
	tx.CreateCustomerReply(complaint.CustomerReply{ArrivalID: w.arrival.ID, ComplaintID: complaintID, At: w.arrival.ArrivedAt, Wish: asked, Words: words})
	if asked == complaint.NoWish {
		return nil
	}
	return appendEvent(tx, complaintID, "proposed: "+string(asked), "skarga", now, map[string]any{"arrival": w.arrival.ID, "words": words})
}

// dropBorrowed takes away what a message or letter says only where it repeats our own
// words: our notice about personal data (P10), or a name that we wrote (P8), are not the
// customer's. The reference stays, which is ours in any case.
func (c *conclusion) dropBorrowed(ctx context.Context, w *work, complaintID string) error {
	text := w.read.NewText
	if w.read.Message != nil {
		text = w.read.Message.Text
	}
	if len(w.read.Details) == 0 || w.read.Form != nil || complaintID == "" && w.read.Paper == nil {
		return nil
	}
	ours, err := c.in.written(ctx, c.tx, complaintID)
	if err != nil {
		return err
	}
	borrowed := wish.Borrowed(text, ours)
	theirs := func(list []complaint.Detail) []complaint.Detail {
		return slices.DeleteFunc(slices.Clone(list), func(d complaint.Detail) bool {
			return d.Kind != complaint.DetailReference && d.Where.Part != "subject" && d.Text != "" && borrowed(d.Text)
		})
	}
	w.read.Details, w.read.Staff = theirs(w.read.Details), theirs(w.read.Staff)
	return nil
}

// wording is what customers are told in all our messages. It is folded once, as it is
// long and seldom changes.
type wording struct {
	text   string
	folded wish.Own
}

// written is what customers are told in all our messages, and what staff wrote on this
// complaint.
func (in *Intake) written(ctx context.Context, tx Tx, complaintID string) (wish.Own, error) {
	text, err := in.answers.Wording()
	if err != nil {
		return "", err
	}
	told := in.told.Load()
	if told == nil || told.text != text {
		told = &wording{text, wish.Fold(text)}
		in.told.Store(told)
	}
	history, err := tx.Events(ctx, complaintID)
	if err != nil {
		return "", err
	}
	var all []string
	for _, e := range history {
		var answer struct {
			Values map[string]string `json:"values"`
		}
		if json.Unmarshal(e.Payload, &answer) == nil {
			all = slices.AppendSeq(all, maps.Values(answer.Values))
		}
	}
	return told.folded.And(wish.Fold(all...)), nil
}

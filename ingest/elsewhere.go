package ingest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"ask4.com/skarga/complaint"
)

// Elsewhere is a message that did not come through the mailbox: an answer that staff
// sent from their own mail program, or one that the customer wrote to another address.
type Elsewhere struct {
	ComplaintID string
	Actor       string    // who records it
	Sent        time.Time // zero: the date that the message itself gives
	Source      string    // where it comes from, e.g. the file's name
}

// Recorded is what became of it.
type Recorded struct {
	Arrival      complaint.Arrival
	SentAt       time.Time
	FromCustomer bool // its sender belongs to the complaint: it waits for an answer
}

// RecordElsewhere keeps such a message as correspondence of a complaint, its bytes
// committed before anything else, with the evidence that stands in it.
func (in *Intake) RecordElsewhere(ctx context.Context, e Elsewhere, body io.ReadSeeker) (Recorded, error) {
	size, err := body.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = body.Seek(0, io.SeekStart)
	}
	if err != nil {
		return Recorded{}, fmt.Errorf("ingest: record message: %w", err)
	}
	if size == 0 {
		return Recorded{}, errors.New("ingest: record message: the file is empty")
	}
	now := in.Now()
	a := complaint.Arrival{ID: complaint.NewID(), Channel: complaint.ChannelEmail, Mailbox: "recorded: " + e.Source, ArrivedAt: now, RecordedAt: now, Size: size, Attempts: 1}
	w := &work{arrival: a, whole: true}
	w.read = in.reader.Read(body, size, now)
	m := w.read.Message
	if m == nil || len(m.From) == 0 && m.Text == "" {
		return Recorded{}, errors.New("ingest: record message: the file holds no e-mail message; save it as .eml")
	}
	out := Recorded{SentAt: cmp.Or(e.Sent, m.Date)}
	if out.SentAt.IsZero() || out.SentAt.After(now) {
		return out, errors.New("ingest: record message: it has no date, or one that has not come; give one with --sent")
	}
	w.arrival.ArrivedAt = out.SentAt
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		return out, fmt.Errorf("ingest: record message: %w", err)
	}
	if _, err := in.store.CreateArrivals(ctx, []NewArrival{{Arrival: w.arrival, Body: body, ClaimedBy: in.Owner, ClaimedFor: in.Lease}}); err != nil {
		return out, err
	}
	err = in.store.InTx(ctx, func(tx Tx) error { return in.recordElsewhere(ctx, tx, e, w, &out) })
	return out, err
}

func (in *Intake) recordElsewhere(ctx context.Context, tx Tx, e Elsewhere, w *work, out *Recorded) error {
	c := &conclusion{in: in, tx: tx, now: in.Now()}
	mine, err := in.stillMine(ctx, tx, []*work{w})
	if err != nil {
		return err
	}
	if len(mine) == 0 {
		return errors.New("ingest: record message: it was taken in by the program meanwhile; see `skarga list --arrivals`")
	}
	if err := c.prepare(ctx, mine); err != nil {
		return err
	}
	w = mine[0]
	a := &w.arrival
	if out.FromCustomer, err = isParty(ctx, tx, e.ComplaintID, a.From); err != nil {
		return err
	}
	if known := c.identified[a.ID]; known.FirstArrivalID != a.ID {
		a.ComplaintID, a.Reasons = known.FirstComplaintID, []string{"recorded by " + e.Actor + ", but the same message was there before"}
		a.Outcome = complaint.Duplicate
		tx.SetArrival(*a)
		out.Arrival = *a
		return appendEvent(tx, cmp.Or(a.ComplaintID, a.ID), string(complaint.Duplicate), e.Actor, c.now, map[string]any{"arrival": a.ID, "first": known.FirstArrivalID})
	}
	a.Outcome, a.ComplaintID, a.Reasons = complaint.Correspondence, e.ComplaintID, []string{"recorded by " + e.Actor}
	tx.CreateMessageIDs(e.ComplaintID, a.MessageID)
	if err := c.dropBorrowed(ctx, w, e.ComplaintID); err != nil {
		return err
	}
	tx.CreateDetails(e.ComplaintID, a.ID, w.read.Details)
	tx.SetArrival(*a)
	out.Arrival = *a
	if err := appendEvent(tx, e.ComplaintID, "recorded", e.Actor, c.now, map[string]any{"arrival": a.ID, "from": a.From, "subject": a.Subject, "sent": out.SentAt}); err != nil {
		return err
	}
	if out.FromCustomer {
		if err := in.proposeNames(ctx, tx, e.ComplaintID, in.namedAnew(w.read)); err != nil { // P8, as for mail to the mailbox
			return err
		}
		return c.in.awaitAnswer(ctx, tx, w, e.ComplaintID, c.now)
	}
	return nil
}

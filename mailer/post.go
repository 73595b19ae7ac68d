package mailer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"ask4.com/skarga/complaint"
)

// PostStore is what posting needs from storage.
type PostStore interface {
	InPostTx(ctx context.Context, fn func(PostTx) error) error
}

// PostTx is one open transaction.
type PostTx interface {
	Tx
	SetComplaint(c complaint.Complaint)
	// LettersToPrint lists and locks the letters that no run has yet, in the order
	// of printing, without their bytes; LettersOf those of a run, with them. What is
	// about the person who prints is left out, and so is a run that holds such a
	// letter (P8).
	LettersToPrint(ctx context.Context, who string) ([]complaint.Delivery, error)
	LettersOf(ctx context.Context, run string) ([]complaint.Delivery, error)
	DeliveriesOf(ctx context.Context, complaintID string) ([]complaint.Delivery, error)
	// UnwrittenRuns lists and locks runs whose file was never there, oldest first.
	UnwrittenRuns(ctx context.Context, who string) ([]complaint.PrintRun, error)
	CountPrintRuns(ctx context.Context, prefix string) (int, error)
	PrintRun(ctx context.Context, id, who string) (complaint.PrintRun, error)
	CreatePrintRun(r complaint.PrintRun)
	SetPrintRun(r complaint.PrintRun)
}

// Post prints letters and records their posting. Letters are chosen for a run in one
// transaction, and each time its file is written is counted before: a crash at any
// point loses none, and what may have been printed before says so on its cover.
type Post struct {
	Store  PostStore
	Rules  complaint.Rules
	Firm   string
	Folder string // of the files that are printed; made when missing
	CutOff string // until when the post is taken, for the cover; may be empty
	Actor  string // who prints, for the histories
	Now    func() time.Time
}

// Printed says what a run holds.
type Printed struct {
	complaint.PrintRun
	File    string
	Letters int
}

// ErrNothingToPrint is returned when no letter waits.
var ErrNothingToPrint = errors.New("mailer: no letter waits to be printed")

// Print makes one file of all letters that wait. A run that was interrupted before
// its file was there is finished first, and alone.
func (p Post) Print(ctx context.Context) (Printed, error) {
	var run complaint.PrintRun
	err := p.Store.InPostTx(ctx, func(tx PostTx) error {
		unfinished, err := tx.UnwrittenRuns(ctx, p.Actor)
		if err != nil {
			return err
		}
		if len(unfinished) > 0 {
			run = unfinished[0]
			run.Prints++
			tx.SetPrintRun(run)
			return nil
		}
		letters, err := tx.LettersToPrint(ctx, p.Actor)
		if err != nil {
			return err
		}
		if len(letters) == 0 {
			return ErrNothingToPrint
		}
		prefix := "P-" + p.Now().In(p.Rules.Location).Format("20060102") + "-"
		n, err := tx.CountPrintRuns(ctx, prefix)
		if err != nil {
			return err
		}
		run = complaint.PrintRun{ID: fmt.Sprintf("%s%d", prefix, n+1), MadeAt: p.Now(), Prints: 1}
		tx.CreatePrintRun(run)
		for _, d := range letters {
			d.PrintRun = run.ID
			d.Attempts++
			tx.SetDelivery(d)
			if err := p.event(tx, d, "letter printed", map[string]any{"run": run.ID}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return Printed{}, err
	}
	done, err := p.write(ctx, run)
	if errors.Is(err, ErrNothingToPrint) { // nothing is left of the run that was interrupted
		return p.Print(ctx)
	}
	return done, err
}

// Reprint writes the file of a run anew; its cover says that it is a reprint.
func (p Post) Reprint(ctx context.Context, id string) (Printed, error) {
	var run complaint.PrintRun
	err := p.Store.InPostTx(ctx, func(tx PostTx) (err error) {
		if run, err = tx.PrintRun(ctx, id, p.Actor); err != nil {
			return err
		}
		run.Prints++
		tx.SetPrintRun(run)
		return nil
	})
	if err != nil {
		return Printed{}, err
	}
	return p.write(ctx, run)
}

// Posted records that a run was taken to the post at a time: only that keeps the
// promises. Letters of the complaints in except go into the next run. It gives how
// many were posted.
func (p Post) Posted(ctx context.Context, id string, at time.Time, except []complaint.Reference) (posted int, err error) {
	err = p.Store.InPostTx(ctx, func(tx PostTx) error {
		posted = 0
		run, err := tx.PrintRun(ctx, id, p.Actor)
		if err != nil {
			return err
		}
		switch {
		case run.WrittenAt.IsZero():
			return fmt.Errorf("mailer: run %s was interrupted before its file was finished; letters print finishes it", id)
		case at.After(p.Now()):
			return fmt.Errorf("mailer: %s is still to come; letters are recorded as posted when they are", at.Format("2 Jan 2006 15:04"))
		case at.Before(run.MadeAt.Truncate(time.Minute)): // people write minutes
			return fmt.Errorf("mailer: run %s was printed %s, after the time of posting", id, run.MadeAt.In(at.Location()).Format("2 Jan 2006 15:04"))
		}
		letters, err := tx.LettersOf(ctx, id)
		if err != nil {
			return err
		}
		letters = slices.DeleteFunc(letters, func(d complaint.Delivery) bool { return d.Status != complaint.Queued })
		cases, err := readPromises(ctx, tx, letters)
		if err != nil {
			return err
		}
		left := slices.Clone(except)
		for _, d := range letters {
			ref := cases[d.ComplaintID].complaint.Reference
			if slices.Contains(except, ref) {
				left = slices.DeleteFunc(left, func(r complaint.Reference) bool { return r == ref })
				d.PrintRun = ""
				tx.SetDelivery(d)
				if err := p.event(tx, d, "letter not posted", map[string]any{"run": id}); err != nil {
					return err
				}
				continue
			}
			posted++
			d.Status, d.SentAt = complaint.Sent, at
			tx.SetDelivery(d)
			if err := keep(tx, p.Rules.Delivered, d, cases[d.ComplaintID]); err != nil {
				return err
			}
			if err := p.event(tx, d, "posted", map[string]any{"run": id, "at": at.UTC().Format(time.RFC3339)}); err != nil {
				return err
			}
		}
		if len(left) > 0 {
			return fmt.Errorf("mailer: %v is not in run %s, or was posted already", left, id)
		}
		if posted == 0 && len(except) == 0 {
			return fmt.Errorf("mailer: all letters of run %s were posted already", id)
		}
		return nil
	})
	return posted, err
}

// Returned records that the latest posted letter of a complaint came back: its
// promise is open again, and its address is not believed any more.
func (p Post) Returned(ctx context.Context, complaintID, reason string) error {
	return p.Store.InPostTx(ctx, func(tx PostTx) error {
		deliveries, err := tx.DeliveriesOf(ctx, complaintID)
		if err != nil {
			return err
		}
		i := -1
		for j, d := range deliveries {
			if d.Way == complaint.ByLetter && d.Status == complaint.Sent && (i < 0 || !d.SentAt.Before(deliveries[i].SentAt)) {
				i = j
			}
		}
		if i < 0 {
			return errors.New("mailer: no letter of this complaint was posted")
		}
		d := deliveries[i]
		d.Status, d.LastError = complaint.Bounced, reason
		tx.SetDelivery(d)
		cases, err := readPromises(ctx, tx, []complaint.Delivery{d})
		if err != nil {
			return err
		}
		c := cases[complaintID]
		comp, obligations := c.complaint, c.obligations
		kept := slices.ContainsFunc(deliveries, func(s complaint.Delivery) bool {
			return s.ID != d.ID && s.ObligationID == d.ObligationID && s.Status == complaint.Sent &&
				(s.Kind == complaint.ExtensionKind) == (d.Kind == complaint.ExtensionKind)
		})
		if d.ObligationID != "" && !kept {
			comp, obligations = p.Rules.Returned(comp, obligations, d)
		}
		comp.PostalConfirmed, comp.PostalReturned = false, fmt.Sprintf("%s (%s)", p.Now().In(p.Rules.Location).Format("2 January 2006"), reason)
		tx.SetComplaint(comp)
		for j, o := range obligations {
			if !o.Same(c.obligations[j]) {
				tx.SetObligation(o)
			}
		}
		return p.event(tx, d, "letter returned", map[string]any{"reason": reason})
	})
}

// event adds to the history of a letter's complaint.
func (p Post) event(tx PostTx, d complaint.Delivery, kind string, payload map[string]any) error {
	payload["delivery"], payload["kind"] = d.ID, d.Kind
	b, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("mailer: event payload: %w", err)
	}
	tx.CreateEvent(complaint.Event{ID: complaint.NewID(), Subject: d.ComplaintID, At: p.Now(), Actor: p.Actor, Kind: kind, Payload: b})
	return nil
}

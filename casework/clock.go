package casework

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

// ClockStore is what the clock needs from storage.
type ClockStore interface {
	// TryLock takes a named lock over all nodes; ok is false when another node has
	// it.
	TryLock(ctx context.Context, name string) (release func(), ok bool, err error)
	// UnmetPast lists open promises whose deadline lies before a time and whose
	// breach is not noted yet, at most n.
	UnmetPast(ctx context.Context, before time.Time, n int) ([]complaint.Obligation, error)
	// DueObligations lists open promises whose deadline lies before a time.
	DueObligations(ctx context.Context, before time.Time) ([]complaint.Obligation, error)
	// Remindable lists open promises, due after now, of complaints that somebody has,
	// whose time from trigger to deadline has run to a fraction at a time, and for
	// which the step of reminding is not done.
	Remindable(ctx context.Context, now, at time.Time, fraction float64, step int) ([]complaint.Obligation, error)
	// Closable lists complaints that wait to be closed by time: the last formal word
	// was said before a time, and no message waits.
	Closable(ctx context.Context, before time.Time) (complaintIDs []string, err error)
	// HeldWithout lists held or parked arrivals that arrived before a time and have
	// no event of that kind, at most n.
	HeldWithout(ctx context.Context, eventKind string, before time.Time, n int) ([]complaint.Arrival, error)
	// MissingLetters lists batches received before a time of which letters are not
	// scanned, and whose history has no event of a kind.
	MissingLetters(ctx context.Context, eventKind string, before time.Time, n int) ([]complaint.PaperBatch, error)
	// Cases reads complaints with what decides about them, without their promises.
	Cases(ctx context.Context, complaintIDs []string) (map[string]complaint.Case, error)
	WaitingReplies(ctx context.Context, complaintIDs []string) ([]complaint.CustomerReply, error)
	// BeyondManagers lists the open complaints that are hidden from every manager and
	// have no event of that kind, at most n.
	BeyondManagers(ctx context.Context, managers []string, eventKind string, n int) ([]complaint.Complaint, error)
	// Unreached lists the complaints whose acknowledgement was refused or came back,
	// while none is on its way or held, and to whose customers a letter may go.
	Unreached(ctx context.Context) (complaintIDs []string, err error)
	// UnpostedLetters lists the letters that wait to be printed or posted and that
	// are not hidden from a person; "" for all.
	UnpostedLetters(ctx context.Context, who string) ([]complaint.Letter, error)
	// UnwrittenLetters lists what must leave by letter before a time and is not
	// written, or is held at the desk; they have no delivery.
	UnwrittenLetters(ctx context.Context, who string, before time.Time) ([]complaint.Letter, error)
	// Sweep removes large raw bytes that nothing names.
	Sweep(ctx context.Context) (int, error)
	InTx(ctx context.Context, fn func(Tx) error) error
}

// Clock is what happens by time alone: breaches are noted at the due time, owners are
// reminded before it, managers get one digest a morning, what waits for a person is
// told to the duty address, and complaints close. Several nodes may run it; one at a
// time acts. What was missed in an outage is made up for, and nothing is done twice:
// each deed is kept under a name of its own in the transaction that does it.
type Clock struct {
	Office *Office
	Store  ClockStore
	Every  time.Duration // between looks; 0 means 15 seconds
	// Alert renders the mail to the duty address about one arrival that waits; nil
	// when there is no such address.
	Alert func(waiting complaint.Arrival, now time.Time) (complaint.Delivery, error)
	// Protect renders the mails that tell data protection of a complaint which no
	// manager may see (P8).
	Protect func(v complaint.Case) ([]complaint.Delivery, error)
	// Names searches open complaints for staff whose names were not known when they
	// came (P8); nil for none.
	Names       func(context.Context) error
	DutyAddress string // is told before a weekend what must be posted; may be empty
	// RetainYears is how long content is kept after an end; 0 keeps it for ever. Reach
	// deletes the copies that erasures left outside of the database; nil for none.
	RetainYears int
	Reach       func(context.Context) error
	// Reminders are the fractions of the time from trigger to due time at which the
	// owner is reminded, in working hours, the smallest first.
	Reminders []float64
	// WorkFrom and WorkTo bound the working hours, counted from local midnight;
	// DigestAt is when the digest leaves on working days.
	WorkFrom, WorkTo, DigestAt time.Duration
	Log                        *slog.Logger
}

// alertAfter are the waits after which a held arrival is told to the duty address
// (DESIGN, Order of judgement, 7), with the event that keeps each to once.
var alertAfter = []struct {
	wait  time.Duration
	event string
}{
	{time.Hour, "duty alert after 1 hour"},
	{16 * time.Hour, "duty alert after 16 hours"},
}

// Run looks again and again until ctx ends.
func (c Clock) Run(ctx context.Context) error {
	tick := time.NewTicker(cmp.Or(c.Every, 15*time.Second))
	defer tick.Stop()
	for {
		if err := c.Look(ctx); err != nil && ctx.Err() == nil {
			c.Log.Error("clock", "err", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// Look does what is due now. What fails does not keep the rest from being done.
func (c Clock) Look(ctx context.Context) error {
	release, ok, err := c.Store.TryLock(ctx, "clock")
	if err != nil || !ok {
		return err
	}
	defer release()
	var errs []error
	for _, part := range []struct {
		what string
		do   func(context.Context, time.Time) error
	}{{"names", c.names}, {"breaches", c.breaches}, {"reminders", c.remind}, {"digest", c.digest}, {"closing", c.closeQuiet}, {"duty alerts", c.alerts}, {"letters not scanned", c.unscanned}, {"data protection", c.protect}, {"letters", c.byPost}, {"post", c.post}, {"retention", c.retain}, {"copies of what was erased", c.reach}} {
		if err := part.do(ctx, c.Office.Now()); err != nil {
			errs = append(errs, fmt.Errorf("casework: clock: %s: %w", part.what, err))
		}
	}
	return errors.Join(errs...)
}

// names comes first: who must not see a complaint is not told of it either.
func (c Clock) names(ctx context.Context, _ time.Time) error {
	if c.Names == nil {
		return nil
	}
	return c.Names(ctx)
}

// breaches notes what is past its deadline; the deadline itself never moves.
func (c Clock) breaches(ctx context.Context, now time.Time) error {
	for {
		late, err := c.Store.UnmetPast(ctx, now, 500)
		if err != nil || len(late) == 0 {
			return err
		}
		err = c.Store.InTx(ctx, func(tx Tx) error {
			for _, o := range late {
				o, changed := complaint.Breached(o, now)
				if !changed {
					continue
				}
				tx.SetObligation(o)
				payload := map[string]any{"promise": o.Kind, "round": o.Round, "deadline": o.Deadline()}
				if err := c.event(tx, o.ComplaintID, "breach", now, payload); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}

func (c Clock) event(tx Tx, subject, kind string, now time.Time, payload map[string]any) error {
	return c.Office.event(tx, subject, kind, program, now, payload)
}

// alerts tells the duty address about all that has waited so long, a mail each. The
// event in the same transaction keeps each to once.
func (c Clock) alerts(ctx context.Context, now time.Time) error {
	if c.Alert == nil {
		return nil
	}
	for _, a := range alertAfter {
		waiting, err := c.Store.HeldWithout(ctx, a.event, now.Add(-a.wait), 100)
		if err != nil {
			return err
		}
		if len(waiting) == 0 {
			continue
		}
		err = c.Store.InTx(ctx, func(tx Tx) error {
			for _, w := range waiting {
				mail, err := c.Alert(w, now)
				if err != nil {
					return err
				}
				tx.CreateDelivery(mail)
				if err := c.event(tx, w.ID, a.event, now, map[string]any{"delivery": mail.ID}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// toDataProtection is the event that keeps the mails about a complaint to once.
const toDataProtection = "given to data protection"

// protect tells data protection of the complaints that no manager is left for (P8).
func (c Clock) protect(ctx context.Context, now time.Time) error {
	list, err := c.Store.BeyondManagers(ctx, c.Office.Managers(), toDataProtection, 100)
	if err != nil || len(list) == 0 || c.Protect == nil {
		return err
	}
	return c.Store.InTx(ctx, func(tx Tx) error {
		for _, one := range list {
			v, err := tx.LockCase(ctx, one.ID)
			if err != nil {
				return err
			}
			mails, err := c.Protect(v)
			if err != nil {
				return err
			}
			var to []string
			for _, m := range mails {
				tx.CreateDelivery(m)
				to = append(to, m.Recipient)
			}
			if err := c.event(tx, one.ID, toDataProtection, now, map[string]any{"told": to}); err != nil {
				return err
			}
		}
		return nil
	})
}

// closeQuiet closes what nobody said anything about for the days that the policy gives
// (P15).
func (c Clock) closeQuiet(ctx context.Context, now time.Time) error {
	ids, err := c.Store.Closable(ctx, now.AddDate(0, 0, -c.Office.Rules.CloseDays))
	if err != nil {
		return err
	}
	var errs []error
	for _, id := range ids {
		errs = append(errs, c.Store.InTx(ctx, func(tx Tx) error {
			return c.Office.program(ctx, tx, id, "closed", func(ctx context.Context, d *desk) error { return d.closeIfQuiet(ctx) })
		}))
	}
	return errors.Join(errs...)
}

// closeIfQuiet closes the complaint of the desk, unless something is still going on:
// a message waits, an answer is written or on its way, or the time has not come.
func (d *desk) closeIfQuiet(ctx context.Context) error {
	if complaint.Move(d.Complaint.Stage, complaint.StageClosed, complaint.ByClock) != nil {
		return nil
	}
	waiting, err := d.waiting(ctx)
	if err != nil || len(waiting) > 0 {
		return err
	}
	draft, err := d.tx.AnswerDraft(ctx, d.Complaint.ID)
	if err != nil || draft != nil {
		return err
	}
	last, going, err := d.lastAnswer(ctx)
	if err != nil || going {
		return err
	}
	at, err := d.office.Rules.ClosesAt(d.Complaint, d.Obligations, last)
	if err != nil || !d.now.After(at) {
		return nil // nothing final was said, or the days are not over
	}
	because := complaint.ClosedQuiet
	if d.Complaint.Stage == complaint.StageOmbudsman {
		because = complaint.ClosedOmbudsman
	}
	return d.close(ctx, because)
}

// lastAnswer is when the last answer to a message of the customer left, and whether
// mail to the customer is still on its way.
func (d *desk) lastAnswer(ctx context.Context) (last time.Time, going bool, err error) {
	replies, err := d.tx.CustomerReplies(ctx, []string{d.Complaint.ID})
	if err != nil {
		return last, false, err
	}
	sent, err := d.tx.DeliveriesOf(ctx, d.Complaint.ID)
	for _, m := range sent {
		going = going || m.Status == complaint.Queued
		for _, r := range replies {
			if r.DeliveryID == m.ID && m.SentAt.After(last) {
				last = m.SentAt
			}
		}
	}
	return last, going, err
}

// staffMail makes a mail to a member of staff.
func (c Clock) staffMail(d templates.Data, to string) (complaint.Delivery, error) {
	return c.Office.Writer.Write(d, complaint.Complaint{}, Thread{To: to, Automatic: true})
}

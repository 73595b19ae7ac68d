package ingest

import (
	"context"
	"log/slog"
	"time"

	"ask4.com/skarga/complaint"
)

// WatchStore is what the watch over clocks needs from storage.
type WatchStore interface {
	// TryLock takes a named lock over all nodes; ok is false when another
	// node has it.
	TryLock(ctx context.Context, name string) (release func(), ok bool, err error)
	// UnmetPast gives open promises whose deadline lies before a time and whose
	// breach is not yet noted, at most n.
	UnmetPast(ctx context.Context, before time.Time, n int) ([]complaint.Obligation, error)
	// HeldWithout gives held or parked arrivals that arrived before a time and
	// have no event of that kind, at most n.
	HeldWithout(ctx context.Context, eventKind string, before time.Time, n int) ([]complaint.Arrival, error)
	InTx(ctx context.Context, fn func(Tx) error) error
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

// Watch looks at what waits: it notes breaches at the due time and tells the duty
// address about held arrivals. Several nodes may run it; one at a time acts.
type Watch struct {
	Store WatchStore
	Every time.Duration // between looks; 0 means 15 seconds
	// Alert renders the mail to the duty address about one arrival that waits;
	// nil when there is no such address.
	Alert func(waiting complaint.Arrival, now time.Time) (complaint.Delivery, error)
	Now   func() time.Time
	Log   *slog.Logger
}

// Run looks again and again until ctx ends.
func (w Watch) Run(ctx context.Context) error {
	every := w.Every
	if every == 0 {
		every = 15 * time.Second
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := w.Look(ctx); err != nil && ctx.Err() == nil {
			w.Log.Error("watch clocks", "err", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// Look notes what is late now and tells what waits too long. After an outage it
// catches up without doubling.
func (w Watch) Look(ctx context.Context) error {
	release, ok, err := w.Store.TryLock(ctx, "clock")
	if err != nil || !ok {
		return err
	}
	defer release()
	for {
		n, err := w.noteBreaches(ctx)
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
	}
	if w.Alert == nil {
		return nil
	}
	for _, a := range alertAfter {
		if err := w.alert(ctx, a.wait, a.event); err != nil {
			return err
		}
	}
	return nil
}

// noteBreaches records what is past its deadline; the deadline itself never moves.
func (w Watch) noteBreaches(ctx context.Context) (int, error) {
	now := w.Now()
	late, err := w.Store.UnmetPast(ctx, now, 500)
	if err != nil || len(late) == 0 {
		return 0, err
	}
	noted := 0
	err = w.Store.InTx(ctx, func(tx Tx) error {
		noted = 0
		for _, o := range late {
			o, changed := complaint.Breached(o, now)
			if !changed {
				continue
			}
			noted++
			tx.SetObligation(o)
			payload := map[string]any{"promise": o.Kind, "round": o.Round, "deadline": o.Deadline().Format(time.RFC3339)}
			if err := appendEvent(tx, o.ComplaintID, "breach", "skarga", now, payload); err != nil {
				return err
			}
		}
		return nil
	})
	return noted, err
}

// alert tells the duty address about all that have waited so long, a mail each.
// The event in the same transaction keeps each to once.
func (w Watch) alert(ctx context.Context, wait time.Duration, event string) error {
	now := w.Now()
	waiting, err := w.Store.HeldWithout(ctx, event, now.Add(-wait), 100)
	if err != nil || len(waiting) == 0 {
		return err
	}
	return w.Store.InTx(ctx, func(tx Tx) error {
		for _, a := range waiting {
			mail, err := w.Alert(a, now)
			if err != nil {
				return err
			}
			tx.CreateDelivery(mail)
			if err := appendEvent(tx, a.ID, event, "skarga", now, map[string]any{"delivery": mail.ID}); err != nil {
				return err
			}
		}
		return nil
	})
}

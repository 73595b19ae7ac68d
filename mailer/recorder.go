package mailer

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"ask4.com/skarga/complaint"
)

// result is a tried delivery that waits for its record.
type result struct {
	delivery complaint.Delivery
	outcome  outcome
	done     chan struct{} // closed after the commit
}

// recorder commits the results that are waiting in one transaction: the workers
// share one fsync, and while some wait for it the others send.
type recorder struct {
	s       *Sender
	results chan result
}

// gatherFor is how long the record of an accepted mail waits for others.
const gatherFor = 5 * time.Millisecond

func newRecorder(s *Sender) *recorder {
	return &recorder{s: s, results: make(chan result, s.o.Connections)}
}

// record waits until the result is committed, or the program ends without.
func (r *recorder) record(res result) {
	r.results <- res
	<-res.done
}

// run commits until results is closed.
func (r *recorder) run(ctx context.Context) {
	for first := range r.results {
		batch := r.gather([]result{first})
		r.commit(ctx, batch)
		for _, res := range batch {
			close(res.done)
		}
	}
}

// gather adds the results of what is being sent at this moment, if they come soon: the
// record of many mails costs little more than that of one.
func (r *recorder) gather(batch []result) []result {
	soon := time.NewTimer(gatherFor)
	defer soon.Stop()
	for len(batch) < r.s.underWay() {
		select {
		case next, more := <-r.results:
			if !more {
				return batch
			}
			batch = append(batch, next)
		case <-soon.C:
			return batch
		}
	}
	return batch
}

// commit records a batch, one by one if it fails together. An accepted mail must
// not be forgotten: it is tried again until it succeeds, while the lease is
// renewed, or until the program has ended for a while; then it is sent again
// later with the same Message-ID.
func (r *recorder) commit(ctx context.Context, batch []result) {
	if len(batch) > 1 {
		if r.inTx(ctx, batch) == nil {
			return
		}
	}
	for _, res := range batch {
		pause := 50 * time.Millisecond
		for {
			err := r.inTx(ctx, []result{res})
			if err == nil {
				break
			}
			r.s.o.Logger.Error("mailer: record delivery", "delivery", res.delivery.ID, "err", err)
			if ctx.Err() != nil {
				break
			}
			t := time.NewTimer(pause)
			select {
			case <-t.C:
			case <-ctx.Done():
				t.Stop()
			}
			pause = min(2*pause, 5*time.Second)
		}
	}
}

// inTx writes results in one transaction that the end of ctx does not cut off.
func (r *recorder) inTx(ctx context.Context, batch []result) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	sent := 0
	err := r.s.store.InTx(ctx, func(tx Tx) error {
		sent = 0 // fn may run again
		cases, err := readPromises(ctx, tx, acceptedOf(batch))
		if err != nil {
			return err
		}
		for _, res := range batch {
			if err := r.write(tx, res, cases); err != nil {
				return err
			}
			if res.outcome.verdict == accepted {
				sent++
			}
		}
		return nil
	})
	if err == nil {
		r.s.mu.Lock()
		r.s.sent += sent
		r.s.mu.Unlock()
	}
	return err
}

// write records one result: the delivery, and what it means for the complaint.
func (r *recorder) write(tx Tx, res result, cases map[string]*promised) error {
	d := res.delivery
	tx.SetDelivery(d)
	if d.ComplaintID == "" {
		return nil
	}
	switch res.outcome.verdict {
	case accepted:
		if d.MessageID != "" {
			tx.CreateMessageIDs(d.ComplaintID, d.MessageID)
		}
		r.meet(tx, d, cases)
		return r.event(tx, d, "sent", res.outcome.reply, d.SentAt)
	case permanent:
		// The promise is open and stays so: only delivery meets it.
		return r.event(tx, d, "delivery_failed", res.outcome.reply, r.s.o.Now())
	}
	return nil // temporary: the delivery itself shows it
}

// meet records that the promise was kept.
func (r *recorder) meet(tx Tx, d complaint.Delivery, cases map[string]*promised) {
	if d.ObligationID == "" {
		return
	}
	if err := keep(tx, r.s.o.Met, d, cases[d.ComplaintID]); err != nil {
		// The mail has left and that must be on record; the promise stays open
		// and so in sight of staff.
		r.s.o.Logger.Error("mailer: meet promise", "delivery", d.ID, "err", err)
	}
}

// event adds to the history of the complaint.
func (r *recorder) event(tx Tx, d complaint.Delivery, kind, reply string, at time.Time) error {
	payload, err := json.Marshal(map[string]string{
		"delivery": d.ID, "template": d.Kind, "recipient": d.Recipient, "message_id": d.MessageID, "reply": reply,
	})
	if err != nil {
		return fmt.Errorf("mailer: event payload: %w", err)
	}
	tx.CreateEvent(complaint.Event{ID: r.s.o.NewID(), Subject: d.ComplaintID, At: at, Actor: "skarga", Kind: kind, Payload: payload})
	return nil
}

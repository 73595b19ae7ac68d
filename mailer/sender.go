package mailer

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"ask4.com/skarga/complaint"
)

// Sender sends what is queued. Several processes may run one each over one store:
// deliveries are claimed with leases.
type Sender struct {
	store Store
	o     Options

	mu         sync.Mutex
	inHand     map[string]time.Time // delivery id to the end of its lease
	sent       int                  // accepted since the start of Run or Drain
	faults     int                  // server faults in a row
	pauseUntil time.Time            // no claim and no connection before
	fault      error                // the last server fault; nil when the server works
	changed    chan struct{}        // one token: something was finished
}

// NewSender checks the options; the error names the setting.
func NewSender(store Store, o Options) (*Sender, error) {
	o, err := o.withDefaults()
	if err != nil {
		return nil, err
	}
	if o.Met == nil || o.Owner == "" {
		return nil, errors.New("mailer: Options.Met and Options.Owner must be set")
	}
	return &Sender{store: store, o: o, inHand: map[string]time.Time{}, changed: make(chan struct{}, 1)}, nil
}

// Run sends until ctx ends. Faults of the store and the server are logged and
// tried again; mail under way at the end of ctx has a few seconds to finish.
func (s *Sender) Run(ctx context.Context) error {
	_, err := s.run(ctx, false)
	return err
}

// Drain sends what is due now and returns how many were accepted. A server that
// cannot be used is an error; what it did not take stays queued.
func (s *Sender) Drain(ctx context.Context) (n int, err error) {
	return s.run(ctx, true)
}

func (s *Sender) run(ctx context.Context, drain bool) (int, error) {
	s.mu.Lock()
	s.sent, s.fault, s.faults, s.pauseUntil = 0, nil, 0, time.Time{}
	s.mu.Unlock()
	work := make(chan complaint.Delivery, s.o.Batch)
	rec := newRecorder(s)
	var workers, others sync.WaitGroup
	for range s.o.Connections {
		workers.Go(func() { s.worker(ctx, work, rec) })
	}
	others.Go(func() { rec.run(ctx) })
	beat, stop := context.WithCancel(context.WithoutCancel(ctx))
	others.Go(func() { s.heartbeat(beat) })

	err := s.dispatch(ctx, work, drain)
	close(work)
	workers.Wait()
	close(rec.results)
	stop()
	others.Wait()
	s.release(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil && drain {
		err = s.fault
	}
	return s.sent, err
}

// dispatch claims what is due and hands it to the workers, until ctx ends or, when
// draining, nothing is due and nothing is in hand.
func (s *Sender) dispatch(ctx context.Context, work chan<- complaint.Delivery, drain bool) error {
	for ctx.Err() == nil {
		room, paused := s.room()
		got := 0
		if room > 0 && paused <= 0 {
			asked := s.o.Now()
			claimed, err := s.store.ClaimDeliveries(ctx, s.o.Owner, room, s.o.Lease)
			if err != nil && ctx.Err() == nil {
				if drain {
					return fmt.Errorf("mailer: claim deliveries: %w", err)
				}
				s.o.Logger.Error("mailer: claim deliveries", "err", err)
			}
			for _, d := range claimed {
				if s.take(d.ID, asked.Add(s.o.Lease)) {
					work <- d
					got++
				}
			}
		}
		if drain && got == 0 && s.idle() {
			return nil
		}
		if got < room || room == 0 {
			s.wait(ctx, paused, drain || room == 0)
		}
	}
	if drain {
		return ctx.Err()
	}
	return nil
}

// room says how many may be claimed, in portions of half a batch at least, and
// how long the server is left alone.
func (s *Sender) room() (n int, paused time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n = s.o.Batch - len(s.inHand)
	if n*2 < s.o.Batch {
		n = 0
	}
	return n, s.pauseUntil.Sub(s.o.Now())
}

// take notes a claimed delivery; false if it is in hand already.
func (s *Sender) take(id string, until time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.inHand[id]; known {
		return false
	}
	s.inHand[id] = until
	return true
}

// drop forgets a delivery that was recorded or given back.
func (s *Sender) drop(id string) {
	s.mu.Lock()
	delete(s.inHand, id)
	s.mu.Unlock()
	select {
	case s.changed <- struct{}{}:
	default:
	}
}

func (s *Sender) idle() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.inHand) == 0
}

// underWay is how many deliveries can be in the workers' hands at this moment.
func (s *Sender) underWay() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return min(len(s.inHand), s.o.Connections)
}

// mine says whether the lease of a delivery still holds.
func (s *Sender) mine(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.o.Now().Before(s.inHand[id])
}

// wait returns when there may be work: woken, time passed, or, when that is waited for
// too, something finished.
func (s *Sender) wait(ctx context.Context, paused time.Duration, finished bool) {
	d := s.o.Poll
	if paused > 0 {
		d = min(d, paused)
	}
	changed := s.changed
	if !finished {
		changed = nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-s.o.Wake:
	case <-changed:
	case <-t.C:
	}
}

// heartbeat prolongs the leases of what is in hand.
func (s *Sender) heartbeat(ctx context.Context) {
	t := time.NewTicker(s.o.Lease / 3)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		ids, asked := s.ids(), s.o.Now()
		if len(ids) == 0 {
			continue
		}
		if err := s.store.RenewDeliveries(ctx, s.o.Owner, ids, s.o.Lease); err != nil {
			s.o.Logger.Warn("mailer: renew leases", "err", err)
			continue
		}
		s.mu.Lock()
		for _, id := range ids {
			if _, still := s.inHand[id]; still {
				s.inHand[id] = asked.Add(s.o.Lease)
			}
		}
		s.mu.Unlock()
	}
}

func (s *Sender) ids() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var ids []string
	for id := range s.inHand {
		ids = append(ids, id)
	}
	return ids
}

// release ends the leases of what was claimed and not tried, so that another
// process need not wait for them.
func (s *Sender) release(ctx context.Context) {
	ids := s.ids()
	if len(ids) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownGrace)
	defer cancel()
	if err := s.store.RenewDeliveries(ctx, s.o.Owner, ids, 0); err != nil {
		s.o.Logger.Warn("mailer: give leases back", "err", err)
	}
	for _, id := range ids {
		s.drop(id)
	}
}

// serverFault opens a pause that grows with each fault in a row.
func (s *Sender) serverFault(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.o.Now()
	s.fault = fmt.Errorf("mailer: %w", err)
	if now.Before(s.pauseUntil) {
		return // the other connections of the same fault
	}
	s.pauseUntil = now.Add(s.after(s.faults))
	s.faults++
	s.o.Logger.Warn("mailer: mail server cannot be used", "attempt", s.faults, "until", s.pauseUntil)
}

// serverWorks ends the pause.
func (s *Sender) serverWorks() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults, s.fault, s.pauseUntil = 0, nil, time.Time{}
}

// paused gives the end of the pause and its reason, if there is one.
func (s *Sender) paused() (until time.Time, reason error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.o.Now().Before(s.pauseUntil) {
		return s.pauseUntil, s.fault
	}
	return time.Time{}, nil
}

// after gives the backoff after n earlier tries, with a jitter of a fifth.
func (s *Sender) after(n int) time.Duration {
	base := s.o.Backoff[max(0, min(n, len(s.o.Backoff)-1))]
	return base + time.Duration((rand.Float64()-0.5)*0.4*float64(base))
}

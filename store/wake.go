package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/lib/pq"

	"ask4.com/skarga/complaint"
)

// The topics of Wake and Notify.
const (
	TopicArrivals   = "arrivals"   // arrivals were committed
	TopicDeliveries = "deliveries" // deliveries were queued
	TopicCases      = "cases"      // a person changed a complaint
	TopicScans      = "scans"      // a page of a scan was read
	TopicStaff      = "staff"      // somebody came, left or got another role
	TopicRules      = "rules"      // a one-off day or a body was set or taken away
)

// waker passes signals inside the process and, on PostgreSQL, between nodes.
type waker struct {
	s       *Store
	channel string // PostgreSQL's channel; empty on SQLite
	self    string // stands behind the topic in our own signals, which are known here already

	mu       sync.Mutex
	waiting  map[string][]chan struct{}
	given    []chan struct{} // all of them, once each
	listener *pq.Listener
	done     chan struct{}
}

func newWaker(ctx context.Context, s *Store) (*waker, error) {
	w := &waker{s: s, self: complaint.NewID(), waiting: map[string][]chan struct{}{}}
	if s.opt.Driver != "postgres" {
		return w, nil
	}
	// Channels are the database's: the schema keeps two installations apart.
	if err := s.w.QueryRowContext(ctx, "SELECT 'skarga_' || md5(current_schema())").Scan(&w.channel); err != nil {
		return nil, fmt.Errorf("store: current schema: %w", err)
	}
	return w, nil
}

// Wake gives a channel that gets a signal after each Notify of one of the topics, by
// any node. Signals that were not taken yet are one. Polling stays the fallback: a
// signal is lost while the connection is. Close closes the channel.
func (s *Store) Wake(topics ...string) <-chan struct{} {
	w := s.waker
	w.mu.Lock()
	defer w.mu.Unlock()
	ch := make(chan struct{}, 1)
	for _, topic := range topics {
		w.waiting[topic] = append(w.waiting[topic], ch)
	}
	w.given = append(w.given, ch)
	if w.channel != "" && w.listener == nil {
		w.listener = pq.NewListener(s.opt.DSN, 100*time.Millisecond, 10*time.Second, func(_ pq.ListenerEventType, err error) {
			if err != nil {
				s.opt.Logger.Warn("listen for wake-ups", "err", err)
			}
		})
		w.done = make(chan struct{})
		go w.listen(w.listener, w.done)
	}
	return ch
}

// listen passes on what other nodes signal; at its start and after a lost connection
// everybody is woken, since nobody knows what was missed.
func (w *waker) listen(l *pq.Listener, done chan struct{}) {
	defer close(done)
	if err := l.Listen(w.channel); err != nil && !errors.Is(err, pq.ErrChannelAlreadyOpen) {
		return // closed before the first connection
	}
	// What was signalled before we listened is unknown as well.
	w.wake(TopicArrivals, true)
	w.wake(TopicDeliveries, true)
	for n := range l.Notify {
		if n == nil {
			w.wake(TopicArrivals, true)
			w.wake(TopicDeliveries, true)
			continue
		}
		if topic, from, _ := strings.Cut(n.Extra, " "); from != w.self {
			w.wake(topic, true)
		}
	}
}

// Notify wakes those who wait for a topic.
func (s *Store) Notify(topic string) {
	s.waker.wake(topic, true)
	if s.waker.channel == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := s.waker.inTx(ctx, conn{q: s.w, d: s.d}, topic); err != nil {
		s.opt.Logger.Warn("wake other nodes", "err", err)
	}
}

// inTx wakes other nodes when the transaction commits.
func (w *waker) inTx(ctx context.Context, c conn, topic string) error {
	if w.channel == "" {
		return nil
	}
	if _, err := c.exec(ctx, "SELECT pg_notify(?, ?)", w.channel, topic+" "+w.self); err != nil {
		return fmt.Errorf("store: notify: %w", err)
	}
	return nil
}

// wake lets those go on, in this process, who wait for a topic; aside says that the table
// has something that is not in hand.
func (w *waker) wake(topic string, aside bool) {
	switch {
	case aside && topic == TopicArrivals:
		w.s.arrivalsInHand.others()
	case aside && topic == TopicDeliveries:
		w.s.deliveriesInHand.others()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, ch := range w.waiting[topic] {
		select {
		case ch <- struct{}{}:
		default: // one signal is waiting already
		}
	}
}

func (w *waker) close() error {
	w.mu.Lock()
	l, done := w.listener, w.done
	w.listener = nil
	for _, ch := range w.given {
		close(ch)
	}
	w.waiting, w.given = map[string][]chan struct{}{}, nil
	w.mu.Unlock()
	if l == nil {
		return nil
	}
	err := l.Close()
	<-done
	return err
}

package store

import (
	"context"
	"slices"
	"sync"
	"time"

	"ask4.com/skarga/complaint"
)

// hand passes on, inside one process, what the process commits as claimed by itself: who
// asks for work that was just committed needs no second look at the table. All of it
// stands in the table with its lease, so a crash loses nothing, and other nodes take
// what this one did not begin in time.
//
// Work passes only after a look at the table that found less than was asked for, and the
// table is looked at again each second: what is due there does not wait for what is new.
type hand[T any] struct {
	mu    sync.Mutex
	owner string // who asks; empty while nobody does
	lease time.Duration
	most  int // pieces under way at most: reserved or held; 0 while the table has more
	under int // pieces that are under way
	held  []held[T]
	aside int           // how often something was committed for the table alone
	seen  int           // how much of that the last look at the table could see
	last  time.Time     // of the looks at the table
	roomy chan struct{} // closed when there may be room; nil while nobody waits for that
}

// held is one piece of work and the end of its lease.
type held[T any] struct {
	work  T
	until time.Time
}

const (
	portionsUnder = 2           // of what the owner asks for may be under way
	lookAgain     = time.Second // after the last look at the table
)

// open lets an owner, who asks again and again, have what this process commits.
func (h *hand[T]) open(owner string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last = time.Time{}
	h.owner, h.most, h.under, h.held = owner, 0, 0, nil
}

// close ends that; what is held comes due in the table.
func (h *hand[T]) close(owner string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.owner == owner {
		h.owner, h.most, h.under, h.held = "", 0, 0, nil
		h.tell()
	}
}

// look is a look at the table: owner asks for n at a time. It sees what was committed for
// the table alone before it began.
type look struct {
	owner string
	n     int
	at    time.Time
	aside int
}

// looked notes that a look is over, and that there were so many pieces.
func (h *hand[T]) looked(l look, got int, lease time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.owner != l.owner {
		return
	}
	h.lease, h.last, h.seen, h.most = lease, l.at, l.aside, 0
	if got < l.n {
		h.most = portionsUnder * l.n
	}
	h.tell()
}

// others notes that the table has something now that was not passed on: for want of
// room, changed, or of another process.
func (h *hand[T]) others() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.aside++
}

// room is how many pieces may be claimed now.
func (h *hand[T]) room() int { return max(0, h.most-h.under) }

// tell lets those go on who wait for room, or for an owner that is gone.
func (h *hand[T]) tell() {
	if h.roomy != nil {
		close(h.roomy)
		h.roomy = nil
	}
}

// wait lets who commits in a rush come no further ahead of the owner than it must: it
// returns when there is room for n, when nobody asks, or after limit.
func (h *hand[T]) wait(ctx context.Context, n int, limit time.Duration) {
	t := time.NewTimer(limit)
	defer t.Stop()
	for {
		h.mu.Lock()
		if h.owner == "" || h.last.IsZero() || h.most > 0 && h.room() >= min(n, h.most) {
			h.mu.Unlock()
			return
		}
		if h.roomy == nil {
			h.roomy = make(chan struct{})
		}
		roomy := h.roomy
		h.mu.Unlock()
		select {
		case <-roomy:
		case <-t.C:
			return
		case <-ctx.Done():
			return
		}
	}
}

// claim is who has what is committed now, and until when.
type claim struct {
	owner string
	until time.Time
}

// reserve claims up to n pieces that are about to be committed; they must be settled
// afterwards.
func (h *hand[T]) reserve(n int, now time.Time) (int, claim) {
	h.mu.Lock()
	defer h.mu.Unlock()
	n = min(n, h.room())
	h.under += n
	return n, claim{h.owner, now.Add(h.lease)}
}

// settle ends what was reserved: work was committed under the claim and is held, and the
// room of the rest is free.
func (h *hand[T]) settle(reserved int, work []T, c claim) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.owner != c.owner {
		return
	}
	for _, w := range work {
		h.held = append(h.held, held[T]{w, c.until})
	}
	h.under -= reserved - len(work)
	h.tell()
}

// take gives up to n pieces to their owner, and says whether that is all there is for
// now; otherwise a look at the table follows. A piece with less than half its lease
// left is not begun any more: it comes due in the table.
func (h *hand[T]) take(owner string, n int, now time.Time) (work []T, all bool, l look) {
	h.mu.Lock()
	defer h.mu.Unlock()
	l = look{owner, n, now, h.aside}
	if h.owner != owner {
		return nil, false, l
	}
	taken := 0
	for _, w := range h.held {
		if len(work) == n {
			break
		}
		taken++
		if w.until.Sub(now) > h.lease/2 {
			work = append(work, w.work)
		}
	}
	h.held = slices.Delete(h.held, 0, taken)
	h.under -= taken
	h.tell()
	return work, len(work) == n || len(work) > 0 && h.seen == h.aside && now.Sub(h.last) < lookAgain, l
}

// HandOver lets owner, who claims arrivals or deliveries again and again from now on,
// have what this process commits without a look at the table, until ReleaseLeases.
func (s *Store) HandOver(topic, owner string) {
	switch topic {
	case TopicArrivals:
		s.arrivalsInHand.open(owner)
	case TopicDeliveries:
		s.deliveriesInHand.open(owner)
	}
}

// handOver claims a new delivery that is due, if there is room, and gives the owner and
// the end of the lease for its row.
func (t *Tx) handOver(d complaint.Delivery) (owner string, until time.Time) {
	if t.hand == nil || d.Status != complaint.Queued || d.Way != complaint.ByEmail || len(d.Bytes) == 0 {
		return "", until
	}
	now := t.clock()
	if d.NextAt.After(now) {
		return "", until
	}
	n, c := t.hand.reserve(1, now)
	if n == 0 {
		t.aside = true
		return "", until
	}
	t.handed, t.claim = append(t.handed, asSent(d)), c
	return c.owner, c.until
}

// keepBack ends the claim of a delivery that was changed in the transaction that made it.
func (t *Tx) keepBack(id string) {
	before := len(t.handed)
	t.handed = slices.DeleteFunc(t.handed, func(d complaint.Delivery) bool { return d.ID == id })
	if n := before - len(t.handed); n > 0 {
		t.hand.settle(n, nil, t.claim)
	}
}

// handArrivals claims the first of those arrivals that are about to be recorded and wait
// for somebody to judge them, as far as there is room; aside are the others.
func (s *Store) handArrivals(arrivals []NewArrival, now time.Time) (handed []int, aside int, c claim) {
	for i, a := range arrivals {
		if a.Outcome == "" && !a.Parked && a.ClaimedBy == "" {
			handed = append(handed, i)
		}
	}
	n, c := s.arrivalsInHand.reserve(len(handed), now)
	aside, handed = len(handed)-n, handed[:n]
	for _, i := range handed {
		a := &arrivals[i]
		a.ClaimedBy, a.ClaimedFor = c.owner, c.until.Sub(now)
		a.Attempts++
	}
	return handed, aside, c
}

// asRead is an arrival as the table would give it.
func asRead(a complaint.Arrival) complaint.Arrival {
	a.ArrivedAt, a.RecordedAt = fromMS(toMS(a.ArrivedAt)), fromMS(toMS(a.RecordedAt))
	for _, s := range []*string{&a.Account, &a.Mailbox, &a.MessageID, &a.ContentHash, &a.From, &a.Subject} {
		*s = clean(*s)
	}
	a.Damaged = slices.Clone(a.Damaged)
	for i := range a.Damaged {
		a.Damaged[i] = string([]rune(a.Damaged[i])) // as JSON has them
	}
	return a
}

// asSent is a delivery as the table would give it.
func asSent(d complaint.Delivery) complaint.Delivery {
	d.QueuedAt, d.NextAt = fromMS(toMS(d.QueuedAt)), fromMS(toMS(d.NextAt))
	for _, s := range []*string{&d.Recipient, &d.EnvelopeFrom, &d.EnvID, &d.MessageID} {
		*s = clean(*s)
	}
	return d
}

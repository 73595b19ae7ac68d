package web

import (
	"net/http"
	"sync"
	"time"

	"ask4.com/skarga/complaint"
)

// streamLife is how long one stream lasts; the browser asks for the next by itself, and
// the door looks at its session again.
const streamLife = 5 * time.Minute

// missed is how long before a page listens a change may have been that it does not show:
// between its making and its stream, or between two streams.
const missed = 30 * time.Second

// hub tells the pages that are open that something changed. It says no more than that:
// each page asks for itself and sees what its person may see (P8).
type hub struct {
	mu      sync.Mutex
	last    time.Time // of the changes
	waiting map[chan struct{}]bool
	closed  bool
}

func (s *Site) streamRoutes() {
	if s.Console.Changes == nil {
		return
	}
	changes := s.Console.Changes()
	go func() {
		for range changes {
			s.hub.tell()
		}
	}()
	s.desk("GET /staff/changes", "changes", complaint.ActView, (*visit).changes)
}

// join gives a channel that gets a signal after changes, and for one that was just
// before; closed where the server ends.
func (h *hub) join() chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	ch := make(chan struct{}, 1)
	if h.closed {
		close(ch)
		return ch
	}
	if h.waiting == nil {
		h.waiting = map[chan struct{}]bool{}
	}
	h.waiting[ch] = true
	if time.Since(h.last) < missed {
		ch <- struct{}{}
	}
	return ch
}

func (h *hub) leave(ch chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.waiting, ch)
}

func (h *hub) tell() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last = time.Now()
	for ch := range h.waiting {
		select {
		case ch <- struct{}{}:
		default: // one signal is waiting already
		}
	}
}

// close ends all streams, so that the server can end.
func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for ch := range h.waiting {
		close(ch)
		delete(h.waiting, ch)
	}
}

// changes tells a page that something changed.
func (v *visit) changes(complaint.Person) { v.stream(&v.hub) }

// stream is a stream of server-sent events without content.
func (v *visit) stream(of *hub) {
	out := http.NewResponseController(v.w)
	_ = out.SetWriteDeadline(time.Time{}) // not every writer has one
	h := v.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no")
	say := func(words string) bool {
		_, err := v.w.Write([]byte(words + "\n\n"))
		return err == nil && out.Flush() == nil
	}
	ch := of.join()
	defer of.leave(ch)
	end := time.NewTimer(streamLife)
	defer end.Stop()
	beat := time.NewTicker(25 * time.Second) // proxies close what is silent
	defer beat.Stop()
	for ok := say("retry: 2000"); ok; {
		select {
		case _, more := <-ch:
			ok = more && say("event: changed\ndata: 1")
		case <-beat.C:
			ok = say(": still here")
		case <-end.C:
			return
		case <-v.r.Context().Done():
			return
		}
	}
}

package imap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
)

// recorder commits batches one after the other while the next is being fetched.
type recorder struct {
	p      *Poller
	tail   bool
	in     chan load
	failed chan struct{} // closed at the first error
	ended  chan struct{}

	// For the recorder's goroutine, and for others after ended.
	err error
	n   int
	pos Position // as committed

	mu        sync.Mutex
	committed []uint32 // recorded, not yet moved
	limited   bool     // the position may not pass most
	most      uint32
}

// load is one batch, and the UID up to which nothing is missing with it.
type load struct {
	messages []Fetched
	upTo     uint32
}

var errRecorderStopped = errors.New("imap: recording stopped")

func (p *Poller) startRecorder(ctx context.Context, tail bool) *recorder {
	r := &recorder{p: p, tail: tail, in: make(chan load, 1), failed: make(chan struct{}), ended: make(chan struct{}), pos: p.pos}
	go func() {
		defer close(r.ended)
		for l := range r.in {
			if r.err == nil {
				if r.err = r.record(ctx, l); r.err != nil {
					close(r.failed)
				}
			}
			for _, f := range l.messages {
				release(f.Body)
			}
		}
	}()
	return r
}

// send hands a batch over; from then on its bodies are the recorder's.
func (r *recorder) send(ctx context.Context, messages []Fetched, upTo uint32) error {
	if len(messages) == 0 {
		return nil
	}
	err := errRecorderStopped
	select {
	case <-r.failed:
	default:
		select {
		case r.in <- load{messages, upTo}:
			return nil
		case <-r.failed:
		case <-ctx.Done():
			err = ctx.Err()
		}
	}
	for _, f := range messages {
		release(f.Body)
	}
	return err
}

// finish waits until all that was sent is recorded or given up.
func (r *recorder) finish() (n int, err error) {
	close(r.in)
	<-r.ended
	return r.n, r.err
}

// limit keeps the position from passing uid; called before the first send.
func (r *recorder) limit(uid uint32) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.most, r.limited = uid, true
}

func (r *recorder) takeCommitted() []uint32 {
	r.mu.Lock()
	defer r.mu.Unlock()
	uids := r.committed
	r.committed = nil
	return uids
}

func (r *recorder) record(ctx context.Context, l load) error {
	pos := r.next(l.upTo)
	if err := r.p.keeper.Record(ctx, l.messages, pos); err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("imap: record: %w", err)
		}
		if err := r.oneByOne(ctx, l.messages); err != nil {
			return err
		}
		if err := r.p.keeper.Record(ctx, nil, pos); err != nil {
			return fmt.Errorf("imap: record: %w", err)
		}
		if pos.Found {
			r.pos = pos
		}
		return nil
	}
	if pos.Found {
		r.pos = pos
	}
	r.count(l.messages...)
	return nil
}

// next is the position after a batch; Found is false when it stays where it is.
func (r *recorder) next(upTo uint32) Position {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.limited {
		upTo = min(upTo, r.most)
	}
	if !r.tail || upTo <= r.pos.LastUID {
		return Position{}
	}
	pos := r.pos
	pos.LastUID = upTo
	return pos
}

// oneByOne records the messages of a failed batch alone, so that one which storage
// refuses does not stop the others. The error is temporary until it came MaxTries
// times; then the message is recorded without its body.
func (r *recorder) oneByOne(ctx context.Context, messages []Fetched) error {
	var first error
	stored := 0
	for i, f := range messages {
		err := r.alone(ctx, f)
		if err == nil {
			stored++
			continue
		}
		if first == nil {
			first = err
		}
		if ctx.Err() != nil || stored == 0 && i == 2 { // nothing works: it is not the messages
			return first
		}
	}
	return first
}

// alone records one message, if need be without its body.
func (r *recorder) alone(ctx context.Context, f Fetched) error {
	if f.Body != nil {
		if _, err := f.Body.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("imap: record: %w", err)
		}
	}
	err := r.p.keeper.Record(ctx, []Fetched{f}, Position{})
	if err != nil && ctx.Err() == nil {
		r.p.refusals[f.UID]++
		if r.p.refusals[f.UID] > r.p.opts.MaxTries {
			r.p.opts.Logger.Error("a message cannot be stored and is recorded without its body", "uid", f.UID, "err", err)
			f.Body, f.Problem = nil, "the message could not be stored"
			err = r.p.keeper.Record(ctx, []Fetched{f}, Position{})
		}
	}
	if err != nil {
		return fmt.Errorf("imap: record: %w", err)
	}
	delete(r.p.refusals, f.UID)
	r.count(f)
	return nil
}

func (r *recorder) count(messages ...Fetched) {
	r.n += len(messages)
	if !r.p.opts.Exclusive {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, f := range messages {
		r.committed = append(r.committed, f.UID)
	}
}

package imap

import (
	"context"
	"io"
	"slices"
	"sync"
	"testing"
	"time"
)

// kept is a message as the memory keeper has it.
type kept struct {
	Fetched
	raw string
}

// memoryKeeper keeps what it is given, as a store does: idempotent on the position.
type memoryKeeper struct {
	mu       sync.Mutex
	pos      Position
	messages []kept
	doubles  int           // messages recorded more than once
	healthy  int           // calls of Healthy
	changed  chan struct{} // closed and replaced at every change

	// before, if not nil, runs before a Record and may refuse it.
	before func(messages []Fetched) error
}

func newKeeper() *memoryKeeper { return &memoryKeeper{changed: make(chan struct{})} }

func (k *memoryKeeper) Position(context.Context, string, string) (Position, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.pos, nil
}

func (k *memoryKeeper) SetPosition(_ context.Context, _, _ string, p Position) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.pos = p
	k.touch()
	return nil
}

func (k *memoryKeeper) Known(_ context.Context, _, _ string, validity, from, to uint32) (uids []uint32, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, m := range k.messages {
		if m.UIDValidity == validity && m.UID >= from && m.UID <= to {
			uids = append(uids, m.UID)
		}
	}
	return uids, nil
}

func (k *memoryKeeper) Record(ctx context.Context, messages []Fetched, p Position) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if k.before != nil {
		if err := k.before(messages); err != nil {
			return err
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, f := range messages {
		m := kept{Fetched: f}
		if f.Body != nil {
			b, err := io.ReadAll(f.Body)
			if err != nil {
				return err
			}
			m.raw = string(b)
		}
		if slices.ContainsFunc(k.messages, func(o kept) bool { return o.UIDValidity == f.UIDValidity && o.UID == f.UID }) {
			k.doubles++
			continue
		}
		k.messages = append(k.messages, m)
	}
	if p.Found {
		k.pos = p
	}
	k.touch()
	return nil
}

func (k *memoryKeeper) Healthy(context.Context, string, string, time.Time) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.healthy++
	k.touch()
}

func (k *memoryKeeper) touch() {
	close(k.changed)
	k.changed = make(chan struct{})
}

// until waits until ok holds, which is called with the keeper locked.
func (k *memoryKeeper) until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	limit := time.NewTimer(time.Minute)
	defer limit.Stop()
	for {
		k.mu.Lock()
		done, changed := ok(), k.changed
		k.mu.Unlock()
		if done {
			return
		}
		select {
		case <-changed:
		case <-limit.C:
			t.Fatalf("not seen in a minute: %s", what)
		}
	}
}

// waitFor waits for n messages and returns them.
func (k *memoryKeeper) waitFor(t *testing.T, n int) []kept {
	t.Helper()
	k.until(t, "enough messages", func() bool { return len(k.messages) >= n })
	return k.all()
}

func (k *memoryKeeper) all() []kept {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.messages)
}

func (k *memoryKeeper) uids() []uint32 {
	var uids []uint32
	for _, m := range k.all() {
		uids = append(uids, m.UID)
	}
	slices.Sort(uids)
	return uids
}

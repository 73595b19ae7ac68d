package main

import (
	"context"
	"errors"
	"os"
	"slices"
	"testing"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
)

// breaking is a store whose first transactions are undone, so many as are left, after all was written.
type breaking struct {
	intakeStore
	left int
}

func (b *breaking) InTx(ctx context.Context, fn func(ingest.Tx) error) error {
	return b.intakeStore.InTx(ctx, func(tx ingest.Tx) error {
		err := fn(tx)
		if b.left--; err == nil && b.left >= 0 {
			err = errors.New("the connection broke")
		}
		return err
	})
}

// TestTriedAgainIsAsTriedOnce: a conclusion that was undone is made again, and leaves
// the record that it leaves when nothing breaks.
func TestTriedAgainIsAsTriedOnce(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("demo/messages/08-damaged.eml")
	if err != nil {
		t.Fatal(err)
	}
	taken := func(breaks int) complaint.Arrival {
		s := newSim(t, "2026-11-23 09:00", "", "")
		store := &breaking{intakeStore{s.app.store}, breaks}
		s.app.intake = ingest.NewIntake(store, s.app.reader, s.app.office, s.app.intake.Options)
		a := s.comes(string(raw))
		if store.left >= 0 {
			t.Errorf("%d of %d breaks did not happen", store.left, breaks)
		}
		return a
	}
	once, again := taken(0), taken(1)
	if again.Outcome != once.Outcome || !slices.Equal(again.Damaged, once.Damaged) || !slices.Equal(again.Reasons, once.Reasons) {
		t.Errorf("after a break: %s, %q, %q; want %s, %q, %q", again.Outcome, again.Damaged, again.Reasons, once.Outcome, once.Damaged, once.Reasons)
	}
}

package store_test

import (
	"context"
	"time"

	"ask4.com/skarga/ingest"
	"ask4.com/skarga/store"
)

// forIntake shows what the assembly must add so that the store fits intake.
type forIntake struct{ *store.Store }

func (f forIntake) CreateArrivals(ctx context.Context, arrivals []ingest.NewArrival) ([]bool, error) {
	all := make([]store.NewArrival, len(arrivals))
	for i, a := range arrivals {
		all[i] = store.NewArrival(a)
	}
	return f.Store.CreateArrivals(ctx, all)
}

func (f forIntake) ClaimArrivals(ctx context.Context, owner string, n int, lease time.Duration) ([]ingest.Claimed, error) {
	list, err := f.Store.ClaimArrivals(ctx, owner, n, lease)
	claimed := make([]ingest.Claimed, len(list))
	for i, c := range list {
		claimed[i] = ingest.Claimed(c)
	}
	return claimed, err
}

func (f forIntake) InTx(ctx context.Context, fn func(ingest.Tx) error) error {
	return f.Store.InTx(ctx, func(tx *store.Tx) error { return fn(tx) })
}

var _ ingest.Store = forIntake{}

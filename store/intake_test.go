package store_test

import (
	"context"

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

func (f forIntake) InTx(ctx context.Context, fn func(ingest.Tx) error) error {
	return f.Store.InTx(ctx, func(tx *store.Tx) error { return fn(tx) })
}

var _ ingest.Store = forIntake{}

package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"ask4.com/skarga/store"
)

// TestWhoIsToldToEndIsNotToldOfABrokenLine: when a context ends while the database works,
// the error is the context's, whatever the driver makes of it.
func TestWhoIsToldToEndIsNotToldOfABrokenLine(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, _ *clock, _ func() *store.Store) {
		for i := range 80 {
			ctx, cancel := context.WithCancel(t.Context())
			end := time.AfterFunc(time.Duration(i)*80*time.Microsecond, cancel) // at every point of the work
			err := s.InTx(ctx, func(tx *store.Tx) error {
				for k := range 20 {
					tx.CreateDelivery(due(fmt.Sprint("d", i, ".", k)))
					if _, err := tx.DeliveriesOf(ctx, "nobody"); err != nil {
						return err
					}
				}
				return nil
			})
			end.Stop()
			cancel()
			if err != nil && !errors.Is(err, context.Canceled) {
				t.Fatalf("got %v, want that the context was cancelled", err)
			}
		}
	})
}

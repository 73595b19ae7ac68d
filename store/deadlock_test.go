package store_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
)

// TestBothSidesOfADeadlockAreDone: two people take two complaints in opposite order.
// PostgreSQL ends one transaction for the other's sake; SQLite has one writer.
func TestBothSidesOfADeadlockAreDone(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, _ *clock, _ func() *store.Store) {
		cases := []complaint.Complaint{figured("first", monday, time.Time{}), figured("second", monday, time.Time{})}
		inTx(t, s, func(tx *store.Tx) error {
			for _, c := range cases {
				tx.CreateComplaint(c, nil, nil, nil)
			}
			return nil
		})
		oneWriter := !strings.Contains(t.Name(), "postgres")
		var locked, ended sync.WaitGroup
		locked.Add(2)
		for i := range cases {
			ended.Go(func() {
				runs := 0
				err := s.InTx(t.Context(), func(tx *store.Tx) error {
					if _, err := tx.LockCase(t.Context(), cases[i].ID); err != nil {
						return err
					}
					if runs++; runs == 1 && !oneWriter {
						locked.Done()
						locked.Wait() // each holds one now
					}
					_, err := tx.LockCase(t.Context(), cases[1-i].ID)
					return err
				})
				if err != nil {
					t.Errorf("side %d after %d runs: %v", i, runs, err)
				}
			})
		}
		ended.Wait()
	})
}

package store_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
)

func TestAccountCodesAreUsedOnce(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, _ *clock, reopen func() *store.Store) {
		ctx := t.Context()
		a := complaint.Account{Name: "Żaneta Wójcik", Role: complaint.Support, Aliases: []string{"Żanetka"}, Password: "$argon2id$…", TOTPSecret: "AAAA", Recovery: []string{"r1", "r2"}, CreatedAt: monday, ChangedAt: monday}
		keep(t, s.SetAccount(ctx, a))
		got, ok, err := s.Account(ctx, a.Name)
		if diff := cmp.Diff(a, got); err != nil || !ok || diff != "" {
			t.Errorf("%v %v %s", ok, err, diff)
		}
		other := reopen()
		once := func(what string, use func(s *store.Store) (bool, error)) {
			t.Helper()
			var n atomic.Int32
			var wg sync.WaitGroup
			for i := range 6 {
				wg.Go(func() {
					ok, err := use([]*store.Store{s, other}[i%2])
					if err != nil {
						t.Error(err)
					}
					if ok {
						n.Add(1)
					}
				})
			}
			wg.Wait()
			if n.Load() != 1 {
				t.Errorf("%s was used %d times", what, n.Load())
			}
		}
		once("a one-time code", func(s *store.Store) (bool, error) { return s.UseTOTPStep(ctx, a.Name, 5) })
		once("a recovery code", func(s *store.Store) (bool, error) { return s.UseRecovery(ctx, a.Name, "r1") })
		for _, step := range []int64{4, 5} {
			if ok, err := s.UseTOTPStep(ctx, a.Name, step); ok || err != nil {
				t.Errorf("an older code: %v %v", ok, err)
			}
		}
		if ok, err := s.UseTOTPStep(ctx, a.Name, 6); !ok || err != nil {
			t.Errorf("the next code: %v %v", ok, err)
		}
		if got, _, err = s.Account(ctx, a.Name); err != nil || len(got.Recovery) != 1 || got.Recovery[0] != "r2" {
			t.Errorf("left %q %v", got.Recovery, err)
		}
		keep(t, s.InTx(ctx, func(tx *store.Tx) error { return tx.DeleteAccount(ctx, a.Name) }))
		if all, err := s.Accounts(ctx); len(all) != 0 || err != nil {
			t.Errorf("left %v %v", all, err)
		}
	})
}

package store_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
)

func TestOneTimeLinkOpensOnceAndInTime(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, c *clock, reopen func() *store.Store) {
		ctx := t.Context()
		for _, h := range []string{"a", "b"} {
			keep(t, s.CreateOneTimeLink(ctx, h, "c1", monday.Add(time.Hour)))
		}
		other := reopen()
		var opened atomic.Int32
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				subject, ok, err := []*store.Store{s, other}[i%2].UseOneTimeLink(ctx, "a")
				if err != nil {
					t.Error(err)
				}
				if ok && subject == "c1" {
					opened.Add(1)
				}
			})
		}
		wg.Wait()
		if opened.Load() != 1 {
			t.Errorf("the link opened %d times", opened.Load())
		}
		c.at = monday.Add(time.Hour)
		for _, h := range []string{"b", "nobody's"} {
			if _, ok, err := s.UseOneTimeLink(ctx, h); ok || err != nil {
				t.Errorf("%s opens: %v %v", h, ok, err)
			}
		}
	})
}

func TestSessionsEndInTimeAndTogether(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, c *clock, _ func() *store.Store) {
		ctx := t.Context()
		for hash, who := range map[string]string{"a": "Anna", "b": "Anna", "c": "Tomasz", "d": "Tomasz"} {
			keep(t, s.CreateSession(ctx, complaint.Session{TokenHash: hash, Kind: complaint.StaffSession, Subject: who, CreatedAt: monday, SeenAt: monday, ExpiresAt: monday.Add(time.Hour)}))
		}
		stands := func(want string) {
			t.Helper()
			got := ""
			for _, h := range []string{"a", "b", "c", "d"} {
				if e, ok, err := s.Session(ctx, h); err != nil {
					t.Fatal(err)
				} else if ok {
					got += e.TokenHash
				}
			}
			if got != want {
				t.Errorf("sessions %q stand, want %q", got, want)
			}
		}
		stands("abcd")
		keep(t, s.DeleteSessions(ctx, complaint.StaffSession, "Anna"))
		keep(t, s.DeleteSessions(ctx, complaint.CustomerSession, "Tomasz"))
		stands("cd")
		keep(t, s.SeeSession(ctx, "c", monday.Add(3*time.Hour)))
		c.at = monday.Add(2 * time.Hour)
		stands("c")
		keep(t, s.DeleteSession(ctx, "c"))
		keep(t, s.DeleteExpired(ctx, c.at))
		c.at = monday
		stands("")
	})
}

package ingest

import (
	"math/rand/v2"
	"testing"
)

// TestWithinCountsChanges holds it against the plain way of counting.
func TestWithinCountsChanges(t *testing.T) {
	t.Parallel()
	changes := func(a, b []rune) int {
		was := make([]int, len(b)+1)
		for j := range was {
			was[j] = j
		}
		for i := range a {
			now := append([]int{i + 1}, was[1:]...)
			for j := range b {
				step := was[j]
				if a[i] != b[j] {
					step++
				}
				now[j+1] = min(step, was[j+1]+1, now[j]+1)
			}
			was = now
		}
		return was[len(b)]
	}
	text := func(r *rand.Rand) (s []rune) {
		for range r.IntN(14) {
			s = append(s, 'a'+rune(r.IntN(3)))
		}
		return s
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 20000 {
		a, b := text(r), text(r)
		for most := range 9 {
			if got, want := within(a, b, most), changes(a, b) <= most; got != want {
				t.Fatalf("%q and %q within %d: %v; they are %d changes apart", string(a), string(b), most, got, changes(a, b))
			}
		}
	}
}

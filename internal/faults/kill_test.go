package faults_test

import (
	"math/rand/v2"
	"testing"
	"time"
)

// TestKillAtRandomMoments kills the program again and again while mail flows.
func TestKillAtRandomMoments(t *testing.T) {
	t.Parallel()
	kills, messages := 20, 2000
	if soak() {
		kills = 100
	}
	onBoth(t, func(t *testing.T, dsn string) {
		w := newWorld(t, place{postgres: dsn})
		n := w.firstServe(t)
		for i := range kills {
			batch := messages*(i+1)/kills - w.sent
			added := make(chan error, 1)
			go func() { added <- w.add(batch) }()
			n.killSometime(w)
			if err := <-added; err != nil {
				t.Fatal(err)
			}
			n = w.serve(t)
		}
		w.settle(t)
		w.whole(t, kills*connections)
	})
}

// killSometime waits for a random number of answers, and for a random time if they do
// not come: some kills hit the start, most hit the work.
func (n *node) killSometime(w *world) {
	from, answers := w.sink.Len(), 1+rand.IntN(80)
	limit := time.NewTimer(rand.N(4 * time.Second))
	defer limit.Stop()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for w.sink.Len() < from+answers {
		select {
		case <-tick.C:
			continue
		case <-limit.C:
		}
		break
	}
	n.kill()
}

package faults_test

import (
	"testing"

	"ask4.com/skarga/internal/testserver"
)

// TestPostgresFault restarts and crashes the database under load.
func TestPostgresFault(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func(*testserver.PostgresServer) error{
		"restarted": (*testserver.PostgresServer).Restart,
		"crashed": func(p *testserver.PostgresServer) error {
			if err := p.Crash(); err != nil {
				return err
			}
			return p.Start()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := ownPostgres(t)
			w := newWorld(t, place{postgres: p.DSN})
			n := w.firstServe(t)
			faults := rounds(4, 30)
			for range faults {
				before := w.sink.Len()
				w.mustAdd(t, 100)
				eventually(t, "mail flows", func() bool { return w.sink.Len() > before })
				if err := fault(p); err != nil {
					t.Fatal(err)
				}
			}
			w.settle(t)
			// An accepted mail is on record or waits for its record: none goes twice,
			// but for those whose lease ran out meanwhile.
			w.whole(t, faults*connections)
			select {
			case <-n.ended:
				t.Errorf("the program ended:\n%s", n.tail(10))
			default:
			}
		})
	}
}

// TestTwoNodesOnOnePostgres runs two programs on one database, and kills one of them
// now and then.
func TestTwoNodesOnOnePostgres(t *testing.T) {
	t.Parallel()
	w := newWorld(t, place{postgres: ownPostgres(t).DSN})
	w.firstServe(t)
	w.serve(t)
	w.mustAdd(t, rounds(300, 5000))
	w.settle(t)
	w.whole(t, 0)

	kills := rounds(4, 30)
	for range kills {
		third := w.serve(t)
		added := make(chan error, 1)
		go func() { added <- w.add(50) }()
		third.killSometime(w)
		if err := <-added; err != nil {
			t.Fatal(err)
		}
	}
	w.settle(t)
	w.whole(t, kills*connections)
}

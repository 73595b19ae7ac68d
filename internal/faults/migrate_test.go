package faults_test

import (
	"strings"
	"sync"
	"testing"
)

// TestManyProcessesMigrateAtOnce starts the program several times on an empty
// database: each finds the schema there at its end, and nobody fails.
func TestManyProcessesMigrateAtOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, dsn string) {
		w := newWorld(t, place{postgres: dsn})
		outs, errs := make([]string, 8), make([]error, 8)
		var wg sync.WaitGroup
		for i := range outs {
			wg.Go(func() { outs[i], errs[i] = w.skarga(t, "migrate") })
		}
		wg.Wait()
		for i, out := range outs {
			if errs[i] != nil || out != outs[0] || !strings.Contains(out, "version") {
				t.Errorf("process %d: %q, %v", i, out, errs[i])
			}
		}
	})
}

package ingest

import (
	"context"
	"time"
)

// Pauses between the looks for a database that is away.
const (
	outageFirst = 100 * time.Millisecond
	outageMost  = 5 * time.Second
)

// twice does something with the database, and once more when it failed: after an
// outage, which is waited for, and after a connection that broke. What fails then is
// the fault of what was done, and not of the database.
func (in *Intake) twice(ctx context.Context, do func() error) error {
	err := do()
	if err == nil || ctx.Err() != nil {
		return err
	}
	if away := in.store.Ping(ctx); away != nil {
		in.Log.Error("the database does not answer, intake waits", "err", away)
		for pause := outageFirst; away != nil; pause = min(2*pause, outageMost) {
			select {
			case <-time.After(pause):
			case <-ctx.Done():
				return err
			}
			away = in.store.Ping(ctx)
		}
		in.Log.Info("the database answers again")
	}
	return do()
}

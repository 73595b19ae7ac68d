package scannerimport

import (
	"context"
	"time"

	"ask4.com/skarga/complaint"
)

// Drop keeps a file that a person gave, before anything of it is looked at, and says
// whether the same bytes were there already. ReadScan, here or on another node, does the
// rest; the file at path is not needed any more. given is as with Take.
func (im *Importer) Drop(ctx context.Context, path string, given Received) (f complaint.ScanFile, again bool, err error) {
	f, created, err := im.keep(ctx, path, given)
	if err != nil || created {
		return f, false, err
	}
	return f, true, im.cameAgain(ctx, f, path)
}

// Resume reads what earlier imports and drops left, where no folder is watched, until
// ctx ends. It looks for that every so often.
func (im *Importer) Resume(ctx context.Context, every time.Duration) error {
	return im.readAll(ctx, every, nil)
}

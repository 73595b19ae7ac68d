package casework

import (
	"context"

	"ask4.com/skarga/complaint"
)

// Bundle reads a complaint for the ombudsman's case bundle (P16), for a person who may
// hand it out.
func (o *Office) Bundle(ctx context.Context, who complaint.Person, ref complaint.Reference) (complaint.View, error) {
	v, err := o.View(ctx, who, ref)
	if err != nil {
		return v, err
	}
	return v, complaint.May(who, complaint.ActOmbudsman, v.Case())
}

// Bundled puts on record that a person made the bundle, of so many documents.
func (o *Office) Bundled(ctx context.Context, a Acting, documents int) error {
	return o.act(ctx, a, complaint.ActOmbudsman, "ombudsman's bundle made", func(_ context.Context, d *desk) error {
		d.note["documents"] = documents
		return nil
	})
}

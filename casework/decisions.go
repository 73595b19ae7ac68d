package casework

import (
	"context"

	"ask4.com/skarga/complaint"
)

// Decisions lists what people decided about an arrival, oldest first, for a person who
// may see it.
func (o *Office) Decisions(ctx context.Context, who complaint.Person, arrivalID string) ([]complaint.Decision, error) {
	if _, err := o.Arrival(ctx, who, complaint.ActView, arrivalID, ""); err != nil {
		return nil, err
	}
	return o.store.DecisionsOf(ctx, arrivalID)
}

package casework

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ask4.com/skarga/complaint"
)

// maxEvidence is how long a value may be, in bytes.
const maxEvidence = 500

// CheckEvidence says what holds of a detail (P9): found is the value as the texts have
// it, value what is right; the same confirms it, another one corrects it, none drops it.
// Where no text has it, it is added.
func (o *Office) CheckEvidence(ctx context.Context, a Acting, kind complaint.DetailKind, found, value string) error {
	found, value = strings.Join(strings.Fields(found), " "), strings.Join(strings.Fields(value), " ")
	switch {
	case !slices.Contains(complaint.EvidenceKinds(), kind):
		return fmt.Errorf("%w: %q is no kind of evidence; there are %s", ErrField, kind, joined(complaint.EvidenceKinds()))
	case found == "":
		return fmt.Errorf("%w: say which %s", ErrField, kind)
	case len(found) > maxEvidence || len(value) > maxEvidence:
		return fmt.Errorf("%w: more than %d letters are no value; write them into an action taken", ErrField, maxEvidence)
	}
	e := complaint.Evidence{Kind: kind, Found: found, Value: value, By: a.Who.Name}
	return o.act(ctx, a, complaint.ActEdit, "evidence: "+e.State(), func(_ context.Context, d *desk) error {
		e.ComplaintID, e.At = d.Complaint.ID, d.now
		d.tx.SetEvidence(e)
		d.note["kind"], d.note["found"], d.note["value"] = kind, found, value
		return nil
	})
}

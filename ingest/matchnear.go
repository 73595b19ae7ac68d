package ingest

import (
	"context"
	"fmt"

	"ask4.com/skarga/complaint"
)

// nearKeys gives what a text seems to mean by a reference that is none: it only proposes.
// Where a wrong sign may stand for several complaints, it is one that the sender belongs
// to.
func (c *conclusion) nearKeys(ctx context.Context, where, text string, belongs func(complaint.Complaint) (bool, error)) ([]threadKey, error) {
	var keys []threadKey
	for _, near := range complaint.NearReferences(c.in.Prefix, text) {
		var theirs, others []threadKey
		for _, ref := range near.Could {
			comp, found, err := c.tx.ComplaintByReference(ctx, ref)
			if err != nil {
				return nil, err
			}
			if !found {
				continue
			}
			is, err := belongs(comp)
			if err != nil {
				return nil, err
			}
			key := threadKey{comp.ID, fmt.Sprintf("%s has “%s”, which may be meant as its reference", where, near.Text), false}
			if is {
				theirs = append(theirs, key)
			} else {
				others = append(others, key)
			}
		}
		if keys = append(keys, theirs...); len(theirs) == 0 && len(others) == 1 {
			keys = append(keys, others...)
		}
	}
	return keys, nil
}

package ingest

import (
	"context"

	"ask4.com/skarga/complaint"
)

// DeskStore is what the list of the desk needs from storage.
type DeskStore interface {
	// DeskLetters lists letters that wait for a person, those whose acknowledgement
	// is due first before the others.
	DeskLetters(ctx context.Context) ([]complaint.DeskLetter, error)
	// OpenBatches lists batches that wait for a person.
	OpenBatches(ctx context.Context) ([]complaint.PaperBatch, error)
	Abouts(ctx context.Context, complaintIDs []string) ([]complaint.About, error)
}

// Desk is what waits in the mailroom.
type Desk struct {
	Letters []complaint.DeskLetter // in the order of the time that is left
	Batches []complaint.PaperBatch // with a problem, or with letters that are not scanned
}

// ListDesk lists what waits at the desk and what the person may see (P8).
func ListDesk(ctx context.Context, store DeskStore, who complaint.Person) (Desk, error) {
	all, err := store.DeskLetters(ctx)
	if err != nil {
		return Desk{}, err
	}
	ids := make([]string, len(all))
	for i, l := range all {
		ids[i] = l.Complaint.ID
	}
	abouts, err := store.Abouts(ctx, ids)
	if err != nil {
		return Desk{}, err
	}
	of := map[string][]complaint.About{}
	for _, a := range abouts {
		of[a.ComplaintID] = append(of[a.ComplaintID], a)
	}
	var d Desk
	for _, l := range all {
		if complaint.May(who, complaint.ActView, complaint.Case{Complaint: l.Complaint, Abouts: of[l.Complaint.ID]}) == nil {
			d.Letters = append(d.Letters, l)
		}
	}
	d.Batches, err = store.OpenBatches(ctx)
	return d, err
}

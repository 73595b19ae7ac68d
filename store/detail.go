package store

import (
	"context"
	"encoding/json"
	"fmt"

	"ask4.com/skarga/complaint"
)

var detailCreate = insertInto("details", `complaint_id text, arrival_id text, position bigint, kind text, value text, written text,
	confidence double precision, place text, search text`, "")

// CreateDetails gathers what was found in an arrival.
func (t *Tx) CreateDetails(complaintID, arrivalID string, details []complaint.Detail) {
	for i, d := range details {
		place, err := json.Marshal(d.Where)
		if err != nil { // a Place holds integers and words only
			place = []byte("{}")
		}
		t.add(detailCreate, complaintID, arrivalID, i, d.Kind, d.Value, d.Text, d.Confidence, string(place), complaint.Fold(d.Value))
	}
}

// Found is a detail with the arrival that it was found in.
type Found = complaint.Found

func scanFound(row scanner) (f Found, err error) {
	var place string
	if err := row.Scan(&f.ArrivalID, &f.Kind, &f.Value, &f.Text, &f.Confidence, &place); err != nil {
		return f, err
	}
	if err := json.Unmarshal([]byte(place), &f.Where); err != nil {
		return f, fmt.Errorf("store: place of detail: %w", err)
	}
	return f, nil
}

// Details lists what was found in a complaint's arrivals, in order.
func (s *Store) Details(ctx context.Context, complaintID string) ([]Found, error) {
	return list(ctx, s.reads(), "details", scanFound, `SELECT arrival_id, kind, value, written, confidence, place
		FROM details WHERE complaint_id = ? ORDER BY arrival_id, position`, complaintID)
}

var evidenceSet = insertInto("evidence", "complaint_id text, kind text, found text, value text, said_by text, at bigint",
	"ON CONFLICT (complaint_id, kind, found) DO UPDATE SET value = excluded.value, said_by = excluded.said_by, at = excluded.at")

// SetEvidence gathers what a person said about a detail.
func (t *Tx) SetEvidence(e complaint.Evidence) {
	t.add(evidenceSet, e.ComplaintID, e.Kind, e.Found, e.Value, e.By, e.At)
}

func (c conn) evidence(ctx context.Context, complaintID string) ([]complaint.Evidence, error) {
	return list(ctx, c, "evidence", func(row scanner) (e complaint.Evidence, err error) {
		return e, row.Scan(&e.ComplaintID, &e.Kind, &e.Found, &e.Value, &e.By, ms{&e.At})
	}, "SELECT complaint_id, kind, found, value, said_by, at FROM evidence WHERE complaint_id = ? ORDER BY kind, found", complaintID)
}

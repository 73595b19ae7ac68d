package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"ask4.com/skarga/complaint"
)

var identityCreate = insertInto("identities", "message_id text, content_hash text, arrival_id text", "ON CONFLICT (message_id, content_hash) DO NOTHING")

// RegisterIdentities records each identity for its arrival unless one is there,
// and says what was known, in the order asked. Of two transactions with the same
// identity the second waits for the first and sees its arrival.
func (t *Tx) RegisterIdentities(ctx context.Context, ids []complaint.Identity) ([]complaint.Identified, error) {
	if err := t.flush(ctx); err != nil || len(ids) == 0 {
		return nil, err
	}
	ids = slices.Clone(ids)
	for i := range ids {
		ids[i].MessageID, ids[i].ContentHash = clean(ids[i].MessageID), clean(ids[i].ContentHash)
	}
	ordered := slices.Clone(ids)
	// Everybody registers in one order, or two transactions wait for each other.
	slices.SortStableFunc(ordered, func(a, b complaint.Identity) int {
		return cmp.Or(cmp.Compare(a.MessageID, b.MessageID), cmp.Compare(a.ContentHash, b.ContentHash))
	})
	ordered = slices.CompactFunc(ordered, func(a, b complaint.Identity) bool {
		return a.MessageID == b.MessageID && a.ContentHash == b.ContentHash
	})
	var rowsOf [][]any
	var messageIDs []string
	for _, id := range ordered {
		rowsOf = append(rowsOf, []any{id.MessageID, id.ContentHash, id.ArrivalID})
		messageIDs = append(messageIDs, id.MessageID)
	}
	if err := t.run(ctx, identityCreate, rowsOf); err != nil {
		return nil, err
	}
	known, err := t.identities(ctx, slices.Compact(messageIDs), ids)
	if err != nil {
		return nil, err
	}
	out := make([]complaint.Identified, len(ids))
	for i, id := range ids {
		if k, erased := known[erasedMark+id.ContentHash]; erased {
			out[i].FirstArrivalID, out[i].FirstComplaintID = k[0].ArrivalID, k[0].complaintID
			continue
		}
		for _, k := range known[id.MessageID] {
			switch {
			case k.ContentHash == id.ContentHash:
				out[i].FirstArrivalID, out[i].FirstComplaintID = k.ArrivalID, k.complaintID
			case k.ArrivalID != id.ArrivalID && (out[i].SameIDArrival == "" || out[i].SameIDComplaint == ""):
				out[i].SameIDArrival, out[i].SameIDComplaint = k.ArrivalID, k.complaintID
			}
		}
	}
	return out, nil
}

// ForgetIdentity lets nothing be a duplicate of a scanned letter any more.
func (t *Tx) ForgetIdentity(ctx context.Context, arrivalID string) error {
	if err := t.flush(ctx); err != nil {
		return err
	}
	if _, err := t.exec(ctx, "DELETE FROM identities WHERE arrival_id = ? AND message_id = 'scan.' || content_hash", arrivalID); err != nil {
		return fmt.Errorf("store: forget the identity of arrival %s: %w", arrivalID, err)
	}
	return nil
}

type knownIdentity struct {
	complaint.Identity
	complaintID string
}

// erasedMark begins the Message-ID of an identity that was erased: it is known by its
// content alone, and so is what comes in again.
const erasedMark = "erased "

// identities reads what is registered under Message-IDs, oldest arrival first, and
// what of the same content was erased, under that content.
func (t *Tx) identities(ctx context.Context, messageIDs []string, ids []complaint.Identity) (map[string][]knownIdentity, error) {
	known := map[string][]knownIdentity{}
	scan := func(row rows) error {
		var k knownIdentity
		err := row.Scan(&k.MessageID, &k.ContentHash, &k.ArrivalID, optional{&k.complaintID})
		if strings.HasPrefix(k.MessageID, erasedMark) {
			k.MessageID = erasedMark + k.ContentHash
		}
		known[k.MessageID] = append(known[k.MessageID], k)
		return err
	}
	const from = "SELECT i.message_id, i.content_hash, i.arrival_id, a.complaint_id FROM identities i LEFT JOIN arrivals a ON a.id = i.arrival_id WHERE "
	hashes := make([]string, len(ids))
	for i, id := range ids {
		hashes[i] = id.ContentHash
	}
	err := chunks(hashes, func(part []string) error {
		return t.each(ctx, scan, from+"i.message_id >= 'erased ' AND i.message_id < 'erased!' AND i.content_hash IN "+in(len(part)), anys(part)...)
	})
	if err != nil {
		return nil, fmt.Errorf("store: identities: %w", err)
	}
	err = chunks(messageIDs, func(part []string) error {
		return t.each(ctx, scan, from+"i.message_id IN "+in(len(part))+" ORDER BY a.recorded_at, i.arrival_id", anys(part)...)
	})
	if err != nil {
		return nil, fmt.Errorf("store: identities: %w", err)
	}
	return known, nil
}

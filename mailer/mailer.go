// Package mailer is what leaves: it claims queued deliveries, sends the stored
// bytes to the mail server, and records what became of each.
package mailer

import (
	"context"
	"time"

	"ask4.com/skarga/complaint"
)

// Store is what the mailer needs from storage.
type Store interface {
	// ClaimDeliveries leases up to n queued deliveries that are due, earliest
	// NextAt first, with their bytes.
	ClaimDeliveries(ctx context.Context, owner string, n int, lease time.Duration) ([]complaint.Delivery, error)
	// RenewDeliveries prolongs the leases of the named deliveries.
	RenewDeliveries(ctx context.Context, owner string, ids []string, lease time.Duration) error
	// InTx runs fn in one transaction; fn's error rolls it back.
	InTx(ctx context.Context, fn func(Tx) error) error
}

// Tx is one open transaction, a part of what ingest's Tx offers.
type Tx interface {
	// Complaints reads complaints by ID and locks them; those that are not there
	// are missing.
	Complaints(ctx context.Context, ids []string) ([]complaint.Complaint, error)
	Obligations(ctx context.Context, complaintIDs []string) ([]complaint.Obligation, error)
	CreateMessageIDs(complaintID string, messageIDs ...string)
	CreateEvent(e complaint.Event)
	SetStage(c complaint.Complaint)
	CreateObligation(o complaint.Obligation)
	SetObligation(o complaint.Obligation)
	SetDelivery(d complaint.Delivery)
}

package ingest

import (
	"context"
	"io"
	"time"

	"ask4.com/skarga/complaint"
)

// Store is what intake needs from storage.
type Store interface {
	// CreateArrivals commits arrivals with their raw bytes (DESIGN, law 1 of
	// intake) and reports for each whether it is new: one whose position is
	// known already changes nothing.
	CreateArrivals(ctx context.Context, arrivals []NewArrival) (created []bool, err error)
	// ClaimArrivals leases up to n pending arrivals to owner, oldest first;
	// parked ones when their retry is due. Attempts is already counted up.
	ClaimArrivals(ctx context.Context, owner string, n int, lease time.Duration) ([]complaint.Claimed, error)
	// OpenArrival opens the raw bytes of a claimed arrival; nil without error when it
	// has none.
	OpenArrival(ctx context.Context, a complaint.Arrival) (io.ReadSeekCloser, error)
	// ParkArrival marks an arrival whose processing failed; it stays pending
	// and is claimed again at retryAt (zero: only when a person retries it).
	ParkArrival(ctx context.Context, arrivalID, reason string, retryAt time.Time) error
	// InTx runs fn in one transaction; fn's error rolls it back.
	InTx(ctx context.Context, fn func(Tx) error) error
	// Ping says whether the database answers.
	Ping(ctx context.Context) error
}

// NewArrival is an arrival with its bytes. Body is nil when they could not be
// fetched.
type NewArrival struct {
	complaint.Arrival
	Body io.ReadSeeker
	// ClaimedBy commits it as claimed by an owner for a time, who judges it at
	// once; empty: whoever claims it first.
	ClaimedBy  string
	ClaimedFor time.Duration
}

// Tx is one open transaction. Reads see the writes before them. Writes may be
// gathered and sent together; they are in the database when InTx returns nil.
type Tx interface {
	PaperTx
	// LockArrivals locks arrivals that are not judged yet until the transaction
	// ends, and gives the latest claim of each; judged ones are missing.
	LockArrivals(ctx context.Context, ids []string) (map[string]complaint.Claim, error)
	// RegisterIdentities records each (Message-ID, hash) for its arrival unless
	// one is there already, and says what was known. Same order as asked.
	RegisterIdentities(ctx context.Context, ids []complaint.Identity) ([]complaint.Identified, error)

	GetArrival(ctx context.Context, id string) (complaint.Arrival, error)
	GetComplaint(ctx context.Context, id string) (complaint.Complaint, error)
	// LockCase reads a complaint with its promises and locks it until the
	// transaction ends.
	LockCase(ctx context.Context, id string) (complaint.Case, error)
	// GetComplaintByReference gives ErrNotFound of the store's own when there is none.
	ComplaintByReference(ctx context.Context, ref complaint.Reference) (c complaint.Complaint, found bool, err error)
	// ComplaintsByMessageID maps known Message-IDs, ours and customers', to
	// complaint IDs; unknown ones are missing from the map.
	ComplaintsByMessageID(ctx context.Context, messageIDs []string) (map[string]string, error)
	Parties(ctx context.Context, complaintID string) ([]complaint.Party, error)
	// Abouts lists whom complaints are about.
	Abouts(ctx context.Context, complaintIDs []string) ([]complaint.About, error)
	Obligations(ctx context.Context, complaintIDs []string) ([]complaint.Obligation, error)
	// Deliveries without their bytes.
	DeliveriesOf(ctx context.Context, complaintID string) ([]complaint.Delivery, error)
	DeliveryByMessageID(ctx context.Context, messageID string) (d complaint.Delivery, found bool, err error)
	DeliveryByEnvID(ctx context.Context, envID string) (d complaint.Delivery, found bool, err error)
	// DeliveriesTo gives those to a folded address queued since a time, newest first.
	DeliveriesTo(ctx context.Context, recipient string, since time.Time) ([]complaint.Delivery, error)
	// CountAcknowledgements counts acknowledgements, and requests to send another
	// way, queued to each folded address since a time; addresses with none may be
	// missing.
	CountAcknowledgements(ctx context.Context, recipients []string, since time.Time) (map[string]int, error)

	// ReferenceTaken says which of the references are in use.
	ReferencesTaken(ctx context.Context, refs []complaint.Reference) (map[complaint.Reference]bool, error)

	CreateComplaint(c complaint.Complaint, parties []complaint.Party, details []complaint.Detail, obligations []complaint.Obligation)
	// ProposeAbout gathers that a complaint may be about a person, unless something
	// is on record about that already.
	ProposeAbout(a complaint.About)
	CreateMessageIDs(complaintID string, messageIDs ...string)
	CreateDetails(complaintID, arrivalID string, details []complaint.Detail)
	// CreateCustomerReply keeps a message that waits for an answer; one that is
	// there stays as is.
	CreateCustomerReply(r complaint.CustomerReply)
	DeleteCustomerReply(ctx context.Context, arrivalID string) error
	CreateDelivery(d complaint.Delivery)
	CreateEvent(e complaint.Event)
	// Events gives the history of a complaint, oldest first.
	Events(ctx context.Context, complaintID string) ([]complaint.Event, error)
	CreateLink(l complaint.Link)
	CreateDecision(d complaint.Decision)
	CreateParty(p complaint.Party)
	// DeleteParty takes a person off a complaint, unless mail from that address,
	// as it was written, is correspondence of it.
	DeleteParty(ctx context.Context, p complaint.Party, written string) error
	// DeleteMessageID forgets a Message-ID of a complaint, unless an arrival of
	// it has it.
	DeleteMessageID(ctx context.Context, complaintID, messageID string) error
	// SetArrival writes the judged fields of an arrival (Outcome and all after
	// it), clears its lease and its parked state as given.
	SetArrival(a complaint.Arrival)
	SetComplaint(c complaint.Complaint)
	// SetRecord writes what is known beside the complaint itself; version 1 makes
	// the row.
	SetRecord(r complaint.Record)
	SetObligation(o complaint.Obligation)
	// SetDelivery writes Status, NextAt, Attempts, LastError, SentAt and clears the lease.
	SetDelivery(d complaint.Delivery)
	SetLink(l complaint.Link)
	SetDecision(d complaint.Decision)
	Link(ctx context.Context, id string) (complaint.Link, error)
	LinksOf(ctx context.Context, arrivalID string) ([]complaint.Link, error)
	// SurveyByDelivery and SurveyOf give the survey of an invitation and of a complaint.
	SurveyByDelivery(ctx context.Context, deliveryID string) (v complaint.Survey, found bool, err error)
	SurveyOf(ctx context.Context, complaintID string) (v complaint.Survey, found bool, err error)
	SetSurveyAnswer(ctx context.Context, a complaint.SurveyAnswer) error
	Decision(ctx context.Context, id string) (complaint.Decision, error)
}

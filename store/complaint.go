package store

import (
	"context"
	"fmt"

	"ask4.com/skarga/complaint"
)

var (
	complaintCreate = insertInto("complaints", `id text, reference text, channel text, stage text, language text, subject text, summary text,
		customer_name text, customer_address text, reply_by text, received_at bigint, registered_at bigint, acknowledged_at bigint, closed_at bigint,
		provisional bigint, personal_data bigint, conduct_flag bigint, previous_id text, search text,
		postal_address text, postal_confirmed bigint, needs text`, "")
	complaintSet = updateOf("complaints", `id text, stage text, language text, subject text, summary text,
		customer_name text, customer_address text, reply_by text, received_at bigint, acknowledged_at bigint, closed_at bigint,
		provisional bigint, personal_data bigint, conduct_flag bigint, previous_id text, search text,
		postal_address text, postal_confirmed bigint, postal_returned text, needs text`)
	stageSet    = updateOf("complaints", "id text, stage text, acknowledged_at bigint, closed_at bigint")
	partyCreate = insertInto("parties", "complaint_id text, address text, role text", "ON CONFLICT (complaint_id, address) DO NOTHING")
)

const complaintColumns = `c.id, c.reference, c.channel, c.stage, c.language, c.subject, c.summary, c.customer_name, c.customer_address, c.reply_by,
	c.received_at, c.registered_at, c.acknowledged_at, c.closed_at, c.provisional, c.personal_data, c.conduct_flag, c.previous_id,
	c.postal_address, c.postal_confirmed, c.postal_returned, c.needs`

func complaintDest(c *complaint.Complaint) []any {
	return []any{&c.ID, &c.Reference, &c.Channel, &c.Stage, &c.Language, &c.Subject, &c.Summary, &c.CustomerName, &c.CustomerAddress, &c.ReplyBy,
		ms{&c.ReceivedAt}, ms{&c.RegisteredAt}, ms{&c.AcknowledgedAt}, ms{&c.ClosedAt},
		flag{&c.Provisional}, flag{&c.PersonalData}, flag{&c.ConductFlag}, &c.PreviousID,
		&c.PostalAddress, flag{&c.PostalConfirmed}, &c.PostalReturned, &c.Needs}
}

func scanComplaint(row scanner) (c complaint.Complaint, err error) {
	// QUIRK: Channel has UnmarshalText but no Scan; database/sql fills it as a string.
	return c, row.Scan(complaintDest(&c)...)
}

// search is the folded text that ListComplaints looks in.
func search(c complaint.Complaint) string {
	return complaint.Fold(string(c.Reference) + "\n" + c.CustomerName + "\n" + c.CustomerAddress + "\n" + c.Subject + "\n" + c.Summary)
}

// CreateComplaint gathers a new complaint with what belongs to it. Details that
// come with it have no arrival of their own; see CreateDetails.
func (t *Tx) CreateComplaint(c complaint.Complaint, parties []complaint.Party, details []complaint.Detail, obligations []complaint.Obligation) {
	t.add(complaintCreate, c.ID, c.Reference, c.Channel, c.Stage, c.Language, c.Subject, c.Summary,
		c.CustomerName, c.CustomerAddress, c.ReplyBy, c.ReceivedAt, c.RegisteredAt, c.AcknowledgedAt, c.ClosedAt,
		c.Provisional, c.PersonalData, c.ConductFlag, c.PreviousID, search(c), c.PostalAddress, c.PostalConfirmed, c.Needs)
	if t.fresh == nil {
		t.fresh = map[string]bool{}
	}
	t.fresh[clean(c.ID)] = true
	for _, p := range parties {
		p.ComplaintID = c.ID
		t.CreateParty(p)
	}
	t.CreateDetails(c.ID, "", details)
	for _, o := range obligations {
		o.ComplaintID = c.ID
		t.CreateObligation(o)
	}
}

// SetComplaint gathers the new state of a complaint. Reference, channel and time
// of registration never change.
func (t *Tx) SetComplaint(c complaint.Complaint) {
	t.add(complaintSet, c.ID, c.Stage, c.Language, c.Subject, c.Summary, c.CustomerName, c.CustomerAddress, c.ReplyBy,
		c.ReceivedAt, c.AcknowledgedAt, c.ClosedAt, c.Provisional, c.PersonalData, c.ConductFlag, c.PreviousID, search(c), c.PostalAddress, c.PostalConfirmed, c.PostalReturned, c.Needs)
}

// SetStage gathers how far a complaint has come: its stage, and when it was acknowledged
// and closed. All else stays as it is. In one transaction it counts after SetComplaint.
func (t *Tx) SetStage(c complaint.Complaint) {
	t.add(stageSet, c.ID, c.Stage, c.AcknowledgedAt, c.ClosedAt)
}

// CreateParty gathers a person of a complaint; one who is there stays as is.
func (t *Tx) CreateParty(p complaint.Party) {
	t.add(partyCreate, p.ComplaintID, p.Address, p.Role)
}

// DeleteParty takes a person off a complaint, unless mail from that address, as it
// was written, is correspondence of it.
func (t *Tx) DeleteParty(ctx context.Context, p complaint.Party, written string) error {
	if err := t.flush(ctx); err != nil {
		return err
	}
	_, err := t.exec(ctx, `DELETE FROM parties WHERE complaint_id = ? AND address = ? AND NOT EXISTS
		(SELECT 1 FROM arrivals a WHERE a.complaint_id = ? AND a.sender = ? AND a.outcome = 'correspondence')`, p.ComplaintID, p.Address, p.ComplaintID, written)
	if err != nil {
		return fmt.Errorf("store: delete party of complaint %s: %w", p.ComplaintID, err)
	}
	return nil
}

func (c conn) complaint(ctx context.Context, id string) (complaint.Complaint, error) {
	return get(ctx, c, "complaint", id, scanComplaint, "SELECT "+complaintColumns+" FROM complaints c WHERE c.id = ?", id)
}

func (c conn) byReference(ctx context.Context, ref complaint.Reference) (complaint.Complaint, error) {
	return get(ctx, c, "complaint", string(ref), scanComplaint, "SELECT "+complaintColumns+" FROM complaints c WHERE c.reference = ?", ref)
}

func (c conn) parties(ctx context.Context, complaintID string) ([]complaint.Party, error) {
	return list(ctx, c, "parties", func(row scanner) (p complaint.Party, err error) {
		return p, row.Scan(&p.ComplaintID, &p.Address, &p.Role)
	}, "SELECT complaint_id, address, role FROM parties WHERE complaint_id = ? ORDER BY address", complaintID)
}

// GetComplaint reads a complaint by ID.
func (t *Tx) GetComplaint(ctx context.Context, id string) (complaint.Complaint, error) {
	return reading(ctx, t, func() (complaint.Complaint, error) { return t.complaint(ctx, id) })
}

// Complaints reads complaints by ID and locks them until the transaction ends, so
// that what is recorded on one at the same time is not lost; those that are not there
// are missing.
func (t *Tx) Complaints(ctx context.Context, ids []string) ([]complaint.Complaint, error) {
	if err := t.flush(ctx); err != nil {
		return nil, err
	}
	var all []complaint.Complaint
	err := chunks(ids, func(part []string) error {
		some, err := list(ctx, t.conn, "complaints", scanComplaint, "SELECT "+complaintColumns+" FROM complaints c WHERE c.id IN "+in(len(part))+" ORDER BY c.id"+t.d.locking(), anys(part)...)
		all = append(all, some...)
		return err
	})
	return all, err
}

// ComplaintByReference reads a complaint by reference, if there is one.
func (t *Tx) ComplaintByReference(ctx context.Context, ref complaint.Reference) (complaint.Complaint, bool, error) {
	return found(reading(ctx, t, func() (complaint.Complaint, error) { return t.byReference(ctx, ref) }))
}

// Parties lists the persons of a complaint.
func (t *Tx) Parties(ctx context.Context, complaintID string) ([]complaint.Party, error) {
	return reading(ctx, t, func() ([]complaint.Party, error) { return t.parties(ctx, complaintID) })
}

// ReferencesTaken says which references are in use; free ones are missing.
func (t *Tx) ReferencesTaken(ctx context.Context, refs []complaint.Reference) (map[complaint.Reference]bool, error) {
	taken := map[complaint.Reference]bool{}
	if err := t.flush(ctx); err != nil {
		return nil, err
	}
	err := chunks(refs, func(part []complaint.Reference) error {
		return t.each(ctx, func(row rows) error {
			var r complaint.Reference
			err := row.Scan(&r)
			taken[r] = true
			return err
		}, "SELECT reference FROM complaints WHERE reference IN "+in(len(part)), anys(part)...)
	})
	if err != nil {
		return nil, fmt.Errorf("store: list references: %w", err)
	}
	return taken, nil
}

// GetComplaint reads a complaint by its reference.
func (s *Store) GetComplaint(ctx context.Context, ref complaint.Reference) (complaint.Complaint, error) {
	return s.reads().byReference(ctx, ref)
}

// GetComplaintByID reads a complaint by its ID.
func (s *Store) GetComplaintByID(ctx context.Context, id string) (complaint.Complaint, error) {
	return s.reads().complaint(ctx, id)
}

// PartiesOf lists the persons of a complaint.
func (s *Store) PartiesOf(ctx context.Context, complaintID string) ([]complaint.Party, error) {
	return s.reads().parties(ctx, complaintID)
}

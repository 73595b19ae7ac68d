package store

import (
	"context"
	"fmt"

	"ask4.com/skarga/complaint"
)

var (
	messageIDCreate = insertInto("message_ids", "message_id text, complaint_id text, created_at bigint", "ON CONFLICT (message_id, complaint_id) DO NOTHING")
	linkCreate      = insertInto("links", "id text, arrival_id text, complaint_id text, reason text, state text, created_at bigint", "")
	linkSet         = updateOf("links", "id text, state text, reason text")
	decisionCreate  = insertInto("decisions", `id text, arrival_id text, at bigint, actor text, action text, reason text,
		before_state bytea, undone_at bigint, undone_by text`, "")
	decisionSet = updateOf("decisions", "id text, undone_at bigint, undone_by text")
)

// CreateMessageIDs gathers Message-IDs of a complaint's correspondence, without
// angle brackets; known ones stay.
func (t *Tx) CreateMessageIDs(complaintID string, messageIDs ...string) {
	for _, id := range messageIDs {
		if id != "" {
			t.add(messageIDCreate, id, complaintID, t.now)
		}
	}
}

// DeleteMessageID forgets a Message-ID of a complaint's correspondence, unless an
// arrival of the complaint has it.
func (t *Tx) DeleteMessageID(ctx context.Context, complaintID, messageID string) error {
	if err := t.flush(ctx); err != nil {
		return err
	}
	_, err := t.exec(ctx, `DELETE FROM message_ids WHERE complaint_id = ? AND message_id = ? AND NOT EXISTS
		(SELECT 1 FROM arrivals a WHERE a.complaint_id = ? AND a.message_id = ?)`, complaintID, messageID, complaintID, messageID)
	if err != nil {
		return fmt.Errorf("store: delete Message-ID of complaint %s: %w", complaintID, err)
	}
	return nil
}

// ComplaintsByMessageID maps known Message-IDs to complaints. Of several the one
// that is not ended counts, then the one that had the Message-ID first: who
// copies a Message-ID cannot take a thread over.
func (t *Tx) ComplaintsByMessageID(ctx context.Context, messageIDs []string) (map[string]string, error) {
	if err := t.flush(ctx); err != nil {
		return nil, err
	}
	known := map[string]string{}
	err := chunks(messageIDs, func(part []string) error {
		return t.each(ctx, func(row rows) error {
			var id, complaintID string
			err := row.Scan(&id, &complaintID)
			if known[id] == "" {
				known[id] = complaintID
			}
			return err
		}, `SELECT m.message_id, m.complaint_id FROM message_ids m JOIN complaints c ON c.id = m.complaint_id WHERE m.message_id IN `+in(len(part))+`
			ORDER BY CASE WHEN c.stage IN ('merged', 'set_aside', 'withdrawn') THEN 1 ELSE 0 END, m.created_at, m.complaint_id`, anys(part)...)
	})
	if err != nil {
		return nil, fmt.Errorf("store: complaints by Message-ID: %w", err)
	}
	return known, nil
}

const linkColumns = "id, arrival_id, complaint_id, reason, state, created_at"

func scanLink(row scanner) (l complaint.Link, err error) {
	return l, row.Scan(&l.ID, &l.ArrivalID, &l.ComplaintID, &l.Reason, &l.State, ms{&l.CreatedAt})
}

// CreateLink gathers a proposed link.
func (t *Tx) CreateLink(l complaint.Link) {
	t.add(linkCreate, l.ID, l.ArrivalID, l.ComplaintID, l.Reason, l.State, l.CreatedAt)
}

// SetLink gathers the state and reason of a link.
func (t *Tx) SetLink(l complaint.Link) { t.add(linkSet, l.ID, l.State, l.Reason) }

// Link reads a link.
func (t *Tx) Link(ctx context.Context, id string) (complaint.Link, error) {
	return reading(ctx, t, func() (complaint.Link, error) {
		return get(ctx, t.conn, "link", id, scanLink, "SELECT "+linkColumns+" FROM links WHERE id = ?", id)
	})
}

// LinksOf lists the links of an arrival, oldest first.
func (t *Tx) LinksOf(ctx context.Context, arrivalID string) ([]complaint.Link, error) {
	return reading(ctx, t, func() ([]complaint.Link, error) {
		return list(ctx, t.conn, "links", scanLink, "SELECT "+linkColumns+" FROM links WHERE arrival_id = ? ORDER BY created_at, id", arrivalID)
	})
}

// RelatedComplaints lists the complaints of arrivals that are proposed to belong to a
// complaint, and those that follow it.
func (t *Tx) RelatedComplaints(ctx context.Context, id string) ([]string, error) {
	return reading(ctx, t, func() ([]string, error) {
		return list(ctx, t.conn, "related complaints", scanID,
			`SELECT a.complaint_id FROM links l JOIN arrivals a ON a.id = l.arrival_id
				WHERE l.complaint_id = ? AND l.state = 'proposed' AND a.complaint_id IS NOT NULL AND a.complaint_id <> ?
			UNION SELECT c.id FROM complaints c WHERE c.previous_id = ?`, id, id, id)
	})
}

// LinkByID reads a link outside of a transaction, if there is one.
func (s *Store) LinkByID(ctx context.Context, id string) (complaint.Link, bool, error) {
	return found(get(ctx, s.reads(), "link", id, scanLink, "SELECT "+linkColumns+" FROM links WHERE id = ?", id))
}

func scanDecision(row scanner) (d complaint.Decision, err error) {
	return d, row.Scan(&d.ID, &d.ArrivalID, ms{&d.At}, &d.Actor, &d.Action, &d.Reason, &d.Before, ms{&d.UndoneAt}, &d.UndoneBy)
}

const decisionColumns = "id, arrival_id, at, actor, action, reason, before_state, undone_at, undone_by"

// CreateDecision gathers what a person decided.
func (t *Tx) CreateDecision(d complaint.Decision) {
	before := d.Before
	if before == nil {
		before = []byte{}
	}
	t.add(decisionCreate, d.ID, d.ArrivalID, d.At, d.Actor, d.Action, d.Reason, before, d.UndoneAt, d.UndoneBy)
}

// SetDecision gathers that a decision was undone.
func (t *Tx) SetDecision(d complaint.Decision) { t.add(decisionSet, d.ID, d.UndoneAt, d.UndoneBy) }

// Decision reads a decision.
func (t *Tx) Decision(ctx context.Context, id string) (complaint.Decision, error) {
	return reading(ctx, t, func() (complaint.Decision, error) {
		return get(ctx, t.conn, "decision", id, scanDecision, "SELECT "+decisionColumns+" FROM decisions WHERE id = ?", id)
	})
}

// DecisionByID reads a decision outside of a transaction, if there is one.
func (s *Store) DecisionByID(ctx context.Context, id string) (complaint.Decision, bool, error) {
	return found(get(ctx, s.reads(), "decision", id, scanDecision, "SELECT "+decisionColumns+" FROM decisions WHERE id = ?", id))
}

// DecisionsOf lists the decisions about an arrival, oldest first.
func (s *Store) DecisionsOf(ctx context.Context, arrivalID string) ([]complaint.Decision, error) {
	return list(ctx, s.reads(), "decisions", scanDecision, "SELECT "+decisionColumns+" FROM decisions WHERE arrival_id = ? ORDER BY at, id", arrivalID)
}

package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"ask4.com/skarga/complaint"
)

var (
	deedCreate     = insertInto("deeds", "id text, complaint_id text, at bigint, actor text, what text", "")
	taskCreate     = insertInto("tasks", "id text, complaint_id text, what text, due_at bigint, made_by text, made_at bigint, done_at bigint, done_by text, note text", "")
	taskSet        = updateOf("tasks", "id text, what text, due_at bigint, done_at bigint, done_by text, note text")
	answerDraftSet = insertInto("answer_drafts", "complaint_id text, kind text, author text, started_at bigint, saved_at bigint, state text, version bigint, fields text",
		`ON CONFLICT (complaint_id) DO UPDATE SET kind = excluded.kind, author = excluded.author, started_at = excluded.started_at, saved_at = excluded.saved_at,
			state = excluded.state, version = excluded.version, fields = excluded.fields`)
	customerReplyCreate = insertInto("customer_replies", `arrival_id text, complaint_id text, at bigint, wish text, words text, delivery_id text,
		settled_at bigint, settled_by text, settled_reason text`, "ON CONFLICT (arrival_id) DO NOTHING")
	customerReplySet = updateOf("customer_replies", `arrival_id text, complaint_id text, wish text, words text, delivery_id text, settled_at bigint, settled_by text, settled_reason text`)
)

// CreateDeed gathers something that was done to help.
func (t *Tx) CreateDeed(d complaint.Deed) { t.add(deedCreate, d.ID, d.ComplaintID, d.At, d.By, d.What) }

func (c conn) deeds(ctx context.Context, complaintID string) ([]complaint.Deed, error) {
	return list(ctx, c, "deeds", func(row scanner) (d complaint.Deed, err error) {
		return d, row.Scan(&d.ID, &d.ComplaintID, ms{&d.At}, &d.By, &d.What)
	}, "SELECT id, complaint_id, at, actor, what FROM deeds WHERE complaint_id = ? ORDER BY at, id", complaintID)
}

// Deeds lists what was done on a complaint, oldest first.
func (t *Tx) Deeds(ctx context.Context, complaintID string) ([]complaint.Deed, error) {
	return reading(ctx, t, func() ([]complaint.Deed, error) { return t.deeds(ctx, complaintID) })
}

// CreateTask gathers something that the ombudsman's decision asks for.
func (t *Tx) CreateTask(k complaint.Task) {
	t.add(taskCreate, k.ID, k.ComplaintID, k.What, k.DueAt, k.MadeBy, k.MadeAt, k.DoneAt, k.DoneBy, k.Note)
}

// SetTask gathers the new state of a task.
func (t *Tx) SetTask(k complaint.Task) {
	t.add(taskSet, k.ID, k.What, k.DueAt, k.DoneAt, k.DoneBy, k.Note)
}

func (c conn) tasks(ctx context.Context, complaintID string) ([]complaint.Task, error) {
	return list(ctx, c, "tasks", func(row scanner) (k complaint.Task, err error) {
		return k, row.Scan(&k.ID, &k.ComplaintID, &k.What, ms{&k.DueAt}, &k.MadeBy, ms{&k.MadeAt}, ms{&k.DoneAt}, &k.DoneBy, &k.Note)
	}, "SELECT id, complaint_id, what, due_at, made_by, made_at, done_at, done_by, note FROM tasks WHERE complaint_id = ? ORDER BY made_at, id", complaintID)
}

// Tasks lists what the ombudsman's decision on a complaint asks for, oldest first.
func (t *Tx) Tasks(ctx context.Context, complaintID string) ([]complaint.Task, error) {
	return reading(ctx, t, func() ([]complaint.Task, error) { return t.tasks(ctx, complaintID) })
}

// answerFields is what of a draft its author wrote, and who wrote before.
type answerFields struct {
	Values  map[string]string        `json:"values"`
	Promise complaint.ObligationKind `json:"promise,omitempty"`
	Hands   []string                 `json:"hands,omitempty"`
}

// SetAnswerDraft gathers the answer that is being written.
func (t *Tx) SetAnswerDraft(d complaint.AnswerDraft) {
	fields, err := json.Marshal(answerFields{d.Values, d.Promise, d.Hands})
	if err != nil { // words always marshal
		fields = []byte("{}")
	}
	t.add(answerDraftSet, d.ComplaintID, d.Kind, d.Author, d.StartedAt, d.SavedAt, d.State, d.Version, string(fields))
}

// DeleteAnswerDraft forgets the answer that was being written.
func (t *Tx) DeleteAnswerDraft(ctx context.Context, complaintID string) error {
	if err := t.flush(ctx); err != nil {
		return err
	}
	if _, err := t.exec(ctx, "DELETE FROM answer_drafts WHERE complaint_id = ?", complaintID); err != nil {
		return fmt.Errorf("store: delete draft on complaint %s: %w", complaintID, err)
	}
	return nil
}

func (c conn) answerDraft(ctx context.Context, complaintID string) (*complaint.AnswerDraft, error) {
	d, err := get(ctx, c, "draft", complaintID, func(row scanner) (d complaint.AnswerDraft, err error) {
		var text string
		var fields answerFields
		if err := row.Scan(&d.ComplaintID, &d.Kind, &d.Author, ms{&d.StartedAt}, ms{&d.SavedAt}, &d.State, &d.Version, &text); err != nil {
			return d, err
		}
		err = json.Unmarshal([]byte(text), &fields)
		d.Values, d.Promise, d.Hands = fields.Values, fields.Promise, fields.Hands
		return d, err
	}, "SELECT complaint_id, kind, author, started_at, saved_at, state, version, fields FROM answer_drafts WHERE complaint_id = ?", complaintID)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return &d, err
}

// AnswerDraft reads the answer that is being written; nil when there is none.
func (t *Tx) AnswerDraft(ctx context.Context, complaintID string) (*complaint.AnswerDraft, error) {
	return reading(ctx, t, func() (*complaint.AnswerDraft, error) { return t.answerDraft(ctx, complaintID) })
}

// CreateCustomerReply gathers a message that waits for an answer; one that is there
// stays as is.
func (t *Tx) CreateCustomerReply(r complaint.CustomerReply) {
	t.add(customerReplyCreate, r.ArrivalID, r.ComplaintID, r.At, r.Wish, r.Words, r.DeliveryID, r.SettledAt, r.SettledBy, r.SettledReason)
}

// SetCustomerReply gathers the new state of a message.
func (t *Tx) SetCustomerReply(r complaint.CustomerReply) {
	t.add(customerReplySet, r.ArrivalID, r.ComplaintID, r.Wish, r.Words, r.DeliveryID, r.SettledAt, r.SettledBy, r.SettledReason)
}

// DeleteCustomerReply forgets that an arrival was a customer's reply.
func (t *Tx) DeleteCustomerReply(ctx context.Context, arrivalID string) error {
	if err := t.flush(ctx); err != nil {
		return err
	}
	if _, err := t.exec(ctx, "DELETE FROM customer_replies WHERE arrival_id = ?", arrivalID); err != nil {
		return fmt.Errorf("store: delete reply of arrival %s: %w", arrivalID, err)
	}
	return nil
}

func (c conn) customerReplies(ctx context.Context, complaintIDs []string) ([]complaint.CustomerReply, error) {
	var all []complaint.CustomerReply
	err := chunks(complaintIDs, func(part []string) error {
		some, err := list(ctx, c, "customer replies", func(row scanner) (r complaint.CustomerReply, err error) {
			return r, row.Scan(&r.ArrivalID, &r.ComplaintID, ms{&r.At}, &r.Wish, &r.Words, &r.DeliveryID, ms{&r.SettledAt}, &r.SettledBy, &r.SettledReason)
		}, "SELECT arrival_id, complaint_id, at, wish, words, delivery_id, settled_at, settled_by, settled_reason FROM customer_replies WHERE complaint_id IN "+
			in(len(part))+" ORDER BY complaint_id, at, arrival_id", anys(part)...)
		all = append(all, some...)
		return err
	})
	return all, err
}

// CustomerReplies lists the messages of complaints after their first one, oldest first.
func (t *Tx) CustomerReplies(ctx context.Context, complaintIDs []string) ([]complaint.CustomerReply, error) {
	return reading(ctx, t, func() ([]complaint.CustomerReply, error) { return t.customerReplies(ctx, complaintIDs) })
}

// WaitingReplies lists the messages that nobody has answered, of the complaints named,
// or of all that have not ended when none is named.
func (s *Store) WaitingReplies(ctx context.Context, complaintIDs []string) ([]complaint.CustomerReply, error) {
	const waits = `(r.settled_at = 0 OR r.delivery_id <> '' AND NOT EXISTS (SELECT 1 FROM deliveries d WHERE d.id = r.delivery_id AND d.status IN ('queued', 'sent')))`
	const columns = "SELECT r.arrival_id, r.complaint_id, r.at, r.wish, r.words, r.delivery_id, r.settled_at, r.settled_by, r.settled_reason FROM customer_replies r "
	scan := func(row scanner) (r complaint.CustomerReply, err error) {
		return r, row.Scan(&r.ArrivalID, &r.ComplaintID, ms{&r.At}, &r.Wish, &r.Words, &r.DeliveryID, ms{&r.SettledAt}, &r.SettledBy, &r.SettledReason)
	}
	if complaintIDs == nil {
		return list(ctx, s.reads(), "customer replies", scan, columns+"JOIN complaints c ON c.id = r.complaint_id WHERE "+waits+
			" AND c.stage NOT IN ('merged', 'set_aside') ORDER BY r.at, r.arrival_id")
	}
	var all []complaint.CustomerReply
	err := chunks(complaintIDs, func(part []string) error {
		some, err := list(ctx, s.reads(), "customer replies", scan, columns+"WHERE "+waits+" AND r.complaint_id IN "+in(len(part))+" ORDER BY r.at, r.arrival_id", anys(part)...)
		all = append(all, some...)
		return err
	})
	return all, err
}

// Once says whether something is done for the first time, and notes that it is: the
// name is kept when the transaction commits, so that no other node does it again.
func (t *Tx) Once(ctx context.Context, name string, at time.Time) (bool, error) {
	if err := t.flush(ctx); err != nil {
		return false, err
	}
	n, err := t.exec(ctx, "INSERT INTO done_once (name, at) VALUES (?, ?) ON CONFLICT (name) DO NOTHING", name, at)
	if err != nil {
		return false, fmt.Errorf("store: note that %s was done: %w", name, err)
	}
	return n == 1, nil
}

package store

import (
	"context"
	"time"

	"ask4.com/skarga/complaint"
)

var (
	obligationCreate = insertInto("obligations", `id text, complaint_id text, kind text, round bigint, state text, trigger_at bigint, ceiling_at bigint,
		due_at bigint, told_at bigint, extend_to bigint, before_at bigint, met_at bigint, breached_at bigint, deadline bigint, calendar text, steps text`, "")
	obligationSet = updateOf("obligations", `id text, state text, trigger_at bigint, ceiling_at bigint,
		due_at bigint, told_at bigint, extend_to bigint, before_at bigint, met_at bigint, breached_at bigint, deadline bigint, calendar text, steps text`)
)

const obligationColumns = "o.id, o.complaint_id, o.kind, o.round, o.state, o.trigger_at, o.ceiling_at, o.due_at, o.told_at, o.extend_to, o.before_at, o.met_at, o.breached_at, o.calendar, o.steps"

func obligationDest(o *complaint.Obligation) []any {
	return []any{&o.ID, &o.ComplaintID, &o.Kind, &o.Round, &o.State, ms{&o.TriggerAt}, ms{&o.CeilingAt}, ms{&o.DueAt},
		ms{&o.ToldAt}, ms{&o.ExtendTo}, ms{&o.BeforeAt}, ms{&o.MetAt}, ms{&o.BreachedAt}, &o.Calendar, words{&o.Steps}}
}

func scanObligation(row scanner) (o complaint.Obligation, err error) {
	return o, row.Scan(obligationDest(&o)...)
}

// CreateObligation gathers a new promise.
func (t *Tx) CreateObligation(o complaint.Obligation) {
	t.add(obligationCreate, o.ID, o.ComplaintID, o.Kind, o.Round, o.State, o.TriggerAt, o.CeilingAt,
		o.DueAt, o.ToldAt, o.ExtendTo, o.BeforeAt, o.MetAt, o.BreachedAt, o.Deadline(), o.Calendar, o.Steps)
}

// SetObligation gathers the new state of a promise.
func (t *Tx) SetObligation(o complaint.Obligation) {
	t.add(obligationSet, o.ID, o.State, o.TriggerAt, o.CeilingAt, o.DueAt, o.ToldAt, o.ExtendTo, o.BeforeAt, o.MetAt, o.BreachedAt, o.Deadline(), o.Calendar, o.Steps)
}

func (c conn) obligations(ctx context.Context, complaintIDs []string) ([]complaint.Obligation, error) {
	var all []complaint.Obligation
	err := chunks(complaintIDs, func(part []string) error {
		some, err := list(ctx, c, "obligations", scanObligation, "SELECT "+obligationColumns+" FROM obligations o WHERE o.complaint_id IN "+
			in(len(part))+" ORDER BY o.complaint_id, o.ceiling_at, o.kind, o.round", anys(part)...)
		all = append(all, some...)
		return err
	})
	return all, err
}

// Obligations lists the promises of complaints.
func (t *Tx) Obligations(ctx context.Context, complaintIDs []string) ([]complaint.Obligation, error) {
	return reading(ctx, t, func() ([]complaint.Obligation, error) { return t.obligations(ctx, complaintIDs) })
}

// DueObligations lists open promises whose deadline lies before a time, the most
// urgent first.
func (s *Store) DueObligations(ctx context.Context, before time.Time) ([]complaint.Obligation, error) {
	return list(ctx, s.reads(), "obligations", scanObligation, "SELECT "+obligationColumns+
		" FROM obligations o WHERE o.state = 'open' AND o.deadline < ? ORDER BY o.deadline, o.id", before)
}

// ObligationsOf lists the promises of one complaint.
func (s *Store) ObligationsOf(ctx context.Context, complaintID string) ([]complaint.Obligation, error) {
	return s.reads().obligations(ctx, []string{complaintID})
}

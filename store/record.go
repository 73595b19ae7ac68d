package store

import (
	"context"
	"errors"
	"fmt"

	"ask4.com/skarga/complaint"
)

// recordFields are the columns of records after complaint_id, in the order of
// recordDest.
const recordFields = `version bigint, updated_at bigint, updated_by text, owner text, team text, category text, account text, building text, room text,
	remedy text, root_cause text, result text, redress_kind text, redress_pence bigint, lesson text, lesson_owner text, lesson_due text, lesson_done text,
	vulnerable bigint, representative text, authority text, personal_state text, personal_by text, personal_reason text, personal_at bigint,
	conduct_state text, conduct_by text, conduct_reason text, conduct_at bigint, responded_by text, reviewer text, deadlock_at bigint, referred_at bigint,
	ombudsman_reference text, decided_at bigint, ombudsman_result text, legal_hold bigint, merged_into text, matter text, closed_because text, review_changed bigint,
	responders text, reviewers text`

var (
	recordCreate = insertInto("records", "complaint_id text, "+recordFields, "")
	recordSet    = updateOf("records", "complaint_id text, "+recordFields)
	aboutSet     = insertInto("abouts", "complaint_id text, staff_fold text, staff text, state text, decided_by text, at bigint",
		`ON CONFLICT (complaint_id, staff_fold) DO UPDATE SET staff = excluded.staff, state = excluded.state, decided_by = excluded.decided_by, at = excluded.at`)
	aboutPropose = insertInto("abouts", "complaint_id text, staff_fold text, staff text, state text, decided_by text, at bigint",
		"ON CONFLICT (complaint_id, staff_fold) DO NOTHING")
)

const recordColumns = `complaint_id, version, updated_at, updated_by, owner, team, category, account, building, room,
	remedy, root_cause, result, redress_kind, redress_pence, lesson, lesson_owner, lesson_due, lesson_done,
	vulnerable, representative, authority, personal_state, personal_by, personal_reason, personal_at,
	conduct_state, conduct_by, conduct_reason, conduct_at, responded_by, reviewer, deadlock_at, referred_at,
	ombudsman_reference, decided_at, ombudsman_result, legal_hold, merged_into, matter, closed_because, review_changed,
	responders, reviewers`

func scanRecord(row scanner) (r complaint.Record, err error) {
	return r, row.Scan(&r.ComplaintID, &r.Version, ms{&r.UpdatedAt}, &r.UpdatedBy, &r.Owner, &r.Team, &r.Category, &r.Account, &r.Building, &r.Room,
		&r.Remedy, &r.RootCause, &r.Result, &r.RedressKind, &r.RedressPence, &r.Lesson, &r.LessonOwner, &r.LessonDue, &r.LessonDone,
		flag{&r.Vulnerable}, &r.Representative, &r.Authority, &r.PersonalData.State, &r.PersonalData.By, &r.PersonalData.Reason, ms{&r.PersonalData.At},
		&r.Conduct.State, &r.Conduct.By, &r.Conduct.Reason, ms{&r.Conduct.At}, &r.RespondedBy, &r.Reviewer, ms{&r.DeadlockAt}, ms{&r.ReferredAt},
		&r.OmbudsmanReference, ms{&r.DecidedAt}, &r.OmbudsmanResult, flag{&r.LegalHold}, &r.MergedInto, &r.Matter, &r.ClosedBecause, flag{&r.ReviewChanged},
		words{&r.Responders}, words{&r.Reviewers})
}

func recordRow(r complaint.Record) []any {
	return []any{r.ComplaintID, r.Version, r.UpdatedAt, r.UpdatedBy, r.Owner, r.Team, r.Category, r.Account, r.Building, r.Room,
		r.Remedy, r.RootCause, r.Result, r.RedressKind, r.RedressPence, r.Lesson, r.LessonOwner, r.LessonDue, r.LessonDone,
		r.Vulnerable, r.Representative, r.Authority, r.PersonalData.State, r.PersonalData.By, r.PersonalData.Reason, r.PersonalData.At,
		r.Conduct.State, r.Conduct.By, r.Conduct.Reason, r.Conduct.At, r.RespondedBy, r.Reviewer, r.DeadlockAt, r.ReferredAt,
		r.OmbudsmanReference, r.DecidedAt, r.OmbudsmanResult, r.LegalHold, r.MergedInto, r.Matter, r.ClosedBecause, r.ReviewChanged,
		r.Responders, r.Reviewers}
}

// SetRecord gathers what staff added to a complaint. Version 1 makes the row; a
// later one replaces it.
func (t *Tx) SetRecord(r complaint.Record) {
	if r.Version == 1 {
		t.add(recordCreate, recordRow(r)...)
		return
	}
	t.add(recordSet, recordRow(r)...)
}

// record reads what staff added; the zero record with its complaint's ID when there
// is nothing.
func (c conn) record(ctx context.Context, complaintID string) (complaint.Record, error) {
	r, err := get(ctx, c, "record", complaintID, scanRecord, "SELECT "+recordColumns+" FROM records WHERE complaint_id = ?", complaintID)
	if errors.Is(err, ErrNotFound) {
		return complaint.Record{ComplaintID: complaintID}, nil
	}
	return r, err
}

// Records reads what staff added to complaints; those without are missing.
func (s *Store) Records(ctx context.Context, complaintIDs []string) (map[string]complaint.Record, error) {
	out := map[string]complaint.Record{}
	err := chunks(complaintIDs, func(part []string) error {
		some, err := list(ctx, s.reads(), "records", scanRecord, "SELECT "+recordColumns+" FROM records WHERE complaint_id IN "+in(len(part)), anys(part)...)
		for _, r := range some {
			out[r.ComplaintID] = r
		}
		return err
	})
	return out, err
}

// SetAbout gathers that a complaint is, or is not, about a member of staff.
func (t *Tx) SetAbout(a complaint.About) {
	t.add(aboutSet, a.ComplaintID, complaint.Fold(a.Staff), a.Staff, a.State, a.By, a.At)
}

// ProposeAbout gathers that a complaint may be about a member of staff; what is on
// record about that, and a manager's word above all, stays.
func (t *Tx) ProposeAbout(a complaint.About) {
	t.add(aboutPropose, a.ComplaintID, complaint.Fold(a.Staff), a.Staff, a.State, a.By, a.At)
}

// Abouts lists whom complaints are about.
func (t *Tx) Abouts(ctx context.Context, complaintIDs []string) ([]complaint.About, error) {
	return reading(ctx, t, func() ([]complaint.About, error) { return t.abouts(ctx, complaintIDs) })
}

func (c conn) abouts(ctx context.Context, complaintIDs []string) ([]complaint.About, error) {
	var all []complaint.About
	err := chunks(complaintIDs, func(part []string) error {
		some, err := list(ctx, c, "abouts", func(row scanner) (a complaint.About, err error) {
			return a, row.Scan(&a.ComplaintID, &a.Staff, &a.State, &a.By, ms{&a.At})
		}, "SELECT complaint_id, staff, state, decided_by, at FROM abouts WHERE complaint_id IN "+in(len(part))+" ORDER BY complaint_id, at, staff_fold", anys(part)...)
		all = append(all, some...)
		return err
	})
	return all, err
}

// Abouts lists whom complaints are about.
func (s *Store) Abouts(ctx context.Context, complaintIDs []string) ([]complaint.About, error) {
	return s.reads().abouts(ctx, complaintIDs)
}

// LockCase reads a complaint with what decides about it, and locks it until the
// transaction ends, so that of two acts at once the second sees the first.
func (t *Tx) LockCase(ctx context.Context, id string) (complaint.Case, error) {
	if err := t.lockComplaints(ctx, []string{id}); err != nil {
		return complaint.Case{}, err
	}
	return t.caseOf(ctx, id)
}

func (c conn) caseOf(ctx context.Context, id string) (v complaint.Case, err error) {
	if v.Complaint, err = c.complaint(ctx, id); err != nil {
		return v, err
	}
	if v.Record, err = c.record(ctx, id); err != nil {
		return v, err
	}
	if v.Obligations, err = c.obligations(ctx, []string{id}); err != nil {
		return v, err
	}
	v.Abouts, err = c.abouts(ctx, []string{id})
	return v, err
}

// Case reads a complaint with what decides about it, by reference.
func (s *Store) Case(ctx context.Context, ref complaint.Reference) (complaint.Case, error) {
	c, err := s.reads().byReference(ctx, ref)
	if err != nil {
		return complaint.Case{}, err
	}
	return s.reads().caseOf(ctx, c.ID)
}

// Cases reads complaints with what decides about them, without their promises; those
// that are not there are missing.
func (s *Store) Cases(ctx context.Context, complaintIDs []string) (map[string]complaint.Case, error) {
	cases := map[string]complaint.Case{}
	c := s.reads()
	err := chunks(complaintIDs, func(part []string) error {
		some, err := list(ctx, c, "complaints", scanComplaint, "SELECT "+complaintColumns+" FROM complaints c WHERE c.id IN "+in(len(part)), anys(part)...)
		for _, v := range some {
			cases[v.ID] = complaint.Case{Complaint: v}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	records, err := s.Records(ctx, complaintIDs)
	if err != nil {
		return nil, err
	}
	abouts, err := c.abouts(ctx, complaintIDs)
	if err != nil {
		return nil, err
	}
	for id, v := range cases {
		v.Record = records[id]
		cases[id] = v
	}
	for _, a := range abouts {
		v := cases[a.ComplaintID]
		v.Abouts = append(v.Abouts, a)
		cases[a.ComplaintID] = v
	}
	return cases, nil
}

// lockComplaints locks complaints until the transaction ends, always in one order.
func (t *Tx) lockComplaints(ctx context.Context, ids []string) error {
	if err := t.flush(ctx); err != nil {
		return err
	}
	if t.d.locking() == "" {
		return nil // SQLite has one writer
	}
	err := chunks(ids, func(part []string) error {
		return t.each(ctx, func(row rows) error { var id string; return row.Scan(&id) },
			"SELECT id FROM complaints WHERE id IN "+in(len(part))+" ORDER BY id"+t.d.locking(), anys(part)...)
	})
	if err != nil {
		return fmt.Errorf("store: lock complaints: %w", err)
	}
	return nil
}

// Matters lists the names under which complaints were linked.
func (s *Store) Matters(ctx context.Context) ([]string, error) {
	return list(ctx, s.reads(), "matters", scanID, "SELECT DISTINCT matter FROM records WHERE matter <> '' ORDER BY matter")
}

package store

import (
	"context"
	"fmt"
	"time"

	"ask4.com/skarga/complaint"
)

const inviteColumns = `id, source, complaint_id, address, language, contact_at, state, why, decided_at, answer_by, delivery_id, lesson, lesson_owner, lesson_due, lesson_done`

func inviteDest(v *complaint.Survey) []any {
	return []any{&v.ID, &v.Source, optional{&v.ComplaintID}, &v.Address, &v.Language, ms{&v.ContactAt}, &v.State, &v.Why, ms{&v.DecidedAt}, ms{&v.AnswerBy},
		&v.DeliveryID, &v.Lesson, &v.LessonOwner, &v.LessonDue, &v.LessonDone}
}

func scanInvite(row scanner) (v complaint.Survey, err error) { return v, row.Scan(inviteDest(&v)...) }

// Surveyable lists complaints that were closed from a time on until another, and about
// whose survey nothing was decided, at most n, the first closed first.
func (s *Store) Surveyable(ctx context.Context, from, until time.Time, n int) ([]string, error) {
	return list(ctx, s.reads(), "complaints", scanID,
		`SELECT c.id FROM complaints c WHERE c.closed_at > 0 AND c.closed_at >= ? AND c.closed_at <= ? AND c.stage = 'closed'
		AND NOT EXISTS (SELECT 1 FROM surveys s WHERE s.complaint_id = c.id) ORDER BY c.closed_at, c.id LIMIT ?`, from, until, n)
}

// CreateSurvey writes what was decided about a survey; false when something was decided
// about it before.
func (t *Tx) CreateSurvey(ctx context.Context, v complaint.Survey) (bool, error) {
	if err := t.flush(ctx); err != nil {
		return false, err
	}
	n, err := t.exec(ctx, "INSERT INTO surveys ("+inviteColumns+", address_fold) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
		v.ID, v.Source, null(v.ComplaintID), v.Address, v.Language, v.ContactAt, v.State, v.Why, v.DecidedAt, v.AnswerBy, v.DeliveryID,
		v.Lesson, v.LessonOwner, v.LessonDue, v.LessonDone, complaint.FoldAddress(v.Address))
	if err != nil {
		return false, fmt.Errorf("store: create survey %s: %w", v.ID, err)
	}
	return n == 1, nil
}

// SetSurveyLesson writes the lesson of a survey.
func (t *Tx) SetSurveyLesson(ctx context.Context, v complaint.Survey) error {
	if _, err := t.exec(ctx, "UPDATE surveys SET lesson = ?, lesson_owner = ?, lesson_due = ?, lesson_done = ? WHERE id = ?",
		v.Lesson, v.LessonOwner, v.LessonDue, v.LessonDone, v.ID); err != nil {
		return fmt.Errorf("store: set lesson of survey %s: %w", v.ID, err)
	}
	return nil
}

// SurveyPast reads what earlier surveys and complaints say about a folded address, for a
// person who asks; "" for nobody.
func (t *Tx) SurveyPast(ctx context.Context, address, who string) (p complaint.SurveyPast, err error) {
	if err := t.flush(ctx); err != nil {
		return p, err
	}
	err = t.each(ctx, func(row rows) error {
		var open, seen int
		err := row.Scan(ms{&p.InvitedAt}, ms{&p.StoppedAt}, &open, &seen)
		p.Open, p.Hidden = open > 0, open > seen
		return err
	}, `SELECT coalesce(max(s.decided_at), 0), coalesce(max(a.opted_out_at), 0),
		(SELECT count(*) FROM parties p JOIN complaints c ON c.id = p.complaint_id WHERE p.address = ? AND c.closed_at = 0),
		(SELECT count(*) FROM parties p JOIN complaints c ON c.id = p.complaint_id WHERE p.address = ? AND c.closed_at = 0 AND `+notAbout("c.id")+`)
		FROM surveys s LEFT JOIN survey_answers a ON a.survey_id = s.id WHERE s.address_fold = ? AND s.state = 'invited'`, address, address, complaint.Fold(who), address)
	if err != nil {
		return p, fmt.Errorf("store: surveys of a person: %w", err)
	}
	return p, nil
}

// Survey reads a survey.
func (t *Tx) Survey(ctx context.Context, id string) (complaint.Survey, bool, error) {
	return t.survey(ctx, "id", id)
}

// SurveyByDelivery reads the survey of an invitation that was queued.
func (t *Tx) SurveyByDelivery(ctx context.Context, deliveryID string) (complaint.Survey, bool, error) {
	return t.survey(ctx, "delivery_id <> '' AND delivery_id", deliveryID)
}

// SurveyOf reads the survey of a complaint.
func (t *Tx) SurveyOf(ctx context.Context, complaintID string) (complaint.Survey, bool, error) {
	return t.survey(ctx, "complaint_id", complaintID)
}

func (t *Tx) survey(ctx context.Context, column, value string) (complaint.Survey, bool, error) {
	return found(reading(ctx, t, func() (complaint.Survey, error) {
		return get(ctx, t.conn, "survey", value, scanInvite, "SELECT "+inviteColumns+" FROM surveys WHERE "+column+" = ?", value)
	}))
}

// SetSurveyAnswer writes an answer as Store.SetSurveyAnswer does.
func (t *Tx) SetSurveyAnswer(ctx context.Context, a complaint.SurveyAnswer) error {
	return t.setSurveyAnswer(ctx, a)
}

// Surveys lists surveys that were decided about from from to before to, the first
// first, without those of complaints that are hidden from the person (P8).
func (s *Store) Surveys(ctx context.Context, from, to time.Time, who string) ([]complaint.Survey, error) {
	return list(ctx, s.reads(), "surveys", func(row scanner) (v complaint.Survey, err error) {
		return v, row.Scan(append(inviteDest(&v), &v.Reference)...)
	}, "SELECT "+prefixed("s.", inviteColumns)+`, coalesce(c.reference, '') FROM surveys s LEFT JOIN complaints c ON c.id = s.complaint_id
		WHERE s.decided_at >= ? AND s.decided_at < ? AND (s.complaint_id IS NULL OR `+notAbout("s.complaint_id")+") ORDER BY s.decided_at, s.id", from, to, complaint.Fold(who))
}

// SurveysOf reads surveys by their IDs.
func (s *Store) SurveysOf(ctx context.Context, ids []string) (all []complaint.Survey, err error) {
	err = chunks(ids, func(part []string) error {
		some, err := list(ctx, s.reads(), "surveys", scanInvite, "SELECT "+inviteColumns+" FROM surveys WHERE id IN "+in(len(part))+" ORDER BY id", anys(part)...)
		all = append(all, some...)
		return err
	})
	return all, err
}

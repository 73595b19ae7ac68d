package store

import (
	"context"
	"fmt"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/complaint/figures"
)

const figureColumns = `c.id, c.reference, c.channel, c.stage, c.received_at, c.closed_at, coalesce(r.category, ''), coalesce(r.team, ''), coalesce(r.root_cause, ''),
	coalesce(r.result, ''), coalesce(r.redress_kind, ''), coalesce(r.redress_pence, 0), coalesce(r.review_changed, 0),
	CASE WHEN c.stage = 'merged' AND c.previous_id = '' AND NOT EXISTS (SELECT 1 FROM arrivals a WHERE a.complaint_id = c.id AND a.outcome = 'complaint') THEN 1 ELSE 0 END,
	coalesce(r.lesson, ''), coalesce(r.lesson_owner, ''), coalesce(r.lesson_due, ''), coalesce(r.lesson_done, '')`

// FigureCases lists what the figures need of each complaint that was open at some time
// from from to before to, and of each that ended before and whose lesson was still
// owed then. What is hidden from the person is not among them (P8).
func (s *Store) FigureCases(ctx context.Context, from, to time.Time, who string) ([]figures.Case, error) {
	scan := func(row scanner) (c figures.Case, err error) {
		l := &c.Lesson
		return c, row.Scan(&c.ID, &c.Reference, &c.Channel, &c.Stage, ms{&c.ReceivedAt}, ms{&c.EndedAt}, &c.Category, &c.Team, &c.RootCause,
			&c.Result, &c.Redress, &c.RedressPence, flag{&c.Changed}, flag{&c.Joined}, &l.What, &l.Owner, &l.Due, &l.Done)
	}
	hidden := complaint.Fold(who)
	all, err := list(ctx, s.reads(), "figures", scan, "SELECT "+figureColumns+` FROM complaints c LEFT JOIN records r ON r.complaint_id = c.id
		WHERE c.received_at < ? AND (c.closed_at = 0 OR c.closed_at >= ?) AND `+notAbout("c.id")+" ORDER BY c.received_at, c.id", to, from, hidden)
	if err != nil {
		return nil, err
	}
	owed, err := list(ctx, s.reads(), "figures", scan, "SELECT "+figureColumns+` FROM records r JOIN complaints c ON c.id = r.complaint_id
		WHERE r.lesson <> '' AND (r.lesson_done = '' OR r.lesson_done >= ?) AND c.closed_at > 0 AND c.closed_at < ? AND `+notAbout("c.id")+" ORDER BY c.received_at, c.id",
		from.Format(time.DateOnly), from, hidden)
	return append(all, owed...), err
}

// FigurePromises lists the promises that fell due, were triggered or were met from
// from to before to.
func (s *Store) FigurePromises(ctx context.Context, from, to time.Time, who string) ([]figures.Promise, error) {
	return list(ctx, s.reads(), "figures", func(row scanner) (p figures.Promise, err error) {
		return p, row.Scan(&p.ComplaintID, &p.Kind, &p.State, ms{&p.TriggerAt}, ms{&p.Deadline}, ms{&p.MetAt}, ms{&p.BreachedAt})
	}, `SELECT complaint_id, kind, state, trigger_at, deadline, met_at, breached_at FROM obligations
		WHERE (deadline >= ? AND deadline < ? OR trigger_at >= ? AND trigger_at < ? OR met_at >= ? AND met_at < ?) AND `+notAbout("obligations.complaint_id"),
		from, to, from, to, from, to, complaint.Fold(who))
}

// FigureSurveys lists the surveys that were decided about or answered from from to
// before to, and those whose lesson was still owed then; not those of complaints that
// are hidden from the person (P8).
func (s *Store) FigureSurveys(ctx context.Context, from, to time.Time, who string) ([]figures.Survey, error) {
	all, err := list(ctx, s.reads(), "figures", func(row scanner) (v figures.Survey, err error) {
		l := &v.Lesson
		return v, row.Scan(&v.ID, &v.Reference, &v.State, &v.Source, ms{&v.DecidedAt}, ms{&v.AnswerBy}, ms{&v.AnsweredAt}, &v.Satisfaction, &v.Effort, ms{&v.StoppedAt},
			&l.What, &l.Owner, &l.Due, &l.Done)
	}, `SELECT s.id, coalesce(c.reference, ''), s.state, s.source, s.decided_at, s.answer_by, coalesce(a.answered_at, 0), coalesce(a.satisfaction, 0), coalesce(a.effort, 0), coalesce(a.opted_out_at, 0),
		s.lesson, s.lesson_owner, s.lesson_due, s.lesson_done
		FROM surveys s LEFT JOIN survey_answers a ON a.survey_id = s.id LEFT JOIN complaints c ON c.id = s.complaint_id
		WHERE (s.decided_at >= ? AND s.decided_at < ? OR a.answered_at >= ? AND a.answered_at < ? OR s.lesson <> '' AND (s.lesson_done = '' OR s.lesson_done >= ?))
		AND (s.complaint_id IS NULL OR `+notAbout("s.complaint_id")+") ORDER BY s.decided_at, s.id",
		from, to, from, to, from.Format(time.DateOnly), complaint.Fold(who))
	if err != nil {
		return nil, fmt.Errorf("store: surveys: %w", err)
	}
	return all, nil
}

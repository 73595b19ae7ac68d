package store

import (
	"context"
	"fmt"
	"time"

	"ask4.com/skarga/complaint"
)

const surveyColumns = "survey_id, satisfaction, effort, comment, language, answered_at, opted_out_at"

func scanSurvey(row scanner) (a complaint.SurveyAnswer, err error) {
	return a, row.Scan(&a.SurveyID, &a.Satisfaction, &a.Effort, &a.Comment, &a.Language, ms{&a.AnsweredAt}, ms{&a.OptedOutAt})
}

// SurveyAnswer reads the answer to an invitation, if there is one.
func (s *Store) SurveyAnswer(ctx context.Context, surveyID string) (a complaint.SurveyAnswer, ok bool, err error) {
	return found(get(ctx, s.reads(), "survey answer", surveyID, scanSurvey, "SELECT "+surveyColumns+" FROM survey_answers WHERE survey_id = ?", surveyID))
}

// SurveyAnswers lists the answers given between two times, the first included.
func (s *Store) SurveyAnswers(ctx context.Context, from, to time.Time) ([]complaint.SurveyAnswer, error) {
	return list(ctx, s.reads(), "survey answers", scanSurvey, "SELECT "+surveyColumns+" FROM survey_answers WHERE answered_at >= ? AND answered_at < ? AND answered_at > 0 ORDER BY answered_at, survey_id", from, to)
}

// SetSurveyAnswer writes an answer; a later one of the same invitation replaces it,
// and the first one's time stays.
func (s *Store) SetSurveyAnswer(ctx context.Context, a complaint.SurveyAnswer) error {
	return s.write(ctx, func(c conn) error {
		return c.setSurveyAnswer(ctx, a)
	})
}

func (c conn) setSurveyAnswer(ctx context.Context, a complaint.SurveyAnswer) error {
	_, err := c.exec(ctx, "INSERT INTO survey_answers ("+surveyColumns+`) VALUES (?, ?, ?, ?, ?, ?, 0)
		ON CONFLICT (survey_id) DO UPDATE SET satisfaction = excluded.satisfaction, effort = excluded.effort, comment = excluded.comment, language = excluded.language,
		answered_at = CASE WHEN survey_answers.answered_at = 0 THEN excluded.answered_at ELSE survey_answers.answered_at END`,
		a.SurveyID, a.Satisfaction, a.Effort, a.Comment, a.Language, a.AnsweredAt)
	if err != nil {
		return fmt.Errorf("store: set survey answer %s: %w", a.SurveyID, err)
	}
	return nil
}

// StopSurveys notes that who got an invitation wants no more of them.
func (s *Store) StopSurveys(ctx context.Context, surveyID string) error {
	return s.write(ctx, func(c conn) error {
		_, err := c.exec(ctx, "INSERT INTO survey_answers ("+surveyColumns+`) VALUES (?, 0, 0, '', '', 0, ?)
			ON CONFLICT (survey_id) DO UPDATE SET opted_out_at = CASE WHEN survey_answers.opted_out_at = 0 THEN excluded.opted_out_at ELSE survey_answers.opted_out_at END`, surveyID, s.now())
		if err != nil {
			return fmt.Errorf("store: stop surveys %s: %w", surveyID, err)
		}
		return nil
	})
}

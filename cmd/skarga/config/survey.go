package config

import (
	"time"

	"ask4.com/skarga/complaint"
)

// Survey says whom we ask how satisfied they are (P7).
type Survey struct {
	Share      float64  `toml:"share"`
	After      Duration `toml:"after"`
	OnceIn     int      `toml:"once_in_days"`
	AnswerDays int      `toml:"answer_days"`
}

// Rules are the numbers as the policy counts with them.
func (s Survey) Rules() complaint.SurveyRules {
	return complaint.SurveyRules{After: time.Duration(s.After), Share: s.Share, CapDays: s.OnceIn, AnswerDays: s.AnswerDays}
}

func (s Survey) check() error {
	switch {
	case s.Share < 0 || s.Share > 1:
		return bad("survey.share", "must be between 0 and 1")
	case s.After < 0:
		return bad("survey.after", "must not be negative")
	case s.OnceIn < 90:
		return bad("survey.once_in_days", "must be 90 or more; nobody is asked more often")
	case s.AnswerDays < 1:
		return bad("survey.answer_days", "must be 1 or more")
	}
	return nil
}

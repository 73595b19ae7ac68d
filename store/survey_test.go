package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
)

func TestP07SurveyAnswersAndStops(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, c *clock, _ func() *store.Store) {
		ctx := t.Context()
		a := complaint.SurveyAnswer{SurveyID: "s1", Satisfaction: 4, Effort: 7, Comment: "Dziękuję", Language: complaint.Polish, AnsweredAt: monday}
		keep(t, s.SetSurveyAnswer(ctx, a))
		keep(t, s.StopSurveys(ctx, "s1"))
		keep(t, s.StopSurveys(ctx, "s2"))
		c.at = monday.Add(time.Hour)
		keep(t, s.StopSurveys(ctx, "s1"))
		again := a
		again.Satisfaction, again.AnsweredAt = 5, c.at
		keep(t, s.SetSurveyAnswer(ctx, again))
		a.Satisfaction, a.OptedOutAt = 5, monday
		got, ok, err := s.SurveyAnswer(ctx, "s1")
		if diff := cmp.Diff(a, got); err != nil || !ok || diff != "" {
			t.Errorf("%v %v %s", ok, err, diff)
		}
		for from, want := range map[time.Time]int{monday: 1, monday.Add(time.Second): 0, {}: 1} {
			if all, err := s.SurveyAnswers(ctx, from, monday.Add(time.Hour)); len(all) != want || err != nil {
				t.Errorf("from %s: %v %v", from, all, err)
			}
		}
		if err := s.SetSurveyAnswer(ctx, complaint.SurveyAnswer{SurveyID: "s3", Satisfaction: 6}); err == nil {
			t.Error("satisfaction 6 of 5 is kept")
		}
	})
}

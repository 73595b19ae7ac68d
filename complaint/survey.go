package complaint

import "time"

// SurveyAnswer is what a person said on the survey page (P7; DOMAIN, Surveys).
type SurveyAnswer struct {
	SurveyID     string    // of the invitation
	Satisfaction int       // 1 (not at all) to 5 (very); 0 while not answered
	Effort       int       // 1 (very hard to get help) to 7 (very easy); 0 when left out
	Comment      string    // may be empty
	Language     Language  // of the page
	AnsweredAt   time.Time // zero while not answered
	OptedOutAt   time.Time // when the person asked for no more surveys; zero if they did not
}

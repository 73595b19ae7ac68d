package complaint

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"time"
)

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

// Survey is the decision to ask a person how satisfied they are, or not to (P7). A
// complaint and a contact with support are decided about once.
type Survey struct {
	ID          string // holds no dot: it stands in signed links
	Source      SurveySource
	ComplaintID string    // empty for a campaign
	Reference   Reference // of the complaint; only where it was read
	Address     string    // e-mail address as written; empty when there is none
	Language    Language
	ContactAt   time.Time // when it was closed, or the day of the contact
	State       SurveyState
	Why         string // why it was skipped; empty for an invitation
	DecidedAt   time.Time
	AnswerBy    time.Time // later answers are kept, but do not count; zero when skipped
	DeliveryID  string    // of the invitation
	Lesson      string    // what we learn from the answer; may be empty
	LessonOwner string    // who sees to it
	LessonDue   string    // day, 2006-01-02; empty for none
	LessonDone  string    // day on which it was done; empty while open
}

// SurveySource says what a survey is about.
type SurveySource string

// The sources.
const (
	FromClosure  SurveySource = "closure"  // a complaint was closed
	FromCampaign SurveySource = "campaign" // a contact with support
)

// SurveyState says what was decided.
type SurveyState string

// The states.
const (
	SurveyInvited SurveyState = "invited"
	SurveySkipped SurveyState = "skipped"
)

// SurveyPast is what earlier surveys and complaints say about a person.
type SurveyPast struct {
	InvitedAt time.Time // the last invitation; zero for none
	StoppedAt time.Time // when they asked for no more surveys; zero if they did not
	Open      bool      // a complaint of theirs goes on
	Hidden    bool      // who asks may not know of one that goes on (P8)
}

// SurveyRules are the numbers of DOMAIN, Surveys.
type SurveyRules struct {
	After      time.Duration // from closing to the invitation
	Share      float64       // of closed complaints that are asked about, 0 to 1
	CapDays    int           // days in which a person is asked once
	AnswerDays int           // days in which an answer counts
}

// SkipClosed says why the person of a closed complaint is not asked; "" when they are.
// wait is true while nothing is to be decided: the complaint goes on, or was closed too
// lately.
func (r SurveyRules) SkipClosed(c Case, past SurveyPast, now time.Time) (why string, wait bool) {
	switch {
	case c.Complaint.Stage != StageClosed || c.Complaint.ClosedAt.IsZero() || c.Complaint.ClosedAt.Add(r.After).After(now):
		return "", true
	case RespondedAt(c.Obligations).IsZero():
		return "it was closed without a response", false
	case !r.Sampled(c.Complaint.ID):
		return "it is not in the sample", false
	case c.Complaint.ReplyBy == ByLetter || c.Complaint.CustomerAddress == "":
		return "the customer is not answered by e-mail", false
	}
	return r.Skip(past, now), false
}

// Skip says why a person is not asked now; "" when they may be.
func (r SurveyRules) Skip(past SurveyPast, now time.Time) string {
	switch {
	case !past.StoppedAt.IsZero():
		return "the person asked for no more surveys"
	case !past.InvitedAt.IsZero() && now.Before(past.InvitedAt.AddDate(0, 0, r.CapDays)):
		return fmt.Sprintf("the person was asked on %s; once in %d days is enough", past.InvitedAt.Format("2 January"), r.CapDays)
	}
	return ""
}

// Sampled says whether a key belongs to the share that is asked: always the same for
// one key.
func (r SurveyRules) Sampled(key string) bool {
	return float64(SampleOrder(key))/(1<<64) < r.Share
}

// SampleOrder is a number drawn from a key, evenly spread and always the same.
func SampleOrder(key string) uint64 {
	sum := sha256.Sum256([]byte("survey " + key))
	return binary.BigEndian.Uint64(sum[:8])
}

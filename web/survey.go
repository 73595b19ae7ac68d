package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"ask4.com/skarga/complaint"
)

// Surveys keeps what people answer (P7).
type Surveys interface {
	SurveyAnswer(ctx context.Context, surveyID string) (a complaint.SurveyAnswer, ok bool, err error)
	SetSurveyAnswer(ctx context.Context, a complaint.SurveyAnswer) error
	// StopSurveys notes that who got the invitation wants no more of them.
	StopSurveys(ctx context.Context, surveyID string) error
}

const useSurvey = "survey"

// SurveyLinks are the signed addresses of an invitation: where it is answered, and
// where surveys are stopped, by a page or by one click of a mail program (RFC 8058).
// base is the address of the site; the ID must hold no dot.
func SurveyLinks(base string, key []byte, surveyID string, l complaint.Language) (answer, stop string) {
	if l == complaint.Both {
		l = complaint.English
	}
	base = strings.TrimSuffix(base, "/")
	code := url.PathEscape(signer{key}.sign(useSurvey, surveyID))
	return base + strings.Replace(path("survey", l), "{token}", code, 1), base + strings.Replace(path("stop", l), "{token}", code, 1)
}

func (s *Site) surveyRoutes() {
	if s.Surveys == nil {
		return
	}
	s.page("GET", "survey", (*visit).survey)
	s.page("POST", "survey", (*visit).answerSurvey)
	s.page("GET", "stop", func(v *visit) {
		if _, ok := v.surveyID(); ok {
			v.show("stop", v.surveyView(view{Data: false}))
		}
	})
	s.page("POST", "stop", (*visit).stopSurveys)
}

// surveyStep are the questions.
var surveyStep = step{ID: "survey", Fields: []field{
	{Name: "satisfaction", Kind: choice, Options: []string{"5", "4", "3", "2", "1"}, Required: required},
	{Name: "effort", Kind: choice, Options: []string{"7", "6", "5", "4", "3", "2", "1"}},
	{Name: "comment", Kind: area, Rows: 5, Max: 5_000},
}}

// surveyID reads the invitation from the link; a link that is not ours is not found.
func (v *visit) surveyID() (string, bool) {
	id, ok := v.signer.open(useSurvey, v.r.PathValue("token"))
	if !ok {
		v.fail(v.w, v.r, http.StatusNotFound)
	}
	return id, ok
}

// surveyView keeps the link when the language is switched.
func (v *visit) surveyView(d view) view {
	d.Switch = strings.Replace(path(v.id, other(v.lang)), "{token}", url.PathEscape(v.r.PathValue("token")), 1)
	return d
}

// survey shows the questions, with what was answered before.
func (v *visit) survey() {
	id, ok := v.surveyID()
	if !ok {
		return
	}
	before, _, err := v.Surveys.SurveyAnswer(v.r.Context(), id)
	if err != nil {
		v.oops("read survey", err)
		return
	}
	a := answers{"comment": {before.Comment}}
	for name, n := range map[string]int{"satisfaction": before.Satisfaction, "effort": before.Effort} {
		if n > 0 {
			a[name] = []string{strconv.Itoa(n)}
		}
	}
	v.showSurvey(http.StatusOK, a, nil)
}

func (v *visit) showSurvey(status int, a answers, problems []problem) {
	stop := strings.Replace(path("stop", v.lang), "{token}", url.PathEscape(v.r.PathValue("token")), 1)
	v.write(status, "survey", v.surveyView(view{Problems: problems, Data: map[string]any{"Fields": surveyStep.Fields, "Answers": a, "Stop": stop}}))
}

// answerSurvey keeps the answers.
func (v *visit) answerSurvey() {
	id, ok := v.surveyID()
	if !ok {
		return
	}
	if err := v.r.ParseForm(); err != nil {
		v.oops("read survey", err)
		return
	}
	a := surveyStep.read(v.r.PostForm, nil)
	if problems := surveyStep.problems(a, v.texts[v.lang]); len(problems) > 0 {
		v.showSurvey(http.StatusUnprocessableEntity, a, problems)
		return
	}
	answer := complaint.SurveyAnswer{SurveyID: id, Comment: a.get("comment"), Language: v.lang, AnsweredAt: v.Now()}
	answer.Satisfaction, _ = strconv.Atoi(a.get("satisfaction")) // an option of ours, or empty
	answer.Effort, _ = strconv.Atoi(a.get("effort"))
	if err := v.Surveys.SetSurveyAnswer(v.r.Context(), answer); err != nil {
		v.oops("keep survey", err)
		return
	}
	v.show("thanks", v.surveyView(view{Title: v.say("survey.thanks")}))
}

// stopSurveys ends the surveys, by the page's button or a mail program's one click.
func (v *visit) stopSurveys() {
	id, ok := v.surveyID()
	if !ok {
		return
	}
	if err := v.Surveys.StopSurveys(v.r.Context(), id); err != nil {
		v.oops("stop surveys", err)
		return
	}
	v.show("stop", v.surveyView(view{Data: true}))
}

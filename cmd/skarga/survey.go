package main

import (
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/web"
)

// surveyCmd holds what is done about surveys (P7).
type surveyCmd struct {
	Invite surveyInvite `cmd:"" help:"Ask a sample of people who were in touch with support."`
	List   surveyList   `cmd:"" help:"Show whom we asked, whom we did not ask and why, and what they said."`
	Lesson surveyLesson `cmd:"" help:"Record what is to be learned from an answer, and who sees to it."`
}

// surveys makes what asks people how satisfied they are.
func (a *app) surveys() casework.Surveys {
	return casework.Surveys{Office: a.cases, Store: caseStore{a.store}, Rules: a.cfg.Survey.Rules(), Links: a.surveyLinks, Log: a.log}
}

// surveysLink says whether surveys can link to their page: one click of a mail program
// needs https (RFC 8058 section 3.1).
func (a *app) surveysLink() bool { return strings.HasPrefix(a.cfg.Web.BaseURL, "https://") }

// errNoLink is why nobody is asked where surveys cannot link to their page.
var errNoLink = errors.New("config: web.base_url: must be an https address, so that surveys can link to their page")

// surveyLinks are the signed addresses of a survey.
func (a *app) surveyLinks(ctx context.Context, id string, l complaint.Language) (answer, stop string, err error) {
	if !a.surveysLink() {
		return "", "", errNoLink
	}
	keys, err := a.store.SigningKeys(ctx)
	if err != nil {
		return "", "", err
	}
	answer, stop = web.SurveyLinks(a.cfg.Web.BaseURL, keys[0].Secret, id, l)
	return answer, stop, nil
}

type surveyInvite struct {
	CSV    string `required:"" name:"csv" help:"File with the columns email, contacted (2026-12-24) and, if you like, language (en or pl)." placeholder:"FILE"`
	Sample int    `default:"200" help:"How many people of the file are asked."`
}

// Run invites a sample of a file's people and says whom it skipped, and why.
func (c surveyInvite) Run(s *session) error {
	if c.Sample < 1 {
		return usageError{errors.New("--sample: must be 1 or more")}
	}
	a, who, err := s.allowed(complaint.ActReport)
	if err != nil {
		return err
	}
	defer a.Close()
	if !a.surveysLink() {
		return errNoLink
	}
	f, err := os.Open(c.CSV)
	if err != nil {
		return err
	}
	defer f.Close()
	contacts, bad, err := a.contacts(f)
	if err != nil {
		return usageError{fmt.Errorf("%s: %w", c.CSV, err)}
	}
	asked, err := a.surveys().Invite(s.ctx, who, contacts, c.Sample)
	if err != nil {
		return err
	}
	asked = append(asked, bad...)
	slices.SortFunc(asked, func(a, b casework.Asked) int { return a.Line - b.Line })
	return c.tell(s, asked)
}

func (c surveyInvite) tell(s *session, asked []casework.Asked) error {
	invited := 0
	for _, x := range asked {
		if s.cli.JSON {
			if err := json.NewEncoder(s.out).Encode(map[string]any{"line": x.Line, "email": x.Address, "invited": x.Why == "", "why": x.Why}); err != nil {
				return err
			}
		} else if x.Why != "" {
			fmt.Fprintf(s.out, "line %d: %s: not asked: %s\n", x.Line, x.Address, x.Why)
		}
		if x.Why == "" {
			invited++
		}
	}
	if s.cli.JSON {
		return nil
	}
	return s.done("%d people are asked, %d lines are not.", invited, len(asked)-invited)
}

// contactAge is how long ago a contact may be that we ask about.
const contactAge = 90 * 24 * time.Hour

// contacts reads a list of contacts with support; lines that cannot be used are given
// with the reason. A file that is no such list is an error.
func (a *app) contacts(r io.Reader) (list []casework.Contact, bad []casework.Asked, err error) {
	in := csv.NewReader(r)
	in.TrimLeadingSpace, in.FieldsPerRecord = true, -1
	head, err := in.Read()
	if err != nil {
		return nil, nil, fmt.Errorf("there is no line with the names of the columns (email,contacted,language): %w", err)
	}
	at := map[string]int{}
	for i, name := range head {
		at[strings.ToLower(strings.Trim(name, "\ufeff "))] = i
	}
	for _, need := range []string{"email", "contacted"} {
		if _, ok := at[need]; !ok {
			return nil, nil, fmt.Errorf("there is no column %q; the first line names the columns email, contacted and, if you like, language", need)
		}
	}
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return list, bad, nil
		}
		if err != nil {
			return nil, nil, err
		}
		line, _ := in.FieldPos(0)
		cell := func(name string) string {
			i, ok := at[name]
			if !ok || i >= len(row) {
				return ""
			}
			return strings.TrimSpace(row[i])
		}
		contact := casework.Contact{Line: line, Address: cell("email"), Language: complaint.Language(strings.ToLower(cell("language")))}
		if why := a.unusable(&contact, cell("contacted")); why != "" {
			bad = append(bad, casework.Asked{Contact: contact, Why: why})
			continue
		}
		list = append(list, contact)
	}
}

// unusable says why a line cannot be used, and reads its day; "" when it can.
func (a *app) unusable(c *casework.Contact, day string) string {
	address, err := mail.ParseAddress(c.Address)
	if err != nil || address.Name != "" || address.Address != c.Address {
		return "that is no e-mail address"
	}
	now := a.now().In(a.rules.Location)
	if c.At, err = time.ParseInLocation(time.DateOnly, day, a.rules.Location); err != nil {
		return fmt.Sprintf("%q is no day; one looks like 2026-12-24", day)
	}
	switch {
	case c.At.After(now):
		return "the day of the contact has not come yet"
	case now.Sub(c.At) > contactAge:
		return "the contact is more than 90 days ago"
	case !slices.Contains([]complaint.Language{complaint.Both, complaint.English, complaint.Polish}, c.Language):
		return fmt.Sprintf("the language %q is neither en nor pl", c.Language)
	}
	return ""
}

type surveyList struct {
	From string `help:"First day; the first of this month if not given." placeholder:"2026-11-01"`
	To   string `help:"Last day; today if not given." placeholder:"2026-11-30"`
}

// Run lists surveys with their answers.
func (c surveyList) Run(s *session) error {
	a, who, err := s.allowed(complaint.ActReport)
	if err != nil {
		return err
	}
	defer a.Close()
	p, err := a.period(c.From, c.To)
	if err != nil {
		return err
	}
	all, err := a.store.Surveys(s.ctx, p.From, p.To, who.Name)
	if err != nil {
		return err
	}
	if len(all) == 0 && !s.cli.JSON {
		_, err := fmt.Fprintln(s.out, "Nobody was asked in this time.")
		return err
	}
	t := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for _, v := range all {
		answer, _, err := a.store.SurveyAnswer(s.ctx, v.ID)
		if err != nil {
			return err
		}
		if s.cli.JSON {
			err = json.NewEncoder(s.out).Encode(map[string]any{"id": v.ID, "reference": v.Reference, "source": v.Source, "state": v.State, "why": v.Why, "decided": v.DecidedAt, "answer_by": v.AnswerBy,
				"answered": answer.AnsweredAt, "satisfaction": answer.Satisfaction, "effort": answer.Effort, "comment": answer.Comment, "stopped": answer.OptedOutAt,
				"lesson": v.Lesson, "lesson_owner": v.LessonOwner, "lesson_due": v.LessonDue, "lesson_done": v.LessonDone})
		} else {
			_, err = fmt.Fprintf(t, "%s\t%s\t%s\t%s\n", v.ID, v.DecidedAt.In(a.rules.Location).Format(time.DateOnly), cmp.Or(string(v.Reference), string(v.Source)), surveyWords(v, answer))
		}
		if err != nil {
			return err
		}
	}
	return t.Flush()
}

// surveyWords says what became of a survey.
func surveyWords(v complaint.Survey, a complaint.SurveyAnswer) string {
	switch {
	case v.State == complaint.SurveySkipped:
		return "not asked: " + v.Why
	case a.AnsweredAt.IsZero() && !a.OptedOutAt.IsZero():
		return "wants no more surveys"
	case a.AnsweredAt.IsZero():
		return "not answered"
	}
	return strings.TrimSpace(fmt.Sprintf("%d of 5 %s", a.Satisfaction, strings.Join(strings.Fields(a.Comment), " ")))
}

type surveyLesson struct {
	ID     string `arg:"" help:"The survey, as 'skarga survey list' shows it."`
	Lesson string `arg:"" optional:"" help:"What is to be learned."`
	Owner  string `required:"" help:"Who sees to it." placeholder:"NAME"`
	Due    string `help:"By when." placeholder:"2026-12-24"`
	Done   string `help:"Day on which it was done." placeholder:"2026-12-24"`
}

// Run records a lesson.
func (c surveyLesson) Run(s *session) error {
	a, who, err := s.allowed(complaint.ActReport)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := a.surveys().Learn(s.ctx, who, c.ID, c.Lesson, c.Owner, c.Due, c.Done); err != nil {
		return fieldUsage(err)
	}
	return s.done("%s: the lesson is on record.", c.ID)
}

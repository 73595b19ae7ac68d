package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

func (s *Site) answerRoutes() {
	s.desk("GET /staff/complaint/{ref}/reply", "answer", complaint.ActReply, (*visit).reply)
	s.desk("POST /staff/complaint/{ref}/reply", "answer", complaint.ActReply, (*visit).compose)
	s.desk("POST /staff/complaint/{ref}/approve", "answer", complaint.ActApprove, (*visit).approve)
}

func replyPath(ref complaint.Reference) string { return casePath(ref) + "/reply" }

// answerView is the page on which an answer is written.
type answerView struct {
	Complaint complaint.Complaint
	Record    complaint.Record
	Kinds     []templates.Kind // to choose from; empty while one is written
	NotNow    []casework.NotNow
	Busy      *casework.BusyError
	Preview   casework.Preview
	Fields    []answerField
	Problem   string // why the last words were not taken; empty when they were
	Notice    string
	Approves  bool // the person may let it go
}

// answerField is a field of the message that the author fills in.
type answerField struct {
	Key, Label, Help, Value, Kind string // Kind: "area", "line", "date", "choice"
	Lang                          string // of a text that is given in two languages
	Options                       []string
	Needed                        bool
	Findings                      []templates.Finding
}

// reply shows the answer that is being written, or the kinds there are to write.
func (v *visit) reply(who complaint.Person) {
	c, ok := v.look(who, "viewed")
	if !ok {
		return
	}
	page := answerView{Complaint: c.Complaint, Record: c.Record, Notice: v.notice()}
	a := casework.Acting{Who: who, Ref: c.Complaint.Reference, Seen: casework.AnyVersion}
	switch {
	case c.Draft == nil:
		var err error
		if page.Kinds, page.NotNow, err = v.Console.Office.Possible(v.r.Context(), a); err != nil {
			v.refuse(err)
			return
		}
	case c.Draft.State == complaint.Awaiting && !who.Is(c.Draft.Author) && complaint.May(who, complaint.ActApprove, c.Case()) == nil:
		p, err := v.Console.Office.Finished(v.r.Context(), a)
		if err != nil {
			v.refuse(err)
			return
		}
		page.Preview, page.Approves = p, true
	default:
		p, err := v.Console.Office.Compose(v.r.Context(), a, casework.Answer{})
		var busy *casework.BusyError
		if errors.As(err, &busy) {
			page.Busy = busy
		} else if err != nil {
			v.refuse(err)
			return
		}
		page.Preview = p
		page.Fields = answerFields(p, nil)
	}
	v.showAnswer(http.StatusOK, page)
}

func (v *visit) showAnswer(status int, page answerView) {
	v.write(status, "staff_answer", view{Title: "Reply to " + string(page.Complaint.Reference), Data: page})
}

// answerFields are the fields of a message with what was written so far; typed are the
// words that were not taken.
func answerFields(p casework.Preview, typed url.Values) (all []answerField) {
	for _, f := range p.Fields {
		for _, key := range p.Keys(f) {
			name, lang, _ := strings.Cut(key, ".")
			one := answerField{Key: key, Label: fieldLabel(name), Help: f.Help, Value: p.Draft.Values[key], Kind: "line", Options: f.Choices, Needed: f.Need != "", Lang: lang}
			if typed.Has("f." + key) {
				one.Value = typed.Get("f." + key)
			}
			switch {
			case len(f.Choices) > 0:
				one.Kind = "choice"
			case f.Type == "yes or no":
				one.Kind, one.Options = "choice", []string{"yes", "no"}
			case f.Type == "text", f.Type == "list":
				one.Kind = "area"
			case f.Type == "date":
				one.Kind = "date"
			}
			for _, found := range p.Findings {
				if found.Field == key || found.Field == f.Key {
					one.Findings = append(one.Findings, found)
				}
			}
			all = append(all, one)
		}
	}
	return all
}

// fieldLabel writes the key of a field as words.
func fieldLabel(key string) string {
	s := strings.ReplaceAll(key, "_", " ")
	return strings.ToUpper(s[:1]) + s[1:]
}

// compose takes what the author wrote: it is saved as a draft, shown, sent or given up.
func (v *visit) compose(who complaint.Person) {
	f, ok := v.form()
	if !ok {
		return
	}
	a := v.acting(who)
	a.Seen = casework.AnyVersion // Send compares with what the draft was shown beside
	ans := casework.Answer{Kind: f.Get("kind"), Values: map[string]string{}, TakeOver: f.Get("do") == "take"}
	for name := range f {
		if key, is := strings.CutPrefix(name, "f."); is {
			ans.Values[key] = strings.TrimSpace(strings.ReplaceAll(f.Get(name), "\r\n", "\n"))
		}
	}
	ctx, office := v.r.Context(), v.Console.Office
	if f.Get("do") == "discard" {
		if err := office.Discard(ctx, a, false); err != nil {
			v.refuse(err)
			return
		}
		v.done(casePath(a.Ref), "discarded")
		return
	}
	p, err := office.Compose(ctx, a, ans)
	if errors.Is(err, casework.ErrField) {
		v.again(who, a, f, err)
		return
	}
	if err != nil {
		v.refuse(err)
		return
	}
	if f.Get("do") != "send" {
		said := map[bool]string{true: "saved"}[f.Get("do") == "save"]
		if p.Reopened {
			said = "reopened"
		}
		v.done(replyPath(a.Ref), said)
		return
	}
	sent, err := office.Send(ctx, a, casework.Answer{})
	if err != nil {
		v.notSent(a, p, f, err)
		return
	}
	v.done(casePath(a.Ref), map[bool]string{true: "awaiting", false: "queued"}[sent.Awaiting])
}

// again shows the page with what was typed and why it was not taken.
func (v *visit) again(who complaint.Person, a casework.Acting, f url.Values, problem error) {
	p, err := v.Console.Office.Compose(v.r.Context(), a, casework.Answer{})
	if err != nil {
		v.refuse(problem) // there is no draft to go on with
		return
	}
	v.notSent(a, p, f, problem)
}

// notSent shows the draft with the reason why it cannot leave.
func (v *visit) notSent(a casework.Acting, p casework.Preview, typed url.Values, err error) {
	var refusal *complaint.Refusal
	var changed *casework.ChangedError
	var lack *templates.LackError
	switch {
	case errors.As(err, &lack):
		err = errors.New("something is missing: the list beside the fields says what")
	case errors.As(err, &refusal), errors.As(err, &changed), errors.Is(err, casework.ErrField), forPeople(err):
	default:
		v.refuse(err)
		return
	}
	c, e := v.Console.Office.View(v.r.Context(), a.Who, a.Ref)
	if e != nil {
		v.refuse(e)
		return
	}
	v.showAnswer(http.StatusUnprocessableEntity, answerView{Complaint: c.Complaint, Record: c.Record, Preview: p, Fields: answerFields(p, typed), Problem: words(err)})
}

// approve lets another person's answer go, or gives it back with a reason.
func (v *visit) approve(who complaint.Person) {
	f, ok := v.form()
	if !ok {
		return
	}
	a := v.acting(who)
	var err error
	said := "queued"
	if f.Get("do") == "back" {
		err, said = v.Console.Office.SendBack(v.r.Context(), a, f.Get("reason")), "back"
	} else {
		_, err = v.Console.Office.Approve(v.r.Context(), a)
	}
	if err != nil {
		v.refuse(err)
		return
	}
	v.done(casePath(a.Ref), said)
}

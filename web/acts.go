package web

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
)

// act is something that a person may do with a complaint beside answering it: one form
// on its page, and one function of casework that the command calls, too.
type act struct {
	Name   string // in the address
	Title  string
	Right  complaint.Action
	Fields []actField
	// fits says whether the form makes sense for a complaint; nil for always.
	fits func(c complaint.View) bool
	do   func(v *visit, on casework.Acting, f url.Values) error
}

// actField is one field of such a form.
type actField struct {
	Name, Label string
	Kind        string // text, lines, date, choice or staff
	Options     []actOption
	Optional    bool
}

// actOption is one answer of a choice.
type actOption struct{ Value, Label string }

// reason is the field that every decision has.
var reason = actField{Name: "reason", Label: "Why; it is kept on record", Kind: "text"}

// ruling is the field by which a suggestion is confirmed or dropped.
var ruling = actField{Name: "ruling", Label: "Decision", Kind: "choice", Options: []actOption{{"confirmed", "Yes, it is so"}, {"dropped", "No, it is not"}}}

func notEnded(c complaint.View) bool { return !c.Complaint.Stage.Ended() }

func atOmbudsman(c complaint.View) bool { return c.Complaint.Stage == complaint.StageOmbudsman }

// acts lists all of them in the order of the page.
var acts = []act{
	{Name: "answered", Title: "Nothing needs an answer", Right: complaint.ActReply, Fields: []actField{reason},
		fits: func(c complaint.View) bool {
			return slices.ContainsFunc(c.Replies, func(r complaint.CustomerReply) bool { return r.SettledAt.IsZero() })
		},
		do: func(v *visit, on casework.Acting, f url.Values) error {
			return v.Console.Office.Answered(v.r.Context(), on, f.Get("reason"))
		}},
	{Name: "about", Title: "About a member of staff (P8)", Right: complaint.ActRuleAbout, Fields: []actField{{Name: "person", Label: "Who", Kind: "staff"}, ruling, reason},
		do: func(v *visit, on casework.Acting, f url.Values) error {
			return v.Console.Office.RuleAbout(v.r.Context(), on, f.Get("person"), complaint.AboutState(f.Get("ruling")), f.Get("reason"))
		}},
	{Name: "conduct", Title: "Inappropriate conduct (P6)", Right: complaint.ActRuleConduct, Fields: []actField{ruling, reason},
		do: func(v *visit, on casework.Acting, f url.Values) error {
			return v.Console.Office.RuleConduct(v.r.Context(), on, complaint.RulingState(f.Get("ruling")), f.Get("reason"))
		}},
	{Name: "personal-data", Title: "About personal data (P10)", Right: complaint.ActRulePersonal, Fields: []actField{ruling, reason},
		do: func(v *visit, on casework.Acting, f url.Values) error {
			return v.Console.Office.RulePersonalData(v.r.Context(), on, complaint.RulingState(f.Get("ruling")), f.Get("reason"))
		}},
	{Name: "address", Title: "Postal address", Right: complaint.ActEdit, Fields: []actField{{Name: "lines", Label: "Address, a line each", Kind: "lines"},
		{Name: "needs", Label: "Letters are", Kind: "choice", Options: []actOption{{"", "as usual"}, {string(complaint.LargePrint), "in large print"}, {string(complaint.Braille), "to be put into Braille"}}, Optional: true}},
		do: func(v *visit, on casework.Acting, f url.Values) error {
			led, err := v.Console.Office.SetAddress(v.r.Context(), on, lines(f.Get("lines")), complaint.Need(f.Get("needs")))
			v.said = readdressed(led)
			return err
		}},
	{Name: "deadlock", Title: "Deadlock: we cannot agree (P16)", Right: complaint.ActOmbudsman, Fields: []actField{reason}, fits: notEnded,
		do: func(v *visit, on casework.Acting, f url.Values) error {
			return v.Console.Office.Deadlock(v.r.Context(), on, f.Get("reason"))
		}},
	{Name: "referred", Title: "The ombudsman took it up (P16)", Right: complaint.ActOmbudsman, fits: func(c complaint.View) bool { return !atOmbudsman(c) },
		Fields: []actField{{Name: "on", Label: "On", Kind: "date", Optional: true}, {Name: "number", Label: "Their number", Kind: "text", Optional: true}},
		do: func(v *visit, on casework.Acting, f url.Values) error {
			at, err := v.day(f.Get("on"))
			if err != nil {
				return err
			}
			return v.Console.Office.Referred(v.r.Context(), on, at, f.Get("number"))
		}},
	{Name: "decided", Title: "The ombudsman decided (P16)", Right: complaint.ActOmbudsman, fits: atOmbudsman,
		Fields: []actField{{Name: "on", Label: "On", Kind: "date", Optional: true}, {Name: "result", Label: "Decision", Kind: "text"}, {Name: "tasks", Label: "What we have to do, a line each", Kind: "lines", Optional: true}},
		do: func(v *visit, on casework.Acting, f url.Values) error {
			at, err := v.day(f.Get("on"))
			if err != nil {
				return err
			}
			return v.Console.Office.Decided(v.r.Context(), on, at, f.Get("result"), lines(f.Get("tasks")))
		}},
	{Name: "task", Title: "One more task of the decision", Right: complaint.ActOmbudsman, fits: atOmbudsman,
		Fields: []actField{{Name: "what", Label: "What", Kind: "text"}, {Name: "due", Label: "By", Kind: "date", Optional: true}},
		do: func(v *visit, on casework.Acting, f url.Values) error {
			due, err := v.day(f.Get("due"))
			if err != nil {
				return err
			}
			if !due.IsZero() { // the whole day counts
				due = due.AddDate(0, 0, 1).Add(-time.Second)
			}
			return v.Console.Office.AddTask(v.r.Context(), on, f.Get("what"), due)
		}},
	{Name: "task-done", Title: "A task is done", Right: complaint.ActOmbudsman, fits: func(c complaint.View) bool { return len(c.Tasks) > 0 },
		Fields: []actField{{Name: "number", Label: "Its number in the list", Kind: "text"}, {Name: "note", Label: "Note", Kind: "text", Optional: true}},
		do: func(v *visit, on casework.Acting, f url.Values) error {
			n, err := strconv.Atoi(strings.TrimSpace(f.Get("number")))
			if err != nil {
				return fmt.Errorf("%w: %q is no number of a task", casework.ErrField, f.Get("number"))
			}
			return v.Console.Office.TaskDone(v.r.Context(), on, n, f.Get("note"))
		}},
	{Name: "given-back", Title: "The ombudsman gave it back (P16)", Right: complaint.ActOmbudsman, fits: atOmbudsman, Fields: []actField{reason},
		do: func(v *visit, on casework.Acting, f url.Values) error {
			return v.Console.Office.GivenBack(v.r.Context(), on, f.Get("reason"))
		}},
	{Name: "merge", Title: "The same matter as another: merge", Right: complaint.ActCombine, fits: notEnded,
		Fields: []actField{{Name: "other", Label: "It goes on as", Kind: "text"}, reason},
		do: func(v *visit, on casework.Acting, f url.Values) error {
			into, err := v.Console.Office.ParseReference(v.r.Context(), on.Who, f.Get("other"))
			if err != nil {
				return fmt.Errorf("%w: %w", casework.ErrField, err)
			}
			return v.Console.Office.Merge(v.r.Context(), on, into, f.Get("reason"))
		}},
	{Name: "split", Title: "Two matters: make a second complaint", Right: complaint.ActCombine,
		Fields: []actField{{Name: "subject", Label: "Subject of the second", Kind: "text", Optional: true}, {Name: "summary", Label: "What the second is about", Kind: "text"}, reason},
		do: func(v *visit, on casework.Acting, f url.Values) error {
			_, err := v.Console.Office.Split(v.r.Context(), on, f.Get("subject"), f.Get("summary"), f.Get("reason"))
			return err
		}},
	{Name: "together", Title: "One matter of many, e.g. an outage: link", Right: complaint.ActCombine, fits: notEnded,
		Fields: []actField{{Name: "other", Label: "Another complaint of the matter", Kind: "text"}, {Name: "matter", Label: "Name of the matter", Kind: "text"}},
		do: func(v *visit, on casework.Acting, f url.Values) error {
			other, err := v.Console.Office.ParseReference(v.r.Context(), on.Who, f.Get("other"))
			if err != nil {
				return fmt.Errorf("%w: %w", casework.ErrField, err)
			}
			return v.Console.Office.Link(v.r.Context(), on.Who, []complaint.Reference{on.Ref, other}, f.Get("matter"))
		}},
}

func (s *Site) actRoutes() {
	for _, a := range acts {
		s.desk("POST /staff/complaint/{ref}/"+a.Name, "case", a.Right, func(v *visit, who complaint.Person) { v.act(who, a) })
	}
}

// act does it and shows the complaint again.
func (v *visit) act(who complaint.Person, a act) {
	f, ok := v.form()
	if !ok {
		return
	}
	on := v.acting(who)
	if err := a.do(v, on, f); err != nil {
		v.refuse(err)
		return
	}
	v.done(casePath(on.Ref)+"#more", cmp.Or(v.said, "set"))
}

// fitting are the acts that a person may do with a complaint now.
func fitting(who complaint.Person, c complaint.View) (list []act) {
	for _, a := range acts {
		if complaint.May(who, a.Right, c.Case()) == nil && (a.fits == nil || a.fits(c)) {
			list = append(list, a)
		}
	}
	return list
}

// lines are those of a text that hold something.
func lines(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' })
}

// day reads a date as the beginning of that day in the house's zone; zero for none.
func (v *visit) day(text string) (time.Time, error) {
	if strings.TrimSpace(text) == "" {
		return time.Time{}, nil
	}
	at, err := time.ParseInLocation(time.DateOnly, strings.TrimSpace(text), v.Console.Office.Rules.Location)
	if err != nil {
		return at, fmt.Errorf("%w: %q is no date; one looks like 2026-12-24", casework.ErrField, text)
	}
	return at, nil
}

package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"time"

	"ask4.com/skarga/complaint"
)

// Rules is what the configuration says about dates.
type Rules struct {
	complaint.Rules
	OneOff []complaint.Override // of the firm's own, in the configuration
	Own    []complaint.OwnDay   // that managers set here
	File   string               // that holds them; empty: built in
	// With are the same rules with another calendar.
	With func(calendar string) (complaint.Rules, error)
}

// Days changes the one-off days that managers set.
type Days interface {
	Set(ctx context.Context, by string, o complaint.Override) error
	Drop(ctx context.Context, by, date string) error
}

func (s *Site) adminRuleRoutes() {
	s.desk("GET /staff/admin/calendar", "admin", complaint.ActAdminister, func(v *visit, _ complaint.Person) { v.calendar(nil) })
	s.desk("POST /staff/admin/calendar", "admin", complaint.ActAdminister, (*visit).setDay)
	s.desk("POST /staff/admin/calendar/drop", "admin", complaint.ActAdminister, (*visit).dropDay)
}

// setDay makes a day one off, or one that is worked.
func (v *visit) setDay(who complaint.Person) {
	f, ok := v.form()
	if !ok {
		return
	}
	err := v.Console.Admin.Days.Set(v.r.Context(), who.Name, complaint.Override{Date: f.Get("day"), Name: f.Get("name"), Working: f.Get("working") == "yes"})
	switch {
	case isWrong(err):
		v.calendar([]problem{{"day", "day", wrongWords(err)}})
	case err != nil:
		v.refuse(err)
	default:
		v.redirectTo("/staff/admin/calendar?done=day")
	}
}

// dropDay takes such a day away.
func (v *visit) dropDay(who complaint.Person) {
	f, ok := v.form()
	if !ok {
		return
	}
	if err := v.Console.Admin.Days.Drop(v.r.Context(), who.Name, f.Get("day")); err != nil {
		v.refuse(err)
		return
	}
	v.redirectTo("/staff/admin/calendar?done=day-off")
}

// calendarView is what is in force, and an answer to "what would be due".
type calendarView struct {
	Rules
	Calendars []string
	Calendar  string // asked about
	Last      int    // year of the horizon
	Short     bool   // the horizon is near
	DaysOff   []dayOff
	On, At    string // what was asked: day and time of arrival
	Ack       string // when the acknowledgement left; may be empty
	Asked     bool
	Due       []complaint.Obligation
	Then      []dueStep // with the acknowledgement known
	Typed     url.Values
	Notice    string
}

type dayOff struct {
	complaint.Override
	Day time.Time
	Own bool
}

// dueStep is a date with how it is counted.
type dueStep struct {
	What  string
	At    time.Time
	Steps []string
}

// daysAhead is how far the page looks for days off: a year and a quarter.
const daysAhead = 456

// calendar shows what is in force; problems say why a day was not set.
func (v *visit) calendar(problems []problem) {
	r, err := v.Console.Admin.Rules(v.r.Context())
	if err != nil {
		v.oops("read rules", err)
		return
	}
	q := v.r.URL.Query()
	now := v.Now().In(r.Location)
	p := calendarView{Rules: r, Typed: v.r.PostForm, Notice: v.adminNotice(), Calendars: complaint.CalendarNames(), Calendar: q.Get("calendar"), On: q.Get("on"), At: q.Get("at"), Ack: q.Get("ack")}
	if !slices.Contains(p.Calendars, p.Calendar) {
		p.Calendar = r.Calendar.Name()
	}
	_, p.Last = r.Calendar.Horizon()
	p.Short = r.Calendar.EndsSoon(now)
	for _, d := range r.Calendar.DaysOff(now, daysAhead) {
		day, _ := time.ParseInLocation(time.DateOnly, d.Date, r.Location) // Go wrote it
		p.DaysOff = append(p.DaysOff, dayOff{d, day, r.ofOurs(d.Date)})
	}
	if p.Asked = p.On != ""; p.Asked {
		problems = append(problems, v.countDue(&p)...)
	} else {
		p.On, p.At = now.Format(time.DateOnly), now.Format("15:04")
	}
	status := http.StatusOK
	if len(problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	v.write(status, "staff_calendar", view{Title: "Calendar", Problems: problems, Data: p})
}

// ofOurs says whether a date is a one-off day of the firm's own.
func (r Rules) ofOurs(date string) bool {
	return slices.ContainsFunc(r.OneOff, func(o complaint.Override) bool { return o.Date == date }) ||
		slices.ContainsFunc(r.Own, func(o complaint.OwnDay) bool { return o.Date == date })
}

// countDue counts what would be due.
func (v *visit) countDue(p *calendarView) []problem {
	if p.At == "" {
		p.At = "09:00"
	}
	at, err := time.ParseInLocation(time.DateOnly+" 15:04", p.On+" "+p.At, p.Location)
	if err != nil {
		return []problem{{"on", "on", "Enter a day and a time, such as 2026-12-23 and 16:30"}}
	}
	rules, err := p.With(p.Calendar)
	if err != nil {
		return []problem{{"calendar", "calendar", words(err)}}
	}
	if p.Due, err = rules.NewObligations("", at); err != nil {
		return []problem{{"on", "on", words(err)}}
	}
	if p.Ack == "" {
		return nil
	}
	ack, err := time.ParseInLocation("2006-01-02T15:04", p.Ack, p.Location)
	if err != nil || ack.Before(at) {
		return []problem{{"ack", "ack", "Enter when the acknowledgement left, after the complaint arrived"}}
	}
	update, respond, err := rules.NextDates(p.Due, ack)
	if err != nil {
		return []problem{{"ack", "ack", words(err)}}
	}
	for _, s := range []struct {
		what, rule string
		from, at   time.Time
		days       int
	}{{"update", "P13", ack, update, rules.UpdateDays}, {"response", "P14", update, respond, rules.RespondDays}} {
		counted, steps, err := rules.Calendar.AddWorkdays(s.from, s.days, p.Location)
		if err != nil {
			return []problem{{"ack", "ack", words(err)}}
		}
		steps = append([]string{fmt.Sprintf("%d working days after %s (policy %s)", s.days, s.from.In(p.Location).Format("Mon 2 Jan 2006 15:04"), s.rule)}, steps...)
		if s.at.Before(counted) {
			steps = append(steps, "no later than what was promised from arrival")
		}
		p.Then = append(p.Then, dueStep{s.what, s.at, steps})
	}
	return nil
}

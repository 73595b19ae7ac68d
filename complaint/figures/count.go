package figures

import (
	"cmp"
	"slices"
	"time"

	"ask4.com/skarga/complaint"
)

// promiseKinds are the kinds in the order of a complaint's life.
var promiseKinds = []complaint.ObligationKind{complaint.Acknowledge, complaint.Update, complaint.Respond, complaint.Review, complaint.TellOmbudsman, complaint.Comply}

// Make counts a period. Cases are all complaints received before its end that had
// not ended before its start, and those with a lesson still owed; promises are theirs that fell due, were triggered or
// were met in it. Others do no harm. It does not change its arguments.
func Make(p Period, cases []Case, promises []Promise, surveys []Survey) Report {
	r := Report{From: p.From, To: p.To, AsOf: p.AsOf, Lessons: []Owed{}}
	byID := make(map[string]*Case, len(cases))
	for i := range cases {
		byID[cases[i].ID] = &cases[i]
	}
	r.countCases(p, cases)
	r.countPromises(p, byID, promises)
	r.countSurveys(p, surveys)
	slices.SortStableFunc(r.Lessons, func(a, b Owed) int { return cmp.Compare(cmp.Or(a.Due, "9999"), cmp.Or(b.Due, "9999")) })
	return r
}

// countSurveys counts what was asked and answered in the period.
func (r *Report) countSurveys(p Period, surveys []Survey) {
	months := monthsOf(p)
	for _, s := range surveys {
		at := func(t time.Time, count func(*Tally)) {
			if p.holds(t) && t.Before(p.end()) {
				count(&r.Surveys.Tally)
				count(&months.of(t).Tally)
			}
		}
		at(s.DecidedAt, func(t *Tally) {
			if s.State == "invited" {
				t.Invited++
				note(&t.InvitedOf, s)
			} else {
				t.Skipped++
				note(&t.SkippedOf, s)
			}
		})
		at(s.StoppedAt, func(t *Tally) {
			t.Stopped++
			note(&t.StoppedOf, s)
		})
		if s.AnswerBy.IsZero() || !s.AnsweredAt.After(s.AnswerBy) {
			at(s.AnsweredAt, func(t *Tally) { t.add(s) })
		}
		r.owe(p, Owed{Survey: s.ID}, s.Lesson)
	}
	r.Surveys.Months = months.list
}

// add counts an answer.
func (t *Tally) add(s Survey) {
	t.N++
	note(&t.AnsweredOf, s)
	if s.Satisfaction >= 4 {
		t.Satisfied++
		note(&t.SatisfiedOf, s)
	}
	if s.Effort > 0 {
		t.EffortN++
		t.EffortSum += s.Effort
	}
}

// note adds the complaint of a survey, if it has one.
func note(list *[]complaint.Reference, s Survey) {
	if s.Reference != "" {
		*list = append(*list, s.Reference)
	}
}

// owe notes a lesson that was not done at the end of the period.
func (r *Report) owe(p Period, o Owed, l Lesson) {
	zone := p.From.Location()
	today, last := p.end().In(zone).Format(time.DateOnly), p.end().In(zone).Add(-time.Nanosecond).Format(time.DateOnly)
	if l.What == "" || l.Done != "" && l.Done <= last {
		return
	}
	o.What, o.Owner, o.Due, o.Overdue = l.What, l.Owner, l.Due, l.Due != "" && l.Due < today
	r.Lessons = append(r.Lessons, o)
	if o.Overdue && o.Reference != "" {
		r.Overdue.add(o.Reference)
	}
}

func (r *Report) countCases(p Period, cases []Case) {
	channels, categories, teams, ends, results, causes := groups{}, groups{}, groups{}, groups{}, groups{}, groups{}
	paid := map[string]*Paid{}
	days := daysOf(p)
	for _, c := range cases {
		if c.ReceivedAt.Before(p.end()) {
			r.owe(p, Owed{Reference: c.Reference}, c.Lesson)
		}
		ended := !c.EndedAt.IsZero() && c.EndedAt.Before(p.end())
		if !c.ReceivedAt.Before(p.end()) || ended && c.EndedAt.Before(p.From) {
			continue
		}
		if c.ReceivedAt.Before(p.From) {
			r.Balance.Opening.add(c.Reference)
		} else {
			r.Balance.Received.add(c.Reference)
			channels.add(string(c.Channel), c.Reference)
			categories.add(c.Category, c.Reference)
			teams.add(c.Team, c.Reference)
			days.of(c.ReceivedAt).Received++
		}
		if !ended {
			r.Balance.Closing.add(c.Reference)
			r.Ages.add(c, p.end())
			continue
		}
		r.Balance.Ended.add(c.Reference)
		days.of(c.EndedAt).Ended++
		ends.add(string(c.Stage), c.Reference)
		if c.Stage != complaint.StageClosed {
			continue
		}
		results.add(c.Result, c.Reference)
		causes.add(c.RootCause, c.Reference)
		if c.Changed {
			r.Changed.add(c.Reference)
		}
		if c.Redress != "" || c.RedressPence > 0 {
			if paid[c.Redress] == nil {
				paid[c.Redress] = &Paid{Named: Named{Name: c.Redress}}
			}
			paid[c.Redress].add(c.Reference)
			paid[c.Redress].Pence += c.RedressPence
		}
	}
	r.Channels, r.Categories, r.Teams = channels.list(), categories.list(), teams.list()
	r.Ends, r.Results, r.Causes = ends.list(), results.list(), causes.list()
	r.Redress = []Paid{}
	for _, one := range paid {
		r.Redress = append(r.Redress, *one)
	}
	slices.SortFunc(r.Redress, func(a, b Paid) int { return cmp.Or(int(b.Pence-a.Pence), cmp.Compare(a.Name, b.Name)) })
	r.Days = days.list
}

// add counts an open complaint by its age at a time.
func (a *Ages) add(c Case, at time.Time) {
	switch age := at.Sub(c.ReceivedAt); {
	case age > 42*24*time.Hour:
		a.Over42.add(c.Reference)
	case age > 28*24*time.Hour:
		a.Over28.add(c.Reference)
	default:
		a.Young.add(c.Reference)
	}
}

func (r *Report) countPromises(p Period, cases map[string]*Case, promises []Promise) {
	kept := map[complaint.ObligationKind]*Kept{}
	took := map[complaint.ObligationKind][]time.Duration{}
	for _, k := range promiseKinds {
		kept[k] = &Kept{Kind: k}
	}
	for _, o := range promises {
		c, k := cases[o.ComplaintID], kept[o.Kind]
		if c == nil || k == nil {
			continue
		}
		met := o.State == complaint.Met && o.MetAt.Before(p.end())
		void := o.State == complaint.Void && (o.BreachedAt.IsZero() || c.Stage == complaint.StageSetAside || c.Joined)
		if !void {
			r.countSteps(p, o, *c, met)
		}
		if !p.holds(o.Deadline) || !o.Deadline.Before(p.end()) {
			continue
		}
		if void {
			k.Void.add(c.Reference)
			continue
		}
		k.Due.add(c.Reference)
		if !met {
			k.Missed.add(c.Reference)
			continue
		}
		took[o.Kind] = append(took[o.Kind], o.MetAt.Sub(c.ReceivedAt))
		if o.MetAt.After(o.Deadline) {
			k.Late.add(c.Reference)
		} else {
			k.OnTime.add(c.Reference)
		}
	}
	for _, kind := range promiseKinds {
		k, t := kept[kind], took[kind]
		slices.Sort(t)
		k.Median, k.P95 = Span(quantile(t, 0.5)), Span(quantile(t, 0.95))
		r.Kept = append(r.Kept, *k)
	}
}

// countSteps counts responses, appeals and what follows from them.
func (r *Report) countSteps(p Period, o Promise, c Case, met bool) {
	sent := met && p.holds(o.MetAt)
	switch o.Kind {
	case complaint.Respond:
		if sent {
			r.Responses.add(c.Reference)
		}
	case complaint.Review:
		if p.holds(o.TriggerAt) {
			r.Appeals.add(c.Reference)
		}
	case complaint.TellOmbudsman:
		if p.holds(o.Deadline) && o.Deadline.Before(p.end()) && (c.EndedAt.IsZero() || c.EndedAt.After(o.Deadline)) {
			r.Owed.add(c.Reference)
		}
		if sent {
			r.Issued.add(c.Reference)
		}
	}
}

// dayList are the days of a period, in the zone of its start.
type dayList struct {
	list  []Day
	index map[string]int
	zone  *time.Location
}

func daysOf(p Period) *dayList {
	d := &dayList{list: []Day{}, index: map[string]int{}, zone: p.From.Location()}
	y, m, day := p.From.Date()
	for i := 0; ; i++ {
		at := time.Date(y, m, day+i, 0, 0, 0, 0, d.zone)
		if !at.Before(p.To) {
			return d
		}
		d.index[at.Format(time.DateOnly)] = len(d.list)
		d.list = append(d.list, Day{Date: at.Format(time.DateOnly)})
	}
}

// of gives the day of a time that lies in the period.
func (d *dayList) of(t time.Time) *Day { return &d.list[d.index[t.In(d.zone).Format(time.DateOnly)]] }

// monthList are the months of a period, in the zone of its start.
type monthList struct {
	list  []Month
	index map[string]int
	zone  *time.Location
}

func monthsOf(p Period) *monthList {
	l := &monthList{list: []Month{}, index: map[string]int{}, zone: p.From.Location()}
	y, m, _ := p.From.Date()
	for i := time.Month(0); ; i++ {
		at := time.Date(y, m+i, 1, 0, 0, 0, 0, l.zone)
		if !at.Before(p.To) {
			return l
		}
		l.index[at.Format("2006-01")] = len(l.list)
		l.list = append(l.list, Month{Month: at.Format("2006-01")})
	}
}

// of gives the month of a time that lies in the period.
func (l *monthList) of(t time.Time) *Month { return &l.list[l.index[t.In(l.zone).Format("2006-01")]] }

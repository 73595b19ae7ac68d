package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/complaint/figures"
	"ask4.com/skarga/web/dashboard"
)

func (s *Site) figureRoutes() {
	s.desk("GET /staff/figures", "figures", complaint.ActReport, (*visit).figures)
	s.desk("GET /staff/figures/chart/{n}", "figures", complaint.ActReport, (*visit).chart)
}

// periods are what the dashboard shows.
var periods = []struct{ Key, Name string }{{"today", "Today"}, {"month", "This month"}, {"last-month", "Last month"}, {"year", "This year"}, {"last-year", "Last year"}}

// period is a span of days in the firm's zone, by its key.
func (v *visit) period(key string) figures.Period {
	now := v.Now().In(v.Location)
	y, m, d := now.Date()
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, v.Location) }
	p := figures.Period{AsOf: now}
	switch key {
	case "today":
		p.From, p.To = day(y, m, d), day(y, m, d+1)
	case "last-month":
		p.From, p.To = day(y, m-1, 1), day(y, m, 1)
	case "year":
		p.From, p.To = day(y, 1, 1), day(y, m, d+1)
	case "last-year":
		p.From, p.To = day(y-1, 1, 1), day(y, 1, 1)
	default:
		p.From, p.To = day(y, m, 1), day(y, m, d+1)
	}
	return p
}

// figuresView is the dashboard, or the complaints behind one of its figures.
type figuresView struct {
	Heading  string // on paper: the days
	AsOf     string // when the numbers were taken, where the period is not over
	Period   string
	Periods  []struct{ Key, Name string }
	Charts   []string // titles; the pictures have addresses of their own
	Sections []dashboard.Section
	Picked   *pickedFigure
}

// pickedFigure is one figure with what it counts.
type pickedFigure struct {
	Cell   string
	Rows   []pickedCase
	Others int // surveys that are about no complaint
}

// pickedCase is a complaint behind a figure, with how often it counts.
type pickedCase struct {
	Reference complaint.Reference
	Times     int
}

func pick(cell string, l dashboard.List) *pickedFigure {
	p := &pickedFigure{Cell: cell, Others: l.Others}
	at := map[complaint.Reference]int{}
	for _, ref := range l.References {
		i, seen := at[ref]
		if !seen {
			i = len(p.Rows)
			at[ref], p.Rows = i, append(p.Rows, pickedCase{Reference: ref})
		}
		p.Rows[i].Times++
	}
	return p
}

// report counts the period of the address for the person.
func (v *visit) report(who complaint.Person) (r figures.Report, key string, ok bool) {
	key = v.r.URL.Query().Get("period")
	if !slices.ContainsFunc(periods, func(p struct{ Key, Name string }) bool { return p.Key == key }) {
		key = "month"
	}
	r, err := v.Console.Figures(v.r.Context(), v.period(key), who)
	if err != nil {
		v.refuse(err)
		return r, key, false
	}
	return r, key, true
}

// figures shows the numbers of a period, each with the way to its complaints.
func (v *visit) figures(who complaint.Person) {
	r, key, ok := v.report(who)
	if !ok {
		return
	}
	page := figuresView{Heading: dashboard.Title(r), AsOf: dashboard.AsOf(r), Period: key, Periods: periods, Sections: dashboard.Sections(r)}
	title := "Figures"
	q := v.r.URL.Query()
	for _, s := range page.Sections {
		n, err := strconv.Atoi(q.Get("row"))
		if err != nil || s.ID != q.Get("section") || n < 0 || n >= len(s.Rows) {
			continue
		}
		col, err := strconv.Atoi(cmp.Or(q.Get("col"), "1"))
		if row := s.Rows[n]; err == nil && 0 <= col && col < len(row.Lists) && row.Lists[col].Figure {
			page.Picked = pick(row.Cells[col], row.Lists[col])
			title = s.Title + ": " + row.Of(s, col)
		}
	}
	if page.Picked == nil {
		charts, err := dashboard.Charts(r)
		if err != nil {
			v.oops("draw charts", err)
			return
		}
		for _, c := range charts {
			page.Charts = append(page.Charts, c.Title)
		}
	}
	v.show("staff_figures", view{Title: title, Data: page})
}

// chart is one picture of the dashboard: as a picture it may bring its own styles.
func (v *visit) chart(who complaint.Person) {
	r, _, ok := v.report(who)
	if !ok {
		return
	}
	charts, err := dashboard.Charts(r)
	if err != nil {
		v.oops("draw charts", err)
		return
	}
	n, err := strconv.Atoi(v.r.PathValue("n"))
	if err != nil || n < 0 || n >= len(charts) {
		v.refuse(complaint.ErrNoComplaint)
		return
	}
	h := v.w.Header()
	h.Set("Content-Type", "image/svg+xml")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	h.Set("Cache-Control", "no-store")
	v.w.WriteHeader(http.StatusOK)
	_, _ = v.w.Write([]byte(charts[n].SVG)) // the client went away: nothing to do
}

// Query is the period as the rest of an address.
func (f figuresView) Query() string { return url.Values{"period": {f.Period}}.Encode() }

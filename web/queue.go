package web

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
)

// queuePage is how many complaints a page of the queue holds.
const queuePage = 50

func (s *Site) queueRoutes() {
	s.desk("GET /staff/{$}", "queue", complaint.ActView, (*visit).queue)
	s.desk("POST /staff/filter", "queue", complaint.ActView, (*visit).saveFilter)
	s.desk("POST /staff/bulk", "queue", complaint.ActAssign, (*visit).bulk)
}

// queueFilter is what the address of a queue page says. It is kept as it was typed, so
// that a filter can be saved and linked to.
type queueFilter struct {
	Stage, Channel, Owner, Due, Flag, Held, All, Text string
}

func readFilter(q url.Values) queueFilter {
	get := func(name string) string { return strings.TrimSpace(q.Get(name)) }
	return queueFilter{get("stage"), get("channel"), get("owner"), get("due"), get("flag"), get("held"), get("all"), get("q")}
}

// values are the filter as an address.
func (f queueFilter) values() url.Values {
	q := url.Values{}
	for name, value := range map[string]string{"stage": f.Stage, "channel": f.Channel, "owner": f.Owner, "due": f.Due, "flag": f.Flag, "held": f.Held, "all": f.All, "q": f.Text} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q
}

// Query is the filter as the rest of an address, encoded already.
func (f queueFilter) Query() template.URL { return template.URL(f.values().Encode()) }

// Narrow says whether anything is chosen beyond the usual view.
func (f queueFilter) Narrow() bool { return f != queueFilter{} }

// choose turns what was typed into what the store is asked; what it does not know
// chooses nothing.
func (f queueFilter) choose(who complaint.Person, now time.Time) complaint.Filter {
	out := complaint.Filter{Words: f.Text, OpenOnly: f.All == "" && f.Stage == "", Held: f.Held != ""}
	if st, err := complaint.ParseStage(f.Stage); err == nil {
		out.Stage = st
	}
	if c, err := complaint.ParseChannel(f.Channel); err == nil {
		out.Channel = c
	}
	if slices.Contains(complaint.Flags(), complaint.Flag(f.Flag)) {
		out.Flag = complaint.Flag(f.Flag)
	}
	switch f.Owner {
	case "":
	case "me":
		out.Owner = who.Name
	case "nobody":
		out.Unowned = true
	default:
		out.Owner = f.Owner
	}
	switch f.Due {
	case "late":
		out.DueBefore = now
	case "day":
		out.DueBefore = now.Add(24 * time.Hour)
	case "week":
		out.DueBefore = now.Add(7 * 24 * time.Hour)
	}
	return out
}

// queueView is a page of the queue.
type queueView struct {
	Filter   queueFilter
	Notice   string
	Rows     []complaint.Listed
	Next     string // address of the next page; empty on the last
	Paged    bool   // not the first page
	Staff    []string
	Stages   []complaint.Stage
	Channels []complaint.Channel
	Flags    []complaint.Flag
	Views    []queueTab
	Saved    []queueTab // the person's own
	Name     string     // under which the present filter is saved; empty: it is not
	Assigns  bool       // the person may assign
	Edits    bool       // the person may set the category of what was chosen
	Open     bool       // the filter is one that no tab names
}

// Categories are what complaints may be about.
func (queueView) Categories() []complaint.Category { return complaint.Categories() }

// queueTab is a view of the queue that everybody has.
type queueTab struct {
	Name    string
	Query   template.URL
	Current bool
}

func tabs(f queueFilter) []queueTab {
	var all []queueTab
	for _, t := range []struct {
		name string
		f    queueFilter
	}{
		{"All open", queueFilter{}}, {"Mine", queueFilter{Owner: "me"}}, {"Nobody’s", queueFilter{Owner: "nobody"}},
		{"Late", queueFilter{Due: "late"}}, {"Due in 24 hours", queueFilter{Due: "day"}}, {"To look at", queueFilter{Held: "1"}},
	} {
		all = append(all, queueTab{t.name, t.f.Query(), t.f == f})
	}
	return all
}

// queue shows complaints by what is due first.
func (v *visit) queue(who complaint.Person) {
	q := v.r.URL.Query()
	f := readFilter(q)
	if ref, err := complaint.ParseReference(v.Console.Office.Prefix, f.Text); err == nil {
		http.Redirect(v.w, v.r, casePath(ref), http.StatusSeeOther) // a reference leads to its complaint
		return
	}
	choice := f.choose(who, v.Now())
	choice.Limit = queuePage + 1
	choice.After = readCursor(q.Get("after"))
	rows, err := v.Console.Office.List(v.r.Context(), who, choice)
	if err != nil {
		v.refuse(err)
		return
	}
	if !v.listed(who, "queue", f.Text, rows[:min(len(rows), queuePage)]) {
		return
	}
	page := queueView{Filter: f, Notice: v.notice(), Rows: rows, Paged: choice.After != nil, Staff: v.names(), Stages: complaint.Stages(),
		Channels: complaint.Channels(), Flags: complaint.Flags(), Views: tabs(f), Assigns: complaint.HasRole(who.Role, complaint.ActAssign), Edits: complaint.HasRole(who.Role, complaint.ActEdit)}
	saved, err := v.Console.Filters.SavedFilters(v.r.Context(), who.Name)
	if err != nil {
		v.refuse(err)
		return
	}
	for _, s := range saved {
		here := template.URL(s.Query) == f.Query()
		page.Saved = append(page.Saved, queueTab{s.Name, readFilter(query(s.Query)).Query(), here})
		if here {
			page.Name = s.Name
		}
	}
	current := func(t queueTab) bool { return t.Current }
	page.Open = f.Narrow() && !slices.ContainsFunc(page.Views, current) && page.Name == ""
	if len(rows) > queuePage {
		page.Rows = rows[:queuePage]
		next := f.values()
		next.Set("after", cursor(rows[queuePage-1]))
		page.Next = "/staff/?" + next.Encode()
	}
	v.show("staff_queue", view{Title: "Complaints", Data: page})
}

// query reads the rest of an address; what is no query chooses nothing.
func query(s string) url.Values {
	q, _ := url.ParseQuery(s) // what could be read
	return q
}

// saveFilter keeps the filter under a name, or forgets it.
func (v *visit) saveFilter(who complaint.Person) {
	f, ok := v.form()
	if !ok {
		return
	}
	q, err := url.ParseQuery(f.Get("back"))
	name := strings.Join(strings.Fields(f.Get("name")), " ")
	if err != nil || name == "" || len([]rune(name)) > 40 {
		v.sorry(http.StatusUnprocessableEntity, "Nothing was saved", "Give the filter a name of 40 letters or fewer.")
		return
	}
	filter := readFilter(q)
	one := complaint.SavedFilter{Staff: who.Name, Name: name, Query: string(filter.Query())}
	if f.Get("do") == "forget" {
		one.Query = ""
	}
	if err := v.Console.Filters.SetSavedFilter(v.r.Context(), one); err != nil {
		v.oops("save filter", err)
		return
	}
	http.Redirect(v.w, v.r, "/staff/?"+string(filter.Query()), http.StatusSeeOther)
}

// names are the people on the staff list.
func (v *visit) names() (names []string) {
	for _, p := range v.Console.Office.People() {
		names = append(names, p.Name)
	}
	return names
}

// cursor is the place of a complaint in the queue.
func cursor(l complaint.Listed) string {
	due := int64(0)
	if l.Next != nil {
		due = l.Next.Deadline().UnixMilli()
	}
	return strconv.FormatInt(due, 10) + "-" + l.ID
}

// readCursor reads a place in the queue; nil where there is none.
func readCursor(s string) *complaint.Listed {
	due, id, ok := strings.Cut(s, "-")
	ms, err := strconv.ParseInt(due, 10, 64)
	if !ok || err != nil || id == "" {
		return nil
	}
	l := &complaint.Listed{Complaint: complaint.Complaint{ID: id}}
	if ms > 0 {
		l.Next = &complaint.Obligation{DueAt: time.UnixMilli(ms)}
	}
	return l
}

// bulk does one thing with all complaints that were chosen, each on its own: what is
// refused for one does not hinder the others.
func (v *visit) bulk(who complaint.Person) {
	f, ok := v.form()
	if !ok {
		return
	}
	back := "done="
	if q, err := url.ParseQuery(f.Get("back")); err == nil {
		q.Del("done")
		back = string(readFilter(q).Query()) + "&done="
	}
	finish := func(what string) { http.Redirect(v.w, v.r, "/staff/?"+back+what, http.StatusSeeOther) }
	refs := f["ref"]
	if len(refs) == 0 {
		finish("nothing")
		return
	}
	failed := 0
	for _, ref := range refs[:min(len(refs), queuePage)] {
		a := casework.Acting{Who: who, Ref: complaint.Reference(ref), Seen: casework.AnyVersion}
		if err := v.bulkOne(a, f); err != nil {
			v.Log.Info("bulk act", "ref", ref, "err", err)
			failed++
		}
	}
	if failed > 0 {
		finish("bulk-part")
		return
	}
	finish("bulk")
}

func (v *visit) bulkOne(a casework.Acting, f url.Values) error {
	ctx, office := v.r.Context(), v.Console.Office
	switch f.Get("do") {
	case "take":
		return office.Assign(ctx, a, a.Who.Name)
	case "category":
		_, err := office.Set(ctx, a, map[string]string{"category": f.Get("category")})
		return err
	}
	return office.Assign(ctx, a, f.Get("owner"))
}

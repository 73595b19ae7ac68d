package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"ask4.com/skarga/complaint"
)

// Bodies changes the outside bodies that customers may turn to.
type Bodies interface {
	// All lists them by kind and first day.
	All(ctx context.Context) ([]Body, error)
	// Set adds one, or changes the one of its kind from the same day on. An error about a
	// field begins with the field's name and a colon.
	Set(ctx context.Context, by string, b complaint.Body, change bool) error
	Drop(ctx context.Context, by, kind, from string) error
}

// Body is an outside body, and where it comes from.
type Body struct {
	complaint.OwnBody
	Next       string // first day of the one after it; empty: none
	Holds      bool   // today
	Configured bool   // the configuration has one from the same day on
}

func (s *Site) adminBodyRoutes() {
	s.desk("GET /staff/admin/bodies", "admin", complaint.ActAdminister, func(v *visit, _ complaint.Person) { v.bodies(v.r.URL.Query(), nil) })
	s.desk("POST /staff/admin/bodies", "admin", complaint.ActAdminister, (*visit).setBody)
	s.desk("POST /staff/admin/bodies/drop", "admin", complaint.ActAdminister, (*visit).dropBody)
}

// setBody adds or changes a body.
func (v *visit) setBody(who complaint.Person) {
	f, ok := v.form()
	if !ok {
		return
	}
	months, _ := strconv.Atoi(f.Get("months")) // 0 is refused where it counts
	err := v.Console.Admin.Bodies.Set(v.r.Context(), who.Name, complaint.Body{Kind: f.Get("kind"), From: f.Get("from"), Until: f.Get("until"), Name: f.Get("name"), NamePL: f.Get("name_pl"),
		URL: f.Get("url"), Phone: f.Get("phone"), Post: f.Get("post"), Months: months}, f.Get("change") != "")
	switch {
	case isWrong(err):
		field, why, _ := strings.Cut(wrongWords(err), ": ")
		field = strings.ToLower(field)
		v.bodies(f, []problem{{field, field, labelOf(field) + ": " + why}})
	case err != nil:
		v.refuse(err)
	default:
		v.redirectTo("/staff/admin/bodies?done=body")
	}
}

// bodyField is a field of the form.
type bodyField struct{ Name, Label, Hint, Type string }

var bodyFields = []bodyField{
	{"from", "First day", "", "date"}, {"until", "Last day", "empty: until the next begins", "date"},
	{"name", "Name", "in full, with the letters that it is known by", "text"}, {"name_pl", "Name in Polish", "empty: the same", "text"},
	{"url", "Web address", "with https://", "text"}, {"phone", "Phone", "", "text"}, {"post", "Postal address", "one line", "text"},
	{"months", "Months to go there", "ombudsman: from our letter", "text"},
}

func labelOf(field string) string {
	if i := slices.IndexFunc(bodyFields, func(f bodyField) bool { return f.Name == field }); i >= 0 {
		return bodyFields[i].Label
	}
	return "Kind"
}

// dropBody takes a body away that was set here.
func (v *visit) dropBody(who complaint.Person) {
	f, ok := v.form()
	if !ok {
		return
	}
	if err := v.Console.Admin.Bodies.Drop(v.r.Context(), who.Name, f.Get("kind"), f.Get("from")); err != nil {
		v.refuse(err)
		return
	}
	v.redirectTo("/staff/admin/bodies?done=body-off")
}

type bodiesView struct {
	Bodies []Body
	Change *Body // that is being changed
	Fields []bodyField
	Typed  url.Values // in the form
	Notice string
}

// bodies shows what is in force, and the form to add or change one.
func (v *visit) bodies(asked url.Values, problems []problem) {
	p := bodiesView{Typed: asked, Fields: bodyFields, Notice: v.adminNotice()}
	var err error
	if p.Bodies, err = v.Console.Admin.Bodies.All(v.r.Context()); err != nil {
		v.oops("read bodies", err)
		return
	}
	if asked.Get("change") != "" {
		i := slices.IndexFunc(p.Bodies, func(b Body) bool { return b.Kind == asked.Get("kind") && b.From == asked.Get("from") })
		if i < 0 {
			v.sorry(http.StatusNotFound, "There is no such body", "It was taken away. The list of bodies shows what is in force.")
			return
		}
		p.Change, p.Fields = &p.Bodies[i], slices.DeleteFunc(slices.Clone(bodyFields), func(f bodyField) bool {
			return f.Name == "from" || f.Name == "months" && p.Bodies[i].Kind != "ombudsman"
		})
		if problems == nil {
			b := p.Change
			p.Typed = url.Values{"until": {b.Until}, "name": {b.Name}, "name_pl": {b.NamePL}, "url": {b.URL}, "phone": {b.Phone}, "post": {b.Post}, "months": {strconv.Itoa(b.Months)}}
		}
	}
	status := http.StatusOK
	if len(problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	v.write(status, "staff_bodies", view{Title: "Bodies that customers may turn to", Problems: problems, Data: p})
}

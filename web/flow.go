package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"ask4.com/skarga/complaint"
)

// flow is a row of pages that ends in a form being sent: a new complaint, or
// something added to one.
type flow struct {
	cookie string // holds the signed ID of the draft
	start  string // page before the first step
	check  string // page with all answers
	sent   string // page that confirms
	steps  []step
}

// The flows. Each page of them belongs to one.
var (
	complain = &flow{cookie: "form", start: "start", check: "check", sent: "sent", steps: steps}
	addition = &flow{cookie: "more", start: "case", check: "morecheck", sent: "moresent", steps: moreSteps}
)

// moreSteps are the pages on which a customer adds to a complaint.
var moreSteps = []step{
	{ID: "wish", Group: "about", Fields: []field{{Name: "wish", Kind: choice, Options: []string{"more", "escalation", "appeal"}, Required: required}},
		when: func(a answers) bool { return a.has("answered", "yes") }},
	{ID: "more", Group: "about", Fields: []field{{Name: "more", Kind: area, Rows: 10, Max: 20_000, Required: required}}},
	{ID: "morefiles", Group: "about", Files: true},
}

// draftsHour is how many drafts one network may begin in an hour. It is generous: a
// hall of residence may be one network.
const draftsHour = 500

// way are the steps that a visitor takes after what was answered.
func (f *flow) way(a answers) []step {
	return slices.DeleteFunc(slices.Clone(f.steps), func(st step) bool { return st.when != nil && !st.when(a) })
}

// firstOpen is the first step that is not done; ok is false when all are.
func (f *flow) firstOpen(a answers) (st step, ok bool) {
	list := f.way(a)
	i := slices.IndexFunc(list, func(st step) bool { return !st.done(a) })
	if i < 0 {
		return step{}, false
	}
	return list[i], true
}

// at is where a step stands on the way; -1 where it is not on it.
func (f *flow) at(st step, a answers) int {
	return slices.IndexFunc(f.way(a), func(o step) bool { return o.ID == st.ID })
}

// routes registers the pages of the flow.
func (s *Site) flowRoutes(f *flow) {
	within := func(h func(*visit)) func(*visit) {
		return func(v *visit) {
			v.flow = f
			h(v)
		}
	}
	for _, st := range f.steps {
		show, save := func(v *visit) { v.ask(st) }, func(v *visit) { v.answer(st) }
		if st.Files {
			show, save = func(v *visit) { v.files(st) }, func(v *visit) { v.addFiles(st) }
		}
		s.page("GET", st.ID, within(show))
		s.page("POST", st.ID, within(save))
	}
	s.page("GET", f.check, within((*visit).check))
	s.page("POST", f.check, within((*visit).submit))
	s.page("GET", f.sent, within((*visit).sent))
}

// draft is what the visitor typed so far in this flow. ok is false when there is
// none, or the answer to the request is written already.
func (v *visit) draft() (d complaint.Draft, ok bool) {
	id, signed := v.signer.open(v.flow.cookie, v.cookie(v.flow.cookie))
	if !signed {
		return d, false
	}
	d, ok, err := v.Drafts.Draft(v.r.Context(), id)
	if err != nil {
		v.oops("read draft", err)
		return d, false
	}
	if ok && v.Now().Sub(d.UpdatedAt) > v.KeepDraft {
		return d, false
	}
	return d, ok
}

// open is the draft for a page of the flow; without one, or after it was sent, the
// visitor is led to where they belong.
func (v *visit) open() (d complaint.Draft, ok bool) {
	d, ok = v.draft()
	switch {
	case v.over:
		return d, false
	case !ok:
		to := path(v.flow.start, v.lang)
		switch cookie := v.cookie(v.flow.cookie); {
		case cookie == "" && v.r.Method == http.MethodGet && v.cameFrom(to):
			to += "?why=cookies" // it was set there a moment ago
		case cookie != "" || v.r.Method == http.MethodPost:
			to += "?why=gone"
		}
		http.Redirect(v.w, v.r, to, http.StatusSeeOther)
		return d, false
	case !d.SubmittedAt.IsZero():
		v.redirect(v.flow.sent, v.lang)
		return d, false
	}
	return d, true
}

// cameFrom says whether the browser comes from a page of ours.
func (v *visit) cameFrom(page string) bool {
	u, err := url.Parse(v.r.Referer())
	return err == nil && u.Path == page
}

// newDraft makes a draft, for a complaint where it adds to one.
func (v *visit) newDraft(complaintID string, a answers) (d complaint.Draft, ok bool) {
	if v.limited("draft ", draftsHour) {
		return d, false
	}
	d = complaint.Draft{ID: complaint.NewID(), ComplaintID: complaintID, Language: v.lang, CreatedAt: v.Now(), Answers: a}
	if err := v.Drafts.CreateDraft(v.r.Context(), d); err != nil {
		v.oops("create draft", err)
		return d, false
	}
	v.setCookie(v.flow.cookie, v.signer.sign(v.flow.cookie, d.ID))
	return d, true
}

// reached says whether a visitor may see a step: all before it are done. If not,
// they are led to the one that is open.
func (v *visit) reached(st step, a answers) bool {
	for _, earlier := range v.flow.way(a) {
		if earlier.ID == st.ID {
			return true
		}
		if !earlier.done(a) {
			v.redirect(earlier.ID, v.lang)
			return false
		}
	}
	v.redirect(v.flow.check, v.lang)
	return false
}

// back is the address of the page before.
func (v *visit) back(st step, a answers) string {
	if v.changing() {
		return path(v.flow.check, v.lang)
	}
	i := v.flow.at(st, a)
	if i <= 0 {
		return path(v.flow.start, v.lang)
	}
	return path(v.flow.way(a)[i-1].ID, v.lang)
}

// next is the page after a step.
func (v *visit) next(st step, a answers) string {
	if v.changing() {
		if open, ok := v.flow.firstOpen(a); ok {
			return open.ID
		}
		return v.flow.check
	}
	if i, list := v.flow.at(st, a), v.flow.way(a); i+1 < len(list) {
		return list[i+1].ID
	}
	return v.flow.check
}

// changing says whether the visitor came from the last page to change one answer.
func (v *visit) changing() bool { return v.r.FormValue("change") == "1" }

// corrects says whether the visitor was led here because something is wrong. The page is
// asked for with GET, so that the browser's back button finds it again.
func (v *visit) corrects() bool { return v.r.URL.Query().Has("wrong") }

// revisit leads to a step in a language, to change or to correct it.
func (v *visit) revisit(id string, l complaint.Language, wrong bool) {
	q := url.Values{}
	if v.changing() {
		q.Set("change", "1")
	}
	if wrong {
		q.Set("wrong", "1")
	}
	http.Redirect(v.w, v.r, strings.TrimSuffix(path(id, l)+"?"+q.Encode(), "?"), http.StatusSeeOther)
}

// switched leads to the same page in the other language, where the visitor asked
// for it with what they typed.
func (v *visit) switched(id string) bool {
	l := complaint.Language(v.r.FormValue("switch"))
	if !slices.Contains(Languages, l) {
		return false
	}
	v.revisit(id, l, false)
	return true
}

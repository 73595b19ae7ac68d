package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
)

func (s *Site) caseRoutes() {
	s.desk("GET /staff/complaint/{ref}", "case", complaint.ActView, (*visit).caseFile)
	s.desk("POST /staff/complaint/{ref}/evidence", "case", complaint.ActEdit, (*visit).checkEvidence)
	s.desk("POST /staff/complaint/{ref}/set", "case", complaint.ActEdit, (*visit).setCase)
	s.desk("POST /staff/complaint/{ref}/assign", "case", complaint.ActAssign, (*visit).assignCase)
	s.desk("POST /staff/complaint/{ref}/did", "case", complaint.ActLog, (*visit).logDeed)
	s.desk("POST /staff/complaint/{ref}/move", "case", complaint.ActMove, (*visit).moveCase)
	s.desk("POST /staff/complaint/{ref}/link", "case", complaint.ActOverrule, (*visit).decideLink)
}

// moves are the stages to which a person may bring a complaint from where it stands,
// in this page's way: merging and setting aside have pages of their own.
func moves(from complaint.Stage) (list []complaint.Transition) {
	for _, t := range complaint.Transitions() {
		if t.From == from && t.By == complaint.ByPerson && t.To != complaint.StageMerged && t.To != complaint.StageSetAside {
			list = append(list, t)
		}
	}
	return list
}

func casePath(ref complaint.Reference) string {
	return "/staff/complaint/" + url.PathEscape(string(ref))
}

// caseView is the page of a complaint.
type caseView struct {
	complaint.View
	Notice   string
	Place    string                // the part of the page that the notice is about; "" for the whole
	Problem  string                // why the record that was typed is not saved
	Next     *complaint.Obligation // due first
	Timeline []entry
	Promises []complaint.Obligation
	Found    []foundKind
	Links    []linkView
	Fields   []group
	Staff    []string
	Owners   []string // who may have it, and who has it
	Me       string
	Edits    bool // the person may edit
	Assigns  bool
	Decides  bool                   // the person may overrule
	Replies  bool                   // the person may write to the customer, or let an answer go
	Logs     bool                   // the person may log what was done
	Moves    []complaint.Transition // that the person may make
	Acts     []act                  // what else the person may do
	Previous complaint.Reference
	Into     complaint.Reference // that it was merged into
	Instead  string              // who is answered there, where that is another customer; empty: the same
}

// placed is a part of the page where what was done there is said; "" where the page does
// not have it.
func (c caseView) placed(at string) string {
	switch {
	case slices.Contains([]string{"next", "evidence", "record", "deeds"}, at), at == "stage" && len(c.Moves) > 0, at == "more" && len(c.Acts) > 0:
		return at
	}
	return ""
}

// foundKind is the details of one kind.
type foundKind struct {
	Kind  string
	Items []foundItem
}

// foundItem is a detail with the place where it stands on the page; At is empty for a
// place that the page does not show.
type foundItem struct {
	complaint.Found
	At    string
	Check *complaint.Evidence // what staff said about it; nil for nothing
	ID    string              // of its form, within the page
}

// linkView is a proposed link with what it proposes; it is left out where the other
// complaint is hidden from the person.
type linkView struct {
	complaint.Link
	Here  bool // the arrival may belong here; else an arrival of ours may belong there
	Other complaint.Complaint
}

// look reads the complaint of the address; false when an answer was given.
func (v *visit) look(who complaint.Person, what string) (complaint.View, bool) {
	ref, err := v.Console.Office.ParseReference(v.r.Context(), who, v.r.PathValue("ref"))
	if err != nil {
		v.refuse(complaint.ErrNoComplaint)
		return complaint.View{}, false
	}
	c, err := v.Console.Office.Look(v.r.Context(), who, ref, what)
	if err != nil {
		v.refuse(err)
		return c, false
	}
	return c, true
}

// caseFile shows a complaint on one page.
func (v *visit) caseFile(who complaint.Person) {
	v.caseWith(who, nil, http.StatusOK, "")
}

// caseWith shows a complaint with what was typed into its record and was not saved.
func (v *visit) caseWith(who complaint.Person, typed map[string]string, status int, problem string) {
	c, ok := v.look(who, "viewed")
	if !ok {
		return
	}
	may := func(what complaint.Action) bool { return complaint.May(who, what, c.Case()) == nil }
	page := caseView{View: c, Notice: v.notice(), Problem: problem, Timeline: v.timeline(c), Promises: slices.Clone(c.Obligations), Staff: v.names(), Owners: complaint.AddNames(v.Console.Office.Able(complaint.ActHandle, c.Case()), c.Record.Owner),
		Me: who.Name, Fields: refilled(recordFields(c), typed), Edits: may(complaint.ActEdit), Assigns: may(complaint.ActAssign), Decides: may(complaint.ActOverrule),
		Replies: may(complaint.ActReply), Logs: may(complaint.ActLog), Acts: fitting(who, c)}
	page.Found = found(c, page.Timeline)
	if may(complaint.ActMove) {
		page.Moves = moves(c.Complaint.Stage)
	}
	page.Place = page.placed(v.r.URL.Query().Get("at"))
	slices.SortStableFunc(page.Promises, func(a, b complaint.Obligation) int { return a.Deadline().Compare(b.Deadline()) })
	for i, o := range page.Promises {
		if o.State == complaint.Open {
			page.Next = &page.Promises[i]
			break
		}
	}
	var err error
	if err = v.around(who, &page); err != nil {
		v.refuse(err)
		return
	}
	v.w.Header().Set("Content-Security-Policy", policyHeader+"; frame-src 'self'")
	title := string(c.Complaint.Reference)
	if problem != "" {
		title = "Error: " + title
	}
	v.write(status, "staff_case", view{Title: title, Data: page})
}

// around is what other complaints the page points to, as far as the person may see
// them (P8).
func (v *visit) around(who complaint.Person, page *caseView) error {
	c := page.View
	var ids []string
	mine := map[string]bool{}
	for _, a := range c.Arrivals {
		mine[a.ID] = true
	}
	owners := map[string]string{} // complaint at the other end, by link
	for _, l := range c.Links {
		other := l.ComplaintID
		if !mine[l.ArrivalID] {
			a, err := v.Console.Office.Arrival(v.r.Context(), who, complaint.ActView, l.ArrivalID, "")
			if err != nil || a.ComplaintID == "" {
				continue
			}
			other = a.ComplaintID
		}
		owners[l.ID] = other
		ids = append(ids, other)
	}
	for _, id := range []string{c.Complaint.PreviousID, c.MergedInto()} {
		if id != "" {
			ids = append(ids, id)
		}
	}
	known, err := v.Console.Office.Known(v.r.Context(), who, ids)
	if err != nil {
		return err
	}
	for _, l := range c.Links {
		if other, ok := known[owners[l.ID]]; ok {
			page.Links = append(page.Links, linkView{l, !mine[l.ArrivalID], other})
		}
	}
	page.Previous = known[c.Complaint.PreviousID].Reference
	if into, ok := known[c.MergedInto()]; ok {
		page.Into = into.Reference
		if !c.Complaint.SameCustomer(into) {
			page.Instead = into.Customer()
		}
	}
	return nil
}

// found groups details by kind, in the order of their finding.
func found(c complaint.View, all []entry) (kinds []foundKind) {
	marked := map[string]bool{} // what the timeline shows
	for _, e := range all {
		for _, p := range e.Text {
			marked[p.ID] = true
		}
	}
	within := map[string]int{} // details of an arrival so far: the timeline counts alike
	facts := c.Facts()
	for _, d := range c.Details {
		arrival := place(c, d)
		n := within[arrival]
		within[arrival]++
		if !slices.Contains(facts, d) {
			continue // said elsewhere, more surely
		}
		i := slices.IndexFunc(kinds, func(k foundKind) bool { return k.Kind == detailWords(d.Kind) })
		if i < 0 {
			i = len(kinds)
			kinds = append(kinds, foundKind{Kind: detailWords(d.Kind)})
		}
		at := ""
		if id := "found-" + arrival + "-" + strconv.Itoa(n); marked[id] {
			at = id
		}
		kinds[i].Items = append(kinds[i].Items, foundItem{d, at, c.EvidenceOf(d.Detail), "check-" + strconv.Itoa(i) + "-" + strconv.Itoa(len(kinds[i].Items))})
	}
	return kinds
}

// acting is who acts on the complaint of the address, and which version they saw.
func (v *visit) acting(who complaint.Person) casework.Acting {
	a := casework.Acting{Who: who, Ref: complaint.Reference(v.r.PathValue("ref")), Seen: casework.AnyVersion, TakenBack: &v.takenBack}
	if n, err := strconv.Atoi(v.r.PostFormValue("seen")); err == nil {
		a.Seen = n
	}
	return a
}

// setCase changes fields of the record: those that the form holds and that differ.
func (v *visit) setCase(who complaint.Person) {
	f, ok := v.form()
	if !ok {
		return
	}
	values := map[string]string{}
	help := casework.FieldHelp()
	for name := range f {
		if _, known := help[name]; known && strings.TrimSpace(f.Get(name)) != strings.TrimSpace(f.Get("was."+name)) {
			values[name] = f.Get(name)
		}
	}
	a := v.acting(who)
	said := "set"
	if len(values) > 0 {
		led, err := v.Console.Office.Set(v.r.Context(), a, values)
		_, changed := errors.AsType[*casework.ChangedError](err)
		switch {
		case changed:
			v.caseWith(who, values, http.StatusConflict, words(err))
			return
		case errors.Is(err, casework.ErrField):
			v.caseWith(who, values, http.StatusUnprocessableEntity, words(err))
			return
		case err != nil:
			v.refuse(err)
			return
		}
		said = cmp.Or(readdressed(led), said)
	}
	v.done(casePath(a.Ref)+"#record", said)
}

// readdressed names the notice that says what became of letters that waited; "" for none.
func readdressed(led casework.Readdressed) string {
	switch {
	case len(led.OnPaper) > 0:
		return "paper"
	case len(led.Lost) > 0:
		return "lost"
	case led.Again:
		return "anew"
	case led.Draft != "":
		return "draft"
	}
	return ""
}

// assignCase gives the complaint to somebody.
func (v *visit) assignCase(who complaint.Person) {
	f, ok := v.form()
	if !ok {
		return
	}
	a := v.acting(who)
	if err := v.Console.Office.Assign(v.r.Context(), a, f.Get("owner")); err != nil {
		v.refuse(err)
		return
	}
	v.done(casePath(a.Ref)+"#next", "assigned")
}

// logDeed logs what was done to help (P5).
func (v *visit) logDeed(who complaint.Person) {
	f, ok := v.form()
	if !ok {
		return
	}
	a := v.acting(who)
	if err := v.Console.Office.Did(v.r.Context(), a, f.Get("what"), time.Time{}); err != nil {
		v.refuse(err)
		return
	}
	v.done(casePath(a.Ref)+"#deeds", "set")
}

// moveCase brings the complaint to another stage.
func (v *visit) moveCase(who complaint.Person) {
	f, ok := v.form()
	if !ok {
		return
	}
	a := v.acting(who)
	if err := v.Console.Office.Move(v.r.Context(), a, complaint.Stage(f.Get("to")), f.Get("reason"), time.Time{}); err != nil {
		v.refuse(err)
		return
	}
	v.done(casePath(a.Ref)+"#stage", "set")
}

// decideLink confirms or refuses a proposed link of the complaint.
func (v *visit) decideLink(who complaint.Person) {
	f, ok := v.form()
	if !ok {
		return
	}
	c, ok := v.look(who, "viewed")
	if !ok {
		return
	}
	i := slices.IndexFunc(c.Links, func(l complaint.Link) bool { return l.ID == f.Get("link") })
	if i < 0 {
		v.refuse(complaint.ErrNoComplaint)
		return
	}
	ctx, l := v.r.Context(), c.Links[i]
	if _, err := v.Console.Office.Arrival(ctx, who, complaint.ActOverrule, l.ArrivalID, ""); err != nil {
		v.refuse(err)
		return
	}
	if known, err := v.Console.Office.Known(ctx, who, []string{l.ComplaintID}); err != nil || len(known) == 0 {
		v.refuse(cmp.Or(err, complaint.ErrNoComplaint))
		return
	}
	decide := v.Console.Intake.RefuseLink
	if f.Get("do") == "confirm" {
		decide = v.Console.Intake.ConfirmLink
	}
	if err := decide(ctx, ingest.Overrule{ArrivalID: l.ArrivalID, Who: who, Reason: f.Get("reason")}, l.ID); err != nil {
		v.refuse(err)
		return
	}
	v.done(casePath(c.Complaint.Reference), "decided")
}

package web

import (
	"slices"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
)

func (s *Site) arrivalRoutes() {
	s.desk("GET /staff/arrivals", "arrivals", complaint.ActView, (*visit).arrivals)
	s.desk("GET /staff/arrival/{id}", "arrivals", complaint.ActView, (*visit).arrival)
	s.desk("POST /staff/arrival/{id}", "arrivals", complaint.ActOverrule, (*visit).decide)
}

// arrivalPlace is a list of arrivals with one fate.
type arrivalPlace struct {
	Key, Name, Explain, Empty string
	filter                    complaint.ArrivalFilter
}

// arrivalPlaces are where a person may overrule the machine.
func arrivalPlaces() []arrivalPlace {
	ended := func(o complaint.Outcome) complaint.ArrivalFilter {
		return complaint.ArrivalFilter{Outcome: &o, Newest: true}
	}
	return []arrivalPlace{
		{"held", "To look at", "These wait for a person before they are answered. Their 24 hours run.", "Nothing waits for you.", complaint.ArrivalFilter{Held: true}},
		{"parked", "Parked", "Processing failed. They are tried again, and their 24 hours run.", "Nothing is parked.", complaint.ArrivalFilter{Parked: true}},
		{"refused", "Refused", "Phone calls that came as e-mail (policy P11).", "Nothing was refused.", ended(complaint.Refused)},
		{"automatic", "Automatic", "Delivery reports, and our own mail coming back.", "Nothing came by itself.", ended(complaint.Automatic)},
		{"duplicate", "Duplicates", "Messages that had arrived before.", "There are no duplicates.", ended(complaint.Duplicate)},
		{"set_aside", "Set aside", "A person judged them to be no complaint.", "Nothing was set aside.", ended(complaint.SetAside)},
	}
}

// arrivalsView is a list of arrivals.
type arrivalsView struct {
	Places []arrivalPlace
	Place  arrivalPlace
	Rows   []complaint.Arrival
	Known  map[string]complaint.Complaint
	Next   string // ID after which the next page begins; empty on the last
}

// arrivals lists what arrived, by what became of it.
func (v *visit) arrivals(who complaint.Person) {
	page := arrivalsView{Places: arrivalPlaces()}
	i := max(0, slices.IndexFunc(page.Places, func(p arrivalPlace) bool { return p.Key == v.r.URL.Query().Get("kind") }))
	page.Place = page.Places[i]
	f := page.Place.filter
	f.Limit, f.After = queuePage, v.r.URL.Query().Get("after")
	var err error
	if page.Rows, page.Next, err = v.Console.Office.Arrivals(v.r.Context(), who, f); err != nil {
		v.refuse(err)
		return
	}
	var ids []string
	for _, a := range page.Rows {
		if a.ComplaintID != "" {
			ids = append(ids, a.ComplaintID)
		}
	}
	if page.Known, err = v.Console.Office.Known(v.r.Context(), who, ids); err != nil {
		v.refuse(err)
		return
	}
	if !v.listed(who, "arrivals", "", nil) {
		return
	}
	v.show("staff_arrivals", view{Title: page.Place.Name, Data: page})
}

// arrivalView is one arrival with what may be decided about it.
type arrivalView struct {
	complaint.Arrival
	Notice    string
	Entry     entry
	Complaint complaint.Complaint // that it belongs to; zero for none
	Choices   []verdict
	Decisions []complaint.Decision
}

// verdict is one decision that a person may take.
type verdict struct{ Do, Label, Explain string }

// verdicts are the decisions that make sense about an arrival.
func verdicts(a complaint.Arrival) (all []verdict) {
	if a.Held || a.Parked && a.Outcome == complaint.ToComplaint {
		all = append(all, verdict{"release", "Answer it", "It is a complaint: acknowledge it now."})
	}
	if a.Parked {
		all = append(all, verdict{"give-up", "Give it up", "Stop trying."})
	}
	if a.Outcome != complaint.ToComplaint && a.Outcome != complaint.Pending {
		all = append(all, verdict{"complaint", "It is a complaint", "Record and acknowledge it."})
	}
	all = append(all, verdict{"correspondence", "It belongs to a complaint", "Join it to the one named below."})
	if a.Outcome != complaint.SetAside {
		all = append(all, verdict{"set-aside", "It is no complaint", "Its promises become void."})
	}
	if a.Outcome != complaint.Refused {
		all = append(all, verdict{"refuse", "Refuse it", "It is a phone call that came another way (policy P11)."})
	}
	return all
}

// arrival shows one thing that arrived.
func (v *visit) arrival(who complaint.Person) {
	a, err := v.Console.Office.Arrival(v.r.Context(), who, complaint.ActView, v.r.PathValue("id"), "message viewed")
	if err != nil {
		v.refuse(err)
		return
	}
	page := arrivalView{Arrival: a, Notice: v.notice(), Entry: v.arrived(&a, nil)}
	if page.Decisions, err = v.Console.Office.Decisions(v.r.Context(), who, a.ID); err != nil {
		v.refuse(err)
		return
	}
	if a.ComplaintID != "" {
		known, err := v.Console.Office.Known(v.r.Context(), who, []string{a.ComplaintID})
		if err != nil {
			v.refuse(err)
			return
		}
		page.Complaint = known[a.ComplaintID]
	}
	if complaint.HasRole(who.Role, complaint.ActOverrule) {
		page.Choices = verdicts(a)
	}
	v.w.Header().Set("Content-Security-Policy", policyHeader+"; frame-src 'self'")
	title := a.Subject
	if title == "" {
		title = "(no subject)"
	}
	v.show("staff_arrival", view{Title: title, Data: page})
}

// decide carries out a person's decision about an arrival, or takes one back.
func (v *visit) decide(who complaint.Person) {
	f, ok := v.form()
	if !ok {
		return
	}
	ctx := v.r.Context()
	a, err := v.Console.Office.Arrival(ctx, who, complaint.ActOverrule, v.r.PathValue("id"), "")
	if err != nil {
		v.refuse(err)
		return
	}
	in, said := v.Console.Intake, "decided"
	o := ingest.Overrule{ArrivalID: a.ID, Who: who, Reason: f.Get("reason")}
	switch f.Get("do") {
	case "release":
		err = in.Release(ctx, o)
	case "give-up":
		err = in.GiveUp(ctx, o)
	case "complaint":
		err = in.ToComplaint(ctx, o)
	case "set-aside":
		err = in.SetAside(ctx, o)
	case "refuse":
		err = in.Refuse(ctx, o)
	case "correspondence":
		err = v.join(who, o, f.Get("into"))
	case "undo":
		err, said = v.undo(who, o, f.Get("decision")), "undone"
	case "retry":
		err, said = v.Console.Retry(ctx, a.ID), "retry"
	default:
		err = ingest.ErrNoReason
	}
	if err != nil {
		v.refuse(err)
		return
	}
	v.done("/staff/arrival/"+a.ID, said)
}

// join makes an arrival correspondence of a complaint that the person may see.
func (v *visit) join(who complaint.Person, o ingest.Overrule, into string) error {
	ref, err := v.Console.Office.ParseReference(v.r.Context(), who, into)
	if err != nil {
		return err
	}
	if _, err := v.Console.Office.View(v.r.Context(), who, ref); err != nil {
		return err
	}
	return v.Console.Intake.ToCorrespondence(v.r.Context(), o, ref)
}

// undo takes a decision about this arrival back.
func (v *visit) undo(who complaint.Person, o ingest.Overrule, decision string) error {
	all, err := v.Console.Office.Decisions(v.r.Context(), who, o.ArrivalID)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(all, func(d complaint.Decision) bool { return d.ID == decision }) {
		return complaint.ErrNoComplaint
	}
	files, err := v.Console.Intake.Undo(v.r.Context(), decision, o.Who, o.Reason)
	if err != nil {
		return err
	}
	for _, f := range files {
		v.readLater(f)
	}
	return nil
}

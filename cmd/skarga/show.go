package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
)

type showCmd struct {
	Reference string `arg:"" name:"ref" help:"Reference of the complaint, e.g. ASK4-26-K7Q2M-4."`
	Why       string `help:"Say how the date of this promise was counted: acknowledge, update, respond, review, tell_ombudsman or comply." placeholder:"PROMISE"`
	Mail      bool   `help:"Print the mail that was sent, in full."`
}

// Run shows one complaint.
func (c showCmd) Run(s *session) error {
	a, err := s.open()
	if err != nil {
		return err
	}
	defer a.Close()
	who, err := s.person(a)
	if err != nil {
		return err
	}
	ref, err := s.reference(a, who, c.Reference)
	if err != nil {
		return err
	}
	v, err := a.cases.View(s.ctx, who, ref)
	if err != nil {
		return err
	}
	switch {
	case c.Why != "":
		return c.why(s, v, a)
	case s.cli.JSON:
		return json.NewEncoder(s.out).Encode(v)
	}
	into, err := a.cases.Known(s.ctx, who, slices.DeleteFunc([]string{v.MergedInto()}, func(id string) bool { return id == "" }))
	if err != nil {
		return err
	}
	a.printView(s, v, into[v.MergedInto()].Reference)
	if c.Mail {
		return a.printMail(s, v)
	}
	return nil
}

// why prints the counting of one promise, every round of it.
func (c showCmd) why(s *session, v store.View, a *app) error {
	loc, found := a.rules.Location, false
	for _, o := range v.Obligations {
		if string(o.Kind) != c.Why {
			continue
		}
		found = true
		if s.cli.JSON {
			if err := json.NewEncoder(s.out).Encode(o); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(s.out, "%s, promise to %s, round %d: %s\n", v.Complaint.Reference, o.Kind, o.Round, o.State)
		if o.Calendar != "" {
			fmt.Fprintf(s.out, "  calendar %s\n", o.Calendar)
		}
		for _, step := range o.Steps {
			fmt.Fprintf(s.out, "  %s\n", step)
		}
		if o.Kind == complaint.TellOmbudsman && o.State == complaint.Open {
			fmt.Fprintf(s.out, "  a letter of today names the %s\n", named(a.office.holding("ombudsman")))
		}
		if !o.ToldAt.IsZero() && o.DueAt.IsZero() {
			fmt.Fprintf(s.out, "  %s%s\n", told(v.Complaint), local(o.ToldAt, loc))
		}
	}
	if !found {
		var kinds []string
		for _, o := range v.Obligations {
			kinds = append(kinds, string(o.Kind))
		}
		return usageError{fmt.Errorf("%s has no promise %q; it has %s", v.Complaint.Reference, c.Why, strings.Join(slices.Compact(kinds), ", "))}
	}
	return nil
}

// told says who knows of a date: it stands in the acknowledgement before that has left.
func told(c complaint.Complaint) string {
	if c.AcknowledgedAt.IsZero() {
		return "our acknowledgement, which has not left, names "
	}
	return "the customer was told "
}

// printView shows a complaint to a person, the promises first. One that was merged goes on
// in another.
func (a *app) printView(s *session, v store.View, into complaint.Reference) {
	loc, now := a.rules.Location, a.now()
	c := v.Complaint
	fmt.Fprintf(s.out, "%s  %s\n%s <%s>, by %s\nreceived %s, %s\n", c.Reference, tame(c.Subject), tame(c.CustomerName), tame(c.CustomerAddress), c.Channel, local(c.ReceivedAt, loc), stage(store.Listed{Complaint: c}))
	if into != "" {
		fmt.Fprintf(s.out, "it goes on as %s\n", into)
	}
	for _, e := range v.Events {
		if e.Kind == "erased" {
			fmt.Fprintf(s.out, "its content was erased on %s\n", e.At.In(loc).Format("2 January 2006 at 15:04"))
		}
	}
	if c.Summary != "" {
		fmt.Fprintf(s.out, "\n  %s\n", strings.ReplaceAll(tame(strings.TrimSpace(c.Summary)), "\n", "\n  "))
	}
	if r := v.Record; r.Version > 0 {
		fmt.Fprintf(s.out, "record %d of %s, by %s\n", r.Version, local(r.UpdatedAt, loc), r.UpdatedBy)
		printRecord(s.out, r)
	}
	printWork(s.out, v, loc)
	if c.Stage == complaint.StageReview {
		fmt.Fprintf(s.out, "\nIt is reviewed by somebody who had no hand in the answer: %s\n", cmp.Or(strings.Join(a.cases.Able(complaint.ActReview, v.Case()), " or "), "nobody on the staff list is left"))
	}
	fmt.Fprintln(s.out, "\nPromises (--why says how each date was counted)")
	for _, o := range v.Obligations {
		state := string(o.State)
		switch {
		case o.State == complaint.Met:
			state = "kept " + local(o.MetAt, loc)
		case o.State == complaint.Open:
			state = "due " + local(o.Deadline(), loc) + ", " + remaining(o.Deadline().Sub(now))
			if o.DueAt.IsZero() {
				state = "no later than " + local(o.CeilingAt, loc)
				if at := o.ToldAt; !at.IsZero() && at.Before(o.CeilingAt) {
					state = told(c) + local(at, loc)
				}
			}
		}
		if !o.BreachedAt.IsZero() {
			state += ", BREACHED"
		}
		fmt.Fprintf(s.out, "  %-14s %d  %s\n", o.Kind, o.Round, state)
	}
	if len(v.Details)+len(v.Evidence) > 0 {
		fmt.Fprintln(s.out, "\nDetails found")
	}
	printEvidence(s.out, v)
	fmt.Fprintln(s.out, "\nIn")
	for _, r := range v.Arrivals {
		fmt.Fprintf(s.out, "  %s  %s  %s  %s\n", r.ID, local(r.ArrivedAt, loc), arrivalState(r), cut(cmp.Or(r.HoldReason, r.ParkReason, r.Subject), 80))
	}
	for _, l := range v.Links {
		fmt.Fprintf(s.out, "  link %s  %s  %s\n", l.ID, l.State, l.Reason)
	}
	fmt.Fprintln(s.out, "\nOut")
	for _, m := range v.Deliveries {
		at := m.SentAt
		if at.IsZero() {
			at = m.NextAt
		}
		fmt.Fprintf(s.out, "  %s  %s  %s to %s %s\n", local(at, loc), m.Status, m.Kind, m.Recipient, m.LastError)
	}
	fmt.Fprintln(s.out, "\nHistory")
	for _, e := range v.Events {
		fmt.Fprintf(s.out, "  %s  %s: %s\n", local(e.At, loc), e.Actor, e.Kind)
	}
	for _, d := range v.Decisions {
		undone := ""
		if !d.UndoneAt.IsZero() {
			undone = ", undone by " + d.UndoneBy
		}
		fmt.Fprintf(s.out, "  decision %s  %s by %s: %s%s\n", d.ID, d.Action, d.Actor, d.Reason, undone)
	}
}

// printWork writes what waits for a person and what was done.
func printWork(w io.Writer, v complaint.View, loc *time.Location) {
	for _, r := range v.Waiting() {
		says := "waits for an answer"
		if r.Wish != complaint.NoWish {
			says += fmt.Sprintf("; it seems that the customer %s: %q", r.Wish.Asks(), r.Words)
		}
		fmt.Fprintf(w, "\nThe message of %s %s\n", local(r.At, loc), says)
	}
	if d := v.Draft; d != nil {
		state := "is being written"
		if d.State == complaint.Awaiting {
			state = "waits for approval by a second person"
		}
		fmt.Fprintf(w, "\nThe %s by %s %s, since %s\n", strings.ReplaceAll(d.Kind, "_", " "), d.Author, state, local(d.StartedAt, loc))
	}
	if len(v.Deeds) > 0 {
		fmt.Fprintln(w, "\nDone to help")
	}
	for _, d := range v.Deeds {
		fmt.Fprintf(w, "  %s  %s: %s\n", local(d.At, loc), d.By, d.What)
	}
	if len(v.Tasks) > 0 {
		fmt.Fprintln(w, "\nTasks of the ombudsman's decision")
	}
	for i, k := range v.Tasks {
		state := "due " + local(k.DueAt, loc)
		if !k.DoneAt.IsZero() {
			state = "done " + local(k.DoneAt, loc) + " by " + k.DoneBy
		}
		fmt.Fprintf(w, "  %d  %s (%s) %s\n", i+1, k.What, state, k.Note)
	}
}

// printRecord writes the fields of a record that hold something.
func printRecord(w io.Writer, r complaint.Record) {
	redress := ""
	if r.RedressPence > 0 {
		redress = fmt.Sprintf("£%d.%02d", r.RedressPence/100, r.RedressPence%100)
	}
	flag := map[bool]string{true: "yes"}
	for _, f := range []struct{ name, value string }{
		{"owner", r.Owner}, {"team", r.Team}, {"category", string(r.Category)}, {"matter", r.Matter},
		{"account", r.Account}, {"building", r.Building}, {"room", r.Room}, {"vulnerable", flag[r.Vulnerable]},
		{"representative", r.Representative}, {"authority", r.Authority}, {"remedy", r.Remedy}, {"root cause", r.RootCause},
		{"result", string(r.Result)}, {"redress", strings.TrimSpace(r.RedressKind + " " + redress)},
		{"lesson", r.Lesson}, {"lesson owner", r.LessonOwner}, {"lesson due", r.LessonDue}, {"lesson done", r.LessonDone},
		{"personal data", string(r.PersonalData.State)}, {"conduct", string(r.Conduct.State)},
		{"responded by", r.RespondedBy}, {"reviewer", r.Reviewer}, {"ombudsman ref", r.OmbudsmanReference}, {"ombudsman", r.OmbudsmanResult},
		{"legal hold", flag[r.LegalHold]}, {"closed because", string(r.ClosedBecause)},
	} {
		if f.value != "" {
			fmt.Fprintf(w, "  %-14s %s\n", f.name, strings.ReplaceAll(f.value, "\n", "\n                 "))
		}
	}
}

// printMail prints what was sent.
func (a *app) printMail(s *session, v store.View) error {
	for _, m := range v.Deliveries {
		full, err := a.store.Delivery(s.ctx, m.ID)
		if err != nil {
			return err
		}
		fmt.Fprintf(s.out, "\n%s to %s (%s)\n%s\n", m.Kind, m.Recipient, m.Status, tame(plainText(full.Bytes)))
	}
	return nil
}

package main

import (
	"encoding/json"
	"fmt"
	"slices"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
)

// subjectCmds are the rights of people over what is kept about them.
type subjectCmds struct {
	Export    subjectExportCmd    `cmd:"" help:"Write all that is kept about one person into a folder with an index."`
	Erase     subjectEraseCmd     `cmd:"" help:"Erase what one person wrote and who they are; reference, dates, category and result stay."`
	Retention subjectRetentionCmd `cmd:"" help:"Show what is past its time; the clock erases it every day."`
}

type subjectEraseCmd struct {
	Who    []string `arg:"" help:"Whole name, e-mail address, or the reference of a complaint; several for one person who has several."`
	Reason string   `help:"Why; kept in the log. Do not name the person." placeholder:"WHY"`
	DryRun bool     `help:"Only say what would go."`
}

// Run erases, and says what could not be reached.
func (c subjectEraseCmd) Run(s *session) error {
	a, who, err := s.allowed(complaint.ActErase)
	if err != nil {
		return err
	}
	defer a.Close()
	found, err := a.cases.Subject(s.ctx, who, c.Who...)
	if err != nil {
		return fieldUsage(err)
	}
	if err := s.tell(a, found); err != nil {
		return err
	}
	if err := a.cases.MayErase(s.ctx, found); err != nil || c.DryRun {
		return err
	}
	if found.Scope.Empty() {
		return s.erasedBefore(a, found)
	}
	e, err := a.cases.EraseSubject(s.ctx, who, found, c.Reason)
	if err != nil {
		return fieldUsage(err)
	}
	if err := a.reach(s.ctx); err != nil {
		return err
	}
	return s.erased(a, e)
}

// tell says what a person's data are, before anything happens to them.
func (s *session) tell(a *app, found casework.Subject) error {
	if s.cli.JSON {
		return json.NewEncoder(s.out).Encode(found)
	}
	for _, c := range found.Complaints {
		fmt.Fprintf(s.out, "%s  %s  %s, received %s\n", c.Reference, c.CustomerName, c.Stage, c.ReceivedAt.In(a.rules.Location).Format("2 January 2006"))
	}
	for _, e := range found.Erased {
		fmt.Fprintf(s.out, "%s  was erased on %s; nothing of it is left\n", e.Reference, e.At.In(a.rules.Location).Format("2 January 2006 at 15:04"))
	}
	if x := found.Scope; !x.Empty() || len(found.Erased) == 0 {
		fmt.Fprintf(s.out, "%s with all that came in and left; apart from that %s that came in, %d that we sent, %s, %s\n",
			many(len(x.Complaints), "complaint"), many(len(x.Arrivals), "message"), len(x.Deliveries), many(len(x.Surveys), "survey"), many(len(x.Drafts), "unfinished form"))
	}
	for _, c := range found.Named {
		fmt.Fprintf(s.out, "%s is another person's complaint, in which they have a part: it stays as it is\n", c.Reference)
	}
	for _, c := range found.Unsure {
		fmt.Fprintf(s.out, "%s has no customer on record and holds the name: look at it, and give its reference too if it is theirs\n", c.Reference)
	}
	return nil
}

// erased says what an erasure did, and what it did not reach.
func (s *session) erased(a *app, e complaint.Erasure) error {
	left, err := a.store.CopiesLeft(s.ctx, e.ID)
	if err != nil {
		return err
	}
	if s.cli.JSON {
		return json.NewEncoder(s.out).Encode(map[string]any{"erasure": e, "not_reached": left})
	}
	fmt.Fprintf(s.out, "Erased: the content of %s, %s that came in, %d that we sent.\n", many(e.Complaints, "complaint"), many(e.Arrivals, "message"), e.Deliveries)
	s.notReached(left)
	return nil
}

// erasedBefore says that there was nothing to erase, and what earlier erasures did and
// did not reach.
func (s *session) erasedBefore(a *app, found casework.Subject) error {
	if !s.cli.JSON {
		fmt.Fprintln(s.out, "Nothing was left to erase.")
	}
	told := map[string]bool{}
	for _, e := range found.Erased {
		if told[e.Erasure] {
			continue
		}
		told[e.Erasure] = true
		if s.cli.JSON {
			whole, err := a.store.Erasure(s.ctx, e.Erasure)
			if err == nil {
				err = s.erased(a, whole)
			}
			if err != nil {
				return err
			}
			continue
		}
		left, err := a.store.CopiesLeft(s.ctx, e.Erasure)
		if err != nil {
			return err
		}
		s.notReached(left)
	}
	return nil
}

// notReached lists the copies that an erasure left.
func (s *session) notReached(left []complaint.Copy) {
	for _, c := range left {
		again := "it is tried again every hour"
		if !c.DoneAt.IsZero() {
			again = "it is not tried again"
		}
		fmt.Fprintf(s.out, "Not reached (%s): %s; %s.\n", c.Kind, c.Problem, again)
	}
	fmt.Fprintln(s.out, "Not in Skarga's hands: backups made before, mail in the customer's and other people's mailboxes, paper, and what was exported.")
}

type subjectRetentionCmd struct{}

// Run lists what the clock would erase now.
func (subjectRetentionCmd) Run(s *session) error {
	a, who, err := s.allowed(complaint.ActErase)
	if err != nil {
		return err
	}
	defer a.Close()
	years := a.cfg.Retention.Years
	scope, err := a.cases.PastRetention(s.ctx, years)
	if err != nil {
		return err
	}
	known, err := a.cases.Known(s.ctx, who, scope.Complaints)
	if err != nil {
		return err
	}
	var refs []complaint.Reference
	for _, c := range known {
		refs = append(refs, c.Reference)
	}
	slices.Sort(refs)
	if s.cli.JSON {
		return json.NewEncoder(s.out).Encode(map[string]any{"years": years, "complaints": refs, "arrivals": len(scope.Arrivals), "deliveries": len(scope.Deliveries), "surveys": len(scope.Surveys)})
	}
	if years == 0 {
		return s.done("retention.years is 0: everything is kept for ever.")
	}
	for _, r := range refs {
		fmt.Fprintln(s.out, r)
	}
	return s.done("Kept for %s, and past it (the first batch): %s; beside them %s that came in, %d that we sent, %s. The clock erases them once a day.",
		many(years, "year"), many(len(scope.Complaints), "complaint"), many(len(scope.Arrivals), "message"), len(scope.Deliveries), many(len(scope.Surveys), "survey"))
}

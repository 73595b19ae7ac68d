package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
)

type auditCmd struct {
	Verify auditVerify `cmd:"" default:"1" help:"Find changed, removed, inserted or cut-off events."`
	Show   auditShow   `cmd:"" help:"Print the history of a complaint: who, when, what, before and after."`
}

type auditVerify struct{}

// Run verifies every history against its chain.
func (auditVerify) Run(s *session) error {
	a, err := s.open()
	if err != nil {
		return err
	}
	defer a.Close()
	good, broken := 0, map[string]string{}
	for subject, err := range a.store.VerifyAll(s.ctx) {
		if err == nil {
			good++
			continue
		}
		name := historyOf(s.ctx, a, subject)
		broken[name] = err.Error()
		if !s.cli.JSON {
			fmt.Fprintf(s.out, "BROKEN %s: %v\n", name, err)
		}
	}
	if s.cli.JSON {
		err = printJSON(s.out, []any{map[string]any{"whole": good, "broken": broken}})
	} else {
		_, err = fmt.Fprintf(s.out, "%d histories are whole, %d are broken.\n", good, len(broken))
	}
	if len(broken) > 0 {
		return fmt.Errorf("%d histories are broken", len(broken))
	}
	return err
}

// historyOf names whose history it is: a complaint by its reference, anything else by its ID.
func historyOf(ctx context.Context, a *app, subject string) string {
	if c, err := a.store.GetComplaintByID(ctx, subject); err == nil {
		return string(c.Reference)
	}
	return subject
}

type auditShow struct {
	Reference string `arg:"" name:"ref" help:"Reference of the complaint."`
	Views     bool   `help:"Print instead who saw it on the pages: opened, saved, or found by a search."`
}

// Run prints a history for a person who may see the complaint.
func (c auditShow) Run(s *session) error {
	a, who, err := s.allowed(complaint.ActView)
	if err != nil {
		return err
	}
	defer a.Close()
	v, err := s.seen(a, who, c.Reference)
	if err != nil {
		return err
	}
	events := v.Events
	if c.Views {
		if events, err = a.viewsOf(s.ctx, v.Complaint); err != nil {
			return err
		}
	}
	if s.cli.JSON {
		return printJSON(s.out, events)
	}
	for _, e := range events {
		fmt.Fprintf(s.out, "%d  %s  %s: %s\n", e.Seq, e.At.In(a.rules.Location).Format("Mon 2 Jan 2006 15:04:05 MST"), e.Actor, e.Kind)
		printPayload(s.out, e.Payload, a.rules.Location)
	}
	return nil
}

// viewsOf are the views of a complaint: each of its own pages, and the searches that showed
// it.
func (a *app) viewsOf(ctx context.Context, c complaint.Complaint) ([]complaint.Event, error) {
	all, err := a.store.Events(ctx, complaint.ViewHistory(c.ID))
	if err != nil {
		return nil, err
	}
	for _, p := range a.cases.People() {
		lists, err := a.store.Events(ctx, casework.ListHistory(p.Name))
		if err != nil {
			return nil, err
		}
		for _, e := range lists {
			var note struct{ Shown []complaint.Reference }
			if json.Unmarshal(e.Payload, &note) == nil && slices.Contains(note.Shown, c.Reference) {
				e.Payload = nil // it names others
				all = append(all, e)
			}
		}
	}
	slices.SortStableFunc(all, func(x, y complaint.Event) int { return x.At.Compare(y.At) })
	return all, nil
}

// printPayload writes what an event holds: what was before and after side by side,
// then the rest.
func printPayload(w io.Writer, payload []byte, loc *time.Location) {
	var all map[string]any
	if json.Unmarshal(payload, &all) != nil {
		return // it has none, or it was erased
	}
	before, _ := all["before"].(map[string]any)
	after, _ := all["after"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(after)) {
		fmt.Fprintf(w, "     %s: %s → %s\n", name, inWords(before[name], loc), inWords(after[name], loc))
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if name != "before" && name != "after" && all[name] != "" {
			fmt.Fprintf(w, "     %s: %s\n", name, inWords(all[name], loc))
		}
	}
}

// inWords writes a JSON value on one line.
func inWords(v any, loc *time.Location) string {
	switch v := v.(type) {
	case nil:
		return "–"
	case string:
		if v == "" {
			return "–"
		}
		if at, err := time.Parse(time.RFC3339Nano, v); err == nil {
			if at.IsZero() {
				return "–"
			}
			return at.In(loc).Format("Mon 2 Jan 2006 15:04:05 MST")
		}
		return strings.Join(strings.Fields(v), " ")
	}
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}

type migrateCmd struct{}

// Run brings the database to this version; opening it does so.
func (migrateCmd) Run(s *session) error {
	a, err := s.open()
	if err != nil {
		return err
	}
	defer a.Close()
	v, err := a.store.Version(s.ctx)
	if err != nil {
		return err
	}
	if s.cli.JSON {
		return printJSON(s.out, []map[string]int64{{"version": v}})
	}
	_, err = fmt.Fprintf(s.out, "The database is at version %d.\n", v)
	return err
}

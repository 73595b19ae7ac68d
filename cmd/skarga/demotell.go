package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"ask4.com/skarga/cmd/skarga/demo"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
)

// tell prints what became of a letter and why, and whether that is right.
func (d *demoShow) tell(ctx context.Context, l demo.Letter, a complaint.Arrival) error {
	d.seen++
	answered, ref := false, ""
	if a.ComplaintID != "" {
		view, err := d.view(ctx, a.ComplaintID)
		if err != nil {
			return err
		}
		ref = string(view.Complaint.Reference)
		answered = a.Outcome == complaint.ToComplaint && len(view.Deliveries) > 0
		for answered && view.Deliveries[0].Status == complaint.Queued {
			if err := d.pause(ctx); err != nil {
				return fmt.Errorf("letter %s: its answer did not leave: %w", l.File, err)
			}
			if view, err = d.view(ctx, a.ComplaintID); err != nil {
				return err
			}
		}
	}
	right := a.Outcome == l.Outcome && a.Held == l.Held && answered == l.Answered
	mark := "ok "
	if !right {
		mark = "BAD"
		d.wrong++
	}
	what := string(a.Outcome)
	switch {
	case a.Held:
		what += ", held"
	case answered:
		what += ", acknowledged"
	}
	fmt.Fprintf(d.out, "%s %-22s %s\n    %-22s %s\n", mark, l.File, l.What, "", strings.TrimSpace(what+" "+ref))
	for _, r := range slices.Concat(a.Reasons, prefixed("damaged, ", a.Damaged)) {
		fmt.Fprintf(d.out, "    %-22s · %s\n", "", r)
	}
	if a.HoldReason != "" && !slices.Contains(a.Reasons, a.HoldReason) {
		fmt.Fprintf(d.out, "    %-22s · held: %s\n", "", a.HoldReason)
	}
	if !right {
		fmt.Fprintf(d.out, "    %-22s   expected: %s, held %v, acknowledged %v\n", "", l.Outcome, l.Held, l.Answered)
	}
	return nil
}

func prefixed(p string, list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = p + s
	}
	return out
}

// list prints the complaints that came of it, by what is due first.
func (d *demoShow) list(ctx context.Context) error {
	rows, err := d.app.store.ListComplaints(ctx, store.Filter{Limit: 100})
	if err != nil {
		return err
	}
	fmt.Fprintf(d.out, "\n%d complaints, what is due first stands first:\n\n", len(rows))
	w := tabwriter.NewWriter(d.out, 0, 0, 2, ' ', 0)
	printComplaints(w, rows, nil, d.app.rules.Location, d.app.now())
	return w.Flush()
}

// letter prints one acknowledgement in full, as it left.
func (d *demoShow) letter(context.Context) error {
	out, _ := d.world.Outbox()
	for _, m := range out {
		if m.To != "m.wisniewski@poczta.example" {
			continue
		}
		fmt.Fprintf(d.out, "\nOne acknowledgement in full, as it left:\n\n%s\n", plainText(m.Raw))
		return nil
	}
	return errors.New("no acknowledgement left for the Polish complaint")
}

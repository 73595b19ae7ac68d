package main

import (
	"context"
	"fmt"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/web/dashboard"
)

// report prints the short report of the demo's own day.
func (d *demoShow) report(ctx context.Context) error {
	p, err := d.app.period("", "")
	if err != nil {
		return err
	}
	r, err := d.app.figures(ctx, p, complaint.Person{Name: "demo", Role: complaint.Manager})
	if err != nil {
		return err
	}
	if !r.Balance.AddsUp() {
		return fmt.Errorf("the report of the demo does not add up: %d + %d - %d is not %d", r.Balance.Opening.N, r.Balance.Received.N, r.Balance.Ended.N, r.Balance.Closing.N)
	}
	fmt.Fprint(d.out, "\nThe report of this small world (skarga report shows all of it, also as a page with charts):\n\n")
	return dashboard.Text(d.out, r, "balance", "promises", "channels", "ends")
}

package casework

import (
	"errors"
	"strings"

	"ask4.com/skarga/complaint"
)

// may is complaint.May; who may not review something is told who can (P15).
func (o *Office) may(who complaint.Person, what complaint.Action, c complaint.Case) error {
	err := complaint.May(who, what, c)
	if refused, is := errors.AsType[*complaint.Refusal](err); is && refused.Rule == "P15" {
		instead := "; nobody on the staff list is left: add a person who had no hand in it, or declare deadlock, so that the customer can go to the ombudsman"
		if can := o.Able(complaint.ActReview, c); len(can) > 0 {
			instead = ": " + strings.Join(can, " or ")
		}
		return &complaint.Refusal{Rule: refused.Rule, Why: refused.Why + instead}
	}
	return err
}

// Able are those who may do something with a complaint: by their role, by whom it is
// about, and for a review because they had no hand in what is contested.
func (o *Office) Able(what complaint.Action, c complaint.Case) (names []string) {
	for _, p := range o.People() {
		if !p.Left && complaint.May(p, what, c) == nil {
			names = append(names, p.Name)
		}
	}
	return names
}

// alone says whether nobody could review an appeal against a response, once all who have
// a hand in it let it go.
func (d *desk) alone(m *message) bool {
	c := d.Case
	c.Record.Responders = complaint.AddNames(c.Record.Responders, append(m.wrote(), d.who.Name)...)
	return kinds[m.answer.Kind].meets == complaint.Respond && len(d.office.Able(complaint.ActReview, c)) == 0
}

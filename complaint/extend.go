package complaint

import (
	"fmt"
	"strings"
	"time"
)

// Extend asks for a later due time, which holds once the customer was told by a
// message that was really delivered (Delivered). It needs a reason and a person; what
// the law fixes cannot be extended.
func (r Rules) Extend(o Obligation, to time.Time, who Person, reason string, now time.Time) (Obligation, error) {
	switch {
	case o.Kind == Acknowledge || o.Kind == TellOmbudsman:
		return o, &Refusal{"P12, P16", fmt.Sprintf("the promise to %s has a fixed date, which nobody can move", o.Kind)}
	case o.State != Open:
		return o, fmt.Errorf("complaint: the promise to %s is %s; only an open one can be extended", o.Kind, o.State)
	case strings.TrimSpace(reason) == "":
		return o, fmt.Errorf("complaint: an extension needs a reason, which the customer is told")
	case !to.After(now):
		return o, fmt.Errorf("complaint: the new date %s is past; give a later one", r.show(to))
	case !to.After(o.Deadline()):
		return o, fmt.Errorf("complaint: the new date %s is not later than %s, which holds now", r.show(to), r.show(o.Deadline()))
	}
	if _, _, err := r.Calendar.Workday(to.In(r.Location)); err != nil {
		return o, err
	}
	o.ExtendTo = to
	o.Steps = append(o.Steps[:len(o.Steps):len(o.Steps)],
		fmt.Sprintf("%s asked on %s for %s: %s; it holds once the customer was told", who.Name, r.show(now), r.show(to), strings.Join(strings.Fields(reason), " ")))
	return o, nil
}

// extended makes an extension hold: the customer was told at that time.
func (r Rules) extended(o *Obligation, at time.Time) {
	if o.ExtendTo.IsZero() {
		return
	}
	o.BeforeAt, o.DueAt, o.ToldAt, o.ExtendTo = o.Deadline(), o.ExtendTo, o.ExtendTo, time.Time{}
	o.Steps = append(o.Steps[:len(o.Steps):len(o.Steps)], fmt.Sprintf("the customer was told on %s: due %s", r.show(at), r.show(o.DueAt)))
}

// notExtended takes an extension back whose message never arrived.
func (r Rules) notExtended(o *Obligation) {
	if !o.BeforeAt.IsZero() && o.State == Open {
		o.DueAt, o.ToldAt, o.BeforeAt = o.BeforeAt, o.BeforeAt, time.Time{}
		o.Steps = append(o.Steps[:len(o.Steps):len(o.Steps)], "the message about it came back: due "+r.show(o.DueAt))
	}
	o.ExtendTo = time.Time{}
}

package casework

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"ask4.com/skarga/complaint"
)

// RuleAbout decides whether a complaint is about a member of staff (P8): confirmed,
// or dropped. Confirming a name that was not proposed adds it. Who cannot see the
// complaint any more does not keep it either.
func (o *Office) RuleAbout(ctx context.Context, a Acting, name string, to complaint.AboutState, reason string) error {
	return o.act(ctx, a, complaint.ActRuleAbout, "about staff: "+string(to), func(ctx context.Context, d *desk) error {
		if strings.TrimSpace(reason) == "" {
			return errNoReason
		}
		p, err := o.Person(name)
		i := slices.IndexFunc(d.Abouts, func(b complaint.About) bool { return complaint.Fold(b.Staff) == complaint.Fold(name) })
		if err == nil && i < 0 {
			i = slices.IndexFunc(d.Abouts, func(b complaint.About) bool { return p.Is(b.Staff) })
		}
		switch {
		case i >= 0 && d.Abouts[i].State == to:
			return nil
		case i >= 0:
			d.Abouts[i].State, d.Abouts[i].By, d.Abouts[i].At = to, d.who.Name, d.now
		case err != nil:
			return err
		case to == complaint.AboutDropped:
			return fmt.Errorf("casework: %s is not taken to be about %s; `skarga about %s` shows whom it may be about", a.Ref, p.Name, a.Ref)
		default:
			i = len(d.Abouts)
			d.Abouts = append(d.Abouts, complaint.About{ComplaintID: d.Complaint.ID, Staff: p.Name, State: to, By: d.who.Name, At: d.now})
		}
		d.note["reason"] = reason
		if to == complaint.AboutDropped {
			return nil
		}
		for _, has := range []*string{&d.Record.Owner, &d.Record.Reviewer} {
			if complaint.Fold(*has) == complaint.Fold(d.Abouts[i].Staff) {
				*has = ""
			}
		}
		return d.hideRelated(ctx, d.Abouts[i].Staff)
	})
}

// hideRelated proposes a person for the complaints that may belong to this one, or
// follow it: their words may tell what is hidden here.
func (d *desk) hideRelated(ctx context.Context, staff string) error {
	related, err := d.tx.RelatedComplaints(ctx, d.Complaint.ID)
	if err != nil {
		return err
	}
	for _, id := range related {
		d.tx.ProposeAbout(complaint.About{ComplaintID: id, Staff: staff, State: complaint.AboutProvisional, By: program, At: d.now})
		payload, err := json.Marshal(map[string]string{"staff": staff, "because": "it may belong to " + string(d.Complaint.Reference)})
		if err != nil {
			return fmt.Errorf("casework: event payload: %w", err)
		}
		d.tx.CreateEvent(complaint.Event{ID: complaint.NewID(), Subject: id, At: d.now, Actor: program, Kind: "about staff: proposed", Payload: payload})
	}
	return nil
}

// Managers lists the names of the managers.
func (o *Office) Managers() (names []string) {
	for _, p := range o.People() {
		if p.Role == complaint.Manager {
			names = append(names, p.Name)
		}
	}
	return names
}

// RuleConduct decides whether a customer's conduct was inappropriate (P6). Words only
// flag it; whatever a person decides, the complaint goes on with all its promises.
func (o *Office) RuleConduct(ctx context.Context, a Acting, to complaint.RulingState, reason string) error {
	return o.act(ctx, a, complaint.ActRuleConduct, "conduct: "+string(to), func(_ context.Context, d *desk) error {
		return d.rule(&d.Record.Conduct, &d.Complaint.ConductFlag, to, reason)
	})
}

// RulePersonalData decides whether a complaint is about the customer's personal data
// (P10).
func (o *Office) RulePersonalData(ctx context.Context, a Acting, to complaint.RulingState, reason string) error {
	return o.act(ctx, a, complaint.ActRulePersonal, "personal data: "+string(to), func(_ context.Context, d *desk) error {
		return d.rule(&d.Record.PersonalData, &d.Complaint.PersonalData, to, reason)
	})
}

// rule takes a ruling down. The flag that suggested it follows.
func (d *desk) rule(r *complaint.Ruling, flag *bool, to complaint.RulingState, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return errNoReason
	}
	if r.State == to {
		return fmt.Errorf("casework: %s decided that on %s: %s", r.By, r.At.In(d.office.Rules.Location).Format("2 January 2006"), r.Reason)
	}
	*r = complaint.Ruling{State: to, By: d.who.Name, Reason: reason, At: d.now}
	*flag = to == complaint.RulingConfirmed
	return nil
}

package casework

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

// Merge ends a complaint because it is the same matter as another, which goes on. The
// later one is merged into the earlier, so that no promise gets more time. Its people
// belong to the other from now on, what waits for an answer waits there, and mail to
// either reference finds it.
func (o *Office) Merge(ctx context.Context, a Acting, into complaint.Reference, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return errNoReason
	}
	err := o.act(ctx, a, complaint.ActCombine, "merged into "+string(into), func(ctx context.Context, d *desk) error {
		if into == d.Complaint.Reference {
			return fmt.Errorf("%w: a complaint is not merged into itself", ErrField)
		}
		other, err := d.other(ctx, into, "took in "+string(d.Complaint.Reference))
		if err != nil {
			return err
		}
		if err := complaint.Move(d.Complaint.Stage, complaint.StageMerged, complaint.ByPerson); err != nil {
			return err
		}
		switch {
		case other.Complaint.Stage.Ended():
			return fmt.Errorf("casework: %s is %s; reopen it first", into, other.Complaint.Stage)
		case d.Complaint.ReceivedAt.Before(other.Complaint.ReceivedAt):
			return fmt.Errorf("casework: %s is the earlier one; merge %s into it, so that no promise gets more time", d.Complaint.Reference, into)
		}
		d.note["reason"], other.note["reason"] = reason, reason
		if err := d.handOver(ctx, other); err != nil {
			return err
		}
		d.Record.MergedInto = other.Complaint.ID
		return d.end(ctx, complaint.StageMerged, "merged into "+string(into))
	})
	return named(into, err)
}

// handOver gives people, messages that wait, whom it may be about and who may not review
// it to another complaint.
func (d *desk) handOver(ctx context.Context, to *desk) error {
	parties, err := d.tx.Parties(ctx, d.Complaint.ID)
	if err != nil {
		return err
	}
	for _, p := range parties {
		p.ComplaintID = to.Complaint.ID
		d.tx.CreateParty(p)
	}
	for _, a := range d.Abouts { // whom the one may be about, the other may be about now (P8)
		if a.ComplaintID = to.Complaint.ID; a.State != complaint.AboutDropped {
			a.State, a.By, a.At = complaint.AboutProvisional, program, d.now
			d.tx.ProposeAbout(a)
		}
	}
	to.Record.Responders = complaint.AddNames(to.Record.Responders, slices.Concat(d.Record.Responders, d.Record.Reviewers)...)
	waiting, err := d.waiting(ctx)
	for _, r := range waiting {
		r.ComplaintID = to.Complaint.ID
		d.tx.SetCustomerReply(r)
	}
	return err
}

// unmerge takes a merge back: the complaint stands where it stood, owed what it was owed,
// and its people belong to the other one no more, unless they wrote there; what of its mail
// waits there waits here.
func (d *desk) unmerge(ctx context.Context) (complaint.Stage, error) {
	arrivals, err := d.tx.ArrivalsOf(ctx, d.Complaint.ID)
	if err != nil {
		return "", err
	}
	made := func(a complaint.Arrival) bool { return a.Outcome == complaint.ToComplaint }
	if d.Complaint.PreviousID == "" && !slices.ContainsFunc(arrivals, made) {
		return "", fmt.Errorf("casework: %s was merged by a decision about its message; `skarga overrule undo DECISION` takes that back, as `skarga show` lists it where it goes on", d.Complaint.Reference)
	}
	theirs, err := d.tx.Parties(ctx, d.Complaint.ID)
	if err != nil {
		return "", err
	}
	other, err := d.tx.LockCase(ctx, d.Record.MergedInto)
	if err != nil {
		return "", err
	}
	for _, p := range theirs {
		if p.Address == complaint.FoldAddress(other.Complaint.CustomerAddress) || p.Address == complaint.FoldAddress(spokesperson(other)) {
			continue
		}
		p.ComplaintID = other.Complaint.ID
		if err := d.tx.DeleteParty(ctx, p, d.Complaint.CustomerAddress); err != nil {
			return "", err
		}
	}
	waiting, err := d.tx.CustomerReplies(ctx, []string{other.Complaint.ID})
	for _, r := range waiting {
		if r.SettledAt.IsZero() && slices.ContainsFunc(arrivals, func(a complaint.Arrival) bool { return a.ID == r.ArrivalID }) {
			r.ComplaintID = d.Complaint.ID
			d.tx.SetCustomerReply(r)
		}
	}
	d.Record.MergedInto = ""
	d.Obligations = d.office.Rules.Unend(d.Obligations, d.Complaint.ClosedAt, d.now)
	return complaint.Standing(d.Obligations), err
}

// Split makes a second complaint out of one whose message holds two. It has the same
// customer and the same time of arrival. Where the message was acknowledged, that counts
// for both; the customer gets a letter with the second reference and its dates.
func (o *Office) Split(ctx context.Context, a Acting, subject, summary, reason string) (ref complaint.Reference, err error) {
	switch {
	case strings.TrimSpace(reason) == "":
		return "", errNoReason
	case strings.TrimSpace(summary) == "":
		return "", fmt.Errorf("%w: say in a few words what the second complaint is about", ErrField)
	}
	err = o.act(ctx, a, complaint.ActCombine, "split", func(ctx context.Context, d *desk) error {
		if d.Complaint.Stage.Ended() {
			return fmt.Errorf("casework: %s is %s; reopen it first", d.Complaint.Reference, d.Complaint.Stage)
		}
		var err error
		if ref, err = d.newReference(ctx); err != nil {
			return err
		}
		d.note["reason"], d.note["into"] = reason, ref
		return d.split(ctx, ref, strings.TrimSpace(subject), strings.TrimSpace(summary))
	})
	return ref, err
}

// newReference draws a reference that nobody has.
func (d *desk) newReference(ctx context.Context) (complaint.Reference, error) {
	for {
		ref, err := complaint.NewReference(d.office.Prefix, d.now.In(d.office.Rules.Location).Year())
		if err != nil {
			return "", err
		}
		taken, err := d.tx.ReferencesTaken(ctx, []complaint.Reference{ref})
		if err != nil || !taken[ref] {
			return ref, err
		}
	}
}

func (d *desk) split(ctx context.Context, ref complaint.Reference, subject, summary string) error {
	c := d.Complaint
	c.ID, c.Reference, c.PreviousID, c.Summary = complaint.NewID(), ref, d.Complaint.ID, summary
	c.Subject = cmp.Or(subject, summary) // so that the two can be told apart
	c.Stage, c.RegisteredAt, c.Provisional = complaint.StageReceived, d.now, false
	c.AcknowledgedAt = d.Complaint.AcknowledgedAt
	obs, err := d.office.Rules.NewObligations(c.ID, c.ReceivedAt)
	if err != nil {
		return err
	}
	for i := range obs {
		obs[i].ID = complaint.NewID()
	}
	kept := complaint.Delivery{ObligationID: obs[0].ID, SentAt: c.AcknowledgedAt}
	if !c.AcknowledgedAt.IsZero() {
		if c, obs, err = d.office.Rules.Delivered(c, obs, kept); err != nil {
			return err
		}
	}
	parties, err := d.tx.Parties(ctx, d.Complaint.ID)
	if err != nil {
		return err
	}
	d.tx.CreateComplaint(c, parties, nil, obs)
	for _, a := range d.Abouts { // whom the first may be about, the second may be about too (P8)
		a.ComplaintID = c.ID
		d.tx.SetAbout(a)
	}
	n := d.office.desk(d.tx, d.who, d.what, complaint.Case{Complaint: c, Obligations: obs})
	n.event, n.note["from"] = "split from "+string(d.Complaint.Reference), d.Complaint.Reference
	d.others = append(d.others, n)
	return n.acknowledge(ctx, d)
}

// acknowledge queues the letter that tells the customer a reference and its dates, in the
// thread of the complaint that it comes from: the one that it was split from, or itself.
func (d *desk) acknowledge(ctx context.Context, from *desk) error {
	m := &message{answer: Answer{Kind: "acknowledgement"}, author: d.who, meets: d.open(complaint.Acknowledge)}
	if err := fillAcknowledgement(ctx, d, m); err != nil {
		return err
	}
	if from != d {
		m.data.(*templates.Acknowledgement).SplitFrom = from.Complaint.Reference
	}
	if u := d.open(complaint.Update); m.meets < 0 && u >= 0 && d.Obligations[u].Deadline().After(d.now) { // its date is set already
		m.data.(*templates.Acknowledgement).UpdateBy = d.Obligations[u].Deadline()
	}
	t, err := from.thread(ctx)
	if err != nil {
		return err
	}
	t.Automatic = true
	out, err := d.office.Writer.Write(m.data, d.Complaint, t)
	if err != nil {
		return fmt.Errorf("casework: the acknowledgement of the second complaint cannot be written: %w", err)
	}
	if m.meets >= 0 {
		out.ObligationID = d.Obligations[m.meets].ID
	}
	if err := tellDates(ctx, d, m); err != nil {
		return err
	}
	d.queue(out)
	return nil
}

// Link says that several complaints have one matter, e.g. an outage, or that they have
// none any more (""). Each stays a complaint of its own; a common update can go to all.
// All are linked, or none.
func (o *Office) Link(ctx context.Context, who complaint.Person, refs []complaint.Reference, matter string) error {
	if len(refs) == 0 {
		return fmt.Errorf("%w: name the complaints to link", ErrField)
	}
	known, err := o.store.Matters(ctx)
	if err != nil {
		return err
	}
	matter = spelled(matter, known)
	return o.act(ctx, Acting{Who: who, Ref: refs[0], Seen: AnyVersion}, complaint.ActCombine, "linked", func(ctx context.Context, d *desk) error {
		d.Record.Matter = matter
		for _, ref := range refs[1:] {
			if ref == d.Complaint.Reference {
				continue
			}
			other, err := d.other(ctx, ref, "linked")
			if err != nil {
				return err
			}
			other.Record.Matter = matter
		}
		return nil
	})
}

// spelled is the name of a matter as it was linked before, in whatever case it is typed
// now; one that is new stays as it is.
func spelled(matter string, known []string) string {
	matter = strings.Join(strings.Fields(matter), " ")
	if !slices.Contains(known, matter) {
		for _, k := range known {
			if complaint.Fold(k) == complaint.Fold(matter) {
				return k
			}
		}
	}
	return matter
}

// Matter gives the name of a matter as it was linked. One of which the person sees no
// complaint is an error that offers the nearest name (P8).
func (o *Office) Matter(ctx context.Context, who complaint.Person, typed string) (string, error) {
	known, err := o.store.Matters(ctx)
	if err != nil {
		return "", err
	}
	matter := spelled(typed, known)
	for near := matter; near != ""; near = complaint.Nearest(matter, known) {
		seen, err := o.List(ctx, who, complaint.Filter{Matter: near, Limit: 1})
		switch {
		case err != nil:
			return "", err
		case len(seen) > 0 && near == matter:
			return matter, nil
		case len(seen) > 0:
			return "", fmt.Errorf("%w: no complaint is linked under %q; did you mean %q?", ErrField, matter, near)
		}
		known = slices.DeleteFunc(known, func(k string) bool { return k == near })
	}
	return "", fmt.Errorf("%w: no complaint is linked under %q; `skarga link` links some", ErrField, matter)
}

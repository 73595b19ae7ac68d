package casework

import (
	"context"
	"fmt"
	"slices"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

// lookAhead is how much earlier than its fraction a reminder may leave, because nobody
// works when its time comes: over the longest row of days without work.
const lookAhead = 6 * 24 * time.Hour

// remind writes to the owners of promises whose time has run to a fraction. Of several
// steps that were missed only the last is told.
func (c Clock) remind(ctx context.Context, now time.Time) error {
	if open, err := c.working(now); err != nil || !open {
		return err
	}
	for step, fraction := range slices.Backward(c.Reminders) {
		due, err := c.Store.Remindable(ctx, now, now.Add(lookAhead), fraction, step)
		if err != nil {
			return err
		}
		ids := make([]string, len(due))
		for i, o := range due {
			ids[i] = o.ComplaintID
		}
		cases, err := c.Store.Cases(ctx, ids)
		if err != nil {
			return err
		}
		for _, o := range due {
			if err := c.remindOf(ctx, o, cases[o.ComplaintID], step, now); err != nil {
				return err
			}
		}
	}
	return nil
}

// remindOf tells one owner of one promise, once.
func (c Clock) remindOf(ctx context.Context, o complaint.Obligation, v complaint.Case, step int, now time.Time) error {
	at, err := c.remindAt(o, c.Reminders[step])
	if err != nil || now.Before(at) {
		return err
	}
	owner, err := c.Office.Person(v.Record.Owner)
	if err != nil || owner.Address == "" || complaint.May(owner, complaint.ActHandle, v) != nil {
		return nil // nobody to remind; the digest tells the managers
	}
	h := c.Office.Writer.Header()
	text := &templates.Reminder{Header: h, Owner: owner.Name, Reference: v.Complaint.Reference, Promise: templates.Promise(o.Kind), DueAt: o.Deadline()}
	return c.Store.InTx(ctx, func(tx Tx) error {
		first := false
		for s := range step + 1 { // an earlier step that was missed is not made up for
			once, err := tx.Once(ctx, ReminderName(o, s), now)
			if err != nil {
				return err
			}
			first = once
		}
		if !first {
			return nil
		}
		mail, err := c.staffMail(text, owner.Address)
		if err != nil {
			return err
		}
		tx.CreateDelivery(mail)
		return c.event(tx, o.ComplaintID, "reminder", now, map[string]any{"promise": o.Kind, "round": o.Round, "due": o.Deadline(), "to": owner.Name})
	})
}

// ReminderName is the name under which a reminder is done once: a promise whose date
// moves is reminded of anew.
func ReminderName(o complaint.Obligation, step int) string {
	return fmt.Sprintf("remind:%s:%d:%d", o.ID, o.Deadline().UnixMilli(), step)
}

// remindAt is when a reminder leaves: at its fraction, when somebody works then; else
// when work begins again, or, if that is too late, an hour before it ended.
func (c Clock) remindAt(o complaint.Obligation, fraction float64) (time.Time, error) {
	due := o.Deadline()
	at := o.TriggerAt.Add(time.Duration(fraction * float64(due.Sub(o.TriggerAt))))
	open, err := c.working(at)
	if err != nil || open {
		return at, err
	}
	next, err := c.edge(at, 1)
	if err != nil || next.Before(due) {
		return next, err
	}
	last, err := c.edge(at, -1)
	return last.Add(-time.Hour), err
}

// working says whether a time is within working hours.
func (c Clock) working(at time.Time) (bool, error) {
	loc := c.Office.Rules.Location
	day, _, err := c.Office.Rules.Calendar.Workday(at.In(loc))
	return day && !at.Before(c.clock(at, 0, c.WorkFrom)) && at.Before(c.clock(at, 0, c.WorkTo)), err
}

// edge is the next time that work begins after a time, or with -1 the last time that it
// ended.
func (c Clock) edge(at time.Time, direction int) (time.Time, error) {
	of := map[int]time.Duration{1: c.WorkFrom, -1: c.WorkTo}[direction]
	for i := 0; ; i += direction {
		edge := c.clock(at, i, of)
		if d := edge.Sub(at); d*time.Duration(direction) < 0 {
			continue
		}
		day, _, err := c.Office.Rules.Calendar.Workday(edge.In(c.Office.Rules.Location))
		if err != nil || day {
			return edge, err
		}
	}
}

// clock is a time of day on the local day that is n days after a time.
func (c Clock) clock(at time.Time, n int, ofDay time.Duration) time.Time {
	y, m, d := at.In(c.Office.Rules.Location).Date()
	return time.Date(y, m, d+n, 0, int(ofDay/time.Minute), 0, 0, c.Office.Rules.Location)
}

// digest writes the one mail of the morning: to managers and data protection about all
// that they may see, to others about what they have. Once a working day; a day that is
// over is not made up for.
func (c Clock) digest(ctx context.Context, now time.Time) error {
	loc := c.Office.Rules.Location
	working, _, err := c.Office.Rules.Calendar.Workday(now.In(loc))
	if err != nil || !working || now.Before(c.clock(now, 0, c.DigestAt)) || !now.Before(c.clock(now, 0, c.WorkTo)) {
		return err
	}
	return c.Store.InTx(ctx, func(tx Tx) error {
		first, err := tx.Once(ctx, "digest:"+now.In(loc).Format(time.DateOnly), now)
		if err != nil || !first {
			return err
		}
		news, err := c.morning(ctx, now)
		if err != nil {
			return err
		}
		for _, p := range c.Office.People() {
			text := news.of(p, c.Office.Writer.Header())
			if p.Address == "" || text == nil {
				continue
			}
			mail, err := c.staffMail(text, p.Address)
			if err != nil {
				return err
			}
			tx.CreateDelivery(mail)
		}
		return nil
	})
}

// news is what the digests of a morning are made of.
type news struct {
	now, today, soon time.Time // ends of the day and of the second working day after
	due              []complaint.Obligation
	waiting          []complaint.CustomerReply
	cases            map[string]complaint.Case
}

func (c Clock) morning(ctx context.Context, now time.Time) (n news, err error) {
	n.now, n.today = now, c.clock(now, 1, 0).Add(-time.Second)
	if n.soon, _, err = c.Office.Rules.Calendar.AddWorkdays(now, 2, c.Office.Rules.Location); err != nil {
		return n, err
	}
	if n.due, err = c.Store.DueObligations(ctx, n.soon.Add(time.Second)); err != nil {
		return n, err
	}
	if n.waiting, err = c.Store.WaitingReplies(ctx, nil); err != nil {
		return n, err
	}
	var ids []string
	for _, o := range n.due {
		ids = append(ids, o.ComplaintID)
	}
	for _, r := range n.waiting {
		ids = append(ids, r.ComplaintID)
	}
	slices.Sort(ids)
	n.cases, err = c.Store.Cases(ctx, slices.Compact(ids))
	return n, err
}

// of is the digest for one person; nil when there is nothing to tell.
func (n news) of(p complaint.Person, h templates.Header) *templates.Digest {
	d := &templates.Digest{Header: h, Day: n.now}
	for _, o := range n.due {
		v := n.cases[o.ComplaintID]
		if !n.concerns(p, v) {
			continue
		}
		item := templates.Item{Reference: v.Complaint.Reference, Promise: templates.Promise(o.Kind), DueAt: o.Deadline(), Owner: v.Record.Owner}
		switch at := o.Deadline(); {
		case at.Before(n.now):
			d.Overdue = append(d.Overdue, item)
		case !at.After(n.today):
			d.Today = append(d.Today, item)
		default:
			d.Soon = append(d.Soon, item)
		}
	}
	for _, r := range n.waiting {
		if v := n.cases[r.ComplaintID]; n.concerns(p, v) {
			d.Waiting = append(d.Waiting, templates.Item{Reference: v.Complaint.Reference, Owner: v.Record.Owner, Note: waitsFor(r.Wish)})
		}
	}
	if len(d.Overdue)+len(d.Today)+len(d.Soon)+len(d.Waiting) == 0 {
		return nil
	}
	return d
}

// waitsFor is what a message waits for, without the customer's words.
func waitsFor(w complaint.Wish) string {
	if w == complaint.NoWish {
		return "a message waits for an answer"
	}
	return "a message waits; it seems that the customer " + w.Asks()
}

// concerns says whether a person is told of a complaint: managers and data protection
// of all, others of what they have; nobody of what is about them (P8).
func (n news) concerns(p complaint.Person, v complaint.Case) bool {
	if complaint.May(p, complaint.ActReply, v) != nil {
		return false
	}
	return p.Role == complaint.Manager || p.Role == complaint.DataProtection || p.Is(v.Record.Owner)
}

package casework

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

// warnBefore is how long before the post is taken the clock warns of a weekend or a
// holiday: long enough to print, sign and fold.
const warnBefore = 2 * time.Hour

// PostDay is what the days without post mean at a time (DOMAIN, Post).
type PostDay struct {
	TakenAt time.Time // when today's post is taken; zero when none is
	Taken   bool      // that time is past
	Why     string    // why none is taken today, e.g. "Saturday"
	Next    time.Time // when it is taken after today
	Letters []complaint.Letter
	// Unwritten is how many of the letters are not written, or held at the desk; they
	// stand last and have no delivery.
	Unwritten int
	Break     bool // tomorrow no post is taken
}

// letterStore is what knows of letters.
type letterStore interface {
	UnpostedLetters(ctx context.Context, who string) ([]complaint.Letter, error)
	UnwrittenLetters(ctx context.Context, who string, before time.Time) ([]complaint.Letter, error)
}

// BeforeNextPost gives which letters fall due before the post is taken the next time
// after today's: what is not in today's post is late. Those that are not written yet are
// among them; what is hidden from the person is not ("" for the program itself).
func (o *Office) BeforeNextPost(ctx context.Context, store letterStore, who string) (p PostDay, err error) {
	now := o.Now().In(o.Rules.Location)
	at := func(n int) time.Time {
		y, m, d := now.Date()
		return time.Date(y, m, d+n, 0, int(o.PostAt/time.Minute), 0, 0, o.Rules.Location)
	}
	working, why, err := o.Rules.Calendar.Workday(now)
	if err != nil {
		return p, err
	}
	if working {
		p.TakenAt, p.Taken = at(0), !now.Before(at(0))
	} else {
		p.Why = why
	}
	for n := 1; p.Next.IsZero(); n++ {
		working, _, err := o.Rules.Calendar.Workday(at(n))
		if err != nil {
			return p, err
		}
		if working {
			p.Next, p.Break = at(n), n > 1
		}
	}
	letters, err := store.UnpostedLetters(ctx, who)
	if err != nil {
		return p, err
	}
	for _, l := range letters {
		if !l.Due.IsZero() && l.Due.Before(p.Next) {
			p.Letters = append(p.Letters, l)
		}
	}
	unwritten, err := store.UnwrittenLetters(ctx, who, p.Next)
	p.Letters, p.Unwritten = append(p.Letters, unwritten...), len(unwritten)
	return p, err
}

// String says it in a sentence for staff; "" when no letter is in danger.
func (p PostDay) String() string {
	const day = "Mon 2 Jan 15:04"
	fall := map[bool]string{true: "1 letter falls", false: fmt.Sprintf("%d letters fall", len(p.Letters))}[len(p.Letters) == 1] + " due before "
	open := ""
	if p.Unwritten > 0 {
		open = fmt.Sprintf(" Not written yet, or held at the desk: %d.", p.Unwritten)
	}
	switch {
	case len(p.Letters) == 0:
		return ""
	case p.TakenAt.IsZero():
		return fmt.Sprintf("No post is taken today (%s). %sit is taken again, %s.%s", p.Why, fall, p.Next.Format(day), open)
	case p.Taken:
		return fmt.Sprintf("Today's post was taken at %s. %sit is taken again, %s.%s", p.TakenAt.Format("15:04"), fall, p.Next.Format(day), open)
	default:
		return fmt.Sprintf("%sthe post of %s: print and post them today by %s.%s", fall, p.Next.Format(day), p.TakenAt.Format("15:04"), open)
	}
}

// byPost turns to a letter where the acknowledgement did not arrive by e-mail and the
// customer has an address that a letter may go to. Other answers wait for a person.
func (c Clock) byPost(ctx context.Context, _ time.Time) error {
	ids, err := c.Store.Unreached(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, id := range ids {
		errs = append(errs, c.Store.InTx(ctx, func(tx Tx) error {
			return c.Office.program(ctx, tx, id, "turned to letter", func(ctx context.Context, d *desk) error {
				if !d.Complaint.CanPost() {
					return nil
				}
				d.Complaint.ReplyBy = complaint.ByLetter
				return d.acknowledge(ctx, d)
			})
		}))
	}
	return errors.Join(errs...)
}

// post warns of a weekend or a holiday: two hours before the last post, when it was
// taken, and on each day without post; each once, in the log and to the duty address.
func (c Clock) post(ctx context.Context, now time.Time) error {
	p, err := c.Office.BeforeNextPost(ctx, c.Store, "")
	if err != nil || len(p.Letters) == 0 {
		return err
	}
	when := "before"
	switch {
	case p.TakenAt.IsZero():
		when = "without"
	case !p.Break || now.Before(p.TakenAt.Add(-warnBefore)):
		return nil
	case p.Taken:
		when = "after"
	}
	return c.Store.InTx(ctx, func(tx Tx) error {
		first, err := tx.Once(ctx, "post:"+now.In(c.Office.Rules.Location).Format(time.DateOnly)+":"+when, now)
		if err != nil || !first {
			return err
		}
		c.Log.Warn("letters fall due before the post is taken again", "letters", len(p.Letters), "next", p.Next)
		if c.DutyAddress == "" {
			return nil
		}
		mail, err := c.staffMail(p.warning(c.Office.Writer.Header(), now), c.DutyAddress)
		if err == nil {
			tx.CreateDelivery(mail)
		}
		return err
	})
}

// warning is the mail to the duty address.
func (p PostDay) warning(h templates.Header, now time.Time) *templates.PostWarning {
	w := &templates.PostWarning{Header: h, Day: now, NextAt: p.Next}
	if !p.Taken {
		w.TakenAt = p.TakenAt
	}
	for _, l := range p.Letters {
		item := templates.Item{Reference: l.Reference, DueAt: l.Due}
		switch {
		case l.ID == "":
			w.ToWrite = append(w.ToWrite, item)
		case l.PrintRun == "":
			w.ToPrint = append(w.ToPrint, item)
		default:
			w.ToPost = append(w.ToPost, item)
		}
	}
	return w
}

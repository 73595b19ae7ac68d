package complaint_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
)

// TestP13P14P15CountingHoldsOnAnyDay draws arrivals from all years of the calendars and
// plays their lives: what is due ends a local day, is as many working days after its
// trigger as the policy says unless an earlier date holds, and moves for its own
// trigger only.
func TestP13P14P15CountingHoldsOnAnyDay(t *testing.T) {
	t.Parallel()
	for _, name := range complaint.CalendarNames() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rnd := rand.New(rand.NewPCG(19, 28))
			from := time.Date(2019, 1, 1, 0, 0, 0, 0, time.UTC)
			for range 1500 {
				received := from.Add(time.Duration(rnd.Int64N(int64(9*365*24+300*24))) * time.Hour).Add(time.Duration(rnd.IntN(3600)) * time.Second)
				l := newLife(t, name, received.Format("2006-01-02 15:04"))
				l.plays(rnd)
				if t.Failed() {
					t.Fatalf("arrived %s", received)
				}
			}
		})
	}
}

// plays delivers what is owed at random times, early and late, and checks every date
// that is set.
func (l *life) plays(rnd *rand.Rand) {
	l.Helper()
	at := l.obs[0].TriggerAt
	for _, step := range []struct {
		send  complaint.ObligationKind
		sets  complaint.ObligationKind
		days  int
		stays []complaint.ObligationKind
	}{
		{complaint.Acknowledge, complaint.Update, l.r.UpdateDays, []complaint.ObligationKind{complaint.TellOmbudsman, complaint.Respond}},
		{complaint.Update, complaint.Respond, l.r.RespondDays, []complaint.ObligationKind{complaint.TellOmbudsman}},
		{complaint.Update, complaint.Update, l.r.NextUpdateDays, []complaint.ObligationKind{complaint.TellOmbudsman, complaint.Respond}},
	} {
		was := map[complaint.ObligationKind]string{}
		for _, k := range step.stays {
			was[k] = l.due(k)
		}
		at = at.Add(time.Duration(rnd.IntN(6*24*60)) * time.Minute)
		l.send(step.send, at.In(l.r.Location).Format("2006-01-02 15:04"))
		for k, due := range was {
			if got := l.due(k); got != due {
				l.Errorf("sending the %s moved %s from %s to %s", step.send, k, due, got)
			}
		}
		o := l.open(step.sets)
		if local := o.DueAt.In(l.r.Location).Format("15:04:05"); local != "23:59:59" {
			l.Errorf("%s is due at %s", o.Kind, local)
		}
		counted := l.workdays(o.TriggerAt, o.DueAt)
		capped := o.DueAt.Equal(o.CeilingAt)
		if counted > step.days || counted < step.days && !capped {
			l.Errorf("%s: %d working days from %s to %s, want %d\n%s", o.Kind, counted, o.TriggerAt, o.DueAt, step.days, strings.Join(o.Steps, "\n"))
		}
		if o.CeilingAt.After(o.TriggerAt) && o.DueAt.After(o.CeilingAt) {
			l.Errorf("%s: due %s, after its ceiling %s", o.Kind, o.DueAt, o.CeilingAt)
		}
		if last := o.Steps[len(o.Steps)-1]; !strings.Contains(last, o.DueAt.In(l.r.Location).Format("Mon 2 Jan 2006")) {
			l.Errorf("%s: the steps end with %q, due %s", o.Kind, last, o.DueAt)
		}
		if n := strings.Count(strings.Join(o.Steps, "\n"), ": working day "); n != step.days {
			l.Errorf("%s: the steps count %d working days", o.Kind, n)
		}
	}
}

// workdays counts by itself, day by day, how many working days lie after a day up to
// another.
func (l *life) workdays(after, to time.Time) (n int) {
	l.Helper()
	end := to.In(l.r.Location).Format(time.DateOnly)
	y, m, d := after.In(l.r.Location).Date()
	if after.In(l.r.Location).Format(time.DateOnly) == end {
		return 0
	}
	for i := 1; ; i++ {
		day := time.Date(y, m, d+i, 12, 0, 0, 0, l.r.Location)
		ok, _, err := l.r.Calendar.Workday(day)
		if err != nil {
			l.Fatal(err)
		}
		if ok {
			n++
		}
		if day.Format(time.DateOnly) == end {
			return n
		}
		if i > 400 {
			l.Fatalf("%s is not after %s", to, after)
		}
	}
}

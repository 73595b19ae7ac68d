package complaint_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
)

// life is a complaint with its promises, driven by deliveries.
type life struct {
	*testing.T
	r   complaint.Rules
	c   complaint.Complaint
	obs []complaint.Obligation
}

func newLife(t *testing.T, calendar, received string) *life {
	t.Helper()
	r := rules(t)
	c, err := complaint.NewCalendar(calendar)
	if err != nil {
		t.Fatal(err)
	}
	r.Calendar = c
	l := &life{T: t, r: r, c: complaint.Complaint{ID: "c1", Stage: complaint.StageReceived}}
	if l.obs, err = r.NewObligations("c1", l.at(received)); err != nil {
		t.Fatal(err)
	}
	for i := range l.obs {
		l.obs[i].ID = complaint.NewID()
	}
	return l
}

func (l *life) at(local string) time.Time {
	l.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", local, l.r.Location)
	if err != nil {
		l.Fatal(err)
	}
	return at.UTC()
}

// open is the open promise of a kind.
func (l *life) open(kind complaint.ObligationKind) *complaint.Obligation {
	for i := range l.obs {
		if o := &l.obs[i]; o.Kind == kind && o.State == complaint.Open {
			return o
		}
	}
	return nil
}

// send delivers the message that keeps the open promise of a kind.
func (l *life) send(kind complaint.ObligationKind, local string) complaint.Delivery {
	l.Helper()
	o := l.open(kind)
	if o == nil {
		l.Fatalf("no open promise to %s", kind)
	}
	d := complaint.Delivery{ObligationID: o.ID, SentAt: l.at(local)}
	var err error
	if l.c, l.obs, err = l.r.Delivered(l.c, l.obs, d); err != nil {
		l.Fatal(err)
	}
	return d
}

// due is when the open promise of a kind is due, as a local date and time.
func (l *life) due(kind complaint.ObligationKind) string {
	if o := l.open(kind); o != nil {
		return o.Deadline().In(l.r.Location).Format("2006-01-02 15:04:05")
	}
	return "none"
}

func (l *life) wants(kind complaint.ObligationKind, day string) {
	l.Helper()
	if day != "none" && !strings.Contains(day, ":") {
		day += " 23:59:59"
	}
	if got := l.due(kind); got != day {
		steps := []string{}
		if o := l.open(kind); o != nil {
			steps = o.Steps
		}
		l.Errorf("%s is due %s, want %s\n%s", kind, got, day, strings.Join(steps, "\n"))
	}
}

// TestP13P14P15OverChristmas spells out a life over Christmas 2026 and New Year 2027,
// counted by hand. Christmas Day is a Friday, Boxing Day has its substitute on Monday
// 28 December; 1 January is a Friday, 2 January has a substitute in Scotland on Monday
// 4 January; Poland is free on 24 December and on Wednesday 6 January.
func TestP13P14P15OverChristmas(t *testing.T) {
	t.Parallel()
	for calendar, want := range map[string]struct{ update, next, respond, review string }{
		"GB-EAW": {"2026-12-29", "2027-01-06", "2027-01-08", "2027-01-07"},
		"GB-NIR": {"2026-12-29", "2027-01-06", "2027-01-08", "2027-01-07"},
		"GB-SCT": {"2026-12-29", "2027-01-07", "2027-01-11", "2027-01-08"},
		"PL":     {"2026-12-29", "2027-01-07", "2027-01-11", "2027-01-07"},
	} {
		t.Run(calendar, func(t *testing.T) {
			t.Parallel()
			l := newLife(t, calendar, "2026-12-22 09:58")
			l.wants(complaint.Acknowledge, "2026-12-23 09:58:00")
			l.send(complaint.Acknowledge, "2026-12-22 10:00")
			l.wants(complaint.Update, want.update)
			l.send(complaint.Update, "2026-12-29 16:00")
			l.wants(complaint.Update, want.next)
			l.wants(complaint.Respond, want.respond)
			var err error
			l.c.Stage = complaint.StageResponded
			if l.obs, err = l.r.Escalate(l.c, l.obs, l.at("2026-12-26 11:00")); err != nil {
				t.Fatal(err)
			}
			l.wants(complaint.Review, want.review)
		})
	}
}

// TestP13DaysEndAtLocalMidnight on either side of the change of the clocks.
func TestP13DaysEndAtLocalMidnight(t *testing.T) {
	t.Parallel()
	l := newLife(t, "GB-EAW", "2026-10-22 12:00") // Thursday
	l.send(complaint.Acknowledge, "2026-10-22 12:01")
	l.wants(complaint.Update, "2026-10-27") // Friday, Monday, Tuesday
	if got := l.open(complaint.Update).DueAt.Format("15:04:05"); got != "23:59:59" {
		t.Errorf("in winter the day ends at %s UTC", got)
	}
	l = newLife(t, "GB-EAW", "2027-03-25 12:00") // Thursday before Easter; 26 and 29 are holidays
	l.send(complaint.Acknowledge, "2027-03-25 12:01")
	l.wants(complaint.Update, "2027-04-01") // Tuesday, Wednesday, Thursday
	if got := l.open(complaint.Update).DueAt.Format("15:04:05"); got != "22:59:59" {
		t.Errorf("in summer the day ends at %s UTC", got)
	}
}

func TestP13UpdatesRepeatUntilTheResponse(t *testing.T) {
	t.Parallel()
	l := newLife(t, "GB-EAW", "2026-11-23 09:00") // Monday
	l.send(complaint.Acknowledge, "2026-11-23 09:01")
	l.wants(complaint.Update, "2026-11-26")
	l.send(complaint.Update, "2026-11-24 15:00")
	if l.c.Stage != complaint.StageInvestigation {
		t.Errorf("after the first update it is %s", l.c.Stage)
	}
	l.wants(complaint.Respond, "2026-12-03")
	l.wants(complaint.Update, "2026-12-01")
	l.send(complaint.Update, "2026-12-01 10:00")
	l.wants(complaint.Update, "2026-12-08")
	l.wants(complaint.Respond, "2026-12-03")
	l.send(complaint.Respond, "2026-12-03 10:00")
	l.wants(complaint.Update, "none") // the answer tells more than any update
	if l.c.Stage != complaint.StageResponded {
		t.Errorf("after the response it is %s", l.c.Stage)
	}
	for _, o := range l.obs {
		if o.Kind != complaint.TellOmbudsman && (o.State != complaint.Met || !o.BreachedAt.IsZero()) {
			t.Errorf("%s %d is %s, breach %s", o.Kind, o.Round, o.State, o.BreachedAt)
		}
	}
}

// TestP13LateUpdateDelaysNothing: a second update is due when it would have been, had
// the first one come in time.
func TestP13LateUpdateDelaysNothing(t *testing.T) {
	t.Parallel()
	l := newLife(t, "GB-EAW", "2026-11-23 09:00")
	l.send(complaint.Acknowledge, "2026-11-23 09:01")
	l.send(complaint.Update, "2026-12-01 10:00") // due on 26 November, its ceiling was the 27th
	l.wants(complaint.Update, "2026-12-04")      // five working days after the ceiling
	l.wants(complaint.Respond, "2026-12-08")     // its own ceiling
}

func TestP14ReturnedResponseOpensWhatItHadKept(t *testing.T) {
	t.Parallel()
	l := newLife(t, "GB-EAW", "2026-11-23 09:00")
	l.send(complaint.Acknowledge, "2026-11-23 09:01")
	l.send(complaint.Update, "2026-11-24 15:00")
	d := l.send(complaint.Respond, "2026-11-25 10:00")
	l.c, l.obs = l.r.Returned(l.c, l.obs, d)
	l.wants(complaint.Respond, "2026-12-03")
	l.wants(complaint.Update, "2026-12-01")
	if l.c.Stage != complaint.StageInvestigation {
		t.Errorf("after the bounce it is %s", l.c.Stage)
	}
}

func TestP15ReviewKeptAndReturned(t *testing.T) {
	t.Parallel()
	l := newLife(t, "GB-EAW", "2026-11-23 09:00")
	l.send(complaint.Acknowledge, "2026-11-23 09:01")
	l.send(complaint.Respond, "2026-11-25 10:00")
	var err error
	if l.obs, err = l.r.Escalate(l.c, l.obs, l.at("2026-11-28 23:30")); err != nil { // Saturday
		t.Fatal(err)
	}
	if _, err := l.r.Escalate(l.c, l.obs, l.at("2026-11-29 10:00")); err == nil {
		t.Error("two reviews at once")
	}
	l.c.Stage = complaint.StageReview
	l.wants(complaint.Review, "2026-12-08") // 30, 1, 2, 3, 4, 7, 8
	d := l.send(complaint.Review, "2026-12-02 09:00")
	if l.c.Stage != complaint.StageResponded || !complaint.RespondedAt(l.obs).Equal(d.SentAt) {
		t.Errorf("%s, responded %s", l.c.Stage, complaint.RespondedAt(l.obs))
	}
	closes, err := l.r.ClosesAt(l.c, l.obs, time.Time{})
	if got := closes.In(l.r.Location).Format(time.DateTime); got != "2026-12-30 23:59:59" || err != nil {
		t.Errorf("closes %s, %v", got, err)
	}
	l.c, l.obs = l.r.Returned(l.c, l.obs, d)
	l.wants(complaint.Review, "2026-12-08")
	if l.c.Stage != complaint.StageReview {
		t.Errorf("after the bounce it is %s", l.c.Stage)
	}
}

func TestP16DeadlockBringsTheLetterForward(t *testing.T) {
	t.Parallel()
	l := newLife(t, "GB-EAW", "2026-11-23 09:00")
	l.wants(complaint.TellOmbudsman, "2027-01-04")
	l.obs = l.r.Deadlock(l.obs, l.at("2026-12-10 11:00"))
	l.wants(complaint.TellOmbudsman, "2026-12-10")
	late := newLife(t, "GB-EAW", "2026-11-23 09:00")
	late.obs = late.r.Deadlock(late.obs, late.at("2027-01-20 11:00"))
	late.wants(complaint.TellOmbudsman, "2027-01-04") // buys no time
}

func TestP16ComplyCountsDaysFromTheDecision(t *testing.T) {
	t.Parallel()
	l := newLife(t, "GB-EAW", "2026-11-23 09:00")
	var err error
	if l.obs, err = l.r.Decide(l.c, l.obs, l.at("2027-03-15 00:00")); err != nil {
		t.Fatal(err)
	}
	l.wants(complaint.Comply, "2027-04-12") // over the clock change
	if _, err := l.r.Decide(l.c, l.obs, l.at("2027-03-16 00:00")); err == nil {
		t.Error("two decisions at once")
	}
	l.c.Stage = complaint.StageOmbudsman
	if _, err := l.r.ClosesAt(l.c, l.obs, time.Time{}); err == nil {
		t.Error("closes before the decision is carried out")
	}
}

func TestExtensionHoldsOnceTheCustomerWasTold(t *testing.T) {
	t.Parallel()
	l := newLife(t, "GB-EAW", "2026-11-23 09:00")
	l.send(complaint.Acknowledge, "2026-11-23 09:01")
	anna := complaint.Person{Name: "Anna"}
	now := l.at("2026-11-25 10:00")
	for name, tc := range map[string]struct {
		kind   complaint.ObligationKind
		to     string
		reason string
	}{
		"no reason":            {complaint.Update, "2026-12-01 23:59", " "},
		"past":                 {complaint.Update, "2026-11-24 23:59", "an engineer"},
		"not later":            {complaint.Update, "2026-11-26 12:00", "an engineer"},
		"not past the ceiling": {complaint.Respond, "2026-12-07 12:00", "an engineer"},
		"past the calendar":    {complaint.Respond, "2040-12-07 12:00", "an engineer"},
		"fixed by law":         {complaint.TellOmbudsman, "2027-02-20 12:00", "an engineer"},
	} {
		if _, err := l.r.Extend(*l.open(tc.kind), l.at(tc.to), anna, tc.reason, now); err == nil {
			t.Errorf("%s: extended", name)
		}
	}
	o, err := l.r.Extend(*l.open(complaint.Update), l.at("2026-12-01 23:59"), anna, "an engineer\ncomes on Monday", now)
	if err != nil {
		t.Fatal(err)
	}
	*l.open(complaint.Update) = o
	l.wants(complaint.Update, "2026-11-26") // nobody was told yet
	d := complaint.Delivery{ObligationID: o.ID, Kind: complaint.ExtensionKind, SentAt: l.at("2026-11-25 10:05")}
	if l.c, l.obs, err = l.r.Delivered(l.c, l.obs, d); err != nil {
		t.Fatal(err)
	}
	l.wants(complaint.Update, "2026-12-01 23:59:00")
	if steps := strings.Join(l.open(complaint.Update).Steps, "\n"); !strings.Contains(steps, "Anna asked on Wed 25 Nov 2026 10:00 GMT") || !strings.Contains(steps, "an engineer comes on Monday") {
		t.Errorf("the steps do not tell who and why:\n%s", steps)
	}
	l.c, l.obs = l.r.Returned(l.c, l.obs, d)
	l.wants(complaint.Update, "2026-11-26") // the customer never got it

	// A promise may be extended before its trigger; the trigger does not undo that.
	if o, err = l.r.Extend(*l.open(complaint.Respond), l.at("2026-12-18 23:59"), anna, "the supplier is on strike", now); err != nil {
		t.Fatal(err)
	}
	*l.open(complaint.Respond) = o
	if l.c, l.obs, err = l.r.Delivered(l.c, l.obs, complaint.Delivery{ObligationID: o.ID, Kind: complaint.ExtensionKind, SentAt: now}); err != nil {
		t.Fatal(err)
	}
	l.send(complaint.Update, "2026-11-25 12:00")
	l.wants(complaint.Respond, "2026-12-18 23:59:00")
}

func TestEndAndReopen(t *testing.T) {
	t.Parallel()
	l := newLife(t, "GB-EAW", "2026-11-23 09:00")
	l.send(complaint.Acknowledge, "2026-11-23 09:01")
	l.send(complaint.Respond, "2026-11-25 10:00")
	l.obs = l.r.End(l.obs, "closed", l.at("2026-12-24 00:00"))
	l.wants(complaint.TellOmbudsman, "none")
	early := *l
	var err error
	if early.obs, err = l.r.Reopen(l.c, l.obs, l.at("2026-12-24 10:00")); err != nil {
		t.Fatal(err)
	}
	early.wants(complaint.TellOmbudsman, "2027-01-04") // its date had not come
	early.wants(complaint.Update, "2026-12-31")        // 29, 30, 31
	early.wants(complaint.Respond, "2027-01-07")       // 29, 30, 31, 4, 5, 6, 7
	if l.obs, err = l.r.Reopen(l.c, l.obs, l.at("2027-01-15 10:00")); err != nil {
		t.Fatal(err)
	}
	l.wants(complaint.TellOmbudsman, "2027-01-15") // its date is past: today
	if o := l.open(complaint.Update); o.Round != 2 {
		t.Errorf("the update is round %d", o.Round)
	}
}

func TestDatePastTheHorizonIsAnError(t *testing.T) {
	t.Parallel()
	for _, name := range complaint.CalendarNames() {
		l := newLife(t, name, "2028-12-01 09:00")
		l.send(complaint.Acknowledge, "2028-12-01 09:01")
		o := l.open(complaint.Update)
		before := fmt.Sprint(l.obs)
		_, _, err := l.r.Delivered(l.c, l.obs, complaint.Delivery{ObligationID: o.ID, SentAt: l.at("2028-12-27 10:00")})
		if err == nil || !strings.Contains(err.Error(), "2029") {
			t.Errorf("%s: a date in 2029 is no error: %v", name, err)
		}
		if fmt.Sprint(l.obs) != before {
			t.Errorf("%s: the error left the promises changed", name)
		}
		for what, err := range map[string]error{
			"escalate": func() error { _, err := l.r.Escalate(l.c, l.obs, l.at("2028-12-27 10:00")); return err }(),
			"reopen":   func() error { _, err := l.r.Reopen(l.c, l.obs, l.at("2028-12-27 10:00")); return err }(),
			"receive":  func() error { _, err := l.r.NewObligations("c2", l.at("2028-12-20 10:00")); return err }(),
		} {
			if err == nil {
				t.Errorf("%s: %s past the horizon is no error", name, what)
			}
		}
	}
}

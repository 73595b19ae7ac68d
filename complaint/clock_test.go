package complaint_test

import (
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
)

func rules(t *testing.T) complaint.Rules {
	t.Helper()
	r, err := complaint.DefaultRules()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// obligations makes the promises for an arrival written in London time, with
// their kinds as IDs.
func obligations(t *testing.T, r complaint.Rules, arrival string) (time.Time, map[complaint.ObligationKind]complaint.Obligation, []complaint.Obligation) {
	t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", arrival, r.Location)
	if err != nil {
		t.Fatal(err)
	}
	list, err := r.NewObligations("c1", at.UTC())
	if err != nil {
		t.Fatal(err)
	}
	byKind := map[complaint.ObligationKind]complaint.Obligation{}
	for i := range list {
		list[i].ID = string(list[i].Kind)
		byKind[list[i].Kind] = list[i]
	}
	return at.UTC(), byKind, list
}

func TestP12AcknowledgementIs24ClockHours(t *testing.T) {
	t.Parallel()
	r := rules(t)
	tests := map[string]struct{ arrival, due string }{
		"plain":                   {"2026-11-23 09:15", "2026-11-24 09:15"},
		"Friday evening":          {"2026-11-27 18:00", "2026-11-28 18:00"},
		"Christmas Eve":           {"2026-12-24 16:00", "2026-12-25 16:00"},
		"clocks go back":          {"2026-10-24 12:00", "2026-10-25 11:00"},
		"clocks go forward":       {"2026-03-28 12:00", "2026-03-29 13:00"},
		"leap day":                {"2028-02-28 23:00", "2028-02-29 23:00"},
		"in the hour lived twice": {"2026-10-25 00:30", "2026-10-25 23:30"},
	}
	for name, tc := range tests {
		_, byKind, _ := obligations(t, r, tc.arrival)
		o := byKind[complaint.Acknowledge]
		if got := o.DueAt.In(r.Location).Format("2006-01-02 15:04"); got != tc.due || !o.CeilingAt.Equal(o.DueAt) {
			t.Errorf("%s: due %s (ceiling %s), want %s", name, got, o.CeilingAt, tc.due)
		}
	}
}

// TestCeilingsOverChristmas spells out the promises of a complaint that arrives
// before Christmas 2026, counted by hand: 25 and 28 December and 1 January are
// holidays in England and Wales.
func TestP13P14CeilingsOverChristmas(t *testing.T) {
	t.Parallel()
	r := rules(t)
	_, byKind, _ := obligations(t, r, "2026-12-22 10:00")
	for kind, want := range map[complaint.ObligationKind]string{
		complaint.Acknowledge:   "2026-12-23 10:00:00",
		complaint.Update:        "2026-12-30 23:59:59", // 24, 29, 30
		complaint.Respond:       "2027-01-11 23:59:59", // 31, 4, 5, 6, 7, 8, 11
		complaint.TellOmbudsman: "2027-02-02 23:59:59",
	} {
		if got := byKind[kind].CeilingAt.In(r.Location).Format("2006-01-02 15:04:05"); got != want {
			t.Errorf("%s: no later than %s, want %s\n%s", kind, got, want, strings.Join(byKind[kind].Steps, "\n"))
		}
	}
	if steps := strings.Join(byKind[complaint.Update].Steps, "\n"); !strings.Contains(steps, "Fri 25 Dec 2026: not counted, Christmas Day") || !strings.Contains(steps, "Boxing Day (substitute day)") {
		t.Errorf("the steps do not name the holidays:\n%s", steps)
	}
}

func TestP16EightWeeksBeforeApril2026(t *testing.T) {
	t.Parallel()
	r := rules(t)
	for arrival, want := range map[string]string{"2026-04-07 23:59": "2026-06-02", "2026-04-08 00:00": "2026-05-20"} {
		_, byKind, _ := obligations(t, r, arrival)
		if got := byKind[complaint.TellOmbudsman].DueAt.In(r.Location).Format(time.DateOnly); got != want {
			t.Errorf("arrived %s: due %s, want %s", arrival, got, want)
		}
	}
}

func TestP13UpdateRunsFromTheSentAcknowledgement(t *testing.T) {
	t.Parallel()
	r := rules(t)
	at, _, list := obligations(t, r, "2026-11-23 09:15")
	sent := at.Add(2 * time.Minute)
	c, after, err := r.Delivered(complaint.Complaint{Stage: complaint.StageReceived}, list, delivered("acknowledge", sent))
	if err != nil {
		t.Fatal(err)
	}
	if c.Stage != complaint.StageAcknowledged || !c.AcknowledgedAt.Equal(sent) {
		t.Errorf("stage %s, acknowledged %s", c.Stage, c.AcknowledgedAt)
	}
	find := func(k complaint.ObligationKind) complaint.Obligation {
		for _, o := range after {
			if o.Kind == k {
				return o
			}
		}
		t.Fatalf("no %s", k)
		return complaint.Obligation{}
	}
	if o := find(complaint.Acknowledge); o.State != complaint.Met || !o.BreachedAt.IsZero() {
		t.Errorf("acknowledge: %+v", o)
	}
	// Sent on Monday: Tuesday, Wednesday, Thursday; the ceiling is Friday.
	if got := find(complaint.Update).DueAt.In(r.Location).Format(time.DateTime); got != "2026-11-26 23:59:59" {
		t.Errorf("update due %s", got)
	}
	if o := find(complaint.Respond); !o.DueAt.IsZero() {
		t.Errorf("respond is due %s before its trigger", o.DueAt)
	}
	_, after, err = r.Delivered(c, after, delivered("update", at.AddDate(0, 0, 1)))
	if err != nil {
		t.Fatal(err)
	}
	if got := find(complaint.Respond).DueAt.In(r.Location).Format(time.DateTime); got != "2026-12-03 23:59:59" {
		t.Errorf("P14: response due %s, want seven working days after Tuesday", got)
	}
}

func TestP12LateAcknowledgementIsABreachAndBuysNoTime(t *testing.T) {
	t.Parallel()
	r := rules(t)
	at, byKind, list := obligations(t, r, "2026-11-23 09:15")
	_, after, err := r.Delivered(complaint.Complaint{}, list, delivered("acknowledge", at.Add(47*time.Hour)))
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range after {
		switch o.Kind {
		case complaint.Acknowledge:
			if !o.BreachedAt.Equal(at.Add(24 * time.Hour)) {
				t.Errorf("breach noted at %s", o.BreachedAt)
			}
		case complaint.Update:
			if !o.DueAt.Equal(byKind[complaint.Update].CeilingAt) {
				t.Errorf("update due %s, later than its ceiling %s", o.DueAt, o.CeilingAt)
			}
		}
	}
}

func TestDueIsNeverLaterThanTheCustomerWasTold(t *testing.T) {
	t.Parallel()
	r := rules(t)
	at, _, list := obligations(t, r, "2026-11-23 09:15")
	update, _, err := r.NextDates(list, at)
	if err != nil {
		t.Fatal(err)
	}
	for i := range list {
		if list[i].Kind == complaint.Update {
			list[i].ToldAt = update
		}
	}
	// Rendered on Monday, accepted on Tuesday only.
	_, after, err := r.Delivered(complaint.Complaint{}, list, delivered("acknowledge", at.Add(23*time.Hour)))
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range after {
		if o.Kind == complaint.Update && !o.DueAt.Equal(update) {
			t.Errorf("due %s, told %s", o.DueAt, update)
		}
	}
}

func TestReturnedOpensThePromiseAgainWithItsOldDeadline(t *testing.T) {
	t.Parallel()
	r := rules(t)
	at, _, list := obligations(t, r, "2026-11-23 09:15")
	c, after, err := r.Delivered(complaint.Complaint{Stage: complaint.StageReceived}, list, delivered("acknowledge", at.Add(time.Minute)))
	if err != nil {
		t.Fatal(err)
	}
	c, after = r.Returned(c, after, delivered("acknowledge", at))
	o := after[0]
	if o.State != complaint.Open || !o.DueAt.Equal(at.Add(24*time.Hour)) || c.Stage != complaint.StageReceived {
		t.Errorf("after the bounce: %+v, stage %s", o, c.Stage)
	}
	if _, late := complaint.Breached(o, at.Add(24*time.Hour+time.Second)); !late {
		t.Error("the bounced acknowledgement counts as kept")
	}
}

func delivered(obligationID string, at time.Time) complaint.Delivery {
	return complaint.Delivery{ObligationID: obligationID, SentAt: at}
}

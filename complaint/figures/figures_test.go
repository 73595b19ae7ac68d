package figures_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/complaint/figures"
)

func at(t *testing.T, s string) time.Time {
	t.Helper()
	if s == "" {
		return time.Time{}
	}
	loc, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	v, err := time.ParseInLocation("2006-01-02 15:04", s, loc)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// november is a small firm's month, counted by hand below.
func november(t *testing.T) (figures.Period, []figures.Case, []figures.Promise) {
	t.Helper()
	p := figures.Period{From: at(t, "2026-11-01 00:00"), To: at(t, "2026-12-01 00:00"), AsOf: at(t, "2027-01-15 12:00")}
	cases := []figures.Case{
		{ID: "old", Channel: "email", Stage: complaint.StageResponded, ReceivedAt: at(t, "2026-10-10 09:00")},  // open, 52 days
		{ID: "mid", Channel: "letter", Stage: complaint.StageResponded, ReceivedAt: at(t, "2026-10-30 09:00")}, // open, 32 days
		{ID: "new", Channel: "email", Stage: complaint.StageAcknowledged, ReceivedAt: at(t, "2026-11-30 23:00"), Category: "billing"},
		{ID: "done", Channel: "form", Stage: complaint.StageClosed, ReceivedAt: at(t, "2026-11-02 09:00"), EndedAt: at(t, "2026-11-20 09:00"),
			Category: "billing", RootCause: "wrong tariff", Result: "upheld", Redress: "credit", RedressPence: 2500, Changed: true, Lesson: figures.Lesson{What: "check the tariff", Owner: "Anna", Due: "2026-11-25"}},
		{ID: "spam", Channel: "email", Stage: complaint.StageSetAside, ReceivedAt: at(t, "2026-11-03 09:00"), EndedAt: at(t, "2026-11-03 10:00")},
		{ID: "later", Channel: "email", Stage: complaint.StageClosed, ReceivedAt: at(t, "2026-11-10 09:00"), EndedAt: at(t, "2026-12-05 09:00"), Redress: "credit", RedressPence: 9900, Lesson: figures.Lesson{What: "call back", Due: "2026-11-12", Done: "2026-11-30"}},
		{ID: "gone", Channel: "email", Stage: complaint.StageClosed, ReceivedAt: at(t, "2026-09-10 09:00"), EndedAt: at(t, "2026-10-31 23:59"), Lesson: figures.Lesson{What: "new routers", Due: "2026-12-01", Done: "2026-12-03"}},
		{ID: "next", Channel: "email", ReceivedAt: at(t, "2026-12-01 00:00")},
	}
	for i := range cases {
		cases[i].Reference = complaint.Reference(cases[i].ID)
	}
	promise := func(id string, kind complaint.ObligationKind, state complaint.ObligationState, trigger, deadline, met string) figures.Promise {
		return figures.Promise{ComplaintID: id, Kind: kind, State: state, TriggerAt: at(t, trigger), Deadline: at(t, deadline), MetAt: at(t, met)}
	}
	broken := func(o figures.Promise) figures.Promise { o.BreachedAt = o.Deadline; return o }
	ack, open, met, void := complaint.Acknowledge, complaint.Open, complaint.Met, complaint.Void
	return p, cases, []figures.Promise{
		promise("done", ack, met, "2026-11-02 09:00", "2026-11-03 09:00", "2026-11-02 10:00"),                    // on time, 1 h
		promise("later", ack, met, "2026-11-10 09:00", "2026-11-11 09:00", "2026-11-11 10:00"),                   // late, 25 h
		promise("mid", ack, open, "2026-10-30 09:00", "2026-11-01 00:00", ""),                                    // missed
		promise("spam", ack, void, "2026-11-03 09:00", "2026-11-04 09:00", ""),                                   // void
		broken(promise("spam", complaint.Respond, void, "2026-11-03 09:00", "2026-11-04 09:00", "")),             // void: it was no complaint
		broken(promise("done", complaint.Update, void, "2026-11-03 09:00", "2026-11-05 23:59", "")),              // missed before the case ended
		broken(promise("later", complaint.TellOmbudsman, void, "2026-11-10 09:00", "2026-11-29 23:59", "")),      // owed and not issued before the case ended
		promise("new", ack, met, "2026-11-30 23:00", "2026-12-01 23:00", "2026-11-30 23:10"),                     // due in December
		promise("done", complaint.Respond, met, "2026-11-05 09:00", "2026-11-16 23:59", "2026-11-16 12:00"),      // on time
		promise("later", complaint.Respond, met, "2026-11-12 09:00", "2026-11-23 23:59", "2026-12-02 12:00"),     // missed in November
		promise("done", complaint.Review, met, "2026-11-17 09:00", "2026-11-26 23:59", "2026-11-19 12:00"),       // an appeal
		promise("old", complaint.TellOmbudsman, open, "2026-10-10 09:00", "2026-11-21 23:59", ""),                // owed, not issued
		promise("done", complaint.TellOmbudsman, void, "2026-11-02 09:00", "2026-12-14 23:59", ""),               // closed before
		promise("gone", complaint.TellOmbudsman, met, "2026-09-10 09:00", "2026-10-22 23:59", "2026-11-02 9:00"), // issued late, after the case had ended
	}
}

func TestMonthCountedByHand(t *testing.T) {
	t.Parallel()
	p, cases, promises := november(t)
	r := figures.Make(p, cases, promises, []figures.Survey{
		{ID: "s1", State: "invited", DecidedAt: at(t, "2026-10-31 09:00"), AnsweredAt: at(t, "2026-11-21 09:00"), Satisfaction: 5, Effort: 2},
		{ID: "s2", State: "invited", DecidedAt: at(t, "2026-11-20 09:00"), AnsweredAt: at(t, "2026-11-22 09:00"), Satisfaction: 3, Lesson: figures.Lesson{What: "say sorry", Due: "2026-11-30"}},
		{ID: "s3", State: "invited", DecidedAt: at(t, "2026-11-30 23:00"), AnsweredAt: at(t, "2026-12-22 09:00"), Satisfaction: 1},
		{ID: "s4", State: "invited", DecidedAt: at(t, "2026-11-01 00:00"), AnswerBy: at(t, "2026-11-10 00:00"), AnsweredAt: at(t, "2026-11-10 00:01"), Satisfaction: 5},
		{ID: "s5", State: "skipped", DecidedAt: at(t, "2026-11-10 00:00")},
		{ID: "s6", State: "invited", DecidedAt: at(t, "2026-09-10 00:00"), StoppedAt: at(t, "2026-11-10 00:01")},
	})
	refs := func(s ...complaint.Reference) figures.Count { return figures.Count{N: len(s), References: s} }
	check := func(what string, got, want any) {
		t.Helper()
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
	check("balance", r.Balance, figures.Balance{Opening: refs("old", "mid"), Received: refs("new", "done", "spam", "later"), Ended: refs("done", "spam"), Closing: refs("old", "mid", "new", "later")})
	check("adds up", r.Balance.AddsUp(), true)
	check("ages", r.Ages, figures.Ages{Young: refs("new", "later"), Over28: refs("mid"), Over42: refs("old")})
	check("acknowledgements", r.Kept[0], figures.Kept{Kind: complaint.Acknowledge, Due: refs("done", "later", "mid"), OnTime: refs("done"), Late: refs("later"), Missed: refs("mid"), Void: refs("spam"),
		Median: figures.Span(time.Hour), P95: figures.Span(25 * time.Hour)})
	check("responses", r.Kept[2].Due.N*1000+r.Kept[2].OnTime.N*100+r.Kept[2].Missed.N*10+r.Kept[2].Void.N, 2111)
	check("responses sent", r.Responses, refs("done"))
	check("appeals", r.Appeals, refs("done"))
	check("changed", r.Changed, refs("done"))
	check("updates", r.Kept[1], figures.Kept{Kind: complaint.Update, Due: refs("done"), Missed: refs("done")})
	check("owed", r.Owed, refs("later", "old"))
	check("issued", r.Issued, refs("gone"))
	check("lessons", r.Overdue, refs("done"))
	check("redress", r.Redress, []figures.Paid{{Named: figures.Named{Name: "credit", Count: refs("done")}, Pence: 2500}})
	check("channels", r.Channels, []figures.Named{{Name: "email", Count: refs("new", "spam", "later")}, {Name: "form", Count: refs("done")}})
	tally := figures.Tally{Invited: 3, Skipped: 1, Stopped: 1, N: 2, Satisfied: 1, EffortSum: 2, EffortN: 1}
	check("surveys", r.Surveys, figures.Surveys{Tally: tally, Months: []figures.Month{{Month: "2026-11", Tally: tally}}})
	check("lessons owed", r.Lessons, []figures.Owed{
		{Reference: "done", What: "check the tariff", Owner: "Anna", Due: "2026-11-25", Overdue: true},
		{Survey: "s2", What: "say sorry", Due: "2026-11-30", Overdue: true},
		{Reference: "gone", What: "new routers", Due: "2026-12-01"},
	})
	if rate, ok := r.AppealRate(); !ok || rate != 100 {
		t.Errorf("appeal rate %v, %v", rate, ok)
	}
	if _, ok := r.Kept[5].Percent(); ok {
		t.Error("a share of nothing was given")
	}
	if len(r.Days) != 30 || r.Days[1].Received != 1 || r.Days[19].Ended != 1 {
		t.Errorf("days: %+v", r.Days)
	}
}

// TestWhatIsNotYetDueIsNotMissed looks at the month before it is over.
func TestWhatIsNotYetDueIsNotMissed(t *testing.T) {
	t.Parallel()
	p, cases, promises := november(t)
	p.AsOf = at(t, "2026-11-12 00:00")
	r := figures.Make(p, cases, promises, nil)
	if k := r.Kept[2]; k.Due.N != 0 || k.Missed.N != 0 {
		t.Errorf("responses due on the 16th and 23rd count on the 12th: %+v", k)
	}
	if !r.Balance.AddsUp() || r.Balance.Closing.N != 4 {
		t.Errorf("balance: %+v", r.Balance)
	}
}

// TestEveryPeriodReconciles draws cases and cuts their time into periods: each adds
// up, and each closes with what the next opens with.
func TestEveryPeriodReconciles(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(4, 11))
	start := at(t, "2026-01-01 00:00")
	for range 50 {
		var cases []figures.Case
		for i := range 200 {
			c := figures.Case{ID: fmt.Sprint(i), Reference: complaint.Reference(fmt.Sprint(i)), ReceivedAt: start.Add(time.Duration(rng.IntN(300*24)) * time.Hour), Stage: complaint.StageAcknowledged}
			if rng.IntN(3) > 0 {
				c.Stage, c.EndedAt = complaint.StageClosed, c.ReceivedAt.Add(time.Duration(rng.IntN(100*24))*time.Hour)
			}
			cases = append(cases, c)
		}
		asOf, closing := start.AddDate(0, 0, 100+rng.IntN(300)), 0
		for from := start; from.Before(asOf); {
			to := from.AddDate(0, 0, 1+rng.IntN(60))
			r := figures.Make(figures.Period{From: from, To: to, AsOf: asOf}, cases, nil, nil)
			if !r.Balance.AddsUp() || r.Balance.Opening.N != closing {
				t.Fatalf("%s to %s: %d + %d - %d = %d, the period before closed with %d", from, to, r.Balance.Opening.N, r.Balance.Received.N, r.Balance.Ended.N, r.Balance.Closing.N, closing)
			}
			if n := r.Ages.Young.N + r.Ages.Over28.N + r.Ages.Over42.N; n != r.Balance.Closing.N {
				t.Fatalf("%d open by age, %d open", n, r.Balance.Closing.N)
			}
			from, closing = to, r.Balance.Closing.N
		}
	}
}

package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/complaint/figures"
	"ask4.com/skarga/store"
)

// figured is a complaint as it stands in a report.
func figured(id string, received, closed time.Time) complaint.Complaint {
	c := newComplaint(id)
	c.ReceivedAt, c.RegisteredAt, c.Provisional = received, received, false
	if !closed.IsZero() {
		c.Stage, c.ClosedAt = complaint.StageClosed, closed
	}
	return c
}

// TestP08FiguresHoldTheRecordAndNothingHidden reads what staff wrote into the figures,
// for a person whom one complaint is about and for one whom none is about.
func TestP08FiguresHoldTheRecordAndNothingHidden(t *testing.T) {
	t.Parallel()
	openEach(t, func(t *testing.T, s *store.Store, _ *clock, _ func() *store.Store) {
		ctx := t.Context()
		from, to := monday, monday.AddDate(0, 0, 28)
		before := monday.AddDate(0, -2, 0)
		inTx(t, s, func(tx *store.Tx) error {
			for i, c := range []complaint.Complaint{
				figured("plain", monday, time.Time{}), figured("about", monday, monday.Add(time.Hour)), figured("long", before, before.Add(time.Hour)),
				figured("gone", before, before.Add(time.Hour)), figured("learned", before, before.Add(time.Hour)),
			} {
				tx.CreateComplaint(c, nil, nil, []complaint.Obligation{{ID: c.ID, Kind: complaint.Acknowledge, Round: 1, State: complaint.Open, CeilingAt: c.ReceivedAt.Add(24 * time.Hour)}})
				if i == 0 {
					continue
				}
				r := complaint.Record{ComplaintID: c.ID, Version: 1, Team: "Leeds", Category: complaint.CategorySpeed, RootCause: "old router", Result: complaint.ResultPartly,
					RedressKind: "credit", RedressPence: 1250, ReviewChanged: true}
				if i != 3 {
					r.Lesson, r.LessonOwner, r.LessonDue = "new routers", "Anna", monday.AddDate(0, 0, 2).Format(time.DateOnly)
				}
				if c.ID == "learned" {
					r.LessonDone = monday.AddDate(0, 0, -1).Format(time.DateOnly)
				}
				tx.SetRecord(r)
			}
			tx.SetAbout(complaint.About{ComplaintID: "about", Staff: "Tomasz Łąka", State: complaint.AboutProvisional})
			return nil
		})
		read := func(who string) figures.Report {
			t.Helper()
			cases, err := s.FigureCases(ctx, from, to, who)
			keep(t, err)
			promises, err := s.FigurePromises(ctx, from, to, who)
			keep(t, err)
			return figures.Make(figures.Period{From: from, To: to, AsOf: to}, cases, promises, nil)
		}
		r := read("Anna")
		want := figures.Named{Name: "old router", Count: figures.Count{N: 1, References: []complaint.Reference{"ASK4-26-about"}}}
		if len(r.Causes) != 1 || r.Causes[0].Name != want.Name || r.Changed.N != 1 || len(r.Redress) != 1 || r.Redress[0].Pence != 1250 || len(r.Results) != 1 || r.Results[0].Name != "partly" {
			t.Errorf("causes %+v, changed %+v, redress %+v, results %+v", r.Causes, r.Changed, r.Redress, r.Results)
		}
		if r.Balance.Received.N != 2 || !r.Balance.AddsUp() || r.Overdue.N != 2 || len(r.Lessons) != 2 {
			t.Errorf("balance %+v, lessons %+v", r.Balance, r.Lessons)
		}
		hidden := fmt.Sprintf("%+v", read("TOMASZ ŁĄKA"))
		if r := read("Tomasz Łąka"); r.Balance.Received.N != 1 || r.Kept[0].Due.N != 1 || hidden != fmt.Sprintf("%+v", r) {
			t.Errorf("the report of whom a complaint is about: %+v", r)
		}
	})
}

// BenchmarkReport is the report of a month of 100,000 complaints, of a store that holds
// those of two more months.
func BenchmarkReport(b *testing.B) {
	for _, driver := range []string{"sqlite", "postgres"} {
		b.Run(driver, func(b *testing.B) {
			s, _, _ := openOne(b, driver)
			if err := s.Migrate(b.Context()); err != nil {
				b.Fatal(err)
			}
			from := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
			for m := -1; m <= 1; m++ {
				if err := fillMonth(b.Context(), s, from.AddDate(0, m, 0), 100_000); err != nil {
					b.Fatal(err)
				}
			}
			for b.Loop() {
				to := from.AddDate(0, 1, 0)
				cases, err := s.FigureCases(b.Context(), from, to, "Tomasz Nowak")
				if err != nil {
					b.Fatal(err)
				}
				promises, err := s.FigurePromises(b.Context(), from, to, "")
				if err != nil {
					b.Fatal(err)
				}
				surveys, err := s.FigureSurveys(b.Context(), from, to, "Tomasz Nowak")
				if err != nil {
					b.Fatal(err)
				}
				if r := figures.Make(figures.Period{From: from, To: to, AsOf: to}, cases, promises, surveys); r.Balance.Received.N != 100_000 || !r.Balance.AddsUp() {
					b.Fatalf("%+v received, %d cases", r.Balance.Received.N, len(cases))
				}
			}
		})
	}
}

// fillMonth makes the complaints of a month: each with its promises and its record,
// most of them closed after two weeks.
func fillMonth(ctx context.Context, s *store.Store, from time.Time, n int) error {
	span := from.AddDate(0, 1, 0).Sub(from)
	for i := 0; i < n; {
		err := s.InTx(ctx, func(tx *store.Tx) error {
			for range 1000 {
				received := from.Add(span / time.Duration(n) * time.Duration(i))
				c := figured(fmt.Sprintf("%s-%06d", from.Format("0601"), i), received, received.AddDate(0, 0, 14))
				if i%10 == 0 {
					c.Stage, c.ClosedAt = complaint.StageInvestigation, time.Time{}
				}
				var obs []complaint.Obligation
				for k, kind := range []complaint.ObligationKind{complaint.Acknowledge, complaint.Update, complaint.Respond, complaint.TellOmbudsman} {
					o := complaint.Obligation{ID: fmt.Sprint(c.ID, k), Kind: kind, Round: 1, State: complaint.Met, TriggerAt: received.AddDate(0, 0, 2*k), CeilingAt: received.AddDate(0, 0, 4*k+1)}
					if o.MetAt = o.TriggerAt.Add(time.Hour); kind == complaint.TellOmbudsman {
						o.State, o.MetAt, o.CeilingAt = complaint.Void, time.Time{}, received.AddDate(0, 0, 42)
					}
					obs = append(obs, o)
				}
				tx.CreateComplaint(c, nil, nil, obs)
				tx.SetRecord(complaint.Record{ComplaintID: c.ID, Version: 1, Category: complaint.Categories()[i%10], Team: "Leeds", RootCause: fmt.Sprint("cause ", i%30), Result: complaint.ResultUpheld, RedressKind: "credit", RedressPence: i})
				i++
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

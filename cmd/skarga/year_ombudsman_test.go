package main

import (
	"fmt"
	"strings"
	"time"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
)

// deadlock: the letter is owed at once; the ombudsman decides; two tasks carry it out.
func (y *year) deadlock() {
	id := y.arrives("2026-12-01 10:00", "Deadlock", complaining[2])
	y.writes("2026-12-03", "Tomasz Nowak", id, "update")
	y.answersOn("2026-12-08", id)
	y.replies("2026-12-10 19:00", id, "Then I will go to the ombudsman.", complaint.WishOmbudsman)
	y.on("2026-12-11 09:00", func() {
		y.must(y.app.cases.Deadlock(y.Context(), y.by("Anna Kowalska", *id), "we offer no more"))
		y.due(*id, complaint.TellOmbudsman, 1, "2026-12-11")
		if err := y.app.cases.Deadlock(y.Context(), y.by("Anna Kowalska", *id), "again"); err == nil {
			y.Error("deadlock twice")
		}
	})
	y.writes("2026-12-11", "Anna Kowalska", id, "deadlock_letter")
	y.on("2027-01-08 10:00", func() { // the last day before it would close: 28 days after the letter
		y.stage(*id, complaint.StageResponded)
		y.must(y.app.cases.Referred(y.Context(), y.by("Anna Kowalska", *id), time.Time{}, "CO-1234"))
		y.stage(*id, complaint.StageOmbudsman)
	})
	y.on("2027-02-15 10:00", func() {
		y.must(y.app.cases.Decided(y.Context(), y.by("Anna Kowalska", *id), y.at("2027-02-15 00:00"), "partly upheld", []string{"pay £50", "write an apology"}))
		y.due(*id, complaint.Comply, 1, "2027-03-15")
		if err := y.app.cases.Move(y.Context(), y.by("Anna Kowalska", *id), complaint.StageClosed, "enough", time.Time{}); err == nil || !strings.Contains(err.Error(), "P16") {
			y.Errorf("closed before it is carried out: %v", err)
		}
	})
	y.on("2027-02-22 10:00", func() { y.must(y.app.cases.TaskDone(y.Context(), y.by("Tomasz Nowak", *id), 1, "paid")) })
	y.on("2027-02-22 11:00", func() {
		_, err := y.app.cases.Send(y.Context(), y.by("Anna Kowalska", *id), casework.Answer{Kind: "ombudsman_decision_carried_out", Values: words("ombudsman_decision_carried_out", complaint.Both)})
		if err == nil || !strings.Contains(err.Error(), "write an apology") {
			y.Errorf("carried out with a task open: %v", err)
		}
	})
	y.on("2027-03-01 09:00", func() { y.must(y.app.cases.TaskDone(y.Context(), y.by("Tomasz Nowak", *id), 2, "written")) })
	y.writes("2027-03-01", "Anna Kowalska", id, "ombudsman_decision_carried_out")
	y.on("2027-03-01 12:00", func() {
		if o := owes(y, y.view(*id), complaint.Comply, 1); o.State != complaint.Met {
			y.Errorf("the decision is %s", o.State)
		}
	})
	y.closed(id, "2027-03-29", complaint.ClosedOmbudsman)
}

// complies over the change of the clocks and Easter: 28 days are 28 days.
func (y *year) complies() {
	id := y.arrives("2027-01-18 10:00", "Complies", complaining[0])
	y.writes("2027-01-20", "Tomasz Nowak", id, "update")
	y.answersOn("2027-01-25", id)
	y.replies("2027-01-26 10:00", id, "Please send me a deadlock letter.", complaint.WishOmbudsman)
	y.on("2027-01-27 09:00", func() { y.must(y.app.cases.Deadlock(y.Context(), y.by("Anna Kowalska", *id), "no agreement")) })
	y.writes("2027-01-27", "Anna Kowalska", id, "deadlock_letter")
	y.on("2027-02-10 10:00", func() { y.must(y.app.cases.Referred(y.Context(), y.by("Anna Kowalska", *id), time.Time{}, "CO-77")) })
	y.on("2027-03-10 10:00", func() {
		y.must(y.app.cases.Decided(y.Context(), y.by("Anna Kowalska", *id), y.at("2027-03-10 00:00"), "upheld", []string{"pay £80"}))
		y.due(*id, complaint.Comply, 1, "2027-04-07")
	})
	y.on("2027-03-30 09:00", func() { y.must(y.app.cases.TaskDone(y.Context(), y.by("Tomasz Nowak", *id), 1, "paid")) })
	y.writes("2027-03-30", "Anna Kowalska", id, "ombudsman_decision_carried_out")
	y.closed(id, "2027-04-27", complaint.ClosedOmbudsman)
}

// givenBack: the ombudsman does not decide; what the customer wrote needs no answer any
// more, and the complaint closes.
func (y *year) givenBack() {
	id := y.arrives("2027-06-01 10:00", "Back", complaining[0])
	y.writes("2027-06-03", "Tomasz Nowak", id, "update")
	y.answersOn("2027-06-08", id)
	y.replies("2027-06-09 10:00", id, "I have written to the ombudsman.", complaint.WishOmbudsman)
	y.on("2027-06-10 10:00", func() { y.must(y.app.cases.Referred(y.Context(), y.by("Anna Kowalska", *id), time.Time{}, "")) })
	y.on("2027-07-20 10:00", func() {
		y.must(y.app.cases.GivenBack(y.Context(), y.by("Anna Kowalska", *id), "out of their time"))
		y.stage(*id, complaint.StageResponded)
		y.must(y.app.cases.Answered(y.Context(), y.by("Anna Kowalska", *id), "the ombudsman wrote to the customer"))
	})
	y.closed(id, "2027-07-20", complaint.ClosedQuiet)
}

// sixWeeks: open still when the letter is owed. The ombudsman's date does not move with
// the extension.
func (y *year) sixWeeks() {
	id := y.arrives("2027-02-01 10:00", "Six weeks", complaining[1])
	y.writes("2027-02-03", "Tomasz Nowak", id, "update")
	y.owed("2027-02-03", id, complaint.Respond, 1, "2027-02-12")
	y.writes("2027-02-09", "Tomasz Nowak", id, "extension", "new_date", "2027-03-31", "promise", "respond")
	for round, day := range []string{"2027-02-10", "2027-02-17", "2027-02-24", "2027-03-03", "2027-03-10", "2027-03-17"} {
		y.owed(day[:8]+fmt.Sprintf("%02d", dayOf(day)-1), id, complaint.Update, round+2, day)
		y.writes(day, "Tomasz Nowak", id, "update")
	}
	y.owed("2027-03-11", id, complaint.TellOmbudsman, 1, "2027-03-15")
	y.writes("2027-03-12", "Anna Kowalska", id, "six_week_letter")
	y.owed("2027-03-18", id, complaint.Respond, 1, "2027-03-31")
	y.answersOn("2027-03-24", id)
	y.closed(id, "2027-04-21", complaint.ClosedQuiet)
}

func dayOf(date string) (n int) {
	fmt.Sscanf(date[8:], "%d", &n)
	return n
}

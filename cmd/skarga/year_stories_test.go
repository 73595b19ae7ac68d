package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
	"ask4.com/skarga/store"
)

// stories are the lives that do not go plainly.
var stories = []func(*year){
	(*year).late, (*year).extended, (*year).appeals, (*year).appealsOverEaster, (*year).escalatesAfterClosing,
	(*year).deadlock, (*year).complies, (*year).givenBack, (*year).sixWeeks, (*year).withdrawnAndReopened, (*year).withdrawn,
	(*year).merged, (*year).split, (*year).outage, (*year).asked, (*year).newStaff, (*year).personalData, (*year).conduct,
	(*year).notOurs, (*year).settled, (*year).byForm, (*year).byPost, (*year).represented, (*year).bounced,
}

// arrives puts an arrival into the script and gives where its complaint's ID will be.
func (y *year) arrives(local, name, text string) *string {
	id := new(string)
	y.on(local, func() { *id = y.complains(strings.ToLower(name)+"@student.example", name, text) })
	return id
}

// writes puts a message of staff into the script, at 10:00 of a day.
func (y *year) writes(day, who string, id *string, kind string, more ...string) {
	y.on(day+" 10:00", func() { y.sends(who, *id, kind, more...) })
}

func (y *year) answersOn(day string, id *string) {
	y.on(day+" 10:00", func() { y.responds("Tomasz Nowak", *id) })
}

// owed asserts a due date in the script, on a day at noon.
func (y *year) owed(day string, id *string, kind complaint.ObligationKind, round int, want string) {
	y.on(day+" 12:00", func() { y.due(*id, kind, round, want) })
}

// replies puts a customer's reply into the script, and what it is proposed as.
func (y *year) replies(local string, id *string, text string, want complaint.Wish) {
	y.on(local, func() {
		y.answers(*id, text)
		waiting := y.view(*id).Waiting()
		if len(waiting) == 0 || waiting[len(waiting)-1].Wish != want {
			y.Errorf("%q is proposed as %+v, want %q", text, waiting, want)
		}
	})
}

func (y *year) moves(local, who string, id *string, to complaint.Stage) {
	y.on(local, func() { y.must(y.app.cases.Move(y.Context(), y.by(who, *id), to, "as the customer asks", time.Time{})) })
}

// late: the update is sent on Monday 7 December, due on the 3rd. The response keeps the
// date that the acknowledgement told, the next update the date that its ceiling gives.
func (y *year) late() {
	y.breached["Late: update 1"] = true
	id := y.arrives("2026-11-30 09:00", "Late", complaining[0])
	y.owed("2026-12-01", id, complaint.Update, 1, "2026-12-03")
	y.writes("2026-12-07", "Tomasz Nowak", id, "update")
	y.owed("2026-12-07", id, complaint.Respond, 1, "2026-12-14")
	y.owed("2026-12-07", id, complaint.Update, 2, "2026-12-11")
	y.answersOn("2026-12-11", id)
	y.closed(id, "2027-01-08", complaint.ClosedQuiet)
}

// extended: over Christmas the response moves from 29 December to 15 January, once the
// customer was told. Updates go on; the letter about the ombudsman is owed after six
// weeks, because the complaint is open still.
func (y *year) extended() {
	id := y.arrives("2026-12-14 09:00", "Extended", complaining[1])
	y.writes("2026-12-16", "Tomasz Nowak", id, "update")
	y.owed("2026-12-16", id, complaint.Respond, 1, "2026-12-29") // 17, 18, 21, 22, 23, 24, 29
	y.writes("2026-12-22", "Tomasz Nowak", id, "extension", "new_date", "2027-01-15", "promise", "respond")
	y.owed("2026-12-22", id, complaint.Respond, 1, "2027-01-15")
	y.owed("2026-12-22", id, complaint.Update, 2, "2026-12-23")
	y.writes("2026-12-23", "Tomasz Nowak", id, "update")
	y.owed("2026-12-23", id, complaint.Update, 3, "2027-01-04") // 24, 29, 30, 31, 4
	y.writes("2027-01-04", "Tomasz Nowak", id, "update")
	y.owed("2027-01-04", id, complaint.Update, 4, "2027-01-11")
	y.writes("2027-01-11", "Tomasz Nowak", id, "update")
	y.owed("2027-01-11", id, complaint.Update, 5, "2027-01-18")
	y.owed("2027-01-11", id, complaint.Respond, 1, "2027-01-15")
	y.answersOn("2027-01-15", id)
	y.owed("2027-01-15", id, complaint.TellOmbudsman, 1, "2027-01-25")
	y.writes("2027-01-25", "Anna Kowalska", id, "six_week_letter")
	y.closed(id, "2027-02-12", complaint.ClosedQuiet)
}

// appeals: asked on a Saturday evening, answered by somebody else than who responded.
func (y *year) appeals() {
	id := y.arrives("2026-11-02 10:00", "Appeals", complaining[0])
	y.writes("2026-11-04", "Tomasz Nowak", id, "update")
	y.owed("2026-11-04", id, complaint.Respond, 1, "2026-11-13") // 5, 6, 9, 10, 11, 12, 13
	y.answersOn("2026-11-10", id)
	y.replies("2026-11-14 20:00", id, "I disagree with your decision. I want to appeal.", complaint.WishAppeal)
	y.moves("2026-11-16 09:30", "Anna Kowalska", id, complaint.StageReview)
	y.writes("2026-11-16", "Anna Kowalska", id, "escalation_received")
	y.owed("2026-11-16", id, complaint.Review, 1, "2026-11-24") // 16, 17, 18, 19, 20, 23, 24
	y.on("2026-11-20 09:00", func() {
		_, err := y.app.cases.Send(y.Context(), y.by("Tomasz Nowak", *id), casework.Answer{Kind: "review_decision", Values: words("review_decision", "en")})
		var refused *complaint.Refusal
		if !errors.As(err, &refused) || refused.Rule != "P15" {
			y.Errorf("who responded reviews: %v", err)
		}
	})
	y.writes("2026-11-20", "Anna Kowalska", id, "review_decision")
	y.on("2026-11-20 12:00", func() { y.stage(*id, complaint.StageResponded) })
	y.owed("2026-11-21", id, complaint.TellOmbudsman, 1, "2026-12-14")
	y.writes("2026-12-14", "Anna Kowalska", id, "six_week_letter")
	y.closed(id, "2026-12-18", complaint.ClosedQuiet)
}

// appealsOverEaster: in Polish; 26 and 29 March are holidays, and the clocks change.
func (y *year) appealsOverEaster() {
	id := y.arrives("2027-03-01 10:00", "Wielkanoc", complaining[1])
	y.writes("2027-03-03", "Tomasz Nowak", id, "update")
	y.answersOn("2027-03-08", id)
	y.replies("2027-03-23 15:00", id, "Odwołuję się od tej decyzji.", complaint.WishAppeal)
	y.moves("2027-03-24 09:00", "Anna Kowalska", id, complaint.StageReview)
	y.owed("2027-03-24", id, complaint.Review, 1, "2027-04-05") // 24, 25, 30, 31, 1, 2, 5
	y.writes("2027-04-05", "Anna Kowalska", id, "review_decision")
	y.writes("2027-04-12", "Anna Kowalska", id, "six_week_letter") // six weeks end today
	y.closed(id, "2027-05-03", complaint.ClosedQuiet)
}

// escalatesAfterClosing: two weeks after it closed; the letter about the ombudsman, not
// owed while it was closed, is owed on that day.
func (y *year) escalatesAfterClosing() {
	id := y.arrives("2026-10-05 10:00", "Escalates", complaining[0])
	y.writes("2026-10-07", "Tomasz Nowak", id, "update")
	y.answersOn("2026-10-09", id)
	y.closed(id, "2026-11-06", complaint.ClosedQuiet)
	y.replies("2026-11-20 09:00", id, "The problem is back. Please escalate this to your manager.", complaint.WishEscalate)
	y.moves("2026-11-20 10:00", "Anna Kowalska", id, complaint.StageReview)
	y.owed("2026-11-20", id, complaint.Review, 1, "2026-12-01") // 23, 24, 25, 26, 27, 30, 1
	y.owed("2026-11-20", id, complaint.TellOmbudsman, 1, "2026-11-20")
	y.on("2026-11-20 15:00", func() { y.sends("Anna Kowalska", *id, "six_week_letter") })
	y.writes("2026-12-01", "Anna Kowalska", id, "review_decision")
	y.closed(id, "2026-12-29", complaint.ClosedQuiet)
}

// withdrawnAndReopened: nothing is owed in between; then an update and an answer are, as
// of that day, and the letter about the ombudsman on its old date.
func (y *year) withdrawnAndReopened() {
	id := y.arrives("2026-10-12 10:00", "Reopened", complaining[0])
	y.moves("2026-10-14 10:00", "Tomasz Nowak", id, complaint.StageWithdrawn)
	y.on("2026-10-14 12:00", func() {
		v := y.view(*id)
		if i := slices.IndexFunc(v.Obligations, func(o complaint.Obligation) bool { return o.State == complaint.Open }); i >= 0 || v.Record.Result != complaint.ResultWithdrawn {
			y.Errorf("withdrawn, and still owed: %+v", v.Obligations)
		}
	})
	y.moves("2026-10-20 10:00", "Tomasz Nowak", id, complaint.StageInvestigation)
	y.owed("2026-10-20", id, complaint.Update, 2, "2026-10-23")
	y.owed("2026-10-20", id, complaint.Respond, 2, "2026-10-29") // 21, 22, 23, 26, 27, 28, 29
	y.owed("2026-10-20", id, complaint.TellOmbudsman, 1, "2026-11-23")
	y.writes("2026-10-22", "Tomasz Nowak", id, "update")
	y.answersOn("2026-10-27", id)
	y.writes("2026-11-23", "Anna Kowalska", id, "six_week_letter")
	y.closed(id, "2026-11-24", complaint.ClosedQuiet)
}

func (y *year) withdrawn() {
	id := y.arrives("2027-04-12 10:00", "Withdrawn", complaining[1])
	y.replies("2027-04-13 10:00", id, "Wycofuję skargę, dziękuję.", complaint.WishWithdraw)
	y.moves("2027-04-13 11:00", "Tomasz Nowak", id, complaint.StageWithdrawn)
	y.on("2027-06-30 11:00", func() { y.stage(*id, complaint.StageWithdrawn) })
}

// merged: the later one goes into the earlier, whose dates hold; mail to it goes there.
func (y *year) merged() {
	first := y.arrives("2026-11-03 10:00", "Merged", complaining[0])
	second := new(string)
	y.on("2026-11-05 10:00", func() {
		*second = y.complains("merged@student.example", "Merged too", "Still slow, the same matter as before.")
	})
	y.on("2026-11-05 11:00", func() {
		into := y.view(*second).Complaint.Reference
		if err := y.app.cases.Merge(y.Context(), y.by("Tomasz Nowak", *first), into, "one matter"); err == nil || !strings.Contains(err.Error(), "earlier") {
			y.Errorf("the earlier one is merged into the later: %v", err)
		}
		y.must(y.app.cases.Merge(y.Context(), y.by("Tomasz Nowak", *second), y.view(*first).Complaint.Reference, "one matter"))
		y.stage(*second, complaint.StageMerged)
		y.due(*first, complaint.Update, 1, "2026-11-06")
		if a := y.answers(*second, "Any news?"); a.ComplaintID != *first {
			y.Error("mail to the merged complaint does not find the other")
		}
	})
	y.writes("2026-11-06", "Tomasz Nowak", first, "update")
	y.answersOn("2026-11-10", first)
	y.closed(first, "2026-12-08", complaint.ClosedQuiet)
}

// split: two complaints of one mail, each with its own promises from the same arrival.
func (y *year) split() {
	first, second := y.arrives("2026-11-09 10:00", "Split", complaining[0]), new(string)
	y.on("2026-11-10 10:00", func() {
		ref, err := y.app.cases.Split(y.Context(), y.by("Tomasz Nowak", *first), "Wrong bill", "The bill of October is wrong.", "two matters")
		y.must(err)
		y.deliver()
		c, err := y.app.store.GetComplaint(y.Context(), ref)
		y.must(err)
		*second = c.ID
		v := y.view(c.ID)
		if o := owes(y, v, complaint.Acknowledge, 1); o.State != complaint.Met || !o.BreachedAt.IsZero() || len(v.Deliveries) != 1 || v.Deliveries[0].Status != complaint.Sent {
			y.Errorf("the second is acknowledged: %s, %d mails", o.State, len(v.Deliveries))
		}
		mails := y.mailTo("split@student.example")
		if says := "The first one keeps the reference " + string(y.view(*first).Complaint.Reference); !strings.Contains(strings.Join(strings.Fields(mails[len(mails)-1].Text), " "), says) {
			y.Errorf("the second acknowledgement does not say %q: %s", says, mails[len(mails)-1].Text)
		}
		y.due(c.ID, complaint.Update, 1, "2026-11-12")
		y.due(c.ID, complaint.TellOmbudsman, 1, "2026-12-21")
	})
	for _, id := range []*string{first, second} {
		y.writes("2026-11-12", "Tomasz Nowak", id, "update")
		y.answersOn("2026-11-17", id)
		y.closed(id, "2026-12-15", complaint.ClosedQuiet)
	}
}

// outage: three customers, one matter, one common update: each in its language and
// counted by itself.
func (y *year) outage() {
	var ids []*string
	for i, text := range complaining {
		ids = append(ids, y.arrives(fmt.Sprintf("2026-12-24 20:0%d", i), fmt.Sprintf("Outage%d", i), text))
	}
	y.on("2026-12-29 09:30", func() {
		var refs []complaint.Reference
		for _, id := range ids {
			refs = append(refs, y.view(*id).Complaint.Reference)
		}
		y.must(y.app.cases.Link(y.Context(), y.by("Tomasz Nowak", *ids[0]).Who, refs, "Outage on Christmas Eve"))
		list, err := y.app.cases.List(y.Context(), y.by("Tomasz Nowak", *ids[0]).Who, store.Filter{Matter: "Outage on Christmas Eve"})
		if err != nil || len(list) != 3 {
			y.Errorf("%d are linked, %v", len(list), err)
		}
	})
	for _, id := range ids {
		y.writes("2026-12-29", "Tomasz Nowak", id, "update")
		y.owed("2026-12-29", id, complaint.Respond, 1, "2027-01-08") // 30, 31, 4, 5, 6, 7, 8
		y.answersOn("2027-01-04", id)
		y.closed(id, "2027-02-01", complaint.ClosedQuiet)
	}
	y.on("2026-12-29 13:00", func() {
		for i, want := range []string{"We tested the line.", "Sprawdziliśmy łącze.", "We tested the line."} {
			mails := y.mailTo(fmt.Sprintf("outage%d@student.example", i))
			if last := mails[len(mails)-1].Text; !strings.Contains(last, want) || i == 2 && !strings.Contains(last, "Sprawdziliśmy łącze.") {
				y.Errorf("customer %d reads:\n%s", i, last)
			}
		}
	})
}

// asked: a request for information keeps no promise; the answer waits until somebody
// writes.
func (y *year) asked() {
	id := y.arrives("2027-05-10 10:00", "Asked", complaining[0])
	y.writes("2027-05-11", "Tomasz Nowak", id, "request_information")
	y.owed("2027-05-11", id, complaint.Update, 1, "2027-05-13")
	y.replies("2027-05-12 09:00", id, "I am in room 12.", complaint.NoWish)
	y.writes("2027-05-13", "Tomasz Nowak", id, "update")
	y.on("2027-05-13 12:00", func() {
		if n := len(y.view(*id).Waiting()); n != 0 {
			y.Errorf("%d messages wait after the update", n)
		}
	})
	y.answersOn("2027-05-18", id)
	y.closed(id, "2027-06-15", complaint.ClosedQuiet)
}

func (y *year) newStaff() {
	id := y.arrives("2027-05-17 10:00", "New", complaining[1])
	y.on("2027-05-19 10:00", func() { y.responds("Nina Nowa", *id); y.stage(*id, complaint.StageAcknowledged) })
	y.on("2027-05-20 10:00", func() {
		_, err := y.app.cases.Approve(y.Context(), y.by("Anna Kowalska", *id))
		y.must(err)
		y.deliver()
		y.stage(*id, complaint.StageResponded)
	})
	y.closed(id, "2027-06-17", complaint.ClosedQuiet)
}

func (y *year) personalData() {
	id := y.arrives("2027-06-14 10:00", "Data", "You gave my personal data to somebody else, which breaks data protection law. My flat has no internet either.")
	y.writes("2027-06-16", "Tomasz Nowak", id, "update")
	y.on("2027-06-21 09:00", func() {
		y.must(y.app.cases.RulePersonalData(y.Context(), y.by("Zofia Wójcik", *id), complaint.RulingConfirmed, "data went to somebody else"))
		y.responds("Tomasz Nowak", *id)
		mails := y.mailTo("data@student.example")
		if text := mails[len(mails)-1].Text; !strings.Contains(text, "ico.org.uk") {
			y.Errorf("the response does not name the office for personal data:\n%s", text)
		}
	})
	y.closed(id, "2027-07-19", complaint.ClosedQuiet)
}

// conduct: a person decides; the letter needs two; the complaint goes on (P6).
func (y *year) conduct() {
	id := y.arrives("2027-07-05 10:00", "Conduct", complaining[0])
	y.on("2027-07-06 10:00", func() {
		ans := casework.Answer{Kind: "conduct_warning", Values: words("conduct_warning", "en")}
		_, err := y.app.cases.Send(y.Context(), y.by("Tomasz Nowak", *id), ans)
		var refused *complaint.Refusal
		if !errors.As(err, &refused) || refused.Rule != "P6" {
			y.Errorf("warned without a decision: %v", err)
		}
		y.must(y.app.cases.RuleConduct(y.Context(), y.by("Anna Kowalska", *id), complaint.RulingConfirmed, "he called our engineer names"))
		sent, err := y.app.cases.Send(y.Context(), y.by("Tomasz Nowak", *id), ans)
		y.must(err)
		if !sent.Awaiting {
			y.Error("the warning needs no second person")
		}
		_, err = y.app.cases.Approve(y.Context(), y.by("Anna Kowalska", *id))
		y.must(err)
	})
	y.writes("2027-07-07", "Tomasz Nowak", id, "update")
	y.answersOn("2027-07-09", id)
	y.closed(id, "2027-08-06", complaint.ClosedQuiet)
}

// notOurs: set aside by a person; a phone notice is refused and makes no complaint.
func (y *year) notOurs() {
	y.on("2027-07-12 10:00", func() {
		a := y.comes(newsletter("year"))
		y.must(y.app.intake.SetAside(y.Context(), ingest.Overrule{ArrivalID: a.ID, Who: y.by("Anna Kowalska", a.ComplaintID).Who, Reason: "a newsletter"}))
		y.stage(a.ComplaintID, complaint.StageSetAside)
		call := y.comes(typed("voicemail@pbx.example", "call@pbx", "New voice message from 01142965020", "", "multipart/mixed; boundary=b", voice))
		if call.Outcome != complaint.Refused || call.ComplaintID != "" {
			y.Errorf("P11: a phone call is %s", call.Outcome)
		}
	})
}

// settled: the customer says so, and a person closes it (P15).
func (y *year) settled() {
	id := y.arrives("2027-07-19 10:00", "Settled", complaining[0])
	y.answersOn("2027-07-21", id)
	y.replies("2027-07-22 10:00", id, "Thank you for fixing it, I accept your offer.", complaint.WishSatisfied)
	y.on("2027-07-22 11:00", func() {
		if err := y.app.cases.Move(y.Context(), y.by("Tomasz Nowak", *id), complaint.StageClosed, "settled", time.Time{}); err == nil {
			y.Error("closed over a message")
		}
		y.must(y.app.cases.Answered(y.Context(), y.by("Tomasz Nowak", *id), "a word of thanks"))
		y.must(y.app.cases.Move(y.Context(), y.by("Tomasz Nowak", *id), complaint.StageClosed, "settled", time.Time{}))
		if v := y.view(*id); v.Record.ClosedBecause != complaint.ClosedSettled {
			y.Errorf("closed because of %q", v.Record.ClosedBecause)
		}
	})
}

package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/internal/testserver"
	"ask4.com/skarga/store"
)

// year is a script: what happens at which local time, in the order of time.
type year struct {
	*sim
	events []happening
	// breached are the promises that the script lets be late, as "subject: promise
	// round".
	breached map[string]bool
}

type happening struct {
	at string
	do func()
}

// on adds to the script. An empty time is right after what was added before.
func (y *year) on(local string, do func()) { y.events = append(y.events, happening{local, do}) }

// play lets the year pass.
func (y *year) play() {
	slices.SortStableFunc(y.events, func(a, b happening) int { return strings.Compare(a.at, b.at) })
	for _, e := range y.events {
		y.to(e.at)
		e.do()
		y.work()
	}
}

// plain is the life of a complaint that goes as promised: dates counted by hand. The
// update is sent two working days after arrival, the response four working days after
// that, both at 11:00.
type plain struct {
	arrives, ackBy   string
	update, sent     string // due, and sent
	respond, next    string // due after the update was sent
	answered, closes string // response sent; last day before it closes
	sixWeeks         string
	asked            string // survey, 48 hours after it closed in the first minutes of a day
}

// plains run over both clock changes (25 October 2026, 28 March 2027), Christmas, New
// Year, Easter (26 and 29 March 2027) and the bank holidays of 3 May, 31 May and 30
// August 2027.
var plains = []plain{
	{"2026-09-28 10:00", "2026-09-29 10:00", "2026-10-01", "2026-09-30", "2026-10-09", "2026-10-07", "2026-10-06", "2026-11-03", "2026-11-09", "2026-11-06"},
	{"2026-10-16 16:40", "2026-10-17 16:40", "2026-10-21", "2026-10-20", "2026-10-29", "2026-10-27", "2026-10-26", "2026-11-23", "2026-11-27", "2026-11-26"},
	{"2026-10-24 12:00", "2026-10-25 11:00", "2026-10-28", "2026-10-27", "2026-11-05", "2026-11-03", "2026-11-02", "2026-11-30", "2026-12-05", "2026-12-03"},
	{"2026-10-25 00:30", "2026-10-25 23:30", "2026-10-28", "2026-10-27", "2026-11-05", "2026-11-03", "2026-11-02", "2026-11-30", "2026-12-06", "2026-12-03"},
	{"2026-11-13 18:05", "2026-11-14 18:05", "2026-11-18", "2026-11-17", "2026-11-26", "2026-11-24", "2026-11-23", "2026-12-21", "2026-12-25", "2026-12-24"},
	{"2026-12-11 23:50", "2026-12-12 23:50", "2026-12-16", "2026-12-15", "2026-12-24", "2026-12-22", "2026-12-21", "2027-01-18", "2027-01-22", "2027-01-21"},
	{"2026-12-18 08:15", "2026-12-19 08:15", "2026-12-23", "2026-12-22", "2027-01-05", "2026-12-31", "2026-12-30", "2027-01-27", "2027-01-29", "2027-01-30"},
	{"2026-12-21 13:00", "2026-12-22 13:00", "2026-12-24", "2026-12-23", "2027-01-06", "2027-01-04", "2026-12-31", "2027-01-28", "2027-02-01", "2027-01-31"},
	{"2026-12-24 16:00", "2026-12-25 16:00", "2026-12-31", "2026-12-30", "2027-01-11", "2027-01-07", "2027-01-06", "2027-02-03", "2027-02-04", "2027-02-06"},
	{"2026-12-25 11:00", "2026-12-26 11:00", "2026-12-31", "2026-12-30", "2027-01-11", "2027-01-07", "2027-01-06", "2027-02-03", "2027-02-05", "2027-02-06"},
	{"2026-12-31 22:00", "2027-01-01 22:00", "2027-01-06", "2027-01-05", "2027-01-14", "2027-01-12", "2027-01-11", "2027-02-08", "2027-02-11", "2027-02-11"},
	{"2027-03-19 14:00", "2027-03-20 14:00", "2027-03-24", "2027-03-23", "2027-04-05", "2027-04-01", "2027-03-31", "2027-04-28", "2027-04-30", "2027-05-01"},
	{"2027-03-24 10:10", "2027-03-25 10:10", "2027-03-31", "2027-03-30", "2027-04-08", "2027-04-06", "2027-04-05", "2027-05-03", "2027-05-05", "2027-05-06"},
	{"2027-03-27 12:00", "2027-03-28 13:00", "2027-04-01", "2027-03-31", "2027-04-09", "2027-04-07", "2027-04-06", "2027-05-04", "2027-05-08", "2027-05-07"},
	{"2027-03-28 00:30", "2027-03-29 01:30", "2027-04-01", "2027-03-31", "2027-04-09", "2027-04-07", "2027-04-06", "2027-05-04", "2027-05-09", "2027-05-07"},
	{"2027-04-29 09:00", "2027-04-30 09:00", "2027-05-05", "2027-05-04", "2027-05-13", "2027-05-11", "2027-05-10", "2027-06-07", "2027-06-10", "2027-06-10"},
	{"2027-05-27 16:20", "2027-05-28 16:20", "2027-06-02", "2027-06-01", "2027-06-10", "2027-06-08", "2027-06-07", "2027-07-05", "2027-07-08", "2027-07-08"},
	{"2027-08-25 12:00", "2027-08-26 12:00", "2027-08-31", "2027-08-27", "2027-09-08", "2027-09-06", "2027-09-03", "2027-10-01", "2027-10-06", "2027-10-04"},
}

// The words of customers, in English, Polish, and in a language that we do not write.
var complaining = []string{
	"The internet in my flat has been slow for two weeks and nobody has called me back.",
	"Internet w moim pokoju nie działa od tygodnia i nikt do mnie nie oddzwonił, proszę o pomoc.",
	"Das Internet in meinem Zimmer ist seit zwei Wochen sehr langsam und niemand ruft mich zurück.",
}

// plainly puts a plain life into the script.
func (y *year) plainly(n int, p plain) {
	var id string
	y.on(p.arrives, func() {
		id = y.complains(fmt.Sprintf("plain%d@student.example", n), fmt.Sprintf("Plain %d", n), complaining[n%len(complaining)])
		ack := owes(y, y.view(id), complaint.Acknowledge, 1)
		if got := ack.DueAt.In(london).Format("2006-01-02 15:04"); got != p.ackBy || !ack.MetAt.Equal(y.now) {
			y.Errorf("P12: acknowledged by %s, want %s; it was at %s", got, p.ackBy, ack.MetAt)
		}
		y.due(id, complaint.Update, 1, p.update)
		y.due(id, complaint.TellOmbudsman, 1, p.sixWeeks)
	})
	y.on(p.sent+" 11:00", func() {
		y.sends("Tomasz Nowak", id, "update")
		y.due(id, complaint.Respond, 1, p.respond)
		y.due(id, complaint.Update, 2, p.next)
	})
	y.on(p.answered+" 11:00", func() { y.responds("Tomasz Nowak", id); y.stage(id, complaint.StageResponded) })
	y.on(p.closes+" 23:50", func() { y.stage(id, complaint.StageResponded) })
	y.closed(&id, p.closes, complaint.ClosedQuiet)
	y.surveyed(&id, p.asked, n%5+1)
}

// surveyed asserts that the survey leaves on a day and not before, and answers it by
// mail with a number (P7).
func (y *year) surveyed(id *string, day string, number int) {
	surveys := func() (list []complaint.Delivery) {
		for _, d := range y.view(*id).Deliveries {
			if d.Kind == "survey" {
				list = append(list, d)
			}
		}
		return list
	}
	y.on(day+" 00:01", func() {
		if n := len(surveys()); n != 0 {
			y.Errorf("%d surveys before 48 hours were over", n)
		}
	})
	y.on(day+" 10:00", func() {
		if list := surveys(); len(list) != 1 || list[0].SentAt.In(london).Format(time.DateOnly) != day {
			y.Errorf("surveys of %s by %s: %+v", y.view(*id).Complaint.Subject, day, list)
			return
		}
		y.answers(*id, strconv.Itoa(number))
		if y.stage(*id, complaint.StageClosed); len(y.view(*id).Waiting()) != 0 {
			y.Error("a number waits for an answer")
		}
	})
}

// closed asserts that a complaint closes by time after a day, and that the customer is
// told.
func (y *year) closed(id *string, day string, because complaint.ClosedBecause) {
	y.on(day+" 23:59", func() { // the clock looks five minutes after midnight
		y.now = y.now.Add(7 * 60e9)
		y.work()
		v := y.view(*id)
		if v.Complaint.Stage != complaint.StageClosed || v.Record.ClosedBecause != because || v.Deliveries[len(v.Deliveries)-1].Kind != "closure" {
			y.Errorf("%s is %s because of %q on the day after %s, want it closed because of %q", v.Complaint.Subject, v.Complaint.Stage, v.Record.ClosedBecause, day, because)
		}
	})
}

// TestP12ToP16AScriptedYear plays the lives of more than forty complaints of every kind,
// with a simulated clock and real mail delivery, and asserts each date by values that
// were counted by hand.
func TestP12ToP16AScriptedYear(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		dsn := ""
		if postgres {
			dsn = testserver.Postgres(t)
		}
		playYear(&year{sim: newSim(t, "2026-09-28 08:00", dsn, "[survey]\nshare = 1.0\n[web]\nbase_url = \"https://complaints.example\"\n"), breached: map[string]bool{}})
	})
}

func playYear(y *year) {
	for n, p := range plains {
		y.plainly(n, p)
	}
	for _, story := range stories {
		story(y)
	}
	y.on("2027-10-15 12:00", func() {})
	y.play()
	y.booksAreInOrder()
}

// booksAreInOrder looks at everything once the year is over.
func (y *year) booksAreInOrder() {
	y.Helper()
	all, err := y.app.store.ListComplaints(y.Context(), store.Filter{Limit: 1000})
	if err != nil {
		y.Fatal(err)
	}
	if len(all) < 40 {
		y.Errorf("the year had %d complaints only", len(all))
	}
	sent, posted, late := 0, 0, map[string]bool{}
	stages := map[complaint.Stage]int{}
	for _, l := range all {
		v := y.view(l.ID)
		stages[l.Stage]++
		if !l.Stage.Ended() {
			y.Errorf("%s is %s at the end of the year", l.Subject, l.Stage)
		}
		for _, d := range v.Deliveries {
			switch {
			case d.Way == complaint.ByLetter && d.Status == complaint.Sent:
				posted++
			case d.Status == complaint.Sent, d.Status == complaint.Bounced:
				sent++
			case d.Status != complaint.Withdrawn:
				y.Errorf("%s of %s is %s: %s", d.Kind, l.Subject, d.Status, d.LastError)
			}
		}
		for _, o := range v.Obligations {
			if !o.BreachedAt.IsZero() {
				late[fmt.Sprintf("%s: %s %d", l.Subject, o.Kind, o.Round)] = true
			}
		}
	}
	if !maps.Equal(late, y.breached) {
		y.Errorf("late were %v, want %v", slices.Sorted(maps.Keys(late)), slices.Sorted(maps.Keys(y.breached)))
	}
	if stages[complaint.StageClosed] < 30 || stages[complaint.StageMerged] == 0 || stages[complaint.StageWithdrawn] == 0 || stages[complaint.StageSetAside] == 0 {
		y.Errorf("the complaints ended as %v", stages)
	}
	if posted != 8 {
		y.Errorf("%d letters were posted", posted)
	}
	left := 0
	days := map[string]int{}
	for _, m := range y.sink.Messages() {
		if !strings.HasSuffix(m.To[0], "@ask4.com") {
			left++
		}
	}
	if left != sent {
		y.Errorf("%d mails left to customers, %d are on record", left, sent)
	}
	for _, m := range y.mailTo("anna@ask4.com") {
		if strings.HasPrefix(m.Subject, "Complaints on") {
			days[m.Date.In(london).Format("2006-01-02 Mon")]++
		}
	}
	for day, n := range days {
		if n != 1 || strings.HasSuffix(day, "Sat") || strings.HasSuffix(day, "Sun") {
			y.Errorf("%d digests on %s", n, day)
		}
	}
	if len(days) < 100 {
		y.Errorf("%d digests in a year", len(days))
	}
	for subject, err := range y.app.store.VerifyAll(y.Context()) {
		if err != nil {
			y.Errorf("the history of %s: %v", subject, err)
		}
	}
}

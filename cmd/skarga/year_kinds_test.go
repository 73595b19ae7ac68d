package main

import (
	"errors"
	"slices"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
)

// The lives of complaints that come or are answered in other ways than by e-mail.

// sendsForm takes a form in at this moment and gives the complaint that it makes.
func (s *sim) sendsForm(form ingest.Form) string {
	s.Helper()
	form.ID, form.At = complaint.NewID(), s.now
	s.must(s.app.intake.TakeForm(s.Context(), form, from(s.app.cfg), time.Minute))
	s.work()
	a, err := s.app.store.GetArrival(s.Context(), form.ID)
	s.must(err)
	if a.Outcome != complaint.ToComplaint {
		s.Fatalf("the form is %s: %v", a.Outcome, a.Reasons)
	}
	return a.ComplaintID
}

// bounces sends the report that our latest mail of a complaint did not arrive.
func (s *sim) bounces(id string) complaint.Arrival {
	s.Helper()
	d := s.last(id)
	return s.comes("Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: complaints@ask4.com\nSubject: failure\nMessage-ID: <" + d.ID + "@mx>\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n" +
		"--b\nContent-Type: text/plain\n\nfailed\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\nOriginal-Envelope-Id: " + d.EnvID +
		"\n\nFinal-Recipient: rfc822; " + d.Recipient + "\nAction: failed\nStatus: 5.1.1\n\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <" + d.MessageID + ">\n\n--b--\n")
}

// posted puts a print run and its posting into the script.
func (y *year) posted(local string) { y.on(local, func() { y.posts() }) }

// byForm: in Polish, about a member of staff, who finds it nowhere (P8). The response is
// due over the bank holiday of 31 May 2027.
func (y *year) byForm() {
	id := new(string)
	y.on("2027-05-24 09:00", func() {
		*id = y.sendsForm(ingest.Form{Language: complaint.Polish, AboutStaff: true, StaffName: "Tomasz Nowak", Happened: "Pan Nowak był dla mnie niegrzeczny i nie pomógł.",
			Name: "Formularz Polski", Email: "formularz@student.example", ReplyBy: complaint.ByEmail})
		y.due(*id, complaint.Update, 1, "2027-05-27")
		v := y.view(*id)
		if _, err := y.app.cases.View(y.Context(), y.by("Tomasz Nowak", *id).Who, v.Complaint.Reference); !errors.Is(err, complaint.ErrNoComplaint) {
			y.Errorf("P8: whom it is about finds it: %v", err)
		}
		if err := y.app.cases.Assign(y.Context(), y.by("Anna Kowalska", *id), "Tomasz Nowak"); err == nil {
			y.Error("P8: it is assigned to whom it is about")
		}
	})
	y.writes("2027-05-26", "Anna Kowalska", id, "update")
	y.owed("2027-05-26", id, complaint.Respond, 1, "2027-06-07") // 27, 28, 1, 2, 3, 4, 7
	y.on("2027-06-02 10:00", func() { y.responds("Anna Kowalska", *id) })
	y.closed(id, "2027-06-30", complaint.ClosedQuiet)
	y.surveyed(id, "2027-07-03", 4)
}

// byPost: who wants letters is answered by letters; each date runs from the posting, but
// is never later than what a letter told; nobody is asked by e-mail how it was.
func (y *year) byPost() {
	id := new(string)
	y.on("2027-01-11 09:00", func() {
		*id = y.sendsForm(ingest.Form{Language: complaint.English, AboutService: true, Happened: "The internet has been slow for two weeks.", Name: "Paper Lover",
			ReplyBy: complaint.ByLetter, Post: []string{"Paper Lover", "Flat 2", "14 Fitzwilliam Street", "Sheffield S1 4JL"}})
		y.due(*id, complaint.Acknowledge, 1, "2027-01-12 09:00")
	})
	y.posted("2027-01-12 08:00")
	y.owed("2027-01-12", id, complaint.Update, 1, "2027-01-14") // three days after the posting are the 15th, but the letter of the 11th told the 14th
	y.writes("2027-01-14", "Tomasz Nowak", id, "update")
	y.owed("2027-01-14", id, complaint.Update, 1, "2027-01-14") // queued is not posted
	y.posted("2027-01-14 14:00")
	y.owed("2027-01-15", id, complaint.Respond, 1, "2027-01-25") // 15, 18, 19, 20, 21, 22, 25
	y.answersOn("2027-01-20", id)
	y.posted("2027-01-20 14:00")
	y.closed(id, "2027-02-17", complaint.ClosedQuiet)
	y.posted("2027-02-18 14:00")
}

// represented: answers go to the representative from the day on which authority was
// shown, and only until it ends; their mail joins as the customer's does.
func (y *year) represented() {
	id := y.arrives("2027-02-08 10:00", "Represented", complaining[0])
	told := func(want int) {
		y.Helper()
		if n := len(y.mailTo("help@advice.example")); n != want {
			y.Errorf("%d mails to the representative, want %d", n, want)
		}
	}
	y.on("2027-02-09 10:00", func() {
		y.set("Anna Kowalska", *id, map[string]string{"representative": "help@advice.example"})
		y.sends("Anna Kowalska", *id, "request_information")
		told(0)
		y.set("Anna Kowalska", *id, map[string]string{"authority": "signed letter of 8 February"})
	})
	y.writes("2027-02-10", "Anna Kowalska", id, "update")
	y.on("2027-02-10 12:00", func() { told(1); y.due(*id, complaint.Respond, 1, "2027-02-19") }) // 11, 12, 15, 16, 17, 18, 19
	y.on("2027-02-11 10:00", func() {
		a := y.comes(writesAt(y.now, "Advice <help@advice.example>", "advice@advice.example", "Re: Represented", "In-Reply-To: <"+y.last(*id).MessageID+">\n", "She is in room 12."))
		if a.Outcome != complaint.Correspondence || a.ComplaintID != *id {
			y.Errorf("the representative's answer is %s: %v", a.Outcome, a.Reasons)
		}
	})
	y.on("2027-02-16 10:00", func() { y.responds("Anna Kowalska", *id); told(2) })
	y.on("2027-03-01 10:00", func() {
		y.set("Anna Kowalska", *id, map[string]string{"authority": ""})
		if parties := y.view(*id).Parties; slices.ContainsFunc(parties, func(p complaint.Party) bool { return p.Role == "representative" }) {
			y.Errorf("authority has ended, and the mail of the representative still joins: %v", parties)
		}
	})
	y.closed(id, "2027-03-16", complaint.ClosedQuiet)
	y.on("2027-03-17 10:00", func() { told(2) })
	y.surveyed(id, "2027-03-19", 2)
}

// bounced: the acknowledgement comes back; it leaves as a letter, in time, and the next
// dates run from that.
func (y *year) bounced() {
	id := y.arrives("2027-06-21 10:00", "Bounced", complaining[0])
	y.on("2027-06-21 10:30", func() {
		if a := y.bounces(*id); a.Outcome != complaint.Automatic {
			y.Errorf("the bounce is %s: %v", a.Outcome, a.Reasons)
		}
		y.due(*id, complaint.Acknowledge, 1, "2027-06-22 10:00")
	})
	y.on("2027-06-21 14:00", func() { y.addressed(*id, old, ""); y.work(); y.posts() })
	y.owed("2027-06-21", id, complaint.Acknowledge, 1, "2027-06-22 10:00")
	y.owed("2027-06-22", id, complaint.Update, 1, "2027-06-24")
	y.writes("2027-06-23", "Tomasz Nowak", id, "update")
	y.posted("2027-06-23 14:00")
	y.owed("2027-06-24", id, complaint.Respond, 1, "2027-07-02") // 24, 25, 28, 29, 30, 1, 2
	y.answersOn("2027-06-29", id)
	y.posted("2027-06-29 14:00")
	y.closed(id, "2027-07-27", complaint.ClosedQuiet)
	y.posted("2027-07-28 14:00")
}

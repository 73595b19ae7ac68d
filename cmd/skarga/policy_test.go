package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/internal/testserver"
)

func TestP06AbuseIsFlaggedAndStillAcknowledged(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	abusive := f.take(writes("a@p.example", "p6@s", "Router", "", "You idiots, I will smash the router over your head."))
	v, _ := f.answered(abusive)
	if !v.Complaint.ConductFlag {
		t.Errorf("no flag: %+v", v.Details)
	}
	civil, _ := f.answered(f.take(writes("b@p.example", "p6b@s", "Router", "", "The router does not work.")))
	if civil.Complaint.ConductFlag {
		t.Errorf("a civil customer is flagged: %+v", civil.Details)
	}
}

// TestP08P09EvidenceIsOnTheRecordWithItsPlace also proves P8's staff name: each value with the place
// it was found at.
func TestP08P09EvidenceIsOnTheRecordWithItsPlace(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		const text = "I spoke to Tomasz Nowak on 12 November 2026 at 14:30 about ticket INC-204518.\n" +
			"I called from 0114 296 5020. You can write to emily.carter@mailbox.example.\n" +
			"I live in Room 214."
		v, _ := f.answered(f.take(writes(emily, "p9@s", "Ticket INC-204518", "", text)))
		found := map[complaint.DetailKind][]string{}
		for _, d := range v.Details {
			found[d.Kind] = append(found[d.Kind], d.Value)
			from := map[string]string{"subject": "Ticket INC-204518", "text": text}[d.Where.Part]
			if r := []rune(from); d.Where.End > len(r) || d.Where.Start >= d.Where.End || string(r[d.Where.Start:d.Where.End]) != d.Text {
				t.Errorf("%s %q is not at %+v", d.Kind, d.Text, d.Where)
			}
		}
		for kind, want := range map[complaint.DetailKind]string{
			complaint.DetailStaff: "Tomasz Nowak", complaint.DetailTicket: "INC-204518", complaint.DetailPhone: "+441142965020",
			complaint.DetailEmail: "emily.carter@mailbox.example", complaint.DetailTime: "2026-11-12T14:30", complaint.DetailRoom: "214",
		} {
			if !strings.Contains(strings.Join(found[kind], " "), want) {
				t.Errorf("%s: %q, want %q", kind, found[kind], want)
			}
		}
	})
}

func TestP10PersonalDataNamesTheICO(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	for words, want := range map[string]bool{"You leaked my personal data to another tenant.": true, "The internet is slow.": false} {
		v, out := f.answered(f.take(writes("a@p.example", complaint.NewID()+"@s", "x", "", words)))
		if got := strings.Contains(out.read.Text, "ico.org.uk"); got != want || v.Complaint.PersonalData != want {
			t.Errorf("%q: names the ICO %v, flag %v", words, got, v.Complaint.PersonalData)
		}
	}
}

func TestP11PhoneIsNoChannelInTheDatabase(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{waiting: true})
		insert := map[string]string{
			"complaints": `INSERT INTO complaints (id, reference, channel, stage, language, subject, summary, customer_name, customer_address, reply_by,
				received_at, registered_at, acknowledged_at, closed_at, provisional, personal_data, conduct_flag, previous_id, search)
				VALUES ('%[1]s', '%[1]s', '%[1]s', 'received', 'en', '', '', '', '', 'email', 1, 1, 0, 0, 0, 0, 0, '', '')`,
			"arrivals": `INSERT INTO arrivals (id, channel, account, mailbox, uidvalidity, uid, arrived_at, recorded_at, size, sha256, late, outcome, proposed_id, reasons,
				held, hold_reason, parked, park_reason, damaged, attempts, message_id, content_hash, sender, subject, blob, claim_at, lease_owner)
				VALUES ('%[1]s', '%[1]s', '', '%[1]s', 0, 0, 1, 1, 0, '', 0, '', '', '', 0, '', 0, '', '', 0, '', '', '', '', '', 0, '')`,
		}
		for table, query := range insert {
			for channel, open := range map[string]bool{"email": true, "letter": true, "form": true, "phone": false, "Phone": false, "": false} {
				_, err := f.tamper(fmt.Sprintf(query, channel))
				switch {
				case open && err != nil:
					t.Errorf("%s by %s: %v", table, channel, err)
				case !open && (err == nil || !strings.Contains(err.Error(), table+"_channel_open")):
					t.Errorf("%s by %q: %v; want the constraint", table, channel, err)
				}
			}
		}
	})
}

func TestP11PhoneIsRefusedOnTheCommandLine(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{waiting: true})
	for _, word := range []string{"phone", "Phone", "telephone"} {
		code, _, errs := f.cmd("", "list", "--channel", word)
		if word != "telephone" && code != exitRefused {
			t.Errorf("%s: exit %d: %s", word, code, errs)
		}
		if code == exitDone {
			t.Errorf("%s: accepted", word)
		}
		for _, channel := range []string{"e-mail", "letter", "online form"} {
			if !strings.Contains(errs, channel) {
				t.Errorf("%s: the refusal does not name %s: %s", word, channel, errs)
			}
		}
	}
	f.must(exitUsage, "list", "--channel", "pigeon")
	f.must(exitDone, "list", "--channel", "letter")
}

// TestP12P13P14DatesCountFromArrivalAndAcknowledgement counts from INTERNALDATE and from the acknowledgement.
func TestP12P13P14DatesCountFromArrivalAndAcknowledgement(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		at := time.Now().Add(-40 * time.Second).Truncate(time.Second)
		a := f.arrival(f.sendAt(writes(emily, "p12@s", "Slow", "", "The internet is slow."), at))
		v, out := f.answered(a)
		if a.Late || !v.Complaint.ReceivedAt.Equal(at) {
			t.Errorf("P12: received %s, INTERNALDATE %s", v.Complaint.ReceivedAt, at)
		}
		promises := map[complaint.ObligationKind]complaint.Obligation{}
		for _, o := range v.Obligations {
			promises[o.Kind] = o
		}
		ack, update, respond := promises[complaint.Acknowledge], promises[complaint.Update], promises[complaint.Respond]
		if !ack.DueAt.Equal(at.Add(24*time.Hour)) || ack.State != complaint.Met || ack.MetAt.Before(at) || !ack.BreachedAt.IsZero() {
			t.Errorf("P12: %+v", ack)
		}
		if want := f.workdaysAfter(ack.MetAt, 3); !update.DueAt.Equal(want) || !update.TriggerAt.Equal(ack.MetAt) {
			t.Errorf("P13: due %s, want %s, triggered %s", update.DueAt, want, update.TriggerAt)
		}
		if want := f.workdaysAfter(update.DueAt, 7); !respond.ToldAt.Equal(want) || !respond.DueAt.IsZero() {
			t.Errorf("P14: told %s, want %s; due %s before the first update", respond.ToldAt, want, respond.DueAt)
		}
		for _, o := range []complaint.Obligation{update, respond} {
			if o.Deadline().After(o.CeilingAt) || o.ToldAt.After(o.CeilingAt) {
				t.Errorf("%s: due or told after its ceiling: %+v", o.Kind, o)
			}
			if day := o.ToldAt.In(f.app.rules.Location).Format("2 January 2006"); !strings.Contains(out.read.Text, day) {
				t.Errorf("%s: the customer was not told %s", o.Kind, day)
			}
		}
	})
}

// workdaysAfter counts by hand: the day after is day 1, due at the end of the last.
func (f *firm) workdaysAfter(from time.Time, n int) time.Time {
	f.Helper()
	y, m, d := from.In(f.app.rules.Location).Date()
	for n > 0 {
		d++
		day := time.Date(y, m, d, 12, 0, 0, 0, f.app.rules.Location)
		ok, _, err := f.app.rules.Calendar.Workday(day)
		if err != nil {
			f.Fatal(err)
		}
		if weekend := day.Weekday() == time.Saturday || day.Weekday() == time.Sunday; weekend && ok {
			f.Errorf("%s is no working day", day)
		}
		if ok {
			n--
		}
	}
	return time.Date(y, m, d, 23, 59, 59, 0, f.app.rules.Location)
}

func TestP17TheAnswerIsInTheCustomersLanguage(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	tests := map[string]struct {
		text            string
		english, polish bool
	}{
		"en": {"My internet connection has been slow for a week and nobody answers my questions.", true, false},
		"pl": {"Od tygodnia mój internet działa bardzo wolno i nikt nie odpowiada na moje pytania.", false, true},
		"de": {"Meine Verbindung ist seit einer Woche sehr langsam, und niemand beantwortet meine Fragen.", true, true},
	}
	for name, tc := range tests {
		_, out := f.answered(f.take(writes(name+"@p.example", name+"@s", "ASK4", "", tc.text)))
		text := out.read.Text
		if english, polish := strings.Contains(text, "Your reference is"), strings.Contains(text, "Numer sprawy"); english != tc.english || polish != tc.polish {
			t.Errorf("%s: English %v, Polish %v", name, english, polish)
		}
	}
}

// TestP01NothingIsLostOverARestart sends what a bad day holds, restarts in the middle, and balances.
func TestP01NothingIsLostOverARestart(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		var uids []uint32
		for i := range 20 {
			if i == 10 {
				f.stop()
			}
			uids = append(uids, f.send(writes(fmt.Sprintf("c%d@p.example", i), fmt.Sprintf("r%d@s", i), "Slow", "", fmt.Sprintf("The internet is slow in room %d.", i))))
		}
		f.serve(time.Time{})
		refs := map[complaint.Reference]bool{}
		for _, uid := range uids {
			v, _ := f.answered(f.arrival(uid))
			refs[v.Complaint.Reference] = true
		}
		f.stop()
		if len(refs) != len(uids) || f.sink.Len() != len(uids) {
			t.Errorf("%d messages, %d complaints, %d mails", len(uids), len(refs), f.sink.Len())
		}
		f.must(exitDone, "ledger")
	})
}

// TestAPeerThatAnswersEveryMailEndsByItself feeds each acknowledgement back as a new message
// that carries no sign of a machine.
func TestAPeerThatAnswersEveryMailEndsByItself(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		var f *firm
		fed := make(chan uint32, 100)
		answer := func(_ testserver.SinkMessage, n int) testserver.Reply {
			raw := writes("robot@p.example", fmt.Sprintf("loop%d@p", n), "Thank you", "", fmt.Sprintf("Thank you for your message number %d.", n))
			uid, err := f.post(f.user, raw, time.Time{})
			if err != nil {
				return testserver.Reply{Code: 451}
			}
			fed <- uid
			return testserver.Reply{}
		}
		f = newFirm(t, postgres, setup{sink: testserver.SinkOptions{OnData: answer}, waiting: true})
		f.serve(time.Time{})
		last := f.take(writes("robot@p.example", "loop0@p", "Hello", "", "The internet is slow."))
		answers := 0
		for ; !last.Held; answers++ {
			if answers > 20 {
				t.Fatal("twenty answers left")
			}
			select {
			case uid := <-fed:
				last = f.arrival(uid)
			case <-t.Context().Done():
				t.Fatal("the loop stands still")
			}
		}
		f.stop()
		if limit := f.app.cfg.Intake.AcksPerDay; answers != limit || f.sink.Len() != limit {
			t.Errorf("%d answers, %d mails, want %d", answers, f.sink.Len(), limit)
		}
		if o := f.view(last).Obligations[0]; o.State != complaint.Open {
			t.Errorf("the promise of the held one is %s", o.State)
		}
	})
}

// TestP10OurOwnNoticeSuggestsNothing: another address answers below our acknowledgement,
// which tells of personal data; that is no suggestion of the customer's, while their own
// words are one.
func TestP10OurOwnNoticeSuggestsNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		_, out := f.answered(f.take(writes(emily, "gdpr@s", "A question", "", "You gave my personal data to somebody else. I want to know why.")))
		if !strings.Contains(out.read.Text, "ico.org.uk") {
			t.Fatalf("the acknowledgement names no office:\n%s", out.read.Text)
		}
		reply := "In-Reply-To: <" + out.read.MessageID + ">\n"
		for id, tc := range map[string]struct {
			text string
			want bool
		}{
			"quoted": {"The router is in room 12.\n\nOn Mon, 23 Nov 2026 at 10:00, ASK4 <complaints@ask4.com> wrote:\n> " + strings.ReplaceAll(out.read.Text, "\n", "\n> "), false},
			"copied": {"The router is in room 12.\n\n" + out.read.Text, false},
			"own":    {"It was my private information that you gave away.\n\n" + out.read.Text, true},
		} {
			v := f.view(f.take(writes("max-"+id+"@elsewhere.example", id+"@s", "Re: A question", reply, tc.text)))
			found := slices.ContainsFunc(v.Details, func(d complaint.Found) bool { return d.Kind == complaint.DetailPersonalData })
			if v.Complaint.PersonalData != tc.want || found != tc.want {
				t.Errorf("%s: personal data is suggested: %v, found %v, want %v", id, v.Complaint.PersonalData, found, tc.want)
			}
		}
	})
}

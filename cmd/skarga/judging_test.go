package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
)

// judged is what a message has to become.
type judged struct {
	raw     string
	outcome complaint.Outcome
	held    bool
	why     string // word in the reasons
}

// bounceOf makes a delivery report about a mail to recipient.
func bounceOf(to, recipient, envid, originalID string) string {
	env, original := "", "Subject: x\n"
	if envid != "" {
		env = "Original-Envelope-Id: " + envid + "\n"
	}
	if originalID != "" {
		original = "Message-ID: <" + originalID + ">\n"
	}
	return "Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: " + to + "\nSubject: failure\nAuto-Submitted: auto-replied\nMessage-ID: <b" + complaint.NewID() + "@mx.example>\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\nfailed\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n" + env +
		"\nFinal-Recipient: rfc822; " + recipient + "\nAction: failed\nStatus: 5.1.1\n\n--b\nContent-Type: text/rfc822-headers\n\n" + original + "\n--b--\n"
}

// typed makes a body into a message of another content type.
func typed(from, id, subject, head, contentType, body string) string {
	raw := writes(from, id, subject, head, body)
	return strings.Replace(raw, "text/plain; charset=utf-8", contentType, 1)
}

const (
	arf = "--b\nContent-Type: text/plain\n\nThis is an email abuse report.\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: x/1\nVersion: 1\n\n--b\nContent-Type: message/rfc822\n\nFrom: complaints@ask4.com\nSubject: x\n\nx\n--b--"
	pgp = "--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream\n\n-----BEGIN PGP MESSAGE-----\n\nabc=\n-----END PGP MESSAGE-----\n--b--"
	// voice is shaped like a voicemail notice of no configured telephone system.
	voice = "--b\nContent-Type: text/plain\n\nYou have a new voice message from 01142 965 020, 34 seconds long.\n--b\nContent-Type: audio/wav; name=\"msg0042.wav\"\nContent-Disposition: attachment; filename=\"msg0042.wav\"\nContent-Transfer-Encoding: base64\n\nUklGRiQAAABXQVZFZm10IA==\n--b--"
)

// judgements has one message for each branch of DESIGN, Order of judgement.
func judgements() map[string]judged {
	c, auto, refused := complaint.ToComplaint, complaint.Automatic, complaint.Refused
	return map[string]judged{
		"1 unrelated bounce":          {bounceOf("complaints@ask4.com", "nobody@other.example", "", "x@other.example"), auto, false, "no message of ours"},
		"2 own mail back":             {writes("complaints@ask4.com", "k1.x.y@ask4.com", "We have received", "Auto-Submitted: auto-replied\n", "Thank you"), auto, false, "Our own mail"},
		"2 abuse report":              {typed("fbl@isp.example", "j1@s", "abuse", "", "multipart/report; report-type=feedback-report; boundary=b", arf), auto, false, "RFC 5965"},
		"4 P11 telephone system":      {writes("pbx@ask4.com", "j2@s", "Voicemail", "", "New voice message"), refused, false, "P11"},
		"4 P11 notice by structure":   {typed("voicemail@pbx.example", "j3@s", "New voice message from 01142965020", "", "multipart/mixed; boundary=b", voice), refused, false, "P11"},
		"4 P11 less than sure":        {writes("voicemail@pbx.example", "j4@s", "New voicemail message", "", "You have a new voicemail message from 01142 965 020."), c, true, ""},
		"4 P11 a person about it":     {writes("h@p.example", "j5@s", "I left a voicemail", "", "Nobody called me back about the socket."), c, false, ""},
		"5 newsletter":                {writes("c@p.example", "j6@s", "News", "List-Id: <n.p.example>\nPrecedence: bulk\n", "Issue 1"), c, true, ""},
		"5 out of office":             {writes("d@p.example", "j7@s", "Away", "Auto-Submitted: auto-replied\n", "Back on Monday."), c, true, ""},
		"5 null sender":               {"Return-Path: <>\n" + writes("form@p.example", "j8@s", "Form", "", "A visitor wrote: my line is dead."), c, true, ""},
		"5 no-reply sender":           {writes("no-reply@p.example", "j9@s", "Form", "", "A visitor wrote: my line is dead."), c, true, ""},
		"5 X-Auto-Response-Suppress":  {writes("e@p.example", "j10@s", "Slow", "X-Auto-Response-Suppress: All\n", "The internet is slow."), c, true, "Suppress"},
		"5 suppresses receipts only":  {writes("e2@p.example", "j11@s", "Slow", "X-Auto-Response-Suppress: DR, OOF\n", "The internet is slow."), c, false, ""},
		"6 DMARC failure":             {"Authentication-Results: mx.ask4.com; dmarc=fail header.from=p.example\n" + writes("f@p.example", "j12@s", "x", "", "slow"), c, true, "DMARC"},
		"6 DMARC of a stranger":       {"Authentication-Results: mx.evil.example; dmarc=fail\n" + writes("f2@p.example", "j13@s", "x", "", "The internet is slow."), c, false, ""},
		"6 spam header":               {writes("g@p.example", "j14@s", "x", "X-Spam-Flag: YES\n", "slow"), c, true, ""},
		"6 Reply-To elsewhere":        {writes("g2@p.example", "j15@s", "x", "Reply-To: victim@bank.example\n", "slow"), c, true, "bank.example"},
		"6 Reply-To in the domain":    {writes("g3@p.example", "j16@s", "x", "Reply-To: desk@mail.p.example\n", "The internet is slow."), c, false, ""},
		"6 forwarded by a colleague":  {writes("anna@ask4.com", "j17@s", "Fwd: x", "", "-----Original Message-----\nFrom: Sophie <sophie@mailbox.example>\nSent: Monday\nTo: Anna\nSubject: x\n\nCharged twice."), c, true, "sophie@mailbox.example"},
		"6 encrypted":                 {typed("i@p.example", "j18@s", "secret", "", "multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b", pgp), c, true, "Encrypted"},
		"7 everything else":           {writes("a@p.example", "j19@s", "Slow", "", "The internet is slow."), c, false, ""},
		"7 P01 no headers of a mail":  {"my internet is slow, please help\n\nA customer\n", c, true, ""},
		"7 P01 boundary never closed": {typed("k@p.example", "j20@s", "Slow", "", "multipart/mixed; boundary=b", "--b\nContent-Type: text/plain\n\nThe internet is slow."), c, false, ""},
	}
}

func TestEveryBranchOfJudgement(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		tests := judgements()
		uids := map[string]uint32{}
		for name, tc := range tests {
			uids[name] = f.send(tc.raw)
		}
		for name, tc := range tests {
			a := f.arrival(uids[name])
			told := strings.Join(append(a.Reasons, a.HoldReason), "; ")
			if a.Outcome != tc.outcome || a.Held != tc.held || !strings.Contains(told, tc.why) {
				t.Errorf("%s: %s, held %v: %s", name, a.Outcome, a.Held, told)
				continue
			}
			if a.Outcome != complaint.ToComplaint {
				continue
			}
			if v := f.view(a); len(v.Obligations) != 4 || (len(v.Deliveries) > 0) == tc.held {
				t.Errorf("P12 %s: %d promises, %d mails", name, len(v.Obligations), len(v.Deliveries))
			}
			if !tc.held {
				f.answered(a)
			}
		}
		f.must(exitDone, "ledger") // P1: nothing is in the mailbox without an arrival
		f.must(exitDone, "audit", "verify")
	})
}

func TestForwardedMailProposesItsAuthor(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	v := f.view(f.take(judgements()["6 forwarded by a colleague"].raw))
	if v.Complaint.CustomerAddress != "sophie@mailbox.example" || v.Complaint.CustomerName != "Sophie" {
		t.Errorf("the customer is %q <%s>", v.Complaint.CustomerName, v.Complaint.CustomerAddress)
	}
}

// TestP12BounceIsTiedToItsMail returns the acknowledgement in each way that proves which mail
// came back, and in one that does not.
func TestP12BounceIsTiedToItsMail(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{tokens: true})
		const ours = "complaints@ask4.com"
		tests := map[string]func(d complaint.Delivery) string{
			"Message-ID":     func(d complaint.Delivery) string { return bounceOf(ours, d.Recipient, "", d.MessageID) },
			"ENVID":          func(d complaint.Delivery) string { return bounceOf(ours, d.Recipient, d.EnvID, "") },
			"envelope token": func(d complaint.Delivery) string { return bounceOf(d.EnvelopeFrom, d.Recipient, "", "") },
			"recipient":      func(d complaint.Delivery) string { return bounceOf(ours, d.Recipient, "", "") },
		}
		for name, write := range tests {
			from := strings.ReplaceAll(name, " ", "-") + "@p.example"
			v, out := f.answered(f.take(writes(from, from, "Slow", "", "The internet is slow.")))
			d := v.Deliveries[0]
			if out.From != d.EnvelopeFrom || out.From == ours || out.EnvelopeID != d.EnvID {
				t.Fatalf("%s: sent from %q with ENVID %q", name, out.From, out.EnvelopeID)
			}
			if ack := v.Obligations[0]; ack.State != complaint.Met || !v.Complaint.AcknowledgedAt.Equal(ack.MetAt) {
				t.Fatalf("%s: the promise before the bounce: %+v", name, ack)
			}
			a := f.take(write(d))
			now := f.view(complaint.Arrival{ComplaintID: v.Complaint.ID})
			proven := name != "recipient"
			if a.Outcome != complaint.Automatic || (a.ProposedID == v.Complaint.ID) == proven || a.Held == proven {
				t.Errorf("%s: %s, proposed %q, held %v", name, a.Outcome, a.ProposedID, a.Held)
			}
			if open := now.Obligations[0].State == complaint.Open; open != proven {
				t.Errorf("%s: the promise is %s", name, now.Obligations[0].State)
			}
			if bounced := now.Deliveries[0].Status == complaint.Bounced; bounced != proven {
				t.Errorf("%s: the mail is %s", name, now.Deliveries[0].Status)
			}
			if proven {
				continue
			}
			f.must(exitDone, "--as", "Anna Kowalska", "overrule", "link", "confirm", now.Links[0].ID, "--reason", "it is ours")
			if o := f.view(complaint.Arrival{ComplaintID: v.Complaint.ID}).Obligations[0]; o.State != complaint.Open {
				t.Errorf("%s: confirmed, the promise is %s", name, o.State)
			}
		}
	})
}

func TestMachineMailThatMatchesIsCorrespondenceAndNeverAnswered(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	origin, v := f.first()
	a := f.take(writes(emily, "o1@s", "Automatic reply", "Auto-Submitted: auto-replied\nIn-Reply-To: <"+v.Deliveries[0].MessageID+">\n", "I am away."))
	if a.Outcome != complaint.Correspondence || a.ComplaintID != origin.ComplaintID || a.Held {
		t.Errorf("%s held %v %q", a.Outcome, a.Held, a.Reasons)
	}
	f.stop()
	if n := f.sink.Len(); n != 1 {
		t.Errorf("%d mails left", n)
	}
}

func TestMailInASpamFolderIsHeld(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{spam: true})
	uid, err := f.post(f.user+"-2", writes("a@p.example", "sp1@s", "Slow", "", "The internet is slow."), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	if a := f.arrivalOf(f.user+"-2", uid); a.Outcome != complaint.ToComplaint || !a.Held || !strings.Contains(a.HoldReason, "spam") {
		t.Errorf("spam folder: %s, held %v %q", a.Outcome, a.Held, a.HoldReason)
	}
	if a := f.take(writes("b@p.example", "sp2@s", "Slow", "", "The internet is slow.")); a.Held {
		t.Errorf("the other mailbox: held %q", a.HoldReason)
	}
}

func TestP01LargeMessageIsParkedAndAnswered(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		a := f.take(writes(emily, "big@s", "Photos of the socket", "", strings.Repeat(strings.Repeat("x", 70)+"\n", 20000)))
		v, out := f.answered(a)
		if a.Outcome != complaint.ToComplaint || !a.Parked || a.Subject != "Photos of the socket" || v.Deliveries[0].Kind != "too_large" {
			t.Errorf("%+v", a)
		}
		if !strings.Contains(out.read.Text, "1 MB") || out.To[0] != "emily@student.example" {
			t.Errorf("to %s: %s", out.To, out.read.Text)
		}
		if o := v.Obligations[0]; o.Kind != complaint.Acknowledge || o.State != complaint.Open {
			t.Errorf("P12: the promise to %s is %s: this mail keeps none", o.Kind, o.State)
		}
	})
}

func TestSinceHoldsOlderMail(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		at := time.Now().Add(-48 * time.Hour).Truncate(time.Second)
		var old uint32
		f := newFirm(t, postgres, setup{since: at.Add(-time.Hour), before: func(f *firm) {
			old = f.sendAt(writes(emily, "old@s", "Slow", "", "The internet is slow."), at)
			f.sendAt(writes(emily, "older@s", "Slow", "", "Too old."), at.Add(-96*time.Hour))
		}})
		a := f.arrival(old)
		if v := f.view(a); !a.Late || !a.Held || len(v.Deliveries) != 0 || !v.Complaint.ReceivedAt.Equal(at) {
			t.Errorf("late %v held %v, %d mails, received %s", a.Late, a.Held, len(v.Deliveries), v.Complaint.ReceivedAt)
		}
		now := f.take(writes("b@p.example", "new@s", "Slow", "", "The internet is slow."))
		f.answered(now)
		if list, err := f.app.store.ListArrivals(t.Context(), store.ArrivalFilter{}); err != nil || len(list) != 2 {
			t.Errorf("%d arrivals, %v", len(list), err)
		}
		f.must(exitDone, "--as", "Anna Kowalska", "overrule", "release", a.ID, "--reason", "still of use")
		if v, _ := f.answered(a); v.Obligations[0].BreachedAt.IsZero() {
			t.Error("P12: an answer after 48 hours is no recorded breach")
		}
	})
}

func TestTheCapOnAcknowledgementsHoldsTheRest(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{intake: "acknowledgements_per_address_and_day = 2"})
		var uids []uint32
		for i := range 4 {
			from := []string{emily, "EMILY@Student.Example"}[i%2] // the same person
			uids = append(uids, f.send(writes(from, fmt.Sprintf("cap%d@s", i), "Slow", "", fmt.Sprintf("Problem number %d.", i))))
		}
		held := 0
		for _, uid := range uids {
			a := f.arrival(uid)
			if a.Held {
				held++
				if o := f.view(a).Obligations[0]; o.State != complaint.Open {
					t.Errorf("the promise of a held one is %s", o.State)
				}
				continue
			}
			f.answered(a)
		}
		if held != 2 || f.sink.Len() != 2 {
			t.Errorf("%d held, %d mails", held, f.sink.Len())
		}
	})
}

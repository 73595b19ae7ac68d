package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/cmd/skarga/config"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
	"ask4.com/skarga/store"
)

func TestMatchingJoinsOnlyWithKeyAndSender(t *testing.T) {
	t.Parallel()
	d := newDesk(t, func(c *config.Config) { c.Intake.AuthservIDs = []string{"mx.ask4.com"} })
	origin, v := d.first()
	ack, ref := v.Deliveries[0].MessageID, string(v.Complaint.Reference)
	office := d.app.office
	tests := map[string]struct {
		raw      string
		joins    bool
		proposed bool
	}{
		"our Message-ID":                 {writes(emily, "m2@s", "Re: x", "In-Reply-To: <"+ack+">\n", "more"), true, false},
		"our Message-ID in References":   {writes(emily, "m3@s", "Re: x", "References: <a@b> <"+ack+">\n", "more"), true, false},
		"reply token":                    {strings.Replace(writes(emily, "m4@s", "no key", "", "more"), "complaints@ask4.com", office.signer.ReplyAddress("complaints@ask4.com", origin.ComplaintID), 1), true, false},
		"the customer's own Message-ID":  {writes(emily, "m5@s", "again", "In-Reply-To: <m1@student.example>\n", "more"), true, false},
		"reference in the subject":       {writes(emily, "m6@s", "Odp: sprawa "+strings.ToLower(ref)+"!!", "", "more"), true, false},
		"reference in the text":          {writes(emily, "m7@s", "hello", "", "it is about "+ref), false, true},
		"a stranger with the reference":  {writes("max@elsewhere.example", "m8@s", "About "+ref, "", "What did you write?"), false, true},
		"a stranger with our Message-ID": {writes("max2@elsewhere.example", "m9@s", "Re: x", "In-Reply-To: <"+ack+">\n", "more"), false, true},
		"a forged Message-ID":            {writes(emily, "m10@s", "Re: x", "In-Reply-To: <x"+ack+">\n", "more"), false, false},
		"DMARC failure":                  {"Authentication-Results: mx.ask4.com; dmarc=fail header.from=student.example\n" + writes(emily, "m11@s", ref, "In-Reply-To: <"+ack+">\n", "more"), false, true},
		"same Message-ID, other words":   {writes("kim@elsewhere.example", "m1@student.example", "other", "", "something else"), false, true},
		"no key":                         {writes(emily, "m12@s", "A second matter", "", "The bill is wrong."), false, false},
	}
	for name, tc := range tests {
		a := d.take(tc.raw)
		joins := a.Outcome == complaint.Correspondence && a.ComplaintID == origin.ComplaintID
		proposed := a.Outcome == complaint.ToComplaint && a.ProposedID == origin.ComplaintID && d.view(a).Complaint.Provisional
		if joins != tc.joins || proposed != tc.proposed {
			t.Errorf("%s: joins %v proposed %v (%s, %q)", name, joins, proposed, a.Outcome, a.Reasons)
		}
		if a.Outcome == complaint.ToComplaint && d.view(a).Complaint.ID == origin.ComplaintID {
			t.Errorf("%s: made no complaint of its own", name)
		}
	}
}

func TestP01TheSameMessageTwiceIsOneComplaint(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	noID := "From: a@b.example\nSubject: x\nDate: Mon, 23 Nov 2026 09:00:00 +0000\n\nNo id here.\n"
	for _, raw := range []string{writes(emily, "d1@s", "x", "", "slow"), noID} {
		first, second := d.take(raw), d.take("Received: from elsewhere\n"+raw)
		if first.Outcome != complaint.ToComplaint || second.Outcome != complaint.Duplicate || second.ComplaintID != first.ComplaintID {
			t.Errorf("%s then %s", first.Outcome, second.Outcome)
		}
	}
}

// Two mailboxes that one message reaches are often read in the same second.
func TestP01TheSameMessageTwiceInOneBatch(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	raw := writes(emily, "d1@s", "x", "", "The internet is slow.")
	got := d.takeAll(raw, "Received: from elsewhere\n"+raw, writes("kim@p.example", "d1@s", "y", "", "The bill is wrong."))
	first, second, other := got[0], got[1], got[2]
	if first.Outcome == complaint.Duplicate {
		first, second = second, first
	}
	if first.Outcome != complaint.ToComplaint || second.Outcome != complaint.Duplicate || second.ComplaintID != first.ComplaintID {
		t.Errorf("%s of %q then %s of %q", first.Outcome, first.ComplaintID, second.Outcome, second.ComplaintID)
	}
	linked := other.ProposedID == first.ComplaintID || first.ProposedID == other.ComplaintID && first.ProposedID != ""
	if other.Outcome != complaint.ToComplaint || !linked {
		t.Errorf("the same Message-ID with other words: %s, proposed %q, %q", other.Outcome, other.ProposedID, first.ProposedID)
	}
}

func TestReplyToALongClosedComplaintIsANewLinkedOne(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	origin, v := d.first()
	for _, closedFor := range []time.Duration{29 * 24 * time.Hour, 31 * 24 * time.Hour} {
		c := v.Complaint
		c.Stage, c.ClosedAt = complaint.StageClosed, time.Now().Add(-closedFor)
		if err := d.app.store.InTx(t.Context(), func(tx *store.Tx) error { tx.SetComplaint(c); return nil }); err != nil {
			t.Fatal(err)
		}
		a := d.take(writes(emily, fmt.Sprintf("c%d@s", closedFor), "Re: x", "In-Reply-To: <"+v.Deliveries[0].MessageID+">\n", "it is back"))
		late := closedFor > 30*24*time.Hour
		if late && (a.Outcome != complaint.ToComplaint || d.view(a).Complaint.PreviousID != origin.ComplaintID) {
			t.Errorf("after 31 days: %s %q", a.Outcome, a.Reasons)
		}
		if !late && a.Outcome != complaint.Correspondence {
			t.Errorf("after 29 days: %s", a.Outcome)
		}
	}
}

func TestJudgementDecidesWhatIsAnswered(t *testing.T) {
	t.Parallel()
	d := newDesk(t, func(c *config.Config) { c.Intake.AuthservIDs = []string{"mx.ask4.com"} })
	tests := map[string]struct {
		raw     string
		outcome complaint.Outcome
		held    bool
	}{
		"a person":                     {writes("a@p.example", "j1@s", "Slow", "", "The internet is slow."), complaint.ToComplaint, false},
		"P06 abusive words":            {writes("b@p.example", "j2@s", "x", "", "You idiots, I will smash the router over your head."), complaint.ToComplaint, false},
		"newsletter":                   {writes("c@p.example", "j3@s", "News", "List-Id: <n.p.example>\nPrecedence: bulk\n", "Issue 1"), complaint.ToComplaint, true},
		"out of office":                {writes("d@p.example", "j4@s", "Out of office", "Auto-Submitted: auto-replied\n", "Back on Monday."), complaint.ToComplaint, true},
		"no-reply sender":              {writes("no-reply@p.example", "j5@s", "Form", "", "A visitor wrote: my line is dead."), complaint.ToComplaint, true},
		"DMARC failure":                {"Authentication-Results: mx.ask4.com; dmarc=fail header.from=p.example\n" + writes("e@p.example", "j6@s", "x", "", "slow"), complaint.ToComplaint, true},
		"DMARC of a stranger":          {"Authentication-Results: mx.evil.example; dmarc=fail\n" + writes("e2@p.example", "j7@s", "x", "", "The internet is slow."), complaint.ToComplaint, false},
		"spam":                         {writes("f@p.example", "j8@s", "x", "X-Spam-Flag: YES\n", "slow"), complaint.ToComplaint, true},
		"Reply-To elsewhere":           {writes("g@p.example", "j9@s", "x", "Reply-To: victim@bank.example\n", "slow"), complaint.ToComplaint, true},
		"forwarded by a colleague":     {writes("anna@ask4.com", "j10@s", "Fwd: x", "", "-----Original Message-----\nFrom: Sophie <sophie@mailbox.example>\nSent: Monday\nTo: Anna\nSubject: x\n\nCharged twice."), complaint.ToComplaint, true},
		"P11 phone system":             {writes("pbx@ask4.com", "j11@s", "Voicemail", "", "New voice message"), complaint.Refused, false},
		"P11 a person about voicemail": {writes("h@p.example", "j12@s", "I left a voicemail", "", "Nobody called me back about the socket."), complaint.ToComplaint, false},
		"a quoted local part":          {writes(`"x%0d%0aBcc: e@e.example"@p.example`, "j14@s", "x", "", "The internet is slow."), complaint.ToComplaint, true},
		"an unrelated bounce":          {"Return-Path: <>\n" + writes("MAILER-DAEMON@p.example", "j13@s", "Undelivered Mail Returned to Sender", "Auto-Submitted: auto-replied\nX-Failed-Recipients: nobody@p.example\n", "This message was created automatically by mail delivery software.\n\nA message that you sent could not be delivered:\n\n  nobody@p.example\n    550 5.1.1 no such user"), complaint.Automatic, false},
	}
	for name, tc := range tests {
		a := d.take(tc.raw)
		if a.Outcome != tc.outcome || a.Held != tc.held {
			t.Errorf("%s: %s held %v (%q, %q)", name, a.Outcome, a.Held, a.HoldReason, a.Reasons)
			continue
		}
		if a.Outcome != complaint.ToComplaint {
			continue
		}
		v := d.view(a)
		if answered := len(v.Deliveries) == 1; answered == tc.held {
			t.Errorf("%s: held %v, but %d mails", name, tc.held, len(v.Deliveries))
		}
		if len(v.Obligations) != 4 {
			t.Errorf("P12 %s: %d promises", name, len(v.Obligations))
		}
	}
}

func TestP12BounceOpensThePromiseAgain(t *testing.T) {
	t.Parallel()
	for name, ids := range map[string][2]string{"by Message-ID": {"", "id"}, "by ENVID": {"env", ""}, "by recipient only": {"", ""}} {
		d := newDesk(t, nil)
		_, v := d.first()
		envid, original := "", "Subject: x\n"
		if ids[0] != "" {
			envid = "Original-Envelope-Id: " + v.Deliveries[0].EnvID + "\n"
		}
		if ids[1] != "" {
			original = "Message-ID: <" + v.Deliveries[0].MessageID + ">\n"
		}
		a := d.take("Return-Path: <>\nFrom: MAILER-DAEMON@mx.example\nTo: complaints@ask4.com\nSubject: failure\nMessage-ID: <b@mx>\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\nfailed\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n" + envid +
			"\nFinal-Recipient: rfc822; emily@student.example\nAction: failed\nStatus: 5.1.1\n\n--b\nContent-Type: text/rfc822-headers\n\n" + original + "\n--b--\n")
		if a.Outcome != complaint.Automatic {
			t.Fatalf("%s: %s %q", name, a.Outcome, a.Reasons)
		}
		o := d.view(complaint.Arrival{ComplaintID: v.Complaint.ID}).Obligations[0]
		proven := ids[0]+ids[1] != ""
		if proven != (o.State == complaint.Open) || proven == (a.ProposedID != "") {
			t.Errorf("%s: promise %s, proposed %q", name, o.State, a.ProposedID)
		}
	}
}

// TestAPeerThatAnswersEverythingEndsByItself answers each acknowledgement with a new
// message that carries no sign of a machine.
func TestAPeerThatAnswersEverythingEndsByItself(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	for i := range 50 {
		a := d.take(writes("robot@p.example", fmt.Sprintf("r%d@p", i), "Thank you", "", fmt.Sprintf("Thank you for your message number %d.", i)))
		if len(d.view(a).Deliveries) == 0 {
			if i != d.app.cfg.Intake.AcksPerDay || !a.Held {
				t.Errorf("ended after %d, held %v: %q", i, a.Held, a.HoldReason)
			}
			return
		}
	}
	t.Error("fifty answers left")
}

func TestOverruleAndUndo(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	_, v := d.first()
	held := d.take(writes("c@p.example", "o1@s", "News", "List-Id: <n.p.example>\n", "Issue 1"))
	in, ctx := d.app.intake, t.Context()
	o := ingest.Overrule{ArrivalID: held.ID, Who: anna, Reason: "looked at it"}
	if err := in.SetAside(ctx, ingest.Overrule{ArrivalID: held.ID, Who: anna}); err == nil {
		t.Error("a decision without a reason was taken")
	}
	if err := in.SetAside(ctx, o); err != nil {
		t.Fatal(err)
	}
	after := d.view(held)
	if after.Complaint.Stage != complaint.StageSetAside || after.Obligations[0].State != complaint.Void || after.Arrivals[0].Outcome != complaint.SetAside {
		t.Fatalf("set aside: %+v", after.Complaint)
	}
	if _, err := in.Undo(ctx, after.Decisions[0].ID, anna, "wrong one"); err != nil {
		t.Fatal(err)
	}
	if back := d.view(held); back.Complaint.Stage != complaint.StageReceived || back.Obligations[0].State != complaint.Open || !back.Arrivals[0].Held {
		t.Errorf("undone: %+v", back.Complaint)
	}
	if _, err := in.Undo(ctx, after.Decisions[0].ID, anna, "again"); err == nil {
		t.Error("undone twice")
	}
	if err := in.ToCorrespondence(ctx, o, v.Complaint.Reference); err != nil {
		t.Fatal(err)
	}
	joined, err := d.app.store.GetArrival(ctx, held.ID)
	if err != nil || joined.ComplaintID != v.Complaint.ID || joined.Outcome != complaint.Correspondence {
		t.Fatalf("joined: %+v, %v", joined, err)
	}
	second := d.take(writes("c2@p.example", "o2@s", "News", "List-Id: <n.p.example>\n", "Issue 2"))
	if err := in.Release(ctx, ingest.Overrule{ArrivalID: second.ID, Who: anna, Reason: "a real one"}); err != nil {
		t.Fatal(err)
	}
	released := d.view(second)
	if len(released.Deliveries) != 1 || released.Arrivals[0].Held {
		t.Fatalf("released: %+v", released.Deliveries)
	}
	sender, err := d.app.sender()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sender.Drain(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := in.Undo(ctx, released.Decisions[0].ID, anna, "no"); err == nil {
		t.Error("a mail that left was taken back")
	}
	for subject, err := range d.app.store.VerifyAll(ctx) {
		if err != nil {
			t.Errorf("history of %s: %v", subject, err)
		}
	}
}

func TestLinkConfirmedAndRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	_, v := d.first()
	for i, confirm := range []bool{true, false} {
		a := d.take(writes(fmt.Sprintf("max%d@p.example", i), fmt.Sprintf("l%d@s", i), "About "+string(v.Complaint.Reference), "", "hello"))
		own := d.view(a)
		link := own.Links[0]
		o := ingest.Overrule{ArrivalID: a.ID, Who: anna, Reason: "asked"}
		var err error
		if confirm {
			err = d.app.intake.ConfirmLink(t.Context(), o, link.ID)
		} else {
			err = d.app.intake.RefuseLink(t.Context(), o, link.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
		now := d.view(complaint.Arrival{ComplaintID: own.Complaint.ID}).Complaint
		if confirm && now.Stage != complaint.StageMerged || !confirm && (now.Provisional || now.Stage == complaint.StageMerged) {
			t.Errorf("confirm %v: %+v", confirm, now)
		}
	}
}

// TestTheAnswerRepeatsNothingButTheSubject forges a sender whose name and text would
// be mailed to a victim.
func TestTheAnswerRepeatsNothingButTheSubject(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	a := d.take(writes(`"Click evilname" <victim@p.example>`, "e1@s", "=?utf-8?B?QQ0KQmNjOiBldmlsQGV2aWwuZXhhbXBsZQ0KDQpCVVk=?=", "", "Buy evilwords at evil.example now, my internet is slow."))
	m, err := d.app.store.Delivery(t.Context(), d.view(a).Deliveries[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if m.Recipient != "victim@p.example" {
		t.Errorf("sent to %q", m.Recipient)
	}
	for _, word := range []string{"evilname", "evilwords", "evil.example", "\nBcc:"} {
		if strings.Contains(string(m.Bytes), word) {
			t.Errorf("the answer holds %q", word)
		}
	}
}

// TestUndoneJoinLeavesNoDoorOpen joins a stranger's mail by mistake and takes it
// back: the stranger's next mail with the reference must not join.
func TestUndoneJoinLeavesNoDoorOpen(t *testing.T) {
	t.Parallel()
	d := newDesk(t, nil)
	_, v := d.first()
	subject := "About " + string(v.Complaint.Reference)
	a := d.take(writes("max@p.example", "u1@s", "x", "", "hello"))
	if err := d.app.intake.ToCorrespondence(t.Context(), ingest.Overrule{ArrivalID: a.ID, Who: anna, Reason: "same person"}, v.Complaint.Reference); err != nil {
		t.Fatal(err)
	}
	if joined := d.take(writes("max@p.example", "u2@s", subject, "", "more")); joined.Outcome != complaint.Correspondence {
		t.Fatalf("a confirmed correspondent does not join: %s", joined.Outcome)
	}
	second := d.take(writes("kim@p.example", "u3@s", "x", "", "hello"))
	if err := d.app.intake.ToCorrespondence(t.Context(), ingest.Overrule{ArrivalID: second.ID, Who: anna, Reason: "a mistake"}, v.Complaint.Reference); err != nil {
		t.Fatal(err)
	}
	decisions, err := d.app.store.DecisionsOf(t.Context(), second.ID)
	if err != nil || len(decisions) != 1 {
		t.Fatal(decisions, err)
	}
	if _, err := d.app.intake.Undo(t.Context(), decisions[0].ID, anna, "wrong person"); err != nil {
		t.Fatal(err)
	}
	for id, head := range map[string]string{"u4@s": "", "u5@s": "In-Reply-To: <u3@s>\n"} {
		if got := d.take(writes("kim@p.example", id, subject, head, "what did she write?")); got.ComplaintID == v.Complaint.ID {
			t.Errorf("%s joined as %s: %q", id, got.Outcome, got.Reasons)
		}
	}
}

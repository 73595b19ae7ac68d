package main

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
)

// follow is what a later message becomes in sight of Emily's complaint.
type follow int

const (
	joins    follow = iota // correspondence of it
	proposed               // a complaint of its own with a proposed link
	apart                  // a complaint of its own
)

func TestEveryBranchOfMatching(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{tokens: true, intake: "acknowledgements_per_address_and_day = 50"})
		origin, v := f.first()
		ack, ref := v.Deliveries[0].MessageID, string(v.Complaint.Reference)
		_, out := f.answered(origin)
		if len(out.read.ReplyTo) != 1 {
			t.Fatalf("the answer has Reply-To %v", out.read.ReplyTo)
		}
		token := out.read.ReplyTo[0].Address // as the customer's program has it
		to := func(address, raw string) string {
			return strings.Replace(raw, "complaints@ask4.com", address, 1)
		}
		const stranger = "max@elsewhere.example"
		reply := "In-Reply-To: <" + ack + ">\n"
		tests := map[string]struct {
			raw  string
			want follow
		}{
			"our Message-ID":                  {writes(emily, "m2@s", "Re: x", reply, "more 2"), joins},
			"our Message-ID in References":    {writes(emily, "m3@s", "Re: x", "References: <a@b> <"+ack+">\n", "more 3"), joins},
			"our Message-ID, address in caps": {writes("EMILY@STUDENT.EXAMPLE", "m4@s", "Re: x", reply, "more 4"), joins},
			"reply token":                     {to(token, writes(emily, "m5@s", "no key", "", "more 5")), joins},
			"reply token in lower case":       {to(strings.ToLower(token), writes(emily, "m6@s", "no key", "", "more 6")), joins},
			"reply token in Delivered-To":     {"Delivered-To: " + token + "\n" + writes(emily, "m7@s", "no key", "", "more 7"), joins},
			"the customer's own Message-ID":   {writes(emily, "m8@s", "again", "In-Reply-To: <m1@student.example>\n", "more 8"), joins},
			"reference in the subject":        {writes(emily, "m9@s", "Odp: sprawa "+strings.ToLower(ref)+"!!", "", "more 9"), joins},
			"our Message-ID overwritten":      {writes(emily, "m19@s", "Re: ["+ref+"] We have received it", "In-Reply-To: <1@relay.example>\nReferences: <1@relay.example>\n", "more 19"), joins},
			"another's address in Reply-To":   {writes(emily, "m20@s", "Re: x", "Reply-To: "+stranger+"\n"+reply, "more 20"), joins},
			"reference in the text":           {writes(emily, "m10@s", "hello", "", "it is about "+ref), proposed},
			"a stranger with our Message-ID":  {writes(stranger, "m11@s", "Re: x", reply, "more 11"), proposed},
			"a stranger with the reply token": {to(token, writes(stranger, "m12@s", "x", "", "more 12")), proposed},
			"a stranger with the reference":   {writes(stranger, "m13@s", "About "+ref, "", "What did you write?"), proposed},
			"DMARC failure":                   {"Authentication-Results: mx.ask4.com; dmarc=fail header.from=student.example\n" + writes(emily, "m14@s", ref, reply, "more 14"), proposed},
			"same Message-ID, other words":    {writes("kim@elsewhere.example", "m1@student.example", "other", "", "something else"), proposed},
			"a forged Message-ID":             {writes(emily, "m15@s", "Re: x", "In-Reply-To: <x"+ack+">\n", "more 15"), apart},
			"a forged reply token":            {to(strings.Replace(token, "+", "+a", 1), writes(emily, "m16@s", "x", "", "more 16")), apart},
			"a reference one character off":   {writes(emily, "m17@s", "About "+wrong(ref), "", "more 17"), proposed},
			"off, in the text":                {writes(emily, "m21@s", "hello", "", "It is about "+wrong(ref)+". Thank you."), proposed},
			"without its last character":      {writes(emily, "m22@s", "Re: "+ref[:len(ref)-2], "", "more 22"), proposed},
			"cut, in the text":                {writes(emily, "m23@s", "hello", "", "My number is "+strings.ToLower(strings.ReplaceAll(ref[:len(ref)-2], "-", " "))+", I wait."), proposed},
			"without its prefix":              {writes(emily, "m24@s", "Sprawa "+ref[len("ASK4-"):], "", "more 24"), proposed},
			"a stranger with a cut one":       {writes(stranger, "m25@s", "About "+ref[:len(ref)-2], "", "more 25"), proposed},
			"slashes for hyphens":             {writes(emily, "m26@s", "About "+strings.ReplaceAll(ref, "-", "/"), "", "more 26"), joins},
			"cut, in what is quoted":          {writes(emily, "m27@s", "hello", "", "A new matter: no heating.\n\nOn Mon, 23 Nov 2026 at 09:00, ASK4 wrote:\n> "+ref[:len(ref)-2]), apart},
			"no key":                          {writes(emily, "m18@s", "A second matter", "", "The bill is wrong."), apart},
		}
		uids := map[string]uint32{}
		for name, tc := range tests {
			uids[name] = f.send(tc.raw)
		}
		for name, tc := range tests {
			a := f.arrival(uids[name])
			got := apart
			switch {
			case a.Outcome == complaint.Correspondence && a.ComplaintID == origin.ComplaintID:
				got = joins
			case a.ProposedID == origin.ComplaintID:
				got = proposed
			}
			if got != tc.want {
				t.Errorf("%s: got %d, want %d (%s %q)", name, got, tc.want, a.Outcome, a.Reasons)
			}
			if got == joins {
				continue
			}
			own := f.view(a)
			links := 0
			for _, l := range own.Links {
				if l.ArrivalID == a.ID && l.ComplaintID == origin.ComplaintID && l.State == "proposed" {
					links++
				}
			}
			if a.Outcome != complaint.ToComplaint || own.Complaint.ID == origin.ComplaintID ||
				own.Complaint.Provisional != (got == proposed) || (links == 1) != (got == proposed) || len(own.Obligations) != 4 {
				t.Errorf("%s: %s, provisional %v, %d links, %d promises", name, a.Outcome, own.Complaint.Provisional, links, len(own.Obligations))
			}
		}
	})
}

// wrong changes one character of a reference.
func wrong(ref string) string {
	b := []byte(ref)
	i := len("ASK4-26-")
	b[i] = map[bool]byte{true: '3', false: '2'}[b[i] == '2']
	return string(b)
}

func TestReplyAfterClosing(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		origin, v := f.first()
		for days, late := range map[int]bool{29: false, 31: true} {
			c := v.Complaint
			c.Stage, c.ClosedAt = complaint.StageClosed, time.Now().Add(time.Duration(-days)*24*time.Hour)
			if err := f.app.store.InTx(t.Context(), func(tx *store.Tx) error { tx.SetComplaint(c); return nil }); err != nil {
				t.Fatal(err)
			}
			a := f.take(writes(emily, fmt.Sprintf("c%d@s", days), "Re: x", "In-Reply-To: <"+v.Deliveries[0].MessageID+">\n", fmt.Sprintf("It is back after %d days.", days)))
			if !late {
				if a.Outcome != complaint.Correspondence || a.ComplaintID != origin.ComplaintID {
					t.Errorf("after %d days: %s", days, a.Outcome)
				}
				continue
			}
			next, _ := f.answered(a)
			if next.Complaint.PreviousID != origin.ComplaintID || next.Complaint.Provisional {
				t.Errorf("after %d days: previous %q", days, next.Complaint.PreviousID)
			}
		}
	})
}

func TestP01DuplicatesThroughTwoMailboxes(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{second: true})
		noID := "From: a@b.example\nTo: complaints@ask4.com\nSubject: x\nDate: Mon, 23 Nov 2026 09:00:00 +0000\n\nNo id here.\n"
		for _, raw := range []string{writes(emily, "d1@s", "x", "", "slow"), noID} {
			first := f.take(raw)
			v, _ := f.answered(first)
			uid, err := f.post(f.user+"-2", "Received: from elsewhere by mx2.ask4.com; Mon, 23 Nov 2026 09:00:05 +0000\n"+raw, time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			for _, again := range []complaint.Arrival{f.arrivalOf(f.user+"-2", uid), f.take(raw)} {
				if again.Outcome != complaint.Duplicate || again.ComplaintID != v.Complaint.ID {
					t.Errorf("%s: %s %q", again.Account, again.Outcome, again.Reasons)
				}
			}
		}
		other := f.take(strings.Replace(noID, "No id here", "Nor here", 1))
		if other.Outcome != complaint.ToComplaint {
			t.Errorf("other words without Message-ID: %s", other.Outcome)
		}
		f.answered(other)
		f.stop()
		if n := f.sink.Len(); n != 3 {
			t.Errorf("%d mails for three complaints", n)
		}
		f.must(exitDone, "ledger")
	})
}

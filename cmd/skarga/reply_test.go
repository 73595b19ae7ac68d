package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest/message"
	"ask4.com/skarga/store"
)

// The words of staff in these tests.
var (
	sayUpdate = []string{"--template", "update", "--set", "understanding=The internet in your room is slow.", "--set", "sought=none",
		"--set", "done=We tested the line.", "--set", "still_open=none", "--set", "needed=none"}
	sayResponse = []string{"--template", "formal_response", "--set", "points=The internet was slow. We found the cause.", "--set", "decision=upheld",
		"--set", "reasons=A cable was damaged.", "--set", "root_cause=A damaged cable.", "--set", "done=@actions", "--set", "remedy=We give you £10 back.", "--set", "still_to_do=none"}
)

// reread reads a complaint again.
func (f *firm) reread(id string) complaint.View {
	f.Helper()
	return f.view(complaint.Arrival{ComplaintID: id})
}

// left waits until the last delivery of a complaint was accepted by the mail server, and
// gives it as its recipient reads it.
func (f *firm) left(id string, deliveries int) (complaint.View, mailOut) {
	f.Helper()
	var v complaint.View
	f.wait("delivery to leave", func() bool {
		v = f.reread(id)
		return len(v.Deliveries) == deliveries && v.Deliveries[deliveries-1].Status == complaint.Sent
	})
	v = f.reread(id)
	for _, m := range f.sink.Messages() {
		out := mailOut{m, message.Read(bytes.NewReader(m.Raw), int64(len(m.Raw)), message.Options{})}
		if out.read.MessageID == v.Deliveries[deliveries-1].MessageID {
			return v, out
		}
	}
	f.Fatal("it was recorded as sent, but never left")
	return v, mailOut{}
}

// owes gives the promise of a kind and round.
func owes(t testing.TB, v complaint.View, kind complaint.ObligationKind, round int) complaint.Obligation {
	t.Helper()
	for _, o := range v.Obligations {
		if o.Kind == kind && o.Round == round {
			return o
		}
	}
	t.Fatalf("%s has no promise to %s, round %d", v.Complaint.Reference, kind, round)
	return complaint.Obligation{}
}

// TestP13UpdateIsShownThenSent: shown with what is missing and kept as a draft, then
// queued; only its delivery keeps the promise.
func TestP13UpdateIsShownThenSentAndKeepsItsPromise(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		_, v := f.first()
		ref := string(v.Complaint.Reference)
		out := f.must(exitDone, "reply", ref, "--template", "update", "--set", "done=We tested the line.")
		for _, want := range []string{"We tested the line.", "[understanding:", "Missing before it may leave", "sought", "keeps the promise to update"} {
			if !strings.Contains(out, want) {
				t.Errorf("the preview does not show %q:\n%s", want, out)
			}
		}
		f.must(exitFailed, "reply", ref, "--send") // it does not say all that it must
		if n := len(f.reread(v.Complaint.ID).Deliveries); n != 1 {
			t.Fatalf("%d deliveries", n)
		}
		f.must(exitDone, "reply", ref, "--set", "understanding=The internet in your room is slow.", "--set", "sought=none", "--set", "still_open=none", "--set", "needed=none", "--send")
		v, mail := f.left(v.Complaint.ID, 2)
		if !strings.Contains(out, "Subject: "+mail.read.Subject+"\n") {
			t.Errorf("it left as %q and was shown otherwise:\n%s", mail.read.Subject, out)
		}
		if o := owes(t, v, complaint.Update, 1); o.State != complaint.Met || !o.MetAt.Equal(v.Deliveries[1].SentAt) {
			t.Errorf("the update is %s", o.State)
		}
		if o := owes(t, v, complaint.Respond, 1); o.DueAt.IsZero() || !strings.Contains(mail.read.Text, o.DueAt.In(f.app.rules.Location).Format("2 January 2006")) {
			t.Errorf("the response is due %s, the customer was told:\n%s", o.DueAt, mail.read.Text)
		}
		if o := owes(t, v, complaint.Update, 2); o.State != complaint.Open || o.DueAt.IsZero() {
			t.Errorf("the next update is %s, due %s", o.State, o.DueAt)
		}
		if v.Complaint.Stage != complaint.StageInvestigation || v.Draft != nil {
			t.Errorf("stage %s, draft %v", v.Complaint.Stage, v.Draft)
		}
		if h := mail.read.Header; len(h["Auto-Submitted"]) != 0 {
			t.Errorf("a person's answer says that it is automatic: %v", h["Auto-Submitted"])
		}
		f.must(exitDone, "audit", "verify")
	})
}

// TestP02P05P10ResponseNeedsCauseActionsAndRuling: each is refused by the policy until
// it is on record.
func TestP02P05P10P14ResponseNeedsCauseActionsAndRuling(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{toml: staff})
		a := f.take(writes(emily, "m1@student.example", "Slow", "", "My internet is slow in Room 214. You also lost my personal data."))
		v, _ := f.answered(a)
		ref := string(v.Complaint.Reference)
		send := append([]string{"reply", ref, "--send"}, sayResponse...)
		refused := func(rule string) {
			t.Helper()
			if out := f.must(exitRefused, send...); !strings.Contains(out, "policy "+rule) {
				t.Errorf("refused by another rule than %s: %s", rule, out)
			}
		}
		refused("P2, P5, P10") // all that is missing at once
		f.must(exitDone, "set", ref, "root_cause=damaged cable")
		if out := f.must(exitRefused, "reply", ref, "--send"); !strings.Contains(out, "policy P5, P10") || !strings.Contains(out, "kept as a draft") {
			t.Errorf("what was refused is not the draft: %s", out)
		}
		f.must(exitDone, "act", ref, "We replaced the cable in your room.")
		refused("P10")
		f.rules(v.Complaint.ID)
		f.must(exitDone, send...)
		v, mail := f.left(v.Complaint.ID, 2)
		if !strings.Contains(mail.read.Text, "We replaced the cable in your room.") {
			t.Errorf("the actions are not quoted:\n%s", mail.read.Text)
		}
		r := v.Record
		if v.Complaint.Stage != complaint.StageResponded || r.Result != complaint.ResultUpheld || r.RespondedBy != "Anna Kowalska" || owes(t, v, complaint.Respond, 1).State != complaint.Met {
			t.Errorf("stage %s, result %s by %s", v.Complaint.Stage, r.Result, r.RespondedBy)
		}
		f.must(exitFailed, send...) // there is nothing to answer any more
	})
}

// rules confirms that a complaint is about personal data.
func (f *firm) rules(id string) {
	f.Helper()
	err := f.app.store.InTx(f.Context(), func(tx *store.Tx) error {
		v, err := tx.LockCase(f.Context(), id)
		v.Record.Version++
		v.Record.PersonalData = complaint.Ruling{State: complaint.RulingConfirmed, By: "Anna Kowalska", Reason: "it says so", At: v.Complaint.ReceivedAt}
		tx.SetRecord(v.Record)
		return err
	})
	if err != nil {
		f.Fatal(err)
	}
}

func TestTwoPeopleWhoAnswerAtOnceTheSecondIsTold(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		_, v := f.first()
		ref := string(v.Complaint.Reference)
		tomasz := func(code int, args ...string) string { t.Helper(); return f.must(code, as("Tomasz Nowak", args...)...) }
		f.must(exitDone, append([]string{"reply", ref}, sayUpdate...)...)
		if out := tomasz(exitFailed, append([]string{"reply", ref, "--send"}, sayUpdate...)...); !strings.Contains(out, "Anna Kowalska has been writing the update") || !strings.Contains(out, "--take-over") {
			t.Errorf("the second is told %q", out)
		}
		// What another person changed meanwhile is told to who wrote first.
		tomasz(exitDone, "set", ref, "category=speed")
		if out := f.must(exitFailed, "reply", ref, "--send"); !strings.Contains(out, "Tomasz Nowak worked on it") {
			t.Errorf("the first is told %q", out)
		}
		tomasz(exitDone, append([]string{"reply", ref, "--take-over"}, sayUpdate...)...)
		f.must(exitFailed, "reply", ref, "--send")
		tomasz(exitDone, "reply", ref, "--send")
		v, _ = f.left(v.Complaint.ID, 2)
		if last := v.Events[len(v.Events)-1]; last.Kind != "sent" {
			t.Errorf("the history ends with %s", last.Kind)
		}
	})
}

func TestFormalAnswerOfNewStaffWaitsForASecondPerson(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{toml: "[[staff]]\nname = \"Nina Nowa\"\nrole = \"support\"\nnew = true\n"})
	_, v := f.first()
	ref := string(v.Complaint.Reference)
	nina := func(code int, args ...string) string { t.Helper(); return f.must(code, as("Nina Nowa", args...)...) }
	nina(exitDone, "set", ref, "root_cause=damaged cable")
	nina(exitDone, "act", ref, "We replaced the cable.")
	if out := nina(exitDone, append([]string{"reply", ref, "--send"}, sayResponse...)...); !strings.Contains(out, "second person") {
		t.Errorf("sent at once: %s", out)
	}
	if n := len(f.reread(v.Complaint.ID).Deliveries); n != 1 {
		t.Fatalf("%d deliveries", n)
	}
	if out := f.must(exitDone, "show", ref); !strings.Contains(out, "formal response by Nina Nowa waits for approval") {
		t.Errorf("not shown: %s", out)
	}
	nina(exitRefused, "approve", ref)
	f.must(exitRefused, as("Tomasz Nowak", "approve", ref)...) // support does not approve
	if out := f.must(exitRefused, as("Tomasz Nowak", "reply", ref, "--template", "update", "--take-over")...); !strings.Contains(out, "waits for a second person") {
		t.Errorf("another answer in the place of one that is finished: %s", out)
	}
	// Nor does its author lose it without a word: it is looked at, and given up by name.
	if out := nina(exitRefused, "reply", ref, "--template", "update", "--set", "done=We looked."); !strings.Contains(out, "waits for a second person") || !strings.Contains(out, "--discard") {
		t.Errorf("the author's own finished answer: %s", out)
	}
	if out := nina(exitDone, "reply", ref); !strings.Contains(out, "waits for a second person; whatever you change") {
		t.Errorf("looked at: %s", out)
	}
	if out := f.must(exitDone, "show", ref); !strings.Contains(out, "formal response by Nina Nowa waits for approval") {
		t.Errorf("looking at it took it back: %s", out)
	}
	if out := nina(exitDone, "reply", ref, "--set", "reasons=A cable was cut."); !strings.Contains(out, "It is a draft again") {
		t.Errorf("changed: %s", out)
	}
	f.must(exitFailed, "approve", ref)
	nina(exitDone, "reply", ref, "--send")
	f.must(exitDone, "approve", ref, "--back", "Say what we pay.")
	f.must(exitFailed, "approve", ref) // nothing waits
	nina(exitDone, "reply", ref, "--set", "remedy=We pay £10.", "--send")
	f.must(exitDone, "approve", ref)
	v, mail := f.left(v.Complaint.ID, 2)
	if v.Record.RespondedBy != "Nina Nowa" || !strings.Contains(mail.read.Text, "We pay £10.") {
		t.Errorf("by %s:\n%s", v.Record.RespondedBy, mail.read.Text)
	}
}

func TestReplyInAnEditor(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	_, v := f.first()
	ref := string(v.Complaint.Reference)
	editor := filepath.Join(t.TempDir(), "editor")
	script := "#!/bin/sh\nsed -i -e 's/^\\[done\\]$/[done]\\nWe tested the line.\\nTwice./' -e 's/^\\[\\(sought\\|still_open\\|needed\\)\\]$/[\\1]\\nnone/' -e 's/^\\[understanding\\]$/[understanding]\\nIt is slow./' \"$1\"\n"
	if err := os.WriteFile(editor, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	edit := func(program string, args ...string) (int, string) {
		var o, e bytes.Buffer
		code := run(t.Context(), append([]string{"--config", f.file, "reply", ref, "--edit"}, args...), strings.NewReader(""), &o, &e, []string{"EDITOR=" + program})
		return code, o.String() + e.String()
	}
	if code, out := edit("false", "--template", "update"); code != exitFailed || !strings.Contains(out, "the draft is as it was") {
		t.Errorf("a broken editor: exit %d, %s", code, out)
	}
	f.must(exitDone, "reply", ref, "--template", "update", "--set", "done=Old words.", "--set", "understanding=It is slow.")
	if code, out := edit("sed -i /^Old/d"); code != exitDone || strings.Contains(out, "Old words.") || !strings.Contains(out, "It is slow.") {
		t.Errorf("a field was emptied: exit %d, %s", code, out)
	}
	if code, out := edit("sed -i /understanding/,/slow/d"); code != exitDone || !strings.Contains(out, "It is slow.") {
		t.Errorf("a field was taken out of the text: exit %d, %s", code, out)
	}
	if code, out := edit(editor, "--send"); code != exitDone {
		t.Fatalf("exit %d: %s", code, out)
	}
	if _, mail := f.left(v.Complaint.ID, 2); !strings.Contains(mail.read.Text, "We tested the line. Twice.") {
		t.Errorf("the mail says:\n%s", mail.read.Text)
	}
}

func TestBadInputOfAReply(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	_, v := f.first()
	ref := string(v.Complaint.Reference)
	if out := f.must(exitUsage, "reply", ref); !strings.Contains(out, "say which with --template; on "+ref+" you can write now update, request_information, extension, formal_response, six_week_letter, conduct_warning, not_a_complaint\n") {
		t.Errorf("no template: %s", out)
	}
	for name, tc := range map[string]struct {
		code int
		args []string
		says string
	}{
		"unknown template":   {exitUsage, []string{"reply", ref, "--template", "updaet"}, `no message is called "updaet"; on ` + ref + " you can write now update, "},
		"another one":        {exitUsage, []string{"reply", ref, "--template", "formal-reponse"}, "now formal_response, "},
		"not by people":      {exitUsage, []string{"reply", ref, "--template", "survey"}, "leaves by itself; on "},
		"unknown, of many":   {exitUsage, []string{"reply", "--matter", "x", "--template", "updaet", "--send"}, "no complaint is linked"},
		"unknown field":      {exitUsage, []string{"reply", ref, "--template", "update", "--set", "dun=x"}, "done"},
		"other language":     {exitUsage, []string{"reply", ref, "--template", "update", "--set", "done.pl=x"}, "language"},
		"not on record":      {exitUsage, []string{"reply", ref, "--template", "update", "--set", "sought=@record"}, "remedy=…"},
		"of no record":       {exitUsage, []string{"reply", ref, "--template", "update", "--set", "understanding=@record"}, "write it"},
		"nothing owed":       {exitFailed, []string{"reply", ref, "--template", "review_decision"}, "no open promise to review"},
		"no request":         {exitFailed, []string{"reply", ref, "--template", "escalation_received"}, "stage"},
		"no deadlock":        {exitFailed, []string{"reply", ref, "--template", "deadlock_letter"}, "deadlock"},
		"past due date":      {exitFailed, []string{"reply", ref, "--template", "extension", "--set", "new_date=2020-01-01", "--set", "reason=x", "--set", "done=y", "--send"}, "past"},
		"not a date":         {exitUsage, []string{"reply", ref, "--template", "extension", "--set", "new_date=soon"}, "2026-12-31"},
		"illegal stage":      {exitFailed, []string{"stage", ref, "review", "--reason", "x"}, "possible is investigation"},
		"unknown stage":      {exitUsage, []string{"stage", ref, "done", "--reason", "x"}, "investigation"},
		"no reason":          {exitUsage, []string{"stage", ref, "investigation", "--reason", " "}, "reason"},
		"nothing waits":      {exitFailed, []string{"answered", ref, "--reason", "x"}, "no message"},
		"in the future":      {exitUsage, []string{"act", ref, "x", "--at", "2099-01-01"}, "has not come"},
		"not referred":       {exitFailed, []string{"ombudsman", ref, "decided", "--result", "x"}, "referred"},
		"merged into itself": {exitUsage, []string{"merge", ref, ref, "--reason", "x"}, "itself"},
		"matter of nobody":   {exitUsage, []string{"reply", "--matter", "none", "--send", "--template", "update"}, "no complaint is linked"},
	} {
		if tc.args[0] == "ombudsman" {
			tc.args = []string{"ombudsman", tc.args[2], tc.args[1], tc.args[3], tc.args[4]}
		}
		if out := f.must(tc.code, tc.args...); !strings.Contains(out, tc.says) {
			t.Errorf("%s: says %q, not %q", name, out, tc.says)
		}
	}
	if now := f.reread(v.Complaint.ID); now.Record.Version != 0 || len(now.Events) != len(v.Events) || len(now.Deliveries) != 1 {
		t.Errorf("half done: version %d, %d events", now.Record.Version, len(now.Events))
	}
}

// TestShownAnswerSaysWhatStopsIt: a draft that would be refused says so before --send;
// "next" stands for what is still open; hints name commands that there are.
func TestShownAnswerSaysWhatStopsIt(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	_, v := f.first()
	ref := string(v.Complaint.Reference)
	for _, tc := range []struct {
		code int
		args []string
		says []string
	}{
		{exitFailed, []string{"set", ref, "remedy=a refund", "--seen", "9"}, []string{"nobody has worked on " + ref}},
		{exitFailed, []string{"ombudsman", "decided", ref, "--result", "pay"}, []string{"skarga ombudsman referred " + ref}},
		{exitFailed, []string{"reply", ref, "--template", "deadlock_letter"}, []string{"skarga ombudsman deadlock " + ref}},
		{exitDone, []string{"set", ref, "needs=large_print"}, nil},
		{exitUsage, []string{"set", ref, "needs=louder"}, []string{"braille"}},
		{exitDone, []string{"reply", ref, "--template", "update", "--set", "done=We measured.", "--set", "next=We will change the cable."}, []string{"What is still open\n\nWe will change the cable.", "understanding"}},
		{exitDone, []string{"reply", ref, "--discard"}, nil},
		{exitDone, []string{"reply", ref, "--template", "extension", "--set", "new_date=2020-01-01", "--set", "reason=We wait.", "--set", "done=We looked."}, []string{"It may not leave: ", "is past", "It moves the promise"}},
	} {
		out := f.must(tc.code, tc.args...)
		for _, says := range tc.says {
			if !strings.Contains(out, says) {
				t.Errorf("skarga %q does not say %q:\n%s", tc.args, says, out)
			}
		}
	}
	if v := f.reread(v.Complaint.ID); v.Complaint.Needs != complaint.LargePrint {
		t.Errorf("the letters need %q", v.Complaint.Needs)
	}
}

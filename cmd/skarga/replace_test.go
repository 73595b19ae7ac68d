package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
	"ask4.com/skarga/store"
)

// tooLarge is what the poller keeps of a message over the limit.
const tooLarge = ingest.TooLarge + ": the message has 60000000 bytes; the limit is 52428800"

// headerOf cuts a message off after its header.
func headerOf(raw string) string { head, _, _ := strings.Cut(raw, "\n\n"); return head + "\n\n" }

// idle is a firm that sends only when it is told to, so that all can be taken back.
func idle(t *testing.T) *firm { return newFirm(t, false, setup{waiting: true}) }

// sends lets it send what is queued.
func (f *firm) sends() {
	f.Helper()
	sender, err := f.app.sender()
	if err != nil {
		f.Fatal(err)
	}
	if _, err := sender.Drain(f.Context()); err != nil {
		f.Fatal(err)
	}
}

// replaced imports a message in place of an arrival, and gives the arrival that it is.
func (f *firm) replaced(of complaint.Arrival, raw string) complaint.Arrival {
	f.Helper()
	file := filepath.Join(f.TempDir(), "corrected.eml")
	if err := os.WriteFile(file, []byte(raw), 0o600); err != nil {
		f.Fatal(err)
	}
	f.must(exitDone, "parked", "import", of.ID, file, "--reason", "sent by other means")
	return f.standsFor(of)
}

func (f *firm) standsFor(of complaint.Arrival) complaint.Arrival {
	f.Helper()
	rows, err := f.app.store.ListArrivals(f.Context(), store.ArrivalFilter{Mailbox: complaint.InPlaceOf(of.ID)})
	if err != nil || len(rows) != 1 {
		f.Fatalf("%d arrivals stand in its place, %v", len(rows), err)
	}
	return rows[0]
}

// TestMessageThatComesLaterCompletesItsComplaint: whatever a message over the limit turns
// out to be, there is one complaint of it at most, under the reference that was told.
func TestMessageThatComesLaterCompletesItsComplaint(t *testing.T) {
	t.Parallel()
	big := func(head, text string) string { return writes(emily, "big@s", "Photos", head, text) }
	cases := map[string]struct {
		raw   string
		check func(f *firm, was store.View, now complaint.Arrival)
	}{
		"a complaint": {big("", "Room 214 is slow, ticket TKT-44821."), func(f *firm, was store.View, now complaint.Arrival) {
			v := f.view(now)
			if v.Complaint.ID != was.Complaint.ID || now.Outcome != complaint.ToComplaint || len(v.Details) == 0 || v.Complaint.AcknowledgedAt.IsZero() {
				f.Errorf("%s of %s, %d details: %+v", now.Outcome, v.Complaint.Reference, len(v.Details), v.Complaint)
			}
			if v.Obligations[0].CeilingAt != was.Obligations[0].CeilingAt {
				f.Error("P12: its clock was set back")
			}
		}},
		"a newsletter": {big("List-Id: <n.p.example>\n", "Issue 1"), func(f *firm, was store.View, now complaint.Arrival) {
			if v := f.view(now); !now.Held || v.Complaint.ID != was.Complaint.ID || !v.Complaint.AcknowledgedAt.IsZero() {
				f.Errorf("held %v: %+v", now.Held, v.Complaint)
			}
		}},
		"a voicemail": {strings.ReplaceAll(big("", "Voicemail from 0114 496 0000, 2 minutes"), "emily@student.example", "pbx@ask4.com"), func(f *firm, was store.View, now complaint.Arrival) {
			if v := f.view(complaint.Arrival{ComplaintID: was.Complaint.ID}); now.Outcome != complaint.Refused || v.Complaint.Stage != complaint.StageSetAside || v.Obligations[0].State != complaint.Void {
				f.Errorf("P11: %s, its complaint is %s", now.Outcome, v.Complaint.Stage)
			}
		}},
		"the same as came by another mailbox": {"", func(f *firm, was store.View, now complaint.Arrival) {
			if v := f.view(complaint.Arrival{ComplaintID: was.Complaint.ID}); now.Outcome != complaint.Duplicate || v.Complaint.Stage != complaint.StageMerged || v.Record.MergedInto != now.ComplaintID {
				f.Errorf("%s of %s, the other is %s, merged into %q", now.Outcome, now.ComplaintID, v.Complaint.Stage, v.Record.MergedInto)
			}
		}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := idle(t)
			if c.raw == "" {
				c.raw = big("", "The same words.")
				f.feed(c.raw)
			}
			a := f.feed(headerOf(c.raw), tooLarge)
			was := f.view(a)
			f.sends()
			now := f.replaced(a, c.raw)
			f.sends()
			c.check(f, was, f.now(now))
			if old := f.now(a); old.Outcome != complaint.Duplicate || old.Parked || old.ComplaintID != was.Complaint.ID {
				t.Errorf("what it stands for: %+v", old)
			}
			f.must(exitFailed, "parked", "retry", a.ID)
			f.must(exitDone, "audit")
		})
	}
}

// TestCompletedAfterACrash leaves what a process leaves that ended between the bytes and
// the decision.
func TestCompletedAfterACrash(t *testing.T) {
	t.Parallel()
	f := idle(t)
	raw := writes(emily, "big@s", "Photos", "", "Room 214 is slow.")
	a := f.feed(headerOf(raw), tooLarge)
	_, err := f.app.store.CreateArrivals(t.Context(), []store.NewArrival{{Arrival: complaint.Arrival{
		ID: complaint.NewID(), Channel: a.Channel, Mailbox: complaint.InPlaceOf(a.ID), ArrivedAt: a.ArrivedAt}, Body: strings.NewReader(raw)}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.app.intake.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if now := f.standsFor(a); now.Outcome != complaint.ToComplaint || now.ComplaintID != a.ComplaintID || f.now(a).Outcome != complaint.Duplicate {
		t.Errorf("%s of %q, in place of %s of %q", now.Outcome, now.ComplaintID, f.now(a).Outcome, a.ComplaintID)
	}
}

func TestReplacementIsTakenBack(t *testing.T) {
	t.Parallel()
	f := idle(t)
	raw := writes(emily, "big@s", "Photos", "", "Room 214 is slow.")
	a := f.feed(headerOf(raw), tooLarge)
	before := f.view(a)
	now := f.replaced(a, raw)
	f.must(exitDone, "overrule", "undo", f.lastDecision(a), "--reason", "the wrong file")
	v := f.view(a)
	if got := f.now(a); !got.Parked || got.Outcome != complaint.ToComplaint || f.now(now).Outcome != complaint.SetAside || len(v.Details) != 0 || v.Complaint.Summary != before.Complaint.Summary {
		t.Errorf("%+v, %d details, %q", got, len(v.Details), v.Complaint.Summary)
	}
	f.sends()
	if n := f.sink.Len(); n != 1 || f.view(a).Complaint.Stage != complaint.StageReceived {
		t.Errorf("%d mails left, want the request alone; %s", n, f.view(a).Complaint.Stage)
	}
	f.must(exitDone, "audit")
}

// TestMessageOverTheLimitIsKnownAgain: a rescan brings the same header, another mailbox
// one with another trace; the customer of the first gets no second complaint.
func TestMessageOverTheLimitIsKnownAgain(t *testing.T) {
	t.Parallel()
	f := idle(t)
	raw := headerOf(writes(emily, "big@s", "Photos", "Received: by mx1; now\n", ""))
	first := f.feed(raw, tooLarge)
	if a := f.feed(raw, tooLarge); a.Outcome != complaint.Duplicate || a.Parked || a.ComplaintID != first.ComplaintID {
		t.Errorf("the same again: %s of %q, parked %v", a.Outcome, a.ComplaintID, a.Parked)
	}
	if a := f.feed(strings.Replace(raw, "mx1", "mx2", 1), tooLarge); a.Outcome != complaint.ToComplaint || a.ProposedID != first.ComplaintID {
		t.Errorf("the same by another way: %s, proposed %q; its content is not known", a.Outcome, a.ProposedID)
	}
	f.sends()
	reply := f.feed(headerOf(writes(emily, "more@s", "Re: Photos", "In-Reply-To: <"+f.view(first).Deliveries[0].MessageID+">\n", "")), tooLarge)
	if reply.ProposedID != first.ComplaintID || !reply.Parked {
		t.Errorf("a reply over the limit: proposed %q, parked %v", reply.ProposedID, reply.Parked)
	}
}

// TestHeaderAloneIsNoMessage: where only the header could be fetched, nobody knows what
// the customer wrote.
func TestHeaderAloneIsNoMessage(t *testing.T) {
	t.Parallel()
	f := idle(t)
	a := f.feed(headerOf(writes(emily, "bad@s", "Photos", "", "")), ingest.NotFetched+": the body could not be fetched: the server closed the connection")
	if v := f.view(a); a.Outcome != complaint.ToComplaint || !a.Parked || len(v.Deliveries) != 0 {
		t.Errorf("%s, parked %v, %d mails", a.Outcome, a.Parked, len(v.Deliveries))
	}
}

// TestLargeMailLoopEnds: the cap holds for requests to send another way as well.
func TestLargeMailLoopEnds(t *testing.T) {
	t.Parallel()
	f := idle(t)
	for i := range 8 {
		f.feed(headerOf(writes("robot@p.example", fmt.Sprintf("r%d@p", i), "Thank you", "", "")), tooLarge)
	}
	f.sends()
	if n := f.sink.Len(); n != f.app.cfg.Intake.AcksPerDay {
		t.Errorf("%d mails left to one address", n)
	}
}

// TestRetryLooksInTheDoneFolder: an exclusive mailbox has moved the message away.
func TestRetryLooksInTheDoneFolder(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{alone: true})
	a := f.take(writes(emily, "big@s", "Photos", "", "Room 214.\n"+strings.Repeat(strings.Repeat("x", 70)+"\n", 20000)))
	told, _ := f.answered(a)
	f.wait("the move to the done folder", func() bool {
		return lines[account](t, f.must(exitDone, "--json", "ledger"))[0].InDone == 1
	})
	if out := f.must(exitFailed, "parked", "retry", a.ID); !strings.Contains(out, "intake.max_message_mb") {
		t.Errorf("no cure in %q", out)
	}
	var out, errw bytes.Buffer
	if code := run(t.Context(), []string{"--config", f.file, "parked", "retry", a.ID}, strings.NewReader(""), &out, &errw, []string{"SKARGA_INTAKE_MAX_MESSAGE_MB=9"}); code != exitDone {
		t.Fatalf("exit %d: %s", code, errw.String())
	}
	f.wait("the acknowledgement", func() bool { return f.view(a).Complaint.Stage == complaint.StageAcknowledged })
	if v := f.view(a); v.Complaint.Reference != told.Complaint.Reference || !strings.Contains(v.Complaint.Summary, "Room 214") || v.Complaint.ReceivedAt.Sub(a.ArrivedAt) > time.Second {
		t.Errorf("%s after %s: %q", v.Complaint.Reference, told.Complaint.Reference, v.Complaint.Summary)
	}
}

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest/imap"
	"ask4.com/skarga/store"
)

// TestP01BytesThatCannotBeReadNowAreTriedAgain takes the folder of large messages
// away for a while (law 4 of intake: an unknown error is temporary).
func TestP01BytesThatCannotBeReadNowAreTriedAgain(t *testing.T) {
	t.Parallel()
	_, a, dir := world(t, nil)
	raw := strings.ReplaceAll(writes(emily, "large@s", "Slow", "", "My internet is slow.\n"+strings.Repeat("more of it\n", 40000)), "\n", "\r\n")
	now := time.Now().Truncate(time.Millisecond)
	id := complaint.NewID()
	_, err := a.store.CreateArrivals(t.Context(), []store.NewArrival{{Arrival: complaint.Arrival{
		ID: id, Channel: complaint.ChannelEmail, Mailbox: "test", ArrivedAt: now, RecordedAt: now,
	}, Body: strings.NewReader(raw)}})
	if err != nil {
		t.Fatal(err)
	}
	large, away := filepath.Join(dir, "large"), filepath.Join(dir, "away")
	if err := os.Rename(large, away); err != nil {
		t.Fatal(err)
	}
	if _, err := a.intake.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, err := a.store.GetArrival(t.Context(), id)
	if err != nil || got.Outcome != complaint.Pending || !got.Parked {
		t.Fatalf("without its bytes: outcome %q, parked %v, %v", got.Outcome, got.Parked, err)
	}
	if err := os.Rename(away, large); err != nil {
		t.Fatal(err)
	}
	if err := a.store.RetryArrival(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if _, err := a.intake.Drain(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, err = a.store.GetArrival(t.Context(), id); err != nil || got.Outcome != complaint.ToComplaint || got.Parked || got.Held {
		t.Errorf("with its bytes again: %+v, %v", got, err)
	}
}

// TestPositionIsCommittedWithTheMessages records as a poller does, also where a batch
// was stored one by one and only the position is left to record.
func TestPositionIsCommittedWithTheMessages(t *testing.T) {
	t.Parallel()
	_, a, _ := world(t, nil)
	k := keeper{a, "demo", "INBOX"}
	started := time.Now().Truncate(time.Millisecond)
	message := imap.Fetched{Account: "demo", Mailbox: "INBOX", UIDValidity: 7, UID: 3, InternalDate: started, Body: bytes.NewReader([]byte("Subject: x\r\n\r\nslow\r\n"))}
	steps := []struct {
		messages []imap.Fetched
		pos      imap.Position
		want     uint32
	}{
		{[]imap.Fetched{message}, imap.Position{UIDValidity: 7, LastUID: 3, StartedAt: started, Found: true}, 3},
		{[]imap.Fetched{message}, imap.Position{}, 3},
		{nil, imap.Position{UIDValidity: 7, LastUID: 9, StartedAt: started, Found: true}, 9},
	}
	for i, s := range steps {
		if err := k.Record(t.Context(), s.messages, s.pos); err != nil {
			t.Fatal(err)
		}
		got, err := k.Position(t.Context(), "demo", "INBOX")
		if err != nil || got.LastUID != s.want || got.UIDValidity != 7 || !got.StartedAt.Equal(started) {
			t.Errorf("step %d: position %+v, %v; want UID %d", i, got, err, s.want)
		}
	}
	known, err := k.Known(t.Context(), "demo", "INBOX", 7, 1, 9)
	if err != nil || len(known) != 1 {
		t.Errorf("known %v, %v; want the one message once", known, err)
	}
}

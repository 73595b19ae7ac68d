package faults_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"testing"
)

// listed is a complaint as `skarga list --json` prints it.
type listed struct {
	Reference, Stage, CustomerAddress string
}

// arrival is an arrival as `skarga list --arrivals --json` prints it.
type arrival struct {
	ID, Outcome, From, ParkReason string
	UID                           uint32
	Parked, Held                  bool
}

func read[T any](t *testing.T, w *world, args ...string) []T {
	t.Helper()
	out, err := w.skarga(t, append([]string{"--json", "list", "--limit", "1000000"}, args...)...)
	if err != nil {
		t.Fatal(err)
	}
	var all []T
	for dec := json.NewDecoder(strings.NewReader(out)); dec.More(); {
		var one T
		if err := dec.Decode(&one); err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
	return all
}

// answered gives for each customer the Message-IDs of what was sent, one for each time.
func (w *world) answered() map[string][]string {
	all := map[string][]string{}
	for _, m := range w.sink.Messages() {
		id := ""
		if msg, err := mail.ReadMessage(bytes.NewReader(m.Raw)); err == nil {
			id = msg.Header.Get("Message-Id")
		}
		all[m.To[0]] = append(all[m.To[0]], id)
	}
	return all
}

// settle waits until every message is an acknowledged complaint.
func (w *world) settle(t *testing.T) {
	t.Helper()
	eventually(t, fmt.Sprintf("%d customers have an answer", w.sent), func() bool { return w.sink.Len() >= w.sent && len(w.answered()) >= w.sent })
	eventually(t, "every complaint is acknowledged", func() bool {
		for _, c := range read[listed](t, w) {
			if c.Stage != "acknowledged" {
				return false
			}
		}
		return true
	})
}

// whole checks that nothing was lost and nothing doubled: every message is exactly
// one acknowledged complaint, and at most spare mails were sent again, with the same
// Message-ID.
func (w *world) whole(t *testing.T, spare int) {
	t.Helper()
	seen := map[string]int{}
	for _, c := range read[listed](t, w, "--all") {
		seen[c.CustomerAddress]++
		if c.Stage != "acknowledged" {
			t.Errorf("complaint %s of %s: stage %s", c.Reference, c.CustomerAddress, c.Stage)
		}
	}
	answers, again := w.answered(), 0
	for i := range w.sent {
		who := customer(i)
		if seen[who] != 1 {
			t.Errorf("%s has %d complaints", who, seen[who])
		}
		ids := answers[who]
		if len(ids) == 0 {
			t.Errorf("%s has no answer", who)
			continue
		}
		again += len(ids) - 1
		for _, id := range ids {
			if id == "" || id != ids[0] {
				t.Errorf("%s has different answers: %v", who, ids)
			}
		}
	}
	if len(seen) != w.sent || len(answers) != w.sent {
		t.Errorf("%d messages; %d customers have complaints, %d have answers", w.sent, len(seen), len(answers))
	}
	if again > spare {
		t.Errorf("%d mails were sent again, at most %d were in flight", again, spare)
	}
	t.Logf("%d messages, %d mails sent again (at most %d)", w.sent, again, spare)
	w.balanced(t)
}

// balanced checks arrivals, ledger and histories.
func (w *world) balanced(t *testing.T) {
	t.Helper()
	uids := map[uint32]int{}
	for _, a := range read[arrival](t, w, "--arrivals") {
		uids[a.UID]++
		if a.Outcome != "complaint" || a.Parked {
			t.Errorf("arrival %s (UID %d): outcome %q, parked %v: %s", a.ID, a.UID, a.Outcome, a.Parked, a.ParkReason)
		}
	}
	if len(uids) != w.sent {
		t.Errorf("%d messages, arrivals of %d", w.sent, len(uids))
	}
	for uid, n := range uids {
		if n != 1 {
			t.Errorf("UID %d has %d arrivals", uid, n)
		}
	}
	_, ledger := w.skarga(t, "ledger")
	_, audit := w.skarga(t, "audit")
	if err := errors.Join(ledger, audit); err != nil {
		t.Error(err)
	}
}

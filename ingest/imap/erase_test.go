package imap

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"

	"ask4.com/skarga/internal/testserver"
)

// targets are the messages of a keeper as they are erased.
func targets(k *memoryKeeper) (list []Target) {
	for _, m := range k.messages {
		sum := sha256.Sum256([]byte(m.raw))
		_, id, _ := strings.Cut(m.raw, "Message-ID: <")
		id, _, _ = strings.Cut(id, ">")
		list = append(list, Target{UIDValidity: m.UIDValidity, UID: m.UID, MessageID: id, SHA256: hex.EncodeToString(sum[:]), Size: int64(len(m.raw))})
	}
	return list
}

// TestEraseDeletesWhatIsProvenToBeTheSame: from the done folder and from the mailbox,
// and never what only looks alike.
func TestEraseDeletesWhatIsProvenToBeTheSame(t *testing.T) {
	t.Parallel()
	try := func(t *testing.T, addr string) {
		m, k := hands(t, addr), newKeeper()
		o := options(t, addr)
		o.Exclusive = true
		p := poller(t, o, k)
		once(t, p, 0)
		with := func(id, text string) string {
			if id != "" {
				id = "Message-ID: <" + id + ">\r\n"
			}
			return "From: a@p.example\r\n" + id + "Subject: x\r\n\r\n" + text + "\r\n"
		}
		for _, raw := range []string{with("mine@p", "mine"), with("", "without an id"), with("others@p", "somebody else's"), with("mine@p", "same id, other content")} {
			add(t, m, raw, time.Time{})
		}
		once(t, p, 4)
		late := targets(k)[:2]
		add(t, m, with("late@p", "not moved yet"), time.Time{}) // as after a crash between commit and move
		open := o
		open.Exclusive = false
		once(t, poller(t, open, k), 1)
		late = append(late, targets(k)[4])
		gone, err := Erase(t.Context(), o, late)
		if err != nil || len(gone) != 3 || gone[0] != 1 || gone[1] != 1 || gone[2] != 1 {
			t.Errorf("gone %v, %v", gone, err)
		}
		if in, done := count(t, m, "INBOX"), count(t, m, "Skarga/Done"); in != 0 || done != 2 {
			t.Errorf("%d in the mailbox and %d done are left, want 0 and the 2 of others", in, done)
		}
		if gone, err = Erase(t.Context(), o, late); err != nil || gone[0]+gone[1]+gone[2] != 0 {
			t.Errorf("again: gone %v, %v", gone, err)
		}
	}
	t.Run("dovecot", func(t *testing.T) { t.Parallel(); try(t, testserver.Dovecot(t).Addr) })
	t.Run("uidplus alone", func(t *testing.T) { t.Parallel(); try(t, memoryServer(t, imap.CapUIDPlus)) })
}

func TestEraseLeavesWhatItMayNotTouch(t *testing.T) {
	t.Parallel()
	addr := memoryServer(t) // neither MOVE nor UIDPLUS
	m, k := hands(t, addr), newKeeper()
	o := options(t, addr)
	p := poller(t, o, k)
	once(t, p, 0)
	fill(t, m, 1, 10)
	once(t, p, 1)
	if _, err := Erase(t.Context(), o, targets(k)); !errors.Is(err, ErrNotOurs) {
		t.Errorf("a mailbox of others: %v", err)
	}
	o.Exclusive = true
	if _, err := Erase(t.Context(), o, targets(k)); !errors.Is(err, ErrCannotExpunge) {
		t.Errorf("without UIDPLUS: %v", err)
	}
	if n := count(t, m, "INBOX"); n != 1 {
		t.Errorf("%d messages are left, want 1", n)
	}
}

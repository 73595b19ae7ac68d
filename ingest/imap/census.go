package imap

import (
	"context"
	"errors"
	"io"
	"net/mail"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
)

// Census is what a mailbox holds at this moment.
type Census struct {
	UIDValidity uint32
	UIDs        []uint32 // of the mailbox, ascending
	// InternalDates are those of UIDs, in the same order; zero where the message
	// vanished meanwhile. They tell what is older than the start of the mailbox.
	InternalDates []time.Time
	Done          []DoneMessage // of the done folder, if the mailbox is exclusive
}

// DoneMessage is one message in the done folder. Its UID there says nothing about the
// one it had in the mailbox, so it is known by its Message-ID.
type DoneMessage struct {
	UID          uint32
	MessageID    string // without angle brackets; empty if it has none
	InternalDate time.Time
	Size         int64 // bytes (RFC822.SIZE)
}

// TakeCensus lists the mailbox, and the done folder if the mailbox is exclusive, over
// a connection of its own. It changes nothing.
func TakeCensus(ctx context.Context, o Options) (Census, error) {
	o = o.withDefaults()
	s, err := dial(ctx, o)
	if err != nil {
		return Census{}, err
	}
	defer s.bye()
	if err := s.open(o.Mailbox, false); err != nil {
		return Census{}, err
	}
	c := Census{UIDValidity: s.uidValidity}
	if c.UIDs, err = s.search(1, time.Time{}); err != nil {
		return c, err
	}
	if c.InternalDates, err = s.dates(c.UIDs); err != nil || !o.Exclusive {
		return c, err
	}
	if err := s.openDone(); err != nil {
		if errors.Is(err, ErrGone) { // nothing was moved yet
			err = nil
		}
		return c, err
	}
	uids, err := s.search(1, time.Time{})
	for err == nil && len(uids) > 0 {
		n := min(metaAtOnce, len(uids))
		err = s.headers(uids[:n], []string{"Message-ID"}, func(m meta, header []byte) {
			c.Done = append(c.Done, DoneMessage{UID: m.uid, MessageID: messageID(header), InternalDate: m.date, Size: m.size})
		})
		uids = uids[n:]
	}
	return c, err
}

// dates asks for the INTERNALDATE of each message.
func (s *session) dates(uids []uint32) ([]time.Time, error) {
	dates := make([]time.Time, 0, len(uids))
	for len(uids) > 0 {
		n := min(metaAtOnce, len(uids))
		found := make(map[uint32]time.Time, n)
		err := s.fetch(uids[:n], &imap.FetchOptions{UID: true, InternalDate: true}, func(m meta, _ io.Reader, _ int64) error {
			found[m.uid] = m.date
			return nil
		})
		if err != nil {
			return nil, err
		}
		for _, u := range uids[:n] {
			dates = append(dates, found[u])
		}
		uids = uids[n:]
	}
	return dates, nil
}

// messageID reads the id out of a header that holds nothing else.
func messageID(header []byte) string {
	m, err := mail.ReadMessage(strings.NewReader(strings.TrimSpace(string(header)) + "\r\n\r\n"))
	if err != nil {
		return ""
	}
	id, _, _ := strings.Cut(strings.TrimSpace(m.Header.Get("Message-Id")), "\r") // a lone CR ends no line of a header
	return strings.Trim(id, "<>")
}

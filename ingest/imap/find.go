package imap

import (
	"context"
	"errors"
	"strings"
	"time"
)

// FindMessage looks for a message by its Message-ID in the mailbox, and in the done
// folder of an exclusive one, over a connection of its own. It returns its header and
// INTERNALDATE; a nil header when it is not there. It changes nothing.
func FindMessage(ctx context.Context, o Options, messageID string) (header []byte, at time.Time, err error) {
	o = o.withDefaults()
	s, err := dial(ctx, o)
	if err != nil {
		return nil, at, err
	}
	defer s.bye()
	if err := s.open(o.Mailbox, false); err != nil {
		return nil, at, err
	}
	if header, at, err = s.find(messageID); header != nil || err != nil || !o.Exclusive {
		return header, at, err
	}
	if err := s.openDone(); err != nil {
		if errors.Is(err, ErrGone) {
			err = nil
		}
		return nil, at, err
	}
	return s.find(messageID)
}

// find looks among the latest messages of the open mailbox.
func (s *session) find(messageID string) (found []byte, at time.Time, err error) {
	uids, err := s.search(1, s.opts.Now().Add(-48*time.Hour))
	if err != nil || len(uids) == 0 {
		return nil, at, err
	}
	uids = uids[max(0, len(uids)-200):] // what we sent a moment ago is among the last
	err = s.headers(uids, nil, func(m meta, header []byte) {
		if strings.Contains(string(header), messageID) {
			found, at = header, m.date
		}
	})
	return found, at, err
}

// openDone opens the done folder; ErrGone when there is none.
func (s *session) openDone() error {
	name, exists, err := s.findDone()
	switch {
	case err != nil:
		return err
	case !exists:
		return ErrGone
	}
	return s.open(name, false)
}

package imap

import (
	"context"
	"strings"
	"time"
)

// FindMessage looks for a message by its Message-ID in the mailbox, over a
// connection of its own, and returns its header; nil when it is not there. It
// changes nothing.
func FindMessage(ctx context.Context, o Options, messageID string) ([]byte, error) {
	o = o.withDefaults()
	s, err := dial(ctx, o)
	if err != nil {
		return nil, err
	}
	defer s.bye()
	if err := s.open(o.Mailbox, false); err != nil {
		return nil, err
	}
	uids, err := s.search(1, o.Now().Add(-48*time.Hour))
	if err != nil || len(uids) == 0 {
		return nil, err
	}
	var found []byte
	uids = uids[max(0, len(uids)-200):] // what we sent a moment ago is among the last
	err = s.headers(uids, nil, func(_ meta, header []byte) {
		if strings.Contains(string(header), messageID) {
			found = header
		}
	})
	return found, err
}

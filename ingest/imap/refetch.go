package imap

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"
)

// ErrGone says that a message is no longer in the mailbox, nor in its done folder.
var ErrGone = errors.New("imap: the message is no longer in the mailbox")

// Refetch fetches one message again, over a connection of its own: for a person who
// retries an arrival that was recorded without its body. use gets the message; its body
// is valid until use returns. An exclusive mailbox's done folder is looked through too.
// MaxSize applies; raise it in o to let a large message pass. Late is not set. The
// mailbox is not changed.
func Refetch(ctx context.Context, o Options, t Target, use func(Fetched) error) error {
	p, err := New(o, nil)
	if err != nil {
		return err
	}
	s, err := dial(ctx, p.opts)
	if err != nil {
		return err
	}
	defer s.close()
	if err := s.open(p.opts.Mailbox, false); err != nil {
		return err
	}
	uid, err := s.inMailbox(t)
	if errors.Is(err, ErrGone) && p.opts.Exclusive {
		uid, err = s.inDone(t)
	}
	if err != nil {
		return err
	}
	f, err := p.attempt(s, uid, &trouble{})
	if err != nil {
		return err
	}
	if f == nil {
		return ErrGone
	}
	defer release(f.Body)
	return use(*f)
}

// inMailbox finds a message at the position that it was taken in from.
func (s *session) inMailbox(t Target) (uint32, error) {
	if s.uidValidity != t.UIDValidity {
		return 0, fmt.Errorf("%w: UIDVALIDITY is %d now", ErrGone, s.uidValidity)
	}
	there, err := s.metas([]uint32{t.UID})
	if err == nil && there[t.UID].uid == 0 {
		err = ErrGone
	}
	return t.UID, err
}

// inDone opens the done folder and finds a message there, where it has another UID: by
// its Message-ID or its INTERNALDATE, which moving keeps (RFC 3501 section 6.4.7), and
// by the bytes that are known of it. Where none are known only one may have the date.
func (s *session) inDone(t Target) (uint32, error) {
	if err := s.openDone(); err != nil {
		return 0, err
	}
	alike, err := s.alike([]Target{t})
	if err != nil {
		return 0, err
	}
	dated, err := s.dated(t.InternalDate)
	if err != nil {
		return 0, err
	}
	if t.SHA256 == "" {
		switch len(dated) {
		case 0:
			return 0, ErrGone
		case 1:
			return dated[0], nil
		}
		return 0, fmt.Errorf("%w: %d messages in the done folder may be it; import the right one as a file", ErrGone, len(dated))
	}
	for _, uid := range slices.AppendSeq(dated, maps.Keys(alike)) {
		if same, err := s.same(uid, t); err != nil || same {
			return uid, err
		}
	}
	return 0, ErrGone
}

// dated finds what has an INTERNALDATE, to the second.
func (s *session) dated(at time.Time) (found []uint32, err error) {
	uids, err := s.search(1, at)
	if err != nil {
		return nil, err
	}
	dates, err := s.dates(uids)
	for i, d := range dates {
		if d.Equal(at.Truncate(time.Second)) {
			found = append(found, uids[i])
		}
	}
	return found, err
}

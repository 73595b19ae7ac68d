package imap

import (
	"context"
	"errors"
	"fmt"
)

// ErrGone says that a message is no longer in the mailbox under the position asked for.
var ErrGone = errors.New("imap: the message is no longer in the mailbox")

// Refetch fetches one message again, over a connection of its own: for a person who
// retries an arrival that was recorded without its body. use gets the message; its body
// is valid until use returns. MaxSize applies; raise it in o to let a large message
// pass. Late is not set. The mailbox is not changed.
func Refetch(ctx context.Context, o Options, uidvalidity, uid uint32, use func(Fetched) error) error {
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
	if s.uidValidity != uidvalidity {
		return fmt.Errorf("%w: UIDVALIDITY is %d now", ErrGone, s.uidValidity)
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

package imap

import (
	"errors"
	"fmt"
	"strings"

	"github.com/emersion/go-imap/v2"
)

// errCannotMove says that the server has neither MOVE nor UIDPLUS: recorded messages
// stay where they are.
var errCannotMove = errors.New("imap: the server can neither MOVE nor UID EXPUNGE; messages are left in the mailbox")

// move takes recorded messages to the done folder: by MOVE (RFC 6851), or by COPY and
// UID EXPUNGE (RFC 4315). Never by a plain EXPUNGE, which would take with it whatever
// else is marked deleted.
func (s *session) move(uids []uint32) error {
	if len(uids) == 0 {
		return nil
	}
	caps := s.caps()
	if !caps.Has(imap.CapMove) && !caps.Has(imap.CapUIDPlus) {
		return errCannotMove
	}
	if err := s.ensureDone(); err != nil {
		return err
	}
	set := uidSet(uids)
	return s.do(func() error {
		if caps.Has(imap.CapMove) {
			// The library's fallback without MOVE is a plain EXPUNGE; not reached here.
			if _, err := s.client.Move(set, s.done).Wait(); err != nil {
				return fmt.Errorf("imap: move: %w", err)
			}
			return nil
		}
		if _, err := s.client.Copy(set, s.done).Wait(); err != nil {
			return fmt.Errorf("imap: copy: %w", err)
		}
		deleted := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}
		if err := s.client.Store(set, deleted, nil).Close(); err != nil {
			return fmt.Errorf("imap: store: %w", err)
		}
		if err := s.client.UIDExpunge(set).Close(); err != nil {
			return fmt.Errorf("imap: uid expunge: %w", err)
		}
		return nil
	})
}

// doneName is the done folder in the server's own writing: its delimiter, and the
// prefix of the personal namespace where there is one (RFC 2342).
func (s *session) doneName() (name string, err error) {
	delim, prefix := "/", ""
	caps := s.caps()
	err = s.do(func() error {
		if caps.Has(imap.CapNamespace) {
			ns, err := s.client.Namespace().Wait()
			if err != nil {
				return fmt.Errorf("imap: namespace: %w", err)
			}
			if len(ns.Personal) > 0 {
				prefix = ns.Personal[0].Prefix
				if ns.Personal[0].Delim != 0 {
					delim = string(ns.Personal[0].Delim)
				}
			}
			return nil
		}
		list, err := s.client.List("", "", nil).Collect()
		if err != nil {
			return fmt.Errorf("imap: list: %w", err)
		}
		if len(list) > 0 && list[0].Delim != 0 {
			delim = string(list[0].Delim)
		}
		return nil
	})
	name = strings.ReplaceAll(s.opts.DoneFolder, "/", delim)
	if !strings.HasPrefix(name, prefix) {
		name = prefix + name
	}
	return name, err
}

// findDone gives the name of the done folder and says whether it is there.
func (s *session) findDone() (name string, exists bool, err error) {
	if name, err = s.doneName(); err == nil {
		exists, err = s.exists(name)
	}
	return name, exists, err
}

// ensureDone finds the done folder, making it if it is missing.
func (s *session) ensureDone() error {
	if s.done != "" {
		return nil
	}
	name, exists, err := s.findDone()
	if err != nil {
		return err
	}
	if !exists {
		err = s.do(func() error { return s.client.Create(name, nil).Wait() })
		if err != nil {
			return fmt.Errorf("imap: create the done folder: %w", err)
		}
	}
	s.done = name
	return nil
}

// exists asks whether there is such a mailbox that can be selected.
func (s *session) exists(name string) (found bool, err error) {
	err = s.do(func() error {
		list, err := s.client.List("", name, nil).Collect()
		if err != nil {
			return fmt.Errorf("imap: list: %w", err)
		}
		for _, l := range list {
			selectable := true
			for _, a := range l.Attrs {
				if a == imap.MailboxAttrNoSelect || a == imap.MailboxAttrNonExistent {
					selectable = false
				}
			}
			found = found || selectable
		}
		return nil
	})
	return found, err
}

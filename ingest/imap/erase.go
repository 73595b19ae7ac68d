package imap

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
)

// ErrNotOurs says that a mailbox is not Skarga's alone: nothing in it is deleted.
var ErrNotOurs = errors.New("imap: the mailbox is not exclusive; Skarga only reads it")

// ErrCannotExpunge says that the server lacks UIDPLUS: a plain EXPUNGE would take with
// it whatever else is marked deleted.
var ErrCannotExpunge = errors.New("imap: the server has no UIDPLUS (RFC 4315), so that single messages cannot be deleted")

// Target is a message that was taken in, to be deleted for good or fetched again.
type Target struct {
	UIDValidity, UID uint32
	MessageID        string // without angle brackets; may be empty
	SHA256           string // of its bytes, hex; empty if they were never fetched
	HeaderOnly       bool   // SHA256 is that of the header: the message was over the limit
	Size             int64  // bytes that SHA256 is of
	// InternalDate tells it apart where nothing is known of its bytes; for Refetch.
	InternalDate time.Time
}

// Erase deletes messages from an exclusive mailbox and its done folder: UID STORE
// \Deleted and UID EXPUNGE (RFC 4315) of what is proven to be the same message, by
// position, or by its bytes. It says how many copies of each are gone; to erase again
// what is gone already changes nothing.
func Erase(ctx context.Context, o Options, targets []Target) ([]int, error) {
	gone := make([]int, len(targets))
	if !o.Exclusive {
		return gone, ErrNotOurs
	}
	p, err := New(o, nil)
	if err != nil {
		return gone, err
	}
	s, err := dial(ctx, p.opts)
	if err != nil {
		return gone, err
	}
	defer s.bye()
	caps := s.caps()
	if !caps.Has(imap.CapUIDPlus) && !caps.Has(imap.CapIMAP4rev2) {
		return gone, ErrCannotExpunge
	}
	if err := s.open(p.opts.Mailbox, true); err != nil {
		return gone, err
	}
	if err := s.erase(targets, gone, s.atPosition); err != nil {
		return gone, err
	}
	name, err := s.doneName()
	if err != nil {
		return gone, err
	}
	if exists, err := s.exists(name); err != nil || !exists {
		return gone, err
	}
	if err := s.open(name, true); err != nil {
		return gone, err
	}
	return gone, s.erase(targets, gone, s.alike)
}

// erase deletes from the open mailbox what a search finds for the targets, after
// comparing bytes.
func (s *session) erase(targets []Target, gone []int, find func([]Target) (map[uint32][]int, error)) error {
	candidates, err := find(targets)
	if err != nil {
		return err
	}
	var doomed []uint32
	for uid, wanted := range candidates {
		for _, i := range wanted {
			same, err := s.same(uid, targets[i])
			if err != nil {
				return err
			}
			if same {
				doomed = append(doomed, uid)
				gone[i]++
				break
			}
		}
	}
	if len(doomed) == 0 {
		return nil
	}
	set := uidSet(doomed)
	return s.do(func() error {
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

// atPosition finds targets by the position that they were taken in from.
func (s *session) atPosition(targets []Target) (map[uint32][]int, error) {
	asked := map[uint32][]int{}
	var uids []uint32
	for i, t := range targets {
		if t.UIDValidity == s.uidValidity && t.UID != 0 {
			asked[t.UID] = append(asked[t.UID], i)
			uids = append(uids, t.UID)
		}
	}
	found := map[uint32][]int{}
	for len(uids) > 0 {
		n := min(metaAtOnce, len(uids))
		there, err := s.metas(uids[:n])
		if err != nil {
			return nil, err
		}
		for uid := range there {
			found[uid] = asked[uid]
		}
		uids = uids[n:]
	}
	return found, nil
}

// alike finds what may be a target in a folder where it has another UID: by its
// Message-ID, or by its size where it has none.
func (s *session) alike(targets []Target) (map[uint32][]int, error) {
	byID, bySize := map[string][]int{}, map[int64][]int{}
	for i, t := range targets {
		if t.SHA256 == "" {
			continue // nothing could prove that it is the same
		}
		if t.MessageID != "" {
			byID[t.MessageID] = append(byID[t.MessageID], i)
		}
		if !t.HeaderOnly {
			bySize[t.Size] = append(bySize[t.Size], i)
		}
	}
	uids, err := s.search(1, time.Time{})
	found := map[uint32][]int{}
	for err == nil && len(uids) > 0 {
		n := min(metaAtOnce, len(uids))
		err = s.headers(uids[:n], []string{"Message-ID"}, func(m meta, header []byte) {
			if list := slices.Concat(byID[messageID(header)], bySize[m.size]); len(list) > 0 {
				found[m.uid] = list
			}
		})
		uids = uids[n:]
	}
	return found, err
}

// same says whether a message has the bytes of a target. A target without bytes is
// what stands at its position.
func (s *session) same(uid uint32, t Target) (same bool, err error) {
	if t.SHA256 == "" {
		return t.UIDValidity == s.uidValidity && uid == t.UID, nil
	}
	section := &imap.FetchItemBodySection{Peek: true}
	if t.HeaderOnly {
		section.Specifier = imap.PartSpecifierHeader
	}
	err = s.fetch([]uint32{uid}, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}}, func(m meta, r io.Reader, size int64) error {
		h := sha256.New()
		first := size
		if t.HeaderOnly {
			first = min(size, maxHeader) // as much as was kept
		}
		if _, err := io.CopyN(h, r, first); err != nil {
			return fmt.Errorf("imap: message ended early: %w", err)
		}
		if err := drain(r, size-first); err != nil {
			return err
		}
		same = hex.EncodeToString(h.Sum(nil)) == t.SHA256
		return nil
	})
	return same, err
}

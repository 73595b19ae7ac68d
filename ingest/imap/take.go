package imap

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

const (
	metaAtOnce  = 500     // messages whose date and size are asked for together
	metaAtFirst = 10      // of the first of many: those behind the mailbox need not wait for more
	batchMemory = 4 << 20 // bytes of one batch that stay in memory
)

// trouble is what is known of a message that could not be fetched yet.
type trouble struct {
	tries int
	meta  meta // uid 0 until known
	why   string
}

// errIncomplete says that the server left out messages that it still has.
var errIncomplete = errors.New("imap: the server left out messages that are there")

// take fetches messages, in batches, and has them recorded while the next batch is on
// its way. Those with an INTERNALDATE before from are passed over. With tail the
// position follows the committed messages. n counts what was recorded.
func (p *Poller) take(ctx context.Context, s *session, uids []uint32, from time.Time, tail bool) (n int, err error) {
	if len(uids) == 0 {
		return 0, nil
	}
	r := p.startRecorder(ctx, tail)
	p.onlyBad = 0
	err = p.produce(ctx, s, uids, from, r)
	n, recErr := r.finish()
	if tail {
		p.pos = r.pos
	}
	if err == nil && p.opts.Exclusive {
		err = p.moveAll(s, r.takeCommitted())
	}
	if n > 0 {
		p.opts.Logger.Info("messages recorded", "count", n)
	}
	if recErr != nil { // the cause; whatever produce says then is its consequence
		return n, recErr
	}
	if err == nil {
		p.inRow = 0
	}
	return n, err
}

// produce fetches all of uids and sends them to the recorder: first those without
// trouble, in order, then the others one at a time, the least tried first, so that a bad
// message stops no other. Meanwhile the position stays before the first bad one.
func (p *Poller) produce(ctx context.Context, s *session, uids []uint32, from time.Time, r *recorder) error {
	var well, bad []uint32
	for _, u := range uids {
		if p.trouble[u] == nil {
			well = append(well, u)
		} else {
			bad = append(bad, u)
		}
	}
	if len(bad) > 0 {
		r.limit(bad[0] - 1)
	}
	for n := metaAtFirst; len(well) > 0; n = metaAtOnce {
		n = min(n, len(well))
		if err := p.several(ctx, s, well[:n], from, r); err != nil {
			return err
		}
		well = well[n:]
	}
	slices.SortStableFunc(bad, func(a, b uint32) int { return p.trouble[a].tries - p.trouble[b].tries })
	if len(bad) > 0 {
		p.onlyBad = 1 + p.trouble[bad[0]].tries
	}
	for _, u := range bad {
		if err := p.single(ctx, s, u, from, r); err != nil {
			return err
		}
	}
	p.onlyBad = 0
	return nil
}

// several fetches messages without trouble so far.
func (p *Poller) several(ctx context.Context, s *session, uids []uint32, from time.Time, r *recorder) error {
	metas, err := s.metas(uids)
	if err != nil {
		p.suspect(uids, func(u uint32) bool { return metas[u].uid != 0 }, err)
		return err
	}
	if err := p.stillThere(s, uids, func(u uint32) bool { return metas[u].uid != 0 }); err != nil {
		return err
	}
	var batch []meta
	memory := int64(0)
	for i, u := range uids {
		m, ok := metas[u]
		if ok && !m.date.Before(from) {
			batch = append(batch, m)
			memory += min(m.size, inMemory)
		}
		if len(batch) == p.opts.BatchSize || memory >= batchMemory || i == len(uids)-1 && len(batch) > 0 {
			if err := p.batch(ctx, s, batch, r); err != nil {
				return err
			}
			batch, memory = nil, 0
		}
	}
	return nil
}

// batch fetches the bodies of one batch and sends it to the recorder. After a failure
// the messages that came through are recorded all the same.
func (p *Poller) batch(ctx context.Context, s *session, metas []meta, r *recorder) error {
	got, err := p.bodiesOf(s, metas)
	have := func(u uint32) bool { return got[u] != nil }
	uids := make([]uint32, len(metas))
	for i, m := range metas {
		uids[i] = m.uid
	}
	if err == nil {
		err = p.stillThere(s, uids, have)
	} else if !isLocal(err) {
		p.suspect(uids, have, err)
	}
	var load []Fetched
	upTo, gap := uids[0]-1, false
	for _, m := range metas {
		f := got[m.uid]
		if f != nil {
			load = append(load, *f)
		}
		gap = gap || f == nil && err != nil
		if !gap {
			upTo = m.uid
		}
	}
	if sendErr := r.send(ctx, load, upTo); sendErr != nil {
		return sendErr
	}
	if err != nil {
		return err
	}
	p.inRow = 0
	if p.opts.Exclusive {
		return p.moveAll(s, r.takeCommitted())
	}
	return nil
}

// bodiesOf fetches the messages of one batch; for those over the limit the headers.
func (p *Poller) bodiesOf(s *session, metas []meta) (map[uint32]*Fetched, error) {
	byUID := make(map[uint32]meta, len(metas))
	var small, large []uint32
	for _, m := range metas {
		byUID[m.uid] = m
		if m.size > p.opts.MaxSize {
			large = append(large, m.uid)
		} else {
			small = append(small, m.uid)
		}
	}
	got := make(map[uint32]*Fetched, len(metas))
	if len(small) > 0 {
		err := s.bodies(small, func(uid uint32, body io.ReadSeeker, size int64) {
			m, asked := byUID[uid]
			if !asked || got[uid] != nil { // a repeated or unasked answer
				release(body)
				return
			}
			m.size = size
			got[uid] = p.fetched(s, m, body)
		})
		if err != nil {
			return got, err
		}
	}
	if len(large) > 0 {
		err := s.headers(large, nil, func(m meta, header []byte) {
			if asked, ok := byUID[m.uid]; ok {
				got[m.uid] = p.overLimit(s, asked, header)
			}
		})
		if err != nil {
			return got, err
		}
	}
	return got, nil
}

// single fetches one message that failed before. When its tries are used up only the
// header is asked for, and when that fails too it is recorded with nothing.
func (p *Poller) single(ctx context.Context, s *session, uid uint32, from time.Time, r *recorder) error {
	t := p.trouble[uid]
	f, err := p.attempt(s, uid, t)
	if err != nil {
		if !isLocal(err) {
			t.tries++
			t.why = err.Error()
		}
		return err
	}
	delete(p.trouble, uid)
	if f == nil {
		return nil // gone from the mailbox
	}
	if f.InternalDate.Before(from) {
		release(f.Body)
		return nil
	}
	if f.Problem != "" {
		p.opts.Logger.Error("a message cannot be fetched whole and is recorded as it is", "uid", uid, "err", t.why)
	}
	return r.send(ctx, []Fetched{*f}, 0)
}

// attempt returns nil without error if the message is gone.
func (p *Poller) attempt(s *session, uid uint32, t *trouble) (*Fetched, error) {
	one := []uint32{uid}
	if t.tries > p.opts.MaxTries {
		m := t.meta
		if m.uid == 0 {
			m = meta{uid: uid, date: p.opts.Now()}
		}
		f := p.fetched(s, m, nil)
		f.Problem = "the message could not be fetched: " + t.why
		return f, nil
	}
	var f *Fetched
	if t.tries == p.opts.MaxTries {
		err := s.headers(one, nil, func(m meta, header []byte) {
			f = p.fetched(s, m, nil)
			f.Header, f.Problem = header, "the body could not be fetched: "+t.why
		})
		if err != nil || f != nil {
			return f, err
		}
		return nil, p.stillThere(s, one, func(uint32) bool { return false })
	}
	metas, err := s.metas(one)
	if err != nil {
		return nil, err
	}
	m, ok := metas[uid]
	if !ok {
		return nil, p.stillThere(s, one, func(uint32) bool { return false })
	}
	t.meta = m
	got, err := p.bodiesOf(s, []meta{m})
	if err != nil || got[uid] != nil {
		if err != nil && got[uid] != nil {
			release(got[uid].Body)
		}
		return got[uid], err
	}
	return nil, p.stillThere(s, one, func(uint32) bool { return false })
}

// stillThere compares what was asked for with what came. A message that did not come
// is either gone, which is no error, or becomes trouble.
func (p *Poller) stillThere(s *session, uids []uint32, have func(uint32) bool) error {
	var missing []uint32
	for _, u := range uids {
		if !have(u) {
			missing = append(missing, u)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	there, err := s.search(missing[0], time.Time{})
	if err != nil {
		return err
	}
	bad := 0
	for _, u := range missing {
		if _, found := slices.BinarySearch(there, u); !found {
			delete(p.trouble, u)
			p.opts.Logger.Warn("a message vanished from the mailbox before it was fetched", "uid", u)
			continue
		}
		bad++
		if p.trouble[u] == nil {
			p.trouble[u] = &trouble{why: errIncomplete.Error()}
		}
	}
	if bad == 0 {
		return nil
	}
	return fmt.Errorf("%w: %d", errIncomplete, bad)
}

// suspect marks the message on which a batch probably failed: the first that did not
// come, since servers answer in order. If batches go on failing, all that did not come.
func (p *Poller) suspect(uids []uint32, have func(uint32) bool, cause error) {
	p.inRow++
	for _, u := range uids {
		if have(u) {
			continue
		}
		if p.trouble[u] == nil {
			p.trouble[u] = &trouble{why: cause.Error()}
		}
		if p.inRow < 3 {
			return
		}
	}
}

func (p *Poller) fetched(s *session, m meta, body io.ReadSeeker) *Fetched {
	late := m.date.Before(p.pos.StartedAt.Add(-clockSlack))
	if p.pos.UIDValidity == s.uidValidity && m.uid <= p.oldUpTo {
		late = true
	}
	return &Fetched{Account: p.opts.Account, Mailbox: p.opts.Mailbox, UIDValidity: s.uidValidity, UID: m.uid,
		InternalDate: m.date, Size: m.size, Body: body, Late: late}
}

func (p *Poller) overLimit(s *session, m meta, header []byte) *Fetched {
	f := p.fetched(s, m, nil)
	f.Header, f.OverLimit = header, true
	f.Problem = fmt.Sprintf("the message has %d bytes; the limit is %d", m.size, p.opts.MaxSize)
	return f
}

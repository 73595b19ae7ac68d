package imap

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// clockSlack is by how much the server's clock may be behind ours before new mail
// looks older than the start. INTERNALDATE has whole seconds only.
const clockSlack = time.Minute

// settle is how long the first IDLE after some news lasts.
const settle = time.Second

// Poller takes one mailbox in. Run and Once are not for use at the same time; Health
// may be called at any time.
type Poller struct {
	opts   Options
	keeper Keeper

	pos      Position            // as committed; read anew at every connect
	oldUpTo  uint32              // messages up to this UID were there at the first poll
	recheck  bool                // some messages after pos may be recorded already
	trouble  map[uint32]*trouble // messages that could not be fetched yet, under pos.UIDValidity
	refusals map[uint32]int      // how often storage refused a message alone; the recorder's
	inRow    int                 // batches that failed one after the other
	onlyBad  int                 // tries of the bad message, when all others are taken in; else 0
	cannot   bool                // already logged that messages cannot be moved
	caughtUp bool                // mail since Options.Since has been taken in

	mu     sync.Mutex
	health Health
	told   time.Time // last call of Keeper.Healthy
}

// New returns a Poller. It fails if the options are wrong.
func New(o Options, k Keeper) (*Poller, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	o = o.withDefaults()
	o.Logger = o.Logger.With("account", o.Account, "mailbox", o.Mailbox)
	return &Poller{opts: o, keeper: k, trouble: map[uint32]*trouble{}, refusals: map[uint32]int{},
		health: Health{Account: o.Account, Mailbox: o.Mailbox}}, nil
}

// Run watches the mailbox until ctx ends, reconnecting after every failure, and then
// returns nil. No failure of server, line or Keeper ends it.
func (p *Poller) Run(ctx context.Context) error {
	p.mu.Lock()
	p.health.StartedAt = p.opts.Now()
	p.mu.Unlock()
	for ctx.Err() == nil {
		err := p.connected(ctx)
		if ctx.Err() != nil {
			return nil
		}
		failures := p.failed(err)
		if p.onlyBad > 0 { // server and line are well
			failures = min(failures, p.onlyBad)
		}
		wait := backoff(p.opts.RetryMin, p.opts.RetryMax, failures)
		p.opts.Logger.Warn("mailbox cannot be read; trying again", "attempt", failures, "wait", wait, "err", err)
		pause(ctx, wait)
	}
	return nil
}

// Once connects, takes in what is new, and logs out. n counts the recorded messages.
func (p *Poller) Once(ctx context.Context) (n int, err error) {
	s, err := p.begin(ctx)
	if err == nil {
		n, err = p.cycle(ctx, s)
		if err != nil {
			s.close()
		} else {
			s.bye()
		}
	}
	if err != nil {
		p.failed(err)
		return n, err
	}
	p.succeeded(ctx)
	return n, nil
}

// begin opens a session on the mailbox, reads the position, and does what is due once
// per connection.
func (p *Poller) begin(ctx context.Context) (*session, error) {
	s, err := dial(ctx, p.opts)
	if err != nil {
		return nil, err
	}
	if err := p.prepare(ctx, s); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (p *Poller) prepare(ctx context.Context, s *session) error {
	if err := s.open(p.opts.Mailbox, p.opts.Exclusive); err != nil {
		return err
	}
	if err := p.locate(ctx, s); err != nil {
		return err
	}
	if p.opts.Exclusive {
		return p.tidy(ctx, s)
	}
	return nil
}

// connected serves one connection until it fails.
func (p *Poller) connected(ctx context.Context) error {
	s, err := p.begin(ctx)
	if err != nil {
		return err
	}
	defer s.close()
	idle := s.canIdle()
	misses, told, settling := 0, true, true
	for {
		n, err := p.cycle(ctx, s)
		if err != nil {
			return err
		}
		p.succeeded(ctx)
		// New mail that IDLE did not tell of, twice in a row, means that IDLE is dead.
		switch {
		case told:
			misses = 0
		case idle && n > 0 && !settling:
			misses++
		}
		if misses > 1 {
			idle = false
			p.opts.Logger.Warn("IDLE tells nothing on this connection; polling instead")
		}
		p.setIdle(idle)
		// QUIRK: some servers, the library's own among them, do not tell of a message
		// that came between our search and IDLE. So the mailbox is searched once more
		// soon after there was news.
		d := p.opts.IdleRestart
		if settling = told || n > 0; settling {
			d = min(d, settle)
		}
		if told, err = p.wait(ctx, s, idle, d); err != nil {
			return err
		}
	}
}

// wait returns when it is time to look again, with IDLE after d; told says that the
// server asked for it.
func (p *Poller) wait(ctx context.Context, s *session, idle bool, d time.Duration) (told bool, err error) {
	if idle {
		return s.idle(ctx, d)
	}
	pause(ctx, p.opts.PollEvery)
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	return false, s.noop()
}

// locate finds the position to go on from. The first poll starts behind what is there.
func (p *Poller) locate(ctx context.Context, s *session) error {
	pos, err := p.keeper.Position(ctx, p.opts.Account, p.opts.Mailbox)
	if err != nil {
		return fmt.Errorf("imap: position: %w", err)
	}
	if pos.UIDValidity != s.uidValidity {
		clear(p.trouble) // they named other messages
		clear(p.refusals)
	}
	p.recheck = true
	if !pos.Found {
		last, err := s.lastUID()
		if err != nil {
			return err
		}
		pos = Position{UIDValidity: s.uidValidity, LastUID: last, StartedAt: p.opts.Now(), Found: true}
		if err := p.keeper.SetPosition(ctx, p.opts.Account, p.opts.Mailbox, pos); err != nil {
			return fmt.Errorf("imap: set position: %w", err)
		}
		p.oldUpTo = last
		p.opts.Logger.Info("mailbox polled for the first time", "uid", last)
	}
	p.pos = pos
	return nil
}

// lastUID is the highest UID given out so far; 0 if none.
func (s *session) lastUID() (uint32, error) {
	if s.uidNext > 0 {
		return s.uidNext - 1, nil
	}
	// QUIRK: servers of RFC 2060 need not send UIDNEXT.
	uids, err := s.search(1, time.Time{})
	if err != nil || len(uids) == 0 {
		return 0, err
	}
	return uids[len(uids)-1], nil
}

// cycle takes in all that is not recorded yet.
func (p *Poller) cycle(ctx context.Context, s *session) (n int, err error) {
	if p.pos.UIDValidity != s.uidValidity {
		return p.rescan(ctx, s)
	}
	if !p.opts.Since.IsZero() && !p.caughtUp {
		if n, err = p.scan(ctx, s, p.opts.Since, p.pos.LastUID); err != nil {
			return n, err
		}
		p.caughtUp = true
	}
	uids, err := s.search(p.pos.LastUID+1, time.Time{})
	if err != nil || len(uids) == 0 {
		return n, err
	}
	fresh := uids
	if p.recheck {
		if fresh, err = p.unknown(ctx, s, uids); err != nil {
			return n, err
		}
	}
	more, err := p.take(ctx, s, fresh, time.Time{}, true)
	n += more
	if err != nil {
		p.recheck = true
		return n, err
	}
	p.recheck = false
	// What is known, vanished or already moved needs no Record; the position passes it.
	return n, p.advance(ctx, uids[len(uids)-1])
}

// rescan reads a mailbox whose UIDVALIDITY changed: every UID is new, so all mail since
// the start is taken in again, and deduplication absorbs what was there before. The
// position changes last, so that a crash leads to another rescan.
func (p *Poller) rescan(ctx context.Context, s *session) (int, error) {
	p.opts.Logger.Warn("UIDVALIDITY changed; reading the mailbox again", "was", p.pos.UIDValidity, "is", s.uidValidity)
	last, err := s.lastUID()
	if err != nil {
		return 0, err
	}
	from := p.pos.StartedAt.Add(-clockSlack)
	if !p.opts.Since.IsZero() && p.opts.Since.Before(from) {
		from = p.opts.Since
	}
	n, err := p.scan(ctx, s, from, last)
	if err != nil {
		return n, err
	}
	p.oldUpTo = 0
	pos := Position{UIDValidity: s.uidValidity, LastUID: last, StartedAt: p.pos.StartedAt, Found: true}
	if err := p.keeper.SetPosition(ctx, p.opts.Account, p.opts.Mailbox, pos); err != nil {
		return n, fmt.Errorf("imap: set position: %w", err)
	}
	p.pos = pos
	more, err := p.cycle(ctx, s)
	return n + more, err
}

// scan takes in messages up to a UID, with an INTERNALDATE from then on, that are not
// recorded yet. It leaves the position alone.
func (p *Poller) scan(ctx context.Context, s *session, from time.Time, upTo uint32) (int, error) {
	uids, err := s.search(1, from)
	if err != nil {
		return 0, err
	}
	for len(uids) > 0 && uids[len(uids)-1] > upTo {
		uids = uids[:len(uids)-1]
	}
	if uids, err = p.unknown(ctx, s, uids); err != nil {
		return 0, err
	}
	return p.take(ctx, s, uids, from, false)
}

// unknown leaves out the UIDs that are recorded. uids ascend.
func (p *Poller) unknown(ctx context.Context, s *session, uids []uint32) ([]uint32, error) {
	known, err := p.known(ctx, s, uids)
	if err != nil {
		return nil, err
	}
	left := make([]uint32, 0, len(uids))
	for _, u := range uids {
		if !known[u] {
			left = append(left, u)
		}
	}
	return left, nil
}

func (p *Poller) known(ctx context.Context, s *session, uids []uint32) (map[uint32]bool, error) {
	if len(uids) == 0 {
		return nil, nil
	}
	list, err := p.keeper.Known(ctx, p.opts.Account, p.opts.Mailbox, s.uidValidity, uids[0], uids[len(uids)-1])
	if err != nil {
		return nil, fmt.Errorf("imap: known messages: %w", err)
	}
	known := make(map[uint32]bool, len(list))
	for _, u := range list {
		known[u] = true
	}
	return known, nil
}

// advance moves the position to uid if it is not there yet.
func (p *Poller) advance(ctx context.Context, uid uint32) error {
	if p.pos.LastUID >= uid {
		return nil
	}
	pos := p.pos
	pos.LastUID = uid
	if err := p.keeper.SetPosition(ctx, p.opts.Account, p.opts.Mailbox, pos); err != nil {
		return fmt.Errorf("imap: set position: %w", err)
	}
	p.pos = pos
	return nil
}

// tidy moves what an earlier run recorded but could not move any more.
func (p *Poller) tidy(ctx context.Context, s *session) error {
	uids, err := s.search(1, time.Time{})
	if err != nil {
		return err
	}
	known, err := p.known(ctx, s, uids)
	if err != nil {
		return err
	}
	var left []uint32
	for _, u := range uids {
		if known[u] {
			left = append(left, u)
		}
	}
	return p.moveAll(s, left)
}

// moveAll moves recorded messages; a server that cannot is logged once and not an error.
func (p *Poller) moveAll(s *session, uids []uint32) error {
	const atOnce = 500
	for len(uids) > 0 && !p.cannot {
		n := min(atOnce, len(uids))
		err := s.move(uids[:n])
		if errors.Is(err, errCannotMove) {
			p.cannot = true
			p.opts.Logger.Warn("recorded messages stay in the mailbox", "err", err)
			return nil
		}
		if err != nil {
			return err
		}
		uids = uids[n:]
	}
	return nil
}

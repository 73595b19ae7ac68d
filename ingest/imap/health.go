package imap

import (
	"context"
	"math/rand/v2"
	"time"
)

// healthEvery is how often at most Keeper.Healthy is called while all is well.
const healthEvery = 5 * time.Second

// Health returns the present state of the mailbox.
func (p *Poller) Health() Health {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.health
}

func (p *Poller) succeeded(ctx context.Context) {
	now := p.opts.Now()
	p.mu.Lock()
	recovered := p.health.Failures > 0
	p.health.LastSuccess, p.health.LastError, p.health.Failures = now, "", 0
	tell := recovered || now.Sub(p.told) >= healthEvery
	if tell {
		p.told = now
	}
	p.mu.Unlock()
	if recovered {
		p.opts.Logger.Info("mailbox is read again")
	}
	if tell {
		p.keeper.Healthy(ctx, p.opts.Account, p.opts.Mailbox, now)
	}
}

func (p *Poller) failed(err error) (inRow int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.health.Failures++
	p.health.Idle = false
	if err != nil {
		p.health.LastError = err.Error()
	}
	return p.health.Failures
}

func (p *Poller) setIdle(idle bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.health.Idle = idle
}

// backoff doubles from shortest to longest; jitter takes up to half of it away, so that
// many pollers do not come back at the same moment.
func backoff(shortest, longest time.Duration, failures int) time.Duration {
	d := shortest
	for ; failures > 1 && d < longest; failures-- {
		d *= 2
	}
	d = min(d, longest)
	return d - rand.N(d/2+1)
}

// pause waits for d or the end of ctx.
func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

package mailer

import (
	"context"
	"fmt"
	"time"

	"ask4.com/skarga/complaint"
)

// worker sends over one connection, which it keeps open while there is work. Each
// result is committed before the next mail is begun: a kill leaves at most one
// mail a connection unrecorded.
func (s *Sender) worker(ctx context.Context, work <-chan complaint.Delivery, rec *recorder) {
	var c *conn
	defer func() {
		if c != nil {
			c.quit()
		}
	}()
	idle := time.NewTimer(s.o.Idle)
	defer idle.Stop()
	for {
		idle.Reset(s.o.Idle)
		select {
		case <-idle.C:
			if c != nil {
				c.quit()
				c = nil
			}
		case d, more := <-work:
			if !more {
				return
			}
			if ctx.Err() != nil {
				continue // stays in hand, to be given back
			}
			if !s.mine(d.ID) {
				s.drop(d.ID) // another process may have it by now
				continue
			}
			var o outcome
			c, o = s.try(ctx, c, d)
			rec.record(s.apply(d, o))
			s.drop(d.ID)
		}
	}
}

// try sends one delivery, over c or a new connection, and returns the connection
// to go on with (nil: none).
func (s *Sender) try(ctx context.Context, c *conn, d complaint.Delivery) (*conn, outcome) {
	if !plainAddress(d.Recipient) || (d.EnvelopeFrom != "" && !plainAddress(d.EnvelopeFrom)) {
		return c, outcome{verdict: permanent, reply: "this is no address that mail can be sent to"}
	}
	for {
		if _, err := s.paused(); err != nil && c == nil {
			return nil, outcome{verdict: server, reply: err.Error()}
		}
		if c == nil {
			var err error
			if c, err = dial(ctx, s.o); err != nil {
				s.serverFault(err)
				return nil, outcome{verdict: server, reply: err.Error()}
			}
		}
		if !ascii(d.Recipient) {
			if ok, _ := c.client.Extension("SMTPUTF8"); !ok {
				return c, outcome{verdict: permanent, reply: "the mail server does not take addresses with letters outside ASCII (SMTPUTF8)"}
			}
		}
		used := c.used
		reply, at, err := c.send(d)
		o := judge(reply, at, err, used)
		if !o.drop && o.verdict != accepted && (c.spent || c.reset() != nil) {
			o.drop = true
		}
		if o.drop {
			c.close()
			c = nil
		}
		if o.fresh {
			continue // the new connection is not used yet: this happens once
		}
		if o.verdict == server {
			s.serverFault(fmt.Errorf("%w: %s: %w", errServer, at, err))
		} else {
			s.serverWorks()
		}
		return c, o
	}
}

// apply writes an outcome into the delivery.
func (s *Sender) apply(d complaint.Delivery, o outcome) result {
	now := s.o.Now()
	d.LastError = o.reply
	switch o.verdict {
	case accepted:
		d.Status, d.SentAt, d.LastError = complaint.Sent, now, ""
		d.Attempts++
	case permanent:
		d.Status = complaint.Failed
		d.Attempts++
	case temporary:
		d.NextAt = now.Add(s.after(d.Attempts))
		d.Attempts++
	case server:
		d.NextAt = now.Add(s.after(0))
		if until, _ := s.paused(); !until.IsZero() {
			d.NextAt = until
		}
	}
	return result{delivery: d, outcome: o, done: make(chan struct{})}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// latency appends n messages at five a second to the empty mailbox of a running
// pipeline and gives the median and the 99th percentile of the time from APPEND to
// the acknowledgement that the sink accepted.
func latency(ctx context.Context, p *pipeline, uidValidity uint32, n int) (median, p99 time.Duration, err error) {
	if err := p.prepare(ctx, uidValidity); err != nil {
		return 0, 0, err
	}
	if err := p.start(); err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	c, err := p.mail.Client(p.user)
	if err != nil {
		return 0, 0, err
	}
	defer c.Close()
	gen := newGenerator(p.user)
	// The first message shows that IDLE stands; it is not counted.
	first := p.sink.Len()
	if _, err := c.Add("INBOX", gen.small(), time.Time{}); err != nil {
		return 0, 0, err
	}
	if err := p.sink.Wait(ctx, first+1); err != nil {
		return 0, 0, err
	}
	appended := map[string]time.Time{}
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for range n {
		<-tick.C
		raw := gen.small()
		appended[gen.sender(gen.n)] = time.Now()
		if _, err := c.Add("INBOX", raw, time.Time{}); err != nil {
			return 0, 0, err
		}
	}
	if err := p.sink.Wait(ctx, first+1+n); err != nil {
		return 0, 0, err
	}
	var all []time.Duration
	for _, m := range p.sink.Messages()[first+1:] {
		at, ok := appended[m.To[0]]
		if !ok {
			return 0, 0, fmt.Errorf("bench: an acknowledgement to %s, who wrote nothing", m.To[0])
		}
		all = append(all, m.At.Sub(at))
	}
	slices.Sort(all)
	return all[len(all)/2], all[len(all)*99/100], nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/cmd/skarga/config"
	"ask4.com/skarga/ingest/imap"
	"ask4.com/skarga/store"
	"ask4.com/skarga/web"
	"golang.org/x/sync/errgroup"
)

type serveCmd struct {
	Roles   []string `help:"Run these roles only: poll, import, deliver, clock, web." placeholder:"ROLE"`
	Profile string   `help:"Write profiles of time and memory into this folder at the end." hidden:"" placeholder:"FOLDER"`
	Since   string   `help:"On the first poll take in older mail from this date on, acknowledged only when released." placeholder:"2026-11-01"`
}

// Run serves until it is interrupted.
func (c serveCmd) Run(s *session) (err error) {
	stop, err := profile(c.Profile)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	// Reading messages keeps every processor busy, and a busy Go runtime looks for
	// answers from the network each 10 ms only: a transaction of 20 round trips took
	// 165 ms of which the database worked 39. The reader has one thread a
	// processor; the others are left to those who wait for answers.
	if os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(2 * runtime.GOMAXPROCS(0))
	}
	// Most of what is allocated is one batch of messages: collecting it half as
	// often costs about 30 MB and saves a twentieth of the work.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(200)
	}
	a, err := s.open()
	if err != nil {
		return err
	}
	defer a.Close()
	if len(c.Roles) > 0 {
		a.cfg.Serve.Roles = c.Roles
		if err := config.CheckRoles(c.Roles); err != nil {
			return usageError{err}
		}
	}
	if err := a.missingFile(); err != nil {
		return err
	}
	var since time.Time
	if c.Since != "" {
		if since, err = time.ParseInLocation(time.DateOnly, c.Since, a.rules.Location); err != nil {
			return usageError{fmt.Errorf("--since %q is no date; one looks like 2026-11-01", c.Since)}
		}
	}
	err = a.serve(s.ctx, since)
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// serve runs the roles of this node until ctx ends or one of them fails for good.
// Faults of mailbox, mail server and database are waited out by the roles
// themselves.
func (a *app) serve(ctx context.Context, since time.Time) error {
	g, ctx := errgroup.WithContext(ctx)
	var pollers []*imap.Poller
	if a.hasRole("poll") {
		var err error
		if pollers, err = a.pollers(since); err != nil {
			return err
		}
		for i, p := range pollers {
			g.Go(func() error { return a.poll(ctx, p, a.cfg.Mailboxes[i].Account, a.cfg.Mailboxes[i].Folder) })
		}
	}
	g.Go(func() error { return a.keepLists(ctx) })
	g.Go(func() error { return a.keepTexts(ctx, lookAtTexts) })
	if a.hasRole("poll") || a.hasRole("web") || a.hasRole("import") {
		a.intake.Wake = a.store.Wake(store.TopicArrivals)
		a.store.HandOver(store.TopicArrivals, a.owner)
		g.Go(func() error { return a.intake.Run(ctx) })
	}
	if a.hasRole("import") {
		g.Go(func() error { return a.importScans(ctx) })
	}
	if a.hasRole("deliver") {
		sender, err := a.sender()
		if err != nil {
			return err
		}
		a.store.HandOver(store.TopicDeliveries, a.owner)
		g.Go(func() error { return sender.Run(ctx) })
	}
	if a.hasRole("clock") {
		g.Go(func() error { return a.clock().Run(ctx) })
		search := a.search()
		search.Wake = a.store.Wake(store.TopicArrivals, store.TopicDeliveries)
		g.Go(func() error { return search.Run(ctx) })
		if a.surveysLink() {
			g.Go(func() error { return a.surveys().Run(ctx) })
		} else if a.cfg.Survey.Share > 0 {
			a.log.Info("nobody is asked after a complaint: surveys need an https address of the pages", "setting", "web.base_url")
		}
	}
	alarms := &alarms{app: a, pollers: pollers}
	a.alarms.Store(alarms)
	g.Go(func() error { return alarms.run(ctx) })
	if a.hasRole("web") && a.cfg.Serve.HealthAddress != "" {
		if err := a.health(ctx, g, alarms); err != nil {
			return err
		}
	}
	if a.hasRole("web") && a.cfg.Web.Address != "" {
		if err := a.web(ctx, g); err != nil {
			return err
		}
	}
	a.log.Info("serving", "roles", a.cfg.Serve.Roles, "mailboxes", len(pollers))
	err := g.Wait()
	// What this process had claimed need not wait for its leases to run out.
	release, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if e := a.store.ReleaseLeases(release, a.owner); e != nil {
		a.log.Warn("release leases", "err", e)
	}
	return err
}

// poll reads one mailbox while this node holds its lease.
func (a *app) poll(ctx context.Context, p *imap.Poller, account, mailbox string) error {
	lease := time.Duration(a.cfg.Serve.Lease)
	for ctx.Err() == nil {
		got, err := a.store.LeaseMailbox(ctx, a.owner, account, mailbox, lease)
		if err != nil && ctx.Err() == nil {
			a.log.Error("lease mailbox", "account", account, "mailbox", mailbox, "err", err)
		}
		if got {
			a.pollLeased(ctx, p, account, mailbox, lease)
		}
		select {
		case <-ctx.Done():
		case <-time.After(lease / 3):
		}
	}
	return ctx.Err()
}

// pollLeased polls until ctx ends or the lease is lost, renewing it meanwhile.
func (a *app) pollLeased(ctx context.Context, p *imap.Poller, account, mailbox string, lease time.Duration) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		defer stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(lease / 3):
			}
			if got, err := a.store.LeaseMailbox(ctx, a.owner, account, mailbox, lease); err == nil && !got {
				return
			}
		}
	}()
	if err := p.Run(ctx); err != nil && ctx.Err() == nil {
		a.log.Error("poll", "account", account, "mailbox", mailbox, "err", err)
	}
}

// clock makes what happens by time alone.
func (a *app) clock() casework.Clock {
	c := a.cfg.Clock
	clock := casework.Clock{Office: a.cases, Store: caseStore{a.store}, Reminders: c.Reminders,
		WorkFrom: c.WorkFrom.SinceMidnight(), WorkTo: c.WorkTo.SinceMidnight(), DigestAt: c.DigestAt.SinceMidnight(), Protect: a.office.protect, RetainYears: a.cfg.Retention.Years, Reach: a.reach, Log: a.log,
		Names: func(ctx context.Context) error { return a.intake.SearchNames(ctx, a.store) }}
	if a.cfg.Firm.DutyAddress != "" {
		clock.Alert, clock.DutyAddress = a.office.DutyAlert, a.cfg.Firm.DutyAddress
	}
	return clock
}

// health serves /healthz and /readyz on the private port.
func (a *app) health(ctx context.Context, g *errgroup.Group, alarms *alarms) error {
	l, err := net.Listen("tcp", a.cfg.Serve.HealthAddress)
	if err != nil {
		return fmt.Errorf("serve.health_address: %w", err)
	}
	srv := &http.Server{
		Handler:           web.HealthHandler(web.Health{Alarms: alarms.list, Ready: a.store.Ping}),
		ReadHeaderTimeout: 5 * time.Second,
	}
	g.Go(func() error {
		<-ctx.Done()
		return srv.Close()
	})
	g.Go(func() error {
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return ctx.Err()
	})
	return nil
}

// alarms are what is wrong with the mailboxes: raised once, cleared once.
type alarms struct {
	app     *app
	pollers []*imap.Poller

	mu     sync.Mutex
	raised map[string]string // by mailbox, the words
}

// run looks at the mailboxes' health until ctx ends.
func (al *alarms) run(ctx context.Context) error {
	after := time.Duration(al.app.cfg.Serve.AlarmAfter)
	tick := time.NewTicker(max(after/20, 100*time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
			for _, p := range al.pollers {
				al.look(p.Health(), after)
			}
		}
	}
}

func (al *alarms) look(h imap.Health, after time.Duration) {
	if h.StartedAt.IsZero() {
		return // another node reads it
	}
	last := h.LastSuccess
	if last.Before(h.StartedAt) {
		last = h.StartedAt
	}
	silent := al.app.now().Sub(last)
	key := h.Account + "/" + h.Mailbox
	al.mu.Lock()
	defer al.mu.Unlock()
	_, raised := al.raised[key]
	switch {
	case silent > after:
		if al.raised == nil {
			al.raised = map[string]string{}
		}
		al.raised[key] = fmt.Sprintf("mailbox %s not read since %s", key, last.UTC().Format(time.RFC3339))
		if !raised {
			al.app.log.Error("alarm: mailbox not read", "account", h.Account, "mailbox", h.Mailbox, "minutes", int(silent.Minutes()), "err", h.LastError)
		}
	case raised:
		delete(al.raised, key)
		al.app.log.Info("alarm over: mailbox read again", "account", h.Account, "mailbox", h.Mailbox)
	}
}

// list gives the alarms that stand.
func (al *alarms) list() []string {
	al.mu.Lock()
	defer al.mu.Unlock()
	var words []string
	for _, w := range al.raised {
		words = append(words, w)
	}
	return words
}

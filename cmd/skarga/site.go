package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
	"ask4.com/skarga/store"
	"ask4.com/skarga/templates"
	"ask4.com/skarga/web"
)

// formPatience is how long a customer waits for the reference; later it follows by
// e-mail.
const formPatience = 4 * time.Second

// sweepEvery is how often what visitors left behind is swept away.
const sweepEvery = 10 * time.Minute

// site makes the pages of this firm for the address that they are served on.
func (a *app) site(ctx context.Context, address string) (*web.Site, error) {
	keys, err := a.store.SigningKeys(ctx)
	if err != nil {
		return nil, err
	}
	proxies, err := a.cfg.Web.Proxies()
	if err != nil {
		return nil, err
	}
	c := a.cfg.Web
	opt := web.Options{
		Firm: a.cfg.Firm.Name, Address: from(a.cfg), PostalLines: a.cfg.Firm.PostalLines, BaseURL: a.baseURL(address),
		Policy: a.policyFacts, Location: a.rules.Location, Drafts: a.store, Rates: a.store, Access: a.store, Cases: cases{a}, Staff: a.newDoors(), Surveys: a.store,
		Console: a.console(),
		Take:    func(f ingest.Form) error { return a.intake.TakeForm(ctx, f, from(a.cfg), formPatience) }, Receipt: a.receipt,
		Trusted: proxies, Origins: c.TrustedOrigins, FileSize: int64(c.FileMB) << 20, FilesSize: int64(c.FilesMB) << 20,
		KeepDraft: time.Duration(c.KeepDraft), MinFill: time.Duration(c.MinFill), FormsHour: int64(c.FormsHour), Now: a.now, Log: a.log,
	}
	for _, k := range keys {
		opt.Keys = append(opt.Keys, k.Secret)
	}
	return web.New(opt)
}

// baseURL is the address of the pages as customers see it.
func (a *app) baseURL(address string) string {
	if a.cfg.Web.BaseURL != "" {
		return strings.TrimSuffix(a.cfg.Web.BaseURL, "/")
	}
	return "http://" + address
}

// pagesDetail says where the pages are, and what a trial may leave open.
func (a *app) pagesDetail() string {
	base := a.baseURL(a.cfg.Web.Address)
	switch {
	case !strings.HasPrefix(base, "https://"):
		return base + "; without TLS, for trials only: set web.base_url to the https address of the proxy"
	case !strings.HasPrefix(a.cfg.Firm.FormURL, base):
		return base + "; mail names another form, " + a.cfg.Firm.FormURL + " (firm.form_url)"
	}
	return base
}

// policyFacts are the numbers and names of the policy in force now.
func (a *app) policyFacts() templates.PolicyFacts {
	return templates.PolicyFacts{
		Address: a.cfg.Firm.Address, FormURL: a.cfg.Firm.FormURL, PostAddress: strings.Join(a.cfg.Firm.PostalLines, ", "),
		AcknowledgeHours: a.cfg.Policy.AcknowledgeHours, UpdateDays: a.rules.UpdateDays, NextUpdateDays: a.rules.NextUpdateDays,
		RespondDays: a.rules.RespondDays, ReviewDays: a.rules.ReviewDays, CloseDays: a.rules.CloseDays, OmbudsmanWeeks: a.rules.WeeksToOmbudsman(a.now()), Calendar: a.cfg.Policy.Calendar,
		Ombudsman: a.office.body("ombudsman"), ICO: a.office.body("ico").Body,
	}
}

// receipt says what became of a form.
func (a *app) receipt(ctx context.Context, id string) (r web.Receipt, err error) {
	arrival, err := a.store.GetArrival(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return r, nil
	}
	if err != nil {
		return r, err
	}
	r.ReceivedAt, r.Email = arrival.ArrivedAt, arrival.From
	if arrival.ComplaintID == "" {
		return r, nil
	}
	c, err := a.store.GetComplaintByID(ctx, arrival.ComplaintID)
	if err != nil {
		return r, err
	}
	r.Reference = c.Reference
	if c.ReplyBy == complaint.ByLetter {
		r.Email = ""
	}
	obligations, err := a.store.ObligationsOf(ctx, c.ID)
	for _, o := range obligations {
		switch {
		case o.Kind == complaint.Update && o.Round == 1:
			r.UpdateBy = o.ToldAt
		case o.Kind == complaint.Respond:
			r.RespondBy = o.ToldAt
		}
	}
	return r, err
}

// web serves the pages until ctx ends; requests that run then are answered.
func (a *app) web(ctx context.Context, g *errgroup.Group) error {
	if err := a.endChangedRoles(ctx); err != nil {
		return err
	}
	l, err := net.Listen("tcp", a.cfg.Web.Address)
	if err != nil {
		return fmt.Errorf("web.address: %w", err)
	}
	site, err := a.site(context.WithoutCancel(ctx), l.Addr().String())
	if err != nil {
		return errors.Join(err, l.Close())
	}
	url := a.baseURL(l.Addr().String())
	a.webURL.Store(url)
	srv := site.Server()
	g.Go(func() error {
		<-ctx.Done()
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		err := errors.Join(srv.Shutdown(last), srv.Close())
		site.Wait()
		return err
	})
	g.Go(func() error {
		a.log.Info("pages for customers", "url", url)
		if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return ctx.Err()
	})
	g.Go(func() error { return a.sweep(ctx) })
	return nil
}

// sweep forgets drafts that nobody sent, old counters, and sessions that are over.
func (a *app) sweep(ctx context.Context) error {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		_, err := a.store.DeleteDrafts(ctx, a.now().Add(-time.Duration(a.cfg.Web.KeepDraft)))
		err = errors.Join(err, a.store.DeleteRates(ctx, a.now().Add(-24*time.Hour)), a.store.DeleteExpired(ctx, a.now()))
		if err != nil && ctx.Err() == nil {
			a.log.Error("sweep drafts", "err", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

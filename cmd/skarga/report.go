package main

import (
	"context"
	"fmt"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/complaint/figures"
	"ask4.com/skarga/web/dashboard"
)

type reportCmd struct {
	From   string `help:"First day; the first of this month if not given." placeholder:"2026-11-01"`
	To     string `help:"Last day; today if not given." placeholder:"2026-11-30"`
	Format string `help:"text, csv, json or html." enum:"text,csv,json,html" default:"text"`
}

// Run prints the figures of a period (DOMAIN, Reports).
func (c reportCmd) Run(s *session) error {
	a, who, err := s.allowed(complaint.ActReport)
	if err != nil {
		return err
	}
	defer a.Close()
	p, err := a.period(c.From, c.To)
	if err != nil {
		return err
	}
	r, err := a.figures(s.ctx, p, who)
	if err != nil {
		return err
	}
	switch {
	case s.cli.JSON || c.Format == "json":
		return dashboard.JSON(s.out, r)
	case c.Format == "csv":
		return dashboard.CSV(s.out, r)
	case c.Format == "html":
		return dashboard.HTML(s.out, a.cfg.Firm.Name, r)
	}
	return dashboard.Text(s.out, r)
}

// period reads the first and the last day of a period in the firm's zone.
func (a *app) period(first, last string) (figures.Period, error) {
	now := a.now().In(a.rules.Location)
	p := figures.Period{From: time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, now.Location()), AsOf: now}
	day := func(flag, text string, def time.Time) (time.Time, error) {
		if text == "" {
			return def, nil
		}
		t, err := time.ParseInLocation(time.DateOnly, text, now.Location())
		if err != nil {
			return t, usageError{fmt.Errorf("--%s %q is no date; one looks like 2026-11-30", flag, text)}
		}
		return t, nil
	}
	var err error
	if p.From, err = day("from", first, p.From); err != nil {
		return p, err
	}
	end, err := day("to", last, now)
	if err != nil {
		return p, err
	}
	y, m, d := end.Date()
	p.To = time.Date(y, m, d+1, 0, 0, 0, 0, now.Location())
	if !p.From.Before(p.To) {
		return p, usageError{fmt.Errorf("the period ends (%s) before it begins (%s)", end.Format(time.DateOnly), p.From.Format(time.DateOnly))}
	}
	if p.From.After(now) {
		return p, usageError{fmt.Errorf("the period begins on %s, which is still to come", p.From.Format(time.DateOnly))}
	}
	return p, nil
}

// figures counts a period for a person: what is hidden from them is not in it (P8).
func (a *app) figures(ctx context.Context, p figures.Period, who complaint.Person) (r figures.Report, err error) {
	cases, err := a.store.FigureCases(ctx, p.From, p.To, who.Name)
	if err != nil {
		return r, err
	}
	promises, err := a.store.FigurePromises(ctx, p.From, p.To, who.Name)
	if err != nil {
		return r, err
	}
	surveys, err := a.store.FigureSurveys(ctx, p.From, p.To, who.Name)
	if err != nil {
		return r, err
	}
	return figures.Make(p, cases, promises, surveys), nil
}

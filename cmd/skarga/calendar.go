package main

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
)

// calendarHistory is the chain of events that tells who set one-off days.
const calendarHistory = "calendar"

// readDays lays the one-off days that managers set over the calendar, as of now. All
// parts of the process count with this one calendar.
func (a *app) readDays(ctx context.Context) error {
	days, err := a.store.OwnDays(ctx)
	if err != nil {
		return err
	}
	return a.rules.Calendar.SetOwn(days)
}

// ownDays changes the one-off days. Each change is on record, and counts at once: for
// what is dated from then on (deadlines never move by themselves).
type ownDays struct{ *app }

// Set makes a day one off, or one that is worked.
func (d ownDays) Set(ctx context.Context, by string, o complaint.Override) error {
	o.Name = strings.Join(strings.Fields(o.Name), " ")
	day, err := time.Parse(time.DateOnly, o.Date)
	switch {
	case err != nil:
		return fmt.Errorf("%w: a day looks like 2026-12-31", casework.ErrField)
	case o.Name == "" || utf8.RuneCountInString(o.Name) > 60:
		return fmt.Errorf("%w: give the day a name of 60 letters or fewer; it explains the dates of complaints", casework.ErrField)
	}
	works, why, err := d.rules.Calendar.Workday(day)
	switch {
	case err != nil:
		return fmt.Errorf("%w: %w", casework.ErrField, err)
	case works == o.Working && works:
		return fmt.Errorf("%w: %s is worked already", casework.ErrField, day.Format("Monday 2 January 2006"))
	case works == o.Working:
		return fmt.Errorf("%w: %s is off already: %s", casework.ErrField, day.Format("Monday 2 January 2006"), why)
	}
	own := complaint.OwnDay{Override: o, By: by, At: d.now()}
	return d.note(ctx, "calendar day set", own, func(tx *store.Tx) error { return tx.SetOwnDay(ctx, own) })
}

// Drop takes a one-off day away: the rule holds again.
func (d ownDays) Drop(ctx context.Context, by, date string) error {
	own := complaint.OwnDay{Override: complaint.Override{Date: date}, By: by}
	return d.note(ctx, "calendar day taken away", own, func(tx *store.Tx) error {
		ok, err := tx.DeleteOwnDay(ctx, date)
		if err == nil && !ok {
			err = fmt.Errorf("%w: %s is no day that was set here", casework.ErrField, date)
		}
		return err
	})
}

func (d ownDays) note(ctx context.Context, what string, o complaint.OwnDay, change func(*store.Tx) error) error {
	payload := map[string]any{"date": o.Date}
	if o.Name != "" {
		payload["name"], payload["working"] = o.Name, o.Working
	}
	if err := d.record(ctx, complaint.Event{Subject: calendarHistory, Actor: o.By, Kind: what}, payload, change); err != nil {
		return err
	}
	d.store.Notify(store.TopicRules)
	return d.readDays(ctx)
}

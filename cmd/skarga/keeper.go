package main

import (
	"bytes"
	"context"
	"errors"
	"time"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
	"ask4.com/skarga/ingest/imap"
	"ask4.com/skarga/mailer"
	"ask4.com/skarga/store"
)

// The adapters in this file let each room see the store through the small
// interface that it declares.

// intakeStore is the store as intake sees it.
type intakeStore struct{ *store.Store }

func (s intakeStore) CreateArrivals(ctx context.Context, list []ingest.NewArrival) ([]bool, error) {
	arrivals := make([]store.NewArrival, len(list))
	for i, a := range list {
		arrivals[i] = store.NewArrival{Arrival: a.Arrival, Body: a.Body, ClaimedBy: a.ClaimedBy, ClaimedFor: a.ClaimedFor}
	}
	return s.Store.CreateArrivals(ctx, arrivals)
}

func (s intakeStore) InTx(ctx context.Context, fn func(ingest.Tx) error) error {
	return s.Store.InTx(ctx, func(tx *store.Tx) error { return fn(tx) })
}

// mailerStore is the store as the mailer sees it.
type mailerStore struct{ *store.Store }

func (s mailerStore) InTx(ctx context.Context, fn func(mailer.Tx) error) error {
	return s.Store.InTx(ctx, func(tx *store.Tx) error { return fn(tx) })
}

// caseStore is the store as people see it.
type caseStore struct{ *store.Store }

func (s caseStore) InTx(ctx context.Context, fn func(casework.Tx) error) error {
	return s.Store.InTx(ctx, func(tx *store.Tx) error { return fn(tx) })
}

func (s caseStore) ComplaintView(ctx context.Context, ref complaint.Reference) (complaint.View, error) {
	v, err := s.Store.ComplaintView(ctx, ref)
	if errors.Is(err, store.ErrNotFound) {
		err = complaint.ErrNoComplaint
	}
	return v, err
}

// keeper commits what the poller of one mailbox fetches, and keeps its position.
type keeper struct {
	app              *app
	account, mailbox string
}

// Record commits messages as arrivals together with the position.
func (k keeper) Record(ctx context.Context, messages []imap.Fetched, p imap.Position) error {
	list := make([]store.NewArrival, 0, len(messages))
	for _, m := range messages {
		a := store.NewArrival{Arrival: complaint.Arrival{
			ID: complaint.NewID(), Channel: complaint.ChannelEmail,
			Account: m.Account, Mailbox: m.Mailbox, UIDValidity: m.UIDValidity, UID: m.UID,
			ArrivedAt: m.InternalDate, RecordedAt: k.app.now(), Size: m.Size,
			Late: m.Late || !k.app.restored.IsZero() && m.InternalDate.Before(k.app.restored.Add(restoreSlack)), // then it may have been answered before
		}, Body: m.Body}
		if m.Body == nil {
			code := ingest.NotFetched
			if m.OverLimit {
				code = ingest.TooLarge
			}
			a.Damaged = []string{code + ": " + m.Problem}
			if len(m.Header) > 0 {
				a.Body, a.Size = bytes.NewReader(m.Header), int64(len(m.Header))
			}
		}
		list = append(list, a)
	}
	switch {
	case !p.Found:
		_, err := k.app.store.CreateArrivals(ctx, list)
		return err
	case len(list) == 0:
		return k.SetPosition(ctx, k.account, k.mailbox, p)
	}
	_, err := k.app.store.CreateArrivalsAt(ctx, k.account, k.mailbox, list, position(p))
	return err
}

// position is the poller's position as the store keeps it.
func position(p imap.Position) store.Position {
	return store.Position{UIDValidity: p.UIDValidity, UID: p.LastUID, StartedAt: p.StartedAt}
}

func (k keeper) Position(ctx context.Context, account, mailbox string) (imap.Position, error) {
	p, err := k.app.store.Position(ctx, account, mailbox)
	return imap.Position{UIDValidity: p.UIDValidity, LastUID: p.UID, StartedAt: p.StartedAt, Found: !p.StartedAt.IsZero()}, err
}

func (k keeper) SetPosition(ctx context.Context, account, mailbox string, p imap.Position) error {
	return k.app.store.SetPosition(ctx, account, mailbox, position(p))
}

func (k keeper) Known(ctx context.Context, account, mailbox string, uidvalidity, from, to uint32) ([]uint32, error) {
	return k.app.store.KnownUIDs(ctx, account, mailbox, uidvalidity, from, to)
}

func (k keeper) Healthy(ctx context.Context, account, mailbox string, at time.Time) {
	if err := k.app.store.SetMailboxOK(ctx, account, mailbox, at); err != nil && ctx.Err() == nil {
		k.app.log.Warn("note that the mailbox was read", "account", account, "mailbox", mailbox, "err", err)
	}
}

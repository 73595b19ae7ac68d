package store

import (
	"context"
	"time"

	"ask4.com/skarga/complaint/figures"
)

// FigureCases lists what the figures need of each complaint that was open at some
// time from from to before to.
func (s *Store) FigureCases(ctx context.Context, from, to time.Time) ([]figures.Case, error) {
	return list(ctx, s.reads(), "figures", func(row scanner) (c figures.Case, err error) {
		return c, row.Scan(&c.ID, &c.Reference, &c.Channel, &c.Stage, ms{&c.ReceivedAt}, ms{&c.EndedAt})
	}, `SELECT c.id, c.reference, c.channel, c.stage, c.received_at, c.closed_at FROM complaints c
		WHERE c.received_at < ? AND (c.closed_at = 0 OR c.closed_at >= ?) ORDER BY c.received_at, c.id`, to, from)
}

// FigurePromises lists the promises that fell due, were triggered or were met from
// from to before to.
func (s *Store) FigurePromises(ctx context.Context, from, to time.Time) ([]figures.Promise, error) {
	return list(ctx, s.reads(), "figures", func(row scanner) (p figures.Promise, err error) {
		return p, row.Scan(&p.ComplaintID, &p.Kind, &p.State, ms{&p.TriggerAt}, ms{&p.Deadline}, ms{&p.MetAt})
	}, `SELECT complaint_id, kind, state, trigger_at, deadline, met_at FROM obligations
		WHERE deadline >= ? AND deadline < ? OR trigger_at >= ? AND trigger_at < ? OR met_at >= ? AND met_at < ?`, from, to, from, to, from, to)
}

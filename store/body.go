package store

import (
	"context"
	"fmt"

	"ask4.com/skarga/complaint"
)

func scanBody(row scanner) (b complaint.OwnBody, err error) {
	return b, row.Scan(&b.Kind, &b.From, &b.Until, &b.Name, &b.NamePL, &b.URL, &b.Phone, &b.Post, &b.Months, &b.By, ms{&b.At})
}

// OwnBodies lists the bodies that were set on the pages, by kind and first day.
func (s *Store) OwnBodies(ctx context.Context) ([]complaint.OwnBody, error) {
	return s.reads().OwnBodies(ctx)
}

// OwnBodies lists them inside a transaction.
func (c conn) OwnBodies(ctx context.Context) ([]complaint.OwnBody, error) {
	return list(ctx, c, "bodies", scanBody,
		"SELECT kind, from_day, until_day, name, name_pl, url, phone, post, months, set_by, at FROM bodies ORDER BY kind, from_day")
}

// SetOwnBody sets a body from its first day on, inside a transaction.
func (c conn) SetOwnBody(ctx context.Context, b complaint.OwnBody) error {
	_, err := c.exec(ctx, `INSERT INTO bodies (kind, from_day, until_day, name, name_pl, url, phone, post, months, set_by, at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (kind, from_day) DO UPDATE SET until_day = excluded.until_day, name = excluded.name, name_pl = excluded.name_pl,
			url = excluded.url, phone = excluded.phone, post = excluded.post, months = excluded.months, set_by = excluded.set_by, at = excluded.at`,
		b.Kind, b.From, b.Until, b.Name, b.NamePL, b.URL, b.Phone, b.Post, b.Months, b.By, b.At)
	if err != nil {
		return fmt.Errorf("store: set body %s from %s: %w", b.Kind, b.From, err)
	}
	return nil
}

// DeleteOwnBody takes a body away that was set, inside a transaction; ok is false when
// there was none.
func (c conn) DeleteOwnBody(ctx context.Context, kind, from string) (ok bool, err error) {
	n, err := c.exec(ctx, "DELETE FROM bodies WHERE kind = ? AND from_day = ?", kind, from)
	if err != nil {
		return false, fmt.Errorf("store: delete body %s from %s: %w", kind, from, err)
	}
	return n > 0, nil
}

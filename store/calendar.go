package store

import (
	"context"
	"fmt"

	"ask4.com/skarga/complaint"
)

func scanOwnDay(row scanner) (d complaint.OwnDay, err error) {
	return d, row.Scan(&d.Date, &d.Name, flag{&d.Working}, &d.By, ms{&d.At})
}

// OwnDays lists the one-off days that were set on the pages, by date.
func (s *Store) OwnDays(ctx context.Context) ([]complaint.OwnDay, error) {
	return list(ctx, s.reads(), "calendar days", scanOwnDay, "SELECT date, name, working, set_by, at FROM calendar_days ORDER BY date")
}

// SetOwnDay sets a one-off day, inside a transaction.
func (c conn) SetOwnDay(ctx context.Context, d complaint.OwnDay) error {
	_, err := c.exec(ctx, `INSERT INTO calendar_days (date, name, working, set_by, at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (date) DO UPDATE SET name = excluded.name, working = excluded.working, set_by = excluded.set_by, at = excluded.at`,
		d.Date, d.Name, d.Working, d.By, d.At)
	if err != nil {
		return fmt.Errorf("store: set calendar day %s: %w", d.Date, err)
	}
	return nil
}

// DeleteOwnDay takes a one-off day away, inside a transaction; ok is false when there
// was none.
func (c conn) DeleteOwnDay(ctx context.Context, date string) (ok bool, err error) {
	n, err := c.exec(ctx, "DELETE FROM calendar_days WHERE date = ?", date)
	if err != nil {
		return false, fmt.Errorf("store: delete calendar day %s: %w", date, err)
	}
	return n > 0, nil
}

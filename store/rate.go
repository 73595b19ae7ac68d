package store

import (
	"context"
	"fmt"
	"time"
)

// AddRate adds an amount to a counter that starts anew in every window, and gives
// its sum so far. Names hold no personal data: hash what does.
func (s *Store) AddRate(ctx context.Context, name string, window time.Duration, amount int64) (sum int64, err error) {
	err = s.write(ctx, func(c conn) error {
		return c.each(ctx, func(row rows) error { return row.Scan(&sum) },
			`INSERT INTO rates (name, window_at, amount) VALUES (?, ?, ?)
			ON CONFLICT (name, window_at) DO UPDATE SET amount = rates.amount + excluded.amount RETURNING amount`,
			name, s.now().Truncate(window), amount)
	})
	if err != nil {
		return 0, fmt.Errorf("store: count %s: %w", name, err)
	}
	return sum, nil
}

// DeleteRates forgets the counters of windows that began before a time.
func (s *Store) DeleteRates(ctx context.Context, before time.Time) error {
	err := s.write(ctx, func(c conn) error {
		_, err := c.exec(ctx, "DELETE FROM rates WHERE window_at < ?", before)
		return err
	})
	if err != nil {
		return fmt.Errorf("store: delete rates: %w", err)
	}
	return nil
}

package store

import "context"

// MigrateTo brings the schema to an older version, for tests of what follows it.
func (s *Store) MigrateTo(ctx context.Context, version int64) error {
	p, err := s.provider()
	if err == nil {
		_, err = p.UpTo(ctx, version)
	}
	return err
}

// Exec writes past the store's own functions, as an older version did.
func (s *Store) Exec(ctx context.Context, query string, args ...any) error {
	return s.write(ctx, func(c conn) error {
		_, err := c.exec(ctx, query, args...)
		return err
	})
}

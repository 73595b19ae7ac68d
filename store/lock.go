package store

import (
	"context"
	"fmt"
)

// TryLock takes a named lock if nobody has it: on PostgreSQL across nodes, for as
// long as its connection lives; on SQLite in this process, since one process
// serves a file. Call release when ok.
func (s *Store) TryLock(ctx context.Context, name string) (release func(), ok bool, err error) {
	if s.opt.Driver == "postgres" {
		return s.advisoryLock(ctx, name)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.locks[name] {
		return nil, false, nil
	}
	s.locks[name] = true
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.locks, name)
	}, true, nil
}

const lockKey = "hashtext('skarga ' || current_schema()), hashtext($1)"

func (s *Store) advisoryLock(ctx context.Context, name string) (func(), bool, error) {
	c, err := s.w.Conn(ctx)
	if err != nil {
		return nil, false, fmt.Errorf("store: lock %s: %w", name, err)
	}
	var ok bool
	if err := c.QueryRowContext(ctx, "SELECT pg_try_advisory_lock("+lockKey+")", name).Scan(&ok); err != nil || !ok {
		c.Close() // back to the pool
		if err != nil {
			err = fmt.Errorf("store: lock %s: %w", name, err)
		}
		return nil, false, err
	}
	return func() {
		if _, err := c.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock("+lockKey+")", name); err != nil {
			s.opt.Logger.Warn("unlock", "name", name, "err", err) // the connection is gone, and the lock with it
		}
		c.Close()
	}, true, nil
}

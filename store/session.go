package store

import (
	"context"
	"fmt"
	"time"

	"ask4.com/skarga/complaint"
)

// CreateOneTimeLink keeps the hash of a link's secret for a subject until a time.
func (s *Store) CreateOneTimeLink(ctx context.Context, tokenHash, subject string, until time.Time) error {
	return s.write(ctx, func(c conn) error {
		_, err := c.exec(ctx, "INSERT INTO one_time_links (token_hash, subject, created_at, expires_at, used_at) VALUES (?, ?, ?, ?, 0)", tokenHash, subject, s.now(), until)
		if err != nil {
			return fmt.Errorf("store: create one-time link: %w", err)
		}
		return nil
	})
}

// UseOneTimeLink spends a link and gives its subject. ok is false when there is no
// such link, or it was used, or its time is over: of two who come at once one gets
// it.
func (s *Store) UseOneTimeLink(ctx context.Context, tokenHash string) (subject string, ok bool, err error) {
	err = s.write(ctx, func(c conn) error {
		return c.each(ctx, func(row rows) error {
			ok = true
			return row.Scan(&subject)
		}, "UPDATE one_time_links SET used_at = ? WHERE token_hash = ? AND used_at = 0 AND expires_at > ? RETURNING subject", s.now(), tokenHash, s.now())
	})
	if err != nil {
		return "", false, fmt.Errorf("store: use one-time link: %w", err)
	}
	return subject, ok, nil
}

const sessionColumns = "token_hash, kind, subject, created_at, seen_at, expires_at"

// CreateSession keeps a session.
func (s *Store) CreateSession(ctx context.Context, e complaint.Session) error {
	return s.write(ctx, func(c conn) error {
		_, err := c.exec(ctx, "INSERT INTO sessions ("+sessionColumns+") VALUES (?, ?, ?, ?, ?, ?)", e.TokenHash, e.Kind, e.Subject, e.CreatedAt, e.SeenAt, e.ExpiresAt)
		if err != nil {
			return fmt.Errorf("store: create session: %w", err)
		}
		return nil
	})
}

// Session reads a session that is not over.
func (s *Store) Session(ctx context.Context, tokenHash string) (e complaint.Session, ok bool, err error) {
	return found(get(ctx, s.reads(), "session", "", func(row scanner) (e complaint.Session, err error) {
		return e, row.Scan(&e.TokenHash, &e.Kind, &e.Subject, ms{&e.CreatedAt}, ms{&e.SeenAt}, ms{&e.ExpiresAt})
	}, "SELECT "+sessionColumns+" FROM sessions WHERE token_hash = ? AND expires_at > ?", tokenHash, s.now()))
}

// SeeSession notes that a session was used, and until when it lasts from then on.
func (s *Store) SeeSession(ctx context.Context, tokenHash string, until time.Time) error {
	return s.write(ctx, func(c conn) error {
		_, err := c.exec(ctx, "UPDATE sessions SET seen_at = ?, expires_at = ? WHERE token_hash = ?", s.now(), until, tokenHash)
		if err != nil {
			return fmt.Errorf("store: see session: %w", err)
		}
		return nil
	})
}

// DeleteSession ends a session.
func (s *Store) DeleteSession(ctx context.Context, tokenHash string) error {
	return s.deleteSessions(ctx, "token_hash = ?", tokenHash)
}

// DeleteSessions ends all sessions of a subject, as after a change of role.
func (s *Store) DeleteSessions(ctx context.Context, kind complaint.SessionKind, subject string) error {
	return s.write(ctx, func(c conn) error { return c.DeleteSessions(ctx, kind, subject) })
}

// DeleteSessions is the store's, inside a transaction.
func (c conn) DeleteSessions(ctx context.Context, kind complaint.SessionKind, subject string) error {
	if _, err := c.exec(ctx, "DELETE FROM sessions WHERE kind = ? AND subject = ?", kind, subject); err != nil {
		return fmt.Errorf("store: delete sessions: %w", err)
	}
	return nil
}

// DeleteExpired forgets sessions and links whose time was over before a time.
func (s *Store) DeleteExpired(ctx context.Context, before time.Time) error {
	if err := s.deleteSessions(ctx, "expires_at < ?", before); err != nil {
		return err
	}
	return s.write(ctx, func(c conn) error {
		if _, err := c.exec(ctx, "DELETE FROM one_time_links WHERE expires_at < ?", before); err != nil {
			return fmt.Errorf("store: delete one-time links: %w", err)
		}
		return nil
	})
}

func (s *Store) deleteSessions(ctx context.Context, where string, args ...any) error {
	return s.write(ctx, func(c conn) error {
		if _, err := c.exec(ctx, "DELETE FROM sessions WHERE "+where, args...); err != nil {
			return fmt.Errorf("store: delete sessions: %w", err)
		}
		return nil
	})
}

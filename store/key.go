package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"strconv"
	"time"
)

// Key is a secret for signing Message-IDs and tokens (DESIGN, Matching).
type Key struct {
	ID        string // 8 hex digits
	Secret    []byte // 32 random bytes
	CreatedAt time.Time
}

// SigningKeys lists the keys, newest first; sign with the first, verify with any.
// The first call of all makes one; nodes that start together get the same.
func (s *Store) SigningKeys(ctx context.Context) ([]Key, error) {
	keys, err := s.keys(ctx)
	if err != nil || len(keys) > 0 {
		return keys, err
	}
	// Made under one fixed ID, so that of two nodes one wins.
	if err := s.createKey(ctx, "1"); err != nil {
		return nil, err
	}
	return s.keys(ctx)
}

// RotateKey makes a new key; the old ones stay, to verify what was signed.
func (s *Store) RotateKey(ctx context.Context) error {
	keys, err := s.keys(ctx)
	if err != nil {
		return err
	}
	// Short, since it stands in address tokens; of two rotations at once one wins.
	return s.createKey(ctx, strconv.FormatInt(int64(len(keys)+1), 36))
}

func (s *Store) createKey(ctx context.Context, id string) error {
	secret := make([]byte, 32)
	if _, err := rand.Read(secret); err != nil {
		return fmt.Errorf("store: draw key: %w", err)
	}
	return s.write(ctx, func(c conn) error {
		if _, err := c.exec(ctx, "INSERT INTO keys (id, secret, created_at) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING", id, secret, s.now()); err != nil {
			return fmt.Errorf("store: create key: %w", err)
		}
		return nil
	})
}

func (s *Store) keys(ctx context.Context) ([]Key, error) {
	return list(ctx, s.reads(), "keys", func(row scanner) (k Key, err error) {
		return k, row.Scan(&k.ID, &k.Secret, ms{&k.CreatedAt})
	}, "SELECT id, secret, created_at FROM keys ORDER BY created_at DESC, length(id) DESC, id DESC")
}

// Setting reads a setting; "" when it was never set.
func (s *Store) Setting(ctx context.Context, name string) (string, error) {
	v, _, err := found(get(ctx, s.reads(), "setting", name, func(row scanner) (v string, err error) { return v, row.Scan(&v) },
		"SELECT value FROM settings WHERE name = ?", name))
	return v, err
}

// SetSetting writes a setting.
func (s *Store) SetSetting(ctx context.Context, name, value string) error {
	return s.write(ctx, func(c conn) error {
		if _, err := c.exec(ctx, "INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value); err != nil {
			return fmt.Errorf("store: set setting %s: %w", name, err)
		}
		return nil
	})
}

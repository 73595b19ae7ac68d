package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"ask4.com/skarga/complaint"
)

const accountColumns = "name, role, aliases, password, totp_secret, recovery, created_at, changed_at"

func scanAccount(row scanner) (a complaint.Account, err error) {
	return a, row.Scan(&a.Name, &a.Role, words{&a.Aliases}, &a.Password, &a.TOTPSecret, words{&a.Recovery}, ms{&a.CreatedAt}, ms{&a.ChangedAt})
}

// SetAccount writes an account, new or not. What was used of one-time codes is
// forgotten with the secret that they came from.
func (s *Store) SetAccount(ctx context.Context, a complaint.Account) error {
	return s.write(ctx, func(c conn) error { return c.SetAccount(ctx, a) })
}

// SetAccount is the store's, inside a transaction.
func (c conn) SetAccount(ctx context.Context, a complaint.Account) error {
	_, err := c.exec(ctx, "INSERT INTO staff_accounts ("+accountColumns+`, totp_step) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0)
		ON CONFLICT (name) DO UPDATE SET role = excluded.role, aliases = excluded.aliases, password = excluded.password,
		totp_step = CASE WHEN staff_accounts.totp_secret = excluded.totp_secret THEN staff_accounts.totp_step ELSE 0 END,
		totp_secret = excluded.totp_secret, recovery = excluded.recovery, changed_at = excluded.changed_at`,
		a.Name, a.Role, a.Aliases, a.Password, a.TOTPSecret, a.Recovery, a.CreatedAt, a.ChangedAt)
	if err != nil {
		return fmt.Errorf("store: set account of %s: %w", a.Name, err)
	}
	return nil
}

// Account reads an account, if there is one.
func (s *Store) Account(ctx context.Context, name string) (a complaint.Account, ok bool, err error) {
	return found(get(ctx, s.reads(), "account", name, scanAccount, "SELECT "+accountColumns+" FROM staff_accounts WHERE name = ?", name))
}

// Accounts lists the accounts by name.
func (s *Store) Accounts(ctx context.Context) ([]complaint.Account, error) {
	return list(ctx, s.reads(), "accounts", scanAccount, "SELECT "+accountColumns+" FROM staff_accounts ORDER BY name")
}

// DeleteAccount removes an account, if there is one.
func (c conn) DeleteAccount(ctx context.Context, name string) error {
	if _, err := c.exec(ctx, "DELETE FROM staff_accounts WHERE name = ?", name); err != nil {
		return fmt.Errorf("store: delete account of %s: %w", name, err)
	}
	return nil
}

// UseTOTPStep spends a one-time code: ok is false when it, or a later one, was used
// before. Of two who come with the same code one gets in.
func (s *Store) UseTOTPStep(ctx context.Context, name string, step int64) (ok bool, err error) {
	err = s.write(ctx, func(c conn) error {
		n, err := c.exec(ctx, "UPDATE staff_accounts SET totp_step = ? WHERE name = ? AND totp_step < ?", step, name, step)
		ok = n > 0
		return err
	})
	if err != nil {
		return false, fmt.Errorf("store: use one-time code of %s: %w", name, err)
	}
	return ok, nil
}

// UseRecovery spends a recovery code by its hash.
func (s *Store) UseRecovery(ctx context.Context, name, hash string) (ok bool, err error) {
	err = s.write(ctx, func(c conn) error {
		// A write comes first: who comes with the same code waits until this is done.
		if _, err := c.exec(ctx, "UPDATE staff_accounts SET changed_at = changed_at WHERE name = ?", name); err != nil {
			return err
		}
		a, there, err := found(get(ctx, c, "account", name, scanAccount, "SELECT "+accountColumns+" FROM staff_accounts WHERE name = ?", name))
		i := slices.Index(a.Recovery, hash)
		if err != nil || !there || i < 0 {
			return err
		}
		left, err := json.Marshal(slices.Delete(a.Recovery, i, i+1))
		if err != nil {
			return err
		}
		_, err = c.exec(ctx, "UPDATE staff_accounts SET recovery = ? WHERE name = ?", string(left), name)
		ok = err == nil
		return err
	})
	if err != nil {
		return false, fmt.Errorf("store: use recovery code of %s: %w", name, err)
	}
	return ok, nil
}

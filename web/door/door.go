// Package door lets staff in: local accounts with a password and a one-time code
// (RFC 6238), and recovery codes for a lost device. Who is staff, and in which role,
// stands elsewhere; single sign-on will be another door beside this one.
package door

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"

	"ask4.com/skarga/complaint"
)

// ErrClosed is returned to whoever does not get in; it does not say why.
var ErrClosed = errors.New("door: name, password or code is wrong")

// ErrWeak is returned for a password that is too short or too common.
var ErrWeak = errors.New("door: the password needs 12 signs or more, and must not be the name")

// Store keeps the accounts.
type Store interface {
	Account(ctx context.Context, name string) (complaint.Account, bool, error)
	SetAccount(ctx context.Context, a complaint.Account) error
	// UseTOTPStep spends a one-time code; false when it was used before.
	UseTOTPStep(ctx context.Context, name string, step int64) (bool, error)
	// UseRecovery spends a recovery code by its hash.
	UseRecovery(ctx context.Context, name, hash string) (bool, error)
}

// Door checks who wants in. It is safe for use by several goroutines.
type Door struct {
	store Store
	now   func() time.Time
	busy  chan struct{} // each check takes memory: a few at once
}

// New makes a door.
func New(store Store, now func() time.Time) *Door {
	return &Door{store: store, now: now, busy: make(chan struct{}, 4)}
}

// params are those that OWASP gives for argon2id: 19 MiB, two passes.
var params = &argon2id.Params{Memory: 19 << 10, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// nobody is what the password of an unknown name is compared with, so that the
// answer takes as long.
var nobody = sync.OnceValue(func() string {
	h, _ := argon2id.CreateHash(rand.Text(), params) // fails only without a source of randomness
	return h
})

// Enter lets a person in who knows the password and holds the device, or has a
// recovery code. All else is ErrClosed. The code is spent.
func (d *Door) Enter(ctx context.Context, name, password, code string) error {
	a, ok, err := d.store.Account(ctx, name)
	if err != nil {
		return err
	}
	if !ok || a.Password == "" {
		a.Password = nobody()
	}
	right, err := d.compare(ctx, password, a.Password)
	if err != nil {
		return err
	}
	if !ok || !right {
		return ErrClosed
	}
	code = strings.NewReplacer(" ", "", "-", "").Replace(code)
	if used, err := d.useCode(ctx, a, code); err != nil || used {
		return err
	}
	used, err := d.store.UseRecovery(ctx, name, recoveryHash(code))
	if err != nil || used {
		return err
	}
	return ErrClosed
}

func (d *Door) compare(ctx context.Context, password, hash string) (bool, error) {
	select {
	case d.busy <- struct{}{}:
		defer func() { <-d.busy }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	if len(password) > 1000 {
		return false, nil
	}
	right, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return false, fmt.Errorf("door: compare password: %w", err)
	}
	return right, nil
}

// useCode spends a one-time code of the present half minute or its neighbours.
func (d *Door) useCode(ctx context.Context, a complaint.Account, code string) (bool, error) {
	step, ok := matchCode(a.TOTPSecret, code, d.now())
	if !ok {
		return false, nil
	}
	return d.store.UseTOTPStep(ctx, a.Name, step)
}

// SetPassword changes a password; the old one must be right.
func (d *Door) SetPassword(ctx context.Context, name, old, password string) error {
	a, ok, err := d.store.Account(ctx, name)
	if err != nil {
		return err
	}
	right, err := d.compare(ctx, old, a.Password)
	if err != nil || !ok || !right {
		return errors.Join(err, ErrClosed)
	}
	if a.Password, err = hash(name, password); err != nil {
		return err
	}
	a.ChangedAt = d.now()
	return d.store.SetAccount(ctx, a)
}

func hash(name, password string) (string, error) {
	if utf8.RuneCountInString(password) < 12 || len(password) > 1000 || complaint.Fold(password) == complaint.Fold(name) {
		return "", ErrWeak
	}
	h, err := argon2id.CreateHash(password, params)
	if err != nil {
		return "", fmt.Errorf("door: hash password: %w", err)
	}
	return h, nil
}

// Keys are what a new member of staff is handed, once: only hashes of the password
// and the recovery codes are kept.
type Keys struct {
	Password string   // to be changed by its owner
	TOTP     string   // otpauth:// address for a one-time code program, or as a QR code
	Recovery []string // each opens the door once instead of a one-time code
}

// Fill gives an account new keys. Issuer is shown by the one-time code program.
func Fill(a complaint.Account, issuer string) (complaint.Account, Keys, error) {
	a, k := FillSecond(a, issuer)
	k.Password = groups(rand.Text()[:20])
	var err error
	a.Password, err = hash(a.Name, k.Password)
	return a, k, err
}

// FillSecond gives an account a new one-time secret and recovery codes; its password
// stays, and is not among the keys.
func FillSecond(a complaint.Account, issuer string) (complaint.Account, Keys) {
	var k Keys
	secret := make([]byte, 20)
	_, _ = rand.Read(secret) // never fails (crypto/rand)
	a.TOTPSecret = base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
	k.TOTP = totpAddress(issuer, a.Name, a.TOTPSecret)
	a.Recovery = nil
	for range 10 {
		code := groups(strings.ToLower(rand.Text()[:15]))
		k.Recovery = append(k.Recovery, code)
		a.Recovery = append(a.Recovery, recoveryHash(strings.ReplaceAll(code, "-", "")))
	}
	return a, k
}

// groups divides a code into groups of five, to be read out.
func groups(s string) string {
	var parts []string
	for part := range slices.Chunk([]byte(s), 5) {
		parts = append(parts, string(part))
	}
	return strings.Join(parts, "-")
}

// recoveryHash is what is kept of a recovery code: it has 75 random bits, which no
// slow hash has to protect.
func recoveryHash(code string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(code)))
	return hex.EncodeToString(sum[:])
}

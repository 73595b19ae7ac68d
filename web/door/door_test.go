package door_test

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/web/door"
)

// memory is a store for one account; the real one has its own tests.
type memory struct {
	a    complaint.Account
	step int64
}

func (m *memory) Account(_ context.Context, name string) (complaint.Account, bool, error) {
	return m.a, name == m.a.Name, nil
}
func (m *memory) SetAccount(_ context.Context, a complaint.Account) error { m.a = a; return nil }
func (m *memory) UseTOTPStep(_ context.Context, _ string, step int64) (bool, error) {
	ok := step > m.step
	if ok {
		m.step = step
	}
	return ok, nil
}
func (m *memory) UseRecovery(_ context.Context, _, hash string) (bool, error) {
	i := slices.Index(m.a.Recovery, hash)
	if i >= 0 {
		m.a.Recovery = slices.Delete(m.a.Recovery, i, i+1)
	}
	return i >= 0, nil
}

// TestCodeIsThatOfTheRFC compares with RFC 6238 appendix B, six digits of eight.
func TestCodeIsThatOfTheRFC(t *testing.T) {
	t.Parallel()
	const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" // "12345678901234567890"
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037"} {
		if got, err := door.Code(secret, time.Unix(at, 0)); got != want || err != nil {
			t.Errorf("at %d: %s %v, want %s", at, got, err, want)
		}
	}
}

func TestDoorOpensOnlyForAllThree(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	a, keys, err := door.Fill(complaint.Account{Name: "Anna Kowalska"}, "ASK4")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(a.Password, keys.Password) || slices.Contains(a.Recovery, keys.Recovery[0]) || len(keys.Recovery) != 10 {
		t.Errorf("the account keeps what only its owner may know: %+v", a)
	}
	u, err := url.Parse(keys.TOTP)
	if err != nil || u.Query().Get("secret") != a.TOTPSecret || u.Query().Get("issuer") != "ASK4" {
		t.Errorf("%s %v", keys.TOTP, err)
	}
	m := &memory{a: a}
	d := door.New(m, func() time.Time { return now })
	code := func(after time.Duration) string {
		t.Helper()
		c, err := door.Code(a.TOTPSecret, now.Add(after))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	try := func(what string, want error, name, password, code string) {
		t.Helper()
		if err := d.Enter(t.Context(), name, password, code); !errors.Is(err, want) || want == nil && err != nil {
			t.Errorf("%s: %v, want %v", what, err, want)
		}
	}
	try("wrong password", door.ErrClosed, a.Name, "x", code(0))
	try("wrong name", door.ErrClosed, "Anna", keys.Password, code(0))
	try("wrong code", door.ErrClosed, a.Name, keys.Password, "000000")
	try("no code", door.ErrClosed, a.Name, keys.Password, "")
	try("a code of five minutes ago", door.ErrClosed, a.Name, keys.Password, code(-5*time.Minute))
	try("a slow clock", nil, a.Name, keys.Password, code(-30*time.Second))
	try("the right one", nil, a.Name, keys.Password, code(0)[:3]+" "+code(0)[3:])
	try("the same again", door.ErrClosed, a.Name, keys.Password, code(0))
	try("a recovery code", nil, a.Name, keys.Password, strings.ToUpper(keys.Recovery[3]))
	try("the same recovery code", door.ErrClosed, a.Name, keys.Password, keys.Recovery[3])

	for _, weak := range []string{"", "short", "ANNA KOWALSKA", strings.Repeat("x", 2000)} {
		if err := d.SetPassword(t.Context(), a.Name, keys.Password, weak); !errors.Is(err, door.ErrWeak) {
			t.Errorf("%.20q is taken: %v", weak, err)
		}
	}
	if err := d.SetPassword(t.Context(), a.Name, "not the old one", "correct horse battery"); !errors.Is(err, door.ErrClosed) {
		t.Errorf("changed without the old one: %v", err)
	}
	if err := d.SetPassword(t.Context(), a.Name, keys.Password, "correct horse battery"); err != nil {
		t.Fatal(err)
	}
	try("the old password", door.ErrClosed, a.Name, keys.Password, code(30*time.Second))
	try("the new password", nil, a.Name, "correct horse battery", code(30*time.Second))
}

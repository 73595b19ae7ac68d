package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/internal/testserver"
	"ask4.com/skarga/web/door"
)

// keys are what `skarga staff add --json` prints.
type keys struct {
	Password string   `json:"password"`
	TOTP     string   `json:"totp"`
	Recovery []string `json:"recovery"`
}

// add makes an account for a member of staff.
func (f *firm) add(args ...string) (k keys) {
	f.Helper()
	code, out, errs := f.cmd("", append([]string{"--json", "staff"}, args...)...)
	if code != exitDone {
		f.Fatalf("staff %q: exit %d %s", args, code, errs)
	}
	if err := json.Unmarshal([]byte(out), &k); err != nil {
		f.Fatal(err)
	}
	return k
}

// code is the one-time code that the person's device shows; every call of a test
// needs another one, so it takes them from the neighbouring half minutes.
func (k keys) code(t testing.TB, after time.Duration) string {
	t.Helper()
	u, err := url.Parse(k.TOTP)
	if err != nil {
		t.Fatal(err)
	}
	c, err := door.Code(u.Query().Get("secret"), time.Now().Add(after))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// signIn is a visitor at the staff's door.
func (v *visitor) signIn(name, password, code string) page {
	v.t.Helper()
	return v.post("/staff/sign-in", url.Values{"name": {name}, "password": {password}, "code": {code}}.Encode())
}

func TestP08StaffSignInAndSessionsEndWithTheRole(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		anna := f.add("add", "anna kowalska")
		v := newVisitor(t, f.url(""))
		for name, p := range map[string]page{
			"wrong password": v.signIn("Anna Kowalska", "wrong", anna.code(t, 0)), "wrong code": v.signIn("Anna Kowalska", anna.Password, "000000"),
			"unknown name": v.signIn("Nobody", anna.Password, anna.code(t, 0)), "no account": v.signIn("Tomasz Nowak", anna.Password, anna.code(t, 0)),
		} {
			if p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "Name, password or code is wrong") {
				t.Errorf("%s: %d at %s", name, p.status, p.path)
			}
		}
		if p := v.signIn("Anna Kowalska", anna.Password, anna.Recovery[0]); p.path != "/staff/" || !strings.Contains(v.get("/staff/account").body, "Anna Kowalska, role: manager") {
			t.Fatalf("%d at %s\n%s", p.status, p.path, p.body)
		}
		if p := newVisitor(t, f.url("")).signIn("Anna Kowalska", anna.Password, anna.Recovery[0]); p.status != http.StatusUnprocessableEntity {
			t.Errorf("a recovery code opens twice: %d", p.status)
		}
		f.must(exitUsage, "staff", "role", "Anna Kowalska", "auditor")

		f.must(exitUsage, "staff", "add", "Żaneta Wójcik")
		f.must(exitUsage, "staff", "add", "Żaneta Wójcik", "--role", "boss")
		zaneta := f.add("add", "Żaneta Wójcik", "--role", "support")
		z := newVisitor(t, f.url(""))
		if p := z.signIn("Żaneta Wójcik", zaneta.Password, zaneta.code(t, 0)); p.path != "/staff/" {
			t.Fatalf("%d at %s", p.status, p.path)
		}
		f.must(exitDone, "staff", "role", "Żaneta Wójcik", "auditor")
		if p := z.get("/staff/"); p.path != "/staff/sign-in" {
			t.Errorf("the session outlives the role: at %s", p.path)
		}
		if p := z.signIn("Żaneta Wójcik", zaneta.Password, zaneta.code(t, 30*time.Second)); p.path != "/staff/" || !strings.Contains(z.get("/staff/account").body, "role: auditor") {
			t.Errorf("%d at %s\n%s", p.status, p.path, p.body)
		}
		f.must(exitDone, "staff", "remove", "Żaneta Wójcik")
		if p := z.get("/staff/"); p.path != "/staff/sign-in" {
			t.Errorf("who was removed is still in: at %s", p.path)
		}
		if out := f.must(exitDone, "staff", "list"); !regexp.MustCompile(`Anna Kowalska +manager +configuration +account, 9 recovery codes left`).MatchString(out) {
			t.Errorf("list:\n%s", out)
		}
		if p := v.post("/staff/account", url.Values{"old": {anna.Password}, "password": {"correct horse battery"}, "again": {"correct horse battery"}}.Encode()); p.path != "/staff/sign-in" {
			t.Errorf("changing the password leads to %s\n%s", p.path, p.body)
		}
		if p := v.get("/staff/"); p.path != "/staff/sign-in" {
			t.Errorf("the session outlives the password: at %s", p.path)
		}
		f.must(exitDone, "audit", "verify")
	})
}

func TestEveryStaffPageIsBehindTheDoor(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	site, err := f.app.site(t.Context(), "127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	if len(site.StaffRoutes) < 3 {
		t.Fatalf("the test sees %q only", site.StaffRoutes)
	}
	wild := regexp.MustCompile(`\{[^}]*\}`)
	v := newVisitor(t, f.url(""))
	for _, pattern := range site.StaffRoutes {
		method, path, _ := strings.Cut(pattern, " ")
		path = wild.ReplaceAllString(strings.TrimSuffix(path, "{$}"), "x")
		for _, cookie := range []string{"", "staff=made-up", "form=x.y", "case=x"} {
			r := v.request(method, path, "application/x-www-form-urlencoded", "a=b")
			r.Header.Set("Cookie", cookie)
			if p := v.do(r); p.path != "/staff/sign-in" && p.status != http.StatusForbidden {
				t.Errorf("%s with %q: %d at %s", pattern, cookie, p.status, p.path)
			}
		}
	}
	// A customer's session is no key to it.
	_, first := f.first()
	f.opens(v, first.Complaint)
	if p := v.get("/staff/"); p.path != "/staff/sign-in" {
		t.Errorf("a customer is at %s", p.path)
	}
	for to, want := range map[string]string{"/staff/account": "/staff/account", "https://evil.example/": "/staff/", "//evil.example": "/staff/", "/staff//evil.example": "/staff/", "/staff/\\evil": "/staff/"} {
		k := f.keysOf(t)
		p := newVisitor(t, f.url("")).post("/staff/sign-in", url.Values{"name": {"Anna Kowalska"}, "password": {k.Password}, "code": {k.Recovery[0]}, "to": {to}}.Encode())
		if p.path != want {
			t.Errorf("after the door %q leads to %s", to, p.path)
		}
	}
}

// keysOf gives Anna new keys.
func (f *firm) keysOf(t testing.TB) keys {
	t.Helper()
	if _, ok, err := f.app.store.Account(t.Context(), "Anna Kowalska"); err != nil {
		t.Fatal(err)
	} else if !ok {
		return f.add("add", "Anna Kowalska")
	}
	return f.add("reset", "Anna Kowalska")
}

func TestGuessingAtTheDoorIsSlowedDown(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	k := f.keysOf(t)
	v := newVisitor(t, f.url(""))
	last := 0
	for range 11 {
		last = v.signIn("Anna Kowalska", "guess", "123456").status
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the eleventh guess: %d", last)
	}
	if p := v.signIn("Anna Kowalska", k.Password, k.Recovery[0]); p.status != http.StatusTooManyRequests {
		t.Errorf("the twelfth try from there: %d", p.status)
	}
}

func TestRoleInTheConfigurationEndsSessions(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	k := f.keysOf(t)
	v := newVisitor(t, f.url(""))
	if p := v.signIn("Anna Kowalska", k.Password, k.Recovery[0]); p.path != "/staff/" {
		t.Fatalf("at %s", p.path)
	}
	if err := f.app.endChangedRoles(t.Context()); err != nil { // a restart with the same roles
		t.Fatal(err)
	}
	if p := v.get("/staff/"); p.path != "/staff/" {
		t.Errorf("a restart ends sessions: at %s", p.path)
	}
	f.app.cfg.Staff[0].Role = string(complaint.Auditor)
	if err := f.app.endChangedRoles(t.Context()); err != nil {
		t.Fatal(err)
	}
	if p := v.get("/staff/"); p.path != "/staff/sign-in" {
		t.Errorf("the session outlives the role: at %s", p.path)
	}
}

func TestStaffPagesAreAccessible(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	k := f.keysOf(t)
	b := testserver.Browser(t, testserver.Look{})
	b.Open(f.url("/staff/"))
	inspect(t, b, "staff sign in")
	b.Fill("name", "Anna Kowalska")
	b.Press("main .actions .button")
	inspect(t, b, "staff sign in wrong")
	b.Fill("password", k.Password)
	b.Fill("code", k.Recovery[0])
	b.Press("main .actions .button")
	inspect(t, b, "staff home")
	b.Press(".you a")
	inspect(t, b, "staff account")
	b.Fill("password", "short")
	b.Fill("again", "short")
	b.Fill("old", k.Password)
	b.Press("main .actions .button")
	inspect(t, b, "staff account wrong")
	b.Press(".you button")
	if !strings.HasSuffix(b.Address(), "/staff/sign-in") {
		t.Errorf("signing out leads to %s", b.Address())
	}
}

// TestTheDemoIsSignedInToAgainAndAgain signs in to the demo with every code that it prints.
func TestTheDemoIsSignedInToAgainAndAgain(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	printed, err := (&demoShow{app: f.app}).opensDoor(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, hers, _ := strings.Cut(printed, "Anna Kowalska")
	hers, _, _ = strings.Cut(hers, "Tomasz Nowak")
	_, lines, _ := strings.Cut(hers, "password ")
	words := strings.Fields(lines)
	if len(words) != 11 {
		t.Fatalf("the demo prints %q", printed)
	}
	for _, code := range words[1:] {
		if p := newVisitor(t, f.url("")).signIn("Anna Kowalska", words[0], code); p.path != "/staff/" {
			t.Errorf("code %s leads to %s", code, p.path)
		}
	}
}

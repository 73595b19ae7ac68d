package imap

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"ask4.com/skarga/internal/testserver"
	"github.com/emersion/go-imap/v2"
	"github.com/google/go-cmp/cmp"
)

var bodyFetch = regexp.MustCompile(`(?i)^(\S+) UID FETCH (\S+) .*BODY\.PEEK\[(HEADER)?\]`)

// spoiler stands before an IMAP server and answers a body fetch that names uid with
// a response that no client can read.
type spoiler struct {
	addr    string
	uid     uint32
	headers bool         // spoil the header fetch as well
	silent  bool         // answer OK without the message, instead of nonsense
	spoilt  atomic.Int32 // how often
}

func (p *spoiler) start(t *testing.T, upstream string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	p.addr = l.Addr().String()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(c, upstream)
		}
	}()
}

func (p *spoiler) serve(c net.Conn, upstream string) {
	defer c.Close()
	u, err := net.Dial("tcp", upstream)
	if err != nil {
		return
	}
	defer u.Close()
	go func() { _, _ = io.Copy(c, u); _ = c.Close() }()
	r := bufio.NewReader(c)
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		if m := bodyFetch.FindStringSubmatch(line); m != nil && (m[3] == "" || p.headers) && names(m[2], p.uid) {
			p.spoilt.Add(1)
			answer := "* 1 FETCH (UID (\r\n"
			if p.silent {
				answer = m[1] + " OK done\r\n"
			}
			if _, err := io.WriteString(c, answer); err != nil {
				return
			}
			continue
		}
		if _, err := io.WriteString(u, line); err != nil {
			return
		}
	}
}

// names says whether an IMAP set such as 1:3,7 holds uid.
func names(set string, uid uint32) bool {
	for part := range strings.SplitSeq(set, ",") {
		from, to, ranged := strings.Cut(part, ":")
		if !ranged {
			to = from
		}
		if number(from) <= uid && uid <= number(to) {
			return true
		}
	}
	return false
}

func number(s string) (n uint32) {
	for _, r := range s {
		n = n*10 + uint32(r-'0')
	}
	return n
}

func TestBadMessageStopsNoOther(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		headers, silent bool
		header          string
	}{
		"body unreadable":           {header: "Message-ID: <7@example.org>"},
		"header unreadable as well": {headers: true},
		"left out of the answer":    {silent: true, header: "Message-ID: <7@example.org>"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			addr := memoryServer(t, imap.CapIdle)
			bad := &spoiler{uid: 7, headers: c.headers, silent: c.silent}
			bad.start(t, addr)
			m, k := hands(t, addr), newKeeper()
			once(t, poller(t, options(t, addr), k), 0)
			want := fill(t, m, 20, 100)
			p := poller(t, options(t, bad.addr), k)
			run(t, p)
			got := k.waitFor(t, 20)
			slices.SortFunc(got, func(a, b kept) int { return int(a.UID) - int(b.UID) })
			for i, g := range got {
				if g.UID == 7 {
					if g.Body != nil || g.Problem == "" || !strings.Contains(string(g.Header), c.header) || g.InternalDate.IsZero() {
						t.Errorf("bad message: %+v", g.Fetched)
					}
				} else if g.raw != want[i] || g.Problem != "" {
					t.Errorf("message %d: %q", g.UID, g.Problem)
				}
			}
			if k.all()[19].UID != 7 {
				t.Error("the bad message held others up")
			}
			if n := bad.spoilt.Load(); n < int32(p.opts.MaxTries) {
				t.Errorf("given up after %d tries", n)
			}
			k.until(t, "position behind the bad message", func() bool { return k.pos.LastUID == 20 })
			if k.doubles != 0 {
				t.Errorf("%d messages were recorded twice", k.doubles)
			}
		})
	}
}

func TestExclusiveMailboxIsEmptiedAfterTheCommit(t *testing.T) {
	t.Parallel()
	try := func(t *testing.T, addr string, left int) {
		m, k := hands(t, addr), newKeeper()
		o := options(t, addr)
		o.Exclusive, o.BatchSize = true, 3
		p := poller(t, o, k)
		add(t, m, letter(0, 10), time.Time{}) // was there before us: not ours to move
		once(t, p, 0)
		fill(t, m, 10, 100)
		k.before = func(messages []Fetched) error {
			if len(messages) > 0 && messages[0].UID == 2 { // nothing is committed yet
				if n := count(t, m, "INBOX"); n != 11 {
					t.Errorf("%d messages before the first commit, want 11", n)
				}
			}
			return nil
		}
		once(t, p, 10)
		if n := count(t, m, "INBOX"); n != 1+left {
			t.Errorf("%d messages are left in the mailbox, want %d", n, 1+left)
		}
		if n := count(t, m, "Skarga/Done"); n != 10-left {
			t.Errorf("%d messages are in the done folder, want %d", n, 10-left)
		}
		once(t, p, 0)
	}
	t.Run("dovecot", func(t *testing.T) { t.Parallel(); try(t, testserver.Dovecot(t).Addr, 0) })
	t.Run("move", func(t *testing.T) { t.Parallel(); try(t, memoryServer(t, imap.CapMove), 0) })
	t.Run("copy and uid expunge", func(t *testing.T) { t.Parallel(); try(t, memoryServer(t, imap.CapUIDPlus), 0) })
	t.Run("neither", func(t *testing.T) { t.Parallel(); try(t, memoryServer(t), 10) })
}

func TestCrashBetweenCommitAndMove(t *testing.T) {
	t.Parallel()
	d := testserver.Dovecot(t)
	m, k := d.Login(t, ""), newKeeper()
	o := options(t, d.Addr)
	once(t, poller(t, o, k), 0)
	fill(t, m, 3, 10)
	once(t, poller(t, o, k), 3) // recorded, and the process is gone
	o.Exclusive = true
	once(t, poller(t, o, k), 0)
	if in, done := count(t, m, "INBOX"), count(t, m, "Skarga/Done"); in != 0 || done != 3 {
		t.Errorf("%d in the mailbox and %d done, want 0 and 3", in, done)
	}
}

func TestOthersDeletedMailSurvivesUIDExpunge(t *testing.T) {
	t.Parallel()
	addr := memoryServer(t, imap.CapUIDPlus)
	m, k := hands(t, addr), newKeeper()
	add(t, m, letter(1, 10), time.Time{})
	if _, err := m.Select("INBOX", nil).Wait(); err != nil {
		t.Fatal(err)
	}
	deleted := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Flags: []imap.Flag{imap.FlagDeleted}}
	if err := m.Store(imap.UIDSetNum(1), deleted, nil).Close(); err != nil {
		t.Fatal(err)
	}
	o := options(t, addr)
	o.Exclusive = true
	p := poller(t, o, k)
	once(t, p, 0)
	add(t, m, letter(2, 10), time.Time{})
	once(t, p, 1)
	if n := count(t, m, "INBOX"); n != 1 {
		t.Errorf("%d messages are left, want the one that somebody else marked", n)
	}
}

func TestCensus(t *testing.T) {
	t.Parallel()
	servers(t, func(t *testing.T, addr string) {
		m, k := hands(t, addr), newKeeper()
		o := options(t, addr)
		o.Exclusive = true
		before, err := TakeCensus(t.Context(), o)
		if err != nil || len(before.UIDs) != 0 || len(before.Done) != 0 {
			t.Fatalf("empty mailbox: %+v %v", before, err)
		}
		p := poller(t, o, k)
		once(t, p, 0)
		fill(t, m, 2, 10)
		once(t, p, 2)
		add(t, m, letter(3, 10), time.Time{})
		got, err := TakeCensus(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		var done []string
		for _, d := range got.Done {
			done = append(done, d.MessageID)
		}
		if diff := cmp.Diff([]string{"1@example.org", "2@example.org"}, done); diff != "" {
			t.Errorf("done (-want +got):\n%s", diff)
		}
		if len(got.InternalDates) != 1 || time.Since(got.InternalDates[0]).Abs() > time.Hour {
			t.Errorf("dates %v", got.InternalDates)
		}
		if diff := cmp.Diff([]uint32{3}, got.UIDs); diff != "" || got.UIDValidity != k.pos.UIDValidity {
			t.Errorf("mailbox %d (-want +got):\n%s", got.UIDValidity, diff)
		}
	})
}

func TestLogins(t *testing.T) {
	t.Parallel()
	d := testserver.Dovecot(t)
	secret := func(s string) func(context.Context) (string, error) {
		return func(context.Context) (string, error) { return s, nil }
	}
	good := d.Token(d.User, time.Now().Add(time.Hour))
	stale := d.Token(d.User, time.Now().Add(-time.Hour))
	cases := map[string]struct {
		auth   AuthMethod
		secret string
		mode   TLSMode
		ca     bool
		part   string // that fails; "" is none
	}{
		"password":              {secret: d.Password, mode: TLSNone},
		"login":                 {auth: AuthLogin, secret: d.Password, mode: TLSNone},
		"plain over TLS":        {auth: AuthPlain, secret: d.Password, mode: TLSImplicit, ca: true},
		"plain over STARTTLS":   {auth: AuthPlain, secret: d.Password, mode: TLSStart, ca: true},
		"unknown certificate":   {secret: d.Password, mode: TLSImplicit, part: "connection"},
		"unknown, STARTTLS":     {secret: d.Password, mode: TLSStart, part: "connection"},
		"wrong password":        {secret: "wrong", mode: TLSNone, part: "login"},
		"OAUTHBEARER":           {auth: AuthOAuthBearer, secret: good, mode: TLSImplicit, ca: true},
		"OAUTHBEARER, stale":    {auth: AuthOAuthBearer, secret: stale, mode: TLSNone, part: "login"},
		"XOAUTH2":               {auth: AuthXOAuth2, secret: good, mode: TLSNone},
		"XOAUTH2, stale":        {auth: AuthXOAuth2, secret: stale, mode: TLSNone, part: "login"},
		"XOAUTH2, not a token":  {auth: AuthXOAuth2, secret: "x", mode: TLSNone, part: "login"},
		"LOGIN with odd secret": {auth: AuthLogin, secret: "zażółć \"\\", mode: TLSNone, part: "login"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			addr := d.Addr
			if c.mode == TLSImplicit {
				addr = d.TLSAddr
			}
			o := options(t, addr)
			o.TLS, o.Auth, o.Secret = c.mode, c.auth, secret(c.secret)
			if c.ca {
				o.CAFile = d.CAFile
			}
			results := Check(t.Context(), o)
			last := results[len(results)-1]
			if c.part == "" && !last.OK || c.part != "" && (last.OK || last.Part != c.part || last.Cure == "") {
				t.Errorf("ends with %+v, want fault %q", last, c.part)
			}
			if strings.Contains(last.Detail, c.secret) && c.part != "" && len(c.secret) > 5 {
				t.Errorf("the secret is in %q", last.Detail)
			}
		})
	}
}

func TestCheckNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	addr := memoryServer(t, imap.CapIdle)
	m := hands(t, addr)
	faults := func(o Options) (parts []string) {
		for _, r := range Check(t.Context(), o) {
			if !r.OK {
				parts = append(parts, r.Part)
			}
		}
		return parts
	}
	o := options(t, addr)
	if got := faults(o); got != nil {
		t.Errorf("faults %v of a good mailbox", got)
	}
	missing := o
	missing.Mailbox = "Nowhere"
	if diff := cmp.Diff([]string{"mailbox"}, faults(missing)); diff != "" {
		t.Error(diff)
	}
	o.Exclusive = true
	if diff := cmp.Diff([]string{"done folder"}, faults(o)); diff != "" {
		t.Error(diff)
	}
	add(t, m, letter(1, 10), time.Now().Add(time.Hour))
	if diff := cmp.Diff([]string{"done folder", "clock"}, faults(o)); diff != "" {
		t.Error(diff)
	}
}

func TestRefetchBringsTheBodyThatWasMissing(t *testing.T) {
	t.Parallel()
	for _, exclusive := range []bool{false, true} {
		servers(t, func(t *testing.T, addr string) {
			m, k := hands(t, addr), newKeeper()
			o := options(t, addr)
			o.MaxSize, o.Exclusive, o.DoneFolder = 1000, exclusive, "Skarga/Done"
			p := poller(t, o, k)
			once(t, p, 0)
			want := letter(1, 2*inMemory)
			at := time.Now().Add(-time.Hour).Truncate(time.Second)
			add(t, m, want, at)
			add(t, m, letter(2, 2*inMemory), at.Add(time.Second))
			once(t, p, 2)
			o.MaxSize = 0
			var got []byte
			use := func(f Fetched) (err error) { got, err = io.ReadAll(f.Body); return err }
			fetched := func(what string, change func(*Target)) {
				t.Helper()
				kept := k.messages[0]
				sum := sha256.Sum256(kept.Header)
				target := Target{UIDValidity: k.pos.UIDValidity, UID: 1, SHA256: hex.EncodeToString(sum[:]), HeaderOnly: true, Size: int64(len(kept.Header)), InternalDate: kept.InternalDate}
				change(&target)
				got = nil
				if err := Refetch(t.Context(), o, target, use); err != nil {
					t.Fatalf("%s, exclusive %v: %v", what, exclusive, err)
				}
				if string(got) != want {
					t.Errorf("%s: %d bytes, want %d", what, len(got), len(want))
				}
			}
			fetched("known by its header", func(*Target) {})
			fetched("known by its time", func(g *Target) { g.SHA256 = "" })
			for what, g := range map[string]Target{
				"a message that never was": {UIDValidity: k.pos.UIDValidity, UID: 9, InternalDate: at.Add(time.Hour)},
				"another UIDVALIDITY":      {UIDValidity: k.pos.UIDValidity + 1, UID: 1, InternalDate: at.Add(time.Hour)},
			} {
				if err := Refetch(t.Context(), o, g, use); !errors.Is(err, ErrGone) {
					t.Errorf("%s: %v", what, err)
				}
			}
			assertEmpty(t, o.SpoolDir)
		})
	}
}

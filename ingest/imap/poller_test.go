package imap

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/internal/testserver"
	"github.com/emersion/go-imap/v2"
	"github.com/google/go-cmp/cmp"
)

// servers are those on which the plain ways of a mailbox are tried.
func servers(t *testing.T, f func(t *testing.T, addr string)) {
	t.Helper()
	t.Run("dovecot", func(t *testing.T) {
		t.Parallel()
		f(t, testserver.Dovecot(t).Addr)
	})
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		f(t, memoryServer(t, imap.CapIdle, imap.CapMove, imap.CapUIDPlus))
	})
}

func TestFirstPollStartsAtNowThenTakesAllThatComes(t *testing.T) {
	t.Parallel()
	servers(t, func(t *testing.T, addr string) {
		m, k := hands(t, addr), newKeeper()
		add(t, m, letter(0, 10), time.Time{})
		p := poller(t, options(t, addr), k)
		once(t, p, 0)
		date := time.Now().Add(-30 * time.Second).Truncate(time.Second)
		var want []string
		for i := 1; i <= 120; i++ { // more than two batches
			size := 100
			if i%40 == 0 {
				size = 2 * inMemory // through a file
			}
			want = append(want, letter(i, size))
			add(t, m, want[i-1], date)
		}
		once(t, p, 120)
		once(t, p, 0)
		for i, got := range k.all() {
			if got.raw != want[i] {
				t.Errorf("message %d differs", i+1)
			}
			if !got.InternalDate.Equal(date) || got.Late || got.Size != int64(len(want[i])) || got.UID != uint32(i+2) {
				t.Errorf("message %d: date %v late %v size %d uid %d", i+1, got.InternalDate, got.Late, got.Size, got.UID)
			}
		}
		if k.pos.LastUID != 121 {
			t.Errorf("position %d, want 121", k.pos.LastUID)
		}
		if _, err := m.Select("INBOX", nil).Wait(); err != nil {
			t.Fatal(err)
		}
		seen, err := m.Search(&imap.SearchCriteria{Flag: []imap.Flag{imap.FlagSeen}}, nil).Wait()
		if err != nil {
			t.Fatal(err)
		}
		if n := len(seen.AllSeqNums()); n != 0 {
			t.Errorf("%d messages are marked as seen", n)
		}
		assertEmpty(t, p.opts.SpoolDir)
	})
}

func assertEmpty(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(left) != 0 {
		t.Errorf("%d files are left in the spool folder", len(left))
	}
}

func TestSinceTakesOlderMailAsLate(t *testing.T) {
	t.Parallel()
	servers(t, func(t *testing.T, addr string) {
		m, k := hands(t, addr), newKeeper()
		now := time.Now()
		add(t, m, letter(1, 10), now.Add(-72*time.Hour))
		add(t, m, letter(2, 10), now.Add(-24*time.Hour))
		add(t, m, letter(3, 10), now)
		o := options(t, addr)
		o.Since = now.Add(-48 * time.Hour)
		once(t, poller(t, o, k), 2)
		add(t, m, letter(4, 10), time.Time{})
		once(t, poller(t, o, k), 1) // a new process, with the same setting
		late := map[uint32]bool{}
		for _, got := range k.all() {
			late[got.UID] = got.Late
		}
		if diff := cmp.Diff(map[uint32]bool{2: true, 3: true, 4: false}, late); diff != "" {
			t.Errorf("taken, and late (-want +got):\n%s", diff)
		}
	})
}

func TestIdleBringsNewMail(t *testing.T) {
	t.Parallel()
	servers(t, func(t *testing.T, addr string) {
		m, k := hands(t, addr), newKeeper()
		p := poller(t, options(t, addr), k) // IDLE alone can bring it within the limit
		run(t, p)
		for i := 1; i <= 3; i++ {
			k.until(t, "healthy", func() bool { return k.healthy > 0 })
			add(t, m, letter(i, 10), time.Time{})
			k.waitFor(t, i)
		}
		if h := p.Health(); !h.Idle || h.LastSuccess.IsZero() || h.Failures != 0 {
			t.Errorf("health %+v", h)
		}
	})
}

func TestPollingWithoutIdle(t *testing.T) {
	t.Parallel()
	addr := memoryServer(t)
	m, k := hands(t, addr), newKeeper()
	o := options(t, addr)
	o.PollEvery = 10 * time.Millisecond
	run(t, poller(t, o, k))
	k.until(t, "first poll", func() bool { return k.healthy > 0 })
	add(t, m, letter(1, 10), time.Time{})
	k.waitFor(t, 1)
}

func TestCutConnectionsLoseAndDoubleNothing(t *testing.T) {
	t.Parallel()
	d := testserver.Dovecot(t)
	proxy := testserver.Proxy(t, d.Addr)
	m, k := d.Login(t, ""), newKeeper()
	o := options(t, proxy.Addr)
	once(t, poller(t, options(t, d.Addr), k), 0)
	want := fill(t, m, 40, 30_000)
	if err := proxy.CutAfter(200_000); err != nil { // of 1.2 MB
		t.Fatal(err)
	}
	run(t, poller(t, o, k))
	got := k.waitFor(t, 40)
	slices.SortFunc(got, func(a, b kept) int { return int(a.UID) - int(b.UID) })
	for i := range want {
		if got[i].raw != want[i] {
			t.Errorf("message %d: %d bytes, want %d (%s)", i+1, len(got[i].raw), len(want[i]), got[i].Problem)
		}
	}
	if k.doubles != 0 {
		t.Errorf("%d messages were recorded twice", k.doubles)
	}
}

func TestStalledServerIsNoticed(t *testing.T) {
	t.Parallel()
	d := testserver.Dovecot(t)
	proxy := testserver.Proxy(t, d.Addr)
	m, k := d.Login(t, ""), newKeeper()
	o := options(t, proxy.Addr)
	o.Timeout, o.IdleRestart = 2*time.Second, 100*time.Millisecond
	p := poller(t, o, k)
	run(t, p)
	k.until(t, "first poll", func() bool { return k.healthy > 0 })
	if err := proxy.Stall(); err != nil {
		t.Fatal(err)
	}
	stalled := time.Now()
	add(t, m, letter(1, 10), time.Time{})
	for limit := time.Now().Add(time.Minute); p.Health().Failures == 0; {
		if time.Now().After(limit) {
			t.Fatal("a stalled server is not noticed")
		}
		pause(t.Context(), 10*time.Millisecond)
	}
	if h := p.Health(); h.LastError == "" {
		t.Errorf("health %+v", h)
	}
	if took := time.Since(stalled); took > 3*o.Timeout {
		t.Errorf("noticed after %s, with a limit of %s", took, o.Timeout)
	}
	proxy.Heal()
	k.waitFor(t, 1)
}

func TestChangedUIDValidityReadsAgain(t *testing.T) {
	t.Parallel()
	servers(t, func(t *testing.T, addr string) {
		m, k := hands(t, addr), newKeeper()
		if err := m.Create("Box", nil).Wait(); err != nil {
			t.Fatal(err)
		}
		o := options(t, addr)
		o.Mailbox = "Box"
		o.Now = func() time.Time { return time.Now().Add(-time.Hour) }
		once(t, poller(t, o, k), 0)
		for _, raw := range []string{letter(1, 10), letter(2, 10)} {
			if _, err := m.Add("Box", []byte(raw), time.Time{}); err != nil {
				t.Fatal(err)
			}
		}
		once(t, poller(t, o, k), 2)
		old := k.pos.UIDValidity
		if err := m.Rename("Box", "Old", nil).Wait(); err != nil {
			t.Fatal(err)
		}
		// Dovecot derives UIDVALIDITY from the clock, but never gives one out twice.
		if err := m.Create("Box", nil).Wait(); err != nil {
			t.Fatal(err)
		}
		if _, err := m.Add("Box", []byte(letter(9, 10)), time.Now().Add(-5*time.Hour)); err != nil {
			t.Fatal(err) // older than the start
		}
		if _, err := m.Add("Box", []byte(letter(2, 10)), time.Time{}); err != nil {
			t.Fatal(err)
		}
		once(t, poller(t, o, k), 1)
		once(t, poller(t, o, k), 0)
		if k.pos.UIDValidity == old || k.pos.LastUID != 2 {
			t.Errorf("position %+v, before %d", k.pos, old)
		}
		if got := k.all()[2]; got.UIDValidity == old || got.raw != letter(2, 10) || got.Late {
			t.Errorf("taken again: %+v", got.Fetched)
		}
	})
}

func TestMessagesExpungedWhileFetching(t *testing.T) {
	t.Parallel()
	d := testserver.Dovecot(t)
	m, k := d.Login(t, ""), newKeeper()
	o := options(t, d.Addr)
	o.BatchSize = 5
	p := poller(t, o, k)
	once(t, p, 0)
	fill(t, m, 40, 100)
	first := true
	k.before = func([]Fetched) error {
		if first {
			first = false
			return m.Remove("INBOX", 30, 31, 40)
		}
		return nil
	}
	if _, err := p.Once(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, u := range []uint32{1, 29, 32, 39} {
		if !slices.Contains(k.uids(), u) {
			t.Errorf("message %d is missing", u)
		}
	}
	once(t, p, 0)
	if k.pos.LastUID != 40 {
		t.Errorf("position %d, want 40", k.pos.LastUID)
	}
}

func TestOverLimitKeepsHeaders(t *testing.T) {
	t.Parallel()
	servers(t, func(t *testing.T, addr string) {
		m, k := hands(t, addr), newKeeper()
		o := options(t, addr)
		o.MaxSize = 1000
		p := poller(t, o, k)
		once(t, p, 0)
		add(t, m, letter(1, 10), time.Time{})
		add(t, m, letter(2, 5000), time.Time{})
		add(t, m, letter(3, 10), time.Time{})
		once(t, p, 3)
		got := k.all()[1]
		if got.Body != nil || !got.OverLimit || got.Problem == "" || got.Size != int64(len(letter(2, 5000))) {
			t.Errorf("over the limit: %+v", got.Fetched)
		}
		if !strings.Contains(string(got.Header), "Message-ID: <2@example.org>") || strings.Contains(string(got.Header), "xxx") {
			t.Errorf("header %q", got.Header)
		}
	})
}

func TestStorageRefusesOneMessage(t *testing.T) {
	t.Parallel()
	addr := memoryServer(t)
	m, k := hands(t, addr), newKeeper()
	p := poller(t, options(t, addr), k)
	once(t, p, 0)
	fill(t, m, 5, 10)
	k.before = func(messages []Fetched) error {
		for _, f := range messages {
			if f.UID == 3 && f.Body != nil {
				return errors.New("refused by the test")
			}
		}
		return nil
	}
	if _, err := p.Once(t.Context()); err == nil {
		t.Fatal("a refusal is no error")
	}
	if diff := cmp.Diff([]uint32{1, 2, 4, 5}, k.uids()); diff != "" {
		t.Errorf("recorded after the first refusal (-want +got):\n%s", diff)
	}
	if k.pos.LastUID > 2 {
		t.Errorf("position %d passes the refused message", k.pos.LastUID)
	}
	for range p.opts.MaxTries {
		_, _ = p.Once(t.Context()) // fails until the tries are used up
	}
	got := k.all()[4]
	if got.UID != 3 || got.Problem == "" || k.pos.LastUID != 5 || k.doubles != 0 {
		t.Errorf("message %d, problem %q, position %d, doubles %d", got.UID, got.Problem, k.pos.LastUID, k.doubles)
	}
}

func TestFullDiskBlamesNoMessage(t *testing.T) {
	t.Parallel()
	addr := memoryServer(t)
	m, k := hands(t, addr), newKeeper()
	o := options(t, addr)
	dir := o.SpoolDir
	o.SpoolDir = dir + "/missing"
	p := poller(t, o, k)
	once(t, p, 0)
	add(t, m, letter(1, 2*inMemory), time.Time{})
	for range 2 * p.opts.MaxTries {
		if _, err := p.Once(t.Context()); err == nil {
			t.Fatal("no error without spool folder")
		}
	}
	p.opts.SpoolDir = dir
	once(t, p, 1)
	if got := k.all()[0]; got.raw != letter(1, 2*inMemory) {
		t.Errorf("%d bytes, problem %q", len(got.raw), got.Problem)
	}
}

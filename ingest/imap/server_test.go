package imap

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/internal/testserver"
	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
)

// options for a server at addr that the tests own.
func options(t *testing.T, addr string) Options {
	t.Helper()
	host, port, err := splitAddr(addr)
	if err != nil {
		t.Fatal(err)
	}
	return Options{Account: "office", Host: host, Port: port, TLS: TLSNone, User: "complaints",
		Secret:   func(context.Context) (string, error) { return "secret", nil },
		RetryMin: time.Millisecond, RetryMax: 20 * time.Millisecond, SpoolDir: t.TempDir()}
}

func splitAddr(addr string) (host string, port int, err error) {
	host, p, err := net.SplitHostPort(addr)
	if err != nil {
		return "", 0, err
	}
	port, err = strconv.Atoi(p)
	return host, port, err
}

// poller makes a Poller or ends the test.
func poller(t *testing.T, o Options, k Keeper) *Poller {
	t.Helper()
	p, err := New(o, k)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// once polls one time and checks how many messages were recorded.
func once(t *testing.T, p *Poller, want int) {
	t.Helper()
	n, err := p.Once(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if n != want {
		t.Fatalf("recorded %d messages, want %d", n, want)
	}
}

// run starts Run and ends it with the test.
func run(t *testing.T, p *Poller) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
}

// memoryServer starts the library's own server, with the given abilities.
func memoryServer(t *testing.T, caps ...imap.Cap) string {
	t.Helper()
	mem := imapmemserver.New()
	user := imapmemserver.NewUser("complaints", "secret")
	if err := user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	mem.AddUser(user)
	set := imap.CapSet{imap.CapIMAP4rev1: {}}
	for _, c := range caps {
		set[c] = struct{}{}
	}
	srv := imapserver.New(&imapserver.Options{Caps: set, InsecureAuth: true, Logger: log.New(io.Discard, "", 0),
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return mem.NewSession(), nil, nil
		}})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = srv.Serve(l) }() // ends with Close
	t.Cleanup(func() { _ = srv.Close() })
	return l.Addr().String()
}

// hands logs in beside the poller.
func hands(t *testing.T, addr string) *testserver.MailClient {
	t.Helper()
	m, err := testserver.DialMail(addr, "complaints", "secret")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Close() }) // the server may have gone first
	return m
}

// letter is a message of at least size bytes.
func letter(n, size int) string {
	head := fmt.Sprintf("From: a@example.org\r\nMessage-ID: <%d@example.org>\r\nSubject: %d\r\n\r\n", n, n)
	line := strings.Repeat("x", 70) + "\r\n"
	return head + strings.Repeat(line, 1+size/len(line))
}

// fill appends letters 1..n and returns them.
func fill(t *testing.T, m *testserver.MailClient, n, size int) []string {
	t.Helper()
	var all []string
	for i := 1; i <= n; i++ {
		all = append(all, letter(i, size))
		add(t, m, all[i-1], time.Time{})
	}
	return all
}

func add(t *testing.T, m *testserver.MailClient, raw string, date time.Time) {
	t.Helper()
	if _, err := m.Add("INBOX", []byte(raw), date); err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, m *testserver.MailClient, mailbox string) int {
	t.Helper()
	n, err := m.Count(mailbox)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

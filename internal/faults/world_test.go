package faults_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ask4.com/skarga/internal/testserver"
)

// hang is how long anything may take before the test says that it hangs: longer than
// an arrival waits for its second try.
const hang = 4 * time.Minute

// connections to the mail server, and so the mails that one kill may leave in flight.
const connections = 4

// soak says that the long version was asked for.
func soak() bool { return os.Getenv("SKARGA_SOAK") != "" }

// folder holds what all tests of this process share.
var folder string

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	var err error
	if folder, err = os.MkdirTemp("", "skarga-faults-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	return m.Run()
}

// program builds the real program once.
var program = sync.OnceValues(func() (string, error) {
	path := filepath.Join(folder, "skarga")
	out, err := exec.Command("go", "build", "-o", path, "ask4.com/skarga/cmd/skarga").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
})

// dovecot is one server for all tests: each has a user of its own. Its guard ends it
// with this process.
var dovecot = sync.OnceValues(func() (*testserver.DovecotServer, error) { return testserver.StartDovecot("") })

// world is one installation with the servers around it.
type world struct {
	dir    string
	user   string // of the mailbox
	mail   *testserver.DovecotServer
	box    *testserver.MailClient // a second pair of hands on the mailbox
	sink   *testserver.Sink
	config string // file
	sent   int    // messages that were put into the mailbox
}

// place says where the parts of a world are, if not where they usually are.
type place struct {
	sink     testserver.SinkOptions
	postgres string // DSN; empty is SQLite
	dir      string // of the database; empty is a folder of the test
	imap     string // address that stands before the mail server's
	smtp     func(addr string) string
	settings string // more lines for [serve]
}

func newWorld(t *testing.T, p place) *world {
	t.Helper()
	if testing.Short() {
		t.Skip("runs for long")
	}
	d, err := dovecot()
	testserver.Need(t, "Dovecot", err)
	w := &world{dir: t.TempDir(), mail: d, user: fmt.Sprintf("u%d", rand.Uint64()), sink: testserver.SMTPSink(t, p.sink)}
	w.box = d.Login(t, w.user)
	if p.dir == "" {
		p.dir = w.dir
	}
	if p.imap == "" {
		p.imap = d.Addr
	}
	smtp := w.sink.Addr
	if p.smtp != nil {
		smtp = p.smtp(smtp)
	}
	w.config = filepath.Join(w.dir, "skarga.toml")
	w.write(t, filepath.Join(w.dir, "password"), d.Password)
	w.write(t, w.config, w.settings(t, p, smtp))
	return w
}

func (w *world) write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// settings is the configuration: everything as shipped but for short waits.
func (w *world) settings(t *testing.T, p place, smtp string) string {
	t.Helper()
	imapHost, imapPort := split(t, p.imap)
	smtpHost, smtpPort := split(t, smtp)
	driver := "sqlite"
	if p.postgres != "" {
		driver = "postgres"
	}
	return fmt.Sprintf(`
[database]
driver = %q
path = %q
url = %q
folder = %q
[[mailboxes]]
account = "a"
host = %q
port = %s
tls = "none"
user = %q
auth = "login"
password_file = %q
folder = "INBOX"
[smtp]
host = %q
port = %s
tls = "none"
user = ""
password_file = ""
connections = %d
backoff = ["200ms", "400ms", "800ms"]
[intake]
poll_every = "2s"
[web]
address = ""
[serve]
lease = "3s"
timeout = "3s"
%s
`, driver, filepath.Join(p.dir, "skarga.db"), p.postgres, filepath.Join(p.dir, "large"),
		imapHost, imapPort, w.user, filepath.Join(w.dir, "password"), smtpHost, smtpPort, connections, p.settings)
}

func split(t *testing.T, addr string) (host, port string) {
	t.Helper()
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	return host, port
}

// add puts n more messages into the mailbox, each by another customer.
func (w *world) add(n int) error {
	for range n {
		if _, err := w.box.Add("INBOX", letter(w.sent, ""), time.Time{}); err != nil {
			return err
		}
		w.sent++
	}
	return nil
}

func (w *world) mustAdd(t *testing.T, n int) {
	t.Helper()
	if err := w.add(n); err != nil {
		t.Fatal(err)
	}
}

func customer(i int) string { return fmt.Sprintf("c%d@example.org", i) }

// letter is a complaint of customer i.
func letter(i int, more string) []byte {
	return []byte(strings.ReplaceAll(fmt.Sprintf(`From: Customer %d <%s>
To: complaints@ask4.com
Subject: No internet in room %d
Message-ID: <letter-%d@example.org>
Date: %s
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

I want to complain: there has been no internet in room %d since Friday.
%s
`, i, customer(i), i, i, time.Now().Format(time.RFC1123Z), i, more), "\n", "\r\n"))
}

// environment is ours without what speaks to Skarga.
func environment() []string {
	var env []string
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "SKARGA_") {
			env = append(env, e)
		}
	}
	return env
}

// skarga runs one command to its end.
func (w *world) skarga(t *testing.T, args ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), hang)
	defer cancel()
	cmd := exec.CommandContext(ctx, must(t, program), append([]string{"--config", w.config}, args...)...)
	cmd.Env = environment()
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if err != nil {
		err = fmt.Errorf("skarga %s: %w\n%s%s", strings.Join(args, " "), err, out.String(), errs.String())
	}
	return out.String(), err
}

func must(t *testing.T, f func() (string, error)) string {
	t.Helper()
	v, err := f()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// eventually waits until ok says true.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	patience := hang
	if soak() {
		patience *= 5 // there is more to catch up with
	}
	for limit := time.Now().Add(patience); !ok(); <-tick.C {
		if time.Now().After(limit) {
			t.Fatalf("it never came to this: %s", what)
		}
	}
}

// ownPostgres starts a cluster of the test's own, with durable commits.
func ownPostgres(t *testing.T) *testserver.PostgresServer {
	t.Helper()
	if testing.Short() {
		t.Skip("runs for long")
	}
	dir, err := os.MkdirTemp("", "skarga-faults-postgres-") // open to the server's user, unlike t.TempDir
	if err != nil {
		t.Fatal(err)
	}
	p, err := testserver.StartPostgres(dir, true)
	testserver.Need(t, "PostgreSQL", err)
	t.Cleanup(func() {
		if err := errors.Join(p.Close(), os.RemoveAll(dir)); err != nil {
			t.Error(err)
		}
	})
	return p
}

// onBoth runs a test on both databases.
func onBoth(t *testing.T, test func(t *testing.T, dsn string)) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, "")
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, ownPostgres(t).DSN)
	})
}

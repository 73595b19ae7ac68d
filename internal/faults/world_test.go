package faults_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
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

// node is a running `skarga serve`.
type node struct {
	cmd    *exec.Cmd
	health string // address of /healthz
	ended  chan struct{}
	killed bool // by the test

	mu      sync.Mutex
	lines   []string      // of its log
	changed chan struct{} // closed and replaced with each line
}

// serve starts the program, with settings in the environment. It is killed at the
// end of the test.
func (w *world) serve(t *testing.T, settings ...string) *node {
	t.Helper()
	n := &node{health: privateAddr(t), ended: make(chan struct{}), changed: make(chan struct{})}
	n.cmd = exec.Command(must(t, program), "--config", w.config, "serve")
	n.cmd.Env = append(append(environment(), "SKARGA_SERVE_HEALTH_ADDRESS="+n.health), settings...)
	n.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} // it shall not outlive an aborted test
	pipe, err := n.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := n.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(n.ended)
		for s := bufio.NewScanner(pipe); s.Scan(); {
			n.mu.Lock()
			n.lines = append(n.lines, s.Text())
			close(n.changed)
			n.changed = make(chan struct{})
			n.mu.Unlock()
		}
		_ = n.cmd.Wait() // it is killed: the status says nothing
	}()
	t.Cleanup(func() {
		if t.Failed() && !n.killed {
			t.Logf("the end of the log:\n%s", n.tail(40))
		}
		n.kill()
	})
	return n
}

// privateAddr finds a free address. It is not on 127.0.0.1, where each outgoing
// connection of the other servers might take the port before a restart does.
func privateAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", fmt.Sprintf("127.%d.%d.%d:0", 1+rand.IntN(250), rand.IntN(250), 1+rand.IntN(250)))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// kill ends the program as a power cut would.
func (n *node) kill() {
	n.killed = true
	_ = n.cmd.Process.Kill() // it may have ended
	<-n.ended
}

func (n *node) tail(k int) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return strings.Join(n.lines[max(0, len(n.lines)-k):], "\n")
}

// count says how many lines of the log hold words.
func (n *node) count(words string) (found int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, l := range n.lines {
		if strings.Contains(l, words) {
			found++
		}
	}
	return found
}

// waitLog waits for words in the log.
func (n *node) waitLog(t *testing.T, words string) {
	t.Helper()
	limit := time.NewTimer(hang)
	defer limit.Stop()
	for {
		n.mu.Lock()
		changed := n.changed
		n.mu.Unlock()
		if n.count(words) > 0 {
			return
		}
		select {
		case <-changed:
		case <-n.ended:
			if n.count(words) == 0 {
				t.Fatalf("the program ended before it said %q:\n%s", words, n.tail(20))
			}
		case <-limit.C:
			t.Fatalf("the log never said %q:\n%s", words, n.tail(20))
		}
	}
}

// firstServe starts the program for the first time and waits until it has read the
// mailbox: intake starts at that moment.
func (w *world) firstServe(t *testing.T, settings ...string) *node {
	t.Helper()
	n := w.serve(t, settings...)
	n.waitLog(t, "mailbox polled for the first time")
	return n
}

// get asks the private port; code 0 means that nobody answers.
func (n *node) get(path string) (code int, body string) {
	client := http.Client{Timeout: 10 * time.Second}
	resp, err := client.Get("http://" + n.health + path)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	var b bytes.Buffer
	_, _ = b.ReadFrom(resp.Body) // the code says enough
	return resp.StatusCode, b.String()
}

// eventually waits until ok says true.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for limit := time.Now().Add(hang); !ok(); <-tick.C {
		if time.Now().After(limit) {
			t.Fatalf("it never came to this: %s", what)
		}
	}
}

// listed is a complaint as `skarga list --json` prints it.
type listed struct {
	Reference, Stage, CustomerAddress string
}

// arrival is an arrival as `skarga list --arrivals --json` prints it.
type arrival struct {
	ID, Outcome, From, ParkReason string
	UID                           uint32
	Parked, Held                  bool
}

func read[T any](t *testing.T, w *world, args ...string) []T {
	t.Helper()
	out, err := w.skarga(t, append([]string{"--json", "list", "--limit", "1000000"}, args...)...)
	if err != nil {
		t.Fatal(err)
	}
	var all []T
	for dec := json.NewDecoder(strings.NewReader(out)); dec.More(); {
		var one T
		if err := dec.Decode(&one); err != nil {
			t.Fatal(err)
		}
		all = append(all, one)
	}
	return all
}

// answered gives for each customer the Message-IDs of what was sent, one for each time.
func (w *world) answered() map[string][]string {
	all := map[string][]string{}
	for _, m := range w.sink.Messages() {
		id := ""
		if msg, err := mail.ReadMessage(bytes.NewReader(m.Raw)); err == nil {
			id = msg.Header.Get("Message-Id")
		}
		all[m.To[0]] = append(all[m.To[0]], id)
	}
	return all
}

// settle waits until every message is an acknowledged complaint.
func (w *world) settle(t *testing.T) {
	t.Helper()
	eventually(t, fmt.Sprintf("%d customers have an answer", w.sent), func() bool { return w.sink.Len() >= w.sent && len(w.answered()) >= w.sent })
	eventually(t, "every complaint is acknowledged", func() bool {
		for _, c := range read[listed](t, w) {
			if c.Stage != "acknowledged" {
				return false
			}
		}
		return true
	})
}

// whole checks that nothing was lost and nothing doubled: every message is exactly
// one acknowledged complaint, and at most spare mails were sent again, with the same
// Message-ID.
func (w *world) whole(t *testing.T, spare int) {
	t.Helper()
	seen := map[string]int{}
	for _, c := range read[listed](t, w, "--all") {
		seen[c.CustomerAddress]++
		if c.Stage != "acknowledged" {
			t.Errorf("complaint %s of %s: stage %s", c.Reference, c.CustomerAddress, c.Stage)
		}
	}
	answers, again := w.answered(), 0
	for i := range w.sent {
		who := customer(i)
		if seen[who] != 1 {
			t.Errorf("%s has %d complaints", who, seen[who])
		}
		ids := answers[who]
		if len(ids) == 0 {
			t.Errorf("%s has no answer", who)
			continue
		}
		again += len(ids) - 1
		for _, id := range ids {
			if id == "" || id != ids[0] {
				t.Errorf("%s has different answers: %v", who, ids)
			}
		}
	}
	if len(seen) != w.sent || len(answers) != w.sent {
		t.Errorf("%d messages; %d customers have complaints, %d have answers", w.sent, len(seen), len(answers))
	}
	if again > spare {
		t.Errorf("%d mails were sent again, at most %d were in flight", again, spare)
	}
	t.Logf("%d messages, %d mails sent again (at most %d)", w.sent, again, spare)
	w.balanced(t)
}

// balanced checks arrivals, ledger and histories.
func (w *world) balanced(t *testing.T) {
	t.Helper()
	uids := map[uint32]int{}
	for _, a := range read[arrival](t, w, "--arrivals") {
		uids[a.UID]++
		if a.Outcome != "complaint" || a.Parked {
			t.Errorf("arrival %s (UID %d): outcome %q, parked %v: %s", a.ID, a.UID, a.Outcome, a.Parked, a.ParkReason)
		}
	}
	if len(uids) != w.sent {
		t.Errorf("%d messages, arrivals of %d", w.sent, len(uids))
	}
	for uid, n := range uids {
		if n != 1 {
			t.Errorf("UID %d has %d arrivals", uid, n)
		}
	}
	_, ledger := w.skarga(t, "ledger")
	_, audit := w.skarga(t, "audit")
	if err := errors.Join(ledger, audit); err != nil {
		t.Error(err)
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

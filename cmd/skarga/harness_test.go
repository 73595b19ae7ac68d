package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ask4.com/skarga/cmd/skarga/config"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest/message"
	"ask4.com/skarga/internal/testserver"
	"ask4.com/skarga/store"
)

// sharedDovecot serves every test of this process: a user exists as soon as it logs
// in, so each test has mailboxes of its own. It ends with the process.
var sharedDovecot = sync.OnceValues(func() (*testserver.DovecotServer, error) { return testserver.StartDovecot("") })

// waitLimit bounds how long a test waits for the program.
const waitLimit = time.Minute

// firm is the whole program at work: a real Dovecot, an SMTP sink, a database, and
// serve in the background.
type firm struct {
	*testing.T
	app  *app
	sink *testserver.Sink
	file string // configuration file of the same firm
	user string // of the first mailbox
	dsn  string // of PostgreSQL, "" on SQLite

	mu      sync.Mutex // mail programs are not safe for use by several at once
	clients map[string]*testserver.MailClient
	stop    func()
}

// setup is what a test wants otherwise than usual. The zero value is the usual firm.
type setup struct {
	toml    string // further sections of the configuration
	intake  string // further lines of [intake]
	web     string // further lines of [web]; min_fill among them replaces the usual one
	second  bool   // a second mailbox, of user + "-2"
	spam    bool   // the second mailbox is a spam folder
	since   time.Time
	tokens  bool // plus addressing is proved
	before  func(f *firm)
	sink    testserver.SinkOptions
	waiting bool // do not serve yet
	alone   bool // the mailbox is exclusive
}

// onBoth runs a test over SQLite, and over PostgreSQL unless the run shall be fast.
func onBoth(t *testing.T, test func(t *testing.T, postgres bool)) {
	t.Helper()
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); test(t, false) })
	if testing.Short() || os.Getenv("SKARGA_TEST") == "fast" {
		return
	}
	t.Run("postgres", func(t *testing.T) { t.Parallel(); test(t, true) })
}

// newFirm starts a firm and waits until its mailboxes were read once: intake starts
// at that moment.
func newFirm(t *testing.T, postgres bool, s setup) *firm {
	t.Helper()
	d, err := sharedDovecot()
	testserver.Need(t, "Dovecot", err)
	f := &firm{T: t, sink: testserver.SMTPSink(t, s.sink), user: strings.ToLower(complaint.NewID()), clients: map[string]*testserver.MailClient{}, stop: func() {}}
	f.write(d, postgres, s)
	if s.tokens {
		f.proveTokens()
	}
	if s.before != nil {
		s.before(f)
	}
	cfg := f.config()
	if f.app, err = assemble(t.Context(), cfg, t.Output()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		f.stop()
		if err := f.app.Close(); err != nil {
			t.Error(err)
		}
	})
	if !s.waiting {
		f.serve(s.since)
	}
	return f
}

// write makes the configuration file.
func (f *firm) write(d *testserver.DovecotServer, postgres bool, s setup) {
	f.Helper()
	dir := f.TempDir()
	f.file = filepath.Join(dir, "skarga.toml")
	secret := filepath.Join(dir, "password")
	if err := os.WriteFile(secret, []byte(d.Password), 0o600); err != nil {
		f.Fatal(err)
	}
	db := fmt.Sprintf("driver = \"sqlite\"\npath = %q\n", filepath.Join(dir, "skarga.db"))
	if postgres {
		f.dsn = testserver.Postgres(f.T)
		db = fmt.Sprintf("driver = \"postgres\"\nurl = %q\n", f.dsn)
	}
	mailbox := func(user string, spam bool) string {
		host, port, err := hostPort(d.Addr)
		if err != nil {
			f.Fatal(err)
		}
		return fmt.Sprintf("[[mailboxes]]\naccount = %q\nhost = %q\nport = %d\ntls = \"none\"\nuser = %q\nauth = \"login\"\npassword_file = %q\nfolder = \"INBOX\"\nspam = %v\nexclusive = %v\n", user, host, port, user, secret, spam, s.alone)
	}
	boxes := mailbox(f.user, false)
	if s.second || s.spam {
		boxes += mailbox(f.user+"-2", s.spam)
	}
	host, port, err := hostPort(f.sink.Addr)
	if err != nil {
		f.Fatal(err)
	}
	if !strings.Contains(s.web, "min_fill") {
		s.web += "\nmin_fill = \"1ms\"" // tests type fast
	}
	text := fmt.Sprintf(`[database]
%sfolder = %q
%s[smtp]
host = %q
port = %d
tls = "none"
user = ""
password_file = ""
[letters]
folder = %q
[intake]
max_message_mb = 1
phone_systems = ["pbx@ask4.com"]
authserv_ids = ["mx.ask4.com"]
poll_every = "1s"
%s
[serve]
health_address = ""
[web]
address = "127.0.0.1:0"
%s
[[staff]]
name = "Anna Kowalska"
role = "manager"
os_user = %q
[[staff]]
name = "Tomasz Nowak"
role = "support"
%s`, db, filepath.Join(dir, "large"), boxes, host, port, filepath.Join(dir, "print"), s.intake, s.web, osUser(f), s.toml)
	if err := os.WriteFile(f.file, []byte(text), 0o600); err != nil {
		f.Fatal(err)
	}
}

// osUser runs the tests: Anna Kowalska acts where no --as is given.
func osUser(t testing.TB) string {
	t.Helper()
	u, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	return u.Username
}

func (f *firm) config() config.Config {
	f.Helper()
	cfg, err := config.Load(f.file, nil)
	if err != nil {
		f.Fatal(err)
	}
	return cfg
}

// proveTokens notes that plus addressing works, as `check --roundtrip` does.
func (f *firm) proveTokens() {
	f.Helper()
	cfg := f.config()
	a, err := assemble(f.Context(), cfg, f.Output())
	if err != nil {
		f.Fatal(err)
	}
	if err := errors.Join(a.store.SetSetting(f.Context(), plusProved, cfg.Firm.Address), a.Close()); err != nil {
		f.Fatal(err)
	}
}

// serve runs the program until the test ends, or stop is called.
func (f *firm) serve(since time.Time) {
	f.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(f.Context()))
	served := make(chan error, 1)
	go func() { served <- f.app.serve(ctx, since) }()
	f.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-served; err != nil && !errors.Is(err, context.Canceled) {
			f.Error(err)
		}
	})
	for _, m := range f.app.cfg.Mailboxes {
		f.wait("first look at the mailbox", func() bool {
			pos, err := f.app.store.Position(f.Context(), m.Account, m.Folder)
			return err == nil && !pos.LastOK.IsZero()
		})
	}
}

// wait returns when the condition holds; the test ends if it does not in time.
func (f *firm) wait(what string, holds func() bool) {
	f.Helper()
	ctx, cancel := context.WithTimeout(f.Context(), waitLimit)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			f.Fatalf("waited in vain for %s", what)
		}
	}
}

// post appends a message to a user's INBOX. It may be called from any goroutine.
func (f *firm) post(user, raw string, at time.Time) (uint32, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := f.clients[user]
	if c == nil {
		d, err := sharedDovecot()
		if err != nil {
			return 0, err
		}
		if c, err = d.Client(user); err != nil {
			return 0, err
		}
		f.clients[user] = c
		f.Cleanup(func() { _ = c.Close() }) // an open connection is no fault of the test
	}
	return c.Add("INBOX", []byte(strings.ReplaceAll(raw, "\n", "\r\n")), at)
}

// send appends a message to the first mailbox.
func (f *firm) send(raw string) uint32 { f.Helper(); return f.sendAt(raw, time.Time{}) }

func (f *firm) sendAt(raw string, at time.Time) uint32 {
	f.Helper()
	uid, err := f.post(f.user, raw, at)
	if err != nil {
		f.Fatal(err)
	}
	return uid
}

// arrival waits for the outcome of a message in the first mailbox.
func (f *firm) arrival(uid uint32) complaint.Arrival { f.Helper(); return f.arrivalOf(f.user, uid) }

func (f *firm) arrivalOf(account string, uid uint32) (found complaint.Arrival) {
	f.Helper()
	f.wait(fmt.Sprintf("the outcome of message %d", uid), func() bool {
		list, err := f.app.store.ListArrivals(f.Context(), store.ArrivalFilter{Account: account, Limit: 1000})
		if err != nil {
			f.Fatal(err)
		}
		for _, a := range list {
			if a.UID == uid && a.Outcome != complaint.Pending {
				found = a
				return true
			}
		}
		return false
	})
	return found
}

// take sends a message and waits for its outcome.
func (f *firm) take(raw string) complaint.Arrival { f.Helper(); return f.arrival(f.send(raw)) }

// view reads the complaint of an arrival.
func (f *firm) view(a complaint.Arrival) store.View {
	f.Helper()
	if a.ComplaintID == "" {
		f.Fatalf("arrival %q has no complaint: %s %q", a.Subject, a.Outcome, a.Reasons)
	}
	c, err := f.app.store.GetComplaintByID(f.Context(), a.ComplaintID)
	if err != nil {
		f.Fatal(err)
	}
	v, err := f.app.store.ComplaintView(f.Context(), c.Reference)
	if err != nil {
		f.Fatal(err)
	}
	return v
}

// answered waits until the one answer to an arrival was accepted by the mail server,
// and gives the complaint and the mail as it left.
func (f *firm) answered(a complaint.Arrival) (store.View, mailOut) {
	f.Helper()
	var v store.View
	f.wait("the answer to "+a.Subject, func() bool {
		v = f.view(a)
		return len(v.Deliveries) > 0 && v.Deliveries[0].Status == complaint.Sent
	})
	v = f.view(a) // a view is several reads: the first may be older than the last
	for _, m := range f.sink.Messages() {
		out := mailOut{m, message.Read(bytes.NewReader(m.Raw), int64(len(m.Raw)), message.Options{})}
		if out.read.MessageID == v.Deliveries[0].MessageID {
			return v, out
		}
	}
	f.Fatalf("the answer to %q was recorded as sent, but never left", a.Subject)
	return v, mailOut{}
}

// mailOut is a mail that left, with what its recipient reads.
type mailOut struct {
	testserver.SinkMessage
	read *message.Message
}

// first takes Emily's complaint in, and gives its arrival and answered record.
func (f *firm) first() (complaint.Arrival, store.View) {
	f.Helper()
	a := f.take(writes(emily, "m1@student.example", "Slow connection", "", "My internet is slow in Room 214."))
	v, _ := f.answered(a)
	return a, v
}

// cmd runs a command line against the firm's configuration file.
func (f *firm) cmd(stdin string, args ...string) (code int, out, errs string) {
	f.Helper()
	var o, e bytes.Buffer
	code = run(f.Context(), append([]string{"--config", f.file}, args...), strings.NewReader(stdin), &o, &e, nil)
	return code, o.String(), e.String()
}

// must runs a command that has to end with this exit code.
func (f *firm) must(code int, args ...string) (out string) {
	f.Helper()
	got, out, errs := f.cmd("", args...)
	if got != code {
		f.Fatalf("skarga %q: exit %d, want %d\n%s%s", args, got, code, out, errs)
	}
	return out + errs
}

// lines decodes one JSON object a line.
func lines[T any](t testing.TB, text string) (list []T) {
	t.Helper()
	for l := range strings.Lines(text) {
		var v T
		if err := json.Unmarshal([]byte(l), &v); err != nil {
			t.Fatalf("%v in %s", err, l)
		}
		list = append(list, v)
	}
	return list
}

// tamper runs SQL past the program and says how many rows it changed.
func (f *firm) tamper(query string) (int64, error) {
	f.Helper()
	driver, dsn := "sqlite", filepath.Join(filepath.Dir(f.file), "skarga.db")+"?_pragma=busy_timeout(10000)"
	if f.dsn != "" {
		driver, dsn = "postgres", f.dsn
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	done, err := db.ExecContext(f.Context(), query)
	if err != nil {
		return 0, err
	}
	return done.RowsAffected()
}

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"ask4.com/skarga/internal/testserver"
	"ask4.com/skarga/store"
)

// database is where a pipeline keeps its records.
type database struct {
	driver, dsn, folder string
}

func (d database) open(ctx context.Context) (*store.Store, error) {
	return store.Open(ctx, store.Options{Driver: d.driver, DSN: d.dsn, BlobDir: d.folder, Logger: slog.New(slog.DiscardHandler)})
}

// pipeline is one `skarga serve` over one mailbox, as a process of its own.
type pipeline struct {
	web    string // address of the pages; empty: none
	skarga string
	mail   *testserver.DovecotServer
	user   string // whose INBOX it polls
	sink   *testserver.Sink
	db     database
	dir    string
	args   []string // more arguments of serve

	cmd *exec.Cmd
	log *os.File
}

// prepare makes the schema and puts the start of intake before all mail in the
// mailbox; otherwise the first poll would start at now.
func (p *pipeline) prepare(ctx context.Context, uidValidity uint32) (err error) {
	s, err := p.db.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	if err := s.Migrate(ctx); err != nil {
		return err
	}
	return s.SetPosition(ctx, "bench", "INBOX", store.Position{UIDValidity: uidValidity, StartedAt: time.Now().Add(-24 * time.Hour)})
}

// start runs serve.
func (p *pipeline) start() error {
	imapHost, imapPort, err := hostPort(p.mail.Addr)
	if err != nil {
		return err
	}
	smtpHost, smtpPort, err := hostPort(p.sink.Addr)
	if err != nil {
		return err
	}
	password := filepath.Join(p.dir, "password")
	if err := os.WriteFile(password, []byte(p.mail.Password), 0o600); err != nil {
		return err
	}
	where := "path"
	if p.db.driver == "postgres" {
		where = "url"
	}
	conf := p.config()
	text := fmt.Sprintf(`[database]
driver = %q
%s = %q
folder = %q
[[mailboxes]]
account = "bench"
host = %q
port = %d
tls = "none"
user = %q
auth = "login"
password_file = %q
folder = "INBOX"
[smtp]
host = %q
port = %d
tls = "none"
user = ""
password_file = ""
[web]
address = %q
min_fill = "1ms"
forms_per_network_and_hour = 1000000
[serve]
node = "bench"
health_address = ""
log_level = "warn"
`, p.db.driver, where, p.db.dsn, p.db.folder, imapHost, imapPort, p.user, password, smtpHost, smtpPort, p.web)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		return err
	}
	if p.log, err = os.Create(filepath.Join(p.dir, "skarga.log")); err != nil {
		return err
	}
	p.cmd = exec.Command(p.skarga, append([]string{"--config", conf, "serve"}, p.args...)...)
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	return p.cmd.Start()
}

// config is the pipeline's configuration file.
func (p *pipeline) config() string { return filepath.Join(p.dir, "skarga.toml") }

// peak is the largest resident memory of the process so far, in bytes (VmHWM).
func (p *pipeline) peak() (int64, error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.SplitSeq(string(b), "\n") {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
			return kb << 10, err
		}
	}
	return 0, errors.New("bench: no VmHWM in /proc")
}

// stop ends serve and shows what it complained about.
func (p *pipeline) stop() error {
	err := errors.Join(p.cmd.Process.Signal(syscall.SIGTERM), p.cmd.Wait(), p.log.Close())
	if b, e := os.ReadFile(p.log.Name()); e == nil && len(b) > 0 {
		fmt.Fprintf(os.Stderr, "serve said:\n%s", b[:min(len(b), 4000)])
	}
	return err
}

// whole runs serve from its start to acknowledgement n and gives the time and the
// peak of memory.
func (p *pipeline) whole(ctx context.Context, uidValidity uint32, n int) (took time.Duration, peak int64, err error) {
	if err := p.prepare(ctx, uidValidity); err != nil {
		return 0, 0, err
	}
	before := p.sink.Len()
	start := time.Now()
	if err := p.start(); err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, p.stop()) }()
	if err := p.sink.Wait(ctx, before+n); err != nil {
		return 0, 0, err
	}
	took = time.Since(start)
	peak, err = p.peak()
	return took, peak, err
}

package testserver

import (
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/lib/pq" // the driver of Schema
)

// PostgresServer is a PostgreSQL cluster of our own.
type PostgresServer struct {
	DSN string // of the database "postgres", as its superuser

	dir     string // base folder: data below it, log beside it
	bin     string
	port    int
	sync    bool
	rubbish string
	cred    *syscall.Credential
	proc    *guarded
}

// StartPostgres makes a cluster in dir (with "" in a folder of its own that goes away
// with it) and starts it. With fsync false commits are not durable: for unit tests.
func StartPostgres(dir string, fsync bool) (*PostgresServer, error) {
	bin, err := findBinary("postgres", "/usr/lib/postgresql/*/bin/postgres", "/usr/local/pgsql/bin/postgres")
	if err != nil {
		return nil, err
	}
	cred, err := credentialOf("postgres", "nobody") // PostgreSQL refuses root
	if err != nil {
		return nil, err
	}
	dir, temporary, err := ownDir(dir, "skarga-postgres-", cred)
	if err != nil {
		return nil, err
	}
	p := &PostgresServer{dir: dir, bin: filepath.Dir(bin), sync: fsync, cred: cred}
	if temporary {
		p.rubbish = dir
	}
	if err := p.initdb(); err != nil {
		return nil, err
	}
	for try := 0; ; try++ {
		if p.port, err = freePort(); err != nil {
			return nil, err
		}
		p.DSN = fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", p.port)
		if err = p.Start(); err == nil || try == 2 {
			return p, err
		}
	}
}

func (p *PostgresServer) initdb() error {
	cmd := exec.Command(filepath.Join(p.bin, "initdb"), "-D", filepath.Join(p.dir, "data"), "-U", "postgres",
		"--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: p.cred}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("testserver: initdb: %w\n%s", err, tail(out, 2000))
	}
	return nil
}

// Start starts a stopped cluster on the same port.
func (p *PostgresServer) Start() error {
	onOff := map[bool]string{true: "on", false: "off"}[p.sync]
	log := filepath.Join(p.dir, "postgres.log")
	proc, err := startGuarded(p.cred, nil, log, "QUIT", p.rubbish, filepath.Join(p.bin, "postgres"),
		"-D", filepath.Join(p.dir, "data"), "-p", fmt.Sprint(p.port), "-h", "127.0.0.1", "-k", p.dir,
		"-c", "fsync="+onOff, "-c", "synchronous_commit="+onOff, "-c", "full_page_writes="+onOff,
		"-c", "max_connections=200", "-c", "shared_buffers=64MB", "-c", "timezone=UTC")
	if err != nil {
		return err
	}
	p.proc = proc
	if err := p.ready(); err != nil {
		out, _ := os.ReadFile(log)
		_ = proc.stop("QUIT")
		return fmt.Errorf("%w\n%s", err, tail(out, 2000))
	}
	return nil
}

// ready waits until the server answers a query: it accepts connections earlier.
func (p *PostgresServer) ready() error {
	if err := waitPort(fmt.Sprintf("127.0.0.1:%d", p.port), p.proc.ended); err != nil {
		return err
	}
	db, err := sql.Open("postgres", p.DSN)
	if err != nil {
		return fmt.Errorf("testserver: %w", err)
	}
	defer db.Close()
	for limit := time.Now().Add(startLimit); ; {
		if _, err = db.Exec("SELECT 1"); err == nil {
			return nil
		}
		if time.Now().After(limit) {
			return fmt.Errorf("testserver: postgres: %w", err)
		}
		select {
		case <-p.proc.ended:
			return fmt.Errorf("testserver: postgres ended at once")
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Stop ends the server in good order: open transactions are rolled back. Start
// brings it back, unless the folder was its own, which Close removes.
func (p *PostgresServer) Stop() error { return p.proc.stop("INT") }

// Crash ends the server at once, as a power cut would (with fsync on nothing
// committed is lost).
func (p *PostgresServer) Crash() error { return p.proc.stop("QUIT") }

// Restart stops and starts it: every connection breaks.
func (p *PostgresServer) Restart() error {
	if err := p.Stop(); err != nil {
		return err
	}
	return p.Start()
}

// Close ends the server and removes its folder if that was its own.
func (p *PostgresServer) Close() error {
	err := p.proc.stop("QUIT")
	if p.rubbish != "" {
		if e := os.RemoveAll(p.rubbish); err == nil && e != nil {
			err = fmt.Errorf("testserver: %w", e)
		}
	}
	return err
}

// Schema makes an empty schema and returns a DSN that works in it, and a function
// that drops it. QUIRK: pg_temp would allow one connection only, so each test has a
// schema and selects it with search_path.
func (p *PostgresServer) Schema() (dsn string, drop func() error, err error) {
	random := make([]byte, 8)
	if _, err := rand.Read(random); err != nil {
		return "", nil, fmt.Errorf("testserver: %w", err)
	}
	name := "t_" + hex.EncodeToString(random)
	if err := p.exec("CREATE SCHEMA " + name); err != nil {
		return "", nil, err
	}
	drop = func() error { return p.exec("DROP SCHEMA " + name + " CASCADE") }
	return p.DSN + "&search_path=" + name, drop, nil
}

func (p *PostgresServer) exec(query string) error {
	db, err := sql.Open("postgres", p.DSN)
	if err != nil {
		return fmt.Errorf("testserver: %w", err)
	}
	defer db.Close()
	if _, err := db.Exec(query); err != nil {
		return fmt.Errorf("testserver: %s: %w", query, err)
	}
	return nil
}

// shared starts the cluster of this test process once. It runs until the process
// ends; its guard then stops it and removes the folder.
var shared = sync.OnceValues(func() (*PostgresServer, error) { return StartPostgres("", false) })

// Postgres returns the DSN of an empty schema in a cluster that all tests of this
// process share (fsync off). The schema is dropped when the test ends.
func Postgres(t testing.TB) string {
	t.Helper()
	_, err := findBinary("postgres", "/usr/lib/postgresql/*/bin/postgres", "/usr/local/pgsql/bin/postgres")
	Need(t, "PostgreSQL", err)
	p, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	dsn, drop, err := p.Schema()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := drop(); err != nil {
			t.Error(err)
		}
	})
	return dsn
}

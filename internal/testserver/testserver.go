// Package testserver starts the real servers that tests, benchmarks and the soak
// run talk to: Dovecot, PostgreSQL, an SMTP sink and a fault-injecting proxy. Each
// server listens on a free loopback port, keeps all it has in its own folder and
// ends with the process that started it, even if that one is killed.
//
// The Start functions are plain, for long-lived commands; the functions that take
// a testing.TB wrap them and end the server when the test ends.
package testserver

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// startLimit bounds how long a server may take until it accepts connections.
const startLimit = 60 * time.Second

// Need ends the test if err says that a server cannot be had: a skip on a bare
// laptop, a failure where the environment variable CI is set. A nil err passes.
func Need(t testing.TB, what string, err error) {
	t.Helper()
	if err == nil {
		return
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("testserver: %s: %v", what, err)
	}
	t.Skipf("testserver: %s is not available here: %v", what, err)
}

// freePort finds a TCP port on loopback that nobody listens on. Another process may
// take it before it is used, so callers retry.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("testserver: free port: %w", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// findBinary looks for a program in PATH, then for the last match of a glob pattern.
func findBinary(name string, patterns ...string) (string, error) {
	if p, err := exec.LookPath(name); err == nil {
		return filepath.EvalSymlinks(p) // its companions lie beside it
	}
	for _, pattern := range patterns {
		if found, _ := filepath.Glob(pattern); len(found) > 0 {
			sort.Strings(found)
			return found[len(found)-1], nil
		}
	}
	return "", fmt.Errorf("testserver: program %s is not installed", name)
}

// credentialOf returns the ids of the first user in names that exists, for a process
// that refuses to run as root. It returns nil where we are not root.
func credentialOf(names ...string) (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	for _, n := range names {
		u, err := user.Lookup(n)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		if err1 == nil && err2 == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, fmt.Errorf("testserver: none of the users %s exists", strings.Join(names, ", "))
}

// ownDir makes dir (a new folder under the system's temporary folder if it is "")
// and gives it to cred. temporary says that the server should remove it at its end.
func ownDir(dir, pattern string, cred *syscall.Credential) (path string, temporary bool, err error) {
	if dir == "" {
		if dir, err = os.MkdirTemp("", pattern); err != nil {
			return "", false, fmt.Errorf("testserver: %w", err)
		}
		temporary = true
	} else if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", false, fmt.Errorf("testserver: %w", err)
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return "", false, fmt.Errorf("testserver: %w", err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		return "", false, fmt.Errorf("testserver: %w", err)
	}
	if cred != nil {
		if err := os.Chown(dir, int(cred.Uid), int(cred.Gid)); err != nil {
			return "", false, fmt.Errorf("testserver: %w", err)
		}
	}
	return dir, temporary, nil
}

// waitPort waits until addr accepts connections, the process ends or the limit passes.
func waitPort(addr string, ended <-chan struct{}) error {
	limit := time.NewTimer(startLimit)
	defer limit.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if c, err := net.DialTimeout("tcp", addr, time.Second); err == nil {
			return c.Close()
		}
		select {
		case <-ended:
			return fmt.Errorf("testserver: the server for %s ended at once", addr)
		case <-limit.C:
			return fmt.Errorf("testserver: nothing listens on %s after %s", addr, startLimit)
		case <-tick.C:
		}
	}
}

package faults_test

import (
	"bufio"
	"bytes"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

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

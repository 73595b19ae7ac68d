package testserver

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"
)

// guardScript runs the server and holds a pipe to our process. A signal name on the
// pipe goes to the server. When the pipe closes without one, our process has ended in
// whatever way: the server gets the signal $1, and the folder $2 (if not empty) goes
// away after it.
const guardScript = `
end=$1; rubbish=$2; shift 2
exec 3<&0
"$@" </dev/null 3<&- &
pid=$!
(
	if read -r s <&3; then kill -"$s" $pid; exit; fi
	[ -n "$rubbish" ] && : >"$rubbish/orphan"
	kill -"$end" $pid
) 2>/dev/null &
reader=$!
wait $pid
kill $reader 2>/dev/null
[ -n "$rubbish" ] && [ -e "$rubbish/orphan" ] && rm -rf "$rubbish"
exit 0
`

// guarded is a server process that ends when we end.
type guarded struct {
	cmd   *exec.Cmd
	pipe  io.WriteCloser
	ended chan struct{} // closed when the server has ended
	once  sync.Once
}

// startGuarded starts argv. end is the signal sent when our own process goes away;
// rubbish is a folder to remove then, or "". Output goes to the file logPath.
func startGuarded(cred *syscall.Credential, env []string, logPath, end, rubbish string, argv ...string) (*guarded, error) {
	log, err := os.OpenFile(logPath, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, fmt.Errorf("testserver: %w", err)
	}
	defer log.Close()
	cmd := exec.Command("/bin/sh", append([]string{"-c", guardScript, "guard", end, rubbish}, argv...)...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: cred}
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("testserver: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("testserver: start %s: %w", argv[0], err)
	}
	g := &guarded{cmd: cmd, pipe: pipe, ended: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // the script always ends with 0
		close(g.ended)
	}()
	return g, nil
}

// stop sends the signal (a name such as "TERM") and waits for the end.
func (g *guarded) stop(signal string) error {
	g.once.Do(func() {
		_, _ = io.WriteString(g.pipe, signal+"\n") // fails only if it ended already
		_ = g.pipe.Close()
	})
	select {
	case <-g.ended:
		return nil
	case <-time.After(startLimit):
		return errors.New("testserver: the server did not stop")
	}
}

// kill ends the server and all the processes of its group at once.
func (g *guarded) kill() error {
	g.once.Do(func() {
		_ = syscall.Kill(-g.cmd.Process.Pid, syscall.SIGKILL) // fails only if it ended already
		_ = g.pipe.Close()
	})
	return g.stop("")
}

package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestExplainReadsAPipeByName(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(name, 0o600); err != nil {
		t.Fatal(err)
	}
	go func() {
		f, err := os.OpenFile(name, os.O_WRONLY, 0)
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = f.WriteString("From: a@b.example\r\nSubject: Complaint\r\n\r\nMy room is cold.\r\n") // the reader would miss it
		_ = f.Close()
	}()
	var out, errw bytes.Buffer
	if code := run(t.Context(), []string{"explain", name}, nil, &out, &errw, nil); code != exitDone || !strings.Contains(out.String(), "complaint") {
		t.Errorf("exit %d %s %s", code, out.String(), errw.String())
	}
}

// A pipe that nobody writes to does not keep the program from ending.
func TestExplainEndsWhileItReads(t *testing.T) {
	t.Parallel()
	ctx, end := context.WithCancel(t.Context())
	in, silent := io.Pipe()
	defer silent.Close()
	started := &telling{Reader: in, asked: make(chan struct{})}
	code := make(chan int)
	var errw bytes.Buffer
	go func() { code <- run(ctx, []string{"explain", "-"}, started, io.Discard, &errw, nil) }()
	<-started.asked
	end()
	if got := <-code; got != exitFailed || !strings.Contains(errw.String(), "told to end") {
		t.Errorf("exit %d %s", got, errw.String())
	}
}

// telling says when it is first read.
type telling struct {
	io.Reader
	asked chan struct{}
}

func (r *telling) Read(p []byte) (int, error) {
	select {
	case <-r.asked:
	default:
		close(r.asked)
	}
	return r.Reader.Read(p)
}

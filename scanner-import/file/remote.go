package file

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"ask4.com/skarga/scanner-import/layout"
)

// answer is what the process that reads a PDF says: first how many pages there are,
// then one page for each number it is asked for.
type answer struct {
	Pages   int
	Size    image.Point
	Pix     []uint8
	DPI     [2]float64
	Words   []layout.Word
	Text    bool // there is a text layer, even if it has no words
	Damaged []string
	Damage  *Damage // why there is no page
	Failed  string  // another reason
}

// ServePDF reads the PDF that is open as descriptor 3, one page for each number on
// in, and writes answers to out until in ends. It is the other side of
// Options.PDFReader.
func ServePDF(ctx context.Context, in io.Reader, out io.Writer, opt Options) error {
	f := os.NewFile(3, "pdf")
	if f == nil {
		return errors.New("file: no PDF is open")
	}
	o := NewOpener(opt)
	o.engine.interruptible, o.command = false, nil
	o.engine.timeout = 24 * time.Hour // the other side ends this process
	defer o.Close()
	enc, dec := gob.NewEncoder(out), gob.NewDecoder(in)
	opened, err := o.open(ctx, f)
	if err != nil {
		return enc.Encode(failed(err))
	}
	defer opened.Close()
	for a := (answer{Pages: opened.Pages()}); ; {
		if err := enc.Encode(a); err != nil {
			return err
		}
		var n int
		if err := dec.Decode(&n); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
		p, err := opened.Page(ctx, n)
		a = failed(err)
		a.Damaged = p.Damaged
		if err == nil {
			a.Size, a.Pix, a.DPI, a.Words, a.Text = p.Gray.Rect.Size(), p.Gray.Pix, [2]float64{p.DPIX, p.DPIY}, p.Words, p.Words != nil
		}
	}
}

func failed(err error) (a answer) {
	if err != nil && !errors.As(err, &a.Damage) {
		a.Failed = err.Error()
	}
	return a
}

// remote is a PDF that another process reads.
type remote struct {
	file    *os.File
	command []string
	timeout time.Duration
	pages   int
	killed  int
	process *process
}

// process is a running reader.
type process struct {
	cmd   *exec.Cmd
	ask   io.WriteCloser
	enc   *gob.Encoder
	heard chan heard
}

type heard struct {
	answer answer
	err    error
}

func openRemote(ctx context.Context, f *os.File, command []string, timeout time.Duration) (File, error) {
	r := &remote{file: f, command: command, timeout: timeout}
	if err := r.start(ctx); err != nil {
		return nil, errors.Join(err, r.stop())
	}
	return r, nil
}

// start starts a reader and waits for the number of pages.
func (r *remote) start(ctx context.Context) error {
	if _, err := r.file.Seek(0, io.SeekStart); err != nil { // both processes share the position
		return err
	}
	cmd := exec.Command(r.command[0], r.command[1:]...)
	cmd.ExtraFiles = []*os.File{r.file}
	cmd.Env = append(os.Environ(), "GOMAXPROCS=2", "GOGC=50")
	ask, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("file: start the PDF reader: %w", err)
	}
	p := &process{cmd: cmd, ask: ask, enc: gob.NewEncoder(ask), heard: make(chan heard)}
	r.process = p
	go func() {
		defer close(p.heard)
		dec := gob.NewDecoder(out)
		for {
			var h heard
			h.err = dec.Decode(&h.answer)
			p.heard <- h
			if h.err != nil { // at the latest when the process is gone
				return
			}
		}
	}()
	a, err := r.hear(ctx)
	r.pages = a.Pages
	return err
}

// busyTimes is how many times longer than its limit a page may take on a machine that
// has other work: the limit is one of processor time.
const busyTimes = 6

// hear waits for an answer, for as long as a page may take. After any error the
// process is gone.
func (r *remote) hear(ctx context.Context) (answer, error) {
	tick := time.NewTicker(r.timeout)
	defer tick.Stop()
	before := processorTime(r.process.cmd.Process.Pid)
	var h heard
	for waited := 1; ; waited++ {
		select {
		case h = <-r.process.heard:
		case <-tick.C:
			spent := processorTime(r.process.cmd.Process.Pid) - before
			if spent < r.timeout && waited < busyTimes {
				continue
			}
			r.killed++
			return answer{}, errors.Join(damage("slow", "the page took longer than %v", r.timeout), r.stop())
		case <-ctx.Done():
			return answer{}, errors.Join(ctx.Err(), r.stop())
		}
		break
	}
	switch {
	case h.err != nil:
		r.killed++
		return answer{}, errors.Join(damage("broken", "the PDF reader broke down"), r.stop())
	case h.answer.Damage != nil:
		return h.answer, h.answer.Damage
	case h.answer.Failed != "":
		return h.answer, errors.New(h.answer.Failed)
	}
	return h.answer, nil
}

// processorTime is what a process has spent so far, from proc_pid_stat(5), where the
// system has that; the processor's ticks are hundredths of a second there.
func processorTime(pid int) time.Duration {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(b[bytes.LastIndexByte(b, ')')+1:])) // the name may hold blanks
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11]) // 0 if it is no number
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

// stop ends the process, whatever it is at.
func (r *remote) stop() error {
	p := r.process
	if p == nil {
		return nil
	}
	r.process = nil
	_ = p.ask.Close()
	_ = p.cmd.Process.Kill()
	for range p.heard { // until its output has ended
	}
	_ = p.cmd.Wait() // killed, as it should be
	return nil
}

func (r *remote) Pages() int { return r.pages }

func (r *remote) Close() error { return errors.Join(r.stop(), r.file.Close()) }

func (r *remote) Page(ctx context.Context, n int) (Page, error) {
	if n < 1 || n > r.pages {
		return Page{}, damage("broken", "there is no page %d", n)
	}
	if r.process == nil {
		if r.killed >= pdfMaxKill {
			return Page{}, damage("slow", "the PDF took too long too often")
		}
		pages := r.pages
		if err := r.start(ctx); err != nil {
			r.pages = pages
			return Page{}, err
		}
	}
	if err := r.process.enc.Encode(n); err != nil {
		r.killed++
		return Page{}, errors.Join(damage("broken", "the PDF reader broke down on page %d", n), r.stop())
	}
	a, err := r.hear(ctx)
	p := Page{DPIX: a.DPI[0], DPIY: a.DPI[1], Words: a.Words, Damaged: a.Damaged}
	if a.Text && p.Words == nil {
		p.Words = []layout.Word{}
	}
	if err == nil {
		p.Gray = &image.Gray{Pix: a.Pix, Stride: a.Size.X, Rect: image.Rectangle{Max: a.Size}}
	}
	return p, err
}

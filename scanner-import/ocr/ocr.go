// Package ocr reads the words of a page with tesseract, one process a page: a
// process that crashes or hangs costs its page and nothing else.
package ocr

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"ask4.com/skarga/scanner-import/layout"
)

// Options says how to read. The zero value works.
type Options struct {
	Program   string        // empty: tesseract
	Languages string        // empty: pol+eng
	Timeout   time.Duration // of one page; 0: one minute
}

// Engine reads pages. It is safe for several goroutines; the caller bounds how many
// processes run.
type Engine struct {
	opt     Options
	once    sync.Once
	missing error
}

// New makes an Engine.
func New(opt Options) *Engine {
	if opt.Program == "" {
		opt.Program = "tesseract"
	}
	if opt.Languages == "" {
		opt.Languages = "pol+eng"
	}
	if opt.Timeout <= 0 {
		opt.Timeout = time.Minute
	}
	return &Engine{opt: opt}
}

// ErrSlow says that a page took too long.
var ErrSlow = errors.New("ocr: the page took too long to read")

// Timeout is how long reading one page may take; the caller sets it on the context.
func (e *Engine) Timeout() time.Duration { return e.opt.Timeout }

// Missing says why nothing can be read, and the cure; nil if it can.
func (e *Engine) Missing() error {
	e.once.Do(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		out, err := exec.CommandContext(ctx, e.opt.Program, "--list-langs").CombinedOutput()
		if err != nil {
			e.missing = fmt.Errorf("ocr: %s does not run (%w); install tesseract-ocr, tesseract-ocr-eng and tesseract-ocr-pol", e.opt.Program, err)
			return
		}
		have := strings.Fields(string(out))
		for _, l := range strings.Split(e.opt.Languages, "+") {
			if !slices.Contains(have, l) {
				e.missing = fmt.Errorf("ocr: tesseract lacks the language %q; install tesseract-ocr-%s", l, l)
				return
			}
		}
	})
	return e.missing
}

// Read reads the words of an upright page, in reading order. The boxes are in
// hundredths of a millimetre. dpi must be above 0.
func (e *Engine) Read(ctx context.Context, page *image.Gray, dpi float64) ([]layout.Word, error) {
	if err := e.Missing(); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, e.opt.Program, "stdin", "stdout", "-l", e.opt.Languages, "--dpi", strconv.Itoa(int(dpi+0.5)), "tsv")
	cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	cmd.Stdin = newPGM(page)
	cmd.WaitDelay = 5 * time.Second
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err != nil:
		return nil, fmt.Errorf("ocr: tesseract: %w: %s", err, lastLine(errs.String()))
	}
	return parseTSV(out.String(), dpi), nil
}

// lastLine is what a program said last.
func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}

// pgm gives a grey picture in the form that costs nothing to write and to read
// (Netpbm, P5).
type pgm struct {
	rest []byte // of the header, or of a row
	page *image.Gray
	row  int // the next one
}

func newPGM(page *image.Gray) *pgm {
	b := page.Rect
	return &pgm{fmt.Appendf(nil, "P5 %d %d 255\n", b.Dx(), b.Dy()), page, 0}
}

func (p *pgm) Read(b []byte) (int, error) {
	if len(p.rest) == 0 {
		if p.row == p.page.Rect.Dy() {
			return 0, io.EOF
		}
		p.rest = p.page.Pix[p.row*p.page.Stride:][:p.page.Rect.Dx()]
		p.row++
	}
	n := copy(b, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

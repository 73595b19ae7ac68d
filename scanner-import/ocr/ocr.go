// Package ocr reads the words of pages with tesseract, a few pages a process: one that
// crashes or hangs costs its pages and nothing else.
package ocr

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"os"
	"os/exec"
	"slices"
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
	opt   Options
	mu    sync.Mutex
	found bool // it ran, with its languages; one that was not there is looked for each time
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
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.found {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, e.opt.Program, "--list-langs").CombinedOutput()
	if err != nil {
		return fmt.Errorf("ocr: %s does not run (%w); install tesseract-ocr, tesseract-ocr-eng and tesseract-ocr-pol", e.opt.Program, err)
	}
	have := strings.Fields(string(out))
	for _, l := range strings.Split(e.opt.Languages, "+") {
		if !slices.Contains(have, l) {
			return fmt.Errorf("ocr: tesseract lacks the language %q; install tesseract-ocr-%s", l, l)
		}
	}
	e.found = true
	return nil
}

// Page is an upright page to be read, or the part of it that Written gives: its Rect
// then says where. DPI is above 0.
type Page struct {
	Gray *image.Gray
	DPI  float64
}

// Read reads the words of pages, each in reading order. The boxes are in hundredths of
// a millimetre. Pages that are read together share one process, whose start takes a
// sixth of the time of a page; what goes wrong goes wrong for all of them.
func (e *Engine) Read(ctx context.Context, pages ...Page) ([][]layout.Word, error) {
	if err := e.Missing(); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, e.opt.Program, "stdin", "stdout", "-l", e.opt.Languages, "tsv")
	cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	cmd.Stdin = newTIFF(pages)
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
	return parseTSV(out.String(), pages), nil
}

// Written is the part of a page that has something on it, with a margin: looking for
// text in empty paper costs tesseract a sixth of its time. The result has pixels of its
// own, unless it is all of the page. The page begins at 0, 0.
func (p Page) Written() Page {
	const (
		light  = 192 // of a page that was made ready; its paper is lighter
		margin = 8   // the part of an inch of paper that is left around the writing
	)
	all := p.Gray.Rect
	at := image.Rectangle{Min: all.Max}
	for y := range all.Max.Y {
		row := p.Gray.Pix[y*p.Gray.Stride:][:all.Max.X]
		left, right := 0, len(row)
		for left < right && row[left] >= light {
			left++
		}
		if left == right {
			continue
		}
		for row[right-1] >= light {
			right--
		}
		at = image.Rect(min(at.Min.X, left), min(at.Min.Y, y), max(at.Max.X, right), y+1)
	}
	at = at.Inset(-int(p.DPI/margin) - 1).Intersect(all)
	if at.Empty() || at == all {
		return p
	}
	part := &image.Gray{Pix: make([]uint8, at.Dx()*at.Dy()), Stride: at.Dx(), Rect: at}
	for y := range at.Dy() {
		copy(part.Pix[y*part.Stride:][:part.Stride], p.Gray.Pix[(at.Min.Y+y)*p.Gray.Stride+at.Min.X:])
	}
	return Page{part, p.DPI}
}

// lastLine is what a program said last.
func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}

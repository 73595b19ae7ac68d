// Package file opens what a scanner, a copier or a phone makes: PDF, multi-page
// TIFF, JPEG and PNG (and WebP, which phones send). It gives one page after the
// other as a grey picture, with the words of a text layer where there is a real
// one. Nothing in a file can take more than a bounded amount of memory and time.
package file

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"time"

	"ask4.com/skarga/scanner-import/layout"
)

// Page is one page as it stands in a file.
type Page struct {
	Gray       *image.Gray
	DPIX, DPIY float64       // dots an inch, across and down; 0 where the file does not say
	Words      []layout.Word // of a real text layer, in reading order; nil: it must be read by OCR
	Damaged    []string      // what was wrong with it: "code: words"
}

// File is an open file. It is not safe for use by several goroutines.
type File interface {
	// Pages is how many pages the file has.
	Pages() int
	// Page reads a page; pages count from 1. A *Damage says that the page cannot be
	// read, and the next one may.
	Page(ctx context.Context, n int) (Page, error)
	Close() error
}

// Damage says why a file or a page cannot be read, for the desk.
type Damage struct {
	Code string // one word: encrypted, too_large, broken, unsupported, empty, slow
	Text string
}

func (d *Damage) Error() string { return d.Code + ": " + d.Text }

func damage(code, format string, args ...any) error {
	return &Damage{code, fmt.Sprintf(format, args...)}
}

// Limits that keep hostile files harmless. They are far above what a mailroom's
// scanner makes: an A3 sheet at 600 dpi has 70 million pixels.
const (
	maxPixels = 100 << 20 // of one page
	maxBytes  = 600 << 20 // that decoding one page may take
	maxPages  = 2000      // of one file
)

// checkSize refuses a picture that is too large before anything is decoded.
// perPixel is how many bytes a pixel takes while it is decoded.
func checkSize(w, h, perPixel int) error {
	if w <= 0 || h <= 0 {
		return damage("broken", "the picture is %d by %d pixels", w, h)
	}
	if w > maxPixels/h || w*h > maxBytes/perPixel {
		return damage("too_large", "the picture is %d by %d pixels; scan at 600 dpi or less", w, h)
	}
	return nil
}

// Kind is a file format, told by its first bytes.
type Kind string

// The formats. An empty Kind is none of them.
const (
	PDF  Kind = "pdf"
	TIFF Kind = "tiff"
	JPEG Kind = "jpeg"
	PNG  Kind = "png"
	WebP Kind = "webp"
)

// HeadSize is how many bytes Sniff wants to see.
const HeadSize = 1024

// Sniff tells the format by the first bytes of a file. A PDF may have up to 1,024
// bytes of anything before its header (ISO 32000, annex H).
func Sniff(head []byte) Kind {
	switch {
	case bytes.HasPrefix(head, []byte("II*\x00")), bytes.HasPrefix(head, []byte("MM\x00*")), bytes.HasPrefix(head, []byte("II+\x00")), bytes.HasPrefix(head, []byte("MM\x00+")):
		return TIFF
	case bytes.HasPrefix(head, []byte("\xff\xd8\xff")):
		return JPEG
	case bytes.HasPrefix(head, []byte("\x89PNG\r\n\x1a\n")):
		return PNG
	case len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WEBP":
		return WebP
	case bytes.Contains(head, []byte("%PDF-")):
		return PDF
	}
	return ""
}

// Options says how files are opened. The zero value works.
type Options struct {
	CacheDir string        // for compiled code of the PDF reader; empty: the user's cache folder
	Timeout  time.Duration // of processor time for opening a PDF and for each of its pages; 0: 20 seconds
	// PDFReader is a command that calls ServePDF. PDFs are then read in a process of
	// their own, which can be ended from outside: several times as fast as reading
	// them here, where the code must look for the end of its time in every loop.
	PDFReader []string
}

// Opener opens files. It is safe for several goroutines.
type Opener struct {
	engine  engine
	command []string
}

// NewOpener makes an Opener; Close it after its files.
func NewOpener(opt Options) *Opener {
	if opt.Timeout <= 0 {
		opt.Timeout = 20 * time.Second
	}
	return &Opener{engine: engine{dir: opt.CacheDir, timeout: opt.Timeout, interruptible: true}, command: opt.PDFReader}
}

// Close frees what reading PDFs took.
func (o *Opener) Close() error { return o.engine.close() }

// Open opens a file by its content, whatever its name. A *Damage says that nothing
// can be read of it; other errors are of the file system.
func (o *Opener) Open(ctx context.Context, path string) (File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	opened, err := o.open(ctx, f)
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return opened, nil
}

func (o *Opener) open(ctx context.Context, f *os.File) (File, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("file: %s is no ordinary file", f.Name())
	}
	head := make([]byte, HeadSize)
	n, err := io.ReadFull(f, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if n == 0 {
		return nil, damage("empty", "the file has no bytes")
	}
	switch kind := Sniff(head[:n]); kind {
	case PDF:
		return o.openPDF(ctx, f, info.Size())
	case TIFF:
		return openTIFF(f, info.Size())
	case JPEG, PNG, WebP:
		return &picture{file: f, size: info.Size(), kind: kind, opener: o}, nil
	}
	return nil, damage("unsupported", "the file is no PDF, TIFF, JPEG or PNG; scan it again as one of these")
}

// guard turns a panic of a decoder into a *Damage.
func guard(what string, err *error) {
	if p := recover(); p != nil {
		*err = damage("broken", "reading the %s failed: %v", what, p)
	}
}

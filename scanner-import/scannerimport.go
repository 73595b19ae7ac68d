// Package scannerimport reads what arrives on paper: it opens scans, finds sheets
// and codes, prepares the pages, reads them with OCR, divides them into letters and
// finds in each who wrote it and what policy P9 asks for.
//
// Reader.Split looks at pages and codes only and is quick; Reader.Read does that and
// reads the text too. Neither stores anything: `skarga explain` and the import share
// them.
package scannerimport

import (
	"runtime"
	"time"

	"ask4.com/skarga/ingest/detail"
	"ask4.com/skarga/scanner-import/file"
	"ask4.com/skarga/scanner-import/ocr"
)

// Options is what reading has to know. The zero value works.
type Options struct {
	Details     detail.Options // prefix of references, staff, the firm's own e-mail addresses and phone numbers
	Firm        []string       // the firm's name and the lines of its postal address: never a sender's
	Tesseract   string         // the OCR program; empty: tesseract, as found in PATH
	Languages   string         // its languages; empty: pol+eng
	PageTimeout time.Duration  // for OCR of one page; 0: one minute
	Workers     int            // OCR processes at once; 0: one a core
	CacheDir    string         // for compiled code of the PDF reader; empty: the user's cache folder
	SpoolDir    string         // for pages between looking at them and reading them; empty: the system's
	PDFReader   []string       // a command that calls file.ServePDF; empty: PDFs are read in this process, more slowly
}

// Reader reads scans. It is safe for several goroutines, which share its workers.
type Reader struct {
	opt     Options
	opener  *file.Opener
	engine  *ocr.Engine
	details *detail.Finder
	slots   chan struct{} // one for each OCR process that may run
	decode  chan struct{} // held while a page is drawn, so that large ones do not add up
	kept    *keptPages    // between Split and ReadPages
	closely bool          // a picture that is alone in its file is searched for codes at any cost
}

// NewReader makes a Reader. It does not need tesseract to be there: see Missing.
func NewReader(opt Options) (*Reader, error) {
	if opt.Workers <= 0 {
		opt.Workers = runtime.NumCPU()
	}
	r := &Reader{
		opt: opt, opener: file.NewOpener(file.Options{CacheDir: opt.CacheDir, PDFReader: opt.PDFReader}), details: detail.New(opt.Details),
		engine: ocr.New(ocr.Options{Program: opt.Tesseract, Languages: opt.Languages, Timeout: opt.PageTimeout}),
		slots:  make(chan struct{}, opt.Workers), decode: make(chan struct{}, 1), kept: &keptPages{dir: opt.SpoolDir},
	}
	return r, nil
}

// SetStaff replaces the names of staff that are looked for (P8, P9), while the reader
// is used.
func (r *Reader) SetStaff(list []detail.StaffName) { r.details.SetStaff(list) }

// Close frees what reading PDFs took.
func (r *Reader) Close() error { return r.opener.Close() }

// Missing says why no page can be read by OCR and what to do about it; nil if it
// can. Letters are taken in all the same, to be typed by a person.
func (r *Reader) Missing() error { return r.engine.Missing() }

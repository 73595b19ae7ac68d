package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"ask4.com/skarga/cmd/skarga/config"
	"ask4.com/skarga/ingest"
	scannerimport "ask4.com/skarga/scanner-import"
	"ask4.com/skarga/scanner-import/file"
)

type explainCmd struct {
	Files []string `arg:"" name:"file" help:"Messages (.eml, or - for standard input) and scans (PDF, TIFF, JPEG, PNG)."`
}

// explained is one file's result, or why there is none: a message or a scan.
type explained struct {
	message *ingest.Reading
	scan    *scannerimport.Reading
	err     error
}

// explainer reads files of both kinds with the shipped configuration.
type explainer struct {
	s        *session
	messages *ingest.Reader
	scans    *scannerimport.Reader
}

// Run reads and judges each file with the shipped configuration. It needs no
// configuration file and no database. A file that cannot be opened makes the
// command fail after the others are done.
func (c explainCmd) Run(s *session) error {
	cfg, err := config.Shipped()
	if err != nil {
		return err
	}
	e := explainer{s: s}
	if e.messages, err = newReader(cfg); err != nil {
		return err
	}
	if e.scans, err = newScanReader(cfg); err != nil {
		return err
	}
	defer e.scans.Close()
	results := make([]chan explained, len(c.Files))
	for i := range results {
		results[i] = make(chan explained, 1)
	}
	slots := make(chan struct{}, runtime.NumCPU())
	go func() {
		for i, file := range c.Files {
			slots <- struct{}{}
			go func() {
				results[i] <- e.explain(file)
				<-slots
			}()
		}
	}()
	failed := 0
	for i, file := range c.Files {
		var r explained
		select {
		case r = <-results[i]:
		case <-s.ctx.Done(): // a pipe may never end, and nothing is kept of it
			return fmt.Errorf("told to end before %s was read", file)
		}
		if r.err == nil {
			r.err = e.print(r, file, len(c.Files) > 1)
		}
		if r.err != nil {
			failed++
			fmt.Fprintf(s.err, "skarga: %s: %v\n", file, r.err)
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d files could not be read", failed, len(c.Files))
	}
	return nil
}

// print writes a result; the name of the file is in the JSON of several.
func (e explainer) print(r explained, file string, several bool) error {
	out := json.NewEncoder(e.s.out)
	out.SetEscapeHTML(false)
	switch {
	case e.s.cli.JSON && r.scan != nil:
		if several {
			r.scan.File = file
		}
		return out.Encode(r.scan)
	case e.s.cli.JSON:
		if several {
			r.message.File = file
		}
		return out.Encode(r.message)
	case r.scan != nil:
		printScan(e.s.out, file, *r.scan)
	default:
		printReading(e.s.out, file, *r.message)
	}
	return nil
}

func (e explainer) explain(name string) explained {
	if name == "-" {
		return e.stream(e.s.in)
	}
	f, err := os.Open(name)
	if err != nil {
		return explained{err: err}
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return explained{err: err}
	}
	if info.IsDir() {
		return explained{err: fmt.Errorf("is a folder; name the files in it")}
	}
	if !info.Mode().IsRegular() {
		return e.stream(f)
	}
	scan, err := isScan(f)
	if err != nil {
		return explained{err: err}
	}
	if scan {
		r, err := e.scans.Explain(e.s.ctx, name)
		return explained{scan: &r, err: err}
	}
	r := e.messages.Explain(f, info.Size())
	return explained{message: &r}
}

// stream explains the message that a pipe carries.
func (e explainer) stream(in io.Reader) explained {
	b, err := io.ReadAll(in)
	if err != nil {
		return explained{err: err}
	}
	r := e.messages.Explain(bytes.NewReader(b), int64(len(b)))
	return explained{message: &r}
}

// isScan tells a scan from a message: by its first bytes, or else by its name.
func isScan(f *os.File) (bool, error) {
	head := make([]byte, file.HeadSize)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return false, err
	}
	ending := strings.ToLower(filepath.Ext(f.Name()))
	switch kind := file.Sniff(head[:n]); {
	case kind == file.PDF: // its mark may stand in the words of a message
		return ending != ".eml" || bytes.HasPrefix(head, []byte("%PDF-")), nil
	case kind != "":
		return true, nil
	}
	switch ending {
	case ".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png", ".webp":
		return true, nil
	}
	return false, nil
}

// printScan shows a scan to a person.
func printScan(w io.Writer, file string, r scannerimport.Reading) {
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(w, "%-11s %s\n", name, value)
		}
	}
	fmt.Fprintf(w, "%s\n", file)
	line("pages", strconv.Itoa(r.Pages))
	for _, s := range r.Sheets {
		fields, _ := json.Marshal(s.Fields) // words and numbers only
		line("sheet", fmt.Sprintf("page %d, %s, %s", s.Page, s.Type, fields))
	}
	for _, n := range r.Separators {
		line("separator", fmt.Sprintf("page %d", n))
	}
	for _, b := range r.Barcodes {
		line("code", fmt.Sprintf("page %d, %s, %q", b.Page, b.Symbology, b.Text))
	}
	for _, d := range r.Damaged {
		line("damaged", d)
	}
	for i, d := range r.Documents {
		fmt.Fprintf(w, "\nletter %d    pages %d to %d, read with %.0f %% confidence\n", i+1, d.FirstPage, d.LastPage, 100*d.Confidence)
		line("language", string(d.Language))
		line("reference", d.Reference)
		if d.Received != nil {
			line("received", *d.Received)
		}
		for _, f := range d.Details {
			line("detail", fmt.Sprintf("%s %s (%.0f %%, %q on %s)", f.Kind, f.Value, 100*f.Confidence, f.Text, f.Where))
		}
		fmt.Fprintf(w, "\n%s\n", tame(d.Text))
	}
	fmt.Fprintln(w)
}

// printReading shows a reading to a person.
func printReading(w io.Writer, file string, r ingest.Reading) {
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(w, "%-11s %s\n", name, value)
		}
	}
	fmt.Fprintf(w, "%s\n", file)
	line("kind", string(r.Kind))
	line("answer", string(r.Answer))
	for _, reason := range r.Reasons {
		line("because", reason)
	}
	for _, a := range r.From {
		line("from", strings.TrimSpace(a.Name+" <"+a.Address+">"))
	}
	line("subject", r.Subject)
	if r.Date != nil {
		line("date", *r.Date)
	}
	line("language", string(r.Language))
	for _, d := range r.Details {
		line("detail", fmt.Sprintf("%s %s (%.0f %%, %q in %s)", d.Kind, d.Value, 100*d.Confidence, d.Text, d.Where))
	}
	for _, b := range r.Bounces {
		line("bounce", strings.TrimSpace(b.Recipient+" "+b.Action+" "+b.Status+" "+b.Reason))
	}
	for _, a := range r.Attachments {
		line("attachment", fmt.Sprintf("%s, %s, %d bytes", a.Filename, a.MediaType, a.Size))
	}
	for _, d := range r.Damaged {
		line("damaged", d)
	}
	fmt.Fprintf(w, "\n%s\n\n", tame(r.NewText))
}

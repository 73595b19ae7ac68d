package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"ask4.com/skarga/cmd/skarga/config"
	"ask4.com/skarga/ingest"
)

type explainCmd struct {
	Files []string `arg:"" name:"file" help:"Messages (.eml), or - for standard input."`
}

// explained is one file's result, or why there is none.
type explained struct {
	reading ingest.Reading
	err     error
}

// Run reads and judges each file with the shipped configuration. It needs no
// configuration file and no database. A file that cannot be opened makes the
// command fail after the others are done.
func (c explainCmd) Run(s *session) error {
	cfg, err := config.Shipped()
	if err != nil {
		return err
	}
	reader, err := newReader(cfg)
	if err != nil {
		return err
	}
	results := make([]chan explained, len(c.Files))
	for i := range results {
		results[i] = make(chan explained, 1)
	}
	slots := make(chan struct{}, runtime.NumCPU())
	go func() {
		for i, file := range c.Files {
			slots <- struct{}{}
			go func() {
				results[i] <- explainFile(s, reader, file)
				<-slots
			}()
		}
	}()
	failed := 0
	out := json.NewEncoder(s.out)
	out.SetEscapeHTML(false)
	for i, file := range c.Files {
		r := <-results[i]
		switch {
		case r.err != nil:
			failed++
			fmt.Fprintf(s.err, "skarga: %s: %v\n", file, r.err)
		case s.cli.JSON:
			if len(c.Files) > 1 {
				r.reading.File = file
			}
			if err := out.Encode(r.reading); err != nil {
				return err
			}
		default:
			printReading(s.out, file, r.reading)
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d files could not be read", failed, len(c.Files))
	}
	return nil
}

func explainFile(s *session, reader *ingest.Reader, file string) explained {
	if file == "-" {
		b, err := io.ReadAll(s.in)
		if err != nil {
			return explained{err: err}
		}
		return explained{reading: reader.Explain(bytes.NewReader(b), int64(len(b)))}
	}
	switch strings.ToLower(filepath.Ext(file)) {
	case ".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png":
		return explained{err: fmt.Errorf("this version reads messages, not scans yet")}
	}
	f, err := os.Open(file)
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
	return explained{reading: reader.Explain(f, info.Size())}
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
		line("detail", fmt.Sprintf("%s %s (%.0f %%, %q in %s)", d.Kind, d.Value, 100*d.Confidence, d.Text, d.Where.Part))
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
	fmt.Fprintf(w, "\n%s\n\n", r.NewText)
}

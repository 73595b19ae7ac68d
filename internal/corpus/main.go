// Command corpus runs `skarga explain` over a folder of real inputs and prints a
// score for each set against what is stated there. It exits 1 for a crash, a hang
// or an output that breaks the contract; a low score fails nothing.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"ask4.com/skarga/ingest"
)

// limit is how long one call of explain may take: far more than it needs.
const limit = 2 * time.Minute

// set is one kind of input and how it is scored.
type set struct {
	name  string
	score func(*scorer, string) // second argument: the set's folder
}

var sets = []set{
	{"mime/stalwart", (*scorer).stalwart},
	{"mime/enmime", (*scorer).enmime},
	{"bounces/sisimai", (*scorer).bounces},
	{"replies/crisp", (*scorer).replies},
	{"threads/imaptest", (*scorer).threads},
	{"ocr/tesseract-test", (*scorer).ocr},
	{"ocr/tess-polish", (*scorer).ocr},
	{"barcodes/zxing-cpp", (*scorer).barcodes},
}

func main() {
	program := flag.String("skarga", "bin/skarga", "the built program")
	verbose := flag.Bool("v", false, "print each difference")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "corpus: name one folder of inputs")
		os.Exit(2)
	}
	s := &scorer{program: *program, verbose: *verbose, out: os.Stdout}
	s.others(flag.Arg(0))
	for _, set := range sets {
		dir := filepath.Join(flag.Arg(0), filepath.FromSlash(set.name))
		if _, err := os.Stat(dir); err != nil {
			fmt.Printf("%s: not in this folder\n", set.name)
			continue
		}
		set.score(s, dir)
	}
	if len(s.rows) == 0 {
		fmt.Fprintf(os.Stderr, "corpus: %s holds no known set, message or scan\n", flag.Arg(0))
		os.Exit(2)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "set\tchecks\tright\t%\t")
	for _, r := range s.rows {
		fmt.Fprintf(w, "%s\t%d\t%d\t%.1f\t\n", r.name, r.checks, r.right, 100*float64(r.right)/float64(max(r.checks, 1)))
	}
	if err := w.Flush(); err != nil {
		s.fail("print: %v", err)
	}
	if s.failed > 0 {
		fmt.Printf("%d inputs broke the program or the contract\n", s.failed)
		os.Exit(1)
	}
}

// others explains every message and scan outside of the known sets: nothing is
// stated about them, but each must give an output.
func (s *scorer) others(dir string) {
	unknown := func(files []string) []string {
		return slices.DeleteFunc(files, func(f string) bool {
			return slices.ContainsFunc(sets, func(set set) bool {
				return strings.HasPrefix(f, filepath.Join(dir, filepath.FromSlash(set.name))+string(filepath.Separator))
			})
		})
	}
	messages, scans := unknown(glob(dir, ".eml")), unknown(glob(dir, scanEndings...))
	readings, pages := s.explain(messages), s.scans(scans)
	for _, f := range messages {
		s.check("other messages, read", f, fmt.Sprint(readings[f] != nil), "true")
	}
	for _, f := range scans {
		s.check("other scans, read", f, fmt.Sprint(pages[f] != nil), "true")
	}
}

// scorer counts.
type scorer struct {
	program string
	verbose bool
	out     *os.File
	rows    []*row
	failed  int
}

// row is the score of one kind of check in a set.
type row struct {
	name          string
	checks, right int
}

func (s *scorer) row(name string) *row {
	for _, r := range s.rows {
		if r.name == name {
			return r
		}
	}
	r := &row{name: name}
	s.rows = append(s.rows, r)
	return r
}

// check counts one comparison.
func (s *scorer) check(name, file string, got, want string) {
	r := s.row(name)
	r.checks++
	if got == want {
		r.right++
	} else if s.verbose {
		fmt.Fprintf(s.out, "%s %s\n  got  %q\n  want %q\n", name, file, got, want)
	}
}

func (s *scorer) fail(format string, args ...any) {
	s.failed++
	fmt.Fprintf(s.out, "FAILED "+format+"\n", args...)
}

// explain runs the program over messages and gives a reading for each, nil where
// there was none.
func (s *scorer) explain(files []string) map[string]*ingest.Reading {
	got := map[string]*ingest.Reading{}
	for f, raw := range s.run(files, 500, "schema kind answer reasons from reply_to to cc subject date message_id in_reply_to references language text new_text html attachments bounces details damaged") {
		var r ingest.Reading
		if err := json.Unmarshal(raw, &r); err != nil {
			s.fail("%s: output breaks the contract: %v", f, err)
			continue
		}
		got[f] = &r
	}
	return got
}

// run runs the program over files, some at once, and gives the output for each. Each
// key must be there and, but for unknown times, not null.
func (s *scorer) run(files []string, atOnce int, keys string) map[string]json.RawMessage {
	got := map[string]json.RawMessage{}
	for len(files) > 0 {
		n := min(len(files), atOnce)
		ctx, cancel := context.WithTimeout(context.Background(), limit)
		// The second file keeps the field "file" in the output of a single one.
		cmd := exec.CommandContext(ctx, s.program, append([]string{"explain", "--json", files[0]}, files[:n]...)...)
		var errs bytes.Buffer
		cmd.Stderr = &errs
		out, err := cmd.Output()
		cancel()
		if err != nil {
			s.fail("explain: %v: %s", err, firstLine(errs.String()))
		}
		dec := json.NewDecoder(bytes.NewReader(out))
		for dec.More() {
			var raw json.RawMessage
			if err := dec.Decode(&raw); err != nil {
				s.fail("output is no JSON: %v", err)
				break
			}
			var fields map[string]json.RawMessage
			var file string
			if json.Unmarshal(raw, &fields) != nil || json.Unmarshal(fields["file"], &file) != nil {
				s.fail("output is no object with a file: %.80s", raw)
				continue
			}
			for _, key := range strings.Fields(keys) {
				if v, there := fields[key]; !there || key != "date" && string(v) == "null" {
					s.fail("%s: %s is missing or null", file, key)
				}
			}
			got[file] = raw
		}
		for _, f := range files[:n] {
			if got[f] == nil {
				s.fail("%s: no output", f)
			}
		}
		files = files[n:]
	}
	return got
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// glob lists the files of a folder with one of some endings, sub-folders included.
func glob(dir string, endings ...string) []string {
	var files []string
	_ = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error { // what cannot be read is not listed
		if err == nil && !d.IsDir() && slices.ContainsFunc(endings, func(e string) bool { return strings.HasSuffix(path, e) }) {
			files = append(files, path)
		}
		return nil
	})
	return files
}

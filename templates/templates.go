// Package templates is what customers read: mail and letters in English and Polish
// (P17), rendered to text, HTML and blocks for print from one source, and the check
// that their language is plain (P4).
//
// A template is a file en/NAME.txt or pl/NAME.txt: a line "Subject: …", a blank
// line, and paragraphs divided by blank lines. A paragraph whose lines begin with
// "- " is a list; one that begins with "# " is a heading. Its actions are those of
// text/template over the kind's data (data.go). What several templates share is
// defined in parts.txt. The HTML is made from the filled-in text, so that both
// always say the same.
package templates

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"text/template"

	"ask4.com/skarga/complaint"
)

//go:embed en/*.txt pl/*.txt
var embedded embed.FS

// sharedParts is the file of definitions that every template may use.
const sharedParts = "parts"

// Message is a rendered mail: one subject line, a text wrapped to 72 columns, and
// an HTML document that says the same. Parts is the same once more, unwrapped, for a
// printed letter: one part a language.
type Message struct {
	Subject, Text, HTML string
	Parts               []Part
}

// Set is a set of checked templates. It is safe for concurrent use.
type Set struct{ texts atomic.Pointer[texts] }

// texts are templates that passed; nothing changes them.
type texts struct {
	parsed  map[complaint.Language]map[string]*template.Template
	linted  sync.Map // by linted: what LintKind found
	wording func() (string, error)
}

// Use replaces the templates of a set by those of another, while it is used.
func (s *Set) Use(other *Set) { s.texts.Store(other.texts.Load()) }

// text is one file that stands for the one in the folder, not written yet.
type text struct {
	lang         complaint.Language
	name, source string
}

// Load parses the shipped templates with those of dir laid over them, one by
// one (dir/en/NAME.txt, dir/pl/NAME.txt); dir may be empty. Each is read beside its
// data's type and executed against all samples of its kind, so that a broken one
// stops the start and never a customer's mail: a field that does not exist, a field
// or phrase that the kind must say and does not, a file whose name no template has.
// The error names file and line.
func Load(dir string) (*Set, error) {
	if dir == "" {
		return setOf(shipped())
	}
	return setOf(loadWith(dir, text{}))
}

// shipped are the templates of this program, which pass once for the whole process.
var shipped = sync.OnceValues(func() (*texts, error) { return loadWith("", text{}) })

func setOf(t *texts, err error) (*Set, error) {
	if err != nil {
		return nil, err
	}
	s := &Set{}
	s.texts.Store(t)
	return s, nil
}

// Try is Load with one text as it would be, before it is written: name is a template's,
// or "parts".
func Try(dir string, lang complaint.Language, name, source string) (*Set, error) {
	return setOf(loadWith(dir, text{lang, name, source}))
}

func loadWith(dir string, would text) (*texts, error) {
	parsed := map[complaint.Language]map[string]*template.Template{}
	errs := []error{unknownFiles(dir)}
	for _, lang := range languages(complaint.Both) {
		parsed[lang] = map[string]*template.Template{}
		parts, err := read(dir, would, lang, sharedParts, template.New(""))
		errs = append(errs, err)
		if err != nil {
			continue
		}
		for _, k := range kinds() {
			t, err := load(dir, would, lang, k, parts)
			parsed[lang][k.Name] = t
			errs = append(errs, err)
		}
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	t := &texts{parsed: parsed}
	t.wording = sync.OnceValues(t.allWording)
	return t, nil
}

// Source gives the text of a template, or of "parts": the firm's own where there is one.
// file is where it lies, or would.
func Source(dir string, lang complaint.Language, name string) (source, file string, own bool, err error) {
	file = string(lang) + "/" + name + ".txt"
	shipped, err := embedded.ReadFile(file)
	if err != nil {
		return "", "", false, fmt.Errorf("templates: %w", err)
	}
	if dir == "" {
		return string(shipped), file, false, nil
	}
	path := filepath.Join(dir, filepath.FromSlash(file))
	switch text, err := os.ReadFile(path); {
	case err == nil:
		return string(text), path, true, nil
	case !errors.Is(err, fs.ErrNotExist):
		return "", "", false, fmt.Errorf("templates: %w", err)
	}
	return string(shipped), path, false, nil
}

// read parses one file, the firm's own if there is one.
func read(dir string, would text, lang complaint.Language, name string, among *template.Template) (*template.Template, error) {
	source, path, own, err := Source(dir, lang, name)
	if err != nil {
		return nil, err
	}
	file := string(lang) + "/" + name + ".txt"
	if own {
		file = path
	}
	if would.lang == lang && would.name == name {
		source, file = would.source, string(lang)+"/"+name+".txt"
	}
	text := strings.ReplaceAll(strings.TrimPrefix(source, "\ufeff"), "\r\n", "\n")
	t, err := among.New(file).Funcs(functions(lang)).Parse(text)
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	return t, nil
}

// load reads the template of a kind and tries it.
func load(dir string, would text, lang complaint.Language, k Kind, parts *template.Template) (*template.Template, error) {
	among, err := parts.Clone()
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	t, err := read(dir, would, lang, k.Name, among)
	if err != nil {
		return nil, err
	}
	if err := verify(t, k, functions(lang)); err != nil {
		return nil, err
	}
	for i, sample := range k.Samples() {
		f, err := fill(t, lang, sample)
		if err != nil {
			return nil, err
		}
		text := f.words()
		if strings.Contains(text, gap) {
			return nil, fmt.Errorf("templates: %s: shows a date or number that may be empty; put it between {{if}} and {{end}}", t.Name())
		}
		for _, p := range k.Says {
			if i == 0 && !strings.Contains(text, p.in(lang)) {
				return nil, fmt.Errorf("templates: %s: must say “%s” (%s)", t.Name(), p.in(lang), p.Need)
			}
		}
	}
	return t, nil
}

// unknownFiles refuses what lies in the firm's folder and would never be used, though
// it looks as if it should: a name or an ending that is none, a template outside the
// folder of a language. Copies that editors leave, and notes, may lie there.
func unknownFiles(dir string) error {
	if dir == "" {
		return nil
	}
	known := append(Names(), sharedParts)
	errs := []error{files(dir, func(name string) string {
		if stem, _, _ := strings.Cut(name, "."); slices.Contains(known, stem) && !leftOver(name) {
			return "a template belongs into the folder of its language, en or pl"
		}
		return ""
	})}
	for _, lang := range languages(complaint.Both) {
		errs = append(errs, files(filepath.Join(dir, string(lang)), func(name string) string {
			stem, isText := strings.CutSuffix(name, ".txt")
			first, _, _ := strings.Cut(name, ".")
			switch {
			case isText && !slices.Contains(known, stem):
				return "no such template" + perhaps(stem, known) + "; there are " + strings.Join(known, ", ")
			case !isText && slices.Contains(known, first) && !leftOver(name):
				return "is not used; the name of a template is " + first + ".txt"
			}
			return ""
		}))
	}
	return errors.Join(errs...)
}

// files asks of each file of a folder what is wrong with its name.
func files(dir string, wrong func(name string) string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("templates: %w", err)
	}
	var errs []error
	for _, e := range entries {
		if why := wrong(e.Name()); why != "" && !e.IsDir() {
			errs = append(errs, fmt.Errorf("templates: %s: %s", filepath.Join(dir, e.Name()), why))
		}
	}
	return errors.Join(errs...)
}

// leftOver reports the copies that editors and package managers leave.
func leftOver(name string) bool {
	return strings.HasSuffix(name, "~") || slices.Contains([]string{".bak", ".orig", ".old", ".rej", ".swp", ".tmp", ".dpkg-old", ".dpkg-dist"}, filepath.Ext(name))
}

// Render fills in the template of a message's kind. Language Both gives English and
// Polish, one under the other (P17). A message that does not say what it must is
// refused with a *LackError: it does not leave (DOMAIN, Texts).
func (s *Set) Render(d Data) (Message, error) { return s.texts.Load().whole(d) }

// Draft renders a message as far as it is written, for the person who writes it: a
// gap is shown as [key: what goes there]. Missing lists the gaps.
func (s *Set) Draft(d Data) (Message, error) { return s.texts.Load().render(withGaps(d)) }

// whole is render of what lacks nothing.
func (t *texts) whole(d Data) (Message, error) {
	if lacks := Missing(d); len(lacks) > 0 {
		return Message{}, &LackError{KindOf(d).Name, lacks}
	}
	return t.render(d)
}

func (t *texts) render(d Data) (Message, error) {
	var filled []filledIn
	for _, l := range languages(d.Head().Language) {
		source := t.parsed[l][KindOf(d).Name]
		if source == nil {
			return Message{}, fmt.Errorf("templates: no template %q in language %q", KindOf(d).Name, l)
		}
		f, err := fill(source, l, d)
		if err != nil {
			return Message{}, err
		}
		filled = append(filled, f)
	}
	return compose(filled), nil
}

// filledIn is a template after its actions ran.
type filledIn struct {
	lang    complaint.Language
	subject string
	blocks  []Block
}

// words is all that a message says, in lower case and unwrapped.
func (f filledIn) words() string {
	all := []string{f.subject}
	for _, b := range f.blocks {
		all = append(append(all, b.Heading, b.Text), b.Items...)
	}
	return strings.ToLower(strings.Join(all, " "))
}

func fill(t *template.Template, lang complaint.Language, d Data) (filledIn, error) {
	var b bytes.Buffer
	if err := t.Execute(&b, localized(d, lang)); err != nil {
		return filledIn{}, fmt.Errorf("templates: %w", err)
	}
	first, body, _ := strings.Cut(b.String(), "\n")
	subject, ok := strings.CutPrefix(first, "Subject:")
	subject = strings.Join(strings.Fields(subject), " ")
	if !ok || subject == "" {
		return filledIn{}, fmt.Errorf("templates: %s:1: the first line must read \"Subject: …\" and not be empty", t.Name())
	}
	blocks := Blocks(body)
	if len(blocks) == 0 {
		return filledIn{}, fmt.Errorf("templates: %s:2: there is no text below the subject", t.Name())
	}
	return filledIn{lang, subject, blocks}, nil
}

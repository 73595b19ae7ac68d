// Package templates is what customers read: mail in English and Polish (P17),
// rendered to text and HTML from one source, and the check that its language is
// plain (P4).
//
// A template is a file en/NAME.txt or pl/NAME.txt: a line "Subject: …", a blank
// line, and paragraphs divided by blank lines. A paragraph whose lines begin with
// "- " is a list; one that begins with "# " is a heading. Its actions are those
// of text/template over Data. The HTML is made from the filled-in text, so that
// both always say the same.
package templates

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/template"
	"time"

	"ask4.com/skarga/complaint"
)

//go:embed en/*.txt pl/*.txt
var embedded embed.FS

// The templates that exist.
const (
	Acknowledgement = "acknowledgement" // first reply (P12)
	TooLarge        = "too_large"       // the message was over the limit and is asked for again
	DutyAlert       = "duty_alert"      // to the duty address: an item waits for a person
)

// Names lists the templates, in the order in which they are shown.
func Names() []string { return []string{Acknowledgement, TooLarge, DutyAlert} }

// Body is an office that a customer may turn to, with the contacts that hold on
// a date (DOMAIN, Bodies).
type Body struct {
	Name  string // e.g. "Information Commission (ICO)"
	Web   string // address without https://
	Phone string // as printed; may be empty
	Post  string // one line; may be empty
}

// Data is what a template may say. Of the customer's own words it holds the
// cleaned subject and nothing else (DOMAIN, Texts).
type Data struct {
	Firm           string              // the firm's name, as customers know it
	ContactName    string              // who signs, e.g. "Complaints team"
	ContactNamePL  string              // the same in Polish; empty: ContactName
	ContactAddress string              // e-mail address that complaints are answered from
	FormURL        string              // address of the online form; may be empty
	PostAddress    string              // one line; may be empty
	Reference      complaint.Reference // of the complaint; empty in mail about none
	Subject        string              // the customer's subject; Render cleans it, may be empty
	ReceivedAt     time.Time           // arrival at the firm (P12)
	UpdateBy       time.Time           // P13; zero where it is not told
	RespondBy      time.Time           // P14; zero where it is not told
	PersonalData   bool                // the text suggests a personal-data matter (P10)
	ICO            Body                // with PersonalData only
	LimitMB        int                 // largest message taken, in MB; too_large only
	HoldReason     string              // why an item is held, without the customer's words; duty_alert only
	ArrivalID      string              // the waiting item; duty_alert only
	AckBy          time.Time           // when its acknowledgement is due; duty_alert only
	Waiting        time.Duration       // since it arrived; duty_alert only
	Location       *time.Location      // zone of all dates; nil means UTC
}

// Message is a rendered mail: one subject line, a text wrapped to 72 columns, and
// an HTML document that says the same. Parts is the same once more, unwrapped, for a
// printed letter: one part a language.
type Message struct {
	Subject, Text, HTML string
	Parts               []Part
}

// Set is a set of checked templates. It is safe for concurrent use.
type Set struct {
	parsed map[complaint.Language]map[string]*template.Template
}

// Load parses the shipped templates with those of dir laid over them, one by
// one (dir/en/NAME.txt, dir/pl/NAME.txt); dir may be empty. Each is executed
// against a complete and a minimal sample, so that a broken one stops the start
// and never a customer's mail. The error names file and line; a file whose name
// no template has is an error too.
func Load(dir string) (*Set, error) {
	s := &Set{parsed: map[complaint.Language]map[string]*template.Template{}}
	var errs []error
	for _, lang := range []complaint.Language{complaint.English, complaint.Polish} {
		s.parsed[lang] = map[string]*template.Template{}
		for _, name := range Names() {
			t, err := load(dir, lang, name)
			if err != nil {
				errs = append(errs, err)
				continue
			}
			s.parsed[lang][name] = t
		}
		errs = append(errs, unknownFiles(dir, lang))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return s, nil
}

// load reads one template, the firm's own if there is one, and tries it.
func load(dir string, lang complaint.Language, name string) (*template.Template, error) {
	file := string(lang) + "/" + name + ".txt"
	source, err := embedded.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	if dir != "" {
		path := filepath.Join(dir, filepath.FromSlash(file))
		switch own, err := os.ReadFile(path); {
		case err == nil:
			source, file = own, path
		case !errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("templates: %w", err)
		}
	}
	text := strings.ReplaceAll(strings.TrimPrefix(string(source), "\ufeff"), "\r\n", "\n")
	t, err := template.New(file).Option("missingkey=error").Funcs(functions(lang)).Parse(text)
	if err != nil {
		return nil, fmt.Errorf("templates: %w", err)
	}
	for _, sample := range []Data{Sample(), minimal()} {
		if _, err := fill(t, lang, sample); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func unknownFiles(dir string, lang complaint.Language) error {
	if dir == "" {
		return nil
	}
	entries, err := os.ReadDir(filepath.Join(dir, string(lang)))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("templates: %w", err)
	}
	var errs []error
	for _, e := range entries {
		name, isText := strings.CutSuffix(e.Name(), ".txt")
		known := false
		for _, n := range Names() {
			known = known || n == name
		}
		if isText && !known {
			errs = append(errs, fmt.Errorf("templates: %s: no such template; there are %s",
				filepath.Join(dir, string(lang), e.Name()), strings.Join(Names(), ", ")))
		}
	}
	return errors.Join(errs...)
}

// Render fills in a template. Language Both gives English and Polish, one under
// the other, under one subject (P17).
func (s *Set) Render(name string, lang complaint.Language, d Data) (Message, error) {
	langs := []complaint.Language{lang}
	if lang == complaint.Both {
		langs = []complaint.Language{complaint.English, complaint.Polish}
	}
	d.Subject = CleanSubject(d.Subject)
	var filled []filledIn
	for _, l := range langs {
		t := s.parsed[l][name]
		if t == nil {
			return Message{}, fmt.Errorf("templates: no template %q in language %q", name, l)
		}
		f, err := fill(t, l, d)
		if err != nil {
			return Message{}, err
		}
		filled = append(filled, f)
	}
	return compose(filled)
}

// filledIn is a template after its actions ran.
type filledIn struct {
	lang    complaint.Language
	subject string
	blocks  []Block
}

func fill(t *template.Template, lang complaint.Language, d Data) (filledIn, error) {
	if d.Location == nil {
		d.Location = time.UTC
	}
	if lang == complaint.Polish && d.ContactNamePL != "" {
		d.ContactName = d.ContactNamePL
	}
	var b bytes.Buffer
	if err := t.Execute(&b, localized(d)); err != nil {
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

// localized moves all dates into the firm's zone.
func localized(d Data) Data {
	for _, t := range []*time.Time{&d.ReceivedAt, &d.UpdateBy, &d.RespondBy, &d.AckBy} {
		if !t.IsZero() {
			*t = t.In(d.Location)
		}
	}
	return d
}

// Sample is a complete set of data, as Load and previews use it.
func Sample() Data {
	return Data{
		Firm: "ASK4", ContactName: "Complaints team", ContactNamePL: "Zespół obsługi skarg", ContactAddress: "complaints@ask4.example",
		FormURL: "https://ask4.example/complaints", PostAddress: "ASK4, Complaints, 1 Sample Street, Sheffield S1 1AA",
		Reference: "ASK4-26-K7Q2M-4", Subject: "No internet in room 12",
		ReceivedAt:   time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC),
		UpdateBy:     time.Date(2026, 11, 26, 23, 59, 59, 0, time.UTC),
		RespondBy:    time.Date(2026, 12, 7, 23, 59, 59, 0, time.UTC),
		PersonalData: true,
		ICO:          Body{Name: "Information Commission (ICO)", Web: "ico.org.uk/make-a-complaint", Phone: "0303 123 1113", Post: "Wycliffe House, Water Lane, Wilmslow SK9 5AF"},
		LimitMB:      50, HoldReason: "the sender may be a machine", ArrivalID: "a1",
		AckBy: time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC), Waiting: time.Hour,
	}
}

// minimal leaves empty all that may be empty.
func minimal() Data {
	d := Sample()
	return Data{Firm: d.Firm, ContactName: d.ContactName, ContactAddress: d.ContactAddress,
		Reference: d.Reference, ReceivedAt: d.ReceivedAt}
}

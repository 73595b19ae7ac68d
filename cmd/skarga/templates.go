package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/mailer/letter"
	"ask4.com/skarga/templates"
)

type templatesCmd struct {
	List    templatesList    `cmd:"" default:"withargs" help:"List the templates, their fields and what each must say."`
	Lint    templatesLint    `cmd:"" help:"Check the firm's own templates: fields, duties and plain language; exit 1 on an error."`
	Preview templatesPreview `cmd:"" help:"Render every template with a sample, in English, Polish and both."`
}

type templatesList struct {
	Kind []string `arg:"" optional:"" name:"kind" help:"Only these, with every field."`
}

// fieldView is a field as it is printed.
type fieldView struct {
	Name    string   `json:"name"`
	Key     string   `json:"key,omitempty"`
	Type    string   `json:"type"`
	Staff   bool     `json:"staff"`
	Need    string   `json:"need,omitempty"`
	When    string   `json:"when,omitempty"`
	None    bool     `json:"none"`
	Choices []string `json:"choices"`
	Help    string   `json:"help"`
}

// kindView is a kind of message as it is printed.
type kindView struct {
	Name    string      `json:"name"`
	Purpose string      `json:"purpose"`
	Rule    string      `json:"rule"`
	ToStaff bool        `json:"to_staff"`
	Must    []string    `json:"must"`
	Fields  []fieldView `json:"fields"`
}

func viewOf(k templates.Kind) kindView {
	v := kindView{Name: k.Name, Purpose: k.Purpose, Rule: k.Rule, ToStaff: k.ToStaff, Must: k.Must(complaint.English)}
	for _, f := range k.Fields {
		field := fieldView{Name: f.Name, Type: f.Type, Staff: f.Staff, Need: f.Need, When: f.When, None: f.None, Choices: append([]string{}, f.Choices...), Help: f.Help}
		if f.Staff {
			field.Key = f.Key
		}
		v.Fields = append(v.Fields, field)
	}
	return v
}

// Run lists all kinds in short, or the named ones in full.
func (c templatesList) Run(s *session) error {
	kinds := templates.Kinds()
	if len(c.Kind) > 0 {
		kinds = nil
		for _, name := range c.Kind {
			k, err := templates.Find(name)
			if err != nil {
				return usageError{err}
			}
			kinds = append(kinds, k)
		}
	}
	for _, k := range kinds {
		switch {
		case s.cli.JSON:
			if err := json.NewEncoder(s.out).Encode(viewOf(k)); err != nil {
				return err
			}
		case len(c.Kind) > 0:
			printKind(s, k)
		default:
			var keys []string
			for _, f := range k.Fields {
				if f.Staff {
					keys = append(keys, f.Key)
				}
			}
			fmt.Fprintf(s.out, "%-31s %s (%s)\n", k.Name, k.Purpose, k.Rule)
			if len(keys) > 0 {
				fmt.Fprintf(s.out, "%31s written by staff: %s\n", "", strings.Join(keys, ", "))
			}
		}
	}
	if !s.cli.JSON && len(c.Kind) == 0 {
		fmt.Fprintln(s.out, "\nskarga templates list NAME shows every field and what must be said.")
	}
	return nil
}

// printKind shows a kind in full.
func printKind(s *session, k templates.Kind) {
	fmt.Fprintf(s.out, "%s: %s (%s)\n", k.Name, k.Purpose, k.Rule)
	for _, staff := range []bool{true, false} {
		begun := false
		for _, f := range k.Fields {
			if f.Staff != staff {
				continue
			}
			name := "." + f.Name
			if staff {
				name = f.Key
			}
			if !begun {
				fmt.Fprintln(s.out, map[bool]string{true: "\nWritten by staff, with --set KEY=…", false: "\nFilled by Skarga, for templates to show"}[staff])
				begun = true
			}
			need := ""
			if f.Need != "" {
				need = " [must: " + f.Need + "]"
				if f.When != "" {
					need = " [must, if ." + f.When + ": " + f.Need + "]"
				}
			}
			fmt.Fprintf(s.out, "  %-22s %s; %s%s\n", name, f.Help, f.Type, need)
		}
	}
	for _, p := range k.Says {
		fmt.Fprintf(s.out, "\nThe text must say “%s”, in Polish “%s…” [%s]\n", p.English, p.Polish, p.Need)
	}
	fmt.Fprintln(s.out)
}

type templatesLint struct {
	Dir string `arg:"" optional:"" help:"Folder with en/ and pl/; without it the configured one, or the shipped templates."`
}

// lintView is a finding as it is printed.
type lintView struct {
	Template string             `json:"template"`
	Language complaint.Language `json:"language"`
	templates.Finding
}

// Run checks every template, the firm's own laid over the shipped ones.
func (c templatesLint) Run(s *session) error {
	texts, err := loadTexts(s, c.Dir)
	if err != nil {
		return err
	}
	refused, warned := 0, 0
	for _, k := range templates.Kinds() {
		for _, lang := range []complaint.Language{complaint.English, complaint.Polish} {
			found, err := texts.LintKind(k, lang)
			if err != nil {
				return err
			}
			for _, f := range found {
				word := "error"
				if f.Warn {
					word = "warning"
					warned++
				} else {
					refused++
				}
				if s.cli.JSON {
					if err := json.NewEncoder(s.out).Encode(lintView{k.Name, lang, f}); err != nil {
						return err
					}
					continue
				}
				fmt.Fprintf(s.out, "%s/%s.txt: %s: %s\n", lang, k.Name, word, f)
			}
		}
	}
	if !s.cli.JSON {
		fmt.Fprintf(s.out, "%d templates in English and Polish: %d errors, %d warnings.\n", len(templates.Kinds()), refused, warned)
	}
	if refused > 0 {
		return fmt.Errorf("%d places are not plain", refused)
	}
	return nil
}

// loadTexts loads the templates of a folder; without one those of the configuration,
// and without a configuration the shipped ones. A folder that is not there or has no
// template is a wrong use.
func loadTexts(s *session, dir string) (*templates.Set, error) {
	if dir == "" {
		if _, err := os.Stat(s.cli.Config); errors.Is(err, os.ErrNotExist) {
			return templates.Load("")
		}
		cfg, err := s.loadConfig()
		if err != nil {
			return nil, err
		}
		return templates.Load(cfg.Templates.Folder)
	}
	for _, lang := range []string{"en", "pl"} {
		if info, err := os.Stat(filepath.Join(dir, lang)); err == nil && info.IsDir() {
			return templates.Load(dir)
		}
	}
	return nil, usageError{fmt.Errorf("%s has no folder en or pl with templates", dir)}
}

type templatesPreview struct {
	Kind []string `arg:"" optional:"" name:"kind" help:"Only these."`
	Dir  string   `help:"Folder of the firm's own templates; without it the configured one." placeholder:"DIR"`
	Out  string   `help:"Write text, HTML and letters (PDF) into this folder; without it the texts are printed." placeholder:"DIR"`
}

// rendered is one preview as it is printed.
type rendered struct {
	Template string `json:"template"`
	Language string `json:"language"` // en, pl or both
	Subject  string `json:"subject"`
	Text     string `json:"text"`
	HTML     string `json:"html"`
}

// Run renders the samples.
func (c templatesPreview) Run(s *session) error {
	texts, err := loadTexts(s, c.Dir)
	if err != nil {
		return err
	}
	names := c.Kind
	if len(names) == 0 {
		names = templates.Names()
	}
	files := 0
	for _, name := range names {
		k, err := templates.Find(name)
		if err != nil {
			return usageError{err}
		}
		for _, lang := range []complaint.Language{complaint.English, complaint.Polish, complaint.Both} {
			d := k.Sample()
			d.Head().Language = lang
			m, err := texts.Render(d)
			if err != nil {
				return err
			}
			var printed []byte
			if c.Out != "" {
				if printed, err = letterPreview(texts, k, lang); err != nil {
					return err
				}
			}
			r := rendered{Template: k.Name, Language: "both", Subject: m.Subject, Text: m.Text, HTML: m.HTML}
			if lang != complaint.Both {
				r.Language = string(lang)
			}
			n, err := c.put(s, r, printed)
			if err != nil {
				return err
			}
			files += n
		}
	}
	if c.Out != "" && !s.cli.JSON {
		fmt.Fprintf(s.out, "Wrote %d files into %s.\n", files, c.Out)
	}
	return nil
}

// letterPreview draws the sample as it is printed and posted. There is none of mail to
// staff, and of what is about no complaint.
func letterPreview(texts *templates.Set, k templates.Kind, lang complaint.Language) ([]byte, error) {
	if k.ToStaff || !slices.ContainsFunc(k.Fields, func(f templates.Field) bool { return f.Name == "Reference" }) {
		return nil, nil
	}
	d := k.Sample()
	h := d.Head()
	h.Language, h.Letter = lang, true
	m, err := texts.Render(d)
	if err != nil {
		return nil, err
	}
	return letter.Draw(letter.Letter{
		Firm: h.Firm, Head: strings.Split(h.PostAddress, ", "), To: []string{h.CustomerName, "Room 12, Sample House", "2 Sample Street", "Sheffield S1 1AB"},
		Window: letter.WindowUK, Reference: "ASK4-26-K7Q2M-4", Date: time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC), Subject: m.Subject, Parts: m.Parts,
	})
}

// put writes one preview into the folder, or prints it.
func (c templatesPreview) put(s *session, r rendered, printed []byte) (files int, err error) {
	if c.Out != "" {
		if err := os.MkdirAll(c.Out, 0o755); err != nil {
			return 0, err
		}
		for ending, content := range map[string][]byte{"txt": []byte("Subject: " + r.Subject + "\n\n" + r.Text), "html": []byte(r.HTML), "pdf": printed} {
			if len(content) == 0 {
				continue
			}
			if err := os.WriteFile(filepath.Join(c.Out, r.Template+"."+r.Language+"."+ending), content, 0o644); err != nil {
				return files, err
			}
			files++
		}
	}
	switch {
	case s.cli.JSON:
		return files, json.NewEncoder(s.out).Encode(r)
	case c.Out == "":
		_, err = fmt.Fprintf(s.out, "======== %s, %s\n\nSubject: %s\n\n%s\n", r.Template, r.Language, r.Subject, r.Text)
	}
	return files, err
}

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ask4.com/skarga/templates"
)

// bare runs a command in a place without a configuration.
func bare(t *testing.T, want int, args ...string) (out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	args = append([]string{"--config", filepath.Join(t.TempDir(), "none.toml")}, args...)
	if code := run(t.Context(), args, strings.NewReader(""), &o, &e, nil); code != want {
		t.Errorf("%q: exit %d, want %d\n%s\n%s", args, code, want, o.String(), e.String())
	}
	return o.String(), e.String()
}

func TestTemplatesListTellsFieldsAndDuties(t *testing.T) {
	t.Parallel()
	out, _ := bare(t, exitDone, "templates")
	for _, name := range templates.Names() {
		if !strings.Contains(out, "\n"+name+" ") && !strings.HasPrefix(out, name+" ") {
			t.Errorf("%s is not listed:\n%s", name, out)
		}
	}
	out, _ = bare(t, exitDone, "templates", "list", "formal_response")
	for _, want := range []string{"root_cause", "what caused the problem", "[must: P2]", ".Ombudsman.Web", "[must, if .PersonalData: DOMAIN, Bodies]", "one of upheld, partly, not", "free of charge"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not told:\n%s", want, out)
		}
	}
	out, _ = bare(t, exitDone, "--json", "templates", "list")
	lines := strings.Split(strings.TrimSpace(out), "\n")
	var first kindView
	if err := json.Unmarshal([]byte(lines[0]), &first); err != nil || len(lines) != len(templates.Kinds()) || first.Name != "acknowledgement" || len(first.Must) == 0 || len(first.Fields) == 0 {
		t.Errorf("%d lines, %+v, %v", len(lines), first, err)
	}
	if _, errs := bare(t, exitUsage, "templates", "list", "updaet"); !strings.Contains(errs, `perhaps "update"`) {
		t.Errorf("got %s", errs)
	}
}

func TestP04TemplatesLintReadsTheFirmsOwn(t *testing.T) {
	t.Parallel()
	if out, _ := bare(t, exitDone, "templates", "lint"); !strings.Contains(out, "0 errors, 0 warnings") {
		t.Errorf("the shipped templates:\n%s", out)
	}
	dir := t.TempDir()
	put := func(text string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Join(dir, "en"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "en", "reminder.txt"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	bare(t, exitUsage, "templates", "lint", dir)
	const good = "Subject: Due\n\n{{.Firm}} {{.ContactName}} {{.ContactAddress}} {{.Reference}} {{promise .Promise}} {{date .DueAt}}\n\n"
	put(good + "Please do it now.\n")
	bare(t, exitDone, "templates", "lint", dir)
	put(good + "Please liaise with the customer.\n")
	if out, _ := bare(t, exitFailed, "templates", "lint", dir); !strings.Contains(out, `en/reminder.txt: error: jargon: "liaise"; better: talk to: Please liaise with the customer.`) {
		t.Errorf("got %s", out)
	}
	out, _ := bare(t, exitFailed, "--json", "templates", "lint", dir)
	var found lintView
	if err := json.Unmarshal([]byte(out), &found); err != nil || found.Template != "reminder" || found.Language != "en" || found.Better != "talk to" || found.Sentence == "" || found.Warn {
		t.Errorf("%+v, %v, from %s", found, err, out)
	}
	put(good + "Prior to that, do nothing.\n")
	if out, _ := bare(t, exitDone, "templates", "lint", dir); !strings.Contains(out, "1 warnings") {
		t.Errorf("got %s", out)
	}
	put(good + "{{.Nobody}}\n")
	if _, errs := bare(t, exitFailed, "templates", "lint", dir); !strings.Contains(errs, "reminder.txt:5") || !strings.Contains(errs, ".Nobody") {
		t.Errorf("got %s", errs)
	}
}

func TestP17TemplatesPreviewShowsEveryTextInEveryLanguage(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "out")
	bare(t, exitDone, "templates", "preview", "--out", dir)
	for _, name := range templates.Names() {
		for _, lang := range []string{"en", "pl", "both"} {
			text, err := os.ReadFile(filepath.Join(dir, name+"."+lang+".txt"))
			if err != nil || !strings.HasPrefix(string(text), "Subject: ") {
				t.Errorf("%s/%s: %v", name, lang, err)
			}
			page, err := os.ReadFile(filepath.Join(dir, name+"."+lang+".html"))
			if err != nil || !strings.Contains(string(page), "</html>") {
				t.Errorf("%s/%s: %v", name, lang, err)
			}
			kind, err := templates.Find(name)
			if err != nil {
				t.Fatal(err)
			}
			printed, err := os.ReadFile(filepath.Join(dir, name+"."+lang+".pdf"))
			if posted := err == nil && bytes.HasPrefix(printed, []byte("%PDF-")); posted == (kind.ToStaff || name == "phone_refusal") {
				t.Errorf("%s/%s as a letter: %v", name, lang, err)
			}
		}
	}
	if out, _ := bare(t, exitDone, "templates", "preview", "survey"); strings.Count(out, "======== survey") != 3 || !strings.Contains(out, "Jak nam poszło?") {
		t.Errorf("got %s", out)
	}
	out, _ := bare(t, exitDone, "--json", "templates", "preview", "survey")
	var r rendered
	if err := json.Unmarshal([]byte(strings.SplitN(out, "\n", 2)[0]), &r); err != nil || r.Template != "survey" || r.Language != "en" || r.HTML == "" {
		t.Errorf("%+v, %v", r, err)
	}
	bare(t, exitUsage, "templates", "preview", "nothing")
}

package templates_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

// own writes a file into a folder of the firm's own templates and loads them.
func own(t *testing.T, file, text string) (*templates.Set, error) {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, file)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return templates.Load(dir)
}

const ownReminder = "Subject: Ours\n\n{{.Firm}} {{.ContactName}} {{.ContactAddress}} {{.Reference}} {{promise .Promise}} {{date .DueAt}}\n"

func TestOwnFilesAreLaidOverTheShippedOnes(t *testing.T) {
	t.Parallel()
	s, err := own(t, "en/reminder.txt", ownReminder)
	if err != nil {
		t.Fatal(err)
	}
	d := sample[*templates.Reminder](t)
	d.Language = complaint.English
	m, err := s.Render(d)
	if want := "ASK4 Complaints team complaints@ask4.example ASK4-26-K7Q2M-4 update 26"; err != nil || m.Subject != "Ours" || !strings.HasPrefix(flat(m.Text), want) {
		t.Errorf("got %+v, %v", m, err)
	}
	d.Language = complaint.Polish
	if m, err := s.Render(d); err != nil || !strings.Contains(m.Subject, "Zbliża się termin") {
		t.Errorf("the shipped Polish one is gone: %+v, %v", m, err)
	}
}

func TestBrokenOwnFilesStopTheLoad(t *testing.T) {
	t.Parallel()
	swap := func(old, new string) string { return strings.Replace(ownReminder, old, new, 1) }
	for name, test := range map[string]struct {
		file, text string
		want       []string
	}{
		"unknown field":          {"en/reminder.txt", swap("{{.Firm}}", "{{.Frim}}"), []string{"reminder.txt:3", ".Frim", `perhaps ".Firm"`, ".DueAt"}},
		"in a branch not taken":  {"en/reminder.txt", ownReminder + "{{if .Owner}}{{else}}{{.Nobody}}{{end}}\n", []string{"reminder.txt:4", ".Nobody"}},
		"in a condition":         {"en/reminder.txt", ownReminder + "{{if .Nobody}}x{{end}}\n", []string{"reminder.txt:4", ".Nobody"}},
		"below a field":          {"en/acknowledgement.txt", "Subject: x\n\n{{.ICO.Fax}}\n", []string{"acknowledgement.txt:3", "acknowledgement.ICO has no field .Fax", ".Phone"}},
		"in a list":              {"en/digest.txt", "Subject: x\n\n{{range .Soon}}\n{{.What}}{{end}}\n", []string{"digest.txt:4", ".What", ".Promise"}},
		"of a variable":          {"en/digest.txt", "Subject: x\n\n{{range $i, $x := .Soon}}{{$x.What}}{{end}}\n", []string{"digest.txt:3", ".What"}},
		"in a with":              {"en/acknowledgement.txt", "Subject: x\n\n{{with .ICO}}{{.Fax}}{{$.Fex}}{{end}}\n", []string{".Fax", ".Fex"}},
		"in a shared part":       {"pl/parts.txt", `{{define "greeting"}}{{.Nobody}}{{end}}`, []string{"parts.txt:1", ".Nobody"}},
		"given to a function":    {"en/reminder.txt", ownReminder + "{{date .Whenever}}\n", []string{"reminder.txt:4", ".Whenever"}},
		"unknown part":           {"en/reminder.txt", ownReminder + `{{template "greting" .}}`, []string{"reminder.txt:4", "greting"}},
		"unknown function":       {"en/reminder.txt", ownReminder + "{{shout .Firm}}", []string{"reminder.txt:4", "shout"}},
		"syntax":                 {"pl/too_large.txt", "Subject: x\n\n{{if}}\n", []string{"too_large.txt:3"}},
		"no subject":             {"en/reminder.txt", "Hello\n\n" + ownReminder, []string{"reminder.txt:1", "Subject"}},
		"nothing below":          {"en/reminder.txt", "Subject: " + strings.ReplaceAll(strings.TrimPrefix(ownReminder, "Subject: "), "\n", " "), []string{"reminder.txt:2"}},
		"no such name":           {"en/remindr.txt", "Subject: x\n\ny\n", []string{"remindr.txt", `perhaps "reminder"`}},
		"another ending":         {"en/reminder.html", ownReminder, []string{"reminder.html", "reminder.txt"}},
		"of no language":         {"reminder.txt", ownReminder, []string{"reminder.txt", "en or pl"}},
		"does not show a field":  {"en/reminder.txt", swap("{{.Reference}}", ""), []string{"reminder.txt", ".Reference", "P1"}},
		"asks but does not show": {"en/reminder.txt", swap("{{.Reference}}", "{{if .Reference}}x{{end}}"), []string{"does not show .Reference"}},
		"does not say free":      {"en/parts.txt", partsWithout(t, "free of charge"), []string{"free of charge", "DOMAIN"}},
		"an empty date":          {"en/duty_alert.txt", "Subject: x\n\n{{.Firm}} {{.ContactName}} {{.ContactAddress}} {{date .ReceivedAt}} {{date .AckBy}}\n", []string{"duty_alert.txt", "may be empty"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := own(t, test.file, test.text)
			for _, w := range test.want {
				if err == nil || !strings.Contains(err.Error(), w) {
					t.Errorf("got %v, want %q named", err, w)
				}
			}
		})
	}
}

func TestNotesAndCopiesMayLieBesideTemplates(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"en/README.md", "pl/reminder.txt~", "en/reminder.txt.bak", "notes.txt", "en/drafts/reminder.html"} {
		if _, err := own(t, file, "Not a template.\n"); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// partsWithout gives the shipped English parts without a phrase.
func partsWithout(t *testing.T, phrase string) string {
	t.Helper()
	b, err := os.ReadFile("en/parts.txt")
	if err != nil || !strings.Contains(string(b), phrase) {
		t.Fatalf("%q is not in the parts: %v", phrase, err)
	}
	return strings.ReplaceAll(string(b), phrase, "")
}

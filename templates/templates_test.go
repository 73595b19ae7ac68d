package templates_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

func render(t *testing.T, name string, lang complaint.Language, d templates.Data) templates.Message {
	t.Helper()
	s, err := templates.Load("")
	if err != nil {
		t.Fatal(err)
	}
	m, err := s.Render(name, lang, d)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// flat undoes the wrapping.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestP04ShippedTemplatesArePlain(t *testing.T) {
	t.Parallel()
	for _, name := range templates.Names() {
		for _, lang := range []complaint.Language{complaint.English, complaint.Polish} {
			for _, f := range templates.Lint(lang, render(t, name, lang, templates.Sample()).Text) {
				t.Errorf("%s/%s: %q: %s (%s)", lang, name, f.Sentence, f.Problem, f.Better)
			}
		}
	}
}

func TestP12P13P14AcknowledgementTellsAll(t *testing.T) {
	t.Parallel()
	for lang, want := range map[complaint.Language][]string{
		complaint.English: {"ASK4-26-K7Q2M-4", "“No internet in room 12”", "on 23 November 2026 at 09:30", "by 26 November 2026", "by 7 December 2026", "complaints@ask4.example", "reply to this email and keep the reference", "now looking into it"},
		complaint.Polish:  {"ASK4-26-K7Q2M-4", "„No internet in room 12”", "23 listopada 2026 r. o godz. 09:30", "Do 26 listopada 2026 r.", "Do 7 grudnia 2026 r.", "complaints@ask4.example", "odpowiedzieć na ten e-mail", "zajmujemy się tą sprawą", "Zespół obsługi skarg"},
	} {
		m := render(t, templates.Acknowledgement, lang, templates.Sample())
		for _, w := range want {
			if !strings.Contains(flat(m.Text), w) || !strings.Contains(flat(m.HTML), w) {
				t.Errorf("%s lacks %q:\n%s", lang, w, m.Text)
			}
		}
	}
}

func TestP10P11P17BothLanguages(t *testing.T) {
	t.Parallel()
	d := templates.Sample()
	m := render(t, templates.Acknowledgement, complaint.Both, d)
	for _, w := range []string{"do not take complaints by phone", "Skarg nie przyjmujemy przez telefon", "https://ask4.example/complaints"} {
		if !strings.Contains(flat(m.Text), w) {
			t.Errorf("lacks %q", w)
		}
	}
	if strings.Count(m.Text, d.ICO.Web) != 2 || strings.Index(m.Text, "Dear") > strings.Index(m.Text, "Dzień") {
		t.Errorf("got:\n%s", m.Text)
	}
	for _, line := range strings.Split(m.Text, "\n") {
		if utf8.RuneCountInString(line) > 72 || strings.TrimRight(line, " ") != line {
			t.Errorf("badly wrapped: %q", line)
		}
	}
	d.PersonalData = false
	if m := render(t, templates.Acknowledgement, complaint.Both, d); strings.Contains(m.Text+m.HTML, "ICO") {
		t.Error("the office is named without a personal-data matter")
	}
}

func TestP03CustomersSubjectCannotCarryMarkupOrLinks(t *testing.T) {
	t.Parallel()
	d := templates.Sample()
	d.Subject = "Re: <b>pay</b>\r\nBcc: x https://evil.example now"
	m := render(t, templates.Acknowledgement, complaint.English, d)
	if strings.Contains(m.HTML, "<b>") || strings.Contains(m.HTML+m.Text, "evil") {
		t.Errorf("came through:\n%s", m.HTML)
	}
}

func TestCleanSubject(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Re: Fwd: Odp: PD: AW: brak internetu": "brak internetu",
		"RE[2]: slow":                          "slow",
		"a\x00b\u202ec\r\nd":                   "abc d",
		"see www.evil.example now":             "see now",
		"write to a@b.pl today":                "write to today",
		strings.Repeat("ż", 200):               strings.Repeat("ż", 79) + "…",
	} {
		if got := templates.CleanSubject(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func FuzzCleanSubject(f *testing.F) {
	f.Add("Re: x\u202e\xff")
	f.Fuzz(func(t *testing.T, s string) {
		if got := templates.CleanSubject(s); !utf8.ValidString(got) || utf8.RuneCountInString(got) > 80 || strings.ContainsAny(got, "\r\n\x00@") {
			t.Errorf("%q gives %q", s, got)
		}
	})
}

func TestOwnFiles(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ file, text, want string }{
		"good":          {"en/acknowledgement.txt", "Subject: Ours\n\nHello {{.Reference}}\n", ""},
		"unknown field": {"en/acknowledgement.txt", "Subject: x\n\n{{.Nonsense}}\n", "acknowledgement.txt:3"},
		"syntax":        {"pl/too_large.txt", "Subject: x\n\n{{if}}\n", "too_large.txt:3"},
		"no subject":    {"en/duty_alert.txt", "Hello\n\nx\n", "duty_alert.txt:1"},
		"no such name":  {"en/acknowledgment.txt", "Subject: x\n\ny\n", "acknowledgment.txt"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), test.file)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			s, err := templates.Load(filepath.Dir(filepath.Dir(path)))
			if test.want != "" {
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("got %v, want %q named", err, test.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if m, err := s.Render(templates.Acknowledgement, complaint.English, templates.Sample()); err != nil || m.Subject != "Ours" || m.Text != "Hello ASK4-26-K7Q2M-4\n" {
				t.Errorf("got %+v, %v", m, err)
			}
		})
	}
}

func TestP04LintFindsWhatIsNotPlain(t *testing.T) {
	t.Parallel()
	for text, lang := range map[string]complaint.Language{
		"We will escalate this.": complaint.English, "You claim that it broke.": complaint.English,
		"Niniejszym odpowiadamy.": complaint.Polish, strings.Repeat("word ", 26) + ".": complaint.English,
		"Organisational responsibilities necessitate documentation.": complaint.English,
	} {
		if len(templates.Lint(lang, text)) == 0 {
			t.Errorf("%q passes as plain", text)
		}
	}
	for w, n := range map[string]int{"complaint": 2, "received": 2, "table": 2, "home": 1, "asked": 1, "wanted": 2} {
		if got := templates.Syllables(complaint.English, w); got != n {
			t.Errorf("%s: got %d, want %d", w, got, n)
		}
	}
	for w, n := range map[string]int{"skarga": 2, "wiadomość": 3, "niedziela": 3, "zgłoszenie": 3} {
		if got := templates.Syllables(complaint.Polish, w); got != n {
			t.Errorf("%s: got %d, want %d", w, got, n)
		}
	}
}

package templates_test

import (
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

// shipped loads the shipped templates once.
var shipped = sync.OnceValues(func() (*templates.Set, error) { return templates.Load("") })

// render fills in the shipped template.
func render(t *testing.T, lang complaint.Language, d templates.Data) templates.Message {
	t.Helper()
	s, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	d.Head().Language = lang
	m, err := s.Render(d)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// sample gives the complete sample of a kind.
func sample[D templates.Data](t *testing.T) D {
	t.Helper()
	for _, k := range templates.Kinds() {
		if d, ok := k.Sample().(D); ok {
			return d
		}
	}
	t.Fatal("no such kind")
	panic("unreachable")
}

// flat undoes the wrapping.
func flat(s string) string { return strings.Join(strings.Fields(s), " ") }

func TestP12P13P14AcknowledgementTellsAll(t *testing.T) {
	t.Parallel()
	for lang, want := range map[complaint.Language][]string{
		complaint.English: {"ASK4-26-K7Q2M-4", "“No internet in room 12”", "on 23 November 2026 at 09:30", "by 26 November 2026", "by 7 December 2026", "complaints@ask4.example", "reply to this email and keep the reference", "now looking into it"},
		complaint.Polish:  {"ASK4-26-K7Q2M-4", "„No internet in room 12”", "23 listopada 2026 r. o godz. 09:30", "Do 26 listopada 2026 r.", "Do 7 grudnia 2026 r.", "complaints@ask4.example", "odpowiedzieć na ten e-mail", "zajmujemy się tą sprawą", "Zespół obsługi skarg"},
	} {
		m := render(t, lang, sample[*templates.Acknowledgement](t))
		for _, w := range want {
			if !strings.Contains(flat(m.Text), w) || !strings.Contains(flat(m.HTML), w) {
				t.Errorf("%s lacks %q:\n%s", lang, w, m.Text)
			}
		}
	}
}

func TestP10P11P17BothLanguages(t *testing.T) {
	t.Parallel()
	d := sample[*templates.Acknowledgement](t)
	m := render(t, complaint.Both, d)
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
	if m := render(t, complaint.Both, d); strings.Contains(m.Text+m.HTML, "ICO") {
		t.Error("the office is named without a personal-data matter")
	}
}

func TestP03CustomersSubjectCannotCarryMarkupOrLinks(t *testing.T) {
	t.Parallel()
	d := sample[*templates.Acknowledgement](t)
	d.Subject = "Re: <b>pay</b>\r\nBcc: x https://evil.example now"
	m := render(t, complaint.English, d)
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

func TestAReplysSubjectStaysTheSame(t *testing.T) {
	t.Parallel()
	const ref = "ASK4-26-K7Q2M-4"
	check := func(theirs, want string) {
		t.Helper()
		if got := templates.ReplySubject(theirs, ref); got != want {
			t.Errorf("%q: got %q, want %q", theirs, got, want)
		}
	}
	const ours = "Re: [ASK4-26-K7Q2M-4] Brak internetu"
	check("Brak internetu", ours)
	check(ours, ours)
	check("Odp: "+ours, ours)
	check("RE: "+ours+" (fwd)", ours+" (fwd)")
	check("[ASK4-26-K7Q2M-4] Re: Brak internetu", ours)
	check("Brak internetu (ASK4-26-K7Q2M-4)", ours)
	check("Brak internetu ASK4-26-K7Q2M-4", ours)
	check("Re: [ASK4-26-QX7RT-H] Brak internetu", "Re: [ASK4-26-K7Q2M-4] [ASK4-26-QX7RT-H] Brak internetu")
	check("Re: Fwd:", "")
	check("ASK4-26-K7Q2M-4", "")
	check("https://evil.example", "")
	if got := templates.ReplySubject("Hi", ""); got != "Re: Hi" {
		t.Errorf("got %q", got)
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

package templates_test

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

// unwritten gives a sample without what staff write.
func unwritten[D templates.Data](t *testing.T, lang complaint.Language) D {
	t.Helper()
	d := sample[D](t)
	kind := templates.KindOf(d)
	empty := kind.New()
	for _, f := range kind.Fields {
		if !f.Staff {
			templates.CopyField(empty, d, f)
		}
	}
	empty.Head().Language = lang
	return empty.(D)
}

// lacking lists the keys of what a message lacks.
func lacking(d templates.Data) string {
	var keys []string
	for _, l := range templates.Missing(d) {
		key := l.Field.Key
		if l.Lang != complaint.Both {
			key += "." + string(l.Lang)
		}
		keys = append(keys, key)
	}
	return strings.Join(keys, " ")
}

func TestAnUnwrittenMessageLacksWhatItMustSay(t *testing.T) {
	t.Parallel()
	en := complaint.English
	for d, want := range map[templates.Data]string{
		unwritten[*templates.Update](t, en):                      "understanding sought done still_open needed",
		unwritten[*templates.RequestInformation](t, en):          "questions why",
		unwritten[*templates.Extension](t, en):                   "new_date reason done",
		unwritten[*templates.FormalResponse](t, en):              "points decision reasons root_cause remedy still_to_do",
		unwritten[*templates.ReviewDecision](t, en):              "result points reasons remedy still_to_do",
		unwritten[*templates.DeadlockLetter](t, en):              "outcome",
		unwritten[*templates.SixWeekLetter](t, en):               "outcome",
		unwritten[*templates.OmbudsmanDecisionCarriedOut](t, en): "decision done",
		unwritten[*templates.ConductWarning](t, en):              "incident request consequence",
		unwritten[*templates.NotAComplaint](t, en):               "reason where_to",
		unwritten[*templates.EscalationReceived](t, en):          "",
		unwritten[*templates.Survey](t, en):                      "",
	} {
		kind := templates.KindOf(d).Name
		if got := lacking(d); got != want {
			t.Errorf("%s lacks %q, want %q", kind, got, want)
		}
		s, err := shipped()
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.Render(d)
		var lack *templates.LackError
		if refused := errors.As(err, &lack); refused != (want != "") || refused && (len(lack.Lacks) != len(strings.Fields(want)) || lack.Kind != kind) {
			t.Errorf("%s: Render gives %v", kind, err)
		}
		m, err := s.Draft(d)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range strings.Fields(want) {
			if key != "new_date" && !strings.Contains(m.Text, "["+key+": ") {
				t.Errorf("%s: the draft does not mark %s:\n%s", kind, key, m.Text)
			}
		}
	}
}

// TestEachNeedIsMissed empties each needed field of each kind, one at a time.
func TestEachNeedIsMissed(t *testing.T) {
	t.Parallel()
	for _, k := range templates.Kinds() {
		if lacks := templates.Missing(k.Sample()); len(lacks) > 0 {
			t.Errorf("%s: the complete sample lacks %v", k.Name, lacks)
		}
		for _, f := range k.Fields {
			d := k.Sample()
			templates.CopyField(d, k.New(), f)
			if got, want := lacking(d), f.Key; f.Need != "" && got != want || f.Need == "" && got != "" {
				t.Errorf("%s without %s lacks %q", k.Name, f.Name, got)
			}
			if f.Help == "" {
				t.Errorf("%s.%s has no help", k.Name, f.Name)
			}
		}
	}
}

func TestP17BothLanguagesMustBeWritten(t *testing.T) {
	t.Parallel()
	d := unwritten[*templates.DeadlockLetter](t, complaint.Both)
	if err := templates.Fill(d, map[string]string{"outcome": "We offer £5."}); err == nil || !strings.Contains(err.Error(), "outcome.en and outcome.pl") {
		t.Errorf("one text for two languages: %v", err)
	}
	if err := templates.Fill(d, map[string]string{"outcome.en": "We offer £5."}); err != nil {
		t.Fatal(err)
	}
	if got := lacking(d); got != "outcome.pl" {
		t.Errorf("lacks %q", got)
	}
	if err := templates.Fill(d, map[string]string{"outcome.pl": "Proponujemy 5 funtów."}); err != nil {
		t.Fatal(err)
	}
	m := render(t, complaint.Both, d)
	if en, pl, _ := strings.Cut(m.Text, strings.Repeat("-", 40)); !strings.Contains(en, "We offer £5.") || strings.Contains(en, "Proponujemy") || !strings.Contains(pl, "Proponujemy 5 funtów.") || strings.Contains(pl, "We offer") {
		t.Errorf("the languages are mixed:\n%s", m.Text)
	}
	d.Language = complaint.English
	if err := templates.Fill(d, map[string]string{"outcome.pl": "x"}); err == nil || !strings.Contains(err.Error(), ".pl") {
		t.Errorf("a language that the message is not in: %v", err)
	}
}

func TestFillSetsWhatStaffWrite(t *testing.T) {
	t.Parallel()
	d := unwritten[*templates.FormalResponse](t, complaint.English)
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	d.Location = london
	err = templates.Fill(d, map[string]string{
		"points":   "We looked at both points.\r\n* The line: it was broken.\r\n• The price:\r\n  it is right.\r\n\r\n# Not a heading\r\n1. first\r\n2. second",
		"decision": "upheld", "reasons": "Tests < calls & \x00bills <b>bold</b> {{.Firm}}", "root_cause": "A cable.", "remedy": "None.", "still_to_do": "nothing",
	})
	if err != nil || lacking(d) != "" {
		t.Fatalf("%v, lacks %q", err, lacking(d))
	}
	m := render(t, complaint.English, d)
	for _, want := range []string{
		"We looked at both points.\n\n- The line: it was broken.\n- The price: it is right.\n\nNot a heading\n\n1. first\n\n2. second\n",
		"We agree with your complaint.", "Tests < calls & bills <b>bold</b> {{.Firm}}", "nothing for us to repair", "Nothing. All of it is done.",
	} {
		if !strings.Contains(m.Text, want) {
			t.Errorf("lacks %q:\n%s", want, m.Text)
		}
	}
	if !strings.Contains(m.HTML, "Tests &lt; calls &amp; bills &lt;b&gt;bold&lt;/b&gt; {{.Firm}}") || strings.Contains(m.HTML, "<b>") || strings.Contains(m.HTML, "<h2>Not") {
		t.Errorf("the HTML is not safe:\n%s", m.HTML)
	}
	e := unwritten[*templates.Extension](t, complaint.English)
	e.Location = london
	if err := templates.Fill(e, map[string]string{"new_date": "2026-07-01"}); err != nil || e.NewDate.UTC().Format(time.RFC3339) != "2026-07-01T22:59:59Z" {
		t.Errorf("the end of that day in London: %s, %v", e.NewDate, err)
	}
}

func TestFillNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	good := map[string]string{"points": "x", "reasons": "y"}
	for key, test := range map[string]struct {
		value string
		want  []string
	}{
		"resons":        {"x", []string{`perhaps "reasons"`, "root_cause"}},
		"zzz":           {"x", []string{"no such field; there are points, decision"}},
		"reference":     {"x", []string{"filled by Skarga"}},
		"reasons.de":    {"x", []string{".en or .pl"}},
		"decision":      {"uphold", []string{`perhaps "upheld"`, "partly"}},
		"reasons":       {"none", []string{"needs words", "why we decided so"}},
		"ombudsman.web": {"x", []string{".en or .pl"}},
	} {
		d := unwritten[*templates.FormalResponse](t, complaint.English)
		values := maps.Clone(good)
		values[key] = test.value
		err := templates.Fill(d, values)
		for _, w := range test.want {
			if err == nil || !strings.Contains(err.Error(), w) || !strings.Contains(err.Error(), "formal_response: "+key) {
				t.Errorf("%s: got %v, want %q named", key, err, w)
			}
		}
		if len(d.Points) > 0 {
			t.Errorf("%s: half of it was set", key)
		}
	}
	if err := templates.Fill(unwritten[*templates.Extension](t, "en"), map[string]string{"new_date": "1 July"}); err == nil || !strings.Contains(err.Error(), "2026-12-31") {
		t.Errorf("a bad date: %v", err)
	}
	if err := templates.Fill(sample[*templates.Survey](t), map[string]string{"x": "y"}); err == nil || !strings.Contains(err.Error(), "nothing is filled by hand") {
		t.Errorf("a kind without staff's words: %v", err)
	}
}

func TestP04WhatStaffAddIsChecked(t *testing.T) {
	t.Parallel()
	d := unwritten[*templates.Update](t, complaint.Both)
	if err := templates.Fill(d, map[string]string{
		"done.en": "We will liaise with them.", "done.pl": "Technik wraca celem naprawy.", "understanding.en": "The line is down.", "understanding.pl": "Łącze nie działa.",
	}); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range templates.CheckStaff(d) {
		got = append(got, f.Field+" "+f.Sentence+" "+f.Better)
		if !f.Warn {
			t.Errorf("%+v is no warning", f)
		}
	}
	if want := []string{"done We will liaise with them. talk to", "done Technik wraca celem naprawy. aby, żeby"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzStaffText(f *testing.F) {
	f.Add("a\n- b\n# c\n1. d\r\n\u2028<script>")
	f.Fuzz(func(t *testing.T, text string) {
		d := unwritten[*templates.DeadlockLetter](t, complaint.English)
		if err := templates.Fill(d, map[string]string{"outcome": text}); err != nil {
			return
		}
		s, err := shipped()
		if err != nil {
			t.Fatal(err)
		}
		m, err := s.Draft(d)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(m.HTML, "<script") || strings.Count(m.HTML, "<h2") != 3 {
			t.Errorf("%q comes out as\n%s", text, m.HTML)
		}
	})
}

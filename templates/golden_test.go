package templates_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

var update = flag.Bool("update", false, "write the golden files anew")

var languages = map[string]complaint.Language{"en": complaint.English, "pl": complaint.Polish, "both": complaint.Both}

// TestEveryTemplateReadsAsItShould compares each text with its file in testdata: the
// complete message, then the one that says only what it must.
func TestEveryTemplateReadsAsItShould(t *testing.T) {
	t.Parallel()
	for _, k := range templates.Kinds() {
		for name, lang := range languages {
			complete, least := k.Samples()[0], k.Samples()[1]
			got := "Subject: " + render(t, lang, complete).Subject + "\n\n" + render(t, lang, complete).Text
			if lang != complaint.Both {
				got += "\n========== only what must be said ==========\n\nSubject: " + render(t, lang, least).Subject + "\n\n" + render(t, lang, least).Text
			}
			file := filepath.Join("testdata", k.Name+"."+name+".txt")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s (-want +got; -update writes it anew):\n%s", file, diff)
			}
		}
	}
}

// broken are signs that a field came out wrong.
var broken = regexp.MustCompile(`<no value>|<nil>|%!|\{\{|\}\}|\[…\]|0001|\[[a-z_]+: |\n\n\n| ,| \.[^a-z]|\.\.|  |\(\)|“”|„”|:\n\n[^-]|map\[`)

// TestNoTemplateLeaksItsMachinery reads every sample of every kind, printed and not.
func TestNoTemplateLeaksItsMachinery(t *testing.T) {
	t.Parallel()
	for _, k := range templates.Kinds() {
		for i, d := range k.Samples() {
			for name, lang := range languages {
				m := render(t, lang, d)
				text := strings.ReplaceAll(m.Text, "\n  ", "\n")
				if at := broken.FindStringIndex(text); at != nil {
					t.Errorf("%s/%s, sample %d: %q in\n%s", name, k.Name, i, text[at[0]:at[1]], m.Text)
				}
				if strings.ContainsAny(m.Subject, "\r\n") || strings.Contains(m.Subject, "  ") || m.Subject == "" {
					t.Errorf("%s/%s, sample %d: subject %q", name, k.Name, i, m.Subject)
				}
				for _, line := range strings.Split(m.Text, "\n") {
					if utf8.RuneCountInString(line) > 72 && !strings.Contains(line, "https://") || strings.TrimRight(line, " ") != line {
						t.Errorf("%s/%s: badly wrapped: %q", name, k.Name, line)
					}
				}
			}
		}
	}
}

// TestHTMLAndTextSayTheSame reads the words back out of the HTML.
func TestHTMLAndTextSayTheSame(t *testing.T) {
	t.Parallel()
	for _, k := range templates.Kinds() {
		for name, lang := range languages {
			m := render(t, lang, k.Sample())
			marks := strings.NewReplacer("- ", " ", strings.Repeat("-", 40), " ")
			if diff := cmp.Diff(flat(marks.Replace(m.Text)), flat(marks.Replace(wordsOfHTML(t, m.HTML)))); diff != "" {
				t.Errorf("%s/%s: %s", name, k.Name, diff)
			}
			var printed []string
			for _, p := range m.Parts {
				for _, b := range p.Blocks {
					printed = append(append(printed, b.Heading, b.Text), b.Items...)
				}
			}
			said := strings.Replace(marks.Replace(m.Text), "Polska wersja znajduje się poniżej.", "", 1)
			if diff := cmp.Diff(flat(said), flat(marks.Replace(strings.Join(printed, " ")))); diff != "" {
				t.Errorf("%s/%s, printed: %s", name, k.Name, diff)
			}
		}
	}
}

// wordsOfHTML gives the text of a page's body.
func wordsOfHTML(t *testing.T, page string) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	var walk func(*html.Node, bool)
	walk = func(n *html.Node, inBody bool) {
		inBody = inBody || n.Data == "body"
		if n.Type == html.TextNode && inBody {
			b.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, inBody)
		}
		if n.Type == html.ElementNode && n.Data != "a" {
			b.WriteString(" ")
		}
	}
	walk(root, false)
	return b.String()
}

// TestP17BothHoldsBoth finds each language whole in the message in both.
func TestP17BothHoldsBoth(t *testing.T) {
	t.Parallel()
	for _, k := range templates.Kinds() {
		d := k.Sample()
		both := render(t, complaint.Both, d)
		en, pl := render(t, complaint.English, d), render(t, complaint.Polish, d)
		at, after := strings.Index(both.Text, en.Text), strings.Index(both.Text, pl.Text)
		if at < 0 || after < at || both.Subject != en.Subject+" / "+pl.Subject || !strings.HasPrefix(both.Text, "Polska wersja") {
			t.Errorf("%s: %q\n%s", k.Name, both.Subject, both.Text)
		}
		if len(both.Parts) != 2 || !strings.Contains(both.HTML, `<div lang="en">`) || !strings.Contains(both.HTML, `<div lang="pl">`) {
			t.Errorf("%s: the parts are not marked by language", k.Name)
		}
		for _, part := range []templates.Message{en, pl} {
			if strings.Contains(part.Text, "Polska wersja") || len(part.Parts) != 1 {
				t.Errorf("%s: one language points to another:\n%s", k.Name, part.Text)
			}
		}
	}
}

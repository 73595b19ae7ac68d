package web_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

func words(t *testing.T, lang string) map[string]string {
	t.Helper()
	var sections map[string]map[string]string
	if _, err := toml.DecodeFile("text/"+lang+".toml", &sections); err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for s, keys := range sections {
		for k, text := range keys {
			all[s+"."+k] = text
		}
	}
	return all
}

// TestP17EveryWordIsThereInBothLanguages also compares what is filled in.
func TestP17EveryWordIsThereInBothLanguages(t *testing.T) {
	t.Parallel()
	verbs := regexp.MustCompile(`%[a-z]`)
	en, pl := words(t, "en"), words(t, "pl")
	for key, text := range en {
		other, ok := pl[key]
		if !ok {
			t.Errorf("%s is missing in Polish", key)
		}
		if a, b := verbs.FindAllString(text, -1), verbs.FindAllString(other, -1); strings.Join(a, "") != strings.Join(b, "") {
			t.Errorf("%s fills in %q in English and %q in Polish", key, a, b)
		}
	}
	for key := range pl {
		if _, ok := en[key]; !ok {
			t.Errorf("%s is missing in English", key)
		}
	}
}

// TestP17EveryWordIsUsedAndThere looks for keys in the pages that no catalog has.
func TestP17PagesUseOnlyWordsThatThereAre(t *testing.T) {
	t.Parallel()
	en := words(t, "en")
	files, err := os.ReadDir("html")
	if err != nil {
		t.Fatal(err)
	}
	keys := regexp.MustCompile(`\{\{-? ?t "([a-z_.0-9]+)"`)
	n := 0
	for _, f := range files {
		b, err := os.ReadFile("html/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range keys.FindAllStringSubmatch(string(b), -1) {
			n++
			if _, ok := en[m[1]]; !ok {
				t.Errorf("%s uses %q, which no catalog has", f.Name(), m[1])
			}
		}
	}
	if n < 50 {
		t.Errorf("found %d uses only", n)
	}
}

func TestP04WordsOfThePagesArePlain(t *testing.T) {
	t.Parallel()
	for _, lang := range []complaint.Language{complaint.English, complaint.Polish} {
		for key, text := range words(t, string(lang)) {
			for _, f := range templates.Lint(lang, text) {
				if !f.Warn {
					t.Errorf("%s %s: %s: %s", lang, key, f.Problem, f.Sentence)
				}
			}
		}
	}
}

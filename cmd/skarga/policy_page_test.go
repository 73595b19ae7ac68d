package main

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

// TestP17PolicyPageIsThePolicyInForce compares the page with the program's text, and both
// with a configuration of other numbers.
func TestP17PolicyPageIsThePolicyInForce(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{toml: "[policy]\nacknowledge_hours = 12\nrespond_working_days = 4\ncalendar = \"GB-SCT\"\n" +
		"[[bodies]]\nkind = \"ico\"\nfrom = \"2018-05-25\"\nname = \"Office for Data\"\nurl = \"https://data.example.org\"\nphone = \"\"\npost = \"\"\n" +
		"[[bodies]]\nkind = \"ombudsman\"\nfrom = \"2026-01-01\"\nname = \"Ombudsman of the Test\"\nurl = \"https://ombudsman.example.org\"\nphone = \"\"\npost = \"\"\nmonths = 9\n" +
		"[[bodies]]\nkind = \"ombudsman\"\nfrom = \"2999-01-01\"\nname = \"Ombudsman to come\"\nurl = \"https://later.example.org\"\nphone = \"\"\npost = \"\"\nmonths = 1\n"})
	tags := regexp.MustCompile(`(?s)<head>.*</head>|<[^>]*>`)
	for lang, want := range map[string][]string{
		"en": {"Within 12 hours", "Within 4 working days", "in Scotland", "Ombudsman of the Test", "Office for Data", "9 months", "by phone"},
		"pl": {"W ciągu 12 godzin", "W ciągu 4 dni roboczych", "w Szkocji", "Ombudsman of the Test", "9 miesięcy", "przez telefon"},
	} {
		p := newVisitor(t, f.url("")).get(map[string]string{"en": "/en/policy", "pl": "/pl/zasady"}[lang])
		page := strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(p.body, " "))), " ")
		text, err := templates.PolicyText(complaint.Language(lang), f.app.policyFacts())
		if err != nil {
			t.Fatal(err)
		}
		printed := strings.Join(strings.Fields(text), " ")
		for _, w := range want {
			if !strings.Contains(page, w) || !strings.Contains(printed, w) {
				t.Errorf("%s: %q is missing on the page (%v) or in the text of the program", lang, w, strings.Contains(page, w))
			}
		}
		if strings.Contains(page, "to come") {
			t.Errorf("%s: a body of the future is named", lang)
		}
	}
}

// TestP17NoWordBreaksAtItsHyphen: a browser would, at the one that is on the keyboard.
func TestP17NoWordBreaksAtItsHyphen(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	if p := newVisitor(t, f.url("")).get("/pl/skarga"); !strings.Contains(p.body, "albo e\u2011maile") || strings.Contains(p.body, " e-mail") {
		t.Errorf("the page:\n%s", p.body)
	}
}

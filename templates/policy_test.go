package templates_test

import (
	"strings"
	"testing"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

func facts() templates.PolicyFacts {
	return templates.PolicyFacts{
		Address: "complaints@ask4.example", FormURL: "https://ask4.example/", PostAddress: "1 Sample Street, Sheffield S1 1AA",
		AcknowledgeHours: 24, UpdateDays: 3, NextUpdateDays: 5, RespondDays: 7, ReviewDays: 7, CloseDays: 28, OmbudsmanWeeks: 6, Calendar: "GB-EAW",
		Ombudsman: templates.Ombudsman{Months: 12, Body: templates.Body{Name: "Communications Ombudsman", Web: "www.commsombudsman.org", Phone: "0330 440 1614"}},
		ICO:       templates.Body{Name: "Information Commission (ICO)", Web: "ico.org.uk/make-a-complaint"},
	}
}

func TestP17PolicySaysTheNumbersInForceInBothLanguages(t *testing.T) {
	t.Parallel()
	other := facts()
	other.AcknowledgeHours, other.UpdateDays, other.RespondDays, other.OmbudsmanWeeks, other.Calendar = 12, 1, 4, 8, "PL"
	for _, c := range []struct {
		lang  complaint.Language
		facts templates.PolicyFacts
		want  []string
	}{
		{complaint.English, facts(), []string{"Within 24 hours", "Within 3 working days", "every 5 working days", "Within 7 working days", "6 weeks", "12 months", "28 days", "England and Wales", "by phone", "ico.org.uk"}},
		{complaint.Polish, facts(), []string{"W ciągu 24 godzin", "W ciągu 3 dni roboczych", "raz na 5 dni roboczych", "W ciągu 7 dni roboczych", "6 tygodni", "12 miesięcy", "przez 28 dni", "w Anglii i Walii", "przez telefon", "ico.org.uk"}},
		{complaint.English, other, []string{"Within 12 hours", "Within 1 working day of", "Within 4 working days", "8 weeks", "in Poland"}},
		{complaint.Polish, other, []string{"W ciągu 12 godzin", "W ciągu 1 dnia roboczego", "W ciągu 4 dni roboczych", "8 tygodni", "w Polsce"}},
	} {
		text, err := templates.PolicyText(c.lang, c.facts)
		if err != nil {
			t.Fatal(err)
		}
		flat := strings.Join(strings.Fields(text), " ")
		for _, w := range c.want {
			if !strings.Contains(flat, w) {
				t.Errorf("%s: %q is missing in\n%s", c.lang, w, text)
			}
		}
	}
}

func TestP04PolicyIsPlain(t *testing.T) {
	t.Parallel()
	for _, lang := range []complaint.Language{complaint.English, complaint.Polish} {
		text, err := templates.PolicyText(lang, facts())
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range templates.Lint(lang, text) {
			if !f.Warn {
				t.Errorf("%s: %s: %s", lang, f.Problem, f.Sentence)
			}
		}
	}
}

package templates_test

import (
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

// says fails for each phrase that a message in the language does not say, in text
// and HTML.
func says(t *testing.T, lang complaint.Language, d templates.Data, phrases ...string) {
	t.Helper()
	m := render(t, lang, d)
	for _, p := range phrases {
		if !strings.Contains(flat(m.Text), p) || !strings.Contains(flat(wordsOfHTML(t, m.HTML)), p) {
			t.Errorf("%s/%s does not say %q:\n%s", lang, templates.KindOf(d).Name, p, m.Text)
		}
	}
}

// TestP03EachMessageNamesTheCustomerTheReferenceWhatIsNextAndByWhen reads all kinds
// that customers get about their complaint, mailed and printed.
func TestP03EachMessageNamesTheCustomerTheReferenceWhatIsNextAndByWhen(t *testing.T) {
	t.Parallel()
	// What each leaves out, and for what reason.
	noReference := map[string]bool{"phone_refusal": true}                                                       // there is no complaint
	noSubject := map[string]bool{"phone_refusal": true, "survey": true, "too_large": true, "status_link": true} // the reference says it; what was too large was not read
	next := map[complaint.Language][]string{complaint.English: {"What happens next", "What to do now"}, complaint.Polish: {"Co dalej", "Co teraz zrobić"}}
	for _, k := range templates.Kinds() {
		if k.ToStaff {
			continue
		}
		for lang, headings := range next {
			for _, letter := range []bool{false, true} {
				d := k.Sample()
				d.Head().Letter = letter
				m := render(t, lang, d)
				if !strings.Contains(m.Text, headings[0]) && !strings.Contains(m.Text, headings[1]) {
					t.Errorf("%s/%s does not say what happens next:\n%s", lang, k.Name, m.Text)
				}
				if !strings.Contains(m.Text, "Emily Carter") || !strings.Contains(m.Text, "complaints@ask4.example") {
					t.Errorf("%s/%s does not name the customer or a contact:\n%s", lang, k.Name, m.Text)
				}
				if !noReference[k.Name] && (!strings.Contains(m.Subject, "ASK4-26-K7Q2M-4") || !strings.Contains(m.Text, "ASK4-26-K7Q2M-4")) {
					t.Errorf("%s/%s does not name the reference:\n%s", lang, k.Name, m.Text)
				}
				if !strings.Contains(flat(m.Text), "No internet in room 12”") && !noSubject[k.Name] {
					t.Errorf("%s/%s does not say which complaint is meant:\n%s", lang, k.Name, m.Text)
				}
				replies := strings.Contains(flat(m.Text), "reply to this email") || strings.Contains(flat(m.Text), "odpowiedzieć na ten e-mail")
				if letter && replies && k.Name != "too_large" {
					t.Errorf("%s/%s asks to reply by email to a printed letter", lang, k.Name)
				}
			}
		}
	}
}

// byWhen are the dates of each sample by which something happens.
func TestP03EachMessageSaysByWhen(t *testing.T) {
	t.Parallel()
	for d, dates := range map[templates.Data][2][]string{
		sample[*templates.Acknowledgement](t):             {{"by 26 November 2026", "by 7 December 2026"}, {"Do 26 listopada 2026 r.", "Do 7 grudnia 2026 r."}},
		sample[*templates.Update](t):                      {{"full answer by 7 December 2026", "again by 3 December 2026"}, {"Do 7 grudnia 2026 r.", "Do 3 grudnia 2026 r."}},
		sample[*templates.RequestInformation](t):          {{"by 7 December 2026", "by 30 November 2026"}, {"Do 7 grudnia 2026 r.", "do 30 listopada 2026 r."}},
		sample[*templates.Extension](t):                   {{"by 11 December 2026", "told you: 7 December 2026", "our full answer"}, {"Do 11 grudnia 2026 r.", "Poprzedni termin: 7 grudnia 2026 r.", "pełna odpowiedź"}},
		sample[*templates.FormalResponse](t):              {{"by 31 December 2026", "within 7 working days", "on 4 January 2027"}, {"do 31 grudnia 2026 r.", "w ciągu 7 dni roboczych", "do 4 stycznia 2027 r."}},
		sample[*templates.EscalationReceived](t):          {{"by 18 December 2026", "on 9 December 2026"}, {"Do 18 grudnia 2026 r.", "z 9 grudnia 2026 r."}},
		sample[*templates.ReviewDecision](t):              {{"by 15 January 2027"}, {"do 15 stycznia 2027 r."}},
		sample[*templates.DeadlockLetter](t):              {{"21 December 2027"}, {"do 21 grudnia 2027 r."}},
		sample[*templates.SixWeekLetter](t):               {{"21 December 2027", "by 8 January 2027"}, {"do 21 grudnia 2027 r.", "Do 8 stycznia 2027 r."}},
		sample[*templates.OmbudsmanDecisionCarriedOut](t): {{"8 February 2027", "19 February 2027", "by 19 March 2027"}, {"8 lutego 2027 r.", "19 lutego 2027 r.", "do 19 marca 2027 r."}},
		sample[*templates.Closure](t):                     {{"31 December 2026", "within 30 days"}, {"31 grudnia 2026 r.", "w ciągu 30 dni"}},
		sample[*templates.Survey](t):                      {{"by 31 January 2027"}, {"Do 31 stycznia 2027 r."}},
		sample[*templates.ConductWarning](t):              {{"by 7 December 2026"}, {"Do 7 grudnia 2026 r."}},
		sample[*templates.PhoneRefusal](t):                {{"within 24 hours"}, {"W ciągu 24 godzin"}},
		sample[*templates.NotAComplaint](t):               {{"by 21 December 2026"}, {"do 21 grudnia 2026 r."}},
	} {
		says(t, complaint.English, d, dates[0]...)
		says(t, complaint.Polish, d, dates[1]...)
	}
}

func TestP02TheAnswerNamesTheCause(t *testing.T) {
	t.Parallel()
	d := sample[*templates.FormalResponse](t)
	says(t, complaint.English, d, "What caused the problem A cable in the wall")
	d.RootCause = nil
	d.Language = complaint.English
	s, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Render(d); err == nil || !strings.Contains(err.Error(), "root_cause") || !strings.Contains(err.Error(), "P2") {
		t.Errorf("an answer without a cause: %v", err)
	}
}

func TestP06TheWarningLetsTheComplaintGoOn(t *testing.T) {
	t.Parallel()
	d := sample[*templates.ConductWarning](t)
	says(t, complaint.English, d, "We go on working on it.", "This letter changes nothing in your complaint.", "A manager will read it.")
	says(t, complaint.Polish, d, "nadal nad nią pracujemy", "Ten list nic nie zmienia w Państwa skardze.", "Przeczyta to kierownik.")
}

func TestP07SurveyIsAnsweredByLinkOrNumberAndCanBeRefused(t *testing.T) {
	t.Parallel()
	d := sample[*templates.Survey](t)
	links := []string{"https://ask4.example/survey/4f7d2c", "https://ask4.example/survey/stop/4f7d2c"}
	says(t, complaint.English, d, append(links, "reply to this email with a number from 1 to 5", "no more surveys", "still get every letter about your complaints")...)
	says(t, complaint.Polish, d, append(links, "wpisać liczbę od 1 do 5", "Nie wyślemy wtedy więcej ankiet", "Listy w sprawie skarg nadal będą")...)
	if m := render(t, complaint.English, d); !strings.Contains(m.HTML, `<a href="`+links[0]+`"`) || !strings.Contains(m.HTML, `<a href="`+links[1]+`"`) {
		t.Errorf("the links cannot be clicked:\n%s", m.HTML)
	}
	d.Reference, d.ClosedAt, d.ContactAt = "", time.Time{}, time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)
	says(t, complaint.English, d, "On 1 December 2026 you were in touch with our support team.")
	if m := render(t, complaint.English, d); m.Subject != "How did we do?" || strings.Contains(m.Text, "closed") {
		t.Errorf("a survey about a contact speaks of a complaint: %q\n%s", m.Subject, m.Text)
	}
}

func TestP10OnlyPersonalDataNamesTheICO(t *testing.T) {
	t.Parallel()
	ack, answer := sample[*templates.Acknowledgement](t), sample[*templates.FormalResponse](t)
	contacts := []string{"Information Commission (ICO)", "ico.org.uk/make-a-complaint", "0303 123 1113"}
	says(t, complaint.English, ack, append(contacts, "may be about your personal data")...)
	says(t, complaint.Polish, ack, append(contacts, "Skarga może dotyczyć Państwa danych osobowych")...)
	says(t, complaint.English, answer, append(contacts, "is about your personal data")...)
	says(t, complaint.Polish, answer, append(contacts, "Skarga dotyczy Państwa danych osobowych")...)
	ack.PersonalData, answer.PersonalData = false, false
	ack.ICO, answer.ICO = templates.Body{}, templates.Body{}
	for _, d := range []templates.Data{ack, answer} {
		if m := render(t, complaint.Both, d); strings.Contains(m.Text+m.HTML, "ICO") {
			t.Errorf("%s: the office is named without a personal-data matter", templates.KindOf(d).Name)
		}
	}
	ack.PersonalData = true
	if got := lacking(ack); got != "ico.name ico.web" {
		t.Errorf("a personal-data matter without the office lacks %q", got)
	}
}

func TestP11EveryWayInWritingIsNamed(t *testing.T) {
	t.Parallel()
	ways := []string{"complaints@ask4.example", "https://ask4.example/complaints", "1 Sample Street, Sheffield S1 1AA"}
	for _, d := range []templates.Data{sample[*templates.PhoneRefusal](t), sample[*templates.Acknowledgement](t)} {
		says(t, complaint.English, d, append(ways, "not take complaints by phone")...)
		says(t, complaint.Polish, d, append(ways, "Skarg nie przyjmujemy przez telefon")...)
	}
}

func TestP15TheAnswerSaysHowToGoOn(t *testing.T) {
	t.Parallel()
	d := sample[*templates.FormalResponse](t)
	says(t, complaint.English, d, "You can appeal.", "ask for a manager to take up your complaint", "somebody who had no part in this answer")
	says(t, complaint.Polish, d, "Mogą się Państwo odwołać.", "aby skargą zajął się kierownik", "ktoś, kto nie pracował nad tą odpowiedzią")
	for verdict, want := range map[templates.Verdict]string{
		templates.Upheld: "We agree with your complaint.", templates.PartlyUpheld: "We agree with a part of your complaint.", templates.NotUpheld: "we do not agree with your complaint.",
	} {
		d.Decision = verdict
		says(t, complaint.English, d, want)
	}
	r := sample[*templates.ReviewDecision](t)
	for result, want := range map[templates.ReviewResult]string{
		templates.ReviewChanged: "We change our first decision.", templates.ReviewPartly: "We change a part of our first decision.", templates.ReviewUnchanged: "our first decision stays.",
	} {
		r.Result = result
		says(t, complaint.English, r, want)
	}
}

// TestP16TheOmbudsmanLettersSayAllThatTheyMust goes through DOMAIN, Bodies, one by
// one: outcome, right, name and contacts, free of charge, time limit, about this
// complaint only, in plain words.
func TestP16TheOmbudsmanLettersSayAllThatTheyMust(t *testing.T) {
	t.Parallel()
	contacts := []string{"Communications Ombudsman", "www.commsombudsman.org", "0330 440 1614", "PO Box 730, Warrington WA4 6WU"}
	for _, d := range []templates.Data{sample[*templates.DeadlockLetter](t), sample[*templates.SixWeekLetter](t)} {
		says(t, complaint.English, d, append(contacts, "We offer £27 in all.", "You can now take this complaint to the", "free of charge", "12 months from the date of this letter", "The last day is 21 December 2027.", "independent of us")...)
		says(t, complaint.Polish, d, append(contacts, "Proponujemy razem 27 funtów.", "Z tą skargą mogą się Państwo teraz zwrócić", "bezpłatna", "12 miesięcy od daty tego listu", "do 21 grudnia 2027 r. włącznie", "niezależna")...)
		if found := templates.Lint(complaint.English, render(t, complaint.English, d).Text); len(found) > 0 {
			t.Errorf("not plain: %v", found)
		}
	}
	says(t, complaint.English, sample[*templates.DeadlockLetter](t), "It means that we cannot agree")
	says(t, complaint.English, sample[*templates.SixWeekLetter](t), "it is still open")
	d := sample[*templates.DeadlockLetter](t)
	d.Language, d.Ombudsman, d.ReferBy, d.Outcome = complaint.English, templates.Ombudsman{}, time.Time{}, nil
	if got := lacking(d); got != "outcome ombudsman.name ombudsman.web ombudsman.months refer_by" {
		t.Errorf("lacks %q", got)
	}
	for months, want := range map[int][2]string{1: {"1 month from", "1 miesiąc od"}, 3: {"3 months from", "3 miesiące od"}, 6: {"6 months from", "6 miesięcy od"}, 22: {"22 months", "22 miesiące"}} {
		d := sample[*templates.SixWeekLetter](t)
		d.Ombudsman.Months = months
		says(t, complaint.English, d, want[0])
		says(t, complaint.Polish, d, want[1])
	}
}

// TestP17NoPolishTextNamesPolishOffices: the law of the United Kingdom applies to its
// sites (DOMAIN, Bodies).
func TestP17NoPolishTextNamesPolishOffices(t *testing.T) {
	t.Parallel()
	for _, k := range templates.Kinds() {
		m := render(t, complaint.Polish, k.Sample())
		for _, office := range []string{"UKE", "UOKiK", "UODO", "Rzecznik"} {
			if strings.Contains(m.Text, office) {
				t.Errorf("%s names %s", k.Name, office)
			}
		}
		if strings.Contains(m.Text, "Pan ") || strings.Contains(m.Text, "Twoj") || strings.Contains(m.Text, "Twój") {
			t.Errorf("%s does not keep to the polite plural:\n%s", k.Name, m.Text)
		}
	}
}

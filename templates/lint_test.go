package templates_test

import (
	"math"
	"strings"
	"testing"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

func TestP04ShippedTemplatesArePlain(t *testing.T) {
	t.Parallel()
	s, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range templates.Kinds() {
		for _, lang := range []complaint.Language{complaint.English, complaint.Polish} {
			found, err := s.LintKind(k, lang)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range found {
				t.Errorf("%s/%s: %s", lang, k.Name, f)
			}
		}
	}
}

// TestP04LintFindsWhatIsNotPlain names what must be found, and the better word.
func TestP04LintFindsWhatIsNotPlain(t *testing.T) {
	t.Parallel()
	en, pl := complaint.English, complaint.Polish
	for _, test := range []struct {
		lang           complaint.Language
		text           string
		problem, wants string
	}{
		{en, "We will escalate this.", `"escalate"`, "manager"},
		{en, "This is an escalation.", `"escalation"`, "manager"},
		{en, "We are escalating it.", `"escalating"`, "manager"},
		{en, "Our SLA is a day.", `"sla"`, "the time we promise"},
		{en, "Two SLAs were missed.", `"slas"`, "the time we promise"},
		{en, "You may use ADR.", `"adr"`, "free of charge"},
		{en, "We have reached deadlock.", `"deadlock"`, "cannot agree"},
		{en, "We facilitated it.", `"facilitated"`, "help"},
		{en, "We utilise a cable.", `"utilise"`, "use"},
		{en, "By utilizing a cable.", `"utilizing"`, "use"},
		{en, "We liaise with them.", `"liaise"`, "talk to"},
		{en, "Going forward, we do this.", `"going forward"`, "from now on"},
		{en, "You failed to pay.", `"you failed"`, "without blame"},
		{en, "You’ve failed to pay.", `"you've failed"`, "without blame"},
		{en, "You claim that it broke.", `"you claim"`, "you told us"},
		{en, "The alleged fault is gone.", `"alleged"`, "you told us"},
		{en, "Your CPE is old.", `"CPE" is not explained`, "words"},
		{en, strings.Repeat("word ", 26) + ".", "26 words", "two sentences"},
		{en, "one two three " + strings.Repeat("12:30 a@b.pl ", 12), "27 words", "two sentences"},
		{pl, "Niniejszym odpowiadamy.", `"niniejszym"`, "ten"},
		{pl, "W niniejszej sprawie.", `"niniejszej"`, "ten"},
		{pl, "Przedmiotowy router działa.", `"przedmiotowy"`, "ten"},
		{pl, "Dzwonimy celem ustalenia terminu.", `"celem"`, "aby"},
		{pl, "Dzwonimy w celu ustalenia terminu.", `"w celu"`, "aby"},
		{pl, "Na ww. adres.", `"ww"`, "ten"},
		{pl, "Wyżej wymieniony router.", `"wyżej wymieniony"`, "ten"},
		{pl, "Sprawa wymaga eskalacji.", `"eskalacji"`, "kierownik"},
		{pl, "Twierdzą Państwo, że nie działa.", `"twierdzą państwo"`, "napisali"},
		{pl, "Nie dopełnili Państwo obowiązku.", `"nie dopełnili"`, "bez oceniania"},
		{pl, "Nasze SLA to dzień.", `"sla"`, "obiecujemy"},
	} {
		found := false
		for _, f := range templates.Lint(test.lang, test.text) {
			if strings.Contains(f.Problem, test.problem) && strings.Contains(f.Better, test.wants) {
				found = true
				if f.Sentence == "" || !strings.Contains(strings.TrimSpace(test.text), f.Sentence) {
					t.Errorf("%q: the finding's sentence is %q", test.text, f.Sentence)
				}
			}
		}
		if !found {
			t.Errorf("%q: %s is not found: %v", test.text, test.problem, templates.Lint(test.lang, test.text))
		}
	}
}

func TestP04LintLeavesPlainTextAlone(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		lang complaint.Language
		text string
	}{
		{complaint.English, "This is called “deadlock”: we cannot agree. After deadlock you can go on."},
		{complaint.English, "A manager looks at it (this is called escalation). Please ask for escalation."},
		{complaint.English, "We promised one day (our SLA)."},
		{complaint.English, "Mr. Smith came at 9 a.m. on Monday. He left at 10."},
		{complaint.English, strings.Repeat("word ", 25) + "."},
		{complaint.English, "Your utility room is dry, and the claim form is here."},
		{complaint.Polish, "Taki list nazywa się „deadlock letter”."},
		{complaint.Polish, "Naszym celem jest szybka pomoc."},
		{complaint.Polish, "Technik był 3 maja 2026 r. o godz. 9 i naprawił router."},
		{complaint.Polish, "Eskalacja to znaczy: zajmie się tym kierownik. Chcą Państwo eskalacji?"},
	} {
		for _, f := range templates.Lint(test.lang, test.text) {
			if !f.Warn {
				t.Errorf("%q: %s", test.text, f)
			}
		}
	}
}

func TestP04WordsThatNobodyReadsChangeNoScore(t *testing.T) {
	t.Parallel()
	const bare = "We came to see you. The line works now."
	want := templates.Measure(complaint.English, bare)
	if want != (templates.Score{Words: 9, Sentences: 2, Syllables: 9}) {
		t.Fatalf("got %+v", want)
	}
	for name, text := range map[string]string{
		"number":       "We came to see you 12,500 times. The line works now.",
		"reference":    "We came to see you. The line ASK4-26-K7Q2M-4 works now.",
		"mail address": "We came to see you. The line works now: complaints@ask4.example.",
		"web address":  "We came to see you. The line works now: https://ask4.example/communications/installation.",
		"bare address": "We came to see you. The line works now: www.commsombudsman.org.",
		"post":         "We came to see you. The line works now: ASK4 Complaints, Devonshire Green House, 14 Fitzwilliam Street, Sheffield S1 4JL.",
		"heading":      "# Communication difficulties\n\nWe came to see you. The line works now.",
		"greeting":     "Dear Alexandra Featherstonehaugh,\n\nWe came to see you. The line works now.",
		"list":         "We came to see you. The line works now.\n\n- installation certificate\n- communications equipment",
		"Polish place": "We came to see you. The line works now: 00-950 Warszawa.",
	} {
		if got := templates.Measure(complaint.English, text); got.Flesch() > want.Flesch()+5 || got.Flesch() < want.Flesch()-5 || got.Sentences != want.Sentences {
			t.Errorf("%s: %+v, Flesch %.1f; without it %+v, %.1f", name, got, got.Flesch(), want, want.Flesch())
		}
	}
}

// TestP04Scores checks both formulas of DOMAIN against counts made by hand.
func TestP04Scores(t *testing.T) {
	t.Parallel()
	// 10 words, 2 sentences, 14 syllables: to-mor-row, en-gi-neer.
	s := templates.Measure(complaint.English, "We will come tomorrow at noon. The engineer helps you.")
	if want := 206.835 - 1.015*5 - 84.6*1.4; s.Words != 10 || s.Sentences != 2 || s.Syllables != 14 || math.Abs(s.Flesch()-want) > 1e-9 {
		t.Errorf("got %+v, Flesch %.3f, want %.3f", s, s.Flesch(), want)
	}
	// 8 words, 2 sentences, one word of four syllables: od-po-wie-dzi.
	s = templates.Measure(complaint.Polish, "Nie mamy jeszcze pełnej odpowiedzi. Napiszemy do Państwa.")
	if want := 0.4 * (4 + 100*2.0/8); s.Words != 8 || s.Sentences != 2 || s.Hard != 2 || math.Abs(s.FOG()-want) > 1e-9 {
		t.Errorf("got %+v, FOG %.3f, want %.3f", s, s.FOG(), want)
	}
	if s := templates.Measure(complaint.Polish, "Pisze do nas Communications Ombudsman."); s.Hard != 0 {
		t.Errorf("a name counts as hard: %+v", s)
	}
}

// TestP04ShortTextsOnlyWarn tells both limits of each score.
func TestP04ShortTextsOnlyWarn(t *testing.T) {
	t.Parallel()
	worst := func(found []templates.Finding) string {
		w := "fine"
		for _, f := range found {
			if f.Sentence == "" && f.Warn && w == "fine" {
				w = "warned"
			}
			if f.Sentence == "" && !f.Warn {
				w = "refused"
			}
		}
		return w
	}
	check := func(lang complaint.Language, sentence string, times int, want string) {
		t.Helper()
		text := strings.Repeat(sentence+" ", times)
		if got := worst(templates.Lint(lang, text)); got != want {
			t.Errorf("%q %d times: %s, want %s (%+v)", sentence, times, got, want, templates.Measure(lang, text))
		}
	}
	const heavy = "Organisational responsibilities necessitate documentation."
	check(complaint.English, heavy, 24, "warned") // 96 words
	check(complaint.English, heavy, 25, "refused")
	check(complaint.English, "The line in your room works well now.", 20, "fine")
	const fog8, fog11, fog13 = "Jest już dobrze, bo mamy tam nowe łącze i kabel, a wszystko znów działa dobrze dla was od rana.",
		"Technik naprawił kabel i czekamy teraz na odpowiedzi, a nasza instalacja i router znów działają od samego rana.",
		"Odpowiedzieliśmy na pytania i naprawiliśmy kabel."
	check(complaint.Polish, fog8, 10, "fine")
	check(complaint.Polish, fog11, 10, "warned")
	check(complaint.Polish, fog13, 10, "warned")
	check(complaint.Polish, fog13, 30, "refused")
}

// TestP17TextInTheWrongLanguageIsTold: who types English to a customer who is written
// to in Polish learns of it, and of nothing else.
func TestP17TextInTheWrongLanguageIsTold(t *testing.T) {
	t.Parallel()
	const english, polish = "We have replaced the router in your room.", "Wymieniliśmy router, a łącze działa już dobrze."
	for text, of := range map[string]complaint.Language{english: complaint.English, polish: complaint.Polish, "prosze dzwonic w sprawie internetu": complaint.Polish, "48377": complaint.Both, "Router 40, Hall B": complaint.Both} {
		for _, lang := range []complaint.Language{complaint.English, complaint.Polish} {
			got := templates.Check(lang, text)
			wrong := of != complaint.Both && of != lang
			if told := len(got) == 1 && strings.Contains(got[0].Problem, "reads as") && got[0].Warn; told != wrong || !wrong && len(got) > 0 {
				t.Errorf("%q for %q: %+v", text, lang, got)
			}
		}
	}
}

func TestP04Syllables(t *testing.T) {
	t.Parallel()
	check := func(lang complaint.Language, words string, want int) {
		t.Helper()
		for _, w := range strings.Fields(words) {
			if got := templates.Syllables(lang, w); got != want {
				t.Errorf("%s: %d syllables, want %d", w, got, want)
			}
		}
	}
	en, pl := complaint.English, complaint.Polish
	check(en, "home asked times works league don't eye would through said friend whole called", 1)
	check(en, "complaint received table tables settled wanted didn't going trying player quiet client people business something useful likely hundred science statement safely", 2)
	check(en, "customer reference engineer area idea video radio usual supplier everything previous earlier medium continue", 3)
	check(en, "information reliable material experience material's situation", 4)
	check(en, "communication immediately association automatically", 5)
	check(pl, "w z dom dziś stół mail", 1)
	check(pl, "skarga Państwa praca nie-ma auto pauza e-mail stoi radio kopii", 2)
	check(pl, "wiadomość niedziela zgłoszenie nauka naiwny materiał Europa neutralny", 3)
	check(pl, "telefonu ombudsmanie odpowiedzi zadzwonili internecie klauzulami muzeami", 4)
	check(pl, "odpowiedzieli otrzymaliśmy", 5)
}

func TestSentences(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"One. Two! Three? Four":           "One.|Two!|Three?|Four",
		"Do 3 maja 2026 r. napiszemy. Ok": "Do 3 maja 2026 r. napiszemy.|Ok",
		"Był 3 maja 2026 r. Potem nie.":   "Był 3 maja 2026 r.|Potem nie.",
		"O godz. 12 tu. Np. Anna.":        "O godz. 12 tu.|Np. Anna.",
		"# A head\n\nText\n- one\n- two.": "A head|Text|one|two.",
		"He said “no.” Then he left.":     "He said “no.”|Then he left.",
		"12. 13. 14.":                     "",
	} {
		if got := strings.Join(templates.Sentences(text), "|"); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func FuzzLint(f *testing.F) {
	f.Add("We will (escalate) – 2026 r. Ok: \xff", true)
	f.Fuzz(func(t *testing.T, text string, polish bool) {
		lang := complaint.English
		if polish {
			lang = complaint.Polish
		}
		for _, finding := range templates.Check(lang, text) {
			if finding.Problem == "" || !finding.Warn {
				t.Errorf("%q: %+v", text, finding)
			}
		}
	})
}

package quote_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"ask4.com/skarga/ingest/message"
	"ask4.com/skarga/ingest/quote"
)

// TestNewText has the forms of mail programs in the languages that customers use;
// the new text is always the same, so that each case shows the history alone.
func TestNewText(t *testing.T) {
	t.Parallel()
	const fresh = "Dziękuję, ale internet nadal nie działa.\n\nKiedy ktoś przyjdzie?"
	tests := map[string]string{
		"Gmail, English":             "On Mon, 23 Nov 2026 at 09:20, ASK4 Customer Service <complaints@ask4.example> wrote:\n\n> We have your complaint.\n> It is 4711.\n",
		"Gmail, English, wrapped":    "On Mon, 23 Nov 2026 at 09:20, ASK4 Customer Service with a long name <\ncomplaints@ask4.example> wrote:\n\n> We have your complaint.\n",
		"Gmail, Polish":              "pon., 23 lis 2026 o 09:20 ASK4 <complaints@ask4.example> napisał(a):\n\n> Otrzymaliśmy skargę.\n",
		"Thunderbird, Polish":        "W dniu 23.11.2026 o 09:20, ASK4 pisze:\n> Otrzymaliśmy skargę.\n",
		"onet, Polish, no marks":     "Dnia 23 listopada 2026 09:20 ASK4 <complaints@ask4.example> napisał(a):\n\nOtrzymaliśmy skargę.\n",
		"Apple Mail, English":        "> On 23 Nov 2026, at 09:20, ASK4 <complaints@ask4.example> wrote:\n> \n> We have it.\n",
		"Apple Mail, German":         "> Am 23.11.2026 um 09:20 schrieb ASK4 <complaints@ask4.example>:\n> \n> Text.\n",
		"Gmail, French":              "Le lun. 23 nov. 2026 à 09:20, ASK4 <complaints@ask4.example>\na écrit :\n\nBonjour,\n",
		"Gmail, Spanish":             "El lun, 23 nov 2026 a las 9:20, ASK4 (<complaints@ask4.example>) escribió:\n\n> Hola\n",
		"Gmail, Italian":             "Il giorno lun 23 nov 2026 alle ore 09:20 ASK4 <complaints@ask4.example> ha scritto:\n\n> Ciao\n",
		"Outlook desktop, English":   "From: ASK4 <complaints@ask4.example>\nSent: 23 November 2026 09:20\nTo: me@example.org\nSubject: Your complaint\n\nWe have it.\n",
		"Outlook desktop, Polish":    "Od: ASK4 <complaints@ask4.example>\nWysłano: poniedziałek, 23 listopada 2026 09:20\nDo: ja@example.org\nTemat: Skarga\n\nMamy ją.\n",
		"Outlook web":                "________________________________\nFrom: ASK4 <complaints@ask4.example>\nSent: Monday, November 23, 2026 9:20 AM\nTo: me\nSubject: x\n\nWe have it.\n",
		"Outlook on a phone":         "Get Outlook for iOS<https://aka.ms/x>\n________________________________\nFrom: ASK4 <complaints@ask4.example>\nSent: Monday\nTo: me\n\nWe have it.\n",
		"Outlook on a phone, Polish": "Wysłane z Outlook dla systemu Android<https://aka.ms/x>\n________________________________\nFrom: ASK4 <c@ask4.example>\nSent: Monday\nTo: me\n\nMamy.\n",
		"Outlook, bold header":       "*From:* ASK4 <complaints@ask4.example>\n*Sent:* 23 November 2026\n*To:* me\n\nWe have it.\n",
		"Outlook, German":            "Von: ASK4 <complaints@ask4.example>\nGesendet: Montag, 23. November 2026 09:20\nAn: ich\nBetreff: x\n\nText\n",
		"old Outlook":                "-----Original Message-----\nFrom: ASK4\nSent: Monday\n\nWe have it.\n",
		"old Outlook, Polish":        "-----Wiadomość oryginalna-----\nOd: ASK4\n\nMamy.\n",
		"Yahoo":                      "    On Monday, 23 November 2026 at 09:20:11 GMT, ASK4 <complaints@ask4.example> wrote:  \n \n We have it.\n",
		"Yahoo, German":              "Am Montag, 23. November 2026 um 10:00:00 MEZ hat ASK4 <complaints@ask4.example> Folgendes geschrieben:\n\nText.\n",
		"no verb":                    "23.11.2026, 09:20, \"ASK4\" <complaints@ask4.example>:\n\nWe have it.\n",
		"phone":                      "Sent from my iPhone\n",
		"phone, Polish":              "Wysłano z iPhone'a\n",
		"signature":                  "-- \nJan Nowak\ntel. 601 234 567\n",
		"farewell":                   "Pozdrawiam,\nJan Nowak\nKraków\n",
	}
	for name, history := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, text := range []string{fresh + "\n\n" + history, strings.ReplaceAll(fresh+"\n\n"+history, "\n", "\r\n")} {
				if got := quote.NewText(text); got != fresh {
					t.Errorf("got %q", got)
				}
			}
		})
	}
}

func TestNewTextKeepsWords(t *testing.T) {
	t.Parallel()
	check := func(text, want string) {
		t.Helper()
		if got := quote.NewText(text); got != want {
			t.Errorf("of %q\n got %q\nwant %q", text, got, want)
		}
	}
	same := func(text string) { t.Helper(); check(text, text) }
	same("On Monday 16 November at 10:30 I wrote:\nthe line is dead. Nobody answered.")
	same("I have no regards for this.\nRegards to your boss, he should read this. What do you say?")
	same("From: the very first day the speed was bad.\nNobody helped.")
	same("Sent from my old flat to the new one, the router broke on the way and nobody replaced it.")
	same("My journey was:\nFrom: Leeds\nTo: York\nThe train was late twice.")
	same("The letter was\nSent from my old address by mistake.\nPlease send it again.")
	same("The bill says - 20 pounds.\n\n-Jan")
	same("W dniu 12 marca 2026 ja napisałam do Państwa w tej sprawie.")
	for _, below := range []string{"On 24/11/2026 03:23, ASK4 wrote:", "On Mon, 23 Nov 2026 at 09:20, ASK4\n<complaints@ask4.example> wrote:", "Am 23.11.2026 um 09:20 schrieb ASK4:", "Le 23/11/2026 à 09:20, ASK4 a écrit :", "W dniu 23.11.2026 o 09:20, ASK4 pisze:"} {
		for _, last := range []string{"Please cancel my contract and refund me.", "Please cancel my contract and refund me", "Proszę o zwrot pieniędzy"} {
			check(last+"\n"+below+"\n> We have your complaint.", last)
		}
	}
	check("On 1 Nov 2026, at 10:00, A <a@b.example> wrote:\n> Is it slow?\n\nYes.\n\n> In the evening?\n\nAlways.", "Yes.\n\nAlways.")
	same("On 12 November 2026, Jan Kowalski wrote:\nyour line will be repaired by Friday.\n\nIt was not. I want my money back.")
	same("Two things went wrong.\n\n---\n\nThe router\nThe bill\n\nPlease mend both")
	same("The wrong bill was this.\n\nFrom: 01/11/2026\nTo: 30/11/2026\nDate: 2/12/2026 10:00\nTotal 31 pounds\n\nI paid it.")
	same("The line is dead.\n\nThis email and any attachments I sent before were not answered.\n\nCall nobody, write to me.")
	same("Sąd Rejonowy w Krakowie przyznał mi rację.\n\nProszę zwrócić pieniądze.")
	same("Confidential papers of mine were left at the door.\n\nWho did that?")
	same("Registered in 2019, I was always content.\n\nNow I am not.")
	check("The line is dead.\n\n---\nJan Nowak\ntel. 601 234 567", "The line is dead.")
	check("The line is dead.\n\nThis email and any attachments are\nconfidential and meant for the addressee only.", "The line is dead.")
	check("> only history\n> here", "")
	check("Regards,\nJan", "Regards,\nJan")
}

func FuzzNewText(f *testing.F) {
	f.Add("Hi\n\nOn Mon, 23 Nov 2026 at 09:20, A <a@b> wrote:\n> x")
	f.Add("-- \n")
	f.Fuzz(func(t *testing.T, text string) {
		if got := quote.NewText(text); len(got) > len(text) {
			t.Fatalf("longer than the text: %q", got)
		}
	})
}

func TestHostileTextsEnd(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"marks":        strings.Repeat(">\n", 1_000_000),
		"one line":     strings.Repeat("On 1 wrote ", 1_000_000),
		"attributions": strings.Repeat("On 1 2 3\n", 500_000),
		"headers":      strings.Repeat("From: \n", 500_000),
		"rules":        strings.Repeat("--\nx\n", 500_000),
		"dated rules":  strings.Repeat("---- x ----\nDate: 1\n", 200_000),
	} {
		if got := quote.NewText(text); len(got) > len(text) {
			t.Errorf("%s: grew", name)
		}
	}
}

// forms calls check with each case of a file: a name behind %%%%, the body of a mail,
// a line ==> and what was newly written.
func forms(t *testing.T, file string, atLeast int, check func(name, body, want string)) {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	cases := strings.Split("\n"+string(raw), "\n%%%% ")[1:]
	if len(cases) < atLeast {
		t.Fatalf("%d cases only", len(cases))
	}
	for _, c := range cases {
		name, rest, _ := strings.Cut(c, "\n")
		body, want, found := strings.Cut(rest, "\n==>\n")
		if !found {
			t.Fatalf("%s: no line ==>", name)
		}
		check(name, body, strings.TrimSpace(want))
	}
}

func TestForms(t *testing.T) {
	t.Parallel()
	forms(t, "testdata/forms.txt", 280, func(name, body, want string) {
		if got := quote.NewText(body); got != want {
			t.Errorf("%s:\n got %q\nwant %q", name, got, want)
		}
	})
}

// TestHTML reads mails that have nothing but HTML; blank lines do not count.
func TestHTML(t *testing.T) {
	t.Parallel()
	blanks := regexp.MustCompile(`\n\s*\n`)
	forms(t, "testdata/html.txt", 40, func(name, body, want string) {
		mail := "From: a@example.org\nContent-Type: text/html; charset=utf-8\n\n" + body
		m := message.Read(strings.NewReader(mail), int64(len(mail)), message.Options{SkipHTML: true})
		if got := quote.NewText(m.Text); blanks.ReplaceAllString(got, "\n") != blanks.ReplaceAllString(want, "\n") {
			t.Errorf("%s:\n got %q\nwant %q", name, got, want)
		}
	})
}

// TestHistories puts each history of testdata/histories.txt, a name behind %%%% and the
// lines that a mail program writes, below the same letter, with and without a blank line
// between: the letter alone is new, and none of its words may go with the history.
func TestHistories(t *testing.T) {
	t.Parallel()
	const letter = "Hello Ann,\nthe invoice is wrong and I have not got an answer.\n\nPlease call me back."
	raw, err := os.ReadFile("testdata/histories.txt")
	if err != nil {
		t.Fatal(err)
	}
	cases := strings.Split("\n"+string(raw), "\n%%%% ")[1:]
	if len(cases) < 270 {
		t.Fatalf("%d cases only", len(cases))
	}
	for _, c := range cases {
		name, history, _ := strings.Cut(c, "\n")
		for _, gap := range []string{"\n\n", "\n"} {
			if got := quote.NewText(letter + gap + history); got != letter {
				t.Errorf("%s, gap %q: got %q", name, gap, got)
			}
		}
	}
}

package wish_test

import (
	"strings"
	"testing"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest/wish"
)

func TestP15RepliesAreRecognised(t *testing.T) {
	t.Parallel()
	for want, texts := range map[complaint.Wish][]string{
		complaint.WishOmbudsman: {
			"I will now take this to the Ombudsman.", "Please send me a deadlock letter", "How do I contact the communications ombudsman?",
			"I'm not happy and want to appeal. Otherwise the ombudsman will hear of it.",
			"W takim razie zgłoszę sprawę do ombudsmana.", "Zwracam się do Rzecznika Praw Konsumentów", "Proszę o pismo o impasie.", "kieruje sprawe do rzecznika konsumentow",
		},
		complaint.WishAppeal: {
			"I want to appeal.", "I would like to appeal against your decision", "I disagree with your decision.", "Please reconsider.", "I do not agree with the outcome of your investigation",
			"Could you look into this again please?", "I am formally disputing this: I dispute your findings, I dispute the finding.",
			"Odwołuję się od tej decyzji.", "chcialbym zlozyc odwolanie", "Nie zgadzam się z Państwa odpowiedzią.", "Proszę o ponowne rozpatrzenie skargi.", "Kwestionuję Państwa ustalenia",
		},
		complaint.WishEscalate: {
			"Please escalate this.", "I want to speak to a manager", "Who is your supervisor?", "I'd like this passed to somebody more senior", "I will be taking this further!",
			"Proszę o kontakt z przełożonym.", "Chcę rozmawiać z kierownikiem", "proszę przekazać to do państwa dyrektora", "Pójdę z tym dalej.", "domagam się eskalacji sprawy",
		},
		complaint.WishWithdraw: {
			"I'd like to withdraw my complaint", "You can close this case, thanks.", "I no longer wish to pursue this",
			"Wycofuję skargę.", "Rezygnuję ze skargi", "Proszę zamknąć sprawę, dziękuję.",
		},
		complaint.WishDissatisfied: {
			"I am not at all satisfied with this.", "It's still not working", "This is unacceptable", "I cannot accept your offer", "That does not answer my question.", "I'm really disappointed", "This isn’t good enough",
			"Nie jestem zadowolony z tej odpowiedzi.", "Internet nadal nie działa!", "To jest niedopuszczalne", "nie akceptuje tej propozycji", "jestem bardzo rozczarowana", "Problem wciąż występuje",
		},
		complaint.WishSatisfied: {
			"Thank you for fixing it!", "It's all working now", "I accept your offer.", "I am very happy with the outcome", "I consider the matter closed",
			"Już działa, dziękuję.", "Dziękuję za pomoc", "Sprawa została załatwiona, jestem zadowolona", "Przyjmuję Państwa przeprosiny.",
		},
		complaint.NoWish: {
			"", "Here is the screenshot that you asked for.", "My account number is 12345.", "When will the engineer come?", "I am free on Tuesday afternoon", "Kind regards",
			"Przesyłam zdjęcie routera.", "Kiedy przyjdzie technik?", "Mój numer klienta to 12345", "Pozdrawiam serdecznie",
		},
	} {
		for _, text := range texts {
			if got, words := wish.Of("Re: [ASK4-26-K7Q2M-4] No internet", text, ""); got != want || (got != complaint.NoWish) != (words != "") {
				t.Errorf("%q is %q in %q, want %q", text, got, words, want)
			}
		}
	}
}

// TestSayingNoIsNoWish: the words stand there, and mean the opposite.
func TestSayingNoIsNoWish(t *testing.T) {
	t.Parallel()
	for text, not := range map[string]complaint.Wish{
		"I do not want to go to the ombudsman over this.": complaint.WishOmbudsman,
		"Nie zamierzam iść do ombudsmana.":                complaint.WishOmbudsman,
		"I will not withdraw my complaint":                complaint.WishWithdraw,
		"Nie wycofuję skargi":                             complaint.WishWithdraw,
		"I'm not unhappy with it":                         complaint.WishDissatisfied,
		"Please do not close this case":                   complaint.WishWithdraw,
		"I don't want to appeal":                          complaint.WishAppeal,
	} {
		if got, _ := wish.Of("", text, ""); got == not {
			t.Errorf("%q is taken for %q", text, got)
		}
	}
}

func TestTheWordsAreQuotedAndTheStrongestCounts(t *testing.T) {
	t.Parallel()
	got, words := wish.Of("", "Hello,\nI'm not happy.\nMy room is 12. I want to speak to your manager about it! Thanks", "")
	if got != complaint.WishEscalate || words != "I want to speak to your manager about it" {
		t.Errorf("%q in %q", got, words)
	}
	if _, words := wish.Of("", "I appeal "+strings.Repeat("again and ", 100), ""); len([]rune(words)) != 200 {
		t.Errorf("%d signs are quoted", len([]rune(words)))
	}
	if got, words := wish.Of("I want to appeal", "See attached.", ""); got != complaint.WishAppeal || words != "I want to appeal" {
		t.Errorf("in the subject: %q in %q", got, words)
	}
}

// TestOurOwnWordsAreNotTheCustomers: our letter comes back, in a scan with misread letters
// or copied into a mail; only what the customer put beside it counts.
func TestP15OurOwnWordsAreNotTheCustomers(t *testing.T) {
	t.Parallel()
	const ours = "If you are not satisfied\n\nPlease tell us. There are two things that you can ask for:\n\n- You can appeal. We then check our decision again.\n" +
		"- You can ask for a manager to take up your complaint.\n\nYou can now take this complaint to the\nCommunications Ombudsman.\nIt is independent of us, and it is free of charge for you.\n" +
		"Mogą się Państwo odwołać. Wtedy ponownie sprawdzimy naszą decyzję."
	for text, want := range map[string]complaint.Wish{
		ours: complaint.NoWish,
		"lf you are not satlsfied\nPlease tell us. There are two thlngs that you can ask for:\n* You can appeal. We then check our declsion again.\n" +
			"You can now take this comp1aint to the Communications\nOmbudsrnan. It is independent": complaint.NoWish,
		"See the letter enclosed.\n" + ours:                                    complaint.NoWish,
		ours + "\nI want to appeal.":                                           complaint.WishAppeal,
		"I am not satisfied.\n" + ours:                                         complaint.WishDissatisfied,
		"I will take this complaint to the Communications Ombudsman.\n" + ours: complaint.WishOmbudsman,
		"You can appeal, you write. I ask for a manager to take up my complaint: your manager.\n" + ours: complaint.WishEscalate,
		"Odwołuję się.\n" + ours:         complaint.WishAppeal,
		"I want to go to the\nombudsman": complaint.WishOmbudsman,
	} {
		if got, words := wish.Of("Re: Our answer", text, wish.Fold(ours)); got != want {
			t.Errorf("%q is %q in %q, want %q", text, got, words, want)
		}
	}
}

package wish_test

import (
	"testing"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest/wish"
)

// TestP15ManyWaysOfSayingSo: replies that ask for more or are not content, and those that
// only answer, as different people put it.
func TestP15ManyWaysOfSayingSo(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"I'd like to take this up a level, please.", "Can I have this looked at by someone else?", "I want a second opinion on your decision.", "Who do I complain to about your response?",
		"I'd like to lodge an appeal.", "Please treat this email as an appeal.", "I wish to contest this outcome.", "I am not prepared to accept this.",
		"This isn't over, I want your boss.", "Put me through to a manager.", "I want to complain about how you handled my complaint.", "Your answer is wrong and I want it changed.",
		"I do not accept your explanation.", "I'm going to the ombudsman.", "I will be contacting Ofcom and the Communications Ombudsman.", "How can I get an independent review?",
		"I'd like the details of the ADR scheme.", "£5 is not enough.", "That's nowhere near good enough.", "Nothing has changed, it drops every evening.",
		"You have not addressed my second point.", "I remain unhappy.", "What a useless reply.", "The problem is back.",
		"Your engineer never turned up.", "I'm fuming.", "I would like you to review my case again.", "Please review your decision",
		"I want this to go to the next stage of your complaints procedure.", "It's broken again.", "You clearly didn't read my letter.", "I expected better than this.",
		"I will see you in small claims court.", "I'm not happy with the compensation offered.", "Sorry but no, this does not resolve it.", "This is outrageous.",
		"I disagree.", "I refuse your offer.", "I want it reopened.", "Chcę się odwołać.",
		"Składam odwołanie od Państwa decyzji.", "Nie zgadzam się z tym rozstrzygnięciem.", "Proszę, aby sprawą zajął się kierownik.", "Żądam rozmowy z przełożonym.",
		"Chciałabym, żeby ktoś inny się tym zajął.", "Proszę przekazać sprawę wyżej.", "Zgłoszę to do rzecznika.", "Idę z tym do ombudsmana.",
		"Proszę o adres ombudsmana.", "Oczekuję ponownego rozpatrzenia mojej skargi.", "Proszę jeszcze raz rozpatrzyć moją skargę.", "Proszę o zmianę decyzji.",
		"Ta odpowiedź mnie nie zadowala.", "Nie jestem usatysfakcjonowana odpowiedzią.", "To śmieszna kwota.", "10 funtów to za mało.",
		"Internet dalej nie działa.", "Problem wrócił.", "Nic się nie zmieniło.", "Nie odpowiedzieli Państwo na moje pytanie.",
		"Technik w ogóle nie przyszedł.", "To jest skandal.", "Jestem oburzony.", "Jestem zawiedziona.",
		"Nie przyjmuję tej oferty.", "Nie akceptuję Państwa wyjaśnień.", "Nie mogę się z tym zgodzić.", "To nie rozwiązuje mojego problemu.",
		"Wasza odpowiedź to kpina.", "Chcę złożyć zażalenie na tę decyzję.", "Proszę o wznowienie sprawy.", "Uważam decyzję za niesprawiedliwą.",
		"Domagam się wyższej rekompensaty.", "Skieruję sprawę do sądu.", "Nie dam się tak zbyć.", "Znowu nie ma internetu.",
		"Proszę o kontakt z kimś z kierownictwa.", "Eskaluję tę sprawę.", "nie zgadzam sie", "Please can I appeal this?",
		"How do I appeal?", "I'd like this decision reviewed by a manager.", "I am writing to say that your answer misses the point.", "My complaint has not been dealt with properly.",
		"You said someone would ring me and they did not.", "Three weeks later and I still can't get online.", "I want the final response so I can go to the ombudsman service.", "Your offer of £10 is laughable.",
		"That is a poor excuse.", "I am very upset by your reply.", "I was promised a refund and it never came.", "My connection dropped again last night.",
		"I won't let this rest.", "May I speak with whoever is in charge?", "Please get someone with more experience to look at my case.", "I believe your investigation was not thorough.",
		"I want to make a formal complaint about your reply.", "You dont understand the problem.", "I still want my money back.", "Proszę o odwołanie się od decyzji w moim imieniu.",
		"Jak mogę się odwołać?", "Odpowiedź jest nie na temat.", "Moja skarga nie została potraktowana poważnie.", "Obiecali Państwo zwrot i go nie ma.",
		"Od trzech tygodni nic nie działa.", "Proszę o list, z którym mogę iść do ombudsmana.", "Ta propozycja jest żałosna.", "Jestem bardzo niezadowolony z obsługi.",
		"Wczoraj znów nie było internetu.", "Chcę rozmawiać z kimś decyzyjnym.", "Proszę, by zbadał to ktoś bardziej doświadczony.", "Państwa śledztwo było niedokładne.",
		"Nadal żądam zwrotu pieniędzy.", "nie rozumieja panstwo problemu", "To nie jest to, o co prosiłem.", "Czuję się oszukany.",
		"Zwrot jest za niski.", "Nie zostawię tak tej sprawy.", "Proszę o weryfikację decyzji.", "I want to challenge what you decided.",
		"Kindly have another person investigate.", "Where do I go from here if I think you are wrong?", "Honestly, this is a slap in the face.", "You just copied and pasted a template.",
		"The speed is as bad as before.", "Please send my file to the Communications Ombudsman.", "I request an escalation.", "I can't believe you won't pay for the lost days.",
		"Why is nobody taking this seriously?", "I feel cheated.", "Please pass this on to your line manager.", "I require a review of this.",
		"It went down again an hour after the engineer left.", "This does not make up for a month without internet.", "I want to know how to take this to the next level.", "Not happy.",
		"I object to this.", "You owe me more than that.", "Chcę zakwestionować Państwa decyzję.", "Proszę, żeby zbadała to inna osoba.",
		"Co mogę zrobić, jeśli uważam, że nie mają Państwo racji?", "To policzek dla klienta.", "Prędkość jest tak samo zła jak wcześniej.", "Proszę przesłać moje akta do ombudsmana.",
		"Wnoszę o ponowną ocenę.", "Dlaczego nikt nie traktuje tego poważnie?", "Proszę przekazać to swojemu przełożonemu.", "Godzinę po wyjściu technika znów padło.",
		"To nie wynagradza miesiąca bez internetu.", "Chcę wyższego zwrotu.", "Jestem niepocieszony.", "Sprzeciwiam się tej decyzji.",
		"Nie tak się umawialiśmy.", "Chcę iść z tym dalej.", "To zdecydowanie za mało.", "Proszę o kontakt kierownika.",
		"Dalej czekam.",
	} {
		if got, _ := wish.Of("Re: Wi-Fi", text, ""); got == complaint.NoWish || got == complaint.WishSatisfied || got == complaint.WishWithdraw {
			t.Errorf("%q is %q", text, got)
		}
	}
	for _, text := range []string{
		"Thank you, received.", "My account number is 4471823.", "I'll be home on Tuesday from 3.", "Here is the photo of the router.",
		"When will the engineer come?", "The number I called from was 07700 900123.", "Thanks for your quick reply.", "Could you confirm the date?",
		"I attach the invoice.", "Please use this email address from now on.", "The room is 214.", "Yes, that is correct.",
		"No, I have not moved.", "Ok", "I am away until Monday.", "Can you send the letter in large print?",
		"My friend Emily will speak for me.", "I spoke to Jane on 21 November at 3 pm.", "The refund has arrived, thank you.", "What time on Friday?",
		"Which form do I need?", "I look forward to hearing from you.", "My bank details are below.", "Do you need the serial number?",
		"I have restarted the router as you asked.", "The light is green.", "I changed the password.", "Please see my answers below.",
		"That date is fine for me.", "I can do either day.", "The landlord has the key.", "My new address is 3 Division Street.",
		"Is parking available for the engineer?", "Sent from my iPhone", "Please reply in Polish.", "I prefer letters.",
		"It happened on 20 and 21 November.", "The manager of the building let him in.", "It started in October.", "Thanks again, Emily",
		"Dziękuję za odpowiedź.", "Mój numer konta to 4471823.", "Będę w domu we wtorek.", "Przesyłam zdjęcie.",
		"Kiedy przyjdzie technik?", "Dzwoniłem z numeru 07700 900123.", "W załączniku faktura.", "Tak, zgadza się.",
		"Nie, nie przeprowadziłem się.", "Dobrze.", "Wyjeżdżam do poniedziałku.", "Czy mogę prosić o duży druk?",
		"Rozmawiałam z Jane 21 listopada.", "Zwrot dotarł, dziękuję.", "O której godzinie w piątek?", "Czekam na wiadomość.",
		"Numer mojego pokoju to 214.", "Zrestartowałem router zgodnie z prośbą.", "Lampka świeci na zielono.", "Zmieniłam hasło.",
		"Odpowiedzi poniżej.", "Ten termin mi pasuje.", "Może być każdy dzień.", "Klucz ma właściciel.",
		"Nowy adres: ul. Krótka 1.", "Proszę odpisywać po polsku.", "Wolę listy.", "To było 20 i 21 listopada.",
		"Administrator budynku go wpuścił.", "Zaczęło się w październiku.", "Pozdrawiam, Emilia", "Proszę o potwierdzenie terminu.",
		"Czy potrzebny jest numer seryjny?", "Moja koleżanka będzie mnie reprezentować.", "Dane do przelewu poniżej.", "Czy technik może zaparkować?",
		"Wysłane z iPhone'a", "Dostałam list.", "Proszę o kopię umowy.", "Jestem dostępna po 16.",
		"I live at Fitzwilliam Court, flat 12.", "Could you please resend the letter to my new address?", "I didn't see the email until today, sorry.", "I wasn't home on Monday.",
		"Please ignore my previous message.", "What is the next step?", "The building manager has the key to the cupboard.", "I don't have the ticket number any more.",
		"I have attached the screenshot again.", "I have not received the email that you mention, please send it again.", "No problem, Tuesday is fine.", "I haven't got a landline.",
		"My flatmate will open the door if I'm out.", "The old router is in the box.", "I'm still at the same address.", "The speed test shows 48 Mbps.",
		"Both rooms are on the second floor.", "It was installed in March by your engineer Mark.", "Thanks, I'll wait for your answer.", "Mieszkam w budynku Fitzwilliam Court.",
		"Proszę wysłać list jeszcze raz na nowy adres.", "Nie widziałem tego maila do dzisiaj, przepraszam.", "Nie było mnie w poniedziałek w domu.", "Proszę zignorować poprzednią wiadomość.",
		"Jaki jest następny krok?", "Klucz do szafki ma zarządca.", "Nie mam już numeru zgłoszenia.", "Proszę pisać po 17.",
		"Przesyłam zrzut ekranu ponownie.", "Nie mam telefonu stacjonarnego.", "Współlokator otworzy drzwi.", "Stary router jest w pudełku.",
		"Test prędkości pokazuje 48 Mb/s.", "Oba pokoje są na drugim piętrze.", "Zainstalował go w marcu Marek.", "Dziękuję, poczekam na odpowiedź.",
		"Nie szkodzi, wtorek pasuje.", "Muszę odwołać wizytę technika w piątek, proszę o inny termin.", "Jestem nadal pod tym samym adresem.", "What does the technician need from me?",
		"I was told to send you the invoice, here it is.", "You asked if the light is on: it is not.", "The response you sent is in English, could I have it in Polish?", "I did not keep the box.",
		"I do not know my account number.", "My answer to your question is yes.", "I'd like the refund paid to my card.", "Is the refund paid to the card or the bank?",
		"When will the refund arrive?", "I have no further questions.", "Your letter came today.", "My phone is broken, so please email me.",
		"I can't do Friday, but Monday works.", "I cannot find the ticket number.", "She is my mother and I speak for her.", "It was the evening of 3 December.",
		"The service was out from 2 to 4 pm.", "I'm happy to wait.", "Could you send the report as a PDF?", "Czego technik ode mnie potrzebuje?",
		"Mieli Państwo zadzwonić we wtorek, to pasuje.", "Lampka się nie świeci.", "Odpowiedź jest po angielsku, czy mogę dostać po polsku?", "Nie mam już pudełka.",
		"Nie znam numeru konta.", "Proszę o zwrot na kartę.", "Kiedy dostanę zwrot?", "Nie mam więcej pytań.",
		"List przyszedł dziś.", "Mam zepsuty telefon, proszę o e-mail.", "W piątek nie mogę, pasuje poniedziałek.", "Nie mogę znaleźć numeru zgłoszenia.",
		"To moja mama, piszę w jej imieniu.", "To było wieczorem 3 grudnia.", "Przerwa trwała od 14 do 16.", "Chętnie poczekam.",
		"Czy mogę dostać raport w PDF?", "Umowa jest na moje nazwisko.", "Proszę pisać na ten adres.",
	} {
		if got, words := wish.Of("Re: Wi-Fi", text, ""); got != complaint.NoWish && got != complaint.WishSatisfied {
			t.Errorf("%q is %q in %q", text, got, words)
		}
	}
}

package language_test

import (
	"testing"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/complaint/language"
)

func TestP17LanguageOfTheCustomer(t *testing.T) {
	t.Parallel()
	tests := map[complaint.Language][]string{
		complaint.English: {
			"Hello", "Thank you", "The internet is down", "No connection in my room since Friday",
			"I have been charged twice and nobody answers my e-mails.",
			"Dear ASK4, my connection has been slow every evening for two weeks. Please send an engineer.",
			"wifi not working again!!! when will you fix this",
			"I spoke to Pan Nowak at the reception and he could not help me with the bill.",
			"Complaint about Łukasz Żak: he was rude to me and to my flatmate when he came for the repair.",
			"I want a refund of my fee because the router was never delivered to me.",
			"You sent my bill to another tenant and I would like to know who got it.",
			"Router dead since Monday", "I live at ul. Piotrkowska 100, Łódź and the line is dead. Regards, Wojciech Świątek",
			"To whom it may concern, the lights on the box are red and there is no signal.",
		},
		complaint.Polish: {
			"Dzień dobry", "Dzien dobry, internet nie dziala", "Proszę o zwrot opłaty", "Brak internetu od piątku, proszę o pomoc.",
			"Od tygodnia nie mam internetu w pokoju 117. Dzwoniłem dwa razy i nikt nie odpowiada.",
			"Witam, w mieszkaniu znowu nie działa łącze. Kiedy przyjdzie technik?",
			"Szanowni Państwo, składam reklamację na wysokość rachunku za listopad.",
			"Prosze o kontakt w sprawie faktury", "Prosze o kontakt", "PILNE!!! BRAK WIFI W MIESZKANIU",
			"Prosze o naprawe, bo place za cos, czego nie ma.",
			"Pan z obsługi był niegrzeczny i odmówił podania nazwiska.",
			"Router ASK4 nie łączy się z Wi-Fi, a support nie odpisuje od trzech dni.",
			"Moje dane osobowe trafiły do innego klienta. Proszę o wyjaśnienie, jak do tego doszło.",
			"Chcę rozwiązać umowę, ponieważ prędkość jest dużo niższa niż obiecana.",
		},
		complaint.Both: {
			"", "ok", "12345", "Jan Nowak", "???",
			"Guten Tag, das Internet im Zimmer 305 fällt jeden Abend aus. Bitte kümmern Sie sich darum.",
			"Bonjour, je n'ai pas de connexion depuis trois jours et personne ne répond.",
			"Hola, no tengo internet desde el lunes. Por favor, ayuda.",
			"Buongiorno, la connessione non funziona da una settimana. Grazie.",
			"Добрий день, у мене не працює інтернет з понеділка.",
			"Здравствуйте, интернет не работает уже неделю.",
			"Dobrý den, nefunguje mi internet, prosím o pomoc. Děkuji.",
			"您好，我的网络从星期一开始无法使用。",
			"Moj internet ne radi od ponedjeljka, molim pomoć.",
			"Bună ziua, nu am internet de ieri.",
			"Goedemorgen, het internet werkt niet en niemand heeft gereageerd. Dank u.",
			"Laba diena, mano kambaryje jau savaitę neveikia internetas, prašau padėti. Ačiū, linkėjimai, Rūta.",
			"Bom dia, não tenho internet desde segunda. Obrigado.",
			"Hej, internet fungerar inte och jag har inte fått något svar. Tack.",
			"Dzień dobry, internet nie działa od piątku, proszę o pomoc. Hello, the internet is not working since Friday, please help me.",
		},
	}
	for want, texts := range tests {
		for _, text := range texts {
			if got := language.Detect(text); got != want {
				t.Errorf("%q: %q, want %q", text, got, want)
			}
		}
	}
}

func FuzzDetect(f *testing.F) {
	f.Add("Dzień dobry")
	f.Fuzz(func(t *testing.T, text string) {
		switch language.Detect(text) {
		case complaint.English, complaint.Polish, complaint.Both:
		default:
			t.Fatal("an unknown language")
		}
	})
}

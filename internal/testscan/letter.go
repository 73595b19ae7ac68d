package testscan

import (
	"fmt"
	"image"
	"math/rand/v2"
	"strings"
	"testing"
)

// Letter is what a letter says, and where.
type Letter struct {
	Language  string // en or pl
	Template  int    // how it is laid out
	Font      string
	Name      string
	Address   []string // the sender's, without the name, with the postcode
	Postcode  string
	Email     string // may be empty
	Phone     string // as written; may be empty
	Account   string // may be empty
	Reference string // ours; may be empty
	Place     string // where it was written, in Polish letters
	Date      string // as written
	Day       string // the same as 2026-11-18
	Body      []string
}

// people are senders: name, address lines, postcode, language.
var people = []struct {
	name, postcode, language string
	lines                    []string
}{
	{"Margaret Holloway", "S10 2TN", "en", []string{"Flat 4, Beech Court", "27 Clarkehouse Road", "Sheffield", "S10 2TN"}},
	{"James O'Connor", "LS6 3PQ", "en", []string{"118 Cardigan Lane", "Headingley", "Leeds LS6 3PQ"}},
	{"Priya Raman", "NG7 1FD", "en", []string{"Room B12, Newton Hall", "8 Lenton Boulevard", "Nottingham", "NG7 1FD"}},
	{"Thomas Whitfield", "M14 5RB", "en", []string{"63 Egerton Crescent", "Manchester M14 5RB"}},
	{"Eleanor Davies", "CF24 4HY", "en", []string{"15 Colum Terrace", "Cathays", "Cardiff", "CF24 4HY"}},
	{"Oliver Bennett", "B29 6QA", "en", []string{"Flat 21, The Quadrant", "402 Bristol Road", "Selly Oak", "Birmingham", "B29 6QA"}},
	{"Ruth Adeyemi", "EH8 9LW", "en", []string{"3 Buccleuch Place", "Edinburgh EH8 9LW"}},
	{"Henry Fairclough", "SW19 8JD", "en", []string{"9 Haydons Road", "Wimbledon", "London SW19 8JD"}},
	{"Susan Patel", "LE2 7EA", "en", []string{"Studio 7, Regent House", "55 Welford Road", "Leicester", "LE2 7EA"}},
	{"Daniel Kirkbride", "YO10 3DD", "en", []string{"22 Heslington Lane", "York", "YO10 3DD"}},
	{"Agnieszka Wróblewska", "31-154", "pl", []string{"ul. Długa 27/4", "31-154 Kraków"}},
	{"Tomasz Śliwiński", "00-575", "pl", []string{"al. Armii Ludowej 6 m. 41", "00-575 Warszawa"}},
	{"Łukasz Jędrzejczak", "S3 7LG", "pl", []string{"Flat 12, Fitzwilliam House", "90 Milton Street", "Sheffield", "S3 7LG"}},
	{"Katarzyna Żurawska", "60-811", "pl", []string{"ul. Świętego Marcina 80/82", "60-811 Poznań"}},
	{"Marek Gołąb", "M6 6PU", "pl", []string{"45 Langworthy Road", "Salford M6 6PU"}},
	{"Zofia Pawłowska", "50-370", "pl", []string{"Wybrzeże Wyspiańskiego 27", "50-370 Wrocław"}},
	{"Piotr Ćwikliński", "LS11 5HN", "pl", []string{"8 Tempest Road", "Beeston", "Leeds", "LS11 5HN"}},
	{"Ewa Nowicka", "80-233", "pl", []string{"ul. Gabriela Narutowicza 11 m. 3", "80-233 Gdańsk"}},
}

var bodies = map[string][][]string{
	"en": {
		{"I am writing to complain about the internet connection in my flat. Since the beginning of October the line has dropped several times every evening, and on two days there was no connection at all.",
			"I reported the fault on 3 November and was told that an engineer would call within two days. Nobody came, and nobody has telephoned since. I had to use my mobile phone to finish work that was due, which cost me £18.40.",
			"Please repair the line, tell me what went wrong, and refund the charge for the two weeks in which the service could not be used."},
		{"My bill for October shows a charge of £35.00 for a router that I never received. I have asked twice for it to be removed. Each time I was promised that it would be put right with the next bill, and each time it was not.",
			"I have paid every bill on time for three years and I am disappointed to be treated like this. I expect the amount to be credited to my account, with a written explanation of how the mistake was made."},
		{"The wireless signal in our shared kitchen is so weak that none of the six people living here can use it. We have been told to move closer to the access point, which is behind a locked door.",
			"This has been going on since we moved in on 12 September. We would like a second access point to be fitted, or a reduction of the monthly fee until the present one works."},
		{"On 5 November I changed to your faster package and was told that the speed would be 500 megabits. I have measured it every day since then and it has never been above 90.",
			"Three calls to the help desk have brought no result, and the last person I spoke to ended the call before I had finished. Please arrange for somebody to look into this, and confirm in writing what I am paying for."},
	},
	"pl": {
		{"Składam reklamację dotyczącą łącza internetowego w moim mieszkaniu. Od początku października połączenie jest przerywane każdego wieczoru, a przez dwa dni nie działało w ogóle.",
			"Awarię zgłosiłam 3 listopada. Obiecano mi wizytę technika w ciągu dwóch dni, lecz nikt nie przyszedł i nikt nie zadzwonił. Proszę o naprawę, wyjaśnienie przyczyny oraz zwrot opłaty za okres, w którym usługa nie działała."},
		{"Na fakturze za październik znalazła się opłata za urządzenie, którego nigdy nie otrzymałem. Dwukrotnie prosiłem o jej usunięcie i za każdym razem słyszałem, że błąd zostanie poprawiony w następnym miesiącu.",
			"Od trzech lat płacę rachunki w terminie i czuję się potraktowany niesprawiedliwie. Oczekuję zwrotu tej kwoty oraz pisemnej odpowiedzi."},
		{"Sygnał sieci bezprzewodowej we wspólnej kuchni jest tak słaby, że nikt z sześciu mieszkańców nie może z niego korzystać. Poradzono nam, abyśmy usiedli bliżej nadajnika, który znajduje się za zamkniętymi drzwiami.",
			"Sytuacja trwa od 12 września. Prosimy o zamontowanie drugiego nadajnika albo o obniżenie miesięcznej opłaty do czasu usunięcia usterki."},
	},
}

var days = []struct{ day, en, pl string }{
	{"2026-11-18", "18 November 2026", "18 listopada 2026 r."},
	{"2026-11-09", "9th November 2026", "9 listopada 2026 r."},
	{"2026-10-27", "27/10/2026", "27.10.2026"},
	{"2026-11-02", "2 November 2026", "2 listopada 2026"},
}

// references are of ours, with their check characters.
var references = []string{
	"ASK4-26-EM6MQ-W", "ASK4-26-QRC54-X", "ASK4-26-MK8N3-W", "ASK4-26-MQ7W3-C", "ASK4-26-PJF68-Q", "ASK4-26-298FE-Q",
	"ASK4-26-XA3PM-K", "ASK4-26-X579K-H", "ASK4-26-PPN3K-Q", "ASK4-26-FA8QJ-4", "ASK4-26-4HTWM-A", "ASK4-26-P2WFX-P",
	"ASK4-26-DMXHJ-Q", "ASK4-26-2PQP4-F", "ASK4-26-2T7JC-F", "ASK4-26-Q6QME-7",
}

// Templates is how many layouts there are.
const Templates = 6

// Letters makes n letters, the same in every run, over all people, layouts, fonts
// and languages. Firm is who they are written to: name and lines.
func Letters(n int) []Letter {
	r := rand.New(rand.NewPCG(7, 11))
	list := make([]Letter, n)
	for i := range list {
		p := people[i%len(people)]
		body := bodies[p.language][r.IntN(len(bodies[p.language]))]
		d := days[r.IntN(len(days))]
		first, last, _ := strings.Cut(strings.ToLower(plain(p.name)), " ")
		l := Letter{Language: p.language, Template: i % Templates, Font: Fonts[(i/2)%len(Fonts)], Name: p.name,
			Address: p.lines, Postcode: p.postcode, Place: "Sheffield", Date: d.en, Day: d.day, Body: body}
		if p.language == "pl" {
			l.Date = d.pl
		}
		if i%2 == 0 {
			l.Email = first + "." + last + "@example.org"
		}
		if i%3 == 0 {
			l.Phone = fmt.Sprintf("07700 900%03d", 100+i*7%900)
		}
		if i%4 == 1 {
			l.Account = fmt.Sprintf("%08d", 40000000+r.IntN(9999999))
		}
		if i%3 == 1 {
			l.Reference = references[i/3%len(references)]
		}
		list[i] = l
	}
	return list
}

// plain takes the diacritics from a Polish name, for an e-mail address.
func plain(s string) string {
	return strings.NewReplacer("ą", "a", "ć", "c", "ę", "e", "ł", "l", "ń", "n", "ó", "o", "ś", "s", "ź", "z", "ż", "z",
		"Ć", "C", "Ł", "L", "Ś", "S", "Ż", "Z", "'", "").Replace(s)
}

// firm is who the letters are written to.
var firm = []string{"ASK4 Complaints", "Devonshire Green House", "14 Fitzwilliam Street", "Sheffield S1 4JL"}

// Print sets the letter on a page.
func (l Letter) Print(t testing.TB, dpi float64) *Page {
	t.Helper()
	p := NewPage(t, dpi)
	w := &writer{Page: p, font: l.Font, points: 11, left: 25, y: 25}
	if l.Font == "mono" {
		w.points = 10
	}
	l.head(w)
	l.opening(w)
	for _, paragraph := range l.Body {
		w.paragraph(paragraph)
	}
	l.closing(w)
	return p
}

// writer writes one line under the other.
type writer struct {
	*Page
	font    string
	points  float64
	left, y float64
}

func (w *writer) leading() float64 { return w.points * 0.3528 * 1.35 }

func (w *writer) line(x float64, s string) {
	w.Write(w.font, w.points, x, w.y, s)
	w.y += w.leading()
}

func (w *writer) block(x float64, lines ...string) {
	for _, s := range lines {
		if s != "" {
			w.line(x, s)
		}
	}
	w.y += w.leading()
}

// paragraph sets words in lines up to the right margin.
func (w *writer) paragraph(s string) {
	line := ""
	for _, word := range strings.Fields(s) {
		if next := strings.TrimSpace(line + " " + word); w.Width(w.font, w.points, next) <= pageWidth-w.left-22 {
			line = next
			continue
		}
		w.line(w.left, line)
		line = word
	}
	w.line(w.left, line)
	w.y += w.leading()
}

// contact is e-mail and phone as a letter has them.
func (l Letter) contact() (lines []string) {
	if l.Phone != "" {
		lines = append(lines, map[string]string{"en": "Tel: ", "pl": "tel. "}[l.Language]+l.Phone)
	}
	if l.Email != "" {
		lines = append(lines, l.Email)
	}
	return lines
}

// head writes who writes, when, and to whom.
func (l Letter) head(w *writer) {
	sender := append(append([]string{l.Name}, l.Address...), l.contact()...)
	date := l.Date
	if l.Language == "pl" {
		date = l.Place + ", " + l.Date
	}
	switch l.Template {
	case 0: // British: sender at the right, the firm at the left below
		w.block(130, sender...)
		w.block(w.left, firm...)
		w.block(w.left, date)
	case 1: // sender at the left, the date at the right
		w.block(w.left, sender...)
		w.block(140, date)
		w.block(w.left, firm...)
	case 2: // sender only under the signature
		w.block(w.left, firm...)
		w.block(w.left, date)
	case 3: // Polish: the date first, the firm at the right
		w.block(135, date)
		w.block(w.left, sender...)
		w.block(120, firm...)
	case 4: // a head in the middle
		middle := func(points float64, s string) {
			w.Write(w.font, points, (pageWidth-w.Width(w.font, points, s))/2, w.y, s)
			w.y += w.leading() * 1.2
		}
		middle(w.points+3, l.Name)
		middle(w.points-1, strings.Join(l.Address, ", "))
		if c := l.contact(); len(c) > 0 {
			middle(w.points-1, strings.Join(c, "   "))
		}
		w.y += w.leading()
		w.block(w.left, date)
		w.block(w.left, firm...)
	case 5: // labelled, as people fill in a form
		labels := map[string][]string{"en": {"Name", "Address", "Date"}, "pl": {"Imię i nazwisko", "Adres", "Data"}}[l.Language]
		w.block(w.left, append([]string{labels[0] + ": " + l.Name, labels[1] + ": " + strings.Join(l.Address, ", "), labels[2] + ": " + l.Date}, l.contact()...)...)
	}
}

// opening writes the salutation and what the letter is about.
func (l Letter) opening(w *writer) {
	if l.Language == "pl" {
		w.block(w.left, "Szanowni Państwo,")
	} else {
		w.block(w.left, "Dear Sir or Madam,")
	}
	if l.Account != "" {
		w.block(w.left, map[string]string{"en": "Account number: ", "pl": "Numer klienta: "}[l.Language]+l.Account)
	}
	if l.Reference != "" {
		w.block(w.left, map[string]string{"en": "Your reference: ", "pl": "Państwa numer sprawy: "}[l.Language]+l.Reference)
	}
}

// closing writes the signature, with room for a name by hand.
func (l Letter) closing(w *writer) {
	if l.Language == "pl" {
		w.line(w.left, "Z poważaniem")
	} else {
		w.line(w.left, "Yours faithfully,")
	}
	w.y += 2 * w.leading()
	w.line(w.left, l.Name)
	if l.Template == 2 {
		for _, s := range append(append([]string{}, l.Address...), l.contact()...) {
			w.line(w.left, s)
		}
	}
}

// Sheet prints a code in the middle of a page with words under it, as a separator
// has it; wide is the code's width in millimetres.
func Sheet(t testing.TB, dpi float64, code *image.Gray, wide float64, words string) *Page {
	t.Helper()
	p := NewPage(t, dpi)
	p.Picture(code, (pageWidth-wide)/2, 60, wide)
	p.Write("sans", 24, 30, 40, words)
	return p
}

package detail

import (
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"github.com/google/go-cmp/cmp"
)

// arrival is a Wednesday, in winter time.
var arrival = time.Date(2026, 3, 18, 10, 0, 0, 0, time.UTC)

// lines gives details as "kind value" lines, or "kind value <text>" where the text
// differs from the value, in order.
func lines(details []complaint.Detail) []string {
	out := []string{}
	for _, d := range details {
		line := string(d.Kind) + " " + d.Value
		if d.Text != d.Value {
			line += " <" + d.Text + ">"
		}
		out = append(out, line)
	}
	return out
}

func want(rows string) []string {
	out := []string{}
	for row := range strings.SplitSeq(rows, "|") {
		if row != "" {
			out = append(out, row)
		}
	}
	return out
}

type snippet struct {
	text string
	want string // rows parted by |
}

func checkSnippets(t *testing.T, snippets map[string]snippet) {
	t.Helper()
	f := New(Options{Staff: staff(), Own: []string{"complaints@ask4.example", "@news.ask4.example", "0114 303 3232"}})
	for name, c := range snippets {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := f.FindMessage("", c.text, "Jane Smith", "j.smith@example.org", arrival)
			if diff := cmp.Diff(want(c.want), lines(got)); diff != "" {
				t.Errorf("%q (-want +got):\n%s", c.text, diff)
			}
			checkPlaces(t, c.text, got)
		})
	}
}

// checkPlaces proves that each place holds its text, and the order.
func checkPlaces(t *testing.T, text string, details []complaint.Detail) {
	t.Helper()
	runes := []rune(text)
	last := 0
	for _, d := range details {
		w := d.Where
		if w.Start < last || w.End <= w.Start || w.End > len(runes) || string(runes[w.Start:w.End]) != d.Text {
			t.Errorf("%s %q stands at %d to %d, which is not its place", d.Kind, d.Text, w.Start, w.End)
		}
		if d.Confidence <= 0 || d.Confidence > 1 || d.Value == "" {
			t.Errorf("%s %q has value %q and confidence %v", d.Kind, d.Text, d.Value, d.Confidence)
		}
		last = w.Start
	}
}

func TestNumbers(t *testing.T) {
	t.Parallel()
	ref, err := complaint.NewReference("ASK4", 2026)
	if err != nil {
		t.Fatal(err)
	}
	checkSnippets(t, map[string]snippet{
		"service desk form": {"I was given INC0012345 by your colleague.", "ticket INC0012345"},
		"hash":              {"See #123456, which you closed.", "ticket 123456"},
		"ticket":            {"You closed ticket 4711 without a word.", "ticket 4711"},
		"lower case":        {"my ticket inc0048213 is still open", "ticket INC0048213 <inc0048213>"},
		"case number":       {"The case number ABC-123 was mentioned.", "ticket ABC-123"},
		"case number is":    {"My case number is 88231.", "ticket 88231"},
		"desk form behind":  {"Zgłoszenie INC 0012345 wisi.", "ticket INC0012345 <INC 0012345>"},
		"two tickets":       {"Tickets 4711 and 4712 are both mine.", "ticket 4711|ticket 4712"},
		"three with commas": {"ticket numbers: 10231, 10232 and 10240", "ticket 10231|ticket 10232|ticket 10240"},
		"ref":               {"Your ref: XY/2026/123", "ticket XY/2026/123"},
		"ref no.":           {"Ref. no. 5512-88", "ticket 5512-88"},
		"own form":          {"They told me BLD-20417 covers it.", "ticket BLD-20417"},
		"bracketed":         {"Re: [Ticket#2026031210000017] no connection", "ticket 2026031210000017"},
		"zgłoszenie nr":     {"Moje zgłoszenie nr 12345 jest nadal otwarte.", "ticket 12345"},
		"numer zgłoszenia":  {"Numer zgłoszenia: INC0099887", "ticket INC0099887"},
		"numer sprawy":      {"Numer sprawy to 778/2026.", "ticket 778/2026"},
		"w sprawie nr":      {"piszę w sprawie nr AB-5512", "ticket AB-5512"},
		"our reference":     {"Complaint " + string(ref) + ", my answer", "reference " + string(ref)},
		"our reference retyped": {"re " + strings.ToLower(strings.ReplaceAll(string(ref), "-", " ")), "reference " + string(ref) + " <" +
			strings.ToLower(strings.ReplaceAll(string(ref), "-", " ")) + ">"},
		"account number":        {"My account number is 40017733.", "account 40017733"},
		"account in groups":     {"Account number: 4001 7733", "account 40017733 <4001 7733>"},
		"customer no.":          {"customer no. C-99812", "account C-99812"},
		"account alone":         {"I pay from account 5550123 every month", "account 5550123"},
		"numer klienta":         {"Numer klienta: 555123", "account 555123"},
		"nr umowy":              {"nr umowy 123/2026", "account 123/2026"},
		"numer konta":           {"mój numer konta to 99887766", "account 99887766"},
		"room":                  {"I am in Room 12B.", "room 12B <Room 12B>"},
		"flat":                  {"Nobody came to flat 4.", "room 4 <flat 4>"},
		"building and room":     {"I live in Building C, room 214", "room Building C 214 <Building C, room 214>"},
		"room and building":     {"Room 7, Block B has no signal", "room Block B 7 <Room 7, Block B>"},
		"pokój":                 {"Mieszkam w pokoju 214 od września.", "room 214 <pokoju 214>"},
		"pokój nr":              {"pokój nr 12a nie ma internetu", "room 12A <pokój nr 12a>"},
		"mieszkanie":            {"Proszę przyjść do mieszkania 5.", "room 5 <mieszkania 5>"},
		"label within the form": {"Incident number is INC-004432.", "ticket INC-004432"},
		"o numerach":            {"zgłoszenia o numerach 3344 i 3345", "ticket 3344|ticket 3345"},
		"mixed identifier":      {"Your reference CAS-12345-X7Y8Z9", "ticket CAS-12345-X7Y8Z9"},
		"cluster":               {"Cluster 4 Room C", "room Cluster 4 C <Cluster 4 Room C>"},
		"floor and room":        {"Rm 4.21 is cold", "room 4.21 <Rm 4.21>"},
		"label in the number":   {"Re: [CASE-00918273] outage", "ticket CASE-00918273"},
		"desk form with space":  {"It was INC 0012345 then", "ticket INC0012345 <INC 0012345>"},
		"customer ref":          {"customer ref ABC1234", "account ABC1234"},
		"a room and a ticket":   {"Room 3, ticket 991122", "room 3 <Room 3>|ticket 991122"},
	})
}

func TestTimes(t *testing.T) {
	t.Parallel()
	checkSnippets(t, map[string]snippet{
		"long":                  {"It failed on 12 March 2026.", "time 2026-03-12 <12 March 2026>"},
		"day first":             {"since 12/03/2026 nothing works", "time 2026-03-12 <12/03/2026>"},
		"shortest, with time":   {"I called on 3.3.26 at 16:05.", "time 2026-03-03T16:05:00Z <3.3.26 at 16:05>"},
		"shortest, Polish":      {"Dzwoniłem 3.3.26 o 16.05 i nic.", "time 2026-03-03T16:05:00Z <3.3.26 o 16.05>"},
		"no year, Polish":       {"Dzwoniłam 3.03 o 16:05, bez skutku.", "time 2026-03-03T16:05:00Z <3.03 o 16:05>"},
		"chapter":               {"Chapter 3.3.26 of the contract says so.", ""},
		"full stop inside":      {"W piątek 13.03. o 18.00 padło.", "time 2026-03-13T18:00:00Z <piątek 13.03. o 18.00>"},
		"o'clock":               {"until 8 o'clock on Saturday", "time 2026-03-14T08:00:00Z <8 o'clock on Saturday>"},
		"genitive":              {"od zeszłego piątku", "time 2026-03-13 <zeszłego piątku>"},
		"short year":            {"on 03/02/26 you wrote", "time 2026-02-03 <03/02/26>"},
		"ISO":                   {"logged 2026-03-12 as closed", "time 2026-03-12"},
		"ISO instant":           {"log: 2026-03-12T15:30:00Z link down", "time 2026-03-12T15:30:00Z"},
		"ISO instant elsewhere": {"2026-07-01T15:30:00+02:00 up", "time 2026-07-01T14:30:00+01:00 <2026-07-01T15:30:00+02:00>"},
		"Polish dots":           {"W dniu 12.03.2026 r. dzwoniłem do Państwa.", "time 2026-03-12 <12.03.2026>"},
		"Polish with hour":      {"12.03.2026 r. o godz. 15.30 nie było sieci", "time 2026-03-12T15:30:00Z <12.03.2026 r. o godz. 15.30>"},
		"with time":             {"on 12/03/2026 14:05 the line dropped", "time 2026-03-12T14:05:00Z <12/03/2026 14:05>"},
		"summer time":           {"1 July 2025 at 3pm", "time 2025-07-01T15:00:00+01:00 <1 July 2025 at 3pm>"},
		"yesterday":             {"I rang yesterday at 3pm.", "time 2026-03-17T15:00:00Z <yesterday at 3pm>"},
		"last Tuesday":          {"You promised it last Tuesday.", "time 2026-03-17 <last Tuesday>"},
		"last Wednesday":        {"and last Wednesday too", "time 2026-03-11 <last Wednesday>"},
		"on Friday":             {"An engineer came on Friday.", "time 2026-03-13 <Friday>"},
		"weekday last week":     {"It broke on Thursday last week.", "time 2026-03-12 <Thursday last week>"},
		"weekday and date":      {"on Tuesday, 10 March 2026 at 9.15am", "time 2026-03-10T09:15:00Z <Tuesday, 10 March 2026 at 9.15am>"},
		"month first":           {"On March 2nd, 2026 I called.", "time 2026-03-02 <March 2nd, 2026>"},
		"short names":           {"Sent: Tue, 3 Mar 2026 16:12", "time 2026-03-03T16:12:00Z <Tue, 3 Mar 2026 16:12>"},
		"time first":            {"I called at 10.30am on 5th of November.", "time 2025-11-05T10:30:00Z <10.30am on 5th of November>"},
		"p.m.":                  {"on 2 March at 4 p.m. exactly", "time 2026-03-02T16:00:00Z <2 March at 4 p.m.>"},
		"evening":               {"yesterday evening at 8:15 it went off", "time 2026-03-17T20:15:00Z <yesterday evening at 8:15>"},
		"noon":                  {"at noon on 2 March 2026", "time 2026-03-02T12:00:00Z <noon on 2 March 2026>"},
		"ago":                   {"I wrote 3 days ago and two weeks ago.", "time 2026-03-15 <3 days ago>|time 2026-03-04 <two weeks ago>"},
		"last night":            {"No connection last night.", "time 2026-03-17 <last night>"},
		"leap day":              {"on 29 February nothing worked", "time 2024-02-29 <29 February>"},
		"year not yet come":     {"since 30 December", "time 2025-12-30 <30 December>"},
		"wczoraj":               {"Dzwoniłam wczoraj o 15:30.", "time 2026-03-17T15:30:00Z <wczoraj o 15:30>"},
		"w zeszły wtorek":       {"W zeszły wtorek nikt nie przyszedł.", "time 2026-03-17 <zeszły wtorek>"},
		"w piątek":              {"w piątek o 18 znów padło", "time 2026-03-13T18:00:00Z <piątek o 18>"},
		"marca":                 {"Od 12 marca nie mam internetu.", "time 2026-03-12 <12 marca>"},
		"listopada ok. godz.":   {"3 listopada ok. godz. 14 dzwoniłem", "time 2025-11-03T14:00:00Z <3 listopada ok. godz. 14>"},
		"without signs":         {"5 pazdziernika 2025 roku o godzinie 9:05", "time 2025-10-05T09:05:00+01:00 <5 pazdziernika 2025 roku o godzinie 9:05>"},
		"Roman month":           {"pismo z 12 III 2026", "time 2026-03-12 <12 III 2026>"},
		"dni temu":              {"Pisałem dwa dni temu oraz tydzień temu.", "time 2026-03-16 <dwa dni temu>|time 2026-03-11 <tydzień temu>"},
		"hour first, Polish":    {"o 14:20 w dniu 2 marca 2026", "time 2026-03-02T14:20:00Z <14:20 w dniu 2 marca 2026>"},
		"two sentences, Polish": {"Do 9 rano. Dnia 5 marca padło.", "time 2026-03-05 <5 marca>"},
		"br.":                   {"12 stycznia br. o 9 rano", "time 2026-01-12T09:00:00Z <12 stycznia br. o 9 rano>"},
		"około":                 {"Dnia 5 marca około 17.", "time 2026-03-05T17:00:00Z <5 marca około 17>"},
		"month first, numbers":  {"on 01/25/2026 it broke", "time 2026-01-25 <01/25/2026>"},
		"range":                 {"the weekend of 7-8 March 2026", "time 2026-03-08 <8 March 2026>"},
		"r. without space":      {"Dnia 1.03.2026r. o godz. 8:00", "time 2026-03-01T08:00:00Z <1.03.2026r. o godz. 8:00>"},
		"1-go":                  {"1-go marca padło", "time 2026-03-01 <1-go marca>"},
		"wczorajszym":           {"w dniu wczorajszym ok. godziny 18.00", "time 2026-03-17T18:00:00Z <wczorajszym ok. godziny 18.00>"},
		"weekday, short date":   {"W sobotę 7.03 o 11:15", "time 2026-03-07T11:15:00Z <sobotę 7.03 o 11:15>"},
		"tomorrow":              {"The exam is tomorrow at 10am", "time 2026-03-19T10:00:00Z <tomorrow at 10am>"},
		"zone":                  {"15:30 BST on 12 July 2025", "time 2025-07-12T15:30:00+01:00 <15:30 BST on 12 July 2025>"},
		"weekday ends sentence": {"Tak było w poniedziałek. Dnia 10 marca też.", "time 2026-03-16 <poniedziałek>|time 2026-03-10 <10 marca>"},
		"two sentences":         {"I rang on 2 March. At 3pm I gave up.", "time 2026-03-02 <2 March>"},
	})
}

func TestContacts(t *testing.T) {
	t.Parallel()
	checkSnippets(t, map[string]snippet{
		"mobile":                   {"Call me on 07911 123456 please.", "phone +447911123456 <07911 123456>"},
		"invented mobile":          {"from 07700 900123", "phone +447700900123 <07700 900123>"},
		"landline":                 {"My number is 020 7946 0018", "phone +442079460018 <020 7946 0018>"},
		"international":            {"Tel: +44 (0)114 496 0123", "phone +441144960123 <+44 (0)114 496 0123>"},
		"Polish below English":     {"Nothing works. tel 512-345-678", "phone +48512345678 <512-345-678>"},
		"Polish, asked to call":    {"Zadzwońcie na 512345678 po 17.", "phone +48512345678 <512345678>"},
		"double zero":              {"0044 7911 123456", "phone +447911123456 <0044 7911 123456>"},
		"two phones":               {"07911 123456 or 0114 496 0123", "phone +447911123456 <07911 123456>|phone +441144960123 <0114 496 0123>"},
		"Polish mobile":            {"Proszę dzwonić pod numer 601 234 567, dziękuję.", "phone +48601234567 <601 234 567>"},
		"Polish mobile, labelled":  {"Brak internetu. Telefon: 601 234 567", "phone +48601234567 <601 234 567>"},
		"glued label":              {"Reach me: tel.07911123456", "phone +447911123456 <07911123456>"},
		"speeds":                   {"I get 20-100 Mbps most days.", ""},
		"Polish landline":          {"Mój telefon: 22 123 45 67, proszę o kontakt", "phone +48221234567 <22 123 45 67>"},
		"Polish with code":         {"call +48 601-234-567", "phone +48601234567 <+48 601-234-567>"},
		"British in Polish":        {"Dzwoniłam z numeru 07911 123456 wielokrotnie, proszę sprawdzić", "phone +447911123456 <07911 123456>"},
		"two phones, slash":        {"07911 123457/07911 123458", "phone +447911123457 <07911 123457>|phone +447911123458 <07911 123458>"},
		"address after a sentence": {"I moved. 5 Oak Close, Nottingham, NG7 2RD is new.", "address 5 Oak Close, Nottingham, NG7 2RD|postcode NG7 2RD"},
		"two Polish addresses": {"os. Słoneczne 4/17, 31-958 Kraków; adres: ulica Wiejska 4, 00-902 Warszawa",
			"address os. Słoneczne 4/17, 31-958 Kraków|postcode 31-958|address ulica Wiejska 4, 00-902 Warszawa|postcode 00-902"},
		"lines with commas":    {"Room 5,\nEdward Street Flats,\nSheffield,\nS3 7GB.", "address Room 5, Edward Street Flats, Sheffield, S3 7GB <Room 5,\nEdward Street Flats,\nSheffield,\nS3 7GB>|room 5 <Room 5>|postcode S3 7GB"},
		"room in the sentence": {"Mieszkam w pokoju 12, ul. Akademicka 5, 44-100 Gliwice", "address pokoju 12, ul. Akademicka 5, 44-100 Gliwice|room 12 <pokoju 12>|postcode 44-100"},
		"passport":             {"mój paszport to 123456789, proszę się nie dziwić", ""},
		"own phone":            {"I called 0114 303 3232 and waited.", ""},
		"e-mail":               {"Write to Jane.Smith@Example.ORG.", "email Jane.Smith@example.org <Jane.Smith@Example.ORG>"},
		"in brackets":          {"<mailto:j_s+x@mail.example.co.uk>", "email j_s+x@mail.example.co.uk"},
		"own addresses":        {"complaints@ask4.example, Complaints+abc@ASK4.example, x@news.ask4.example", ""},
		"British address":      {"I live at 14 Larch Avenue, Wakefield, WF1 3QX.", "address 14 Larch Avenue, Wakefield, WF1 3QX|postcode WF1 3QX"},
		"address with flat":    {"I live at Flat 4, 12 High Street, Sheffield S1 4DP.", "address Flat 4, 12 High Street, Sheffield S1 4DP|room 4 <Flat 4>|postcode S1 4DP"},
		"address in lines":     {"Please write to:\n\nMr T Brown\n22 Quay Road\nWhitby\nYO21 1DH\n", "address 22 Quay Road, Whitby, YO21 1DH <22 Quay Road\nWhitby\nYO21 1DH>|postcode YO21 1DH"},
		"labelled address":     {"Address: 3 Mill Lane, Leeds LS1 4AP", "address 3 Mill Lane, Leeds LS1 4AP|postcode LS1 4AP"},
		"postcode joined":      {"The postcode is sw1a1aa.", "postcode SW1A 1AA <sw1a1aa>"},
		"postcode lower case":  {"we are in s3 8gh and have no service", "postcode S3 8GH <s3 8gh>"},
		"Polish address": {"Mieszkam przy ul. Długiej 12 m. 5, 00-950 Warszawa.",
			"address ul. Długiej 12 m. 5, 00-950 Warszawa|room 5 <m. 5>|postcode 00-950"},
		"Polish address with its country": {"Jan Lis\nul. Polna 7/12\n31-042 Kraków\nPolska", "address ul. Polna 7/12, 31-042 Kraków, Polska <ul. Polna 7/12\n31-042 Kraków\nPolska>|postcode 31-042"},
		"country and more":                {"I moved to 12 High Street, Leeds LS1 4HD, United Kingdom, in May.", "address 12 High Street, Leeds LS1 4HD, United Kingdom|postcode LS1 4HD"},
		"no country":                      {"I moved to 12 High Street, Leeds LS1 4HD. Poland is warmer.", "address 12 High Street, Leeds LS1 4HD|postcode LS1 4HD"},
		"Polish address in lines":         {"Jan Lis\nul. Polna 7/12\n31-042 Kraków", "address ul. Polna 7/12, 31-042 Kraków <ul. Polna 7/12\n31-042 Kraków>|postcode 31-042"},
		"kod pocztowy":                    {"kod pocztowy 80-180", "postcode 80-180"},
	})
}

func TestPeople(t *testing.T) {
	t.Parallel()
	checkSnippets(t, map[string]snippet{
		"full name":              {"I spoke to Sarah Johnson.", "staff Sarah Johnson"},
		"small letters":          {"sarah johnson hung up on me", "staff Sarah Johnson <sarah johnson>"},
		"possessive":             {"Sarah Johnson's answer was rude", "staff Sarah Johnson"},
		"last name first":        {"Johnson, Sarah took the call", "staff Sarah Johnson <Johnson, Sarah>"},
		"initial":                {"S. Johnson signed it", "staff Sarah Johnson <S. Johnson>"},
		"title":                  {"Mr O'Brien promised to call.", "staff Sean O'Brien <O'Brien>"},
		"title Ms":               {"Ms. Johnson was kind.", "staff Sarah Johnson <Johnson>"},
		"alias":                  {"then Mike W answered", "staff Michał Wiśniewski <Mike W>"},
		"title, two of the name": {"Mrs. Kowalska was kind", "staff Anna Kowalska <Kowalska>"},
		"initials":               {"Yours faithfully\n\nMr. A. B. Carter", "name A. B. Carter"},
		"Polish titles":          {"Z wyrazami szacunku,\nmgr inż. Tomasz Zieliński", "name Tomasz Zieliński"},
		"best":                   {"Best,\nJane", "name Jane"},
		"curly apostrophe":       {"Mr Sean O’Brien and Seana O'Briena", "staff Sean O'Brien <Sean O’Brien>|staff Sean O'Brien <Seana O'Briena>"},
		"middle initial":         {"Sarah J. Johnson", "staff Sarah Johnson <Sarah J. Johnson>"},
		"half a double name":     {"Agnieszka Zając? Agnieszka Kowalska!", "staff Agnieszka Kowalska-Zając <Agnieszka Kowalska>"},
		"first name":             {"I spoke with Sarah again", "staff Sarah Johnson <Sarah>"},
		"dative":                 {"Mówiłem to Annie Kowalskiej.", "staff Anna Kowalska <Annie Kowalskiej>"},
		"instrumental":           {"rozmawiałam z Piotrem Nowakiem", "staff Piotr Nowak <Piotrem Nowakiem>"},
		"instrumental alone":     {"rozmowa z Panem Nowakiem", "staff Piotr Nowak <Nowakiem>"},
		"genitive":               {"od Michała Wiśniewskiego", "staff Michał Wiśniewski <Michała Wiśniewskiego>"},
		"without signs":          {"z Michalem Wisniewskim", "staff Michał Wiśniewski <Michalem Wisniewskim>"},
		"double name":            {"z Agnieszką Kowalską-Zając", "staff Agnieszka Kowalska-Zając <Agnieszką Kowalską-Zając>"},
		"changed stem":           {"Przyznałem to Agnieszce Kowalskiej-Zając i Markowi Gołębiowi", "staff Agnieszka Kowalska-Zając <Agnieszce Kowalskiej-Zając>|staff Marek Gołąb <Markowi Gołębiowi>"},
		"dropped vowel":          {"z Pawłem Kupcem oraz Jerzym Wójcikiem", "staff Paweł Kupiec <Pawłem Kupcem>|staff Jerzy Wójcik <Jerzym Wójcikiem>"},
		"softened":               {"Powiedziałem Oldze Mazur", "staff Olga Mazur <Oldze Mazur>"},
		"turned, inflected":      {"skarga na Kowalską Annę", "staff Anna Kowalska <Kowalską Annę>"},
		"my name is":             {"My name is Robert Hill and I pay on time.", "name Robert Hill"},
		"nazywam się":            {"Nazywam się Ewa Lis, mam problem", "name Ewa Lis"},
		"labelled name":          {"Imię i nazwisko: Tomasz Lis", "name Tomasz Lis"},
		"I am":                   {"I am Jane Smith, a student.", "name Jane Smith"},
		"signature":              {"It is slow.\n\nKind regards,\nRobert Hill", "name Robert Hill"},
		"signature, blank line":  {"Thank you.\n\nBest wishes\n\nMary-Jane O'Neill\n", "name Mary-Jane O'Neill"},
		"one line":               {"Regards, Robert", "name Robert"},
		"Polish signature":       {"Z poważaniem\nEwa Lis", "name Ewa Lis"},
		"pozdrawiam":             {"Pozdrawiam serdecznie,\nJan Łąski", "name Jan Łąski"},
		"sender in text":         {"The contract is in the name of Smith, Jane", "name Smith, Jane"},
		"staff signature":        {"Kind regards,\nSarah Johnson", "staff Sarah Johnson"},
		"device signature":       {"Thanks\n\nSent from my phone", ""},
	})
}

func TestFlags(t *testing.T) {
	t.Parallel()
	checkSnippets(t, map[string]snippet{
		"GDPR":           {"This breaches the GDPR.", "personal_data gdpr <GDPR>"},
		"subject access": {"Treat this as a Subject Access Request.", "personal_data subject access request <Subject Access Request>"},
		"personal data":  {"Delete my personal data", "personal_data personal data"},
		"ICO":            {"I shall go to the ICO", "personal_data ico <ICO>"},
		"RODO":           {"Zgodnie z RODO żądam odpowiedzi", "personal_data rodo <RODO>"},
		"dane osobowe":   {"gdzie są moje dane osobowe", "personal_data dane osobowe"},
		"wyciek danych":  {"To jest wyciek danych!", "personal_data wyciek danych"},
		"threat":         {"I know where you live.", "conduct know where you live"},
		"abuse":          {"You are fucking useless", "conduct fucking"},
		"masked":         {"you f***ing lot, k**wa", "conduct f***ing|conduct k**wa"},
		"Polish abuse":   {"ale z was kretyni", "conduct kretyni"},
		"with a comma":   {"Wiem, gdzie mieszkasz.", "conduct wiem, gdzie mieszkasz <Wiem, gdzie mieszkasz>"},
		"no threat":      {"You will regret losing me as a customer.", ""},
		"Polish threat":  {"Pożałujecie tego.", "conduct pożałujecie <Pożałujecie>"},
	})
}

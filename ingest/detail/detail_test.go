package detail

import (
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"github.com/google/go-cmp/cmp"
)

func staff() []StaffName {
	return []StaffName{
		{Name: "Anna Kowalska"}, {Name: "Piotr Nowak"}, {Name: "Michał Wiśniewski", Aliases: []string{"Mike W"}},
		{Name: "Sean O'Brien"}, {Name: "Agnieszka Kowalska-Zając"}, {Name: "Marek Gołąb"}, {Name: "Sarah Johnson"},
		{Name: "Olga Mazur"}, {Name: "Paweł Kupiec"}, {Name: "Jerzy Wójcik"},
	}
}

// hostile is what the kinds begin with, to be repeated without end.
func hostile() map[string]string {
	return map[string]string{
		"digits": "1", "spaced digits": "0 ", "at": "a@", "dots": "a.", "letters": "a", "at sign": "@", "groups": "0770 ",
		"dates": "12/03/2026 ", "half dates": "12/", "postcodes": "S1 4DP\n", "commas": "S1 4DP,", "lines": "12 High Street\n", "regards": "regards\n",
		"tickets": "ticket 4711 ", "labels": "ticket number ", "names": "Anna Kowalska ", "titles": "Mr A. ", "sender": "Jane ", "references": "ASK4-26-",
		"iso": "2026-03-12T15:30:00Z ", "plus": "+44 ", "invalid": "\xff", "phone": "07700 900123 ", "swear": "kurwa ", "urls": "http://a1 ", "ends": "last ",
	}
}

// Texts that must give nothing at all.
func TestNothing(t *testing.T) {
	t.Parallel()
	f := New(Options{Staff: staff()})
	for _, text := range []string{
		"", " \n\n", "Hello,",
		"I pay £24.99 a month for 100 Mbps and get 3.5 Mbps.",
		"That is 1,250.00 zł, or 300 GBP, or €19.",
		"Your 24/7 support is closed, 365 days a year.",
		"Firmware 1.4.12, version 10.15.7, Windows 11, build 22631.",
		"I tried 3/4 of the sockets and 50% failed, 10-12 times.",
		"The router at 192.168.1.254 answers in 20 ms, port 8080.",
		"MAC 00:1A:2B:3C:4D:5E and 2001:db8::1",
		"In case 2 people call, 10000 customers and 500000 users agree.",
		"It took 45 minutes, then 2 hours, then 5 days.",
		"A flat rate of 20 pounds, 2 rooms, and a unit price.",
		"You may call it what you want; march on.",
		"Open Monday to Friday, every Tuesday.",
		"WPA2-PSK, IEEE 802.11, ISO-9001, UTF-8, COVID-19, RTX-4090",
		"https://example.org/tickets/123456?phone=07911123456&d=2026-03-12",
		"see www.example.org/case/99887766/room12",
		"Anna met another Kowalska-like person; I like Nowak as a name.",
		"I request 100 Mbps, order 2 more, query 3 times.",
		"It is a crying shame, ridiculous and unacceptable; I am angry.",
		"To jest skandal i kpina, jestem wściekły.",
		"Płacę 59,99 zł za 300 Mb/s od 2 lat, a mam 10-20 Mb/s.",
		"Minęło 14 dni i 3 godziny, 100% czasu bez sieci, 2 razy dziennie.",
		"Thanks,\nThe team",
		"Call me at 3.",
		"a@b, @home, foo@, user@localhost",
		"The bill was 07 and then 08 or 2026 of them.",
		"He scored 10:2.",
		"My sort code is 20-45-67, account 12345678.",
		"nr konta 12 1020 5558 1111 1234 5678 9012",
		"Dickens wrote it in Scunthorpe; the cockpit is assumed.",
		"[cid:image001.png@01DABC12.34567890]",
	} {
		got := f.FindMessage(text, text, "Jane Smith", "jane@example.org", arrival)
		if len(got) != 0 {
			t.Errorf("%q gives %q", text, lines(got))
		}
		if got == nil {
			t.Errorf("%q gives nil", text)
		}
	}
}

func TestParts(t *testing.T) {
	t.Parallel()
	got := FindMessage("Zażółć ticket 4711", "ść: ticket 4712", "", "", Options{})
	want := []complaint.Detail{
		{Kind: complaint.DetailTicket, Value: "4711", Text: "4711", Confidence: 0.8, Where: complaint.Place{Part: "subject", Start: 14, End: 18}},
		{Kind: complaint.DetailTicket, Value: "4712", Text: "4712", Confidence: 0.8, Where: complaint.Place{Part: "text", Start: 11, End: 15}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Without an arrival there is nothing to measure from.
func TestNoArrival(t *testing.T) {
	t.Parallel()
	text := "Yesterday at 3pm, last Tuesday, 12 March, 3 days ago, and on 2 March 2026."
	want := []string{"time 2026-03-02 <2 March 2026>"}
	if diff := cmp.Diff(want, lines(Find("text", text, Options{}))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	warsaw, err := time.LoadLocation("Europe/Warsaw")
	if err != nil {
		t.Fatal(err)
	}
	ref, err := complaint.NewReference("FIRM", 2026)
	if err != nil {
		t.Fatal(err)
	}
	opt := Options{Prefix: "FIRM", Region: "PL", Location: warsaw, Arrival: arrival, Own: []string{"22 123 45 67"}}
	text := string(ref) + ", 601 234 567, tel. 22 123 45 67, 2 March 2026 at 10:00, wczoraj"
	want := []string{"reference " + string(ref), "phone +48601234567 <601 234 567>",
		"time 2026-03-02T10:00:00+01:00 <2 March 2026 at 10:00>", "time 2026-03-17 <wczoraj>"}
	if diff := cmp.Diff(want, lines(Find("text", text, opt))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Who is named in full comes before who shares half of the name.
func TestStaffAlike(t *testing.T) {
	t.Parallel()
	opt := Options{Staff: []StaffName{{Name: "Anna Lis-Kot"}, {Name: "Anna Lis"}, {Name: "Jan Lis"}}}
	text := "Anna Lis, Anna Lis-Kot, Anną Lis-Kot, Pan Jan, Pani Anna, J. Lis"
	want := []string{"staff Anna Lis", "staff Anna Lis-Kot", "staff Anna Lis-Kot <Anną Lis-Kot>", "staff Jan Lis <Jan>", "staff Jan Lis <J. Lis>"}
	if diff := cmp.Diff(want, lines(Find("text", text, opt))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A name of everyday words is one only where it is written as a name.
func TestStaffOfEverydayWords(t *testing.T) {
	t.Parallel()
	f := New(Options{Staff: []StaffName{{Name: "Will Price"}, {Name: "May Green"}, {Name: "Katarzyna Maj"}, {Name: "Paweł Zając"}, {Name: "Adam Price"}}})
	for text, want := range map[string][]string{
		"I will price this. Green is on, may green be good?": {},
		"W maju Katarzyna, moja córka, to widziała.":         {},
		"A Price increase; it should be mended by May.":      {},
		"Will Price and A. Price said no.":                   {"staff Will Price", "staff Adam Price <A. Price>"},
		"Katarzyny Maj nie było.":                            {"staff Katarzyna Maj <Katarzyny Maj>"},
		"zajac pawel nic nie zrobil":                         {"staff Paweł Zając <zajac pawel>"},
	} {
		if diff := cmp.Diff(want, lines(f.Find("text", text, arrival))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

// Near midnight the day of arrival is the one of the firm's zone.
func TestArrivalDay(t *testing.T) {
	t.Parallel()
	late := time.Date(2026, 7, 1, 23, 30, 0, 0, time.UTC) // already 2 July in London
	got := Find("text", "yesterday", Options{Arrival: late})
	if diff := cmp.Diff([]string{"time 2026-07-01 <yesterday>"}, lines(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Bytes that are not UTF-8 count as one rune each, as []rune counts them.
func TestInvalidUTF8(t *testing.T) {
	t.Parallel()
	text := "\xff\xfe ticket 4711 \xc5"
	got := Find("text", text, Options{})
	checkPlaces(t, text, got)
	if diff := cmp.Diff([]string{"ticket 4711"}, lines(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A whole complaint gives its evidence, and each fact its place.
func TestLetter(t *testing.T) {
	t.Parallel()
	text := letter(t)
	got := New(Options{Staff: staff()}).Find("text", text, arrival)
	checkPlaces(t, text, got)
	all := strings.Join(lines(got), "\n")
	for _, row := range []string{
		"name Jane Smith", "room Building C 12B <Room 12B, Building C>", "account 40017733", "time 2026-03-02T09:15:00Z",
		"phone +447700900123", "staff Sarah Johnson", "ticket INC0048213", "time 2026-03-05T15:30:00Z", "staff Sean O'Brien", "ticket BLD-20417",
		"phone +441144960123", "email jane.smith@example.org", "time 2026-03-17T16:00:00Z", "personal_data data breach",
		"address 14 Larch Avenue, Wakefield, WF1 3QX", "postcode WF1 3QX",
		"address Room 12B, Building C, Calder Quay, Sheffield, S3 8GH", "ticket 1180342",
	} {
		if !strings.Contains(all, row) {
			t.Errorf("%q is missing in\n%s", row, all)
		}
	}
	if strings.Contains(all, "conduct") || strings.Contains(all, "2012") {
		t.Errorf("too much is found in\n%s", all)
	}
}

// What repeats without end gives a bounded list with right places.
func TestHostile(t *testing.T) {
	t.Parallel()
	f := New(Options{Staff: staff()})
	for name, unit := range hostile() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.Repeat(unit, 300<<10/len(unit))
			got := f.Find("text", text, arrival)
			if len(got) > maxDetails {
				t.Errorf("%d details", len(got))
			}
			if len(got) > 0 {
				checkPlaces(t, text, got)
			}
		})
	}
}

func FuzzFind(f *testing.F) {
	for _, unit := range hostile() {
		f.Add(unit+unit, unit)
	}
	f.Add("Skarga, ticket 4711", "I live at Flat 4, 12 High Street, Sheffield S1 4DP.\nKind regards,\nJane Smith")
	f.Add("12.03.2026 r. o godz. 15.30", "Mieszkam przy ul. Długiej 12 m. 5, 00-950 Warszawa. z Panem Nowakiem, 601 234 567")
	finder := New(Options{Staff: staff()})
	f.Fuzz(func(t *testing.T, subject, text string) {
		checkPlaces(t, text, finder.Find("text", text, arrival))
		checkPlaces(t, subject, finder.Find("subject", subject, time.Time{}))
		if finder.FindMessage(subject, text, subject, text, arrival) == nil {
			t.Error("nil")
		}
	})
}

package message

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

// TestGolden reads every message of testdata and compares all that was read.
func TestGolden(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.eml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no testdata: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			raw, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			m := Read(bytes.NewReader(raw), int64(len(raw)), Options{})
			var buf bytes.Buffer
			enc := json.NewEncoder(&buf)
			enc.SetEscapeHTML(false)
			enc.SetIndent("", "  ")
			if err := enc.Encode(m); err != nil {
				t.Fatal(err)
			}
			golden := strings.TrimSuffix(file, ".eml") + ".json"
			if *update {
				if err := os.WriteFile(golden, buf.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), buf.String()); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestReadStructure(t *testing.T) {
	t.Parallel()
	const top = "Subject: s\nFrom: a@example.com\n"
	for name, c := range map[string]struct {
		in, text, damage string
		files            []string
	}{
		"two text parts":        {top + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\n\ntwo\n--b--\n", "one\n\ntwo", "", nil},
		"plain is empty":        {top + "Content-Type: multipart/alternative; boundary=b\n\n--b\n\n \n--b\nContent-Type: text/html\n\n<b>rich</b>\n--b--\n", "rich", "", nil},
		"text as attachment":    {top + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b\nContent-Disposition: attachment; filename=a b.txt\n\ntwo\n--b--\n", "one", "", []string{"a b.txt"}},
		"path in the name":      {top + "Content-Type: image/png; name=\"C:\\pictures\\r.png\"\n\nx", "", "", []string{"r.png"}},
		"unknown encoding":      {top + "Content-Transfer-Encoding: base9000\n\ntext", "text", "encoding", nil},
		"misspelt encoding":     {top + "Content-Transfer-Encoding: 8-bit\n\ntext", "text", "structure", nil},
		"boundary missing":      {top + "Content-Type: multipart/mixed\n\n--x\nContent-Type: text/plain\n\nfound\n--x--\n", "found", "boundary", nil},
		"no part at all":        {top + "Content-Type: multipart/mixed; boundary=b\n\njust words\n", "just words", "boundary", nil},
		"type missing":          {top + "\n--x\nContent-Type: text/plain\n\nfound\n--x--\n", "found", "header", nil},
		"parts after the end":   {top + "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n--b\n\ntwo\n", "one\n\ntwo", "boundary", nil},
		"same boundary twice":   {top + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\none\n--b--\n--b\nContent-Type: image/png; name=i.png\n\nx\n--b--\n", "one", "boundary", []string{"i.png"}},
		"header without body":   {top, "", "", nil},
		"empty":                 {"", "", "", nil},
		"empty file":            {top + "Content-Type: text/calendar; method=request\nContent-Disposition: attachment; filename=visit.ics\n\n", "", "", []string{"visit.ics"}},
		"nul and invalid bytes": {top + "\na\x00b \xff\xfe c", "ab ÿþ c", "charset", nil},
		"csv with a name":       {top + "Content-Type: text/csv; name=x.csv\n\na,b", "", "", []string{"x.csv"}},
		"name in quotes of 1":   {top + "Content-Type: application/pdf\nContent-Disposition: attachment; filename='a b.pdf'\n\nx", "", "", []string{"a b.pdf"}},
		"name for filename":     {top + "Content-Type: application/pdf\nContent-Disposition: attachment; name=a.pdf\n\nx", "", "", []string{"a.pdf"}},
		"parameter alone":       {top + "Content-Type: application/pdf\nContent-Disposition: filename=\"a.pdf\"\n\nx", "", "", []string{"a.pdf"}},
		"subtype missing":       {top + "Content-Type: application/; name=a.pdf\n\nx", "", "", []string{"a.pdf"}},
		"unknown kind of text":  {top + "Content-Type: text/x-note\n\nthe note", "the note", "", nil},
		"encoding with comment": {top + "Content-Transfer-Encoding: (so) quoted-printable\n\n=41", "A", "structure", nil},
		"footer after base64":   {top + "Content-Transfer-Encoding: base64\n\nd29yZHMh\n\nThis list is run by example dot com\n", "words!", "base64", nil},
		"page after image":      {top + "Content-Type: multipart/related; boundary=b\n\n--b\nContent-Type: image/png; name=i.png\nContent-ID: <i>\n\nx\n--b\nContent-Type: text/html\n\n<p>page<img src=cid:i>\n--b--\n", "page", "", []string{"i.png"}},
		"one boundary, twice":   {top + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\nplain\n--b\nContent-Type: text/html\n\nrich\n--b--\n--b\nContent-Type: image/png; name=i.png\n\nx\n--b--\n", "plain", "boundary", []string{"i.png"}},
		"apostrophes around it": {top + "Content-Type: multipart/mixed; boundary='b'\n\n--b\n\none\n--b--\n", "one", "structure", nil},
		"backslash in it":       {top + "Content-Type: multipart/mixed; boundary=\"a\\-b\"\n\n--a-b\n\none\n--a-b--\n", "one", "structure", nil},
		"another, no fields":    {top + "Content-Type: multipart/mixed; boundary=b\n\n--c\n\none\n--c\n\ntwo\n--c--\n", "one\n\ntwo", "boundary", nil},
		"multipart in base64":   {top + "Content-Type: multipart/mixed; boundary=x\nContent-Transfer-Encoding: base64\n\nLS14CgpwbGFpbgotLXgtLQo=\n", "plain", "structure", nil},
		"only empty parts":      {top + "Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=bc\nMIME-Version: 1.0\n--bc\nContent-Type: text/plain\n\n--bc--\n--b--\n", "", "header", nil},
		"words like fields":     {top + "Content-Type: multipart/mixed; boundary=b\n\n--b\nRouter: dead\n--b--\n", "--b\nRouter: dead\n--b--", "structure", nil},
		"calendar":              {top + "Content-Type: multipart/alternative; boundary=b\n\n--b\n\none\n--b\nContent-Type: text/calendar; name=i.ics\n\nBEGIN:VCALENDAR\n--b--\n", "one", "", []string{"i.ics"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, in := range []string{c.in, strings.ReplaceAll(c.in, "\n", "\r\n")} {
				m := readString(t, in)
				if m.Text != c.text {
					t.Errorf("text %q, want %q", m.Text, c.text)
				}
				if c.damage == "" && len(m.Damaged) > 0 || c.damage != "" && !hasDamage(m, c.damage) {
					t.Errorf("damaged %q, want code %q", m.Damaged, c.damage)
				}
				var files []string
				for _, a := range m.Attachments {
					files = append(files, a.Filename)
				}
				if diff := cmp.Diff(c.files, files); diff != "" {
					t.Errorf("files (-want +got)\n%s", diff)
				}
			}
		})
	}
}

// TestPartsBehindABareLineFeed: relays that add a footer mix line ends, and a part
// behind one is a part all the same.
func TestPartsBehindABareLineFeed(t *testing.T) {
	t.Parallel()
	const in = "Subject: s\r\nFrom: a@example.com\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
		"--b\r\n\r\nthe router is broken\n--b\r\nContent-Type: image/png; name=r.png\r\n\r\nx\n--b\r\n\r\nsince Monday\r\n--b--\r\n"
	for size := range 40 { // however the bytes come
		m := Read(slowReader{strings.NewReader(in), size + 1}, int64(len(in)), Options{})
		if m.Text != "the router is broken\n\nsince Monday" || len(m.Attachments) != 1 || m.Attachments[0].Filename != "r.png" || !hasDamage(m, "line_ends") {
			t.Fatalf("%d bytes at a time: %q, %+v, %q", size+1, m.Text, m.Attachments, m.Damaged)
		}
	}
}

func TestLinesThatEndInCRAlone(t *testing.T) {
	t.Parallel()
	in := strings.ReplaceAll("Subject: s\nFrom: a@example.com\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nthe router is broken\n--b\nContent-Type: image/png; name=r.png\n\nx\n--b--\n", "\n", "\r")
	m := Read(strings.NewReader(in), int64(len(in)), Options{})
	if m.Subject != "s" || m.Text != "the router is broken" || len(m.Attachments) != 1 || !hasDamage(m, "line_ends") {
		t.Errorf("%q, %q, %+v, %q", m.Subject, m.Text, m.Attachments, m.Damaged)
	}
}

func TestForwardWithoutAWordHasTheTextOfWhatItHolds(t *testing.T) {
	t.Parallel()
	const inner = "Subject: Wi-Fi\r\nFrom: jane@example.org\r\n\r\nThe Wi-Fi in room 12 is dead.\r\n"
	for kind, want := range map[string]string{"message/rfc822": "The Wi-Fi in room 12 is dead.", "multipart/report; boundary=b": ""} {
		in := "Subject: Fwd\r\nFrom: a@example.com\r\nContent-Type: " + kind + "\r\n\r\n" + inner
		if want == "" {
			in = "Subject: x\r\nFrom: a@example.com\r\nContent-Type: " + kind + "\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n" + inner + "--b--\r\n"
		}
		if m := Read(strings.NewReader(in), int64(len(in)), Options{}); strings.TrimSpace(m.Text) != want {
			t.Errorf("%s: %q", kind, m.Text)
		}
	}
}

// TestInvitationWithoutAWord: a calendar part is all that such a message says.
func TestInvitationWithoutAWord(t *testing.T) {
	t.Parallel()
	const event = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\nDTSTART:16010101T030000\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\n" +
		"SUMMARY;LANGUAGE=en:Engineer\\, second visit\r\nDTSTART;TZID=\"Europe/London\":20261201T100000\r\nDTEND:20261201T110000Z\r\n" +
		"LOCATION:Room 12\r\nDESCRIPTION:Bring\r\n  the router.\\nThanks\r\nBEGIN:VALARM\r\nDESCRIPTION:Reminder\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
	const want = "Engineer, second visit\n2026-12-01 10:00 (Europe/London) - 2026-12-01 11:00 UTC\nRoom 12\n\nBring the router.\nThanks"
	for in, want := range map[string]string{
		"Content-Type: text/calendar; method=REQUEST\r\n\r\n" + event:                                                                                 want,
		"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\n \r\n--b\r\nContent-Type: text/calendar\r\n\r\n" + event + "--b--\r\n":     want,
		"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\nwords\r\n--b\r\nContent-Type: text/calendar\r\n\r\n" + event + "--b--\r\n": "words",
		"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261201\r\nEND:VEVENT\r\n":                         "2026-12-01",
		"Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\n":                                                                                      "",
	} {
		if m := readString(t, "Subject: s\r\n"+in); m.Text != want || len(m.Attachments) != 1 || m.Attachments[0].MediaType != "text/calendar" {
			t.Errorf("%q: text %q, attachments %+v", in, m.Text, m.Attachments)
		}
	}
}

// slowReader gives some bytes at a time.
type slowReader struct {
	*strings.Reader
	n int
}

func (r slowReader) Read(p []byte) (int, error) { return r.Reader.Read(p[:min(len(p), r.n)]) }

// TestRepairReadsAlike reads sound messages by both ways: they must agree.
func TestRepairReadsAlike(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"alternative-with-inline-image", "nested-message", "signed", "voicemail", "html-only-outlook"} {
		raw, err := os.ReadFile("testdata/" + name + ".eml")
		if err != nil {
			t.Fatal(err)
		}
		var got [2]*Message
		for i, w := range []way{normal, repair} {
			if got[i], err = try(bytes.NewReader(raw), -1, Options{}.withDefaults(), w); err != nil {
				t.Fatalf("%s: way %d: %v", name, w, err)
			}
		}
		if diff := cmp.Diff(got[0], got[1]); diff != "" {
			t.Errorf("%s (-normal +repair)\n%s", name, diff)
		}
	}
}

func TestContentHash(t *testing.T) {
	t.Parallel()
	const msg = "From: a@example.com\nDate: Mon, 23 Nov 2026 09:15:00 +0100\nSubject: one\n two\n\nbody\nline\n"
	want := readString(t, msg).ContentHash
	same := map[string]string{
		"line ends":    strings.ReplaceAll(msg, "\n", "\r\n"),
		"trace fields": "Received: from x by y; Mon, 23 Nov 2026 09:15:01 +0100\nReturn-Path: <a@example.com>\n" + msg,
		"folding":      strings.Replace(msg, "one\n two", "one two", 1),
		"blank end":    msg + "\n\n",
	}
	for name, s := range same {
		if got := readString(t, s).ContentHash; got != want {
			t.Errorf("%s changed the hash", name)
		}
	}
	other := map[string]string{
		"body":    strings.Replace(msg, "line", "lines", 1),
		"subject": strings.Replace(msg, "two", "three", 1),
		"from":    strings.Replace(msg, "a@", "b@", 1),
		"date":    strings.Replace(msg, "09:15", "09:16", 1),
		"inner":   strings.Replace(msg, "body\n", "body\n\n", 1),
	}
	for name, s := range other {
		if got := readString(t, s).ContentHash; got == want {
			t.Errorf("another %s has the same hash", name)
		}
	}
}

func TestHeaderOfOddLines(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ in, subject, id, refs, text string }{
		"blanks end it":      {"Subject: s\n \t\nNote: the Wi-Fi is dead\n", "s", "", "", "Note: the Wi-Fi is dead"},
		"blanks inside":      {"Subject: s\n \nMessage-ID: <a@b>\n\nx\n", "s", "a@b", "", "x"},
		"an empty one first": {"Message-ID:\nSubject:\nSubject: s\nMessage-ID: <a@b>\n\nx\n", "s", "a@b", "", "x"},
		"references in two":  {"References: <a@b>\nSubject: s\nReferences: <c@d>\n\nx\n", "s", "", "a@b c@d", "x"},
	} {
		m := readString(t, c.in)
		if m.Subject != c.subject || m.MessageID != c.id || strings.Join(m.References, " ") != c.refs || m.Text != c.text {
			t.Errorf("%s: subject %q, id %q, references %q, text %q", name, m.Subject, m.MessageID, m.References, m.Text)
		}
	}
}

func TestNullSender(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]bool{"Return-Path: <>\n": true, "Return-Path: < >\n": true, "Return-Path: <a@b.example>\n": false, "": false} {
		if m := readString(t, in+"Subject: s\n\nx"); m.NullSender != want {
			t.Errorf("%q: null sender %v", in, m.NullSender)
		}
	}
}

func TestParseDate(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"Mon, 23 Nov 2026 09:15:00 +0100":                "2026-11-23T08:15:00Z",
		"Mon, 23 Nov 2026 09:15:00 +0100 (CET)":          "2026-11-23T08:15:00Z",
		"23 Nov 26 09:15 GMT":                            "2026-11-23T09:15:00Z",
		"Mon Nov 23 09:15:00 2026":                       "2026-11-23T09:15:00Z",
		"Mon Nov 23 09:15:00 CET 2026":                   "2026-11-23T08:15:00Z",
		"2026-11-23T09:15:00+01:00":                      "2026-11-23T08:15:00Z",
		"2026-11-23 09:15:00":                            "2026-11-23T09:15:00Z",
		"23-Nov-2026 09:15:00 -0500":                     "2026-11-23T14:15:00Z",
		"pon., 23 lis 2026 09:15:00 +0100":               "2026-11-23T08:15:00Z",
		"Mo, 23 Dez 2026 09.15.00 +0100":                 "2026-12-23T08:15:00Z",
		"November 23, 2026 9:15 PM UTC":                  "2026-11-23T21:15:00Z",
		"Mon, 23 Nov 2026 09:15:00 GMT+2":                "2026-11-23T07:15:00Z",
		"Mon, 23 Nov 99 09:15:00 EST":                    "1999-11-23T14:15:00Z",
		"23.11.2026 09:15":                               "2026-11-23T09:15:00Z",
		"(a (nested) comment) 1 Jan 2026 24:00:00 +0000": "2026-01-02T00:00:00Z",
		"from a by b; Mon, 23 Nov 2026 09:15:00 +0000":   "2026-11-23T09:15:00Z",
		"Sat, 31 Dec 2016 23:59:60 +0000":                "2017-01-01T00:00:00Z",
		"Mon,1Jan2024 10:00:00 --0400":                   "2024-01-01T14:00:00Z",
		"mar., 6 févr. 2024 10:00:00 +0100":              "2024-02-06T09:00:00Z",
		"mar, 3 ago 2026 10:00:00 +0100":                 "2026-08-03T09:00:00Z",
		"gio, 2 lug 2026 10:00:00 +0100":                 "2026-07-02T09:00:00Z",
		"lun. 1 juin 2026 10:00:00 +0000":                "2026-06-01T10:00:00Z",
		"01/31/2024 10:00:00 +0000":                      "2024-01-31T10:00:00Z",
		"Mon, 1 Jan 2024 10:00:00 AEST":                  "2024-01-01T00:00:00Z",
		"31 Feb 2026 09:15:00 +0000":                     "", "yesterday": "", "": "", "Mon, 23 Foo 2026 09:15:00 +0000": "", "1 Jan 2026 25:00:00 +0000": "",
	} {
		got := ""
		if v, err := ParseDate(in); err == nil {
			got = v.UTC().Format(time.RFC3339)
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

func TestParseAddresses(t *testing.T) {
	t.Parallel()
	a := func(name, addr string) Address { return Address{name, addr} }
	for in, want := range map[string][]Address{
		"Jan Kowalski <jan@example.pl>":                     {a("Jan Kowalski", "jan@example.pl")},
		`"Kowalski, Jan" <jan@example.pl>, anna@example.pl`: {a("Kowalski, Jan", "jan@example.pl"), a("", "anna@example.pl")},
		"Kowalski, Jan <jan@example.pl>":                    {a("Kowalski, Jan", "jan@example.pl")},
		"=?utf-8?Q?Kowalski,_J=C3=B3zef?= <j@example.pl>":   {a("Kowalski, Józef", "j@example.pl")},
		`"=?iso-8859-2?Q?=A3ukasz?=" <l@example.pl>`:        {a("Łukasz", "l@example.pl")},
		"=?utf-8?Q?Jan_<jan@example.pl>?=":                  {a("Jan", "jan@example.pl")},
		"a@example.com; b@example.com":                      {a("", "a@example.com"), a("", "b@example.com")},
		"Residents: a@example.com, B <b@example.com>;":      {a("", "a@example.com"), a("B", "b@example.com")},
		"undisclosed-recipients:;":                          nil,
		"Jan <jan@example.pl":                               {a("Jan", "jan@example.pl")},
		`"Jan <jan@example.pl>`:                             {a("Jan", "jan@example.pl")},
		"Jan jan@example.pl":                                {a("Jan", "jan@example.pl")},
		"jan@example.pl (Jan (home) K.)":                    {a("Jan (home) K.", "jan@example.pl")},
		"'jan@example.pl' <jan@example.pl>":                 {a("jan@example.pl", "jan@example.pl")},
		"<<jan@example.pl>>":                                {a("", "jan@example.pl")},
		"<mailto:jan@example.pl>":                           {a("", "jan@example.pl")},
		"jan@home@example.pl":                               {a("", "jan@home@example.pl")},
		"jan @ example . pl":                                {a("", "jan@example.pl")},
		`"jan kowalski"@example.pl`:                         {a("", `"jan kowalski"@example.pl`)},
		"A <a@example.com> B <b@example.com>":               {a("A", "a@example.com"), a("B", "b@example.com")},
		"MAILER-DAEMON":                                     {a("", "MAILER-DAEMON")},
		"jan@[192.0.2.1]":                                   {a("", "jan@[192.0.2.1]")},
		"jan@example.pl anna@example.pl":                    {a("", "jan@example.pl"), a("", "anna@example.pl")},
		`"a\"b"@example.pl`:                                 {a("", `"a\"b"@example.pl`)},
		`"a@b"@example.pl`:                                  {a("", `"a@b"@example.pl`)},
		`\"Jan K\" <jan@example.pl>`:                        {a("Jan K", "jan@example.pl")},
		"Jan <jan@example.pl>\x00":                          {a("Jan", "jan@example.pl")},
		"uunet!host!jan":                                    {a("", "uunet!host!jan")},
		"Support Team":                                      {a("Support Team", "")},
		"Re: Complaints <c@example.com>":                    {a("Re: Complaints", "c@example.com")},
		"<>":                                                nil, "": nil, ", ,;": nil,
	} {
		if diff := cmp.Diff(want, ParseAddresses(in)); diff != "" {
			t.Errorf("%q (-want +got)\n%s", in, diff)
		}
	}
}

func TestParseIDs(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][]string{
		"<a@b> <c@d>":               {"a@b", "c@d"},
		"<a@b><c@d>":                {"a@b", "c@d"},
		"<a@\t b>":                  {"a@b"},
		"a@b":                       {"a@b"},
		"a@b, c@d":                  {"a@b", "c@d"},
		"Your message <a@b> of May": {"a@b"},
		"<a@b":                      {"a@b"},
		"=?utf-8?q?=3Ca=40b=3E?=":   {"a@b"},
		"<>":                        nil,
		"":                          nil,
	} {
		if diff := cmp.Diff(want, ParseIDs(in)); diff != "" {
			t.Errorf("%q (-want +got)\n%s", in, diff)
		}
	}
}

package report_test

import (
	"net/mail"
	"strings"
	"testing"

	"ask4.com/skarga/ingest/message"
	"ask4.com/skarga/ingest/report"
)

func TestMachine(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		header  mail.Header
		subject string
		from    string
		sign    string // part of the first sign; "" for a person
	}{
		"person":                    {subject: "No internet"},
		"auto-submitted no":         {header: mail.Header{"Auto-Submitted": {"no"}}},
		"auto-submitted with param": {header: mail.Header{"Auto-Submitted": {"auto-replied (vacation); owner=jan"}}, sign: "auto-replied (RFC 3834"},
		"autoreply header":          {header: mail.Header{"X-Autoreply": {"yes"}}, sign: "X-Autoreply"},
		"list":                      {header: mail.Header{"List-Id": {"News <news.shop.example>"}}, sign: "List-Id"},
		"own list":                  {header: mail.Header{"List-Id": {"Complaints <complaints.skarga.example>"}, "Precedence": {"list"}, "List-Post": {"<mailto:complaints@skarga.example>"}}},
		"junk":                      {header: mail.Header{"Precedence": {"junk"}}, sign: "Precedence: junk"},
		"first-class":               {header: mail.Header{"Precedence": {"first-class"}}},
		"suppress is no proof":      {header: mail.Header{"X-Auto-Response-Suppress": {"All"}}},
		"noreply":                   {from: "no-reply@shop.example", sign: "takes no replies"},
		"donotreply tagged":         {from: "DoNotReply+17@shop.example", sign: "takes no replies"},
		"bank-noreply":              {from: "bank-noreply@shop.example", sign: "takes no replies"},
		"polish noreply":            {from: "nie-odpowiadaj@sklep.example", sign: "takes no replies"},
		"norman is a person":        {from: "norman@example.org"},
		"ooo":                       {subject: "Out of Office: your complaint", sign: "subject"},
		"ooo polish":                {subject: "Nieobecność w biurze", sign: "subject"},
		"automatic polish":          {subject: "Odpowiedź automatyczna: skarga", sign: "subject"},
		"tagged":                    {subject: "[Auto-Reply] Your complaint", sign: "subject"},
		"notes":                     {subject: "AUTO: Jane Smith is out of the office (returning 30/11/2026)", sign: "subject"},
		"ooo german":                {subject: "Abwesend: Ihre Beschwerde", sign: "subject"},
		"ooo italian":               {subject: "Fuori sede", sign: "subject"},
		"manager away":              {subject: "Your manager is out of the office every day and I want an answer"},
		"absent polish":             {subject: "Urlop przerwany przez brak internetu"},
		"rules agent":               {header: mail.Header{"X-Ms-Exchange-Generated-Message-Source": {"Mailbox Rules Agent"}}, sign: "automatic reply"},
		"dmarc report":              {subject: "Report domain: ask4.example Submitter: mail.example Report-ID: 1", sign: "RFC 7489"},
		"tls report":                {header: mail.Header{"Tls-Report-Domain": {"ask4.example"}}, sign: "RFC 8460"},
		"office hours complaint":    {subject: "Out of office hours support is terrible"},
		"absent engineer":           {subject: "Nieobecność technika na wizycie"},
		"about automatic replies":   {subject: "Automatic replies are all I get"},
	}
	for name, test := range tests {
		m := &message.Message{Header: test.header, Subject: test.subject}
		if test.from != "" {
			m.From = []message.Address{{Address: test.from}}
		}
		signs := strings.Join(report.Machine(m, []string{"skarga.example"}), "\n")
		if test.sign == "" && signs != "" || !strings.Contains(signs, test.sign) {
			t.Errorf("%s: signs %q, want %q", name, signs, test.sign)
		}
	}
}

func TestPhoneNotice(t *testing.T) {
	t.Parallel()
	const fields = "You have received a new voice message.\nCaller: +44 20 7946 0123\nDuration: 0:42\n"
	tests := map[string]struct {
		m           message.Message
		sure, maybe bool
	}{
		"with recording":             {message.Message{Subject: "New voice message from +44 20 7946 0123", Text: fields, HasAudio: true}, true, false},
		"recording and title only":   {message.Message{Subject: "Voicemail from 02079460123", HasAudio: true}, true, false},
		"without recording":          {message.Message{Subject: "You have a new voicemail", Text: fields}, false, true},
		"greets our mailbox":         {message.Message{Subject: "New message 3 in mailbox 4100 from 02079460123", Text: "Dear Complaints:\n\nyou were just left a 0:12 long message (number 3) in mailbox 4100.\n", HasAudio: true}, true, false},
		"seconds":                    {message.Message{Subject: "Voice Mail (12 seconds)", Text: "To: 100 Complaints\nDuration: 0:12\nCaller: 02079460123", HasAudio: true}, true, false},
		"missed call":                {message.Message{Subject: "Missed call from +44 20 7946 0123"}, false, true},
		"recording, other title":     {message.Message{Subject: "Message for 4100", Text: fields, HasAudio: true}, false, true},
		"person about voicemail":     {message.Message{Subject: "Voicemail", Text: "I have left three voicemails and nobody rang back."}, false, false},
		"person with same title":     {message.Message{Subject: "Missed call from your engineer", Text: "Dear Sirs, I was at home and my phone did not ring. I complain about this visit."}, false, false},
		"person with recording":      {message.Message{Subject: "Voicemail from your staff", Text: "Dear Sirs, this is the voicemail your manager left me. I am upset. Caller: Bob.", HasAudio: true}, false, true},
		"reply to a notice":          {message.Message{Subject: "Re: New voicemail from +44 20 7946 0123", Text: fields, HasAudio: true}, false, false},
		"song attached":              {message.Message{Subject: "Noise on my line", Text: "Listen to what I hear all day.", HasAudio: true}, false, false},
		"configured":                 {message.Message{From: []message.Address{{Address: "any@pbx.example"}}, Subject: "x"}, true, false},
		"configured, other's domain": {message.Message{From: []message.Address{{Address: "any@notpbx.example"}}, Subject: "x"}, false, false},
	}
	for name, test := range tests {
		sure, maybe, why := report.PhoneNotice(&test.m, []string{"@pbx.example"})
		if sure != test.sure || maybe != test.maybe {
			t.Errorf("%s: sure %v, maybe %v (%q), want %v, %v", name, sure, maybe, why, test.sure, test.maybe)
		}
		if (sure || maybe) != (why != "") {
			t.Errorf("%s: why is %q", name, why)
		}
	}
}

package report_test

import (
	"os"
	"strings"
	"testing"

	"ask4.com/skarga/ingest/message"
	"ask4.com/skarga/ingest/report"
	"ask4.com/skarga/internal/testcase"
)

// The files of testdata/known hold many short messages. A line that begins with
// "== " starts one and states what must be read: its name, then recipient, action
// and status, once for each recipient, and the Message-ID of what came back where
// nothing was returned. Three words stand for lines that would
// repeat: <dsn> (the header and first part of a multipart/report), <status> (its
// second part) and <returned> (the message that came back).
func TestKnownForms(t *testing.T) {
	t.Parallel()
	testcase.Each(t, "testdata/known/*.txt", func(t *testing.T, text, want string) {
		checkKnown(t, written(text), want, strings.Contains(text, "<returned>"))
	})
}

func checkKnown(t *testing.T, raw, want string, returned bool) {
	t.Helper()
	found := report.Bounces(message.Read(strings.NewReader(raw), int64(len(raw)), message.Options{}))
	var got []string
	for _, d := range found {
		line := strings.TrimSpace(d.Recipient + " " + d.Action + " " + d.Status)
		if strings.Contains(want, "@mail.skarga") {
			line += " " + d.OriginalMessageID
		}
		got = append(got, line)
		if d.Action == "failed" && (d.Reason == "" || strings.ContainsAny(d.Reason, "\r\n")) {
			t.Errorf("reason of %s is %q, want words in one line", d.Recipient, d.Reason)
		}
		if returned && d.OriginalMessageID != "ack.1@mail.skarga.example" {
			t.Errorf("original Message-ID of %s is %q", d.Recipient, d.OriginalMessageID)
		}
	}
	if g := strings.Join(got, " | "); g != want {
		t.Errorf("got  %s\nwant %s\nreasons: %+v", g, want, found)
	}
}

// Each line of words.tsv holds what a server said about a recipient, and the status
// that it stands for.
func TestKnownWords(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile("testdata/words.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(b)), "\n") {
		words, status, _ := strings.Cut(line, "\t")
		t.Run(words, func(t *testing.T) {
			t.Parallel()
			raw := written("From: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail Returned to Sender\nContent-Type: text/plain; charset=utf-8\n\nThis is the mail system.\n\n<jan@example.org>: " + words + "\n")
			checkKnown(t, raw, "jan@example.org failed "+status, false)
		})
	}
}

// written is the message that a text of testdata/known stands for.
func written(text string) string {
	const original = "Return-Path: <complaints@skarga.example>\nReceived: from mail.skarga.example by mx.example.net; Mon, 2 Nov 2026 09:15:05 +0000\n" +
		"From: Complaints <complaints@skarga.example>\nTo: someone@returned.example\nSubject: Your complaint\nMessage-ID: <ack.1@mail.skarga.example>\nMIME-Version: 1.0\n\nDear customer\n"
	before, after := "", ""
	if strings.Contains(text, "<dsn>") {
		before, after = "\n--b\nContent-Type: message/rfc822\n\n", "\n--b--\n"
	}
	text = strings.NewReplacer(
		"<dsn>\n", "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\n\n--b\nContent-Type: text/plain; charset=utf-8\n\n",
		"<status>\n", "\n--b\nContent-Type: message/delivery-status\n\n",
		"<returned>\n", before+original+after,
	).Replace(text + "\n")
	return strings.ReplaceAll("To: complaints@skarga.example\nDate: Mon, 2 Nov 2026 09:20:00 +0000\n"+text, "\n", "\r\n")
}

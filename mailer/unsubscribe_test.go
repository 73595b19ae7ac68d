package mailer

import (
	"net/mail"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
)

func surveyMail() ComposeInput {
	return ComposeInput{
		From: mail.Address{Address: "complaints@ask4.example"}, To: mail.Address{Address: "emily@mailbox.example"},
		Subject: "How did we do?", Text: "Hello\n", MessageID: "d1.k.x@ask4.example", Date: time.Unix(1795000000, 0),
		Language: complaint.English, AutoReply: true,
	}
}

// TestP07SurveyMailCanBeLeftWithOneClick reads the headers of RFC 8058 section 3.1.
func TestP07SurveyMailCanBeLeftWithOneClick(t *testing.T) {
	t.Parallel()
	const url = "https://ask4.example/survey/stop/4f7d2c-a_very_long_signed_token_that_makes_the_line_longer_than_78?c=1&k=2"
	in := surveyMail()
	in.Unsubscribe = url
	raw, err := Compose(in)
	if err != nil {
		t.Fatal(err)
	}
	m, err := mail.ReadMessage(strings.NewReader(string(raw)))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"List-Unsubscribe": "<" + url + ">", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "Auto-Submitted": "auto-generated",
	} {
		if got := m.Header[name]; len(got) != 1 || got[0] != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	for range 20 {
		if again, err := Compose(in); err != nil || string(again) != string(raw) {
			t.Fatalf("other bytes for the same input: %v\n%s", err, again)
		}
	}
	raw, err = Compose(surveyMail())
	if err != nil || strings.Contains(string(raw), "List-") {
		t.Errorf("other mail carries list headers: %v\n%s", err, raw)
	}
}

func TestUnsubscribeTakesNoOddAddress(t *testing.T) {
	t.Parallel()
	for _, url := range []string{
		"http://ask4.example/stop", "mailto:a@b.example", "https://", "ask4.example/stop", "https://ask4.example/a b",
		"https://ask4.example/>,<https://evil.example/", "https://ask4.example/\r\nBcc: x@evil.example", "https://ask4.example/ż",
		"https://ask4.example@evil.example/", "https://ask4.example/#x", "https://ask4.example/" + strings.Repeat("a", 1000),
	} {
		in := surveyMail()
		in.Unsubscribe = url
		if raw, err := Compose(in); err == nil {
			t.Errorf("%q was taken:\n%s", url, raw)
		}
	}
}

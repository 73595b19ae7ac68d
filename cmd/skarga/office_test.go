package main

import (
	"net/mail"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/cmd/skarga/config"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
	"ask4.com/skarga/mailer"
	"ask4.com/skarga/templates"
)

// writingOffice is an office without a store: it writes and keeps nothing.
func writingOffice(t *testing.T) *office {
	t.Helper()
	cfg, err := config.Shipped()
	if err != nil {
		t.Fatal(err)
	}
	rules, err := cfg.Rules()
	if err != nil {
		t.Fatal(err)
	}
	texts, err := templates.Load("")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := mailer.NewSigner(mailer.Key{ID: "k1", Secret: []byte(strings.Repeat("s", 32))})
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC) }
	o := &office{cfg: cfg, texts: texts, signer: signer, rules: rules, now: now, domain: "ask4.example"}
	o.useBodies(nil)
	return o
}

// TestP07OnlySurveyMailOffersToUnsubscribe writes a message of every kind.
func TestP07OnlySurveyMailOffersToUnsubscribe(t *testing.T) {
	t.Parallel()
	o := writingOffice(t)
	c := complaint.Complaint{ID: "c1", Reference: "ASK4-26-K7Q2M-4", Subject: "No internet"}
	for _, k := range templates.Kinds() {
		d, err := o.write(k.Sample(), c, ingest.Incoming{MessageID: "a@b.example"}, "emily@mailbox.example")
		if err != nil {
			t.Fatal(k.Name, err)
		}
		m, err := mail.ReadMessage(strings.NewReader(string(d.Bytes)))
		if err != nil {
			t.Fatal(k.Name, err)
		}
		if got := m.Header.Get("List-Unsubscribe"); (got != "") != (k.Name == "survey") {
			t.Errorf("%s: List-Unsubscribe %q", k.Name, got)
		}
		if got := m.Header.Get("Subject"); (got == "Re: [ASK4-26-K7Q2M-4] No internet") == k.Alone {
			t.Errorf("%s: subject %q", k.Name, got)
		}
	}
}

// TestP10P16BodiesAreThoseOfTheDay reads names and time limits from the configuration.
func TestP10P16BodiesAreThoseOfTheDay(t *testing.T) {
	t.Parallel()
	o := writingOffice(t)
	for day, want := range map[string]string{
		"2026-09-29": "Information Commissioner's Office (ICO)", "2026-09-30": "Information Commission (ICO)",
	} {
		at, err := time.ParseInLocation(time.DateOnly, day, o.rules.Location)
		if err != nil {
			t.Fatal(err)
		}
		o.now = func() time.Time { return at }
		d, err := o.Acknowledgement(complaint.Complaint{ID: "c1", Reference: "ASK4-26-K7Q2M-4", PersonalData: true, Language: complaint.Polish, ReceivedAt: at},
			ingest.Told{Update: at, Respond: at}, ingest.Incoming{}, "emily@mailbox.example")
		if err != nil {
			t.Fatal(err)
		}
		if text := strings.Join(strings.Fields(plainText(d.Bytes)), " "); !strings.Contains(text, want) {
			t.Errorf("%s: does not name %s:\n%s", day, want, text)
		}
	}
	if err := o.checkBodies(); err != nil {
		t.Error(err)
	}
	if b := o.body("ombudsman"); b.Name != "Communications Ombudsman" || b.Web != "www.commsombudsman.org" || b.Months != 12 {
		t.Errorf("got %+v", b)
	}
	o.now = func() time.Time { return time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC) }
	if err := o.checkBodies(); err == nil || !strings.Contains(err.Error(), `"ico" holds today`) {
		t.Errorf("an office that holds only later: %v", err)
	}
}

package mailer_test

import (
	"context"
	"fmt"
	"mime"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/internal/testserver"
	"ask4.com/skarga/mailer"
)

// memory is a store for one process; claims and commits exclude each other.
type memory struct {
	mu         sync.Mutex
	deliveries map[string]complaint.Delivery
	leased     map[string]bool
	comp       complaint.Complaint
	obs        []complaint.Obligation
	events     []complaint.Event
	ids        []string
	commits    int
}

func newMemory(n int) *memory {
	m := &memory{deliveries: map[string]complaint.Delivery{}, leased: map[string]bool{},
		comp: complaint.Complaint{ID: "c1"}, obs: []complaint.Obligation{{ID: "o1", ComplaintID: "c1", Kind: complaint.Acknowledge, State: complaint.Open}}}
	for i := range n {
		id := fmt.Sprintf("d%d", i)
		m.deliveries[id] = complaint.Delivery{ID: id, ComplaintID: "c1", ObligationID: "o1", Status: complaint.Queued, EnvID: id,
			Recipient: "anna@example.org", EnvelopeFrom: "us@example.com", MessageID: id + "@example.com", Bytes: []byte("Subject: x\r\n\r\n.dot\r\n")}
	}
	return m
}

func (m *memory) ClaimDeliveries(_ context.Context, _ string, n int, _ time.Duration) ([]complaint.Delivery, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var out []complaint.Delivery
	for id, d := range m.deliveries {
		if len(out) < n && d.Status == complaint.Queued && !m.leased[id] && !d.NextAt.After(time.Now()) {
			m.leased[id] = true
			out = append(out, d)
		}
	}
	return out, nil
}

func (m *memory) RenewDeliveries(context.Context, string, []string, time.Duration) error { return nil }

func (m *memory) InTx(_ context.Context, fn func(mailer.Tx) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.commits++
	return fn(memoryTx{m})
}

type memoryTx struct{ *memory }

func (m memoryTx) Complaints(context.Context, []string) ([]complaint.Complaint, error) {
	return []complaint.Complaint{m.comp}, nil
}
func (m memoryTx) Obligations(context.Context, []string) ([]complaint.Obligation, error) {
	return append([]complaint.Obligation(nil), m.obs...), nil
}
func (m memoryTx) CreateMessageIDs(_ string, ids ...string) { m.ids = append(m.ids, ids...) }
func (m memoryTx) CreateEvent(e complaint.Event)            { m.events = append(m.events, e) }
func (m memoryTx) SetStage(c complaint.Complaint)           { m.comp = c }
func (m memoryTx) CreateObligation(complaint.Obligation)    {}
func (m memoryTx) SetObligation(o complaint.Obligation)     { m.obs[0] = o }
func (m memoryTx) SetDelivery(d complaint.Delivery)         { m.deliveries[d.ID] = d; delete(m.leased, d.ID) }

func options(t *testing.T, addr string) mailer.Options {
	t.Helper()
	rules, err := complaint.DefaultRules()
	if err != nil {
		t.Fatal(err)
	}
	return mailer.Options{Addr: addr, TLS: mailer.NoTLS, Owner: "test", Met: rules.Delivered, Backoff: []time.Duration{time.Hour}}
}

func drain(t *testing.T, m *memory, o mailer.Options) (int, error) {
	t.Helper()
	s, err := mailer.NewSender(m, o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	return s.Drain(ctx)
}

func TestSentMailIsRecordedAndMeetsThePromise(t *testing.T) {
	t.Parallel()
	sink := testserver.SMTPSink(t, testserver.SinkOptions{})
	m := newMemory(50)
	if n, err := drain(t, m, options(t, sink.Addr)); n != 50 || err != nil {
		t.Fatalf("sent %d, %v", n, err)
	}
	if got := sink.Len(); got != 50 {
		t.Errorf("the sink has %d", got)
	}
	for id, d := range m.deliveries {
		if d.Status != complaint.Sent || d.SentAt.IsZero() || d.Attempts != 1 {
			t.Errorf("%s: %+v", id, d)
		}
	}
	if m.obs[0].State != complaint.Met || m.comp.AcknowledgedAt.IsZero() || len(m.ids) != 50 || len(m.events) != 50 {
		t.Errorf("promise %s, %d ids, %d events", m.obs[0].State, len(m.ids), len(m.events))
	}
	msg := sink.Messages()[0]
	if msg.EnvelopeID == "" || !strings.Contains(string(msg.Raw), "\r\n.dot\r\n") {
		t.Errorf("ENVID %q, bytes %q", msg.EnvelopeID, msg.Raw)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		sink     testserver.SinkOptions
		status   complaint.DeliveryStatus
		attempts int
		fault    bool
	}{
		"550 at RCPT":    {testserver.SinkOptions{OnRcpt: func(string, int) testserver.Reply { return testserver.Reply{Code: 550} }}, complaint.Failed, 1, false},
		"554 at DATA":    {testserver.SinkOptions{OnData: func(testserver.SinkMessage, int) testserver.Reply { return testserver.Reply{Code: 554} }}, complaint.Failed, 1, false},
		"450 at RCPT":    {testserver.SinkOptions{OnRcpt: func(string, int) testserver.Reply { return testserver.Reply{Code: 450} }}, complaint.Queued, 1, false},
		"550 at MAIL":    {testserver.SinkOptions{OnMail: func(string, int) testserver.Reply { return testserver.Reply{Code: 550} }}, complaint.Queued, 1, false},
		"421 at MAIL":    {testserver.SinkOptions{OnMail: func(string, int) testserver.Reply { return testserver.Reply{Code: 421} }}, complaint.Queued, 0, true},
		"454 at RCPT":    {testserver.SinkOptions{OnRcpt: func(string, int) testserver.Reply { return testserver.Reply{Code: 454} }}, complaint.Queued, 0, true},
		"cut after DATA": {testserver.SinkOptions{OnData: func(testserver.SinkMessage, int) testserver.Reply { return testserver.Reply{Close: true} }}, complaint.Queued, 1, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sink := testserver.SMTPSink(t, test.sink)
			m := newMemory(1)
			n, err := drain(t, m, options(t, sink.Addr))
			d := m.deliveries["d0"]
			if n != 0 || (err != nil) != test.fault || d.Status != test.status || d.Attempts != test.attempts || d.LastError == "" {
				t.Errorf("sent %d, err %v, delivery %+v", n, err, d)
			}
			if d.Status == complaint.Queued && !d.NextAt.After(time.Now()) {
				t.Errorf("no backoff: %v", d.NextAt)
			}
			if m.obs[0].State != complaint.Open {
				t.Errorf("the promise is %s", m.obs[0].State)
			}
		})
	}
}

func TestStartTLSAndLogin(t *testing.T) {
	t.Parallel()
	sink := testserver.SMTPSink(t, testserver.SinkOptions{STARTTLS: true, RequireTLS: true, User: "u", Password: "p"})
	o := options(t, sink.Addr)
	o.TLS, o.CA, o.User = mailer.StartTLS, sink.CAPool, "u"
	o.Password = func() (string, error) { return "p", nil }
	if n, err := drain(t, newMemory(1), o); n != 1 || err != nil {
		t.Fatalf("sent %d, %v", n, err)
	}
	if m := sink.Messages()[0]; !m.TLS || m.User != "u" {
		t.Errorf("TLS %v, user %q", m.TLS, m.User)
	}
	o.Password = func() (string, error) { return "wrong", nil }
	m := newMemory(1)
	if n, err := drain(t, m, o); n != 0 || err == nil || m.deliveries["d0"].Attempts != 0 {
		t.Errorf("wrong password: sent %d, %v, %+v", n, err, m.deliveries["d0"])
	}
	results := mailer.Check(t.Context(), o, "us@example.com")
	if last := results[len(results)-1]; last.Part != "login" || last.OK || last.Cure == "" {
		t.Errorf("check says %+v", results)
	}
}

func TestNoTLSOnlyToLoopback(t *testing.T) {
	t.Parallel()
	if _, err := mailer.NewSender(newMemory(0), options(t, "mail.example.org:25")); err == nil || !strings.Contains(err.Error(), "smtp.tls") {
		t.Errorf("got %v", err)
	}
}

func TestComposeReadsBackAndHoldsOffInjection(t *testing.T) {
	t.Parallel()
	in := mailer.ComposeInput{From: mail.Address{Name: "Zespół\r\nBcc: x@evil.example", Address: "us@example.com"}, To: mail.Address{Address: "anna@example.org"},
		Subject: "Skarga ż\r\nBcc: y@evil.example", Text: "Dzień dobry\n", HTML: "<p>Dzień dobry</p>", MessageID: "a.b.c@example.com",
		InReplyTo: "x@example.org", References: []string{"w@example.org", "bad\r\nBcc: z@evil.example"}, Date: time.Unix(1e9, 0).UTC(), AutoReply: true}
	b, err := mailer.Compose(in)
	if err != nil {
		t.Fatal(err)
	}
	again, err := mailer.Compose(in)
	if err != nil || string(again) != string(b) {
		t.Errorf("not deterministic (%v):\n%s\n%s", err, b, again)
	}
	msg, err := mail.ReadMessage(strings.NewReader(string(b)))
	if err == nil { // a strict reader finds the parts
		_, _, err = mime.ParseMediaType(msg.Header.Get("Content-Type"))
	}
	if err != nil {
		t.Fatal(err)
	}
	for k, want := range map[string]string{"Bcc": "", "Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "OOF, AutoReply, RN, NRN",
		"In-Reply-To": "<x@example.org>", "References": "<w@example.org> <x@example.org>", "Message-Id": "<a.b.c@example.com>", "Content-Language": "en, pl"} {
		if got := msg.Header.Get(k); got != want {
			t.Errorf("%s: got %q, want %q", k, got, want)
		}
	}
	if strings.Contains(strings.ReplaceAll(string(b), "\r\n", ""), "\n") {
		t.Error("bare line feeds")
	}
	in.To.Address = "a@b.example\r\nBcc: q@evil.example"
	if _, err := mailer.Compose(in); err == nil {
		t.Error("a line break in the recipient passes")
	}
}

func signer(t testing.TB, keys ...string) *mailer.Signer {
	t.Helper()
	var ks []mailer.Key
	for _, k := range keys {
		ks = append(ks, mailer.Key{ID: k, Secret: []byte(strings.Repeat(k, 32))})
	}
	s, err := mailer.NewSigner(ks...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTokensSurviveCaseAndRotation(t *testing.T) {
	t.Parallel()
	old, now := signer(t, "a"), signer(t, "b", "a")
	for _, id := range []string{"abc1", "A-b_C", "01924e5c-8a2b-7c3d-9e4f-0123456789ab"} {
		reply := strings.ToUpper(old.ReplyAddress("complaints@example.org", id))
		if got, ok := now.ParseReplyAddress(reply); !ok || got != id {
			t.Errorf("%s: got %q, %v", reply, got, ok)
		}
		if _, ok := now.ParseEnvelopeAddress(reply); ok {
			t.Errorf("%s passes as a return path", reply)
		}
		if got, ok := now.ParseMessageID("<" + old.MessageID(id, "example.org") + ">"); !ok || got != id {
			t.Errorf("Message-ID of %s: got %q, %v", id, got, ok)
		}
		if _, ok := signer(t, "c").ParseReplyAddress(reply); ok {
			t.Error("another key reads it")
		}
	}
}

func FuzzTokens(f *testing.F) {
	s := signer(f, "a")
	f.Add(s.ReplyAddress("c@example.org", "x"))
	f.Add(s.MessageID("x", "example.org"))
	f.Fuzz(func(t *testing.T, in string) {
		if id, ok := s.ParseReplyAddress(in); ok != (id != "") {
			t.Errorf("%q: %q, %v", in, id, ok)
		}
		if id, ok := s.ParseMessageID(in); ok != (id != "") {
			t.Errorf("%q: %q, %v", in, id, ok)
		}
	})
}

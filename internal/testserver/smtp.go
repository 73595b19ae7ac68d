package testserver

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// SinkMessage is one message that the sink accepted.
type SinkMessage struct {
	From       string    // envelope sender, "" for the null sender
	To         []string  // envelope recipients
	EnvelopeID string    // ENVID (RFC 3461 section 4.4)
	Raw        []byte    // as transmitted, dots unstuffed, CRLF
	At         time.Time // when the whole message had been read
	User       string    // who logged in, "" if nobody
	TLS        bool      // over TLS
}

// Reply is what the sink answers instead of accepting.
type Reply struct {
	Code  int    // 421, 450, 550 and so on; 0 accepts
	Text  string // the words after the code
	Close bool   // close the connection without any reply (after DATA was read)
}

// SinkOptions program a Sink. The zero value accepts all.
type SinkOptions struct {
	// OnMail, OnRcpt and OnData, if not nil, decide each command. They may be called
	// from several connections at once. n counts the calls of that kind from 1.
	OnMail func(from string, n int) Reply
	OnRcpt func(to string, n int) Reply
	OnData func(m SinkMessage, n int) Reply
	// User and Password, if not empty, must be given with PLAIN before MAIL.
	User, Password string
	// STARTTLS offers it, with a self-made certificate (Sink.CAPool); RequireTLS
	// refuses AUTH without it.
	STARTTLS, RequireTLS bool
	// Forget counts messages without keeping their bytes: for large runs.
	Forget bool
}

// Sink is an SMTP server that keeps what it accepts.
type Sink struct {
	Addr   string         // host:port on loopback
	CAPool *x509.CertPool // nil without STARTTLS

	opts     SinkOptions
	server   *smtp.Server
	mu       sync.Mutex
	messages []SinkMessage
	changed  chan struct{} // closed and replaced whenever a message arrives
	mails    int
	rcpts    int
	datas    int
}

// SMTPSink starts a sink for one test.
func SMTPSink(t testing.TB, opts SinkOptions) *Sink {
	t.Helper()
	s, err := StartSink("127.0.0.1:0", opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // open client connections are no fault of the test
	return s
}

// StartSink starts a sink on addr.
func StartSink(addr string, opts SinkOptions) (*Sink, error) {
	s := &Sink{opts: opts, changed: make(chan struct{})}
	s.server = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &sinkSession{sink: s, conn: c}, nil
	}))
	s.server.Domain = "localhost"
	s.server.EnableDSN, s.server.EnableSMTPUTF8 = true, true
	s.server.AllowInsecureAuth = !opts.RequireTLS
	s.server.MaxLineLength = 1 << 20
	s.server.ErrorLog = log.New(io.Discard, "", 0)
	if opts.STARTTLS {
		cert, err := selfSigned()
		if err != nil {
			return nil, err
		}
		s.server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{cert.pair}, MinVersion: tls.VersionTLS12}
		s.CAPool = x509.NewCertPool()
		s.CAPool.AppendCertsFromPEM(cert.certPEM)
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("testserver: %w", err)
	}
	s.Addr = l.Addr().String()
	go func() { _ = s.server.Serve(l) }() // ends with Close
	return s, nil
}

// Close ends the sink and its connections.
func (s *Sink) Close() error { return s.server.Close() }

// Messages returns what was accepted so far, in order.
func (s *Sink) Messages() []SinkMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]SinkMessage(nil), s.messages...)
}

// Len says how many messages were accepted so far.
func (s *Sink) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.messages)
}

// Wait returns when n messages have been accepted, or ctx ends.
func (s *Sink) Wait(ctx context.Context, n int) error {
	for {
		s.mu.Lock()
		have, changed := len(s.messages), s.changed
		s.mu.Unlock()
		if have >= n {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("testserver: %d of %d messages arrived: %w", have, n, ctx.Err())
		}
	}
}

// WaitFor is Wait for tests, with a limit of a minute; it returns the messages.
func (s *Sink) WaitFor(t testing.TB, n int) []SinkMessage {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := s.Wait(ctx, n); err != nil {
		t.Fatal(err)
	}
	return s.Messages()
}

// keep decides on a message and records it if it is accepted.
func (s *Sink) keep(m SinkMessage) Reply {
	s.mu.Lock()
	s.datas++
	n := s.datas
	s.mu.Unlock()
	if s.opts.OnData != nil {
		if r := s.opts.OnData(m, n); r.Code != 0 || r.Close {
			return r
		}
	}
	if s.opts.Forget {
		m.Raw = nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = append(s.messages, m)
	close(s.changed)
	s.changed = make(chan struct{})
	return Reply{}
}

// count adds one to *n and returns the result.
func (s *Sink) count(n *int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	*n++
	return *n
}

type sinkSession struct {
	sink *Sink
	conn *smtp.Conn
	user string
	m    SinkMessage
}

var errClosedByProgram = errors.New("testserver: connection closed as programmed")

// answer turns a Reply into what go-smtp sends.
func (s *sinkSession) answer(r Reply) error {
	switch {
	case r.Close:
		_ = s.conn.Conn().Close()
		return errClosedByProgram
	case r.Code == 0:
		return nil
	}
	text := r.Text
	if text == "" {
		text = "as programmed"
	}
	return &smtp.SMTPError{Code: r.Code, EnhancedCode: smtp.EnhancedCode{r.Code / 100, 0, 0}, Message: text}
}

func (s *sinkSession) AuthMechanisms() []string {
	if s.sink.opts.User == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *sinkSession) Auth(mech string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(identity, username, password string) error {
		if username != s.sink.opts.User || password != s.sink.opts.Password {
			return smtp.ErrAuthFailed
		}
		s.user = username
		return nil
	}), nil
}

func (s *sinkSession) Mail(from string, opts *smtp.MailOptions) error {
	if s.sink.opts.User != "" && s.user == "" {
		return smtp.ErrAuthRequired
	}
	n := s.sink.count(&s.sink.mails)
	if s.sink.opts.OnMail != nil {
		if err := s.answer(s.sink.opts.OnMail(from, n)); err != nil {
			return err
		}
	}
	_, isTLS := s.conn.TLSConnectionState()
	s.m = SinkMessage{From: from, EnvelopeID: opts.EnvelopeID, User: s.user, TLS: isTLS}
	return nil
}

func (s *sinkSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	n := s.sink.count(&s.sink.rcpts)
	if s.sink.opts.OnRcpt != nil {
		if err := s.answer(s.sink.opts.OnRcpt(to, n)); err != nil {
			return err
		}
	}
	s.m.To = append(s.m.To, to)
	return nil
}

func (s *sinkSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m := s.m
	m.Raw, m.At = raw, time.Now()
	return s.answer(s.sink.keep(m))
}

func (s *sinkSession) Reset()        { s.m = SinkMessage{} }
func (s *sinkSession) Logout() error { return nil }

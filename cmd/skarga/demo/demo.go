// Package demo is a small world to show Skarga in: a mail server with one mailbox,
// on loopback and free ports, and letters that people write to it.
package demo

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-smtp"
)

// The demo mailbox.
const (
	User     = "complaints@ask4.com"
	Password = "demo"
)

// World is a mail server: what is sent to User lands in an IMAP mailbox, all else
// is kept in an outbox, as if delivered to the world.
type World struct {
	IMAPAddr string // host:port
	SMTPAddr string // host:port

	user *imapmemserver.User
	imap *imapserver.Server
	smtp *smtp.Server

	mu     sync.Mutex
	outbox []Sent
	news   chan struct{} // closed and replaced when the outbox grows
}

// Sent is one message that left for the world.
type Sent struct {
	From string
	To   string
	Raw  []byte
}

// Start starts the world.
func Start() (*World, error) {
	w := &World{user: imapmemserver.NewUser(User, Password), news: make(chan struct{})}
	if err := w.user.Create("INBOX", nil); err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	mem := imapmemserver.New()
	mem.AddUser(w.user)
	quiet := log.New(io.Discard, "", 0)
	w.imap = imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return mem.NewSession(), nil, nil
		},
		Caps:         imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapMove: {}, imap.CapUIDPlus: {}},
		InsecureAuth: true, Logger: quiet,
	})
	w.smtp = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{world: w}, nil }))
	w.smtp.Domain, w.smtp.ErrorLog = "localhost", quiet
	w.smtp.EnableDSN, w.smtp.EnableSMTPUTF8 = true, true
	w.smtp.MaxMessageBytes = 60 << 20
	il, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	sl, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, errors.Join(fmt.Errorf("demo: %w", err), il.Close())
	}
	w.IMAPAddr, w.SMTPAddr = il.Addr().String(), sl.Addr().String()
	go func() { _ = w.imap.Serve(il) }() // ends with Close
	go func() { _ = w.smtp.Serve(sl) }() // ends with Close
	return w, nil
}

// Close ends the world.
func (w *World) Close() error { return errors.Join(w.imap.Close(), w.smtp.Close()) }

// Deliver puts a message into the mailbox.
func (w *World) Deliver(raw []byte) error {
	_, err := w.user.Append("INBOX", bytes.NewReader(raw), &imap.AppendOptions{Time: time.Now()})
	if err != nil {
		return fmt.Errorf("demo: deliver: %w", err)
	}
	return nil
}

// Outbox is what left so far, in order, and a channel that closes when more
// leaves.
func (w *World) Outbox() ([]Sent, <-chan struct{}) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]Sent(nil), w.outbox...), w.news
}

// session is one SMTP connection.
type session struct {
	world *World
	from  string
	to    []string
}

func (s *session) Mail(from string, _ *smtp.MailOptions) error { s.from, s.to = from, nil; return nil }
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error   { s.to = append(s.to, to); return nil }
func (s *session) Reset()                                      { s.from, s.to = "", nil }
func (s *session) Logout() error                               { return nil }

// mine says whether an address is the demo mailbox, with or without +anything.
func mine(address string) bool {
	local, domain, _ := strings.Cut(strings.ToLower(address), "@")
	local, _, _ = strings.Cut(local, "+")
	return local+"@"+domain == User
}

// Data delivers to the mailbox or the outbox.
func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	for _, to := range s.to {
		if mine(to) {
			path := []byte("Return-Path: <" + s.from + ">\r\n")
			if err := s.world.Deliver(append(path, raw...)); err != nil {
				return err
			}
			continue
		}
		s.world.mu.Lock()
		s.world.outbox = append(s.world.outbox, Sent{From: s.from, To: to, Raw: raw})
		close(s.world.news)
		s.world.news = make(chan struct{})
		s.world.mu.Unlock()
	}
	return nil
}

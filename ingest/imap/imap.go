// Package imap takes complaints in from IMAP mailboxes (RFC 9051, RFC 3501). A Poller
// watches one mailbox: it hands each message with its position and INTERNALDATE to a
// Keeper, and touches the mailbox only after the Keeper has committed it (the laws of
// intake). Messages are never parsed here, and \Seen is neither used nor changed.
//
// The position of a message is (account, mailbox, UIDVALIDITY, UID). A crash at any
// moment leads at worst to a message handed over twice under the same position.
package imap

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"strconv"
	"time"
)

// TLSMode says how the connection is protected.
type TLSMode string

// The TLS modes. TLSNone is refused unless the host is the machine itself.
const (
	TLSImplicit TLSMode = "implicit" // RFC 8314 section 3.2, port 993; the default
	TLSStart    TLSMode = "starttls" // RFC 9051 section 6.2.1, port 143
	TLSNone     TLSMode = "none"
)

// AuthMethod is a way to log in.
type AuthMethod string

// The ways to log in. AuthPassword, the default, is AUTHENTICATE PLAIN where the
// server offers it and LOGIN elsewhere.
const (
	AuthPassword    AuthMethod = "password"
	AuthLogin       AuthMethod = "login"
	AuthPlain       AuthMethod = "plain"
	AuthOAuthBearer AuthMethod = "oauthbearer" // RFC 7628
	AuthXOAuth2     AuthMethod = "xoauth2"
)

// Options describe one mailbox. The zero values of all but Account, Host, User and
// Secret work.
type Options struct {
	Account string // our own name for the account, part of every position
	Host    string // name or address of the server
	Port    int    // 0: 993 with implicit TLS, else 143
	TLS     TLSMode
	CAFile  string // PEM file of a private CA; "" trusts the system's
	Auth    AuthMethod
	User    string
	// Secret gives the password or the bearer token. It is asked at every connect,
	// so that a token may change.
	Secret func(ctx context.Context) (string, error)

	Mailbox string // "" is INBOX
	// Since takes in older mail, from this INTERNALDATE on, marked Late. Zero: the
	// first poll starts at now.
	Since time.Time
	// Exclusive says that the mailbox is ours alone: recorded messages are moved to
	// DoneFolder ("" is Skarga/Done; / stands for the server's own delimiter).
	Exclusive  bool
	DoneFolder string

	PollEvery   time.Duration // between polls where IDLE is missing or dead; 0 is 30 s
	IdleRestart time.Duration // IDLE is issued anew, and the mailbox searched; 0 is 4 min
	Timeout     time.Duration // without a byte from the server; 0 is 60 s
	RetryMin    time.Duration // first wait after a failure, doubled each time; 0 is 1 s
	RetryMax    time.Duration // longest wait; 0 is 2 min
	MaxTries    int           // fetches of a bad message before it is recorded without body; 0 is 4
	MaxSize     int64         // bytes; larger messages are recorded with headers only; 0 is 50 MB
	BatchSize   int           // messages of one FETCH and one Record; 0 is 50
	SpoolDir    string        // for messages over 256 KB while they are recorded; "" is the system's

	Now    func() time.Time
	Logger *slog.Logger
}

func (o Options) withDefaults() Options {
	set := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	set(&o.PollEvery, 30*time.Second)
	set(&o.IdleRestart, 4*time.Minute)
	set(&o.Timeout, time.Minute)
	set(&o.RetryMin, time.Second)
	set(&o.RetryMax, 2*time.Minute)
	if o.MaxTries <= 0 {
		o.MaxTries = 4
	}
	if o.MaxSize <= 0 {
		o.MaxSize = 50 << 20
	}
	if o.BatchSize <= 0 {
		o.BatchSize = 50
	}
	if o.Mailbox == "" {
		o.Mailbox = "INBOX"
	}
	if o.DoneFolder == "" {
		o.DoneFolder = "Skarga/Done"
	}
	if o.TLS == "" {
		o.TLS = TLSImplicit
	}
	if o.Auth == "" {
		o.Auth = AuthPassword
	}
	if o.Port == 0 {
		o.Port = 143
		if o.TLS == TLSImplicit {
			o.Port = 993
		}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// Validate says what is wrong with the options, naming the setting and the cure.
func (o Options) Validate() error {
	o = o.withDefaults()
	switch {
	case o.Account == "":
		return errors.New("imap: account: give the account a name")
	case o.Host == "":
		return fmt.Errorf("imap: account %s: host is missing", o.Account)
	case o.User == "":
		return fmt.Errorf("imap: account %s: user is missing", o.Account)
	case o.Secret == nil:
		return fmt.Errorf("imap: account %s: password or token is missing", o.Account)
	case o.Port < 1 || o.Port > 65535:
		return fmt.Errorf("imap: account %s: port %d is not between 1 and 65535", o.Account, o.Port)
	case o.Exclusive && o.DoneFolder == o.Mailbox:
		return fmt.Errorf("imap: account %s: done folder must differ from mailbox %s", o.Account, o.Mailbox)
	}
	switch o.TLS {
	case TLSImplicit, TLSStart:
	case TLSNone:
		if !isLoopback(o.Host) {
			return fmt.Errorf("imap: account %s: tls none sends the password in the clear to %s; use implicit or starttls", o.Account, o.Host)
		}
	default:
		return fmt.Errorf("imap: account %s: tls %q is none of implicit, starttls, none", o.Account, o.TLS)
	}
	switch o.Auth {
	case AuthPassword, AuthLogin, AuthPlain, AuthOAuthBearer, AuthXOAuth2:
	default:
		return fmt.Errorf("imap: account %s: auth %q is none of password, login, plain, oauthbearer, xoauth2", o.Account, o.Auth)
	}
	return nil
}

func (o Options) addr() string { return net.JoinHostPort(o.Host, strconv.Itoa(o.Port)) }

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// tlsConfig verifies the server against the system's CAs, or CAFile's alone.
func (o Options) tlsConfig() (*tls.Config, error) {
	c := &tls.Config{ServerName: o.Host, MinVersion: tls.VersionTLS12}
	if o.CAFile == "" {
		return c, nil
	}
	pem, err := os.ReadFile(o.CAFile)
	if err != nil {
		return nil, fmt.Errorf("imap: account %s: CA file: %w", o.Account, err)
	}
	c.RootCAs = x509.NewCertPool()
	if !c.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("imap: account %s: CA file %s holds no certificate", o.Account, o.CAFile)
	}
	return c, nil
}

// Position is how far a mailbox has been taken in.
type Position struct {
	UIDValidity uint32    // of the mailbox when it was last read (RFC 9051 section 2.3.1.1)
	LastUID     uint32    // every message up to here is recorded, or was older than the start
	StartedAt   time.Time // when the mailbox was first polled: older mail is Late
	Found       bool      // false: the mailbox was never polled
}

// Fetched is one message as the mailbox had it.
type Fetched struct {
	Account     string
	Mailbox     string
	UIDValidity uint32
	UID         uint32
	// InternalDate is when the mailbox took the message in: the arrival of P12. Where
	// the server cannot tell, it is the time we saw the message.
	InternalDate time.Time
	Size         int64 // bytes of the body, or RFC822.SIZE when Body is nil; 0 if unknown
	// Body is the whole raw message, valid until Record returns. It is nil when the
	// message is over the limit or could not be fetched; then Problem says why and
	// Header holds the header bytes, if those could be had. For messages over 256 KB
	// it is an *os.File.
	Body      io.ReadSeeker
	Header    []byte
	OverLimit bool   // larger than MaxSize: the sender is asked to send it another way
	Problem   string // one line for staff, without addresses; empty when Body is complete
	Late      bool   // older than the start of the mailbox, taken in by Since
}

// Keeper is what a Poller needs from storage.
type Keeper interface {
	// Position returns how far the mailbox was taken in; Found is false at first.
	Position(ctx context.Context, account, mailbox string) (Position, error)
	// SetPosition stores it.
	SetPosition(ctx context.Context, account, mailbox string, p Position) error
	// Known returns the UIDs in from..to that are recorded, in any order.
	Known(ctx context.Context, account, mailbox string, uidvalidity, from, to uint32) ([]uint32, error)
	// Record commits the messages with their raw bytes and, in the same transaction
	// if p.Found, the position. It returns nil only after the commit. A message whose
	// position is known already changes nothing. Messages come in the order of UIDs.
	Record(ctx context.Context, messages []Fetched, p Position) error
	// Healthy notes that the mailbox was read successfully. It is called at most
	// every few seconds.
	Healthy(ctx context.Context, account, mailbox string, at time.Time)
}

// Health is the state of one mailbox, for alarms.
type Health struct {
	Account, Mailbox string
	StartedAt        time.Time // when Run began; zero before
	LastSuccess      time.Time // last time the mailbox was read to its end; zero if never
	LastError        string    // of the present run of failures, without secrets; "" when well
	Failures         int       // in a row
	Idle             bool      // waiting by IDLE, not by polling
}

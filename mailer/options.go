package mailer

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/google/uuid"

	"ask4.com/skarga/complaint"
)

// The ways of protecting the connection to the mail server.
const (
	StartTLS    = "starttls" // default: required, never silently left out
	ImplicitTLS = "implicit"
	NoTLS       = "none" // to loopback only
)

// The ways of logging in.
const (
	AuthNone    = ""
	AuthPlain   = "plain"
	AuthLogin   = "login"
	AuthCramMD5 = "cram-md5"
	AuthSCRAM   = "scram-sha-256"
	AuthXOAuth2 = "xoauth2" // Password gives the token
)

// Options of the sender. The zero value of each field but Addr, Owner and Met
// works.
type Options struct {
	Addr     string                 // host:port of the mail server
	TLS      string                 // StartTLS (default), ImplicitTLS or NoTLS
	CA       *x509.CertPool         // who signs the server's certificate; nil: the system's
	Auth     string                 // AuthNone, or AuthPlain and so on; AuthPlain if only User is set
	User     string                 // login name
	Password func() (string, error) // asked at each login, so that it can be rotated
	HELO     string                 // our name; default "localhost"

	Connections int           // sending at once; default 16
	Batch       int           // deliveries claimed at once; default 16 a connection
	Lease       time.Duration // default 2 minutes; renewed while sending
	Owner       string        // name of this process for leases
	Poll        time.Duration // looks for due mail at least this often; default 5 s
	Idle        time.Duration // closes a connection unused for so long; default 10 s
	Timeout     time.Duration // of one SMTP command; default 60 s
	// Backoff says when to try again after a temporary failure, before jitter.
	// Default 1, 2, 5, 15, 30 minutes, 1 hour, then 2 hours.
	Backoff []time.Duration

	// Met records on the complaint what a delivery means for its promises:
	// Rules.Delivered.
	Met    func(c complaint.Complaint, obs []complaint.Obligation, d complaint.Delivery) (complaint.Complaint, []complaint.Obligation, error)
	NewID  func() string // event ids; default UUID version 7, which sorts by time
	Now    func() time.Time
	Logger *slog.Logger
	Wake   <-chan struct{} // looks for due mail at once; may be nil
}

// withDefaults fills in what is not set and checks the rest; the error names the
// setting.
func (o Options) withDefaults() (Options, error) {
	host, _, err := net.SplitHostPort(o.Addr)
	if err != nil {
		return o, fmt.Errorf("mailer: smtp.host and smtp.port: %w", err)
	}
	if o.TLS == "" {
		o.TLS = StartTLS
	}
	switch o.TLS {
	case StartTLS, ImplicitTLS:
	case NoTLS:
		if !loopback(host) {
			return o, fmt.Errorf("mailer: smtp.tls: %q is for a server on this machine only, %s is not; use %q or %q", NoTLS, host, StartTLS, ImplicitTLS)
		}
	default:
		return o, fmt.Errorf("mailer: smtp.tls: must be %q, %q or %q, not %q", StartTLS, ImplicitTLS, NoTLS, o.TLS)
	}
	if o.User != "" && o.Auth == AuthNone {
		o.Auth = AuthPlain
	}
	if o.Auth != AuthNone && (o.User == "" || o.Password == nil) {
		return o, fmt.Errorf("mailer: smtp.user and smtp.password_file must both be set for login %q", o.Auth)
	}
	o.HELO = orDefault(o.HELO, "localhost")
	o.Connections = orDefault(o.Connections, 16)
	o.Batch = orDefault(o.Batch, 16*o.Connections)
	o.Lease = orDefault(o.Lease, 2*time.Minute)
	o.Poll = orDefault(o.Poll, 5*time.Second)
	o.Idle = orDefault(o.Idle, 10*time.Second)
	o.Timeout = orDefault(o.Timeout, time.Minute)
	if o.Backoff == nil {
		o.Backoff = []time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour}
	}
	if o.NewID == nil {
		o.NewID = func() string { return uuid.Must(uuid.NewV7()).String() }
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o, nil
}

func orDefault[T comparable](v, def T) T {
	var zero T
	if v == zero {
		return def
	}
	return v
}

// loopback says whether a host is this machine.
func loopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

func (o Options) tlsConfig() *tls.Config {
	host, _, err := net.SplitHostPort(o.Addr)
	if err != nil {
		host = o.Addr // checked by withDefaults
	}
	return &tls.Config{ServerName: host, RootCAs: o.CA, MinVersion: tls.VersionTLS12}
}

package mailer

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"ask4.com/skarga/complaint"
)

// conn is one open connection to the mail server. It is used by one worker.
type conn struct {
	net     net.Conn
	client  *smtp.Client
	timeout time.Duration
	stop    func() bool // ends the watch over ctx
	used    bool        // has carried a mail already
	spent   bool        // replies are to come that nobody waits for
}

// shutdownGrace is how long a mail under way may still take when the program
// ends.
const shutdownGrace = 5 * time.Second

// errServer marks what is wrong with the server, the way to it or our login: no
// fault of a mail.
var errServer = errors.New("mail server")

// dial connects, secures the connection and logs in. Every error is errServer.
func dial(ctx context.Context, o Options) (*conn, error) {
	c, err := connect(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := c.login(o); err != nil {
		c.close()
		return nil, err
	}
	return c, nil
}

// connect opens and secures a connection.
func connect(ctx context.Context, o Options) (*conn, error) {
	d := net.Dialer{Timeout: o.Timeout}
	nc, err := d.DialContext(ctx, "tcp", o.Addr)
	if err != nil {
		return nil, fmt.Errorf("%w: connect: %w", errServer, err)
	}
	c := &conn{net: nc, timeout: o.Timeout}
	c.extend()
	c.stop = context.AfterFunc(ctx, func() { _ = nc.SetDeadline(time.Now().Add(shutdownGrace)) }) // a closed connection needs none
	wrapped := nc
	if o.TLS == ImplicitTLS {
		t := tls.Client(nc, o.tlsConfig())
		if err := t.HandshakeContext(ctx); err != nil {
			c.close()
			return nil, fmt.Errorf("%w: TLS: %w", errServer, err)
		}
		wrapped = t
	}
	host, _, _ := net.SplitHostPort(o.Addr) // checked by withDefaults
	if c.client, err = smtp.NewClient(wrapped, host); err != nil {
		c.close()
		return nil, fmt.Errorf("%w: greeting: %w", errServer, err)
	}
	if err := c.client.Hello(o.HELO); err != nil {
		c.close()
		return nil, fmt.Errorf("%w: EHLO: %w", errServer, err)
	}
	if o.TLS != StartTLS {
		return c, nil
	}
	if ok, _ := c.client.Extension("STARTTLS"); !ok {
		c.close()
		return nil, fmt.Errorf("%w: TLS: the server does not offer STARTTLS, and smtp.tls asks for it", errServer)
	}
	if err := c.client.StartTLS(o.tlsConfig()); err != nil {
		c.close()
		return nil, fmt.Errorf("%w: TLS: %w", errServer, err)
	}
	return c, nil
}

// login authenticates as configured.
func (c *conn) login(o Options) error {
	if o.Auth == AuthNone {
		return nil
	}
	password, err := o.Password()
	if err != nil {
		return fmt.Errorf("%w: login: read password: %w", errServer, err)
	}
	host, _, _ := net.SplitHostPort(o.Addr) // checked by withDefaults
	open := o.TLS == NoTLS                  // then the server is on this machine
	var a smtp.Auth
	switch o.Auth {
	case AuthPlain:
		a = smtp.PlainAuth("", o.User, password, host, open)
	case AuthLogin:
		a = smtp.LoginAuth(o.User, password, host, open)
	case AuthCramMD5:
		a = smtp.CRAMMD5Auth(o.User, password)
	case AuthSCRAM:
		a = smtp.ScramSHA256Auth(o.User, password)
	case AuthXOAuth2:
		a = smtp.XOAuth2Auth(o.User, password)
	default:
		return fmt.Errorf("%w: login: smtp.auth %q is not known", errServer, o.Auth)
	}
	c.extend()
	if err := c.client.Auth(a); err != nil {
		return fmt.Errorf("%w: login: %w", errServer, err)
	}
	return nil
}

// extend gives the next command its time.
func (c *conn) extend() { _ = c.net.SetDeadline(time.Now().Add(c.timeout)) } // fails on a closed connection only, as the command will

// close drops the connection.
func (c *conn) close() {
	if c.stop != nil {
		c.stop()
	}
	_ = c.net.Close() // nothing is lost with it
}

// quit says goodbye and closes.
func (c *conn) quit() {
	_ = c.net.SetDeadline(time.Now().Add(2 * time.Second)) // the mail is delivered already
	_ = c.client.Quit()
	c.close()
}

// cmd sends one command and reads its reply.
func (c *conn) cmd(expect int, format string, args ...any) (string, error) {
	c.extend()
	id, err := c.client.Text.Cmd(format, args...)
	if err != nil {
		return "", err
	}
	c.client.Text.StartResponse(id)
	defer c.client.Text.EndResponse(id)
	_, msg, err := c.client.Text.ReadResponse(expect)
	return msg, err
}

// step is how far a mail came.
type step string

const (
	stepMail step = "MAIL"
	stepRcpt step = "RCPT"
	stepData step = "DATA"
	stepDone step = "end of DATA" // the whole text was handed over
)

// send hands over one delivery. The step says where an error happened; after
// stepDone without a reply the outcome is unknown.
func (c *conn) send(d complaint.Delivery) (reply string, at step, err error) {
	if at, err := c.envelope(d); err != nil {
		return "", at, err
	}
	w := c.client.Text.DotWriter()
	if _, err := w.Write(d.Bytes); err != nil {
		return "", stepData, err
	}
	c.extend()
	if err := w.Close(); err != nil {
		return "", stepDone, err
	}
	_, reply, err = c.client.Text.ReadResponse(250)
	if err == nil {
		c.used = true
	}
	return reply, stepDone, err
}

// envelope gives sender and recipient and asks for DATA: in one packet where the
// server offers PIPELINING (RFC 2920), one after the other where it does not. After a
// refusal in one packet more replies are to come, and the connection is spent.
func (c *conn) envelope(d complaint.Delivery) (at step, err error) {
	steps := []step{stepMail, stepRcpt, stepData}
	commands := []string{c.mailCommand(d), c.rcptCommand(d), "DATA"}
	expect := []int{250, 25, 354}
	together, _ := c.client.Extension("PIPELINING")
	if together {
		c.extend()
		if err := c.client.Text.PrintfLine("%s", strings.Join(commands, "\r\n")); err != nil {
			return stepMail, err
		}
	}
	for i, at := range steps {
		if !together {
			_, err = c.cmd(expect[i], "%s", commands[i])
		} else {
			c.extend()
			_, _, err = c.client.Text.ReadResponse(expect[i])
		}
		if err != nil {
			c.spent = together
			return at, err
		}
	}
	return "", nil
}

func (c *conn) mailCommand(d complaint.Delivery) string {
	cmd := "MAIL FROM:<" + d.EnvelopeFrom + ">"
	if ok, _ := c.client.Extension("8BITMIME"); ok && !ascii(string(d.Bytes)) {
		cmd += " BODY=8BITMIME"
	}
	if !ascii(d.EnvelopeFrom + d.Recipient) {
		if ok, _ := c.client.Extension("SMTPUTF8"); ok {
			cmd += " SMTPUTF8"
		}
	}
	if ok, _ := c.client.Extension("DSN"); ok {
		cmd += " RET=HDRS" // RFC 3461 section 4.3
		if d.EnvID != "" && len(xtext(d.EnvID)) <= 100 {
			cmd += " ENVID=" + xtext(d.EnvID) // section 4.4
		}
	}
	return cmd
}

func (c *conn) rcptCommand(d complaint.Delivery) string {
	cmd := "RCPT TO:<" + d.Recipient + ">"
	if ok, _ := c.client.Extension("DSN"); ok {
		cmd += " NOTIFY=FAILURE,DELAY" // RFC 3461 section 4.1
		if ascii(d.Recipient) {
			cmd += " ORCPT=rfc822;" + xtext(d.Recipient) // section 4.2
		}
	}
	return cmd
}

// reset makes the connection ready for the next mail.
func (c *conn) reset() error {
	_, err := c.cmd(250, "RSET")
	return err
}

// xtext encodes as RFC 3461 section 4 asks.
func xtext(s string) string {
	var b strings.Builder
	for _, c := range []byte(s) {
		if c < '!' || c > '~' || c == '+' || c == '=' {
			fmt.Fprintf(&b, "+%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// replyCode gives the code of a refusal; 0 when the error is none.
func replyCode(err error) int {
	var e *textproto.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return 0
}

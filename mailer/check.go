package mailer

import (
	"context"
	"crypto/x509"
	"errors"
	"strings"
)

// CheckResult is one line of `skarga check`.
type CheckResult struct {
	Part   string // connect, login or sender
	OK     bool
	Detail string // what was found
	Cure   string // what to do; empty when OK
}

// Check tries the way to the mail server up to MAIL FROM with the return path
// from, and sends nothing. It stops at the first part that fails.
func Check(ctx context.Context, o Options, from string) []CheckResult {
	o, err := o.withDefaults()
	if err != nil {
		return []CheckResult{{"settings", false, err.Error(), "correct the setting in skarga.toml"}}
	}
	c, err := connect(ctx, o)
	if err != nil {
		cure := "check smtp.host and smtp.port, and that the server runs and can be reached from here"
		var invalid x509.CertificateInvalidError
		switch {
		case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
			cure = "the mail server's certificate has to be renewed there; or the clock of this machine is wrong"
		case strings.Contains(err.Error(), "TLS"):
			cure = "check smtp.tls; for a certificate of your own give smtp.ca_file"
		}
		return []CheckResult{{"connect", false, err.Error(), cure}}
	}
	defer c.quit()
	done := []CheckResult{{Part: "connect", OK: true, Detail: o.Addr + ", TLS " + o.TLS}}
	if err := c.login(o); err != nil {
		return append(done, CheckResult{"login", false, err.Error(), "check smtp.user and the content of smtp.password_file"})
	}
	if o.Auth != AuthNone {
		done = append(done, CheckResult{Part: "login", OK: true, Detail: o.Auth})
	}
	if _, err := c.cmd(250, "MAIL FROM:<%s>", from); err != nil {
		return append(done, CheckResult{"sender", false, err.Error(), "let the mail server accept this return path, or change firm.address"})
	}
	done = append(done, CheckResult{Part: "sender", OK: true, Detail: "accepted as return path"})
	_ = c.reset() // the connection is closed next
	return done
}

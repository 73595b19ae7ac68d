package imap

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
)

// CheckResult is what Check found out about one part.
type CheckResult struct {
	Part   string // options, connection, login, abilities, mailbox, rights, done folder, clock
	OK     bool
	Detail string
	Cure   string // what to do; empty when OK
}

// Check tries one mailbox for real and changes nothing in it, except that it makes a
// missing done folder. It ends at the first part without which the rest cannot be
// tried.
func Check(ctx context.Context, o Options) []CheckResult {
	o = o.withDefaults()
	c := &checker{}
	if !c.add("options", o.Validate(), "as configured", "correct the setting that is named") {
		return c.results
	}
	s, err := connect(ctx, o)
	if !c.add("connection", err, fmt.Sprintf("%s, TLS %s", o.addr(), o.TLS), connectCure(o, err)) {
		return c.results
	}
	if !c.add("login", s.login(ctx), "as "+o.User, loginCure(o)) {
		s.close() // no LOGOUT: a refused exchange may still be open
		return c.results
	}
	defer s.bye()
	caps := s.caps()
	c.abilities(o, caps)
	if !c.add("mailbox", s.open(o.Mailbox, o.Exclusive), "can be opened", "name an existing mailbox and give the user the right to read it"+writeRight(o)) {
		return c.results
	}
	if !c.rights(s, caps, o.Mailbox, mailboxRights(o)) {
		return c.results
	}
	if o.Exclusive {
		c.done(s, caps)
	}
	c.clock(s, o.Now())
	return c.results
}

type checker struct{ results []CheckResult }

// add records a part and says whether it is well.
func (c *checker) add(part string, err error, detail, cure string) bool {
	if err != nil {
		c.results = append(c.results, CheckResult{Part: part, Detail: err.Error(), Cure: cure})
		return false
	}
	c.results = append(c.results, CheckResult{Part: part, OK: true, Detail: detail})
	return true
}

func (c *checker) abilities(o Options, caps imap.CapSet) {
	var names []string
	for n := range caps {
		names = append(names, string(n))
	}
	slices.Sort(names)
	detail := strings.Join(names, " ")
	if !caps.Has(imap.CapIdle) {
		detail += fmt.Sprintf("; without IDLE new mail is seen every %s", o.PollEvery)
	}
	var err error
	if len(caps) == 0 {
		err = errors.New("imap: the server does not say what it can do")
	}
	c.add("abilities", err, detail, "ask the operator of the mail server")
}

func (c *checker) done(s *session, caps imap.CapSet) {
	var err error
	if !caps.Has(imap.CapMove) && !caps.Has(imap.CapUIDPlus) {
		err = errCannotMove
	} else {
		err = s.ensureDone()
	}
	if c.add("done folder", err, s.done, "give the user the right to make folders, or set exclusive to false") {
		c.rights(s, caps, s.done, []right{{"i", "put messages there"}})
	}
}

// right is something that we do in a mailbox, and the letters of the rights that allow
// it, one of which suffices: of RFC 4314, and "d" of RFC 2086, which held two of them.
type right struct{ letters, does string }

func mailboxRights(o Options) []right {
	list := []right{{"r", "read it"}}
	if o.Exclusive {
		list = append(list, right{"td", "mark messages as deleted"}, right{"ed", "remove them"})
	}
	return list
}

// rights asks what the user may do in a mailbox, where the server tells. It adds a part
// only if something is missing.
func (c *checker) rights(s *session, caps imap.CapSet, mailbox string, wanted []right) bool {
	if !caps.Has(imap.CapACL) {
		return true
	}
	var have string
	err := s.do(func() error {
		data, err := s.client.MyRights(mailbox).Wait()
		if err == nil {
			have = data.Rights.String()
		}
		return err
	})
	if err != nil {
		return true // may not even ask: what is tried tells
	}
	if strings.ContainsAny(have, "kxte") {
		have = strings.ReplaceAll(have, "d", "") // for old programs: it says that one of them is there
	}
	var lacks []string
	letters := ""
	for _, r := range wanted {
		if !strings.ContainsAny(have, r.letters) {
			lacks = append(lacks, r.does)
			letters += r.letters[:1]
		}
	}
	if lacks == nil {
		return true
	}
	cure := fmt.Sprintf("give the user the right %q in %s", letters, mailbox)
	if s.opts.Exclusive {
		cure += ", or set exclusive to false"
	}
	return c.add("rights", fmt.Errorf("imap: %s: the user may not %s", mailbox, strings.Join(lacks, ", ")), "", cure)
}

// clock looks at the newest message, since IMAP itself tells no time: a message from
// the future shows a clock that is wrong here or there.
func (c *checker) clock(s *session, now time.Time) {
	uids, err := s.search(1, now)
	if err == nil && len(uids) > 0 {
		var metas map[uint32]meta
		last := uids[len(uids)-1]
		if metas, err = s.metas([]uint32{last}); err == nil {
			ahead := metas[last].date.Sub(now)
			if ahead > clockSlack {
				err = fmt.Errorf("imap: the newest message is %s in the future", ahead.Round(time.Second))
			}
			c.add("clock", err, "the newest message is not in the future", "set both clocks by NTP")
			return
		}
	}
	c.add("clock", err, "unknown: no recent message to compare with", "see the other parts")
}

func connectCure(o Options, err error) string {
	var invalid x509.CertificateInvalidError
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "the server's certificate has to be renewed there; or the clock of this machine is wrong"
	case err != nil && strings.Contains(err.Error(), "CA file"):
		return "name a file that holds the private CA's certificate, PEM: ca_file"
	case err != nil && strings.Contains(err.Error(), "x509"):
		return "give the right host name, or the private CA's certificate as CA file"
	}
	return fmt.Sprintf("check host, port %d, the firewall, and whether tls should be implicit or starttls", o.Port)
}

func loginCure(o Options) string {
	if o.Auth == AuthOAuthBearer || o.Auth == AuthXOAuth2 {
		return "check the user and renew the token"
	}
	return "check user and password; some hosts want a password made for programs, or OAuth"
}

func writeRight(o Options) string {
	if o.Exclusive {
		return " and to move messages"
	}
	return ""
}

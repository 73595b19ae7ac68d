package config

import (
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

// bad is an error about a key, with the cure.
func bad(key, cure string) error { return fmt.Errorf("config: %s: %s", key, cure) }

// check looks at every value that has a form.
func (c Config) check() error {
	for _, part := range []func() error{
		c.Firm.check, c.Database.check, c.checkMailboxes, c.checkServing, c.checkBodies, c.Letters.check, c.checkStaff,
		c.Survey.check, c.Retention.check, c.Clock.check, c.Replies.check, c.Import.check, c.Web.check,
	} {
		if err := part(); err != nil {
			return err
		}
	}
	_, err := c.Rules()
	return err
}

func (f Firm) check() error {
	if _, err := mail.ParseAddress(f.Address); err != nil {
		return bad("firm.address", "needs the e-mail address that complaints are answered from")
	}
	for _, l := range f.Languages {
		if l != complaint.English && l != complaint.Polish {
			return bad("firm.languages", fmt.Sprintf("%q is not written here; there are en and pl", l))
		}
	}
	if len(f.Languages) == 0 {
		return bad("firm.languages", `names none; ["en", "pl"] is what the policy asks for (P17)`)
	}
	if f.DutyAddress != "" {
		if _, err := mail.ParseAddress(f.DutyAddress); err != nil {
			return bad("firm.duty_address", "is no e-mail address")
		}
	}
	if f.Prefix == "" || strings.ContainsFunc(f.Prefix, func(r rune) bool {
		return !(r >= 'A' && r <= 'Z' || r >= '0' && r <= '9')
	}) {
		return bad("firm.prefix", "needs capital letters and digits only, e.g. ASK4")
	}
	if f.Name == "" || f.ServiceTeam == "" {
		return bad("firm.name, firm.service_team", "must not be empty: every message is signed with them")
	}
	return nil
}

func (d Database) check() error {
	if d.Driver != "sqlite" && d.Driver != "postgres" {
		return bad("database.driver", `must be "sqlite" or "postgres"`)
	}
	if d.Driver == "postgres" && d.URL == "" && d.URLFile == "" {
		return bad("database.url_file", "names no file with the PostgreSQL address")
	}
	return nil
}

func (c Config) checkMailboxes() error {
	known := map[string]bool{}
	for i, m := range c.Mailboxes {
		key := fmt.Sprintf("mailboxes[%d].", i)
		box := m.Account + " " + m.Folder
		if known[box] {
			return bad(key+"account", fmt.Sprintf("%q has the folder %q already: each mailbox needs an account name of its own, or only one of them is read", m.Account, m.Folder))
		}
		known[box] = true
		switch {
		case m.Host == "":
			return bad(key+"host", "names no mail server")
		case m.Account == "":
			return bad(key+"account", "needs a short name of your own, kept for ever")
		case !slices.Contains([]string{"implicit", "starttls", "none"}, m.TLS):
			return bad(key+"tls", `must be "implicit", "starttls" or "none" (loopback only)`)
		case !slices.Contains([]string{"", "login", "plain", "oauthbearer", "xoauth2"}, m.Auth):
			return bad(key+"auth", `must be "login", "plain", "oauthbearer" or "xoauth2"`)
		}
	}
	return nil
}

// checkServing looks at how mail leaves, at spans and at roles.
func (c Config) checkServing() error {
	if !slices.Contains([]string{"implicit", "starttls", "none"}, c.SMTP.TLS) {
		return bad("smtp.tls", `must be "starttls", "implicit" or "none" (loopback only)`)
	}
	if len(c.SMTP.Backoff) == 0 {
		return bad("smtp.backoff", `needs at least one time span, e.g. ["1m", "5m", "1h"]`)
	}
	for _, d := range []struct {
		key  string
		span []Duration
	}{{"serve.lease", []Duration{c.Serve.Lease}}, {"serve.timeout", []Duration{c.Serve.Timeout}}, {"serve.alarm_after", []Duration{c.Serve.AlarmAfter}},
		{"intake.poll_every", []Duration{c.Intake.Poll}}, {"smtp.backoff", c.SMTP.Backoff}} {
		if slices.Min(d.span) <= 0 {
			return bad(d.key, "a time span must be longer than none")
		}
	}
	for _, n := range []struct {
		key          string
		is, from, to int
	}{{"intake.max_message_mb", c.Intake.MaxMessageMB, 1, 2000}, {"intake.acknowledgements_per_address_and_day", c.Intake.AcksPerDay, 1, 1000}, {"smtp.connections", c.SMTP.Connections, 1, 100}} {
		if n.is < n.from || n.is > n.to {
			return bad(n.key, fmt.Sprintf("%d is not between %d and %d", n.is, n.from, n.to))
		}
	}
	for _, s := range c.Intake.PhoneSystems {
		if !strings.ContainsAny(s, "@.") {
			return bad("intake.phone_systems", fmt.Sprintf("%q is neither an address (pbx@example.com) nor a domain (pbx.example.com)", s))
		}
	}
	if slices.ContainsFunc(c.Intake.AuthservIDs, func(s string) bool { return strings.TrimSpace(s) == "" }) {
		return bad("intake.authserv_ids", "holds an empty name")
	}
	for _, r := range c.Serve.Roles {
		if !slices.Contains(Roles, r) {
			return bad("serve.roles", fmt.Sprintf("%q is no role; there are %s", r, strings.Join(Roles, ", ")))
		}
	}
	return nil
}

func (c Config) checkBodies() error {
	for i, b := range c.Bodies {
		key := fmt.Sprintf("bodies[%d].", i)
		_, err := time.Parse(time.DateOnly, b.From)
		switch {
		case err != nil && b.From != "":
			return bad(key+"from", fmt.Sprintf("%q is no date; one looks like 2026-09-30", b.From))
		case b.Kind != "ico" && b.Kind != "ombudsman":
			return bad(key+"kind", `must be "ico" or "ombudsman"`)
		case b.Name == "" || b.URL == "":
			return bad(key+"name", "the name and the url must not be empty: customers are told them")
		case b.Kind == "ombudsman" && b.Months < 1:
			return bad(key+"months", "needs the months in which a customer may go to the ombudsman, e.g. 12")
		}
	}
	for _, kind := range []string{"ico", "ombudsman"} {
		if !slices.ContainsFunc(c.Bodies, func(b Body) bool { return b.Kind == kind }) {
			return bad("bodies", fmt.Sprintf("none is of the kind %q; customers must be told of it", kind))
		}
	}
	return nil
}

func (l Letters) check() error {
	if !slices.Contains([]string{"auto", "uk", "pl"}, l.Window) {
		return bad("letters.window", `must be "auto", "uk" or "pl"`)
	}
	return nil
}

func (c Config) checkStaff() error {
	for i, s := range c.Staff {
		if s.Name == "" {
			return bad(fmt.Sprintf("staff[%d].name", i), "is empty")
		}
		if _, err := s.Person(); err != nil {
			return bad(fmt.Sprintf("staff[%d].role", i), err.Error())
		}
		if i > slices.IndexFunc(c.Staff, func(o Staff) bool { return complaint.Fold(o.Name) == complaint.Fold(s.Name) }) {
			return bad(fmt.Sprintf("staff[%d].name", i), fmt.Sprintf("%q is there twice; people are told apart by their names", s.Name))
		}
	}
	return nil
}

func (r Retention) check() error {
	if r.Years < 0 || r.Years > 100 {
		return bad("retention.years", "must be 0 (for ever) to 100")
	}
	return nil
}

func (r Replies) check() error {
	for key, kinds := range map[string][]string{"approve_all": r.ApproveAll, "approve_new": r.ApproveNew, "approve_vulnerable": r.Vulnerable} {
		for _, k := range kinds {
			if _, err := templates.Find(k); err != nil {
				return bad("replies."+key, err.Error())
			}
		}
	}
	return nil
}

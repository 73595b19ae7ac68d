package config

import (
	"fmt"
	"net/mail"
	"os"
	"slices"
	"strings"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

// bad is an error about a key, with the cure.
func bad(key, cure string) error { return fmt.Errorf("config: %s: %s", key, cure) }

// check looks at every value that has a form.
func (c Config) check() error {
	for _, part := range []func() error{
		c.Firm.check, c.Database.check, c.checkMailboxes, c.SMTP.check, c.checkServing, c.checkBodies, c.Letters.check, c.checkStaff,
		c.Survey.check, c.Retention.check, c.Clock.check, c.Replies.check, c.Import.check, c.Web.check, c.Templates.check,
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
	for key, link := range map[string]string{"form_url": f.FormURL, "policy_url": f.PolicyURL} {
		if !complaint.IsPage(link) {
			return bad("firm."+key, fmt.Sprintf("%q is no address of a page; one looks like https://www.ask4.com/complaints", link))
		}
	}
	for _, d := range f.OwnDomains {
		if !strings.Contains(d, ".") || strings.ContainsAny(d, " \t/") {
			return bad("firm.own_domains", fmt.Sprintf("%q is no domain; one looks like ask4.com", d))
		}
	}
	if len(f.PostalLines) == 0 {
		return bad("firm.postal_lines", "is empty; customers are told where letters go (P11)")
	}
	if len(f.Prefix) > 10 || f.Prefix == "" || strings.ContainsFunc(f.Prefix, func(r rune) bool {
		return !(r >= 'A' && r <= 'Z' || r >= '0' && r <= '9')
	}) {
		return bad("firm.prefix", "needs capital letters and digits only, 10 at most, e.g. ASK4")
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
	if d.Driver == "sqlite" && d.Path == "" {
		return bad("database.path", "names no file, e.g. data/skarga.db")
	}
	if d.Folder == "" {
		return bad("database.folder", "names no folder for large messages, e.g. data/large")
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
		case m.OAuth() && m.TokenFile == "" && len(m.TokenCommand) == 0:
			return bad(key+"token_file", fmt.Sprintf("%s needs a file that holds the token, or a token_command that prints it", m.Auth))
		case !m.OAuth() && m.PasswordFile == "":
			return bad(key+"password_file", "names no file with the password")
		case m.Exclusive && m.DoneFolder == m.Folder:
			return bad(key+"done_folder", "an exclusive mailbox needs another folder for what was taken in, e.g. Skarga/Done")
		}
	}
	return nil
}

func (s SMTP) check() error {
	switch {
	case s.Host == "":
		return bad("smtp.host", "names no mail server")
	case s.Port < 1 || s.Port > 65535:
		return bad("smtp.port", fmt.Sprintf("%d is not between 1 and 65535; 587 goes with starttls, 465 with implicit", s.Port))
	case !slices.Contains([]string{"implicit", "starttls", "none"}, s.TLS):
		return bad("smtp.tls", `must be "starttls", "implicit" or "none" (loopback only)`)
	case strings.ContainsAny(s.Helo, " \t"):
		return bad("smtp.helo", fmt.Sprintf("%q is no machine's name", s.Helo))
	case len(s.Backoff) == 0:
		return bad("smtp.backoff", `needs at least one time span, e.g. ["1m", "5m", "1h"]`)
	}
	return nil
}

// checkServing looks at spans, counts and roles.
func (c Config) checkServing() error {
	for _, d := range []struct {
		key  string
		span []Duration
	}{{"serve.lease", []Duration{c.Serve.Lease}}, {"serve.timeout", []Duration{c.Serve.Timeout}}, {"serve.alarm_after", []Duration{c.Serve.AlarmAfter}},
		{"intake.poll_every", []Duration{c.Intake.Poll}}, {"smtp.backoff", c.SMTP.Backoff}} {
		if slices.Min(d.span) <= 0 {
			return bad(d.key, "a time span must be longer than none")
		}
	}
	if c.Serve.AlarmAfter <= c.Intake.Poll {
		return bad("serve.alarm_after", "must be longer than intake.poll_every, or a mailbox that is well is an alarm")
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
	return CheckRoles(c.Serve.Roles)
}

// CheckRoles looks at the roles that a node shall have.
func CheckRoles(roles []string) error {
	if len(roles) == 0 {
		return bad("serve.roles", "names none; there are "+strings.Join(Roles, ", "))
	}
	for _, r := range roles {
		if !slices.Contains(Roles, r) {
			return bad("serve.roles", fmt.Sprintf("%q is no role; there are %s", r, strings.Join(Roles, ", ")))
		}
	}
	return nil
}

func (c Config) checkBodies() error {
	for i, b := range c.Outside() {
		if field, why := b.Wrong(); field != "" {
			return bad(fmt.Sprintf("bodies[%d].%s", i, field), why)
		}
	}
	for _, kind := range complaint.BodyKinds() {
		if !slices.ContainsFunc(c.Bodies, func(b Body) bool { return b.Kind == kind }) {
			return bad("bodies", fmt.Sprintf("none is of the kind %q; customers must be told of it", kind))
		}
	}
	return nil
}

// Outside are the bodies of the configuration.
func (c Config) Outside() (list []complaint.Body) {
	for _, b := range c.Bodies {
		list = append(list, complaint.Body(b))
	}
	return list
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
		if _, err := mail.ParseAddress(s.Address); err != nil && s.Address != "" {
			return bad(fmt.Sprintf("staff[%d].address", i), fmt.Sprintf("%q is no e-mail address", s.Address))
		}
		if i > slices.IndexFunc(c.Staff, func(o Staff) bool { return complaint.Fold(o.Name) == complaint.Fold(s.Name) }) {
			return bad(fmt.Sprintf("staff[%d].name", i), fmt.Sprintf("%q is there twice; people are told apart by their names", s.Name))
		}
	}
	return nil
}

func (t Templates) check() error {
	if info, err := os.Stat(t.Folder); t.Folder != "" && (err != nil || !info.IsDir()) {
		return bad("templates.folder", fmt.Sprintf("there is no folder %q; make it, or correct the setting", t.Folder))
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

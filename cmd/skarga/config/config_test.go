package config_test

import (
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/cmd/skarga/config"
	"ask4.com/skarga/complaint"
)

func load(t *testing.T, text string, environ ...string) (config.Config, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "skarga.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return config.Load(path, environ)
}

func TestShippedFileIsValid(t *testing.T) {
	t.Parallel()
	c, err := load(t, config.Default)
	if err != nil {
		t.Fatal(err)
	}
	if c.Policy.AcknowledgeHours != 24 || c.Mailboxes[0].Folder != "INBOX" || len(c.Bodies) != 3 {
		t.Errorf("read as %+v", c)
	}
}

func TestFileIsLaidOverTheShippedValues(t *testing.T) {
	t.Parallel()
	c, err := load(t, "[policy]\nrespond_working_days = 5\n[[mailboxes]]\naccount = \"a\"\nhost = \"h\"\ntls = \"implicit\"\npassword_file = \"p\"\n[[mailboxes]]\naccount = \"b\"\nhost = \"h\"\ntls = \"implicit\"\npassword_file = \"p\"\n")
	if err != nil {
		t.Fatal(err)
	}
	if c.Mailboxes[0].Folder != "INBOX" || c.Mailboxes[0].DoneFolder != "Skarga/Done" {
		t.Errorf("a mailbox without a folder is %q, done %q: positions and the ledger need its name", c.Mailboxes[0].Folder, c.Mailboxes[0].DoneFolder)
	}
	if c.Policy.RespondDays != 5 || c.Policy.UpdateDays != 3 || len(c.Mailboxes) != 2 || c.Firm.Prefix != "ASK4" {
		t.Errorf("read as %+v", c)
	}
}

func TestEnvironmentOverrides(t *testing.T) {
	t.Parallel()
	c, err := load(t, config.Default, "SKARGA_SMTP_HOST=mx", "SKARGA_MAILBOXES_0_PORT=143", "SKARGA_SERVE_ROLES=poll, deliver", "SKARGA_SERVE_LEASE=2s", "HOME=/root")
	if err != nil {
		t.Fatal(err)
	}
	if c.SMTP.Host != "mx" || c.Mailboxes[0].Port != 143 || strings.Join(c.Serve.Roles, "+") != "poll+deliver" || c.Serve.Lease != config.Duration(2e9) {
		t.Errorf("read as %+v", c)
	}
}

func TestEverySettingHasAVariable(t *testing.T) {
	t.Parallel()
	c, err := load(t, config.Default, "SKARGA_FIRM_LANGUAGES=pl", "SKARGA_CLOCK_REMINDERS=0.25, 0.75", "SKARGA_CLOCK_DIGEST_AT=09:15")
	if err != nil || len(c.Firm.Languages) != 1 || c.Firm.Languages[0] != complaint.Polish || len(c.Clock.Reminders) != 2 || c.Clock.Reminders[0] != 0.25 {
		t.Errorf("read as %+v, %v", c.Firm.Languages, err)
	}
	var walk func(v reflect.Value, name string)
	walk = func(v reflect.Value, name string) {
		switch {
		case v.Kind() == reflect.Struct:
			for i := range v.NumField() {
				walk(v.Field(i), name+"_"+strings.ToUpper(v.Type().Field(i).Tag.Get("toml")))
			}
		case v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Struct:
			for i := range v.Len() {
				walk(v.Index(i), name+"_"+strconv.Itoa(i))
			}
		default:
			// The value may be wrong for it, but there must be a way to give one.
			if _, err := load(t, config.Default, name+"=1"); err != nil && strings.Contains(err.Error(), "in the environment: cannot") || err != nil && strings.Contains(err.Error(), "names no setting") {
				t.Error(err)
			}
		}
	}
	walk(reflect.ValueOf(&c).Elem(), "SKARGA")
}

func TestBadValuesNameTheSettingAndTheCure(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		text string
		env  string
		want []string
	}{
		"unknown key":      {text: "[smtp]\nhots = \"x\"", want: []string{"smtp.hots", "init --print"}},
		"unknown variable": {env: "SKARGA_SMTP_HOTS=x", want: []string{"SKARGA_SMTP_HOTS", "init --print"}},
		"not a number":     {env: "SKARGA_SMTP_PORT=many", want: []string{"SKARGA_SMTP_PORT", "whole number"}},
		"bad syntax":       {text: "[smtp\n", want: []string{"line"}},
		"bad address":      {text: "[firm]\naddress = \"nobody\"", want: []string{"firm.address"}},
		"bad prefix":       {text: "[firm]\nprefix = \"ask 4\"", want: []string{"firm.prefix", "ASK4"}},
		"bad zone":         {text: "[firm]\ntime_zone = \"Mars\"", want: []string{"firm.time_zone", "Europe/London"}},
		"bad calendar":     {text: "[policy]\ncalendar = \"DE\"", want: []string{"policy.calendar", "GB-EAW"}},
		"bad days":         {text: "[policy]\nupdate_working_days = 0", want: []string{"policy.update_working_days"}},
		"bad driver":       {text: "[database]\ndriver = \"mysql\"", want: []string{"database.driver", "postgres"}},
		"bad tls":          {text: "[smtp]\ntls = \"yes\"", want: []string{"smtp.tls", "starttls"}},
		"bad role":         {text: "[serve]\nroles = [\"cook\"]", want: []string{"serve.roles", "deliver"}},
		"bad span":         {text: "[serve]\nlease = \"soon\"", want: []string{"soon", "10m"}},
		"no signature":     {text: "[firm]\nservice_team = \"\"", want: []string{"firm.service_team", "signed"}},
		"body no limit":    {text: "[[bodies]]\nkind = \"ombudsman\"\nname = \"O\"\nurl = \"https://o.example\"", want: []string{"bodies[0].months", "12"}},
		"body no name":     {text: "[[bodies]]\nkind = \"ico\"\nurl = \"https://o.example\"", want: []string{"bodies[0].name"}},
		"body bad kind":    {text: "[[bodies]]\nkind = \"police\"", want: []string{"bodies[0].kind", "ombudsman"}},
		"body bad date":    {text: "[[bodies]]\nkind = \"ico\"\nfrom = \"autumn\"", want: []string{"bodies[0].from", "2026-09-30"}},
		"no ombudsman":     {text: "[[bodies]]\nkind = \"ico\"\nname = \"I\"\nurl = \"https://i.example\"", want: []string{"bodies", "ombudsman"}},
		"bad language":     {text: "[firm]\nlanguages = [\"de\"]", want: []string{"firm.languages", "en and pl"}},
		"no lease":         {text: "[serve]\nlease = \"0s\"", want: []string{"serve.lease:"}},
		"negative size":    {text: "[intake]\nmax_message_mb = -3", want: []string{"intake.max_message_mb", "between"}},
		"no cap":           {text: "[intake]\nacknowledgements_per_address_and_day = 0", want: []string{"intake.acknowledgements_per_address_and_day"}},
		"connections":      {text: "[smtp]\nconnections = 99999", want: []string{"smtp.connections"}},
		"phone system":     {text: "[intake]\nphone_systems = [\"pbx\"]", want: []string{"intake.phone_systems", "pbx"}},
		"empty authserv":   {text: "[intake]\nauthserv_ids = [\" \"]", want: []string{"intake.authserv_ids"}},
		"no language":      {text: "[firm]\nlanguages = []", want: []string{"firm.languages", "P17"}},
		"mailbox twice":    {text: "[[mailboxes]]\naccount = \"a\"\nhost = \"h\"\ntls = \"implicit\"\npassword_file = \"p\"\n[[mailboxes]]\naccount = \"a\"\nhost = \"other\"\ntls = \"implicit\"", want: []string{"mailboxes[1].account", "only one"}},
		"no page":          {text: "[firm]\nform_url = \"our page\"", want: []string{"firm.form_url", "https://"}},
		"script":           {text: "[firm]\npolicy_url = \"javascript:alert(1)\"", want: []string{"firm.policy_url"}},
		"long prefix":      {text: "[firm]\nprefix = \"COMPLAINTS4\"", want: []string{"firm.prefix", "10 at most"}},
		"no zone":          {text: "[firm]\ntime_zone = \"\"", want: []string{"firm.time_zone", "Europe/London"}},
		"no post":          {text: "[firm]\npostal_lines = []", want: []string{"firm.postal_lines", "P11"}},
		"own domain":       {text: "[firm]\nown_domains = [\"ask4\"]", want: []string{"firm.own_domains", "ask4.com"}},
		"no list":          {text: "[firm]\nlanguages = \"en\"", want: []string{"line 2", "firm.languages", "a list"}},
		"quoted number":    {text: "[policy]\nacknowledge_hours = \"24\"", want: []string{"policy.acknowledge_hours", "a whole number"}},
		"later than P12":   {text: "[policy]\nacknowledge_hours = 25", want: []string{"policy.acknowledge_hours", "24 or less", "P12"}},
		"later than P13":   {text: "[policy]\nupdate_working_days = 4", want: []string{"policy.update_working_days", "3 or less", "P13"}},
		"later than P14":   {text: "[policy]\nrespond_working_days = 10", want: []string{"policy.respond_working_days", "7 or less", "P14"}},
		"span without key": {text: "[smtp]\nbackoff = [\"1 minute\"]", want: []string{"smtp.backoff", "10m"}},
		"one-off day":      {text: "[policy]\none_off_days = [{ date = \"2022-13-19\" }]", want: []string{"policy.one_off_days", "2026-12-31"}},
		"no weeks":         {text: "[policy]\nombudsman_letter = []", want: []string{"policy.ombudsman_letter", "P16"}},
		"zero weeks":       {text: "[policy]\nombudsman_letter = [{ weeks = 0 }]", want: []string{"policy.ombudsman_letter", "1 or more"}},
		"body no page":     {text: "[[bodies]]\nkind = \"ico\"\nname = \"I\"\nurl = \"ico\"", want: []string{"bodies[0].url"}},
		"no file":          {text: "[database]\npath = \"\"", want: []string{"database.path", "skarga.db"}},
		"no folder":        {text: "[database]\nfolder = \"\"", want: []string{"database.folder"}},
		"no mail server":   {text: "[smtp]\nhost = \"\"", want: []string{"smtp.host"}},
		"smtp port":        {text: "[smtp]\nport = 0", want: []string{"smtp.port", "587"}},
		"helo":             {text: "[smtp]\nhelo = \"a b\"", want: []string{"smtp.helo"}},
		"no role at all":   {text: "[serve]\nroles = []", want: []string{"serve.roles", "deliver"}},
		"staff address":    {text: "[[staff]]\nname = \"A B\"\nrole = \"support\"\naddress = \"x\"", want: []string{"staff[0].address"}},
		"no template dir":  {text: "[templates]\nfolder = \"/nowhere/at/all\"", want: []string{"templates.folder", "make it"}},
		"no password":      {text: "[[mailboxes]]\naccount = \"a\"\nhost = \"h\"\ntls = \"implicit\"", want: []string{"mailboxes[0].password_file"}},
		"no token":         {text: "[[mailboxes]]\naccount = \"a\"\nhost = \"h\"\ntls = \"implicit\"\nauth = \"xoauth2\"", want: []string{"mailboxes[0].token_file", "token_command"}},
		"done is mailbox":  {text: "[[mailboxes]]\naccount = \"a\"\nhost = \"h\"\ntls = \"implicit\"\npassword_file = \"p\"\nexclusive = true\ndone_folder = \"INBOX\"", want: []string{"mailboxes[0].done_folder", "Skarga/Done"}},
		"alarm too soon":   {text: "[serve]\nalarm_after = \"30s\"", want: []string{"serve.alarm_after", "intake.poll_every"}},
		"mailbox no host":  {text: "[[mailboxes]]\naccount = \"a\"", want: []string{"mailboxes[0].host"}},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var env []string
			if tc.env != "" {
				env = []string{tc.env}
			}
			_, err := load(t, tc.text, env...)
			if err == nil {
				t.Fatal("was taken")
			}
			for _, w := range tc.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("error %q does not say %q", err, w)
				}
			}
		})
	}
	if _, err := config.Load(filepath.Join(t.TempDir(), "none.toml"), nil); err == nil || !strings.Contains(err.Error(), "skarga init") {
		t.Errorf("a missing file: %v", err)
	}
}

func TestBackoffIsAListOfTimeSpans(t *testing.T) {
	t.Parallel()
	c, err := load(t, "", "SKARGA_SMTP_BACKOFF=100ms, 2s")
	if err != nil {
		t.Fatal(err)
	}
	if got := c.SMTP.Backoff; len(got) != 2 || got[0] != config.Duration(100*time.Millisecond) || got[1] != config.Duration(2*time.Second) {
		t.Errorf("read as %v", got)
	}
	for name, text := range map[string]string{
		"empty": "[smtp]\nbackoff = []\n", "no time": "[smtp]\nbackoff = [\"0s\"]\n",
	} {
		if _, err := load(t, text); err == nil || !strings.Contains(err.Error(), "smtp.backoff") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestP17LanguagesOfTheFirm(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][3]complaint.Language{
		"":                               {complaint.English, complaint.Polish, complaint.Both},
		"[firm]\nlanguages = [\"pl\"]\n": {complaint.Polish, complaint.Polish, complaint.Polish},
	} {
		c, err := load(t, text)
		if err != nil {
			t.Fatal(err)
		}
		if got := [3]complaint.Language{c.Firm.Language(complaint.English), c.Firm.Language(complaint.Polish), c.Firm.Language(complaint.Both)}; got != want {
			t.Errorf("%q: who writes in English, Polish or another gets %q, want %q", text, got, want)
		}
	}
}

// Package config reads Skarga's one configuration file. It is read once, at the
// start; a bad value stops the start and names the setting and the cure.
package config

import (
	"cmp"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"reflect"
	"regexp"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
	"github.com/BurntSushi/toml"
)

// Default is the commented file that `skarga init` writes; it holds ASK4's
// values, and every key that there is.
//
//go:embed skarga.toml
var Default string

// Config is the whole configuration. Keys are those of skarga.toml, where each is
// explained.
type Config struct {
	Firm      Firm      `toml:"firm"`
	Policy    Policy    `toml:"policy"`
	Bodies    []Body    `toml:"bodies"`
	Database  Database  `toml:"database"`
	Mailboxes []Mailbox `toml:"mailboxes"`
	SMTP      SMTP      `toml:"smtp"`
	Intake    Intake    `toml:"intake"`
	Replies   Replies   `toml:"replies"`
	Clock     Clock     `toml:"clock"`
	Survey    Survey    `toml:"survey"`
	Retention Retention `toml:"retention"`
	Serve     Serve     `toml:"serve"`
	Web       Web       `toml:"web"`
	Import    Import    `toml:"import"`
	Letters   Letters   `toml:"letters"`
	Templates Templates `toml:"templates"`
	Staff     []Staff   `toml:"staff"`
}

// Firm says who answers.
type Firm struct {
	Name          string               `toml:"name"`
	Prefix        string               `toml:"prefix"`
	Address       string               `toml:"address"`
	DutyAddress   string               `toml:"duty_address"`
	FormURL       string               `toml:"form_url"`
	PolicyURL     string               `toml:"policy_url"`
	PostalLines   []string             `toml:"postal_lines"`
	OwnDomains    []string             `toml:"own_domains"`
	TimeZone      string               `toml:"time_zone"`
	ServiceTeam   string               `toml:"service_team"`
	ServiceTeamPL string               `toml:"service_team_pl"`
	Languages     []complaint.Language `toml:"languages"`
}

// Policy holds the numbers of the policy.
type Policy struct {
	AcknowledgeHours int      `toml:"acknowledge_hours"`
	UpdateDays       int      `toml:"update_working_days"`
	NextUpdateDays   int      `toml:"next_update_working_days"`
	RespondDays      int      `toml:"respond_working_days"`
	ReviewDays       int      `toml:"review_working_days"`
	ComplyDays       int      `toml:"comply_days"`
	CloseDays        int      `toml:"close_days"`
	Calendar         string   `toml:"calendar"`
	OneOffDays       []OneOff `toml:"one_off_days"`
	Ombudsman        []Weeks  `toml:"ombudsman_letter"`
}

// OneOff is a day that differs from the calendar's rules.
type OneOff struct {
	Date    string `toml:"date"`
	Name    string `toml:"name"`
	Working bool   `toml:"working"`
}

// Weeks is a number of weeks for complaints made from a date on.
type Weeks struct {
	From  string `toml:"from"`
	Weeks int    `toml:"weeks"`
}

// Body is an outside body that a customer may turn to, from a date on.
type Body struct {
	Kind   string `toml:"kind"` // "ico" or "ombudsman"
	From   string `toml:"from"`
	Until  string `toml:"until"` // its last day; empty: until the next of its kind begins
	Name   string `toml:"name"`
	NamePL string `toml:"name_pl"`
	URL    string `toml:"url"`
	Phone  string `toml:"phone"`
	Post   string `toml:"post"`
	// Months is how long a customer may go to the ombudsman, from our letter.
	Months int `toml:"months"`
}

// Database says where records live.
type Database struct {
	Driver  string `toml:"driver"`
	Path    string `toml:"path"`
	URLFile string `toml:"url_file"`
	URL     string `toml:"url"`
	Folder  string `toml:"folder"`
}

// Mailbox is one IMAP mailbox that is polled.
type Mailbox struct {
	Account      string   `toml:"account"`
	Host         string   `toml:"host"`
	Port         int      `toml:"port"`
	TLS          string   `toml:"tls"`
	CAFile       string   `toml:"ca_file"`
	User         string   `toml:"user"`
	Auth         string   `toml:"auth"`
	PasswordFile string   `toml:"password_file"`
	TokenFile    string   `toml:"token_file"`
	TokenCommand []string `toml:"token_command"`
	Folder       string   `toml:"folder"`
	Exclusive    bool     `toml:"exclusive"`
	DoneFolder   string   `toml:"done_folder"`
	Spam         bool     `toml:"spam"`
}

// SMTP is the mail server that takes what we send.
type SMTP struct {
	Host         string     `toml:"host"`
	Port         int        `toml:"port"`
	TLS          string     `toml:"tls"`
	CAFile       string     `toml:"ca_file"`
	User         string     `toml:"user"`
	PasswordFile string     `toml:"password_file"`
	Connections  int        `toml:"connections"`
	Helo         string     `toml:"helo"`
	Backoff      []Duration `toml:"backoff"`
}

// Intake says how arrivals are judged.
type Intake struct {
	MaxMessageMB int      `toml:"max_message_mb"`
	AcksPerDay   int      `toml:"acknowledgements_per_address_and_day"`
	PhoneSystems []string `toml:"phone_systems"`
	AuthservIDs  []string `toml:"authserv_ids"`
	Poll         Duration `toml:"poll_every"`
}

// Letters says how letters are printed.
type Letters struct {
	Head       []string  `toml:"head"`
	LargePrint bool      `toml:"large_print"`
	Window     string    `toml:"window"` // "auto", "uk" or "pl"
	CutOff     TimeOfDay `toml:"cut_off"`
	Folder     string    `toml:"folder"`
}

// Replies says which answers wait for a second person.
type Replies struct {
	ApproveAll []string `toml:"approve_all"`
	ApproveNew []string `toml:"approve_new"`
	Vulnerable []string `toml:"approve_vulnerable"`
}

// Retention says how long the content of complaints is kept.
type Retention struct {
	Years int `toml:"years"` // after closure; 0 for ever
}

// Clock says when staff are told of what is due.
type Clock struct {
	Reminders []float64 `toml:"reminders"`
	WorkFrom  TimeOfDay `toml:"work_from"`
	WorkTo    TimeOfDay `toml:"work_to"`
	DigestAt  TimeOfDay `toml:"digest_at"`
}

// check looks at the values; the error names the setting.
func (c Clock) check() error {
	for i, f := range c.Reminders {
		if f <= 0 || f >= 1 || i > 0 && f <= c.Reminders[i-1] {
			return bad("clock.reminders", "must be fractions between 0 and 1, the smallest first, e.g. [0.5, 0.8]")
		}
	}
	if c.WorkFrom >= c.WorkTo {
		return bad("clock.work_from, clock.work_to", "the working day must end after it begins")
	}
	if c.DigestAt >= c.WorkTo {
		return bad("clock.digest_at", "must be before the working day ends")
	}
	return nil
}

// Serve says how `skarga serve` runs.
type Serve struct {
	Roles         []string `toml:"roles"`
	Node          string   `toml:"node"`
	HealthAddress string   `toml:"health_address"`
	AlarmAfter    Duration `toml:"alarm_after"`
	Lease         Duration `toml:"lease"`
	Timeout       Duration `toml:"timeout"`
	LogLevel      string   `toml:"log_level"`
}

// Templates says where the firm's own texts lie.
type Templates struct {
	Folder string `toml:"folder"`
}

// Staff is one person who may act.
type Staff struct {
	Name    string   `toml:"name"`
	Aliases []string `toml:"aliases"`
	Role    string   `toml:"role"`
	OSUser  string   `toml:"os_user"`
	Address string   `toml:"address"`
	New     bool     `toml:"new"`
	Made    bool     `toml:"-"` // by `skarga staff add`, not by the file
}

// Person is the member of staff as the policy knows them.
func (s Staff) Person() (complaint.Person, error) {
	role, err := complaint.ParseRole(s.Role)
	return complaint.Person{Name: s.Name, Aliases: s.Aliases, Role: role, Address: s.Address, New: s.New}, err
}

// People is the staff list as the policy knows it. A role that is not known was
// refused when the file was read.
func (c Config) People() []complaint.Person {
	var list []complaint.Person
	for _, s := range c.Staff {
		p, _ := s.Person() // checked by check
		list = append(list, p)
	}
	return list
}

// Shipped gives the configuration of the default file.
func Shipped() (Config, error) { return parse(Default) }

// Load reads a file over the shipped values, applies environment overrides and
// checks every value. A missing file is an error that names `skarga init`.
func Load(path string, environ []string) (Config, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return Config{}, fmt.Errorf("config: %s is not there; write one with `skarga init`", path)
	}
	if err != nil {
		return Config{}, fmt.Errorf("config: %w", err)
	}
	c, err := parse(string(b))
	if err != nil {
		return c, fmt.Errorf("config: %s: %w", path, err)
	}
	if err := override(reflect.ValueOf(&c).Elem(), "SKARGA", environ); err != nil {
		return c, err
	}
	for i := range c.Mailboxes { // a block of one's own need not name it
		c.Mailboxes[i].Folder = cmp.Or(c.Mailboxes[i].Folder, "INBOX")
		c.Mailboxes[i].DoneFolder = cmp.Or(c.Mailboxes[i].DoneFolder, "Skarga/Done")
	}
	return c, c.check()
}

// parse reads TOML over the shipped values. Unknown keys are errors. Lists of
// tables in the text replace the shipped ones.
func parse(text string) (Config, error) {
	var c Config
	if text != Default {
		var err error
		if c, err = parse(Default); err != nil {
			return c, err
		}
		var given map[string]any
		if _, err := toml.Decode(text, &given); err == nil {
			for key, list := range map[string]any{"mailboxes": &c.Mailboxes, "bodies": &c.Bodies, "staff": &c.Staff} {
				if _, there := given[key]; there {
					reflect.ValueOf(list).Elem().SetZero()
				}
			}
		}
	}
	meta, err := toml.Decode(text, &c)
	if err != nil {
		return c, plain(err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return c, fmt.Errorf("unknown setting %q; `skarga init --print` lists every one there is", unknown[0].String())
	}
	return c, nil
}

// mistyped is how the library says that a value has the wrong type.
var mistyped = regexp.MustCompile(`line (\d+) \(last key "([^"]+)"\): incompatible types: TOML value has type (\w+); destination has type (\w+)`)

// plain says where a file is wrong and what is needed there.
func plain(err error) error {
	var p toml.ParseError
	if errors.As(err, &p) {
		return fmt.Errorf("line %d: %s", p.Position.Line, strings.TrimPrefix(p.LastKey+": "+p.Message, ": "))
	}
	if m := mistyped.FindStringSubmatch(err.Error()); m != nil {
		needed := map[string]string{"string": `a text in quotes, "…"`, "integer": "a whole number, without quotes", "float": "a number, without quotes", "boolean": "true or false, without quotes", "slice": "a list, [ … ]"}
		return fmt.Errorf("line %s: %s: needs %s", m[1], m[2], cmp.Or(needed[m[4]], m[4]))
	}
	return err
}

// Roles are the parts that a node may run (DESIGN, Several nodes).
var Roles = []string{"poll", "import", "deliver", "clock", "web"}

// Language is the language that somebody who wrote in lang is answered in.
func (f Firm) Language(lang complaint.Language) complaint.Language {
	if len(f.Languages) == 1 {
		return f.Languages[0]
	}
	return lang
}

// Rules are the policy's numbers as the clocks need them.
func (c Config) Rules() (complaint.Rules, error) {
	loc, err := time.LoadLocation(c.Firm.TimeZone)
	if err != nil || c.Firm.TimeZone == "" {
		return complaint.Rules{}, fmt.Errorf("config: firm.time_zone: %q is unknown; one looks like Europe/London", c.Firm.TimeZone)
	}
	var days []complaint.Override
	for _, d := range c.Policy.OneOffDays {
		days = append(days, complaint.Override{Date: d.Date, Name: d.Name, Working: d.Working})
	}
	if _, err := complaint.NewCalendar(c.Policy.Calendar); err != nil {
		return complaint.Rules{}, fmt.Errorf("config: policy.calendar: %w", err)
	}
	calendar, err := complaint.NewCalendar(c.Policy.Calendar, days...)
	if err != nil {
		return complaint.Rules{}, fmt.Errorf("config: policy.one_off_days: %w", err)
	}
	r := complaint.Rules{
		Acknowledge: time.Duration(c.Policy.AcknowledgeHours) * time.Hour, UpdateDays: c.Policy.UpdateDays,
		NextUpdateDays: c.Policy.NextUpdateDays, RespondDays: c.Policy.RespondDays,
		ReviewDays: c.Policy.ReviewDays, ComplyDays: c.Policy.ComplyDays, CloseDays: c.Policy.CloseDays, Calendar: calendar, Location: loc,
	}
	for key, n := range map[string]int{"acknowledge_hours": c.Policy.AcknowledgeHours, "update_working_days": r.UpdateDays, "next_update_working_days": r.NextUpdateDays, "respond_working_days": r.RespondDays,
		"review_working_days": r.ReviewDays, "comply_days": r.ComplyDays, "close_days": r.CloseDays} {
		if n < 1 {
			return r, fmt.Errorf("config: policy.%s: must be 1 or more, not %d", key, n)
		}
	}
	for key, most := range map[string]struct {
		n, promised int
		rule        string
	}{
		"acknowledge_hours":    {c.Policy.AcknowledgeHours, 24, "P12"},
		"update_working_days":  {r.UpdateDays, 3, "P13"},
		"respond_working_days": {r.RespondDays, 7, "P14"},
	} {
		if most.n > most.promised {
			return r, fmt.Errorf("config: policy.%s: must be %d or less, as the policy promises (%s), not %d", key, most.promised, most.rule, most.n)
		}
	}
	if len(c.Policy.Ombudsman) == 0 {
		return r, bad("policy.ombudsman_letter", `names no weeks, e.g. [{ from = "", weeks = 6 }] (P16)`)
	}
	for _, w := range c.Policy.Ombudsman {
		var from time.Time
		if w.From != "" {
			if from, err = time.ParseInLocation(time.DateOnly, w.From, loc); err != nil {
				return r, fmt.Errorf("config: policy.ombudsman_letter: %q is no date; one looks like 2026-04-08", w.From)
			}
		}
		if w.Weeks < 1 {
			return r, fmt.Errorf("config: policy.ombudsman_letter: weeks must be 1 or more, not %d", w.Weeks)
		}
		r.OmbudsmanWeeks = append(r.OmbudsmanWeeks, complaint.WeeksFrom{From: from, Weeks: w.Weeks})
	}
	return r, nil
}

package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/cmd/skarga/config"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest/message"
	"ask4.com/skarga/internal/testserver"
	"ask4.com/skarga/mailer"
	"ask4.com/skarga/store"
)

// sim is the whole program with a clock that the test moves: mail comes in as arrivals,
// leaves by real SMTP, and the clock looks four times a day.
type sim struct {
	*testing.T
	app    *app
	sink   *testserver.Sink
	sender *mailer.Sender
	now    time.Time
	uid    int
	came   []string // the mails that came in, as they were sent
}

// simStaff have addresses, so that the clock can write to them.
const simStaff = `[[staff]]
name = "Anna Kowalska"
role = "manager"
address = "anna@ask4.com"
[[staff]]
name = "Tomasz Nowak"
role = "support"
address = "tomasz@ask4.com"
[[staff]]
name = "Nina Nowa"
role = "support"
new = true
[[staff]]
name = "Zofia Wójcik"
role = "data protection"
`

// newSim assembles a firm at a local time. dsn is a PostgreSQL database, or "" for
// SQLite.
func newSim(t *testing.T, local, dsn, toml string) *sim {
	t.Helper()
	s := &sim{T: t, sink: testserver.SMTPSink(t, testserver.SinkOptions{})}
	dir := t.TempDir()
	host, port, err := hostPort(s.sink.Addr)
	if err != nil {
		t.Fatal(err)
	}
	db := fmt.Sprintf("driver = \"sqlite\"\npath = %q\n", filepath.Join(dir, "skarga.db"))
	if dsn != "" {
		db = fmt.Sprintf("driver = \"postgres\"\nurl = %q\n", dsn)
	}
	text := fmt.Sprintf("[database]\n%sfolder = %q\n[smtp]\nhost = %q\nport = %d\ntls = \"none\"\nuser = \"\"\npassword_file = \"\"\n[serve]\nlog_level = \"warn\"\nhealth_address = \"\"\n%s%s",
		db, filepath.Join(dir, "large"), host, port, simStaff, toml)
	file := filepath.Join(dir, "skarga.toml")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(file, nil)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Letters.Folder = filepath.Join(dir, "print")
	s.now = s.at(local)
	if s.app, err = assembleAt(t.Context(), cfg, t.Output(), func() time.Time { return s.now }); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.app.Close(); err != nil {
			t.Error(err)
		}
	})
	if s.sender, err = s.app.sender(); err != nil {
		t.Fatal(err)
	}
	return s
}

// london is the zone of all times in these tests.
var london = func() *time.Location {
	l, err := time.LoadLocation("Europe/London")
	if err != nil {
		panic(err)
	}
	return l
}()

func (s *sim) at(local string) time.Time {
	s.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", local, london)
	if err != nil {
		s.Fatal(err)
	}
	return at.UTC()
}

// work lets the program do what is due now.
func (s *sim) work() {
	s.Helper()
	if _, err := s.app.intake.Drain(s.Context()); err != nil {
		s.Fatal(err)
	}
	if err := s.app.clock().Look(s.Context()); err != nil {
		s.Fatal(err)
	}
	if s.app.surveysLink() {
		if _, err := s.app.surveys().Look(s.Context()); err != nil {
			s.Fatal(err)
		}
	}
	s.deliver()
}

// deliver sends what is queued.
func (s *sim) deliver() {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.Context(), waitLimit)
	defer cancel()
	if _, err := s.sender.Drain(ctx); err != nil {
		s.Fatal(err)
	}
}

// to lets time pass up to a local time: the clock looks after midnight, in the morning,
// at noon and in the evening.
func (s *sim) to(local string) {
	s.Helper()
	until := s.at(local)
	for {
		next := until
		for _, clock := range []time.Duration{5 * time.Minute, 8*time.Hour + 40*time.Minute, 12 * time.Hour, 17*time.Hour + 30*time.Minute, 24*time.Hour + 5*time.Minute} {
			y, m, d := s.now.In(london).Date()
			if at := time.Date(y, m, d, 0, int(clock/time.Minute), 0, 0, london); at.After(s.now) && at.Before(next) {
				next = at
				break
			}
		}
		s.now = next.UTC()
		s.work()
		if !next.Before(until) {
			return
		}
	}
}

// comes takes a mail in, at this moment, and gives what became of it.
func (s *sim) comes(raw string) complaint.Arrival {
	s.Helper()
	s.uid++
	s.came = append(s.came, raw)
	a := complaint.Arrival{ID: complaint.NewID(), Channel: complaint.ChannelEmail, Account: "sim", Mailbox: "INBOX", UIDValidity: 1, UID: uint32(s.uid),
		ArrivedAt: s.now, RecordedAt: s.now, Size: int64(len(raw))}
	if _, err := s.app.store.CreateArrivals(s.Context(), []store.NewArrival{{Arrival: a, Body: strings.NewReader(strings.ReplaceAll(raw, "\n", "\r\n"))}}); err != nil {
		s.Fatal(err)
	}
	s.work()
	a, err := s.app.store.GetArrival(s.Context(), a.ID)
	if err != nil {
		s.Fatal(err)
	}
	return a
}

// writesAt is a message of a customer with a date.
func writesAt(at time.Time, from, id, subject, head, text string) string {
	_, rest, _ := strings.Cut(writes(from, id, subject, head, text), "Date: ")
	_, rest, _ = strings.Cut(rest, "\n")
	return "Date: " + at.Format(time.RFC1123Z) + "\nFrom: " + from + "\nTo: complaints@ask4.com\nSubject: " + subject + "\n" + rest
}

// complains sends a first message and gives the ID of the complaint that it made.
func (s *sim) complains(from, subject, text string) string {
	s.Helper()
	id := fmt.Sprintf("first-%d@customer.example", s.uid)
	a := s.comes(writesAt(s.now, from, id, subject, "", text))
	if a.Outcome != complaint.ToComplaint || a.ComplaintID == "" {
		s.Fatalf("%q is %s: %v", subject, a.Outcome, a.Reasons)
	}
	return a.ComplaintID
}

// answers sends the customer's reply to our latest mail.
func (s *sim) answers(id, text string) complaint.Arrival {
	s.Helper()
	v := s.view(id)
	last := v.Deliveries[len(v.Deliveries)-1]
	a := s.comes(writesAt(s.now, v.Complaint.CustomerAddress, fmt.Sprintf("reply-%d@customer.example", s.uid), "Re: "+v.Complaint.Subject,
		"In-Reply-To: <"+last.MessageID+">\n", text))
	if a.Outcome != complaint.Correspondence {
		s.Fatalf("the reply %q is %s: %v", text, a.Outcome, a.Reasons)
	}
	return a
}

func (s *sim) view(id string) complaint.View {
	s.Helper()
	c, err := s.app.store.GetComplaintByID(s.Context(), id)
	if err != nil {
		s.Fatal(err)
	}
	v, err := s.app.store.ComplaintView(s.Context(), c.Reference)
	if err != nil {
		s.Fatal(err)
	}
	return v
}

// by says that a person acts on a complaint.
func (s *sim) by(name, id string) casework.Acting {
	s.Helper()
	p, err := s.app.cases.Person(name)
	if err != nil {
		s.Fatal(err)
	}
	return casework.Acting{Who: p, Ref: s.view(id).Complaint.Reference, Seen: casework.AnyVersion}
}

func (s *sim) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

// says are the words of staff for each kind of message.
var says = map[string]map[string]string{
	"update": {"understanding": "The internet in your room is slow.", "sought": "none", "done": "We tested the line.", "still_open": "none", "needed": "none"},
	"formal_response": {"points": "The internet was slow. We found the cause.", "decision": "upheld", "reasons": "A cable was damaged.",
		"root_cause": "A damaged cable.", "done": "@actions", "remedy": "We give you £10 back.", "still_to_do": "none"},
	"extension":                      {"new_date": "", "reason": "The engineer needs a part.", "done": "We tested the line."},
	"request_information":            {"questions": "- Which room are you in?", "why": "Then we can test the right line."},
	"escalation_received":            {},
	"review_decision":                {"result": "changed", "points": "You asked for more. We looked again.", "reasons": "The fault lasted longer.", "remedy": "We give you £30 back.", "still_to_do": "none"},
	"deadlock_letter":                {"outcome": "We repaired the line. We offer £30."},
	"six_week_letter":                {"outcome": "We have not found the cause yet."},
	"ombudsman_decision_carried_out": {"decision": "We pay you £50.", "done": "- We paid £50."},
	"conduct_warning":                {"incident": "You called our engineer names.", "request": "Please write without such words.", "consequence": "We may answer by letter only."},
}

// inPolish are the same words for customers who read Polish.
var inPolish = map[string]string{
	"The internet in your room is slow.": "Internet w Państwa pokoju działa wolno.", "We tested the line.": "Sprawdziliśmy łącze.",
	"The internet was slow. We found the cause.": "Internet działał wolno. Znaleźliśmy przyczynę.", "A cable was damaged.": "Kabel był uszkodzony.",
	"A damaged cable.": "Uszkodzony kabel.", "@actions": "- Wymieniliśmy kabel.", "We give you £10 back.": "Zwracamy 10 funtów.", "The engineer needs a part.": "Technik czeka na część.",
	"You asked for more. We looked again.": "Prosili Państwo o więcej. Sprawdziliśmy ponownie.", "The fault lasted longer.": "Awaria trwała dłużej.",
	"We give you £30 back.": "Zwracamy 30 funtów.", "We repaired the line. We offer £30.": "Naprawiliśmy łącze. Proponujemy 30 funtów.",
	"We have not found the cause yet.": "Nie znaleźliśmy jeszcze przyczyny.", "We pay you £50.": "Płacimy 50 funtów.", "- We paid £50.": "- Zapłaciliśmy 50 funtów.",
	"- Which room are you in?": "- W którym pokoju Państwo mieszkają?", "Then we can test the right line.": "Wtedy sprawdzimy właściwe łącze.",
}

// words are the words of a message in the customer's language.
func words(kind string, lang complaint.Language, more ...string) map[string]string {
	out := map[string]string{}
	for k, v := range says[kind] {
		pl, divided := inPolish[v]
		switch {
		case lang == complaint.Polish && divided:
			out[k] = pl
		case lang == complaint.Both && divided:
			out[k+".en"], out[k+".pl"] = v, pl
		default:
			out[k] = v
		}
	}
	for i := 0; i+1 < len(more); i += 2 {
		out[more[i]] = more[i+1]
	}
	return out
}

// writes sends an answer of staff and delivers it.
func (s *sim) sends(name, id, kind string, more ...string) {
	s.Helper()
	ans := casework.Answer{Kind: kind, Values: words(kind, s.view(id).Complaint.Language, more...), Promise: complaint.ObligationKind("")}
	if i := slices.Index(more, "promise"); i >= 0 {
		ans.Promise = complaint.ObligationKind(more[i+1])
		delete(ans.Values, "promise")
	}
	if _, err := s.app.cases.Send(s.Context(), s.by(name, id), ans); err != nil {
		s.Fatalf("%s: %v", kind, err)
	}
	s.deliver()
}

// responds looks into a complaint and sends the formal response.
func (s *sim) responds(name, id string) {
	s.Helper()
	s.set(name, id, map[string]string{"root_cause": "damaged cable", "category": "fault"})
	s.must(s.app.cases.Did(s.Context(), s.by(name, id), "We replaced the cable.", time.Time{}))
	s.sends(name, id, "formal_response")
}

// due asserts when a promise is due, in local time; a day means its end.
func (s *sim) due(id string, kind complaint.ObligationKind, round int, want string) {
	s.Helper()
	if len(want) == 10 {
		want += " 23:59:59"
	}
	o := owes(s, s.view(id), kind, round)
	if got := o.Deadline().In(london).Format(time.DateTime)[:len(want)]; got != want || o.State != complaint.Open {
		s.Errorf("%s %d of %s is %s, due %s, want open, due %s\n%s", kind, round, s.view(id).Complaint.Subject, o.State, got, want, strings.Join(o.Steps, "\n"))
	}
}

// stage asserts where a complaint stands.
func (s *sim) stage(id string, want complaint.Stage) {
	s.Helper()
	if got := s.view(id).Complaint.Stage; got != want {
		s.Errorf("%s is %s on %s, want %s", s.view(id).Complaint.Subject, got, s.now.In(london).Format("2 Jan 2006"), want)
	}
}

// mailTo gives the mails that left to an address, as read.
func (s *sim) mailTo(address string) (list []*message.Message) {
	for _, m := range s.sink.Messages() {
		if strings.EqualFold(m.To[0], address) {
			list = append(list, message.Read(bytes.NewReader(m.Raw), int64(len(m.Raw)), message.Options{}))
		}
	}
	return list
}

// set changes fields of a complaint.
func (s *sim) set(who, id string, values map[string]string) (led casework.Readdressed) {
	s.Helper()
	led, err := s.app.cases.Set(s.Context(), s.by(who, id), values)
	s.must(err)
	return led
}

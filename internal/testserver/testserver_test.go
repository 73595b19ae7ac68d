package testserver

import (
	"context"
	"database/sql"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

const note = "From: a@example.org\r\nSubject: hello\r\n\r\nline\r\n.dot\r\n"

func TestDovecotKeepsMailAndKnowsTokens(t *testing.T) {
	t.Parallel()
	d := Dovecot(t)
	if uid := d.Append(t, "INBOX", []byte(note), time.Time{}); uid != 1 {
		t.Errorf("UID of the first message = %d, want 1", uid)
	}
	if n := d.Count(t, "INBOX"); n != 1 {
		t.Errorf("messages = %d, want 1", n)
	}
	c, err := imapclient.DialInsecure(d.Addr, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	login := sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{Username: d.User, Token: d.Token(d.User, time.Now().Add(time.Hour))})
	if err := c.Authenticate(login); err != nil {
		t.Errorf("OAUTHBEARER: %v", err)
	}
}

func TestDovecotRemovesItsFolder(t *testing.T) {
	t.Parallel()
	_, err := findBinary("dovecot", "/usr/sbin/dovecot")
	Need(t, "Dovecot", err)
	d, err := StartDovecot("")
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(d.dir); !os.IsNotExist(err) {
		t.Errorf("folder is still there: %v", err)
	}
}

func TestPostgresSchemasAreApart(t *testing.T) {
	t.Parallel()
	for _, dsn := range []string{Postgres(t), Postgres(t)} {
		db, err := sql.Open("postgres", dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.Exec("CREATE TABLE same_name (id TEXT)"); err != nil {
			t.Error(err)
		}
	}
}

func TestPostgresKeepsCommitsOverRestartAndCrash(t *testing.T) {
	t.Parallel()
	_, err := findBinary("postgres", "/usr/lib/postgresql/*/bin/postgres")
	Need(t, "PostgreSQL", err)
	p, err := StartPostgres("", true)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if err := p.exec("CREATE TABLE kept (id TEXT)"); err != nil {
		t.Fatal(err)
	}
	if err := p.Restart(); err != nil {
		t.Fatal(err)
	}
	if err := p.exec("INSERT INTO kept VALUES ('a')"); err != nil {
		t.Error(err)
	}
	if err := p.Crash(); err != nil {
		t.Fatal(err)
	}
	if err := p.exec("SELECT 1"); err == nil {
		t.Error("a crashed server answers")
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	if err := p.exec("INSERT INTO kept VALUES ('b')"); err != nil {
		t.Error(err)
	}
}

func TestSinkRecordsAndRefuses(t *testing.T) {
	t.Parallel()
	s := SMTPSink(t, SinkOptions{User: "u", Password: "p", STARTTLS: true,
		OnRcpt: func(to string, _ int) Reply {
			if strings.HasPrefix(to, "bad") {
				return Reply{Code: 550, Text: "no such user"}
			}
			return Reply{}
		},
		OnData: func(_ SinkMessage, n int) Reply { return Reply{Close: n == 2} },
	})
	dial := func() *smtp.Client {
		c, err := smtp.Dial(s.Addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	c := dial()
	if err := c.SendMail("f@x", []string{"a@x"}, strings.NewReader(note)); err == nil {
		t.Error("mail without login was accepted")
	}
	c = dial()
	if err := c.Auth(sasl.NewPlainClient("", "u", "p")); err != nil {
		t.Fatal(err)
	}
	if err := c.SendMail("f@x", []string{"bad@x"}, strings.NewReader(note)); err == nil {
		t.Error("bad recipient was accepted")
	}
	if err := c.Reset(); err != nil {
		t.Fatal(err)
	}
	if err := c.SendMail("f@x", []string{"a@x"}, strings.NewReader(note)); err != nil {
		t.Fatal(err)
	}
	got := s.WaitFor(t, 1)[0]
	if got.From != "f@x" || got.To[0] != "a@x" || string(got.Raw) != note || got.User != "u" {
		t.Errorf("recorded %+v", got)
	}
	if err := c.SendMail("f@x", []string{"a@x"}, strings.NewReader(note)); err == nil {
		t.Error("a connection closed after DATA looks like success")
	}
	if s.Len() != 1 {
		t.Errorf("%d messages, want 1", s.Len())
	}
}

func TestSinkWaitEnds(t *testing.T) {
	t.Parallel()
	s := SMTPSink(t, SinkOptions{})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := s.Wait(ctx, 1); err == nil {
		t.Error("Wait without messages ended without error")
	}
}

func TestProxyCutsAndMends(t *testing.T) {
	t.Parallel()
	s := SMTPSink(t, SinkOptions{})
	p := Proxy(t, s.Addr)
	c, err := smtp.Dial(p.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Noop(); err != nil {
		t.Fatal(err)
	}
	p.Cut()
	if err := c.Noop(); err == nil {
		t.Error("a cut connection answers")
	}
	if err := p.Mend(); err != nil {
		t.Fatal(err)
	}
	c2, err := smtp.Dial(p.Addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c2.Close()
	if err := c2.Noop(); err != nil {
		t.Error(err)
	}
}

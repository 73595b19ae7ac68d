package imap

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"
)

func TestOptionsAreRefusedByName(t *testing.T) {
	t.Parallel()
	good := Options{Account: "a", Host: "mail.example.org", User: "u", Secret: func(context.Context) (string, error) { return "", nil }}
	cases := map[string]struct {
		change func(*Options)
		words  string // "" is accepted
	}{
		"good":              {func(*Options) {}, ""},
		"no account":        {func(o *Options) { o.Account = "" }, "account"},
		"no host":           {func(o *Options) { o.Host = "" }, "host"},
		"no user":           {func(o *Options) { o.User = "" }, "user"},
		"no secret":         {func(o *Options) { o.Secret = nil }, "password"},
		"bad port":          {func(o *Options) { o.Port = 70000 }, "port 70000"},
		"clear to afar":     {func(o *Options) { o.TLS = TLSNone }, "tls none"},
		"clear to afar, IP": {func(o *Options) { o.TLS, o.Host = TLSNone, "192.0.2.1" }, "tls none"},
		"clear to loopback": {func(o *Options) { o.TLS, o.Host = TLSNone, "::1" }, ""},
		"unknown TLS":       {func(o *Options) { o.TLS = "ssl" }, `tls "ssl"`},
		"unknown auth":      {func(o *Options) { o.Auth = "ntlm" }, `auth "ntlm"`},
		"done is mailbox":   {func(o *Options) { o.Exclusive, o.DoneFolder = true, "INBOX" }, "done folder"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := good
			c.change(&o)
			err := o.Validate()
			if c.words == "" && err != nil || c.words != "" && (err == nil || !strings.Contains(err.Error(), c.words)) {
				t.Errorf("got %v, want words %q", err, c.words)
			}
			if _, err := New(o, newKeeper()); (err == nil) != (c.words == "") {
				t.Errorf("New: %v", err)
			}
		})
	}
}

func TestBackoffGrowsToItsLimit(t *testing.T) {
	t.Parallel()
	for failures, most := range map[int]time.Duration{1: 1, 2: 2, 3: 4, 5: 16, 9: 60, 1 << 30: 60} {
		for range 50 {
			d := backoff(time.Second, time.Minute, failures)
			if d > most*time.Second || d < most*time.Second/2 {
				t.Fatalf("after %d failures %s, want %d/2 to %d seconds", failures, d, most, most)
			}
		}
	}
}

func TestSpoolTellsLineFromDisk(t *testing.T) {
	t.Parallel()
	for name, size := range map[string]int{"empty": 0, "small": 1000, "limit": inMemory, "large": inMemory + 1} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			want := bytes.Repeat([]byte("x"), size)
			body, err := spool(bytes.NewReader(want), int64(size), dir)
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(body)
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%d bytes back, %v", len(got), err)
			}
			release(body)
			if size > 0 {
				if _, err := spool(bytes.NewReader(want[1:]), int64(size), dir); err == nil || isLocal(err) {
					t.Errorf("a message cut short: %v", err)
				}
			}
			assertEmpty(t, dir)
		})
	}
	r := bytes.NewReader(make([]byte, 2*inMemory))
	if _, err := spool(r, 2*inMemory, t.TempDir()+"/missing"); !isLocal(err) {
		t.Errorf("without a folder: %v", err)
	}
	if r.Len() != 0 {
		t.Errorf("%d bytes are left on the line", r.Len())
	}
}

func TestXOAuth2SaysWhyItWasRefused(t *testing.T) {
	t.Parallel()
	c := newXOAuth2("me@example.org", "tok")
	mech, ir, err := c.Start()
	if mech != "XOAUTH2" || string(ir) != "user=me@example.org\x01auth=Bearer tok\x01\x01" || err != nil {
		t.Errorf("start: %q %q %v", mech, ir, err)
	}
	if _, err := c.Next([]byte(`{"status":"401","schemes":"bearer"}`)); err == nil || !strings.Contains(err.Error(), "401") {
		t.Errorf("refusal: %v", err)
	}
	if _, err := c.Next([]byte("nonsense")); err == nil {
		t.Error("nonsense passes")
	}
}

func TestSecretThatCannotBeHad(t *testing.T) {
	t.Parallel()
	o := options(t, memoryServer(t))
	gone := errors.New("token file is gone")
	o.Secret = func(context.Context) (string, error) { return "", gone }
	p := poller(t, o, newKeeper())
	if _, err := p.Once(t.Context()); !errors.Is(err, gone) {
		t.Errorf("got %v", err)
	}
	if p.Health().Failures != 1 {
		t.Errorf("health %+v", p.Health())
	}
}

func FuzzMessageID(f *testing.F) {
	for _, s := range []string{"Message-ID: <a@b>\r\n\r\n", "message-id:\r\n <a@b>\r\n", "", "\r\n", "Message-ID: <>\r\n", "Message-ID: <>\rk"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, header []byte) {
		if id := messageID(header); strings.ContainsAny(id, "\r\n") {
			t.Errorf("id %q has line ends", id)
		}
	})
}

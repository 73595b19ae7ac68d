package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/emersion/go-imap/v2"

	"ask4.com/skarga/ingest/message"
	"ask4.com/skarga/internal/testserver"
)

// fetch reads every message of a user's INBOX over one connection, whole, and
// gives each to use. It returns the number of messages and the time.
func fetch(d *testserver.DovecotServer, user string, use func([]byte)) (n int, took time.Duration, err error) {
	start := time.Now()
	c, err := d.Client(user)
	if err != nil {
		return 0, 0, err
	}
	defer c.Close()
	if _, err := c.Select("INBOX", nil).Wait(); err != nil {
		return 0, 0, err
	}
	var all imap.UIDSet
	all.AddRange(1, 0)
	cmd := c.Fetch(all, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{{Peek: true}}})
	for m := cmd.Next(); m != nil; m = cmd.Next() {
		for item := m.Next(); item != nil; item = m.Next() {
			body, ok := imapBody(item)
			if !ok {
				continue
			}
			raw, err := io.ReadAll(body)
			if err != nil {
				return n, 0, errors.Join(err, cmd.Close())
			}
			n++
			use(raw)
		}
	}
	return n, time.Since(start), cmd.Close()
}

// parse reads a message as intake does.
func parse(raw []byte) {
	message.Read(bytes.NewReader(raw), int64(len(raw)), message.Options{SkipHTML: true})
}

// mbsync copies a user's INBOX into a Maildir with isync.
func mbsync(d *testserver.DovecotServer, user, dir string) (took time.Duration, err error) {
	host, port, err := hostPort(d.Addr)
	if err != nil {
		return 0, err
	}
	mail := filepath.Join(dir, "maildir")
	if err := os.MkdirAll(mail, 0o700); err != nil {
		return 0, err
	}
	conf := filepath.Join(dir, "mbsyncrc")
	text := fmt.Sprintf(`IMAPStore far
Host %s
Port %d
User %s
Pass %s
SSLType None
AuthMechs LOGIN

MaildirStore near
Inbox %[5]s/INBOX

Channel all
Far :far:INBOX
Near :near:INBOX
Create Near
Sync Pull
SyncState *
`, host, port, user, d.Password, mail)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		return 0, err
	}
	start := time.Now()
	if out, err := exec.Command("mbsync", "-q", "-c", conf, "all").CombinedOutput(); err != nil {
		return 0, fmt.Errorf("mbsync: %w\n%s", err, out)
	}
	return time.Since(start), nil
}

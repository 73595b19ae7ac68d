package testserver

import (
	"fmt"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// MailClient is a second pair of hands on a mailbox: it appends, counts, deletes.
// It is not safe for use by several goroutines at once.
type MailClient struct {
	*imapclient.Client
}

// Client logs in as user ("" for d.User) over the plain port.
func (d *DovecotServer) Client(user string) (*MailClient, error) {
	if user == "" {
		user = d.User
	}
	return DialMail(d.Addr, user, d.Password)
}

// DialMail logs in to the IMAP server at addr without TLS.
func DialMail(addr, user, password string) (*MailClient, error) {
	c, err := imapclient.DialInsecure(addr, nil)
	if err != nil {
		return nil, fmt.Errorf("testserver: %w", err)
	}
	if err := c.Login(user, password).Wait(); err != nil {
		_ = c.Close()
		return nil, fmt.Errorf("testserver: log in: %w", err)
	}
	return &MailClient{c}, nil
}

// Add appends one message (CRLF line ends) and returns its UID, 0 if unknown. A zero
// internalDate means now.
func (m *MailClient) Add(mailbox string, raw []byte, internalDate time.Time) (uint32, error) {
	cmd := m.Client.Append(mailbox, int64(len(raw)), &imap.AppendOptions{Time: internalDate})
	if _, err := cmd.Write(raw); err != nil {
		return 0, fmt.Errorf("testserver: append: %w", err)
	}
	if err := cmd.Close(); err != nil {
		return 0, fmt.Errorf("testserver: append: %w", err)
	}
	data, err := cmd.Wait()
	if err != nil {
		return 0, fmt.Errorf("testserver: append: %w", err)
	}
	return uint32(data.UID), nil
}

// Count says how many messages the mailbox holds; 0 if there is no such mailbox.
func (m *MailClient) Count(mailbox string) (int, error) {
	data, err := m.Status(mailbox, &imap.StatusOptions{NumMessages: true}).Wait()
	if err != nil {
		if ie, ok := err.(*imap.Error); ok && ie.Code == imap.ResponseCodeNonExistent {
			return 0, nil
		}
		return 0, fmt.Errorf("testserver: status: %w", err)
	}
	return int(*data.NumMessages), nil
}

// Remove deletes one message for good.
func (m *MailClient) Remove(mailbox string, uids ...uint32) error {
	if _, err := m.Select(mailbox, nil).Wait(); err != nil {
		return fmt.Errorf("testserver: select: %w", err)
	}
	var set imap.UIDSet
	for _, u := range uids {
		set.AddNum(imap.UID(u))
	}
	store := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}
	if err := m.Store(set, store, nil).Close(); err != nil {
		return fmt.Errorf("testserver: store: %w", err)
	}
	if err := m.UIDExpunge(set).Close(); err != nil {
		return fmt.Errorf("testserver: expunge: %w", err)
	}
	return nil
}

// Login is Client for tests: an error ends the test, and the connection closes with it.
func (d *DovecotServer) Login(t testing.TB, user string) *MailClient {
	t.Helper()
	m, err := d.Client(user)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Close() }) // the server may have gone first
	return m
}

// Append adds one message to a mailbox of d.User over a connection of its own and
// returns its UID. For many messages keep a client from Login.
func (d *DovecotServer) Append(t testing.TB, mailbox string, raw []byte, internalDate time.Time) uint32 {
	t.Helper()
	m, err := d.Client("")
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	uid, err := m.Add(mailbox, raw, internalDate)
	if err != nil {
		t.Fatal(err)
	}
	return uid
}

// Count says how many messages a mailbox of d.User holds.
func (d *DovecotServer) Count(t testing.TB, mailbox string) int {
	t.Helper()
	m, err := d.Client("")
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	n, err := m.Count(mailbox)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

package imap

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"
)

// session is one connection with one selected mailbox. Its methods are not for use by
// several goroutines at once. Cancelling the context it was dialled with closes it.
type session struct {
	opts        Options
	conn        *deadlineConn
	client      *imapclient.Client
	news        chan struct{} // holds a token when the server spoke of new messages
	unhook      func() bool
	uidValidity uint32
	uidNext     uint32
	done        string // name of the done folder as the server writes it; "" until known
}

// dial connects, protects the connection and logs in.
func dial(ctx context.Context, o Options) (*session, error) {
	s, err := connect(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := s.login(ctx); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

// connect opens the connection and reads the greeting.
func connect(ctx context.Context, o Options) (*session, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	tlsConf, err := o.tlsConfig()
	if err != nil {
		return nil, err
	}
	raw, err := (&net.Dialer{Timeout: o.Timeout}).DialContext(ctx, "tcp", o.addr())
	if err != nil {
		return nil, fmt.Errorf("imap: connect: %w", err)
	}
	s := &session{opts: o, conn: &deadlineConn{Conn: raw, write: o.Timeout}, news: make(chan struct{}, 1)}
	s.conn.expect(o.Timeout)
	// The library waits without regard to contexts, so their end closes the connection.
	s.unhook = context.AfterFunc(ctx, func() { _ = raw.Close() })
	if err := s.greet(ctx, tlsConf); err != nil {
		s.close()
		return nil, err
	}
	s.conn.expect(0)
	return s, nil
}

func (s *session) greet(ctx context.Context, tlsConf *tls.Config) (err error) {
	opts := &imapclient.Options{TLSConfig: tlsConf, UnilateralDataHandler: &imapclient.UnilateralDataHandler{
		// QUIRK: a handler that calls the client deadlocks; this one leaves a token.
		Mailbox: func(d *imapclient.UnilateralDataMailbox) {
			if d.NumMessages != nil {
				select {
				case s.news <- struct{}{}:
				default:
				}
			}
		},
	}}
	switch s.opts.TLS {
	case TLSImplicit:
		tlsConf.NextProtos = []string{"imap"}
		t := tls.Client(s.conn, tlsConf)
		if err := t.HandshakeContext(ctx); err != nil {
			return fmt.Errorf("imap: TLS: %w", err)
		}
		s.client = imapclient.New(t, opts)
	case TLSStart:
		if s.client, err = imapclient.NewStartTLS(s.conn, opts); err != nil {
			return fmt.Errorf("imap: STARTTLS: %w", err)
		}
	default:
		s.client = imapclient.New(s.conn, opts)
	}
	if err := s.client.WaitGreeting(); err != nil {
		return fmt.Errorf("imap: greeting: %w", err)
	}
	return nil
}

// close ends the connection at once. QUIRK: the library's own Close waits for its
// reader, which may wait for somebody to read a literal; so only the socket is closed.
func (s *session) close() {
	s.unhook()
	_ = s.conn.Conn.Close() // nothing is lost: all that matters is committed elsewhere
}

// bye logs out politely, then closes.
func (s *session) bye() {
	_ = s.do(func() error { return s.client.Logout().Wait() }) // closed either way
	s.close()
}

// do runs a command during which the server may not stay silent for long.
func (s *session) do(f func() error) error {
	s.conn.expect(s.opts.Timeout)
	defer s.conn.expect(0)
	return f()
}

// caps returns what the server can do; nil if it does not say.
func (s *session) caps() (c imap.CapSet) {
	_ = s.do(func() error { c = s.client.Caps(); return nil })
	return c
}

func (s *session) login(ctx context.Context) error {
	secret, err := s.opts.Secret(ctx)
	if err != nil {
		return fmt.Errorf("imap: log in: secret: %w", err)
	}
	method := s.opts.Auth
	if method == AuthPassword {
		method = AuthLogin
		if s.caps().Has(imap.AuthCap(sasl.Plain)) {
			method = AuthPlain
		}
	}
	var mech sasl.Client
	switch method {
	case AuthPlain:
		mech = sasl.NewPlainClient("", s.opts.User, secret)
	case AuthOAuthBearer:
		mech = sasl.NewOAuthBearerClient(&sasl.OAuthBearerOptions{Username: s.opts.User, Token: secret, Host: s.opts.Host, Port: s.opts.Port})
	case AuthXOAuth2:
		mech = newXOAuth2(s.opts.User, secret)
	}
	err = s.do(func() error {
		if mech == nil {
			return s.client.Login(s.opts.User, secret).Wait()
		}
		return s.client.Authenticate(mech)
	})
	if err != nil {
		return fmt.Errorf("imap: log in: %w", err)
	}
	return nil
}

// open selects a mailbox: read-only unless write.
func (s *session) open(mailbox string, write bool) error {
	return s.do(func() error {
		data, err := s.client.Select(mailbox, &imap.SelectOptions{ReadOnly: !write}).Wait()
		if err != nil {
			return fmt.Errorf("imap: select: %w", err)
		}
		s.uidValidity, s.uidNext = data.UIDValidity, uint32(data.UIDNext)
		if s.uidValidity == 0 {
			return errors.New("imap: select: the server gives no UIDVALIDITY")
		}
		return nil
	})
}

// search returns the UIDs from first on, ascending, of messages that may have been
// taken in since (by date only, with a day to spare for time zones; zero is all).
func (s *session) search(first uint32, since time.Time) (uids []uint32, err error) {
	select {
	case <-s.news: // this search sees what the token spoke of
	default:
	}
	var set imap.UIDSet
	set.AddRange(imap.UID(first), 0) // first:*
	criteria := &imap.SearchCriteria{UID: []imap.UIDSet{set}}
	if !since.IsZero() {
		criteria.Since = since.AddDate(0, 0, -1)
	}
	err = s.do(func() error {
		data, err := s.client.UIDSearch(criteria, nil).Wait()
		if err != nil {
			return fmt.Errorf("imap: search: %w", err)
		}
		for _, u := range data.AllUIDs() {
			// QUIRK: n:* also means the last message when its UID is below n
			// (RFC 9051 section 6.4.9).
			if uint32(u) >= first {
				uids = append(uids, uint32(u))
			}
		}
		return nil
	})
	slices.Sort(uids)
	return uids, err
}

// meta is what is asked about a message before its body.
type meta struct {
	uid  uint32
	date time.Time
	size int64
}

// metas asks for date and size of messages. Some may be missing from the answer.
func (s *session) metas(uids []uint32) (map[uint32]meta, error) {
	found := make(map[uint32]meta, len(uids))
	err := s.fetch(uids, &imap.FetchOptions{UID: true, InternalDate: true, RFC822Size: true}, func(m meta, _ io.Reader, _ int64) error {
		found[m.uid] = m
		return nil
	})
	return found, err
}

// fetch sends one UID FETCH and calls f once for each message, at its literal if it
// has one. f must read the literal to its end. A local error of f is returned after the
// command; any other is one of the line and ends the connection.
func (s *session) fetch(uids []uint32, opts *imap.FetchOptions, f func(m meta, body io.Reader, size int64) error) error {
	return s.do(func() error {
		cmd := s.client.Fetch(uidSet(uids), opts)
		var first error
		for msg := cmd.Next(); msg != nil; msg = cmd.Next() {
			err := s.message(msg, len(opts.BodySection) > 0, f)
			if err != nil && !isLocal(err) {
				// QUIRK: once a literal has failed the library reads the line itself
				// again, so it must not be drained: the connection is given up.
				_ = s.conn.Conn.Close()
				<-s.client.Closed()
				return err
			}
			if first == nil {
				first = err
			}
		}
		if err := cmd.Close(); err != nil {
			return fmt.Errorf("imap: fetch: %w", err)
		}
		return first
	})
}

func (s *session) message(msg *imapclient.FetchMessageData, wantBody bool, f func(meta, io.Reader, int64) error) error {
	var m meta
	for item := msg.Next(); item != nil; item = msg.Next() {
		switch d := item.(type) {
		case imapclient.FetchItemDataUID:
			m.uid = uint32(d.UID)
		case imapclient.FetchItemDataInternalDate:
			m.date = d.Time
		case imapclient.FetchItemDataRFC822Size:
			m.size = d.Size
		case imapclient.FetchItemDataBodySection:
			if wantBody && d.Literal != nil && m.uid != 0 {
				if err := f(m, d.Literal, d.Literal.Size()); err != nil {
					return err
				}
			}
		}
	}
	if !wantBody && m.uid != 0 {
		return f(m, nil, 0)
	}
	return nil
}

// bodies fetches whole messages and hands each to f as it comes.
func (s *session) bodies(uids []uint32, f func(uid uint32, body io.ReadSeeker, size int64)) error {
	section := &imap.FetchItemBodySection{Peek: true}
	return s.fetch(uids, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}},
		func(m meta, r io.Reader, size int64) error {
			if size > s.opts.MaxSize { // RFC822.SIZE was a lie: keep the disk from filling
				return drain(r, size)
			}
			body, err := spool(r, size, s.opts.SpoolDir)
			if err != nil {
				return err
			}
			f(m.uid, body, size)
			return nil
		})
}

// maxHeader bounds the header bytes kept of a message over the limit.
const maxHeader = 1 << 20

// headers fetches the header of each message, or only the named fields, at most
// maxHeader bytes of each.
func (s *session) headers(uids []uint32, fields []string, f func(m meta, header []byte)) error {
	section := &imap.FetchItemBodySection{Specifier: imap.PartSpecifierHeader, HeaderFields: fields, Peek: true}
	return s.fetch(uids, &imap.FetchOptions{UID: true, InternalDate: true, RFC822Size: true, BodySection: []*imap.FetchItemBodySection{section}},
		func(m meta, r io.Reader, size int64) error {
			header := make([]byte, min(size, maxHeader))
			if _, err := io.ReadFull(r, header); err != nil {
				return fmt.Errorf("imap: header: %w", err)
			}
			if err := drain(r, size-int64(len(header))); err != nil {
				return err
			}
			f(m, header)
			return nil
		})
}

// drain reads size bytes to nowhere.
func drain(r io.Reader, size int64) error {
	if _, err := io.CopyN(io.Discard, r, size); err != nil {
		return fmt.Errorf("imap: message ended early: %w", err)
	}
	return nil
}

// canIdle says whether the server can tell us of new messages (RFC 2177).
func (s *session) canIdle() bool { return s.caps().Has(imap.CapIdle) }

// idle waits until the server speaks of new messages (told), d passes, or the
// connection or ctx ends.
func (s *session) idle(ctx context.Context, d time.Duration) (told bool, err error) {
	s.conn.expect(s.opts.Timeout)
	defer s.conn.expect(0)
	cmd, err := s.client.Idle()
	if err != nil {
		return false, fmt.Errorf("imap: idle: %w", err)
	}
	s.conn.expect(d + s.opts.Timeout)
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-s.news:
		told = true
	case <-timer.C:
	case <-s.client.Closed():
	case <-ctx.Done():
	}
	s.conn.expect(s.opts.Timeout)
	if err := cmd.Close(); err != nil {
		return told, fmt.Errorf("imap: idle: %w", err)
	}
	if err := cmd.Wait(); err != nil {
		return told, fmt.Errorf("imap: idle: %w", err)
	}
	return told, ctx.Err()
}

// noop lets the server tell what changed.
func (s *session) noop() error {
	return s.do(func() error {
		if err := s.client.Noop().Wait(); err != nil {
			return fmt.Errorf("imap: noop: %w", err)
		}
		return nil
	})
}

func uidSet(uids []uint32) imap.UIDSet {
	var set imap.UIDSet
	for _, u := range uids {
		set.AddNum(imap.UID(u))
	}
	return set
}

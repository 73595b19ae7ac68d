package imap

import (
	"errors"
	"net"
	"os"
	"sync"
	"time"
)

// deadlineConn lets no read or write wait longer than the limit for the next byte.
//
// QUIRK: the IMAP library sets absolute deadlines of its own: none between
// responses, which never notices a dead peer, and 5 minutes for a whole literal,
// which a large message on a slow line exceeds. They are ignored here. It also reads on
// after a timeout, four times in all, so a peer that was silent once stays dead.
type deadlineConn struct {
	net.Conn
	write time.Duration
	mu    sync.Mutex
	read  time.Duration // 0: nothing is expected, wait for ever
	dead  error         // the timeout that a read ended with; nil before
}

// expect sets how long the server may stay silent from now on; 0 is for ever.
func (c *deadlineConn) expect(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read = d
	c.arm()
}

// arm sets the deadline; a closed connection shows itself at the next read.
func (c *deadlineConn) arm() {
	var at time.Time
	if c.read > 0 {
		at = time.Now().Add(c.read)
	}
	_ = c.Conn.SetReadDeadline(at)
}

func (c *deadlineConn) Read(b []byte) (int, error) {
	c.mu.Lock()
	c.arm()
	dead := c.dead
	c.mu.Unlock()
	if dead != nil {
		return 0, dead
	}
	n, err := c.Conn.Read(b)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		c.mu.Lock()
		c.dead = err
		c.mu.Unlock()
	}
	return n, err
}

func (c *deadlineConn) Write(b []byte) (int, error) {
	_ = c.Conn.SetWriteDeadline(time.Now().Add(c.write)) // a closed one fails at Write
	return c.Conn.Write(b)
}

func (c *deadlineConn) SetDeadline(time.Time) error      { return nil }
func (c *deadlineConn) SetReadDeadline(time.Time) error  { return nil }
func (c *deadlineConn) SetWriteDeadline(time.Time) error { return nil }

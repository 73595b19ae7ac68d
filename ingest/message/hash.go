package message

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"strings"
)

// contentHash is the identity of content: From, Date, Subject and the body bytes
// with line ends as LF and without blank lines at the end, so that a second way
// through the mail system changes nothing (DESIGN, Matching).
type contentHash struct {
	h      hash.Hash
	seen   int64  // body bytes that are no line ends
	blank  int    // line ends held back, for they may be the last
	heldCR bool   // a CR at the end of the last write
	tail   []byte // the last bytes of the body

	// What go-message does not see: a delimiter behind a bare LF in a body whose lines
	// end in CRLF.
	crlf  bool // some line ended in CRLF
	bare  bool // the last line ended in a bare LF
	mixed bool // a line that begins with a hyphen stands behind a bare LF
}

// tailSize is how many bytes of the end of the body are kept.
const tailSize = 4 << 10

func newContentHash(fs fields) *contentHash {
	c := &contentHash{h: sha256.New()}
	for _, key := range []string{"From", "Date", "Subject"} {
		c.h.Write([]byte(key + ":" + strings.Join(strings.Fields(fs.get(key)), " ") + "\n"))
	}
	return c
}

// Write never fails.
func (c *contentHash) Write(p []byte) (int, error) {
	n, cr := len(p), c.heldCR
	c.keepTail(p)
	if c.heldCR && n > 0 {
		c.heldCR = false
		if p[0] != '\n' {
			c.text([]byte("\r"))
		}
	}
	for len(p) > 0 {
		i := bytes.IndexByte(p, '\n')
		if i < 0 {
			if p[len(p)-1] == '\r' {
				c.heldCR, p = true, p[:len(p)-1]
			}
			c.text(p)
			break
		}
		line, crlf := bytes.CutSuffix(p[:i], []byte("\r"))
		c.text(line)
		c.bare = !crlf && !(i == 0 && cr)
		c.crlf = c.crlf || !c.bare
		c.blank++
		p, cr = p[i+1:], false
	}
	return n, nil
}

func (c *contentHash) keepTail(p []byte) {
	if len(p) > tailSize {
		p = p[len(p)-tailSize:]
	}
	if over := len(c.tail) + len(p) - tailSize; over > 0 {
		c.tail = c.tail[:copy(c.tail, c.tail[over:])]
	}
	c.tail = append(c.tail, p...)
}

// hides reports whether parts may follow the closing delimiter, which go-message
// does not read.
func (c *contentHash) hides(boundary string) bool {
	line := []byte("--" + boundary)
	i := bytes.Index(c.tail, append(line, "--"...))
	return i < 0 || bytes.Contains(c.tail[i+len(line):], append([]byte("\n"), line...))
}

// text hashes bytes of one line, and first the line ends held back.
func (c *contentHash) text(p []byte) {
	if len(p) == 0 {
		return
	}
	c.mixed = c.mixed || c.blank > 0 && c.crlf && c.bare && p[0] == '-'
	for ; c.blank > 0; c.blank-- {
		c.h.Write([]byte{'\n'})
	}
	c.h.Write(p)
	c.seen += int64(len(p))
}

func (c *contentHash) sum() string { return hex.EncodeToString(c.h.Sum(nil)) }

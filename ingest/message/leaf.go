package message

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"strings"
	"sync"
)

// leaf is the content of a part that is no multipart.
type leaf struct {
	text string // decoded, of text and message parts
	size int64
	sum  string // hex SHA-256; "" for parts that are certainly the body
	role role
	no   int // in the message, from 1
}

// role is what a leaf is to the reader of the message.
type role int

const (
	roleFile role = iota
	rolePlain
	roleHTML
)

// capped keeps the first bytes that are written to it.
type capped struct {
	buf  []byte
	left int64
	over bool
}

func (c *capped) Write(p []byte) (int, error) {
	n := len(p)
	if int64(n) > c.left {
		p, c.over = p[:c.left], true
	}
	c.buf = append(c.buf, p...)
	c.left -= int64(len(p))
	return n, nil
}

// measure counts and hashes what is written to it.
type measure struct {
	size int64
	hash hash.Hash
	kept *bytes.Buffer // nil where nobody wants the bytes
}

func (m *measure) Write(p []byte) (int, error) {
	m.size += int64(len(p))
	if m.hash != nil {
		m.hash.Write(p)
	}
	if m.kept != nil {
		m.kept.Write(p)
	}
	return len(p), nil
}

// finish writes what was measured into l.
func (m *measure) finish(l *leaf) {
	l.size = m.size
	if m.hash != nil {
		l.sum = hex.EncodeToString(m.hash.Sum(nil))
	}
}

// newLeaf counts n as a leaf.
func (r *reader) newLeaf(n *node) *leaf {
	*r.parts++
	return &leaf{role: n.role(), no: *r.parts}
}

// measure returns what takes the bytes of l.
func (r *reader) measure(l *leaf) *measure {
	m := &measure{}
	if l.no == r.opt.Leaf {
		m.kept = r.kept
	}
	if l.role == roleFile {
		m.hash = sha256.New()
	}
	return m
}

// readLeaf reads the decoded body of n. Only text is kept, up to the limits.
func (r *reader) readLeaf(n *node, body io.Reader, charset string) error {
	n.leaf = r.newLeaf(n)
	m := r.measure(n.leaf)
	keep := &capped{}
	var err error
	switch {
	case n.isMessage() && n.depth < r.opt.MaxDepth:
		keep.left = min(64<<10, r.otherLeft)
		err = r.readNested(n, io.TeeReader(body, io.MultiWriter(m, keep)))
	case isPKCS7(n.ctype.value):
		keep.left = maxOpaque
		if err = copyBody(body, m, keep); err == nil {
			r.openPKCS7(n, keep)
			keep.buf = nil
		}
	case n.isTNEF() && n.depth < r.opt.MaxDepth:
		r.readTNEF(n, io.TeeReader(body, m))
		err = copyBody(body, m, keep)
	case n.leaf.role == rolePlain:
		keep.left = r.room(n)
		err = r.copyText(n, body, m, keep)
	default:
		keep.left = r.room(n)
		err = copyBody(body, m, keep)
	}
	if uu, ok := body.(*uuReader); ok && n.filename() == "" {
		n.disposition.params["filename"] = decodeHeader(uu.name)
	}
	if err != nil && !r.repair {
		return errRepair
	}
	m.finish(n.leaf)
	wrong := r.keepText(n, keep, charset)
	if wrong && !r.repair && strings.EqualFold(n.fields.get("Content-Transfer-Encoding"), "base64") {
		return errRepair // perhaps it was never encoded
	}
	return nil
}

// copyBuffers are lent to copyBody: a buffer for each part made a tenth of all garbage.
var copyBuffers = sync.Pool{New: func() any { return new([32 << 10]byte) }}

// copyBody drains body into both.
func copyBody(body io.Reader, m *measure, keep *capped) error {
	buf := copyBuffers.Get().(*[32 << 10]byte)
	defer copyBuffers.Put(buf)
	for {
		n, err := body.Read(buf[:])
		m.Write(buf[:n])
		keep.Write(buf[:n])
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// copyText drains a text into both, without the files that stand in it: each is a part
// below n.
func (r *reader) copyText(n *node, body io.Reader, m *measure, keep *capped) error {
	var files []*measure
	open := func(name string) io.Writer {
		if r.tooMany() {
			return nil
		}
		c := n.child(nil)
		c.ctype.value = "application/octet-stream"
		c.disposition = mediaType{"attachment", map[string]string{"filename": decodeHeader(name)}}
		c.leaf = r.newLeaf(c)
		files = append(files, r.measure(c.leaf))
		return files[len(files)-1]
	}
	err := copyBody(&enclosed{decoding: decoding{br: bufio.NewReader(body), note: r.note}, open: open}, m, keep)
	for i, f := range files {
		f.finish(n.children[i].leaf)
	}
	return err
}

// room returns how many bytes of n may be kept as text.
func (r *reader) room(n *node) int64 {
	switch {
	case n.leaf.role == rolePlain:
		return r.textLeft
	case n.leaf.role == roleHTML:
		return r.htmlLeft
	case n.ctype.isA("text"), n.ctype.isA("message"):
		return min(256<<10, r.otherLeft)
	}
	return 0
}

// keepText decodes what was kept and charges it to the limits. It reports whether
// the body text was not in its charset.
func (r *reader) keepText(n *node, keep *capped, charset string) (odd bool) {
	kept := int64(len(keep.buf))
	switch n.leaf.role {
	case rolePlain:
		r.textLeft -= kept
	case roleHTML:
		r.htmlLeft -= kept
		if charset == "" {
			charset = metaCharset(keep.buf)
		}
	default:
		r.otherLeft -= kept
	}
	if keep.over && n.leaf.role != roleFile {
		r.note("truncated", "text longer than the limit")
	}
	text, wrong := decodeText(keep.buf, charset)
	n.leaf.text = cleanText(text)
	if wrong == "" || n.leaf.role == roleFile {
		return false
	}
	r.note("charset", wrong)
	return true
}

// cleanText makes line ends LF and drops NUL and the byte order mark.
func cleanText(s string) string {
	if strings.Contains(s, "\r") {
		s = strings.ReplaceAll(s, "\r\n", "\n")
		s = strings.ReplaceAll(s, "\r", "\n")
	}
	if strings.Contains(s, "\x00") {
		s = strings.ReplaceAll(s, "\x00", "")
	}
	return strings.TrimPrefix(s, "\uFEFF")
}

// readNested opens a message inside the message.
func (r *reader) readNested(n *node, body io.Reader) error {
	in := &reader{opt: r.opt, repair: r.repair, guard: r.guard, parts: r.parts, kept: r.kept}
	m, err := in.message(bufio.NewReaderSize(body, readBuffer), n.depth+1)
	if err != nil {
		return err
	}
	r.nested = append(r.nested, m)
	return nil
}

// isMessage reports whether n holds a whole message.
func (n *node) isMessage() bool {
	switch n.ctype.value {
	case "message/rfc822", "message/global", "message/news":
		return true
	}
	return false
}

// role decides whether a leaf is body text. A text part with a name is a file
// unless it comes first (RFC 8621 section 4.1.4 decides alike).
func (n *node) role() role {
	if n.disposition.value == "attachment" {
		return roleFile
	}
	kind := roleFile
	switch n.ctype.value {
	case "text/html", "application/xhtml+xml":
		kind = roleHTML
	case "text/plain", "text/enriched", "text/richtext", "text/markdown", "text/x-markdown", "text/unknown":
		kind = rolePlain
	}
	switch {
	case n.index == 0 && kind == roleFile && n.depth == 0 && n.ctype.isA("text") && n.filename() == "" && !isCard(n.ctype.value):
		return rolePlain // RFC 2046 section 4.1.4
	case n.index == 0, n.leads && kind == roleHTML:
		return kind
	case n.filename() != "" || n.parent == "multipart/related" || n.parent == "multipart/signed":
		return roleFile
	}
	return kind
}

// isCard reports whether a text is for programs, and says nothing as it is.
func isCard(mediaType string) bool {
	switch mediaType {
	case "text/calendar", "text/vcard", "text/x-vcard", "text/directory", "text/rtf":
		return true
	}
	return false
}

// filename returns the name that the sender gave, without path.
func (n *node) filename() string {
	name := ""
	for _, v := range []string{n.disposition.params["filename"], n.ctype.params["name"], n.ctype.params["filename"], n.named()} {
		if name = strings.TrimSpace(v); name != "" {
			break
		}
	}
	if k := len(name) - 1; k > 1 && name[0] == '\'' && name[k] == '\'' { // quoted as no standard does
		name = name[1:k]
	}
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(c rune) rune {
		if c < ' ' || c == 0x7f {
			return -1
		}
		return c
	}, name)
	return strings.TrimSpace(name)
}

// named returns the name in Content-Disposition that some write for filename; in a form
// it is that of the field (RFC 7578 section 4.2).
func (n *node) named() string {
	if n.disposition.value == "form-data" {
		return ""
	}
	return n.disposition.params["name"]
}

// metaCharset returns the charset that HTML declares for itself.
func metaCharset(b []byte) string {
	head := bytes.ToLower(b[:min(len(b), 2048)])
	i := bytes.Index(head, []byte("charset="))
	if i < 0 {
		return ""
	}
	v := bytes.TrimLeft(head[i+len("charset="):], `"' `)
	if j := bytes.IndexAny(v, `"'; />`); j >= 0 {
		v = v[:j]
	}
	if _, ok := findCharset(string(v)); !ok || bytes.HasPrefix(v, []byte("utf-16")) {
		return ""
	}
	return string(v)
}

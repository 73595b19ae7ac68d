package message

import (
	"bufio"
	"bytes"
	"io"
	"strings"

	gomessage "github.com/emersion/go-message"
)

// node is one entity of the MIME tree.
type node struct {
	fields      fields
	ctype       mediaType
	disposition mediaType
	depth       int
	index       int // among its siblings
	parent      string
	children    []*node
	leaf        *leaf // nil for multiparts
}

// reader reads one message and, with readers of its own, those inside it.
type reader struct {
	opt    Options
	repair bool
	flat   bool // the repair pass found nothing: take the whole body as text
	guard  *guardedReader
	parts  *int // leaves so far, those of nested messages included
	kept   *bytes.Buffer

	notes     []string
	nested    []*Message
	textLeft  int64 // body text still to be kept
	htmlLeft  int64
	otherLeft int64
	signed    bool
	encrypted bool
}

// maxNotes is how many different things wrong with one message are listed.
const maxNotes = 50

// note records what is wrong, each thing once.
func (r *reader) note(code, words string) {
	if len(r.notes) >= maxNotes {
		return
	}
	for _, n := range r.notes {
		if len(n) == len(code)+2+len(words) && strings.HasPrefix(n, code) && strings.HasSuffix(n, words) {
			return
		}
	}
	r.notes = append(r.notes, code+": "+words)
}

// message reads a whole message from br to its end.
func (r *reader) message(br *bufio.Reader, depth int) (*Message, error) {
	r.textLeft, r.htmlLeft, r.otherLeft = r.opt.MaxTextBytes, r.opt.MaxTextBytes, r.opt.MaxTextBytes
	fs := readHeader(br, r.opt.MaxHeaderBytes, true, r.note)
	hash := newContentHash(fs)
	body := io.TeeReader(br, hash)
	n := newNode(fs, "text/plain", depth)
	var err error
	if r.repair {
		err = r.loose(n, bufio.NewReaderSize(body, readBuffer))
	} else {
		err = r.strict(n, br, body)
	}
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(io.Discard, body); err != nil && r.guard.err == nil {
		return nil, err
	}
	if !r.repair && n.ctype.isA("multipart") && n.leaf == nil && *r.parts < r.opt.MaxParts && (hash.mixed || hash.hides(n.ctype.params["boundary"])) {
		return nil, errRepair
	}
	if r.repair && hash.mixed {
		r.note("line_ends", "a bare LF before a part, among lines that end in CRLF")
	}
	if r.repair && !r.flat && depth == 0 && hash.seen > 0 && n.size() == 0 {
		return nil, errNothing
	}
	return r.assemble(n, hash.sum()), nil
}

// size is the sum of the leaves.
func (n *node) size() int64 {
	if n.leaf != nil {
		return n.leaf.size
	}
	var sum int64
	for _, c := range n.children {
		sum += c.size()
	}
	return sum
}

func newNode(fs fields, fallback string, depth int) *node {
	n := &node{fields: fs, depth: depth}
	n.ctype = parseMediaType(fs.get("Content-Type"))
	if !strings.Contains(n.ctype.value, "/") || strings.HasPrefix(n.ctype.value, "/") {
		n.ctype.value = looseType(n.ctype.value, fallback)
	}
	n.disposition = parseMediaType(fs.get("Content-Disposition"))
	return n
}

// looseType reads a Content-Type without a subtype (RFC 1049 had those).
func looseType(v, fallback string) string {
	switch strings.Trim(v, "/") {
	case "html":
		return "text/html"
	case "multipart":
		return "multipart/mixed"
	}
	return fallback // RFC 2045 section 5.2
}

// strict is the normal way: go-message reads the structure, and whatever it
// refuses returns errRepair.
func (r *reader) strict(n *node, br *bufio.Reader, body io.Reader) error {
	if _, ok := n.fields.lookup("Content-Type"); !ok && hiddenBoundary(br) != "" {
		return errRepair
	}
	var h gomessage.Header
	for _, key := range []string{"Content-Transfer-Encoding", "Content-Type"} {
		if v, ok := n.fields.lookup(key); ok {
			h.Set(key, v)
		}
	}
	e, err := gomessage.New(h, body)
	if err != nil && !gomessage.IsUnknownCharset(err) {
		return errRepair
	}
	return r.strictEntity(n, e, gomessage.IsUnknownCharset(err), nil)
}

// strictEntity reads one entity; bounds are the boundaries around it.
func (r *reader) strictEntity(n *node, e *gomessage.Entity, undecoded bool, bounds []string) error {
	if !n.ctype.isA("multipart") {
		charset := n.ctype.params["charset"]
		if charset != "" && !undecoded && !isUnicodeLabel(charset) {
			charset = "utf-8" // some package installed a charset reader for go-message
		}
		return r.readLeaf(n, e.Body, charset)
	}
	if n.depth >= r.opt.MaxDepth {
		r.note("depth", "parts nested too deep are kept as one attachment")
		return r.readLeaf(n, e.Body, "")
	}
	boundary := n.ctype.params["boundary"]
	mr := e.MultipartReader()
	if mr == nil || boundary == "" || clashes(bounds, boundary) || n.second() >= 0 {
		return errRepair
	}
	bounds = append(bounds[:len(bounds):len(bounds)], boundary)
	for {
		r.guard.budget = int64(r.opt.MaxHeaderBytes)
		part, err := mr.NextPart()
		r.guard.budget = -1
		if err == io.EOF && len(n.children) > 0 {
			return nil
		}
		undecoded := gomessage.IsUnknownCharset(err)
		if err != nil && !undecoded {
			return errRepair
		}
		if r.tooMany() {
			return nil
		}
		c := n.child(entityFields(part))
		if err := r.strictEntity(c, part, undecoded, bounds); err != nil {
			return err
		}
	}
}

// clashes reports whether a boundary is also one around it.
func clashes(bounds []string, b string) bool {
	for _, outer := range bounds {
		if b == outer {
			return true
		}
	}
	return false
}

func isUnicodeLabel(label string) bool {
	c, ok := findCharset(label)
	return ok && c.enc == nil
}

// entityFields copies the fields of a part that go-message has read.
func entityFields(e *gomessage.Entity) fields {
	var fs fields
	for it := e.Header.Fields(); it.Next(); {
		fs = append(fs, field{key: it.Key(), value: it.Value()})
	}
	return fs
}

// child adds a part below n.
func (n *node) child(fs fields) *node {
	fallback := "text/plain"
	if n.ctype.value == "multipart/digest" {
		fallback = "message/rfc822"
	}
	c := newNode(fs, fallback, n.depth+1)
	c.parent, c.index = n.ctype.value, len(n.children)
	n.children = append(n.children, c)
	return c
}

// tooMany reports, and notes, that the limit of parts is reached.
func (r *reader) tooMany() bool {
	if *r.parts < r.opt.MaxParts {
		return false
	}
	r.note("parts", "too many, the rest is not listed")
	return true
}

// loose is the repair pass: it reads the entity n whose body comes from br and
// accepts everything.
func (r *reader) loose(n *node, br *bufio.Reader) error {
	if _, ok := n.fields.lookup("Content-Type"); !ok && n.depth == 0 {
		if b := hiddenBoundary(br); b != "" {
			r.note("header", "Content-Type missing before a multipart body")
			n.ctype = mediaType{"multipart/mixed", map[string]string{"boundary": b}}
		}
	}
	if r.flat && n.depth == 0 {
		r.note("structure", "no part holds anything, the whole body is read as text")
		n.ctype = mediaType{"text/plain", map[string]string{}}
		return r.readLeaf(n, br, "")
	}
	if !n.ctype.isA("multipart") {
		body := transferDecoder(n.fields.get("Content-Transfer-Encoding"), br, r.note)
		return r.readLeaf(n, body, n.ctype.params["charset"])
	}
	if n.depth >= r.opt.MaxDepth {
		r.note("depth", "parts nested too deep are kept as one attachment")
		return r.readLeaf(n, br, "")
	}
	boundary := r.realBoundary(br, strings.TrimRight(n.ctype.params["boundary"], " \t"))
	if boundary == "" {
		return r.boundless(n, br)
	}
	return r.looseParts(n, newSplitter(br, boundary))
}

// second returns the index of a second Content-Type: the delimiter and the blank
// line before the first part are missing, and its fields became those of n.
func (n *node) second() int {
	seen := false
	for i := range n.fields {
		if n.fields[i].key != "Content-Type" {
			continue
		}
		if seen {
			return i
		}
		seen = true
	}
	return -1
}

// boundless reads a multipart without any delimiter as one text.
func (r *reader) boundless(n *node, body io.Reader) error {
	c := n.child(nil)
	return r.readLeaf(c, body, "")
}

// looseParts reads the parts of n.
func (r *reader) looseParts(n *node, s *splitter) error {
	preamble := &capped{left: min(r.textLeft, 256<<10)}
	_, _ = io.Copy(preamble, onlyReader{s})
	if i := n.second(); i >= 0 && len(preamble.buf) > 0 {
		r.note("boundary", "first delimiter missing")
		if err := r.loose(n.child(n.fields[i:]), bufio.NewReaderSize(bytes.NewReader(preamble.buf), readBuffer)); err != nil {
			return err
		}
	}
	closed := s.state == atClose
	for s.next() {
		if r.tooMany() {
			return nil
		}
		if closed {
			r.note("boundary", "parts after the closing delimiter")
		}
		br := bufio.NewReaderSize(onlyReader{s}, readBuffer)
		if b, _ := br.Peek(1); len(b) == 0 && closed {
			continue
		}
		fs := readHeader(br, r.opt.MaxHeaderBytes, false, r.note)
		if err := r.loose(n.child(fs), br); err != nil {
			return err
		}
		_, _ = io.Copy(io.Discard, br)
		closed = closed || s.state == atClose
	}
	if len(n.children) == 0 {
		r.note("boundary", "no part found")
		return r.boundless(n, bytes.NewReader(preamble.buf))
	}
	if !closed {
		r.note("boundary", "closing delimiter missing")
	}
	return nil
}

// realBoundary returns the boundary that the body really uses: the declared one,
// or the one that its first delimiter line shows, or "" if there is none.
func (r *reader) realBoundary(br *bufio.Reader, declared string) string {
	if len(declared) > 1000 {
		declared = ""
	}
	win, err := br.Peek(readBuffer)
	if declared != "" && hasDelimiter(win, declared) {
		return declared
	}
	if b := findBoundary(win); b != "" {
		if declared == "" {
			r.note("boundary", "missing")
		} else {
			r.note("boundary", "not the declared one")
		}
		return b
	}
	if declared == "" || err != nil { // the whole body was seen
		r.note("boundary", "no part found")
		return ""
	}
	return declared
}

func hasDelimiter(win []byte, boundary string) bool {
	line := []byte("--" + boundary)
	if bytes.HasPrefix(win, line) {
		return true
	}
	return bytes.Contains(win, append([]byte("\n"), line...))
}

// findBoundary returns the boundary of the first line that looks like a
// delimiter: two hyphens, and a Content field on the next line.
func findBoundary(win []byte) string {
	for len(win) > 0 {
		var line []byte
		line, win = cutLine(win)
		if len(line) < 3 || line[0] != '-' || line[1] != '-' || len(line) > 200 {
			continue
		}
		next, _ := cutLine(win)
		if len(next) > 8 && strings.EqualFold(string(next[:8]), "content-") {
			return strings.TrimRight(string(line[2:]), " \t")
		}
	}
	return ""
}

// hiddenBoundary returns the boundary of a body that starts with a delimiter
// although no Content-Type says so.
func hiddenBoundary(br *bufio.Reader) string {
	win, _ := br.Peek(lookahead)
	for range 8 {
		line, rest := cutLine(win)
		switch {
		case len(win) == 0:
			return ""
		case bytes.HasPrefix(line, []byte("--")):
			return findBoundary(win)
		case len(bytes.TrimSpace(line)) > 0 && !bytes.Contains(line, []byte("MIME")):
			return ""
		}
		win = rest
	}
	return ""
}

package message

import (
	"bufio"
	"bytes"
	"io"
	"slices"
	"strings"

	gomessage "github.com/emersion/go-message"
	"github.com/emersion/go-message/textproto"
)

// node is one entity of the MIME tree.
type node struct {
	fields      fields
	ctype       mediaType
	disposition mediaType
	depth       int
	index       int  // among its siblings
	leads       bool // in a multipart/related: no page came before
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

	notes        []string
	nested       []*Message
	textLeft     int64 // body text still to be kept
	htmlLeft     int64
	otherLeft    int64
	enclosedText string // body of a winmail.dat
	outside      bool   // a multipart has words outside of its parts
	signed       bool
	encrypted    bool
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
	if r.repair && !r.flat && depth == 0 && hash.seen > 0 && (n.leaf != nil || r.outside || n.hasWords()) && n.size() == 0 {
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

// hasWords reports whether words may have been taken for fields of a part.
func (n *node) hasWords() bool {
	return slices.ContainsFunc(n.children, func(c *node) bool {
		return c.hasWords() || slices.ContainsFunc(c.fields, func(f field) bool { return !knownField(f.key) })
	})
}

func newNode(fs fields, fallback string, depth int) *node {
	n := &node{fields: fs, depth: depth}
	n.ctype = parseMediaType(fs.get("Content-Type"))
	if i := strings.IndexByte(n.ctype.value, '/'); i <= 0 || i == len(n.ctype.value)-1 {
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
	case "application", "image", "audio", "video":
		return "application/octet-stream"
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
	e, err := entity(h, body)
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
	_, params, _ := e.Header.ContentType() // as go-message reads it
	if e.MultipartReader() == nil || boundary == "" || clashes(bounds, boundary) || n.second() >= 0 {
		return errRepair
	}
	bounds = append(bounds[:len(bounds):len(bounds)], boundary)
	mr := textproto.NewMultipartReader(e.Body, params["boundary"])
	for {
		r.guard.budget = int64(r.opt.MaxHeaderBytes)
		part, err := mr.NextPart()
		r.guard.budget = -1
		if err == io.EOF && len(n.children) > 0 {
			return nil
		}
		if err != nil {
			return errRepair
		}
		e, err := entity(gomessage.Header{Header: part.Header}, part)
		undecoded := gomessage.IsUnknownCharset(err)
		if err != nil && !undecoded {
			return errRepair
		}
		if r.tooMany() {
			return nil
		}
		if err := r.strictEntity(n.child(partFields(part.Header)), e, undecoded, bounds); err != nil {
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

// entity is what go-message makes of a part. Base64, most of all bytes that come, is
// decoded here: go-message's way takes them in hand three times.
func entity(h gomessage.Header, body io.Reader) (*gomessage.Entity, error) {
	mediaType, _, _ := h.ContentType()
	if !strings.EqualFold(h.Get("Content-Transfer-Encoding"), "base64") || strings.HasPrefix(mediaType, "multipart/") {
		return gomessage.New(h, body)
	}
	h = h.Copy()
	h.Del("Content-Transfer-Encoding")
	d := &undoubted{}
	d.decoder = transferDecoder("base64", body, func(string, string) { d.doubt = true })
	return gomessage.New(h, d)
}

// undoubted reads from a decoder and fails where that would forgive.
type undoubted struct {
	decoder io.Reader
	doubt   bool
}

func (u *undoubted) Read(p []byte) (int, error) {
	n, err := u.decoder.Read(p)
	if u.doubt {
		return 0, errRepair
	}
	return n, err
}

// partFields copies the fields of a part that go-message has read.
func partFields(h textproto.Header) fields {
	var fs fields
	for it := h.Fields(); it.Next(); {
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
	c.leads = n.ctype.value == "multipart/related" && !slices.ContainsFunc(n.children, (*node).isPage)
	n.children = append(n.children, c)
	return c
}

// isPage reports whether n may be what the other parts of a multipart/related are shown in.
func (n *node) isPage() bool {
	return n.ctype.isA("multipart") || n.leaf != nil && n.leaf.role != roleFile
}

// tooMany reports, and notes, that the limit of parts is reached.
func (r *reader) tooMany() bool {
	if *r.parts < r.opt.MaxParts {
		return false
	}
	r.note("parts", "too many, the rest is not listed")
	return true
}

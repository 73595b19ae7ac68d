package message

import (
	"bufio"
	"bytes"
	"io"
	"strings"
)

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
	declared := strings.TrimRight(n.ctype.params["boundary"], " \t")
	if win, _ := br.Peek(readBuffer); !hasDelimiter(win, declared) { // RFC 2045 section 6.4 forbids to encode it
		br = bufio.NewReaderSize(transferDecoder(n.fields.get("Content-Transfer-Encoding"), br, r.note), readBuffer)
	}
	boundary := r.realBoundary(br, declared)
	if boundary == "" {
		return r.boundless(n, br)
	}
	return r.looseParts(n, newSplitter(br, boundary), false)
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

// looseParts reads the parts of n. If n shares its boundary with the multipart around
// it, the parts after its closing delimiter are not its own.
func (r *reader) looseParts(n *node, s *splitter, shared bool) error {
	preamble := &capped{left: min(r.textLeft, 256<<10)}
	_, _ = io.Copy(preamble, onlyReader{s})
	if i := n.second(); i >= 0 && len(preamble.buf) > 0 {
		r.note("boundary", "first delimiter missing")
		if err := r.loose(n.child(n.fields[i:]), bufio.NewReaderSize(bytes.NewReader(preamble.buf), readBuffer)); err != nil {
			return err
		}
	}
	closed := s.state == atClose
	for !(shared && closed) && s.next() {
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
		if err := r.loosePart(n.child(readHeader(br, r.opt.MaxHeaderBytes, false, r.note)), br, s); err != nil {
			return err
		}
		closed = closed || s.state == atClose
	}
	r.outside = r.outside || len(bytes.TrimSpace(s.behind.buf)) > 0 || len(bytes.TrimSpace(preamble.buf)) > 0
	if len(n.children) == 0 {
		r.note("boundary", "no part found")
		return r.boundless(n, bytes.NewReader(preamble.buf))
	}
	if !closed {
		r.note("boundary", "closing delimiter missing")
	}
	return nil
}

// loosePart reads a part of what s splits.
func (r *reader) loosePart(c *node, br *bufio.Reader, s *splitter) error {
	if !c.ctype.isA("multipart") || c.depth >= r.opt.MaxDepth || "--"+c.ctype.params["boundary"] != string(s.boundary) {
		err := r.loose(c, br)
		_, _ = io.Copy(io.Discard, br)
		return err
	}
	r.note("boundary", "the same at two levels")
	_, _ = io.Copy(io.Discard, br)
	err := r.looseParts(c, s, true)
	if s.state == atClose {
		s.state, s.atLine = inBody, true // the parts around c go on
	}
	return err
}

// realBoundary returns the boundary that the body really uses: the declared one,
// or the one that its first delimiter line shows, or "" if there is none.
func (r *reader) realBoundary(br *bufio.Reader, declared string) string {
	if len(declared) > 1000 {
		declared = ""
	}
	win, err := br.Peek(readBuffer)
	for _, b := range []string{declared, strings.Trim(declared, "'"), strings.ReplaceAll(declared, `\`, "")} {
		if b != "" && hasDelimiter(win, b) {
			return b
		}
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

// findBoundary returns the boundary of the first line that looks like a delimiter: two
// hyphens, and a Content field on the next line or a closing delimiter further down.
func findBoundary(win []byte) string {
	closed := ""
	for len(win) > 0 {
		var line []byte
		line, win = cutLine(win)
		if len(line) < 3 || line[0] != '-' || line[1] != '-' || len(line) > 200 {
			continue
		}
		line = bytes.TrimRight(line, " \t")
		next, _ := cutLine(win)
		if len(next) > 8 && strings.EqualFold(string(next[:8]), "content-") {
			return string(line[2:])
		}
		if closed == "" && len(line) > 2 && bytes.Contains(win, append(append([]byte("\n"), line...), "--"...)) {
			closed = string(line[2:])
		}
	}
	return closed
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

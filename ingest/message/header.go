package message

import (
	"bufio"
	"bytes"
	"net/mail"
	"net/textproto"
	"strings"
)

// maxFields is how many fields of one header block are kept.
const maxFields = 10_000

// lookahead is how far the header reader looks before it judges a line.
const lookahead = 2048

// field is one header field, its value unfolded and still encoded.
type field struct {
	key   string // canonical
	value string
}

// fields is one header block in order of appearance.
type fields []field

// get returns the first value of the canonical key, "" if there is none.
func (f fields) get(key string) string {
	v, _ := f.lookup(key)
	return v
}

// lookup returns the first value of the canonical key, an empty one only if there is
// no other.
func (f fields) lookup(key string) (string, bool) {
	there := false
	for i := range f {
		if f[i].key == key {
			if f[i].value != "" {
				return f[i].value, true
			}
			there = true
		}
	}
	return "", there
}

// decoded returns the fields by name, encoded words read.
func (f fields) decoded() mail.Header {
	h := make(mail.Header, len(f))
	for i := range f {
		h[f[i].key] = append(h[f[i].key], decodeHeader(f[i].value))
	}
	return h
}

// headerReader reads one header block, however broken, from br.
type headerReader struct {
	br   *bufio.Reader
	max  int
	top  bool // a whole message, not a part: an mbox line may come first
	used int  // bytes kept
	note func(code, words string)
	out  fields
	cur  []byte // the field that is being read, name included
}

// readHeader leaves br at the first byte of the body. Its notes say what was
// wrong with the block.
func readHeader(br *bufio.Reader, max int, top bool, note func(code, words string)) fields {
	h := &headerReader{br: br, max: max, top: top, note: note, out: make(fields, 0, 16)}
	if top {
		h.skipLeading()
	}
	for h.line() {
	}
	h.flush()
	return h.out
}

// skipLeading drops blank lines before the first field.
func (h *headerReader) skipLeading() {
	for range 64 {
		p, _ := h.br.Peek(2)
		switch {
		case len(p) > 0 && p[0] == '\n':
			_, _ = h.br.Discard(1)
		case len(p) > 1 && p[0] == '\r' && p[1] == '\n':
			_, _ = h.br.Discard(2)
		case bytes.Equal(p, []byte("\xef\xbb")): // a byte order mark
			if q, _ := h.br.Peek(3); len(q) == 3 && q[2] == 0xbf {
				_, _ = h.br.Discard(3)
			}
			return
		default:
			return
		}
	}
}

// line reads one line and reports whether the block goes on.
func (h *headerReader) line() bool {
	win, _ := h.br.Peek(lookahead)
	if len(win) == 0 {
		return false
	}
	line, rest := cutLine(win)
	first := len(h.out) == 0 && h.cur == nil
	switch {
	case len(line) == 0:
		h.skipLine()
		return false
	case isSpace(line[0]) && h.cur != nil:
		if len(bytes.TrimLeft(line, " \t")) == 0 && !goesOn(rest) {
			h.note("header", "blanks in the line before the body")
			h.skipLine()
			return false
		}
		h.take()
	case nameLen(line) > 0:
		h.flush()
		h.cur = make([]byte, 0, len(line)+1)
		h.take()
	case first && h.top && isMboxLine(line):
		h.note("header", "mbox From line")
		h.skipLine()
	case bytes.HasPrefix(line, []byte("--")), !fieldFollows(rest):
		if first && h.top {
			h.note("header", "none")
		} else {
			h.note("header", "no blank line before the body")
		}
		return false
	default:
		h.note("header", "junk line")
		h.flush()
		h.skipLine()
	}
	return true
}

// take appends the next line, without its line end, to the current field.
func (h *headerReader) take() {
	start := true
	for {
		b, err := h.br.ReadSlice('\n')
		line := b
		if err == nil {
			line = bytes.TrimSuffix(line[:len(line)-1], []byte("\r"))
		}
		if room := h.max - h.used; len(line) > room {
			h.note("header", "truncated")
			line = line[:max(room, 0)]
		}
		if start {
			line, start = h.unfold(line), false
		}
		h.used += len(line)
		h.cur = append(h.cur, line...)
		if err != bufio.ErrBufferFull {
			return
		}
	}
}

// unfold makes the fold before a continuation line one blank.
func (h *headerReader) unfold(line []byte) []byte {
	if len(h.cur) == 0 || len(line) == 0 {
		return line
	}
	line = bytes.TrimLeft(line, " \t")
	if h.cur = bytes.TrimRight(h.cur, " \t"); len(line) > 0 {
		h.cur = append(h.cur, ' ')
	}
	return line
}

func (h *headerReader) skipLine() {
	for {
		if _, err := h.br.ReadSlice('\n'); err != bufio.ErrBufferFull {
			return
		}
	}
}

// flush stores the current field.
func (h *headerReader) flush() {
	if h.cur == nil {
		return
	}
	n := nameLen(h.cur)
	switch {
	case n == 0: // the name itself was cut off
	case len(h.out) >= maxFields:
		h.note("header", "too many fields")
	default:
		colon := bytes.IndexByte(h.cur, ':')
		h.out = append(h.out, field{
			key:   textproto.CanonicalMIMEHeaderKey(string(h.cur[:n])),
			value: string(bytes.TrimSpace(h.cur[colon+1:])),
		})
	}
	h.cur = nil
}

// nameLen returns the length of the field name before the colon of line, 0 if
// line is no field. Blanks between name and colon are obsolete but allowed (RFC
// 5322 section 4.5).
func nameLen(line []byte) int {
	i := 0
	for i < len(line) && line[i] > ' ' && line[i] < 0x7f && line[i] != ':' {
		i++
	}
	n := i
	for i < len(line) && isSpace(line[i]) {
		i++
	}
	if n == 0 || n > 200 || i >= len(line) || line[i] != ':' {
		return 0
	}
	return n
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' }

// cutLine splits win after its first line; the line comes without its end.
func cutLine(win []byte) (line, rest []byte) {
	line, rest, _ = bytes.Cut(win, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r")), rest
}

func isMboxLine(line []byte) bool {
	return bytes.HasPrefix(line, []byte("From ")) || bytes.HasPrefix(line, []byte(">From "))
}

// goesOn reports whether the header goes on behind a line of blanks only: with a
// well-known field, a further fold, or its real end.
func goesOn(rest []byte) bool {
	line, _ := cutLine(rest)
	return len(line) == 0 || isSpace(line[0]) || knownField(string(line[:nameLen(line)]))
}

// fieldFollows reports whether a well-known field starts within the next lines,
// before a blank one: then a line that is no field is junk inside the header and
// not the start of the body.
func fieldFollows(rest []byte) bool {
	for range 4 {
		var line []byte
		line, rest = cutLine(rest)
		if len(line) == 0 {
			return false
		}
		if n := nameLen(line); n > 0 && knownField(string(line[:n])) {
			return true
		}
	}
	return false
}

// knownField reports whether name is a field that mail really carries.
func knownField(name string) bool {
	name = strings.ToLower(name)
	switch name {
	case "received", "from", "to", "cc", "bcc", "subject", "date", "sender", "reply-to", "message-id",
		"in-reply-to", "references", "return-path", "mime-version", "delivered-to", "dkim-signature",
		"user-agent", "importance", "thread-topic", "thread-index", "authentication-results", "precedence":
		return true
	}
	return strings.HasPrefix(name, "content-") || strings.HasPrefix(name, "x-") ||
		strings.HasPrefix(name, "list-") || strings.HasPrefix(name, "arc-") || strings.HasPrefix(name, "resent-")
}

package message

import (
	"bufio"
	"bytes"
	"io"
)

// splitter cuts a multipart body at its delimiter lines (RFC 2046 section 5.1.1)
// and forgives what go-message does not: blanks around the delimiter, a missing
// end, parts after the end. It reads as a stream and holds one buffer.
type splitter struct {
	br       *bufio.Reader
	boundary []byte
	atLine   bool // the next byte starts a line
	eol      []byte
	state    splitState
	behind   capped // what stands behind the closing delimiter and is in no part
}

type splitState int

const (
	inBody  splitState = iota
	atPart             // a delimiter was met
	atClose            // the closing delimiter was met
	atEnd              // the input ended
)

func newSplitter(br *bufio.Reader, boundary string) *splitter {
	return &splitter{br: br, boundary: []byte("--" + boundary), atLine: true, behind: capped{left: 4 << 10}}
}

// Read returns the bytes up to the next delimiter line. The line end before it
// belongs to the delimiter.
func (s *splitter) Read(p []byte) (int, error) {
	for {
		if s.state != inBody {
			return 0, io.EOF
		}
		if s.atLine && s.delimiter() {
			s.eol = s.eol[:0]
			return 0, io.EOF
		}
		if len(s.eol) > 0 {
			n := copy(p, s.eol)
			s.eol = s.eol[n:]
			s.atLine = false
			return n, nil
		}
		if n, ok := s.chunk(p); ok {
			return n, nil
		}
	}
}

// chunk copies text up to the next line end, which it holds back.
func (s *splitter) chunk(p []byte) (int, bool) {
	buf, err := s.br.Peek(max(s.br.Buffered(), 1))
	if len(buf) == 0 {
		if err != nil {
			s.state = atEnd
		}
		return 0, false
	}
	s.atLine = false
	i := bytes.IndexByte(buf, '\n')
	if i < 0 { // keep a last CR: its LF may follow
		i = len(buf)
		if buf[i-1] == '\r' {
			if i--; i == 0 {
				return s.loneCR(p)
			}
		}
		n := copy(p, buf[:i])
		_, _ = s.br.Discard(n)
		return n, true
	}
	text := i
	if i > 0 && buf[i-1] == '\r' {
		text--
	}
	n := copy(p, buf[:text])
	if n < text {
		_, _ = s.br.Discard(n)
		return n, true
	}
	s.eol = append(s.eol[:0], buf[text:i+1]...)
	_, _ = s.br.Discard(i + 1)
	s.atLine = true
	return n, n > 0
}

// loneCR decides whether a CR at the end of the buffer starts a line end.
func (s *splitter) loneCR(p []byte) (int, bool) {
	two, _ := s.br.Peek(2)
	if len(two) == 2 && two[1] == '\n' {
		s.eol = append(s.eol[:0], "\r\n"...)
		_, _ = s.br.Discard(2)
		s.atLine = true
		return 0, false
	}
	n := copy(p, two[:1])
	_, _ = s.br.Discard(n)
	return n, true
}

// delimiter reports whether a delimiter line comes next, and takes it.
func (s *splitter) delimiter() bool {
	b, _ := s.br.Peek(len(s.boundary) + 2)
	if !bytes.HasPrefix(b, s.boundary) {
		return false
	}
	rest := b[len(s.boundary):]
	state := atPart
	if bytes.HasPrefix(rest, []byte("--")) {
		state = atClose
	} else if len(rest) > 0 && !isBlank(rest[0]) {
		return false
	}
	s.state = state
	for {
		if _, err := s.br.ReadSlice('\n'); err != bufio.ErrBufferFull {
			return true
		}
	}
}

// next skips to the next part and reports whether there is one. After the
// closing delimiter it still looks for parts.
func (s *splitter) next() bool {
	for {
		switch s.state {
		case atPart:
			s.state, s.atLine, s.eol = inBody, true, s.eol[:0]
			return true
		case atEnd:
			return false
		case atClose:
			s.state, s.atLine = inBody, true
		case inBody:
			var buf [512]byte
			for s.state == inBody {
				n, _ := s.Read(buf[:])
				_, _ = s.behind.Write(buf[:n])
			}
		}
	}
}

// onlyReader hides every other method.
type onlyReader struct{ io.Reader }

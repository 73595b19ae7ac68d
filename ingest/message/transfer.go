package message

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"io"
	"slices"
	"strings"
)

const base64Chars = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

// base64Value is the value of each base64 character, the URL-safe ones included,
// or -1. It is never written to.
var base64Value = func() (t [256]int8) {
	for i := range t {
		t[i] = -1
	}
	for i := range base64Chars {
		t[base64Chars[i]] = int8(i)
	}
	t['-'], t['_'] = 62, 63
	return t
}()

// transferDecoder undoes a Content-Transfer-Encoding (RFC 2045 section 6) and
// forgives what it can.
func transferDecoder(encoding string, r io.Reader, note func(code, words string)) io.Reader {
	name, _ := dropComments(encoding)
	name = strings.ToLower(strings.Trim(name, " \t\"';.,"))
	if i := strings.IndexAny(name, " ;"); i > 0 && name[:i] != "7" && name[:i] != "8" {
		name = name[:i]
	}
	name = strings.NewReplacer("-", "", "_", "", " ", "", "/", "").Replace(name)
	switch name {
	case "", "7bit", "8bit", "binary", "7", "8", "none", "plain", "utf8", "usascii":
		return r
	case "quotedprintable", "quoteprintable", "qp", "quoted", "quotedprintible":
		return &qpReader{decoding: decoding{br: bufio.NewReader(r), note: note}}
	case "base64", "b64", "base", "bas64":
		br := bufio.NewReader(r)
		if !looksBase64(br) {
			note("base64", "not encoded")
			return br
		}
		return &base64Reader{decoding: decoding{br: br, note: note}}
	case "uuencode", "xuuencode", "uue", "xuue":
		return &uuReader{decoding: decoding{br: bufio.NewReader(r), note: note}}
	}
	note("encoding", "unknown "+shortLabel(encoding))
	return r
}

// looksBase64 reports whether the first lines can be base64 at all; some senders
// declare it and write plain text.
func looksBase64(br *bufio.Reader) bool {
	head, _ := br.Peek(512)
	good, bad, lines := 0, 0, 0
	for len(head) > 0 && lines < 4 {
		var line []byte
		line, head = cutLine(head)
		line = bytes.TrimSpace(line)
		if len(line) == 0 && lines > 0 {
			break
		}
		for i, c := range line {
			switch {
			case base64Value[c] >= 0 || c == '=':
				good++
			case isSpace(c) && i%4 != 0 && line[i-1] != '=':
				return false // words
			case !isSpace(c):
				bad++
			}
		}
		if len(line) > 0 {
			lines++
		}
		if bytes.IndexByte(line, '=') >= 0 {
			break // whatever follows the padding
		}
	}
	return bad*8 <= good
}

// decoding is what the transfer decoders share: their input, and what they decoded
// of it.
type decoding struct {
	br   *bufio.Reader
	note func(code, words string)
	out  []byte // decoded, not yet read
	err  error  // of the input; told when out is empty
}

// read hands out what was decoded, and lets fill decode more when there is none.
func (d *decoding) read(p []byte, fill func()) (int, error) {
	for len(d.out) == 0 {
		if d.err != nil {
			return 0, d.err
		}
		fill()
	}
	n := copy(p, d.out)
	d.out = d.out[n:]
	return n, nil
}

// base64Reader decodes base64 with junk characters, odd line ends, missing
// padding, and several padded runs in one body.
type base64Reader struct {
	decoding
	acc   uint32
	n     int  // characters in acc
	begun bool // a line was base64 and nothing else
	ended bool
	buf   []byte
}

func (d *base64Reader) Read(p []byte) (int, error) { return d.read(p, d.fill) }

// plain decodes the whole lines in the buffer that are base64 and nothing else, as
// nearly all are, and reports whether there were any.
func (d *base64Reader) plain() bool {
	if d.n > 0 || d.ended {
		return false
	}
	if _, err := d.br.Peek(1); err != nil {
		return false
	}
	in, _ := d.br.Peek(d.br.Buffered())
	d.buf = slices.Grow(d.buf[:0], len(in))
	used := 0
	for {
		i := bytes.IndexByte(in[used:], '\n')
		if i < 0 {
			break
		}
		line := bytes.TrimSuffix(in[used:used+i], []byte("\r"))
		if len(line) == 0 || line[len(line)-1] == '=' {
			break
		}
		n, err := base64.StdEncoding.Decode(d.buf[len(d.buf):cap(d.buf)], line)
		if err != nil {
			break
		}
		d.buf = d.buf[:len(d.buf)+n]
		used += i + 1
	}
	d.br.Discard(used)
	d.begun = d.begun || used > 0
	d.out = d.buf
	return used > 0
}

// fill decodes the next line, or as much of it as fits the buffer.
func (d *base64Reader) fill() {
	if d.plain() {
		return
	}
	line, err := d.br.ReadSlice('\n')
	if err != nil && err != bufio.ErrBufferFull {
		d.err = err
	}
	d.buf = d.buf[:0]
	if d.begun && d.n == 0 && hasWords(line) { // a footer, behind data without padding
		d.ended = true
	}
	d.begun = d.begun || isBase64Line(line)
	if d.ended && !isBase64Line(line) {
		if len(bytes.TrimSpace(line)) > 0 {
			d.note("base64", "text after the end")
		}
		line = nil
	}
	for i, c := range line {
		v := base64Value[c]
		switch {
		case v >= 0:
			if d.acc, d.n = d.acc<<6|uint32(v), d.n+1; d.n == 4 {
				d.buf = append(d.buf, byte(d.acc>>16), byte(d.acc>>8), byte(d.acc))
				d.acc, d.n = 0, 0
			}
		case c == '=':
			d.flush()
			d.ended = true
			if rest := bytes.Trim(line[i:], "= \t\r\n"); len(rest) > 0 && !isBase64Line(line[i:]) && !isBase64Line(bytes.TrimLeft(line[i:], "=")) {
				d.note("base64", "text after the end")
				d.out = d.buf
				return
			}
		case c > ' ':
			d.note("base64", "junk characters")
		}
	}
	if d.err != nil {
		if d.n > 0 {
			d.note("base64", "cut off")
		}
		d.flush()
	}
	d.out = d.buf
}

// hasWords reports whether blanks part a line where base64 that was spaced out has none.
func hasWords(line []byte) bool {
	if bytes.IndexByte(line, ' ') < 0 {
		return false
	}
	words := bytes.Fields(line)
	for _, w := range words[:max(len(words)-1, 0)] {
		if len(w)%4 != 0 {
			return true
		}
	}
	return false
}

// flush writes the bytes of an unfinished group.
func (d *base64Reader) flush() {
	switch d.n {
	case 2:
		d.buf = append(d.buf, byte(d.acc>>4))
	case 3:
		d.buf = append(d.buf, byte(d.acc>>10), byte(d.acc>>2))
	}
	d.acc, d.n = 0, 0
}

// isBase64Line reports whether a line after the padding goes on with the data,
// and is not the footer that a mailing list put there.
func isBase64Line(line []byte) bool {
	line = bytes.TrimSpace(line)
	for _, c := range line {
		if base64Value[c] < 0 && c != '=' {
			return false
		}
	}
	return len(line) > 0 && len(line)%4 == 0
}

// qpReader decodes quoted-printable; an equals sign that starts nothing stays.
type qpReader struct {
	decoding
	buf  []byte
	tail []byte // an equals sign cut off at the buffer's end
}

func (d *qpReader) Read(p []byte) (int, error) { return d.read(p, d.fill) }

func (d *qpReader) fill() {
	line, err := d.br.ReadSlice('\n')
	full := err == bufio.ErrBufferFull
	if err != nil && !full {
		d.err = err
	}
	if len(d.tail) > 0 {
		line = append(d.tail, line...)
		d.tail = nil
	}
	end := ""
	if !full {
		body := bytes.TrimRight(line, " \t\r\n")
		if i := bytes.IndexByte(line[len(body):], '\n'); i >= 0 {
			end = "\n"
			if i > 0 && line[len(body)+i-1] == '\r' {
				end = "\r\n"
			}
		}
		line = body
		if n := len(line); n > 0 && line[n-1] == '=' { // soft line break
			line, end = line[:n-1], ""
		}
	} else if i := bytes.LastIndexByte(line, '='); i >= len(line)-2 && i >= 0 {
		d.tail = append([]byte(nil), line[i:]...)
		line = line[:i]
	}
	d.decode(line)
	d.buf = append(d.buf, end...)
	d.out = d.buf
}

func (d *qpReader) decode(line []byte) {
	d.buf = d.buf[:0]
	for i := 0; i < len(line); i++ {
		if line[i] == '=' {
			if i+2 < len(line) {
				if b, ok := unhex(line[i+1], line[i+2]); ok {
					d.buf = append(d.buf, b)
					i += 2
					continue
				}
			}
			d.note("quoted-printable", "stray equals sign")
		}
		d.buf = append(d.buf, line[i])
	}
}

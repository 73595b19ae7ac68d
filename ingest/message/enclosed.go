package message

import (
	"bufio"
	"bytes"
	"io"
	"strings"
)

// enclosed reads a text and takes the files out of it that stand there uuencoded or in
// yEnc, as before MIME. It reads as a stream: such a file may be large.
type enclosed struct {
	decoding
	open   func(name string) io.Writer // nil if no more files are taken
	file   io.Writer                   // what is being read; nil for text
	yenc   bool
	escape bool // the last byte was yEnc's escape
	inLine bool // the next bytes do not begin a line
}

func (d *enclosed) Read(p []byte) (int, error) { return d.read(p, d.fill) }

func (d *enclosed) fill() {
	if d.file == nil && d.text() {
		return
	}
	line, err := d.br.ReadSlice('\n')
	if err != nil && (err != bufio.ErrBufferFull || len(line) == 0) { // the source may say so too
		d.err = err
	}
	first := !d.inLine
	d.inLine = err == bufio.ErrBufferFull
	if d.file == nil {
		line = bytes.Clone(line) // begins looks further, which may overwrite the buffer
		if !first || !mayBegin(line) || !d.begins(bytes.TrimRight(line, "\r\n")) {
			d.out = line
		}
		return
	}
	body := bytes.TrimRight(line, "\r\n")
	switch {
	case d.yenc && first && bytes.HasPrefix(body, []byte("=yend")), !d.yenc && string(body) == "end":
		d.file = nil
	case d.yenc && first && bytes.HasPrefix(body, []byte("=ypart")):
	case d.yenc:
		_, _ = d.file.Write(d.yencoded(body))
	default:
		b, ok := uuLine(body)
		if !ok && len(body) > 0 {
			d.note("uuencode", "file cut off")
			d.file, d.out = nil, line
			return
		}
		_, _ = d.file.Write(b)
	}
}

// text hands out what is buffered up to a line that may begin a file, and reports false
// at such a line.
func (d *enclosed) text() bool {
	head, err := d.br.Peek(len("=ybegin "))
	if len(head) == 0 {
		d.err = err
		return true
	}
	if !d.inLine && mayBegin(head) {
		return false
	}
	buf, _ := d.br.Peek(d.br.Buffered())
	end := bytes.LastIndexByte(buf, '\n') + 1
	if end == 0 || err != nil {
		end = len(buf)
		d.err = err
	}
	for i := bytes.IndexByte(buf[:end], '\n') + 1; err == nil && i > 0 && i < end; {
		if mayBegin(buf[i:]) {
			end = i
			break
		}
		next := bytes.IndexByte(buf[i:end], '\n')
		if next < 0 {
			break
		}
		i += next + 1
	}
	d.inLine = buf[end-1] != '\n'
	d.out = buf[:end]
	_, _ = d.br.Discard(end)
	return true
}

func mayBegin(line []byte) bool {
	return bytes.HasPrefix(line, []byte("begin ")) || bytes.HasPrefix(line, []byte("=ybegin "))
}

// begins reports whether a file begins at line, and opens it. "begin 644 times" in a
// letter is followed by words and not by a line of uuencode.
func (d *enclosed) begins(line []byte) bool {
	name := ""
	if rest, ok := bytes.CutPrefix(line, []byte("=ybegin ")); ok {
		_, after, there := bytes.Cut(rest, []byte("name="))
		if name = string(after); !there || !bytes.Contains(rest, []byte("line=")) || !bytes.Contains(rest, []byte("size=")) {
			return false
		}
	} else if name = uuName(line); name == "" {
		return false
	} else if next, _ := d.br.Peek(128); !isUULine(next) {
		return false
	}
	if d.file = d.open(strings.TrimSpace(name)); d.file == nil {
		return false
	}
	d.yenc, d.escape = line[0] == '=', false
	return true
}

func (d *enclosed) yencoded(line []byte) []byte {
	out := make([]byte, 0, len(line))
	for _, c := range line {
		if c == '=' && !d.escape {
			d.escape = true
			continue
		}
		if d.escape {
			c -= 64
		}
		d.escape = false
		out = append(out, c-42)
	}
	return out
}

// uuName returns the name in the first line of a uuencoded file, "" if line is none.
func uuName(line []byte) string {
	rest, ok := bytes.CutPrefix(line, []byte("begin "))
	mode, name, _ := bytes.Cut(rest, []byte(" "))
	if !ok || len(mode) < 3 || len(mode) > 4 || len(bytes.Trim(mode, "01234567")) > 0 {
		return ""
	}
	return string(name)
}

// isUULine reports whether win begins with a whole line of uuencode, or its end.
func isUULine(win []byte) bool {
	line, _ := cutLine(win)
	line = bytes.TrimRight(line, "\r")
	_, ok := uuLine(line)
	return ok || string(line) == "end"
}

// uuLine decodes one line: its first character counts the bytes. Blanks at its end may
// have been lost on the way, and a check character may follow.
func uuLine(line []byte) ([]byte, bool) {
	if len(line) == 0 || line[0] < ' ' || line[0] > '`' {
		return nil, false
	}
	n := int(line[0]-' ') & 63
	text := line[1:]
	if least := (n*8 + 5) / 6; len(text) > (n+2)/3*4+2 || len(text) < least-8 {
		return nil, false
	}
	out := make([]byte, 0, 66)
	for i := 0; len(out) < n; i += 4 {
		var v uint32
		for j := i; j < i+4; j++ {
			c := byte(' ')
			if j < len(text) {
				c = text[j]
			}
			if c < ' ' || c > '`' {
				return nil, false
			}
			v = v<<6 | uint32((c-' ')&63)
		}
		out = append(out, byte(v>>16), byte(v>>8), byte(v))
	}
	return out[:n], true
}

// uuReader decodes one uuencoded file.
type uuReader struct {
	decoding
	begun bool
	name  string // of its first line
}

func (d *uuReader) Read(p []byte) (int, error) { return d.read(p, d.fill) }

func (d *uuReader) fill() {
	line, err := d.br.ReadSlice('\n')
	if err != nil && err != bufio.ErrBufferFull {
		d.err = err
	}
	line = bytes.TrimRight(line, "\r\n")
	if !d.begun {
		if d.name = uuName(line); d.name != "" {
			d.begun = true
		}
		return
	}
	if string(line) != "end" {
		d.out, _ = uuLine(line)
	}
}

package message

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"sync"
)

// Options are the limits of a reading. The zero value works and means the
// defaults written at each field.
type Options struct {
	MaxDepth       int   // nesting of multiparts and messages; 20
	MaxParts       int   // leaves; 1000
	MaxHeaderBytes int   // header bytes kept per header block; 1 MiB
	MaxTextBytes   int64 // bytes of text, and of HTML, kept per message; 2 MiB
	Leaf           int   // number of the file whose decoded bytes are wanted (Attachment.Leaf); 0 for none
	SkipHTML       bool  // leave Message.HTML empty: sanitising costs more than all the rest
}

func (o Options) withDefaults() Options {
	if o.MaxDepth <= 0 {
		o.MaxDepth = 20
	}
	if o.MaxParts <= 0 {
		o.MaxParts = 1000
	}
	if o.MaxHeaderBytes <= 0 {
		o.MaxHeaderBytes = 1 << 20
	}
	if o.MaxTextBytes <= 0 {
		o.MaxTextBytes = 2 << 20
	}
	return o
}

// errRepair ends the normal way: the message needs the repair pass.
var errRepair = errors.New("message: needs repair")

// errNothing ends a repair pass that lost everything: the structure is no help.
var errNothing = errors.New("message: nothing found in the parts")

// Read reads the message of size bytes at the current position of r; a size
// below zero means up to the end. It never fails and never panics: whatever was
// wrong is in Damaged. Memory does not grow with the attachments, which are
// decoded and hashed as a stream.
//
// The normal way goes through go-message; only what that refuses is read a
// second time by the repair pass, which accepts everything.
func Read(r io.ReadSeeker, size int64, opt Options) *Message {
	opt = opt.withDefaults()
	start, err := r.Seek(0, io.SeekCurrent)
	if err != nil {
		return damagedMessage("read: " + err.Error())
	}
	var m *Message
	for _, w := range []way{normal, repair, flat} {
		if _, err = r.Seek(start, io.SeekStart); err != nil {
			break
		}
		if m, err = try(r, size, opt, w); err == nil {
			if w != normal && len(m.Damaged) == 0 {
				m.Damaged = append(m.Damaged, "structure: read by the repair pass")
			}
			return m
		}
	}
	return damagedMessage("read: " + err.Error())
}

// way is how a message is read; each is tried after the one before failed.
type way int

const (
	normal way = iota
	repair     // accepts every structure
	flat       // ignores the structure
)

func damagedMessage(notes ...string) *Message {
	return &Message{Header: mail.Header{}, Damaged: notes}
}

// try is one reading of the whole message. A panic in it, ours or a library's, is
// the last thing that may cost a complaint, so it becomes an error.
func try(r io.Reader, size int64, opt Options, w way) (m *Message, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	if _, inMemory := r.(*bytes.Reader); !inMemory && size > readBuffer {
		wide := wideReaders.Get().(*bufio.Reader)
		defer wideReaders.Put(wide)
		defer wide.Reset(nil)
		wide.Reset(r)
		r = wide
	}
	if size >= 0 {
		r = io.LimitReader(r, size)
	}
	src := &guardedReader{r: r, budget: -1}
	rd := &reader{opt: opt, repair: w != normal, flat: w == flat, guard: src, parts: new(int), kept: new(bytes.Buffer)}
	br := bufio.NewReaderSize(src, readBuffer)
	head, _ := br.Peek(readBuffer) // a short message is less; what else fails does so again
	bare := bytes.IndexByte(head, '\n') < 0 && bytes.Count(head, []byte("\r")) > 1
	if bare {
		br = bufio.NewReaderSize(crReader{br}, readBuffer)
	}
	m, err = rd.message(br, 0)
	if err == nil && bare {
		m.Damaged = append(m.Damaged, "line_ends: CR alone")
	}
	if err == nil {
		m.Kept = rd.kept.Bytes()
	}
	if err == nil && src.err != nil {
		m.Damaged = append(m.Damaged, "read: "+src.err.Error())
	}
	return m, err
}

// readBuffer is the size of each buffer; header lines are judged in it.
const readBuffer = 8 << 10

// wideReaders read files ahead: a call of the system for each 8 KB would cost as much as
// what is done with them.
var wideReaders = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, 128<<10) }}

// crReader ends lines in LF that end in a bare CR, as those of very old programs.
type crReader struct{ r io.Reader }

func (c crReader) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	for i, v := range b[:n] {
		if v == '\r' {
			b[i] = '\n'
		}
	}
	return n, err
}

// guardedReader remembers a failing source, and can limit how much is read while
// a library looks for the next part, so that no part header fills the memory.
type guardedReader struct {
	r      io.Reader
	budget int64 // bytes still allowed; below zero without limit
	err    error
}

func (g *guardedReader) Read(p []byte) (int, error) {
	if g.budget == 0 {
		return 0, errRepair
	}
	if g.budget > 0 && int64(len(p)) > g.budget {
		p = p[:g.budget]
	}
	n, err := g.r.Read(p)
	if g.budget > 0 {
		g.budget -= int64(n)
	}
	if err != nil && err != io.EOF {
		g.err = err
	}
	return n, err
}

package message

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
)

// winmail.dat of Outlook and Exchange (MS-OXTNEF): attributes in a row, each with its
// length. It is read as a stream, since the files in it may be large.

const tnefSignature = "\x78\x9f\x3e\x22"

// Attributes that are read (MS-OXTNEF section 2.1.3.3).
const (
	attBody           = 0x2800c
	attMsgProps       = 0x69003
	attOEMCodepage    = 0x69007
	attAttachRendData = 0x69002
	attAttachTitle    = 0x18010
	attAttachData     = 0x6800f
	attAttachment     = 0x69005
)

// Properties that are read (MS-OXPROPS), and the types of theirs that have a length.
const (
	tagBody            = 0x1000
	tagRTF             = 0x1009
	tagHTML            = 0x1013
	tagDisplayName     = 0x3001
	tagAttachData      = 0x3701
	tagAttachFilename  = 0x3704
	tagAttachLongName  = 0x3707
	tagAttachMIME      = 0x370e
	tagAttachContentID = 0x3712
	tagInternetCPID    = 0x3fde
	tagMessageCodepage = 0x3ffd

	typeObject, typeString8, typeUnicode, typeBinary = 0x0d, 0x1e, 0x1f, 0x102
)

// iidMessage marks an object that is a message, as TNEF once more.
const iidMessage = "\x07\x03\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00\x46"

// isTNEF reports whether n says that it is winmail.dat.
func (n *node) isTNEF() bool {
	switch n.ctype.value {
	case "application/ms-tnef", "application/vnd.ms-tnef":
		return true
	}
	return strings.EqualFold(n.filename(), "winmail.dat")
}

// tnef is one winmail.dat, or a message in it, while it is read.
type tnef struct {
	r          *reader
	n          *node
	codepage   string // of what is not Unicode, a charset label; "" if not said
	htmlPage   string // the same of HTML
	plain      string
	html, rtf  []byte
	file       *node // the last attachment that began; nil before the first, or if it is not taken
	bytes      *measure
	nameWeight int // how good the name of file is
}

// readTNEF lists the files in n, and keeps the body for a message that has no other.
func (r *reader) readTNEF(n *node, src io.Reader) {
	in := &little{r: bufio.NewReader(src)}
	if head := in.bytes(6); string(head[:4]) != tnefSignature { // a key follows
		return
	}
	t := &tnef{r: r, n: n}
	for t.attribute(in) {
	}
	t.endFile()
	if strings.TrimSpace(r.enclosedText) == "" {
		r.enclosedText = t.text()
	}
}

// attribute reads one, and reports false behind the last.
func (t *tnef) attribute(in *little) bool {
	level := in.bytes(1)[0]
	if in.err == io.EOF || bytes.IndexByte([]byte("\x00\r\n"), level) >= 0 { // padding
		return false
	}
	if level == 1 || level == 2 {
		id, size := in.u32(), in.u32()
		data := &little{r: &io.LimitedReader{R: in.r, N: int64(size)}, err: in.err}
		t.take(id, data)
		data.skipRest()
		in.skip(2) // checksum
		if in.err == nil {
			return true
		}
	}
	t.r.note("tnef", "broken or cut off")
	return false
}

func (t *tnef) take(id uint32, data *little) {
	switch id {
	case attOEMCodepage:
		t.codepage = fmt.Sprintf("cp%d", data.u32())
	case attBody:
		t.plain = t.string(typeString8, t.keep(data))
	case attMsgProps:
		t.properties(data, t.ofMessage)
	case attAttachRendData:
		t.endFile()
		t.beginFile()
	case attAttachTitle:
		t.name(2, t.string(typeString8, t.keep(data)))
	case attAttachData:
		t.content(data)
	case attAttachment:
		t.properties(data, t.ofFile)
	}
}

// properties calls take with the first value of each (MS-OXTNEF section 2.1.3.4).
func (t *tnef) properties(data *little, take func(id, kind uint16, value *little)) {
	for range data.u32() {
		kind, id := data.u16(), data.u16()
		if id >= 0x8000 { // named
			data.skip(16)
			size := int64(4)
			if data.u32() == 1 {
				size = int64(data.u32()+3) &^ 3
			}
			data.skip(size)
		}
		single := kind &^ 0x1000
		size, known := valueSizes[single]
		count := uint32(1)
		if kind != single || size == 0 {
			count = data.u32()
		}
		if data.err != nil || !known {
			return
		}
		for i := range count {
			n := size
			if n == 0 {
				n = data.u32()
			}
			if data.err != nil {
				return
			}
			left := &io.LimitedReader{R: data.r, N: int64(n)}
			value := &little{r: left}
			if i == 0 && id < 0x8000 {
				take(id, single, value)
			}
			if value.skipRest(); left.N > 0 {
				return // cut off
			}
			data.skip(int64(-n & 3))
		}
	}
}

// valueSizes is how many bytes a value takes, 0 where its length stands before it.
var valueSizes = map[uint16]uint32{0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0a: 4, 0x0b: 4, 0x14: 8, 0x40: 8, 0x48: 16,
	typeObject: 0, typeString8: 0, typeUnicode: 0, typeBinary: 0}

func (t *tnef) ofMessage(id, kind uint16, value *little) {
	switch id {
	case tagMessageCodepage:
		t.codepage = fmt.Sprintf("cp%d", value.u32())
	case tagInternetCPID:
		t.htmlPage = fmt.Sprintf("cp%d", value.u32())
	case tagBody:
		t.plain = t.string(kind, t.keep(value))
	case tagHTML:
		if t.html = t.keep(value); kind == typeUnicode {
			t.html = []byte(t.string(kind, t.html))
		}
	case tagRTF:
		t.rtf = t.keep(value)
	}
}

func (t *tnef) ofFile(id, kind uint16, value *little) {
	switch id {
	case tagDisplayName:
		t.name(1, t.string(kind, t.keep(value)))
	case tagAttachFilename:
		t.name(2, t.string(kind, t.keep(value)))
	case tagAttachLongName:
		t.name(3, t.string(kind, t.keep(value)))
	case tagAttachMIME:
		if m := parseMediaType(t.string(kind, t.keep(value))); t.file != nil && strings.Contains(m.value, "/") {
			t.file.ctype.value = m.value
		}
	case tagAttachContentID:
		if id := t.string(kind, t.keep(value)); t.file != nil && id != "" {
			t.file.fields = fields{{key: "Content-Id", value: id}}
		}
	case tagAttachData:
		if kind == typeObject && string(value.bytes(16)) == iidMessage && t.file != nil && t.file.depth < t.r.opt.MaxDepth {
			t.file.ctype.value = "application/ms-tnef"
			t.r.readTNEF(t.file, io.TeeReader(value.r, t.bytes))
		}
		if t.bytes != nil && t.bytes.size == 0 {
			t.content(value)
		}
	}
}

func (t *tnef) beginFile() {
	if t.r.tooMany() {
		return
	}
	t.file = t.n.child(nil)
	t.file.ctype.value = "application/octet-stream"
	t.file.disposition = mediaType{"attachment", map[string]string{}}
	t.file.leaf = t.r.newLeaf(t.file)
	t.bytes, t.nameWeight = t.r.measure(t.file.leaf), 0
}

func (t *tnef) endFile() {
	if t.file != nil {
		t.bytes.finish(t.file.leaf)
	}
	t.file = nil
}

func (t *tnef) content(data *little) {
	if t.file != nil {
		_, _ = io.Copy(t.bytes, data.r) // what is missing shows at the next attribute
	}
}

func (t *tnef) name(weight int, name string) {
	if t.file != nil && name != "" && weight > t.nameWeight {
		t.file.disposition.params["filename"], t.nameWeight = name, weight
	}
}

// keep reads a value as far as the limit of texts goes.
func (t *tnef) keep(value *little) []byte {
	b, _ := io.ReadAll(io.LimitReader(value.r, t.r.otherLeft)) // what is missing shows at the next attribute
	t.r.otherLeft -= int64(len(b))
	return b
}

func (t *tnef) string(kind uint16, b []byte) string {
	label := t.codepage
	if kind == typeUnicode {
		label = "utf-16le"
		b = b[:len(b)&^1]
	}
	text, _ := decodeText(b, label)
	return strings.TrimRight(cleanText(text), "\x00")
}

// text is the body, from the simplest form that has one.
func (t *tnef) text() string {
	if strings.TrimSpace(t.plain) != "" {
		return t.plain
	}
	if len(t.html) > 0 {
		page := metaCharset(t.html)
		if page == "" {
			page = t.htmlPage
		}
		html, _ := decodeText(bytes.TrimRight(t.html, "\x00"), page)
		if text, _ := htmlText(cleanText(html)); strings.TrimSpace(text) != "" {
			return text
		}
	}
	return rtfText(unpackRTF(t.rtf, int(t.r.opt.MaxTextBytes)))
}

// little reads numbers, the lowest byte first. After an error all are 0.
type little struct {
	r   io.Reader
	err error
}

func (l *little) bytes(n int) []byte {
	b := make([]byte, n)
	if l.err == nil {
		_, l.err = io.ReadFull(l.r, b)
	}
	return b
}

func (l *little) u16() uint16 { return binary.LittleEndian.Uint16(l.bytes(2)) }
func (l *little) u32() uint32 { return binary.LittleEndian.Uint32(l.bytes(4)) }

func (l *little) skip(n int64) {
	if l.err == nil {
		_, l.err = io.CopyN(io.Discard, l.r, n)
	}
}

func (l *little) skipRest() { _, _ = io.Copy(io.Discard, l.r) }

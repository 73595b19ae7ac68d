package message

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

// charset is one way to read bytes as text.
type charset struct {
	name string
	enc  encoding.Encoding   // nil for utf-8, us-ascii and those with own
	own  func([]byte) string // of charsets that golang.org/x/text does not have, else nil
}

// decode never fails: bytes that fit nowhere become U+FFFD.
func (c charset) decode(b []byte) string {
	switch {
	case c.own != nil:
		return c.own(b)
	case c.enc == nil:
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	out, err := c.enc.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(out), "\uFFFD")
	}
	return string(out)
}

// singleByte reports whether each byte is a character of its own.
func (c charset) singleByte() bool {
	_, ok := c.enc.(*charmap.Charmap)
	return ok
}

// decodeText reads b in the declared charset ("" for none) and says in words
// what was wrong with the declaration, "" if nothing was.
func decodeText(b []byte, label string) (text, wrong string) {
	if c, body, ok := byteOrderMark(b); ok {
		return c.decode(body), ""
	}
	c, known := findCharset(label)
	if !known && strings.TrimSpace(label) != "" {
		wrong = "unknown " + shortLabel(label)
	}
	if known && c.enc == nil && c.own == nil || !known {
		return decodeUnicode(b, c.name, wrong)
	}
	if strings.HasPrefix(c.name, "utf16") || c.name == "unicode" || c.name == "ucs2" {
		c.name = shortLabel(label)
		return decodeUTF16(b, c)
	}
	if c.singleByte() {
		c.name = shortLabel(label)
		return decodeSingleByte(b, c)
	}
	return c.decode(b), ""
}

// byteOrderMark recognises text that says what it is.
func byteOrderMark(b []byte) (charset, []byte, bool) {
	switch {
	case bytes.HasPrefix(b, []byte{0xef, 0xbb, 0xbf}) && utf8.Valid(trimPartial(b)):
		return charset{name: "utf-8"}, b[3:], true
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}) && len(b)%2 == 0:
		return charset{name: "utf-16le", enc: unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)}, b[2:], true
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}) && len(b)%2 == 0:
		return charset{name: "utf-16be", enc: unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)}, b[2:], true
	}
	return charset{}, nil, false
}

// trimPartial drops a character that was cut off at the end.
func trimPartial(b []byte) []byte {
	for i := 1; i <= 3 && i <= len(b); i++ {
		if c := b[len(b)-i]; utf8.RuneStart(c) {
			if c >= 0xc0 && !utf8.FullRune(b[len(b)-i:]) {
				return b[:len(b)-i]
			}
			break
		}
	}
	return b
}

// decodeUnicode reads what is declared as utf-8, us-ascii, or nothing known.
func decodeUnicode(b []byte, declared, wrong string) (string, string) {
	if declared != "utf-8" {
		if c, ok := escapedCharset(b); ok {
			return c.decode(b), wrong
		}
	}
	if utf8.Valid(b) {
		return string(b), wrong
	}
	if t := trimPartial(b); len(t) < len(b) && utf8.Valid(t) && !isASCII(t) {
		return string(t), wrong
	}
	if mostlyUTF8(b) {
		return charset{name: "utf-8"}.decode(b), "invalid utf-8"
	}
	c := guess8bit(b)
	if wrong == "" {
		wrong = "undeclared"
		if declared != "" {
			wrong = "not " + declared
		}
	}
	return c.decode(b), wrong + ", read as " + c.name
}

// escapedCharset finds the escape sequences of ISO-2022-JP, and UTF-16 without a
// byte order mark, in undeclared text.
func escapedCharset(b []byte) (charset, bool) {
	head := b[:min(len(b), 4096)]
	if bytes.Contains(head, []byte("\x1b$B")) || bytes.Contains(head, []byte("\x1b$@")) {
		return charset{name: "iso-2022-jp", enc: japanese.ISO2022JP}, true
	}
	return utf16ByZeros(head)
}

// utf16ByZeros guesses the byte order of Latin text in UTF-16.
func utf16ByZeros(head []byte) (charset, bool) {
	even, odd := 0, 0
	for i, c := range head {
		if c == 0 && i%2 == 0 {
			even++
		} else if c == 0 {
			odd++
		}
	}
	switch n := len(head) / 2; {
	case n < 2:
	case odd > n*3/5 && even < n/20+1:
		return charset{name: "utf-16le", enc: unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)}, true
	case even > n*3/5 && odd < n/20+1:
		return charset{name: "utf-16be", enc: unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)}, true
	}
	return charset{}, false
}

// decodeUTF16 reads declared UTF-16 that has no byte order mark; the zero bytes
// of Latin letters overrule the declared order.
func decodeUTF16(b []byte, c charset) (string, string) {
	head := b[:min(len(b), 4096)]
	if g, ok := utf16ByZeros(head); ok {
		return g.decode(b), ""
	}
	if bytes.IndexByte(head, 0) < 0 && utf8.Valid(b) && isMostlyASCII(head) {
		return string(b), "not " + c.name
	}
	return c.decode(b), ""
}

func isMostlyASCII(b []byte) bool {
	n := 0
	for _, c := range b {
		if c >= ' ' && c < 0x7f || c == '\n' || c == '\r' || c == '\t' {
			n++
		}
	}
	return n >= len(b)*9/10
}

// decodeSingleByte reads a declared single-byte charset unless the bytes belie it.
func decodeSingleByte(b []byte, c charset) (string, string) {
	if isASCII(b) {
		return string(b), ""
	}
	if n := countMultiByte(b); n > 1 && utf8.Valid(trimPartial(b)) {
		return string(trimPartial(b)), "not " + c.name + ", read as utf-8"
	}
	switch c.enc {
	case charmap.ISO8859_2, charmap.ISO8859_1, charmap.Windows1252, charmap.ISO8859_15:
		if g := polishCharset(b); g.enc != nil && g.enc != c.enc && contradicts(b, c, g) {
			return g.decode(b), "not " + c.name + ", read as " + g.name
		}
	case charmap.CodePage037, charmap.CodePage1047, charmap.CodePage1140:
		// QUIRK: text of mainframes ends its lines with NEL.
		return strings.ReplaceAll(c.decode(b), "\u0085", "\n"), ""
	}
	return c.decode(b), ""
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

func shortLabel(s string) string {
	s = cleanHeader(strings.TrimSpace(s))
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40])
	}
	return s
}

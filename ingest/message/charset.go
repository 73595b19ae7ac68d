package message

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
	"golang.org/x/text/encoding/unicode"
)

// charset is one way to read bytes as text.
type charset struct {
	name string
	enc  encoding.Encoding // nil for utf-8, us-ascii and utf-7
}

// decode never fails: bytes that fit nowhere become U+FFFD.
func (c charset) decode(b []byte) string {
	switch {
	case c.name == "utf-7":
		return decodeUTF7(b)
	case c.enc == nil:
		return strings.ToValidUTF8(string(b), "\uFFFD")
	}
	out, err := c.enc.NewDecoder().Bytes(b)
	if err != nil {
		return strings.ToValidUTF8(string(out), "\uFFFD")
	}
	return string(out)
}

// multiByte reports whether a declared charset is taken at its word.
func (c charset) singleByte() bool {
	_, ok := c.enc.(*charmap.Charmap)
	return ok
}

// findCharset reads a charset label, misspelt ones included. ok is false if it
// names nothing known.
func findCharset(label string) (c charset, ok bool) {
	label = strings.ToLower(strings.Trim(label, " \t\r\n\"';"))
	label = strings.TrimPrefix(label, "charset=")
	label, _, _ = strings.Cut(label, "*") // RFC 2231 section 5: language
	compact := compactLabel(label)
	switch compact {
	case "":
		return charset{}, false
	case "utf8", "utf8mb4", "unicode11utf8", "unicode20utf8", "cp65001", "65001":
		return charset{name: "utf-8"}, true
	case "usascii", "ascii", "ansix341968", "iso646us", "us", "7bit", "usasci", "asciius", "iso646":
		return charset{name: "us-ascii"}, true
	case "utf7", "unicode11utf7", "unicode20utf7", "utf7imap":
		return charset{name: "utf-7"}, true
	}
	if enc := namedCharset(compact); enc != nil {
		return charset{compact, enc}, true
	}
	if enc := numberedCharset(compact); enc != nil {
		return charset{compact, enc}, true
	}
	if enc, err := htmlindex.Get(label); err == nil {
		return charset{label, enc}, true
	}
	return charset{}, false
}

// compactLabel keeps letters and digits and drops the year of "ISO_8859-2:1987".
func compactLabel(label string) string {
	label, _, _ = strings.Cut(label, ":")
	var b strings.Builder
	for i := 0; i < len(label) && i < 64; i++ {
		if c := label[i]; c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			b.WriteByte(c)
		}
	}
	s := b.String()
	if strings.HasPrefix(s, "x") && len(s) > 3 && s != "xuserdefined" {
		s = s[1:]
	}
	return s
}

// namedCharset knows the labels that are words.
func namedCharset(s string) encoding.Encoding {
	switch s {
	case "latin1", "l1", "ansi", "westerneuropean", "default", "unknown8bit", "8bit":
		return charmap.Windows1252
	case "latin2", "l2", "easteuropean":
		return charmap.ISO8859_2
	case "latin9", "latin0":
		return charmap.ISO8859_15
	case "koi8r", "koi8", "cskoi8r":
		return charmap.KOI8R
	case "koi8u", "koi8ru":
		return charmap.KOI8U
	case "macroman", "macintosh", "mac":
		return charmap.Macintosh
	case "gb2312", "gbk", "gb18030", "gb231280", "cngb", "euccn", "hz", "hzgb2312":
		if strings.HasPrefix(s, "hz") {
			return simplifiedchinese.HZGB2312
		}
		return simplifiedchinese.GB18030
	case "shiftjis", "sjis", "mskanji", "windows31j", "shiftjisx":
		return japanese.ShiftJIS
	case "iso2022jp", "iso2022jp1", "iso2022jp2", "iso2022jpms", "jis":
		return japanese.ISO2022JP
	case "eucjp", "ujis":
		return japanese.EUCJP
	case "euckr", "ksc56011987", "ksc5601", "ksc56011992", "uhc", "iso2022kr":
		return korean.EUCKR
	case "big5", "big5hkscs", "cnbig5", "big5eten":
		return traditionalchinese.Big5
	case "utf16", "unicode", "ucs2", "iso10646ucs2":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	case "utf16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case "utf16be":
		return unicode.UTF16(unicode.BigEndian, unicode.UseBOM)
	}
	return nil
}

// numberedCharset knows the labels that end in a number.
func numberedCharset(s string) encoding.Encoding {
	i := len(s)
	for i > 0 && s[i-1] >= '0' && s[i-1] <= '9' {
		i--
	}
	prefix, n := s[:i], s[i:]
	switch prefix {
	case "cp", "windows", "win", "ms", "ansi", "ibm", "windowscp", "mswin", "cswindows", "msansi", "wincp", "":
		if enc := codePage(n); enc != nil {
			return enc
		}
	}
	n = strings.TrimPrefix(n, "8859")
	switch prefix {
	case "iso", "isoir", "csiso", "isolatin", "is", "", "cp", "windowsiso":
		return isoPart(n)
	}
	return nil
}

func codePage(n string) encoding.Encoding {
	switch n {
	case "1250":
		return charmap.Windows1250
	case "1251":
		return charmap.Windows1251
	case "1252":
		return charmap.Windows1252
	case "1253":
		return charmap.Windows1253
	case "1254":
		return charmap.Windows1254
	case "1255":
		return charmap.Windows1255
	case "1256":
		return charmap.Windows1256
	case "1257":
		return charmap.Windows1257
	case "1258":
		return charmap.Windows1258
	case "437":
		return charmap.CodePage437
	case "850":
		return charmap.CodePage850
	case "852":
		return charmap.CodePage852
	case "866":
		return charmap.CodePage866
	case "932":
		return japanese.ShiftJIS
	case "936", "54936":
		return simplifiedchinese.GB18030
	case "949":
		return korean.EUCKR
	case "950":
		return traditionalchinese.Big5
	}
	return nil
}

// isoPart returns part n of ISO 8859. Part 1 is read as windows-1252, as every
// mail program does.
func isoPart(n string) encoding.Encoding {
	switch n {
	case "1":
		return charmap.Windows1252
	case "2":
		return charmap.ISO8859_2
	case "3":
		return charmap.ISO8859_3
	case "4":
		return charmap.ISO8859_4
	case "5":
		return charmap.ISO8859_5
	case "6":
		return charmap.ISO8859_6
	case "7":
		return charmap.ISO8859_7
	case "8":
		return charmap.ISO8859_8
	case "9":
		return charmap.Windows1254
	case "10":
		return charmap.ISO8859_10
	case "11":
		return charmap.Windows874
	case "13":
		return charmap.ISO8859_13
	case "14":
		return charmap.ISO8859_14
	case "15":
		return charmap.ISO8859_15
	case "16":
		return charmap.ISO8859_16
	}
	return nil
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
	if known && c.enc == nil && c.name != "utf-7" || !known {
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
		return charset{"utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)}, b[2:], true
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}) && len(b)%2 == 0:
		return charset{"utf-16be", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)}, b[2:], true
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
	if t := trimPartial(b); len(t) < len(b) && utf8.Valid(t) {
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
		return charset{"iso-2022-jp", japanese.ISO2022JP}, true
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
		return charset{"utf-16le", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)}, true
	case even > n*3/5 && odd < n/20+1:
		return charset{"utf-16be", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)}, true
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

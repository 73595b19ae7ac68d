package message

import (
	"math/bits"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Bytes of Polish letters that are signs or other letters elsewhere. Shared ones
// stand at the same place in ISO 8859-2 and windows-1250.
const (
	polishShared  = "\xb3\xbf\xa3\xaf"         // ł ż Ł Ż
	polishLatin2  = "\xb1\xb6\xbc\xa1\xa6\xac" // ą ś ź Ą Ś Ź
	polishWindows = "\xb9\x9c\x9f\xa5\x8c\x8f" // ą ś ź Ą Ś Ź

	// All of them in CP852 of DOS: ą ć ę ł ó ś ź ż, which are signs elsewhere, then ń and
	// the capitals.
	polishDOS = "\xa5\x86\xa9\x88\xa2\x98\xab\xbe" + "\xe4\xa4\x8f\xa8\x9d\xe3\xe0\x97\x8d\xbd"
)

// evidence counts the bytes that speak for Polish, inside words only.
type evidence struct {
	shared, latin2, windows int
	controls                int  // 0x80-0x9f, which ISO 8859-2 never uses in text
	dos, high               int  // letters of CP852, and all high bytes
	dosKinds                uint // a bit for each of its first eight letters
}

func weigh(b []byte) evidence {
	var e evidence
	for i, c := range b {
		if c < 0x80 {
			continue
		}
		if c < 0xa0 {
			e.controls++
		}
		if !inWord(b, i) {
			continue
		}
		e.high++
		if k := strings.IndexByte(polishDOS, c); k >= 0 {
			e.dos++
			e.dosKinds |= 1 << k & 0xff
		}
		switch {
		case strings.IndexByte(polishShared, c) >= 0:
			e.shared++
		case strings.IndexByte(polishLatin2, c) >= 0:
			e.latin2++
		case c == 0x9c && i+1 < len(b) && b[i+1] == 'u': // the French ligature: coeur, soeur
		case strings.IndexByte(polishWindows, c) >= 0:
			e.windows++
		}
	}
	return e
}

// isDOS reports whether nearly all high bytes are letters of CP852, and some of them
// no letters elsewhere.
func (e evidence) isDOS() bool {
	return e.dos >= 3 && bits.OnesCount(e.dosKinds) >= 2 && e.dos*10 >= e.high*9 && e.dos > 2*(e.shared+e.latin2+e.windows)
}

// inWord reports whether byte i touches a letter, so that a superscript or a
// currency sign beside a number is not taken for a letter.
func inWord(b []byte, i int) bool {
	return i > 0 && isWordByte(b[i-1]) || i+1 < len(b) && isWordByte(b[i+1])
}

func isWordByte(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// polishCharset returns the charset that Polish letters speak for; enc is nil if
// nothing does.
func polishCharset(b []byte) charset {
	e := weigh(b)
	switch {
	case e.isDOS():
		return charset{name: "cp852", enc: charmap.CodePage852}
	case e.shared+e.latin2+e.windows == 0:
		return charset{}
	case e.windows > e.latin2, e.windows == e.latin2 && e.controls > 0:
		return charset{name: "windows-1250", enc: charmap.Windows1250}
	}
	return charset{name: "iso-8859-2", enc: charmap.ISO8859_2}
}

// contradicts reports whether the evidence for g is strong enough to overrule
// the declared c.
func contradicts(b []byte, c, g charset) bool {
	e := weigh(b)
	if c.enc == charmap.ISO8859_2 { // both Polish: bytes that it does not have decide
		return g.enc == charmap.Windows1250 && e.windows > 0 && e.controls > 0
	}
	return e.isDOS() || e.shared+e.latin2+e.windows >= 3
}

// guess8bit guesses the charset of undeclared bytes that are not UTF-8.
func guess8bit(b []byte) charset {
	if utf8.Valid(b) {
		return charset{name: "utf-8"}
	}
	if c, ok := cyrillicCharset(b); ok {
		return c
	}
	if c, ok := asianCharset(b); ok {
		return c
	}
	if c := polishCharset(b); c.enc != nil {
		return c
	}
	return charset{name: "windows-1252", enc: charmap.Windows1252}
}

// cyrillicCharset recognises text that is nearly all high letters: KOI8-R has
// the small ones at 0xc0-0xdf, windows-1251 at 0xe0-0xff.
func cyrillicCharset(b []byte) (charset, bool) {
	high, letters, low, upper := 0, 0, 0, 0
	for _, c := range b {
		switch {
		case c >= 0xe0:
			high++
			upper++
		case c >= 0xc0:
			high++
			low++
		case c >= 0x80:
			high++
		case isWordByte(c):
			letters++
		}
	}
	if high < 6 || letters > high || (low+upper)*20 < high*19 {
		return charset{}, false
	}
	if low > upper {
		return charset{name: "koi8-r", enc: charmap.KOI8R}, true
	}
	return charset{name: "windows-1251", enc: charmap.Windows1251}, true
}

// mostlyUTF8 reports whether b is UTF-8 with little damage.
func mostlyUTF8(b []byte) bool {
	good, bad := 0, 0
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			bad++
		} else {
			good++
		}
		i += n
	}
	return good > bad
}

// countMultiByte counts the characters of several bytes in UTF-8.
func countMultiByte(b []byte) int {
	n := 0
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(b[i:])
		if r != utf8.RuneError {
			n++
		}
		i += size
	}
	return n
}

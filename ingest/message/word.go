package message

import (
	"encoding/base64"
	"strings"
	"unicode/utf8"
)

// decodeHeader reads the encoded words of an unfolded header value (RFC 2047),
// broken ones included, and raw 8-bit text. The result is valid UTF-8.
func decodeHeader(s string) string {
	if !strings.Contains(s, "=?") {
		return cleanHeader(s)
	}
	var d wordDecoder
	for s != "" {
		i := strings.Index(s, "=?")
		if i < 0 {
			break
		}
		w, ok := parseWord(s[i:], &d.noEnd)
		if !ok {
			d.plain(s[:i+2])
			s = s[i+2:]
			continue
		}
		d.plain(s[:i])
		if i > 0 && s[i-1] == ']' { // QUIRK: filters put "[SPAM]" before a word without a blank
			d.plain(" ")
		}
		d.word(w)
		s = s[i+w.len:]
	}
	d.plain(s)
	d.flush()
	return d.out.String()
}

// cleanHeader makes raw header text valid UTF-8 without control characters.
func cleanHeader(s string) string {
	if isPlainASCII(s) {
		return s
	}
	if !utf8.ValidString(s) {
		s = guess8bit([]byte(s)).decode([]byte(s))
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n' || r == '\r':
			return ' '
		case r < ' ' || r == 0x7f:
			return -1
		}
		return r
	}, s)
}

func isPlainASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// word is one encoded word, its bytes still in its charset.
type word struct {
	charset string
	raw     []byte
	base64  string // its text, if that is base64
	len     int    // of the source
}

// wordDecoder joins neighbouring words before it reads their charset: senders
// split characters between words.
type wordDecoder struct {
	out     strings.Builder
	pending []byte
	base64  []byte // the texts of all words of pending, if those are base64
	cut     bool   // one before the last ends inside a group of four
	charset string
	open    bool // pending holds at least one word
	noEnd   bool // no "?=" comes any more
}

// plain adds text between words; blanks between two words vanish (RFC 2047
// section 6.2).
func (d *wordDecoder) plain(s string) {
	if s == "" || d.open && strings.Trim(s, " \t\r\n") == "" {
		return
	}
	d.flush()
	d.out.WriteString(cleanHeader(s))
}

func (d *wordDecoder) word(w word) {
	if d.open && !strings.EqualFold(d.charset, w.charset) {
		d.flush()
	}
	switch {
	case !d.open:
		d.base64, d.cut = append(d.base64, w.base64...), false
	case len(d.base64) > 0 && w.base64 != "":
		d.cut = d.cut || len(d.base64)%4 != 0
		d.base64 = append(d.base64, w.base64...)
	default:
		d.base64 = d.base64[:0]
	}
	d.open, d.charset = true, w.charset
	d.pending = append(d.pending, w.raw...)
}

func (d *wordDecoder) flush() {
	if !d.open {
		return
	}
	if d.cut && len(d.base64) > 0 && len(d.base64)%4 == 0 { // QUIRK: some cut the base64 of the whole anywhere
		if whole := string(decodeB(string(d.base64))); utf8.ValidString(whole) && cleanHeader(whole) == whole {
			d.pending = []byte(whole)
		}
	}
	text, _ := decodeText(d.pending, d.charset)
	d.out.WriteString(cleanHeader(text))
	d.pending, d.base64, d.open = d.pending[:0], d.base64[:0], false
}

// encodedWordLen returns the length of the encoded word at the start of s, 0 if
// there is none.
func encodedWordLen(s string) int {
	if !strings.HasPrefix(s, "=?") {
		return 0
	}
	if len(s) > 4096 {
		s = s[:4096]
	}
	if !strings.Contains(s[2:], "?=") {
		return 0
	}
	noEnd := false
	w, ok := parseWord(s, &noEnd)
	if !ok {
		return 0
	}
	return w.len
}

// parseWord reads the encoded word at the start of s. Blanks inside the text are
// kept; a missing "?=" at the end of the header is forgiven.
func parseWord(s string, noEnd *bool) (word, bool) {
	i := 2
	for i < len(s) && i < 64 && isCharsetChar(s[i]) {
		i++
	}
	if i == 2 || i+3 > len(s) || s[i] != '?' || s[i+2] != '?' {
		return word{}, false
	}
	kind := s[i+1] | 0x20
	if kind != 'q' && kind != 'b' {
		return word{}, false
	}
	w := word{charset: strings.Trim(s[2:i], `"'`)}
	text := s[i+3:]
	end := -1
	if !*noEnd {
		end = strings.Index(text, "?=")
	}
	if end < 0 {
		*noEnd = true
		if len(text) > 4096 || strings.ContainsAny(text, " \t\r\n") {
			return word{}, false
		}
		w.len = len(s)
		text = strings.TrimSuffix(text, "?")
	} else {
		text = text[:end]
		w.len = i + 3 + end + 2
	}
	if kind == 'q' {
		w.raw = decodeQ(text)
	} else {
		w.raw, w.base64 = decodeB(text), text
	}
	return w, true
}

func isCharsetChar(c byte) bool {
	return c > ' ' && c < 0x7f && strings.IndexByte(`?=<>(),;@[]`, c) < 0
}

// decodeQ reads the Q encoding; folding inside a word is dropped.
func decodeQ(s string) []byte {
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '_':
			out = append(out, ' ')
		case c == ' ' && i+1 < len(s) && s[i+1] == '_': // a fold inside the word
		case c == '=' && i+2 < len(s):
			if b, ok := unhex(s[i+1], s[i+2]); ok {
				out = append(out, b)
				i += 2
				continue
			}
			out = append(out, c)
		default:
			out = append(out, c)
		}
	}
	return out
}

// decodeB reads base64 with junk, blanks and without padding.
func decodeB(s string) []byte {
	clean := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if v := base64Value[s[i]]; v >= 0 {
			clean = append(clean, base64Chars[v])
		}
	}
	if len(clean)%4 == 1 {
		clean = clean[:len(clean)-1]
	}
	out := make([]byte, base64.RawStdEncoding.DecodedLen(len(clean)))
	n, _ := base64.RawStdEncoding.Decode(out, clean)
	return out[:n]
}

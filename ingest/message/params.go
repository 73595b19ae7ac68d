package message

import (
	"sort"
	"strconv"
	"strings"
)

// mediaType is a Content-Type or Content-Disposition value: its lower-case main
// value and its parameters by lower-case name, decoded.
type mediaType struct {
	value  string
	params map[string]string
}

// isA reports whether the main type is kind ("text", "multipart").
func (m mediaType) isA(kind string) bool {
	return len(m.value) > len(kind) && m.value[len(kind)] == '/' && m.value[:len(kind)] == kind
}

// piece is one section of an RFC 2231 parameter.
type piece struct {
	n       int
	encoded bool
	text    string
}

// parseMediaType reads what it can of v: unquoted values with blanks, missing
// semicolons and unterminated quotes included (RFC 2045 section 5.1, RFC 2231).
func parseMediaType(v string) mediaType {
	p := paramReader{s: v}
	out := mediaType{value: strings.ToLower(cleanHeader(p.mainValue())), params: map[string]string{}}
	var split map[string][]piece
	for {
		name, val, ok := p.next()
		if !ok {
			break
		}
		base, pc, extended := splitName(name)
		if base == "" {
			continue
		}
		if !extended {
			if _, dup := out.params[base]; !dup {
				out.params[base] = decodeHeader(val)
			}
			continue
		}
		pc.text = val
		if split == nil {
			split = map[string][]piece{}
		}
		if len(split[base]) < 1000 {
			split[base] = append(split[base], pc)
		}
	}
	for name, ps := range split {
		out.params[name] = joinPieces(ps)
	}
	return out
}

// splitName takes the RFC 2231 marks off a parameter name.
func splitName(name string) (base string, p piece, extended bool) {
	base, rest, extended := strings.Cut(strings.ToLower(name), "*")
	base = strings.TrimSpace(cleanHeader(base))
	if !extended {
		return base, p, false
	}
	if strings.HasSuffix(rest, "*") || rest == "" {
		p.encoded = true
		rest = strings.TrimSuffix(rest, "*")
	}
	p.n, _ = strconv.Atoi(strings.TrimSpace(rest))
	return base, p, true
}

// joinPieces decodes the sections of one parameter in their order (RFC 2231
// section 4.1). Bytes are joined before the charset is read.
func joinPieces(ps []piece) string {
	sort.SliceStable(ps, func(i, j int) bool { return ps[i].n < ps[j].n })
	charset := ""
	var raw strings.Builder
	for i, p := range ps {
		if !p.encoded {
			raw.WriteString(p.text)
			continue
		}
		text := p.text
		if c, rest, ok := strings.Cut(text, "'"); ok {
			// QUIRK: some senders repeat charset and language in every section.
			if _, t, ok := strings.Cut(rest, "'"); ok && (i == 0 || strings.EqualFold(c, charset)) {
				text = t
				if i == 0 {
					charset = c
				}
			}
		}
		raw.WriteString(unpercent(text))
	}
	s := raw.String()
	if charset == "" {
		return decodeHeader(s)
	}
	out, _ := decodeText([]byte(s), charset)
	return cleanHeader(out)
}

// unpercent undoes %XX; other percent signs stay.
func unpercent(s string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if b, ok := unhex(s[i+1], s[i+2]); ok {
				out = append(out, b)
				i += 2
				continue
			}
		}
		out = append(out, s[i])
	}
	return string(out)
}

// unhex reads two hexadecimal digits of either case.
func unhex(a, b byte) (byte, bool) {
	x, ok1 := hexDigit(a)
	y, ok2 := hexDigit(b)
	return x<<4 | y, ok1 && ok2
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	}
	return 0, false
}

// paramReader walks over "value; name=value; ...".
type paramReader struct {
	s string
	i int

	noComment bool // none ends any more
}

// mainValue reads up to the first semicolon, or to where a parameter starts
// without one, and drops comments and blanks around the slash.
func (p *paramReader) mainValue() string {
	var words []string
	for p.i < len(p.s) {
		c := p.s[p.i]
		switch {
		case c == ';':
			return joinType(words)
		case isBlank(c):
			p.i++
		case c == '(':
			p.i += p.comment()
		default:
			start := p.i
			for p.i < len(p.s) && p.s[p.i] != ';' && p.s[p.i] != '(' && !isBlank(p.s[p.i]) {
				p.i++
			}
			word := p.s[start:p.i]
			if name, _, ok := strings.Cut(word, "="); ok && (len(words) > 0 || isParamWord(name)) { // the semicolon, or all before it, is missing
				p.i = start
				return joinType(words)
			}
			words = append(words, word)
		}
	}
	return joinType(words)
}

// joinType glues "image/ jpeg" and drops what follows a complete type.
func joinType(words []string) string {
	var b strings.Builder
	for _, w := range words {
		s := b.String()
		if s != "" && strings.Contains(s, "/") && !strings.HasSuffix(s, "/") {
			break
		}
		if s != "" && !strings.Contains(s, "/") && !strings.HasPrefix(w, "/") {
			break
		}
		b.WriteString(w)
	}
	return strings.Trim(b.String(), `"',<>`)
}

// next returns the next parameter.
func (p *paramReader) next() (name, value string, ok bool) {
	for p.i < len(p.s) {
		p.skip(" \t\r\n;,")
		start := p.i
		for p.i < len(p.s) && p.s[p.i] != '=' && p.s[p.i] != ';' {
			if p.s[p.i] == '(' {
				p.i += p.comment()
				continue
			}
			p.i++
		}
		if p.i >= len(p.s) {
			return "", "", false
		}
		name = strings.TrimSpace(p.s[start:p.i])
		if p.s[p.i] == ';' {
			continue
		}
		p.i++
		p.skip(" \t\r\n")
		value = p.value()
		if name != "" {
			return name, value, true
		}
	}
	return "", "", false
}

func (p *paramReader) skip(set string) {
	for p.i < len(p.s) && strings.IndexByte(set, p.s[p.i]) >= 0 {
		p.i++
	}
}

func (p *paramReader) value() string {
	if p.i < len(p.s) && p.s[p.i] == '"' {
		return p.quoted()
	}
	start := p.i
	for p.i < len(p.s) && p.s[p.i] != ';' {
		if n := encodedWordLen(p.s[p.i:]); n > 0 {
			p.i += n
			continue
		}
		if isBlank(p.s[p.i]) {
			if p.paramFollows() {
				break
			}
			p.skip(" \t\r\n")
			continue
		}
		if p.s[p.i] == '(' && p.i > start && isBlank(p.s[p.i-1]) {
			v := p.s[start:p.i]
			if p.i += p.comment(); p.valueEnds() {
				return strings.TrimSpace(v)
			}
			continue
		}
		p.i++
	}
	return strings.TrimSpace(p.s[start:p.i])
}

// comment returns the length of the comment here, 1 if it never ends.
func (p *paramReader) comment() int {
	if p.noComment {
		return 1
	}
	n := commentLen(p.s[p.i:])
	p.noComment = n == 1
	return n
}

// valueEnds reports whether nothing but the next parameter follows: behind the comment
// of "us-ascii (Plain text)", but not of "report (1).pdf".
func (p *paramReader) valueEnds() bool {
	rest := strings.TrimLeft(p.s[p.i:], " \t\r\n")
	return rest == "" || rest[0] == ';'
}

// paramFollows reports whether the words after this blank are "name=", so that
// the semicolon between two parameters is missing.
func (p *paramReader) paramFollows() bool {
	j := p.i
	for j < len(p.s) && isBlank(p.s[j]) {
		j++
	}
	start := j
	for j < len(p.s) && j-start < 64 && isParamName(p.s[j]) {
		j++
	}
	return j > start && j < len(p.s) && p.s[j] == '=' && !strings.HasPrefix(p.s[j:], "=?")
}

func isParamWord(s string) bool {
	for i := range len(s) {
		if !isParamName(s[i]) {
			return false
		}
	}
	return s != ""
}

func isParamName(c byte) bool {
	return c == '*' || c == '-' || c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// quoted reads a quoted string. QUIRK: a backslash before anything but a quote
// or a backslash is a path separator of Windows and stays.
func (p *paramReader) quoted() string {
	var b strings.Builder
	for p.i++; p.i < len(p.s); p.i++ {
		c := p.s[p.i]
		if c == '"' {
			p.i++
			return b.String()
		}
		if c == '\\' && p.i+1 < len(p.s) && strings.IndexByte(`"\'`, p.s[p.i+1]) >= 0 {
			p.i++
			c = p.s[p.i]
		}
		b.WriteByte(c)
	}
	return b.String()
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// commentLen returns the length of the comment at the start of s, or 1 if it
// never ends (RFC 5322 section 3.2.2).
func commentLen(s string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 1
}

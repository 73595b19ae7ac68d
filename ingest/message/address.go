package message

import (
	"strings"
	"unicode/utf8"
)

// maxAddresses is how many mailboxes of one field are kept.
const maxAddresses = 2000

// ParseAddresses returns the mailboxes of an address field, however broken (RFC
// 5322 sections 3.4 and 4.4). Names are decoded, comments belong to the name,
// groups are flattened, routes are dropped.
func ParseAddresses(s string) []Address {
	return parseAddresses(s, true)
}

func parseAddresses(s string, again bool) []Address {
	p := &addressParser{s: strings.ReplaceAll(s, "\x00", "")} // NUL stands for an @ that is none
	p.run()
	if again && len(p.out) == 1 && p.out[0].Address == "" && strings.Contains(p.out[0].Name, "@") {
		// QUIRK: some senders encode the address together with the name.
		if as := parseAddresses(p.out[0].Name, false); len(as) > 0 && as[0].Address != "" {
			return as
		}
	}
	return p.out
}

// addressParser reads one field from left to right, one mailbox at a time.
type addressParser struct {
	s   string
	i   int
	out []Address

	phrase   strings.Builder // words outside brackets, still encoded
	comments []string
	angle    string
	hasAngle bool
	before   int  // length of the phrase before the brackets
	quoted   bool // the phrase has a quoted string
	glued    bool // the last thing of the phrase was a quoted string
	carry    string

	noQuote, noComment, noWord bool // none of these ends any more
}

func (p *addressParser) run() {
	for p.i < len(p.s) && len(p.out) < maxAddresses {
		switch c := p.s[p.i]; c {
		case '"':
			p.quotedString()
		case '(':
			p.comment()
		case '<':
			p.angleAddress()
		case ',', ';':
			p.i++
			p.finish(c == ',')
		case ':':
			p.i++
			p.colon()
		case '=':
			p.encoded()
		case '\\':
			if p.i++; p.i == len(p.s) || p.s[p.i] != '"' { // QUIRK: some escape the quotes themselves
				p.phrase.WriteByte(c)
			}
		default:
			p.plain(c)
		}
	}
	p.finish(false)
	if p.carry != "" {
		p.add(p.carry, "")
	}
}

func (p *addressParser) plain(c byte) {
	p.i++
	if isBlank(c) {
		c = ' '
	}
	p.glued = false
	p.phrase.WriteByte(c)
}

// encoded takes an encoded word whole: it may hold raw commas and quotes.
func (p *addressParser) encoded() {
	if !p.noWord && strings.HasPrefix(p.s[p.i:], "=?") {
		if n := encodedWordLen(p.s[p.i:]); n > 0 && !strings.ContainsAny(p.s[p.i:p.i+n], "<>") {
			p.phrase.WriteString(p.s[p.i : p.i+n])
			p.i += n
			return
		}
	}
	p.plain('=')
}

// quotedString takes a quoted string; a quote that never ends is dropped.
func (p *addressParser) quotedString() {
	p.i++
	if p.noQuote {
		return
	}
	var b strings.Builder
	for j := p.i; j < len(p.s); j++ {
		switch c := p.s[j]; {
		case c == '\\' && j+1 < len(p.s):
			j++
			b.WriteByte(p.s[j])
		case c == '"':
			text := b.String()
			if strings.Contains(text, "@") && strings.Contains(text, ">,") {
				return // it swallowed a mailbox: the quote was left open
			}
			if j+1 < len(p.s) && p.s[j+1] == '@' { // a quoted local part
				text = strings.ReplaceAll(p.s[p.i-1:j+1], "@", "\x00")
			} else {
				p.quoted, p.glued = true, true
				text = strings.ReplaceAll(text, "@", "\x00") // no address
			}
			p.i = j + 1
			p.phrase.WriteString(text)
			return
		default:
			b.WriteByte(c)
		}
	}
	p.noQuote = true
}

// comment takes a comment; one that never ends is text.
func (p *addressParser) comment() {
	n := 1
	if !p.noComment {
		if n = commentLen(p.s[p.i:]); n == 1 {
			p.noComment = true
		}
	}
	if n == 1 {
		p.plain('(')
		return
	}
	p.comments = append(p.comments, unescape(p.s[p.i+1:p.i+n-1]))
	p.i += n
	if !strings.HasSuffix(p.phrase.String(), " ") && p.i < len(p.s) && p.s[p.i] != '@' && p.s[p.i] != '.' {
		p.phrase.WriteByte(' ')
	}
}

func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// angleAddress takes "<address>"; a missing bracket ends at a comma or blank.
func (p *addressParser) angleAddress() {
	if p.hasAngle && strings.Contains(p.angle, "@") { // a comma is missing
		all := p.phrase.String()
		p.phrase.Reset()
		p.phrase.WriteString(all[:p.before])
		p.finish(false)
		p.phrase.WriteString(all[p.before:])
		p.before = 0
	}
	p.i++
	var b strings.Builder
	for p.i < len(p.s) {
		c := p.s[p.i]
		switch {
		case c == '>':
			p.i++
			for p.i < len(p.s) && p.s[p.i] == '>' {
				p.i++
			}
			p.setAngle(b.String())
			return
		case c == '(' && !p.noComment:
			if n := commentLen(p.s[p.i:]); n > 1 {
				p.comments = append(p.comments, unescape(p.s[p.i+1:p.i+n-1]))
				p.i += n
				continue
			}
			p.noComment = true
		case c == '"':
			if j := strings.IndexByte(p.s[p.i+1:], '"'); j >= 0 && j < 256 && strings.HasPrefix(p.s[p.i+j+2:], "@") {
				b.WriteString(p.s[p.i : p.i+j+2])
				p.i += j + 2
				continue
			}
			p.i++
			continue
		case (c == ',' || c == ';') && strings.Contains(b.String(), "@") && !strings.HasPrefix(b.String(), "@"):
			p.setAngle(b.String())
			return
		case c == '<':
			b.Reset()
			p.i++
			continue
		}
		if b.Len() < 2000 && !isBlank(c) {
			b.WriteByte(c)
		}
		p.i++
	}
	p.setAngle(b.String())
}

func (p *addressParser) setAngle(s string) {
	if p.hasAngle && s == "" {
		return
	}
	p.angle, p.hasAngle, p.before = s, true, p.phrase.Len()
	p.phrase.WriteByte(' ')
}

// colon ends the name of a group, or "mailto".
func (p *addressParser) colon() {
	name := p.phrase.String()
	name = strings.TrimSpace(name[:min(len(name), 1000)])
	if p.hasAngle || strings.Contains(name, "@") || name == "" || p.phrase.Len() > 1000 {
		p.phrase.WriteByte(':')
		return
	}
	if strings.Contains(p.s[p.i:min(len(p.s), p.i+10_000)], ";") || strings.EqualFold(name, "mailto") {
		p.reset()
		p.carry = ""
		return
	}
	p.phrase.WriteByte(':')
}

func (p *addressParser) reset() {
	p.phrase.Reset()
	p.comments, p.angle, p.hasAngle, p.quoted, p.glued = nil, "", false, false, false
}

// finish ends the mailbox that is being read. After a comma a bare name may be
// the first half of an unquoted "Kowalski, Jan <jan@example.pl>".
func (p *addressParser) finish(comma bool) {
	defer p.reset()
	text := strings.TrimSpace(p.phrase.String())
	comment := strings.TrimSpace(strings.Join(p.comments, " "))
	if p.hasAngle {
		name := strings.TrimSpace(text)
		if p.carry != "" {
			name = strings.TrimSuffix(p.carry+", "+name, ", ")
			p.carry = ""
		}
		p.add(withComment(name, comment), cleanAddress(p.angle))
		return
	}
	if text == "" && comment == "" {
		return
	}
	if p.carry != "" {
		p.add(p.carry, "")
		p.carry = ""
	}
	name, addr := splitBare(text)
	switch {
	case addr != "" && strings.Contains(name, "@") && len(name) < 4096: // blanks in place of commas
		p.add(comment, addr)
		p.phrase.Reset()
		p.phrase.WriteString(name)
		p.comments = nil
		p.finish(false)
	case addr != "":
		p.add(withComment(name, comment), addr)
	case comma && comment == "" && len(text) < 200:
		p.carry = text
	case !p.quoted && comment != "" && text != "" && !strings.Contains(text, " "):
		p.add(comment, text)
	default:
		p.add(withComment(text, comment), "")
	}
}

func withComment(name, comment string) string {
	switch {
	case comment == "":
		return name
	case name == "":
		return comment
	}
	return name + " (" + comment + ")"
}

func (p *addressParser) add(name, addr string) {
	name = strings.TrimSpace(decodeHeader(strings.ReplaceAll(name, "\x00", "@")))
	if n := len(name); n > 2 && name[0] == '\'' && name[n-1] == '\'' {
		name = name[1 : n-1]
	}
	name = strings.Join(strings.Fields(name), " ")
	addr = cleanHeader(strings.ReplaceAll(addr, "\x00", "@"))
	if strings.Contains(addr, "=?") {
		addr = strings.TrimSpace(decodeHeader(addr))
	}
	if name == "" && addr == "" || !utf8.ValidString(name) {
		return
	}
	if addr == "" && isLocalUser(name) {
		name, addr = "", name
	}
	p.out = append(p.out, Address{Name: name, Address: addr})
}

// isLocalUser reports whether a bare word is the address of a system user, or a path
// through UUCP.
func isLocalUser(s string) bool {
	if strings.Contains(strings.Trim(s, "!"), "!") && !strings.Contains(s, " ") {
		return true
	}
	switch strings.ToLower(s) {
	case "mailer-daemon", "postmaster", "root", "daemon", "nobody":
		return true
	}
	return false
}

// cleanAddress drops a route and "mailto:".
func cleanAddress(s string) string {
	if len(s) > 7 && strings.EqualFold(s[:7], "mailto:") {
		s = s[7:]
		s, _, _ = strings.Cut(s, "?")
	}
	if strings.HasPrefix(s, "@") { // RFC 5322 section 4.4: obs-route
		if _, rest, ok := strings.Cut(s, ":"); ok {
			s = rest
		}
	}
	return strings.Trim(s, " \t'<>,;")
}

// splitBare finds the address in words without brackets and returns the other
// words as the name.
func splitBare(s string) (name, addr string) {
	at := strings.IndexByte(s, '@')
	if at < 0 {
		return s, ""
	}
	start, end := at, at+1
	for start > 0 && s[start-1] == ' ' {
		start--
	}
	if start > 0 && s[start-1] == '"' {
		for start--; start > 0; start-- { // to the quote that opens it
			if s[start-1] == '"' && (start == 1 || s[start-2] != '\\') {
				start--
				break
			}
		}
	} else {
		for start > 0 && s[start-1] != ' ' {
			start--
		}
	}
	for end < len(s) && s[end] == ' ' {
		end++
	}
	for end < len(s) && s[end] != ' ' {
		end++
	}
	for { // blanks around the dots of the domain (obs-domain)
		j := end
		for j < len(s) && s[j] == ' ' {
			j++
		}
		if j >= len(s) || j == end || s[j] != '.' && s[end-1] != '.' {
			break
		}
		for j < len(s) && s[j] != ' ' {
			j++
		}
		end = j
	}
	addr = strings.Trim(s[start:end], "<>'")
	if !strings.Contains(addr, "@[") { // not a literal (RFC 5322 section 3.4.1)
		addr = strings.Trim(addr, "[]")
	}
	if !strings.HasPrefix(addr, `"`) {
		addr = strings.ReplaceAll(addr, " ", "")
	}
	if len(addr) > 7 && strings.EqualFold(addr[:7], "mailto:") {
		addr = addr[7:]
	}
	name = strings.TrimSpace(strings.TrimSpace(s[:start]) + " " + strings.TrimSpace(s[end:]))
	return name, addr
}

package report

import (
	"net/mail"
	"regexp"
	"strings"

	"ask4.com/skarga/ingest/message"
)

// returned is what is known of the message that a report is about.
type returned struct {
	messageID string   // without angle brackets; may be empty
	from      string   // Return-Path, or From; may be empty
	to        []string // addresses of To, or Delivered-To
	subject   string
}

// returnedOf looks for the returned message: a nested message, its headers as a
// part of their own, or headers quoted in the text.
func returnedOf(m *message.Message, quoted string) returned {
	if len(m.Nested) > 0 {
		n := m.Nested[0]
		r := returned{messageID: n.MessageID, from: n.ReturnPath, subject: n.Subject}
		if r.from == "" && len(n.From) > 0 {
			r.from = n.From[0].Address
		}
		for _, a := range n.To {
			r.to = append(r.to, a.Address)
		}
		if r.messageID != "" || len(r.to) > 0 {
			return r
		}
	}
	for _, p := range m.Parts {
		switch p.MediaType {
		case "text/rfc822-headers", "message/rfc822", "message/global", "message/global-headers", "message/partial", "text/rfc822":
			if r := readHeaders(clip(p.Body)); r.messageID != "" || r.from != "" {
				return r
			}
		}
	}
	if r := readHeaders(quoted); r.messageID != "" || r.from != "" {
		return r
	}
	return readHeaders(headersIn(clip(m.Text)))
}

var headerLine = regexp.MustCompile(`^[ \t>|]*([A-Za-z][A-Za-z0-9-]{1,60})[ \t]*:[ \t]*(.*)$`)

// readHeaders reads quoted header lines, also with quote signs before them and
// folded, and stops at the first blank line after some were seen.
func readHeaders(s string) returned {
	var r returned
	values := map[string]string{}
	last, seen := "", 0
	for _, line := range strings.Split(s, "\n") {
		line = strings.TrimRight(line, " \t\r")
		if strings.Trim(line, " >|\t") == "" {
			if seen > 1 && (values["message-id"] != "" || seen > 3) {
				break
			}
			last = ""
			continue
		}
		if (line[0] == ' ' || line[0] == '\t') && last != "" {
			values[last] += " " + strings.TrimSpace(line)
			continue
		}
		m := headerLine.FindStringSubmatch(line)
		if m == nil {
			last = ""
			continue
		}
		last = strings.ToLower(m[1])
		if _, twice := values[last]; twice {
			last = ""
			continue
		}
		values[last] = m[2]
		seen++
	}
	r.messageID = firstID(values["message-id"])
	r.subject = values["subject"]
	r.from = firstAddress(values["return-path"])
	if r.from == "" {
		r.from = firstAddress(values["from"])
	}
	if list, err := mail.ParseAddressList(values["to"]); err == nil {
		for _, a := range list {
			r.to = append(r.to, a.Address)
		}
	} else if a := firstAddress(values["to"]); a != "" {
		r.to = []string{a}
	}
	return r
}

func firstAddress(s string) string { return anyAddress.FindString(s) }

// firstID is a Message-ID without its brackets.
func firstID(s string) string {
	s = strings.TrimSpace(s)
	if i := strings.IndexByte(s, '<'); i >= 0 {
		s = s[i+1:]
		if j := strings.IndexByte(s, '>'); j >= 0 {
			s = s[:j]
		}
	}
	s, _, _ = strings.Cut(strings.TrimSpace(s), " ")
	return s
}

var separator = regexp.MustCompile(`(?im)^[ \t>|]*[-=_*|+# ]{0,60}[ \t]*(this is a copy of (the|your) message|(begin )?original message( headers| follows|:| -|$)|below this line is a copy|(un|re)?(sent|turned) message( follows|:| -|$)|message (text|header|contents?|body)s? follows?|header(s)? of the (original|message)|the header of the original|original message (headers?|text)|returned (mail|message)( follows)?|the (original|following) message (follows|header|was)|copy of (the|your) (original )?message|included is a copy|your (original )?message (begins|headers?|follows|reads)|(the )?(first|body of the) .{0,30}message (follow|is)|start of (the )?(returned|original) message|treść (oryginalnej )?wiadomości|nagłówki)[^\n]{0,120}$`)

// splitNotice parts what the mail system wrote from the returned message quoted
// below it.
func splitNotice(text string) (notice, quoted string) {
	cut := -1
	for _, loc := range separator.FindAllStringIndex(text, 20) {
		if hasHeaders(text[loc[1]:]) || looksLikeRule(text[loc[0]:loc[1]]) {
			cut = loc[0]
			break
		}
	}
	if i := headersAt(text); i >= 0 && (cut < 0 || i < cut) {
		cut = i
	}
	if cut < 0 {
		return text, ""
	}
	return text[:cut], text[cut:]
}

func looksLikeRule(line string) bool {
	return strings.Contains(line, "---") || strings.Contains(line, "___") || strings.Contains(line, "===")
}

func hasHeaders(s string) bool {
	n := 0
	for i, line := range strings.SplitN(s, "\n", 14) {
		if headerLine.MatchString(strings.TrimRight(line, "\r")) {
			n++
		}
		if n >= 2 || i > 12 {
			break
		}
	}
	return n >= 2
}

// headersAt is where a run of header lines starts that can only be a message's:
// three or more in a row, one of them Received, Return-Path, Message-ID or
// DKIM-Signature. -1 if there is none.
func headersAt(text string) int {
	start, count, telling, offset := -1, 0, false, 0
	for _, line := range strings.SplitAfter(text, "\n") {
		t := strings.TrimRight(line, " \t\r\n")
		m := headerLine.FindStringSubmatch(t)
		switch {
		case t != "" && (t[0] == ' ' || t[0] == '\t') && start >= 0 && m == nil:
		case m != nil && !strings.HasPrefix(strings.ToLower(m[1]), "http"):
			if start < 0 {
				start = offset
			}
			count++
			switch strings.ToLower(m[1]) {
			case "received", "return-path", "message-id", "dkim-signature", "mime-version":
				telling = true
			}
		default:
			start, count, telling = -1, 0, false
		}
		if count >= 3 && telling {
			return start
		}
		offset += len(line)
	}
	return -1
}

func headersIn(text string) string {
	if i := headersAt(text); i >= 0 {
		return text[i:]
	}
	return ""
}

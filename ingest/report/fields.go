package report

import (
	"cmp"
	"net/mail"
	"regexp"
	"strconv"
	"strings"

	"ask4.com/skarga/ingest/message"
)

// statusTypes are the media types that hold RFC 3464 fields.
var statusTypes = map[string]bool{
	"message/delivery-status":        true,
	"message/global-delivery-status": true, // RFC 6533 section 4
	"message/global-delivery":        true,
}

var fieldsHead = regexp.MustCompile(`(?im)^(reporting-mta|final-recipient|original-recipient)[ \t]*:`)

// statusFields gives the RFC 3464 fields of a report: the delivery-status part,
// or fields that stand in the text because a gateway took the MIME away. Reports inside a returned message are not this message's.
func statusFields(m *message.Message, text string) string {
	var b strings.Builder
	for _, p := range m.Parts {
		if p.Depth > 2 {
			continue
		}
		refusal := p.MediaType == "message/disposition-notification" // see refusedByFilter
		if statusTypes[p.MediaType] || refusal {
			b.WriteString(clip(p.Body))
			b.WriteString("\n\n")
		}
	}
	if b.Len() > 0 {
		return strings.ReplaceAll(b.String(), "\r\n", "\n")
	}
	if i := fieldsStart(text); i >= 0 {
		return text[i:]
	}
	return ""
}

// fieldsStart is where RFC 3464 fields begin in a text, -1 if they don't: the
// recipient's field must be there, words about it are not enough.
func fieldsStart(text string) int {
	loc := fieldsHead.FindStringIndex(text)
	if loc == nil || !finalRecipient.MatchString(text) || !statusOrAction.MatchString(text) {
		return -1
	}
	return loc[0]
}

var (
	finalRecipient = regexp.MustCompile(`(?im)^(final|original)-recipient[ \t]*:`)
	statusOrAction = regexp.MustCompile(`(?im)^(status|action)[ \t]*:`)
)

// group is one block of fields, lower-case names.
type group map[string]string

// fieldGroups splits fields into blocks: at blank lines, and where a field that
// names the recipient comes again, since some reports leave the blank line out.
func fieldGroups(s string) []group {
	var out []group
	g, last := group{}, ""
	flush := func() {
		if len(g) > 0 {
			out = append(out, g)
		}
		g, last = group{}, ""
	}
	for _, line := range strings.Split(s, "\n") {
		line = strings.TrimRight(line, " \t\r")
		if line == "" {
			flush()
			continue
		}
		if (line[0] == ' ' || line[0] == '\t') && last != "" {
			g[last] += " " + strings.TrimSpace(line)
			continue
		}
		name, value, ok := strings.Cut(line, ":")
		name = strings.ToLower(strings.TrimSpace(name))
		if !ok || strings.ContainsAny(name, " \t<>@\"") {
			// QUIRK: a diagnostic folded without white space.
			if last == "diagnostic-code" {
				g[last] += " " + strings.TrimSpace(line)
			}
			continue
		}
		if name == "final-recipient" && g[name] != "" {
			flush()
		}
		if name == "received" || name == "return-path" {
			return append(out, g) // the returned message begins
		}
		if _, twice := g[name]; !twice || name == "status" && bestCode(g[name]) == "" {
			g[name] = strings.TrimSpace(value)
		}
		last = name
	}
	flush()
	return out
}

func (g group) perRecipient() bool {
	return g["final-recipient"] != "" || g["original-recipient"] != "" || g["action"] != "" ||
		g["status"] != "" || g["diagnostic-code"] != ""
}

// readFields reads the groups of RFC 3464 section 2. A per-recipient group
// without a recipient belongs to the one before it, if that lacks its fields.
func readFields(s string) []Delivery {
	var out []Delivery
	var head group
	for _, g := range fieldGroups(s) {
		if head == nil {
			head = g
		}
		if !g.perRecipient() || len(out) == maxRecipients {
			continue
		}
		if g["final-recipient"] == "" && g["original-recipient"] == "" && len(out) > 0 {
			fill(&out[len(out)-1], readGroup(g))
			continue
		}
		if n := len(out); n > 0 && out[n-1].Recipient == "" {
			d := readGroup(g)
			fill(&d, out[n-1])
			out[n-1] = d
			continue
		}
		out = append(out, readGroup(g))
	}
	envid, arrival := "", head["arrival-date"]
	if v := head["original-envelope-id"]; v != "" {
		envid = decodeXtext(v)
	}
	for i := range out {
		out[i].EnvID = envid
		out[i].OriginalMessageID = firstID(cmp.Or(head["x-original-message-id"], head["original-message-id"])) // Gmail; filters
		if t, err := mail.ParseDate(arrival); err == nil {
			out[i].ArrivalDate = t.UTC()
		}
	}
	return out
}

// fill sets what is missing in d from another reading of the same recipient.
func fill(d *Delivery, more Delivery) {
	for _, p := range []struct {
		to   *string
		from string
	}{{&d.Recipient, more.Recipient}, {&d.OriginalRecipient, more.OriginalRecipient},
		{&d.Action, more.Action}, {&d.Status, more.Status}, {&d.Reason, more.Reason}} {
		if *p.to == "" {
			*p.to = p.from
		}
	}
}

func readGroup(g group) Delivery {
	final, orig := typedAddress(g["final-recipient"]), typedAddress(g["original-recipient"])
	if final == "" {
		final = typedAddress(g["x-actual-recipient"])
	}
	if final == "" || !strings.Contains(final, "@") && orig != "" {
		final = orig
	}
	d := Delivery{Recipient: final, Status: bestCode(g["status"]), Reason: diagnosticText(g["diagnostic-code"])}
	if !sameAddress(final, orig) {
		d.OriginalRecipient = orig
	}
	action, _, _ := strings.Cut(strings.ToLower(g["action"]), " ")
	switch action = strings.Trim(action, " ;.("); action {
	case "failed", "delayed", "delivered", "relayed", "expanded":
		d.Action = action
	case "deliverable": // QUIRK: Postfix, sendmail -bv
		d.Action = "delivered"
	case "undeliverable", "failure", "fail", "bounced", "rejected", "denied", "deny", "hard", "failed/expired", "expired", "error", "failed-permanently":
		d.Action = "failed"
	case "deferred", "delay", "soft":
		d.Action = "delayed"
	}
	return d
}

// diagnosticText is a Diagnostic-Code without its type (RFC 3464 section 2.3.6).
func diagnosticText(s string) string {
	if typ, rest, ok := strings.Cut(s, ";"); ok && len(typ) <= 20 && !strings.ContainsAny(strings.TrimSpace(typ), " \t<@") {
		s = rest
	}
	return strings.TrimSpace(s)
}

var (
	anyAddress = regexp.MustCompile(`[^\s<>;:,"'|()\[\]{}=]+@[^\s<>;:,"'|()\[\]{}]+[^\s<>;:,"'|()\[\]{}.]`)
	unitext    = regexp.MustCompile(`\\x\{([0-9A-Fa-f]{2,6})\}`)
)

// typedAddress reads "type; address" (RFC 3464 section 2.3.1), also without the
// type, in brackets, or with a comment; utf-8 types are decoded (RFC 6533
// section 3). Where no address is in it (a pipe or a file), "" is given.
func typedAddress(s string) string {
	typ, v, ok := strings.Cut(s, ";")
	if !ok {
		typ, v = "", s
	}
	if strings.EqualFold(strings.TrimSpace(typ), "utf-8") {
		v = unitext.ReplaceAllStringFunc(v, func(x string) string {
			n, err := strconv.ParseUint(x[3:len(x)-1], 16, 32)
			if err != nil || n > 0x10FFFF {
				return x
			}
			return string(rune(n))
		})
	}
	return cleanAddress(v)
}

// cleanAddress finds the address in a value; the bare word if it is a single
// local part.
func cleanAddress(v string) string {
	v = strings.TrimSpace(v)
	if a := anyAddress.FindString(v); a != "" {
		return a
	}
	v = strings.Trim(v, `<>"' `)
	if v == "" || strings.ContainsAny(v, " \t/|@") {
		return ""
	}
	return v
}

// decodeXtext decodes RFC 3461 section 4 xtext; what is broken stays as written.
func decodeXtext(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '+' && i+2 < len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil && n >= 0x20 && n < 0x7f {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return strings.TrimSpace(b.String())
}

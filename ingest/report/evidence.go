package report

import (
	"net/mail"
	"regexp"
	"strings"

	"ask4.com/skarga/ingest/message"
)

// evidence says why a message may be a delivery report at all.
type evidence struct {
	report bool // multipart/report; report-type=delivery-status
	daemon bool // sent by a mail system, or marked by one (X-Failed-Recipients)
	// machine: a mail system or another program may have sent it. People write
	// subjects like "delivery failed" and paste reports too: theirs is none.
	machine bool
	subject bool // the subject is a delivery report's
}

var (
	daemonName = regexp.MustCompile(`(?i)\b(mailer[-_ .]?daemon|mail delivery (sub)?system|mail delivery service|postmaster|mail[-_ ]?admin(istrator)?|microsoft (outlook|exchange)|system administrator|internet mail delivery|maildeliverysystem|double-bounce|mdaemon|mail administrator|mail system)\b|^<?bounces?([-_.+][^@]*)?@`)
	// bounceSubject must stand at the start: "Re:" and "Fwd:" are people.
	bounceSubject = regexp.MustCompile(`(?i)^\W{0,3}(\[[^\]]{1,40}\] ?)?([\w.:-]{1,80} ){0,2}(undeliver(ed|able)|undelivered mail|mail delivery (failed|failure|problem|error|status)|delivery (status )?(notification|failure|report|problem|error|has failed|delayed)|deliver(y|ing) (mail )?(failed|failure)|returned mail|mail could not be delivered|message (delivery failed|could not be delivered|undeliverable)|failure (notice|delivery)|non[- ]?deliver|nondeliverable|mail (system error|failed|failure|returned|undeliverable)|could ?n.t deliver|delayed mail|warning: (could not|message|mail)|unzustellbar|non remis|non recapitabile|no se puede entregar|niedostarcz|zwrot|nie można dostarczyć|nie dostarczono|mail failed|returning message|user unknown|unable to deliver|permanent delivery failure|failed mail|delivery (incomplete|unsuccessful)|postfix smtp server: errors)`)
	noticeWords   = regexp.MustCompile(`(?i)could not be delivered|couldn.t be delivered|not be delivered|was not delivered|wasn.t delivered|not (yet )?been delivered|unable to deliver|unable to relay|failed permanently|permanent(ly)? (fatal )?(error|failure|failed)|delivery (has )?failed|delivery (to|of|for) .{0,80}(failed|delayed|has been|incomplete)|returned to (the )?sender|undeliver|did not reach|couldn.t (be )?deliver|no valid recipients|mail(box)? is full|failed address|addresses? (had|has|failed)|message returned|created automatically by|qmail-send|nie (mógł|mogła|można|udało|została?).{0,60}(dostarcz|doręcz)|niedostarcz|nicht zugestellt|transcript of session|delivery status|undelivered|delivery error|not deliver|failed to deliver|temporarily|retried`)
	forwarded     = regexp.MustCompile(`(?i)^\s*(re|fwd?|fw|odp|pd|aw|wg|tr|rv)\s*(\[\d+\])?\s*:`)
)

// evidenceOf weighs the header of a message. A subject with Re: or Fwd: is a
// person's, unless the mail system's own marks are there.
func evidenceOf(m *message.Message) evidence {
	var e evidence
	mt, params := contentType(m)
	e.report = mt == "multipart/report" && strings.Contains(strings.ToLower(params["report-type"]), "delivery-status")
	e.subject = bounceSubject.MatchString(m.Subject) && !forwarded.MatchString(m.Subject)
	e.daemon = field(m, "X-Failed-Recipients") != "" || daemonName.MatchString(m.ReturnPath)
	for _, a := range m.From {
		e.daemon = e.daemon || daemonName.MatchString(a.Name) || daemonName.MatchString(a.Address)
	}
	if len(m.From) == 0 {
		e.daemon = e.daemon || daemonName.MatchString(field(m, "From"))
	}
	e.machine = e.daemon || m.NullSender || autoSubmitted(m) != "" || robot(m.From) != "" ||
		e.subject && len(m.InReplyTo) == 0 && hasStatusPart(m)
	return e
}

func hasStatusPart(m *message.Message) bool {
	for _, p := range m.Parts {
		if statusTypes[p.MediaType] && p.Depth <= 2 {
			return true
		}
	}
	return false
}

// proven says whether a message without RFC 3464 fields is a delivery report. A
// mail system's mail with such a subject is; of everything else the text must
// have a report's form: words of failure, and a recipient with a code or reason.
// An "Undelivered" complaint must never be taken for a bounce.
func (e evidence) proven(m *message.Message, notice string, notes []note) bool {
	if e.report || field(m, "X-Failed-Recipients") != "" {
		return true
	}
	if vacationSubject.MatchString(m.Subject) {
		return false
	}
	if e.daemon && e.subject {
		return true
	}
	if !noticeWords.MatchString(notice) && !(e.daemon && hasCode(notice)) {
		return false
	}
	for _, n := range notes {
		if n.address != "" && (hasCode(n.text) || e.daemon && meaning(n.text) != "0.0") {
			return true
		}
	}
	return false
}

// contentType gives the media type of the whole message in lower case.
func contentType(m *message.Message) (string, map[string]string) {
	v := field(m, "Content-Type")
	mt, rest, _ := strings.Cut(v, ";")
	params := map[string]string{}
	for _, p := range strings.Split(rest, ";") {
		if k, val, ok := strings.Cut(p, "="); ok {
			params[strings.ToLower(strings.TrimSpace(k))] = strings.Trim(strings.TrimSpace(val), `"`)
		}
	}
	return strings.ToLower(strings.TrimSpace(mt)), params
}

// field is the first value of a header field, "" if it is missing.
func field(m *message.Message, name string) string {
	return strings.TrimSpace(headerField(m.Header, name))
}

// headerField finds a field whatever the case of its stored name.
func headerField(h mail.Header, name string) string {
	if v := h.Get(name); v != "" {
		return v
	}
	for k, v := range h {
		if strings.EqualFold(k, name) && len(v) > 0 {
			return v[0]
		}
	}
	return ""
}

// reportText is the plain text that the reporting system wrote.
func reportText(m *message.Message) string {
	var b strings.Builder
	for _, p := range m.Parts {
		if p.MediaType == "text/plain" && b.Len() < maxText {
			b.WriteString(clip(p.Body))
			b.WriteString("\n")
		}
		if strings.HasPrefix(p.MediaType, "message/") || p.MediaType == "text/rfc822-headers" {
			break
		}
	}
	t := b.String()
	if strings.TrimSpace(t) == "" {
		t = m.Text
	}
	return strings.ReplaceAll(clip(t), "\r\n", "\n")
}

// clip cuts a text to what is searched.
func clip(s string) string {
	if len(s) > maxText {
		return strings.ToValidUTF8(s[:maxText], "")
	}
	return s
}

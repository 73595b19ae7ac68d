package report

import (
	"regexp"
	"strings"

	"ask4.com/skarga/ingest/message"
)

// Feedback is an abuse report: somebody, or a provider for them, says that mail
// of ours was unwanted.
type Feedback struct {
	// Type is the Feedback-Type of RFC 5965 section 3.1 in lower case, such as
	// abuse, fraud, virus, other, auth-failure or opt-out.
	Type string
	// OriginalMessageID is the Message-ID of the reported message, without
	// angle brackets; may be empty.
	OriginalMessageID string
	// OriginalRecipient is whom the reported message was sent to; often
	// removed by the reporter, then empty.
	OriginalRecipient string
}

var (
	feedbackField   = regexp.MustCompile(`(?im)^feedback-type[ \t]*:[ \t]*([\w.-]+)`)
	feedbackOther   = regexp.MustCompile(`(?im)^(version|user-agent|source-ip|original-mail-from|original-rcpt-to|arrival-date|received-date|reported-domain|incidents|removal-recipient)[ \t]*:`)
	feedbackSubject = regexp.MustCompile(`(?i)\b(e-?mail (abuse|feedback) report|complaint about message from|spam (report|complaint)|abuse report|(junk|spam) mail report|feedback loop)\b`)
	feedbackSender  = regexp.MustCompile(`(?i)^(fbl|feedback|feedbackloop|complaints?|staff|scomp|abuse|antispam|arf|postmaster|mailer-daemon)([-_.+].*)?@`)
	feedbackWords   = regexp.MustCompile(`(?i)this is an? (e-?mail )?abuse report|reported (this|the following|as) .{0,60}(spam|junk|abuse)|marked .{0,80} as (spam|junk)|complaint about (a )?message from`)
)

// isFeedback says whether a message is an abuse report: by its report-type or
// part (RFC 5965 section 2), or by subject, sender and words together for the
// reporters that follow no standard. Reports that somebody forwards are none.
func isFeedback(m *message.Message) bool {
	mt, params := contentType(m)
	if mt == "multipart/report" && strings.Contains(strings.ToLower(params["report-type"]), "feedback-report") {
		return true
	}
	if forwarded.MatchString(m.Subject) && len(m.InReplyTo) > 0 {
		return false
	}
	for _, p := range m.Parts {
		if statusTypes[p.MediaType] {
			return false
		}
		if p.MediaType == "message/feedback-report" && p.Depth <= 2 {
			return true
		}
	}
	if optOut(m) || field(m, "X-SpamCop-Sourceip") != "" || field(m, "X-XARF") != "" || field(m, "X-ARF") != "" {
		return true
	}
	fields := feedbackFields(m)
	if fields != "" && feedbackOther.MatchString(fields) && (mt == "multipart/report" || len(m.Nested) > 0 || feedbackSubject.MatchString(m.Subject)) {
		return true
	}
	sender := false
	for _, a := range m.From {
		sender = sender || feedbackSender.MatchString(a.Address)
	}
	returnedMail := len(m.Nested) > 0 || hasPart(m, "text/rfc822-headers")
	// QUIRK: Microsoft's reports have no feedback part: a subject "complaint
	// about message from", sender staff@hotmail.com and the mail itself.
	return sender && returnedMail && (feedbackSubject.MatchString(m.Subject) || feedbackWords.MatchString(reportText(m))) ||
		sender && field(m, "X-HmXmrOriginalRecipient") != ""
}

// optOut says that a mail program asks by itself to be taken off a list: the
// opt-out of RFC 5965 section 3.1 without its form.
func optOut(m *message.Message) bool {
	return field(m, "X-Apple-Unsubscribe") != "" ||
		autoSubmitted(m) != "" && strings.EqualFold(strings.TrimSpace(m.Subject), "unsubscribe")
}

func hasPart(m *message.Message, mediaType string) bool {
	for _, p := range m.Parts {
		if p.MediaType == mediaType {
			return true
		}
	}
	return false
}

// feedbackFields is the text of the fields of RFC 5965, wherever they stand.
func feedbackFields(m *message.Message) string {
	for _, p := range m.Parts {
		if p.MediaType == "message/feedback-report" {
			return clip(p.Body)
		}
	}
	for _, p := range m.Parts {
		if body := clip(p.Body); p.Depth <= 2 && mayHoldFeedback(body) && feedbackField.MatchString(body) {
			return body
		}
	}
	return ""
}

// mayHoldFeedback is a cheap test before the search, which every message meets.
func mayHoldFeedback(body string) bool {
	const word = "feedback"
	for from := 0; ; {
		i := strings.IndexByte(body[from:], '-')
		if i < 0 {
			return false
		}
		from += i + 1
		if at := from - 1 - len(word); at >= 0 && strings.EqualFold(body[at:at+len(word)], word) {
			return true
		}
	}
}

// Abuse reads the abuse report that a message is; ok is false when it is none.
func Abuse(m *message.Message) (f Feedback, ok bool) {
	if !isFeedback(m) {
		return Feedback{}, false
	}
	fields := feedbackFields(m)
	f.Type = "abuse"
	if optOut(m) {
		f.Type = "opt-out"
	}
	if t := feedbackField.FindStringSubmatch(fields); t != nil {
		f.Type = strings.ToLower(t[1])
	}
	orig := returnedOf(m, "")
	f.OriginalMessageID = orig.messageID
	for _, g := range fieldGroups(strings.ReplaceAll(fields, "\r\n", "\n")) {
		for _, name := range []string{"original-rcpt-to", "removal-recipient", "redacted-address"} {
			if a := firstAddress(g[name]); a != "" && f.OriginalRecipient == "" {
				f.OriginalRecipient = a
			}
		}
		if f.OriginalMessageID == "" {
			f.OriginalMessageID = firstID(g["original-message-id"])
		}
	}
	if f.OriginalRecipient == "" {
		f.OriginalRecipient = firstAddress(field(m, "X-HmXmrOriginalRecipient"))
	}
	if f.OriginalRecipient == "" && len(orig.to) == 1 {
		f.OriginalRecipient = orig.to[0]
	}
	return f, true
}

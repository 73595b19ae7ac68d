package ingest

import (
	"regexp"
	"strings"

	"ask4.com/skarga/ingest/message"
	"ask4.com/skarga/ingest/report"
	"github.com/emersion/go-msgauth/authres"
	"golang.org/x/net/publicsuffix"
)

// doubts is step 6: what makes a person look at a message before it is answered,
// because the answer could go to the wrong one.
func (j *Judgement) doubts(m *message.Message, opt JudgeOptions) {
	if id := dmarcFailure(m, opt.AuthservIDs); id != "" {
		j.DMARCFailed = true
		j.hold("The sender may be forged: " + id + " reports a DMARC failure (RFC 7489)")
	}
	if j.Answer == AnswerNone {
		return
	}
	if len(m.From) == 0 || !strings.Contains(m.From[0].Address, "@") {
		j.hold(heldNoFrom)
	}
	if fromOwn(m, opt) {
		j.hold("It has our own address as sender, but is none of our messages")
	}
	if m.Encrypted {
		j.hold("Encrypted: only a person with the key can read it")
	}
	if s := report.Spam(m); s != "" {
		j.hold(s)
	}
	if opt.SpamFolder {
		j.hold("It was found in a spam folder")
	}
	if d := otherReplyDomain(m); d != "" {
		j.hold("Answers would go to another domain than the sender's: " + d)
	}
	if v := report.SuppressesReplies(m); asksForSilence(v) {
		j.hold("The sender asks for no automatic reply (X-Auto-Response-Suppress: " + v + "); a person answers")
	}
	j.forwarded(m, opt)
}

// asksForSilence says whether X-Auto-Response-Suppress names answers like an
// acknowledgement. Out-of-office replies and receipts (OOF, DR, RN, NRN) are
// other things: a request about them alone does not touch P12.
func asksForSilence(v string) bool {
	for _, w := range strings.FieldsFunc(strings.ToLower(v), func(r rune) bool { return r == ',' || r == ';' || r == ' ' }) {
		if w == "all" || w == "autoreply" {
			return true
		}
	}
	return false
}

// forwarded holds mail of the firm's own people that forwards a customer's, with
// the original author proposed.
func (j *Judgement) forwarded(m *message.Message, opt JudgeOptions) {
	if len(m.From) == 0 || !report.MatchesSender(m.From[0].Address, opt.OwnDomains) {
		return
	}
	author, ok := forwardedAuthor(m)
	titled := forwardSubject.MatchString(m.Subject)
	if !titled && (!ok || len(m.Nested) == 0 && report.MatchesSender(author.Address, opt.OwnDomains)) {
		return // a colleague's own mail, at most with our earlier mail quoted
	}
	j.ForwardedBy, j.ForwardedAuthor = true, author
	reason := "A colleague forwards a customer's message"
	if who := strings.TrimSpace(author.Name + " " + author.Address); who != "" {
		reason += "; the customer may be " + who
	}
	j.hold(reason)
}

var forwardSubject = regexp.MustCompile(`(?i)^\s*(fwd?|pd|fw|wg|tr|rv|i)\s*:`)

// forwardedAuthor is whom the forwarded message is from: a nested message's
// sender, or what the forwarding program wrote into the text.
func forwardedAuthor(m *message.Message) (message.Address, bool) {
	for _, n := range m.Nested {
		if len(n.From) > 0 && n.From[0].Address != "" {
			return n.From[0], true
		}
	}
	return forwardedHeader(m.Text)
}

// otherReplyDomain is the domain of a Reply-To that belongs to somebody else
// than From's; "" when they agree. Hosts of one registered domain agree.
func otherReplyDomain(m *message.Message) string {
	if len(m.From) == 0 {
		return ""
	}
	from := registered(m.From[0].Address)
	for _, a := range m.ReplyTo {
		if d := registered(a.Address); d != "" && from != "" && d != from {
			return d
		}
	}
	return ""
}

// registered is the domain that somebody registered, in lower case.
func registered(address string) string {
	i := strings.LastIndexByte(address, '@')
	if i < 0 {
		return ""
	}
	domain := strings.TrimSuffix(strings.ToLower(strings.TrimSpace(address[i+1:])), ".")
	if d, err := publicsuffix.EffectiveTLDPlusOne(domain); err == nil {
		return d
	}
	return domain
}

// dmarcFailure gives the authserv-id that reports a DMARC failure, among those
// that are believed (RFC 8601 section 2.2); "" if none does. What stands in the
// header under other names, the sender may have written.
func dmarcFailure(m *message.Message, believed []string) string {
	for name, values := range m.Header {
		if !strings.EqualFold(name, "Authentication-Results") {
			continue
		}
		for _, v := range values {
			id, failed := dmarcResult(v)
			if !failed {
				continue
			}
			for _, b := range believed {
				if b != "" && strings.EqualFold(strings.TrimSpace(b), id) {
					return id
				}
			}
		}
	}
	return ""
}

var dmarcFail = regexp.MustCompile(`(?i);\s*dmarc\s*=\s*fail\b`)

// dmarcResult reads one Authentication-Results value.
func dmarcResult(v string) (id string, failed bool) {
	id, results, err := authres.Parse(v)
	id, _, _ = strings.Cut(id, " ") // a version may follow
	if err != nil {
		// QUIRK: comments and methods that RFC 8601 does not have; the
		// identifier and the one result are still plain.
		head, _, _ := strings.Cut(v, ";")
		if f := strings.Fields(head); len(f) > 0 {
			return f[0], dmarcFail.MatchString(v)
		}
		return "", false
	}
	for _, r := range results {
		if d, ok := r.(*authres.DMARCResult); ok && strings.EqualFold(string(d.Value), authres.ResultFail) {
			return id, true
		}
	}
	return id, false
}

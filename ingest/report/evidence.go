package report

import (
	"regexp"
	"slices"
	"strings"

	"ask4.com/skarga/ingest/message"
)

// evidence says why a message may be a delivery report at all.
type evidence struct {
	report bool // multipart/report; report-type=delivery-status
	// daemon: a mail system sent it, by a name that nobody else has, or marked it
	// (X-Failed-Recipients).
	daemon bool
	// master: a name that mail systems use, and people too.
	master bool
	// machine: a mail system or another program may have sent it. People write
	// subjects like "delivery failed" and paste reports too: theirs is none.
	machine bool
	subject bool // the subject is a delivery report's
}

var (
	daemonName = regexp.MustCompile(`(?i)\b(mail(er)?[-_ .]?daemon|mail delivery (sub)?system|mail delivery service|internet mail delivery|maildeliverysystem|double-bounce|mdaemon)\b|microsoftexchange329e`)
	// bounceSender is the author of reports; as envelope sender it is on all mail of
	// the services that many firms send through.
	bounceSender = regexp.MustCompile(`(?i)^<?bounces?([-_.+][^@]*)?@`)
	masterName   = regexp.MustCompile(`(?i)\b(post[-_]?master|mail[-_ ]?admin(istrator)?|microsoft (outlook|exchange)|system ?administrator|mail administrator|mail system)\b`)
	forwarded    = regexp.MustCompile(`(?i)^\s*(re|fwd?|fw|odp|pd|aw|wg|tr|rv)\s*(\[\d+\])?\s*:`)
)

// evidenceOf weighs the header of a message. A subject with Re: or Fwd: is a
// person's, unless the mail system's own marks are there.
func evidenceOf(m *message.Message) evidence {
	var e evidence
	mt, params := contentType(m)
	e.report = mt == "multipart/report" && strings.Contains(strings.ToLower(params["report-type"]), "delivery-status")
	e.daemon = field(m, "X-Failed-Recipients") != ""
	names := []string{m.ReturnPath}
	for _, a := range m.From {
		names = append(names, a.Name, a.Address)
		e.daemon = e.daemon || bounceSender.MatchString(a.Address)
	}
	if len(m.From) == 0 {
		names = append(names, field(m, "From"))
	}
	for _, name := range names {
		if !mayBeSystem(name) {
			continue
		}
		e.daemon = e.daemon || daemonName.MatchString(name)
		e.master = e.master || masterName.MatchString(name)
	}
	e.machine = e.daemon || e.master || m.NullSender || autoSubmitted(m) != "" || robot(m.From) != ""
	alone := len(m.InReplyTo) == 0 && hasStatusPart(m) // the subject decides
	if e.report || e.machine || alone {
		e.subject = bounceSubject.MatchString(m.Subject) && !forwarded.MatchString(m.Subject)
		e.machine = e.machine || alone && e.subject
	}
	return e
}

// mayBeSystem says whether a name has a word that all names of mail systems have one of.
func mayBeSystem(name string) bool {
	lower := strings.ToLower(name)
	return slices.ContainsFunc(systemWords, func(w string) bool { return strings.Contains(lower, w) })
}

var systemWords = []string{"daemon", "deliver", "bounce", "microsoft", "master", "admin", "system"}

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
	marked := e.daemon || m.NullSender || autoSubmitted(m) != ""
	if marked && e.subject && (e.daemon || e.master) {
		return true
	}
	named, coded, meant := false, false, false
	for _, n := range notes {
		named = named || n.address != ""
		coded = coded || n.address != "" && hasCode(n.text)
		meant = meant || meaning(n.text) != "0.0"
	}
	if e.daemon && named && (coded || meant) || m.NullSender && e.subject && meant {
		return true
	}
	if !marked && !says(introduces, notice) && (somebody(notice) || greeting.MatchString(notice)) { // from a postmaster's address, or through a form
		return false
	}
	if e.master && named && meant && e.subject {
		return true
	}
	return says(noticeWords, notice) && (coded || e.master && named && meant)
}

var (
	// firstPerson is how somebody speaks of their own matter.
	firstPerson = regexp.MustCompile(`(?i)(?:^|[^\pL])(my|me|i['’]ve|i (am|have|had|was|did|do|can|cannot|want|get|got|need|sent|wrote|complain|ask)|mam|jestem|składam|żądam|proszę|mój|mo(ja|je|jego|jej|i)|mir|ich (habe|bin|bekomme)|meine?)(?:[^\pL]|$)`)
	// introduces is how mail systems speak of themselves in the first person.
	introduces = phrasesOf("this is the 60> program|server|system|agent|daemon|software", "i'm afraid i wasn't able|i was unable to deliver|created automatically|generated automatically")
	// greeting is polite, in a person's mail and in that of a help desk's program.
	greeting = regexp.MustCompile(`(?i)\b(dear|hello|hi|good (morning|afternoon|day)|regards)\b|szanown|witam|dzień dobry|pozdrawiam`)
)

// somebody says whether a person speaks in a text.
func somebody(text string) bool { return firstPerson.MatchString(clip(text)) }

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
func field(m *message.Message, name string) string { return strings.TrimSpace(m.Header.Get(name)) }

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

package report

import (
	"regexp"
	"strings"

	"ask4.com/skarga/ingest/message"
)

// maxTitle is how many bytes the title of a notice has at most.
const maxTitle = 200

var (
	// phoneSubject is how telephone systems title their notices; the whole
	// subject has that form and is no longer than maxTitle, people write more or otherwise.
	phoneSubject = regexp.MustCompile(`(?i)^\W{0,3}(\[[^\]]{1,40}\]:?\s*)?(` + strings.Join([]string{
		`(you have (a |received a |\d+ )?)?(new |one new |\d+ new |zoom )?(voice ?mails?|voice messages?|voice[- ]mail messages?|messages? \d+ in mailbox \d+)( message)?s?( attached)?( \d+| \d[\d/:. -]{4,18}\d)?( (from|left by|for|in mailbox|on)\b.*| \(.*\)( from\b.*)?|:.*)?`,
		`message from (an )?unknown( sender| caller)?\b.*`,
		`(new )?message (received )?from (\+?\(?\d[\d ()+-]{4,20}|.+ \(\+?\d{3,15}\))`,
		`(you have (a |received a |\d+ )?)?(new )?missed calls?( (from|alert|notification|summary)\b.*|:.*)?`,
		`(nowa |otrzymano now[ąa] |masz now[ąa] )?(wiadomo[śs][ćc]|wiadomo[śs]ci) g[łl]osow[aeą]( (od|z numeru)\b.*|:.*)?`,
		`(nowa )?poczta g[łl]osowa( (od|z numeru)\b.*|:.*)?|nagranie z poczty g[łl]osowej( (od|z numeru)\b.*|:.*)?`,
		`nieodebran[ea] po[łl][ąa]czeni[ea]( (od|z numeru|z)\b.*|:.*)?`,
		`(neue )?(voicemail|sprachnachricht|mailboxnachricht)( (von|f[üu]r)\b.*|:.*)|(verpasster|entgangener) anruf( von\b.*|:.*)?`,
		`(nouveau )?message vocal( de\b.*|:.*)|appel manqu[ée]( de\b.*|:.*)?`,
		`(nuevo )?mensaje de voz( de\b.*|:.*)|llamada perdida( de\b.*|:.*)?|(nuovo )?messaggio vocale( da\b.*|:.*)|chiamata persa( da\b.*|:.*)?`,
	}, "|") + `)\W{0,3}$`)
	// telling separates a notice's title from a person's few words: it needs a
	// new message, a number or a caller.
	tellingTitle = regexp.MustCompile(`(?i)\bnew\b|\bfrom\b|\bleft by\b|\d{3}|in mailbox|\bnowa\b|\bnow[ąa]\b|\bod\b|z numeru|alert|notification|you have|\d+ sec|\battached\b|\bzoom\b|nieodebrane po[łl][ąa]czenie|\bvon\b|anruf|\bde\b|\bda\b|manqu|perdida|\bpersa\b`)
	// phoneBody are the phrases and fields of such notices.
	phoneBody  = regexp.MustCompile(`(?i)you (have received|have|received|'ve got|got|were just left) (a |an |one |\d+ )?(new |unheard )?(voice ?mail|voice message|missed call|[\d:]+ long message|message .{0,30}mailbox)|left (you )?a (new )?(\d+[:\d]* (long |second )?)?(voice ?mail|voice message|message .{0,30}(mailbox|extension))|(new|a \d+:\d+ (long )?) ?message .{0,40}in (your )?mailbox|voice (message|mail) (is )?attached|(attached|listen to).{0,40}(voice|recording|message)|(dial|press) \*?\d{1,4} to (access|listen|check)|new voice ?mail has been left|(caller|caller ?id|callerid|from number|calling number|duration|length|mailbox|extension|call time|voicemail (box|number))\s*[:=]|(numer|dzwoni[ąa]cy|czas trwania|d[łl]ugo[śs][ćc]|anrufer|dauer)\s*[:=]|otrzyma[łl][ae]?[śs]? now[ąa] wiadomo[śs][ćc] g[łl]osow[ąa]|masz (nieodebrane|now[ąa])|neue (sprach|mailbox)nachricht`)
	phoneField = regexp.MustCompile(`(?im)^[ \t>*]*(caller|caller ?id|callerid|from number|calling number|called number|duration|length|mailbox|extension|call time|received|numer|dzwoni[ąa]cy|czas trwania|d[łl]ugo[śs][ćc]|skrzynka|anrufer|dauer)[ \t]*[:=]`)
	// mailboxName is how a notice greets our mailbox, and its name.
	mailboxName = regexp.MustCompile(`(?im)^\W*dear\b[^,:\n]{0,60}([,:]|$)|\bcomplaints\b`)
	// person are words of somebody who complains: then no machine wrote it.
	person = regexp.MustCompile(`(?i)\bdear\b|\bi am\b|\bi have\b|\bi've\b|\bi was\b|\bmy (account|broadband|internet|bill|order|line|connection|complaint|service|room|flat)\b|complain|\bregards\b|sincerely|szanown|skarg|reklamacj|pozdrawiam|z powa[żz]aniem|\bmoje(go|j)? \b`)
	// formal is a greeting that no machine uses.
	formal = regexp.MustCompile(`(?i)\bdear (sir|madam|mr|mrs|ms)`)
)

// PhoneNotice says whether a message is a telephone system's notice of a call
// (P11). It is sure when the sender is one of phoneSystems (addresses or
// domains), or when subject and body have the form of such notices, or one of them and
// a program's marks, and a recording is attached. Some of these signs make it a maybe,
// for a person to decide, because a real complaint may speak about voicemail; why
// tells which.
func PhoneNotice(m *message.Message, phoneSystems []string) (sure, maybe bool, why string) {
	for _, a := range m.From {
		if MatchesSender(a.Address, phoneSystems) {
			return true, false, "Sent by the telephone system " + a.Address + " (P11)"
		}
	}
	if forwarded.MatchString(m.Subject) || len(m.InReplyTo) > 0 {
		return false, false, ""
	}
	titled := len(m.Subject) <= maxTitle && phoneSubject.MatchString(m.Subject)
	title := titled && tellingTitle.MatchString(m.Subject)
	if !title && !m.HasAudio {
		return false, false, "" // before any search of the text: most mail ends here
	}
	text := clip(m.Text)
	body := phoneBody.MatchString(text) || len(phoneField.FindAllStringIndex(text, 3)) >= 2
	said, machine := text, len(Machine(m, nil)) > 0
	if m.HasAudio && (title || machine) && !formal.MatchString(text) {
		said = mailboxName.ReplaceAllString(text, " ") // the notice names our mailbox, and greets it
	}
	short := len([]rune(strings.TrimSpace(text))) <= 1500 && !person.MatchString(said)
	empty := strings.TrimSpace(text) == ""
	switch {
	case m.HasAudio && short && (title && (body || empty || machine) || body && machine):
		return true, false, "It has the form of a voicemail or missed-call notice and carries a recording (P11)"
	case m.HasAudio && (title || (titled || body) && short):
		return false, true, "It carries a recording and looks like a voicemail notice (P11)"
	case title && short && (body || machine):
		return false, true, "It looks like a voicemail or missed-call notice, without a recording (P11)"
	case title && short && len([]rune(text)) < 300:
		return false, true, "Its subject is that of a voicemail or missed-call notice (P11)"
	}
	return false, false, ""
}

// MatchesSender says whether an address is one of a list of whole addresses and
// domains (with or without a leading @; subdomains count).
func MatchesSender(address string, list []string) bool {
	address = strings.ToLower(strings.TrimSpace(address))
	_, domain, ok := cutLast(address, "@")
	if !ok {
		return false
	}
	for _, l := range list {
		l = strings.ToLower(strings.TrimSpace(l))
		if l == "" {
			continue
		}
		if strings.Contains(strings.TrimPrefix(l, "@"), "@") {
			if address == l {
				return true
			}
			continue
		}
		l = strings.TrimPrefix(l, "@")
		if domain == l || strings.HasSuffix(domain, "."+l) {
			return true
		}
	}
	return false
}

func cutLast(s, sep string) (before, after string, ok bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

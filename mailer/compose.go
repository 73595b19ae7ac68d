package mailer

import (
	"bytes"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"ask4.com/skarga/complaint"
)

// ComposeInput is one message to one recipient.
type ComposeInput struct {
	From, To   mail.Address
	ReplyTo    mail.Address // zero: none; with the reply token where proved
	Subject    string       // one line
	Text, HTML string       // HTML may be empty
	MessageID  string       // without angle brackets, signed (Signer.MessageID)
	InReplyTo  string       // without angle brackets, may be empty
	References []string     // of the message answered, without angle brackets, in order
	Date       time.Time
	Language   complaint.Language // Both: "en, pl"
	AutoReply  bool               // carries the headers of RFC 3834
	// Unsubscribe is the https address that ends all surveys with one click (RFC
	// 8058): ours, with a signed token. Survey mail only; empty in all other mail.
	Unsubscribe string
}

// maxReferences limits the References header: the first and the latest ones are
// what threading needs (RFC 5322 section 3.6.4).
const maxReferences = 20

// Compose writes the RFC 5322 message that is stored and sent: the same bytes for
// the same input. Line breaks and other control signs in any value are an error
// or dropped, never a header of their own.
func Compose(in ComposeInput) ([]byte, error) {
	if in.MessageID == "" || in.Date.IsZero() {
		return nil, errors.New("mailer: compose: Message-ID and date must be given")
	}
	for _, a := range []mail.Address{in.From, in.To} {
		if !plainAddress(a.Address) {
			return nil, fmt.Errorf("mailer: compose: %q is no address that mail can be sent to", a.Address)
		}
	}
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithBoundary(boundary(in.MessageID)))
	m.FromMailAddress(cleanAddress(in.From))
	m.ToMailAddress(cleanAddress(in.To))
	if in.ReplyTo.Address != "" {
		if !plainAddress(in.ReplyTo.Address) {
			return nil, fmt.Errorf("mailer: compose: %q is no reply address", in.ReplyTo.Address)
		}
		m.ReplyToMailAddress(cleanAddress(in.ReplyTo))
	}
	m.Subject(oneLine(in.Subject))
	m.SetDateWithValue(in.Date)
	if !plainMessageID(in.MessageID) {
		return nil, fmt.Errorf("mailer: compose: %q is no Message-ID", in.MessageID)
	}
	m.SetMessageIDWithValue(in.MessageID)
	thread(m, in)
	if in.AutoReply {
		m.SetGenHeader("Auto-Submitted", autoSubmitted(in))
		// Not "All": that would suppress the non-delivery reports we rely on.
		m.SetGenHeader("X-Auto-Response-Suppress", "OOF, AutoReply, RN, NRN")
	}
	if in.Unsubscribe != "" {
		if !plainURL(in.Unsubscribe) {
			return nil, fmt.Errorf("mailer: compose: %q is no https address to unsubscribe at", in.Unsubscribe)
		}
		// Not SetListUnsubscribe: it writes what it is given without a look, and in no fixed order.
		m.SetGenHeader(gomail.HeaderListUnsubscribe, "<"+in.Unsubscribe+">")
		m.SetGenHeader(gomail.HeaderListUnsubscribePost, "List-Unsubscribe=One-Click")
	}
	m.SetGenHeader("Content-Language", contentLanguage(in.Language))
	m.SetBodyString(gomail.TypeTextPlain, in.Text)
	if in.HTML != "" {
		m.AddAlternativeString(gomail.TypeTextHTML, in.HTML)
	}
	var b bytes.Buffer
	b.Grow(2048 + 5*(len(in.Text)+len(in.HTML))/4) // quoted-printable makes it longer
	if _, err := m.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("mailer: compose: %w", err)
	}
	return b.Bytes(), nil
}

// thread sets In-Reply-To and References. Ids of the customer's message that are
// not well formed are left out: they are somebody else's text.
func thread(m *gomail.Msg, in ComposeInput) {
	var refs []string
	for _, r := range append(append([]string(nil), in.References...), in.InReplyTo) {
		if plainMessageID(r) && (len(refs) == 0 || refs[len(refs)-1] != "<"+r+">") {
			refs = append(refs, "<"+r+">")
		}
	}
	if len(refs) > maxReferences {
		refs = append(refs[:1:1], refs[len(refs)-maxReferences+1:]...)
	}
	if plainMessageID(in.InReplyTo) {
		m.SetGenHeader(gomail.HeaderInReplyTo, "<"+in.InReplyTo+">")
	}
	if len(refs) > 0 {
		m.SetGenHeader(gomail.HeaderReferences, strings.Join(refs, " "))
	}
}

// autoSubmitted tells an automatic answer from automatic mail that answers nothing
// (RFC 3834 section 5).
func autoSubmitted(in ComposeInput) string {
	if in.InReplyTo == "" {
		return "auto-generated"
	}
	return "auto-replied"
}

// plainURL says whether a web address can stand in List-Unsubscribe unchanged (RFC
// 2369 section 2): https with a host, and nothing that ends or begins an address.
func plainURL(s string) bool {
	u, err := url.Parse(s)
	return err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil && u.Fragment == "" && len(s) <= 900 &&
		!strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f || strings.ContainsRune("<>,()\"\\", r) })
}

// plainMessageID says whether an id can stand in a header unchanged: printable
// ASCII without spaces and brackets, within the line limit of RFC 5322 section
// 2.1.1.
func plainMessageID(id string) bool {
	if len(id) < 3 || len(id) > 900 || !strings.Contains(id, "@") {
		return false
	}
	for _, c := range []byte(id) {
		if c <= ' ' || c >= 0x7f || c == '<' || c == '>' {
			return false
		}
	}
	return true
}

// plainAddress says whether an address can go into an SMTP command and a header.
func plainAddress(a string) bool {
	if at := strings.LastIndexByte(a, '@'); at < 1 || at == len(a)-1 || len(a) > 254 {
		return false
	}
	return !strings.ContainsFunc(a, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '<' || r == '>' })
}

func cleanAddress(a mail.Address) *mail.Address {
	return &mail.Address{Name: oneLine(a.Name), Address: a.Address}
}

// oneLine drops control signs and folds white space.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' || r == '\u0085' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.Join(strings.Fields(s), " ")
}

func contentLanguage(l complaint.Language) string {
	if l == complaint.Both {
		return "en, pl"
	}
	return string(l)
}

// boundary derives the MIME boundary from the Message-ID, so that the bytes are
// the same for the same input. It is a token (RFC 2045 section 5.1): go-mail writes it
// without quotes.
func boundary(messageID string) string {
	k := Key{ID: "boundary", Secret: []byte("multipart")}
	return "part_" + macText(k, "boundary", messageID, 40)
}

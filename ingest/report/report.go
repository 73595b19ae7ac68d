// Package report reads what mail machines write about other mail out of a
// message: delivery reports (RFC 3464, RFC 6533 and the well-known forms that
// follow neither), abuse reports (RFC 5965), the signs of automatic mail
// (RFC 3834, RFC 2919, RFC 2369, RFC 8098) and notices of telephone systems.
// It only reads; what follows from it is decided in package ingest.
package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/ingest/message"
)

// maxText is how much of a text is searched: no report says what matters later.
const maxText = 64 << 10

// maxRecipients bounds the recipients of one report.
const maxRecipients = 500

// Delivery is one recipient's fate as a delivery report tells it.
type Delivery struct {
	// Recipient is the address that the report is about (Final-Recipient, RFC
	// 3464 section 2.3.2), without brackets. Empty when the report names none.
	Recipient string
	// OriginalRecipient is the address that the sender wrote (RFC 3464 section
	// 2.3.1), where it differs; may be empty.
	OriginalRecipient string
	// Action is failed, delayed, delivered, relayed or expanded (RFC 3464
	// section 2.3.3); derived from Status or the words where it is missing.
	// A failed delivery is over, whatever the class of Status.
	Action string
	// Status is an RFC 3463 code such as 5.1.1; "" when not even its class can
	// be told.
	Status string
	// Permanent says that the class of Status is 5.
	Permanent bool
	// Reason is the diagnostic words in one line; may be empty.
	Reason string
	// OriginalMessageID is the Message-ID of the returned message, without
	// angle brackets; empty when nothing was returned.
	OriginalMessageID string
	// EnvID is the Original-Envelope-Id (RFC 3464 section 2.2.1), decoded from
	// xtext; may be empty.
	EnvID string
	// OriginalEnvelopeFrom is the Return-Path, or else the From, of the
	// returned message; may be empty.
	OriginalEnvelopeFrom string
	// ArrivalDate is when the reporting server took the message in (RFC 3464
	// section 2.2.5); zero if it does not say.
	ArrivalDate time.Time
}

// Bounces reads the delivery report that a message is. It returns nil when the
// message is none; in particular a disposition notification (RFC 8098) is none,
// nor is a person's mail that quotes or forwards a report.
func Bounces(m *message.Message) []Delivery {
	e := evidenceOf(m)
	if !e.report && !e.machine {
		return nil // before any search of the text: most mail ends here
	}
	if ReadReceipt(m) || isFeedback(m) {
		return nil
	}
	text := reportText(m)
	notice, quoted := splitNotice(text)
	var found []Delivery
	if fields := statusFields(m, text); fields != "" {
		found = readFields(fields)
	}
	if i := fieldsStart(notice); i >= 0 {
		notice = notice[:i]
	}
	notes := readNotes(m, notice)
	if len(notes) == 1 && notes[0].address == "" && quoted != "" && !tells(notes[0].text) {
		// QUIRK: some systems quote the returned header first, then report.
		notes = readNotes(m, text)
	}
	if len(found) == 0 && !e.proven(m, notice, notes) {
		return nil
	}
	orig := returnedOf(m, quoted)
	inReplyTo := "" // Gmail and Exchange say it here
	if ids := slices.Concat(m.InReplyTo, m.References); len(ids) > 0 {
		inReplyTo = ids[0]
	}
	if len(found) == 0 {
		found = fromNotes(m, notes, orig)
	} else {
		fillFromNotes(found, notes, orig)
	}
	whole := toneOf(m.Subject + "\n" + notice)
	for i := range found {
		finish(&found[i], whole, orig, inReplyTo)
	}
	return found
}

// finish fills what can be derived for one recipient.
func finish(d *Delivery, whole tone, orig returned, inReplyTo string) {
	d.OriginalMessageID, d.OriginalEnvelopeFrom = cmp.Or(orig.messageID, d.OriginalMessageID, inReplyTo), orig.from
	d.Status = decideStatus(d.Status, d.Action, d.Reason, whole)
	if d.Action == "" {
		d.Action = actionOf(d.Status, whole)
	}
	d.Reason = oneLine(d.Reason, 500)
	d.Permanent = strings.HasPrefix(d.Status, "5.")
}

// fromNotes makes deliveries of the notes in the text, or of the returned
// message's recipient where the text names nobody.
func fromNotes(m *message.Message, notes []note, orig returned) []Delivery {
	var out []Delivery
	for _, n := range notes {
		if len(out) == maxRecipients {
			break
		}
		if n.address == "" && len(notes) > 1 {
			continue
		}
		d := Delivery{Recipient: n.address, Reason: n.text}
		if d.Recipient == "" && len(orig.to) == 1 {
			d.Recipient = orig.to[0]
		}
		out = append(out, d)
	}
	return out
}

// fillFromNotes adds to fields what only the text says.
func fillFromNotes(found []Delivery, notes []note, orig returned) {
	for i := range found {
		d := &found[i]
		if d.Recipient == "" && len(found) == 1 {
			switch {
			case len(notes) > 0 && notes[0].address != "":
				d.Recipient = notes[0].address
			case len(orig.to) == 1:
				d.Recipient = orig.to[0]
			}
		}
		if d.Reason != "" {
			continue
		}
		for _, n := range notes {
			if sameAddress(n.address, d.Recipient) || sameAddress(n.address, d.OriginalRecipient) ||
				len(notes) == 1 && len(found) == 1 {
				d.Reason = n.text
				break
			}
		}
	}
}

func sameAddress(a, b string) bool { return a != "" && strings.EqualFold(a, b) }

// oneLine collapses white space and cuts after max runes.
func oneLine(s string, max int) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) > max {
		return string(r[:max-1]) + "…"
	}
	return string(r)
}

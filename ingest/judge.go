package ingest

import (
	"slices"
	"strings"

	"ask4.com/skarga/ingest/message"
	"ask4.com/skarga/ingest/quote"
	"ask4.com/skarga/ingest/report"
)

// JudgeOptions is what the judgement has to know about the firm. The zero value
// works: `skarga explain` uses it.
type JudgeOptions struct {
	// PhoneSystems are the senders whose mail is always a phone notice (P11):
	// whole addresses, or domains with or without a leading @.
	PhoneSystems []string
	// OwnDomains are the firm's own mail domains, whose staff may forward a
	// customer's mail.
	OwnDomains []string
	// OwnAddresses are the addresses Skarga sends from, and the domains of its
	// Message-IDs with a leading @: mail from them is our own coming back.
	OwnAddresses []string
	// AuthservIDs are the servers whose Authentication-Results are believed
	// (RFC 8601 section 2.2); those of others are ignored.
	AuthservIDs []string
	// SpamFolder says that the message was found in a spam folder.
	SpamFolder bool
}

// Judgement is what a message is before it is matched to a complaint.
type Judgement struct {
	// Kind and Answer are those of the explain contract.
	Kind   Kind
	Answer Answer
	// Reasons are short plain sentences for staff, most important first; never
	// empty.
	Reasons []string
	// HoldReason is the sentence why a person must look; empty unless Answer is
	// hold.
	HoldReason string
	// Bounces and Deliveries tell the same, one entry a recipient; Deliveries
	// carries what matching needs (ENVID, envelope). Empty unless Kind is bounce.
	Bounces    []Bounce
	Deliveries []report.Delivery
	// OriginalMessageIDs are the Message-IDs of the mail that a bounce or an
	// abuse report may be about, without angle brackets, each once.
	OriginalMessageIDs []string
	// EnvIDs are the envelope ids that a bounce names (RFC 3461 section 4.4),
	// each once.
	EnvIDs []string
	// Feedback is the abuse report; nil unless Kind is abuse_report.
	Feedback *report.Feedback
	// Machine says that a program and not a person sent it: it may join a
	// complaint as correspondence and is never answered.
	Machine bool
	// DMARCFailed says that a believed server reported a DMARC failure: the
	// sender proves nothing in matching.
	DMARCFailed bool
	// ForwardedBy says that somebody of the firm forwarded a customer's mail;
	// ForwardedAuthor is the proposed customer, whose Address may be empty.
	ForwardedBy     bool
	ForwardedAuthor message.Address
}

// Judge judges a message in the order of DESIGN, "Order of judgement on a
// message", without the matching. It never fails.
func Judge(m *message.Message, opt JudgeOptions) Judgement {
	j := Judgement{
		Kind: KindComplaint, Answer: AnswerAcknowledge,
		Reasons: []string{}, Bounces: []Bounce{}, OriginalMessageIDs: []string{}, EnvIDs: []string{},
	}
	if len(m.InReplyTo) > 0 || len(m.References) > 0 {
		j.Kind = KindReply
	}
	for _, step := range []func(*message.Message, JudgeOptions) bool{
		j.deliveryReport, j.notForAnybody, j.phoneNotice, j.machineMail,
	} {
		if step(m, opt) {
			j.doubts(m, opt) // tells more; nothing becomes less careful by it
			return j
		}
	}
	j.doubts(m, opt)
	if j.Answer == AnswerAcknowledge {
		j.because("A person's message; nothing speaks against an acknowledgement (P12)")
	}
	return j
}

func (j *Judgement) because(reason string) { j.Reasons = append(j.Reasons, reason) }

// hold makes a person look before anything is answered. What needs no answer at
// all stays so.
func (j *Judgement) hold(reason string) {
	j.because(reason)
	if j.Answer == AnswerNone {
		return
	}
	j.Answer = AnswerHold
	if j.HoldReason == "" {
		j.HoldReason = reason
	}
}

// deliveryReport is step 1. It comes before Auto-Submitted, because real bounces
// carry both.
func (j *Judgement) deliveryReport(m *message.Message, _ JudgeOptions) bool {
	j.Deliveries = report.Bounces(m)
	if len(j.Deliveries) == 0 {
		return false
	}
	j.Kind, j.Answer, j.Machine = KindBounce, AnswerNone, true
	for _, d := range j.Deliveries {
		j.Bounces = append(j.Bounces, Bounce{
			Recipient: d.Recipient, Action: d.Action, Status: d.Status, Permanent: d.Permanent,
			Reason: d.Reason, OriginalMessageID: d.OriginalMessageID,
		})
		j.OriginalMessageIDs = appendOnce(j.OriginalMessageIDs, d.OriginalMessageID)
		j.EnvIDs = appendOnce(j.EnvIDs, d.EnvID)
	}
	for _, id := range slices.Concat(m.InReplyTo, m.References) {
		j.OriginalMessageIDs = appendOnce(j.OriginalMessageIDs, id)
	}
	d := j.Deliveries[0]
	words := "A delivery report"
	if d.Recipient != "" {
		words += " about " + d.Recipient
	}
	j.because(words + ": " + strings.TrimSpace(d.Action+" "+d.Status) + " (RFC 3464)")
	return true
}

// notForAnybody is step 2: our own mail coming back, abuse reports, and read
// receipts, none of which can hold a complaint.
func (j *Judgement) notForAnybody(m *message.Message, opt JudgeOptions) bool {
	if why := ownMail(m, opt); why != "" {
		j.Kind, j.Answer, j.Machine = KindAutomatic, AnswerNone, true
		j.because(why)
		return true
	}
	if f, ok := report.Abuse(m); ok {
		j.Kind, j.Answer, j.Machine, j.Feedback = KindAbuseReport, AnswerNone, true, &f
		j.OriginalMessageIDs = appendOnce(j.OriginalMessageIDs, f.OriginalMessageID)
		j.because("An abuse report of the type " + f.Type + " (RFC 5965)")
		return true
	}
	if report.ReadReceipt(m) {
		j.Kind, j.Answer, j.Machine = KindAutomatic, AnswerNone, true
		j.because("A read receipt (RFC 8098)")
		return true
	}
	return false
}

// ownMail says why a message is our own coming back: its Message-ID is of our
// domain, or it has our address as sender and is marked as automatic, which
// stays where a relay overwrote the Message-ID.
func ownMail(m *message.Message, opt JudgeOptions) string {
	_, domain, _ := strings.Cut(m.MessageID, "@")
	for _, own := range opt.OwnAddresses {
		if strings.HasPrefix(own, "@") && domain != "" && strings.EqualFold(domain, own[1:]) && fromOwn(m, opt) {
			return "Our own mail coming back: the Message-ID is ours"
		}
	}
	if fromOwn(m, opt) && len(report.Machine(m, opt.OwnDomains)) > 0 {
		return "Our own mail coming back: our address as sender, and marked as automatic"
	}
	return ""
}

// fromOwn says whether the sender is one of the addresses Skarga sends from.
func fromOwn(m *message.Message, opt JudgeOptions) bool {
	for _, a := range m.From {
		for _, own := range opt.OwnAddresses {
			if a.Address != "" && strings.EqualFold(a.Address, own) {
				return true
			}
		}
	}
	return false
}

// phoneNotice is step 4 (P11). What is less than sure is held, because a real
// complaint may speak about voicemail.
func (j *Judgement) phoneNotice(m *message.Message, opt JudgeOptions) bool {
	sure, maybe, why := report.PhoneNotice(m, opt.PhoneSystems)
	switch {
	case sure:
		j.Kind, j.Answer, j.Machine = KindPhoneNotice, AnswerNone, true
		j.because(why)
		return true
	case maybe:
		j.hold(why)
	}
	return false
}

// machineMail is step 5: kept, its clock running, and not answered by itself,
// since another site's form may have forwarded a real complaint.
func (j *Judgement) machineMail(m *message.Message, opt JudgeOptions) bool {
	signs := report.Machine(m, opt.OwnDomains)
	if len(signs) == 0 && report.MaySayAutomatic(m.Text) && report.SaysAutomatic(quote.NewText(m.Text)) {
		signs = append(signs, "Its text says that a program sent it")
	}
	if len(signs) == 0 {
		return false
	}
	j.Kind, j.Machine = KindAutomatic, true
	for _, s := range signs {
		j.hold(s)
	}
	return true
}

func appendOnce(list []string, s string) []string {
	if s == "" || slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

package ingest

import (
	"ask4.com/skarga/ingest/message"
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
	// abuse report is about, without angle brackets, each once.
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
	return Judgement{Kind: KindComplaint, Answer: AnswerAcknowledge}
}

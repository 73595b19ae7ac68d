package ingest

import (
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest/message"
)

// Reading is how one message is read and judged before matching: the contract of
// `skarga explain --json` (DESIGN, schema 1). Lists are never nil.
type Reading struct {
	Schema      int                  `json:"schema"` // always 1
	File        string               `json:"file,omitempty"`
	Kind        Kind                 `json:"kind"`
	Answer      Answer               `json:"answer"`
	Reasons     []string             `json:"reasons"`
	From        []message.Address    `json:"from"`
	ReplyTo     []message.Address    `json:"reply_to"`
	To          []message.Address    `json:"to"`
	Cc          []message.Address    `json:"cc"`
	Subject     string               `json:"subject"`
	Date        *string              `json:"date"` // RFC 3339, null if unknown
	MessageID   string               `json:"message_id"`
	InReplyTo   []string             `json:"in_reply_to"`
	References  []string             `json:"references"`
	Language    complaint.Language   `json:"language"`
	Text        string               `json:"text"`
	NewText     string               `json:"new_text"`
	HTML        string               `json:"html"`
	Attachments []message.Attachment `json:"attachments"`
	Bounces     []Bounce             `json:"bounces"`
	Details     []complaint.Detail   `json:"details"`
	Damaged     []string             `json:"damaged"`
}

// Kind is what a message is before it is matched.
type Kind string

// The kinds of the explain contract. A reply is a message with In-Reply-To or
// References that is none of the machine kinds.
const (
	KindComplaint   Kind = "complaint"
	KindReply       Kind = "reply"
	KindBounce      Kind = "bounce"
	KindAutomatic   Kind = "automatic"
	KindAbuseReport Kind = "abuse_report"
	KindPhoneNotice Kind = "phone_notice"
)

// Answer is what the judgement lets us do by ourselves.
type Answer string

// The answers: acknowledge at once, hold for a person, or none at all.
const (
	AnswerAcknowledge Answer = "acknowledge"
	AnswerHold        Answer = "hold"
	AnswerNone        Answer = "none"
)

// Bounce is one recipient's fate in a delivery report (RFC 3464 section 2.3, and
// the well-known forms that are not RFC 3464).
type Bounce struct {
	Recipient         string `json:"recipient"`
	Action            string `json:"action"`    // failed, delayed, delivered, relayed, expanded
	Status            string `json:"status"`    // RFC 3463, e.g. 5.1.1; "" if unknown
	Permanent         bool   `json:"permanent"` // status class 5
	Reason            string `json:"reason"`    // the diagnostic words, one line
	OriginalMessageID string `json:"original_message_id"`
}

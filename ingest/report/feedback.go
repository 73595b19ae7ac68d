package report

import "ask4.com/skarga/ingest/message"

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

// Abuse reads the abuse report that a message is; ok is false when it is none.
func Abuse(m *message.Message) (f Feedback, ok bool) { return Feedback{}, false }

// Package report reads what mail machines write about other mail out of a
// message: delivery reports (RFC 3464, RFC 6533 and the well-known forms that
// follow neither), abuse reports (RFC 5965), the signs of automatic mail
// (RFC 3834, RFC 2919, RFC 2369, RFC 8098) and notices of telephone systems.
// It only reads; what follows from it is decided in package ingest.
package report

import (
	"time"

	"ask4.com/skarga/ingest/message"
)

// Delivery is one recipient's fate as a delivery report tells it.
type Delivery struct {
	// Recipient is the address that failed, as reported; lower-case domain,
	// without brackets. Empty when the report names none.
	Recipient string
	// Action is failed, delayed, delivered, relayed or expanded (RFC 3464
	// section 2.3.3); derived from Status or the words where it is missing.
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
	// OriginalEnvelopeFrom is the Return-Path or From of the returned message;
	// may be empty.
	OriginalEnvelopeFrom string
	// ArrivalDate is when the reporting server took the message in (RFC 3464
	// section 2.2.5); zero if it does not say.
	ArrivalDate time.Time
}

// Bounces reads the delivery report that a message is. It returns nil when the
// message is none; in particular a disposition notification (RFC 8098) is none.
func Bounces(m *message.Message) []Delivery { return nil }

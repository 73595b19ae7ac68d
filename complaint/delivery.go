package complaint

import "time"

// DeliveryStatus is the state of one outgoing message.
type DeliveryStatus string

// The states of a delivery.
const (
	Queued    DeliveryStatus = "queued"    // waits for NextAt
	Sent      DeliveryStatus = "sent"      // accepted by the mail server, or posted
	Failed    DeliveryStatus = "failed"    // refused for good; a person must act
	Bounced   DeliveryStatus = "bounced"   // accepted, then returned
	Withdrawn DeliveryStatus = "withdrawn" // taken back by a person before it left
)

// Delivery is one message to one recipient. Its bytes are rendered when it is
// queued and stored; what is sent is what is stored.
type Delivery struct {
	ID           string
	ComplaintID  string // empty for mail to the duty address
	ObligationID string // the promise it keeps; empty if none
	Kind         string // template name, e.g. "acknowledgement"
	Recipient    string // one e-mail address
	EnvelopeFrom string // return path, with the envelope token where proved
	EnvID        string // RFC 3461 section 4.4
	MessageID    string // without angle brackets, signed (see mailer)
	Status       DeliveryStatus
	QueuedAt     time.Time
	NextAt       time.Time // not before; backoff
	Attempts     int
	LastError    string    // the server's words, for staff; may be empty
	SentAt       time.Time // zero until accepted
	Bytes        []byte    // the whole RFC 5322 message, CRLF lines
}

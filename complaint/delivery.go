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
	Way          Way    // by e-mail or by letter; "" means e-mail
	Recipient    string // one e-mail address; empty for a letter
	Postal       string // the address as printed on a letter, lines; empty for e-mail
	PrintRun     string // ID of the run that a letter was printed in last; empty before
	EnvelopeFrom string // return path, with the envelope token where proved
	EnvID        string // RFC 3461 section 4.4
	MessageID    string // without angle brackets, signed (see mailer)
	Status       DeliveryStatus
	QueuedAt     time.Time
	NextAt       time.Time // not before; backoff
	Attempts     int
	LastError    string    // the server's words, for staff; may be empty
	SentAt       time.Time // zero until accepted
	Bytes        []byte    // the whole RFC 5322 message, CRLF lines; of a letter the PDF
}

// Letter is a letter that has not been posted.
type Letter struct {
	Delivery
	Reference Reference
	Due       time.Time // deadline of the promise that it keeps; zero if none
	Needs     Need      // of the customer
}

// PrintRun is the letters that were printed together.
type PrintRun struct {
	ID        string    // as on the cover, e.g. P-20261123-1
	MadeAt    time.Time // when its letters were chosen
	Prints    int       // how often its file was written, counted before it is written
	WrittenAt time.Time // zero until the file was there for the first time
}

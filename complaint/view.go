package complaint

import "time"

// Filter chooses complaints; zero fields choose all.
type Filter struct {
	Stage     Stage
	Channel   Channel
	OpenOnly  bool      // not closed, withdrawn, merged or set aside, or with a message that waits
	Held      bool      // an arrival of it waits for a person
	Flag      Flag      // what people look out for; "" for all
	DueBefore time.Time // its next open promise is due before
	Text      string    // in reference, name, address, subject or summary, in any case
	Words     string    // in all that came in, went out and staff wrote: words that begin as these, without accents
	Owner     string    // name of the person who has it
	Unowned   bool      // nobody has it
	Matter    string    // what several complaints have in common
	Queue     Queue     // what waits for a decision about people
	Managers  []string  // names of all managers, for QueueDataProtection
	NotAbout  string    // leaves out those that are, or may be, about this person (P8)
	Limit     int       // 0 means 100
	After     *Listed   // last of the page before; nil for the first page
}

// SavedFilter is a choice among complaints that a person keeps under a name.
type SavedFilter struct {
	Staff string // whose it is
	Name  string
	Query string // as in the address of the queue
}

// Flag is something that people look out for among complaints.
type Flag string

// The flags.
const (
	FlagProvisional  Flag = "provisional"   // a proposed link waits for a person
	FlagPersonalData Flag = "personal_data" // P10, suggested or confirmed
	FlagConduct      Flag = "conduct"       // P6, suggested or confirmed
	FlagVulnerable   Flag = "vulnerable"    // a vulnerable customer
)

// Flags lists the flags.
func Flags() []Flag {
	return []Flag{FlagProvisional, FlagPersonalData, FlagConduct, FlagVulnerable}
}

// Queue is a list of complaints that wait for a decision about people.
type Queue string

// The queues.
const (
	QueueAbout          Queue = "about"           // names of staff were found in it (P8)
	QueueConduct        Queue = "conduct"         // its words suggest inappropriate conduct (P6)
	QueueDataProtection Queue = "data-protection" // personal data (P10), and what no manager may see (P8)
)

// Listed is a complaint in a list with its most urgent open promise.
type Listed struct {
	Complaint
	Next *Obligation // nil when nothing is open
	Slow string      // what the mail server said to mail that is tried again; empty when none is

	// Filled where staff read a list.
	Owner      string // who has it; empty: nobody
	Waiting    int    // messages of the customer that nobody has answered
	Wish       Wish   // the strongest thing that those seem to ask for
	Vulnerable bool   // a vulnerable customer
}

// ArrivalFilter chooses arrivals; zero fields choose all.
type ArrivalFilter struct {
	Outcome    *Outcome // nil for all; a pointer to Pending for what is not judged
	Held       bool
	Parked     bool
	Unanswered bool   // made a complaint that was neither acknowledged nor has an acknowledgement on its way
	NotAbout   string // leaves out those of complaints that are, or may be, about this person (P8)
	Account    string
	Mailbox    string
	Newest     bool   // the newest first
	Limit      int    // 0 means 100
	After      string // ID of the last of the page before
}

// Found is a detail with the arrival that it was found in.
type Found struct {
	Detail
	ArrivalID string // empty for what came with the complaint's making
}

// View is all that is known of one complaint.
type View struct {
	Complaint   Complaint
	Record      Record
	Abouts      []About
	Parties     []Party
	Details     []Found
	Evidence    []Evidence // what staff said about them
	Obligations []Obligation
	Deliveries  []Delivery // without bytes, oldest first
	Arrivals    []Arrival  // oldest first
	Events      []Event    // oldest first
	Links       []Link     // proposed to this complaint or from its arrivals
	Decisions   []Decision // about its arrivals, oldest first
	Deeds       []Deed     // what was done to help, oldest first (P5)
	Tasks       []Task     // of the ombudsman's decision (P16)
	Replies     []CustomerReply
	Draft       *AnswerDraft // the answer that is being written; nil for none
}

// MergedInto is the ID of the complaint that this one was merged into; "" for none.
func (v View) MergedInto() string {
	if v.Complaint.Stage != StageMerged {
		return ""
	}
	return v.Record.MergedInto
}

// Waiting are the customer's messages that nobody has answered.
func (v View) Waiting() (waiting []CustomerReply) {
	status := map[string]DeliveryStatus{}
	for _, d := range v.Deliveries {
		status[d.ID] = d.Status
	}
	for _, r := range v.Replies {
		if r.Waits(status[r.DeliveryID]) {
			waiting = append(waiting, r)
		}
	}
	return waiting
}

// Case is what decides about access to it.
func (v View) Case() Case { return Case{v.Complaint, v.Record, v.Obligations, v.Abouts} }

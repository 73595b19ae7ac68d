// Package casework is what people do with complaints: each act goes through one
// function, which loads the case, asks the one decision about access (complaint.May),
// checks that nobody else changed it meanwhile, applies the act and writes it into the
// history. Commands and pages call the same functions. What the clock does by itself
// stands here too.
package casework

import (
	"context"
	"sync/atomic"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

// Options of an office. All must be set.
type Options struct {
	Rules  complaint.Rules    // the policy's numbers
	Prefix string             // of references, e.g. ASK4
	Staff  []complaint.Person // the list at the start; SetPeople changes it
	Now    func() time.Time
	Writer Writer
	PostAt time.Duration // when the post is taken on working days, counted from midnight
	// ApproveAll are the kinds of message that always wait for a second person,
	// ApproveNew those that wait for one when their author is new on the job, and
	// ApproveVulnerable when the customer is vulnerable.
	ApproveAll, ApproveNew, ApproveVulnerable []string
	Changed                                   func() // called after each act; nil for nobody
	// Addressed lets an acknowledgement leave that was held for want of an address;
	// nil where none is.
	Addressed func(context.Context, complaint.Reference, complaint.Person) (released bool, err error)
}

// Office is where people work on complaints. It is safe for use by several
// goroutines.
type Office struct {
	Options
	store  Store
	people *atomic.Pointer[[]complaint.Person] // holds nil until SetPeople
	lists  *lists                              // that people saw today
}

// New makes an office over a store.
func New(store Store, opt Options) *Office {
	return &Office{Options: opt, store: store, people: new(atomic.Pointer[[]complaint.Person]), lists: &lists{}}
}

// People is the staff list as of now.
func (o *Office) People() []complaint.Person {
	if p := o.people.Load(); p != nil {
		return *p
	}
	return o.Staff
}

// SetPeople replaces the staff list while the program runs: somebody came or left.
func (o *Office) SetPeople(list []complaint.Person) { o.people.Store(&list) }

// Acting says who acts on which complaint, and which version of it they saw.
type Acting struct {
	Who complaint.Person
	Ref complaint.Reference
	// Seen is the version of the record that the person saw; an act on another one
	// is refused with a *ChangedError. AnyVersion for a person who saw none.
	Seen int
	// TakenBack gathers what had not left and is not sent any more, because the complaint
	// ended or went elsewhere; nil for nobody who tells it.
	TakenBack *[]complaint.Delivery
}

// AnyVersion acts on the complaint as it is.
const AnyVersion = -1

// Store is what the office needs from storage.
type Store interface {
	// InTx runs fn in one transaction; fn's error rolls it back.
	InTx(ctx context.Context, fn func(Tx) error) error
	// ComplaintView reads all that is known of a complaint.
	ComplaintView(ctx context.Context, ref complaint.Reference) (complaint.View, error)
	// ListComplaints lists complaints, what is due first before the others.
	ListComplaints(ctx context.Context, f complaint.Filter) ([]complaint.Listed, error)
	// Records reads what staff added; complaints without are missing.
	Records(ctx context.Context, complaintIDs []string) (map[string]complaint.Record, error)
	// Abouts lists whom complaints are about.
	Abouts(ctx context.Context, complaintIDs []string) ([]complaint.About, error)
	// WaitingReplies lists the messages that nobody has answered, of the complaints
	// named; of all that go on when that is nil.
	WaitingReplies(ctx context.Context, complaintIDs []string) ([]complaint.CustomerReply, error)
	// ArrivalBeginning reads an arrival by an unambiguous beginning of its ID.
	ArrivalBeginning(ctx context.Context, id string) (a complaint.Arrival, found bool, err error)
	// ArrivalsOnScan lists the letters of which a scanned file holds something.
	ArrivalsOnScan(ctx context.Context, fileID string) ([]string, error)
	LinkByID(ctx context.Context, id string) (l complaint.Link, found bool, err error)
	DecisionByID(ctx context.Context, id string) (d complaint.Decision, found bool, err error)
	// Matters lists the names under which complaints were linked.
	Matters(ctx context.Context) ([]string, error)
	// ListArrivals lists what arrived, in the order of its making.
	ListArrivals(ctx context.Context, f complaint.ArrivalFilter) ([]complaint.Arrival, error)
	// DecisionsOf lists what people decided about an arrival, oldest first.
	DecisionsOf(ctx context.Context, arrivalID string) ([]complaint.Decision, error)
	GetComplaintByID(ctx context.Context, id string) (complaint.Complaint, error)

	// Cases reads complaints with what decides about them, without their promises.
	Cases(ctx context.Context, complaintIDs []string) (map[string]complaint.Case, error)
	// CustomerComplaints lists the complaints of a customer by the whole name, an e-mail
	// address or a reference.
	CustomerComplaints(ctx context.Context, who string) ([]complaint.Complaint, error)
	// ElsewhereOf completes a scope with what folded addresses have beside its
	// complaints, and lists other people's complaints in which they have a part.
	ElsewhereOf(ctx context.Context, who string, scope complaint.Scope, addresses []string) (complaint.Scope, []complaint.Complaint, error)
	// Nameless lists the complaints of no known customer on which something came in that
	// holds all words of one of the names.
	Nameless(ctx context.Context, names [][]string) ([]complaint.Complaint, error)
	// PastRetention lists what ended before a time and still has content, at most n of
	// each kind.
	PastRetention(ctx context.Context, before time.Time, n int) (complaint.Scope, error)
	// ErasedWhole gives the erasures of complaints of which nothing is left.
	ErasedWhole(ctx context.Context, complaintIDs []string) (map[string]complaint.Erasure, error)
	// CameAgain lists arrivals and scans that are known as erased by their content and hold it
	// once more.
	CameAgain(ctx context.Context) (complaint.Scope, error)
	// Forget ends an erasure after its commit.
	Forget(ctx context.Context) error
}

// Tx is one open transaction. Reads see the writes before them; writes are gathered
// and are in the database when InTx returns nil.
type Tx interface {
	ComplaintByReference(ctx context.Context, ref complaint.Reference) (c complaint.Complaint, found bool, err error)
	// LockCase reads a complaint with what decides about it and locks it until the
	// transaction ends.
	LockCase(ctx context.Context, id string) (complaint.Case, error)

	Parties(ctx context.Context, complaintID string) ([]complaint.Party, error)
	// ReferencesTaken says which of the references are in use.
	ReferencesTaken(ctx context.Context, refs []complaint.Reference) (map[complaint.Reference]bool, error)
	DeliveriesOf(ctx context.Context, complaintID string) ([]complaint.Delivery, error)
	ArrivalsOf(ctx context.Context, complaintID string) ([]complaint.Arrival, error)
	CustomerReplies(ctx context.Context, complaintIDs []string) ([]complaint.CustomerReply, error)
	Deeds(ctx context.Context, complaintID string) ([]complaint.Deed, error)
	Tasks(ctx context.Context, complaintID string) ([]complaint.Task, error)
	// AnswerDraft reads the answer that is being written; nil when there is none.
	AnswerDraft(ctx context.Context, complaintID string) (*complaint.AnswerDraft, error)

	CreateComplaint(c complaint.Complaint, parties []complaint.Party, details []complaint.Detail, obligations []complaint.Obligation)
	SetComplaint(c complaint.Complaint)
	SetRecord(r complaint.Record)
	// SetText gathers what a complaint is found by, beside its mail.
	SetText(id string, texts ...string)
	SetAbout(a complaint.About)
	SetEvidence(e complaint.Evidence)
	// ProposeAbout gathers that a complaint may be about a person, unless something
	// is on record about that already.
	ProposeAbout(a complaint.About)
	// RelatedComplaints lists the complaints that may belong to one, or follow it.
	RelatedComplaints(ctx context.Context, id string) ([]string, error)
	// CreateParty gathers a person of a complaint; one who is there stays as is.
	CreateParty(p complaint.Party)
	// DeleteParty takes a person off a complaint, unless mail from that address, as it
	// was written, is correspondence of it.
	DeleteParty(ctx context.Context, p complaint.Party, written string) error
	CreateObligation(o complaint.Obligation)
	SetObligation(o complaint.Obligation)
	CreateEvent(e complaint.Event)
	// LockHistory locks a history until the transaction ends; HasEvent says whether it
	// holds an event of the same kind and payload since a time.
	LockHistory(ctx context.Context, subject string) error
	HasEvent(ctx context.Context, e complaint.Event, since time.Time) (bool, error)
	CreateDelivery(d complaint.Delivery)
	// SetDelivery writes Status, NextAt, Attempts, LastError and SentAt.
	SetDelivery(d complaint.Delivery)
	CreateMessageIDs(complaintID string, messageIDs ...string)
	SetCustomerReply(r complaint.CustomerReply)
	CreateDeed(d complaint.Deed)
	CreateTask(k complaint.Task)
	SetTask(k complaint.Task)
	SetAnswerDraft(d complaint.AnswerDraft)
	DeleteAnswerDraft(ctx context.Context, complaintID string) error
	// Once says whether something is done for the first time, and keeps that it is.
	Once(ctx context.Context, name string, at time.Time) (bool, error)

	// Erase empties everything of a scope, and notes the copies outside of the database
	// that have to follow.
	Erase(ctx context.Context, e complaint.Erasure, scope complaint.Scope) (complaint.Erasure, error)

	Survey(ctx context.Context, id string) (v complaint.Survey, found bool, err error)
	// SurveyPast says what earlier surveys and complaints tell about a folded address, to
	// a person who asks; "" for nobody.
	SurveyPast(ctx context.Context, address, who string) (complaint.SurveyPast, error)
	// CreateSurvey keeps what was decided; false when it was decided about before.
	CreateSurvey(ctx context.Context, v complaint.Survey) (bool, error)
	SetSurveyLesson(ctx context.Context, v complaint.Survey) error
}

// Writer makes deliveries of messages: it knows the texts, the signed ids, and the
// firm's particulars.
type Writer interface {
	// Case is what every message about a complaint may say.
	Case(c complaint.Complaint) templates.Case
	// Header is what every message to staff may say.
	Header() templates.Header
	// Body is the office of a kind, "ico" or "ombudsman", that holds today.
	Body(kind string) templates.Ombudsman
	// Draft renders a message as far as it is written.
	Draft(d templates.Data) (templates.Message, error)
	// Write renders a message and makes a delivery of it, complete but for its
	// obligation.
	Write(d templates.Data, c complaint.Complaint, t Thread) (complaint.Delivery, error)
}

// Thread says where a message belongs in the correspondence, and to whom it goes.
type Thread struct {
	To         string   // e-mail address; a letter goes to the postal address on record
	InReplyTo  string   // Message-ID of the last message, without angle brackets; may be empty
	References []string // those of all messages before, in order
	Automatic  bool     // nobody wrote it: it says so in its header (RFC 3834)
}

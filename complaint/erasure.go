package complaint

import (
	"fmt"
	"time"
)

// Scope is what belongs to one person, or is past its time: what is exported or erased
// together. All are IDs.
type Scope struct {
	Complaints []string // with everything that hangs on them
	Arrivals   []string // that belong to no complaint
	Deliveries []string // that belong to no complaint
	Surveys    []string // that belong to no complaint
	Drafts     []string // of the online form
	Scans      []string // files of scanners, by hash, that came in again after they were erased
}

// Empty says whether there is nothing in it.
func (s Scope) Empty() bool {
	return len(s.Complaints)+len(s.Arrivals)+len(s.Deliveries)+len(s.Surveys)+len(s.Drafts)+len(s.Scans) == 0
}

// ErasureRule is why something is erased.
type ErasureRule string

// The rules.
const (
	ErasureAsked     ErasureRule = "asked"     // the person asked for it
	ErasureRetention ErasureRule = "retention" // its time is over
)

// Erasure is one act of erasing, as the log keeps it.
type Erasure struct {
	ID     string
	At     time.Time
	Actor  string // staff name, or "skarga" for the clock
	Rule   ErasureRule
	Reason string

	// Filled by the store.
	Complaints, Arrivals, Deliveries int // that lost their content
}

// Copy is something outside of the database that an erasure has to reach.
type Copy struct {
	ID        string
	ErasureID string
	Kind      CopyKind
	What      CopyPlace
	Problem   string    // why it is still there, without personal content; empty: it was not tried, or is gone
	DoneAt    time.Time // when it was gone, or was given up; zero: it is to go
}

// CopyKind is a kind of copy.
type CopyKind string

// The kinds of copies that Skarga makes.
const (
	CopyBytes   CopyKind = "bytes"   // large raw bytes in the folder
	CopyMessage CopyKind = "message" // in the mailbox or its done folder
	CopyPrint   CopyKind = "print"   // the file of a print run
	CopyUpload  CopyKind = "upload"  // files that a visitor added to a form
	CopyScan    CopyKind = "scan"    // a scanner's file where the import moved it
)

// CopyPlace says where a copy is; which fields are filled depends on its kind.
type CopyPlace struct {
	SHA256      string `json:"sha256,omitempty"` // bytes, message, scan
	Size        int64  `json:"size,omitempty"`   // message, scan
	Account     string `json:"account,omitempty"`
	Mailbox     string `json:"mailbox,omitempty"`
	UIDValidity uint32 `json:"uidvalidity,omitempty"`
	UID         uint32 `json:"uid,omitempty"`
	MessageID   string `json:"message_id,omitempty"`
	HeaderOnly  bool   `json:"header_only,omitempty"`
	Run         string `json:"run,omitempty"`    // print
	Draft       string `json:"draft,omitempty"`  // upload
	Source      string `json:"source,omitempty"` // scan: the path that it came from
	Others      int    `json:"others,omitempty"` // scan: letters of other people in the same file, which therefore stays
}

// Erasable says whether the content of a complaint may be erased now: not under a
// legal hold, not while the ombudsman has it (P16), and not while it goes on.
func Erasable(c Case) error {
	switch {
	case c.Record.LegalHold:
		return &Refusal{"P1", fmt.Sprintf("%s is under a legal hold: nothing of it may be erased; `skarga set %s legal_hold=no` ends the hold", c.Complaint.Reference, c.Complaint.Reference)}
	case c.Complaint.Stage == StageOmbudsman:
		return &Refusal{"P16", fmt.Sprintf("the ombudsman has %s: nothing of it may be erased before that case has ended", c.Complaint.Reference)}
	case !c.Complaint.Stage.Ended():
		return &Refusal{"P15", fmt.Sprintf("%s goes on, and its promises stand: answer and close it first, or `skarga stage %s withdrawn --reason …` if the customer no longer wants it", c.Complaint.Reference, c.Complaint.Reference)}
	}
	return nil
}

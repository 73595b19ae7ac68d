package web

import (
	"context"
	"time"

	"ask4.com/skarga/complaint"
)

// Machine is the state of mailboxes, folders and the rest: what /healthz, `skarga check`
// and `skarga ledger` tell.
type Machine interface {
	// Mailboxes counts what is not hidden from the person (P8).
	Mailboxes(ctx context.Context, who string) ([]MailboxState, error)
	Alarms() []string
	Places(ctx context.Context, who string) (Places, error)
	// Ledger compares the mailboxes with the arrivals, live.
	Ledger(ctx context.Context) []Compared
	// Check tests every part for real.
	Check(ctx context.Context) []Tested
}

// MailboxState is one mailbox: how far it was read, and what became of its messages.
type MailboxState struct {
	Account, Mailbox, Host, User string
	Spam                         bool // all of it is held
	UIDValidity, UID             uint32
	StartedAt, LastOK            time.Time // zero if never
	Silent                       bool      // not read for so long that it is an alarm
	Failing                      string    // why it cannot be read now, on this node
	Outcomes                     map[complaint.Outcome]int
	Parked                       int
}

// Places are the folders and files of this machine.
type Places struct {
	File, Database, Large, Texts string
	Print, PrintError            string
	Watched                      string // where scanners write; empty: none
	Paper                        Paper
}

// Paper is the ledger of the letters of late.
type Paper struct {
	Files, PagesIn, Unaccounted, Unread, AtDesk int
	Missing, MissingLate                        int // letters in the house that are not scanned
	Waiting                                     int // in the watched folder
	FolderError                                 string
}

// Compared is a mailbox held against its arrivals.
type Compared struct {
	Account, Mailbox                    string
	InMailbox, Before, Vanished, InDone int
	Missing, DoneUnknown                []uint32
	Problem                             string
}

// Tested is a part that was tested.
type Tested struct {
	Part         string
	OK           bool
	Detail, Cure string
}

func (s *Site) adminMachineRoutes() {
	s.desk("GET /staff/admin/mailboxes", "admin", complaint.ActAdminister, func(v *visit, who complaint.Person) { v.machine(who, machineView{}) })
	// They take a while, and others' servers: no link or robot starts them.
	s.desk("POST /staff/admin/mailboxes/compare", "admin", complaint.ActAdminister, func(v *visit, who complaint.Person) {
		ctx, cancel := context.WithTimeout(v.r.Context(), machinePatience)
		defer cancel()
		v.machine(who, machineView{Compared: v.Console.Admin.Machine.Ledger(ctx)})
	})
	s.desk("POST /staff/admin/mailboxes/check", "admin", complaint.ActAdminister, func(v *visit, who complaint.Person) {
		ctx, cancel := context.WithTimeout(v.r.Context(), machinePatience)
		defer cancel()
		v.machine(who, machineView{Tested: v.Console.Admin.Machine.Check(ctx)})
	})
}

// machinePatience is how long a person waits for a test; less than the server does.
const machinePatience = 90 * time.Second

type machineView struct {
	Mailboxes []MailboxState
	Outcomes  []complaint.Outcome
	Alarms    []string
	Places    Places
	Compared  []Compared
	Tested    []Tested
}

func (v *visit) machine(who complaint.Person, p machineView) {
	m := v.Console.Admin.Machine
	p.Outcomes = []complaint.Outcome{complaint.ToComplaint, complaint.Correspondence, complaint.Duplicate, complaint.Automatic, complaint.Refused, complaint.SetAside, complaint.Pending}
	p.Alarms = m.Alarms()
	var err error
	if p.Mailboxes, err = m.Mailboxes(v.r.Context(), who.Name); err == nil {
		p.Places, err = m.Places(v.r.Context(), who.Name)
	}
	if err != nil {
		v.oops("read state", err)
		return
	}
	v.show("staff_machine", view{Title: "Mailboxes and folders", Data: p})
}

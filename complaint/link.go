package complaint

import "time"

// Party is a person who belongs to a complaint and whose mail may join it
// (DESIGN, Matching).
type Party struct {
	ComplaintID string
	Address     string // e-mail address, folded by FoldAddress
	Role        string // customer, representative or correspondent
}

// Link is a proposal that an arrival belongs to a complaint, for a person to
// confirm or refuse.
type Link struct {
	ID          string
	ArrivalID   string
	ComplaintID string // the complaint it may belong to
	Reason      string // in plain words, why it was proposed
	State       string // proposed, confirmed or refused
	CreatedAt   time.Time
}

// Decision is what a person decided about an arrival, kept so that it can be
// undone.
type Decision struct {
	ID        string
	ArrivalID string
	At        time.Time
	Actor     string
	Action    string // e.g. "set-aside", "release", "link-confirm"
	Reason    string
	Before    []byte // JSON of the state that undo restores
	UndoneAt  time.Time
	UndoneBy  string
}

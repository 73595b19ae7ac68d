package complaint

import "time"

// Deed is something that was done to help (P5).
type Deed struct {
	ID          string
	ComplaintID string
	At          time.Time // when it was done
	By          string    // who did it
	What        string    // in words that can be quoted to the customer
}

// Task is something that the ombudsman's decision asks for (P16).
type Task struct {
	ID          string
	ComplaintID string
	What        string
	DueAt       time.Time
	MadeBy      string
	MadeAt      time.Time
	DoneAt      time.Time // zero while open
	DoneBy      string
	Note        string // what was done; may be empty
}

// AnswerState says what an answer waits for.
type AnswerState string

// The states of a draft.
const (
	Writing  AnswerState = "writing"  // somebody writes it
	Awaiting AnswerState = "awaiting" // it is finished; a second person lets it go
)

// AnswerDraft is the answer that is being written: one a complaint, so that two people do
// not write at once.
type AnswerDraft struct {
	ComplaintID string
	Kind        string // template
	Author      string
	Hands       []string // who else had a hand in it: wrote at it before, or gave it back
	StartedAt   time.Time
	SavedAt     time.Time
	State       AnswerState
	Version     int               // of the record, when it was saved
	Values      map[string]string // what the author wrote, by field
	Promise     ObligationKind    // with an extension: which promise; empty for the next one
}

// CustomerReply is a message of the customer after the first one. It waits until it is
// answered, or a person says that it needs no answer.
type CustomerReply struct {
	ArrivalID     string
	ComplaintID   string
	At            time.Time // when it arrived
	Wish          Wish      // what it seems to ask for; proposed, never acted on alone
	Words         string    // the words that say so; personal content, emptied by erasure
	DeliveryID    string    // our answer; empty for none
	SettledAt     time.Time // when it was answered or dismissed; zero while it waits
	SettledBy     string
	SettledReason string // why it needs no answer; empty for one that was answered
}

// Wish is what a customer's reply seems to ask for (P15, P16).
type Wish string

// The wishes, the strongest first.
const (
	WishOmbudsman    Wish = "ombudsman"    // wants to go to the ombudsman
	WishAppeal       Wish = "appeal"       // contests the decision
	WishEscalate     Wish = "escalate"     // wants somebody higher to look at it
	WishWithdraw     Wish = "withdraw"     // takes the complaint back
	WishDissatisfied Wish = "dissatisfied" // is not satisfied, and asks for nothing by name
	WishSatisfied    Wish = "satisfied"    // says that it is settled
	NoWish           Wish = ""
)

// Waits says whether a person still has to answer, given the state of our answer: one
// that failed or came back was none.
func (r CustomerReply) Waits(answer DeliveryStatus) bool {
	if r.SettledAt.IsZero() {
		return true
	}
	return r.DeliveryID != "" && answer != Queued && answer != Sent
}

// Stronger is the one of two wishes that counts.
func (w Wish) Stronger(v Wish) Wish {
	for _, s := range []Wish{WishOmbudsman, WishAppeal, WishEscalate, WishWithdraw, WishDissatisfied, WishSatisfied} {
		if w == s || v == s {
			return s
		}
	}
	return NoWish
}

// AsksForReview says whether somebody else has to look at our answer (P15).
func (w Wish) AsksForReview() bool { return w == WishAppeal || w == WishEscalate }

// Asks is the wish in words, "" for none.
func (w Wish) Asks() string {
	return map[Wish]string{WishOmbudsman: "asks for the ombudsman", WishAppeal: "appeals", WishEscalate: "asks to escalate",
		WishWithdraw: "withdraws", WishDissatisfied: "is not satisfied", WishSatisfied: "is satisfied"}[w]
}

package complaint

import "time"

// ObligationKind names one promise of the policy.
type ObligationKind string

// The obligations (DESIGN, Obligations).
const (
	Acknowledge   ObligationKind = "acknowledge"    // P12
	Update        ObligationKind = "update"         // P13
	Respond       ObligationKind = "respond"        // P14
	Review        ObligationKind = "review"         // P15
	TellOmbudsman ObligationKind = "tell_ombudsman" // P16, DOMAIN Bodies
	Comply        ObligationKind = "comply"         // P16
)

// ObligationKinds lists the promises in the order of a life.
func ObligationKinds() []ObligationKind {
	return []ObligationKind{Acknowledge, Update, Respond, Review, TellOmbudsman, Comply}
}

// ObligationState says whether a promise is kept.
type ObligationState string

// The states. Met only by delivery; a bounce makes it Open again. Void is for what is
// no longer owed: of a complaint that is set aside, withdrawn, merged or closed.
const (
	Open ObligationState = "open"
	Met  ObligationState = "met"
	Void ObligationState = "void"
)

// Obligation is one promise to one customer: (complaint, kind, round).
type Obligation struct {
	ID          string
	ComplaintID string
	Kind        ObligationKind
	Round       int // from 1; updates repeat
	State       ObligationState

	TriggerAt  time.Time // when its trigger happened; zero before
	CeilingAt  time.Time // latest time computed from receipt; always set for promises that exist from arrival
	DueAt      time.Time // zero until TriggerAt is set
	ToldAt     time.Time // date the customer was told; zero if none. DueAt is never later
	ExtendTo   time.Time // later date that holds once the customer was told; zero for none
	BeforeAt   time.Time // due time before the last extension; zero without one
	MetAt      time.Time // zero until met
	BreachedAt time.Time // zero unless it was late

	Calendar string   // name of the calendar that counted
	Steps    []string // the counting in plain words, one step a line (--why)
}

// Deadline is what lateness is measured against: DueAt, or CeilingAt where the
// trigger never came.
func (o Obligation) Deadline() time.Time {
	if !o.DueAt.IsZero() {
		return o.DueAt
	}
	return o.CeilingAt
}

// Same says whether two values of one promise differ in nothing that matters.
func (o Obligation) Same(p Obligation) bool {
	return o.ID == p.ID && o.State == p.State && o.TriggerAt.Equal(p.TriggerAt) && o.DueAt.Equal(p.DueAt) &&
		o.ToldAt.Equal(p.ToldAt) && o.ExtendTo.Equal(p.ExtendTo) && o.BeforeAt.Equal(p.BeforeAt) &&
		o.MetAt.Equal(p.MetAt) && o.BreachedAt.Equal(p.BreachedAt)
}

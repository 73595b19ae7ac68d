package complaint

import "time"

// AboutState says how sure it is that a complaint is about a member of staff.
type AboutState string

// The states of an About.
const (
	AboutProvisional AboutState = "provisional" // the name was found in the text; a manager decides
	AboutConfirmed   AboutState = "confirmed"
	AboutDropped     AboutState = "dropped" // the complaint is not about this person
)

// About says that a complaint is about a member of staff (P8): unless it is dropped,
// that person can neither see nor handle it.
type About struct {
	ComplaintID string
	Staff       string // name on the staff list
	State       AboutState
	By          string    // who decided; "skarga" for a name found in the text
	At          time.Time // when the state was set
}

// Hides says whether the complaint is hidden from the person.
func (a About) Hides(p Person) bool { return a.State != AboutDropped && p.Is(a.Staff) }

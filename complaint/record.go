package complaint

import (
	"slices"
	"time"
)

// Record is what staff add to a complaint (DOMAIN, What a record holds). A complaint
// that nobody has worked on has none: the zero Record stands for it.
type Record struct {
	ComplaintID string
	Version     int       // counts the acts of people on the complaint; 0 before the first
	UpdatedAt   time.Time // of the last act; zero before the first
	UpdatedBy   string    // who did it

	Owner    string // name of the person who has it; empty: nobody
	Team     string // free word; may be empty
	Category Category
	Account  string // the customer's account number; may be empty
	Building string // may be empty
	Room     string // may be empty

	Remedy       string // what the customer would like us to do; may be empty
	RootCause    string // what caused the problem (P2); a formal response needs it
	Result       Result
	RedressKind  string // e.g. "refund", "credit", "apology"; may be empty
	RedressPence int    // amount in pence, 0 for none
	Lesson       string // what we learn from it (P7); may be empty
	LessonOwner  string // who sees to it
	LessonDue    string // day, 2006-01-02; empty for none
	LessonDone   string // day on which it was done, 2006-01-02; empty while open

	Vulnerable     bool   // a vulnerable customer: treated with more time and care
	Representative string // who speaks for the customer: e-mail address or name; may be empty
	Authority      string // how the representative's authority was shown; empty: not shown

	PersonalData Ruling // whether it is about the customer's personal data (P10)
	Conduct      Ruling // whether conduct was inappropriate (P6)

	RespondedBy string // who wrote the formal response
	// Responders are all who had a hand in a formal response that was sent: who wrote it or
	// at it, who gave it back or let it go. They do not review it (P15). Once the decision of
	// a review is contested, so are those of Reviewers.
	Responders []string
	Reviewer   string   // who reviews an escalation or appeal; empty: nobody yet
	Reviewers  []string // all who had a hand in the latest decision of a review
	// ReviewChanged says that a review changed the decision, wholly or partly (P15).
	ReviewChanged bool

	DeadlockAt         time.Time // when deadlock was declared; zero for none
	ReferredAt         time.Time // when the ombudsman took the case up; zero if not
	OmbudsmanReference string    // the ombudsman's own number; may be empty
	DecidedAt          time.Time // day of the ombudsman's decision; zero for none
	OmbudsmanResult    string    // what the ombudsman decided, in a few words

	LegalHold  bool   // nothing of it may be erased
	MergedInto string // ID of the complaint that this one was merged into, while it is merged
	Matter     string // what several complaints have in common, e.g. an outage; may be empty

	ClosedBecause ClosedBecause
}

// Ruling is what a person decided about a question on a complaint.
type Ruling struct {
	State  RulingState
	By     string // who decided
	Reason string
	At     time.Time
}

// RulingState is the answer to a question that a person decides.
type RulingState string

// The states of a Ruling.
const (
	RulingOpen      RulingState = "" // nobody has decided
	RulingConfirmed RulingState = "confirmed"
	RulingDropped   RulingState = "dropped"
)

// Category is what a complaint is about (DOMAIN).
type Category string

// The categories.
const (
	CategoryFault         Category = "fault"         // fault or service
	CategorySpeed         Category = "speed"         //
	CategoryWiFi          Category = "wifi"          // Wi-Fi or device
	CategoryInstallation  Category = "installation"  //
	CategoryBilling       Category = "billing"       //
	CategorySwitching     Category = "switching"     // changing provider
	CategoryStaff         Category = "staff"         // staff conduct
	CategoryPersonalData  Category = "personal_data" //
	CategoryAccessibility Category = "accessibility" //
	CategoryHandling      Category = "handling"      // complaint handling
)

// Categories lists the categories.
func Categories() []Category {
	return []Category{CategoryFault, CategorySpeed, CategoryWiFi, CategoryInstallation, CategoryBilling, CategorySwitching,
		CategoryStaff, CategoryPersonalData, CategoryAccessibility, CategoryHandling}
}

// Result is how a complaint was decided (DOMAIN, "outcome").
type Result string

// The results.
const (
	ResultNone      Result = "" // not decided
	ResultUpheld    Result = "upheld"
	ResultPartly    Result = "partly"
	ResultNot       Result = "not"
	ResultWithdrawn Result = "withdrawn"
)

// Results lists the results that a person may give.
func Results() []Result { return []Result{ResultUpheld, ResultPartly, ResultNot, ResultWithdrawn} }

// ClosedBecause is why a complaint was closed (P15).
type ClosedBecause string

// The reasons to close.
const (
	ClosedSettled   ClosedBecause = "settled"   // the customer said that it is settled
	ClosedQuiet     ClosedBecause = "quiet"     // no word for 28 days after the response
	ClosedWithdrawn ClosedBecause = "withdrawn" // the customer took it back
	ClosedOmbudsman ClosedBecause = "ombudsman" // the ombudsman's case has ended
)

// Case is a complaint with what decides about it: what an act of a person reads and
// changes.
type Case struct {
	Complaint   Complaint
	Record      Record
	Obligations []Obligation
	Abouts      []About
}

// ReviewBroken says whether a review ended without an answer, because the complaint went
// elsewhere, and nothing formal was said since it was asked for.
func ReviewBroken(obs []Obligation) bool {
	said := RespondedAt(obs)
	return slices.ContainsFunc(obs, func(o Obligation) bool { return o.Kind == Review && o.State == Void && o.TriggerAt.After(said) })
}

// Reviewed says whether the latest review has been decided, and the customer told.
func Reviewed(obs []Obligation) bool {
	var last Obligation
	for _, o := range obs {
		if o.Kind == Review && o.Round > last.Round {
			last = o
		}
	}
	return last.State == Met
}

// Contested is the record of a complaint whose answer is contested: those who made the
// decision of the review before, if there was one, answered too.
func Contested(r Record, obs []Obligation) Record {
	if Reviewed(obs) {
		r.Responders, r.Reviewer, r.Reviewers = AddNames(r.Responders, r.Reviewers...), "", nil
	}
	return r
}

// RespondedAt is when the latest formal word was delivered: the response, or the
// decision of a review. Zero while there is none.
func RespondedAt(obs []Obligation) (at time.Time) {
	for _, o := range obs {
		if (o.Kind == Respond || o.Kind == Review) && o.State == Met && o.MetAt.After(at) {
			at = o.MetAt
		}
	}
	return at
}

// Package figures counts what a report tells (DOMAIN, Reports): pure functions over
// what the store lists, so that the report, the console and the tests count alike.
package figures

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"
	"time"

	"ask4.com/skarga/complaint"
)

// Case is what the figures need of one complaint.
type Case struct {
	ID        string
	Reference complaint.Reference
	Channel   complaint.Channel
	Stage     complaint.Stage
	Category  string // "" until staff chose one
	Team      string // may be empty
	RootCause string // P2; "" until found
	Result    string // upheld, partly, not, withdrawn; "" until decided
	Redress   string // kind of redress; may be empty

	RedressPence int64
	ReceivedAt   time.Time
	EndedAt      time.Time // closed, withdrawn, merged or set aside; zero while open
	Changed      bool      // a review changed the decision (P15)
	Joined       bool      // merged, as its message belongs to another complaint or is another's again: it was none of its own
	Lesson       Lesson    // the zero value for none
}

// Promise is what the figures need of one obligation.
type Promise struct {
	ComplaintID string
	Kind        complaint.ObligationKind
	State       complaint.ObligationState
	TriggerAt   time.Time
	Deadline    time.Time
	MetAt       time.Time // zero until met
	BreachedAt  time.Time // when it was broken; zero if it was not
}

// Lesson is what is to be learned, and who sees to it (P7). Days are written
// 2006-01-02; empty for none.
type Lesson struct {
	What, Owner, Due, Done string
}

// Survey is what the figures need of a survey (P7).
type Survey struct {
	ID           string
	Reference    complaint.Reference // of its complaint; empty for one of a campaign
	Source       string              // closure or campaign
	State        string              // invited or skipped
	DecidedAt    time.Time           // when it was invited or skipped
	AnswerBy     time.Time           // later answers do not count; zero for no limit
	AnsweredAt   time.Time           // zero if it was not
	Satisfaction int                 // CSAT, 1 to 5
	Effort       int                 // 1 to 7; 0 if not answered
	StoppedAt    time.Time           // when the person asked for no more surveys
	Lesson       Lesson
}

// Period is a span of time: From is in it, To is not. AsOf is when it is looked at:
// what is due later is not missed yet.
type Period struct {
	From, To, AsOf time.Time
}

func (p Period) holds(t time.Time) bool { return !t.Before(p.From) && t.Before(p.To) }

// end is the last moment that the figures speak of.
func (p Period) end() time.Time {
	if p.AsOf.Before(p.To) {
		return p.AsOf
	}
	return p.To
}

// Count is a number with the complaints behind it, by reference.
type Count struct {
	N          int        `json:"n"`
	References References `json:"references"`
}

// References are a list that is [] in JSON when it is empty.
type References []complaint.Reference

// MarshalJSON writes the list.
func (r References) MarshalJSON() ([]byte, error) {
	return json.Marshal(append([]complaint.Reference{}, r...))
}

// Span is a length of time: hours in JSON, null for none.
type Span time.Duration

// MarshalJSON writes the hours.
func (s Span) MarshalJSON() ([]byte, error) {
	if s == 0 {
		return []byte("null"), nil
	}
	return json.Marshal(math.Round(time.Duration(s).Hours()*1000) / 1000)
}

// UnmarshalJSON reads them.
func (s *Span) UnmarshalJSON(b []byte) error {
	var hours float64
	err := json.Unmarshal(b, &hours)
	*s = Span(hours * float64(time.Hour))
	return err
}

func (c *Count) add(ref complaint.Reference) {
	c.N++
	c.References = append(c.References, ref)
}

// Named is a count of one channel, category or the like.
type Named struct {
	Name string `json:"name"` // "" stands for "not set"
	Count
}

// Balance is the reconciliation: Opening + Received − Ended = Closing.
type Balance struct {
	Opening  Count `json:"opening"`
	Received Count `json:"received"`
	Ended    Count `json:"ended"`
	Closing  Count `json:"closing"`
}

// AddsUp says whether the numbers reconcile.
func (b Balance) AddsUp() bool { return b.Opening.N+b.Received.N-b.Ended.N == b.Closing.N }

// Kept tells how one kind of promise was kept. Late and Missed together are the
// breaches; Void ones stand apart and count for nothing (DESIGN, Outcome): those of what
// was set aside, or was no complaint of its own, and those that were not broken when their
// complaint ended.
type Kept struct {
	Kind   complaint.ObligationKind `json:"kind"`
	Due    Count                    `json:"due"`     // fell due in the period, without the void ones
	OnTime Count                    `json:"on_time"` // met by the deadline
	Late   Count                    `json:"late"`    // met after it
	Missed Count                    `json:"missed"`  // not met at the end of the period
	Void   Count                    `json:"void"`
	// Median and P95 are from receipt to what met the promise, over those that fell
	// due and were met; 0 without any.
	Median Span `json:"median_hours"`
	P95    Span `json:"p95_hours"`
}

// Percent is the share that was kept on time; ok is false when nothing was due.
func (k Kept) Percent() (percent float64, ok bool) { return percentOf(k.OnTime.N, k.Due.N) }

// Ages are the open complaints at the end of the period, by days since receipt.
type Ages struct {
	Young  Count `json:"up_to_28_days"`
	Over28 Count `json:"over_28_days"` // 29 to 42
	Over42 Count `json:"over_42_days"` // the ombudsman's six weeks
}

// Report is all that DOMAIN, Reports, names.
type Report struct {
	From       time.Time `json:"from"`
	To         time.Time `json:"to"` // not in it
	AsOf       time.Time `json:"as_of"`
	Balance    Balance   `json:"balance"`
	Ages       Ages      `json:"open_by_age"`
	Kept       []Kept    `json:"promises"`
	Channels   []Named   `json:"received_by_channel"`
	Categories []Named   `json:"received_by_category"`
	Teams      []Named   `json:"received_by_team"`
	Ends       []Named   `json:"ended_by_stage"`
	Results    []Named   `json:"ended_by_result"`
	Causes     []Named   `json:"root_causes"`
	Responses  Count     `json:"responses"` // formal responses sent in the period
	Appeals    Count     `json:"appeals"`   // reviews asked for in the period
	Changed    Count     `json:"decisions_changed"`
	Owed       Count     `json:"ombudsman_letters_owed"`
	Issued     Count     `json:"ombudsman_letters_issued"`
	Redress    []Paid    `json:"redress"`
	Overdue    Count     `json:"lessons_overdue"` // those of complaints
	Lessons    []Owed    `json:"lessons_owed"`
	Surveys    Surveys   `json:"satisfaction"`
	Days       []Day     `json:"days"`
}

// Paid is redress of one kind over the complaints that ended in the period.
type Paid struct {
	Named
	Pence int64 `json:"pence"`
}

// Owed is a lesson that was not done at the end of the period.
type Owed struct {
	Reference complaint.Reference `json:"reference"` // of its complaint; empty for a survey's
	Survey    string              `json:"survey"`    // ID; empty for a complaint's
	What      string              `json:"what"`
	Owner     string              `json:"owner"` // empty: nobody
	Due       string              `json:"due"`   // day; may be empty
	Overdue   bool                `json:"overdue"`
}

// Surveys are those of the period, all together and by month.
type Surveys struct {
	Tally
	Months []Month `json:"months"`
}

// Month are the surveys of a calendar month.
type Month struct {
	Month string `json:"month"` // 2006-01, in the zone of Period.From
	Tally
}

// Tally counts surveys: invitations by when they were decided about, answers by when
// they were given.
type Tally struct {
	Invited   int `json:"invited"`
	Skipped   int `json:"skipped"` // not asked, by the rules of P7
	Stopped   int `json:"stopped"` // asked for no more surveys
	N         int `json:"n"`       // answered
	Satisfied int `json:"satisfied"`
	EffortSum int `json:"effort_sum"`
	EffortN   int `json:"effort_n"`
	// The complaints behind the numbers. Surveys of a campaign have none, so that there
	// may be fewer.
	InvitedOf   []complaint.Reference `json:"invited_references"`
	SkippedOf   []complaint.Reference `json:"skipped_references"`
	StoppedOf   []complaint.Reference `json:"stopped_references"`
	AnsweredOf  []complaint.Reference `json:"answered_references"`
	SatisfiedOf []complaint.Reference `json:"satisfied_references"`
}

// Percent is the share of satisfied answers (CSAT).
func (s Tally) Percent() (float64, bool) { return percentOf(s.Satisfied, s.N) }

// Effort is the mean effort, 1 to 7.
func (s Tally) Effort() (float64, bool) {
	if s.EffortN == 0 {
		return 0, false
	}
	return float64(s.EffortSum) / float64(s.EffortN), true
}

// Day is one calendar day of the period, for charts.
type Day struct {
	Date     string `json:"date"` // 2006-01-02, in the zone of Period.From
	Received int    `json:"received"`
	Ended    int    `json:"ended"`
}

// AppealRate is appeals in percent of responses.
func (r Report) AppealRate() (float64, bool) { return percentOf(r.Appeals.N, r.Responses.N) }

func percentOf(part, whole int) (float64, bool) {
	if whole == 0 {
		return 0, false
	}
	return 100 * float64(part) / float64(whole), true
}

// quantile is the q-th part of sorted values, by the nearest rank.
func quantile(sorted []time.Duration, q float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	rank := int(q*float64(len(sorted)) + 0.999999)
	return sorted[min(max(rank, 1), len(sorted))-1]
}

// groups counts by name, the largest first.
type groups map[string]*Count

func (g groups) add(name string, ref complaint.Reference) {
	if g[name] == nil {
		g[name] = &Count{}
	}
	g[name].add(ref)
}

func (g groups) list() []Named {
	out := []Named{}
	for name, c := range g {
		out = append(out, Named{name, *c})
	}
	slices.SortFunc(out, func(a, b Named) int { return cmp.Or(b.N-a.N, cmp.Compare(a.Name, b.Name)) })
	return out
}

package complaint

import (
	"fmt"
	"slices"
	"strings"
)

// Cause is what moves a complaint from one stage to another.
type Cause string

// The causes.
const (
	ByPerson   Cause = "a person"   // with a reason
	ByDelivery Cause = "a delivery" // the message that the stage waits for was delivered
	ByClock    Cause = "the clock"  // time alone
)

// Transition is one row of the table of stages.
type Transition struct {
	From, To Stage
	By       Cause
	How      string // what does it, in words that complete "possible is …"
}

// transitions is the life of a complaint (P12-P16). What is not in it is refused.
var transitions = build(
	rows(ByDelivery, StageAcknowledged, "sending the acknowledgement", StageReceived),
	rows(ByDelivery, StageInvestigation, "sending an update", StageReceived, StageAcknowledged),
	rows(ByPerson, StageInvestigation, "beginning the investigation", StageAcknowledged),
	rows(ByDelivery, StageResponded, "sending the formal response", StageReceived, StageAcknowledged, StageInvestigation),
	rows(ByPerson, StageReview, "taking up an escalation or appeal", StageResponded, StageClosed),
	rows(ByDelivery, StageResponded, "sending the decision of the review", StageReview),
	rows(ByPerson, StageOmbudsman, "recording that the ombudsman took the case up", StageAcknowledged, StageInvestigation, StageResponded, StageReview, StageClosed),
	rows(ByPerson, StageResponded, "recording that the ombudsman gave the case back", StageOmbudsman),
	rows(ByClock, StageClosed, "closing it when nothing was said for the days that the policy gives", StageResponded, StageOmbudsman),
	rows(ByPerson, StageClosed, "closing it because the customer says that it is settled", StageResponded, StageOmbudsman),
	rows(ByPerson, StageInvestigation, "reopening it", StageClosed, StageWithdrawn, StageOmbudsman),
	rows(ByPerson, StageWithdrawn, "recording that the customer withdrew it", running...),
	rows(ByPerson, StageMerged, "merging it into another", running...),
	rows(ByPerson, StageSetAside, "setting its arrival aside", running...),
	rows(ByPerson, StageReceived, "undoing that", StageSetAside, StageMerged),
)

// running are the stages that have not ended.
var running = []Stage{StageReceived, StageAcknowledged, StageInvestigation, StageResponded, StageReview, StageOmbudsman}

func rows(by Cause, to Stage, how string, from ...Stage) (out []Transition) {
	for _, f := range from {
		out = append(out, Transition{f, to, by, how})
	}
	return out
}

func build(parts ...[]Transition) []Transition { return slices.Concat(parts...) }

// Transitions lists the whole table.
func Transitions() []Transition { return slices.Clone(transitions) }

// Stages lists the stages in the order of a life.
func Stages() []Stage {
	return append(slices.Clone(running), StageClosed, StageWithdrawn, StageMerged, StageSetAside)
}

// Ended says whether a complaint at this stage has ended. Closed and withdrawn ones
// may be reopened.
func (s Stage) Ended() bool { return !slices.Contains(running, s) }

// ParseStage reads the name of a stage; an unknown one is an error that lists those
// there are.
func ParseStage(s string) (Stage, error) {
	word := Stage(strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(strings.TrimSpace(s))))
	var names []string
	for _, st := range Stages() {
		if st == word {
			return st, nil
		}
		names = append(names, string(st))
	}
	return "", fmt.Errorf("complaint: no stage %q; there are %s", s, strings.Join(names, ", "))
}

// Move says whether a complaint may go from one stage to another by a cause. The
// error gives the reason and what is possible instead.
func Move(from, to Stage, by Cause) error {
	var same, possible []string
	for _, t := range transitions {
		if t.From != from {
			continue
		}
		if t.To == to && t.By == by {
			return nil
		}
		if t.To == to {
			same = append(same, fmt.Sprintf("%s does that, by %s", t.By, t.How))
		}
		if t.By == by {
			possible = append(possible, fmt.Sprintf("%s (%s)", t.To, t.How))
		}
	}
	why := fmt.Sprintf("complaint: a complaint does not go from %s to %s by %s", from, to, by)
	if from == to {
		why = fmt.Sprintf("complaint: it is at the stage %s already", from)
	}
	if len(same) > 0 {
		why += "; " + strings.Join(same, "; ")
	}
	if len(possible) == 0 {
		return fmt.Errorf("%s; nothing is possible from here by %s", why, by)
	}
	return fmt.Errorf("%s; possible is %s", why, strings.Join(possible, ", "))
}

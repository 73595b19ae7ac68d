package complaint_test

import (
	"strings"
	"testing"

	"ask4.com/skarga/complaint"
)

// TestEveryMoveIsInTheTableOrRefusedWithWhatIsPossible walks all pairs of stages.
func TestEveryMoveIsInTheTableOrRefusedWithWhatIsPossible(t *testing.T) {
	t.Parallel()
	causes := []complaint.Cause{complaint.ByPerson, complaint.ByDelivery, complaint.ByClock}
	allowed := map[complaint.Transition]bool{}
	for _, tr := range complaint.Transitions() {
		tr.How = ""
		if allowed[tr] {
			t.Errorf("%+v stands in the table twice", tr)
		}
		allowed[tr] = true
	}
	for _, from := range complaint.Stages() {
		for _, to := range complaint.Stages() {
			for _, by := range causes {
				err := complaint.Move(from, to, by)
				if allowed[complaint.Transition{From: from, To: to, By: by}] != (err == nil) {
					t.Errorf("%s to %s by %s: %v", from, to, by, err)
				}
				if err != nil && !strings.Contains(err.Error(), "possible") {
					t.Errorf("does not say what is possible: %v", err)
				}
			}
		}
	}
}

func TestStagesThatNobodyMayReachByHand(t *testing.T) {
	t.Parallel()
	for to, says := range map[complaint.Stage]string{complaint.StageAcknowledged: "sending the acknowledgement", complaint.StageResponded: "possible is"} {
		err := complaint.Move(complaint.StageReceived, to, complaint.ByPerson)
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("received to %s by hand: %v", to, err)
		}
	}
	if err := complaint.Move(complaint.StageInvestigation, complaint.StageClosed, complaint.ByClock); err == nil {
		t.Error("the clock closes what was not answered")
	}
}

func TestStageNames(t *testing.T) {
	t.Parallel()
	for _, s := range complaint.Stages() {
		if got, err := complaint.ParseStage(" " + strings.ToUpper(strings.ReplaceAll(string(s), "_", "-"))); got != s || err != nil {
			t.Errorf("%s reads as %s, %v", s, got, err)
		}
	}
	if _, err := complaint.ParseStage("done"); err == nil || !strings.Contains(err.Error(), "investigation") {
		t.Errorf("an unknown stage: %v", err)
	}
}

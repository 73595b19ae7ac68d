package complaint_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"ask4.com/skarga/complaint"
)

// TestDiagramIsTheTable compares the diagram of docs/flow.md with the table of stages.
func TestDiagramIsTheTable(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../docs/flow.md")
	if err != nil {
		t.Fatal(err)
	}
	_, diagram, found := strings.Cut(string(text), "stateDiagram-v2")
	diagram, _, closed := strings.Cut(diagram, "```")
	if !found || !closed {
		t.Fatal("docs/flow.md has no stateDiagram-v2")
	}
	words := map[string]complaint.Cause{"person": complaint.ByPerson, "delivery": complaint.ByDelivery, "clock": complaint.ByClock}
	type arrow struct {
		from, to complaint.Stage
		by       complaint.Cause
	}
	drawn := map[arrow]bool{}
	for _, m := range regexp.MustCompile(`(?m)^ *(\w+) --> (\w+): (.+)$`).FindAllStringSubmatch(diagram, -1) {
		for word := range strings.SplitSeq(m[3], ", ") {
			if words[word] == "" {
				t.Errorf("%q is no cause", word)
			}
			for _, s := range complaint.Stages() {
				if string(s) == m[1] || m[1] == "running" && !s.Ended() {
					drawn[arrow{s, complaint.Stage(m[2]), words[word]}] = true
				}
			}
		}
	}
	for _, row := range complaint.Transitions() {
		if a := (arrow{row.From, row.To, row.By}); drawn[a] {
			delete(drawn, a)
		} else {
			t.Errorf("docs/flow.md does not draw %s --> %s by %s", row.From, row.To, row.By)
		}
	}
	for a := range drawn {
		t.Errorf("docs/flow.md draws %s --> %s by %s, which the table has not", a.from, a.to, a.by)
	}
}

package detail

import (
	"fmt"
	"testing"
)

func TestPostcodesReadByOCR(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"Sheffield S10 2TN":          "S10 2TN 0",
		"NG7 1FD":                    "NG7 1FD 0",
		"EC1A 1BB London":            "EC1A 1BB 0",
		"Leeds LS63PQ":               "LS6 3PQ 0",
		"S1O 2TN":                    "S10 2TN 1",
		"$10 2TN":                    "S10 2TN 1",
		"5W19 8JD":                   "SW19 8JD 1",
		"LS6 3P0":                    "", // no letter that looks like 0 may stand there
		"M1A 5RB":                    "M14 5RB 1",
		"CF24 4HY.":                  "CF24 4HY 0",
		"31-154 Kraków":              "31-154 0",
		"3I-154 Kraków":              "31-154 1",
		"0O-575 Warszawa":            "00-575 1",
		"ls6 3pq":                    "LS6 3PQ 1",
		"it has been 10 days":        "",
		"on the 4th day":             "",
		"tel. 07700 900121":          "",
		"on 2026-11-18 at 15:30":     "",
		"Account number: 43352793":   "",
		"reference ASK4-26-EM6MQ-W":  "",
		"we pay £35.00 for 500 Mbit": "",
	} {
		got := ""
		for _, f := range FindPostcodes(line) {
			got += fmt.Sprintf("%s %d", f.Value, f.Slips)
		}
		if got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
}

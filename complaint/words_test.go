package complaint_test

import (
	"strings"
	"testing"

	"ask4.com/skarga/complaint"
)

func TestWordsAreFoldedAsPeopleTypeThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Żółw": "zolw", "ŁÓDŹ i Gdańsk": "lodz i gdansk", "Straße, Ærø": "strasse aero", "zażółć gęślą jaźń": "zazolc gesla jazn",
		"ASK4-26-K7Q2M-4": "ask4 26 k7q2m 4", "emily@student.example": "emily student example", `"; DROP * OR :`: "drop or", "": "", "Ｗｉ－Ｆｉ ﬁne": "wi fi fine",
	} {
		if got := strings.Join(complaint.Words(text), " "); got != want {
			t.Errorf("%q gives %q, want %q", text, got, want)
		}
	}
}

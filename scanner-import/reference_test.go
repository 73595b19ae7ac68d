package scannerimport

import "testing"

func TestMisreadReferencesAreMended(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Your reference: ASK4-26-298FE-Q.":     "ASK4-26-298FE-Q",
		"Your reference: A5K4-26-29BFE-Q.":     "ASK4-26-298FE-Q",
		"Your reference ASK4-Z6-Z98FE-O":       "ASK4-26-298FE-Q",
		"ASKA — 26 — PJFGB - Q":                "ASK4-26-PJF68-Q",
		"Your reference: ASK4-26-298FE-W.":     "", // a wrong check character stays wrong
		"I ask 4 times for 26 days and nobody": "",
	} {
		if got, _, _ := mendReference("ASK4", text); string(got) != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

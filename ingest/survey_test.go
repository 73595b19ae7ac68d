package ingest

import "testing"

// TestP07RatingsAsPeopleWriteThem: a reply that begins with a number answers the survey;
// of one that says more a person reads the rest.
func TestP07RatingsAsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		rating int
		more   bool
	}{
		"5": {5, false}, "4.": {4, false}, "3/5": {3, false}, "Ocena: 4": {4, false}, "5\n\nOlu": {5, false}, "4, thanks!\nOlu Ade": {4, false}, "5 - dziękuję bardzo": {5, false}, "5 stars": {5, false},
		"2 - you were slow": {2, true}, "1\n\nYour engineer never came.": {1, true}, "1!!! Nobody rang me.": {1, true}, "3, bo długo czekałam": {3, true}, "2: too slow": {2, true},
		"2 weeks ago I told you": {0, false}, "3 - 4 days without internet": {0, false}, "3-4 days": {0, false}, "1. Nobody came.\n2. No refund.": {0, false}, "3,5 godziny czekałem": {0, false},
		"2:30 am it went down": {0, false}, "45": {0, false}, "6": {0, false}, "5th floor": {0, false}, "Thanks, 5": {0, false}, "": {0, false}, "1) no refund": {0, false},
	} {
		if n, more := rate(text, "Olu Ade"); n != want.rating || more != want.more {
			t.Errorf("%q is %d, more %v", text, n, more)
		}
	}
}

package wish_test

import (
	"strings"
	"testing"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest/wish"
	"ask4.com/skarga/internal/testcase"
)

// TestP15WishesOfManyHands: replies as different people write them, and what each asks for.
// Those of none.txt deny it, tell of it or only ask about it.
func TestP15WishesOfManyHands(t *testing.T) {
	t.Parallel()
	testcase.Each(t, "testdata/*.txt", func(t *testing.T, text, want string) {
		if got, words := wish.Of("Re: Your complaint", text, ""); got != complaint.Wish(strings.TrimSpace(want)) {
			t.Errorf("%q is %q in %q", text, got, words)
		}
	})
}

package complaint_test

import (
	"slices"
	"strings"
	"testing"

	"ask4.com/skarga/complaint"
)

// TestNearReferences tries what people do to a reference: what they mean is among what it
// may stand for, and of what is only cut it is the only one.
func TestNearReferences(t *testing.T) {
	t.Parallel()
	const signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	for range 100 {
		ref, err := complaint.NewReference("ASK4", 2026)
		if err != nil {
			t.Fatal(err)
		}
		s := string(ref)
		means := func(typed string, cut bool) {
			t.Helper()
			for _, text := range []string{typed, "Re: my complaint " + strings.ToLower(typed) + ", again", "(" + typed + ")", "Numer: " + typed + ".\nProszę o odpowiedź."} {
				near := complaint.NearReferences("ASK4", text)
				if len(near) != 1 || !slices.Contains(near[0].Could, ref) || len(near[0].Could) > 20 || cut && len(near[0].Could) != 1 {
					t.Fatalf("%q: %+v, not %s", text, near, ref)
				}
			}
		}
		means(s[:len(s)-2], true)
		means(s[:len(s)-1], true)
		means(strings.ReplaceAll(s[:len(s)-2], "-", " "), true)
		means(strings.ReplaceAll(s[:len(s)-2], "-", ""), true)
		means(s[len("ASK4-"):], true)
		means("ASK-4-"+s[len("ASK4-"):], true)
		means("ASK 4 "+s[len("ASK4-"):], true)
		means("ASK-"+s[len("ASK4-"):], true)
		means(strings.ReplaceAll(s, "-", "/"), true)
		for i := len("ASK4-"); i < len(s); i++ {
			if s[i] == '-' {
				continue
			}
			for _, c := range signs {
				if byte(c) != s[i] && (i > 6 || c <= '9') {
					means(s[:i]+string(c)+s[i+1:], false)
				}
			}
		}
	}
	for _, text := range []string{
		"", "ASK4", "ASK4-26", "Ask4 2026", "Dear ASK4, 24 hours later nothing works", "I am in room 12 Block C", "account 26345678",
		"ASK4 26 November was bad", "26 Kings Road, S1 4JL", "Call 0114 303 2500 ext 4", "26/11/2026", "2026-11-26 10:30", strings.Repeat("26-", 10000),
	} {
		if near := complaint.NearReferences("ASK4", text); len(near) != 0 {
			t.Errorf("%q: %+v", text, near)
		}
	}
}

func FuzzNearReferences(f *testing.F) {
	f.Add("ASK4-26-K7Q2M")
	f.Add("ask 4 2O k7q2m 4")
	f.Fuzz(func(t *testing.T, s string) {
		for _, n := range complaint.NearReferences("ASK4", s) {
			for _, r := range n.Could {
				if got, err := complaint.ParseReference("ASK4", string(r)); err != nil || got != r {
					t.Fatalf("%q may stand for %s, which does not parse: %v", s, r, err)
				}
			}
		}
	})
}

package mailer_test

import (
	"strings"
	"testing"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/mailer"
)

func TestSlipIsReadBackAndCannotBeMade(t *testing.T) {
	t.Parallel()
	key := func(id, fill string) mailer.Key { return mailer.Key{ID: id, Secret: []byte(strings.Repeat(fill, 32))} }
	old, err := mailer.NewSigner(key("1", "a"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := mailer.NewSigner(key("2", "b"), key("1", "a"))
	if err != nil {
		t.Fatal(err)
	}
	const ref = complaint.Reference("ASK4-26-K7Q2M-4")
	for _, base := range []string{"", "https://complaints.example.org", "https://example.org/skarga/"} {
		for _, signer := range []*mailer.Signer{s, old} { // a key that was rotated away still counts
			code := signer.SlipCode(base, ref)
			if got, ok := s.ParseSlip(code); !ok || got != ref {
				t.Errorf("%q: %q, %v", code, got, ok)
			}
			if got, ok := s.ParseSlip(strings.Replace(code, "K7Q2M", "K7Q2N", 1)); ok {
				t.Errorf("another reference passed: %q", got)
			}
			flipped := code[:len(code)-1] + map[bool]string{true: "3", false: "2"}[code[len(code)-1] == '2']
			if _, ok := s.ParseSlip(flipped); ok {
				t.Errorf("%q passed with a wrong signature", flipped)
			}
		}
	}
	for _, code := range []string{"", string(ref), "https://example.org/s/" + string(ref), "skarga:slip/" + string(ref) + ".2.", "skarga:batch?id=1"} {
		if _, ok := s.ParseSlip(code); ok {
			t.Errorf("%q passed", code)
		}
	}
}

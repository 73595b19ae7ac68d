package complaint_test

import (
	"errors"
	"strings"
	"testing"

	"ask4.com/skarga/complaint"
)

// TestReferenceCatchesErrors tries every single wrong sign and every swap of
// neighbours of many references.
func TestReferenceCatchesErrors(t *testing.T) {
	t.Parallel()
	const signs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	for range 300 {
		ref, err := complaint.NewReference("ASK4", 2026)
		if err != nil {
			t.Fatal(err)
		}
		s := string(ref)
		if got, err := complaint.ParseReference("ask4", " "+strings.ToLower(s)+"\n"); err != nil || got != ref {
			t.Fatalf("%s does not read back: %s, %v", ref, got, err)
		}
		for i := 5; i < len(s); i++ { // behind the prefix, which the reader demands as it is
			if s[i] == '-' {
				continue
			}
			for _, c := range signs {
				if byte(c) == s[i] {
					continue
				}
				if wrong := s[:i] + string(c) + s[i+1:]; isReference(wrong) {
					t.Fatalf("%s reads as right, made from %s", wrong, s)
				}
			}
			j := i + 1
			if j < len(s) && s[j] == '-' {
				j++
			}
			if j < len(s) && s[i] != s[j] {
				b := []byte(s)
				b[i], b[j] = b[j], b[i]
				if isReference(string(b)) {
					t.Fatalf("%s reads as right, made from %s", b, s)
				}
			}
		}
	}
}

func isReference(s string) bool { _, err := complaint.ParseReference("ASK4", s); return err == nil }

func TestReferenceFoundInNoise(t *testing.T) {
	t.Parallel()
	ref, err := complaint.NewReference("ASK4", 2026)
	if err != nil {
		t.Fatal(err)
	}
	s := string(ref)
	for _, subject := range []string{
		"Re: [EXTERNAL] Odp: Your complaint " + s + " (second try!!)",
		"re:" + strings.ToLower(s) + ".",
		"ref " + strings.ReplaceAll(s, "-", " ") + ", please",
		"(" + strings.ReplaceAll(s, "-", "–") + ")",
		"Fwd: " + strings.ReplaceAll(s, "-", ""),
	} {
		found := complaint.FindReferences("ASK4", subject)
		if len(found) != 1 || found[0].Reference != ref {
			t.Errorf("%q: found %v", subject, found)
		}
	}
	for _, subject := range []string{"X" + s, s + "7", "ASK4-26", ""} {
		if found := complaint.FindReferences("ASK4", subject); len(found) != 0 {
			t.Errorf("%q: found %v", subject, found)
		}
	}
}

func TestP11PhoneIsNoChannel(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"phone", "Telephone", " CALL ", "voicemail", "telefon"} {
		c, err := complaint.ParseChannel(s)
		if !errors.Is(err, complaint.ErrPhoneRefused) || c != "" {
			t.Errorf("%q: %q, %v", s, c, err)
		}
	}
	for _, open := range []string{"e-mail", "letter", "online form"} {
		if !strings.Contains(complaint.ErrPhoneRefused.Error(), open) {
			t.Errorf("the refusal does not name the open channel %q", open)
		}
		if _, err := complaint.ParseChannel(open); err != nil {
			t.Errorf("%q is refused: %v", open, err)
		}
	}
	if _, err := complaint.ParseChannel("pigeon"); err == nil || errors.Is(err, complaint.ErrPhoneRefused) {
		t.Errorf("pigeon: %v", err)
	}
}

func FuzzParseReference(f *testing.F) {
	f.Add("ASK4-26-K7Q2M-4")
	f.Add("ask4 26 k7q2m 4")
	f.Fuzz(func(t *testing.T, s string) {
		for _, r := range complaint.FindReferences("ASK4", s) {
			if got, err := complaint.ParseReference("ASK4", string(r.Reference)); err != nil || got != r.Reference {
				t.Fatalf("found %s in %q, which does not parse: %v", r.Reference, s, err)
			}
		}
	})
}

package imap

import (
	"strings"
	"testing"

	"ask4.com/skarga/internal/testserver"
)

// TestCheckTellsWhichRightIsMissing: on a server with access control lists each thing
// that the poller does may be forbidden for itself.
func TestCheckTellsWhichRightIsMissing(t *testing.T) {
	t.Parallel()
	d := testserver.Dovecot(t,
		"INBOX user=blind l", "INBOX user=reader lr", "INBOX user=marker lrwst", "INBOX user=mover lrwstei",
		"Skarga/Done user=noinsert lr", "* user=nofolder lrwstei", "INBOX user=nofolder lrwstei")
	for name, c := range map[string]struct {
		user, part string // part is the one that fails; "" for none
		exclusive  bool
		words      []string
	}{
		"may do all":                 {"anybody", "", true, nil},
		"may not read":               {"blind", "mailbox", false, []string{"right to read"}},
		"reads":                      {"reader", "", false, nil},
		"only reads, but is to move": {"reader", "rights", true, []string{"mark messages as deleted, remove them", `"te" in INBOX`, "set exclusive to false"}},
		"may not expunge":            {"marker", "rights", true, []string{"may not remove them", `"e" in INBOX`}},
		"moves":                      {"mover", "", true, nil},
		"may not insert":             {"noinsert", "rights", true, []string{"Skarga/Done: the user may not put messages there", `"i" in Skarga/Done`}},
		"may not make the folder":    {"nofolder", "done folder", true, []string{"right to make folders"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := options(t, d.Addr)
			o.User, o.Exclusive = c.user, c.exclusive
			var failed []CheckResult
			for _, r := range Check(t.Context(), o) {
				if !r.OK {
					failed = append(failed, r)
				}
			}
			if c.part == "" {
				if failed != nil {
					t.Errorf("fails: %+v", failed)
				}
				return
			}
			if len(failed) != 1 || failed[0].Part != c.part {
				t.Fatalf("fails: %+v, want %s", failed, c.part)
			}
			for _, w := range c.words {
				if !strings.Contains(failed[0].Detail+" "+failed[0].Cure, w) {
					t.Errorf("%+v does not say %q", failed[0], w)
				}
			}
		})
	}
}

package complaint_test

import (
	"testing"

	"ask4.com/skarga/complaint"
)

// TestANameStandsOnTheAddressToo names a customer otherwise.
func TestANameStandsOnTheAddressToo(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct{ was, address, now, want string }{
		"another spelling":      {"Emily Clark", "Emily Clark\n12 High St", "Emilie Clarke", "Emilie Clarke\n12 High St"},
		"nobody was named":      {"", "\n12 High St\nLeeds", "Emily Clark", "Emily Clark\n12 High St\nLeeds"},
		"somebody else's":       {"Emily Clark", "The resident\n12 High St", "Emma Clarke", "The resident\n12 High St"},
		"there is no address":   {"", "", "Emily Clark", ""},
		"the name was no name":  {"Leeds Court", "Leeds Court\n12 High St", "", "\n12 High St"},
		"the address has none":  {"Emily Clark", "12 High St\nLeeds", "Emma Clarke", "12 High St\nLeeds"},
		"written in other case": {"Emily Clark", "EMILY CLARK\n12 High St", "Emma Clarke", "Emma Clarke\n12 High St"},
	} {
		c := complaint.Complaint{CustomerName: tc.was, PostalAddress: tc.address}
		if c.Rename(tc.now); c.CustomerName != tc.now || c.PostalAddress != tc.want {
			t.Errorf("%s: %q at %q, want %q", name, c.CustomerName, c.PostalAddress, tc.want)
		}
	}
}

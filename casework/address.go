package casework

import (
	"context"
	"errors"
	"strings"

	"ask4.com/skarga/complaint"
)

// ErrAddress is returned for a postal address that no letter can go to.
var ErrAddress = errors.New("casework: the address is not complete; it needs a name, a street and a town with its postcode, a line each")

// SetAddress gives a complaint the postal address that a person confirms (DOMAIN,
// Post), and answers it by letter from then on. needs "" leaves what is known.
func (o *Office) SetAddress(ctx context.Context, a Acting, lines []string, needs complaint.Need) error {
	return o.act(ctx, a, complaint.ActEdit, "address set", func(_ context.Context, d *desk) error {
		d.Complaint.PostalAddress, d.Complaint.PostalConfirmed, d.Complaint.ReplyBy = strings.Join(lines, "\n"), true, complaint.ByLetter
		if needs != "" {
			d.Complaint.Needs = needs
		}
		if len(d.Complaint.PostalLines()) < 3 {
			return ErrAddress
		}
		return nil
	})
}

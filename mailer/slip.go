package mailer

import (
	"regexp"
	"strings"

	"ask4.com/skarga/complaint"
)

// useSlip is the use of a key for what is printed on paper.
const useSlip = "slip"

// slipMAC is the length of a slip's signature: 80 bits, in 16 signs.
const slipMAC = 16

// slipToken is a signed reference: REFERENCE.KEY.SIGNATURE.
var slipToken = regexp.MustCompile(`([0-9A-Z]+(?:-[0-9A-Z]+){3})\.([0-9A-Za-z]{1,8})\.([2-7A-Za-z]{16})(?:[^0-9A-Za-z.]|$)`)

// SlipCode is the text of the QR code on a reply slip. With the address of our web
// pages it is a link that opens the one complaint for who holds the letter; without,
// it is for our own scanner alone. base ends without a slash; it may be empty.
func (s *Signer) SlipCode(base string, ref complaint.Reference) string {
	k := s.keys[0]
	token := string(ref) + "." + k.ID + "." + macText(k, useSlip, string(ref), slipMAC)
	if base == "" {
		return "skarga:slip/" + token
	}
	return strings.TrimRight(base, "/") + "/s/" + token
}

// ParseSlip reads the reference from the text of a code on a reply slip. ok is false
// for any that we did not sign: anybody can print a QR code.
func (s *Signer) ParseSlip(code string) (ref complaint.Reference, ok bool) {
	m := slipToken.FindStringSubmatch(strings.TrimSpace(code))
	if m == nil || !s.valid(useSlip, m[1], m[2], strings.ToLower(m[3]), slipMAC) {
		return "", false
	}
	return complaint.Reference(m[1]), true
}

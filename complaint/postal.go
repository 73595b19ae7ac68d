package complaint

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// The window of an envelope shows so many lines of so many letters, in the smallest
// print that a sorting machine reads.
const (
	windowLines = 8
	windowLine  = 38
)

// CanPost says whether a letter may be sent: to an address that a letter can go to and
// that was not only read off a scan (DOMAIN, Post).
func (c Complaint) CanPost() bool { return c.PostFault() == "" }

// PostFault says why no letter may be sent, "" if one may.
func (c Complaint) PostFault() string {
	switch fault := c.AddressFault(); {
	case fault != "" || c.PostalConfirmed:
		return fault
	case c.PostalReturned != "":
		return "a letter to the postal address came back on " + c.PostalReturned + ": confirm another address, or answer by e-mail"
	}
	return "nobody has confirmed the postal address"
}

// ConfirmedName is the customer's name where somebody other than its writer stands for it:
// it is on the first line of a postal address that a person or the directory confirmed, or a
// code of ours. "" for one that was only read, or typed into a form by whoever it was.
func (c Complaint) ConfirmedName() string {
	lines := c.PostalLines()
	if c.Channel == ChannelForm || !c.PostalConfirmed || len(lines) == 0 || Fold(lines[0]) != Fold(c.CustomerName) {
		return ""
	}
	return c.CustomerName
}

// Rename gives the customer another name, also on the postal address where it had the old
// one.
func (c *Complaint) Rename(name string) {
	lines := strings.Split(c.PostalAddress, "\n")
	if c.PostalAddress != "" && Fold(lines[0]) == Fold(c.CustomerName) { // an empty line where nobody was named
		lines[0] = name
		c.PostalAddress = strings.Join(lines, "\n")
	}
	c.CustomerName = name
}

// WaitsForAddress says whether nothing can leave before somebody says where letters go.
func (c Complaint) WaitsForAddress() bool {
	return c.ReplyBy == ByLetter && !c.CanPost() && c.ClosedAt.IsZero()
}

// AddressFault says what keeps letters from going to the postal address, "" if nothing
// does.
func (c Complaint) AddressFault() string {
	lines := c.PostalLines()
	if len(lines) < 3 {
		return "the postal address is not complete; it needs a name, a street and a town with its postcode, a line each"
	}
	n := 0
	for _, l := range lines {
		n += len(WrapAddress(l, windowLine))
	}
	if n > windowLines {
		return fmt.Sprintf("the postal address is too long for the window of an envelope, which shows %d lines of %d letters; it must be made shorter", windowLines, windowLine)
	}
	return ""
}

// PostalLines are the lines of the postal address, without empty ones.
func (c Complaint) PostalLines() []string {
	var lines []string
	for line := range strings.SplitSeq(c.PostalAddress, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// WrapAddress divides a line of an address at its blanks into lines of so many letters;
// a longer word is divided too.
func WrapAddress(line string, most int) (lines []string) {
	for _, word := range strings.Fields(line) {
		last := len(lines) - 1
		if last >= 0 && utf8.RuneCountInString(lines[last])+1+utf8.RuneCountInString(word) <= most {
			lines[last] += " " + word
			continue
		}
		for r := []rune(word); len(r) > 0; {
			n := min(most, len(r))
			lines, r = append(lines, string(r[:n])), r[n:]
		}
	}
	return lines
}

package ingest

import (
	"slices"
	"strings"

	"ask4.com/skarga/complaint"
)

// recipient is where an answer goes: Reply-To when the judgement let it pass, else
// the sender; for mail that a colleague forwarded, the customer.
func (w *work) recipient() string {
	if p := w.read.Paper; p != nil && p.from.sure && p.from.replyBy == complaint.ByEmail {
		return p.from.Email
	}
	m := w.read.Message
	if m == nil || w.byLetter() {
		return ""
	}
	if j := w.read.Judgement; j.ForwardedBy {
		return j.ForwardedAuthor.Address
	}
	for _, a := range m.ReplyTo {
		if strings.Contains(a.Address, "@") {
			return a.Address
		}
	}
	return sender(m).Address
}

// byLetter says whether the customer asked for post on the form.
func (w *work) byLetter() bool {
	return w.read.Form != nil && w.read.Form.ReplyBy == complaint.ByLetter
}

// parties are the people whose later mail may join the complaint.
func parties(comp complaint.Complaint, w *work) []complaint.Party {
	var list []complaint.Party
	for _, address := range []string{comp.CustomerAddress, w.recipient()} {
		folded := complaint.FoldAddress(address)
		if folded == "" || slices.ContainsFunc(list, func(p complaint.Party) bool { return p.Address == folded }) {
			continue
		}
		list = append(list, complaint.Party{ComplaintID: comp.ID, Address: folded, Role: "customer"})
	}
	return list
}

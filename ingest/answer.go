package ingest

import (
	"ask4.com/skarga/complaint"
)

// render makes one kind of answer.
type render func(comp complaint.Complaint, obligations []complaint.Obligation, in Incoming, recipient string) (complaint.Delivery, error)

// queue renders an answer to an arrival and ties it to the acknowledge promise.
// The text is fixed now: what is sent later is what is stored (DESIGN,
// Delivery).
func (c *conclusion) queue(comp complaint.Complaint, obligations []complaint.Obligation, w *work, recipient string, r render) (*complaint.Delivery, error) {
	in := Incoming{MessageID: w.arrival.MessageID, Subject: w.arrival.Subject, Limit: c.in.MaxSize}
	if m := w.read.Message; w.read.Form != nil || w.read.Paper != nil {
		in = Incoming{Compared: w.compared} // there is no message in the customer's mail program to answer to
	} else if m != nil {
		in.MessageID, in.References = m.MessageID, m.References
	}
	d, err := r(comp, obligations, in, recipient)
	if err != nil {
		return nil, err
	}
	c.acked[complaint.FoldAddress(recipient)]++
	return &d, nil
}

// acknowledgement renders the first reply (P12) and notes on the promises the
// dates that it tells, which they may never pass.
func (c *conclusion) acknowledgement(comp complaint.Complaint, obligations []complaint.Obligation, in Incoming, recipient string) (complaint.Delivery, error) {
	update, respond, err := c.in.Rules.NextDates(obligations, c.now)
	if err != nil {
		return complaint.Delivery{}, err
	}
	d, err := c.in.answers.Acknowledgement(comp, Told{update, respond}, in, recipient)
	if err != nil {
		return complaint.Delivery{}, err
	}
	for i := range obligations {
		switch o := &obligations[i]; {
		case o.Round != 1:
		case o.Kind == complaint.Acknowledge:
			d.ObligationID = o.ID
		case o.Kind == complaint.Update:
			o.ToldAt = update
		case o.Kind == complaint.Respond:
			o.ToldAt = respond
		}
	}
	return d, nil
}

// tooLarge asks for the message to be sent another way. It keeps no promise:
// a person still acknowledges the complaint.
func (c *conclusion) tooLarge(comp complaint.Complaint, _ []complaint.Obligation, in Incoming, recipient string) (complaint.Delivery, error) {
	return c.in.answers.TooLarge(comp, in, recipient)
}

package casework

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

// queue stores a delivery and notes it for the history.
func (d *desk) queue(out complaint.Delivery) {
	d.tx.CreateDelivery(out)
	if out.MessageID != "" {
		d.tx.CreateMessageIDs(d.Complaint.ID, out.MessageID)
	}
	d.note["template"], d.note["delivery"], d.note["to"] = out.Kind, out.ID, cmp.Or(out.Recipient, out.Postal)
}

// settle says that a delivery answers all messages of the customer that wait.
func (d *desk) settle(ctx context.Context, deliveryID string) error {
	waiting, err := d.waiting(ctx)
	for _, r := range waiting {
		r.DeliveryID, r.SettledAt, r.SettledBy = deliveryID, d.now, d.who.Name
		d.tx.SetCustomerReply(r)
	}
	return err
}

// waiting are the customer's messages that nobody has answered.
func (d *desk) waiting(ctx context.Context) ([]complaint.CustomerReply, error) {
	replies, err := d.tx.CustomerReplies(ctx, []string{d.Complaint.ID})
	if err != nil || len(replies) == 0 {
		return nil, err
	}
	sent, err := d.tx.DeliveriesOf(ctx, d.Complaint.ID)
	return complaint.View{Replies: replies, Deliveries: sent}.Waiting(), err
}

// thread is the place of our next message in the correspondence: behind the last one
// that the customer wrote or got, so that mail programs show one conversation.
func (d *desk) thread(ctx context.Context) (Thread, error) {
	type item struct {
		id string
		at time.Time
	}
	arrivals, err := d.tx.ArrivalsOf(ctx, d.Complaint.ID)
	if err != nil {
		return Thread{}, err
	}
	var items []item
	for _, a := range arrivals {
		joined := a.Outcome == complaint.ToComplaint || a.Outcome == complaint.Correspondence
		if joined && a.MessageID != "" && !strings.HasSuffix(a.MessageID, "@no-message-id") {
			items = append(items, item{a.MessageID, a.ArrivedAt})
		}
	}
	sent, err := d.tx.DeliveriesOf(ctx, d.Complaint.ID)
	if err != nil {
		return Thread{}, err
	}
	for _, m := range sent {
		if m.MessageID != "" && m.Status == complaint.Sent {
			items = append(items, item{m.MessageID, m.SentAt})
		}
	}
	slices.SortStableFunc(items, func(a, b item) int { return a.at.Compare(b.at) })
	t := Thread{To: recipient(d.Case)}
	for i, it := range items {
		if i == len(items)-1 {
			t.InReplyTo = it.id
			break
		}
		t.References = append(t.References, it.id)
	}
	return t, nil
}

// Subject is the subject under which a message leaves in the conversation: that of the
// correspondence, or its own where there is none or the message stands alone.
func (t Thread) Subject(kind templates.Kind, c complaint.Complaint, own string) string {
	if c.Channel == complaint.ChannelForm {
		return own // the form asks for none: ours begins the thread
	}
	if subject := templates.ReplySubject(c.Subject, c.Reference); subject != "" && t.InReplyTo != "" && !kind.Alone {
		return subject
	}
	return own
}

// recipient is who is written to by e-mail: the representative, once authority was
// shown, else the customer.
func recipient(c complaint.Case) string { return cmp.Or(spokesperson(c), c.Complaint.CustomerAddress) }

// spokesperson is the e-mail address of the representative, once authority was shown;
// empty for none.
func spokesperson(c complaint.Case) string {
	if r := c.Record.Representative; strings.Contains(r, "@") && c.Record.Authority != "" {
		return r
	}
	return ""
}

package casework

import (
	"context"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

// NotNow is a message that cannot be written on a complaint as it stands.
type NotNow struct {
	Kind templates.Kind
	Why  error
}

// Possible divides the messages that people send into those that can be written on a
// complaint now and those that cannot.
func (o *Office) Possible(ctx context.Context, a Acting) (now []templates.Kind, not []NotNow, err error) {
	err = o.store.InTx(ctx, func(tx Tx) error {
		d, err := o.sit(ctx, tx, a, complaint.ActReply)
		if err != nil {
			return err
		}
		for _, k := range Kinds() {
			if _, why := d.message(ctx, Answer{Kind: k.Name}, a.Who); why != nil {
				not = append(not, NotNow{k, why})
			} else {
				now = append(now, k)
			}
		}
		return nil
	})
	return now, not, o.nearby(ctx, a.Who, a.Ref, err)
}

// Kinds lists the messages that people send, in the order of a complaint's life.
func Kinds() (list []templates.Kind) {
	for _, k := range templates.Kinds() {
		if _, ok := kinds[k.Name]; ok {
			list = append(list, k)
		}
	}
	return list
}

package casework

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

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
		now, not = d.possible(ctx)
		return nil
	})
	return now, not, named(a.Ref, err)
}

func (d *desk) possible(ctx context.Context) (now []templates.Kind, not []NotNow) {
	for _, k := range Kinds() {
		if _, why := d.message(ctx, Answer{Kind: k.Name}, d.who); why != nil {
			not = append(not, NotNow{k, why})
		} else {
			now = append(now, k)
		}
	}
	return now, not
}

// ErrTemplate is wrapped by errors about a template that people do not send: wrong use.
var ErrTemplate = errors.New("casework: nothing is written")

// KindNamed gives the message that people send under a name; an unknown one is an error
// that lists those there are, the nearest first.
func KindNamed(name string) (templates.Kind, error) {
	var names []string
	for _, k := range Kinds() {
		if k.Name == name {
			return k, nil
		}
		names = append(names, k.Name)
	}
	return templates.Kind{}, unknownKind(name, "there are ", names)
}

// noKind refuses an unknown message, or none, with those that can be written on the
// complaint now.
func (d *desk) noKind(ctx context.Context, name string) error {
	var names []string
	now, _ := d.possible(ctx)
	for _, k := range now {
		names = append(names, k.Name)
	}
	return unknownKind(name, fmt.Sprintf("on %s you can write now ", d.Complaint.Reference), names)
}

// unknownKind names messages, the one most like an unknown name first.
func unknownKind(name, instead string, names []string) error {
	what := fmt.Sprintf("no message is called %q", name)
	if name == "" {
		what = "say which with --template"
	} else {
		slices.SortStableFunc(names, func(a, b string) int { return complaint.Distance(a, name) - complaint.Distance(b, name) })
		if _, err := templates.Find(name); err == nil {
			what = fmt.Sprintf("%q leaves by itself", name)
		}
	}
	return fmt.Errorf("%w: %s; %s%s", ErrTemplate, what, instead, cmp.Or(strings.Join(names, ", "), "none"))
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

package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
	"ask4.com/skarga/web"
)

// bodyHistory is the chain of events that tells who set bodies.
const bodyHistory = "bodies"

// readBodies lays the bodies that managers set over those of the configuration, as of
// now: the next message names them.
func (a *app) readBodies(ctx context.Context) error {
	own, err := a.store.OwnBodies(ctx)
	if err != nil {
		return err
	}
	a.office.useBodies(own)
	return nil
}

// useBodies lays bodies over those of the configuration.
func (o *office) useBodies(own []complaint.OwnBody) {
	list := complaint.LayOver(o.cfg.Outside(), own)
	o.bodies.Store(&list)
}

// holding is the body of a kind that holds today.
func (o *office) holding(kind string) complaint.OwnBody {
	return complaint.Holding(*o.bodies.Load(), kind, o.today())
}

// today is the date where the firm is.
func (o *office) today() string { return o.now().In(o.rules.Location).Format(time.DateOnly) }

// checkBodies stops the start when customers could not be told today of an office that
// they may turn to: messages that must name it would be refused.
func (o *office) checkBodies() error {
	for _, kind := range complaint.BodyKinds() {
		if o.holding(kind).Name == "" {
			return fmt.Errorf("config: bodies: none of the kind %q holds today; one needs a \"from\" that is not in the future", kind)
		}
	}
	return nil
}

// named is a body with the days that it holds, and where that stands.
func named(b complaint.OwnBody) string {
	days, source := cmp.Or(b.From, "always"), "the configuration"
	if b.Until != "" {
		days += " to " + b.Until
	}
	if b.By != "" {
		source = "set by " + b.By + " on " + b.At.Format(time.DateOnly)
	}
	return fmt.Sprintf("%s (%s; %s)", b.Name, days, source)
}

// checkNamed says whom customers are told of today, and when there will be nobody.
func (a *app) checkNamed() (string, error) {
	if kind, day := complaint.Uncovered(*a.office.bodies.Load(), a.office.today()); day != "" {
		return "", fmt.Errorf("from %s on none of the kind %q holds", day, kind)
	}
	var all []string
	for _, kind := range complaint.BodyKinds() {
		all = append(all, kind+": "+named(a.office.holding(kind)))
	}
	return strings.Join(all, ", "), nil
}

// ownBodies changes the bodies. Each change is on record, and counts for what is written
// from then on: what was written keeps what it says.
type ownBodies struct{ *app }

// All lists what is in force, and what was and will be, as of now.
func (o ownBodies) All(ctx context.Context) (list []web.Body, err error) {
	if err := o.readBodies(ctx); err != nil {
		return nil, err
	}
	all, configured := *o.office.bodies.Load(), complaint.LayOver(o.cfg.Outside(), nil)
	for _, b := range all {
		w := web.Body{OwnBody: b, Holds: o.office.holding(b.Kind).Body == b.Body, Configured: complaint.At(configured, b.Kind, b.From).Name != ""}
		if i := slices.IndexFunc(all, func(n complaint.OwnBody) bool { return n.Kind == b.Kind && n.From > b.From }); i >= 0 {
			w.Next = all[i].From // they stand by first day
		}
		list = append(list, w)
	}
	return list, nil
}

// Set adds a body, or changes the one of its kind from the same day on.
func (o ownBodies) Set(ctx context.Context, by string, b complaint.Body, change bool) error {
	for _, text := range []*string{&b.Name, &b.NamePL, &b.URL, &b.Phone, &b.Post} {
		*text = strings.Join(strings.Fields(*text), " ")
	}
	if b.Kind != "ombudsman" {
		b.Months = 0
	}
	if field, why := b.Wrong(); field != "" {
		return fmt.Errorf("%w: %s: %s", casework.ErrField, field, why)
	}
	own := complaint.OwnBody{Body: b, By: by, At: o.now()}
	what := map[bool]string{false: "body added", true: "body changed"}[change]
	return o.note(ctx, what, own, func(tx *store.Tx, was complaint.OwnBody) error {
		switch {
		case !change && b.From == "":
			return fmt.Errorf("%w: from: must not be empty: it is told to customers from that day on", casework.ErrField)
		case !change && was.Name != "":
			return fmt.Errorf("%w: from: %s begins on that day; change it in the list", casework.ErrField, was.Name)
		case change && was.Name == "":
			return fmt.Errorf("%w: from: there is none that begins on that day; somebody took it away", casework.ErrField)
		case change && was.Body == b:
			return fmt.Errorf("%w: name: nothing is changed", casework.ErrField)
		}
		return tx.SetOwnBody(ctx, own)
	})
}

// Drop takes a body away that was set: what the configuration says holds again.
func (o ownBodies) Drop(ctx context.Context, by, kind, from string) error {
	own := complaint.OwnBody{Body: complaint.Body{Kind: kind, From: from}, By: by}
	return o.note(ctx, "body taken away", own, func(tx *store.Tx, was complaint.OwnBody) error {
		ok, err := tx.DeleteOwnBody(ctx, kind, from)
		if err == nil && !ok {
			err = fmt.Errorf("%w: kind: it is none that was set here", casework.ErrField)
		}
		return err
	})
}

// note records a change, with what was in force before, unless it would leave a day
// without a body. Other nodes wait until it is decided.
func (o ownBodies) note(ctx context.Context, what string, own complaint.OwnBody, change func(tx *store.Tx, was complaint.OwnBody) error) error {
	payload := map[string]any{"kind": own.Kind, "from": own.From}
	if own.Name != "" {
		payload["after"] = own.Body
	}
	err := o.record(ctx, complaint.Event{Subject: bodyHistory, Actor: own.By, Kind: what}, payload, func(tx *store.Tx) error {
		inForce := func() ([]complaint.OwnBody, error) {
			own, err := tx.OwnBodies(ctx)
			return complaint.LayOver(o.cfg.Outside(), own), err
		}
		before, err := inForce()
		if err != nil {
			return err
		}
		was := complaint.At(before, own.Kind, own.From)
		if delete(payload, "before"); was.Name != "" {
			payload["before"] = was.Body
		}
		if err := change(tx, was); err != nil {
			return err
		}
		after, err := inForce()
		if err != nil {
			return err
		}
		if kind, day := complaint.Uncovered(after, o.office.today()); day != "" {
			return fmt.Errorf("%w: until: on %s customers could be told of no body of the kind %q; add the next one first", casework.ErrField, day, kind)
		}
		return nil
	})
	if err != nil {
		return err
	}
	o.store.Notify(store.TopicRules)
	return o.readBodies(ctx)
}

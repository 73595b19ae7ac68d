package casework

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"time"

	"ask4.com/skarga/complaint"
)

// ChangedError refuses an act on a complaint that somebody changed since the person
// saw it.
type ChangedError struct {
	Ref complaint.Reference
	By  string
	At  time.Time
}

// Error says who was first; nobody was where the version is one that never was.
func (e *ChangedError) Error() string {
	if e.By == "" {
		return fmt.Sprintf("casework: nobody has worked on %s yet, so that it never had that version; `skarga show %s` shows it as it is", e.Ref, e.Ref)
	}
	return fmt.Sprintf("casework: %s changed meanwhile: %s worked on it at %s; look at it again and repeat what still holds", e.Ref, e.By, e.At.Format("15:04:05 on 2 Jan"))
}

// desk is one act on one complaint in its transaction: the case as it was, and as the
// act leaves it. What differs at the end is written.
type desk struct {
	complaint.Case
	office *Office
	tx     Tx
	who    complaint.Person
	what   complaint.Action
	now    time.Time
	was    complaint.Case
	event  string               // what the history calls it
	note   map[string]any       // for the history, beside before and after
	others []*desk              // further complaints of the same act
	back   []complaint.Delivery // taken back because the complaint ended or went elsewhere
}

// program is who acts when nobody does.
const program = "skarga"

// act runs an act of a person: the way of every one of them. fn changes the case of
// the desk; the event names the act in the history.
func (o *Office) act(ctx context.Context, a Acting, what complaint.Action, event string, fn func(context.Context, *desk) error) error {
	var back []complaint.Delivery
	err := o.store.InTx(ctx, func(tx Tx) error {
		d, err := o.sit(ctx, tx, a, what)
		if err != nil {
			return err
		}
		d.event = event
		if err := fn(ctx, d); err != nil {
			return err
		}
		for _, one := range append(d.others, d) {
			if err := one.write(); err != nil {
				return err
			}
		}
		back = d.back
		return nil
	})
	if err == nil && o.Changed != nil {
		o.Changed()
	}
	if err == nil && a.TakenBack != nil {
		*a.TakenBack = append(*a.TakenBack, back...)
	}
	return named(a.Ref, err)
}

// sit loads a case for a person, if they may do what they want with it.
func (o *Office) sit(ctx context.Context, tx Tx, a Acting, what complaint.Action) (*desk, error) {
	c, found, err := tx.ComplaintByReference(ctx, a.Ref)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, complaint.ErrNoComplaint
	}
	v, err := tx.LockCase(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	if err := o.may(a.Who, what, v); err != nil {
		return nil, err
	}
	if a.Seen != AnyVersion && a.Seen != v.Record.Version {
		return nil, &ChangedError{a.Ref, v.Record.UpdatedBy, v.Record.UpdatedAt.In(o.Rules.Location)}
	}
	return o.desk(tx, a.Who, what, v), nil
}

func (o *Office) desk(tx Tx, who complaint.Person, what complaint.Action, v complaint.Case) *desk {
	was := v
	was.Obligations, was.Abouts = slices.Clone(v.Obligations), slices.Clone(v.Abouts)
	return &desk{Case: v, office: o, tx: tx, who: who, what: what, now: o.Now(), was: was, note: map[string]any{}}
}

// other brings a further complaint into the act, for the same person and purpose.
func (d *desk) other(ctx context.Context, ref complaint.Reference, event string) (*desk, error) {
	e, err := d.office.sit(ctx, d.tx, Acting{Who: d.who, Ref: ref, Seen: AnyVersion}, d.what)
	if err != nil {
		return nil, fmt.Errorf("casework: %s: %w", ref, err)
	}
	e.event = event
	d.others = append(d.others, e)
	return e, nil
}

// program runs what the clock does by itself on a complaint.
func (o *Office) program(ctx context.Context, tx Tx, complaintID, event string, fn func(context.Context, *desk) error) error {
	v, err := tx.LockCase(ctx, complaintID)
	if err != nil {
		return err
	}
	d := o.desk(tx, complaint.Person{Name: program}, "", v)
	d.event = event
	if err := fn(ctx, d); err != nil {
		return err
	}
	return d.write()
}

// write writes what the act changed, and its event with what was before and after.
// An act that changed nothing and notes nothing leaves no trace.
func (d *desk) write() error {
	before, after := map[string]any{}, map[string]any{}
	differ("", d.was.Complaint, d.Complaint, before, after)
	differ("", d.was.Record, d.Record, before, after)
	for i, ob := range d.Obligations {
		var was complaint.Obligation
		if i < len(d.was.Obligations) {
			was = d.was.Obligations[i]
		}
		if was.ID != "" && ob.Same(was) && len(ob.Steps) == len(was.Steps) {
			continue
		}
		if was.ID == "" {
			d.tx.CreateObligation(ob)
		} else {
			d.tx.SetObligation(ob)
		}
		name := fmt.Sprintf("%s %d ", ob.Kind, ob.Round)
		was.Steps, ob.Steps = nil, nil
		differ(name, was, ob, before, after)
	}
	for _, a := range d.Abouts {
		i := slices.IndexFunc(d.was.Abouts, func(b complaint.About) bool { return b.Staff == a.Staff })
		var was complaint.About
		if i >= 0 {
			was = d.was.Abouts[i]
		}
		if was != a {
			d.tx.SetAbout(a)
			differ("about "+a.Staff+" ", was, a, before, after)
		}
	}
	if len(after) == 0 && len(d.note) == 0 {
		return nil
	}
	if d.Complaint != d.was.Complaint {
		d.tx.SetComplaint(d.Complaint)
	}
	d.Record.ComplaintID, d.Record.Version = d.Complaint.ID, d.was.Record.Version+1
	d.Record.UpdatedAt, d.Record.UpdatedBy = d.now, d.who.Name
	d.tx.SetRecord(d.Record)
	c, r := d.Complaint, d.Record
	d.tx.SetText(c.ID, string(c.Reference), c.CustomerName, c.CustomerAddress, c.PostalAddress, c.Subject, c.Summary,
		r.Account, r.Building, r.Room, r.Remedy, r.RootCause, r.Lesson, r.Matter, r.OmbudsmanReference)
	if len(after) > 0 {
		d.note["before"], d.note["after"] = before, after
	}
	payload, err := json.Marshal(d.note)
	if err != nil {
		return fmt.Errorf("casework: event payload: %w", err)
	}
	d.tx.CreateEvent(complaint.Event{ID: complaint.NewID(), Subject: d.Complaint.ID, At: d.now, Actor: d.who.Name, Kind: d.event, Payload: payload})
	return nil
}

// differ notes the fields of two values of one struct that are not equal, those
// within other structs too.
func differ(prefix string, was, now any, before, after map[string]any) {
	a, b := reflect.ValueOf(was), reflect.ValueOf(now)
	for i := range a.NumField() {
		x, y, name := a.Field(i), b.Field(i), prefix+a.Type().Field(i).Name
		switch v := x.Interface().(type) {
		case time.Time:
			if w := y.Interface().(time.Time); !w.Equal(v) {
				before[name], after[name] = v, w
			}
			continue
		}
		if x.Kind() == reflect.Struct {
			differ(name+".", x.Interface(), y.Interface(), before, after)
			continue
		}
		if !reflect.DeepEqual(x.Interface(), y.Interface()) {
			before[name], after[name] = x.Interface(), y.Interface()
		}
	}
}

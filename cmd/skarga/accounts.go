package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/user"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest/detail"
	"ask4.com/skarga/store"
	"ask4.com/skarga/web"
	"ask4.com/skarga/web/door"
)

// staffHistory is the chain of events that tells who changed the staff list.
const staffHistory = "staff"

// rereadLists is how often a node looks whether another one changed the staff list or the
// one-off days, beside the signal of the database.
const rereadLists = time.Minute

// accounts changes who is staff: the commands and the console call the same functions.
// Each change is on record under the name of who made it, and is known at once.
type accounts struct{ *app }

// Colleagues lists the staff: those of the configuration, then those made by hand.
func (a accounts) Colleagues(ctx context.Context) ([]web.Colleague, error) {
	made, err := a.store.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	var list []web.Colleague
	for _, s := range a.cfg.Staff {
		if s.Made {
			continue
		}
		p, err := s.Person()
		if err != nil {
			return nil, err
		}
		c := web.Colleague{Person: p, Configured: true}
		if i := slices.IndexFunc(made, func(acc complaint.Account) bool { return acc.Name == p.Name }); i >= 0 {
			c.Account, c.Closed, c.Recovery = true, made[i].Password == "", len(made[i].Recovery)
		}
		list = append(list, c)
	}
	for _, acc := range made {
		if _, ok := a.configured(acc.Name); !ok && acc.Role != "" {
			list = append(list, web.Colleague{Person: complaint.Person{Name: acc.Name, Aliases: acc.Aliases, Role: acc.Role, Left: acc.Password == ""},
				Account: true, Closed: acc.Password == "", Recovery: len(acc.Recovery)})
		}
	}
	return list, nil
}

// Add makes an account. Role and aliases are those of a person whom the configuration
// does not name, and of no other.
func (a accounts) Add(ctx context.Context, by string, acc complaint.Account) (door.Keys, error) {
	acc.Name = strings.Join(strings.Fields(acc.Name), " ")
	if acc.Name == "" {
		return door.Keys{}, fmt.Errorf("%w: a name is needed", casework.ErrField)
	}
	if person, ok := a.configured(acc.Name); ok {
		if acc.Name = person.Name; acc.Role != "" || len(acc.Aliases) > 0 {
			return door.Keys{}, fmt.Errorf("%w: %s stands in the configuration; role and aliases are changed there", casework.ErrField, acc.Name)
		}
	} else if !slices.Contains(complaint.Roles(), acc.Role) {
		_, err := complaint.ParseRole(string(acc.Role))
		return door.Keys{}, fmt.Errorf("%w: %s is not in the configuration, so a role is needed: %w", casework.ErrField, acc.Name, err)
	}
	all, err := a.store.Accounts(ctx)
	if err != nil {
		return door.Keys{}, err
	}
	if i := slices.IndexFunc(all, func(o complaint.Account) bool { return complaint.Fold(o.Name) == complaint.Fold(acc.Name) }); i >= 0 {
		return door.Keys{}, fmt.Errorf("%w: %s has an account already; `skarga staff reset` gives it new keys", casework.ErrField, all[i].Name)
	}
	acc.CreatedAt = a.now()
	acc, keys, err := door.Fill(acc, a.issuer())
	if err != nil {
		return keys, err
	}
	return keys, a.write(ctx, by, "staff added", acc, map[string]any{"role": acc.Role, "aliases": acc.Aliases})
}

// SetRole gives a person of no configuration another role; their sessions end.
func (a accounts) SetRole(ctx context.Context, by, name string, role complaint.Role) error {
	if p, ok := a.configured(name); ok {
		return fmt.Errorf("%w: the role of %s stands in the configuration; change it there and restart `skarga serve`: the sessions end then", casework.ErrField, p.Name)
	}
	if !slices.Contains(complaint.Roles(), role) {
		_, err := complaint.ParseRole(string(role))
		return fmt.Errorf("%w: %w", casework.ErrField, err)
	}
	acc, err := a.account(ctx, name)
	if err != nil {
		return err
	}
	was := acc.Role
	acc.Role = role
	return a.write(ctx, by, "staff role changed", acc, map[string]any{"before": map[string]any{"role": was}, "after": map[string]any{"role": role}})
}

// SetAliases replaces the other names by which complaints speak of a person (P8).
func (a accounts) SetAliases(ctx context.Context, by, name string, aliases []string) error {
	if p, ok := a.configured(name); ok {
		return fmt.Errorf("%w: the aliases of %s stand in the configuration", casework.ErrField, p.Name)
	}
	acc, err := a.account(ctx, name)
	if err != nil {
		return err
	}
	was := acc.Aliases
	acc.Aliases = aliases
	return a.write(ctx, by, "staff aliases changed", acc, map[string]any{"before": map[string]any{"aliases": strings.Join(was, ", ")}, "after": map[string]any{"aliases": strings.Join(aliases, ", ")}})
}

// Reset gives a person new keys, or a new second factor only; their sessions end. It
// opens an account that was closed, if the whole of its keys is new.
func (a accounts) Reset(ctx context.Context, by, name string, secondOnly bool) (keys door.Keys, err error) {
	acc, err := a.account(ctx, name)
	if err != nil {
		return keys, err
	}
	if secondOnly {
		if acc.Password == "" {
			return keys, fmt.Errorf("%w: the account of %s is closed; all new keys open it", casework.ErrField, acc.Name)
		}
		acc, keys = door.FillSecond(acc, a.issuer())
		return keys, a.write(ctx, by, "staff second factor reset", acc, nil)
	}
	if acc, keys, err = door.Fill(acc, a.issuer()); err != nil {
		return keys, err
	}
	return keys, a.write(ctx, by, "staff keys reset", acc, nil)
}

// Close takes the keys of an account away: its owner cannot sign in any more, and stays
// on the staff list, so that complaints about them are still found (P8).
func (a accounts) Close(ctx context.Context, by, name string) error {
	acc, err := a.account(ctx, name)
	if err != nil {
		return err
	}
	acc.Password, acc.TOTPSecret, acc.Recovery = "", "", nil
	return a.write(ctx, by, "staff account closed", acc, nil)
}

// Remove forgets an account altogether.
func (a accounts) Remove(ctx context.Context, by, name string) error {
	acc, err := a.account(ctx, name)
	if err != nil {
		return err
	}
	return a.note(ctx, by, "staff account removed", acc.Name, nil, func(tx *store.Tx) error { return tx.DeleteAccount(ctx, acc.Name) })
}

// account finds the account of a person.
func (a accounts) account(ctx context.Context, name string) (complaint.Account, error) {
	if p, ok := a.configured(name); ok {
		name = p.Name
	}
	acc, ok, err := a.store.Account(ctx, name)
	if err == nil && !ok {
		err = fmt.Errorf("%w: %s has no account; `skarga staff add` makes one", casework.ErrField, name)
	}
	return acc, err
}

// issuer is the name that one-time code programs show.
func (a accounts) issuer() string { return a.cfg.Firm.Name + " complaints" }

func (a accounts) write(ctx context.Context, by, what string, acc complaint.Account, payload map[string]any) error {
	acc.ChangedAt = a.now()
	return a.note(ctx, by, what, acc.Name, payload, func(tx *store.Tx) error { return tx.SetAccount(ctx, acc) })
}

// note changes an account, ends the sessions of its owner and keeps on record who did
// it, in one transaction.
func (a accounts) note(ctx context.Context, by, what, name string, payload map[string]any, change func(*store.Tx) error) error {
	if payload == nil {
		payload = map[string]any{}
	}
	payload["name"] = name
	err := a.record(ctx, complaint.Event{Subject: staffHistory, Actor: by, Kind: what}, payload, func(tx *store.Tx) error {
		return errors.Join(change(tx), tx.DeleteSessions(ctx, complaint.StaffSession, name))
	})
	if err != nil {
		return err
	}
	a.store.Notify(store.TopicStaff)
	return a.readStaff(ctx)
}

// record writes an event of administration, with what it changed. Changes of one history
// wait for each other, on all nodes: each sees what the one before it left, and may add to
// the payload what it found.
func (a *app) record(ctx context.Context, e complaint.Event, payload map[string]any, change ...func(*store.Tx) error) error {
	e.ID, e.At = complaint.NewID(), a.now()
	return a.store.InTx(ctx, func(tx *store.Tx) (err error) {
		if err := tx.LockHistory(ctx, e.Subject); err != nil {
			return err
		}
		for _, fn := range change {
			if err := fn(tx); err != nil {
				return err
			}
		}
		if e.Payload, err = json.Marshal(payload); err != nil {
			return fmt.Errorf("record %s: %w", e.Kind, err)
		}
		tx.CreateEvent(e)
		return nil
	})
}

// readStaff makes those who look for names, and those who work with them, know the
// staff list as of now (P8).
func (a *app) readStaff(ctx context.Context) error {
	list, err := accounts{a}.Colleagues(ctx)
	if err != nil {
		return err
	}
	var people []complaint.Person
	var names []detail.StaffName
	for _, c := range list {
		people = append(people, c.Person)
		names = append(names, detail.StaffName{Name: c.Name, Aliases: c.Aliases})
	}
	a.reader.SetStaff(names)
	a.scans.SetStaff(names)
	a.cases.SetPeople(people)
	a.intake.SetPeople(people) // last: who asks it finds all of them in texts
	return nil
}

// keepLists reads the staff list, the one-off days and the bodies again when another process may have
// changed them, until ctx ends.
func (a *app) keepLists(ctx context.Context) error {
	staff, rules, tick := a.store.Wake(store.TopicStaff), a.store.Wake(store.TopicRules), time.NewTicker(rereadLists)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-staff:
		case <-rules:
		case <-tick.C:
		}
		if err := errors.Join(a.readStaff(ctx), a.readDays(ctx), a.readBodies(ctx)); err != nil && ctx.Err() == nil {
			a.log.Error("read staff list, calendar and bodies", "err", err)
		}
	}
}

// operator is who runs a command on the machine: a member of staff, or the name of the
// system's user.
func (s *session) operator(a *app) string {
	if p, err := s.person(a); err == nil {
		return p.Name
	}
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "skarga"
}

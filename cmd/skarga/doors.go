package main

import (
	"context"
	"encoding/json"
	"time"

	"ask4.com/skarga/cmd/skarga/config"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
	"ask4.com/skarga/web/door"
)

// doors is the staff's door: local accounts, and the list of who is staff.
type doors struct {
	*door.Door
	app *app
}

// joinStaff adds to the configured staff those who were made by `skarga staff add`.
// Each person stands in one place: a name in both has the role of the configuration.
func (a *app) joinStaff(ctx context.Context) error {
	accounts, err := a.store.Accounts(ctx)
	if err != nil {
		return err
	}
	for _, acc := range accounts {
		if _, ok := a.configured(acc.Name); !ok && acc.Role != "" {
			a.cfg.Staff = append(a.cfg.Staff, config.Staff{Name: acc.Name, Aliases: acc.Aliases, Role: string(acc.Role), Made: true})
		}
	}
	return nil
}

// configured is a member of staff whom the configuration names.
func (a *app) configured(name string) (config.Staff, bool) {
	for _, s := range a.cfg.Staff {
		if !s.Made && complaint.Fold(s.Name) == complaint.Fold(name) {
			return s, true
		}
	}
	return config.Staff{}, false
}

// Person is a member of staff as of now: `skarga staff role` is obeyed at once.
func (d doors) Person(ctx context.Context, name string) (complaint.Person, bool, error) {
	acc, ok, err := d.app.store.Account(ctx, name)
	if err != nil || !ok || acc.Password == "" {
		return complaint.Person{}, false, err // without an account, or with a closed one, there is no way in
	}
	if s, ok := d.app.configured(name); ok {
		p, err := s.Person()
		return p, err == nil, err
	}
	return complaint.Person{Name: acc.Name, Aliases: acc.Aliases, Role: acc.Role}, acc.Role != "", nil
}

// Note keeps on record who signed in or out, or tried to.
func (d doors) Note(ctx context.Context, name, what, network string) error {
	payload, err := json.Marshal(map[string]string{"name": name, "network": network})
	if err != nil {
		return err
	}
	return d.app.store.InTx(ctx, func(tx *store.Tx) error {
		tx.CreateEvent(complaint.Event{ID: complaint.NewID(), Subject: "staff's door", At: d.app.now(), Actor: "skarga", Kind: what, Payload: payload})
		return nil
	})
}

// EndSessions ends all sessions of a person.
func (d doors) EndSessions(ctx context.Context, name string) error {
	return d.app.store.DeleteSessions(ctx, complaint.StaffSession, name)
}

// endChangedRoles ends the sessions of those whose role in the configuration is
// another than when the program last started.
func (a *app) endChangedRoles(ctx context.Context) error {
	for _, s := range a.cfg.Staff {
		if s.Made {
			continue // `skarga staff role` ended them
		}
		key := "role of " + s.Name
		was, err := a.store.Setting(ctx, key)
		if err != nil {
			return err
		}
		if was == s.Role {
			continue
		}
		if err := a.store.DeleteSessions(ctx, complaint.StaffSession, s.Name); err != nil {
			return err
		}
		if err := a.store.SetSetting(ctx, key, s.Role); err != nil {
			return err
		}
	}
	return nil
}

// newDoors makes the staff's door.
func (a *app) newDoors() doors {
	return doors{door.New(a.store, func() time.Time { return a.now() }), a}
}

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/web/door"
)

type staffCmd struct {
	List   staffListCmd   `cmd:"" help:"List the staff, and who can sign in at the web's door."`
	Add    staffAddCmd    `cmd:"" help:"Make an account for a member of staff, and print its keys once."`
	Role   staffRoleCmd   `cmd:"" help:"Change the role of a person made by 'staff add'; their sessions end."`
	Reset  staffResetCmd  `cmd:"" help:"Give a person a new password, one-time secret and recovery codes; their sessions end."`
	Remove staffRemoveCmd `cmd:"" help:"Remove an account; its sessions end."`
}

type staffListCmd struct{}

// listed is a member of staff in a list.
type listedStaff struct {
	Name     string         `json:"name"`
	Role     complaint.Role `json:"role"`
	From     string         `json:"from"`     // "configuration" or "database"
	Account  bool           `json:"account"`  // can sign in
	Recovery int            `json:"recovery"` // recovery codes left
}

// Run lists the staff.
func (staffListCmd) Run(s *session) error {
	a, err := s.open()
	if err != nil {
		return err
	}
	defer a.Close()
	accounts, err := a.store.Accounts(s.ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for _, p := range a.cfg.Staff {
		row := listedStaff{Name: p.Name, Role: complaint.Role(p.Role), From: "configuration"}
		if p.Made {
			row.From = "database"
		}
		if i := slices.IndexFunc(accounts, func(c complaint.Account) bool { return c.Name == p.Name }); i >= 0 {
			row.Account, row.Recovery = true, len(accounts[i].Recovery)
		}
		if s.cli.JSON {
			if err := json.NewEncoder(s.out).Encode(row); err != nil {
				return err
			}
			continue
		}
		door := "no account"
		if row.Account {
			door = fmt.Sprintf("account, %d recovery codes left", row.Recovery)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", row.Name, row.Role, row.From, door)
	}
	return w.Flush()
}

type staffAddCmd struct {
	Name    string   `arg:"" help:"Name, as it stands in the configuration if it stands there."`
	Role    string   `help:"Role of a person whom the configuration does not name: mailroom, support, manager, data protection or auditor." placeholder:"ROLE"`
	Aliases []string `help:"Other names by which complaints speak of the person (P8)." name:"alias" placeholder:"NAME"`
}

// Run makes an account.
func (c staffAddCmd) Run(s *session) error {
	a, err := s.open()
	if err != nil {
		return err
	}
	defer a.Close()
	acc := complaint.Account{Name: strings.Join(strings.Fields(c.Name), " "), Aliases: c.Aliases, CreatedAt: a.now()}
	if person, ok := a.configured(acc.Name); ok {
		if acc.Name = person.Name; c.Role != "" || len(c.Aliases) > 0 {
			return usageError{fmt.Errorf("%s stands in the configuration; role and aliases are changed there", acc.Name)}
		}
	} else if acc.Role, err = complaint.ParseRole(c.Role); err != nil {
		return usageError{fmt.Errorf("%s is not in the configuration, so --role is needed: %w", acc.Name, err)}
	}
	if _, there, err := a.store.Account(s.ctx, acc.Name); err != nil {
		return err
	} else if there {
		return fmt.Errorf("%s has an account already; `skarga staff reset` gives it new keys", acc.Name)
	}
	return s.newKeys(a, acc)
}

// newKeys gives an account new keys, ends its sessions, and prints the keys.
func (s *session) newKeys(a *app, acc complaint.Account) error {
	acc, keys, err := door.Fill(acc, a.cfg.Firm.Name+" complaints")
	if err != nil {
		return err
	}
	acc.ChangedAt = a.now()
	if err := a.store.SetAccount(s.ctx, acc); err != nil {
		return err
	}
	if err := a.newDoors().EndSessions(s.ctx, acc.Name); err != nil {
		return err
	}
	if s.cli.JSON {
		return json.NewEncoder(s.out).Encode(map[string]any{"name": acc.Name, "role": acc.Role, "password": keys.Password, "totp": keys.TOTP, "recovery": keys.Recovery})
	}
	code, err := drawQR(keys.TOTP)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s can sign in now. Hand these over; they are shown only once.\n\nPassword, to be changed after the first sign-in:\n  %s\n\n"+
		"One-time codes: scan this with a one-time code program, or type the address.\n\n%s\n  %s\n\nRecovery codes, each good for one sign-in without the device:\n",
		acc.Name, keys.Password, code, keys.TOTP)
	for _, r := range keys.Recovery {
		fmt.Fprintln(s.out, "  "+r)
	}
	return nil
}

// drawQR draws a QR code for a terminal, two rows of squares a line.
func drawQR(text string) (string, error) {
	m, err := qrcode.NewQRCodeWriter().Encode(text, gozxing.BarcodeFormat_QR_CODE, 0, 0, nil)
	if err != nil {
		return "", fmt.Errorf("draw QR code: %w", err)
	}
	var b strings.Builder
	for y := 0; y < m.GetHeight(); y += 2 {
		b.WriteString("  ")
		for x := range m.GetWidth() {
			top, below := m.Get(x, y), y+1 < m.GetHeight() && m.Get(x, y+1)
			// Light squares are drawn: terminals are dark.
			b.WriteString(map[[2]bool]string{{false, false}: "█", {false, true}: "▀", {true, false}: "▄", {true, true}: " "}[[2]bool{top, below}])
		}
		b.WriteByte('\n')
	}
	return b.String(), nil
}

// account finds the account that a command is about.
func (s *session) account(a *app, name string) (complaint.Account, error) {
	if p, ok := a.configured(name); ok {
		name = p.Name
	}
	acc, ok, err := a.store.Account(s.ctx, name)
	if err == nil && !ok {
		err = fmt.Errorf("%s has no account; `skarga staff add` makes one", name)
	}
	return acc, err
}

type staffRoleCmd struct {
	Name string `arg:"" help:"Name."`
	Role string `arg:"" help:"The new role: mailroom, support, manager, data protection or auditor."`
}

// Run changes a role.
func (c staffRoleCmd) Run(s *session) error {
	role, err := complaint.ParseRole(c.Role)
	if err != nil {
		return usageError{err}
	}
	a, err := s.open()
	if err != nil {
		return err
	}
	defer a.Close()
	if p, ok := a.configured(c.Name); ok {
		return usageError{fmt.Errorf("the role of %s stands in the configuration; change it there and restart `skarga serve`: the sessions end then", p.Name)}
	}
	acc, err := s.account(a, c.Name)
	if err != nil {
		return err
	}
	acc.Role, acc.ChangedAt = role, a.now()
	if err := errors.Join(a.store.SetAccount(s.ctx, acc), a.newDoors().EndSessions(s.ctx, acc.Name)); err != nil {
		return err
	}
	return s.done("%s has the role %q now; who was signed in signs in again", acc.Name, role)
}

type staffResetCmd struct {
	Name string `arg:"" help:"Name."`
}

// Run gives new keys.
func (c staffResetCmd) Run(s *session) error {
	a, err := s.open()
	if err != nil {
		return err
	}
	defer a.Close()
	acc, err := s.account(a, c.Name)
	if err != nil {
		return err
	}
	return s.newKeys(a, acc)
}

type staffRemoveCmd struct {
	Name string `arg:"" help:"Name."`
}

// Run removes an account.
func (c staffRemoveCmd) Run(s *session) error {
	a, err := s.open()
	if err != nil {
		return err
	}
	defer a.Close()
	acc, err := s.account(a, c.Name)
	if err != nil {
		return err
	}
	if err := a.store.DeleteAccount(s.ctx, acc.Name); err != nil {
		return err
	}
	return s.done("%s can no longer sign in", acc.Name)
}

package main

import (
	"cmp"
	"encoding/json"
	"fmt"
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
	Alias  staffAliasCmd  `cmd:"" help:"Replace the other names by which complaints speak of a person made by 'staff add' (P8)."`
	Role   staffRoleCmd   `cmd:"" help:"Change the role of a person made by 'staff add'; their sessions end."`
	Reset  staffResetCmd  `cmd:"" help:"Give a person a new password, one-time secret and recovery codes; their sessions end."`
	Close  staffCloseCmd  `cmd:"" help:"Take the keys of an account away; its owner stays on the list, and 'staff reset' opens it again."`
	Remove staffRemoveCmd `cmd:"" help:"Remove an account; its sessions end."`
}

type staffListCmd struct{}

// listedStaff is a member of staff in a list.
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
	all, err := accounts{a}.Colleagues(s.ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	for _, c := range all {
		row := listedStaff{Name: c.Name, Role: c.Role, From: "database", Account: c.Account && !c.Closed, Recovery: c.Recovery}
		if c.Configured {
			row.From = "configuration"
		}
		if s.cli.JSON {
			if err := json.NewEncoder(s.out).Encode(row); err != nil {
				return err
			}
			continue
		}
		door := "no account"
		switch {
		case c.Closed:
			door = "account closed"
		case c.Account:
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
	acc := complaint.Account{Name: c.Name, Aliases: c.Aliases}
	if c.Role != "" {
		if acc.Role, err = complaint.ParseRole(c.Role); err != nil {
			return usageError{err}
		}
	}
	keys, err := accounts{a}.Add(s.ctx, s.operator(a), acc)
	if err != nil {
		return fieldUsage(err)
	}
	return s.hand(a, c.Name, keys)
}

// hand prints the keys of an account, once.
func (s *session) hand(a *app, name string, keys door.Keys) error {
	acc, err := accounts{a}.account(s.ctx, strings.Join(strings.Fields(name), " "))
	if err != nil {
		return err
	}
	if s.cli.JSON {
		return json.NewEncoder(s.out).Encode(map[string]any{"name": acc.Name, "role": acc.Role, "password": keys.Password, "totp": keys.TOTP, "recovery": keys.Recovery})
	}
	code, err := drawQR(keys.TOTP)
	if err != nil {
		return err
	}
	password := "The password stays as it is."
	if keys.Password != "" {
		password = "Password, to be changed after the first sign-in:\n  " + keys.Password
	}
	fmt.Fprintf(s.out, "%s can sign in now. Hand these over; they are shown only once.\n\n%s\n\n"+
		"One-time codes: scan this with a one-time code program, or type the address.\n\n%s\n  %s\n\nRecovery codes, each good for one sign-in without the device:\n",
		acc.Name, password, code, keys.TOTP)
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

// onAccount opens the program and changes an account, under the name of who runs the
// command.
func (s *session) onAccount(change func(a accounts, by string) error) error {
	a, err := s.open()
	if err != nil {
		return err
	}
	defer a.Close()
	return fieldUsage(change(accounts{a}, s.operator(a)))
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
	return s.onAccount(func(a accounts, by string) error {
		if err := a.SetRole(s.ctx, by, c.Name, role); err != nil {
			return err
		}
		return s.done("%s has the role %q now; who was signed in signs in again", c.Name, role)
	})
}

type staffAliasCmd struct {
	Name    string   `arg:"" help:"Name."`
	Aliases []string `arg:"" optional:"" name:"alias" help:"The other names; none to have none."`
}

// Run replaces aliases.
func (c staffAliasCmd) Run(s *session) error {
	return s.onAccount(func(a accounts, by string) error {
		if err := a.SetAliases(s.ctx, by, c.Name, c.Aliases); err != nil {
			return err
		}
		return s.done("%s is also known as: %s", c.Name, cmp.Or(strings.Join(c.Aliases, ", "), "nothing else"))
	})
}

type staffResetCmd struct {
	Name   string `arg:"" help:"Name."`
	Second bool   `help:"Only the one-time secret and the recovery codes; the password stays." name:"second-factor"`
}

// Run gives new keys.
func (c staffResetCmd) Run(s *session) error {
	return s.onAccount(func(a accounts, by string) error {
		keys, err := a.Reset(s.ctx, by, c.Name, c.Second)
		if err != nil {
			return err
		}
		return s.hand(a.app, c.Name, keys)
	})
}

type staffCloseCmd struct {
	Name string `arg:"" help:"Name."`
}

// Run closes an account.
func (c staffCloseCmd) Run(s *session) error {
	return s.onAccount(func(a accounts, by string) error {
		if err := a.Close(s.ctx, by, c.Name); err != nil {
			return err
		}
		return s.done("%s can no longer sign in; complaints that name them are still found", c.Name)
	})
}

type staffRemoveCmd struct {
	Name string `arg:"" help:"Name."`
}

// Run removes an account.
func (c staffRemoveCmd) Run(s *session) error {
	return s.onAccount(func(a accounts, by string) error {
		if err := a.Remove(s.ctx, by, c.Name); err != nil {
			return err
		}
		return s.done("%s can no longer sign in", c.Name)
	})
}

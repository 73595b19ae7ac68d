package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
)

// peopleCmds are the commands with which people decide about people.
type peopleCmds struct {
	About    aboutCmd    `cmd:"" help:"Show or decide whom of the staff a complaint is about (P8)."`
	Conduct  conductCmd  `cmd:"" help:"Decide whether a customer's conduct was inappropriate (P6)."`
	Personal personalCmd `cmd:"" name:"personal-data" help:"Decide whether a complaint is about personal data (P10)."`
	Policy   policyCmd   `cmd:"" help:"Print the complaints policy in force, in English and Polish."`
}

// allowed opens the program for a command that is about no single complaint, and
// says who acts, if their role may do it: the counterpart of onCase.act.
func (s *session) allowed(what complaint.Action) (*app, complaint.Person, error) {
	a, err := s.open()
	if err != nil {
		return nil, complaint.Person{}, err
	}
	who, err := s.person(a)
	if err == nil {
		err = complaint.May(who, what, complaint.Case{})
	}
	if err != nil {
		return nil, who, errors.Join(err, a.Close())
	}
	return a, who, nil
}

// ruling is what commands share by which a person confirms or drops something.
type ruling struct {
	Confirm bool   `help:"It is so." xor:"ruling"`
	Drop    bool   `help:"It is not so." xor:"ruling"`
	Reason  string `help:"Why; kept on record." placeholder:"WORDS"`
}

// state is the ruling that was given; empty when none was.
func (r ruling) state() complaint.RulingState {
	switch {
	case r.Confirm:
		return complaint.RulingConfirmed
	case r.Drop:
		return complaint.RulingDropped
	}
	return complaint.RulingOpen
}

type aboutCmd struct {
	onCase `embed:""`
	ruling `embed:""`
	Person string `help:"Member of staff whose name was found: say --confirm or --drop." placeholder:"NAME" xor:"whom"`
	Add    string `help:"Member of staff whom it is about, though no name was found." placeholder:"NAME" xor:"whom"`
}

// Run shows whom a complaint is about, or rules on it (P8).
func (c aboutCmd) Run(s *session) error {
	name, to := c.Person, complaint.AboutState(c.state())
	if c.Add != "" {
		name, to = c.Add, complaint.AboutConfirmed
	}
	switch {
	case c.Add != "" && c.Drop:
		return usageError{errors.New("--add says that it is about the person; use --person NAME --drop")}
	case name == "" && to != "":
		return usageError{errors.New("say whom: --person NAME")}
	case name != "" && to == "":
		return usageError{errors.New("say --confirm or --drop, with --reason")}
	case name == "":
		return c.act(s, func(a *app, on casework.Acting) error { return showAbouts(s, a, on) })
	}
	return c.act(s, func(a *app, on casework.Acting) error {
		if err := a.cases.RuleAbout(s.ctx, on, name, to, c.Reason); err != nil {
			return err
		}
		return s.done("%s: %s.", on.Ref, map[complaint.AboutState]string{complaint.AboutConfirmed: "it is about " + name + ", who cannot see or handle it",
			complaint.AboutDropped: "it is not about " + name + ", who may see and handle it"}[to])
	})
}

// showAbouts prints whom a complaint is about.
func showAbouts(s *session, a *app, on casework.Acting) error {
	v, err := a.cases.View(s.ctx, on.Who, on.Ref)
	if err != nil {
		return err
	}
	if s.cli.JSON {
		return printJSON(s.out, v.Abouts)
	}
	if len(v.Abouts) == 0 {
		return s.done("%s names no member of staff.", on.Ref)
	}
	for _, b := range v.Abouts {
		fmt.Fprintf(s.out, "%s  %s, by %s on %s\n", b.Staff, b.State, b.By, local(b.At, a.rules.Location))
	}
	return nil
}

type conductCmd struct {
	onCase `embed:""`
	ruling `embed:""`
}

// Run rules on whether conduct was inappropriate (P6).
func (c conductCmd) Run(s *session) error {
	return c.rule(s, c.onCase, "conduct", (*casework.Office).RuleConduct, func(r complaint.Record) complaint.Ruling { return r.Conduct })
}

type personalCmd struct {
	onCase `embed:""`
	ruling `embed:""`
}

// Run rules on whether a complaint is about personal data (P10).
func (c personalCmd) Run(s *session) error {
	return c.rule(s, c.onCase, "personal data", (*casework.Office).RulePersonalData, func(r complaint.Record) complaint.Ruling { return r.PersonalData })
}

type rules func(o *casework.Office, ctx context.Context, a casework.Acting, to complaint.RulingState, reason string) error

// rule takes a ruling down, or shows the one there is.
func (r ruling) rule(s *session, on onCase, what string, set rules, get func(complaint.Record) complaint.Ruling) error {
	return on.act(s, func(a *app, on casework.Acting) error {
		if r.state() == complaint.RulingOpen {
			v, err := a.cases.View(s.ctx, on.Who, on.Ref)
			if err != nil {
				return err
			}
			held := get(v.Record)
			if s.cli.JSON {
				return json.NewEncoder(s.out).Encode(held)
			}
			if held.State == complaint.RulingOpen {
				return s.done("%s, %s: nobody has decided.", on.Ref, what)
			}
			return s.done("%s, %s: %s by %s on %s: %s", on.Ref, what, held.State, held.By, local(held.At, a.rules.Location), held.Reason)
		}
		if err := set(a.cases, s.ctx, on, r.state(), r.Reason); err != nil {
			return err
		}
		return s.done("%s, %s: %s.", on.Ref, what, r.state())
	})
}

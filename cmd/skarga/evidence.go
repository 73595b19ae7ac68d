package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
)

type evidenceCmd struct {
	onCase  `embed:""`
	Kind    string `arg:"" optional:"" help:"ticket, reference, staff, time, phone, email, name, address, postcode, account or room."`
	Value   string `arg:"" optional:"" help:"The value, as it is listed."`
	Confirm bool   `help:"It is so." xor:"said"`
	Correct string `help:"What is right instead." placeholder:"VALUE" xor:"said"`
	Add     bool   `help:"No text says it, and it is so." xor:"said"`
	Drop    bool   `help:"It is not so." xor:"said"`
}

// Run lists the details of a complaint, or takes down what a person says about one.
func (c evidenceCmd) Run(s *session) error {
	decides := c.Confirm || c.Correct != "" || c.Add || c.Drop
	switch {
	case c.Kind == "" && !decides:
		return c.act(s, func(a *app, on casework.Acting) error {
			v, err := a.cases.View(s.ctx, on.Who, on.Ref)
			if err != nil {
				return err
			}
			if s.cli.JSON {
				return json.NewEncoder(s.out).Encode(map[string]any{"details": v.Details, "evidence": v.Evidence})
			}
			printEvidence(s.out, v)
			return nil
		})
	case c.Value == "" || !decides:
		return usageError{errors.New("say KIND and VALUE, and --confirm, --correct NEW, --add or --drop")}
	}
	return c.act(s, func(a *app, on casework.Acting) error {
		kind, value := complaint.DetailKind(c.Kind), c.Value
		v, err := a.cases.View(s.ctx, on.Who, on.Ref)
		if err != nil {
			return err
		}
		known := v.EvidenceOf(complaint.Detail{Kind: kind, Value: value}) != nil
		for _, d := range v.Details {
			known = known || d.Kind == kind && d.Value == value
		}
		if !known && !c.Add {
			return usageError{fmt.Errorf("%s has no %s %q; `skarga evidence %s` lists them, and --add adds one", on.Ref, kind, value, on.Ref)}
		}
		switch {
		case c.Correct != "":
			value = c.Correct
		case c.Drop:
			value = ""
		}
		if err := a.cases.CheckEvidence(s.ctx, on, kind, c.Value, value); err != nil {
			return err
		}
		return s.done("%s: %s %s is on record.", on.Ref, kind, c.Value)
	})
}

// printEvidence lists what was found, and what staff said about it.
func printEvidence(w io.Writer, v complaint.View) {
	for _, d := range v.Facts() {
		said := ""
		if e := v.EvidenceOf(d.Detail); e != nil {
			said = "  " + e.State() + " by " + e.By
			if e.State() == "corrected" {
				said += ": " + e.Value
			}
		}
		fmt.Fprintf(w, "  %-14s %-28s %3.0f %%  %q in %s%s\n", d.Kind, cut(d.Value, 28), 100*d.Confidence, cut(d.Text, 40), d.Where, said)
	}
	for _, e := range v.AddedEvidence() {
		if e.Value != "" {
			fmt.Fprintf(w, "  %-14s %-28s added by %s\n", e.Kind, cut(e.Value, 28), e.By)
		}
	}
}

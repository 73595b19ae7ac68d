package main

import (
	"fmt"
	"strings"
	"time"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
)

type stageCmd struct {
	onCase `embed:""`
	To     string `arg:"" name:"stage" help:"investigation (also to reopen), review, closed, withdrawn."`
	Reason string `required:"" help:"Why; kept on record."`
	Asked  string `help:"With review: when the customer asked for it; without, when the message that waits arrived." placeholder:"2026-12-24 10:30"`
}

// Run takes a complaint to another stage.
func (c stageCmd) Run(s *session) error {
	to, err := complaint.ParseStage(c.To)
	if err != nil {
		return usageError{err}
	}
	return c.act(s, func(a *app, on casework.Acting) error {
		asked, err := a.timeOf("--asked", c.Asked)
		if err != nil {
			return err
		}
		if err := a.cases.Move(s.ctx, on, to, c.Reason, asked); err != nil {
			return err
		}
		v, err := a.cases.View(s.ctx, on.Who, on.Ref)
		if err != nil {
			return err
		}
		return s.done("%s: %s.", on.Ref, strings.ReplaceAll(string(v.Complaint.Stage), "_", " "))
	})
}

type actCmd struct {
	onCase `embed:""`
	What   string `arg:"" help:"What was done to help, in words that the customer may read."`
	At     string `help:"When; now when left out." placeholder:"2026-12-24 10:30"`
}

// Run logs something that was done (P5).
func (c actCmd) Run(s *session) error {
	return c.act(s, func(a *app, on casework.Acting) error {
		at, err := a.timeOf("--at", c.At)
		if err != nil {
			return err
		}
		if err := a.cases.Did(s.ctx, on, c.What, at); err != nil {
			return err
		}
		return s.done("%s: logged.", on.Ref)
	})
}

type answeredCmd struct {
	onCase `embed:""`
	Reason string `required:"" help:"Why the messages that wait need no answer; kept on record."`
}

// Run says that what waits needs no answer.
func (c answeredCmd) Run(s *session) error {
	return c.act(s, func(a *app, on casework.Acting) error {
		if err := a.cases.Answered(s.ctx, on, c.Reason); err != nil {
			return err
		}
		return s.done("%s: nothing waits for an answer.", on.Ref)
	})
}

// timeOf reads a day or a time in the firm's zone; "" gives the zero time. A day is its
// first moment.
func (a *app) timeOf(flag, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{"2006-01-02 15:04", time.DateOnly} {
		if at, err := time.ParseInLocation(layout, strings.TrimSpace(text), a.rules.Location); err == nil {
			return at.UTC(), nil
		}
	}
	return time.Time{}, usageError{fmt.Errorf("%s %q is no time; one looks like 2026-12-24 or \"2026-12-24 10:30\"", flag, text)}
}

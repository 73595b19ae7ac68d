package main

import (
	"time"

	"ask4.com/skarga/casework"
)

// ombudsmanCmd holds what happens around the ombudsman (P16).
type ombudsmanCmd struct {
	Deadlock ombudsmanWhy      `cmd:"" help:"Declare that we cannot agree: the letter about the ombudsman is owed at once."`
	Referred ombudsmanReferred `cmd:"" help:"Record that the ombudsman took the case up."`
	Back     ombudsmanWhy      `cmd:"" help:"Record that the ombudsman does not decide the case."`
	Decided  ombudsmanDecided  `cmd:"" help:"Record the decision, and the tasks that carry it out."`
	Task     ombudsmanTask     `cmd:"" help:"Add a task."`
	Done     ombudsmanDone     `cmd:"" help:"Record that a task is done."`
}

type ombudsmanWhy struct {
	onCase `embed:""`
	Reason string `required:"" help:"Why; kept on record."`
}

// Run declares deadlock, or takes the case back.
func (c ombudsmanWhy) Run(s *session, chosen commandName) error {
	return c.act(s, func(a *app, on casework.Acting) error {
		do, done := a.cases.Deadlock, "deadlock declared; send the letter with `skarga reply "+string(on.Ref)+" --template deadlock_letter`"
		if chosen == "back" {
			do, done = a.cases.GivenBack, "given back"
		}
		if err := do(s.ctx, on, c.Reason); err != nil {
			return err
		}
		return s.done("%s: %s.", on.Ref, done)
	})
}

type ombudsmanReferred struct {
	onCase `embed:""`
	On     string `help:"Day; today when left out." placeholder:"2026-12-24"`
	Number string `help:"The ombudsman's own number of the case." placeholder:"NUMBER"`
}

// Run records a referral.
func (c ombudsmanReferred) Run(s *session) error {
	return c.act(s, func(a *app, on casework.Acting) error {
		at, err := a.timeOf("--on", c.On)
		if err != nil {
			return err
		}
		if err := a.cases.Referred(s.ctx, on, at, c.Number); err != nil {
			return err
		}
		return s.done("%s: with the ombudsman.", on.Ref)
	})
}

type ombudsmanDecided struct {
	onCase `embed:""`
	Result string   `required:"" help:"What the ombudsman decided."`
	On     string   `help:"Day of the decision; today when left out." placeholder:"2026-12-24"`
	Task   []string `help:"What the decision asks for; may be repeated." sep:"none" placeholder:"WHAT"`
}

// Run records a decision.
func (c ombudsmanDecided) Run(s *session) error {
	return c.act(s, func(a *app, on casework.Acting) error {
		at, err := a.timeOf("--on", c.On)
		if err != nil {
			return err
		}
		if at.IsZero() {
			at = a.now()
		}
		if err := a.cases.Decided(s.ctx, on, at, c.Result, c.Task); err != nil {
			return err
		}
		return s.done("%s: decision recorded, %s.", on.Ref, many(len(c.Task), "task"))
	})
}

type ombudsmanTask struct {
	onCase `embed:""`
	What   string `arg:"" help:"What is to be done."`
	Due    string `help:"By when; the date of the decision's compliance when left out." placeholder:"2026-12-24"`
}

// Run adds a task.
func (c ombudsmanTask) Run(s *session) error {
	return c.act(s, func(a *app, on casework.Acting) error {
		due, err := a.timeOf("--due", c.Due)
		if err != nil {
			return err
		}
		if !due.IsZero() {
			due = due.AddDate(0, 0, 1).Add(-time.Second)
		}
		if err := a.cases.AddTask(s.ctx, on, c.What, due); err != nil {
			return err
		}
		return s.done("%s: task added.", on.Ref)
	})
}

type ombudsmanDone struct {
	onCase `embed:""`
	Number int    `arg:"" help:"Number of the task, as 'skarga show' lists it."`
	Note   string `help:"What was done." placeholder:"WORDS"`
}

// Run records that a task is done.
func (c ombudsmanDone) Run(s *session) error {
	return c.act(s, func(a *app, on casework.Acting) error {
		if err := a.cases.TaskDone(s.ctx, on, c.Number, c.Note); err != nil {
			return err
		}
		return s.done("%s: task %d is done.", on.Ref, c.Number)
	})
}

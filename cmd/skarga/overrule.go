package main

import (
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
)

// overruleCmd holds the decisions that a person may take about an arrival.
type overruleCmd struct {
	Complaint      overruleArrival `cmd:"" help:"It is a complaint: record and acknowledge it."`
	Correspondence overruleJoin    `cmd:"" help:"It belongs to the complaint REF."`
	SetAside       overruleArrival `cmd:"" help:"It is no complaint; its promises become void."`
	Refuse         overruleArrival `cmd:"" help:"It came by a channel that is not open, e.g. phone (P11)."`
	Release        overruleArrival `cmd:"" help:"Answer a held arrival now."`
	Link           overruleLink    `cmd:"" help:"Confirm or refuse a proposed link."`
	Undo           overruleUndo    `cmd:"" help:"Take a decision back."`
}

type overruleArrival struct {
	Arrival string `arg:"" help:"Arrival, as 'skarga list --arrivals' shows it."`
	Reason  string `required:"" help:"Why; kept on record."`
}

type overruleJoin struct {
	Arrival   string `arg:"" help:"Arrival."`
	Reference string `arg:"" name:"ref" help:"Reference of the complaint."`
	Reason    string `required:"" help:"Why; kept on record."`
}

type overruleLink struct {
	Decision string `arg:"" enum:"confirm,refuse" help:"confirm or refuse."`
	Link     string `arg:"" help:"Link, as 'skarga show' prints it."`
	Reason   string `required:"" help:"Why; kept on record."`
}

type overruleUndo struct {
	Decision string `arg:"" help:"Decision, as 'skarga show' prints it."`
	Reason   string `required:"" help:"Why; kept on record."`
}

// Run carries the chosen decision out. Its name is the last word of the command.
func (c overruleArrival) Run(s *session, chosen commandName) error {
	return s.decide(func(a *app, who complaint.Person) (arrivalID string, err error) {
		r, err := a.cases.Arrival(s.ctx, who, complaint.ActOverrule, c.Arrival, "")
		if err != nil {
			return "", err
		}
		o := ingest.Overrule{ArrivalID: r.ID, Who: who, Reason: c.Reason}
		switch chosen {
		case "complaint":
			return r.ID, a.intake.ToComplaint(s.ctx, o)
		case "set-aside":
			return r.ID, a.intake.SetAside(s.ctx, o)
		case "refuse":
			return r.ID, a.intake.Refuse(s.ctx, o)
		}
		return r.ID, a.intake.Release(s.ctx, o)
	})
}

// Run joins an arrival to a complaint.
func (c overruleJoin) Run(s *session) error {
	return s.decide(func(a *app, who complaint.Person) (arrivalID string, err error) {
		ref, err := s.reference(a, who, c.Reference)
		if err != nil {
			return "", err
		}
		r, err := a.cases.Arrival(s.ctx, who, complaint.ActOverrule, c.Arrival, "")
		if err != nil {
			return "", err
		}
		return r.ID, a.intake.ToCorrespondence(s.ctx, ingest.Overrule{ArrivalID: r.ID, Who: who, Reason: c.Reason}, ref)
	})
}

// Run confirms or refuses a proposed link.
func (c overruleLink) Run(s *session) error {
	return s.decide(func(a *app, who complaint.Person) (arrivalID string, err error) {
		l, err := a.cases.ProposedLink(s.ctx, who, c.Link)
		if err != nil {
			return "", err
		}
		o := ingest.Overrule{ArrivalID: l.ArrivalID, Who: who, Reason: c.Reason}
		if c.Decision == "confirm" {
			return l.ArrivalID, a.intake.ConfirmLink(s.ctx, o, l.ID)
		}
		return l.ArrivalID, a.intake.RefuseLink(s.ctx, o, l.ID)
	})
}

// Run takes a decision back.
func (c overruleUndo) Run(s *session) error {
	return s.decide(func(a *app, who complaint.Person) (arrivalID string, err error) {
		d, err := a.cases.Decision(s.ctx, who, c.Decision)
		if err != nil {
			return "", err
		}
		files, err := a.intake.Undo(s.ctx, d.ID, who, c.Reason)
		for _, f := range files {
			if err == nil {
				err = a.readAgain(s.ctx, f)
			}
		}
		return "", err
	})
}

// decide runs a decision as the person who acts, and lets a running node send what
// it queued. fn gives the arrival that it is about; "" where nothing can be taken back.
func (s *session) decide(fn func(a *app, who complaint.Person) (arrivalID string, err error)) error {
	a, err := s.open()
	if err != nil {
		return err
	}
	defer a.Close()
	who, err := s.person(a)
	if err != nil {
		return err
	}
	id, err := fn(a, who)
	if err != nil {
		return err
	}
	if id == "" {
		return s.done("Done.")
	}
	made, err := a.store.DecisionsOf(s.ctx, id)
	if err != nil {
		return err
	}
	return s.done("Done.%s", takeBack(made))
}

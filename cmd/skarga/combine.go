package main

import (
	"fmt"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
)

type mergeCmd struct {
	onCase `embed:""`
	Into   string `arg:"" name:"into" help:"Reference of the earlier complaint, which goes on."`
	Reason string `required:"" help:"Why; kept on record."`
}

// Run merges a complaint into another.
func (c mergeCmd) Run(s *session) error {
	return c.act(s, func(a *app, on casework.Acting) error {
		into, err := s.reference(a, on.Who, c.Into)
		if err != nil {
			return err
		}
		if err := a.cases.Merge(s.ctx, on, into, c.Reason); err != nil {
			return err
		}
		from, err := a.cases.View(s.ctx, on.Who, on.Ref)
		if err != nil {
			return err
		}
		to, err := a.cases.View(s.ctx, on.Who, into)
		if err != nil {
			return err
		}
		also := ""
		if !from.Complaint.SameCustomer(to.Complaint) {
			also = fmt.Sprintf("\nFrom now on answers go to %s, not to %s. If those are two people, take it back with `skarga stage %s received --reason …` and use `skarga link`.", to.Complaint.Customer(), from.Complaint.Customer(), on.Ref)
		}
		return s.done("%s goes on as %s; both references lead there.%s", on.Ref, into, also)
	})
}

type splitCmd struct {
	onCase  `embed:""`
	Summary string `required:"" help:"What the second complaint is about, in a few words."`
	Subject string `help:"Its subject; the summary when left out." placeholder:"WORDS"`
	Reason  string `required:"" help:"Why; kept on record."`
}

// Run makes a second complaint out of one message.
func (c splitCmd) Run(s *session) error {
	return c.act(s, func(a *app, on casework.Acting) error {
		ref, err := a.cases.Split(s.ctx, on, c.Subject, c.Summary, c.Reason)
		if err != nil {
			return err
		}
		return s.done("%s is the second complaint of %s; the customer is told its reference.", ref, on.Ref)
	})
}

type linkCmd struct {
	References []string `arg:"" name:"ref" help:"References of the complaints."`
	Matter     string   `required:"" help:"What they have in common, e.g. \"Outage in Leeds, 24 December\"; empty to take a link back."`
}

// Run links complaints that have one matter.
func (c linkCmd) Run(s *session) error {
	a, err := s.open()
	if err != nil {
		return err
	}
	defer a.Close()
	who, err := s.person(a)
	if err != nil {
		return err
	}
	var refs []complaint.Reference
	for _, text := range c.References {
		ref, err := s.reference(a, who, text)
		if err != nil {
			return err
		}
		refs = append(refs, ref)
	}
	if err := a.cases.Link(s.ctx, who, refs, c.Matter); err != nil {
		return fieldUsage(err)
	}
	if c.Matter == "" {
		return s.done("Not linked any more: %s.", many(len(refs), "complaint"))
	}
	return s.done("Linked as %q: %s. `skarga reply --matter` writes to all of the matter.", c.Matter, many(len(refs), "complaint"))
}

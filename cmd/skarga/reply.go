package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
)

type replyCmd struct {
	Reference string   `arg:"" optional:"" name:"ref" help:"Reference of the complaint, e.g. ASK4-26-K7Q2M-4."`
	Seen      int      `help:"Act only if the record still has this version." default:"-1" placeholder:"VERSION"`
	Matter    string   `help:"Instead of a reference: write to all open complaints that were linked under this name." placeholder:"WORDS"`
	Template  string   `help:"Which message; without one the draft goes on. 'skarga templates' lists them." placeholder:"NAME"`
	Set       []string `help:"A field of the message; may be repeated. @record takes the record's own words, @actions what was done." sep:"none" placeholder:"FIELD=TEXT"`
	Promise   string   `help:"With the extension: which promise, e.g. respond; the next one when left out." placeholder:"PROMISE"`
	Send      bool     `help:"Queue it. Without, it is shown and kept as a draft."`
	Edit      bool     `help:"Write it in $EDITOR."`
	TakeOver  bool     `help:"Go on with what somebody else began."`
	Discard   bool     `help:"Give the draft up."`
}

// Run shows an answer as it would leave, and queues it with --send.
func (c replyCmd) Run(s *session) error {
	values, err := pairs(c.Set)
	if err != nil {
		return err
	}
	nextIsOpen(values)
	if (c.Reference == "") == (c.Matter == "") {
		return usageError{errors.New("say to which complaint: a reference, or --matter for all that were linked under it")}
	}
	ans := casework.Answer{Kind: c.Template, Values: values, Promise: complaint.ObligationKind(c.Promise), TakeOver: c.TakeOver}
	if c.Matter != "" {
		return c.toAll(s, ans)
	}
	return onCase{c.Reference, c.Seen}.act(s, func(a *app, on casework.Acting) error {
		if c.Discard {
			if err := a.cases.Discard(s.ctx, on, c.TakeOver); err != nil {
				return err
			}
			return s.done("%s: the draft is given up.", on.Ref)
		}
		if c.Edit {
			if ans.Values, err = s.edit(a, on, ans); err != nil {
				return err
			}
		}
		if !c.Send {
			return s.preview(a, on, ans)
		}
		return s.send(a, on, ans)
	})
}

// nextIsOpen takes "next" for what is still open: what we do next.
func nextIsOpen(values map[string]string) {
	for _, lang := range []string{"", ".en", ".pl"} {
		if v, given := values["next"+lang]; given {
			delete(values, "next"+lang)
			values["still_open"+lang] = v
		}
	}
}

// send queues an answer. What its language lacks in plainness is a warning.
func (s *session) send(a *app, on casework.Acting, ans casework.Answer) error {
	sent, err := a.cases.Send(s.ctx, on, ans)
	if err != nil {
		return err
	}
	return s.sent(on.Ref, sent)
}

func (s *session) sent(ref complaint.Reference, sent casework.Sent) error {
	for _, f := range sent.Findings {
		fmt.Fprintf(s.err, "%s: %s: %s\n", ref, f.Field, f)
	}
	switch d := sent.Delivery; {
	case sent.Awaiting:
		return s.done("%s: finished; it waits for a second person: `skarga approve %s`.", ref, ref)
	case d.Way == complaint.ByLetter:
		return s.done("%s: queued as a letter; `skarga letters print` prints it.", ref)
	default:
		return s.done("%s: queued to %s.", ref, d.Recipient)
	}
}

// toAll writes to every open complaint of a matter, each in its language. What fails
// for one does not keep the others from being written.
func (c replyCmd) toAll(s *session, ans casework.Answer) error {
	if !c.Send || c.Edit || c.Discard {
		return usageError{errors.New("--matter goes with --send only; look at the answer to one of them first")}
	}
	a, who, err := s.allowed(complaint.ActReply)
	if err != nil {
		return err
	}
	defer a.Close()
	matter, err := a.cases.Matter(s.ctx, who, c.Matter)
	if err != nil {
		return fieldUsage(err)
	}
	rows, err := a.cases.List(s.ctx, who, complaint.Filter{Matter: matter, OpenOnly: true, Limit: 100000})
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(l complaint.Listed) bool { return l.Stage.Ended() })
	if len(rows) == 0 {
		return usageError{fmt.Errorf("no open complaint is linked under %q", matter)}
	}
	if err := sayInEach(rows, ans); err != nil {
		return err
	}
	var errs []error
	for _, r := range rows {
		if err := s.send(a, casework.Acting{Who: who, Ref: r.Reference, Seen: casework.AnyVersion}, ans.For(r.Language)); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", r.Reference, err))
		}
	}
	return fieldUsage(errors.Join(errs...))
}

// sayInEach refuses words in no named language where the customers read several.
func sayInEach(rows []complaint.Listed, ans casework.Answer) error {
	kind, err := casework.KindNamed(ans.Kind)
	if err != nil {
		return usageError{err}
	}
	several := false
	for _, r := range rows {
		several = several || r.Language != rows[0].Language
	}
	for _, f := range kind.Fields {
		if v, given := ans.Values[f.Key]; several && given && f.Type == "text" && v != "none" {
			return usageError{fmt.Errorf("these customers read different languages; give %s.en and %s.pl", f.Key, f.Key)}
		}
	}
	return nil
}

// preview prints an answer as it would leave.
func (s *session) preview(a *app, on casework.Acting, ans casework.Answer) error {
	p, err := a.cases.Compose(s.ctx, on, ans)
	if err != nil {
		return err
	}
	if s.cli.JSON {
		return json.NewEncoder(s.out).Encode(p)
	}
	fmt.Fprintf(s.out, "To: %s\nSubject: %s\n\n%s\n", p.To, p.Message.Subject, p.Message.Text)
	switch {
	case p.Draft.Kind == complaint.ExtensionKind:
		fmt.Fprintf(s.out, "It moves the promise to %s, due %s, once it was delivered.\n", p.Meets, local(p.DueAt, a.rules.Location))
	case p.Meets != "":
		fmt.Fprintf(s.out, "It keeps the promise to %s, due %s.\n", p.Meets, local(p.DueAt, a.rules.Location))
	}
	switch {
	case p.Draft.State == complaint.Awaiting:
		fmt.Fprintln(s.out, "It is finished and waits for a second person; whatever you change, you have to finish anew.")
	case p.Reopened:
		fmt.Fprintln(s.out, "It was finished and waited for a second person. It is a draft again: --send finishes it anew.")
	case p.Approval:
		fmt.Fprintln(s.out, "A second person has to let it go.")
	}
	if p.Alone {
		fmt.Fprintln(s.out, "Nobody on the staff list would be left to review an appeal: who has a hand in the response does not (policy P15).")
	}
	for _, f := range p.Findings {
		fmt.Fprintf(s.out, "Not plain, %s: %s\n", f.Field, f)
	}
	printLacks(s, p)
	return nil
}

// printLacks says what is missing, or how to send.
func printLacks(s *session, p casework.Preview) {
	if p.Stops != "" {
		fmt.Fprintf(s.out, "It may not leave: %s\n", p.Stops)
		return
	}
	switch {
	case len(p.Lacks) > 0:
	case p.Approval && p.Draft.State == complaint.Awaiting:
		return
	case p.Approval:
		fmt.Fprintln(s.out, "Nothing is missing; --send finishes it.")
		return
	default:
		fmt.Fprintln(s.out, "Nothing is missing; --send queues it.")
		return
	}
	fmt.Fprintln(s.out, "Missing before it may leave:")
	for _, l := range p.Lacks {
		fmt.Fprintf(s.out, "  %s\n", l)
	}
	var optional []string
	for _, f := range p.Fields {
		if f.Need == "" {
			optional = append(optional, f.Key)
		}
	}
	if len(optional) > 0 {
		fmt.Fprintf(s.out, "May be said as well: %s\n", strings.Join(optional, ", "))
	}
}

type approveCmd struct {
	onCase `embed:""`
	Back   string `help:"Give it back to its author instead, for this reason." placeholder:"REASON"`
}

// Run lets another person's answer go, or gives it back.
func (c approveCmd) Run(s *session) error {
	return c.act(s, func(a *app, on casework.Acting) error {
		if c.Back != "" {
			if err := a.cases.SendBack(s.ctx, on, c.Back); err != nil {
				return err
			}
			return s.done("%s: given back to its author.", on.Ref)
		}
		sent, err := a.cases.Approve(s.ctx, on)
		if err != nil {
			return err
		}
		return s.sent(on.Ref, sent)
	})
}

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/mailer"
	"ask4.com/skarga/store"
)

type lettersCmd struct {
	List     lettersList     `cmd:"" default:"1" help:"Show what waits to be printed, posted or given an address."`
	Print    lettersPrint    `cmd:"" help:"Make one PDF of all letters that wait."`
	Posted   lettersPosted   `cmd:"" help:"Record that a print run is in the post; only that keeps the promises."`
	Reprint  lettersReprint  `cmd:"" help:"Write a print run's file anew; its cover says so."`
	Returned lettersReturned `cmd:"" help:"Record that a letter came back: its promise is open again."`
	Address  lettersAddress  `cmd:"" help:"Give a complaint a postal address that letters may go to, and answer it by letter."`
	Preview  lettersPreview  `cmd:"" help:"Write one letter as PDF, as it would be printed now."`
}

type lettersList struct{}

// Run lists letters by what is due first, then the complaints that no letter can go
// to, and says what the days without post mean.
func (lettersList) Run(s *session) error {
	return s.posting(func(a *app, who complaint.Person) error {
		letters, err := a.store.UnpostedLetters(s.ctx, who.Name)
		if err != nil {
			return err
		}
		waiting, err := a.store.WaitingForAddress(s.ctx, who.Name)
		if err != nil {
			return err
		}
		if s.cli.JSON {
			return json.NewEncoder(s.out).Encode(map[string]any{"letters": letters, "waiting_for_address": waiting})
		}
		w := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
		for _, l := range letters {
			state := "to print"
			if l.PrintRun != "" {
				state = "printed in " + l.PrintRun + ", not posted"
			}
			if l.Needs == complaint.Braille {
				state += ", in Braille"
			}
			name, _, _ := strings.Cut(l.Postal, "\n")
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", l.Reference, strings.ReplaceAll(l.Kind, "_", " "), a.when(l.Due), name, state)
		}
		for _, c := range waiting {
			fmt.Fprintf(w, "%s\t\t%s\t%s\twaits for an address: %s\n", c.Reference, a.when(c.ReceivedAt.Add(a.rules.Acknowledge)), c.CustomerName, c.PostFault())
		}
		if err := w.Flush(); err != nil {
			return err
		}
		if len(letters)+len(waiting) == 0 {
			fmt.Fprintln(s.out, "No letter waits.")
		}
		warning, err := a.cases.BeforeNextPost(s.ctx, a.store, who.Name)
		if err == nil && warning.String() != "" {
			_, err = fmt.Fprintln(s.out, warning)
		}
		return err
	})
}

type lettersPrint struct{}

// Run prints what waits.
func (lettersPrint) Run(s *session) error {
	return s.posting(func(a *app, who complaint.Person) error {
		done, err := a.post(who.Name).Print(s.ctx)
		if errors.Is(err, mailer.ErrNothingToPrint) {
			return s.done("No letter waits to be printed.")
		}
		if err != nil {
			return err
		}
		return s.tellRun(done)
	})
}

// tellRun says what a run holds and what is left to do.
func (s *session) tellRun(done mailer.Printed) error {
	if s.cli.JSON {
		return json.NewEncoder(s.out).Encode(map[string]any{"run": done.ID, "file": done.File, "letters": done.Letters, "reprint": done.Prints - 1})
	}
	again := ""
	if done.Prints > 1 {
		again = " It may have been printed before; its cover says so."
	}
	_, err := fmt.Fprintf(s.out, "%s and a cover are in %s.%s\nWhen it is in the post: skarga letters posted %s\n", many(done.Letters, "letter"), done.File, again, done.ID)
	return err
}

type lettersPosted struct {
	Run_   string   `arg:"" name:"run" help:"Print run, as on its cover, e.g. P-20261123-1."`
	Except []string `help:"References of letters that were left out; they go into the next run." placeholder:"REF"`
	At     string   `help:"When, if not now: \"2026-11-23 15:00\"." placeholder:"TIME"`
}

// Run records the posting.
func (c lettersPosted) Run(s *session) error {
	return s.posting(func(a *app, who complaint.Person) error {
		at := a.now()
		var err error
		if c.At != "" {
			if at, err = time.ParseInLocation("2006-01-02 15:04", c.At, a.rules.Location); err != nil {
				return usageError{fmt.Errorf("--at %q is no time; one looks like \"2026-11-23 15:00\"", c.At)}
			}
		}
		var except []complaint.Reference
		for _, r := range c.Except {
			ref, err := complaint.ParseReference(a.cfg.Firm.Prefix, r)
			if err != nil {
				return usageError{err}
			}
			except = append(except, ref)
		}
		n, err := a.post(who.Name).Posted(s.ctx, strings.ToUpper(c.Run_), at, except)
		if err != nil {
			return printRunError(c.Run_, err)
		}
		return s.done("%s recorded as posted %s.", many(n, "letter"), a.when(at))
	})
}

// printRunError names the cure where the run is not there, or not for this person (P8).
func printRunError(run string, err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("there is no print run %q; its cover bears its name, and `skarga letters list` shows what waits", run)
	}
	return err
}

type lettersReprint struct {
	Run_ string `arg:"" name:"run" help:"Print run."`
}

// Run writes the file again.
func (c lettersReprint) Run(s *session) error {
	return s.posting(func(a *app, who complaint.Person) error {
		done, err := a.post(who.Name).Reprint(s.ctx, strings.ToUpper(c.Run_))
		if err != nil {
			return printRunError(c.Run_, err)
		}
		return s.tellRun(done)
	})
}

type lettersReturned struct {
	Ref    string `arg:"" help:"Reference of the complaint."`
	Reason string `required:"" help:"Why, e.g. \"gone away\"; kept on record."`
}

// Run records that a letter came back.
func (c lettersReturned) Run(s *session) error {
	return s.posting(func(a *app, who complaint.Person) error {
		v, err := s.seen(a, who, c.Ref)
		if err != nil {
			return err
		}
		if err := a.post(who.Name).Returned(s.ctx, v.Complaint.ID, c.Reason); err != nil {
			return err
		}
		mail := ""
		if v.Complaint.CustomerAddress != "" {
			mail = fmt.Sprintf(", and skarga set %s reply_by=email answers by e-mail", v.Complaint.Reference)
		}
		return s.done("%s: what it promised is open again; skarga letters address gives it another address%s.", v.Complaint.Reference, mail)
	})
}

type lettersAddress struct {
	Ref   string   `arg:"" help:"Reference of the complaint."`
	Lines []string `arg:"" help:"Name, street, town, postcode, each a word in quotes; the country last if it is not ours."`
	Needs string   `help:"large_print or braille." enum:",large_print,braille" default:""`
}

// Run sets a confirmed address and releases an acknowledgement that waited for it.
func (c lettersAddress) Run(s *session) error {
	return onCase{Reference: c.Ref, Seen: casework.AnyVersion}.act(s, func(a *app, on casework.Acting) error {
		led, err := a.cases.SetAddress(s.ctx, on, c.Lines, complaint.Need(c.Needs))
		if errors.Is(err, casework.ErrAddress) {
			return usageError{err}
		}
		if err != nil {
			return err
		}
		if err := s.done("%s: letters go to that address from now on.", on.Ref); err != nil {
			return err
		}
		return readdressed(s, on.Ref, led)
	})
}

// readdressed says what became of letters that were to leave as the complaint was before.
func readdressed(s *session, ref complaint.Reference, led casework.Readdressed) error {
	for _, d := range led.OnPaper {
		if err := s.done("Take the %s out of run %s: it is as it was before.", strings.ReplaceAll(d.Kind, "_", " "), d.PrintRun); err != nil {
			return err
		}
	}
	for _, kind := range led.Lost {
		if err := s.done("The %s was taken back: write it again if it still holds.", strings.ReplaceAll(kind, "_", " ")); err != nil {
			return err
		}
	}
	switch {
	case led.Again:
		return s.done("The acknowledgement is written anew.")
	case led.Draft != "":
		return s.done("The %s is a draft again: `skarga reply %s --send` sends it.", strings.ReplaceAll(led.Draft, "_", " "), ref)
	}
	return nil
}

type lettersPreview struct {
	Ref string `arg:"" help:"Reference of the complaint."`
	To  string `help:"File to write." required:"" placeholder:"FILE.pdf" type:"path"`
}

// Run writes the complaint's latest letter, or its acknowledgement as a letter.
func (c lettersPreview) Run(s *session) error {
	return s.posting(func(a *app, who complaint.Person) error {
		v, err := s.seen(a, who, c.Ref)
		if err != nil {
			return err
		}
		pdf, err := a.previewLetter(s.ctx, v)
		if err != nil {
			return err
		}
		if err := os.WriteFile(c.To, pdf, 0o600); err != nil {
			return err
		}
		return s.done("%s", c.To)
	})
}

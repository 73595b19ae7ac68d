package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"ask4.com/skarga/cmd/skarga/config"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
	"ask4.com/skarga/ingest/imap"
)

// parkedCmd looks after arrivals whose processing failed.
type parkedCmd struct {
	List   parkedList   `cmd:"" default:"1" help:"List them; their 24 hours run."`
	Show   parkedShow   `cmd:"" help:"Show one with what went wrong."`
	Export parkedExport `cmd:"" help:"Write the raw bytes to a file or standard output."`
	Import parkedImport `cmd:"" help:"Take in a corrected message in its place."`
	Retry  parkedRetry  `cmd:"" help:"Process it again now."`
	GiveUp parkedGiveUp `cmd:"" help:"End the retries, with a reason."`
}

type parkedList struct{}

// Run lists what is parked, the oldest first.
func (parkedList) Run(s *session) error {
	a, err := s.open()
	if err != nil {
		return err
	}
	defer a.Close()
	who, err := s.person(a)
	if err != nil {
		return err
	}
	rows, _, err := a.cases.Arrivals(s.ctx, who, complaint.ArrivalFilter{Parked: true, Limit: 1000})
	if err != nil {
		return err
	}
	return printRows(s, rows, "Nothing is parked.", func(w io.Writer) {
		fmt.Fprintln(w, "ARRIVAL\tARRIVED\tLEFT\tTRIES\tWHY")
		for _, r := range rows {
			fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\n", r.ID, local(r.ArrivedAt, a.rules.Location), remaining(r.ArrivedAt.Add(a.rules.Acknowledge).Sub(a.now())), r.Attempts, cut(r.ParkReason, 100))
		}
	})
}

type parkedShow struct {
	Arrival string `arg:"" help:"Arrival."`
}

// Run shows one parked arrival.
func (c parkedShow) Run(s *session) error {
	a, err := s.open()
	if err != nil {
		return err
	}
	defer a.Close()
	_, r, err := s.arrival(a, complaint.ActView, c.Arrival)
	if err != nil {
		return err
	}
	if s.cli.JSON {
		return printJSON(s.out, []complaint.Arrival{r})
	}
	fmt.Fprintf(s.out, "arrival   %s\nposition  %s/%s, UIDVALIDITY %d, UID %d\narrived   %s\nstate     %s\ntries     %d\nwhy       %s\nfrom      %s\nsubject   %s\nsize      %d bytes, SHA-256 %s\n",
		r.ID, r.Account, r.Mailbox, r.UIDValidity, r.UID, local(r.ArrivedAt, a.rules.Location), arrivalState(r), r.Attempts, why(r), r.From, r.Subject, r.Size, r.SHA256)
	for _, d := range r.Damaged {
		fmt.Fprintf(s.out, "damaged   %s\n", d)
	}
	return nil
}

type parkedExport struct {
	Arrival string `arg:"" help:"Arrival."`
	To      string `help:"File to write; standard output without it." placeholder:"FILE"`
}

// Run writes the raw bytes out, unchanged.
func (c parkedExport) Run(s *session) error {
	a, err := s.open()
	if err != nil {
		return err
	}
	defer a.Close()
	who, r, err := s.arrival(a, complaint.ActView, c.Arrival)
	if err == nil {
		err = a.cases.WholeFile(s.ctx, who, r)
	}
	if err != nil {
		return err
	}
	raw, err := a.store.OpenRaw(s.ctx, r.ID)
	if err != nil {
		return err
	}
	if raw == nil {
		return fmt.Errorf("arrival %s has no bytes: the mail server never gave the message", r.ID)
	}
	defer raw.Close()
	if c.To == "" {
		_, err := io.Copy(s.out, raw)
		return err
	}
	f, err := os.OpenFile(c.To, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(f, raw); err != nil {
		_ = f.Close() // the copy's error says more
		return err
	}
	return f.Close()
}

type parkedImport struct {
	Arrival string `arg:"" help:"Arrival that the message replaces."`
	File    string `arg:"" help:"Corrected message (.eml)." type:"existingfile"`
	Reason  string `required:"" help:"Why; kept on record."`
}

// Run takes the corrected message in with the time of the parked one; it completes
// what that one made.
func (c parkedImport) Run(s *session) error {
	return s.decide(func(a *app, who complaint.Person) (arrivalID string, err error) {
		r, err := a.cases.Arrival(s.ctx, who, complaint.ActOverrule, c.Arrival, "")
		if err != nil {
			return "", err
		}
		f, err := os.Open(c.File)
		if err != nil {
			return "", err
		}
		defer f.Close()
		info, err := f.Stat()
		if err != nil {
			return "", err
		}
		return r.ID, a.intake.Replace(s.ctx, ingest.Overrule{Who: who, Reason: c.Reason}, r, f, info.Size())
	})
}

type parkedRetry struct {
	Arrival string `arg:"" help:"Arrival."`
}

// Run processes a parked arrival now. One that the mail server would not give is
// asked for again.
func (c parkedRetry) Run(s *session) error {
	return s.decide(func(a *app, who complaint.Person) (arrivalID string, err error) {
		r, err := a.cases.Arrival(s.ctx, who, complaint.ActOverrule, c.Arrival, "")
		switch {
		case err != nil:
			return "", err
		case !ingest.CanReplace(r):
			return "", fmt.Errorf("arrival %s is not parked; `skarga parked` lists what is", r.ID)
		case r.Outcome != complaint.Pending:
			return r.ID, a.refetch(s.ctx, r, who)
		}
		if err := a.store.RetryArrival(s.ctx, r.ID); err != nil {
			return "", err
		}
		if _, err := a.intake.Drain(s.ctx); err != nil {
			return "", err
		}
		if r, err = a.store.GetArrival(s.ctx, r.ID); err != nil {
			return "", err
		}
		_, err = fmt.Fprintf(s.out, "%s %s\n", arrivalState(r), why(r))
		return "", err
	})
}

// refetch asks the mail server once more for a message that it would not give, or that
// was over the limit, and takes it in place of the arrival without it.
func (a *app) refetch(ctx context.Context, r complaint.Arrival, who complaint.Person) error {
	i := slices.IndexFunc(a.cfg.Mailboxes, func(m config.Mailbox) bool { return m.Account == r.Account && m.Folder == r.Mailbox })
	if i < 0 {
		return fmt.Errorf("arrival %s came from %s/%s, which is not configured any more; import the message as a file", r.ID, r.Account, r.Mailbox)
	}
	t := imap.Target{UIDValidity: r.UIDValidity, UID: r.UID, MessageID: r.MessageID, SHA256: r.SHA256, HeaderOnly: true, Size: r.Size, InternalDate: r.ArrivedAt}
	return imap.Refetch(ctx, a.imapOptions(a.cfg.Mailboxes[i], time.Time{}), t, func(f imap.Fetched) error {
		switch {
		case f.OverLimit:
			return fmt.Errorf("%s; raise intake.max_message_mb for this command (SKARGA_INTAKE_MAX_MESSAGE_MB)", f.Problem)
		case f.Body == nil:
			return fmt.Errorf("the mail server still does not give the whole message: %s", f.Problem)
		}
		return a.intake.Replace(ctx, ingest.Overrule{Who: who, Reason: "fetched again"}, r, f.Body, f.Size)
	})
}

type parkedGiveUp struct {
	Arrival string `arg:"" help:"Arrival."`
	Reason  string `required:"" help:"Why; kept on record."`
}

// Run ends the retries.
func (c parkedGiveUp) Run(s *session) error {
	return s.decide(func(a *app, who complaint.Person) (arrivalID string, err error) {
		r, err := a.cases.Arrival(s.ctx, who, complaint.ActOverrule, c.Arrival, "")
		if err != nil {
			return "", err
		}
		return r.ID, a.intake.GiveUp(s.ctx, ingest.Overrule{ArrivalID: r.ID, Who: who, Reason: c.Reason})
	})
}

// arrival finds an arrival for the person who acts.
func (s *session) arrival(a *app, what complaint.Action, id string) (complaint.Person, complaint.Arrival, error) {
	who, err := s.person(a)
	if err != nil {
		return who, complaint.Arrival{}, err
	}
	r, err := a.cases.Arrival(s.ctx, who, what, id, "")
	return who, r, err
}

package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
)

type recordCmd struct {
	onCase `embed:""`
	File   string `arg:"" help:"The message, as .eml." type:"existingfile"`
	Meets  string `help:"The promise that it kept, e.g. update: on your word, with a reason." placeholder:"PROMISE"`
	Reason string `help:"With --meets: why it counts; kept on record." placeholder:"WHY"`
	Sent   string `help:"When it was sent; the message's own date when left out." placeholder:"2026-12-24 10:30"`
}

// Run takes in a message that did not come through the mailbox.
func (c recordCmd) Run(s *session) error {
	kept := complaint.ObligationKind(c.Meets)
	if (c.Meets == "") != (c.Reason == "") {
		return usageError{errors.New("--meets and --reason go together: a promise is kept by your word, with a reason")}
	}
	if c.Meets != "" && !slices.Contains(complaint.ObligationKinds(), kept) {
		return usageError{fmt.Errorf("there is no promise %q; there are %v", c.Meets, complaint.ObligationKinds())}
	}
	return c.act(s, func(a *app, on casework.Acting) error {
		sent, err := a.timeOf("--sent", c.Sent)
		if err != nil {
			return err
		}
		id, err := a.cases.Check(s.ctx, on, complaint.ActLog)
		if err != nil {
			return err
		}
		f, err := os.Open(c.File)
		if err != nil {
			return err
		}
		defer f.Close()
		if kept != "" { // before anything is recorded
			if err := a.mayKeep(s, on, kept, sent, f); err != nil {
				return err
			}
		}
		r, err := a.intake.RecordElsewhere(s.ctx, ingest.Elsewhere{ComplaintID: id, Actor: on.Who.Name, Sent: sent, Source: filepath.Base(c.File)}, f)
		if err != nil {
			return err
		}
		if kept != "" {
			if err := a.cases.Elsewhere(s.ctx, on, kept, r.SentAt, r.Arrival.ID, c.Reason); err != nil {
				return fmt.Errorf("the message is recorded as arrival %s, but keeps no promise: %w", r.Arrival.ID, err)
			}
		}
		return s.recorded(on.Ref, r, kept)
	})
}

// mayKeep refuses a promise that the message cannot have kept, while nothing is
// recorded yet.
func (a *app) mayKeep(s *session, on casework.Acting, kept complaint.ObligationKind, sent time.Time, f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if m := a.reader.Read(f, info.Size(), a.now()).Message; sent.IsZero() && m != nil {
		sent = m.Date
	}
	return a.cases.MayKeep(s.ctx, on, kept, cmp.Or(sent, a.now()))
}

func (s *session) recorded(ref complaint.Reference, r ingest.Recorded, kept complaint.ObligationKind) error {
	switch {
	case r.Arrival.Outcome == complaint.Duplicate:
		return s.done("%s: the same message was on record already; arrival %s is its duplicate.", ref, r.Arrival.ID)
	case kept != "":
		return s.done("%s: recorded as arrival %s; the promise to %s was kept by it.", ref, r.Arrival.ID, kept)
	case r.FromCustomer:
		return s.done("%s: recorded as arrival %s; it waits for an answer.", ref, r.Arrival.ID)
	}
	return s.done("%s: recorded as arrival %s; it keeps no promise without --meets.", ref, r.Arrival.ID)
}

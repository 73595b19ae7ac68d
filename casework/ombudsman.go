package casework

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
)

// Deadlock declares that no agreement is possible: the letter about the ombudsman is
// owed at once (P16).
func (o *Office) Deadlock(ctx context.Context, a Acting, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return errNoReason
	}
	return o.act(ctx, a, complaint.ActOmbudsman, "deadlock", func(_ context.Context, d *desk) error {
		switch {
		case d.Complaint.Stage.Ended() || d.Complaint.Stage == complaint.StageOmbudsman || d.Complaint.Stage == complaint.StageReceived:
			return fmt.Errorf("casework: %s is at the stage %s, where there is no deadlock", d.Complaint.Reference, d.Complaint.Stage)
		case !d.Record.DeadlockAt.IsZero():
			return fmt.Errorf("casework: deadlock of %s was declared on %s already", d.Complaint.Reference, d.Record.DeadlockAt.In(o.Rules.Location).Format("2 January"))
		}
		d.Record.DeadlockAt = d.now
		d.Obligations = o.Rules.Deadlock(d.Obligations, d.now)
		d.note["reason"] = reason
		return nil
	})
}

// Referred records that the ombudsman took a case up, on a day, with the ombudsman's
// own number of it if it is known.
func (o *Office) Referred(ctx context.Context, a Acting, on time.Time, number string) error {
	return o.act(ctx, a, complaint.ActOmbudsman, "moved to ombudsman", func(ctx context.Context, d *desk) error {
		if err := d.happened(on); err != nil {
			return err
		}
		d.Record.OmbudsmanReference = cmp.Or(number, d.Record.OmbudsmanReference)
		return d.move(ctx, complaint.StageOmbudsman, "referred", on)
	})
}

// happened refuses a time, zero for now, at which nothing can have happened to a
// complaint: one that has not come, or before the day on which it arrived.
func (d *desk) happened(at time.Time) error {
	switch {
	case at.After(d.now):
		return fmt.Errorf("%w: that day has not come yet", ErrField)
	case !at.IsZero() && at.Before(d.Complaint.ReceivedAt.AddDate(0, 0, -1)):
		return fmt.Errorf("%w: %s arrived on %s, after that day", ErrField, d.Complaint.Reference, d.Complaint.ReceivedAt.In(d.office.Rules.Location).Format("2 January 2006"))
	}
	return nil
}

// Decided records the ombudsman's decision on a day, which binds the firm, and the
// tasks that carry it out (P16). Without any task there is nothing to carry out.
func (o *Office) Decided(ctx context.Context, a Acting, on time.Time, result string, tasks []string) error {
	if strings.TrimSpace(result) == "" {
		return fmt.Errorf("%w: say what the ombudsman decided", ErrField)
	}
	return o.act(ctx, a, complaint.ActOmbudsman, "ombudsman decided", func(_ context.Context, d *desk) (err error) {
		if d.Complaint.Stage != complaint.StageOmbudsman {
			return fmt.Errorf("casework: %s is at the stage %s; record first that the ombudsman took it up; `skarga ombudsman referred %s` does", d.Complaint.Reference, d.Complaint.Stage, d.Complaint.Reference)
		}
		if err := d.happened(on); err != nil {
			return err
		}
		if d.open(complaint.Comply) >= 0 {
			return fmt.Errorf("casework: the decision of %s is on record and is being carried out; `skarga ombudsman task %s …` adds to it", d.Record.DecidedAt.In(o.Rules.Location).Format("2 January 2006"), d.Complaint.Reference)
		}
		d.Record.DecidedAt, d.Record.OmbudsmanResult = on, strings.TrimSpace(result)
		if len(tasks) == 0 {
			return nil
		}
		if d.Obligations, err = o.Rules.Decide(d.Complaint, d.Obligations, on); err != nil {
			return err
		}
		due := d.Obligations[len(d.Obligations)-1].DueAt
		for _, what := range tasks {
			d.tx.CreateTask(complaint.Task{ID: complaint.NewID(), ComplaintID: d.Complaint.ID, What: what, DueAt: due, MadeBy: d.who.Name, MadeAt: d.now})
		}
		d.note["tasks"] = tasks
		return nil
	})
}

// AddTask adds something that the ombudsman's decision asks for.
func (o *Office) AddTask(ctx context.Context, a Acting, what string, due time.Time) error {
	if strings.TrimSpace(what) == "" {
		return fmt.Errorf("%w: say what is to be done", ErrField)
	}
	return o.act(ctx, a, complaint.ActOmbudsman, "task", func(_ context.Context, d *desk) error {
		i := d.open(complaint.Comply)
		if i < 0 {
			return fmt.Errorf("casework: %s has no decision of the ombudsman to carry out", d.Complaint.Reference)
		}
		due := cmp.Or(due, d.Obligations[i].DueAt)
		switch {
		case !due.After(d.now):
			return fmt.Errorf("%w: the due date is past", ErrField)
		case due.After(d.Obligations[i].DueAt):
			return fmt.Errorf("%w: the decision is to be carried out by %s", ErrField, d.Obligations[i].DueAt.In(o.Rules.Location).Format("2 January 2006"))
		}
		d.tx.CreateTask(complaint.Task{ID: complaint.NewID(), ComplaintID: d.Complaint.ID, What: strings.TrimSpace(what), DueAt: due, MadeBy: d.who.Name, MadeAt: d.now})
		d.note["what"], d.note["due"] = what, due
		return nil
	})
}

// TaskDone records that a task is done. It is named by its number in the list of the
// complaint's tasks, from 1.
func (o *Office) TaskDone(ctx context.Context, a Acting, number int, note string) error {
	return o.act(ctx, a, complaint.ActOmbudsman, "task done", func(ctx context.Context, d *desk) error {
		tasks, err := d.tx.Tasks(ctx, d.Complaint.ID)
		if err != nil {
			return err
		}
		if number < 1 || number > len(tasks) {
			return fmt.Errorf("%w: %s has %d tasks; there is no number %d", ErrField, d.Complaint.Reference, len(tasks), number)
		}
		k := tasks[number-1]
		if !k.DoneAt.IsZero() {
			return fmt.Errorf("casework: %s did that on %s", k.DoneBy, k.DoneAt.In(o.Rules.Location).Format("2 January"))
		}
		k.DoneAt, k.DoneBy, k.Note = d.now, d.who.Name, strings.TrimSpace(note)
		d.tx.SetTask(k)
		d.note["what"], d.note["note"] = k.What, k.Note
		return nil
	})
}

// GivenBack records that the ombudsman does not decide the case.
func (o *Office) GivenBack(ctx context.Context, a Acting, reason string) error {
	if strings.TrimSpace(reason) == "" {
		return errNoReason
	}
	return o.act(ctx, a, complaint.ActOmbudsman, "given back by the ombudsman", func(ctx context.Context, d *desk) error {
		d.note["reason"] = reason
		to := complaint.StageResponded
		if complaint.RespondedAt(d.Obligations).IsZero() {
			to = complaint.StageInvestigation
		}
		if d.Complaint.Stage != complaint.StageOmbudsman {
			return fmt.Errorf("casework: %s is at the stage %s; the ombudsman does not have it", d.Complaint.Reference, d.Complaint.Stage)
		}
		err := d.move(ctx, to, reason, time.Time{})
		d.Record.ReferredAt = time.Time{}
		return err
	})
}

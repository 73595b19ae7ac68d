package casework

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"strings"

	"ask4.com/skarga/complaint"
)

// Discard gives the draft up.
func (o *Office) Discard(ctx context.Context, a Acting, takeOver bool) error {
	return o.act(ctx, a, complaint.ActReply, "answer given up", func(ctx context.Context, d *desk) error {
		old, err := d.mine(ctx, Answer{TakeOver: takeOver})
		if err != nil {
			return err
		}
		if old == nil {
			return fmt.Errorf("casework: nobody is writing an answer on %s", d.Complaint.Reference)
		}
		d.note["template"], d.note["author"] = old.Kind, old.Author
		return d.tx.DeleteAnswerDraft(ctx, d.Complaint.ID)
	})
}

// unseen is the version of a draft that was kept without being shown.
const unseen = -1

// keep keeps an answer that was refused as the draft.
func (o *Office) keep(ctx context.Context, a Acting, ans Answer) error {
	return o.store.InTx(ctx, func(tx Tx) error {
		d, err := o.sit(ctx, tx, a, complaint.ActReply)
		if err != nil {
			return err
		}
		_, draft, err := d.draft(ctx, ans)
		if err == nil {
			draft.Version = unseen
			tx.SetAnswerDraft(draft)
		}
		return err
	})
}

// mine is the draft that the person may go on with; nil when there is none.
func (d *desk) mine(ctx context.Context, ans Answer) (*complaint.AnswerDraft, error) {
	old, err := d.tx.AnswerDraft(ctx, d.Complaint.ID)
	if err != nil || old == nil {
		return nil, err
	}
	switch {
	case d.who.Is(old.Author):
		return old, nil
	case !ans.TakeOver:
		return nil, &BusyError{d.Complaint.Reference, old.Author, old.Kind, old.StartedAt.In(d.office.Rules.Location)}
	}
	return old, d.office.may(d.who, kinds[old.Kind].action, d.Case)
}

// draft joins an answer with what was written before.
func (d *desk) draft(ctx context.Context, ans Answer) (*message, complaint.AnswerDraft, error) {
	draft := complaint.AnswerDraft{ComplaintID: d.Complaint.ID, Kind: ans.Kind, Author: d.who.Name, StartedAt: d.now, SavedAt: d.now,
		State: complaint.Writing, Version: d.Record.Version, Values: map[string]string{}, Promise: ans.Promise}
	old, err := d.mine(ctx, ans)
	if err != nil {
		return nil, draft, err
	}
	finished := old != nil && old.State == complaint.Awaiting
	if finished && ans.Kind != "" && ans.Kind != old.Kind {
		return nil, draft, &complaint.Refusal{Rule: "P3", Why: fmt.Sprintf("the %s by %s is finished and waits for a second person, who first lets it go or gives it back; `skarga reply %s --discard` gives it up",
			strings.ReplaceAll(old.Kind, "_", " "), old.Author, d.Complaint.Reference)}
	}
	goesOn := old != nil && (ans.Kind == "" || ans.Kind == old.Kind)
	if goesOn {
		draft.Kind, draft.StartedAt, draft.Promise = old.Kind, old.StartedAt, cmp.Or(ans.Promise, old.Promise)
		maps.Copy(draft.Values, old.Values)
		if draft.Hands = old.Hands; !d.who.Is(old.Author) {
			draft.Hands = complaint.AddNames(old.Hands, old.Author)
		}
	}
	if draft.Kind == "" {
		return nil, draft, d.noKind(ctx, "")
	}
	maps.Copy(draft.Values, ans.Values)
	m, err := d.message(ctx, Answer{Kind: draft.Kind, Values: draft.Values, Promise: draft.Promise}, d.who)
	if m != nil {
		m.hands, m.reopened = draft.Hands, finished
	}
	if finished && goesOn && d.who.Is(old.Author) && draft.Promise == old.Promise && maps.Equal(draft.Values, old.Values) && err == nil { // only looked at
		draft, m.reopened = *old, false
	}
	return m, draft, err
}

// nothingNew refuses to send over something that the author has not seen: another
// person's act, or a message of the customer, since the draft was shown.
func (d *desk) nothingNew(ctx context.Context, ans Answer) error {
	old, err := d.tx.AnswerDraft(ctx, d.Complaint.ID)
	if err != nil || old == nil || old.Version == unseen || ans.Kind != "" && ans.Kind != old.Kind {
		return err
	}
	if d.Record.Version != old.Version && !d.who.Is(d.Record.UpdatedBy) {
		return &ChangedError{d.Complaint.Reference, d.Record.UpdatedBy, d.Record.UpdatedAt.In(d.office.Rules.Location)}
	}
	replies, err := d.tx.CustomerReplies(ctx, []string{d.Complaint.ID})
	if err != nil {
		return err
	}
	for _, r := range replies {
		if r.SettledAt.IsZero() && r.At.After(old.SavedAt) {
			return &ChangedError{d.Complaint.Reference, "the customer", r.At.In(d.office.Rules.Location)}
		}
	}
	return nil
}

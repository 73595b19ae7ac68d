package casework

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

// Answer is what a person writes to the customer.
type Answer struct {
	Kind   string            // template; "" goes on with the draft
	Values map[string]string // by field, added to those of the draft
	// Promise says which promise an extension moves; "" means the next one.
	Promise  complaint.ObligationKind
	TakeOver bool // go on with what somebody else began
}

// For keeps what a message in one language takes: of texts that are given in several,
// the one that the customer reads.
func (ans Answer) For(lang complaint.Language) Answer {
	values := map[string]string{}
	for key, v := range ans.Values {
		_, suffix, divided := strings.Cut(key, ".")
		if lang == complaint.Both || !divided || complaint.Language(suffix) == lang {
			values[key] = v
		}
	}
	ans.Values = values
	return ans
}

// Preview is an answer as it would leave.
type Preview struct {
	Draft    complaint.AnswerDraft
	To       string // who gets it, as on the envelope
	Language complaint.Language
	Message  templates.Message
	English  templates.Message // the same in English, for who writes it; empty where Message is
	Lacks    []templates.Lack
	Stops    string                   // why it may not leave although nothing lacks, e.g. a new date that is past; "" for nothing
	Findings []templates.Finding      // where its language is not plain: warnings (P4)
	Meets    complaint.ObligationKind // the promise that it keeps; "" for none
	DueAt    time.Time                // of that promise
	Approval bool                     // a second person has to let it go
	Reopened bool                     // it waited for that person, and is changed: it has to be finished again
	Alone    bool                     // a response after which nobody on the staff list could review an appeal (P15)
	Fields   []templates.Field        // what people write in it
}

// Keys are the names under which a field's words are given: a text that goes out in
// two languages has two.
func (p Preview) Keys(f templates.Field) []string {
	if p.Language == complaint.Both && f.Type == "text" {
		return []string{f.Key + ".en", f.Key + ".pl"}
	}
	return []string{f.Key}
}

// BusyError refuses an answer while somebody else writes one.
type BusyError struct {
	Ref    complaint.Reference
	Author string
	Kind   string
	Since  time.Time
}

// Error says who was first, and how to go on all the same.
func (e *BusyError) Error() string {
	return fmt.Sprintf("casework: %s has been writing the %s of %s since %s; ask, or go on with it by --take-over", e.Author, e.Kind, e.Ref, e.Since.Format("15:04 on 2 Jan"))
}

// Sent says what became of an answer.
type Sent struct {
	Delivery complaint.Delivery // queued; zero while it waits
	Awaiting bool               // a second person has to let it go
	Findings []templates.Finding
}

// Compose shows an answer as it would leave, with what is missing, and keeps it as the
// draft of that complaint: who writes second is told (*BusyError). Of words that are
// wrong (ErrField) the draft keeps the others.
func (o *Office) Compose(ctx context.Context, a Acting, ans Answer) (p Preview, err error) {
	var wrong error // of the words
	err = o.store.InTx(ctx, func(tx Tx) error {
		d, err := o.sit(ctx, tx, a, complaint.ActReply)
		if err != nil {
			return err
		}
		m, draft, err := d.draft(ctx, ans)
		if wrong = err; m != nil && errors.Is(err, ErrField) {
			for key, v := range draft.Values { // what is right is kept all the same
				if templates.Fill(m.data, map[string]string{key: v}) != nil {
					delete(draft.Values, key)
				}
			}
			if len(draft.Values) > 0 {
				tx.SetAnswerDraft(draft)
			}
			return nil
		}
		if err != nil {
			return err
		}
		tx.SetAnswerDraft(draft)
		p, err = d.previewed(ctx, m, draft)
		return err
	})
	return p, named(a.Ref, cmp.Or(err, wrong))
}

// Finished shows the answer that waits for a second person, to that person.
func (o *Office) Finished(ctx context.Context, a Acting) (p Preview, err error) {
	err = o.store.InTx(ctx, func(tx Tx) error {
		d, err := o.sit(ctx, tx, a, complaint.ActApprove)
		if err != nil {
			return err
		}
		old, m, err := d.finished(ctx)
		if err != nil {
			return err
		}
		p, err = d.previewed(ctx, m, *old)
		return err
	})
	return p, named(a.Ref, err)
}

// previewed is preview with the same in English beside a message in Polish: the
// template's words are English, the author's as written.
func (d *desk) previewed(ctx context.Context, m *message, draft complaint.AnswerDraft) (Preview, error) {
	p, err := d.preview(m, draft)
	if err == nil && d.Complaint.ReplyBy != complaint.ByLetter {
		t, e := d.thread(ctx)
		p.Message.Subject, err = t.Subject(templates.KindOf(m.data), d.Complaint, p.Message.Subject), e
	}
	if err == nil && len(p.Lacks) == 0 {
		if stops := d.ready(ctx, m); stops != nil {
			p.Stops = stops.Error()
		}
	}
	if err != nil || p.Language != complaint.Polish {
		return p, err
	}
	e := *d
	e.Complaint.Language = complaint.English
	values := map[string]string{}
	for key, v := range draft.Values {
		values[strings.TrimSuffix(key, "."+string(complaint.Polish))] = v
	}
	english, err := e.message(ctx, Answer{Kind: draft.Kind, Values: values, Promise: draft.Promise}, m.author)
	if err != nil {
		return p, err
	}
	p.English, err = d.office.Writer.Draft(english.data)
	return p, err
}

// Send queues an answer, or lets it wait for a second person where that is asked for.
// One that does not say what it must is refused with a *templates.LackError and stays
// a draft, with what was given now.
func (o *Office) Send(ctx context.Context, a Acting, ans Answer) (s Sent, err error) {
	var refused error
	err = o.act(ctx, a, complaint.ActReply, "answer queued", func(ctx context.Context, d *desk) error {
		m, draft, err := d.draft(ctx, ans)
		if err != nil {
			return err
		}
		if err := d.nothingNew(ctx, ans); err != nil {
			return err
		}
		if refused = d.ready(ctx, m); refused != nil {
			return refused
		}
		s.Findings = templates.CheckStaff(m.data)
		if d.needsApproval(draft.Kind, m.author) {
			draft.State, s.Awaiting = complaint.Awaiting, true
			d.event = "answer awaits approval"
			d.note["template"] = draft.Kind
			d.tx.SetAnswerDraft(draft)
			return nil
		}
		s.Delivery, err = d.deliver(ctx, m)
		return err
	})
	if refused == nil {
		return s, err
	}
	kept := o.keep(ctx, a, ans)
	return s, errors.Join(fmt.Errorf("%w; it is kept as a draft", err), kept)
}

// message fills a message with what Skarga knows and what its author wrote.
func (d *desk) message(ctx context.Context, ans Answer, author complaint.Person) (*message, error) {
	k, ok := kinds[ans.Kind]
	if !ok {
		return nil, d.noKind(ctx, ans.Kind)
	}
	if err := d.office.may(author, k.action, d.Case); err != nil {
		return nil, err
	}
	m := &message{answer: ans, author: author, meets: -1}
	if k.meets != "" {
		if m.meets = d.open(k.meets); m.meets < 0 {
			return nil, fmt.Errorf("casework: %s has no open promise to %s, which the %s would keep; `skarga show %s` tells what is owed", d.Complaint.Reference, strings.ReplaceAll(string(k.meets), "_", " "), strings.ReplaceAll(ans.Kind, "_", " "), d.Complaint.Reference)
		}
		if err := d.notOnItsWay(ctx, m.meets); err != nil {
			return nil, err
		}
	}
	if err := k.fill(ctx, d, m); err != nil {
		return nil, err
	}
	values, err := d.quote(ctx, ans.Values)
	if err != nil {
		return nil, err
	}
	if err := templates.Fill(m.data, values); err != nil {
		return m, fmt.Errorf("%w: %w", ErrField, err)
	}
	return m, nil
}

// notOnItsWay refuses a second message for a promise whose first one is still queued.
func (d *desk) notOnItsWay(ctx context.Context, promise int) error {
	sent, err := d.tx.DeliveriesOf(ctx, d.Complaint.ID)
	if err != nil {
		return err
	}
	for _, m := range sent {
		if m.ObligationID == d.Obligations[promise].ID && m.Status == complaint.Queued && m.Kind != complaint.ExtensionKind {
			return fmt.Errorf("casework: the %s of %s was queued at %s and is on its way", m.Kind, d.Complaint.Reference, m.QueuedAt.In(d.office.Rules.Location).Format("15:04 on 2 Jan"))
		}
	}
	return nil
}

// quote replaces what stands for something on record: "@record" by the record's own
// words, "@actions" by what was done (P5).
func (d *desk) quote(ctx context.Context, values map[string]string) (map[string]string, error) {
	out := maps.Clone(values)
	for key, v := range values {
		name, _, _ := strings.Cut(key, ".")
		switch v {
		case "@record":
			field := map[string]string{"root_cause": "root_cause", "remedy": "remedy", "sought": "remedy"}[name]
			words := map[string]string{"root_cause": d.Record.RootCause, "remedy": d.Record.Remedy}[field]
			switch {
			case field == "":
				return nil, fmt.Errorf("%w: %s: write it; @record is for root_cause, remedy and sought", ErrField, key)
			case words == "":
				return nil, fmt.Errorf("%w: %s: the record has nothing for it; `skarga set %s %s=…` sets it", ErrField, key, d.Complaint.Reference, field)
			}
			out[key] = words
		case "@actions":
			deeds, err := d.tx.Deeds(ctx, d.Complaint.ID)
			if err != nil {
				return nil, err
			}
			var lines []string
			for _, deed := range deeds {
				lines = append(lines, "- "+deed.What)
			}
			out[key] = strings.Join(lines, "\n")
		}
	}
	return out, nil
}

// ready says what a message lacks before it may leave: words of its author first, then
// what must be on record, which fills the rest.
func (d *desk) ready(ctx context.Context, m *message) error {
	if lacks := unwritten(m); len(lacks) > 0 {
		return &templates.LackError{Kind: m.answer.Kind, Lacks: lacks}
	}
	if check := kinds[m.answer.Kind].check; check != nil {
		if err := check(ctx, d, m); err != nil {
			return err
		}
	}
	if lacks := templates.Missing(m.data); len(lacks) > 0 {
		return &templates.LackError{Kind: m.answer.Kind, Lacks: lacks}
	}
	return nil
}

// unwritten is what the author of a message still has to write.
func unwritten(m *message) []templates.Lack {
	return slices.DeleteFunc(templates.Missing(m.data), func(l templates.Lack) bool { return !l.Field.Staff })
}

// deliver queues a message: its bytes are rendered and stored now. The promise is kept
// when it is delivered.
func (d *desk) deliver(ctx context.Context, m *message) (complaint.Delivery, error) {
	if err := d.ready(ctx, m); err != nil {
		return complaint.Delivery{}, err
	}
	t, err := d.thread(ctx)
	if err != nil {
		return complaint.Delivery{}, err
	}
	switch ref := d.Complaint.Reference; {
	case d.Complaint.ReplyBy == complaint.ByLetter && !d.Complaint.CanPost():
		return complaint.Delivery{}, fmt.Errorf("casework: %s is answered by letter, and %s; `skarga letters address %s` gives one", ref, d.Complaint.PostFault(), ref)
	case d.Complaint.ReplyBy != complaint.ByLetter && t.To == "":
		return complaint.Delivery{}, fmt.Errorf("casework: %s has no e-mail address: answer by letter, or give one; `skarga set %s address=…` does", ref, ref)
	}
	out, err := d.office.Writer.Write(m.data, d.Complaint, t)
	if err != nil {
		return out, err
	}
	if m.meets >= 0 {
		out.ObligationID = d.Obligations[m.meets].ID
	}
	if effect := kinds[m.answer.Kind].effect; effect != nil {
		if err := effect(ctx, d, m); err != nil {
			return out, err
		}
	}
	if err := d.settle(ctx, out.ID); err != nil {
		return out, err
	}
	d.queue(out)
	d.note["values"], d.note["promise"] = m.answer.Values, m.answer.Promise // should it not arrive, it is not written anew
	return out, d.tx.DeleteAnswerDraft(ctx, d.Complaint.ID)
}

// preview renders a draft as it would leave.
func (d *desk) preview(m *message, draft complaint.AnswerDraft) (Preview, error) {
	text, err := d.office.Writer.Draft(m.data)
	p := Preview{Draft: draft, Message: text, Lacks: unwritten(m), Findings: templates.CheckStaff(m.data), To: recipient(d.Case), Language: d.Complaint.Language,
		Approval: d.needsApproval(draft.Kind, m.author), Reopened: m.reopened, Alone: d.alone(m)}
	if d.Complaint.ReplyBy == complaint.ByLetter {
		p.To = strings.Join(d.Complaint.PostalLines(), ", ")
	}
	if m.meets >= 0 {
		p.Meets, p.DueAt = d.Obligations[m.meets].Kind, d.Obligations[m.meets].Deadline()
	}
	for _, f := range templates.KindOf(m.data).Fields {
		if f.Staff {
			p.Fields = append(p.Fields, f)
		}
	}
	return p, err
}

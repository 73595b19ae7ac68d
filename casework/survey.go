package casework

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

// SurveyStore is what surveys need from storage.
type SurveyStore interface {
	// TryLock takes a named lock over all nodes; ok is false when another node has
	// it.
	TryLock(ctx context.Context, name string) (release func(), ok bool, err error)
	// Surveyable lists complaints that were closed from a time on until another, and
	// about whose survey nothing was decided, at most n.
	Surveyable(ctx context.Context, from, until time.Time, n int) ([]string, error)
	InTx(ctx context.Context, fn func(Tx) error) error
}

// Surveys asks people how satisfied they are (P7): after a complaint was closed, and
// after contacts with support that the firm lists. Several nodes may run it; one at a
// time acts, and each complaint and contact is decided about once.
type Surveys struct {
	Office *Office
	Store  SurveyStore
	Rules  complaint.SurveyRules
	// Links gives the signed addresses of a survey's page and of the page that stops
	// surveys.
	Links func(ctx context.Context, surveyID string, l complaint.Language) (answer, stop string, err error)
	Every time.Duration // between looks; 0 means a minute
	Log   *slog.Logger
}

// surveyLate is how long after its time a closed complaint may still be asked about:
// an outage is made up for, but nobody is asked about what they forgot.
const surveyLate = 14 * 24 * time.Hour

// ErrSurveysBusy says that another process is inviting people at this moment.
var ErrSurveysBusy = errors.New("casework: surveys are being sent at this moment by another process; try again in a minute")

// Run looks again and again until ctx ends.
func (s Surveys) Run(ctx context.Context) error {
	tick := time.NewTicker(cmp.Or(s.Every, time.Minute))
	defer tick.Stop()
	for {
		if _, err := s.Look(ctx); err != nil && ctx.Err() == nil && !errors.Is(err, ErrSurveysBusy) {
			s.Log.Error("surveys", "err", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// Look invites the people of complaints that were closed long enough ago, and says how
// many. Without a share to ask it does nothing.
func (s Surveys) Look(ctx context.Context) (invited int, err error) {
	if s.Rules.Share <= 0 {
		return 0, nil
	}
	release, ok, err := s.Store.TryLock(ctx, "surveys")
	if err != nil {
		return 0, err
	}
	if !ok {
		return 0, ErrSurveysBusy
	}
	defer release()
	until := s.Office.Now().Add(-s.Rules.After)
	for {
		ids, err := s.Store.Surveyable(ctx, until.Add(-surveyLate), until, 100)
		if err != nil || len(ids) == 0 {
			return invited, err
		}
		decided := 0
		for _, id := range ids {
			asked, done, err := s.closed(ctx, id)
			if err != nil {
				return invited, fmt.Errorf("casework: survey: %w", err)
			}
			if asked {
				invited++
			}
			if done {
				decided++
			}
		}
		if decided == 0 {
			return invited, nil // all of them go on again
		}
	}
}

// closed decides about one closed complaint, once.
func (s Surveys) closed(ctx context.Context, id string) (asked, decided bool, err error) {
	err = s.Store.InTx(ctx, func(tx Tx) error {
		return s.Office.program(ctx, tx, id, "survey queued", func(ctx context.Context, d *desk) error {
			past, err := tx.SurveyPast(ctx, complaint.FoldAddress(d.Complaint.CustomerAddress), "")
			if err != nil {
				return err
			}
			why, wait := s.Rules.SkipClosed(d.Case, past, d.now)
			if wait {
				return nil
			}
			v := complaint.Survey{ID: complaint.NewID(), Source: complaint.FromClosure, ComplaintID: id, Address: d.Complaint.CustomerAddress,
				Language: d.Complaint.Language, ContactAt: d.Complaint.ClosedAt, Why: why}
			out, created, err := s.decide(ctx, tx, v, d.Complaint, d.now)
			decided, asked = err == nil, created && why == ""
			if asked {
				d.queue(out)
				d.note["survey"] = v.ID
			}
			return err
		})
	})
	return asked, decided, err
}

// decide keeps what was decided about a survey, and makes its mail. It is false when it
// was decided about before; the mail is queued by the caller.
func (s Surveys) decide(ctx context.Context, tx Tx, v complaint.Survey, c complaint.Complaint, now time.Time) (out complaint.Delivery, created bool, err error) {
	v.DecidedAt, v.State = now, complaint.SurveySkipped
	if v.Why == "" {
		v.State = complaint.SurveyInvited
		y, m, day := now.In(s.Office.Rules.Location).Date()
		v.AnswerBy = time.Date(y, m, day+s.Rules.AnswerDays, 23, 59, 59, 0, s.Office.Rules.Location)
		if out, err = s.write(ctx, v, c); err != nil {
			return out, false, err
		}
		v.DeliveryID = out.ID
	}
	created, err = tx.CreateSurvey(ctx, v)
	return out, created, err
}

// write makes the mail that asks.
func (s Surveys) write(ctx context.Context, v complaint.Survey, c complaint.Complaint) (complaint.Delivery, error) {
	answer, stop, err := s.Links(ctx, v.ID, v.Language)
	if err != nil {
		return complaint.Delivery{}, err
	}
	c.Language = v.Language
	d := &templates.Survey{Header: s.Office.Writer.Case(c).Header, Reference: c.Reference, SurveyURL: answer, OptOutURL: stop, AnswerBy: v.AnswerBy}
	if v.Source == complaint.FromClosure {
		d.ClosedAt = v.ContactAt
	} else {
		d.ContactAt = v.ContactAt
	}
	return s.Office.Writer.Write(d, c, Thread{To: v.Address, Automatic: true})
}

// event appends to a history.
func (o *Office) event(tx Tx, subject, kind, actor string, now time.Time, payload map[string]any) error {
	b, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("casework: event payload: %w", err)
	}
	tx.CreateEvent(complaint.Event{ID: complaint.NewID(), Subject: subject, At: now, Actor: actor, Kind: kind, Payload: b})
	return nil
}

// Contact is a contact with support, as the firm lists it.
type Contact struct {
	Line     int // in the list, for what is said about it
	Address  string
	Language complaint.Language
	At       time.Time // day of the contact
}

// key is the same for the same contact in any list; it is the survey's ID.
func (c Contact) key() string {
	sum := sha256.Sum256([]byte(complaint.FoldAddress(c.Address) + " " + c.At.Format(time.DateOnly)))
	return "c" + hex.EncodeToString(sum[:12])
}

// Asked says what became of one contact of a list.
type Asked struct {
	Contact
	Why string // why the person is not asked; empty for an invitation
}

// Invite asks a sample of the people of a list (P7), under the same caps: at most n, of
// whom those count that were asked about the same contact before. The same list twice
// asks the same people, so nobody is asked twice.
func (s Surveys) Invite(ctx context.Context, who complaint.Person, contacts []Contact, n int) ([]Asked, error) {
	if !complaint.HasRole(who.Role, complaint.ActReport) {
		return nil, &complaint.Refusal{Rule: "P8", Why: fmt.Sprintf("%s has the role %q, which may not send surveys", who.Name, who.Role)}
	}
	release, ok, err := s.Store.TryLock(ctx, "surveys")
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, ErrSurveysBusy
	}
	defer release()
	chosen, all := lastContacts(contacts)
	slices.SortFunc(chosen, func(a, b Contact) int {
		return cmp.Compare(complaint.SampleOrder(a.key()), complaint.SampleOrder(b.key()))
	})
	for _, c := range chosen {
		if n <= 0 {
			all = append(all, Asked{c, notSampled})
			continue
		}
		why, counts, err := s.contact(ctx, who, c)
		if err != nil {
			return nil, fmt.Errorf("casework: line %d: %w", c.Line, err)
		}
		if counts {
			n--
		}
		all = append(all, Asked{c, why})
	}
	slices.SortFunc(all, func(a, b Asked) int { return cmp.Compare(a.Line, b.Line) })
	return all, nil
}

// notSampled is why most people are not asked.
const notSampled = "it is not in the sample"

// lastContacts keeps the last contact of each person.
func lastContacts(contacts []Contact) (chosen []Contact, rest []Asked) {
	last := map[string]Contact{}
	for _, c := range contacts {
		address := complaint.FoldAddress(c.Address)
		before, twice := last[address]
		if twice && !c.At.After(before.At) {
			c, before = before, c
		}
		last[address] = c
		if twice {
			rest = append(rest, Asked{before, fmt.Sprintf("the same person is in line %d", c.Line)})
		}
	}
	for _, c := range last {
		chosen = append(chosen, c)
	}
	return chosen, rest
}

// contact decides about one contact; counts is true when the person is asked about it,
// now or earlier.
func (s Surveys) contact(ctx context.Context, who complaint.Person, c Contact) (why string, counts bool, err error) {
	now := s.Office.Now()
	err = s.Store.InTx(ctx, func(tx Tx) error {
		before, known, err := tx.Survey(ctx, c.key())
		if err != nil {
			return err
		}
		if known {
			why, counts = "asked about this contact before", before.State == complaint.SurveyInvited
			if !counts {
				why = before.Why
			}
			return nil
		}
		past, err := tx.SurveyPast(ctx, complaint.FoldAddress(c.Address), who.Name)
		if err != nil {
			return err
		}
		if why = s.Rules.Skip(past, now); why == "" && past.Open {
			why = "a complaint of the person goes on"
			if past.Hidden {
				why = notSampled // P8
			}
		}
		v := complaint.Survey{ID: c.key(), Source: complaint.FromCampaign, Address: c.Address, Language: c.Language, ContactAt: c.At, Why: why}
		out, created, err := s.decide(ctx, tx, v, complaint.Complaint{}, now)
		if err != nil || !created || why != "" {
			return err
		}
		counts = true
		tx.CreateDelivery(out)
		return s.Office.event(tx, v.ID, "survey queued", who.Name, now, map[string]any{"delivery": out.ID, "to": out.Recipient})
	})
	return why, counts, err
}

// Learn keeps what the firm learns from the answer to a survey, with who sees to it and
// by when (P7); done is the day on which it was done, empty while it is open.
func (s Surveys) Learn(ctx context.Context, who complaint.Person, id, lesson, owner, due, done string) error {
	lesson = strings.TrimSpace(lesson)
	person, err := s.Office.Person(owner)
	if err != nil {
		return fmt.Errorf("%w: a lesson needs an owner: %w", ErrField, err)
	}
	for _, day := range []string{due, done} {
		if _, err := time.Parse(time.DateOnly, cmp.Or(day, "2026-01-01")); err != nil {
			return fmt.Errorf("%w: %q is no day; one looks like 2026-12-31", ErrField, day)
		}
	}
	return s.Store.InTx(ctx, func(tx Tx) error {
		v, ok, err := tx.Survey(ctx, id)
		if err != nil {
			return err
		}
		action, held := complaint.ActReport, complaint.Case{}
		if ok && v.ComplaintID != "" {
			if held, err = tx.LockCase(ctx, v.ComplaintID); err != nil {
				return err
			}
		}
		if err := complaint.May(who, action, held); err != nil && !errors.Is(err, complaint.ErrNoComplaint) {
			return err
		} else if !ok || err != nil {
			return fmt.Errorf("casework: there is no survey %s; `skarga survey list` shows those there are", id)
		}
		if lesson == "" && v.Lesson == "" {
			return fmt.Errorf("%w: say what is to be learned", ErrField)
		}
		v.Lesson, v.LessonOwner, v.LessonDue, v.LessonDone = cmp.Or(lesson, v.Lesson), person.Name, cmp.Or(due, v.LessonDue), done
		if err := tx.SetSurveyLesson(ctx, v); err != nil {
			return err
		}
		return s.Office.event(tx, cmp.Or(v.ComplaintID, v.ID), "survey lesson", who.Name, s.Office.Now(), map[string]any{"survey": v.ID, "lesson": v.Lesson, "owner": v.LessonOwner, "due": v.LessonDue, "done": v.LessonDone})
	})
}

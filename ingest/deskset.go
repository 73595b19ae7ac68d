package ingest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/mail"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/complaint/language"
)

// ErrField is wrapped by errors about a field that does not exist or a value that it
// does not take: wrong use.
var ErrField = errors.New("ingest: nothing was set")

// letterCase is what a person sets of a letter.
type letterCase struct {
	*complaint.Case
	letter *complaint.ScanLetter
}

// letterFields are what SetLetter takes, by name. An empty value empties the field.
var letterFields = map[string]func(c letterCase, v string) error{
	"name": func(c letterCase, v string) error { c.Complaint.Rename(oneLine(v)); return nil },
	"email": func(c letterCase, v string) error {
		if v != "" {
			a, err := mail.ParseAddress(v)
			if err != nil {
				return fmt.Errorf("%q is no e-mail address", v)
			}
			v = a.Address
		}
		c.Complaint.CustomerAddress = v
		return nil
	},
	"address": func(c letterCase, v string) error {
		var lines []string
		for _, line := range strings.FieldsFunc(v, func(r rune) bool { return r == ';' || r == '\n' }) {
			if line = oneLine(line); line != "" {
				lines = append(lines, line)
			}
		}
		c.Complaint.PostalAddress, c.Complaint.PostalConfirmed, c.Complaint.PostalReturned = strings.Join(lines, "\n"), false, ""
		return nil
	},
	"account":  func(c letterCase, v string) error { c.Record.Account = oneLine(v); return nil },
	"building": func(c letterCase, v string) error { c.Record.Building = oneLine(v); return nil },
	"room":     func(c letterCase, v string) error { c.Record.Room = oneLine(v); return nil },
	"subject":  func(c letterCase, v string) error { c.Complaint.Subject = oneLine(v); return nil },
	"summary":  func(c letterCase, v string) error { c.Complaint.Summary = cleanText(v); return nil },
	"text": func(c letterCase, v string) error {
		c.letter.Typed = cleanText(v)
		c.Complaint.Language = language.Detect(c.letter.Typed)
		return nil
	},
	"language": func(c letterCase, v string) error {
		known := map[string]complaint.Language{"en": complaint.English, "pl": complaint.Polish, "both": complaint.Both, "": complaint.Both}
		l, ok := known[v]
		if !ok {
			return fmt.Errorf("%q is no language that we write; there are en, pl and both", v)
		}
		c.Complaint.Language = l
		return nil
	},
	"reply_by": func(c letterCase, v string) error {
		w := complaint.Way(v)
		if w != complaint.ByEmail && w != complaint.ByLetter {
			return fmt.Errorf("%q is no way to answer; there are email and letter", v)
		}
		c.Complaint.ReplyBy = w
		return nil
	},
	"needs": func(c letterCase, v string) error {
		n := complaint.Need(v)
		if v != "" && n != complaint.LargePrint && n != complaint.Braille {
			return fmt.Errorf("%q is not known; there are large_print and braille", v)
		}
		c.Complaint.Needs = n
		return nil
	},
	"channel": func(_ letterCase, v string) error {
		ch, err := complaint.ParseChannel(v) // phone is refused here too (P11)
		if err == nil && ch != complaint.ChannelLetter {
			err = errors.New("what was scanned came by letter")
		}
		return err
	},
}

// LetterFields lists the fields that SetLetter takes.
func LetterFields() []string { return slices.Sorted(maps.Keys(letterFields)) }

// SetLetter sets what a person reads on the page: all of the values or none. text is
// the whole letter as typed; it is then searched as if it had been read, and what it says
// stands where no person said otherwise. Nothing leaves before ConfirmLetter.
func (in *Intake) SetLetter(ctx context.Context, act DeskAct, values map[string]string) error {
	_, typed := values["text"]
	err := in.atDesk(ctx, act, "set", "as on the page", func(ctx context.Context, d *decision, l complaint.ScanLetter) error {
		if d.a.ComplaintID == "" {
			return fmt.Errorf("ingest: the letter is %s and has no record to set", d.a.Outcome)
		}
		if _, err := d.load(ctx, d.a.ComplaintID); err != nil {
			return err
		}
		v, err := d.tx.LockCase(ctx, d.a.ComplaintID)
		if err != nil {
			return err
		}
		by := act.Who.Name
		if typed && untouched(v) && !v.Complaint.PostalConfirmed { // it is surer than what was read before
			forget(&v)
			if len(values) == 1 {
				by = byMachine // who typed only said what stands there
			}
		}
		if err := setFields(letterCase{&v, &l}, values); err != nil {
			return err
		}
		v.Record.ComplaintID, v.Record.Version, v.Record.UpdatedAt, v.Record.UpdatedBy = v.Complaint.ID, v.Record.Version+1, d.now, by
		d.tx.SetComplaint(v.Complaint)
		d.tx.SetRecord(v.Record)
		if typed {
			l.CompletedAt = time.Time{}
		}
		d.tx.SetLetter(l)
		if from := complaint.FoldAddress(v.Complaint.CustomerAddress); from != "" {
			d.tx.CreateParty(complaint.Party{ComplaintID: v.Complaint.ID, Address: from, Role: "customer"})
		}
		return appendEvent(d.tx, v.Complaint.ID, "letter set", act.Who.Name, d.now, map[string]any{"arrival": d.a.ID, "values": values})
	})
	if err != nil || !typed {
		return err
	}
	return in.completeLetter(ctx, act.ArrivalID, values)
}

// setFields sets the values; the error names every one that is wrong.
func setFields(c letterCase, values map[string]string) error {
	var errs []error
	names := slices.Sorted(maps.Keys(values))
	slices.SortStableFunc(names, func(a, b string) int { // the text first: a language said beside it holds
		return map[bool]int{true: -1}[a == "text"] - map[bool]int{true: -1}[b == "text"]
	})
	for _, name := range names {
		set, known := letterFields[name]
		if !known {
			errs = append(errs, fmt.Errorf("there is no field %q; there are %s", name, strings.Join(LetterFields(), ", ")))
			continue
		}
		if err := set(c, strings.TrimSpace(values[name])); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", name, err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("%w: %w", ErrField, err)
	}
	if lines := c.Complaint.PostalLines(); values["address"] != "" && len(lines) > 0 && otherName(c.Complaint.CustomerName, lines[0]) {
		c.Complaint.PostalAddress = c.Complaint.CustomerName + "\n" + c.Complaint.PostalAddress // it was given without the name
	}
	return nil
}

// CheckBatch settles what is wrong with a batch: a person looked at its paper. Its
// letters no longer wait for that.
func (in *Intake) CheckBatch(ctx context.Context, who complaint.Person, batchID, reason string) error {
	return in.ofBatch(ctx, who, batchID, reason, "batch checked", func(_ context.Context, d *decision, b *complaint.ScanBatch, _ []complaint.ScanLetter) error {
		if b.Problem == "" && b.Letters == 0 {
			return fmt.Errorf("ingest: nothing is wrong with batch %s", b.ID)
		}
		b.CheckedAt, b.CheckedBy = d.now, who.Name
		return nil
	})
}

// ReceivedBatch says when the letters of a batch reached the building: their promises
// are counted anew (P12), and a time that could not be true is settled.
func (in *Intake) ReceivedBatch(ctx context.Context, who complaint.Person, batchID, reason string, at time.Time) error {
	if at.After(in.Now()) {
		return fmt.Errorf("%w: letters cannot have been received at a time to come", ErrField)
	}
	return in.ofBatch(ctx, who, batchID, reason, "received time set", func(ctx context.Context, d *decision, b *complaint.ScanBatch, letters []complaint.ScanLetter) error {
		b.ReceivedAt, b.ReceivedFrom, b.Problem = at, complaint.FromDesk, b.CountProblem()
		for _, l := range letters {
			a, err := d.tx.GetArrival(ctx, l.ArrivalID)
			if err != nil {
				return err
			}
			if err := d.arrivedAt(ctx, a, at); err != nil {
				return err
			}
		}
		return nil
	})
}

// ofBatch runs an act on a batch, and then looks at each of its letters again.
func (in *Intake) ofBatch(ctx context.Context, who complaint.Person, batchID, reason, event string, fn func(context.Context, *decision, *complaint.ScanBatch, []complaint.ScanLetter) error) error {
	if strings.TrimSpace(reason) == "" {
		return ErrNoReason
	}
	if err := complaint.May(who, complaint.ActOverrule, complaint.Case{}); err != nil {
		return err
	}
	var letters []complaint.ScanLetter
	err := in.change(ctx, func(tx Tx) error {
		b, err := tx.Batch(ctx, batchID)
		if err != nil {
			return err
		}
		if letters, err = tx.LettersOfBatch(ctx, batchID); err != nil {
			return err
		}
		if err := mayBatch(ctx, tx, who, letters); err != nil {
			return err
		}
		d := &decision{in: in, tx: tx, o: Overrule{Who: who, Reason: reason}, now: in.Now()}
		if err := fn(ctx, d, &b, letters); err != nil {
			return err
		}
		tx.SetBatch(b)
		for _, l := range letters {
			l.CompletedAt = time.Time{}
			tx.SetLetter(l)
		}
		return appendEvent(tx, b.ID, event, who.Name, d.now, map[string]any{"reason": reason, "received": b.ReceivedAt, "problem": b.Problem})
	})
	if err != nil {
		return err
	}
	for _, l := range letters {
		if l.CompletedAt.IsZero() {
			continue // it is still being read
		}
		if err := in.CompleteLetter(ctx, l.ArrivalID); err != nil {
			return err
		}
	}
	return nil
}

// mayBatch refuses a batch with a letter about the person: they do not handle it (P8).
func mayBatch(ctx context.Context, tx Tx, who complaint.Person, letters []complaint.ScanLetter) error {
	var ids []string
	for _, l := range letters {
		a, err := tx.GetArrival(ctx, l.ArrivalID)
		if err != nil {
			return err
		}
		if a.ComplaintID != "" {
			ids = append(ids, a.ComplaintID)
		}
	}
	abouts, err := tx.Abouts(ctx, ids)
	if err != nil {
		return err
	}
	return complaint.May(who, complaint.ActOverrule, complaint.Case{Abouts: abouts})
}

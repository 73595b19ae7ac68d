package ingest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
)

// DeskAct is what a person does about a letter at the desk. Commands and pages call
// the same functions.
type DeskAct struct {
	Who       complaint.Person
	ArrivalID string
	Reason    string // kept on record; may be empty where the act speaks for itself
	Pages     string // PagesSeen of the pages as the person saw them; empty where nobody saw them, e.g. from a command line
}

// ErrPagesMoved is the error about pages that were moved, split, joined or turned after a
// person saw them: a page number would mean another page.
var ErrPagesMoved = errors.New("ingest: the pages were changed meanwhile; look at them again")

// PagesSeen names which pages a letter has, in which order and how they were turned.
func PagesSeen(pages []complaint.ScanPage) string {
	sum := sha256.New()
	for _, p := range pages {
		fmt.Fprintf(sum, "%s %d %d\n", p.FileID, p.Number, p.Turned) // a hash never fails to write
	}
	return hex.EncodeToString(sum.Sum(nil)[:12])
}

// PaperTx is what the desk needs of a transaction.
type PaperTx interface {
	// Letter reads and locks what is known of a letter beside its arrival.
	Letter(ctx context.Context, arrivalID string) (complaint.ScanLetter, error)
	SetLetter(l complaint.ScanLetter)
	LetterPages(ctx context.Context, arrivalID string) ([]complaint.ScanPage, error)
	// MovePages writes which letter pages belong to, and where in it.
	MovePages(ctx context.Context, pages []complaint.ScanPage) error
	// UnreadPages lets pages be read again.
	UnreadPages(ctx context.Context, pages []complaint.ScanPage) error
	// CreateLetter makes an arrival whose bytes are the file's, claimed by an owner
	// until a time.
	CreateLetter(a complaint.Arrival, l complaint.ScanLetter, owner string, until time.Time)
	// LettersOfBatch lists the letters of a batch.
	LettersOfBatch(ctx context.Context, batchID string) ([]complaint.ScanLetter, error)
	Batch(ctx context.Context, id string) (complaint.ScanBatch, error)
	SetBatch(b complaint.ScanBatch)
	// PaperBatch reads a batch with what was found of it.
	PaperBatch(ctx context.Context, id string) (complaint.PaperBatch, error)
	// SetAgain writes which pages of a batch came again, and that the others did not.
	SetAgain(ctx context.Context, batchID string, pages []complaint.ScanPage) error
	// ForgetIdentity lets nothing be a duplicate of a scanned letter any more.
	ForgetIdentity(ctx context.Context, arrivalID string) error
	SetArrivedAt(arrivalID string, at time.Time)
	// DeleteDetails forgets what was found in an arrival, before it is read again.
	DeleteDetails(ctx context.Context, complaintID, arrivalID string) error
	// SamePerson lists complaints received since a time of somebody with one of these
	// folded addresses or with this name, latest first, but none that has a link to of.
	SamePerson(ctx context.Context, of string, addresses []string, name string, since time.Time) ([]complaint.Complaint, error)
}

// ErrNoLetter is returned for an act of the desk on what did not come on paper.
var ErrNoLetter = errors.New("ingest: this did not come as a scan; use `skarga overrule`")

// atDesk runs an act of the desk in one transaction, if the person may do it (P8).
func (in *Intake) atDesk(ctx context.Context, act DeskAct, action, reason string, fn func(context.Context, *decision, complaint.ScanLetter) error) error {
	return in.decide(ctx, act.overrule(reason), action, func(ctx context.Context, d *decision) error {
		l, err := d.letter(ctx, act)
		if err != nil {
			return err
		}
		d.before.Letter = &l
		return fn(ctx, d, l)
	})
}

// overrule is the act as a decision, with a reason where none was given.
func (act DeskAct) overrule(reason string) Overrule {
	return Overrule{ArrivalID: act.ArrivalID, Who: act.Who, Reason: cmp.Or(strings.TrimSpace(act.Reason), reason)}
}

// letter reads the letter of an act, if its pages are as the person saw them.
func (d *decision) letter(ctx context.Context, act DeskAct) (l complaint.ScanLetter, err error) {
	if d.a.Channel != complaint.ChannelLetter {
		return l, ErrNoLetter
	}
	if l, err = d.tx.Letter(ctx, d.a.ID); err != nil || act.Pages == "" {
		return l, err
	}
	pages, err := d.tx.LetterPages(ctx, d.a.ID)
	if err == nil && act.Pages != PagesSeen(pages) {
		err = ErrPagesMoved
	}
	return l, err
}

// ConfirmLetter says that a person compared name and address with the page: the
// acknowledgement may leave, and is queued.
func (in *Intake) ConfirmLetter(ctx context.Context, act DeskAct) error {
	return in.atDesk(ctx, act, "confirm", "compared with the page", func(ctx context.Context, d *decision, l complaint.ScanLetter) error {
		if d.a.Outcome != complaint.ToComplaint {
			return fmt.Errorf("ingest: the letter is %s; only a complaint is acknowledged", cmp.Or(string(d.a.Outcome), "not judged yet"))
		}
		if !d.a.Held && !d.a.Parked {
			return errors.New("ingest: the letter does not wait for anybody")
		}
		b, err := d.tx.Batch(ctx, l.BatchID)
		switch {
		case err != nil:
			return err
		case b.Provisional():
			return fmt.Errorf("ingest: when it arrived is not known; say it first (skarga desk received %s \"2026-11-20 09:15\")", b.ID)
		case b.Problem != "" && b.CheckedAt.IsZero():
			return fmt.Errorf("ingest: its batch %s is at the desk: %s; settle that first (skarga desk check %s)", b.ID, b.Problem, b.ID)
		}
		comp, err := d.load(ctx, d.a.ComplaintID)
		if err != nil {
			return err
		}
		comp.PostalConfirmed = comp.PostalConfirmed || comp.PostalReturned == "" && comp.AddressFault() == ""
		d.tx.SetComplaint(comp)
		l.CheckedAt, l.CheckedBy, l.HandedBack = d.now, d.o.Who.Name, ""
		d.tx.SetLetter(l)
		d.compared = true
		return d.release(ctx)
	})
}

// HandBack notes that a letter goes back to the mailroom to be scanned again. Its
// clock runs on.
func (in *Intake) HandBack(ctx context.Context, act DeskAct) error {
	return in.atDesk(ctx, act, "hand-back", "", func(_ context.Context, d *decision, l complaint.ScanLetter) error {
		l.HandedBack = d.o.Reason
		d.tx.SetLetter(l)
		d.a.Held, d.a.HoldReason = true, "It went back to the mailroom: "+d.o.Reason
		d.tx.SetArrival(d.a)
		return nil
	})
}

// SplitLetter makes two letters of one, after a page of it, and gives the arrival of
// the second one. Both are then read anew from what is on record.
func (in *Intake) SplitLetter(ctx context.Context, act DeskAct, after int) (second string, err error) {
	var made complaint.Arrival
	err = in.atDesk(ctx, act, "split", "two letters were scanned as one", func(ctx context.Context, d *decision, l complaint.ScanLetter) error {
		pages, err := d.tx.LetterPages(ctx, d.a.ID)
		if err != nil {
			return err
		}
		if after < 1 || after >= len(pages) {
			return fmt.Errorf("ingest: the letter has %d pages; it can be split after page 1 to %d", len(pages), len(pages)-1)
		}
		made = complaint.Arrival{ID: complaint.NewID(), Channel: complaint.ChannelLetter, Mailbox: d.a.Mailbox, ArrivedAt: d.a.ArrivedAt,
			RecordedAt: d.now, Size: d.a.Size, SHA256: d.a.SHA256, Attempts: 1}
		second := complaint.ScanLetter{ArrivalID: made.ID, FileID: l.FileID, BatchID: l.BatchID, Sequence: l.Sequence, Whole: true}
		d.tx.CreateLetter(made, second, in.Owner, d.now.Add(in.Lease))
		d.before.Split = made.ID
		if err := d.move(ctx, pages[after:], made.ID, 1); err != nil {
			return err
		}
		return d.readAgain(ctx, l)
	})
	if err != nil {
		return "", err
	}
	in.TakeLetter(ctx, made)
	return made.ID, in.CompleteLetter(ctx, act.ArrivalID)
}

// JoinLetters adds the pages of another letter to the end of this one. The other's
// complaint, if it made one, is merged into this one's; the earlier arrival counts.
func (in *Intake) JoinLetters(ctx context.Context, act DeskAct, other string) error {
	err := in.atDesk(ctx, act, "join", "one letter was scanned as two", func(ctx context.Context, d *decision, l complaint.ScanLetter) error {
		o, err := d.tx.GetArrival(ctx, other)
		switch {
		case err != nil:
			return err
		case o.ID == d.a.ID:
			return errors.New("ingest: a letter cannot be joined to itself")
		case o.Channel != complaint.ChannelLetter:
			return ErrNoLetter
		}
		if err := d.allowed(ctx, o.ComplaintID, o.ProposedID); err != nil {
			return err
		}
		mine, err := d.tx.LetterPages(ctx, d.a.ID)
		if err != nil {
			return err
		}
		pages, err := d.tx.LetterPages(ctx, o.ID)
		if err != nil {
			return err
		}
		if err := d.move(ctx, pages, d.a.ID, len(mine)+1); err != nil {
			return err
		}
		if err := d.tx.ForgetIdentity(ctx, o.ID); err != nil { // it has no pages that could come again
			return err
		}
		d.before.Others = append(d.before.Others, o)
		if err := d.unpropose(ctx, &o); err != nil {
			return err
		}
		if o.Outcome == complaint.ToComplaint && o.ComplaintID != d.a.ComplaintID {
			if err := d.merge(ctx, o.ComplaintID, d.a.ComplaintID); err != nil {
				return err
			}
		}
		if o.ArrivedAt.Before(d.a.ArrivedAt) {
			if err := d.arrivedAt(ctx, d.a, o.ArrivedAt); err != nil {
				return err
			}
		}
		o.Outcome, o.ComplaintID, o.Held, o.HoldReason = complaint.Duplicate, d.a.ComplaintID, false, ""
		o.Reasons = append([]string{"its pages were joined to another letter by " + d.o.Who.Name}, o.Reasons...)
		d.tx.SetArrival(o)
		return d.readAgain(ctx, l)
	})
	if err != nil {
		return err
	}
	return in.CompleteLetter(ctx, act.ArrivalID)
}

// move gives pages to a letter, from a position in it on.
func (d *decision) move(ctx context.Context, pages []complaint.ScanPage, arrivalID string, position int) error {
	moved := make([]complaint.ScanPage, len(pages))
	for i, p := range pages {
		p.Content = nil
		d.before.Pages = append(d.before.Pages, p)
		p.ArrivalID, p.Position = arrivalID, position+i
		moved[i] = p
	}
	return d.tx.MovePages(ctx, moved)
}

// pagesChanged is why what was proposed of a letter is so no longer.
const pagesChanged = "its pages were changed; it was matched anew"

// readAgain lets a letter be read anew after the commit. What nobody has checked of
// its complaint is forgotten first, and what was only proposed: it may have stood on a
// page that went.
func (d *decision) readAgain(ctx context.Context, l complaint.ScanLetter) error {
	l.CompletedAt = time.Time{}
	d.tx.SetLetter(l)
	if d.a.Outcome != complaint.ToComplaint {
		return nil
	}
	if err := d.unpropose(ctx, &d.a); err != nil {
		return err
	}
	d.tx.SetArrival(d.a)
	if _, err := d.load(ctx, d.a.ComplaintID); err != nil {
		return err
	}
	v, err := d.tx.LockCase(ctx, d.a.ComplaintID)
	if err != nil || !untouched(v) || v.Complaint.PostalConfirmed {
		return err
	}
	forget(&v)
	d.tx.SetComplaint(v.Complaint)
	if v.Record.Version > 0 {
		v.Record.Version, v.Record.UpdatedAt = v.Record.Version+1, d.now
		d.tx.SetRecord(v.Record)
	}
	return nil
}

// unpropose takes back what was proposed of a letter, and the reason that tells of it.
func (d *decision) unpropose(ctx context.Context, a *complaint.Arrival) error {
	links, err := d.tx.LinksOf(ctx, a.ID)
	for _, link := range links {
		if link.State != "proposed" {
			continue
		}
		d.before.Links = append(d.before.Links, link)
		a.Reasons = slices.DeleteFunc(slices.Clone(a.Reasons), func(r string) bool { return r == link.Reason })
		link.State, link.Reason = "refused", pagesChanged
		d.tx.SetLink(link)
	}
	a.ProposedID = ""
	return err
}

// forget empties what was read of who wrote a letter, and about what.
func forget(v *complaint.Case) {
	c, r := &v.Complaint, &v.Record
	c.CustomerName, c.CustomerAddress, c.PostalAddress, c.Subject, c.Summary = "", "", "", "", ""
	r.Account, r.Building, r.Room = "", "", ""
}

// untouched says that no person has worked on the record of a complaint.
func untouched(v complaint.Case) bool { return v.Record.Version == 0 || v.Record.UpdatedBy == "skarga" }

// arrivedAt corrects when a letter arrived: its promises are counted anew (P12).
func (d *decision) arrivedAt(ctx context.Context, a complaint.Arrival, at time.Time) error {
	d.tx.SetArrivedAt(a.ID, at)
	if a.Outcome != complaint.ToComplaint {
		return nil
	}
	if _, err := d.load(ctx, a.ComplaintID); err != nil {
		return err
	}
	v, err := d.tx.LockCase(ctx, a.ComplaintID)
	if err != nil {
		return err
	}
	v.Complaint.ReceivedAt = at
	obligations, err := d.in.Rules.Recount(v.Obligations, at)
	if err != nil {
		return err
	}
	broken := complaint.Late(obligations, d.now)
	d.tx.SetComplaint(v.Complaint)
	for _, o := range obligations {
		d.tx.SetObligation(o)
	}
	return noteBreaches(d.tx, broken, d.now)
}

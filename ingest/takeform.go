package ingest

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-message/mail"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/complaint/language"
	"ask4.com/skarga/ingest/message"
)

// ReadForm reads an arrival of the online form. Judging it takes no guesses: a
// person filled it in, and only signs of a robot make another person look first.
// Bytes that are no form of ours are read as a message and held.
func (r *Reader) ReadForm(raw io.ReadSeeker, size int64, arrival time.Time) Read {
	m := message.Read(raw, size, message.Options{SkipHTML: true})
	form, err := parseForm(m.Header)
	if err != nil {
		out := r.Read(raw, size, arrival)
		out.Judgement.hold("Came as an online form, but is none: " + err.Error())
		return out
	}
	text, spans := form.text()
	m.Text = text // what was written; the spans point into it
	out := Read{Message: m, Form: &form, NewText: cleanText(form.Happened), Language: form.Language}
	if l := language.Detect(form.Happened + "\n" + form.Remedy); l != complaint.Both {
		out.Language = l // the language the customer wrote in (P17)
	}
	out.Judgement = Judgement{Kind: KindComplaint, Answer: AnswerAcknowledge, Reasons: []string{"Sent by the online form"}, Bounces: []Bounce{}}
	if form.AboutStaff {
		out.Judgement.because("About a member of staff (P8): " + cmp.Or(form.StaffName, "no name given"))
	}
	if form.AboutData {
		out.Judgement.because("About personal data (P10)")
	}
	for _, d := range form.Doubts {
		out.Judgement.hold("Perhaps sent by a robot: " + d)
	}
	out.Details = r.formDetails(form, m.Subject, text, spans, arrival)
	// Whom the customer spoke to is a field of its own, and evidence (P9). The title
	// lets one name alone be found.
	out.Staff = subjects(r.details.Find("text", "Mr "+form.StaffName+"\n"+form.Happened+"\n"+form.Remedy, time.Time{}))
	return out
}

// formDetails are the values of the form's own fields, which the customer gave as
// such and are sure, and what else is found in the text.
func (r *Reader) formDetails(form Form, subject, text string, spans []span, arrival time.Time) []complaint.Detail {
	found := r.details.FindMessage(subject, text, form.Name, form.Email, arrival)
	var list []complaint.Detail
	for _, s := range spans {
		if s.kind == "" {
			continue
		}
		at := complaint.Place{Part: "text", Start: s.start, End: s.end}
		inside := func(d complaint.Detail) bool {
			return d.Kind == s.kind && d.Where.Part == "text" && d.Where.Start >= s.start && d.Where.End <= s.end
		}
		value := s.value
		if i := slices.IndexFunc(found, inside); i >= 0 {
			value, at = found[i].Value, found[i].Where
		}
		list = append(list, complaint.Detail{Kind: s.kind, Value: value, Text: string([]rune(text)[at.Start:at.End]), Confidence: 1, Where: at})
	}
	if form.AboutData {
		list = append(list, complaint.Detail{Kind: complaint.DetailPersonalData, Value: "about", Confidence: 1, Where: complaint.Place{Part: "text"}})
	}
	// What was found in a field as well is said by the field.
	for _, d := range found {
		if !slices.ContainsFunc(list, func(own complaint.Detail) bool {
			return own.Kind == d.Kind && (own.Value == d.Value || d.Where.Part == "text" && d.Where.Start < own.Where.End && own.Where.Start < d.Where.End)
		}) {
			list = append(list, d)
		}
	}
	return list
}

// fill puts on a record what the customer said about themselves.
func (f Form) fill(c *complaint.Complaint) {
	c.CustomerName = cmp.Or(f.Customer, f.Name, c.CustomerName)
	c.CustomerAddress = f.Email
	c.ReplyBy = cmp.Or(f.ReplyBy, complaint.ByEmail)
	if len(f.Post) > 0 {
		c.PostalAddress, c.PostalConfirmed = strings.Join(append([]string{cmp.Or(f.Name, c.CustomerName)}, f.Post...), "\n"), true
	}
	switch needs := complaint.Fold(f.Needs); {
	case strings.Contains(needs, "brai"):
		c.Needs = complaint.Braille
	case strings.Contains(needs, "large"), strings.Contains(needs, "duż"), strings.Contains(needs, "duz"):
		c.Needs = complaint.LargePrint
	}
	c.PersonalData = c.PersonalData || f.AboutData
}

// record is what the form says beside the complaint itself.
func (f Form) record(complaintID string, now time.Time) complaint.Record {
	r := complaint.Record{
		ComplaintID: complaintID, Version: 1, UpdatedAt: now, UpdatedBy: "skarga",
		Account: f.Account, Building: f.Building, Room: f.Room, Remedy: f.Remedy,
	}
	if f.Customer != "" {
		r.Representative, r.Authority = cmp.Or(f.Email, f.Name), f.Authority
	}
	return r
}

// TakeForm takes a form in: its bytes are committed as an arrival before anything
// else (law 1 of intake); then it is concluded at once, by the same code as all
// arrivals, if that is done within patience. If not, intake takes it in turn. An
// error means that the form was not kept and has to be sent again. A form that was
// taken already changes nothing.
func (in *Intake) TakeForm(ctx context.Context, f Form, to mail.Address, patience time.Duration) (err error) {
	ctx = context.WithoutCancel(ctx) // who closes the page has complained all the same
	body, err := os.CreateTemp("", "skarga-form-")
	if err != nil {
		return fmt.Errorf("ingest: take form: %w", err)
	}
	defer func() { err = errors.Join(err, body.Close(), os.Remove(body.Name())) }()
	w := bufio.NewWriterSize(body, 256<<10) // base64 comes in lines of 76 signs
	if err := errors.Join(f.Write(w, to), w.Flush()); err != nil {
		return err
	}
	a := complaint.Arrival{ID: f.ID, Channel: complaint.ChannelForm, Mailbox: "form", ArrivedAt: f.At, Attempts: 1}
	if a.Size, err = body.Seek(0, io.SeekCurrent); err != nil {
		return fmt.Errorf("ingest: take form: %w", err)
	}
	created, err := in.store.CreateArrivals(ctx, []NewArrival{{Arrival: a, Body: body, ClaimedBy: in.Owner, ClaimedFor: in.Lease}})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if !created[0] {
		in.awaitOutcome(ctx, f.ID) // sent twice: both pages shall show the reference
		return nil
	}
	taken := &work{arrival: a}
	taken.err = in.readArrival(ctx, taken)
	in.conclude(ctx, []*work{taken})
	return nil
}

// awaitOutcome returns when an arrival was judged, or when ctx ends.
func (in *Intake) awaitOutcome(ctx context.Context, id string) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		judged := false
		err := in.store.InTx(ctx, func(tx Tx) error {
			pending, err := tx.LockArrivals(ctx, []string{id})
			_, is := pending[id]
			judged = !is
			return err
		})
		if err != nil || judged {
			return // without an outcome the page says that the reference follows
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
	scannerimport "ask4.com/skarga/scanner-import"
)

// deskCmd is what people in the mailroom do with letters that were scanned.
type deskCmd struct {
	List     deskList     `cmd:"" default:"1" help:"Show what waits, by the time left to its 24 hours."`
	Show     deskShow     `cmd:"" help:"Show one letter: its pages, its text, what was read."`
	Copy     deskCopy     `cmd:"" help:"Write a letter as a PDF whose text can be searched and copied."`
	Set      deskSet      `cmd:"" help:"Set what stands on the page: name=…, address=\"street; town; postcode\", email=…; text=@FILE types a letter that could not be read."`
	Confirm  deskOne      `cmd:"" help:"Name and address are as on the page: the acknowledgement may leave."`
	Split    deskSplit    `cmd:"" help:"Make two letters of one, after a page."`
	Reorder  deskReorder  `cmd:"" help:"Put the pages of a letter into another order."`
	Turn     deskTurn     `cmd:"" help:"Turn a page that stands on its side or head, and read it again. The file stays as it is."`
	Read     deskRead     `cmd:"" help:"Read the pages of a letter again, e.g. after tesseract was away."`
	Join     deskJoin     `cmd:"" help:"Add another letter's pages to the end of this one."`
	Link     deskLink     `cmd:"" help:"Confirm or refuse that a letter belongs to the complaint proposed for it."`
	HandBack deskReasoned `cmd:"" help:"Give a letter back to be scanned again; its clock runs on."`
	SetAside deskReasoned `cmd:"" help:"It is no complaint, e.g. a scan that cannot be read and came again."`
	Received deskReceived `cmd:"" help:"Say when a batch reached the building; its promises are counted anew."`
	Check    deskCheck    `cmd:"" help:"Settle what is wrong with a batch, after a look at the paper."`
}

type deskList struct{}

// Run lists letters and batches that wait.
func (deskList) Run(s *session) error {
	a, err := s.open()
	if err != nil {
		return err
	}
	defer a.Close()
	who, err := s.person(a)
	if err != nil {
		return err
	}
	d, err := ingest.ListDesk(s.ctx, a.store, who)
	if err != nil {
		return err
	}
	if s.cli.JSON {
		return json.NewEncoder(s.out).Encode(d)
	}
	a.printDesk(s.out, d)
	return nil
}

func (a *app) printDesk(out io.Writer, d ingest.Desk) {
	if len(d.Letters)+len(d.Batches) == 0 {
		fmt.Fprintln(out, "Nothing waits.")
		return
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	if len(d.Letters) > 0 {
		fmt.Fprintln(w, "LETTER\tCOMPLAINT\tLEFT\tCUSTOMER\tBATCH\tWHY")
	}
	for _, l := range d.Letters {
		left := "–"
		if !l.DueAt.IsZero() {
			left = remaining(l.DueAt.Sub(a.now()))
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", l.Arrival.ID, l.Complaint.Reference, left, cut(l.Complaint.CustomerName, 24), l.Letter.BatchID, cut(why(l.Arrival), 90))
	}
	_ = w.Flush() // to standard output
	for _, b := range d.Batches {
		fmt.Fprintf(out, "batch %s, received %s", b.ID, local(b.ReceivedAt, a.rules.Location))
		if n := b.MissingLetters(); n > 0 {
			fmt.Fprintf(out, ": %d of %d letters are not scanned, %s", n, b.Letters, remaining(b.ReceivedAt.Add(a.rules.Acknowledge).Sub(a.now())))
		}
		if b.Problem != "" {
			fmt.Fprintf(out, ": %s", b.Problem)
		}
		fmt.Fprintln(out)
	}
}

// deskAct opens the program for an act about one letter. fn gives what to say of a decision
// that it made; "" where it made none.
func (s *session) deskAct(letter, reason string, fn func(a *app, act ingest.DeskAct) (done string, err error)) error {
	a, err := s.open()
	if err != nil {
		return err
	}
	defer a.Close()
	who, err := s.person(a)
	if err != nil {
		return err
	}
	r, err := a.cases.Arrival(s.ctx, who, complaint.ActView, letter, "")
	if err != nil {
		return err
	}
	done, err := fn(a, ingest.DeskAct{Who: who, ArrivalID: r.ID, Reason: reason})
	switch {
	case errors.Is(err, complaint.ErrPhoneRefused):
		return err
	case errors.Is(err, ingest.ErrField):
		return usageError{err}
	case err != nil:
		return err
	case done == "":
		return nil
	}
	made, err := a.store.DecisionsOf(s.ctx, r.ID)
	if err != nil {
		return err
	}
	return s.done("%s%s", done, takeBack(made))
}

// takeBack says how the last of these decisions is taken back.
func takeBack(made []complaint.Decision) string {
	if len(made) == 0 {
		return ""
	}
	return fmt.Sprintf(" `skarga overrule undo %s --reason …` takes it back.", made[len(made)-1].ID)
}

type deskShow struct {
	Letter string `arg:"" help:"Letter, as 'skarga desk' shows it."`
}

// letterView is one letter as the desk sees it.
type letterView struct {
	Arrival   complaint.Arrival
	Letter    complaint.ScanLetter
	Batch     complaint.PaperBatch
	Pages     []complaint.ScanPage
	Paper     ingest.Paper
	Complaint *complaint.View // nil if the letter made or joined none
}

// Run shows a letter.
func (c deskShow) Run(s *session) error {
	return s.deskAct(c.Letter, "", func(a *app, act ingest.DeskAct) (string, error) {
		v, err := a.letterView(s.ctx, act.Who, act.ArrivalID)
		if err != nil {
			return "", err
		}
		for i := range v.Pages {
			v.Pages[i].Content = nil
		}
		if s.cli.JSON {
			return "", json.NewEncoder(s.out).Encode(v)
		}
		printLetter(s.out, a, v)
		return "", nil
	})
}

// letterView reads a letter that a person may see.
func (a *app) letterView(ctx context.Context, who complaint.Person, id string) (v letterView, err error) {
	if v.Arrival, err = a.store.GetArrival(ctx, id); err != nil {
		return v, err
	}
	if v.Arrival.Channel != complaint.ChannelLetter {
		return v, ingest.ErrNoLetter
	}
	if v.Arrival.ComplaintID != "" {
		c, err := a.store.GetComplaintByID(ctx, v.Arrival.ComplaintID)
		if err != nil {
			return v, err
		}
		view, err := a.cases.View(ctx, who, c.Reference) // who may not see it learns nothing (P8)
		if err != nil {
			return v, err
		}
		v.Complaint = &view
	}
	if v.Letter, err = a.store.Letter(ctx, id); err != nil {
		return v, err
	}
	if v.Batch, err = a.store.PaperBatch(ctx, v.Letter.BatchID); err != nil {
		return v, err
	}
	if v.Pages, err = a.store.LetterPages(ctx, id); err != nil {
		return v, err
	}
	v.Paper, err = scannerimport.Papers{Store: a.store, Reader: a.scans}.Paper(ctx, v.Arrival)
	return v, err
}

func printLetter(w io.Writer, a *app, v letterView) {
	loc := a.rules.Location
	fmt.Fprintf(w, "letter %s, batch %s, received %s", v.Arrival.ID, v.Batch.ID, local(v.Arrival.ArrivedAt, loc))
	if v.Batch.Provisional() {
		fmt.Fprint(w, " (not known; it stands in)")
	}
	fmt.Fprintf(w, "\n%s\n", arrivalState(v.Arrival))
	for i, r := range append([]string{v.Arrival.HoldReason}, v.Arrival.Reasons...) {
		if r != "" && (i == 0 || r != v.Arrival.HoldReason) {
			fmt.Fprintf(w, "  %s\n", r)
		}
	}
	for i, p := range v.Pages {
		state := ""
		if p.Blank {
			state = ", blank"
		}
		if p.Turned != 0 {
			state += fmt.Sprintf(", turned by %d degrees", p.Turned)
		}
		fmt.Fprintf(w, "page %d: page %d of %s%s\n", i+1, p.Number, v.Paper.Name, state)
	}
	if v.Complaint != nil {
		c := v.Complaint.Complaint
		fmt.Fprintf(w, "\n%s, answered by %s\n", c.Reference, c.ReplyBy)
		for _, f := range [][2]string{{"name", c.CustomerName}, {"email", c.CustomerAddress}, {"address", strings.Join(c.PostalLines(), "; ")}, {"account", v.Complaint.Record.Account},
			{"building", v.Complaint.Record.Building}, {"room", v.Complaint.Record.Room}, {"language", string(c.Language)}, {"subject", c.Subject}} {
			fmt.Fprintf(w, "  %-9s %s\n", f[0], f[1])
		}
		for _, l := range v.Complaint.Links {
			fmt.Fprintf(w, "  link %s  %s  %s\n", l.ID, l.State, l.Reason)
		}
	}
	for _, d := range v.Paper.Details {
		fmt.Fprintf(w, "  found %-9s %-30s %3.0f %%  on %s\n", d.Kind, cut(d.Value, 30), 100*d.Confidence, d.Where)
	}
	fmt.Fprintf(w, "\n%s\n", tame(v.Paper.Text))
}

type deskSet struct {
	Letter string   `arg:"" help:"Letter."`
	Fields []string `arg:"" help:"field=value: name, email, address, account, building, room, subject, summary, text, language, reply_by, needs." placeholder:"FIELD=VALUE"`
}

// Run sets fields.
func (c deskSet) Run(s *session) error {
	values, err := pairs(c.Fields)
	if err != nil {
		return err
	}
	if name, ok := strings.CutPrefix(values["text"], "@"); ok {
		b, err := os.ReadFile(name)
		if err != nil {
			return usageError{err}
		}
		values["text"] = string(b)
	}
	return s.deskAct(c.Letter, "", func(a *app, act ingest.DeskAct) (string, error) {
		return "Set; `skarga desk confirm` lets the answer leave.", a.intake.SetLetter(s.ctx, act, values)
	})
}

type deskOne struct {
	Letter string `arg:"" help:"Letter."`
}

// Run confirms a letter.
func (c deskOne) Run(s *session) error {
	return s.deskAct(c.Letter, "", func(a *app, act ingest.DeskAct) (string, error) {
		return "Confirmed; the acknowledgement is on its way.", a.intake.ConfirmLetter(s.ctx, act)
	})
}

type deskSplit struct {
	Letter string `arg:"" help:"Letter."`
	After  int    `required:"" help:"Page after which the second letter begins."`
}

// Run splits a letter.
func (c deskSplit) Run(s *session) error {
	return s.deskAct(c.Letter, "", func(a *app, act ingest.DeskAct) (string, error) {
		second, err := a.intake.SplitLetter(s.ctx, act, c.After)
		return "The second letter is " + second + ".", err
	})
}

type deskJoin struct {
	Letter string `arg:"" help:"Letter that stays."`
	Other  string `arg:"" help:"Letter whose pages it gets."`
}

// Run joins letters.
func (c deskJoin) Run(s *session) error {
	return s.deskAct(c.Letter, "", func(a *app, act ingest.DeskAct) (string, error) {
		other, err := a.cases.Arrival(s.ctx, act.Who, complaint.ActOverrule, c.Other, "")
		if err != nil {
			return "", err
		}
		return "Joined.", a.intake.JoinLetters(s.ctx, act, other.ID)
	})
}

type deskLink struct {
	Decision string `arg:"" enum:"confirm,refuse" help:"confirm or refuse."`
	Link     string `arg:"" help:"Link, as 'skarga desk show' prints it."`
	Reason   string `help:"Why; kept on record." default:"compared with the page"`
}

// Run decides about a link.
func (c deskLink) Run(s *session) error {
	return overruleLink(c).Run(s)
}

type deskReasoned struct {
	Letter string `arg:"" help:"Letter."`
	Reason string `required:"" help:"Why; kept on record."`
}

// Run hands a letter back, or sets it aside.
func (c deskReasoned) Run(s *session, chosen commandName) error {
	return s.deskAct(c.Letter, c.Reason, func(a *app, act ingest.DeskAct) (string, error) {
		if chosen == "hand-back" {
			return "It waits to be scanned again; its clock runs on.", a.intake.HandBack(s.ctx, act)
		}
		return "Set aside.", a.intake.SetAside(s.ctx, ingest.Overrule{ArrivalID: act.ArrivalID, Who: act.Who, Reason: act.Reason})
	})
}

type deskReceived struct {
	Batch  string `arg:"" help:"Batch."`
	Time   string `arg:"" help:"When its letters reached the building: \"2026-11-20 09:15\"."`
	Reason string `help:"How it is known; kept on record." default:"as on the stamp"`
}

// Run says when a batch was received.
func (c deskReceived) Run(s *session) error {
	return s.onBatch(func(a *app, who complaint.Person) error {
		at, err := scannerimport.ParseReceived(c.Time, a.rules.Location)
		if err == nil && at.DayOnly {
			err = errors.New("say the time of day too: \"2026-11-20 09:15\"")
		}
		if err != nil {
			return usageError{err}
		}
		return a.intake.ReceivedBatch(s.ctx, who, c.Batch, c.Reason, at.At)
	})
}

type deskCheck struct {
	Batch  string `arg:"" help:"Batch."`
	Reason string `required:"" help:"What was found; kept on record."`
}

// Run settles a batch.
func (c deskCheck) Run(s *session) error {
	return s.onBatch(func(a *app, who complaint.Person) error { return a.intake.CheckBatch(s.ctx, who, c.Batch, c.Reason) })
}

// onBatch opens the program for an act about one batch.
func (s *session) onBatch(fn func(a *app, who complaint.Person) error) error {
	a, err := s.open()
	if err != nil {
		return err
	}
	defer a.Close()
	who, err := s.person(a)
	if err != nil {
		return err
	}
	if err := fn(a, who); errors.Is(err, ingest.ErrField) {
		return usageError{err}
	} else if err != nil {
		return err
	}
	return s.done("Done.")
}

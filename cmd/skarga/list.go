package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
)

type listCmd struct {
	All      bool   `help:"Closed and set-aside complaints too."`
	Mine     bool   `help:"Complaints of whom you are the owner."`
	Owner    string `help:"Complaints of this owner." placeholder:"NAME"`
	Matter   string `help:"Complaints that were linked under this name." placeholder:"WORDS"`
	Channel  string `help:"Complaints of one channel: email, letter or form." placeholder:"CHANNEL"`
	Text     string `help:"Complaints whose customer, subject or reference holds this." placeholder:"WORDS"`
	Queue    string `help:"What waits for a decision about people: about (P8), conduct (P6) or data-protection (P10)." enum:",about,conduct,data-protection" default:"" placeholder:"QUEUE"`
	Arrivals bool   `help:"Arrivals instead of complaints."`
	Outcome  string `help:"With --arrivals: complaint, correspondence, refused, automatic, duplicate, set_aside or pending." placeholder:"OUTCOME"`
	Held     bool   `help:"With --arrivals: only those that wait for a person."`
	Limit    int    `help:"At most so many." default:"100"`
}

// Run lists complaints, or arrivals.
func (c listCmd) Run(s *session) error {
	var channel complaint.Channel
	if c.Channel != "" {
		var err error
		if channel, err = complaint.ParseChannel(c.Channel); err != nil {
			return usageOr(err)
		}
	}
	a, err := s.open()
	if err != nil {
		return err
	}
	defer a.Close()
	who, err := s.person(a)
	if err != nil {
		return err
	}
	if c.Arrivals || c.Held || c.Outcome != "" {
		return c.arrivals(s, a, who)
	}
	if c.Matter != "" {
		if c.Matter, err = a.cases.Matter(s.ctx, who, c.Matter); err != nil {
			return fieldUsage(err)
		}
	}
	f := store.Filter{OpenOnly: !c.All, Channel: channel, Text: c.Text, Owner: c.Owner, Matter: c.Matter, Queue: complaint.Queue(c.Queue), Limit: c.Limit}
	if c.Mine {
		f.Owner = who.Name
	}
	rows, err := a.cases.List(s.ctx, who, f)
	if err != nil {
		return err
	}
	silent, _, err := a.cases.Arrivals(s.ctx, who, store.ArrivalFilter{Unanswered: true, Limit: 10_000})
	if err != nil {
		return err
	}
	unanswered := map[string]bool{}
	for _, r := range silent {
		unanswered[r.ComplaintID] = true
	}
	return printRows(s, rows, "No complaints.", func(w io.Writer) { printComplaints(w, rows, unanswered, a.rules.Location, a.now()) })
}

func (c listCmd) arrivals(s *session, a *app, who complaint.Person) error {
	f := store.ArrivalFilter{Held: c.Held, Limit: c.Limit}
	switch c.Outcome {
	case "":
	default:
		o := complaint.Outcome(c.Outcome)
		if c.Outcome == "pending" {
			o = complaint.Pending
		} else if known := complaint.Outcomes(); !slices.Contains(known, o) {
			return usageError{fmt.Errorf("--outcome: %q is none; there are %v and pending", c.Outcome, known)}
		}
		f.Outcome = &o
	}
	rows, _, err := a.cases.Arrivals(s.ctx, who, f)
	if err != nil {
		return err
	}
	return printRows(s, rows, "No arrivals.", func(w io.Writer) {
		fmt.Fprintln(w, "ARRIVAL\tARRIVED\tOUTCOME\tFROM\tSUBJECT\tWHY")
		for _, r := range rows {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, local(r.ArrivedAt, a.rules.Location), arrivalState(r), cut(r.From, 30), cut(r.Subject, 40), cut(why(r), 80))
		}
	})
}

// printRows prints a list: as JSON where that is asked for, in words when it is
// empty, else as a table with aligned columns.
func printRows[T any](s *session, rows []T, none string, table func(io.Writer)) error {
	if s.cli.JSON {
		return printJSON(s.out, rows)
	}
	if len(rows) == 0 {
		_, err := fmt.Fprintln(s.out, none)
		return err
	}
	return s.table(func(w *tabwriter.Writer) { table(w) })
}

// arrivalState is an arrival's outcome with what is beside it.
func arrivalState(a complaint.Arrival) string {
	state := string(a.Outcome)
	if a.Outcome == complaint.Pending {
		state = "pending"
	}
	if a.Held {
		state += ", held"
	}
	if a.Parked {
		state += ", parked"
	}
	return state
}

// why is the most telling reason of an arrival.
func why(a complaint.Arrival) string {
	switch {
	case a.HoldReason != "":
		return a.HoldReason
	case a.ParkReason != "":
		return a.ParkReason
	case len(a.Reasons) > 0:
		return a.Reasons[0]
	}
	return ""
}

// printComplaints writes one line a complaint: what is due next and how long there
// is. Unanswered are those whose customer has no acknowledgement and none on its way.
func printComplaints(w io.Writer, rows []store.Listed, unanswered map[string]bool, loc *time.Location, now time.Time) {
	fmt.Fprintln(w, "REFERENCE\tNEXT\tDUE\tLEFT\tSTAGE\tOWNER\tCUSTOMER\tSUBJECT")
	for _, r := range rows {
		next, due, left := "–", "–", "–"
		if r.Next != nil {
			next, due, left = string(r.Next.Kind), local(r.Next.Deadline(), loc), remaining(r.Next.Deadline().Sub(now))
		}
		customer := r.Complaint.CustomerName
		if customer == "" {
			customer = r.Complaint.CustomerAddress
		}
		state := stage(r)
		if unanswered[r.Complaint.ID] {
			state += ", NOT ANSWERED"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.Complaint.Reference, next, due, left, state, cut(cmp.Or(r.Owner, "–"), 16), cut(customer, 24), cut(r.Complaint.Subject, 44))
	}
}

// stage is the complaint's stage with its flags.
func stage(c store.Listed) string {
	s := string(c.Stage)
	switch {
	case c.Wish != complaint.NoWish:
		s += ", " + c.Wish.Asks()
	case c.Waiting > 0:
		s += ", message waits"
	}
	if c.Slow != "" {
		s += ", mail is tried again"
	}
	if c.Provisional {
		s += ", provisional"
	}
	if c.PersonalData {
		s += ", personal data"
	}
	if c.ConductFlag {
		s += ", conduct"
	}
	if c.WaitsForAddress() {
		s += ", waits for an address"
	}
	return s
}

// remaining says how long there is, in the two largest units; late times say so.
func remaining(d time.Duration) string {
	late := ""
	if d < 0 {
		late, d = "late by ", -d
	}
	h := int(d.Hours())
	if h >= 48 {
		return fmt.Sprintf("%s%d d %d h", late, h/24, h%24)
	}
	return fmt.Sprintf("%s%d h %02d min", late, h, int(d.Minutes())%60)
}

func local(t time.Time, loc *time.Location) string {
	if t.IsZero() {
		return "–"
	}
	return t.In(loc).Format("Mon 2 Jan 2006 15:04 MST")
}

func cut(s string, n int) string {
	r := []rune(tame(s))
	if len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return string(r)
}

// tame takes from a stranger's text what would command a terminal, or turn the order of
// its letters round.
func tame(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			return -1
		}
		return r
	}, s)
}

// printJSON writes one object a line.
func printJSON[T any](w io.Writer, rows []T) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	for _, r := range rows {
		if err := enc.Encode(r); err != nil {
			return err
		}
	}
	return nil
}

// usageOr marks an error as wrong use, unless the policy itself refuses.
func usageOr(err error) error {
	if exitCode(err, exitUsage) == exitRefused {
		return err
	}
	return usageError{err}
}

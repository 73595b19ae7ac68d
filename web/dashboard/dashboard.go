// Package dashboard shows the figures of a period (DOMAIN, Reports) as text, CSV,
// JSON and one self-contained HTML page with charts. The report command and the
// console's dashboard share it.
package dashboard

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/complaint/figures"
)

// Section is a table of the report.
type Section struct {
	ID    string // for links, e.g. "balance"
	Title string
	Note  string // what a reader has to know to trust the numbers; may be empty
	Head  []string
	Rows  []Row
}

// Row is a line of a table, with the list behind each of its cells.
type Row struct {
	Cells []string // as many as the section's Head
	Lists []List   // as many as Cells; the zero List for words
}

// List is what a figure counts, or is made of.
type List struct {
	Figure     bool                  // the cell is a figure: it has a list, which may be empty
	References []complaint.Reference // complaints; one may stand there twice, for two promises
	Others     int                   // surveys of campaigns, which are about no complaint
	Value      string                // the figure for programs, without its unit; empty for none
	Unit       string                // percent, hours or GBP; empty for a number of things
}

// N is how many there are.
func (l List) N() int { return len(l.References) + l.Others }

// cell is the text of a figure and what is behind it.
type cell struct {
	text string
	list List
}

// amount is a figure, for people and for programs.
type amount struct{ text, value, unit string }

// none stands where there is nothing to measure.
func none(unit string) amount { return amount{"–", "", unit} }

// whole is a number of things.
func whole(n int) amount {
	s := strconv.Itoa(n)
	return amount{text: s, value: s}
}

// number is a count.
func number(c figures.Count) cell { return from(whole(c.N), c) }

// from is a figure that is made of what some counts counted, e.g. a percentage.
func from(a amount, counts ...figures.Count) cell {
	l := List{Figure: true, Value: a.value, Unit: a.unit}
	for _, c := range counts {
		l.References = append(l.References, c.References...)
	}
	return cell{a.text, l}
}

// surveys is a figure about so many surveys, of which some belong to complaints.
func surveys(a amount, n int, of []complaint.Reference) cell {
	return cell{a.text, List{Figure: true, References: of, Others: n - len(of), Value: a.value, Unit: a.unit}}
}

// counted is a number of surveys.
func counted(n int, of []complaint.Reference) cell {
	return surveys(whole(n), n, of)
}

// line makes a row of its first words and its figures.
func line(what string, cells ...cell) Row {
	r := Row{[]string{what}, []List{{}}}
	for _, c := range cells {
		r.Cells, r.Lists = append(r.Cells, c.text), append(r.Lists, c.list)
	}
	return r
}

// Behind are the columns whose lists differ from that of the column before, and are not
// empty: a percentage has the list of what it is made of.
func (r Row) Behind() (columns []int) {
	for i, l := range r.Lists {
		if len(l.References) > 0 && (i == 0 || !slices.Equal(l.References, r.Lists[i-1].References)) {
			columns = append(columns, i)
		}
	}
	return columns
}

// Of says in words which figure of the row stands in a column.
func (r Row) Of(s Section, column int) string {
	if len(s.Head) < 3 || column == 0 {
		return r.Cells[0]
	}
	return r.Cells[0] + ", " + cmp.Or(s.Head[column], s.Head[column-1]+" in percent")
}

// names are the words for what the store calls by short keys.
var names = map[string]string{
	"": "not set", "email": "e-mail", "form": "online form", "set_aside": "set aside, no complaint",
	string(complaint.Acknowledge): "acknowledgement (P12)", string(complaint.Update): "update (P13)", string(complaint.Respond): "formal response (P14)",
	string(complaint.Review): "review (P15)", string(complaint.TellOmbudsman): "ombudsman letter (P16)", string(complaint.Comply): "ombudsman's decision carried out (P16)",
}

func name(key string) string {
	if n, ok := names[key]; ok {
		return n
	}
	return strings.ReplaceAll(key, "_", " ")
}

// Sections arranges the figures for reading, in the same order everywhere.
func Sections(r figures.Report) []Section {
	return []Section{balance(r), promises(r), ages(r),
		counts("channels", "Received by channel", r.Channels), counts("categories", "Received by category", r.Categories), counts("teams", "Received by team", r.Teams),
		counts("ends", "Ended, by how", r.Ends), counts("results", "Closed, by decision", r.Results), counts("causes", "Root causes of what was closed (P2)", r.Causes),
		afterwards(r), redress(r), lessons(r), satisfaction(r), months(r)}
}

func balance(r figures.Report) Section {
	note := "Opening + received − ended = closing: it adds up."
	if !r.Balance.AddsUp() {
		note = "Opening + received − ended is NOT closing: look at the histories (skarga audit verify)."
	}
	return Section{ID: "balance", Title: "Complaints", Note: note, Head: []string{"", "complaints"}, Rows: []Row{
		row("open at the start", r.Balance.Opening), row("received", r.Balance.Received), row("ended", r.Balance.Ended), row("open at the end", r.Balance.Closing),
	}}
}

func row(what string, c figures.Count) Row {
	return line(what, number(c))
}

func promises(r figures.Report) Section {
	s := Section{ID: "promises", Title: "Promises that fell due", Note: "What was not sent counts as missed. Void ones count for nothing: they belong to what was set aside, to a message of another complaint, or to what ended before they fell due. Times are from receipt.",
		Head: []string{"", "due", "on time", "", "late", "missed", "void", "median", "95th percentile"}}
	for _, k := range r.Kept {
		s.Rows = append(s.Rows, line(name(string(k.Kind)), number(k.Due), number(k.OnTime), from(percent(k.Percent()), k.OnTime),
			number(k.Late), number(k.Missed), number(k.Void), from(span(k.Median), k.OnTime, k.Late), from(span(k.P95), k.OnTime, k.Late)))
	}
	return s
}

func ages(r figures.Report) Section {
	return Section{ID: "ages", Title: "Open at the end, by age", Head: []string{"", "complaints"}, Rows: []Row{
		row("up to 28 days", r.Ages.Young), row("29 to 42 days", r.Ages.Over28), row("over 42 days", r.Ages.Over42),
	}}
}

func counts(id, title string, list []figures.Named) Section {
	s := Section{ID: id, Title: title, Head: []string{"", "complaints"}}
	for _, n := range list {
		s.Rows = append(s.Rows, row(name(n.Name), n.Count))
	}
	return s
}

func afterwards(r figures.Report) Section {
	return Section{ID: "afterwards", Title: "After the response", Head: []string{"", ""}, Rows: []Row{
		row("formal responses sent", r.Responses), row("escalations and appeals", r.Appeals),
		line("appeals in percent of responses", from(percent(r.AppealRate()), r.Appeals)),
		row("decisions changed in what was closed", r.Changed), row("ombudsman letters owed", r.Owed), row("ombudsman letters issued", r.Issued), row("lessons overdue", r.Overdue),
	}}
}

func redress(r figures.Report) Section {
	s := Section{ID: "redress", Title: "Redress in what was closed", Head: []string{"", "complaints", "amount"}}
	for _, p := range r.Redress {
		s.Rows = append(s.Rows, line(name(p.Name), number(p.Count), from(pounds(p.Pence), p.Count)))
	}
	return s
}

// lessons lists what is still to be learned, with who sees to it.
func lessons(r figures.Report) Section {
	s := Section{ID: "lessons", Title: "Lessons not done at the end (P7)", Head: []string{"", "lesson", "owner", "due", "overdue"}}
	for _, l := range r.Lessons {
		of, list := "survey "+l.Survey, List{}
		if l.Reference != "" {
			of, list.References = string(l.Reference), []complaint.Reference{l.Reference}
		}
		late := ""
		if l.Overdue {
			late = "overdue"
		}
		s.Rows = append(s.Rows, Row{[]string{of, l.What, cmp.Or(l.Owner, "nobody"), cmp.Or(l.Due, "–"), late}, []List{list, {}, {}, {}, {}}})
	}
	return s
}

func satisfaction(r figures.Report) Section {
	t := r.Surveys.Tally
	return Section{ID: "satisfaction", Title: "Satisfaction (P7)", Note: "Only answers that came in time count.", Head: []string{"", ""}, Rows: []Row{
		line("surveys sent", counted(t.Invited, t.InvitedOf)),
		line("not asked, by the rules", counted(t.Skipped, t.SkippedOf)),
		line("asked for no more surveys", counted(t.Stopped, t.StoppedOf)),
		line("surveys answered", counted(t.N, t.AnsweredOf)),
		line("satisfied (4 or 5 of 5)", surveys(percent(t.Percent()), t.Satisfied, t.SatisfiedOf)),
		line("mean effort (1 to 7)", surveys(effort(t), t.N, t.AnsweredOf)),
	}}
}

// months shows the surveys by month.
func months(r figures.Report) Section {
	s := Section{ID: "months", Title: "Satisfaction by month", Head: []string{"", "sent", "answered", "satisfied", "mean effort"}}
	for _, m := range r.Surveys.Months {
		s.Rows = append(s.Rows, line(m.Month, counted(m.Invited, m.InvitedOf), counted(m.N, m.AnsweredOf),
			surveys(percent(m.Percent()), m.Satisfied, m.SatisfiedOf), surveys(effort(m.Tally), m.N, m.AnsweredOf)))
	}
	return s
}

func effort(t figures.Tally) amount {
	e, ok := t.Effort()
	if !ok {
		return none("")
	}
	s := fmt.Sprintf("%.1f", e)
	return amount{text: s, value: s}
}

func percent(p float64, ok bool) amount {
	if !ok {
		return none("percent")
	}
	s := fmt.Sprintf("%.1f", p)
	return amount{s + "\u00a0%", s, "percent"}
}

func pounds(pence int64) amount {
	s := fmt.Sprintf("%d.%02d", pence/100, pence%100)
	return amount{"£" + s, s, "GBP"}
}

// span writes a length of time as people say it, and in hours.
func span(s figures.Span) amount {
	d := time.Duration(s)
	a := amount{value: fmt.Sprintf("%.3f", d.Hours()), unit: "hours"}
	switch {
	case d == 0:
		return none("hours")
	case d < time.Minute:
		a.text = fmt.Sprintf("%.0f s", d.Seconds())
	case d < 2*time.Hour:
		a.text = fmt.Sprintf("%.0f min", d.Minutes())
	case d < 48*time.Hour:
		a.text = fmt.Sprintf("%.1f h", d.Hours())
	default:
		a.text = fmt.Sprintf("%.1f days", d.Hours()/24)
	}
	return a
}

// Title says which period a report is about; its last day is in it.
func Title(r figures.Report) string {
	zone := r.From.Location()
	return "Complaints from " + r.From.Format("2 January 2006") + " to " + r.To.In(zone).Add(-time.Nanosecond).Format("2 January 2006")
}

// AsOf says when the numbers were taken, where the period was not over.
func AsOf(r figures.Report) string {
	if !r.AsOf.Before(r.To) {
		return ""
	}
	return "The period is not over: as of " + r.AsOf.In(r.From.Location()).Format("2 January 2006 15:04 MST") + "."
}

// Text writes the report for a terminal, or only those of its sections that are named.
func Text(w io.Writer, r figures.Report, only ...string) error {
	fmt.Fprintln(w, Title(r))
	if s := AsOf(r); s != "" {
		fmt.Fprintln(w, s)
	}
	for _, s := range Sections(r) {
		if len(s.Rows) == 0 || len(only) > 0 && !slices.Contains(only, s.ID) {
			continue
		}
		fmt.Fprintf(w, "\n%s\n", s.Title)
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
		if len(s.Head) > 2 {
			fmt.Fprintln(t, strings.Join(s.Head, "\t")+"\t")
		}
		for _, row := range s.Rows {
			fmt.Fprintln(t, strings.Join(row.Cells, "\t")+"\t")
		}
		if err := t.Flush(); err != nil {
			return err
		}
		if s.Note != "" {
			fmt.Fprintln(w, s.Note)
		}
	}
	return nil
}

// CSV writes a line for each figure, to reckon with: its value has a point before its
// decimals and no unit, and is empty where there was nothing to measure.
func CSV(w io.Writer, r figures.Report) error {
	c := csv.NewWriter(w)
	if err := c.Write([]string{"section", "what", "column", "value", "unit", "references"}); err != nil {
		return err
	}
	for _, s := range Sections(r) {
		for _, row := range s.Rows {
			for i, cell := range row.Cells[1:] {
				column, behind := s.Head[i+1], row.Lists[i+1]
				if column == "" && i > 0 {
					column = s.Head[i]
				}
				if cell = harmless(cell); behind.Figure {
					cell = behind.Value
				}
				if err := c.Write([]string{s.ID, harmless(row.Cells[0]), column, cell, behind.Unit, join(behind.References)}); err != nil {
					return err
				}
			}
		}
	}
	c.Flush()
	return c.Error()
}

// harmless keeps a spreadsheet from reckoning with words that a person typed, such as
// the name of a team that begins as a formula does.
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

func join(refs []complaint.Reference) string {
	list := make([]string, len(refs))
	for i, r := range refs {
		list[i] = string(r)
	}
	return strings.Join(list, " ")
}

// JSON writes the figures as they are, references included.
func JSON(w io.Writer, r figures.Report) error { return json.NewEncoder(w).Encode(r) }

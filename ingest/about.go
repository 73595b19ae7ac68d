package ingest

import (
	"context"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
)

// byMachine is who decided what a person did not.
const byMachine = "skarga"

// proposeAbouts hides a complaint, until a manager decides, from the members of staff
// whom its words name (P8), and from those from whom a complaint is hidden that it
// may belong to or follow.
func (c *conclusion) proposeAbouts(ctx context.Context, complaintID string, names []string, related ...string) ([]string, error) {
	related = slices.DeleteFunc(related, func(id string) bool { return id == "" || id == complaintID })
	if len(related) > 0 {
		abouts, err := c.tx.Abouts(ctx, related)
		if err != nil {
			return nil, err
		}
		for _, a := range abouts {
			if a.State != complaint.AboutDropped && !slices.Contains(names, a.Staff) {
				names = append(names, a.Staff)
			}
		}
	}
	for _, name := range names {
		c.tx.ProposeAbout(complaint.About{ComplaintID: complaintID, Staff: name, State: complaint.AboutProvisional, By: byMachine, At: c.now})
	}
	return names, nil
}

// named lists the members of staff whom a message may be about. Those whom the
// customer gave as spoken to, in the form's own field, are evidence and no more (P9).
func (in *Intake) named(read Read) []string {
	var list []string
	for _, p := range in.people() {
		if slices.ContainsFunc(read.Staff, func(d complaint.Detail) bool { return names(p, d) }) ||
			read.Form != nil && read.Form.AboutStaff && answersTo(p, read.Form.StaffName) {
			list = append(list, p.Name)
		}
	}
	return list
}

// namedAnew is named for a later message of a complaint. What is quoted was said
// before, and a name in the greeting is whom it is written to.
func (in *Intake) namedAnew(read Read) []string {
	if len(read.Staff) > 0 && read.Form == nil {
		read.Staff = subjects(in.reader.details.Find("text", withoutGreeting(read.NewText), time.Time{}))
	}
	return in.named(read)
}

// subjects are the details that may say whom a message is about.
func subjects(details []complaint.Detail) (list []complaint.Detail) {
	for _, d := range details {
		if d.Kind == complaint.DetailStaff || d.Kind == complaint.DetailEmail {
			list = append(list, d)
		}
	}
	return list
}

// names says whether a detail names a person: by name, or by e-mail address.
func names(p complaint.Person, d complaint.Detail) bool {
	if d.Kind == complaint.DetailEmail {
		return p.Address != "" && complaint.FoldAddress(d.Value) == complaint.FoldAddress(p.Address)
	}
	return p.Is(d.Value) || sharesLastName(p, d)
}

// sharesLastName says whether a person has the last name that a detail found, where
// it stood alone: of several people who have it, each may be meant.
func sharesLastName(p complaint.Person, d complaint.Detail) bool {
	last := func(name string) string {
		words := strings.Fields(complaint.Fold(name))
		if len(words) < 2 {
			return ""
		}
		return words[len(words)-1]
	}
	return len(strings.Fields(d.Text)) == 1 && last(p.Name) != "" && last(p.Name) == last(d.Value) &&
		!strings.HasPrefix(complaint.Fold(d.Value), complaint.Fold(d.Text)+" ") // a first name alone says who
}

// answersTo says whether a name that was given as a member of staff's may mean the
// person: any word of it is one of theirs.
func answersTo(p complaint.Person, given string) bool {
	words := strings.FieldsFunc(complaint.Fold(given), func(r rune) bool { return strings.ContainsRune(" ,.;/&()", r) })
	for _, name := range append([]string{p.Name}, p.Aliases...) {
		for _, w := range strings.Fields(complaint.Fold(name)) {
			if len([]rune(w)) > 1 && slices.Contains(words, w) {
				return true
			}
		}
	}
	return false
}

// greetings begin the line in which a letter says whom it is written to.
var greetings = []string{"dear ", "hi ", "hello ", "hey ", "good morning", "good afternoon", "good evening",
	"szanown", "dzień dobry", "dzien dobry", "witam", "cześć ", "czesc ", "drogi ", "droga "}

// withoutGreeting cuts the first line off if it is a greeting of a few words.
func withoutGreeting(text string) string {
	text = strings.TrimLeft(text, " \t\r\n")
	first, rest, _ := strings.Cut(text, "\n")
	folded := complaint.Fold(first) + " "
	if len(strings.Fields(first)) <= 6 && slices.ContainsFunc(greetings, func(g string) bool { return strings.HasPrefix(folded, g) }) {
		return rest
	}
	return text
}

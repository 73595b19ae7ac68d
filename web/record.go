package web

import (
	"slices"

	"ask4.com/skarga/complaint"
)

// group is fields of the record that belong together.
type group struct {
	Title  string
	Fields []recordField
}

// recordField is one field that casework's Set takes, as the page shows it.
type recordField struct {
	Name, Label, Value string
	Typed              string   // what the form holds: the value, or what was typed and not saved
	Kind               string   // "text", "area", "choice", "date" or "yesno"
	Options            []string // of a choice
}

// recordFields are the fields of a complaint that people fill in.
func recordFields(v complaint.View) []group {
	c, r := v.Complaint, v.Record
	yes := map[bool]string{true: "yes"}
	text := func(name, label, value string) recordField {
		return recordField{Name: name, Label: label, Value: value, Kind: "text"}
	}
	area := func(name, label, value string) recordField {
		return recordField{Name: name, Label: label, Value: value, Kind: "area"}
	}
	flag := func(name, label string, value bool) recordField {
		return recordField{Name: name, Label: label, Value: yes[value], Kind: "yesno"}
	}
	day := func(name, label, value string) recordField {
		return recordField{Name: name, Label: label, Value: value, Kind: "date"}
	}
	choice := func(name, label, value string, options []string) recordField {
		return recordField{Name: name, Label: label, Value: value, Kind: "choice", Options: options}
	}
	redress := ""
	if r.RedressPence > 0 {
		redress = pounds(r.RedressPence)
	}
	language := string(c.Language)
	if language == "" {
		language = "both"
	}
	return []group{
		{"What it is about", []recordField{
			choice("category", "Category", string(r.Category), keys(complaint.Categories())), text("team", "Team", r.Team),
			area("summary", "Summary", c.Summary), area("remedy", "What the customer would like", r.Remedy)}},
		{"The customer", []recordField{
			text("name", "Name", c.CustomerName), text("address", "E-mail address", c.CustomerAddress), text("account", "Account", r.Account),
			text("building", "Building", r.Building), text("room", "Room", r.Room),
			choice("reply_by", "Answer by", string(c.ReplyBy), []string{string(complaint.ByEmail), string(complaint.ByLetter)}),
			choice("language", "Language of our letters", language, []string{"en", "pl", "both"}),
			flag("vulnerable", "Vulnerable customer", r.Vulnerable), text("representative", "Representative", r.Representative), text("authority", "Their authority", r.Authority)}},
		{"The outcome", []recordField{
			area("root_cause", "Root cause", r.RootCause), choice("result", "Decision", string(r.Result), keys(complaint.Results())),
			text("redress_kind", "Redress", r.RedressKind), text("redress", "Amount in pounds", redress)}},
		{"What we learn", []recordField{
			area("lesson", "Lesson", r.Lesson), text("lesson_owner", "Who sees to it", r.LessonOwner), day("lesson_due", "By", r.LessonDue),
			day("lesson_done", "Done on", r.LessonDone), flag("legal_hold", "Legal hold: nothing is erased", r.LegalHold)}},
	}
}

// refilled fills the form in: with what was typed and not saved, else with the values.
func refilled(groups []group, typed map[string]string) []group {
	for _, g := range groups {
		for i, f := range g.Fields {
			g.Fields[i].Typed = f.Value
			if t, ok := typed[f.Name]; ok {
				g.Fields[i].Typed = t
			}
		}
	}
	return groups
}

// Filled says whether any field of the group holds something.
func (g group) Filled() bool {
	return slices.ContainsFunc(g.Fields, func(f recordField) bool { return f.Value+f.Typed != "" })
}

// keys are short keys as strings.
func keys[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, k := range list {
		out[i] = string(k)
	}
	return out
}

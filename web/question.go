package web

import (
	"net/mail"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// answers are what a visitor typed, by the name of the field.
type answers map[string][]string

// get is the answer of a field with one; "" if there is none.
func (a answers) get(name string) string {
	if v := a[name]; len(v) > 0 {
		return strings.TrimSpace(v[0])
	}
	return ""
}

// has says whether an option of a field is chosen.
func (a answers) has(name, option string) bool { return slices.Contains(a[name], option) }

// lines are the answers of a field that takes one a line.
func (a answers) lines(name string) []string {
	var list []string
	for l := range strings.Lines(a.get(name)) {
		if l = strings.TrimSpace(l); l != "" {
			list = append(list, l)
		}
	}
	return list
}

// kind is how a field is asked.
type kind string

const (
	oneLine  kind = "text"
	area     kind = "area"
	email    kind = "email"
	choice   kind = "radio"    // one option
	choices  kind = "checkbox" // any number of options
	required      = true
)

// field is one thing that the form asks. Its words are in the catalog: NAME.label
// (the page's title where it has one field), NAME.hint, NAME.missing, NAME.wrong.
type field struct {
	Name     string
	Kind     kind
	Options  []string // of choice and choices
	Required bool
	Max      int    // signs; 0: 200
	Rows     int    // of an area
	Complete string // autocomplete, WCAG 1.3.5
	Width    string // CSS class; "" for the whole width
	valid    func(string) bool
}

// step is one page of the form.
type step struct {
	ID     string
	Files  bool   // the page takes files instead of answers
	Group  string // "about" or "you": where the answers stand on the last page
	Fields []field
	when   func(answers) bool // nil: always
}

// steps are the pages of the form in their order.
var steps = []step{
	{ID: "about", Group: "about", Fields: []field{{Name: "about", Kind: choices, Options: []string{"service", "staff", "data"}, Required: required}}},
	{ID: "staff", Group: "about", Fields: []field{{Name: "staff_name", Kind: oneLine}},
		when: func(a answers) bool { return a.has("about", "staff") }},
	{ID: "happened", Group: "about", Fields: []field{{Name: "happened", Kind: area, Rows: 10, Max: 20_000, Required: required}}},
	{ID: "remedy", Group: "about", Fields: []field{{Name: "remedy", Kind: area, Rows: 5, Max: 5_000}}},
	{ID: "evidence", Group: "about", Fields: []field{
		{Name: "tickets", Kind: area, Rows: 2, Max: 2_000}, {Name: "spoken_to", Kind: area, Rows: 2, Max: 2_000},
		{Name: "times", Kind: area, Rows: 2, Max: 2_000}, {Name: "phones", Kind: area, Rows: 2, Max: 2_000},
		{Name: "emails", Kind: area, Rows: 5, Max: 20_000},
	}},
	{ID: "files", Group: "about", Files: true},
	{ID: "forwhom", Group: "you", Fields: []field{{Name: "forwhom", Kind: choice, Options: []string{"me", "other"}, Required: required}}},
	{ID: "person", Group: "you", Fields: []field{
		{Name: "name", Kind: oneLine, Required: required, Complete: "name"},
		{Name: "customer", Kind: oneLine, Required: required}, {Name: "authority", Kind: area, Rows: 2, Max: 1_000, Required: required},
		{Name: "account", Kind: oneLine, Max: 60, Width: "w-20"}, {Name: "building", Kind: oneLine}, {Name: "room", Kind: oneLine, Max: 60, Width: "w-10"},
	}},
	{ID: "reply", Group: "you", Fields: []field{{Name: "reply", Kind: choice, Options: []string{"email", "letter"}, Required: required}}},
	{ID: "email", Group: "you", Fields: []field{{Name: "email", Kind: email, Max: 254, Required: required, Complete: "email", valid: isAddress}},
		when: func(a answers) bool { return a.get("reply") == "email" }},
	{ID: "post", Group: "you", Fields: []field{
		{Name: "line1", Kind: oneLine, Required: required, Complete: "address-line1"}, {Name: "line2", Kind: oneLine, Complete: "address-line2"},
		{Name: "town", Kind: oneLine, Required: required, Complete: "address-level2", Width: "w-20"},
		{Name: "postcode", Kind: oneLine, Required: required, Max: 12, Complete: "postal-code", Width: "w-10"},
		{Name: "country", Kind: oneLine, Max: 60, Complete: "country-name", Width: "w-20"},
		{Name: "needs", Kind: oneLine},
	}, when: func(a answers) bool { return a.get("reply") == "letter" }},
}

// fields are those that a step asks after what was answered before.
func (st step) fields(a answers) []field {
	if st.ID != "person" || a.get("forwhom") == "other" {
		return st.Fields
	}
	return slices.DeleteFunc(slices.Clone(st.Fields), func(f field) bool { return f.Name == "customer" || f.Name == "authority" })
}

// isAddress says whether mail can be sent to an address as it is written.
func isAddress(s string) bool {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || strings.ContainsAny(s, "\"\\<>(),;:%[] \t") {
		return false
	}
	_, domain, _ := strings.Cut(s, "@")
	return strings.Contains(strings.Trim(domain, "."), ".")
}

// read takes the answers of a step from what was posted. What is no option of a
// field is left out.
func (st step) read(form url.Values, a answers) answers {
	typed := answers{}
	for _, f := range st.fields(a) {
		values := form[f.Name]
		if f.Options != nil {
			values = slices.DeleteFunc(slices.Clone(values), func(v string) bool { return !slices.Contains(f.Options, v) })
		} else if len(values) > 1 {
			values = values[:1]
		}
		for i := range values {
			values[i] = clip(values[i], 3*f.limit())
		}
		if values == nil {
			values = []string{}
		}
		typed[f.Name] = values
	}
	return typed
}

// clip keeps what the limit lets pass three times over, so that a person who wrote
// too much can shorten it, and nobody fills the database.
func clip(s string, runes int) string {
	if utf8.RuneCountInString(s) <= runes {
		return s
	}
	return string([]rune(s)[:runes])
}

func (f field) limit() int {
	if f.Max == 0 {
		return 200
	}
	return f.Max
}

// wrong is the key of what is wrong with an answer: "missing", "wrong", "too_long",
// or "".
func (f field) wrong(a answers) string {
	value := a.get(f.Name)
	switch {
	case f.Required && value == "":
		return "missing"
	case utf8.RuneCountInString(strings.ReplaceAll(value, "\r\n", "\n")) > f.limit():
		return "too_long"
	case value != "" && f.valid != nil && !f.valid(value):
		return "wrong"
	}
	return ""
}

// done says whether all that a step asks is answered rightly.
func (st step) done(a answers) bool {
	return !slices.ContainsFunc(st.fields(a), func(f field) bool { return f.wrong(a) != "" })
}

// problems says what has to be corrected in a step.
func (st step) problems(a answers, c catalog) []problem {
	var list []problem
	for _, f := range st.fields(a) {
		key := f.wrong(a)
		if key == "" {
			continue
		}
		target := f.Name
		if f.Options != nil {
			target += "-" + f.Options[0]
		}
		text := c.say(f.Name + "." + key)
		if key == "too_long" {
			text = c.say("limits.too_long", f.label(c, st), f.limit())
		}
		list = append(list, problem{f.Name, target, text})
	}
	return list
}

// label is how a field is called: by its own words, or by the page's title.
func (f field) label(c catalog, st step) string {
	for _, key := range []string{f.Name + ".label", f.Name + ".check", f.Name + ".title"} {
		if c.has(key) {
			return c.say(key)
		}
	}
	return c.say(st.ID + ".title")
}

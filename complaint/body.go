package complaint

import (
	"cmp"
	"net/url"
	"slices"
	"time"
	"unicode/utf8"
)

// Body is an outside body that a customer may turn to (DOMAIN, Bodies). From a day on it
// holds until the next of its kind begins, or until its own last day.
type Body struct {
	Kind   string // of BodyKinds
	From   string // first day, 2006-01-02; empty: always
	Until  string // last day; empty: until the next begins
	Name   string // in full, with the letters that it is known by
	NamePL string // in Polish; empty: the same
	URL    string
	Phone  string
	Post   string // one line
	Months int    // how long a customer may go to the ombudsman, from our letter
}

// OwnBody is a body that is in force, and who set it while the program runs.
type OwnBody struct {
	Body
	By string    // empty: the configuration
	At time.Time // when; zero: the configuration
}

// BodyKinds are the kinds of bodies; customers must be told of one of each.
func BodyKinds() []string { return []string{"ico", "ombudsman"} }

// begins says whether two entries stand for the same body from the same day on.
func (b Body) begins(o Body) bool { return b.Kind == o.Kind && b.From == o.From }

// Holds says whether it has begun on a day and is not over.
func (b Body) Holds(day string) bool {
	return b.From <= day && (b.Until == "" || day <= b.Until)
}

// Wrong says which field of a body is wrong, and why; empty when none is. Fields are
// named as in the configuration.
func (b Body) Wrong() (field, why string) {
	for _, d := range []struct{ field, day string }{{"from", b.From}, {"until", b.Until}} {
		if _, err := time.Parse(time.DateOnly, d.day); err != nil && d.day != "" {
			return d.field, `"` + d.day + `" is no date; one looks like 2026-09-30`
		}
	}
	switch {
	case b.Until != "" && b.Until < b.From:
		return "until", "lies before the first day, " + b.From
	case !slices.Contains(BodyKinds(), b.Kind):
		return "kind", `must be "ico" or "ombudsman"`
	case b.Name == "":
		return "name", "must not be empty: customers are told it"
	case b.URL == "":
		return "url", "must not be empty: customers are told it"
	case !IsPage(b.URL):
		return "url", `"` + b.URL + `" is no address of a page; customers are told it`
	case b.Kind == "ombudsman" && (b.Months < 1 || b.Months > 120):
		return "months", "needs the months in which a customer may go to the ombudsman, e.g. 12"
	}
	for _, t := range []struct{ field, text string }{{"name", b.Name}, {"name_pl", b.NamePL}, {"url", b.URL}, {"phone", b.Phone}, {"post", b.Post}} {
		if utf8.RuneCountInString(t.text) > 200 {
			return t.field, "is longer than 200 letters; it stands in letters"
		}
	}
	return "", ""
}

// IsPage says whether a text is the address of a page.
func IsPage(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != ""
}

// LayOver lays the bodies that people set over those of the configuration: the same kind
// from the same day on takes the place. By kind and first day.
func LayOver(configured []Body, own []OwnBody) []OwnBody {
	list := slices.Clone(own)
	for _, b := range configured {
		if !slices.ContainsFunc(own, func(o OwnBody) bool { return o.begins(b) }) {
			list = append(list, OwnBody{Body: b})
		}
	}
	slices.SortFunc(list, func(x, y OwnBody) int { return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.From, y.From)) })
	return list
}

// Holding is the body of a kind on a day: the one that began last among those that hold.
// Its name is empty when there is none.
func Holding(list []OwnBody, kind, day string) (held OwnBody) {
	for _, b := range list {
		if b.Kind == kind && b.Holds(day) && (held.Name == "" || b.From >= held.From) {
			held = b
		}
	}
	return held
}

// At is the body of a kind that begins on a day; its name is empty when there is none.
func At(list []OwnBody, kind, from string) (b OwnBody) {
	if i := slices.IndexFunc(list, func(o OwnBody) bool { return o.Kind == kind && o.From == from }); i >= 0 {
		b = list[i]
	}
	return b
}

// Uncovered is the first day, today or later, on which customers could be told of no body
// of a kind; empty when there is none.
func Uncovered(list []OwnBody, today string) (kind, day string) {
	for _, kind := range BodyKinds() {
		days := []string{today}
		for _, b := range list {
			if last, err := time.Parse(time.DateOnly, b.Until); err == nil && b.Kind == kind && b.Until >= today {
				days = append(days, last.AddDate(0, 0, 1).Format(time.DateOnly))
			}
		}
		slices.Sort(days)
		for _, day := range days {
			if Holding(list, kind, day).Name == "" {
				return kind, day
			}
		}
	}
	return "", ""
}

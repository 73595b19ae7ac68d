package templates

import (
	"fmt"
	"text/template"
	"time"

	"ask4.com/skarga/complaint"
)

// functions are what templates may call: date, time and hours.
func functions(lang complaint.Language) template.FuncMap {
	return template.FuncMap{
		"date":  func(t time.Time) string { return Date(lang, t) },
		"clock": func(t time.Time) string { return t.Format("15:04") },
		"hours": func(d time.Duration) int { return int(d.Hours()) },
	}
}

// Date writes a day as a native reader expects it: "26 November 2026",
// "26 listopada 2026 r.". The zone is the one that t carries.
func Date(lang complaint.Language, t time.Time) string {
	if lang != complaint.Polish {
		return t.Format("2 January 2006")
	}
	months := [...]string{"stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca",
		"sierpnia", "września", "października", "listopada", "grudnia"}
	return fmt.Sprintf("%d %s %d r.", t.Day(), months[t.Month()-1], t.Year())
}

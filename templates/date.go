package templates

import (
	"fmt"
	"strings"
	"text/template"
	"time"

	"ask4.com/skarga/complaint"
)

// gap stands where a date or a number is not known.
const gap = "[…]"

// functions are what templates may call.
func functions(lang complaint.Language) template.FuncMap {
	return template.FuncMap{
		"date":    func(t time.Time) string { return Date(lang, t) },
		"clock":   func(t time.Time) string { return t.Format("15:04") },
		"hours":   func(d time.Duration) int { return int(d.Hours()) },
		"count":   func(n int, forms ...string) string { return count(lang, n, forms) },
		"signed":  signed,
		"promise": func(p Promise) string { return promiseName(lang, p) },
	}
}

// Date writes a day as a native reader expects it: "26 November 2026",
// "26 listopada 2026 r.". The zone is the one that t carries.
func Date(lang complaint.Language, t time.Time) string {
	if t.IsZero() {
		return gap
	}
	if lang != complaint.Polish {
		return t.Format("2 January 2006")
	}
	return fmt.Sprintf("%d %s %d r.", t.Day(), polishMonths[t.Month()-1], t.Year())
}

// polishMonths are the months as they stand in a date.
var polishMonths = [...]string{"stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca", "lipca",
	"sierpnia", "września", "października", "listopada", "grudnia"}

// count writes a number with the form of its noun: English has two ("month",
// "months"), Polish three ("miesiąc", "miesiące", "miesięcy"). The last form serves
// for those that are not given.
func count(lang complaint.Language, n int, forms []string) string {
	i := 1
	switch few := n%10 >= 2 && n%10 <= 4 && (n%100 < 12 || n%100 > 14); {
	case n == 0:
		return gap
	case n == 1:
		i = 0
	case lang == complaint.Polish && !few:
		i = 2
	}
	if len(forms) == 0 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d %s", n, forms[min(i, len(forms)-1)])
}

// signed joins the name of a team with the firm's, unless it holds it already.
func signed(name, firm string) string {
	if strings.Contains(name, firm) {
		return name
	}
	return name + ", " + firm
}

// promiseName says a promise in words, in the nominative.
func promiseName(lang complaint.Language, p Promise) string {
	names := map[complaint.ObligationKind][2]string{
		complaint.Acknowledge:   {"first reply", "pierwsza odpowiedź"},
		complaint.Update:        {"update", "informacja o postępach"},
		complaint.Respond:       {"full answer", "pełna odpowiedź"},
		complaint.Review:        {"answer to the second look", "odpowiedź po ponownym sprawdzeniu"},
		complaint.TellOmbudsman: {"letter about the ombudsman", "list o ombudsmanie"},
		complaint.Comply:        {"carrying out the ombudsman's decision", "wykonanie decyzji ombudsmana"},
	}
	name, known := names[complaint.ObligationKind(p)]
	switch {
	case !known:
		return string(p) // a draft's gap
	case lang == complaint.Polish:
		return name[1]
	}
	return name[0]
}

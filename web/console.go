package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"html/template"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/complaint/figures"
	"ask4.com/skarga/ingest"
	"ask4.com/skarga/templates"
)

// Console is what the pages of staff work with. Every read and every act goes through
// Office, which asks the one decision about access.
type Console struct {
	Office  *casework.Office
	Intake  *ingest.Intake // overrules what the machine judged
	Reader  *ingest.Reader // reads mail again to show it
	Bytes   Bytes
	Filters Filters
	// Mailroom is the desk and the post; nil: they have no pages.
	Mailroom Mailroom
	// Admin is for the pages of administration.
	Admin Admin
	// Retry processes a parked arrival again.
	Retry func(ctx context.Context, arrivalID string) error
	// Figures counts a period for a person: what is hidden from them is not in it (P8).
	Figures func(ctx context.Context, p figures.Period, who complaint.Person) (figures.Report, error)
	// Changes gives a channel that gets a signal after something changed.
	Changes func() <-chan struct{}
}

// Filters keeps what people look for again and again.
type Filters interface {
	SavedFilters(ctx context.Context, staff string) ([]complaint.SavedFilter, error)
	// SetSavedFilter keeps a filter; one with an empty query is forgotten.
	SetSavedFilter(ctx context.Context, f complaint.SavedFilter) error
}

// Bytes is where the bytes of what came in and went out are.
type Bytes interface {
	// OpenRaw opens what arrived; nil when there are no bytes.
	OpenRaw(ctx context.Context, arrivalID string) (io.ReadSeekCloser, error)
	// Delivery reads a delivery with its bytes.
	Delivery(ctx context.Context, id string) (complaint.Delivery, error)
}

func (s *Site) consoleRoutes() {
	s.queueRoutes()
	s.caseRoutes()
	s.actRoutes()
	s.mailRoutes()
	s.arrivalRoutes()
	s.answerRoutes()
	s.figureRoutes()
	s.streamRoutes()
	s.mailroomRoutes()
	s.adminRoutes()
}

// desk registers a page of the console for those whose role may do something with some
// complaint; with which one, casework decides. All pages behind the door that show
// complaints are registered here.
func (s *Site) desk(pattern, id string, what complaint.Action, h func(*visit, complaint.Person)) {
	s.staff(pattern, func(v *visit, who complaint.Person) {
		v.id = id
		if !complaint.HasRole(who.Role, what) {
			v.refuse(&complaint.Refusal{Rule: "P8", Why: fmt.Sprintf("Your role, %s, may not %s", who.Role, what)})
			return
		}
		h(v, who)
	})
}

// refuse answers an error of an act or a read in words. A complaint that is hidden
// reads as one that is not there (P8).
func (v *visit) refuse(err error) {
	var (
		refusal *complaint.Refusal
		changed *casework.ChangedError
		busy    *casework.BusyError
	)
	switch {
	case errors.Is(err, complaint.ErrNoComplaint):
		v.sorry(http.StatusNotFound, "There is nothing here", "No such complaint or message. Perhaps the reference was mistyped.")
	case errors.As(err, &refusal):
		v.sorry(http.StatusForbidden, "That is not possible", words(refusal))
	case errors.As(err, &changed):
		v.sorry(http.StatusConflict, "Somebody was first", words(changed))
	case errors.As(err, &busy):
		v.sorry(http.StatusConflict, "Somebody is writing already", fmt.Sprintf("%s has been writing the %s since %s.", busy.Author, plain(busy.Kind), busy.Since.Format("15:04 on 2 January")))
	case errors.Is(err, casework.ErrField), errors.Is(err, casework.ErrTemplate), errors.Is(err, ingest.ErrNoReason):
		v.sorry(http.StatusUnprocessableEntity, "Nothing was changed", words(err))
	case forPeople(err):
		v.sorry(http.StatusConflict, "That is not possible", words(err))
	default:
		v.oops("console", err)
	}
}

// rooms say in words why something is not possible; what went wrong below them is
// wrapped.
var rooms = []string{"casework: ", "ingest: ", "complaint: ", "templates: ", "mailer: "}

// forPeople says whether an error tells why an act is not possible now: nothing went
// wrong, and nothing was changed.
func forPeople(err error) bool {
	lack := new(templates.LackError)
	if errors.As(err, &lack) {
		return true
	}
	return errors.Unwrap(err) == nil && slices.ContainsFunc(rooms, func(room string) bool { return strings.HasPrefix(err.Error(), room) })
}

// sorryView is the page that says why something is not done: how to go back, and what
// was written, so that none of it has to be written again.
type sorryView struct {
	Text, Back string
	Written    []string
}

// sorry shows a page of staff that says why something is not done.
func (v *visit) sorry(status int, title, text string) {
	v.over = true
	page := sorryView{Text: text}
	_ = v.r.ParseForm() // what cannot be read was not written on a page of ours
	if from, err := url.Parse(v.r.Referer()); err == nil && from.Host == v.r.Host && strings.HasPrefix(from.Path, "/staff/") && v.r.Method == http.MethodPost {
		page.Back = from.Path
	}
	for _, name := range slices.Sorted(maps.Keys(v.r.PostForm)) {
		for _, value := range v.r.PostForm[name] {
			if strings.Contains(strings.TrimSpace(value), " ") && !strings.Contains(name, "password") { // words, not a choice
				page.Written = append(page.Written, value)
			}
		}
	}
	v.write(status, "staff_sorry", view{Title: title, Data: page})
}

// words is an error as a person reads it: without the name of the room and without
// what helps on a command line only.
func words(err error) string {
	s := err.Error()
	for _, room := range rooms {
		s = strings.ReplaceAll(s, room, "")
	}
	if i := strings.Index(s, "; `skarga"); i > 0 {
		s = s[:i]
	}
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}

// form reads what a person sent; false when an answer was given.
func (v *visit) form() (url.Values, bool) {
	if err := v.r.ParseForm(); err != nil {
		v.oops("read form", err)
		return nil, false
	}
	return v.r.PostForm, true
}

// done leads back to a page and says what was done there.
func (v *visit) done(to, what string) {
	to, place, _ := strings.Cut(to, "#")
	if len(v.takenBack) > 0 {
		what = "taken-back"
	}
	q := url.Values{"done": {what}}
	if place != "" {
		q.Set("at", place)
	}
	u := url.URL{Path: to, RawQuery: q.Encode(), Fragment: place}
	http.Redirect(v.w, v.r, u.String(), http.StatusSeeOther)
}

// notices are what a page may say after an act: words of ours only, so that no link
// puts others into our mouth.
var notices = map[string]string{
	"assigned": "Assigned.", "set": "Saved.", "decided": "Decided. You can take it back below, as long as no mail has left because of it.", "undone": "Taken back.", "saved": "The draft is saved.", "discarded": "The draft is given up.", "queued": "It is on its way.",
	"awaiting": "It is finished and waits for a second person.", "back": "It went back to its author.",
	"bulk": "Done for all that you chose.", "bulk-part": "Done, but not for all: some are not yours to change, or somebody else has just changed them.",
	"nothing": "Choose complaints first.", "retry": "It is being processed again.",
	"paper":      "Saved. A letter to this customer is printed as it was before: take it out of its print run.",
	"anew":       "Saved. The acknowledgement, which had not left, is written anew.",
	"draft":      "Saved. An answer that had not left is a draft again: look at it and send it.",
	"reopened":   "The draft is saved. It does not wait for a second person any more: finish it again.",
	"taken-back": "Saved. A message that had not left was taken back and is not sent: the timeline shows which. If it is printed, take it out of its print run.",
	"lost":       "Saved. A message that had not left was taken back, as it was to go elsewhere: write it again if it still holds.",
}

// notice is what was done before this page.
func (v *visit) notice() string {
	what := v.r.URL.Query().Get("done")
	return cmp.Or(notices[what], deskNotices[what])
}

// consoleFunctions are what the pages of staff may call beside the others.
func (s *Site) consoleFunctions() template.FuncMap {
	return template.FuncMap{
		"left":    func(t time.Time) string { return left(t.Sub(s.Now())) },
		"urgent":  func(t time.Time) string { return urgency(t.Sub(s.Now())) },
		"when":    func(t time.Time) string { return s.when(t) },
		"said":    func(s string) string { return words(errors.New(s)) },
		"asof":    func() string { return s.Now().In(s.Location).Format("2 January 2006, 15:04 MST") },
		"finding": s.finding,
		"dayof":   dayOf,
		"iso":     func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"plain":   func(v any) string { return plain(fmt.Sprint(v)) },
		"pounds":  pounds,
		"wish":    func(w complaint.Wish) string { return wishWords[w] },
		"detail":  detailWords,
		"breaks":  breaks,
		"uncoded": uncoded,
		"percent": func(f float64) string {
			return fmt.Sprintf("%.0f\u00a0%%", 100*f)
		},
	}
}

// breaks lets a long address be divided before its signs, where people would, and not
// inside a word.
func breaks(s string) template.HTML {
	return template.HTML(strings.NewReplacer("@", "<wbr>@", ".", "<wbr>.").Replace(template.HTMLEscapeString(s)))
}

// uncoded is what was noted behind a short code for programs, as a person reads it.
func uncoded(s string) string {
	if code, rest, ok := strings.Cut(s, ": "); ok && strings.Trim(code, "abcdefghijklmnopqrstuvwxyz_") == "" {
		s = rest
	}
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// dayOf is a date 2006-01-02 as people write it, in one piece.
func dayOf(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return strings.ReplaceAll(t.Format("2 Jan 2006"), " ", "\u00a0")
}

// pounds writes an amount of pence.
func pounds(pence int) string { return fmt.Sprintf("%d.%02d", pence/100, pence%100) }

// when is a time in the firm's zone; the year only where it is another one.
func (s *Site) when(t time.Time) string {
	if t.IsZero() {
		return "–"
	}
	t = t.In(s.Location)
	now := s.Now().In(s.Location)
	switch {
	case t.Year() != now.Year():
		return t.Format("2 Jan 2006, 15:04")
	case t.YearDay() == now.YearDay():
		return "today, " + t.Format("15:04")
	}
	return t.Format("Mon 2 Jan, 15:04")
}

// left says how long there is in its largest units.
func left(d time.Duration) string {
	late := ""
	if d < 0 {
		late, d = " late", -d
	}
	h := int(d.Hours())
	switch {
	case d < time.Hour:
		return fmt.Sprintf("%d min%s", int(d.Minutes()), late)
	case h < 48:
		return fmt.Sprintf("%d h %02d min%s", h, int(d.Minutes())%60, late)
	}
	return fmt.Sprintf("%d days%s", h/24, late)
}

// urgency is the class of a time that is left.
func urgency(d time.Duration) string {
	switch {
	case d < 0:
		return "late"
	case d < 4*time.Hour:
		return "soon"
	}
	return ""
}

// plainWords are the words for what is kept under short keys.
var plainWords = map[string]string{
	"email": "e-mail", "form": "online form", "set_aside": "set aside", "wifi": "Wi-Fi or device", "fault": "fault or service",
	"switching": "changing provider", "staff": "staff conduct", "handling": "complaint handling", "personal_data": "personal data",
	string(complaint.Acknowledge): "acknowledgement", string(complaint.Respond): "response", string(complaint.TellOmbudsman): "ombudsman letter",
	string(complaint.Comply): "ombudsman’s decision", "partly": "partly upheld", "not": "not upheld", "en": "English", "pl": "Polish",
	"give-up": "given up", "release": "answered", "set-aside": "set aside", "refuse": "refused", "link-confirm": "link confirmed", "link-refuse": "link refused",
	"GB-EAW": "England and Wales", "GB-SCT": "Scotland", "GB-NIR": "Northern Ireland", "PL": "Poland",
}

// wishWords are what a customer's message seems to ask for.
var wishWords = map[complaint.Wish]string{
	complaint.WishOmbudsman: "ombudsman", complaint.WishAppeal: "appeals", complaint.WishEscalate: "escalates",
	complaint.WishWithdraw: "withdraws", complaint.WishDissatisfied: "not satisfied", complaint.WishSatisfied: "settled",
}

// plain is a short key as people read it.
func plain(key string) string {
	if w, ok := plainWords[key]; ok {
		return w
	}
	return strings.ReplaceAll(key, "_", " ")
}

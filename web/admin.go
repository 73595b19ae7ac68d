package web

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
)

// Admin is what the pages of administration work with. They show what is in force and
// check it; what stands in the configuration file is changed there.
type Admin struct {
	Accounts Accounts
	Texts    Texts
	Rules    func(ctx context.Context) (Rules, error)
	Days     Days
	Bodies   Bodies
	Machine  Machine
	// QR draws a QR code: rows of squares, true for a dark one.
	QR func(text string) ([][]bool, error)
}

func (s *Site) adminRoutes() {
	s.desk("GET /staff/admin", "admin", complaint.ActAdminister, func(v *visit, _ complaint.Person) { v.redirectTo("/staff/admin/people") })
	s.adminStaffRoutes()
	s.adminTextRoutes()
	s.adminRuleRoutes()
	s.adminBodyRoutes()
	s.adminMachineRoutes()
}

// Administers says whether who signed in may open the pages of administration.
func (v view) Administers() bool {
	return v.Who != nil && complaint.HasRole(v.Who.Role, complaint.ActAdminister)
}

// isWrong says whether an error is about what was entered.
func isWrong(err error) bool { return errors.Is(err, casework.ErrField) }

// wrongWords is such an error as a person reads it.
func wrongWords(err error) string {
	s := strings.TrimPrefix(err.Error(), casework.ErrField.Error()+": ")
	return words(errors.New(s))
}

// redirectTo sends the browser to an address with GET.
func (v *visit) redirectTo(to string) { http.Redirect(v.w, v.r, to, http.StatusSeeOther) }

// adminNotices are what the pages of administration say after an act.
var adminNotices = map[string]string{
	"role": "The role is changed; who was signed in signs in again.", "aliases": "The names are changed. Complaints are searched for them from now on.",
	"close":    "The account is closed: its owner is signed out and cannot sign in.",
	"day":      "The day is set. What is dated from now on takes it in; dates that stand already stay.",
	"day-off":  "The day is taken away: the rule holds again for what is dated from now on.",
	"body":     "The body is set. Mail and letters that are written from now on name it on the days that it holds.",
	"body-off": "It is taken away: what stood there before holds again.",
	"text":     "Your text is checked, written and in force.",
	"shipped":  "Your text is taken away; the shipped one holds.",
}

func (v *visit) adminNotice() string { return adminNotices[v.r.URL.Query().Get("done")] }

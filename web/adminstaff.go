package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/web/door"
)

// Accounts changes who is staff. Each change is kept on record under the name of who
// made it, and ends the sessions of whom it concerns.
type Accounts interface {
	Colleagues(ctx context.Context) ([]Colleague, error)
	Add(ctx context.Context, by string, acc complaint.Account) (door.Keys, error)
	SetRole(ctx context.Context, by, name string, role complaint.Role) error
	SetAliases(ctx context.Context, by, name string, aliases []string) error
	// Reset gives all new keys, or the second factor only.
	Reset(ctx context.Context, by, name string, secondOnly bool) (door.Keys, error)
	// Close takes the keys away; the person stays on the list (P8).
	Close(ctx context.Context, by, name string) error
}

// Colleague is a member of staff with how they sign in.
type Colleague struct {
	complaint.Person
	Configured bool // by the file: role and aliases stand there
	Account    bool // there is one
	Closed     bool // it has no keys
	Recovery   int  // codes that are left
}

func (s *Site) adminStaffRoutes() {
	s.desk("GET /staff/admin/people", "admin", complaint.ActAdminister, (*visit).people)
	s.desk("POST /staff/admin/people", "admin", complaint.ActAdminister, (*visit).addPerson)
	s.desk("POST /staff/admin/people/{what}", "admin", complaint.ActAdminister, (*visit).changePerson)
}

// peopleView is the staff list.
type peopleView struct {
	Notice string
	Rows   []personRow
	Roles  []complaint.Role
	Typed  url.Values // what was not taken
}

// personRow is a line of it; May says whether who looks may change the person.
type personRow struct {
	Colleague
	May bool
	Me  bool
}

// handView shows keys, once.
type handView struct {
	Name string
	Keys door.Keys
	QR   [][]bool
}

func (v *visit) people(who complaint.Person) { v.showPeople(http.StatusOK, who, nil, url.Values{}) }

func (v *visit) showPeople(status int, who complaint.Person, problems []problem, typed url.Values) {
	all, err := v.Console.Admin.Accounts.Colleagues(v.r.Context())
	if err != nil {
		v.oops("list staff", err)
		return
	}
	page := peopleView{Notice: v.adminNotice(), Typed: typed}
	for _, r := range complaint.Roles() {
		if complaint.MayAdminister(who, complaint.Person{Role: r}) == nil {
			page.Roles = append(page.Roles, r)
		}
	}
	for _, c := range all {
		page.Rows = append(page.Rows, personRow{c, complaint.MayAdminister(who, c.Person) == nil, who.Is(c.Name)})
	}
	v.write(status, "staff_people", view{Title: "Staff and roles", Problems: problems, Data: page})
}

// names reads a list of names, one a line or divided by commas.
func nameList(text string) (list []string) {
	for _, n := range strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == ',' }) {
		if n = strings.Join(strings.Fields(n), " "); n != "" {
			list = append(list, n)
		}
	}
	return list
}

// addPerson makes an account and shows its keys.
func (v *visit) addPerson(who complaint.Person) {
	f, ok := v.form()
	if !ok {
		return
	}
	acc := complaint.Account{Name: f.Get("name"), Aliases: nameList(f.Get("aliases"))}
	all, err := v.Console.Admin.Accounts.Colleagues(v.r.Context())
	if err != nil {
		v.oops("list staff", err)
		return
	}
	of := complaint.Person{Name: acc.Name}
	if f.Get("role") != "" {
		if acc.Role, err = complaint.ParseRole(f.Get("role")); err != nil {
			v.showPeople(http.StatusUnprocessableEntity, who, []problem{{"role", "role", words(err)}}, f)
			return
		}
		of.Role = acc.Role
	}
	for _, c := range all {
		if c.Is(strings.Join(strings.Fields(acc.Name), " ")) {
			of = c.Person
		}
	}
	if err := complaint.MayAdminister(who, of); err != nil {
		v.refuse(err)
		return
	}
	keys, err := v.Console.Admin.Accounts.Add(v.r.Context(), who.Name, acc)
	if isWrong(err) {
		v.showPeople(http.StatusUnprocessableEntity, who, []problem{{"name", "name", wrongWords(err)}}, f)
		return
	}
	v.hand(strings.Join(strings.Fields(acc.Name), " "), keys, err)
}

// hand shows keys to be handed over.
func (v *visit) hand(name string, keys door.Keys, err error) {
	if err != nil {
		v.refuse(err)
		return
	}
	qr, err := v.Console.Admin.QR(keys.TOTP)
	if err != nil {
		v.oops("draw QR code", err)
		return
	}
	v.show("staff_hand", view{Title: "Keys for " + name, Data: handView{name, keys, qr}})
}

// changePerson changes the role or the names of a person, gives them new keys, or closes
// their account.
func (v *visit) changePerson(who complaint.Person) {
	f, ok := v.form()
	if !ok {
		return
	}
	ctx, accounts := v.r.Context(), v.Console.Admin.Accounts
	all, err := accounts.Colleagues(ctx)
	if err != nil {
		v.oops("list staff", err)
		return
	}
	i := slices.IndexFunc(all, func(c Colleague) bool { return c.Is(f.Get("name")) })
	if i < 0 {
		v.refuse(complaint.ErrNoComplaint)
		return
	}
	c := all[i]
	if err := complaint.MayAdminister(who, c.Person); err != nil {
		v.refuse(err)
		return
	}
	what := v.r.PathValue("what")
	switch what {
	case "role":
		role, e := complaint.ParseRole(f.Get("role"))
		if e == nil {
			e = complaint.MayAdminister(who, complaint.Person{Name: c.Name, Role: role})
		}
		if err = e; err == nil {
			err = accounts.SetRole(ctx, who.Name, c.Name, role)
		}
	case "aliases":
		err = accounts.SetAliases(ctx, who.Name, c.Name, nameList(f.Get("aliases")))
	case "keys", "second":
		keys, err := accounts.Reset(ctx, who.Name, c.Name, what == "second")
		v.hand(c.Name, keys, err)
		return
	case "close":
		err = accounts.Close(ctx, who.Name, c.Name)
	default:
		err = complaint.ErrNoComplaint
	}
	if err != nil {
		v.refuse(err)
		return
	}
	v.done("/staff/admin/people", what)
}

package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/web/door"
)

// Staff is who may come in at the staff's door. A local account is one way; single
// sign-on will be another behind the same interface.
type Staff interface {
	// Enter checks name, password and one-time code; door.ErrClosed says no more.
	Enter(ctx context.Context, name, password, code string) error
	// SetPassword changes the password; door.ErrClosed and door.ErrWeak say why not.
	SetPassword(ctx context.Context, name, old, password string) error
	// Person is a member of staff as of now; ok is false for who is none (any more).
	Person(ctx context.Context, name string) (p complaint.Person, ok bool, err error)
	// Note keeps on record who signed in or out, or tried to.
	Note(ctx context.Context, name, what, network string) error
	// EndSessions ends all sessions of a person.
	EndSessions(ctx context.Context, name string) error
}

// The limits of the staff's door.
const (
	staffCookie   = "staff"
	staffIdle     = 2 * time.Hour  // a session ends after so long without a page
	staffDay      = 12 * time.Hour // and after so long altogether
	triesPerson   = 10             // of one name from one network in an hour
	triesNetwork  = 100            // of one network in an hour
	triesOfPerson = 100            // of one name from anywhere in an hour
)

func (s *Site) staffRoutes() {
	if s.Staff == nil {
		return
	}
	s.mux.HandleFunc("GET /staff/sign-in", s.staffPage("sign-in", func(v *visit) { v.showSignIn(http.StatusOK, "", nil) }))
	s.mux.HandleFunc("POST /staff/sign-in", s.staffPage("sign-in", (*visit).signIn))
	s.consoleRoutes()
	s.staff("POST /staff/sign-out", (*visit).signOut)
	s.staff("GET /staff/account", func(v *visit, who complaint.Person) { v.showAccount(http.StatusOK, who, nil) })
	s.staff("POST /staff/account", (*visit).changePassword)
}

// staffPage makes a visit of a request for a page of staff; they are in English.
func (s *Site) staffPage(id string, h func(*visit)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h(&visit{Site: s, w: w, r: r, lang: complaint.English, id: id})
	}
}

// staff registers a page for people who signed in: the one way in for every page of
// the console. Who has no session is led to the door, and back after it.
func (s *Site) staff(pattern string, h func(*visit, complaint.Person)) {
	s.StaffRoutes = append(s.StaffRoutes, pattern)
	s.mux.HandleFunc(pattern, s.staffPage("staff", func(v *visit) {
		who, ok := v.person()
		switch {
		case v.over:
		case ok:
			v.who = &who
			h(v, who)
		case v.r.Method == http.MethodGet:
			http.Redirect(v.w, v.r, "/staff/sign-in?"+url.Values{"to": {v.r.URL.RequestURI()}}.Encode(), http.StatusSeeOther)
		default:
			v.sorry(http.StatusForbidden, "You are signed out", "Nothing was done. Sign in in another window, then come back to this one and send it again.")
		}
	}))
}

// person is who has the session of this request.
func (v *visit) person() (p complaint.Person, ok bool) {
	hash := tokenHash(v.cookie(staffCookie))
	e, ok, err := v.Access.Session(v.r.Context(), hash)
	if err == nil && ok && e.Kind == complaint.StaffSession && v.Now().Sub(e.CreatedAt) < staffDay {
		if p, ok, err = v.Staff.Person(v.r.Context(), e.Subject); ok && err == nil {
			// Once a minute is often enough to know who still works.
			if v.Now().Sub(e.SeenAt) > time.Minute {
				err = v.Access.SeeSession(v.r.Context(), hash, v.Now().Add(staffIdle))
			}
			if err == nil {
				return p, true
			}
		}
	}
	if err != nil {
		v.oops("read session", err)
	}
	return p, false
}

func (v *visit) showSignIn(status int, name string, problems []problem) {
	v.write(status, "staff_door", view{Title: "Sign in", Problems: problems, Data: map[string]string{"Name": name, "To": v.r.FormValue("to")}})
}

// signIn opens a session for who shows name, password and code.
func (v *visit) signIn() {
	if err := v.r.ParseForm(); err != nil {
		v.oops("read sign-in", err)
		return
	}
	name := strings.TrimSpace(v.r.PostForm.Get("name"))
	if v.tooManyTries(name) {
		return
	}
	err := v.Staff.Enter(v.r.Context(), name, v.r.PostForm.Get("password"), v.r.PostForm.Get("code"))
	switch {
	case errors.Is(err, door.ErrClosed):
		if err := v.Staff.Note(v.r.Context(), name, "refused at the door", v.client(v.r).String()); err != nil {
			v.oops("note sign-in", err)
			return
		}
		v.showSignIn(http.StatusUnprocessableEntity, name, []problem{{"name", "name", "Name, password or code is wrong"}})
		return
	case err != nil:
		v.oops("sign in", err)
		return
	}
	secret, hash := token()
	now := v.Now()
	e := complaint.Session{TokenHash: hash, Kind: complaint.StaffSession, Subject: name, CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(staffIdle)}
	err = v.Access.CreateSession(v.r.Context(), e)
	if err == nil {
		err = v.Staff.Note(v.r.Context(), name, "signed in", v.client(v.r).String())
	}
	if err != nil {
		v.oops("create session", err)
		return
	}
	v.setCookie(staffCookie, secret)
	http.Redirect(v.w, v.r, staffTarget(v.r.PostForm.Get("to")), http.StatusSeeOther)
}

// staffTarget is the page of ours that somebody wanted before they signed in.
func staffTarget(to string) string {
	if !strings.HasPrefix(to, "/staff/") || strings.ContainsAny(to, "\\\r\n") || strings.Contains(to, "//") {
		return "/staff/"
	}
	return to
}

// tooManyTries counts a try, and shows the page that asks to wait.
func (v *visit) tooManyTries(name string) bool {
	network, name := v.network(v.r), complaint.Fold(name)
	// The narrowest first: what it refuses counts no further, so that one network cannot
	// shut a person out who comes from elsewhere.
	for _, try := range []struct {
		key  string
		most int64
	}{{v.secretName(name + network), triesPerson}, {network, triesNetwork}, {v.secretName(name), triesOfPerson}} {
		n, err := v.Rates.AddRate(v.r.Context(), "door "+try.key, time.Hour, 1)
		if err != nil {
			v.oops("count tries", err)
			return true
		}
		if n > try.most {
			v.fail(v.w, v.r, http.StatusTooManyRequests)
			return true
		}
	}
	return false
}

// signOut ends the session.
func (v *visit) signOut(who complaint.Person) {
	err := v.Access.DeleteSession(v.r.Context(), tokenHash(v.cookie(staffCookie)))
	if err == nil {
		err = v.Staff.Note(v.r.Context(), who.Name, "signed out", v.client(v.r).String())
	}
	if err != nil {
		v.oops("sign out", err)
		return
	}
	v.setCookie(staffCookie, "")
	http.Redirect(v.w, v.r, "/staff/sign-in", http.StatusSeeOther)
}

func (v *visit) showAccount(status int, who complaint.Person, problems []problem) {
	v.write(status, "staff_account", view{Title: "Your account", Problems: problems, Data: who})
}

// changePassword sets a new password and ends the other sessions.
func (v *visit) changePassword(who complaint.Person) {
	if err := v.r.ParseForm(); err != nil {
		v.oops("read password", err)
		return
	}
	if v.tooManyTries(who.Name) {
		return
	}
	f := v.r.PostForm
	if f.Get("password") != f.Get("again") {
		v.showAccount(http.StatusUnprocessableEntity, who, []problem{{"again", "again", "Enter the new password twice, the same"}})
		return
	}
	err := v.Staff.SetPassword(v.r.Context(), who.Name, f.Get("old"), f.Get("password"))
	switch {
	case errors.Is(err, door.ErrClosed):
		v.showAccount(http.StatusUnprocessableEntity, who, []problem{{"old", "old", "Enter your present password"}})
		return
	case errors.Is(err, door.ErrWeak):
		v.showAccount(http.StatusUnprocessableEntity, who, []problem{{"password", "password", "Choose a password of 12 signs or more that is not your name"}})
		return
	case err == nil:
		err = errors.Join(v.Staff.EndSessions(v.r.Context(), who.Name), v.Staff.Note(v.r.Context(), who.Name, "changed the password", v.client(v.r).String()))
	}
	if err != nil {
		v.oops("change password", err)
		return
	}
	v.setCookie(staffCookie, "")
	http.Redirect(v.w, v.r, "/staff/sign-in", http.StatusSeeOther)
}

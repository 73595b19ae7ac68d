package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
)

// Cases tells customers where their complaints stand.
type Cases interface {
	// Match gives the complaint of a reference, if mail to that address may tell
	// about it. The address that it gives is the one on record.
	Match(ctx context.Context, ref complaint.Reference, address string) (complaintID, recipient string, ok bool, err error)
	// Reference reads a reference as people type it; the error says what is wrong.
	Reference(typed string) (complaint.Reference, error)
	// SendLink queues the mail with a one-time link.
	SendLink(ctx context.Context, complaintID, recipient, url string, until time.Time, l complaint.Language) error
	// Standing says where a complaint stands.
	Standing(ctx context.Context, complaintID string) (Standing, error)
	// LetterCode gives the complaint of the signed code that our letters carry.
	LetterCode(ctx context.Context, code string) (complaintID string, ok bool, err error)
}

// Standing is what a customer may know of a complaint.
type Standing struct {
	Reference  complaint.Reference
	ReceivedAt time.Time
	Stage      complaint.Stage
	Email      string // the customer's address on record; may be empty
	Answered   bool   // there was a formal answer: the customer may ask us to look again (P15)
	Done       []Milestone
	Next       []Milestone // what we still promise, the earliest first
}

// Milestone is a promise to the customer that was kept, or is due.
type Milestone struct {
	Kind complaint.ObligationKind
	At   time.Time
}

// Access keeps one-time links and sessions.
type Access interface {
	CreateOneTimeLink(ctx context.Context, tokenHash, subject string, until time.Time) error
	UseOneTimeLink(ctx context.Context, tokenHash string) (subject string, ok bool, err error)
	CreateSession(ctx context.Context, e complaint.Session) error
	Session(ctx context.Context, tokenHash string) (e complaint.Session, ok bool, err error)
	SeeSession(ctx context.Context, tokenHash string, until time.Time) error
	DeleteSession(ctx context.Context, tokenHash string) error
}

// The limits of the status page.
const (
	linkTime     = time.Hour // that a one-time link works
	caseTime     = time.Hour // that a customer's session lasts without a word
	asksHour     = 60        // requests for links, and tries of codes, from one network in an hour
	linksHour    = 3         // links for one complaint and address in an hour
	caseCookie   = "case"
	networkAsks  = "status "
	networkCodes = "code "
)

func (s *Site) statusRoutes() {
	s.page("GET", "status", func(v *visit) { v.askStatus(http.StatusOK, answers{}, nil) })
	s.page("POST", "status", (*visit).sendStatus)
	s.page("GET", "statussent", func(v *visit) { v.show("statussent", view{}) })
	s.page("GET", "open", func(v *visit) { v.showOpen(http.StatusOK, false) })
	s.page("POST", "open", (*visit).openCase)
	s.page("GET", "letter", func(v *visit) { v.showOpen(http.StatusOK, false) })
	s.page("POST", "letter", (*visit).openByLetter)
	s.mux.HandleFunc("GET /s/{token}", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, strings.Replace(path("letter", preferred(r)), "{token}", url.PathEscape(r.PathValue("token")), 1), http.StatusFound)
	})
	s.page("GET", "case", (*visit).showCase)
	s.page("POST", "case", (*visit).beginAddition)
	s.flowRoutes(addition)
}

// statusFields are what the status page asks for.
var statusFields = step{ID: "status", Fields: []field{
	{Name: "reference", Kind: oneLine, Required: required, Max: 60, Width: "w-20"},
	{Name: "status_email", Kind: email, Required: required, Max: 254, Complete: "email", valid: isAddress},
}}

// askStatus shows the page that asks for reference and address.
func (v *visit) askStatus(status int, a answers, problems []problem) {
	v.write(status, "status", view{Problems: problems, Data: map[string]any{"Fields": statusFields.Fields, "Answers": a}})
}

// limited counts a request of a network, and shows the page that asks to wait when
// there were too many.
func (v *visit) limited(name string, most int64) bool {
	n, err := v.Rates.AddRate(v.r.Context(), name+v.network(v.r), time.Hour, 1)
	switch {
	case err != nil:
		v.oops("count requests", err)
		return true
	case n > most:
		v.over = true
		v.fail(v.w, v.r, http.StatusTooManyRequests)
		return true
	}
	return false
}

// sendStatus answers the same whether or not reference and address belong together,
// and as fast: the looking-up and sending happen afterwards.
func (v *visit) sendStatus() {
	if err := v.r.ParseForm(); err != nil {
		v.oops("read status", err)
		return
	}
	a := statusFields.read(v.r.PostForm, nil)
	problems := statusFields.problems(a, v.texts[v.lang])
	ref, err := v.Cases.Reference(a.get("reference"))
	if err != nil && a.get("reference") != "" {
		problems = append([]problem{{"reference", "reference", v.say("reference.wrong")}}, problems...)
	}
	if len(problems) > 0 {
		v.askStatus(http.StatusUnprocessableEntity, a, problems)
		return
	}
	if v.limited(networkAsks, asksHour) {
		return
	}
	lang, address := v.lang, a.get("status_email")
	ctx := context.WithoutCancel(v.r.Context())
	v.later.Go(func() {
		ctx, cancel := context.WithTimeout(ctx, time.Minute)
		defer cancel()
		if err := v.mailLink(ctx, ref, address, lang); err != nil {
			v.Log.Error("send status link", "ref", ref, "err", err)
		}
	})
	v.redirect("statussent", v.lang)
}

// mailLink sends a link if the complaint is that person's.
func (s *Site) mailLink(ctx context.Context, ref complaint.Reference, address string, l complaint.Language) error {
	id, recipient, ok, err := s.Cases.Match(ctx, ref, address)
	if err != nil || !ok {
		return err
	}
	n, err := s.Rates.AddRate(ctx, "link "+s.secretName(id+" "+complaint.FoldAddress(recipient)), time.Hour, 1)
	if err != nil || n > linksHour {
		return err
	}
	secret, hash := token()
	until := s.Now().Add(linkTime)
	if err := s.Access.CreateOneTimeLink(ctx, hash, id, until); err != nil {
		return err
	}
	return s.Cases.SendLink(ctx, id, recipient, s.origin+strings.Replace(path("open", l), "{token}", secret, 1), until, l)
}

// showOpen is the page behind a one-time link. It spends the link only when a person
// presses its button: programs that look at mail open links.
func (v *visit) showOpen(status int, spent bool) {
	to := strings.Replace(path(v.id, other(v.lang)), "{token}", url.PathEscape(v.r.PathValue("token")), 1)
	v.write(status, "open", view{Title: v.say("open.title"), Switch: to, Data: spent})
}

// openCase spends the link.
func (v *visit) openCase() {
	id, ok, err := v.Access.UseOneTimeLink(v.r.Context(), tokenHash(v.r.PathValue("token")))
	switch {
	case err != nil:
		v.oops("use link", err)
	case !ok:
		v.showOpen(http.StatusGone, true)
	default:
		v.letIn(id)
	}
}

// openByLetter lets in who holds a letter of ours: the QR code on its slip leads
// here. The code opens one complaint, as often as the letter is looked at.
func (v *visit) openByLetter() {
	if v.limited(networkCodes, asksHour) {
		return
	}
	id, ok, err := v.Cases.LetterCode(v.r.Context(), v.r.PathValue("token"))
	switch {
	case err != nil:
		v.oops("read letter code", err)
	case !ok:
		v.showOpen(http.StatusGone, true)
	default:
		v.letIn(id)
	}
}

// letIn opens a session for one complaint.
func (v *visit) letIn(complaintID string) {
	secret, hash := token()
	now := v.Now()
	e := complaint.Session{TokenHash: hash, Kind: complaint.CustomerSession, Subject: complaintID, CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(caseTime)}
	if err := v.Access.CreateSession(v.r.Context(), e); err != nil {
		v.oops("create session", err)
		return
	}
	v.setCookie(caseCookie, secret)
	v.redirect("case", v.lang)
}

// standing reads the complaint of the visitor's session; without one they are asked
// for a link.
func (v *visit) standing() (id string, st Standing, ok bool) {
	hash := tokenHash(v.cookie(caseCookie))
	e, ok, err := v.Access.Session(v.r.Context(), hash)
	if err == nil && ok && e.Kind == complaint.CustomerSession {
		if st, err = v.Cases.Standing(v.r.Context(), e.Subject); err == nil {
			err = v.Access.SeeSession(v.r.Context(), hash, v.Now().Add(caseTime))
		}
	} else if err == nil {
		v.redirect("status", v.lang)
		return "", st, false
	}
	if err != nil {
		v.oops("read standing", err)
		return "", st, false
	}
	return e.Subject, st, true
}

// showCase shows where the complaint stands.
func (v *visit) showCase() {
	_, st, ok := v.standing()
	if !ok {
		return
	}
	v.show("case", view{Data: st})
}

// beginAddition starts to add to the complaint, or closes the page for good.
func (v *visit) beginAddition() {
	if v.r.FormValue("do") == "close" {
		if err := v.Access.DeleteSession(v.r.Context(), tokenHash(v.cookie(caseCookie))); err != nil {
			v.oops("delete session", err)
			return
		}
		v.setCookie(caseCookie, "")
		v.setCookie(addition.cookie, "")
		v.redirect("status", v.lang)
		return
	}
	id, st, ok := v.standing()
	if !ok {
		return
	}
	v.flow = addition
	if d, ok := v.draft(); ok && d.SubmittedAt.IsZero() && d.ComplaintID == id {
		v.goOn(d.Answers)
		return
	} else if v.over {
		return
	}
	a := answers{"address": {st.Email}}
	if st.Answered {
		a["answered"] = []string{"yes"}
	}
	if d, ok := v.newDraft(id, a); ok {
		v.goOn(d.Answers)
	}
}

// goOn leads to the step that is open.
func (v *visit) goOn(a answers) {
	if next, open := v.flow.firstOpen(a); open {
		v.redirect(next.ID, v.lang)
		return
	}
	v.redirect(v.flow.check, v.lang)
}

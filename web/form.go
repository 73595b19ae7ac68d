package web

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
)

// Drafts keeps what visitors typed until they send it.
type Drafts interface {
	CreateDraft(ctx context.Context, d complaint.Draft) error
	Draft(ctx context.Context, id string) (d complaint.Draft, ok bool, err error)
	// SetDraft lays answers over those of a draft, field by field, and adds doubts.
	SetDraft(ctx context.Context, id string, l complaint.Language, answers map[string][]string, doubts ...string) error
	// SubmitDraft notes that a draft was sent, and forgets what was typed.
	SubmitDraft(ctx context.Context, id string) error
	DeleteDraft(ctx context.Context, id string) error
	// CreateUpload keeps a file; ok is false when it is empty, larger than most, or
	// would bring the files of the draft over total.
	CreateUpload(ctx context.Context, u complaint.Upload, r io.Reader, most, total int64) (_ complaint.Upload, ok bool, err error)
	Uploads(ctx context.Context, draftID string) ([]complaint.Upload, error)
	OpenUpload(u complaint.Upload) (io.ReadSeekCloser, error)
	DeleteUpload(ctx context.Context, draftID, id string) error
}

func (s *Site) formRoutes() {
	s.page("GET", "start", (*visit).start)
	s.page("POST", "start", (*visit).begin)
	s.flowRoutes(complain)
}

// cookieName hides behind a prefix that browsers guard where the site is on TLS.
func (s *Site) cookieName(name string) string {
	if s.secure {
		return "__Host-" + name
	}
	return name
}

// setCookie sets a cookie that ends with the browser's session; an empty value
// takes it back.
func (v *visit) setCookie(name, value string) {
	c := &http.Cookie{Name: v.cookieName(name), Value: value, Path: "/", HttpOnly: true, Secure: v.secure, SameSite: http.SameSiteLaxMode}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(v.w, c)
}

func (v *visit) cookie(name string) string {
	c, err := v.r.Cookie(v.cookieName(name))
	if err != nil {
		return ""
	}
	return c.Value
}

// start explains the form.
func (v *visit) start() {
	v.flow = complain
	d, ok := v.draft()
	if v.over {
		return
	}
	v.show("start", view{Data: map[string]any{
		"Why": v.r.URL.Query().Get("why"), "Resume": ok && d.SubmittedAt.IsZero() && len(d.Answers) > 0, "Hours": v.Options.Policy().AcknowledgeHours,
		"File": v.FileSize >> 20, "Files": v.FilesSize >> 20, "Keep": int(v.KeepDraft.Hours()),
	}})
}

// begin makes a draft, or goes on with the one there is.
func (v *visit) begin() {
	v.flow = complain
	d, ok := v.draft()
	if v.over {
		return
	}
	if ok && d.SubmittedAt.IsZero() {
		if v.r.FormValue("do") != "restart" {
			v.goOn(d.Answers)
			return
		}
		if err := v.Drafts.DeleteDraft(v.r.Context(), d.ID); err != nil {
			v.oops("delete draft", err)
			return
		}
	}
	if _, ok := v.newDraft("", answers{}); ok {
		v.redirect(steps[0].ID, v.lang)
	}
}

// ask shows a question with what was answered.
func (v *visit) ask(st step) {
	d, ok := v.open()
	if !ok {
		return
	}
	if !v.reached(st, d.Answers) {
		return
	}
	if problems := st.problems(d.Answers, v.texts[v.lang]); v.corrects() && len(problems) > 0 {
		v.question(http.StatusUnprocessableEntity, st, d.Answers, problems)
		return
	}
	v.question(http.StatusOK, st, d.Answers, nil)
}

// question writes the page of a step.
func (v *visit) question(status int, st step, a answers, problems []problem) {
	c := v.texts[v.lang]
	fields := st.fields(a)
	title := st.ID + ".title"
	if len(fields) == 1 {
		title = fields[0].Name + ".title"
	}
	v.write(status, "question", view{Title: c.say(title), Back: v.back(st, a), Form: true, Problems: problems, Data: map[string]any{
		"Step": st, "Fields": fields, "Answers": a, "Single": len(fields) == 1, "Change": v.changing(),
	}})
}

// answer keeps what was typed, right or wrong, and goes on when it is right.
func (v *visit) answer(st step) {
	d, ok := v.open()
	if !ok {
		return
	}
	if err := v.r.ParseForm(); err != nil {
		v.oops("read answers", err)
		return
	}
	typed := st.read(v.r.PostForm, d.Answers)
	if err := v.Drafts.SetDraft(v.r.Context(), d.ID, v.lang, typed, v.trapped()...); err != nil {
		v.oops("keep answers", err)
		return
	}
	a := answers(d.Answers)
	for name, values := range typed {
		a[name] = values
	}
	if v.switched(st.ID) {
		return
	}
	if !st.done(a) {
		v.revisit(st.ID, v.lang, true)
		return
	}
	v.redirect(v.next(st, a), v.lang)
}

// trapped says why a robot may have filled the page in: a field that people do not
// see holds something.
func (v *visit) trapped() []string {
	if v.r.PostForm.Get("homepage") != "" {
		return []string{"the hidden field was filled in"}
	}
	return nil
}

// submit sends the complaint, once.
func (v *visit) submit() {
	d, ok := v.draft()
	switch {
	case v.over:
		return
	case ok && !d.SubmittedAt.IsZero():
		v.redirect(v.flow.sent, v.lang)
		return
	case !ok:
		v.redirect(v.flow.start, v.lang)
		return
	}
	if err := v.r.ParseForm(); err != nil {
		v.oops("read submit", err)
		return
	}
	if v.switched(v.flow.check) {
		return
	}
	if st, open := v.flow.firstOpen(d.Answers); open {
		v.redirect(st.ID, v.lang)
		return
	}
	doubts, err := v.doubts(d)
	if err != nil {
		v.oops("count forms", err)
		return
	}
	files, err := v.Drafts.Uploads(v.r.Context(), d.ID)
	if err != nil {
		v.oops("read files", err)
		return
	}
	v.extend() // large files take their time
	f := v.fill(d, files)
	f.Doubts = doubts
	if err := v.Take(f); err != nil {
		// The same form may have been sent by a second press of the button, which
		// took the files away.
		if now, ok, e := v.Drafts.Draft(v.r.Context(), d.ID); e == nil && ok && !now.SubmittedAt.IsZero() {
			v.redirect(v.flow.sent, v.lang)
			return
		}
		v.oops("take form", err)
		return
	}
	if err := v.Drafts.SubmitDraft(context.WithoutCancel(v.r.Context()), d.ID); err != nil {
		v.Log.Error("forget sent draft", "err", err) // it was taken, and cannot be taken twice
	}
	v.redirect(v.flow.sent, v.lang)
}

// doubts are the signs of a robot: none of them ends a complaint, a person looks.
func (v *visit) doubts(d complaint.Draft) ([]string, error) {
	doubts := append(slices.Clone(d.Doubts), v.trapped()...)
	if v.Now().Sub(d.CreatedAt) < v.MinFill {
		doubts = append(doubts, "it was filled in within "+v.MinFill.String())
	}
	n, err := v.Rates.AddRate(v.r.Context(), "form "+v.network(v.r), time.Hour, 1)
	if n > v.FormsHour {
		doubts = append(doubts, "many forms came from one network within an hour")
	}
	slices.Sort(doubts)
	return slices.Compact(doubts), err
}

// fill makes the form out of the answers.
func (v *visit) fill(d complaint.Draft, files []complaint.Upload) ingest.Form {
	a := answers(d.Answers)
	if d.ComplaintID != "" {
		return v.fillAddition(d, a, files)
	}
	f := ingest.Form{
		ID: d.ID, At: v.Now(), ComplaintID: d.ComplaintID, Language: v.lang,
		AboutService: a.has("about", "service"), AboutStaff: a.has("about", "staff"), AboutData: a.has("about", "data"),
		Happened: a.get("happened"), Remedy: a.get("remedy"),
		Tickets: a.lines("tickets"), SpokenTo: a.lines("spoken_to"), Times: a.lines("times"), Phones: a.lines("phones"),
		Name: a.get("name"), Account: a.get("account"), Building: a.get("building"), Room: a.get("room"),
	}
	if e := a.get("emails"); e != "" {
		f.Emails = []string{e}
	}
	if f.AboutStaff {
		f.StaffName = a.get("staff_name")
	}
	if a.get("forwhom") == "other" {
		f.Customer, f.Authority = a.get("customer"), a.get("authority")
	}
	if f.ReplyBy = complaint.Way(a.get("reply")); f.ReplyBy == complaint.ByLetter {
		f.Needs = a.get("needs")
		for _, name := range []string{"line1", "line2", "town", "postcode", "country"} {
			if l := a.get(name); l != "" {
				f.Post = append(f.Post, l)
			}
		}
	} else {
		f.Email = a.get("email")
	}
	f.Files = v.formFiles(files)
	return f
}

// fillAddition makes the form of something that is added to a complaint.
func (v *visit) fillAddition(d complaint.Draft, a answers, files []complaint.Upload) ingest.Form {
	f := ingest.Form{ID: d.ID, At: v.Now(), ComplaintID: d.ComplaintID, Language: v.lang, Happened: a.get("more"), Email: a.get("address"), Files: v.formFiles(files)}
	switch r := ingest.FormRequest(a.get("wish")); r {
	case ingest.RequestEscalation, ingest.RequestAppeal:
		f.Request = r
	}
	return f
}

func (v *visit) formFiles(files []complaint.Upload) (list []ingest.FormFile) {
	for _, u := range files {
		list = append(list, ingest.FormFile{Name: u.Name, MediaType: u.MediaType, Open: func() (io.ReadSeekCloser, error) { return v.Drafts.OpenUpload(u) }})
	}
	return list
}

// row is one answer on the last page.
type row struct {
	Label  string
	Values []string
	Step   string
}

// check shows all answers before they are sent.
func (v *visit) check() {
	d, ok := v.open()
	if !ok {
		return
	}
	a := answers(d.Answers)
	if st, open := v.flow.firstOpen(a); open {
		v.redirect(st.ID, v.lang)
		return
	}
	files, err := v.Drafts.Uploads(v.r.Context(), d.ID)
	if err != nil {
		v.oops("read files", err)
		return
	}
	groups := map[string][]row{}
	for _, st := range v.flow.way(a) {
		groups[st.Group] = append(groups[st.Group], v.rows(st, a, files)...)
	}
	list := v.flow.way(a)
	v.show("check", view{Back: path(list[len(list)-1].ID, v.lang), Form: true, Data: groups})
}

// rows are the answers of a step.
func (v *visit) rows(st step, a answers, files []complaint.Upload) []row {
	c := v.texts[v.lang]
	if st.Files {
		r := row{Label: c.say("files.check"), Step: st.ID}
		for _, f := range files {
			r.Values = append(r.Values, f.Name+" ("+size(f.Size)+")")
		}
		return []row{r}
	}
	all := row{Label: c.say(st.ID + ".check"), Step: st.ID}
	var list []row
	for _, f := range st.fields(a) {
		r := row{Label: f.label(c, st), Values: f.values(a, c), Step: st.ID}
		if len(r.Values) > 0 || len(st.Fields) == 1 {
			list = append(list, r)
		}
		if st.ID == "post" && f.Name == "needs" {
			break
		}
		all.Values = append(all.Values, r.Values...)
	}
	if st.ID == "post" && len(list) > 0 && len(a["needs"]) > 0 && a.get("needs") != "" { // the lines of an address are one answer
		return []row{all, list[len(list)-1]}
	}
	if st.ID == "post" || len(list) == 0 {
		return []row{all}
	}
	return list
}

// values are the answers of a field, options by their names.
func (f field) values(a answers, c catalog) []string {
	var list []string
	for _, value := range a[f.Name] {
		if value = strings.TrimSpace(value); value != "" && f.Options != nil {
			value = c.say(f.Name + "." + value)
		}
		if value != "" {
			list = append(list, value)
		}
	}
	return list
}

// sent confirms that the complaint is here, with its reference where it has one
// already.
func (v *visit) sent() {
	d, ok := v.draft()
	switch {
	case v.over:
		return
	case !ok || d.SubmittedAt.IsZero():
		v.redirect(v.flow.start, v.lang)
		return
	}
	if v.flow == addition {
		v.show("moresent", view{})
		return
	}
	r, err := v.Receipt(v.r.Context(), d.ID)
	if err != nil {
		// It is kept: that much is sure, and the reference follows.
		v.Log.Error("read receipt", "err", err)
		r.ReceivedAt = d.SubmittedAt
	}
	v.show("sent", view{Data: map[string]any{"Receipt": r, "Hours": v.Options.Policy().AcknowledgeHours}})
}

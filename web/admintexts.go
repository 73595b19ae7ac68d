package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

// Texts are the templates in force, and the firm's own.
type Texts interface {
	// Folder is where the firm's own texts lie; empty: nowhere, none can be written.
	Folder() string
	Set() *templates.Set
	// Letter draws a sample as it is posted: a PDF, or its first page as PNG; nil for
	// what is never printed.
	Letter(ctx context.Context, k templates.Kind, lang complaint.Language, picture bool) ([]byte, error)
	// Save checks a text and writes it; an empty one brings the shipped one back.
	Save(ctx context.Context, by string, lang complaint.Language, name, source string) error
}

func (s *Site) adminTextRoutes() {
	s.desk("GET /staff/admin/templates", "admin", complaint.ActAdminister, (*visit).templateList)
	s.desk("GET /staff/admin/templates/{name}", "admin", complaint.ActAdminister, (*visit).template)
	s.desk("POST /staff/admin/templates/{name}", "admin", complaint.ActAdminister, (*visit).saveTemplate)
	s.desk("GET /staff/admin/templates/{name}/html", "admin", complaint.ActAdminister, (*visit).templateHTML)
	s.desk("GET /staff/admin/templates/{name}/letter.pdf", "admin", complaint.ActAdminister, func(v *visit, _ complaint.Person) { v.templateLetter(false) })
	s.desk("GET /staff/admin/templates/{name}/letter.png", "admin", complaint.ActAdminister, func(v *visit, _ complaint.Person) { v.templateLetter(true) })
}

// textPolicy is the Content-Security-Policy of a template's HTML: an origin of its own,
// its own styles, and nothing else.
const textPolicy = "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"

// textRow is a template in the list.
type textRow struct {
	templates.Kind
	Own      []complaint.Language // written by the firm
	Findings int                  // places that are not plain
}

type textsView struct {
	Folder string
	Rows   []textRow
	Parts  []complaint.Language // shared parts of the firm's own
}

func (v *visit) templateList(complaint.Person) {
	t := v.Console.Admin.Texts
	page := textsView{Folder: t.Folder()}
	for _, lang := range Languages {
		if _, _, own, err := templates.Source(page.Folder, lang, "parts"); err == nil && own {
			page.Parts = append(page.Parts, lang)
		}
	}
	for _, k := range templates.Kinds() {
		row := textRow{Kind: k}
		for _, lang := range Languages {
			_, _, own, err := templates.Source(page.Folder, lang, k.Name)
			if err != nil {
				v.oops("read template", err)
				return
			}
			if own {
				row.Own = append(row.Own, lang)
			}
			found, err := t.Set().LintKind(k, lang)
			if err != nil {
				v.oops("check template", err)
				return
			}
			row.Findings += len(found)
		}
		page.Rows = append(page.Rows, row)
	}
	v.show("staff_texts", view{Title: "Templates", Data: page})
}

// textView is one template in one language.
type textView struct {
	Notice   string
	Name     string
	Kind     templates.Kind // the zero value for the shared parts
	Parts    bool
	Shown    complaint.Language
	Langs    []complaint.Language
	Source   string
	Seen     string // hash of the text in force
	File     string // where it lies, or would
	Folder   string
	Own      bool
	Message  templates.Message
	Findings []templates.Finding
	Letter   bool // it can be printed
	Trouble  string
}

// Key is the language in addresses.
func (t textView) Key() string { return cmp.Or(string(t.Shown), "both") }

// textOf finds the template and the language of the address.
func (v *visit) textOf() (t textView, ok bool) {
	t = textView{Name: v.r.PathValue("name"), Folder: v.Console.Admin.Texts.Folder(), Shown: complaint.English, Langs: []complaint.Language{complaint.English, complaint.Polish, complaint.Both}}
	switch v.r.FormValue("lang") {
	case string(complaint.Polish):
		t.Shown = complaint.Polish
	case "both":
		t.Shown = complaint.Both
	}
	if t.Parts = t.Name == "parts"; t.Parts {
		if t.Langs = Languages; t.Shown == complaint.Both {
			t.Shown = complaint.English
		}
		return t, true
	}
	var err error
	if t.Kind, err = templates.Find(t.Name); err != nil {
		v.refuse(complaint.ErrNoComplaint)
		return t, false
	}
	return t, true
}

func (v *visit) template(complaint.Person) {
	if t, ok := v.textOf(); ok {
		v.showTemplate(http.StatusOK, t, nil)
	}
}

// showTemplate shows a text as it is in force; a source that was not taken stays in its
// field.
func (v *visit) showTemplate(status int, t textView, problems []problem) {
	texts, typed := v.Console.Admin.Texts, t.Source
	t.Notice = v.adminNotice()
	var err error
	if t.Shown != complaint.Both {
		if t.Source, t.File, t.Own, err = templates.Source(t.Folder, t.Shown, t.Name); err != nil {
			v.oops("read template", err)
			return
		}
	}
	t.Seen = tokenHash(t.Source)
	if typed != "" {
		t.Source = typed
	}
	if !t.Parts {
		d := t.Kind.Samples()[0]
		d.Head().Language = t.Shown
		if t.Message, err = texts.Set().Render(d); err != nil {
			v.oops("render sample", err)
			return
		}
		for _, lang := range Languages {
			if t.Shown != complaint.Both && lang != t.Shown {
				continue
			}
			found, err := texts.Set().LintKind(t.Kind, lang)
			if err != nil {
				v.oops("check template", err)
				return
			}
			t.Findings = append(t.Findings, found...)
		}
		printed, err := texts.Letter(v.r.Context(), t.Kind, t.Shown, false)
		if t.Letter = len(printed) > 0; err != nil {
			t.Trouble = words(err)
		}
	}
	v.w.Header().Set("Content-Security-Policy", policyHeader+"; frame-src 'self'")
	title := "Shared parts"
	if !t.Parts {
		title = "Template: " + plain(t.Name)
	}
	v.write(status, "staff_text", view{Title: title, Problems: problems, Data: t})
}

// saveTemplate checks a text of the firm's own and keeps it.
func (v *visit) saveTemplate(who complaint.Person) {
	f, ok := v.form()
	if !ok {
		return
	}
	t, ok := v.textOf()
	if !ok {
		return
	}
	if t.Shown == complaint.Both {
		t.Shown = complaint.English
	}
	source, what := f.Get("source"), "text"
	if f.Get("do") == "shipped" {
		source, what = "", "shipped"
	} else if strings.TrimSpace(source) == "" {
		v.showTemplate(http.StatusUnprocessableEntity, t, []problem{{"source", "source", "Enter the text, or take your own away"}})
		return
	}
	now, _, _, err := templates.Source(t.Folder, t.Shown, t.Name)
	if err != nil {
		v.oops("read template", err)
		return
	}
	if seen := f.Get("seen"); seen != "" && seen != tokenHash(now) {
		t.Source = source
		v.showTemplate(http.StatusConflict, t, []problem{{"source", "source", "Somebody else changed this text while you wrote. Open the page in another tab to see theirs; saving again replaces it."}})
		return
	}
	err = v.Console.Admin.Texts.Save(v.r.Context(), who.Name, t.Shown, t.Name, source)
	if isWrong(err) {
		t.Source = source
		v.showTemplate(http.StatusUnprocessableEntity, t, []problem{{"source", "source", "It was not written: " + strings.ReplaceAll(strings.TrimPrefix(err.Error(), casework.ErrField.Error()+": "), "templates: ", "")}})
		return
	}
	if err != nil {
		v.refuse(err)
		return
	}
	to := url.URL{Path: "/staff/admin/templates/" + t.Name, RawQuery: url.Values{"lang": {string(t.Shown)}, "done": {what}}.Encode()}
	v.redirectTo(to.String())
}

// templateHTML shows the HTML of a sample, to be framed by a page of ours.
func (v *visit) templateHTML(complaint.Person) {
	t, ok := v.textOf()
	if !ok {
		return
	}
	if t.Parts {
		v.refuse(complaint.ErrNoComplaint)
		return
	}
	d := t.Kind.Samples()[0]
	d.Head().Language = t.Shown
	m, err := v.Console.Admin.Texts.Set().Render(d)
	if err != nil {
		v.oops("render sample", err)
		return
	}
	h := v.w.Header()
	h.Set("Content-Security-Policy", textPolicy)
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	_, _ = v.w.Write([]byte(m.HTML)) // the client went away: nothing to do
}

// templateLetter shows a sample as it is posted.
func (v *visit) templateLetter(picture bool) {
	t, ok := v.textOf()
	if !ok {
		return
	}
	if t.Parts {
		v.refuse(complaint.ErrNoComplaint)
		return
	}
	b, err := v.Console.Admin.Texts.Letter(v.r.Context(), t.Kind, t.Shown, picture)
	if err != nil {
		v.oops("draw letter", err)
		return
	}
	if b == nil {
		v.refuse(complaint.ErrNoComplaint)
		return
	}
	h := v.w.Header()
	h.Set("Content-Type", "application/pdf")
	if picture {
		h.Set("Content-Type", "image/png")
	}
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Cache-Control", "no-store")
	_, _ = v.w.Write(b) // the client went away: nothing to do
}

package web

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/templates"
)

//go:embed html/*.html
var pageFiles embed.FS

// page is a parsed page with its layout.
type page = *template.Template

// visit is one request for a page.
type visit struct {
	*Site
	w    http.ResponseWriter
	r    *http.Request
	lang complaint.Language
	id   string            // of the page, as in slugs
	who  *complaint.Person // who signed in; nil on public pages
	flow *flow             // the row of pages that it belongs to; nil for none
	over bool              // an error was answered
	said string            // what was done, as in notices; "" for the usual

	takenBack []complaint.Delivery // by what was done: it had not left, and is not sent
}

// view is what a page shows; the layout reads it too.
type view struct {
	Title    string    // of the page; empty: the text "ID.title"
	Back     string    // address of the step before; empty: none
	Form     bool      // the page has the form "question", which the language switch submits
	Indexed  bool      // search engines may list the page
	Problems []problem // what has to be corrected
	Data     any

	Switch string // address of the page in the other language; empty: as in slugs

	// Filled by write.
	ID          string
	Lang, Other complaint.Language
	Firm        string
	Email       string
	PostalLines []string
	Who         *complaint.Person // who signed in; nil for nobody
}

// Reports says whether who signed in may read the figures.
func (v view) Reports() bool {
	return v.Who != nil && complaint.HasRole(v.Who.Role, complaint.ActReport)
}

// problem is one thing to correct: the field, the ID of the element that a link
// leads to, and the words.
type problem struct{ Field, Target, Text string }

// Problem is what is wrong with a field; "" if nothing is.
func (v view) Problem(field string) string {
	for _, p := range v.Problems {
		if p.Field == field {
			return p.Text
		}
	}
	return ""
}

// loadPages parses every page in every language.
func (s *Site) loadPages() (map[complaint.Language]map[string]page, error) {
	names, err := fs.Glob(pageFiles, "html/*.html")
	if err != nil {
		return nil, fmt.Errorf("web: pages: %w", err)
	}
	all := map[complaint.Language]map[string]page{}
	for _, l := range Languages {
		all[l] = map[string]page{}
		for _, name := range names {
			short := strings.TrimSuffix(strings.TrimPrefix(name, "html/"), ".html")
			layout := "layout"
			if strings.HasPrefix(short, "staff_") {
				layout = "stafflayout"
			}
			if short == "layout" || short == "stafflayout" || short == "parts" {
				continue
			}
			t, err := template.New(layout+".html").Funcs(s.functions(l)).ParseFS(pageFiles, "html/"+layout+".html", "html/parts.html", name)
			if err != nil {
				return nil, fmt.Errorf("web: page %s: %w", short, err)
			}
			all[l][short] = t
		}
	}
	return all, nil
}

// functions are what the pages of a language may call.
func (s *Site) functions(l complaint.Language) template.FuncMap {
	c := s.texts[l]
	all := template.FuncMap{
		"t":   c.say,
		"has": c.has,
		"url": func(id string) string { return path(id, l) },
		"asset": func(name string) (string, error) {
			if u, ok := s.assets.urls[name]; ok {
				return u, nil
			}
			return "", fmt.Errorf("no asset %q", name)
		},
		"date":   func(t time.Time) string { return templates.Date(l, t.In(s.Location)) },
		"clock":  func(t time.Time) string { return t.In(s.Location).Format("15:04") },
		"size":   size,
		"mb":     func(n int64) int64 { return n >> 20 },
		"join":   strings.Join,
		"linked": linked,
		"dict":   dict,
		"in":     slices.Contains[[]string],
		"list":   func(words ...string) []string { return words },
	}
	maps.Copy(all, s.consoleFunctions())
	return all
}

// size writes bytes as people read them.
func size(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d kB", max(1, n>>10))
	}
	return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
}

// dict makes the argument of a part of a page.
func dict(pairs ...any) (map[string]any, error) {
	m := map[string]any{}
	for i := 0; i+1 < len(pairs); i += 2 {
		key, ok := pairs[i].(string)
		if !ok {
			return nil, errors.New("the name of an argument is a string")
		}
		m[key] = pairs[i+1]
	}
	return m, nil
}

// show writes a page with status 200.
func (v *visit) show(page string, view view) { v.write(http.StatusOK, page, view) }

// write fills a page in and sends it: whole, or not at all.
func (v *visit) write(status int, page string, d view) {
	c := v.texts[v.lang]
	d.ID, d.Lang, d.Other = v.id, v.lang, other(v.lang)
	d.Firm, d.Email, d.PostalLines, d.Who = v.Firm, v.Address.Address, v.PostalLines, v.who
	if d.Switch == "" {
		d.Switch = path(v.id, d.Other)
	}
	if d.Title == "" {
		d.Title = c.say(v.id + ".title")
	}
	var b bytes.Buffer
	if err := v.pages[v.lang][page].Execute(&b, d); err != nil {
		v.Log.Error("write page", "page", page, "err", err)
		http.Error(v.w, c.say("error.failed_title"), http.StatusInternalServerError)
		return
	}
	h := v.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", string(v.lang))
	if d.Indexed {
		h.Set("Cache-Control", "no-cache")
	} else {
		// What a person typed stays on no disk; going back asks us again.
		h.Set("Cache-Control", "no-store")
		h.Set("X-Robots-Tag", "noindex")
	}
	v.w.WriteHeader(status)
	_, _ = v.w.Write(b.Bytes()) // the client went away: nothing to do
}

// oops logs what went wrong and shows the page that says sorry.
func (v *visit) oops(what string, err error) {
	v.over = true
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		v.fail(v.w, v.r, http.StatusRequestEntityTooLarge)
		return
	}
	v.Log.Error(what, "path", v.r.URL.Path, "err", err)
	v.fail(v.w, v.r, http.StatusInternalServerError)
}

// listed notes that a person sees a list; false where that failed and the page says so.
func (v *visit) listed(who complaint.Person, list, words string, shown []complaint.Listed) bool {
	err := v.Console.Office.Listed(v.r.Context(), who, list, words, shown)
	if err != nil {
		v.oops("note view", err)
	}
	return err == nil
}

// redirect sends the browser to a page with GET.
func (v *visit) redirect(id string, l complaint.Language) {
	http.Redirect(v.w, v.r, path(id, l), http.StatusSeeOther)
}

// say gives a text in the language of the page.
func (v *visit) say(key string, args ...any) string { return v.texts[v.lang].say(key, args...) }

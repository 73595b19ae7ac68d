package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"ask4.com/skarga/complaint"
)

// visitor is a browser without a face: it keeps cookies and follows redirects.
type visitor struct {
	t      testing.TB
	client *http.Client
	base   string
}

func newVisitor(t testing.TB, base string) *visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{t, &http.Client{Jar: jar, Timeout: waitLimit}, base}
}

// page is what a visitor sees in the end.
type page struct {
	status int
	path   string
	body   string
	header http.Header
}

func (v *visitor) do(r *http.Request) page {
	v.t.Helper()
	res, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return page{res.StatusCode, res.Request.URL.Path, string(body), res.Header}
}

func (v *visitor) request(method, path, kind, body string) *http.Request {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), method, v.base+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	return r
}

func (v *visitor) get(path string) page {
	v.t.Helper()
	return v.do(v.request("GET", path, "", ""))
}

// post sends fields, written as in an address: "name=Emily&room=214".
func (v *visitor) post(path, fields string) page {
	v.t.Helper()
	return v.do(v.request("POST", path, "application/x-www-form-urlencoded", fields))
}

// fill fills the English form in up to the last page; more replaces fields.
func (v *visitor) fill(address string, more url.Values) {
	v.t.Helper()
	form := url.Values{"about": {"service"}, "happened": {"My internet is slow in Room 214."}, "forwhom": {"me"}, "name": {"Emily Carter"}, "reply": {"email"}, "email": {address}}
	for k, values := range more {
		form[k] = values
	}
	v.post("/en/complaint", "do=restart")
	for _, step := range []string{"about", "what-happened", "put-it-right", "details", "for-whom", "your-details", "reply", "email"} {
		if p := v.post("/en/complaint/"+step, form.Encode()); p.status != http.StatusOK {
			v.t.Fatalf("%s: %d at %s\n%s", step, p.status, p.path, p.body)
		}
	}
	if p := v.get("/en/complaint/check"); p.path != "/en/complaint/check" {
		v.t.Fatalf("led to %s\n%s", p.path, p.body)
	}
}

// send presses the last button.
func (v *visitor) send() page { v.t.Helper(); return v.post("/en/complaint/check", "do=continue") }

// formOutcome waits until the nth form has an outcome.
func (f *firm) formOutcome(n int) (a complaint.Arrival) {
	f.Helper()
	f.wait("the outcome of a form", func() bool {
		list := f.forms()
		if len(list) < n || list[n-1].Outcome == complaint.Pending {
			return false
		}
		a = list[n-1]
		return true
	})
	return a
}

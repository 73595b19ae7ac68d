package main

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
)

// readers are the roles that may read a page of the console.
func readers(path string) []complaint.Role {
	if strings.HasSuffix(path, "/reply") {
		return []complaint.Role{complaint.Support, complaint.Manager, complaint.DataProtection}
	}
	const m, s, g, d, a = complaint.Mailroom, complaint.Support, complaint.Manager, complaint.DataProtection, complaint.Auditor
	switch part := strings.Split(path, "/")[2]; part {
	case "admin":
		return []complaint.Role{g}
	case "letters":
		return []complaint.Role{m, s, g, d}
	case "figures":
		return []complaint.Role{g, d, a}
	default:
		return []complaint.Role{m, s, g, d, a}
	}
}

// opens gets a page; of a stream that does not end, its head only.
func (v *visitor) opens(path string) page {
	v.t.Helper()
	if !strings.HasSuffix(path, "/changes") {
		return v.get(path)
	}
	res, err := v.client.Do(v.request("GET", path, "", ""))
	if err != nil {
		v.t.Fatal(err)
	}
	_ = res.Body.Close() // what follows is of no interest
	return page{res.StatusCode, res.Request.URL.Path, "", res.Header}
}

// TestEveryConsoleRouteAsksForTheRole walks all routes without a session, in every role,
// as the person it is about, and from another site.
func TestEveryConsoleRouteAsksForTheRole(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{toml: staff})
	a, v := f.first()
	site, err := f.app.site(t.Context(), "127.0.0.1:1")
	if err != nil {
		t.Fatal(err)
	}
	people := map[complaint.Role]*visitor{complaint.Auditor: f.enters("Adam Reads"), complaint.Mailroom: f.enters("Marek Post"), complaint.Support: f.enters("Tomasz Nowak"),
		complaint.Manager: f.enters("Anna Kowalska"), complaint.DataProtection: f.enters("Zofia Wójcik")}
	auditor, stranger := people[complaint.Auditor], newVisitor(t, f.url(""))
	fill := strings.NewReplacer("{$}", "", "{ref}", string(v.Complaint.Reference), "{id}", a.ID, "{leaf}", "1", "{scan}", "x", "{page}", "1", "{batch}", "x", "{run}", "x", "{n}", "0", "{name}", "update", "{what}", "role")
	tells := func(p page) bool { // the door repeats where one wanted to go
		p.body = strings.ReplaceAll(p.body, "/staff/complaint/"+string(v.Complaint.Reference), "")
		return strings.Contains(p.body, string(v.Complaint.Reference)) || strings.Contains(p.body, v.Complaint.CustomerName) || strings.Contains(p.body, "Slow connection")
	}
	before := f.view(a)
	for _, pattern := range site.StaffRoutes {
		method, path, _ := strings.Cut(pattern, " ")
		path = fill.Replace(path)
		if strings.Contains(path, "{") {
			t.Fatalf("%s: this test has to know what stands there", pattern)
		}
		if method == http.MethodGet {
			if p := stranger.opens(path); p.path != "/staff/sign-in" || tells(p) {
				t.Errorf("%s without a session: %d at %s", pattern, p.status, p.path)
			}
			for role, who := range people {
				p, may := who.opens(path), slices.Contains(readers(path), role)
				if p.status >= 500 || (p.status == http.StatusForbidden) == may || !may && tells(p) {
					t.Errorf("%s as %s: %d", pattern, role, p.status)
				}
			}
			continue
		}
		if p := stranger.post(path, "reason=x&do=take"); p.status != http.StatusForbidden || tells(p) {
			t.Errorf("%s without a session: %d", pattern, p.status)
		}
		if strings.HasSuffix(path, "/sign-out") || strings.HasSuffix(path, "/account") || path == "/staff/filter" { // one's own
			continue
		}
		forged := auditor.request(method, path, "application/x-www-form-urlencoded", "reason=x")
		forged.Header.Set("Sec-Fetch-Site", "cross-site")
		forged.Header.Set("Origin", "https://evil.example")
		if p := auditor.do(forged); p.status != http.StatusForbidden {
			t.Errorf("%s from another site: %d", pattern, p.status)
		}
		fields := url.Values{"ref": {string(v.Complaint.Reference)}, "owner": {"Adam Reads"}, "room": {"7"}, "reason": {"because"}, "do": {"take"}}
		if p := auditor.post(path, fields.Encode()); p.status != http.StatusForbidden {
			t.Errorf("%s as an auditor: %d at %s", pattern, p.status, p.path)
		}
	}
	if after := f.view(a); len(after.Events) != len(before.Events) || after.Record.Version != 0 {
		t.Errorf("something was changed: %+v", after.Record)
	}
	err = f.app.store.InTx(t.Context(), func(tx *store.Tx) error {
		tx.SetAbout(complaint.About{ComplaintID: v.Complaint.ID, Staff: "Tomasz Nowak", State: complaint.AboutConfirmed, By: "skarga", At: v.Complaint.ReceivedAt})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, pattern := range site.StaffRoutes {
		method, path, _ := strings.Cut(pattern, " ")
		if method != http.MethodGet {
			continue
		}
		path = fill.Replace(path)
		p := people[complaint.Support].opens(path)
		if one := strings.Contains(pattern, "{ref}") || strings.Contains(pattern, "{id}"); tells(p) || one && p.status != http.StatusNotFound {
			t.Errorf("%s as whom it is about: %d", pattern, p.status)
		}
	}
}

package main

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/internal/testserver"
	"ask4.com/skarga/store"
)

// enters signs a member of staff in and gives their browser without a face.
func (f *firm) enters(name string, args ...string) *visitor {
	f.Helper()
	k := f.add(append([]string{"add", name}, args...)...)
	v := newVisitor(f.T, f.url(""))
	if p := v.signIn(name, k.Password, k.Recovery[0]); p.path != "/staff/" {
		f.Fatalf("%s is at %s", name, p.path)
	}
	return v
}

// signsIn is enters in a real browser.
func (f *firm) signsIn(b *testserver.Tab, name string) {
	f.Helper()
	k := f.add("add", name)
	b.Open(f.url("/staff/"))
	b.Fill("name", name)
	b.Fill("password", k.Password)
	b.Fill("code", k.Recovery[0])
	b.Press("main .actions .button")
}

// rich is a mail with text, HTML and a file.
func rich(id, subject, text, html, file string) string {
	return strings.NewReplacer("<ID>", "<"+id+">", "SUBJECT", subject, "TEXT", text, "HTML", html, "FILE", file, "BYTES", base64.StdEncoding.EncodeToString([]byte("the bytes of a file\n"))).Replace(
		`From: Emily Carter <emily@student.example>
To: complaints@ask4.com
Subject: SUBJECT
Message-ID: <ID>
Date: Mon, 23 Nov 2026 09:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=mixed

--mixed
Content-Type: multipart/alternative; boundary=alt

--alt
Content-Type: text/plain; charset=utf-8

TEXT
--alt
Content-Type: text/html; charset=utf-8

HTML
--alt--
--mixed
Content-Type: application/pdf
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="FILE"

BYTES
--mixed--
`)
}

func TestConsoleFromQueueToComplaint(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	_, first := f.first()
	a := f.take(rich("m2@student.example", "Router in Room 12", "The router in Room 12 fell off the wall on 12 November 2026.\nI spoke to Tomasz and called from 0114 296 5020.\n\nEmily",
		"<p>The router in <b>Room 12</b> fell off the wall.</p><img src=https://tracker.example/x.png>", "photo of the wall.pdf"))
	v, _ := f.answered(a)
	ref := string(v.Complaint.Reference)

	b := testserver.Browser(t, testserver.Look{})
	f.signsIn(b, "Anna Kowalska")
	inspect(t, b, "console queue")
	b.Keys("j")
	b.Keys("x")
	b.Until(`document.querySelector("#bulk .count").textContent == "1 chosen"`)
	b.Press("#bulk button[value=take]")
	if text := b.Text(); !strings.Contains(text, "Done for all that you chose.") || !strings.Contains(text, "Anna Kowalska\n") {
		t.Errorf("after taking:\n%s", text)
	}
	b.Open(f.url("/staff/?owner=nobody"))
	inspect(t, b, "console queue narrow")
	if text := b.Text(); strings.Contains(text, string(first.Complaint.Reference)) == strings.Contains(text, ref) {
		t.Errorf("nobody's:\n%s", text)
	}
	b.Open(f.url("/staff/?channel=letter"))
	inspect(t, b, "console queue empty")
	b.Open(f.url("/staff/?q=" + ref)) // a reference leads to its complaint
	inspect(t, b, "console complaint")
	for _, want := range []string{"fell off the wall", "photo of the wall.pdf", "NEXT", "update", "+441142965020"} {
		if !strings.Contains(b.Text(), want) {
			t.Errorf("the page does not say %q:\n%s", want, b.Text())
		}
	}
	b.Click(".timeline .in details summary")
	b.Until(`document.querySelector(".timeline iframe")`)
	if got := testserver.Ask[string](b, `fetch(document.querySelector(".timeline iframe").src).then(r => r.text())`); !strings.Contains(got, "<b>Room 12</b>") || strings.Contains(got, "tracker") {
		t.Errorf("the formatted mail is %s", got)
	}
	if got := testserver.Ask[string](b, `fetch(document.querySelector(".attached a").href).then(async r => [r.headers.get("content-disposition"), r.headers.get("content-type"), r.headers.get("x-content-type-options"), await r.text()].join("|"))`); got != `attachment; filename="photo of the wall.pdf"|application/octet-stream|nosniff|`+"the bytes of a file\n" {
		t.Errorf("the file is served as %s", got)
	}
	b.Click(".record details:nth-of-type(3) summary")
	b.Fill("r-root_cause", "A loose screw")
	b.Press(".record button")
	if got := f.view(a); got.Record.RootCause != "A loose screw" || got.Record.Version == 0 {
		t.Errorf("the record is %+v\n%s", got.Record, b.Text())
	}
	inspect(t, b, "console complaint saved")
}

func TestP08WhomItIsAboutFindsItOnNoPage(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	a, v := f.first()
	ref := string(v.Complaint.Reference)
	tomasz, anna := f.enters("Tomasz Nowak"), f.enters("Anna Kowalska")
	paths := []string{"/staff/complaint/" + ref, "/staff/arrival/" + a.ID + "/html", "/staff/arrival/" + a.ID + "/raw", "/staff/arrival/" + a.ID + "/file/1",
		"/staff/complaint/" + ref + "/sent/" + v.Deliveries[0].ID}
	f.wait("it to be findable", func() bool { return strings.Contains(anna.get("/staff/?q=internet").body, ref) })
	lists := []string{"/staff/", "/staff/?all=1", "/staff/?q=internet"}
	for _, state := range []complaint.AboutState{complaint.AboutDropped, complaint.AboutProvisional, complaint.AboutConfirmed} {
		err := f.app.store.InTx(t.Context(), func(tx *store.Tx) error {
			tx.SetAbout(complaint.About{ComplaintID: v.Complaint.ID, Staff: "Tomasz Nowak", State: state, By: "skarga", At: v.Complaint.ReceivedAt})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		sees := state == complaint.AboutDropped
		for _, p := range paths {
			if strings.Contains(p, "/file/") {
				continue // there is no such file for anybody
			}
			if got := tomasz.get(p); (got.status == http.StatusOK) != sees || !sees && strings.Contains(got.body, "internet") {
				t.Errorf("%s: Tomasz at %s: %d", state, p, got.status)
			}
			if got := anna.get(p); got.status != http.StatusOK {
				t.Errorf("%s: Anna at %s: %d", state, p, got.status)
			}
		}
		for _, p := range lists {
			if got := tomasz.get(p); got.status != http.StatusOK || strings.Contains(got.body, ref) != sees {
				t.Errorf("%s: Tomasz's list %s: %d, shows it: %v", state, p, got.status, !sees)
			}
		}
		if sees {
			continue
		}
		for _, act := range []string{"set", "assign", "link"} {
			if got := tomasz.post("/staff/complaint/"+ref+"/"+act, "owner=Tomasz+Nowak&room=1&link=x"); got.status != http.StatusNotFound {
				t.Errorf("%s: Tomasz may %s: %d", state, act, got.status)
			}
		}
		tomasz.post("/staff/bulk", "do=take&ref="+ref)
	}
	if got := f.view(a); got.Record.Version != 0 {
		t.Errorf("the record was changed: %+v", got.Record)
	}
	events, err := f.app.store.Events(t.Context(), "views "+v.Complaint.ID)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, e := range events {
		seen[e.Actor+" "+e.Kind]++
	}
	if seen["Tomasz Nowak viewed"] != 1 || seen["Anna Kowalska viewed"] != 3 || seen["Anna Kowalska message saved"] != 3 {
		t.Errorf("views on record: %v", seen)
	}
	f.must(exitDone, "audit", "verify")
}

// TestListsAndSearchesAreOnRecord looks at what is kept of who saw what.
func TestListsAndSearchesAreOnRecord(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{toml: staff})
	_, v := f.first()
	ref := string(v.Complaint.Reference)
	anna, tomasz := f.enters("Anna Kowalska"), f.enters("Tomasz Nowak")
	f.wait("it to be findable", func() bool { return strings.Contains(anna.get("/staff/?q=emily").body, ref) })
	for range 2 { // a page that was loaded again is not a second view
		tomasz.get("/staff/")
		tomasz.get("/staff/?late=1")
		tomasz.get("/staff/arrivals")
		if p := tomasz.get("/staff/?q=emily"); !strings.Contains(p.body, ref) {
			t.Fatalf("the search does not find %s", ref)
		}
		tomasz.get("/staff/?q=Kaczmarek")
		tomasz.get("/staff/letters")
	}
	// Another node, or this one after a restart, knows what is on record.
	other, who := f.node(), complaint.Person{Name: "Tomasz Nowak", Role: complaint.Support}
	for _, list := range []string{"queue", "arrivals"} {
		if err := other.cases.Listed(t.Context(), who, list, "", nil); err != nil {
			t.Fatal(err)
		}
	}
	events, err := f.app.store.Events(t.Context(), casework.ListHistory("Tomasz Nowak"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range events {
		got = append(got, e.Kind+" "+string(e.Payload))
	}
	want := []string{`list viewed {"list":"queue"}`, `list viewed {"list":"arrivals"}`, `searched {"list":"queue","shown":["` + ref + `"]}`, `searched {"list":"queue","shown":[]}`, `list viewed {"list":"letters"}`}
	if !slices.Equal(got, want) {
		t.Errorf("on record:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	tomasz.get("/staff/complaint/" + ref)
	if out := f.must(exitDone, "audit", "show", ref, "--views"); !strings.Contains(out, "Tomasz Nowak: searched") || !strings.Contains(out, "Tomasz Nowak: viewed") || strings.Contains(out, "list viewed") {
		t.Errorf("views:\n%s", out)
	}
	f.must(exitDone, "audit", "verify")
}

// TestScriptsOfCustomersDoNotRunInTheConsole puts every payload where a customer can
// put words, and looks in a real browser.
func TestScriptsOfCustomersDoNotRunInTheConsole(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{intake: "acknowledgements_per_address_and_day = 500"})
	var uids []uint32
	all := payloads()
	if len(all) < 100 {
		t.Errorf("%d payloads, want 100 and more", len(all))
	}
	for i := 0; i < len(all); i += 3 { // three to a mail: each in its text and HTML, one as subject, name and file name
		p := slices.Concat(all[i:min(i+3, len(all))], all[:2])
		word := func(s string) string {
			return "=?utf-8?B?" + base64.StdEncoding.EncodeToString([]byte(s)) + "?="
		}
		text := strings.Join(p[:3], "\n")
		raw := rich(fmt.Sprintf("x%d@student.example", i), word(p[0]), text, "<p>x</p>"+text, "X")
		raw = strings.Replace(raw, "Emily Carter", word(p[1]), 1)
		raw = strings.Replace(raw, `filename="X"`, "filename*=utf-8''"+url.PathEscape(p[2]), 1)
		uids = append(uids, f.send(raw))
	}
	b := testserver.Browser(t, testserver.Look{})
	f.signsIn(b, "Anna Kowalska")
	inert := func() {
		t.Helper()
		if testserver.Ask[bool](b, `Boolean(window.pwned || document.querySelector("main script, main img, main object, main embed, main [onload], main [onerror], main [onfocus], main [href^='javascript:' i]"))`) {
			t.Fatalf("a script of a customer ran, or their markup stands, at %s", b.Address())
		}
	}
	inert()
	for _, uid := range uids {
		ref := f.view(f.arrival(uid)).Complaint.Reference
		b.Open(f.url("/staff/complaint/" + string(ref)))
		inert()
		frames := testserver.Ask[int](b, `Promise.all([...document.querySelectorAll("iframe")].map(f => { f.loading = "eager"; f.closest("details").open = true; return new Promise(done => { f.onload = done; f.src = f.src; }); })).then(all => all.length)`)
		if frames == 0 {
			t.Errorf("%s: no formatted mail", ref)
		}
		inert()
	}
}

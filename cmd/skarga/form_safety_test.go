package main

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/internal/testserver"
)

func TestP01DoubleSubmitIsOneComplaint(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		v := newVisitor(t, f.url(""))
		v.fill("emily@student.example", nil)
		var wg sync.WaitGroup
		pages := make([]page, 8)
		for i := range pages {
			wg.Go(func() { pages[i] = v.send() })
		}
		wg.Wait()
		ref := f.view(f.formOutcome(1)).Complaint.Reference
		for _, p := range append(pages, v.get("/en/complaint/sent"), v.get("/en/complaint/what-happened")) {
			if p.path != "/en/complaint/sent" || !strings.Contains(p.body, string(ref)) {
				t.Errorf("%d at %s does not show %s", p.status, p.path, ref)
			}
		}
		f.answered(f.formOutcome(1))
		if n := len(f.forms()); n != 1 || f.sink.Len() != 1 {
			t.Errorf("%d arrivals and %d acknowledgements of one form", n, f.sink.Len())
		}
	})
}

func TestDraftSurvivesRestartBackAndLanguage(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	b := testserver.Browser(t, testserver.Look{NoScript: true})
	b.Open(f.url("/en/complaint"))
	next(t, b, "/about")
	b.Click("#about-data")
	next(t, b, "/what-happened")
	b.Fill("happened", "Typed, and not sent yet: <b>żółw</b>")
	b.Press(".switch")
	holds := func(what, want string) {
		t.Helper()
		if got := testserver.Ask[string](b, `document.getElementById("happened").value`); got != want {
			t.Errorf("%s: the page holds %q", what, got)
		}
	}
	if !strings.HasSuffix(b.Address(), "/pl/skarga/co-sie-stalo") || testserver.Ask[string](b, "document.documentElement.lang") != "pl" {
		t.Fatalf("the switch led to %s", b.Address())
	}
	holds("after the switch", "Typed, and not sent yet: <b>żółw</b>")
	next(t, b, "/pl/skarga/oczekiwania")
	b.Back()
	holds("after going back", "Typed, and not sent yet: <b>żółw</b>")

	v := newVisitor(t, f.url(""))
	v.fill("emily@student.example", url.Values{"happened": {"Typed before the restart."}})
	f.stop()
	f.app.webURL.Store("")
	f.serve(time.Time{})
	f.wait("the pages", func() bool { return f.app.webURL.Load().(string) != "" })
	v.base = f.url("")
	if p := v.get("/en/complaint/check"); !strings.Contains(p.body, "Typed before the restart.") {
		t.Errorf("after a restart at %s:\n%s", p.path, p.body)
	}
	if p := v.send(); p.path != "/en/complaint/sent" || f.view(f.formOutcome(1)).Complaint.Summary != "Typed before the restart." {
		t.Errorf("led to %s", p.path)
	}
}

// TestWhatIsTypedIsKeptWhenThePageIsLeft goes back before anything was sent.
func TestWhatIsTypedIsKeptWhenThePageIsLeft(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	b := testserver.Browser(t, testserver.Look{})
	b.Open(f.url("/en/complaint"))
	next(t, b, "/about")
	b.Click("#about-service")
	next(t, b, "/what-happened")
	b.Type("happened", "Half a story")
	b.Back()
	b.Until(`fetch("/en/complaint/what-happened").then(r => r.text()).then(page => page.includes("Half a story</textarea>"))`)
	b.Open(f.url("/en/complaint/what-happened"))
	b.Fill("happened", "The whole story.")
	next(t, b, "/put-it-right")
	b.Open(f.url("/en/complaint/what-happened"))
	if got := testserver.Ask[string](b, `document.getElementById("happened").value`); got != "The whole story." {
		t.Errorf("the page holds %q", got)
	}
}

// TestBackAfterAnErrorFindsThePage goes on after errors and comes back: no browser may ask
// to send the form again, and what was corrected stands there.
func TestBackAfterAnErrorFindsThePage(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{web: "file_mb = 1"})
	b := testserver.Browser(t, testserver.Look{NoScript: true})
	title := func(what, want string) {
		t.Helper()
		if got := b.Title(); !strings.HasPrefix(got, want) {
			t.Errorf("%s: at %s, %q", what, b.Address(), got)
		}
	}
	b.Open(f.url("/en/complaint"))
	next(t, b, "/about")
	b.Click("#about-service")
	next(t, b, "/what-happened")
	next(t, b, "/what-happened?wrong=1")
	title("nothing was typed", "Error: What happened?")
	b.Fill("happened", "The router fell off the wall.")
	next(t, b, "/put-it-right")
	b.Back()
	title("after going back", "What happened?")
	if got := testserver.Ask[string](b, `document.getElementById("happened").value`); got != "The router fell off the wall." {
		t.Errorf("the page holds %q", got)
	}
	next(t, b, "/put-it-right")
	next(t, b, "/details")
	next(t, b, "/files")
	b.Attach("files", writeFile(t, "film.png", 2<<20))
	next(t, b, "/files?wrong=1")
	title("the file is too large", "Error: ")
	if !strings.Contains(b.Text(), "film.png is larger than") {
		t.Errorf("the page does not say why:\n%s", b.Text())
	}
	next(t, b, "/for-whom")
	b.Back()
	title("after going on without it", "Do you want to add any files?")

	// With scripts, a page that answers a form is none that would be sent again either.
	b.SetLook(testserver.Look{})
	b.Open(f.url("/en/status"))
	b.Press("main .actions .button")
	title("nothing was typed", "Error: ")
	b.Open(f.url("/en/policy"))
	b.Back()
	title("after going back", "See how")
}

// TestRobotsAreHeldNeverDropped also sees that a held complaint has its clock.
func TestP12RobotsAreHeldNeverDropped(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		toml   string
		forms  int
		fields url.Values
		want   string
	}{
		"a person":        {forms: 1},
		"hidden field":    {forms: 1, fields: url.Values{"homepage": {"https://spam.example"}}, want: "hidden field"},
		"too fast":        {forms: 1, toml: `min_fill = "1h"`, want: "filled in within"},
		"too many":        {forms: 2, toml: `forms_per_network_and_hour = 1`, want: "many forms"},
		"one of its own":  {forms: 2, toml: `forms_per_network_and_hour = 2`},
		"an odd language": {forms: 1, fields: url.Values{"happened": {"Das Internet ist langsam."}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFirm(t, false, setup{web: c.toml})
			for i := range c.forms {
				v := newVisitor(t, f.url(""))
				v.fill(fmt.Sprintf("p%d@mailbox.example", i), c.fields)
				if p := v.send(); p.path != "/en/complaint/sent" {
					t.Fatalf("led to %s", p.path)
				}
			}
			a := f.formOutcome(c.forms)
			if a.Outcome != complaint.ToComplaint || a.Held != (c.want != "") || !strings.Contains(a.HoldReason, c.want) {
				t.Errorf("%s, held %v: %q", a.Outcome, a.Held, a.HoldReason)
			}
			if v := f.view(a); len(v.Obligations) != 4 || a.Held && len(v.Deliveries) > 0 {
				t.Errorf("%d promises, %d answers", len(v.Obligations), len(v.Deliveries))
			}
		})
	}
}

func TestRequestsFromOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	v := newVisitor(t, f.url(""))
	v.fill("emily@student.example", nil)
	for name, header := range map[string][2]string{
		"fetch metadata": {"Sec-Fetch-Site", "cross-site"}, "same site": {"Sec-Fetch-Site", "same-site"},
		"origin": {"Origin", "https://evil.example"}, "no origin": {"Origin", "null"},
	} {
		r := v.request("POST", "/pl/skarga/sprawdz", "application/x-www-form-urlencoded", "do=continue")
		r.Header.Set(header[0], header[1])
		if p := v.do(r); p.status != http.StatusForbidden || !strings.Contains(p.body, "Nie możemy tego przyjąć") {
			t.Errorf("%s: %d %s", name, p.status, p.body)
		}
	}
	if n := len(f.forms()); n != 0 {
		t.Errorf("%d forms were sent from other sites", n)
	}
	r := v.request("POST", "/en/complaint/check", "application/x-www-form-urlencoded", "do=continue")
	r.Header.Set("Origin", f.url(""))
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if p := v.do(r); p.path != "/en/complaint/sent" {
		t.Errorf("our own page was refused: %d at %s", p.status, p.path)
	}
}

// payloads are attempts at running a script in a page. Each would set window.pwned.
func payloads() []string {
	const run = "window.pwned=1"
	list := []string{
		"<script>" + run + "</script>", "</textarea><script>" + run + "</script>", "</title><script>" + run + "</script>",
		`"><img src=x onerror=` + run + `>`, `'><img src=x onerror=` + run + `>`, `<svg onload=` + run + `>`, `<svg><script>` + run + `</script></svg>`,
		`" autofocus onfocus="` + run, `' autofocus onfocus='` + run, `javascript:` + run, `<a href="javascript:` + run + `" id=x>x</a>`,
		`<iframe srcdoc="<script>parent.` + run + `</script>">`, `<math><mtext></mtext><script>` + run + `</script></math>`,
		`{{.Firm}}{{` + run + `}}`, "${" + run + "}", `<body onload=` + run + `>`, `<details open ontoggle=` + run + `>`,
		`<form><button formaction="javascript:` + run + `">x</button></form>`, `<base href="https://evil.example/">`,
		`<meta http-equiv="refresh" content="0;url=javascript:` + run + `">`, `\u003cscript\u003e` + run + `\u003c/script\u003e`,
		`&lt;script&gt;` + run + `&lt;/script&gt;`, `<scr<script>ipt>` + run + `</scr</script>ipt>`, "<img src=`x`onerror=" + run + ">",
		`<style>@import "https://evil.example/x.css";</style>`, `<link rel=stylesheet href=https://evil.example/x.css>`,
		`<object data="javascript:` + run + `">`, `<embed src="javascript:` + run + `">`, `--><script>` + run + `</script>`,
		`]]><script>` + run + `</script>`, "\x00<script>" + run + "</script>", `<ScRiPt>` + run + `</sCrIpT>`, `<input onfocus=` + run + ` autofocus>`,
	}
	// Events of elements that are drawn, in the ways in which tags are hidden from filters.
	for _, e := range []string{"img src=x onerror", "img/src=x/onerror", "video src=x onerror", "audio src=x onerror", "video><source onerror", "input type=image src=x onerror",
		"marquee onstart", "select autofocus onfocus", "textarea autofocus onfocus", "p style=animation:x onanimationstart", "a href=# id=y autofocus onfocus", "object onerror",
		"svg/onload", "svg><animate onbegin", "svg><set attributeName=x onbegin", "body onpageshow", "body onhashchange", "iframe onload", "details open ontoggle", "div tabindex=1 autofocus onfocus"} {
		list = append(list, "<"+e+"="+run+">", `">`+"<"+strings.ToUpper(e[:1])+e[1:]+"\t=\n"+run+"//")
	}
	// Addresses that run, as a browser reads them: with signs between, in other letters.
	for _, a := range []string{"JaVaScRiPt:", "java\tscript:", "java\nscript:", "&#106;avascript:", "&#x6a;avascript&colon;", "\x01javascript:", " javascript:", "data:text/html,<script>parent.", "vbscript:", "javascript://%0a"} {
		list = append(list, `<a href="`+a+run+`">x</a>`, `<iframe src="`+a+run+`"></iframe>`)
	}
	// Text that a careless reader takes apart, and styles.
	return append(list, `<noscript><p title="</noscript><img src=x onerror=`+run+`>">`, `<template><script>`+run+`</script></template>`, `<!--><script>`+run+`</script>-->`,
		`<![CDATA[<script>`+run+`</script>]]>`, `<style><img src="</style><img src=x onerror=`+run+`>">`, `<p style="background:url(javascript:`+run+`)">x</p>`, "\u2028"+run+"\u2029")
}

func TestScriptsInFormFieldsNeverRun(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	b := testserver.Browser(t, testserver.Look{})
	all := strings.Join(payloads(), "\n")
	calm := func() {
		t.Helper()
		if testserver.Ask[bool](b, "Boolean(window.pwned) || document.querySelectorAll('main img, main iframe, main svg:not(.button svg), base, object, embed, math').length > 0") {
			t.Fatalf("a script of a visitor ran, or their markup stands, at %s", b.Address())
		}
	}
	b.Open(f.url("/en/complaint"))
	b.Press("main .actions .button")
	b.Click("#about-service")
	b.Click("#about-staff")
	b.Press("main .actions .button")
	fill := func(values map[string]string) {
		t.Helper()
		for id, text := range values {
			testserver.Ask[bool](b, fmt.Sprintf("document.getElementById(%q).value = %q; true", id, text))
		}
		b.Press("main .actions .button")
		calm()
		b.Back()
		calm()
		b.Press("main .actions .button")
		calm()
	}
	fill(map[string]string{"staff_name": `"><img src=x onerror=window.pwned=1>`})
	fill(map[string]string{"happened": all})
	fill(map[string]string{"remedy": all})
	fill(map[string]string{"tickets": "</textarea><script>window.pwned=1</script>", "emails": all})
	b.Attach("files", writeFile(t, `"><img src=x onerror=window.pwned=1>.png`, 64))
	b.Until(`document.querySelector("#list button")`)
	calm()
	fill(nil)
	b.Click("#forwhom-me")
	fill(nil)
	fill(map[string]string{"name": "<script>window.pwned=1</script>", "building": "<svg onload=window.pwned=1>"})
	b.Click("#reply-letter")
	fill(nil)
	fill(map[string]string{"line1": "' onfocus='window.pwned=1", "town": "<script>window.pwned=1</script>", "postcode": `"><script>`})
	b.Press("main .actions .button")
	calm()
	if !strings.Contains(b.Address(), "/sent") {
		t.Fatalf("at %s: %s", b.Address(), b.Text())
	}
}

func TestPagesCarryStrictHeadersAndAreLight(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	v := newVisitor(t, f.url(""))
	for _, path := range []string{"/en/", "/en/policy", "/pl/skarga", "/en/complaint", "/nothing"} {
		p := v.get(path)
		csp := p.header.Get("Content-Security-Policy")
		if strings.Contains(csp, "unsafe") || !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") ||
			p.header.Get("X-Content-Type-Options") != "nosniff" || p.header.Get("Referrer-Policy") != "same-origin" {
			t.Errorf("%s: header %v", path, p.header)
		}
		if strings.Contains(p.body, " style=") || strings.Contains(p.body, "<style") || strings.Contains(p.body, " onclick=") || strings.Contains(p.body, "<script>") {
			t.Errorf("%s has inline style or script", path)
		}
		weight := len(p.body)
		for _, part := range strings.Split(p.body, `"/assets/`)[1:] {
			address, _, _ := strings.Cut(part, `"`)
			asset := v.get("/assets/" + address)
			if asset.status != http.StatusOK || !strings.Contains(asset.header.Get("Cache-Control"), "immutable") {
				t.Errorf("%s: %d %v", address, asset.status, asset.header)
			}
			weight += len(asset.body)
		}
		if weight > 150_000 {
			t.Errorf("the first view of %s has %d bytes", path, weight)
		}
	}
	for accept, want := range map[string]string{"pl-PL,pl;q=0.9,en;q=0.5": "/pl/", "en-GB,en": "/en/", "de": "/en/", "": "/en/", "de,pl;q=0.4": "/pl/"} {
		r := v.request("GET", "/", "", "")
		r.Header.Set("Accept-Language", accept)
		if p := v.do(r); p.path != want {
			t.Errorf("a browser that asks for %q gets %s", accept, p.path)
		}
	}
}

// TestProxiesAreBelievedOnlyWhenTrusted counts forms by network: one each is allowed.
func TestProxiesAreBelievedOnlyWhenTrusted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		trusted string
		from    [2]string // X-Forwarded-For of the first and the second form
		held    bool      // the second, as of the same network
	}{
		"not trusted":          {`[]`, [2]string{"192.0.2.1", "192.0.2.2"}, true},
		"trusted, two":         {`["127.0.0.0/8"]`, [2]string{"192.0.2.1", "192.0.2.2"}, false},
		"trusted, one":         {`["127.0.0.1"]`, [2]string{"192.0.2.1", "192.0.2.1"}, true},
		"made up before it":    {`["127.0.0.0/8"]`, [2]string{"203.0.113.7, 192.0.2.1", "203.0.113.8, 192.0.2.1"}, true},
		"two proxies":          {`["127.0.0.0/8", "10.0.0.0/8"]`, [2]string{"192.0.2.1, 10.0.0.9", "192.0.2.2, 10.0.0.9"}, false},
		"one line of IPv6":     {`["127.0.0.0/8"]`, [2]string{"2001:db8:1:2::3", "2001:db8:1:2:ffff::9"}, true},
		"two lines of IPv6":    {`["127.0.0.0/8"]`, [2]string{"2001:db8:1:2::3", "2001:db8:1:3::3"}, false},
		"trusted, not a word":  {`["127.0.0.0/8"]`, [2]string{"unknown", "also unknown"}, true},
		"a proxy that is mute": {`["127.0.0.0/8"]`, [2]string{"", ""}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := newFirm(t, false, setup{web: "forms_per_network_and_hour = 1\ntrusted_proxies = " + c.trusted})
			for i, from := range c.from {
				v := newVisitor(t, f.url(""))
				v.fill(fmt.Sprintf("p%d@mailbox.example", i), nil)
				r := v.request("POST", "/en/complaint/check", "application/x-www-form-urlencoded", "do=continue")
				r.Header.Set("X-Forwarded-For", from)
				if p := v.do(r); p.path != "/en/complaint/sent" {
					t.Fatalf("at %s", p.path)
				}
			}
			if a := f.formOutcome(2); a.Held != c.held {
				t.Errorf("held %v, want %v", a.Held, c.held)
			}
		})
	}
}

// TestWhoseAnswersAreNotKeptIsToldWhy begins in a browser without cookies, and comes back
// to a draft that is gone.
func TestWhoseAnswersAreNotKeptIsToldWhy(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	told := func(what string, p page, path, says string) {
		t.Helper()
		if p.path != path || strings.Contains(p.body, `role="alert"`) != (says != "") || !strings.Contains(p.body, says) {
			t.Errorf("%s: at %s, not %q", what, p.path, says)
		}
	}
	bare := newVisitor(t, f.url(""))
	bare.client.Jar = nil
	told("without cookies", bare.post("/en/complaint", "do=start"), "/en/complaint", "did not accept our cookie")
	told("bez cookie", bare.post("/pl/skarga", "do=start"), "/pl/skarga", "nie przyjęła naszego pliku cookie")
	told("a bookmark", bare.get("/en/complaint/reply"), "/en/complaint", "")
	told("a page that lay open", bare.post("/en/complaint/about", "about=service"), "/en/complaint", "no longer have the answers")
	v := newVisitor(t, f.url(""))
	told("with cookies", v.post("/en/complaint", "do=start"), "/en/complaint/about", "")
	if _, err := f.app.store.DeleteDrafts(t.Context(), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	told("too late", v.get("/en/complaint/about"), "/en/complaint", "no longer have the answers")
}

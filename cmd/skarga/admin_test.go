package main

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/internal/testserver"
)

// keyOnPage is a key on the page that hands keys over.
var keyOnPage = regexp.MustCompile(`<(?:p|li) class="key(?: long)?">([^<]+)<`)

// TestP08AManagerLooksAfterStaff adds a person by the pages, whose other name hides a
// complaint at once; then changes the role, resets, closes and opens the account.
func TestP08AManagerLooksAfterStaff(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{toml: staff})
		anna := f.enters("Anna Kowalska")
		page := handed{anna.post("/staff/admin/people", url.Values{"name": {"Żaneta  Wójcik"}, "role": {"support"}, "aliases": {"Zuzia Wrona\nZuzka"}}.Encode())}
		keys := page.keys()
		if page.status != http.StatusOK || len(keys) != 12 || !strings.HasPrefix(keys[11], "otpauth://totp/") {
			t.Fatalf("%d, keys %q\n%s", page.status, keys, page.body)
		}
		z := newVisitor(t, f.url(""))
		if p := z.signIn("Żaneta Wójcik", keys[0], keys[1]); p.path != "/staff/" {
			t.Fatalf("the new keys do not open the door: at %s", p.path)
		}
		// The serving process knows the new names (P8).
		v := f.view(f.take(writes(emily, "z1@student.example", "Complaint about Zuzia Wrona", "", "I complain about Zuzia Wrona. She was rude to me in Room 3.")))
		if !slices.ContainsFunc(v.Abouts, func(a complaint.About) bool { return a.Staff == "Żaneta Wójcik" }) {
			t.Errorf("about %+v", v.Abouts)
		}
		ref := "/staff/complaint/" + string(v.Complaint.Reference)
		if p := z.get(ref); p.status != http.StatusNotFound {
			t.Errorf("Żaneta sees a complaint about her: %d", p.status)
		}
		if p := anna.get(ref); p.status != http.StatusOK {
			t.Errorf("Anna does not see it: %d", p.status)
		}
		change := func(what string, fields ...string) handed {
			t.Helper()
			form := url.Values{"name": {"Żaneta Wójcik"}}
			for i := 0; i < len(fields); i += 2 {
				form.Set(fields[i], fields[i+1])
			}
			return handed{anna.post("/staff/admin/people/"+what, form.Encode())}
		}
		if p := change("role", "role", "auditor"); p.path != "/staff/admin/people" || !strings.Contains(p.body, "The role is changed") {
			t.Errorf("role: %d at %s", p.status, p.path)
		}
		if p := z.get("/staff/"); p.path != "/staff/sign-in" {
			t.Errorf("the session outlives the role: at %s", p.path)
		}
		if p := z.signIn("Żaneta Wójcik", keys[0], keys[2]); p.path != "/staff/" || !strings.Contains(z.get("/staff/account").body, "role: auditor") {
			t.Errorf("at %s", p.path)
		}
		second := change("second").keys()
		if len(second) != 11 {
			t.Fatalf("a new second factor has %d keys", len(second))
		}
		if p := z.signIn("Żaneta Wójcik", keys[0], keys[3]); p.status != http.StatusUnprocessableEntity {
			t.Errorf("an old recovery code still opens: %d", p.status)
		}
		if p := z.signIn("Żaneta Wójcik", keys[0], second[0]); p.path != "/staff/" {
			t.Errorf("the new one does not: %d", p.status)
		}
		change("close")
		if p := z.get("/staff/"); p.path != "/staff/sign-in" {
			t.Errorf("who was locked out is still in: at %s", p.path)
		}
		if p := z.signIn("Żaneta Wójcik", keys[0], second[1]); p.status != http.StatusUnprocessableEntity {
			t.Errorf("a closed account opens: %d", p.status)
		}
		if p := change("second"); p.status != http.StatusUnprocessableEntity {
			t.Errorf("a closed account gets a second factor: %d", p.status)
		}
		if out := f.must(exitDone, "staff", "list"); !regexp.MustCompile(`Żaneta Wójcik +auditor +database +account closed`).MatchString(out) {
			t.Errorf("list:\n%s", out)
		}
		if p := anna.post(ref+"/assign", "owner=%C5%BBaneta+W%C3%B3jcik"); p.status != http.StatusConflict && p.status != http.StatusForbidden {
			t.Errorf("a closed account is given a complaint: %d", p.status)
		}
		other, _ := f.first()
		if p := anna.post("/staff/complaint/"+string(f.view(other).Complaint.Reference)+"/assign", "owner=%C5%BBaneta+W%C3%B3jcik"); p.status != http.StatusConflict || !strings.Contains(p.body, "is closed") {
			t.Errorf("who left is given a complaint: %d", p.status)
		}
		if all := change("keys").keys(); len(all) != 12 || z.signIn("Żaneta Wójcik", all[0], all[1]).path != "/staff/" {
			t.Error("all new keys do not open the account")
		}
		change("aliases", "aliases", "Zu")

		for name, got := range map[string]int{
			"one's own role":          anna.post("/staff/admin/people/role", "name=Anna+Kowalska&role=auditor").status,
			"one's own keys":          anna.post("/staff/admin/people/keys", "name=anna+kowalska").status,
			"a new data protector":    anna.post("/staff/admin/people", "name=New+One&role=data+protection").status,
			"to data protection":      change("role", "role", "data protection").status,
			"the keys of one":         anna.post("/staff/admin/people/keys", "name=Zofia+W%C3%B3jcik").status,
			"an account for one":      anna.post("/staff/admin/people", "name=Zofia+W%C3%B3jcik").status,
			"closing data protection": anna.post("/staff/admin/people/close", "name=Zofia+W%C3%B3jcik").status,
		} {
			if got != http.StatusForbidden {
				t.Errorf("%s: %d", name, got)
			}
		}
		for name, p := range map[string]struct{ path, fields string }{
			"no name": {"", "role=support"}, "no role": {"", "name=New+One"}, "unknown role": {"", "name=New+One&role=boss"},
			"there already": {"", "name=%C5%BBANETA+W%C3%B3jcik&role=support"}, "role of the configuration": {"/role", "name=Tomasz+Nowak&role=manager"},
		} {
			if got := anna.post("/staff/admin/people"+p.path, p.fields); got.status != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d", name, got.status)
			}
		}
		if p := anna.post("/staff/admin/people/role", "name=Nobody&role=support"); p.status != http.StatusNotFound {
			t.Errorf("nobody: %d", p.status)
		}
		events, err := f.app.store.Events(t.Context(), staffHistory)
		if err != nil {
			t.Fatal(err)
		}
		var kinds []string
		for _, e := range events {
			kinds = append(kinds, strings.TrimPrefix(e.Kind, "staff ")+" by "+e.Actor)
		}
		want := []string{"added", "added", "role changed", "second factor reset", "account closed", "keys reset", "aliases changed"}
		for i := range want {
			want[i] += " by Anna Kowalska"
		}
		if !slices.Equal(kinds, want) {
			t.Errorf("on record: %q", kinds)
		}
		f.must(exitDone, "audit", "verify")
	})
}

// handed is a page that may hand keys over.
type handed struct{ page }

func (p handed) keys() (keys []string) {
	for _, m := range keyOnPage.FindAllStringSubmatch(p.body, -1) {
		keys = append(keys, m[1])
	}
	return keys
}

// TestOnlyManagersAdminister walks the pages as everybody else.
func TestOnlyManagersAdminister(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{toml: staff})
	manager, who := f.enters("Anna Kowalska"), map[string]*visitor{"support": f.enters("Tomasz Nowak"), "auditor": f.enters("Adam Reads"), "data protection": f.enters("Zofia Wójcik")}
	pages := []string{"", "/people", "/templates", "/templates/update", "/templates/update/html", "/templates/update/letter.pdf", "/calendar", "/bodies", "/mailboxes"}
	if !testing.Short() { // a PDF is drawn
		pages = append(pages, "/templates/update/letter.png")
	}
	for _, path := range pages {
		if p := manager.get("/staff/admin" + path); p.status != http.StatusOK {
			t.Errorf("a manager at %q: %d", path, p.status)
		}
		for role, v := range who {
			if p := v.get("/staff/admin" + path); p.status != http.StatusForbidden {
				t.Errorf("%s at %q: %d", role, path, p.status)
			}
		}
	}
	if strings.Contains(who["support"].get("/staff/").body, "/staff/admin") {
		t.Error("the layout leads support to administration")
	}
	for path, status := range map[string]int{"/templates/nothing": 404, "/templates/parts": 200, "/templates/parts/html": 404, "/templates/duty_alert/letter.pdf": 404, "/templates/..%2fupdate": 404} {
		if p := manager.get("/staff/admin" + path); p.status != status {
			t.Errorf("%s: %d, want %d", path, p.status, status)
		}
	}
}

// TestATemplateOfOnesOwnIsCheckedBeforeItHolds writes one by the page.
func TestATemplateOfOnesOwnIsCheckedBeforeItHolds(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "texts")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	f := newFirm(t, false, setup{toml: "[templates]\nfolder = \"" + dir + "\"\n"})
	anna := f.enters("Anna Kowalska")
	path, file := "/staff/admin/templates/closure", filepath.Join(dir, "en", "closure.txt")
	shipped, err := os.ReadFile("../../templates/en/closure.txt")
	if err != nil {
		t.Fatal(err)
	}
	save := func(source string) page {
		t.Helper()
		return anna.post(path+"?lang=en", url.Values{"source": {source}}.Encode())
	}
	for name, tc := range map[string]struct{ source, says string }{
		"does not parse": {strings.Replace(string(shipped), "\n\n", "\n\n{{if .Name}}\n\n", 1), "en/closure.txt:"},
		"unknown field":  {string(shipped) + "\n{{.Nonsense}}\n", ".Nonsense"},
		"empty":          {"  \n", "Enter the text"},
	} {
		p := save(tc.source)
		if p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, tc.says) {
			t.Errorf("%s: %d\n%s", name, p.status, p.body)
		}
		if _, err := os.Stat(file); err == nil {
			t.Errorf("%s: it was written", name)
		}
	}
	own := strings.ReplaceAll(string(shipped)+"\nWe thank you for your patience, as always.\n", "\n", "\r\n")
	if p := save(own); p.path != path || !strings.Contains(p.body, "checked, written and in force") || !strings.Contains(p.body, "We thank you for your patience") {
		t.Fatalf("%d at %s\n%s", p.status, p.path, p.body)
	}
	if b, err := os.ReadFile(file); err != nil || strings.Contains(string(b), "\r") || !strings.Contains(string(b), "patience") {
		t.Errorf("the file: %v %q", err, b)
	}
	if !strings.Contains(anna.get(path+"/html?lang=en").body, "patience") {
		t.Error("the text is not in force")
	}
	if p := anna.post(path+"?lang=en", url.Values{"source": {string(shipped)}, "seen": {"old"}}.Encode()); p.status != http.StatusConflict || !strings.Contains(anna.get(path+"/html?lang=en").body, "patience") {
		t.Errorf("the second of two people is not told: %d", p.status)
	}
	if p := anna.post(path+"?lang=en", "do=shipped"); p.path != path || strings.Contains(anna.get(path+"/html?lang=en").body, "patience") {
		t.Errorf("the shipped text does not hold again: %d", p.status)
	}
	if p := anna.post(path+"?lang=en", "do=shipped"); p.status != http.StatusUnprocessableEntity {
		t.Errorf("taken away twice: %d", p.status)
	}
	events, err := f.app.store.Events(t.Context(), "templates")
	if err != nil || len(events) != 2 || events[0].Actor != "Anna Kowalska" {
		t.Errorf("on record: %+v %v", events, err)
	}
	// Without a folder nothing can be written.
	g := newFirm(t, false, setup{})
	eva := g.enters("Anna Kowalska")
	if p := eva.post(path+"?lang=en", url.Values{"source": {string(shipped)}}.Encode()); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "templates.folder") {
		t.Errorf("without a folder: %d", p.status)
	}
}

// TestAdministrationIsAccessible looks at every page in a browser, and asks the calendar.
func TestAdministrationIsAccessible(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{toml: "[templates]\nfolder = \"" + t.TempDir() + "\"\n" + staff})
	f.first()
	b := testserver.Browser(t, testserver.Look{})
	f.signsIn(b, "Anna Kowalska")
	b.Open(f.url("/staff/admin/people"))
	b.Click(".people tr:nth-of-type(2) summary")
	inspect(t, b, "admin people")
	b.Fill("name", "Anna Kowalska")
	b.Fill("role", "support")
	b.Fill("name", "Tomasz Nowak")
	b.Press("main form.narrow .button")
	inspect(t, b, "admin people wrong")
	b.Fill("name", "Nina Nowa")
	b.Press("main form.narrow .button")
	inspect(t, b, "admin keys")
	b.Open(f.url("/staff/admin/templates"))
	inspect(t, b, "admin templates")
	b.Open(f.url("/staff/admin/templates/formal_response?lang=pl"))
	b.Until(`(() => { const i = document.querySelector(".sheet"); i.loading = "eager"; return i.complete && i.naturalWidth > 500; })()`)
	if got := testserver.Ask[string](b, `fetch(document.querySelector("iframe").src).then(r => r.headers.get("content-security-policy"))`); !strings.HasPrefix(got, "sandbox;") {
		t.Errorf("the frame is not sandboxed: %q", got)
	}
	b.Shot("admin template letter")
	b.Fill("source", "Subject: {{.Nothing}}\n\nx")
	b.Press("form.record .button")
	inspect(t, b, "admin template broken")
	b.Open(f.url("/staff/admin/calendar?on=2026-12-23&at=16:30&calendar=PL&ack=2026-12-24T09:00"))
	inspect(t, b, "admin calendar")
	for _, want := range []string{"Fri 25 Dec 2026: not counted", "working day 3", "24 hours"} {
		if !strings.Contains(b.Text(), want) {
			t.Errorf("the calendar does not say %q:\n%s", want, b.Text())
		}
	}
	b.Fill("day", "2026-12-25")
	b.Fill("name", "Stocktaking in the house of many rooms")
	b.Press("form[action$='/calendar'][method=post] button")
	inspect(t, b, "admin calendar day wrong")
	b.Fill("day", "2026-12-24")
	b.Press("form[action$='/calendar'][method=post] button")
	inspect(t, b, "admin calendar day set")
	b.Open(f.url("/staff/admin/calendar?on=2029-01-02&at=09:00"))
	if !strings.Contains(b.Text(), "answers for 2019 to 2028") {
		t.Errorf("past the horizon:\n%s", b.Text())
	}
	b.Open(f.url("/staff/admin/bodies"))
	inspect(t, b, "admin bodies")
	b.Fill("name", "Next Ombudsman")
	b.Press("form.record .button")
	inspect(t, b, "admin bodies wrong")
	b.Open(f.url("/staff/admin/bodies?change=yes&kind=ombudsman&from=2023-07-01"))
	inspect(t, b, "admin bodies change")
	b.Open(f.url("/staff/admin/mailboxes"))
	b.Press(`form[action$="/compare"] button`)
	if text := b.Text(); !strings.Contains(text, "COMPARED JUST NOW") {
		t.Errorf("not compared:\n%s", text)
	}
	b.Press(`form[action$="/check"] button`)
	inspect(t, b, "admin mailboxes tested")
}

// TestP08StateOfTheMachineCountsNothingHidden compares what two managers are shown, of
// whom one is whom the only complaint is about.
func TestP08StateOfTheMachineCountsNothingHidden(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{toml: staff + "[[staff]]\nname = \"Ewa Lis\"\nrole = \"manager\"\n"})
	_, v := f.first()
	anna, ewa := f.enters("Anna Kowalska"), f.enters("Ewa Lis")
	counted := regexp.MustCompile(`<span class="count">1 complaint</span>`)
	for _, v := range []*visitor{anna, ewa} {
		if !counted.MatchString(v.get("/staff/admin/mailboxes").body) {
			t.Error("the complaint is not counted")
		}
	}
	f.must(exitDone, "about", string(v.Complaint.Reference), "--add", "Ewa Lis", "--reason", "she is meant")
	if !counted.MatchString(anna.get("/staff/admin/mailboxes").body) || counted.MatchString(ewa.get("/staff/admin/mailboxes").body) {
		t.Error("Ewa is shown a count of what is about her")
	}
}

// TestTemplatesThatAnotherNodeWroteHold: what lies in the folder is taken over while the
// program runs, unless it does not pass.
func TestTemplatesThatAnotherNodeWroteHold(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := newFirm(t, false, setup{toml: "[templates]\nfolder = \"" + dir + "\"\n"})
	anna := f.enters("Anna Kowalska")
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- f.app.keepTexts(ctx, 5*time.Millisecond) }()
	t.Cleanup(func() { stop(); <-ended })
	shipped, err := os.ReadFile("../../templates/en/closure.txt")
	if err != nil {
		t.Fatal(err)
	}
	writes := func(name, more string) {
		t.Helper()
		if err := replaceFile(filepath.Join(dir, "en", name), string(shipped)+more); err != nil {
			t.Fatal(err)
		}
	}
	reads := func(what string) func() bool {
		return func() bool {
			return strings.Contains(anna.get("/staff/admin/templates/closure/html?lang=en").body, what)
		}
	}
	writes("closure.txt", "\nWe thank you for your patience.\n")
	f.wait("the text of another node", reads("patience"))
	writes("closure.txt", "\n{{.Nonsense}}\n")
	writes("closure.txt", "\n{{.Nonsense}} again\n")
	if !reads("patience")() {
		t.Error("a text that does not pass ended the one in force")
	}
	writes("closure.txt", "\nGood bye for now.\n")
	f.wait("the text that passes", reads("Good bye for now"))
}

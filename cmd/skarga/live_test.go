package main

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/internal/testserver"
)

// hold keeps what the script of a page asks for from leaving, until letGo: a test acts in
// between. answered counts what came back and was dealt with.
const hold = `window.held = []; window.answered = 0;
XMLHttpRequest.prototype.send = new Proxy(XMLHttpRequest.prototype.send, { apply(send, x, args) {
	const go = () => { x.addEventListener("loadend", () => { answered++; }); Reflect.apply(send, x, args); };
	if (held) held.push(go); else go();
} });
window.letGo = () => { const all = held; held = null; for (const go of all) go(); return true; };`

// TestListThatChangesTakesNothingAway looks at a list that empties and fills again while
// somebody types elsewhere on the page.
func TestListThatChangesTakesNothingAway(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{toml: staff})
	_, v := f.first()
	tomasz := f.enters("Tomasz Nowak")
	b := testserver.Browser(t, testserver.Look{})
	f.signsIn(b, "Anna Kowalska")
	b.Open(f.url("/staff/?owner=nobody"))
	b.Type("find", "half a wo")
	testserver.Ask[bool](b, `window.same = true`)
	path := "/staff/complaint/" + string(v.Complaint.Reference)
	tomasz.post(path+"/assign", "owner=Tomasz+Nowak")
	b.Until(`window.same && document.getElementById("list").innerText.includes("Nothing matches.")`)
	if got := testserver.Ask[string](b, `document.getElementById("find").value`); got != "half a wo" {
		t.Errorf("what was typed is %q", got)
	}
	tomasz.post(path+"/assign", "owner=")
	b.Until(`window.same && document.querySelectorAll("#rows tr").length == 1`)
	b.Click("#rows input")
	b.Until(`document.querySelector("#bulk .count").textContent == "1 chosen"`)

	// A page that is about to be left shows nothing anew: what was pressed would be lost.
	b.Prepare(hold + `const set = setTimeout; window.setTimeout = (fn, ms) => set(fn, Math.min(ms, 500));`)
	b.Open(f.url("/staff/?owner=nobody"))
	tomasz.post(path+"/assign", "owner=Tomasz+Nowak")
	b.Until(`held.length > 0`)
	testserver.Ask[bool](b, `window.dispatchEvent(new Event("beforeunload", { cancelable: true })) && letGo()`) // as when a link was pressed
	b.Until(`answered > 0`)
	if n := testserver.Ask[int](b, `document.querySelectorAll("#rows tr").length`); n != 1 {
		t.Errorf("%d complaints are shown while the next page is on its way", n)
	}
	// It was a file that was saved: the page is still there later on.
	testserver.Ask[bool](b, `(() => { const now = Date.now; Date.now = () => now() + 30000; return true; })()`)
	b.Until(`document.getElementById("list").innerText.includes("Nothing matches.")`)
}

// TestKeysGoOnWhereARowWas takes away the row where the keys are.
func TestKeysGoOnWhereARowWas(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{toml: staff})
	var paths []string
	for n := range 3 {
		v, _ := f.answered(f.take(writes(emily, fmt.Sprintf("k%d@student.example", n), fmt.Sprintf("Router %d", n), "", fmt.Sprintf("The router in Room %d fell off the wall.", n))))
		paths = append(paths, "/staff/complaint/"+string(v.Complaint.Reference))
	}
	tomasz := f.enters("Tomasz Nowak")
	b := testserver.Browser(t, testserver.Look{})
	f.signsIn(b, "Anna Kowalska")
	b.Open(f.url("/staff/?owner=nobody"))
	b.Keys("j")
	b.Keys("j")
	tomasz.post(paths[1]+"/assign", "owner=Tomasz+Nowak")
	b.Until(`document.querySelectorAll("#rows tr").length == 2`)
	if at := testserver.Ask[int](b, `document.querySelectorAll("tr.at").length`); at != 0 {
		t.Error("the keys are at a row that nobody went to")
	}
	b.Keys("j")
	if at := testserver.Ask[string](b, `document.querySelector("tr.at .what a").pathname`); at != paths[2] {
		t.Errorf("the keys go on at %s, not at %s", at, paths[2])
	}
	b.KeysTo("t") // none is chosen: this one
	if text := b.Text(); !strings.Contains(text, "Done for all that you chose.") {
		t.Errorf("after t:\n%s", text)
	}
	if left := testserver.Ask[[]string](b, `[...document.querySelectorAll("#rows .what a")].map(a => a.pathname)`); !slices.Equal(left, paths[:1]) {
		t.Errorf("nobody has %q", left)
	}
	// The keys are shown as often as one likes.
	for range 2 {
		b.Click("#show-keys")
		b.Until(`document.getElementById("keys").open`)
		b.Click("#keys form button")
		b.Until(`!document.getElementById("keys").open`)
	}
}

// TestWordsLeftBehindAreAskedAbout types into one form and leaves by another one.
func TestWordsLeftBehindAreAskedAbout(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	_, v := f.first()
	b := testserver.Browser(t, testserver.Look{})
	f.signsIn(b, "Anna Kowalska")
	b.Open(f.url("/staff/complaint/" + string(v.Complaint.Reference)))
	const leaves = `window.dispatchEvent(new Event("beforeunload", { cancelable: true }))`
	sends := func(form string) bool {
		return testserver.Ask[bool](b, `(form => { form.dispatchEvent(new Event("submit", { bubbles: true })); delete form.dataset.sent; return true })(document.querySelector("`+form+`")) && `+leaves)
	}
	if !testserver.Ask[bool](b, leaves) {
		t.Error("who typed nothing is asked")
	}
	testserver.Ask[bool](b, `(document.getElementById("r-root_cause").value = "A loose screw", true)`)
	for what, got := range map[string]bool{"a link": testserver.Ask[bool](b, leaves), "another form": sends("#deeds form")} {
		if got {
			t.Errorf("by %s the words are lost, and nobody is asked", what)
		}
	}
	if !sends("#record form") {
		t.Error("who saves the words is asked")
	}
}

// TestDraftIsNotSentByEnterInALine, nor does saving it take the focus away.
func TestDraftIsNotSentByEnterInALine(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	a, v := f.first()
	path := "/staff/complaint/" + string(v.Complaint.Reference) + "/reply"
	b := testserver.Browser(t, testserver.Look{})
	b.Prepare(hold)
	f.signsIn(b, "Anna Kowalska")
	b.Open(f.url(path))
	b.Press("button[value=extension]")
	for _, id := range testserver.Ask[[]string](b, `[...document.querySelectorAll("#answer textarea")].map(e => e.id)`) {
		b.Type(id, "We wait for a cable.")
	}
	b.Fill("f-new_date", time.Now().AddDate(0, 0, 60).Format(time.DateOnly))
	testserver.Ask[bool](b, `document.getElementById("f-new_date").focus(), true`)
	b.KeysTo("\r")
	if v := f.view(a); !strings.Contains(b.Address(), path) || v.Draft == nil || len(v.Draft.Values) < 2 || len(v.Deliveries) != 1 {
		t.Errorf("Enter in a line led to %s: %d deliveries, draft %+v", b.Address(), len(v.Deliveries), v.Draft)
	}

	area := testserver.Ask[string](b, `document.querySelector("#answer textarea").id`)
	testserver.Ask[bool](b, `((area) => { area.value = ""; return area.dispatchEvent(new Event("input", { bubbles: true })) })(document.getElementById("`+area+`"))`)
	testserver.Ask[bool](b, `letGo()`)
	b.Until(`document.querySelector("#leaf .ask a")`) // it lacks something now
	testserver.Ask[bool](b, `held = [], document.querySelector("#leaf .ask a").focus(), true`)
	testserver.Ask[bool](b, `document.getElementById("`+area+`").dispatchEvent(new Event("input", { bubbles: true }))`)
	b.Until(`held.length > 0`)
	testserver.Ask[bool](b, `answered = 0, window.was = document.activeElement, letGo()`)
	b.Until(`answered > 0 && !was.isConnected`)
	if got := testserver.Ask[string](b, `document.activeElement.hash || document.activeElement.localName`); got != "#"+area {
		t.Errorf("the focus is on %s", got)
	}
}

// TestUploadThatFailsKeepsThePage breaks the line under a file after Continue was pressed.
func TestUploadThatFailsKeepsThePage(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	v := newVisitor(t, f.url(""))
	v.fill("emily@student.example", nil)
	b := testserver.Browser(t, testserver.Look{})
	b.Prepare(`XMLHttpRequest.prototype.send = function () { window.breaks = () => this.dispatchEvent(new Event("loadend")); };`)
	b.Open(f.url("/en/complaint"))
	for _, c := range v.client.Jar.Cookies(v.request("GET", "/", "", "").URL) {
		b.SetCookie(f.url(""), c.Name, c.Value)
	}
	b.Open(f.url("/en/complaint/files"))
	b.Attach("files", writeFile(t, "router.png", 64<<10))
	b.Until(`window.breaks`)
	if testserver.Ask[bool](b, `window.dispatchEvent(new Event("beforeunload", { cancelable: true }))`) {
		t.Error("who leaves while a file is on its way is not asked")
	}
	testserver.Ask[bool](b, `window.same = true`)
	b.Click("main .actions .button")
	testserver.Ask[bool](b, `breaks()`)
	b.Until(`document.getElementById("problem")`)
	if !testserver.Ask[bool](b, `window.same && document.querySelector("form").dataset.sent == undefined`) || !strings.Contains(b.Text(), "router.png") {
		t.Errorf("at %s:\n%s", b.Address(), b.Text())
	}
}

// TestDeskTakesWhatIsDroppedMeanwhile drops a second file while the first is on its way.
func TestDeskTakesWhatIsDroppedMeanwhile(t *testing.T) {
	t.Parallel()
	b := testserver.Browser(t, testserver.Look{})
	f := mailroom(t, false, staff)
	f.serve(time.Time{})
	f.signsIn(b, "Marek Post")
	b.Prepare(hold)
	b.Open(f.url("/staff/desk"))
	for i, s := range []side{emilys(), jans()} {
		testserver.Ask[bool](b, dropping(t, fmt.Sprintf("file%d.pdf", i), f.typed("x.pdf", s)))
		b.Until(`held.length > 0`)
	}
	testserver.Ask[bool](b, `letGo()`)
	f.wait("both letters", func() bool {
		all, err := f.app.store.DeskLetters(t.Context())
		return err == nil && len(all) == 2
	})
	b.Until(`location.pathname.startsWith("/staff/desk/scan/") && document.body?.innerText.includes("file1.pdf")`)
}

// TestDeskKeepsWhatIsTypedWhenALetterIsRead looks at a letter that was being read when its
// page was made, and types it meanwhile.
func TestDeskKeepsWhatIsTypedWhenALetterIsRead(t *testing.T) {
	t.Parallel()
	b := testserver.Browser(t, testserver.Look{})
	f := mailroom(t, false, staff)
	given := f.hoursAgo(2)
	id := f.took(f.typed("one.pdf", emilys()), "--received", given).Letters[0].Arrival
	f.serve(time.Time{})
	f.signsIn(b, "Marek Post")
	b.Prepare(hold + `document.addEventListener("readystatechange", () => {
		if (document.readyState != "interactive" || sessionStorage.read) return;
		const reading = document.createElement("p"), letter = document.getElementById("letter");
		reading.id = "reading";
		letter.dataset.live = "/staff/desk/changes";
		reading.dataset.live = "";
		letter.querySelector(".leaves").prepend(reading);
		sessionStorage.read = window.same = true;
	});`)
	anna := f.enters("Anna Kowalska")
	b.Open(f.url("/staff/desk/letter/" + id))
	testserver.Ask[bool](b, `(document.getElementById("text").closest("details").open = true)`)
	b.Fill("text", "Typed by hand.")
	anna.dropped(given, f.typed("two.pdf", jans()))
	b.Until(`held.length > 0`)
	testserver.Ask[bool](b, `letGo()`)
	b.Until(`answered > 0`)
	if got := testserver.Ask[string](b, `window.same && document.getElementById("text").value`); got != "Typed by hand." {
		t.Errorf("the text that was typed is %q", got)
	}
	testserver.Ask[bool](b, `((text) => { text.value = text.defaultValue; text.closest("details").open = false; return true })(document.getElementById("text"))`)
	b.Until(`window.same && !document.getElementById("reading") && document.querySelector("#confirm").offsetParent`)
	b.Keys("c") // the button in view works as before
	b.KeysTo("\r")
	if f.shown(id).Letter.CheckedBy != "Marek Post" {
		t.Errorf("after the confirmation at %s:\n%s", b.Address(), b.Text())
	}
}

// TestDeskAndPostShowWhatComesWhereOneIs watches two lists by keyboard.
func TestDeskAndPostShowWhatComesWhereOneIs(t *testing.T) {
	t.Parallel()
	b := testserver.Browser(t, testserver.Look{})
	f := mailroom(t, false, staff)
	given := f.hoursAgo(2)
	id := f.took(f.typed("one.pdf", emilys()), "--received", given).Letters[0].Arrival
	f.serve(time.Time{})
	f.signsIn(b, "Marek Post")
	b.Open(f.url("/staff/desk"))
	b.Keys("j")
	testserver.Ask[bool](b, `window.same = true`)
	anna := f.enters("Anna Kowalska")
	anna.dropped(given, f.typed("two.pdf", jans()))
	b.Until(`document.querySelectorAll("#waiting tbody tr").length == 2`)
	if got := testserver.Ask[string](b, `document.activeElement.pathname + " " + document.querySelector("tr.at a")?.pathname`); got != fmt.Sprintf("/staff/desk/letter/%[1]s /staff/desk/letter/%[1]s", id) {
		t.Errorf("focus and keys are at %s", got)
	}
	anna.post("/staff/desk/letter/"+id, "do=set-aside&reason=it+is+none")
	b.Until(`document.querySelectorAll("#waiting tbody tr").length == 1`)
	v := newVisitor(t, f.url(""))
	v.fill("unused@mailbox.example", nil)
	v.post("/en/complaint/reply", "reply=letter")
	v.post("/en/complaint/address", url.Values{"line1": {"Room 214, Devonshire Court"}, "town": {"Sheffield"}, "postcode": {"S3 7HF"}}.Encode())
	b.Open(f.url("/staff/letters"))
	testserver.Ask[bool](b, `window.same = true`)
	v.send()
	b.Until(`window.same && document.querySelectorAll("#to-print tbody tr").length == 1`)
	if p := anna.post("/staff/letters/print", ""); !strings.HasPrefix(p.path, "/staff/letters/run/") {
		t.Fatalf("printing: %d at %s\n%s", p.status, p.path, p.body)
	}
	b.Until(`window.same && document.querySelectorAll("#to-post tbody tr").length == 1`)
}

package main

import (
	"fmt"
	"strings"
	"testing"

	"ask4.com/skarga/internal/testserver"
)

// TestConsoleByKeysAlone answers a complaint without a mouse and comes back to the list.
func TestConsoleByKeysAlone(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	write := func(n int) string {
		v, _ := f.answered(f.take(writes(emily, fmt.Sprintf("k%d@student.example", n), fmt.Sprintf("Router %d", n), "", fmt.Sprintf("The router in Room %d fell off the wall.", n))))
		return "/staff/complaint/" + string(v.Complaint.Reference)
	}
	paths := []string{write(1), write(2), write(3)}
	b := testserver.Browser(t, testserver.Look{})
	f.signsIn(b, "Anna Kowalska")
	at := func() string {
		return testserver.Ask[string](b, `document.querySelector("tr.at .what a")?.pathname || ""`)
	}
	leads := func(keys, to string) {
		t.Helper()
		if b.KeysTo(keys); !strings.Contains(b.Address(), to) {
			t.Fatalf("%q led to %s, want %s", keys, b.Address(), to)
		}
	}
	b.Keys("g")
	leads("a", "/staff/arrivals")
	b.Keys("g")
	leads("q", "/staff/")
	b.Open(f.url("/staff/?owner=nobody"))
	b.Keys("j")
	b.Keys("j")
	if at() != paths[1] {
		t.Fatalf("the keys are at %s", at())
	}
	// What comes in moves no key to another complaint, nor the focus.
	late := write(4)
	b.Until(fmt.Sprintf(`document.querySelector(".queue a[href='%s']")`, late))
	if focus := testserver.Ask[string](b, `document.activeElement.pathname || ""`); at() != paths[1] || focus != paths[1] {
		t.Errorf("after a new complaint the keys are at %s, the focus at %s", at(), focus)
	}
	leads("\r", paths[1])
	leads("t", paths[1])
	leads("r", paths[1]+"/reply")
	b.Until(`document.activeElement.value == "update"`) // the kind that is due
	leads("\r", paths[1]+"/reply")
	b.Until(`document.activeElement.id == "f-understanding"`)
	send := func() {
		t.Helper()
		testserver.Ask[bool](b, `document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ctrlKey: true, bubbles: true, cancelable: true }))`)
	}
	b.Type("f-understanding", "We looked at the line in your room.")
	b.Until(`document.getElementById("kept").textContent == "Saved as a draft."`)
	send()
	b.Until(`document.querySelector(".bad-notice") && document.activeElement.id == "f-sought"`)
	for _, id := range []string{"f-sought", "f-done", "f-still_open", "f-needed"} {
		b.Type(id, "We looked at the line.")
	}
	b.Until(`!document.querySelector(".bad-notice")`) // nothing is missing any more
	send()
	b.Until(`document.readyState == "complete" && location.pathname == "` + paths[1] + `"`)
	leads("u", "/staff/?owner=nobody")
	if at() != paths[2] { // the answered one is somebody's, and gone from the list
		t.Errorf("back in the list the keys are at %s", at())
	}
	if testserver.Ask[bool](b, `document.activeElement.getBoundingClientRect().bottom > document.getElementById("bulk").getBoundingClientRect().top`) {
		t.Error("the bar hides the row with the focus")
	}
	// WCAG 2.1.4: keys of one letter can be put out.
	b.Click("#show-keys")
	b.Until(`document.getElementById("keys").open`)
	b.Click("#single")
	b.Keys("\x1b")
	b.Keys("k")
	if at() != paths[2] {
		t.Errorf("k acts although the keys are out: at %s", at())
	}
}

// TestLastWordsOfADraftAreKept leaves the page before what was typed was saved.
func TestLastWordsOfADraftAreKept(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	a, v := f.first()
	path := "/staff/complaint/" + string(v.Complaint.Reference)
	b := testserver.Browser(t, testserver.Look{})
	f.signsIn(b, "Anna Kowalska")
	b.Open(f.url(path + "/reply"))
	b.Press(".kinds button[value=update]")
	b.Type("f-understanding", "The last words.")
	b.Open(f.url("/staff/"))
	holds := func(words string) {
		t.Helper()
		f.wait("the draft", func() bool {
			d := f.view(a).Draft
			return d != nil && d.Values["understanding"] == words
		})
	}
	holds("The last words.")

	// The server is away for a while: nothing leaves the page, and all is saved later.
	b.Open(f.url(path + "/reply"))
	testserver.Ask[bool](b, `(window.send = XMLHttpRequest.prototype.send, XMLHttpRequest.prototype.send = function () { this.onerror(); }, true)`)
	testserver.Ask[bool](b, `(document.getElementById("f-understanding").value = "", true)`)
	b.Type("f-understanding", "Typed meanwhile.")
	b.Until(`document.getElementById("kept").textContent.includes("does not answer")`)
	b.Click("#answer [value=send]")
	b.Until(`document.getElementById("f-understanding").value == "Typed meanwhile."`)
	testserver.Ask[bool](b, `(XMLHttpRequest.prototype.send = window.send, true)`)
	b.Until(`document.getElementById("kept").textContent == "Saved as a draft."`)
	holds("Typed meanwhile.")
}

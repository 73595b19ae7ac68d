package main

import (
	"bufio"
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest/message"
	"ask4.com/skarga/internal/testserver"
	"ask4.com/skarga/store"
)

func TestConsoleOverrulesTheMachineAndTakesItBack(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	a := f.take(writes("News <news@shop.example>", "n1@shop.example", "Our offers", "List-Id: <news.shop.example>\n", "Everything must go, and your router too."))
	if !a.Held {
		t.Fatalf("the newsletter is %s, %q", a.Outcome, a.Reasons)
	}
	b := testserver.Browser(t, testserver.Look{})
	f.signsIn(b, "Anna Kowalska")
	b.Open(f.url("/staff/arrivals"))
	inspect(t, b, "console arrivals")
	b.Press(".queue .what a")
	inspect(t, b, "console arrival")
	b.Click("#do-set-aside")
	b.Fill("reason", "A newsletter")
	b.Press(".side .record .button")
	if v := f.view(a); v.Complaint.Stage != complaint.StageSetAside {
		t.Fatalf("set aside: %s\n%s", v.Complaint.Stage, b.Text())
	}
	inspect(t, b, "console arrival decided")
	b.Open(f.url("/staff/arrivals?kind=set_aside"))
	if !strings.Contains(b.Text(), "Our offers") {
		t.Errorf("not among those set aside:\n%s", b.Text())
	}
	b.Press(".queue .what a")
	b.Fill(testserver.Ask[string](b, `document.querySelector(".past input[type=text]").id`), "Not a newsletter after all")
	b.Press(".past button")
	if v := f.view(a); v.Complaint.Stage == complaint.StageSetAside || v.Decisions[0].UndoneBy != "Anna Kowalska" {
		t.Errorf("not taken back: %s %+v", v.Complaint.Stage, v.Decisions)
	}
	// What was given up is taken back, too.
	parked := f.take(writes(emily, "large@student.example", "Photos", "", strings.Repeat("My router is broken. ", 80000)))
	b.Open(f.url("/staff/arrivals?kind=parked"))
	if text := b.Text(); !strings.Contains(text, "The message has") || strings.Contains(text, "too_large") {
		t.Errorf("why it is parked is not told in words:\n%s", text)
	}
	b.Press(".queue .what a")
	b.Click("#do-give-up")
	b.Fill("reason", "She wrote again")
	b.Press(".side .record .button")
	if a := f.now(parked); a.Parked || !strings.Contains(b.Text(), "given up by Anna Kowalska") {
		t.Fatalf("given up: parked %v\n%s", a.Parked, b.Text())
	}
	b.Fill(testserver.Ask[string](b, `document.querySelector(".past input[type=text]").id`), "She did not")
	b.Press(".past button")
	if a := f.now(parked); !a.Parked || !strings.Contains(b.Text(), "Taken back by Anna Kowalska") {
		t.Errorf("not taken back: parked %v\n%s", a.Parked, b.Text())
	}
	anna := newVisitor(t, f.url(""))
	k := f.add("reset", "Anna Kowalska")
	anna.signIn("Anna Kowalska", k.Password, k.Recovery[0])
	for do, want := range map[string]int{"release": http.StatusUnprocessableEntity, "nonsense": http.StatusUnprocessableEntity} {
		if p := anna.post("/staff/arrival/"+a.ID, "reason=&do="+do); p.status != want {
			t.Errorf("%s without a reason: %d", do, p.status)
		}
	}
	if p := anna.post("/staff/arrival/"+a.ID, "reason=x&do=give-up"); p.status != http.StatusConflict || !strings.Contains(p.body, "is not parked") {
		t.Errorf("giving up what is not parked: %d\n%s", p.status, p.body)
	}
	f.must(exitDone, "audit", "verify")
}

func TestConsoleReplyFromTemplateToTheCustomer(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{toml: staff})
	a := f.take(writes("Żaneta Mróz <zaneta@student.example>", "z1@student.example", "Wolny internet", "", "Dzień dobry, mój internet w pokoju 214 jest bardzo wolny od poniedziałku. Proszę o pomoc."))
	v, _ := f.answered(a)
	if v.Complaint.Language != complaint.Polish {
		t.Fatalf("the language is %q", v.Complaint.Language)
	}
	ref := string(v.Complaint.Reference)
	b := testserver.Browser(t, testserver.Look{})
	f.signsIn(b, "Tomasz Nowak")
	b.Open(f.url("/staff/complaint/" + ref + "/reply"))
	inspect(t, b, "console reply kinds")
	b.Press("button[value=update]")
	b.Type("f-done", "Sprawdziliśmy kable w Państwa budynku.")
	b.Until(`document.querySelector("#leaf .paper .text").textContent.includes("Sprawdziliśmy kable")`)
	b.Until(`document.getElementById("kept").textContent.includes("Saved")`)
	inspect(t, b, "console reply")
	if papers := testserver.Ask[int](b, `document.querySelectorAll(".paper").length`); papers != 2 {
		t.Errorf("%d renderings for a customer who reads Polish", papers)
	}
	// The draft survives; the second of two people is told.
	anna := f.enters("Anna Kowalska")
	if p := anna.get("/staff/complaint/" + ref + "/reply"); !strings.Contains(p.body, "Tomasz Nowak</strong> has been writing the update") {
		t.Errorf("Anna is not told:\n%s", p.body)
	}
	b.Press("button[value=send]") // something is missing yet
	if !strings.Contains(b.Text(), "It still needs") || !strings.Contains(b.Text(), "Something is missing") {
		t.Errorf("the page does not say what is missing:\n%s", b.Text())
	}
	inspect(t, b, "console reply lacks")
	for _, id := range testserver.Ask[[]string](b, `[...document.querySelectorAll("#answer textarea, #answer input[type=text]")].map(e => e.id)`) {
		b.Fill(id, "Sprawdziliśmy kable w Państwa budynku.")
	}
	b.Press("button[value=send]")
	if !strings.Contains(b.Text(), "It is on its way.") {
		t.Fatalf("not sent:\n%s", b.Text())
	}
	f.wait("the update", func() bool {
		v = f.view(a)
		last := v.Deliveries[len(v.Deliveries)-1]
		return last.Kind == "update" && last.Status == complaint.Sent
	})
	if v.Draft != nil || v.Complaint.Stage != complaint.StageInvestigation {
		t.Errorf("after sending: %s, draft %+v", v.Complaint.Stage, v.Draft)
	}
	last := f.sink.Messages()
	raw := last[len(last)-1].Raw
	if text := message.Read(bytes.NewReader(raw), int64(len(raw)), message.Options{}).Text; !strings.Contains(text, ref) || !strings.Contains(text, "Sz. P. Żaneta Mróz") {
		t.Errorf("the mail does not name the complaint and the customer (P3):\n%s", text)
	}
	// Only the one who writes may go on, unless they say so.
	anna.post("/staff/complaint/"+ref+"/reply", "kind=formal_response")
	k := f.add("reset", "Tomasz Nowak")
	tomasz := newVisitor(t, f.url(""))
	tomasz.signIn("Tomasz Nowak", k.Password, k.Recovery[0])
	if p := tomasz.post("/staff/complaint/"+ref+"/reply", "do=save&f.findings=x"); p.status != http.StatusConflict {
		t.Errorf("two write at once: %d", p.status)
	}
	if p := tomasz.post("/staff/complaint/"+ref+"/reply", "do=take"); p.status != http.StatusOK || f.view(a).Draft.Author != "Tomasz Nowak" {
		t.Errorf("taking over: %d, %+v", p.status, f.view(a).Draft)
	}
	if p := tomasz.post("/staff/complaint/"+ref+"/reply", "f.points=the+line&f.decision=&f.reasons=-&f.remedy="); p.status != http.StatusUnprocessableEntity || f.view(a).Draft.Values["points"] != "the line" {
		t.Errorf("what is right of a draft is not kept: %d, %+v", p.status, f.view(a).Draft)
	}
	if p := tomasz.post("/staff/complaint/"+ref+"/reply", "f.points=the+line+is+old&f.decision=&f.reasons="); p.status != http.StatusOK || f.view(a).Draft.Values["points"] != "the line is old" {
		t.Errorf("a draft without a decision is not kept: %d, %+v", p.status, f.view(a).Draft)
	}
	if p := newVisitor(t, f.url("")).post("/staff/complaint/"+ref+"/reply", "f.points=something+long"); p.status != http.StatusForbidden || !strings.Contains(p.body, "signed out") || !strings.Contains(p.body, "something long") {
		t.Errorf("without a session: %d\n%s", p.status, p.body)
	}
	if p := tomasz.post("/staff/complaint/"+ref+"/did", "what=Replaced+the+router"); p.status != http.StatusOK || len(f.view(a).Deeds) != 1 {
		t.Errorf("logging what was done: %d", p.status)
	}
	if p := tomasz.post("/staff/complaint/"+ref+"/reply", "do=discard"); p.status != http.StatusOK || f.view(a).Draft != nil {
		t.Errorf("giving up: %d, %+v", p.status, f.view(a).Draft)
	}
	f.must(exitDone, "audit", "verify")
}

func TestP08FiguresLeaveOutWhatIsHidden(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{toml: staff})
	_, v := f.first()
	b := testserver.Browser(t, testserver.Look{})
	f.signsIn(b, "Anna Kowalska")
	b.Open(f.url("/staff/figures"))
	b.Until(`[...document.querySelectorAll(".charts img")].every(i => { i.loading = "eager"; return i.complete && i.naturalWidth > 0; })`)
	inspect(t, b, "console figures")
	b.Press(".numbers td a")
	inspect(t, b, "console figures list")
	if !strings.Contains(b.Text(), string(v.Complaint.Reference)) {
		t.Errorf("the list behind a figure:\n%s", b.Text())
	}
	zofia := f.enters("Zofia Wójcik")
	path := "/staff/figures?" + url.Values{"section": {"balance"}, "row": {"1"}}.Encode()
	for _, hidden := range []bool{false, true} {
		if hidden {
			err := f.app.store.InTx(t.Context(), func(tx *store.Tx) error {
				tx.SetAbout(complaint.About{ComplaintID: v.Complaint.ID, Staff: "Zofia Wójcik", State: complaint.AboutProvisional, By: "skarga", At: v.Complaint.ReceivedAt})
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if p := zofia.get(path); p.status != http.StatusOK || strings.Contains(p.body, string(v.Complaint.Reference)) == hidden {
			t.Errorf("hidden %v: %d\n%s", hidden, p.status, p.body)
		}
	}
}

func TestQueueShowsWhatIsNewByItself(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	f.first()
	b := testserver.Browser(t, testserver.Look{})
	f.signsIn(b, "Anna Kowalska")
	b.Until(`document.querySelectorAll(".queue tbody tr").length == 1`)
	// One chooses while the list is on its way.
	b.Until(`(XMLHttpRequest.prototype.send = new Proxy(XMLHttpRequest.prototype.send, { apply(send, x, args) {
		if (!document.querySelector(".queue input:checked")) document.querySelector(".queue input").click();
		return Reflect.apply(send, x, args);
	} })) != null`)
	b.Until(`performance.getEntriesByType("resource").length > 0`)
	f.take(writes("Max <max@student.example>", "q2@student.example", "A second one", "", "The lift is noisy and my Wi-Fi is slow."))
	b.Until(`document.querySelectorAll(".queue tbody tr").length == 2`)
	if n := testserver.Ask[int](b, `document.querySelectorAll(".queue input:checked").length`); n != 1 {
		t.Errorf("%d chosen after new ones came", n)
	}
	// The stream says that something changed and nothing else (P8).
	anna := newVisitor(t, f.url(""))
	k := f.add("reset", "Anna Kowalska")
	anna.signIn("Anna Kowalska", k.Password, k.Recovery[0])
	res, err := anna.client.Do(anna.request("GET", "/staff/changes", "", ""))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	if !lines.Scan() || lines.Text() != "retry: 2000" || res.Header.Get("Content-Type") != "text/event-stream" {
		t.Errorf("the stream begins with %q", lines.Text())
	}
	f.take(writes("Max <max@student.example>", "q3@student.example", "A third one", "", "Still slow."))
	for lines.Scan() {
		if lines.Text() == "data: 1" {
			break
		}
		if l := lines.Text(); l != "" && l != "event: changed" {
			t.Errorf("the stream says %q", l)
		}
	}
}

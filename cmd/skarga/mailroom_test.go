package main

import (
	"bytes"
	"errors"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/internal/testserver"
	scannerimport "ask4.com/skarga/scanner-import"
	"ask4.com/skarga/store"
)

// countedSheet is the code of a batch sheet of letters received hours ago.
func countedSheet(id string, hours, letters int) side {
	s := scannerimport.Sheet{Type: scannerimport.SheetBatch, Batch: id, Received: time.Now().Add(-time.Duration(hours) * time.Hour).Truncate(time.Minute), Operator: "ANNA", Letters: letters}
	return side{code: s.Code()}
}

// TestP12MailroomConfirmsABatchByKeyboard goes from the scan to the post without a mouse:
// each letter is confirmed with two keys, the fields lead to their places on the page.
func TestP12MailroomConfirmsABatchByKeyboard(t *testing.T) {
	t.Parallel()
	b := testserver.Browser(t, testserver.Look{})
	f := mailroom(t, false, staff)
	f.serve(time.Time{})
	f.signsIn(b, "Marek Post")
	b.Press(`.places a[href="/staff/desk"]`)
	inspect(t, b, "desk empty")
	b.Attach("scan", f.typed("friday.pdf", countedSheet("B7", 20, 3), emilys(), side{code: separator()}, jans("Drugi powód: brak odpowiedzi."), side{lines: []string{"P.S. Proszę pisać na adres powyżej."}}))
	b.Press("#dropzone .button")
	b.Until(`document.querySelectorAll("#outcome tbody tr").length == 2 && document.body.innerText.includes("compare them with the page") || document.body.innerText.includes("batch is at the desk")`)
	inspect(t, b, "desk scan")
	b.Keys("u") // up to the desk
	b.Until(`location.pathname == "/staff/desk" && document.querySelectorAll("#waiting tbody tr").length == 3`)
	if text := b.Text(); !strings.Contains(text, "1 letter is in the house and not scanned") || !strings.Contains(text, "Emily Clark") || !strings.Contains(text, "friday.pdf") {
		t.Errorf("the desk:\n%s", text)
	}
	inspect(t, b, "desk list")
	if held := testserver.Ask[string](b, `fetch("/staff/arrivals").then(r => r.text())`); !strings.Contains(held, `<td class="who">Emily Clark<`) {
		t.Errorf("among the arrivals the letter has no name:\n%s", held)
	}
	b.Click("#waiting details summary")
	b.Fill("found-"+strings.TrimPrefix(testserver.Ask[string](b, `document.querySelector("#waiting details").id`), "batch-"), "the third envelope was empty")
	b.Press("#waiting details .button.plain")
	if text := b.Text(); !strings.Contains(text, "Settled.") {
		t.Errorf("after settling the batch:\n%s", text)
	}
	b.Keys("j")
	b.KeysTo("\r")
	inspect(t, b, "desk letter")
	here := b.Address()
	b.KeysTo("j") // the next letter, and back
	if b.Address() == here {
		t.Errorf("j leads nowhere")
	}
	if b.KeysTo("k"); b.Address() != here {
		t.Errorf("k leads to %s, want %s", b.Address(), here)
	}
	b.Until(`[...document.querySelectorAll(".sheetview img")].every(i => i.complete && i.naturalWidth > 500)`)
	b.Keys("e") // the first field: its box is lit
	b.Keys("\t")
	if got := testserver.Ask[string](b, `(() => { const field = document.activeElement, box = document.querySelector("rect.on"); return box && field.dataset.box == box.id ? "lit" : field.id + " " + (box && box.id); })()`); got != "lit" {
		t.Errorf("the field with the focus is not lit on the page: %s", got)
	}
	first := b.Address()
	testserver.Ask[bool](b, `document.activeElement.blur(), true`)
	b.Keys("c")
	b.KeysTo("\r")
	if text := b.Text(); !strings.Contains(text, "Confirmed.") || b.Address() == first {
		t.Fatalf("after the first confirmation at %s:\n%s", b.Address(), text)
	}
	b.Keys("c")
	b.KeysTo("\r")
	if !strings.Contains(b.Address(), "/staff/desk?") || !strings.Contains(b.Text(), "Nothing waits.") {
		t.Errorf("after the second confirmation at %s:\n%s", b.Address(), b.Text())
	}
	letters, err := f.app.store.UnpostedLetters(t.Context(), "")
	if err != nil || len(letters) != 2 {
		t.Fatalf("letters to print: %+v, %v", letters, err)
	}

	b.Press(`.places a[href="/staff/letters"]`)
	inspect(t, b, "post list")
	b.Press("#to-print .button")
	inspect(t, b, "post run")
	if got := testserver.Ask[string](b, `fetch(document.querySelector("a[download]").href).then(async r => r.headers.get("content-type") + " " + (await r.text()).slice(0, 5))`); got != "application/pdf %PDF-" {
		t.Errorf("the file of the run is %q", got)
	}
	b.Click(`input[value="` + string(letters[1].Reference) + `"]`)
	at, err := time.ParseInLocation("2006-01-02 15:04", testserver.Ask[string](b, `document.querySelector("#at").value`), f.app.rules.Location)
	if err != nil {
		t.Fatal(err)
	}
	b.Press(`button[value="posted"]`)
	if text := b.Text(); !strings.Contains(text, "Recorded as posted.") || !strings.Contains(text, "nothing waits") {
		t.Errorf("after posting:\n%s", text)
	}
	for i, want := range []complaint.DeliveryStatus{complaint.Sent, complaint.Queued} {
		d, err := f.app.store.Delivery(t.Context(), letters[i].ID)
		if err != nil || d.Status != want || (d.PrintRun == "") != (want == complaint.Queued) {
			t.Errorf("letter %d is %s in run %q, %v; want %s", i+1, d.Status, d.PrintRun, err, want)
		}
		if want == complaint.Sent && !d.SentAt.Equal(at) {
			t.Errorf("letter %d was posted %s; the page showed %s", i+1, d.SentAt, at)
		}
	}
	b.Press(`button[value="reprint"]`)
	if !strings.Contains(b.Text(), "written 2 times") {
		t.Errorf("after the reprint:\n%s", b.Text())
	}
	b.Press(`.crumb a`)
	b.Fill("ref", string(letters[0].Reference))
	b.Press(`form[action="/staff/letters/returned"] .button`)
	if text := b.Text(); !strings.Contains(text, "The promise is open again") || !strings.Contains(text, "Without an address (1)") && !strings.Contains(text, "WITHOUT AN ADDRESS (1)") {
		t.Errorf("after the return:\n%s", text)
	}
	inspect(t, b, "post returned")
	b.Open(f.url("/staff/complaint/" + string(letters[0].Reference)))
	if text := b.Text(); !strings.Contains(text, "came back on") || !strings.Contains(text, "(Gone away): confirm another address") {
		t.Errorf("its complaint:\n%s", text)
	}
	f.must(exitDone, "audit", "verify")
}

// dropped sends files to the desk as its form does.
func (v *visitor) dropped(received string, paths ...string) page {
	v.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	err := w.WriteField("received", received)
	for _, path := range paths {
		raw, e := os.ReadFile(path)
		if e == nil {
			var p io.Writer
			if p, e = w.CreateFormFile("scan", filepath.Base(path)); e == nil {
				_, e = p.Write(raw)
			}
		}
		err = errors.Join(err, e)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		v.t.Fatal(err)
	}
	r := v.request("POST", "/staff/desk/scans", w.FormDataContentType(), b.String())
	return v.do(r)
}

// TestDeskPageDoesWhatTheCommandsDo drops scans and goes through what one may do with a
// letter, on the page without a script.
func TestDeskPageDoesWhatTheCommandsDo(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, staff)
		f.serve(time.Time{})
		marek := f.enters("Marek Post")
		given := f.hoursAgo(2)
		for name, p := range map[string]page{"no file": marek.dropped(given), "a time to come": marek.dropped("2999-01-01 10:00", f.typed("later.pdf", emilys())),
			"no time": marek.dropped("yesterday", f.typed("when.pdf", emilys()))} {
			if p.status != http.StatusUnprocessableEntity {
				t.Errorf("%s: %d\n%s", name, p.status, p.body)
			}
		}
		path := f.typed("two.pdf", emilys(), side{lines: []string{"The second page."}}, jans())
		p := marek.dropped(given, path)
		if !strings.HasPrefix(p.path, "/staff/desk/scan/") {
			t.Fatalf("dropping leads to %s: %d\n%s", p.path, p.status, p.body)
		}
		outcome := p.path
		letters := func() []complaint.DeskLetter {
			t.Helper()
			all, err := f.app.store.DeskLetters(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return all
		}
		f.wait("the letter to be read", func() bool {
			all := letters()
			return len(all) == 1 && all[0].Complaint.CustomerName != "" && strings.Contains(marek.get(outcome).body, "compare them")
		})
		if p := marek.dropped("", path); !strings.Contains(p.body, "taken in before") || p.path != outcome {
			t.Errorf("the same again: %s\n%s", p.path, p.body)
		}
		id := letters()[0].Arrival.ID
		page := "/staff/desk/letter/" + id
		act := func(fields string) string {
			t.Helper()
			p := marek.post(page, fields)
			if p.status != http.StatusOK {
				t.Fatalf("%s: %d at %s\n%s", fields, p.status, p.path, p.body)
			}
			return p.body
		}
		image := marek.get(page + "/page/1")
		first, err := png.Decode(strings.NewReader(image.body))
		if err != nil || first.Bounds().Dx() > 1240 || image.header.Get("Content-Type") != "image/png" {
			t.Fatalf("page 1 is %s, %v", image.header.Get("Content-Type"), err)
		}
		r := marek.request("GET", page+"/page/1", "", "")
		r.Header.Set("If-None-Match", image.header.Get("ETag"))
		if p := marek.do(r); p.status != http.StatusNotModified {
			t.Errorf("the same page again: %d", p.status)
		}
		if p := marek.get(page + "/page/4"); p.status != http.StatusNotFound {
			t.Errorf("page 4: %d", p.status)
		}
		if p := marek.get(page + "/copy"); p.header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(p.body, "%PDF-") || !strings.Contains(p.header.Get("Content-Disposition"), "letter.pdf") {
			t.Errorf("the searchable copy: %d %v", p.status, p.header)
		}
		act("do=down&page=1")
		if v := f.shown(id); v.Pages[0].Number != 2 {
			t.Errorf("moved down: %+v", v.Pages)
		}
		act("do=up&page=2")
		act("do=turn&by=90&page=1")
		f.wait("the page to be read again", func() bool { v := f.shown(id); return v.Pages[0].Turned == 90 && !v.Pages[0].ReadAt.IsZero() })
		turned, err := png.Decode(strings.NewReader(marek.get(page + "/page/1").body))
		if err != nil || turned.Bounds().Dx() <= turned.Bounds().Dy() {
			t.Errorf("turned: %v, %v", turned.Bounds(), err)
		}
		act("do=turn&by=270&page=1")
		f.wait("the page to be read once more", func() bool { v := f.shown(id); return v.Pages[0].Turned == 0 && !v.Pages[0].ReadAt.IsZero() })
		act("do=split&page=2")
		all := letters()
		if len(all) != 2 {
			t.Fatalf("after the split: %+v", all)
		}
		other := all[0].Arrival.ID
		if other == id {
			other = all[1].Arrival.ID
		}
		act("do=join&other=" + other)
		if n := len(letters()); n != 1 {
			t.Errorf("after joining %d letters wait", n)
		}
		body := act(url.Values{"do": {"save"}, "name": {"Emily Clarke"}, "address": {"Emily Clarke\r\n34 Wellington Street\r\nSheffield\r\nS1 4HD"}, "account": {"4471823"}, "reply_by": {"letter"}}.Encode())
		if !strings.Contains(body, "Saved.") || f.shown(id).Complaint.Complaint.CustomerName != "Emily Clarke" {
			t.Errorf("saved:\n%s", body)
		}
		if p := marek.post(page, "do=save&email=nobody&room=12"); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, `name="room" value="12"`) || !strings.Contains(p.body, "There is a problem") {
			t.Errorf("a wrong address: %d\n%s", p.status, p.body)
		}
		act("do=hand-back&reason=a+corner+is+folded")
		if !strings.Contains(marek.get("/staff/desk").body, "a corner is folded") {
			t.Error("the desk does not say that it was handed back")
		}
		act("do=confirm")
		if v := f.shown(id); len(v.Complaint.Deliveries) != 1 || v.Letter.CheckedBy != "Marek Post" {
			t.Errorf("confirmed: %+v", v.Letter)
		}
		// Who may only read decides nothing, and prints nothing.
		adam := f.enters("Adam Reads")
		if p := adam.get("/staff/letters"); p.status != http.StatusForbidden {
			t.Errorf("an auditor at the post: %d", p.status)
		}
		if p := adam.get(page); p.status != http.StatusOK || strings.Contains(p.body, `name="do"`) {
			t.Errorf("an auditor at the letter: %d", p.status)
		}
		events, err := f.app.store.Events(t.Context(), "views "+f.shown(id).Complaint.Complaint.ID)
		if err != nil || len(events) < 5 {
			t.Errorf("views on record: %d, %v", len(events), err)
		}
		f.must(exitDone, "audit", "verify")
	})
}

// TestDeskShowsProposedLinksAndCopiesSideBySide decides about a proposed link and a copy.
func TestDeskShowsProposedLinksAndCopiesSideBySide(t *testing.T) {
	t.Parallel()
	b := testserver.Browser(t, testserver.Look{})
	f := mailroom(t, false, staff)
	given := f.hoursAgo(2)
	one := f.took(f.typed("one.pdf", emilys()), "--received", given).Letters[0]
	other := f.took(f.typed("other.pdf", jans("Numer sprawy "+string(one.Reference)+".")), "--received", given).Letters[0]
	again := f.took(f.typed("again.pdf", emilys(), side{code: separator()}, side{lines: []string{"Something else."}}), "--received", given).Letters[0]
	if again.Outcome != complaint.Duplicate {
		t.Fatalf("the same pages: %+v", again)
	}
	f.serve(time.Time{})
	f.signsIn(b, "Marek Post")
	b.Open(f.url("/staff/desk/letter/" + other.Arrival))
	inspect(t, b, "desk link")
	if text := b.Text(); !strings.Contains(strings.ToLower(text), strings.ToLower("It may belong to "+string(one.Reference))) || testserver.Ask[int](b, `document.querySelectorAll(".twins img").length`) != 2 {
		t.Errorf("side by side:\n%s", text)
	}
	b.Press(`button[value="link-refuse"]`)
	if v := f.record(other); v.Links[0].State != "refused" || v.Complaint.Provisional {
		t.Errorf("refused: %+v", v.Links)
	}
	b.Open(f.url("/staff/desk/letter/" + again.Arrival))
	inspect(t, b, "desk copy")
	b.Fill("twin-why-0", "she wrote twice")
	b.Press(`button[value="complaint"]`)
	if a, err := f.app.store.GetArrival(t.Context(), again.Arrival); err != nil || a.Outcome != complaint.ToComplaint {
		t.Errorf("no copy: %+v, %v", a, err)
	}
}

// TestP08DeskHidesALetterFromWhomItIsAbout looks for a letter on every page of the
// mailroom as the person it is about.
func TestP08DeskHidesALetterFromWhomItIsAbout(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, staff)
		given := f.hoursAgo(2)
		r := f.took(f.typed("about.pdf", emilys()), "--received", given)
		l := r.Letters[0]
		hide := func(state complaint.AboutState) {
			err := f.app.store.InTx(t.Context(), func(tx *store.Tx) error {
				tx.SetAbout(complaint.About{ComplaintID: f.record(l).Complaint.ID, Staff: "Tomasz Nowak", State: state, By: "skarga", At: f.app.now()})
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		hide(complaint.AboutConfirmed)
		f.serve(time.Time{})
		tomasz, anna := f.enters("Tomasz Nowak"), f.enters("Anna Kowalska")
		page := "/staff/desk/letter/" + l.Arrival
		look := func(path string, sees bool) {
			t.Helper()
			for who, v := range map[string]*visitor{"Anna": anna, "Tomasz": tomasz} {
				p := v.get(path)
				told := strings.Contains(p.body, "Emily Clark") || strings.Contains(p.body, string(l.Reference)) || strings.Contains(p.body, l.Arrival) || strings.HasPrefix(p.body, "\x89PNG") || strings.HasPrefix(p.body, "%PDF")
				if told != (who == "Anna" || sees) {
					t.Errorf("%s at %s: %d, sees it: %v", who, path, p.status, told)
				}
			}
		}
		for _, path := range []string{"/staff/desk", page, page + "/page/1", page + "/copy", "/staff/desk/scan/" + r.SHA256} {
			look(path, false)
		}
		for _, do := range []string{"confirm", "save&name=x", "split&page=1", "turn&page=1&by=90", "hand-back&reason=x", "set-aside&reason=x"} {
			if p := tomasz.post(page, "do="+do); p.status != http.StatusNotFound {
				t.Errorf("Tomasz may %s: %d", do, p.status)
			}
		}
		if p := anna.post(page, "do=confirm"); p.status != http.StatusOK {
			t.Fatalf("Anna confirms: %d\n%s", p.status, p.body)
		}
		look("/staff/letters", false)
		run := anna.post("/staff/letters/print", "").path
		for _, path := range []string{"/staff/letters", run, run + "/pdf"} {
			look(path, false)
		}
		for _, do := range []string{"posted", "reprint"} {
			if p := tomasz.post(run, "do="+do); p.status != http.StatusNotFound {
				t.Errorf("Tomasz may %s the run: %d\n%s", do, p.status, p.body)
			}
		}
		if p := tomasz.post("/staff/letters/returned", "reason=x&ref="+string(l.Reference)); p.status == http.StatusOK {
			t.Errorf("Tomasz returns it: %d", p.status)
		}
		hide(complaint.AboutDropped)
		for _, path := range []string{page, page + "/page/1", "/staff/letters", run} {
			look(path, true)
		}
	})
}

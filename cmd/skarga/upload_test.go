package main

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/internal/testserver"
)

// upload sends files as a browser without scripts does.
func (v *visitor) upload(path, do string, files map[string]int) page {
	v.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, size := range files {
		p, err := w.CreateFormFile("files", name)
		if err == nil {
			_, err = p.Write(bytes.Repeat([]byte("x"), size))
		}
		if err != nil {
			v.t.Fatal(err)
		}
	}
	if err := w.WriteField("do", do); err != nil {
		v.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		v.t.Fatal(err)
	}
	return v.do(v.request("POST", path, w.FormDataContentType(), b.String()))
}

func TestP09FilesStayWithinTheLimitsAndSurvive(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{web: "file_mb = 1\nfiles_mb = 2"})
	v := newVisitor(t, f.url(""))
	v.fill("emily@student.example", nil)
	const path = "/en/complaint/files"
	for name, want := range map[string]struct {
		size int
		says string
	}{"empty.txt": {0, "empty.txt is empty"}, "big.txt": {1<<20 + 1, "big.txt is larger than 1\u00a0MB"}} {
		if p := v.upload(path, "upload", map[string]int{name: want.size}); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, want.says) ||
			!strings.Contains(p.body, "<title>Error: ") {
			t.Errorf("%s: %d, no %q", name, p.status, want.says)
		}
	}
	v.upload(path, "upload", map[string]int{"one.txt": 1 << 20})
	if p := v.upload(path, "upload", map[string]int{"two.txt": 1 << 20}); p.status != http.StatusOK || !strings.Contains(p.body, "one.txt") {
		t.Errorf("%d: what was uploaded before is gone", p.status)
	}
	if p := v.upload(path, "upload", map[string]int{"three.txt": 1}); !strings.Contains(p.body, "There is no room for three.txt: all files together may have 2\u00a0MB") {
		t.Errorf("%d: the files grow past 2 MB", p.status)
	}
	p := v.get("/en/complaint/files")
	_, button, _ := strings.Cut(p.body, `name="remove" value="`)
	id, _, _ := strings.Cut(button, `"`)
	if p := v.do(v.request("POST", path, "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"remove\"\r\n\r\n"+id+"\r\n--x--\r\n")); strings.Count(p.body, `name="remove"`) != 1 {
		t.Errorf("%d files are left of two", strings.Count(p.body, `name="remove"`))
	}
	if p := v.upload("/en/complaint/files", "continue", map[string]int{"exe\u202etxt.bin": 10, "../../etc/passwd": 11}); p.path != "/en/complaint/for-whom" {
		t.Errorf("at %s", p.path)
	}
	if p := v.upload(path, "upload", map[string]int{"huge.bin": 4 << 20}); p.status != http.StatusRequestEntityTooLarge && p.status != http.StatusUnprocessableEntity {
		t.Errorf("a body past every limit: %d", p.status)
	}
	v.send()
	a := f.formOutcome(1)
	raw, err := f.app.store.OpenRaw(t.Context(), a.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	names := map[string]int64{}
	for _, at := range f.app.reader.ReadForm(raw, a.Size, a.ArrivedAt).Message.Attachments {
		names[at.Filename] = at.Size
	}
	if len(names) != 3 || names["exetxt.bin"] != 10 || names["passwd"] != 11 {
		t.Errorf("files %v", names)
	}
	if a.Outcome != complaint.ToComplaint || a.Held {
		t.Errorf("%s %q", a.Outcome, a.HoldReason)
	}
}

func TestFilesWithScriptsShowProgressAndProblems(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{web: "file_mb = 1"})
	v := newVisitor(t, f.url(""))
	v.fill("emily@student.example", nil)
	b := testserver.Browser(t, testserver.Look{})
	b.Open(f.url("/en/complaint"))
	for _, c := range v.client.Jar.Cookies(v.request("GET", "/", "", "").URL) {
		b.SetCookie(f.url(""), c.Name, c.Value)
	}
	b.Open(f.url("/en/complaint/files"))
	b.Attach("files", writeFile(t, "one.png", 64<<10), writeFile(t, "huge.png", 2<<20), writeFile(t, "two.png", 64))
	b.Until(`document.querySelectorAll("#list button").length === 2`)
	if text := b.Text(); !strings.Contains(text, "There is a problem") || !strings.Contains(text, "huge.png is larger than 1\u00a0MB") || b.Focus() != "problem" || !strings.HasPrefix(b.Title(), "Error: ") {
		t.Errorf("title %q, focus %q\n%s", b.Title(), b.Focus(), text)
	}
	inspect(t, b, "en form files problem")
	b.Press("#list button")
	if n := testserver.Ask[int](b, `document.querySelectorAll("#list li").length`); n != 1 {
		t.Errorf("%d files are left of two", n)
	}
	// Dropping does what picking does.
	testserver.Ask[bool](b, `(() => { const d = new DataTransfer(); d.items.add(new File(["evidence"], "dropped.txt"));
		document.getElementById("drop").dispatchEvent(new DragEvent("drop", {dataTransfer: d, bubbles: true, cancelable: true})); return true })()`)
	b.Until(`document.getElementById("list").innerText.includes("dropped.txt") && document.querySelectorAll("#list button").length === 2`)
	if told := testserver.Ask[string](b, `document.getElementById("told").innerText`); told != "dropped.txt was added" {
		t.Errorf("a screen reader is told %q", told)
	}
	// Going on while a file is on its way waits for it.
	b.Attach("files", writeFile(t, "last.png", 1<<20))
	b.Press("main .actions .button")
	b.Open(f.url("/en/complaint/check"))
	for _, name := range []string{"dropped.txt", "last.png"} {
		if !strings.Contains(b.Text(), name) {
			t.Errorf("%s was lost:\n%s", name, b.Text())
		}
	}
}

// TestFormByKeyboardAlone fills the form in without a mouse: Tab, Space, Enter.
func TestFormByKeyboardAlone(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	b := testserver.Browser(t, testserver.Look{})
	b.Open(f.url("/en/complaint"))
	// to moves on with Tab until the element has the focus, which must be seen.
	to := func(css string) {
		t.Helper()
		for range 40 {
			b.Keys("\t")
			if testserver.Ask[bool](b, fmt.Sprintf("document.activeElement.matches(%q)", css)) {
				if !testserver.Ask[bool](b, `(() => { const e = document.activeElement, s = getComputedStyle(e), l = e.labels && e.labels[0] ? getComputedStyle(e.labels[e.labels.length-1], "::before") : s;
					return s.outlineStyle !== "none" || l.outlineStyle !== "none" || s.boxShadow !== "none" })()`) {
					t.Errorf("%s: one does not see that %s has the focus", b.Address(), css)
				}
				return
			}
		}
		t.Fatalf("%s: no way to %s by Tab", b.Address(), css)
	}
	enter := func(path string) {
		t.Helper()
		to("main .actions .button")
		b.KeysTo("\r")
		if !strings.HasSuffix(b.Address(), path) {
			t.Fatalf("at %s, want %s", b.Address(), path)
		}
	}
	enter("/about")
	to("#about-service")
	b.Keys(" ")
	enter("/what-happened")
	to("#happened")
	b.Type("happened", "My internet is slow.")
	enter("/put-it-right")
	enter("/details")
	enter("/files")
	enter("/for-whom")
	to("[name=forwhom]")
	b.Keys(" ")
	enter("/your-details")
	to("#name")
	b.Type("name", "Emily Carter")
	b.KeysTo("\r") // Enter in a field goes on, and does not switch the language
	if !strings.HasSuffix(b.Address(), "/en/complaint/reply") {
		t.Fatalf("Enter leads to %s", b.Address())
	}
	to("[name=reply]")
	b.Keys(" ")
	enter("/email")
	to("#email")
	b.Type("email", "emily@student.example")
	enter("/check")
	enter("/sent")
	f.answered(f.formOutcome(1))
}

func TestP12FormByPostQueuesALetter(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	v := newVisitor(t, f.url(""))
	v.fill("unused@mailbox.example", nil)
	v.post("/en/complaint/reply", "reply=letter")
	if p := v.get("/en/complaint/check"); p.path != "/en/complaint/address" {
		t.Errorf("a letter without a postal address goes on to %s", p.path)
	}
	if p := v.post("/en/complaint/address", "line1=Room 214"); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "Enter a postcode") {
		t.Errorf("half an address: %d", p.status)
	}
	v.post("/en/complaint/address", url.Values{"line1": {"Room 214, Devonshire Court"}, "town": {"Sheffield"}, "postcode": {"S3 7HF"}, "needs": {"Large print, please"}}.Encode())
	if p := v.send(); p.path != "/en/complaint/sent" || !strings.Contains(p.body, "by post") || strings.Contains(p.body, "unused@") {
		t.Errorf("at %s\n%s", p.path, p.body)
	}
	found := f.view(f.formOutcome(1))
	c := found.Complaint
	if c.ReplyBy != complaint.ByLetter || c.CustomerAddress != "" || c.PostalAddress != "Emily Carter\nRoom 214, Devonshire Court\nSheffield\nS3 7HF" || c.Needs != complaint.LargePrint {
		t.Errorf("record %+v", c)
	}
	if len(found.Deliveries) != 1 || found.Deliveries[0].Way != complaint.ByLetter || found.Deliveries[0].Kind != "acknowledgement" {
		t.Errorf("deliveries %+v", found.Deliveries)
	}
}

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ask4.com/skarga/complaint"
)

// TestNobodyShutsAPersonOutFromOneNetwork guesses until its own network is refused.
func TestNobodyShutsAPersonOutFromOneNetwork(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{web: `trusted_proxies = ["127.0.0.0/8"]`})
	k := f.keysOf(t)
	from := func(network string, fields url.Values) page {
		v := newVisitor(t, f.url(""))
		r := v.request("POST", "/staff/sign-in", "application/x-www-form-urlencoded", fields.Encode())
		r.Header.Set("X-Forwarded-For", network)
		return v.do(r)
	}
	for range 400 {
		from("192.0.2.1", url.Values{"name": {"Anna Kowalska"}, "password": {"guess"}, "code": {"123456"}})
	}
	right := url.Values{"name": {"Anna Kowalska"}, "password": {k.Password}, "code": {k.Recovery[0]}}
	if p := from("192.0.2.1", right); p.status != http.StatusTooManyRequests {
		t.Errorf("from where the guesses came: %d", p.status)
	}
	if p := from("192.0.2.2", right); p.path != "/staff/" {
		t.Errorf("from elsewhere: %d at %s", p.status, p.path)
	}
}

func TestDoorLeadsToWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	k := f.keysOf(t)
	v := newVisitor(t, f.url(""))
	if p := v.get("/staff/?all=1&q=blue+router"); !strings.Contains(p.body, `name="to" value="/staff/?all=1&amp;q=blue&#43;router"`) {
		t.Errorf("the door forgets the question:\n%s", p.body)
	}
	p := v.post("/staff/sign-in", url.Values{"name": {"Anna Kowalska"}, "password": {k.Password}, "code": {k.Recovery[0]}, "to": {"/staff/?all=1&q=blue+router"}}.Encode())
	if p.path != "/staff/" || !strings.Contains(p.body, `name="q" value="blue router"`) {
		t.Errorf("after the door at %s:\n%s", p.path, p.body)
	}
}

// counted is a body without end in sight that tells how much of it was read.
type counted struct{ left, read int }

func (c *counted) Read(b []byte) (int, error) {
	n := min(len(b), c.left)
	if n == 0 {
		return 0, io.EOF
	}
	c.left, c.read = c.left-n, c.read+n
	return n, nil
}

func TestOnlyPagesWithFilesReadMuch(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	v := newVisitor(t, f.url(""))
	v.fill("emily@student.example", nil)
	const all = 64 << 20
	for _, path := range []string{"/en/complaint", "/en/complaint/about", "/en/complaint/check", "/en/status", "/staff/sign-in"} {
		body := &counted{left: all}
		head := "--x\r\nContent-Disposition: form-data; name=\"happened\"; filename=\"a\"\r\n\r\n"
		r := v.request("POST", path, "multipart/form-data; boundary=x", "")
		r.Body, r.ContentLength = io.NopCloser(io.MultiReader(strings.NewReader(head), body)), int64(len(head)+all)
		if res, err := v.client.Do(r); err == nil { // else the server hung up
			_ = res.Body.Close() // what it says is of no interest
		}
		if body.read > all/2 {
			t.Errorf("%s: %d bytes were taken", path, body.read)
		}
	}
}

func TestFilesOfADraftAreCounted(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	v := newVisitor(t, f.url(""))
	v.fill("emily@student.example", nil)
	many := map[string]int{}
	for i := range 102 {
		many[fmt.Sprintf("%d.txt", i)] = 1
	}
	if p := v.upload("/en/complaint/files", "upload", many); p.status != http.StatusUnprocessableEntity || strings.Count(p.body, `name="remove"`) != 100 || !strings.Contains(p.body, "you can add 100 files") {
		t.Errorf("%d, %d files", p.status, strings.Count(p.body, `name="remove"`))
	}
	v.send()
	a := f.formOutcome(1)
	raw, err := f.app.store.OpenRaw(t.Context(), a.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if n := len(f.app.reader.ReadForm(raw, a.Size, a.ArrivedAt).Message.Attachments); n != 100 {
		t.Errorf("%d files arrived", n)
	}
}

// TestP09BrokenUploadLeavesTheRest hangs up in the middle of a file.
func TestP09BrokenUploadLeavesTheRest(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	v := newVisitor(t, f.url(""))
	v.fill("emily@student.example", nil)
	v.upload("/en/complaint/files", "upload", map[string]int{"whole.txt": 100})
	at, err := url.Parse(f.url(""))
	if err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", at.Host)
	if err != nil {
		t.Fatal(err)
	}
	cookie := v.client.Jar.Cookies(at)[0]
	part := "--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"half.txt\"\r\n\r\n" + strings.Repeat("x", 5000)
	_, err = fmt.Fprintf(c, "POST /en/complaint/files HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n\r\n%s", at.Host, cookie, part)
	if err := errors.Join(err, c.Close()); err != nil {
		t.Fatal(err)
	}
	f.wait("the end of the broken request", func() bool { return !strings.Contains(v.get("/en/complaint/files").body, "half.txt") })
	if p := v.get("/en/complaint/check"); !strings.Contains(p.body, "whole.txt") || strings.Contains(p.body, "half.txt") {
		t.Errorf("files:\n%s", p.body)
	}
	if p := v.send(); p.path != "/en/complaint/sent" || f.formOutcome(1).Outcome != complaint.ToComplaint {
		t.Errorf("at %s", p.path)
	}
}

// TestLineEndsInFieldsMakeNoHeader sends what no browser would: lines in fields of one.
func TestLineEndsInFieldsMakeNoHeader(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	v := newVisitor(t, f.url(""))
	const evil = "Emily\r\nBcc: all@victim.example\r\nX-Evil: yes\r\n\r\nBuy now"
	v.fill("emily@student.example", url.Values{"name": {evil}, "account": {evil}, "building": {evil}, "room": {evil}, "happened": {"\r\nSubject: other\r\n\r\nIt is slow."}})
	v.upload("/en/complaint/files", "upload", map[string]int{"a\"; x=\".txt\r\nX-Evil: yes\r\n": 10})
	v.send()
	_, out := f.answered(f.formOutcome(1))
	head, _, _ := bytes.Cut(out.Raw, []byte("\r\n\r\n"))
	for _, bad := range []string{"\nBcc:", "\nX-Evil:"} {
		if bytes.Contains(head, []byte(bad)) {
			t.Errorf("the header of our mail:\n%s", head)
		}
	}
	if len(out.To) != 1 || out.To[0] != "emily@student.example" {
		t.Errorf("it went to %q", out.To)
	}
	a := f.formOutcome(1)
	raw, err := f.app.store.OpenRaw(t.Context(), a.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	kept, err := io.ReadAll(raw)
	if err != nil {
		t.Fatal(err)
	}
	head, _, _ = bytes.Cut(kept, []byte("\r\n\r\n"))
	if bytes.Contains(head, []byte("\nX-Evil:")) || bytes.Contains(head, []byte("\nBcc:")) {
		t.Errorf("the header of what is kept:\n%s", head)
	}
}

func TestChosenComplaintsAreSaidToBeAboutTheSame(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{toml: staff})
	a, first := f.first()
	manager := f.enters("Anna Kowalska")
	fields := url.Values{"ref": {string(first.Complaint.Reference)}, "category": {"speed"}, "do": {"category"}}
	if p := manager.get("/staff/"); !strings.Contains(p.body, `<option value="speed">`) || !strings.Contains(p.body, "value=\"category\"") {
		t.Errorf("the queue offers no category:\n%s", p.body)
	}
	if p := manager.post("/staff/bulk", fields.Encode()); f.view(a).Record.Category != "speed" || !strings.Contains(p.body, "Done for all that you chose.") {
		t.Errorf("%q\n%s", f.view(a).Record.Category, p.body)
	}
}

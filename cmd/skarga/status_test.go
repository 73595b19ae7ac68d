package main

import (
	"bytes"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
	"ask4.com/skarga/ingest/message"
	"ask4.com/skarga/internal/testserver"
	"ask4.com/skarga/store"
)

var statusLink = regexp.MustCompile(`https?://[^\s]+/open/[\w-]+|https?://[^\s]+/otworz/[\w-]+`)

// linkMail waits for the nth mail and gives the one-time link in it.
func (f *firm) linkMail(n int) string {
	f.Helper()
	f.wait("the mail with a link", func() bool { return f.sink.Len() >= n })
	m := f.sink.Messages()[n-1]
	read := message.Read(bytes.NewReader(m.Raw), int64(len(m.Raw)), message.Options{})
	link := statusLink.FindString(read.Text)
	if link == "" {
		f.Fatalf("no link in %s\n%s", read.Subject, read.Text)
	}
	return strings.TrimPrefix(link, f.url(""))
}

func TestP15StatusPageOpensOnceAndOnlyForTheirOwn(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		_, first := f.first()
		ref := string(first.Complaint.Reference)
		v := newVisitor(t, f.url(""))
		ask := func(ref, address string) page {
			t.Helper()
			return v.post("/en/status", url.Values{"reference": {ref}, "status_email": {address}}.Encode())
		}
		free, err := complaint.NewReference("ASK4", 2026)
		if err != nil {
			t.Fatal(err)
		}
		stranger := ask(ref, "stranger@example.org")
		nobody := ask(string(free), first.Complaint.CustomerAddress)
		theirs := ask(strings.ToLower(ref), strings.ToUpper(first.Complaint.CustomerAddress))
		for _, p := range []page{stranger, nobody} {
			if p.status != theirs.status || p.path != theirs.path || p.body != theirs.body {
				t.Errorf("the page tells who complained: %d %s %s", p.status, p.path, p.body)
			}
		}
		link := f.linkMail(2)
		if f.sink.Len() != 2 || f.sink.Messages()[1].To[0] != first.Complaint.CustomerAddress {
			t.Errorf("%d mails, the last to %q", f.sink.Len(), f.sink.Messages()[1].To)
		}
		for range 2 { // programs that look at mail open links
			if p := v.get(link); p.status != http.StatusOK || strings.Contains(p.body, ref) {
				t.Errorf("%d\n%s", p.status, p.body)
			}
		}
		other := newVisitor(t, f.url(""))
		p := v.post(link, "")
		if p.path != "/en/status/complaint" || !strings.Contains(p.body, ref) || !strings.Contains(p.body, "We confirmed that we have it") {
			t.Errorf("at %s:\n%s", p.path, p.body)
		}
		if p := other.post(link, ""); p.status != http.StatusGone || strings.Contains(p.body, ref) {
			t.Errorf("the link opens twice: %d at %s", p.status, p.path)
		}
		if p := other.get("/en/status/complaint"); p.path != "/en/status" {
			t.Errorf("without a session at %s", p.path)
		}
		if p := v.post("/en/status/complaint", "do=close"); p.path != "/en/status" {
			t.Errorf("closing leads to %s", p.path)
		}
		if p := v.get("/en/status/complaint"); p.path != "/en/status" {
			t.Errorf("a closed page opens again at %s", p.path)
		}
		for range 5 {
			ask(ref, first.Complaint.CustomerAddress)
		}
		f.app.store.Notify(store.TopicDeliveries)
		f.wait("two more links", func() bool { return f.sink.Len() == 4 })
		if p := ask("nonsense", "nobody"); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.body, "<title>Error: ") {
			t.Errorf("%d %s", p.status, p.body)
		}
	})
}

// opens lets a visitor in to a complaint.
func (f *firm) opens(v *visitor, c complaint.Complaint) {
	f.Helper()
	n := f.sink.Len()
	v.post("/en/status", url.Values{"reference": {string(c.Reference)}, "status_email": {c.CustomerAddress}}.Encode())
	if p := v.post(f.linkMail(n+1), ""); p.path != "/en/status/complaint" {
		f.Fatalf("not let in: %d at %s", p.status, p.path)
	}
}

// respond notes that the formal answer left.
func (f *firm) respond(v store.View) {
	f.Helper()
	err := f.app.store.InTx(f.Context(), func(tx *store.Tx) error {
		for _, o := range v.Obligations {
			if o.Kind == complaint.Respond {
				o.State, o.MetAt = complaint.Met, time.Now()
				tx.SetObligation(o)
			}
		}
		v.Complaint.Stage = complaint.StageResponded
		tx.SetComplaint(v.Complaint)
		return nil
	})
	if err != nil {
		f.Fatal(err)
	}
}

func TestP09P15CustomerAddsAndAppealsOnTheStatusPage(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	_, first := f.first()
	v := newVisitor(t, f.url(""))
	f.opens(v, first.Complaint)
	add := func(fields ...string) page {
		t.Helper()
		p := v.post("/en/status/complaint", "do=add")
		for _, field := range fields {
			p = v.post(p.path, field)
		}
		if p.path != "/en/status/files" {
			t.Fatalf("at %s\n%s", p.path, p.body)
		}
		v.do(v.request("POST", p.path, "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"note.txt\"\r\n\r\nmy evidence\r\n"+
			"--x\r\nContent-Disposition: form-data; name=\"do\"\r\n\r\ncontinue\r\n--x--\r\n"))
		return v.post("/en/status/check", "do=continue")
	}
	if p := add("more=It happened again on Sunday."); p.path != "/en/status/sent" {
		t.Errorf("at %s\n%s", p.path, p.body)
	}
	a := f.formOutcome(1)
	if a.Outcome != complaint.Correspondence || a.ComplaintID != first.Complaint.ID {
		t.Errorf("%s of %s: %q", a.Outcome, a.ComplaintID, a.Reasons)
	}
	f.respond(first)
	p := v.get("/en/status/complaint")
	if !strings.Contains(p.body, "ask us to look again") {
		t.Errorf("no appeal offered:\n%s", p.body)
	}
	if !strings.Contains(p.body, "We sent you our answer") || strings.Contains(p.body, "We told you how far we had got") {
		t.Errorf("an answer that kept the promise of an update is one message:\n%s", p.body)
	}
	if p := add("wish=appeal", "more=The refund is wrong."); p.path != "/en/status/sent" {
		t.Errorf("at %s\n%s", p.path, p.body)
	}
	appeal := f.formOutcome(2)
	raw, err := f.app.store.OpenRaw(t.Context(), appeal.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	read := f.app.reader.ReadForm(raw, appeal.Size, appeal.ArrivedAt)
	if read.Form.Request != ingest.RequestAppeal || len(read.Message.Attachments) != 1 || appeal.Outcome != complaint.Correspondence {
		t.Errorf("%s: %+v, files %+v", appeal.Outcome, read.Form, read.Message.Attachments)
	}
	found := f.view(appeal)
	if w := found.Replies; len(w) != 2 || w[1].Wish != complaint.WishAppeal || !strings.Contains(w[1].Words, "refund") {
		t.Errorf("what waits for a person: %+v", w)
	}
	if n := len(slices.DeleteFunc(found.Deliveries, func(d complaint.Delivery) bool { return d.Kind != "acknowledgement" })); n != 1 {
		t.Errorf("%d acknowledgements: what is added gets none", n)
	}
}

func TestStatusPagesAreAccessible(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	_, first := f.first()
	f.respond(first)
	b := testserver.Browser(t, testserver.Look{})
	b.Open(f.url("/pl/stan-sprawy"))
	inspect(t, b, "pl status")
	b.Press("main .actions .button")
	inspect(t, b, "pl status wrong")
	b.Fill("reference", string(first.Complaint.Reference))
	b.Fill("status_email", first.Complaint.CustomerAddress)
	b.Press("main .actions .button")
	inspect(t, b, "pl status link sent")
	b.Open(f.url(f.linkMail(2)))
	inspect(t, b, "pl status open")
	b.Press("main .actions .button")
	inspect(t, b, "pl status case")
	b.Press("main .actions .button")
	inspect(t, b, "pl status wish")
	b.Click("#wish-appeal")
	b.Press("main .actions .button")
	b.Fill("more", "Nie zgadzam się z decyzją.")
	b.Press("main .actions .button")
	inspect(t, b, "pl status files")
	b.Press("main .actions .button")
	inspect(t, b, "pl status check")
	b.Press("main .actions .button")
	inspect(t, b, "pl status sent")
}

func TestCodeOfALetterOpensItsComplaintOnly(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	_, first := f.first()
	v := newVisitor(t, f.url(""))
	code := f.app.office.signer.SlipCode(f.url(""), first.Complaint.Reference)
	for range 2 { // as often as the letter is looked at
		p := v.get(strings.TrimPrefix(code, f.url("")))
		if p.path == code || strings.Contains(p.body, string(first.Complaint.Reference)+"</span>") {
			t.Errorf("looking at the link is enough: %s", p.body)
		}
		if p = v.post(p.path, ""); p.path != "/en/status/complaint" || !strings.Contains(p.body, string(first.Complaint.Reference)) {
			t.Errorf("%d at %s\n%s", p.status, p.path, p.body)
		}
	}
	stranger := newVisitor(t, f.url(""))
	forged := strings.TrimPrefix(code[:len(code)-1]+"a", f.url(""))
	if strings.HasSuffix(code, "a") {
		forged = strings.TrimPrefix(code[:len(code)-1]+"b", f.url(""))
	}
	for _, path := range []string{forged, "/s/" + string(first.Complaint.Reference), "/s/x"} {
		if p := stranger.post(stranger.get(path).path, ""); p.status != http.StatusGone {
			t.Errorf("%s: %d at %s", path, p.status, p.path)
		}
	}
}

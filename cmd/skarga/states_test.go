package main

import (
	"net/url"
	"strings"
	"testing"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/internal/testserver"
)

// TestSeldomPagesOfStaffAreAccessible opens what staff see when something is not as usual.
func TestSeldomPagesOfStaffAreAccessible(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{toml: "[replies]\napprove_vulnerable = [\"update\"]\n" + staff})
	a, v := f.first()
	path := "/staff/complaint/" + string(v.Complaint.Reference)
	tomasz := f.enters("Tomasz Nowak")
	b := testserver.Browser(t, testserver.Look{})
	f.signsIn(b, "Anna Kowalska")

	tomasz.post(path+"/reply", "kind=update")
	b.Open(f.url(path + "/reply"))
	inspect(t, b, "console reply busy")
	tomasz.post(path+"/set", "vulnerable=yes") // two people answer such a customer
	fields := url.Values{"do": {"send"}}
	for _, key := range []string{"understanding", "sought", "done", "still_open", "needed"} {
		fields.Set("f."+key, "We looked at the line in your room.")
	}
	if p := tomasz.post(path+"/reply", fields.Encode()); f.view(a).Draft == nil || f.view(a).Draft.State != complaint.Awaiting {
		t.Fatalf("no answer waits for a second person: %d\n%s", p.status, p.body)
	}
	b.Open(f.url(path + "/reply"))
	inspect(t, b, "console reply approval")
	b.Open(f.url("/staff/complaint/ASK4-26-XXXXX-X"))
	inspect(t, b, "console nothing here")
	b.Open(f.url(path))
	b.Keys("?")
	b.Until(`document.getElementById("keys").open`)
	inspect(t, b, "console keys")
	b.Keys("\x1b")
	tomasz.post(path+"/set", "room=7") // the record was seen as it was before
	b.Fill("r-room", "8")
	b.Press(".record button")
	if room := testserver.Ask[string](b, `document.getElementById("r-room").value`); room != "8" || !strings.Contains(b.Text(), "changed meanwhile") {
		t.Errorf("the second of two is not told, or finds room %q:\n%s", room, b.Text())
	}
	inspect(t, b, "console somebody was first")
	for _, kind := range []string{"held", "refused"} {
		b.Open(f.url("/staff/arrivals?kind=" + kind))
		inspect(t, b, "console arrivals none "+kind)
	}

	reader := testserver.Browser(t, testserver.Look{})
	f.signsIn(reader, "Adam Reads")
	reader.Open(f.url(path))
	inspect(t, reader, "console complaint to read only")
	reader.Open(f.url("/staff/admin/people"))
	inspect(t, reader, "console not yours")
}

// TestP17SeldomPagesAreAccessibleInPolish opens what customers see when something is not
// as usual, in Polish.
func TestP17SeldomPagesAreAccessibleInPolish(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	b := testserver.Browser(t, testserver.Look{})
	fillPolish(t, f, b, "lucja@student.example")
	inspect(t, b, "pl form check")
	for _, path := range []string{"/pl/skarga", "/pl/skarga/szczegoly", "/pl/skarga/pliki", "/pl/skarga/dane"} {
		b.Open(f.url(path))
		if !strings.HasSuffix(b.Address(), path) {
			t.Errorf("%s leads to %s", path, b.Address())
		}
		inspect(t, b, "pl form again "+path[len("/pl/"):])
	}
	b.Open(f.url("/pl/skarga/temat?change=1"))
	for _, option := range []string{"service", "staff", "data"} {
		b.Click("#about-" + option)
	}
	b.Press("main .actions .button")
	inspect(t, b, "pl form about wrong")
	b.Open(f.url("/pl/stan-sprawy/otworz/x"))
	b.Press("main .button")
	inspect(t, b, "pl status link spent")
	b.Open(f.url("/pl/stan-sprawy/list/x"))
	b.Press("main .button")
	inspect(t, b, "pl status code wrong")
}

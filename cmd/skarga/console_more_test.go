package main

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/internal/testserver"
)

// TestConsoleDoesWhatTheCommandsDo takes a complaint to the ombudsman and through the
// decision, and rules on people, by the forms of its page alone.
func TestConsoleDoesWhatTheCommandsDo(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{toml: staff})
	v, _ := f.answered(f.take(writes("Emily Carter <emily@student.example>", "m1@student.example", "Router", "", "The router in room 12 is slow.")))
	second, _ := f.answered(f.take(writes("Ola Wit <ola@student.example>", "m2@student.example", "Heating", "", "The heating in room 9 is cold.")))
	id, path := v.Complaint.ID, "/staff/complaint/"+string(v.Complaint.Reference)
	b := testserver.Browser(t, testserver.Look{})
	f.signsIn(b, "Anna Kowalska")
	do := func(name string, fields ...string) complaint.View {
		t.Helper()
		b.Open(f.url(path))
		form := `form[action="` + path + "/" + name + `"]`
		if !testserver.Ask[bool](b, `document.querySelector('`+form+`') !== null`) {
			t.Fatalf("the page has no form %s", name)
		}
		testserver.Ask[bool](b, `(document.querySelector('`+form+`').closest("details").open = true)`)
		for i := 0; i < len(fields); i += 2 {
			b.Fill("act-"+name+"-"+fields[i], fields[i+1])
		}
		b.Press(form + " button")
		if !strings.HasSuffix(b.Address(), "#more") || testserver.Ask[string](b, `document.querySelector("#more .notice")?.innerText.slice(0, 6) || ""`) != "Saved." {
			t.Errorf("%s leads to %s", name, b.Address())
		}
		return f.reread(id)
	}
	if v := do("conduct", "ruling", "dropped", "reason", "only angry"); v.Record.Conduct.State != complaint.RulingDropped {
		t.Errorf("conduct: %+v", v.Record.Conduct)
	}
	if v := do("personal-data", "ruling", "confirmed", "reason", "asks for her logs"); v.Record.PersonalData.State != complaint.RulingConfirmed || !v.Complaint.PersonalData {
		t.Errorf("personal data: %+v", v.Record.PersonalData)
	}
	if v := do("about", "person", "Tomasz Nowak", "ruling", "confirmed", "reason", "he is named"); len(v.Abouts) != 1 || v.Abouts[0].State != complaint.AboutConfirmed {
		t.Errorf("about: %+v", v.Abouts)
	}
	if v := do("address", "lines", "Flat 2\n14 Fitzwilliam Street\nSheffield\nS1 4JL"); !v.Complaint.CanPost() {
		t.Errorf("address: %q", v.Complaint.PostalAddress)
	}
	if v := do("together", "other", string(second.Complaint.Reference), "matter", "storm"); v.Record.Matter != "storm" {
		t.Errorf("matter: %q", v.Record.Matter)
	}
	do("deadlock", "reason", "we cannot agree")
	if v := do("referred", "number", "OS-1"); v.Complaint.Stage != complaint.StageOmbudsman || v.Record.OmbudsmanReference != "OS-1" {
		t.Errorf("referred: %s, %+v", v.Complaint.Stage, v.Record)
	}
	b.Open(f.url(path))
	inspect(t, b, "console complaint with the ombudsman")
	if v := do("decided", "result", "Pay £50.", "tasks", "pay £50\nsay sorry"); len(v.Tasks) != 2 || v.Record.OmbudsmanResult != "Pay £50." {
		t.Errorf("decided: %+v", v.Tasks)
	}
	if v := do("task-done", "number", "1", "note", "by bank"); v.Tasks[0].DoneAt.IsZero() {
		t.Errorf("done: %+v", v.Tasks)
	}
	// P8: for whom it is about it is not there, and others need the right for each.
	k := f.add("add", "Tomasz Nowak")
	tomasz := newVisitor(t, f.url(""))
	tomasz.signIn("Tomasz Nowak", k.Password, k.Recovery[0])
	if p := tomasz.post(path+"/split", "summary=x&reason=x"); p.status != http.StatusNotFound {
		t.Errorf("a complaint about him is split by him: %d", p.status)
	}
	adam := f.enters("Adam Reads")
	for _, name := range []string{"about", "conduct", "personal-data", "address", "deadlock", "referred", "decided", "task", "task-done", "given-back", "merge", "split", "together", "answered"} {
		if p := adam.post(path+"/"+name, "reason=x"); p.status != http.StatusForbidden {
			t.Errorf("an auditor may %s: %d", name, p.status)
		}
	}
	if p := adam.get(path); strings.Contains(p.body, "<h2>More</h2>") {
		t.Error("the auditor's page offers more")
	}
	f.must(exitDone, "audit", "verify")
}

// TestRecordThatIsRefusedIsFilledInAgain: one wrong field costs none of the others, and
// what somebody else saved meanwhile is not overwritten unseen.
func TestRecordThatIsRefusedIsFilledInAgain(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	a, v := f.first()
	anna := f.enters("Anna Kowalska")
	page := "/staff/complaint/" + string(v.Complaint.Reference)
	typed := url.Values{"was.root_cause": {""}, "root_cause": {"A cable\nwas cut."}, "was.redress": {""}, "redress": {"ten pounds"}, "was.category": {""}, "category": {"fault"}, "seen": {"0"}}
	refused := func(status int, why string) {
		t.Helper()
		p := anna.post(page+"/set", typed.Encode())
		for _, want := range []string{why, "A cable\nwas cut.</textarea>", `name="was.root_cause" value=""`, `name="redress" value="` + typed.Get("redress") + `"`, `<option value="fault" selected>`, "<title>Error: "} {
			if p.status != status || !strings.Contains(p.body, want) {
				t.Errorf("%d, no %q in the page:\n%s", p.status, want, p.body)
			}
		}
	}
	refused(http.StatusUnprocessableEntity, "is no amount in pounds")
	f.must(exitDone, "set", string(v.Complaint.Reference), "room=12")
	typed.Set("redress", "10")
	refused(http.StatusConflict, "changed meanwhile")
	if r := f.view(a).Record; r.RootCause != "" || r.RedressPence != 0 {
		t.Errorf("half of it was saved: %+v", r)
	}
	typed.Set("seen", "1")
	if p := anna.post(page+"/set", typed.Encode()); p.status != http.StatusOK || f.view(a).Record.RedressPence != 1000 {
		t.Errorf("then: %d, %+v", p.status, f.view(a).Record)
	} else if !strings.Contains(p.body, "<h2>Record</h2><p class=\"notice\" role=\"status\">Saved.</p>") {
		t.Errorf("that it is saved does not stand in the record:\n%s", p.body)
	}
}

// TestWhatIsApprovedStandsBeforeItsButton: who approves on a phone reads first.
func TestWhatIsApprovedStandsBeforeItsButton(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{toml: "[replies]\napprove_all = [\"update\"]\n"})
	_, v := f.first()
	ref := string(v.Complaint.Reference)
	f.must(exitDone, slices.Concat([]string{"--as", "Tomasz Nowak", "reply", ref, "--send"}, sayUpdate)...)
	body := f.enters("Anna Kowalska").get("/staff/complaint/" + ref + "/reply").body
	text, button := strings.Index(body, "The internet in your room is slow."), strings.Index(body, ">Send it</button>")
	if text < 0 || button < text {
		t.Errorf("the text stands at %d, the button at %d:\n%s", text, button, body)
	}
}

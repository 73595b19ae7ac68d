package main

import (
	"fmt"
	"strings"
	"testing"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/store"
)

// staff are further people of the firm, beside Anna Kowalska (manager) and Tomasz
// Nowak (support).
const staff = `[[staff]]
name = "Zofia Wójcik"
aliases = ["Zosia"]
role = "data protection"
[[staff]]
name = "Adam Reads"
role = "auditor"
[[staff]]
name = "Marek Post"
role = "mailroom"
`

func as(name string, args ...string) []string { return append([]string{"--as", name}, args...) }

func TestRecordIsSetAndHistoryTellsBeforeAndAfter(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{toml: staff})
		_, v := f.first()
		ref := string(v.Complaint.Reference)
		f.must(exitDone, as("Tomasz Nowak", "set", ref, "category=billing", "redress=12.5", "vulnerable=yes")...)
		f.must(exitDone, as("tomasz nowak", "assign", ref, "Zosia")...)
		v = f.view(complaint.Arrival{ComplaintID: v.Complaint.ID})
		if r := v.Record; r.Version != 2 || r.Category != complaint.CategoryBilling || r.RedressPence != 1250 || !r.Vulnerable || r.Owner != "Zofia Wójcik" || r.UpdatedBy != "Tomasz Nowak" {
			t.Errorf("the record is %+v", r)
		}
		last := v.Events[len(v.Events)-1]
		if last.Actor != "Tomasz Nowak" || last.Kind != "assigned" || !strings.Contains(string(last.Payload), `"before":{"Owner":""}`) || !strings.Contains(string(last.Payload), `"after":{"Owner":"Zofia Wójcik"}`) {
			t.Errorf("the history says %s: %s %s", last.Actor, last.Kind, last.Payload)
		}
		if out := f.must(exitDone, "show", ref); !strings.Contains(out, "£12.50") || !strings.Contains(out, "Zofia Wójcik") {
			t.Errorf("not shown: %s", out)
		}
		// The same again changes nothing and leaves no trace.
		f.must(exitDone, as("Tomasz Nowak", "assign", ref, "Zofia Wójcik")...)
		if again := f.view(complaint.Arrival{ComplaintID: v.Complaint.ID}); len(again.Events) != len(v.Events) || again.Record.Version != 2 {
			t.Errorf("an act that changed nothing made version %d", again.Record.Version)
		}
		f.must(exitDone, "audit", "verify")
	})
}

func TestBadInputOnARecordChangesNothing(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{toml: staff})
	_, v := f.first()
	ref := string(v.Complaint.Reference)
	wrong := []rune(ref)
	wrong[9] = map[bool]rune{true: 'Q', false: 'W'}[wrong[9] == 'W']
	for name, tc := range map[string]struct {
		code int
		args []string
		says string
	}{
		"near match":     {exitUsage, []string{"set", string(wrong), "category=billing"}, "did you mean " + ref},
		"unknown":        {exitUsage, []string{"set", "ASK4-00-AAAAA-A", "category=billing"}, "check character"},
		"unknown field":  {exitUsage, []string{"set", ref, "categories=billing", "category=billing"}, "there are account,"},
		"unknown value":  {exitUsage, []string{"set", ref, "category=weather", "room=7"}, "wifi"},
		"no pair":        {exitUsage, []string{"set", ref, "category"}, "category=billing"},
		"no fields":      {exitUsage, []string{"set", ref}, "root_cause"},
		"nobody":         {exitUsage, []string{"assign", ref, "Nobody"}, "staff list"},
		"not their role": {exitRefused, []string{"--as", "Adam Reads", "set", ref, "room=7"}, "auditor"},
		"not theirs":     {exitRefused, []string{"assign", ref, "Marek Post"}, "mailroom"},
		"changed":        {exitFailed, []string{"set", ref, "room=7", "--seen", "4"}, "never had that version"},
		"bad amount":     {exitUsage, []string{"set", ref, "redress=1.234"}, "12.50"},
		"bad date":       {exitUsage, []string{"set", ref, "lesson_due=soon"}, "2026-12-31"},
	} {
		if out := f.must(tc.code, tc.args...); !strings.Contains(out, tc.says) {
			t.Errorf("%s: says %q, not %q", name, out, tc.says)
		}
	}
	if now := f.view(complaint.Arrival{ComplaintID: v.Complaint.ID}); now.Record.Version != 0 || len(now.Events) != len(v.Events) {
		t.Errorf("half done: %+v", now.Record)
	}
}

// TestP08WhoItIsAboutSeesNothing: to that person the complaint is not there, not in a
// list, not as a near match.
func TestP08WhomItIsAboutSeesNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := newFirm(t, postgres, setup{})
		_, v := f.first()
		ref := string(v.Complaint.Reference)
		for _, state := range []complaint.AboutState{complaint.AboutProvisional, complaint.AboutConfirmed, complaint.AboutDropped} {
			err := f.app.store.InTx(t.Context(), func(tx *store.Tx) error {
				tx.SetAbout(complaint.About{ComplaintID: v.Complaint.ID, Staff: "Tomasz Nowak", State: state, By: "skarga", At: v.Complaint.ReceivedAt})
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			code, sees := exitFailed, false
			if state == complaint.AboutDropped {
				code, sees = exitDone, true
			}
			for _, args := range [][]string{{"show", ref}, {"set", ref, "room=" + string(state)}, {"assign", ref, "Anna Kowalska"}} {
				out := f.must(code, as("Tomasz Nowak", args...)...)
				if !sees && strings.Count(out, ref) != 1 {
					t.Errorf("%s: %v betrays it: %s", state, args, out)
				}
			}
			if out := f.must(exitDone, as("Tomasz Nowak", "list", "--all")...); strings.Contains(out, ref) != sees {
				t.Errorf("%s: listed: %s", state, out)
			}
			if out := f.must(exitDone, "list"); !strings.Contains(out, ref) {
				t.Errorf("%s: the manager does not see it: %s", state, out)
			}
			if sees {
				continue
			}
			if out := f.must(exitRefused, "assign", ref, "Tomasz Nowak"); !strings.Contains(out, "P8") {
				t.Errorf("%s: assigned to him: %s", state, out)
			}
			near := fmt.Sprintf("%sQ%s", ref[:9], ref[10:])
			if near == ref {
				near = fmt.Sprintf("%sW%s", ref[:9], ref[10:])
			}
			if out := strings.Join(f.fails(as("Tomasz Nowak", "show", near)...), ""); strings.Contains(out, ref) {
				t.Errorf("%s: offered as a near match: %s", state, out)
			}
		}
	})
}

// fails runs a command that must not end well, and gives what it says.
func (f *firm) fails(args ...string) []string {
	f.Helper()
	code, out, errs := f.cmd("", args...)
	if code == exitDone {
		f.Fatalf("skarga %q: exit 0\n%s", args, out)
	}
	return []string{out, errs}
}

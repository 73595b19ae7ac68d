package main

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/internal/testserver"
)

// TestScriptsOnPaperDoNotRunAtTheDesk puts every payload onto paper, into a field of a
// letter and, where a file may be called so, into the name of a file, and looks in a real
// browser. A letter carries one payload a field.
func TestScriptsOnPaperDoNotRunAtTheDesk(t *testing.T) {
	t.Parallel()
	b := testserver.Browser(t, testserver.Look{})
	f := mailroom(t, false, staff)
	all := payloads()
	if len(all) < 100 {
		t.Errorf("%d payloads, want 100 and more", len(all))
	}
	fields := []string{"name", "address", "account", "building", "room", "subject"}
	line := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r < ' ' {
				return ' '
			}
			return r
		}, s)
	}
	given := f.hoursAgo(2)
	var letters []importedLetter
	var scans []string
	for part := range slices.Chunk(slices.Collect(slices.Chunk(all, len(fields))), 6) { // six letters a file
		var sides []side
		name := "x"
		for i, on := range part {
			if i > 0 {
				sides = append(sides, side{code: separator()})
			}
			paper := side{lines: []string{line(on[0]), "12 High Street", "Leeds", "LS1 4HD", "", "Dear Sir or Madam,", fmt.Sprintf("I complain for the time number %d.%d.", len(scans), i)}}
			for _, p := range on {
				paper.lines = append(paper.lines, "Re: "+line(p))
				if !strings.ContainsAny(p, "/\x00") && len(name)+len(p) < 200 {
					name += p
				}
			}
			sides = append(sides, paper)
		}
		path := f.typed("x.pdf", sides...)
		named := filepath.Join(filepath.Dir(path), name+".pdf")
		if err := os.Rename(path, named); err != nil {
			t.Fatal(err)
		}
		r := f.took(named, "--received", given)
		if len(r.Letters) != len(part) {
			t.Fatalf("%d letters in %q, want %d", len(r.Letters), name, len(part))
		}
		letters, scans = append(letters, r.Letters...), append(scans, r.SHA256)
	}
	f.serve(time.Time{})
	f.signsIn(b, "Marek Post")
	anna := f.enters("Anna Kowalska")
	inert := func() {
		t.Helper()
		if testserver.Ask[bool](b, `Boolean(window.pwned || document.querySelector("main script:not([src^='/assets/']), main img:not([src^='/staff/']), main object, main embed, main iframe, main [onload], main [onerror], main [onfocus], main [href^='javascript:' i]"))`) {
			t.Fatalf("a script on paper ran, or its markup stands, at %s", b.Address())
		}
	}
	for i, on := range slices.Collect(slices.Chunk(all, len(fields))) {
		page := "/staff/desk/letter/" + letters[i].Arrival
		said := url.Values{"do": {"save"}}
		for j, p := range on {
			said.Set(fields[j], strings.ReplaceAll(p, "\x00", ""))
		}
		if p := anna.post(page, said.Encode()); p.status != 200 {
			t.Fatalf("letter %d: %d\n%s", i, p.status, p.body)
		}
		if i == 0 { // all of them as a text that a person typed
			if p := anna.post(page, url.Values{"do": {"type"}, "text": {strings.Join(all, "\n")}}.Encode()); p.status != 200 {
				t.Fatalf("typed: %d\n%s", p.status, p.body)
			}
		}
		b.Open(f.url(page))
		inert()
		for j := range on {
			if want, got := strings.Join(strings.Fields(line(said.Get(fields[j]))), " "), testserver.Ask[string](b, `document.getElementById("f-`+fields[j]+`").value`); i > 0 && fields[j] != "address" && strings.Join(strings.Fields(line(got)), " ") != want {
				t.Errorf("%s of letter %d is %q, not %q", fields[j], i, got, want)
			}
		}
	}
	for _, page := range append([]string{"/staff/desk", "/staff/letters"}, scans...) {
		if !strings.HasPrefix(page, "/") {
			page = "/staff/desk/scan/" + page
		}
		b.Open(f.url(page))
		inert()
	}
}

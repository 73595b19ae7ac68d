package main

import (
	"strings"
	"testing"

	"ask4.com/skarga/internal/testserver"
)

// mostWeight is what the first view of a page may take, in bytes, images aside.
const mostWeight = 150_000

// inspect looks at the page as it is: light, accessible, nothing to scroll sideways, and
// a picture for people, light and dark, on a desk and on a phone.
func inspect(t testing.TB, b *testserver.Tab, name string) {
	t.Helper()
	if n := b.Weight(); n < 1000 || n > mostWeight {
		t.Errorf("%s: its first view takes %d bytes", name, n)
	}
	for _, look := range []struct {
		name      string
		axe, shot bool
		testserver.Look
	}{
		{"desk", true, true, testserver.Look{}}, {"dark", false, true, testserver.Look{Dark: true}},
		{"phone", false, true, testserver.Look{Width: 320}}, {"phone dark", true, false, testserver.Look{Width: 320, Dark: true}},
		{"zoom", false, false, testserver.Look{Width: 1280, Zoom: 2}},
	} {
		b.SetLook(look.Look)
		if look.shot {
			b.Shot(name + " " + look.name)
		}
		if look.axe {
			for _, v := range b.Axe() {
				t.Errorf("%s, %s: %s", name, look.name, v)
			}
		}
		if n := b.Wider(); n > 0 {
			t.Errorf("%s, %s: %d pixels wider than the window", name, look.name, n)
		}
	}
	b.SetLook(testserver.Look{})
}

// TestPublicPagesAreAccessible goes through every page and its errors.
func TestP17PublicPagesAreAccessibleInBothLanguages(t *testing.T) {
	t.Parallel()
	f := newFirm(t, false, setup{})
	for lang, paths := range map[string][]string{
		"en": {"/en/", "/en/policy", "/en/complaint", "/en/nothing"},
		"pl": {"/pl/", "/pl/zasady", "/pl/skarga", "/pl/nic"},
	} {
		b := testserver.Browser(t, testserver.Look{})
		for _, p := range paths {
			b.Open(f.url(p))
			inspect(t, b, strings.ReplaceAll(strings.Trim(p, "/"), "/", " "))
			if got := testserver.Ask[string](b, "document.documentElement.lang"); got != lang {
				t.Errorf("%s has lang %q", p, got)
			}
		}
	}
	b := testserver.Browser(t, testserver.Look{})
	step := func(name, focus string, fill func()) {
		t.Helper()
		inspect(t, b, "en form "+name)
		if focus != "" {
			b.Press("main .actions .button")
			if title := b.Title(); !strings.HasPrefix(title, "Error: ") || b.Focus() != "problem" {
				t.Errorf("%s: title %q, focus on %q", name, title, b.Focus())
			}
			inspect(t, b, "en form "+name+" wrong")
			b.Click("#problem a")
			if got := b.Focus(); got != focus {
				t.Errorf("%s: the link in the summary leads to %q, want %q", name, got, focus)
			}
		}
		fill()
		b.Press("main .actions .button")
	}
	b.Open(f.url("/en/complaint"))
	b.Press("main .actions .button")
	step("about", "about-service", func() { b.Click("#about-service"); b.Click("#about-staff") })
	step("staff", "", func() {})
	step("happened", "happened", func() { b.Fill("happened", "The router in our kitchen fell off the wall.") })
	step("remedy", "", func() { b.Fill("remedy", "Please put it back.") })
	step("evidence", "", func() { b.Fill("phones", "0114 296 5020") })
	inspect(t, b, "en form files")
	b.Attach("files", writeFile(t, "router in the kitchen, seen from the window.png", 4096))
	b.Until(`document.querySelector("#list button")`)
	step("files added", "", func() {})
	step("forwhom", "forwhom-me", func() { b.Click("#forwhom-other") })
	step("person", "name", func() {
		b.Fill("name", "Emily Carter")
		b.Fill("customer", "Arthur Carter")
		b.Fill("authority", "I am his daughter.")
	})
	step("reply", "reply-email", func() { b.Click("#reply-letter") })
	step("address", "line1", func() {
		b.Fill("line1", "Room 214, Devonshire Court")
		b.Fill("town", "Sheffield")
		b.Fill("postcode", "S3 7HF")
	})
	step("check", "", func() {})
	inspect(t, b, "en form sent")
	b.Open(f.url("/en/complaint"))
	inspect(t, b, "en start after")
}

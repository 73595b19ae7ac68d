package message

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// checkMessage fails if m breaks what Message promises.
func checkMessage(t *testing.T, m *Message) {
	t.Helper()
	if m == nil || m.Header == nil || len(m.ContentHash) != 64 {
		t.Fatalf("unusable: %+v", m)
	}
	for _, s := range []string{m.Text, m.HTML, m.Subject, m.MessageID, m.ReturnPath} {
		checkString(t, s)
	}
	for _, a := range m.From {
		checkString(t, a.Name)
		checkString(t, a.Address)
	}
	for _, a := range m.Attachments {
		checkString(t, a.Filename)
		checkString(t, a.MediaType)
		checkString(t, a.ContentID)
		if len(a.SHA256) != 64 || strings.ContainsAny(a.Filename, `/\`) {
			t.Errorf("attachment %+v", a)
		}
	}
	for _, p := range m.Parts {
		checkString(t, p.Body)
	}
	for _, d := range m.Damaged {
		if strings.HasPrefix(d, "read: ") || !strings.Contains(d, ": ") {
			t.Errorf("damage %q", d)
		}
	}
	for _, n := range m.Nested {
		checkMessage(t, n)
	}
}

func checkString(t *testing.T, s string) {
	t.Helper()
	if !utf8.ValidString(s) || strings.Contains(s, "\x00") {
		t.Errorf("not clean: %q", s)
	}
}

func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*.eml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(raw))
	}
	f.Add("Content-Type: application/pkcs7-mime\n\n0\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80")
	f.Fuzz(func(t *testing.T, s string) { checkMessage(t, readString(t, s)) })
}

func FuzzParseAddresses(f *testing.F) {
	for _, s := range []string{`"a, b" <c@d>, e@f (g)`, "G: a@b, c;", "=?utf-8?Q?a,_b?= <a@b>", `<a@b "x"`, "a, b <c@d>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, a := range ParseAddresses(s) {
			checkString(t, a.Name)
			checkString(t, a.Address)
			if a.Name == "" && a.Address == "" {
				t.Error("empty mailbox")
			}
		}
		for _, id := range ParseIDs(s) {
			checkString(t, id)
		}
	})
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"Mon, 23 Nov 2026 09:15:00 +0100 (CET)", "2026-11-23T09:15:00Z", "23.11.26 9.15.00", "4 8 15 16 23 42"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDate(s)
		if err == nil && (d.IsZero() || d.Year() > 9999) || err != nil && !d.IsZero() {
			t.Errorf("%q: %v, %v", s, d, err)
		}
	})
}

func FuzzHTML(f *testing.F) {
	for _, s := range []string{"<p>a<br>b", "<blockquote><pre>x\n</pre>", "<table><td><ul><li>a", "<div style='display:none'>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m := readString(t, "Content-Type: text/html; charset=utf-8\n\n"+s)
		checkMessage(t, m)
		if strings.Contains(strings.ToLower(m.HTML), "<script") {
			t.Errorf("script is left: %q", m.HTML)
		}
	})
}

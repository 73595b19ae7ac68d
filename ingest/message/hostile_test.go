package message

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
)

// readString reads a message that is a string.
func readString(t testing.TB, s string) *Message {
	t.Helper()
	m := Read(strings.NewReader(s), int64(len(s)), Options{})
	if m == nil {
		t.Fatal("Read returned nil")
	}
	return m
}

// hasDamage reports whether a note of this code is there.
func hasDamage(m *Message, code string) bool {
	for _, d := range m.Damaged {
		if strings.HasPrefix(d, code+": ") {
			return true
		}
	}
	return false
}

func TestReadManyParts(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("Subject: many\nContent-Type: multipart/mixed; boundary=b\n\n")
	for i := range 10_000 {
		fmt.Fprintf(&b, "--b\nContent-Type: text/plain\n\npart %d\n", i)
	}
	b.WriteString("--b--\n")
	m := readString(t, b.String())
	if len(m.Parts) != 1000 {
		t.Errorf("got %d parts, want the limit of 1000", len(m.Parts))
	}
	if !strings.HasPrefix(m.Text, "part 0\n") || !hasDamage(m, "parts") {
		t.Errorf("text %.20q, damaged %q", m.Text, m.Damaged)
	}
}

func TestReadDeepParts(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("Subject: deep\n")
	for i := range 5000 {
		fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n", i, i)
	}
	b.WriteString("Content-Type: text/plain\n\nat the bottom\n")
	m := readString(t, b.String())
	if m.Subject != "deep" || !hasDamage(m, "depth") {
		t.Errorf("subject %q, damaged %q", m.Subject, m.Damaged)
	}
	if len(m.Attachments) != 1 || m.Attachments[0].Size == 0 {
		t.Errorf("the rest must be kept as one attachment, got %+v", m.Attachments)
	}
}

func TestReadDeepMessages(t *testing.T) {
	t.Parallel()
	s := strings.Repeat("Content-Type: message/rfc822\n\n", 5000) + "Subject: in\n\nbottom\n"
	m := readString(t, "Subject: out\n"+s)
	depth := 0
	for n := m; len(n.Nested) > 0; n = n.Nested[0] {
		depth++
	}
	if m.Subject != "out" || depth == 0 || depth > 21 {
		t.Errorf("subject %q, depth %d", m.Subject, depth)
	}
}

func TestReadLargeHeader(t *testing.T) {
	t.Parallel()
	for name, filler := range map[string]string{
		"one field":            "X-Long: " + strings.Repeat("x", 5<<20) + "\n",
		"many fields":          strings.Repeat("X-A: b\n", 5<<20/7),
		"addresses":            "To: " + strings.Repeat("a@example.com, ", 5<<20/15) + "\n",
		"words":                "X-Words: " + strings.Repeat("=?a?q?x", 5<<20/7) + "\n",
		"comments":             "Cc: " + strings.Repeat("(", 5<<20) + "\n",
		"quotes":               "Cc: " + strings.Repeat(`"\`, 5<<20/2) + "\n",
		"angles":               "Cc: " + strings.Repeat("<a@b", 5<<20/4) + "\n",
		"open comments":        "Content-Type: text/plain; a=" + strings.Repeat("( ", 5<<20/2) + "\n",
		"comments in comments": "Content-Type: text/plain; a=b " + strings.Repeat("(", 500_000) + strings.Repeat(")", 500_000) + " x" + strings.Repeat("y", 5<<20) + "\n",
		"blanks":               "Content-Type: text/plain; a=b" + strings.Repeat(" ", 5<<20) + "\n",
		"colons":               "Cc: " + strings.Repeat("a:", 5<<20/2) + "\n",
		"no commas":            "Cc: " + strings.Repeat("a@b ", 5<<20/4) + "\n",
		"cut words":            "X-Words: " + strings.Repeat("=?utf-8?B?xYLE?= ", 5<<20/17) + "\n",
		"parameters":           "Content-Type: text/plain; " + strings.Repeat("a*0=b; ", 5<<20/7) + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := readString(t, "Subject: first\n"+filler+"\nthe body\n")
			if m.Subject != "first" || m.Text != "the body" || !hasDamage(m, "header") {
				t.Errorf("subject %q, text %.40q, damaged %q", m.Subject, m.Text, m.Damaged)
			}
		})
	}
}

func TestReadLargePartHeader(t *testing.T) {
	t.Parallel()
	m := readString(t, "Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n--b\nX: "+
		strings.Repeat("x", 5<<20)+"\nContent-Type: text/plain\n\nthe text\n--b--\n")
	if m.Text != "the text" || !hasDamage(m, "header") {
		t.Errorf("text %.40q, damaged %q", m.Text, m.Damaged)
	}
}

// endless yields head, then n bytes of fill, then tail, and can start again.
type endless struct {
	head, fill, tail string
	n, pos           int64
}

func (e *endless) size() int64 { return int64(len(e.head)) + e.n + int64(len(e.tail)) }

func (e *endless) Read(p []byte) (int, error) {
	if e.pos >= e.size() {
		return 0, io.EOF
	}
	i := 0
	for ; i < len(p) && e.pos < e.size(); i++ {
		switch at := e.pos - int64(len(e.head)); {
		case at < 0:
			p[i] = e.head[e.pos]
		case at < e.n:
			p[i] = e.fill[at%int64(len(e.fill))]
		default:
			p[i] = e.tail[at-e.n]
		}
		e.pos++
	}
	return i, nil
}

func (e *endless) Seek(off int64, whence int) (int64, error) {
	if whence == io.SeekStart {
		e.pos = off
	}
	return e.pos, nil
}

func TestReadManyDelimiters(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"--b--\n", "--b\n", "--\n", "--c\n"} {
		m := readString(t, "Subject: s\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nfirst\n"+strings.Repeat(line, 2<<20/len(line)))
		if !strings.HasPrefix(m.Text, "first") {
			t.Errorf("%q: text %.40q", line, m.Text)
		}
	}
}

func TestReadManyMarks(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"-----BEGIN PGP MESSAGE-----x\n", "begin 644 x\n", "begin 644 x\n#AB12\nend\n", "=ybegin name=x\n", "-----BEGIN PGP SIGNED MESSAGE-----\n"} {
		m := readString(t, "Subject: s\n\n"+strings.Repeat(line, 1<<20/len(line))+"the end\n")
		if !strings.HasSuffix(m.Text, "the end") && m.Text != "" || m.Encrypted || len(m.Attachments) > 1000 {
			t.Errorf("%q: %d bytes of text, %d files", line, len(m.Text), len(m.Attachments))
		}
	}
}

func TestReadOneLongLine(t *testing.T) {
	t.Parallel()
	for name, head := range map[string]string{
		"plain":            "Content-Type: text/plain\n\n",
		"html":             "Content-Type: text/html\n\n",
		"quoted-printable": "Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n",
		"flowed":           "Content-Type: text/plain; format=flowed\n\n",
		"no header":        "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := &endless{head: head, fill: "Internet nie działa. ", n: 50 << 20}
			m := Read(e, e.size(), Options{})
			if len(m.Text) < 1<<20 || len(m.Text) > 3<<20 || !hasDamage(m, "truncated") {
				t.Errorf("%d bytes of text, damaged %q", len(m.Text), m.Damaged)
			}
		})
	}
}

// TestReadKeepsNoAttachment reads 50 MB and looks at what was allocated in all.
func TestReadKeepsNoAttachment(t *testing.T) { // not parallel: it measures memory
	line := base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{0, 1, 2}, 19)) + "\r\n"
	for name, fill := range map[string]string{"normal way": line, "repair pass": "!" + line} {
		e := &endless{
			head: "Subject: big\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nsee file\r\n--b\r\n" +
				"Content-Type: application/pdf; name=f.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n",
			fill: fill, n: int64(len(fill)) * (50 << 20 / int64(len(fill))), tail: "\r\n--b--\r\n",
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		m := Read(e, e.size(), Options{})
		runtime.ReadMemStats(&after)
		if got := after.TotalAlloc - before.TotalAlloc; got > 8<<20 {
			t.Errorf("%s: allocated %d bytes", name, got)
		}
		want := 57 * (50 << 20 / int64(len(fill)))
		if len(m.Attachments) != 1 || m.Attachments[0].Size != want || m.Text != "see file" {
			t.Errorf("%s: text %q, attachments %+v, want size %d", name, m.Text, m.Attachments, want)
		}
	}
}

func TestHTMLDeepNesting(t *testing.T) {
	t.Parallel()
	for _, tag := range []string{"div", "blockquote", "span", "table", "ul"} {
		s := strings.Repeat("<"+tag+">", 10_000) + "Skarga" + strings.Repeat("</"+tag+">", 10_000)
		m := readString(t, "Content-Type: text/html\n\n"+s)
		if !strings.Contains(m.Text, "Skarga") || !strings.Contains(m.HTML, "Skarga") {
			t.Errorf("%s: text %.60q", tag, m.Text)
		}
	}
}

type badReader struct{ *strings.Reader }

func (badReader) Read([]byte) (int, error) { return 0, io.ErrClosedPipe }

type panicReader struct{ *strings.Reader }

func (panicReader) Read([]byte) (int, error) { panic("bad disk") }

func TestReadFailingSource(t *testing.T) {
	t.Parallel()
	for name, r := range map[string]io.ReadSeeker{
		"error": badReader{strings.NewReader("x")},
		"panic": panicReader{strings.NewReader("x")},
	} {
		if m := Read(r, 1, Options{}); m == nil || m.Header == nil || !hasDamage(m, "read") {
			t.Errorf("%s: got %+v", name, m)
		}
	}
}

func BenchmarkRead20KB(b *testing.B) {
	text := strings.Repeat("Internet w pokoju 12 nie działa od wtorku, a nikt nie odbiera.\r\n", 80)
	s := "From: Jan Kowalski <jan@example.pl>\r\nTo: skargi@example.com\r\nSubject: =?utf-8?q?Skarga_na_=C5=82=C4=85cze?=\r\n" +
		"Date: Mon, 23 Nov 2026 10:00:00 +0100\r\nMessage-ID: <1@example.pl>\r\n" +
		"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + text +
		"\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body><p>" + strings.ReplaceAll(text, "\r\n", "<br>\r\n") +
		strings.Repeat("<div>Pozdrawiam</div>\r\n", 200) + "</body></html>\r\n--b--\r\n"
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		if m := Read(strings.NewReader(s), int64(len(s)), Options{SkipHTML: true}); len(m.Parts) != 2 {
			b.Fatal("wrong reading")
		}
	}
}

package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// words make up the texts: what tenants write about.
var words = strings.Fields(`the internet in our flat has been down since Monday and nobody told us when it
	comes back I called the desk and was promised an engineer who never came please look into my account the router
	blinks red every evening streaming stops and my exam was interrupted twice this month I expect a refund for the
	lost days and a written answer from someone who decides invoice payment deposit room block corridor speed test`)

// generator makes messages of the three sizes that a complaints mailbox sees.
type generator struct {
	r    *rand.Rand
	name string // part of senders and ids, so that two generators share none
	n    int
}

func newGenerator(name string) *generator {
	return &generator{r: rand.New(rand.NewPCG(1, uint64(len(name)))), name: name}
}

// next makes a message from a sender of its own: 60 % of 2-5 KB, 25 % multipart
// of about 20 KB, 15 % with an attachment of 200 KB to 1 MB.
func (g *generator) next() []byte {
	switch k := g.r.IntN(100); {
	case k < 60:
		return g.plain(2000 + g.r.IntN(3000))
	case k < 85:
		return g.multipart(0)
	default:
		return g.multipart(200_000 + g.r.IntN(800_000))
	}
}

// small makes a short message, for latency and the cost of one more.
func (g *generator) small() []byte { return g.plain(3000) }

// sender is the address that message n came from.
func (g *generator) sender(n int) string {
	return fmt.Sprintf("%s%d@tenant.example", g.name, n)
}

func (g *generator) header(b *bytes.Buffer) {
	g.n++
	fmt.Fprintf(b, "From: Jo Tenant <%s>\r\nTo: complaints@ask4.com\r\nSubject: No internet in room %d\r\n", g.sender(g.n), g.n)
	fmt.Fprintf(b, "Date: %s\r\nMessage-ID: <%s.%d@tenant.example>\r\nMIME-Version: 1.0\r\n", time.Now().Format(time.RFC1123Z), g.name, g.n)
}

func (g *generator) plain(size int) []byte {
	var b bytes.Buffer
	g.header(&b)
	b.WriteString("Content-Type: text/plain; charset=utf-8\r\n\r\n")
	b.WriteString(g.text(size))
	return b.Bytes()
}

// multipart has text, HTML and, if attachment is not 0, a picture of so many bytes
// as transmitted.
func (g *generator) multipart(attachment int) []byte {
	var b bytes.Buffer
	g.header(&b)
	b.WriteString("Content-Type: multipart/mixed; boundary=outer\r\n\r\n--outer\r\nContent-Type: multipart/alternative; boundary=inner\r\n\r\n")
	text := g.text(7000)
	fmt.Fprintf(&b, "--inner\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n%s\r\n", text)
	b.WriteString("--inner\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body>")
	for line := range strings.SplitSeq(text, "\r\n") {
		fmt.Fprintf(&b, "<p style=\"margin:0;font-family:sans-serif\">%s</p>\r\n", line)
	}
	b.WriteString("</body></html>\r\n--inner--\r\n")
	if attachment > 0 {
		b.WriteString("--outer\r\nContent-Type: image/jpeg\r\nContent-Disposition: attachment; filename=router.jpg\r\nContent-Transfer-Encoding: base64\r\n\r\n")
		raw := make([]byte, attachment/78*57)
		for i := range raw {
			raw[i] = byte(g.r.Uint32())
		}
		for len(raw) > 0 {
			n := min(57, len(raw))
			b.WriteString(base64.StdEncoding.EncodeToString(raw[:n]) + "\r\n")
			raw = raw[n:]
		}
	}
	b.WriteString("--outer--\r\n")
	return b.Bytes()
}

// text writes about size bytes in lines.
func (g *generator) text(size int) string {
	var b strings.Builder
	line := 0
	for b.Len() < size {
		w := words[g.r.IntN(len(words))]
		b.WriteString(w)
		if line += len(w) + 1; line > 66 {
			b.WriteString("\r\n")
			line = 0
		} else {
			b.WriteByte(' ')
		}
	}
	b.WriteString("\r\n")
	return b.String()
}

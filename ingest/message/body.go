package message

import (
	"html"
	"strings"
)

// bodyBuilder chooses what of a tree is the readable body.
type bodyBuilder struct {
	opt        Options
	hiddenOnly string // text of HTML of which everything is hidden
}

// text returns the readable texts of n in order.
func (b *bodyBuilder) text(n *node) []string {
	if n.leaf != nil {
		if t := b.leafText(n); strings.TrimSpace(t) != "" {
			return []string{t}
		}
		if n.ctype.value == "multipart/alternative" || len(n.children) == 0 {
			return nil
		}
	}
	if n.ctype.value == "multipart/alternative" {
		return b.alternative(n)
	}
	var out []string
	for _, c := range n.children {
		out = append(out, b.text(c)...)
	}
	return out
}

func (b *bodyBuilder) leafText(n *node) string {
	switch n.leaf.role {
	case rolePlain:
		switch n.ctype.value {
		case "text/enriched":
			return enrichedText(n.leaf.text)
		case "text/richtext":
			return richText(n.leaf.text)
		}
		if strings.EqualFold(n.ctype.params["format"], "flowed") {
			return unflow(n.leaf.text, strings.EqualFold(n.ctype.params["delsp"], "yes"))
		}
		return n.leaf.text
	case roleHTML:
		t, hidden := htmlText(n.leaf.text)
		if strings.TrimSpace(t) == "" && strings.TrimSpace(hidden) != "" {
			b.hiddenOnly = hidden
		}
		return t
	}
	return ""
}

// alternative prefers the plain form unless it is empty or only says that the
// mail program cannot show HTML.
func (b *bodyBuilder) alternative(n *node) []string {
	var plain []string
	for _, c := range n.children {
		if b.hasHTML(c) || c.leaf != nil && c.ctype.value != "text/plain" && len(plain) > 0 {
			continue // enriched or marked up: another form of the same
		}
		for _, t := range b.text(c) {
			if !contains(plain, t) { // two plain forms: neither may be lost
				plain = append(plain, t)
			}
		}
	}
	if len(plain) > 0 && !soundsLikeStub(plain) {
		return plain
	}
	var rich []string
	for _, c := range n.children {
		if b.hasHTML(c) {
			if t := b.text(c); len(t) > 0 {
				rich = t
			}
		}
	}
	if len(rich) > 0 && (len(plain) == 0 || len(strings.Join(rich, "")) > len(strings.Join(plain, ""))) {
		return rich
	}
	return plain
}

// contains reports whether one of the texts says the same as t.
func contains(ts []string, t string) bool {
	for _, s := range ts {
		if strings.TrimSpace(s) == strings.TrimSpace(t) {
			return true
		}
	}
	return false
}

// soundsLikeStub reports whether the plain text only stands in for the HTML text.
func soundsLikeStub(plain []string) bool {
	p := strings.Join(plain, "\n")
	if len(p) > 600 {
		return false
	}
	low := strings.ToLower(p)
	if !strings.Contains(low, "html") {
		return false
	}
	for _, s := range []string{
		"not support", "n't support", "unable to", "cannot", "can't", "view this", "to view", "please use",
		"not display", "html version", "html format", "html-e-mail", "html email", "nie obsługuje", "nie może",
		"obsługującego", "wersji html", "aby zobaczyć", "unterstützt", "prend pas", "no admite",
	} {
		if strings.Contains(low, s) {
			return true
		}
	}
	return false
}

// joinTexts puts the texts of several parts one under the other.
func joinTexts(ts []string) string {
	if len(ts) == 1 {
		return strings.Trim(ts[0], "\n")
	}
	for i := range ts {
		ts[i] = strings.Trim(ts[i], "\n")
	}
	return strings.Join(ts, "\n\n")
}

func (b *bodyBuilder) hasHTML(n *node) bool {
	if n.leaf != nil && n.leaf.role == roleHTML {
		return true
	}
	for _, c := range n.children {
		if b.hasHTML(c) {
			return true
		}
	}
	return false
}

// html returns the raw HTML of n, plain parts that stand beside it included.
func (b *bodyBuilder) html(n *node) string {
	var parts []string
	switch {
	case n.leaf != nil && n.leaf.role == roleHTML:
		parts = append(parts, n.leaf.text)
	case n.leaf != nil && n.leaf.role == rolePlain:
		if strings.TrimSpace(n.leaf.text) != "" {
			parts = append(parts, "<pre>"+html.EscapeString(n.leaf.text)+"</pre>")
		}
	case n.ctype.value == "multipart/alternative":
		return b.richest(n)
	}
	for _, c := range n.children {
		if s := b.html(c); s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, "\n")
}

// richest returns the last alternative that has HTML, else the first text.
func (b *bodyBuilder) richest(n *node) string {
	for i := len(n.children) - 1; i >= 0; i-- {
		if b.hasHTML(n.children[i]) {
			return b.html(n.children[i])
		}
	}
	for _, c := range n.children {
		if s := b.html(c); s != "" {
			return s
		}
	}
	return ""
}

// contentIDs returns the ids, in lower case, that the HTML shows by cid: URLs.
func (b *bodyBuilder) contentIDs(n *node) map[string]bool {
	ids := map[string]bool{}
	var walk func(*node)
	walk = func(n *node) {
		if n.leaf != nil && n.leaf.role == roleHTML {
			addContentIDs(ids, n.leaf.text)
		}
		for _, c := range n.children {
			walk(c)
		}
	}
	walk(n)
	return ids
}

func addContentIDs(ids map[string]bool, s string) {
	for {
		i := strings.Index(s, "cid:")
		if i < 0 {
			return
		}
		s = s[i+len("cid:"):]
		j := strings.IndexAny(s, "\"' >)\t\r\n")
		if j < 0 || j > 1000 {
			continue
		}
		ids[strings.ToLower(html.UnescapeString(unpercent(s[:j])))] = true
	}
}

// unflow joins the soft lines of format=flowed (RFC 3676 section 4).
func unflow(s string, delsp bool) string {
	var out strings.Builder
	out.Grow(len(s))
	open, depth := false, 0 // a soft line waits for its next one of this depth
	for line := range strings.SplitSeq(s, "\n") {
		d := 0
		for d < len(line) && line[d] == '>' {
			d++
		}
		text := strings.TrimPrefix(line[d:], " ")
		if open && (d != depth || text == "-- ") {
			out.WriteByte('\n')
			open = false
		}
		if !open {
			out.WriteString(strings.Repeat(">", d))
			if d > 0 && text != "" {
				out.WriteByte(' ')
			}
		}
		soft := strings.HasSuffix(text, " ") && text != "-- "
		if soft && delsp {
			text = text[:len(text)-1]
		}
		out.WriteString(text)
		if open, depth = soft, d; !soft {
			out.WriteByte('\n')
		}
	}
	return strings.TrimSuffix(out.String(), "\n")
}

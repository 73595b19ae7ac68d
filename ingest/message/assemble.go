package message

import (
	"net/mail"
	"path"
	"slices"
	"strings"
)

// assemble makes the Message of a tree that was read.
func (r *reader) assemble(root *node, sum string) *Message {
	m := &Message{Header: root.fields.decoded(), ContentHash: sum, Nested: r.nested}
	r.readTop(m, root.fields)
	b := &bodyBuilder{opt: r.opt}
	m.Text = joinTexts(b.text(root))
	if strings.TrimSpace(m.Text) == "" && b.hiddenOnly != "" {
		m.Text = b.hiddenOnly
	}
	if strings.TrimSpace(m.Text) == "" {
		m.Text = strings.TrimSpace(r.enclosedText)
	}
	if !r.opt.SkipHTML && b.hasHTML(root) {
		m.HTML = sanitize(b.html(root))
	}
	m.Signed, m.Encrypted = r.signed, r.encrypted
	r.collect(m, root, b.contentIDs(root))
	m.Text = r.inlinePGP(m, m.Text)
	if strings.TrimSpace(m.Text) == "" && len(m.Nested) > 0 && root.ctype.value != "multipart/report" && !m.reports() {
		m.Text = m.Nested[0].Text // forwarded without a word
	}
	for i := 0; i < len(m.Parts) && strings.TrimSpace(m.Text) == ""; i++ {
		if m.Parts[i].MediaType == "text/calendar" { // an invitation without a word
			m.Text = calendarText(m.Parts[i].Body)
		}
	}
	m.Damaged = r.notes
	return m
}

// reports says whether the message is about another one that it returns (RFC 6522).
func (m *Message) reports() bool {
	return slices.ContainsFunc(m.Parts, func(p Part) bool {
		return p.MediaType == "message/delivery-status" || p.MediaType == "message/disposition-notification"
	})
}

// readTop fills what comes from the header.
func (r *reader) readTop(m *Message, fs fields) {
	m.From = ParseAddresses(fs.all("From"))
	m.ReplyTo = ParseAddresses(fs.all("Reply-To"))
	m.To = ParseAddresses(fs.all("To"))
	m.Cc = ParseAddresses(fs.all("Cc"))
	m.Sender = ParseAddresses(fs.get("Sender"))
	m.Subject = decodeHeader(fs.get("Subject"))
	if ids := ParseIDs(fs.get("Message-Id")); len(ids) > 0 {
		m.MessageID = ids[0]
	}
	m.InReplyTo = ParseIDs(fs.all("In-Reply-To"))
	m.References = ParseIDs(fs.all("References"))
	if v, ok := fs.lookup("Date"); ok {
		t, err := ParseDate(v)
		if err != nil {
			r.note("date", "unreadable")
		}
		m.Date = t
	}
	if v, ok := fs.lookup("Return-Path"); ok {
		if as := ParseAddresses(v); len(as) > 0 {
			m.ReturnPath = as[0].Address
		}
		m.NullSender = strings.Join(strings.Fields(v), "") == "<>"
	}
}

// all joins the values of a field that should be there once but may be there
// several times.
func (f fields) all(key string) string {
	v, n := "", 0
	for i := range f {
		if f[i].key != key || f[i].value == "" {
			continue
		}
		if n++; n > 1 {
			v += ", "
		}
		if v += f[i].value; n >= 20 {
			break
		}
	}
	return v
}

// collect lists leaves, attachments and flags in order.
func (r *reader) collect(m *Message, n *node, cids map[string]bool) {
	switch n.ctype.value {
	case "multipart/signed":
		m.Signed = true
	case "multipart/encrypted":
		m.Encrypted = true
	}
	for _, c := range n.children {
		r.collect(m, c, cids)
	}
	if n.leaf == nil {
		return
	}
	p := Part{MediaType: n.ctype.value, Params: n.ctype.params, Body: n.leaf.text, Depth: n.depth}
	if n.depth == 0 {
		p.Header = m.Header
	} else {
		p.Header = mail.Header(n.fields.decoded())
	}
	m.Parts = append(m.Parts, p)
	name := n.filename()
	if n.ctype.isA("audio") || isAudioName(name) {
		m.HasAudio = true
	}
	if n.leaf.role != roleFile || n.isDisguise() || n.depth == 0 && n.leaf.size == 0 && n.disposition.value != "attachment" {
		return
	}
	id := strings.Trim(n.fields.get("Content-Id"), "<> \t")
	m.Attachments = append(m.Attachments, Attachment{
		Filename: name, MediaType: n.ctype.value, Size: n.leaf.size, SHA256: n.leaf.sum,
		Inline:    n.disposition.value == "inline" || id != "" && cids[strings.ToLower(id)] && n.disposition.value != "attachment",
		ContentID: cleanHeader(id), Leaf: n.leaf.no,
	})
}

// isDisguise reports whether n is another form of the body that no mail program
// shows as a file.
func (n *node) isDisguise() bool {
	if n.parent != "multipart/alternative" || n.disposition.value == "attachment" {
		return false
	}
	return n.ctype.value == "text/x-amp-html" || n.ctype.value == "text/watch-html"
}

func isAudioName(name string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".wav", ".mp3", ".amr", ".ogg", ".oga", ".m4a", ".opus", ".gsm", ".au", ".aac", ".flac", ".wma", ".3gp", ".awb", ".spx":
		return true
	}
	return false
}

// inlinePGP looks for armour in the text: a signed text is laid bare, an
// encrypted one only noted (RFC 9580 section 7).
func (r *reader) inlinePGP(m *Message, text string) string {
	if !strings.Contains(text, "-----BEGIN PGP ") {
		return text
	}
	if hasLine(text, "-----BEGIN PGP MESSAGE-----") {
		m.Encrypted = true
		return text
	}
	const begin, end = "-----BEGIN PGP SIGNED MESSAGE-----\n", "\n-----BEGIN PGP SIGNATURE-----"
	before, rest, ok := strings.Cut(text, begin)
	if !ok || before != "" && !strings.HasSuffix(before, "\n") {
		return text
	}
	m.Signed = true
	_, inner, ok := strings.Cut(rest, "\n\n")
	if !ok {
		return text
	}
	inner, after, ok := strings.Cut(inner, end)
	if !ok {
		return text
	}
	_, after, _ = strings.Cut(after, "-----END PGP SIGNATURE-----")
	inner = strings.TrimPrefix(inner, "- ")
	return strings.Trim(before+strings.ReplaceAll(inner, "\n- ", "\n")+"\n"+strings.TrimLeft(after, "\n"), "\n")
}

// hasLine reports whether text has exactly this line, not a quoted one.
func hasLine(text, line string) bool {
	for l := range strings.SplitSeq(text, "\n") {
		if strings.HasPrefix(l, line) && strings.TrimRight(l, " \t\r") == line {
			return true
		}
	}
	return false
}

package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"io"
	"mime"
	"net/http"
	"strconv"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
	"ask4.com/skarga/ingest/message"
)

func (s *Site) mailRoutes() {
	s.desk("GET /staff/arrival/{id}/html", "mail", complaint.ActView, (*visit).arrivalHTML)
	s.desk("GET /staff/arrival/{id}/raw", "mail", complaint.ActView, (*visit).arrivalRaw)
	s.desk("GET /staff/arrival/{id}/file/{leaf}", "mail", complaint.ActView, (*visit).arrivalFile)
	s.desk("GET /staff/complaint/{ref}/sent/{id}", "mail", complaint.ActView, (*visit).sentRaw)
}

// mailStyle is all that a customer's formatted mail looks like; nothing of the mail's
// own styles is left.
const mailStyle = `body{font:15px/1.5 system-ui,sans-serif;margin:12px;color:#15202b;background:#fff;overflow-wrap:anywhere}` +
	`table{border-collapse:collapse}td,th{padding:2px 6px;vertical-align:top}blockquote{margin:0 0 0 8px;padding-left:8px;border-left:2px solid #d3d9de;color:#4a5763}`

// mailPolicy is the Content-Security-Policy of a customer's mail: an origin of its
// own, no scripts, no forms, nothing loaded. Links open in a window of their own.
var mailPolicy = func() string {
	sum := sha256.Sum256([]byte(mailStyle))
	return "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
}()

var mailPage = template.Must(template.New("mail").Parse(`<!DOCTYPE html><html><head><meta charset="utf-8"><title>Message</title><style>` + mailStyle + `</style></head><body>{{.}}</body></html>`))

// filePolicy is the Content-Security-Policy of a file that is saved: a browser that
// shows it all the same runs nothing of it.
const filePolicy = "sandbox; default-src 'none'; frame-ancestors 'none'"

// raw opens what arrived for a person who may see it, and notes what they see.
func (v *visit) raw(who complaint.Person, what string) (a complaint.Arrival, raw io.ReadSeekCloser, ok bool) {
	a, err := v.Console.Office.Arrival(v.r.Context(), who, complaint.ActView, v.r.PathValue("id"), "")
	if err == nil {
		err = v.Console.Office.WholeFile(v.r.Context(), who, a)
	}
	if err == nil {
		a, err = v.Console.Office.Arrival(v.r.Context(), who, complaint.ActView, a.ID, what)
	}
	if err == nil {
		raw, err = v.Console.Bytes.OpenRaw(v.r.Context(), a.ID)
	}
	if err != nil {
		v.refuse(err)
		return a, nil, false
	}
	if raw == nil {
		v.sorry(http.StatusNotFound, "There are no bytes", "The mail server never gave this message.")
		return a, nil, false
	}
	return a, raw, true
}

// arrivalHTML shows the sanitised HTML of a mail, to be framed by a page of ours.
func (v *visit) arrivalHTML(who complaint.Person) {
	a, raw, ok := v.raw(who, "formatted mail viewed")
	if !ok {
		return
	}
	defer raw.Close()
	m := message.Read(raw, a.Size, message.Options{})
	h := v.w.Header()
	h.Set("Content-Security-Policy", mailPolicy)
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	var b bytes.Buffer
	if err := mailPage.Execute(&b, template.HTML(m.HTML)); err != nil { // sanitised by message.Read
		v.oops("show mail", err)
		return
	}
	_, _ = v.w.Write(b.Bytes()) // the client went away: nothing to do
}

// arrivalRaw saves what arrived as it is.
func (v *visit) arrivalRaw(who complaint.Person) {
	a, raw, ok := v.raw(who, "message saved")
	if !ok {
		return
	}
	defer raw.Close()
	name := a.ID + ".eml"
	if a.Channel == complaint.ChannelLetter {
		name = a.ID + ".scan"
	}
	v.save(name, raw)
}

// arrivalFile saves a file of a mail.
func (v *visit) arrivalFile(who complaint.Person) {
	a, raw, ok := v.raw(who, "file saved")
	if !ok {
		return
	}
	defer raw.Close()
	leaf, _ := strconv.Atoi(v.r.PathValue("leaf")) // 0 is no file
	m := message.Read(raw, a.Size, message.Options{SkipHTML: true, Leaf: leaf})
	for _, f := range m.Attachments {
		if f.Leaf == leaf && leaf > 0 {
			v.save(f.Filename, bytes.NewReader(m.Kept))
			return
		}
	}
	v.refuse(complaint.ErrNoComplaint)
}

// sentRaw saves what we sent: a mail, or the PDF of a letter.
func (v *visit) sentRaw(who complaint.Person) {
	c, ok := v.look(who, "sent message saved")
	if !ok {
		return
	}
	for _, d := range c.Deliveries {
		if d.ID != v.r.PathValue("id") {
			continue
		}
		full, err := v.Console.Bytes.Delivery(v.r.Context(), d.ID)
		if err != nil {
			v.oops("read delivery", err)
			return
		}
		name := d.ID + ".eml"
		if d.Way == complaint.ByLetter {
			name = d.ID + ".pdf"
		}
		v.save(name, bytes.NewReader(full.Bytes))
		return
	}
	v.refuse(complaint.ErrNoComplaint)
}

// save sends bytes that a browser must not show: a stranger made them.
func (v *visit) save(name string, from io.Reader) {
	if name == "" {
		name = "file"
	}
	h := v.w.Header()
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Cache-Control", "no-store")
	_, _ = io.Copy(v.w, from) // the client went away: nothing to do
}

// read reads what arrived again, to show it. A scan and a message without bytes have
// nothing to read.
func (v *visit) read(a complaint.Arrival) (r ingest.Read, ok bool) {
	if a.Channel == complaint.ChannelLetter {
		return r, false
	}
	raw, err := v.Console.Bytes.OpenRaw(v.r.Context(), a.ID)
	if err != nil {
		v.Log.Error("open message", "arrival", a.ID, "err", err)
		return r, false
	}
	if raw == nil {
		return r, false
	}
	defer raw.Close()
	if a.Channel == complaint.ChannelForm {
		return v.Console.Reader.ReadForm(raw, a.Size, a.ArrivedAt), true
	}
	return v.Console.Reader.Read(raw, a.Size, a.ArrivedAt), true
}

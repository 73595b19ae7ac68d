package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"ask4.com/skarga/ingest"
	"ask4.com/skarga/ingest/message"
)

// enmime states nothing: every input must give something to read or an
// attachment, unless it has no content at all.
func (s *scorer) enmime(dir string) {
	files := glob(dir, ".raw")
	for f, r := range s.explain(files) {
		something := r.Text != "" || len(r.Attachments) > 0 || r.Subject != "" || len(r.From) > 0 || len(r.Damaged) > 0
		s.check("mime/enmime readable", f, strconv.FormatBool(something), "true")
	}
}

// bounces compares kind, recipients, status and permanence with expected.tsv. A
// status that its author's program made up (5.0.9xx) counts by its class.
func (s *scorer) bounces(dir string) {
	f, err := os.Open(filepath.Join(dir, "expected.tsv"))
	if err != nil {
		s.fail("%v", err)
		return
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = '\t', true, -1
	rows, err := r.ReadAll()
	if err != nil {
		s.fail("%v", err)
		return
	}
	stated := map[string][][]string{}
	for _, row := range rows[1:] {
		stated[row[0]] = append(stated[row[0]], row)
	}
	var files []string
	for name := range stated {
		files = append(files, filepath.Join(dir, name))
	}
	for f, got := range s.explain(files) {
		want := stated[filepath.Base(f)]
		if feedback := len(want[0]) > 6 && want[0][6] != ""; feedback {
			s.check("bounces/sisimai kind", f, string(got.Kind), string(ingest.KindAbuseReport))
			continue
		}
		s.check("bounces/sisimai kind", f, string(got.Kind), string(ingest.KindBounce))
		s.check("bounces/sisimai recipients", f, strconv.Itoa(len(got.Bounces)), strconv.Itoa(len(want)))
		for i, w := range want {
			if i >= len(got.Bounces) {
				s.check("bounces/sisimai status", f, "", w[2])
				continue
			}
			status, given := w[2], got.Bounces[i].Status
			if strings.Contains(status, ".0.9") {
				status, given = status[:1], given[:min(1, len(given))]
			}
			s.check("bounces/sisimai status", f, given, status)
			s.check("bounces/sisimai permanent", f, strconv.FormatBool(got.Bounces[i].Permanent), strconv.FormatBool(strings.HasPrefix(w[2], "5")))
		}
	}
}

// replies wraps each text into a message and compares new_text.
func (s *scorer) replies(dir string) {
	var stated []struct {
		File    string
		Visible string `json:"first_visible"`
	}
	if !s.readJSON(filepath.Join(dir, "expected.json"), &stated) {
		return
	}
	texts := make([]string, len(stated))
	for i, e := range stated {
		b, err := os.ReadFile(filepath.Join(dir, e.File))
		if err != nil {
			s.fail("%v", err)
			return
		}
		texts[i] = "From: a@example.org\nSubject: Re: x\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n" + string(b)
	}
	for i, r := range s.explainTexts(texts) {
		if r != nil {
			s.check("replies/crisp new_text", stated[i].File, strings.TrimSpace(r.NewText), strings.TrimSpace(strings.ReplaceAll(stated[i].Visible, "\r\n", "\n")))
		}
	}
}

// threads reads every message of the mailboxes and compares the ids with those of
// the header.
func (s *scorer) threads(dir string) {
	var texts []string
	for _, f := range glob(dir, ".mbox") {
		b, err := os.ReadFile(f)
		if err != nil {
			s.fail("%v", err)
			continue
		}
		for _, m := range strings.Split("\n"+strings.ReplaceAll(string(b), "\r\n", "\n"), "\nFrom ")[1:] {
			_, body, _ := strings.Cut(m, "\n")
			texts = append(texts, body)
		}
	}
	for i, r := range s.explainTexts(texts) {
		if r == nil {
			continue
		}
		header, _, _ := strings.Cut(texts[i], "\n\n")
		s.check("threads/imaptest references", strconv.Itoa(i), strings.Join(r.References, " "), plainIDs(header, "references"))
		s.check("threads/imaptest in_reply_to", strconv.Itoa(i), strings.Join(r.InReplyTo, " "), plainIDs(header, "in-reply-to"))
	}
}

// plainIDs gives what stands in angle brackets in a header field.
func plainIDs(header, name string) string {
	var ids []string
	for _, line := range strings.Split(strings.NewReplacer("\n ", " ", "\n\t", " ").Replace(header), "\n") {
		field, value, _ := strings.Cut(line, ":")
		if !strings.EqualFold(strings.TrimSpace(field), name) {
			continue
		}
		for _, part := range strings.Split(value, "<")[1:] {
			if id, _, closed := strings.Cut(part, ">"); closed && strings.TrimSpace(id) != "" {
				ids = append(ids, strings.TrimSpace(id))
			}
		}
	}
	return strings.Join(ids, " ")
}

// stalwart compares whole messages and single header values with what another
// parser read.
func (s *scorer) stalwart(dir string) {
	for f, r := range s.explain(glob(dir, ".eml")) {
		var w struct {
			Text     []int `json:"text_body"`
			Attached []int `json:"attachments"`
			Parts    []struct {
				Headers []struct {
					Name  any // a word, or an object for other fields
					Value json.RawMessage
				}
				Body map[string]json.RawMessage
			}
		}
		if !s.readJSON(strings.TrimSuffix(f, ".eml")+".json", &w) {
			continue
		}
		s.check("mime/stalwart attachments", f, strconv.Itoa(len(r.Attachments)), strconv.Itoa(len(w.Attached)))
		if len(w.Parts) == 0 {
			continue
		}
		for _, h := range w.Parts[0].Headers {
			var text struct{ Text string }
			if h.Name == "subject" && json.Unmarshal(h.Value, &text) == nil {
				s.check("mime/stalwart subject", f, words(r.Subject), words(text.Text))
			}
		}
		var want []string
		for _, i := range w.Text {
			var text string
			if i < len(w.Parts) && json.Unmarshal(w.Parts[i].Body["Text"], &text) == nil {
				want = append(want, text)
			}
		}
		if len(want) > 0 {
			s.check("mime/stalwart text", f, words(r.Text), words(strings.Join(want, "\n")))
		}
	}
	s.headers(dir, "address.json", "From", func(r *ingest.Reading) string { return addresses(r.From) })
	s.headers(dir, "date.json", "Date", func(r *ingest.Reading) string {
		if r.Date == nil {
			return ""
		}
		return *r.Date
	})
	s.headers(dir, "id.json", "References", func(r *ingest.Reading) string { return strings.Join(r.References, " ") })
	s.headers(dir, "unstructured.json", "Subject", func(r *ingest.Reading) string { return words(r.Subject) })
}

// headers wraps single header values into messages.
func (s *scorer) headers(dir, file, field string, read func(*ingest.Reading) string) {
	var cases []struct {
		Header   string
		Expected json.RawMessage
	}
	if !s.readJSON(filepath.Join(dir, file), &cases) {
		return
	}
	texts := make([]string, len(cases))
	for i, c := range cases {
		texts[i] = field + ": " + strings.TrimRight(c.Header, "\r\n") + "\nMIME-Version: 1.0\n\nbody\n"
	}
	for i, r := range s.explainTexts(texts) {
		if r != nil {
			s.check("mime/stalwart "+field, cases[i].Header, read(r), stated(field, cases[i].Expected))
		}
	}
}

// stated writes an expected header value in the form of explain.
func stated(field string, raw json.RawMessage) string {
	switch field {
	case "From":
		var v struct {
			List  []message.Address
			Group []struct{ Addresses []message.Address }
		}
		if json.Unmarshal(raw, &v) != nil {
			return ""
		}
		for _, g := range v.Group {
			v.List = append(v.List, g.Addresses...)
		}
		return addresses(v.List)
	case "Date":
		var d struct {
			Year, Month, Day, Hour, Minute, Second int
			TZBefore                               bool `json:"tz_before_gmt"`
			TZHour                                 int  `json:"tz_hour"`
			TZMinute                               int  `json:"tz_minute"`
		}
		if json.Unmarshal(raw, &d) != nil || d.Year == 0 {
			return ""
		}
		zone := fmt.Sprintf("+%02d:%02d", d.TZHour, d.TZMinute)
		if d.TZBefore {
			zone = "-" + zone[1:]
		}
		if d.TZHour == 0 && d.TZMinute == 0 {
			zone = "Z"
		}
		return fmt.Sprintf("%04d-%02d-%02dT%02d:%02d:%02d%s", d.Year, d.Month, d.Day, d.Hour, d.Minute, d.Second, zone)
	case "References":
		var ids []string
		_ = json.Unmarshal(raw, &ids) // null is no ids
		return strings.Join(ids, " ")
	}
	var text string
	_ = json.Unmarshal(raw, &text) // null is no text
	return words(text)
}

func addresses(list []message.Address) string {
	var out []string
	for _, a := range list {
		out = append(out, strings.TrimSpace(a.Name+" <"+a.Address+">"))
	}
	return strings.Join(out, ", ")
}

// words compares texts without regard to white space.
func words(s string) string { return strings.Join(strings.Fields(s), " ") }

// explainTexts writes each text to a file and explains them all; nil where there
// was no output.
func (s *scorer) explainTexts(texts []string) []*ingest.Reading {
	dir, err := os.MkdirTemp("", "skarga-corpus-")
	if err != nil {
		s.fail("%v", err)
		return nil
	}
	defer os.RemoveAll(dir)
	files := make([]string, len(texts))
	for i, t := range texts {
		files[i] = filepath.Join(dir, fmt.Sprintf("%04d.eml", i))
		if err := os.WriteFile(files[i], []byte(t), 0o600); err != nil {
			s.fail("%v", err)
			return nil
		}
	}
	got := s.explain(files)
	out := make([]*ingest.Reading, len(files))
	for i, f := range files {
		out[i] = got[f]
	}
	return out
}

func (s *scorer) readJSON(path string, into any) bool {
	b, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(b, into)
	}
	if err != nil {
		s.fail("%s: %v", path, err)
	}
	return err == nil
}

package web

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest/message"
)

// entry is one thing on the timeline of a complaint: a message that came in or went
// out, or what was done.
type entry struct {
	ID       string
	At       time.Time
	In, Out  bool // neither: what was done
	Who      string
	What     string // in few words
	Note     string // more about it; may be empty
	Warn     string // why its text may not be all; empty when it is
	Text     []piece
	Rest     string // what is folded away: quoted history and the like
	RestName string
	HTML     bool // the mail has a formatted form
	Files    []message.Attachment
	Arrival  *complaint.Arrival
	Delivery *complaint.Delivery
}

// piece is a stretch of text; those with a Mark are where a detail was found.
type piece struct {
	Text, Mark string
	ID         string // of the mark, for links to it
}

// marks divides a text at the details that were found in it. IDs begin with prefix.
func marks(text, prefix string, details []complaint.Detail) []piece {
	runes := []rune(text)
	var found []int
	for i, d := range details {
		if w := d.Where; w.Part == "text" && 0 <= w.Start && w.Start < w.End && w.End <= len(runes) {
			found = append(found, i)
		}
	}
	slices.SortStableFunc(found, func(a, b int) int { return cmp.Compare(details[a].Where.Start, details[b].Where.Start) })
	var out []piece
	at := 0
	for _, i := range found {
		d := details[i]
		if d.Where.Start < at {
			continue // it overlaps the one before
		}
		out = append(out, piece{Text: string(runes[at:d.Where.Start])}, piece{string(runes[d.Where.Start:d.Where.End]), detailWords(d.Kind), fmt.Sprintf("%s-%d", prefix, i)})
		at = d.Where.End
	}
	return append(out, piece{Text: string(runes[at:])})
}

// detailWords is what a kind of detail is called.
func detailWords(k complaint.DetailKind) string {
	switch k {
	case complaint.DetailStaff:
		return "member of staff"
	case complaint.DetailPersonalData:
		return "about personal data"
	case complaint.DetailTime:
		return "date or time"
	}
	return plain(string(k))
}

// timeline joins what came in, what went out and what was done, oldest first.
func (v *visit) timeline(c complaint.View) []entry {
	var all []entry
	for i := range c.Arrivals {
		all = append(all, v.arrived(&c.Arrivals[i], ofArrival(c, c.Arrivals[i].ID)))
	}
	for i := range c.Deliveries {
		all = append(all, v.went(&c.Deliveries[i]))
	}
	for _, e := range c.Events {
		if w, shown := deedWords(e); shown {
			all = append(all, entry{ID: e.ID, At: e.At, Who: e.Actor, What: w, Note: payloadWords(e.Payload)})
		}
	}
	slices.SortStableFunc(all, func(a, b entry) int { return a.At.Compare(b.At) })
	return all
}

// place is the arrival in which a detail was found: for what came with the complaint's
// making, the one that made it.
func place(c complaint.View, f complaint.Found) string {
	if f.ArrivalID != "" || len(c.Arrivals) == 0 {
		return f.ArrivalID
	}
	made := slices.IndexFunc(c.Arrivals, func(a complaint.Arrival) bool { return a.Outcome == complaint.ToComplaint })
	return c.Arrivals[max(made, 0)].ID
}

// ofArrival are the details that were found in an arrival.
func ofArrival(c complaint.View, arrivalID string) (some []complaint.Detail) {
	for _, f := range c.Details {
		if place(c, f) == arrivalID {
			some = append(some, f.Detail)
		}
	}
	return some
}

// arrived is what came in, read again.
func (v *visit) arrived(a *complaint.Arrival, details []complaint.Detail) entry {
	e := entry{ID: a.ID, At: a.ArrivedAt, In: true, Who: a.From, What: "by " + plain(string(a.Channel)), Arrival: a}
	if a.Channel == complaint.ChannelLetter {
		v.letterText(&e, details)
		return e
	}
	r, ok := v.read(*a)
	if !ok {
		return e
	}
	e.HTML, e.Files = v.hasHTML(r.Message), r.Message.Attachments
	text, rest := r.Message.Text, ""
	e.RestName = "Signature and earlier messages"
	switch {
	case a.Outcome == complaint.Duplicate:
		text, rest, e.What, e.RestName = "", text, "the same again, "+e.What, "The message"
	case a.Channel != complaint.ChannelForm: // a form quotes nothing
		text, rest = divide(text, r.NewText)
	}
	e.Text, e.Rest = marks(text, "found-"+a.ID, details), strings.TrimSpace(rest)
	return e
}

// poorlyRead is below which confidence a reader is told to look at the pages.
const poorlyRead = 0.8

// letterText shows what was read of a letter, or what a person typed.
func (v *visit) letterText(e *entry, details []complaint.Detail) {
	if v.Console.Intake == nil || v.Console.Intake.Papers == nil {
		return
	}
	p, err := v.Console.Intake.Papers.Paper(v.r.Context(), *e.Arrival)
	if err != nil {
		v.Log.Error("read letter", "arrival", e.Arrival.ID, "err", err)
		return
	}
	text := strings.TrimSpace(p.Text)
	switch {
	case !p.Read && text == "":
		e.Warn = "Its pages are not read yet."
	case text == "":
		e.Warn = "Nothing on its pages could be read: look at them, or have it typed at the desk."
	case !p.Read || p.ToType:
		e.Warn = "Not all of its pages could be read."
	case p.Confidence < poorlyRead:
		e.Warn = "It was hard to read: compare it with its pages."
	}
	if text != "" {
		e.Text = marks(text, "found-"+e.ID, onText(text, details))
	}
}

// onText finds the details of a page, whose places are on paper, in the text that was
// read from it. Those that do not stand there keep their places.
func onText(text string, details []complaint.Detail) []complaint.Detail {
	out := slices.Clone(details)
	for i, d := range out {
		if d.Text == "" || d.Where.Part == "subject" {
			continue
		}
		if at := strings.Index(text, d.Text); at >= 0 {
			start := utf8.RuneCountInString(text[:at])
			out[i].Where = complaint.Place{Part: "text", Start: start, End: start + utf8.RuneCountInString(d.Text)}
		} else {
			out[i].Where.Part = ""
		}
	}
	return out
}

// hasHTML says whether a message has an HTML body; it was left out while reading.
func (v *visit) hasHTML(m *message.Message) bool {
	return slices.ContainsFunc(m.Parts, func(p message.Part) bool { return p.MediaType == "text/html" })
}

// divide cuts the history off that follows what is new in a text.
func divide(text, newText string) (first, rest string) {
	text = strings.TrimRight(text, "\n ")
	lines := strings.Split(strings.TrimRight(newText, "\n "), "\n")
	last := lines[len(lines)-1]
	i := strings.LastIndex(text, last)
	if last == "" || i < 0 {
		return text, ""
	}
	return text[:i+len(last)], strings.TrimSpace(text[i+len(last):])
}

// went is what went out, or waits to.
func (v *visit) went(d *complaint.Delivery) entry {
	e := entry{ID: d.ID, At: d.SentAt, Out: true, Who: d.Recipient, What: plain(d.Kind), Note: d.LastError, Delivery: d}
	if e.At.IsZero() {
		e.At = d.QueuedAt
	}
	if d.Way == complaint.ByLetter {
		e.Who = strings.ReplaceAll(d.Postal, "\n", ", ")
		return e
	}
	full, err := v.Console.Bytes.Delivery(v.r.Context(), d.ID)
	if err != nil {
		v.Log.Error("read delivery", "delivery", d.ID, "err", err)
		return e
	}
	m := message.Read(bytes.NewReader(full.Bytes), int64(len(full.Bytes)), message.Options{SkipHTML: true})
	e.Text = []piece{{Text: strings.TrimSpace(m.Text)}}
	return e
}

// silent are the events that the timeline shows otherwise: as messages and promises.
var silent = []string{"arrived", "acknowledgement queued", "delivered", "sent", "correspondence arrived"}

// deedWords is what an event says; shown is false for what stands there already.
func deedWords(e complaint.Event) (w string, shown bool) {
	if slices.Contains(silent, e.Kind) {
		return "", false
	}
	w = strings.TrimPrefix(e.Kind, "overruled: ")
	if w != e.Kind {
		return "decided: " + plain(strings.ReplaceAll(w, "-", "_")), true
	}
	return cmp.Or(deeds[w], w), true
}

// deeds are the words for events whose kind alone says little to a reader.
var deeds = map[string]string{
	"received": "put it on record", "letter read": "read the letter", "read again": "let the letter be read again", "breach": "noted that a promise was missed", "reminder": "sent a reminder",
	string(complaint.Correspondence): "joined the message to this complaint", string(complaint.Duplicate): "saw that the message is one that came before",
	string(complaint.Automatic): "saw that a machine sent the message",
}

// payloadWords is what an event changed, in few words.
func payloadWords(payload []byte) string {
	var p struct {
		Before, After map[string]any
		Reason        string
	}
	if json.Unmarshal(payload, &p) != nil {
		return "" // of another form: the history tells the rest
	}
	var said []string
	if p.Reason != "" {
		said = append(said, "“"+p.Reason+"”")
	}
	for _, name := range slices.Sorted(maps.Keys(p.After)) {
		after, ok := p.After[name].(string)
		if yes, is := p.After[name].(bool); is {
			after, ok = map[bool]string{true: "yes", false: "no"}[yes], true
		}
		if !ok || strings.Contains(name, " ") || strings.HasSuffix(name, "At") || strings.HasSuffix(name, ".By") {
			continue // promises stand in their own list
		}
		if after == "" {
			after = "nothing"
		}
		said = append(said, fieldWords(name)+": "+plain(after))
	}
	return strings.Join(said, "; ")
}

// fieldWords writes the name of a field with its words apart.
func fieldWords(name string) string {
	var b strings.Builder
	for i, r := range strings.ReplaceAll(name, ".", " ") {
		if i > 0 && 'A' <= r && r <= 'Z' {
			b.WriteByte(' ')
		}
		b.WriteString(strings.ToLower(string(r)))
	}
	return b.String()
}

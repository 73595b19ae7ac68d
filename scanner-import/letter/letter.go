// Package letter finds out who wrote a letter: the sender's name and address, apart
// from the firm's own, the date, the salutation and the signature. It goes by where
// lines stand on the paper as much as by their words.
package letter

import (
	"slices"
	"strings"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/scanner-import/layout"
)

// Field is one thing that was read. An empty Value says that it is not there.
type Field struct {
	Value      string     `json:"value"`
	Text       string     `json:"text"`       // as it stands in the letter
	Confidence float64    `json:"confidence"` // 0 to 1
	Page       int        `json:"page"`
	Box        layout.Box `json:"box"`
	Start      int        `json:"start"` // in runes of the letter's text
	End        int        `json:"end"`
}

// Sender is who wrote a letter, as far as it says. Nothing may be sent to a name or
// an address that was only read before a person has confirmed it (DOMAIN, Post).
type Sender struct {
	Name       Field    `json:"name"`
	Address    Field    `json:"address"`  // its lines joined by ", ", with the postcode, without the name
	Lines      []string `json:"lines"`    // the address as lines for an envelope, without the name
	Postcode   Field    `json:"postcode"` // British with its space, or Polish as 00-000
	Building   Field    `json:"building"`
	Room       Field    `json:"room"`
	Email      Field    `json:"email"`
	Phone      Field    `json:"phone"` // E.164
	Account    Field    `json:"account"`
	Written    Field    `json:"written"` // the date of the letter, as 2026-11-18
	Salutation Field    `json:"salutation"`
	Signature  Field    `json:"signature"` // the name under the letter
}

// Options is what telling sender and firm apart needs.
type Options struct {
	Firm []string // the firm's name and the lines of its postal address
}

// reading is a letter on its way.
type reading struct {
	text    layout.Text
	lines   []layout.Line
	details []complaint.Detail // with Start and End in the text
	firm    firm
	salute  int // line of the salutation; -1
	signOff int // line of "Yours faithfully"; -1
	from    Sender
}

// Read finds the sender of a letter. details are those of its text; their Start and
// End say where. ours are the places, in runes, where the firm's own address stands.
func Read(text layout.Text, details []complaint.Detail, opt Options) (from Sender, ours [][2]int) {
	r := &reading{text: text, lines: text.Lines(), details: details, firm: newFirm(opt.Firm), salute: -1, signOff: -1}
	r.frame()
	r.readSignature()
	blocks := r.blocks()
	for _, b := range blocks {
		if b.ours {
			ours = append(ours, [2]int{b.start, b.end})
		}
	}
	if best := r.best(blocks); best != nil {
		r.take(*best)
	}
	r.readName()
	r.readDate()
	r.from.Email = r.nearest(complaint.DetailEmail)
	r.from.Email.Value = strings.ToLower(r.from.Email.Value) // a capital there is a slip
	r.from.Phone = r.nearest(complaint.DetailPhone)
	r.from.Account = r.nearest(complaint.DetailAccount)
	r.readRoom()
	return r.from, ours
}

// field makes a Field of a stretch of the text.
func (r *reading) field(value string, start, end int, confidence float64) Field {
	page, box := r.text.Place(start, end)
	runes := []rune(r.text.String)
	return Field{Value: value, Text: string(runes[start:end]), Confidence: confidence * r.text.Confidence(start, end), Page: page, Box: box, Start: start, End: end}
}

// frame finds the salutation and the words that end the letter.
func (r *reading) frame() {
	for i, l := range r.lines {
		if r.salute < 0 && isSalutation(l.Text) {
			r.salute = i
			r.from.Salutation = r.field(strings.TrimRight(l.Text, ",.!: "), l.Start, l.End, 0.95)
		}
		if isSignOff(l.Text) && (r.salute < 0 || i > r.salute) {
			r.signOff = i // the last one
		}
	}
}

// Where a signature stands below the words that end a letter.
const (
	signatureBelow = 6500 // hundredths of a millimetre
	signatureLines = 5
)

// readSignature finds the name under the letter; what a pen wrote there is skipped.
func (r *reading) readSignature() {
	if r.signOff < 0 {
		return
	}
	off := r.lines[r.signOff]
	if name := afterSignOff(off.Text); name != "" { // "Regards, Margaret Holloway"
		start := off.End - len([]rune(name))
		r.from.Signature = r.field(tidyName(name), start, off.End, 0.8)
		return
	}
	n := 0
	for _, l := range r.lines[r.signOff+1:] {
		if n++; n > signatureLines || l.Page != off.Page && l.Page != off.Page+1 || l.Page == off.Page && l.Box[1]-off.Box[1] > signatureBelow {
			return
		}
		if l.Page == off.Page && (l.Box[0] > off.Box[0]+off.Box[2]+3000 || l.Confidence < 0.4) {
			continue
		}
		if name := tidyName(l.Text); isName(name) {
			r.from.Signature = r.field(name, l.Start, l.End, 0.9)
			return
		}
	}
}

// readName takes the name that the block, a label and the signature agree on.
func (r *reading) readName() {
	sign, top := r.from.Signature, r.from.Name
	switch {
	case top.Value == "" && sign.Value != "":
		r.from.Name = sign
		r.from.Name.Confidence *= 0.95
	case top.Value != "" && sign.Value != "" && alike(top.Value, sign.Value):
		// Both were read: what OCR was surer of is right.
		if sign.Confidence > top.Confidence && len(sign.Value) >= len(top.Value) {
			r.from.Name = sign
		}
		r.from.Name.Confidence = min(0.98, max(top.Confidence, sign.Confidence)+0.08)
	case top.Value == "":
		for _, d := range r.details {
			if d.Kind == complaint.DetailName && !r.firm.owns(d.Text) {
				r.from.Name = r.field(d.Value, d.Where.Start, d.Where.End, d.Confidence)
				return
			}
		}
	}
}

// readDate takes the day that stands alone on a line: above the salutation, or else
// below the signature.
func (r *reading) readDate() {
	for _, above := range []bool{true, false} {
		for _, d := range r.details {
			if d.Kind != complaint.DetailTime || len(d.Value) < len("2026-11-18") {
				continue
			}
			i := slices.IndexFunc(r.lines, func(l layout.Line) bool { return l.Start <= d.Where.Start && d.Where.Start < l.End })
			if i < 0 {
				continue
			}
			l := r.lines[i]
			rest := l.End - l.Start - (d.Where.End - d.Where.Start)
			head := i < r.salute || r.salute < 0 && i < max(10, len(r.lines)/4)
			if above != head || rest > 24 || !above && i < r.signOff {
				continue
			}
			r.from.Written = r.field(d.Value[:10], d.Where.Start, d.Where.End, 0.95)
			return
		}
	}
}

// nearest gives the detail of a kind that stands nearest to the sender's block, or
// else the first.
func (r *reading) nearest(kind complaint.DetailKind) Field {
	best, far := -1, 0
	for i, d := range r.details {
		if d.Kind != kind || r.firm.owns(d.Text) {
			continue
		}
		away := d.Where.Start
		if a := r.from.Address; a.Value != "" {
			away = max(a.Start-d.Where.End, d.Where.Start-a.End, 0)
		}
		if best < 0 || away < far {
			best, far = i, away
		}
	}
	if best < 0 {
		return Field{}
	}
	d := r.details[best]
	page, box := r.text.Place(d.Where.Start, d.Where.End)
	return Field{Value: d.Value, Text: d.Text, Confidence: d.Confidence, Page: page, Box: box, Start: d.Where.Start, End: d.Where.End}
}

// readRoom finds the room and the building in the lines of the address, and the
// room elsewhere if it is not there.
func (r *reading) readRoom() {
	a := r.from.Address
	for _, d := range r.details {
		if d.Kind != complaint.DetailRoom {
			continue
		}
		inside := a.Value != "" && d.Where.Start >= a.Start && d.Where.End <= a.End
		if r.from.Room.Value == "" || inside {
			r.from.Room = r.field(d.Value, d.Where.Start, d.Where.End, 0.85)
		}
		if inside {
			break
		}
	}
	if a.Value == "" {
		return
	}
	for _, part := range strings.FieldsFunc(a.Text, func(c rune) bool { return c == ',' || c == '\n' }) {
		part = strings.TrimSpace(part)
		if at := strings.Index(a.Text, part); isBuilding(part) && at >= 0 {
			start := a.Start + len([]rune(a.Text[:at]))
			r.from.Building = r.field(part, start, start+len([]rune(part)), 0.8)
			return
		}
	}
}

// Details gives the sender as details of the letter (P9), surest reading of each.
func (s Sender) Details() []complaint.Detail {
	var list []complaint.Detail
	for _, f := range []struct {
		kind  complaint.DetailKind
		field Field
	}{{complaint.DetailName, s.Name}, {complaint.DetailAddress, s.Address}, {complaint.DetailPostcode, s.Postcode},
		{complaint.DetailRoom, s.Room}, {complaint.DetailEmail, s.Email}, {complaint.DetailPhone, s.Phone}, {complaint.DetailAccount, s.Account}} {
		if f.field.Value == "" {
			continue
		}
		box := [4]int(f.field.Box)
		list = append(list, complaint.Detail{Kind: f.kind, Value: f.field.Value, Text: f.field.Text, Confidence: f.field.Confidence,
			Where: complaint.Place{Start: f.field.Start, End: f.field.End, Page: f.field.Page, Box: &box}})
	}
	return list
}

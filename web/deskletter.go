package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
)

// deskField is one thing that a letter says, with its place on the page.
type deskField struct {
	Name, Label string
	Kind        string // text, lines or choice
	Value       string
	Options     []actOption
	Read        string  // as it stands on the page; empty: it was not found there
	Confidence  float64 // of what was read; 0 where nothing was
	Page        int     // 0: nowhere
	Box         string  // ID of its box on the page; empty: none
}

// Low says that a person should look closely.
func (f deskField) Low() bool { return f.Page > 0 && f.Confidence < lowConfidence }

// Differs says that the value is not what stands on the page, but for its lines.
func (f deskField) Differs() bool {
	plain := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	return f.Read != "" && !strings.Contains(plain(f.Value), plain(f.Read))
}

// leafView is a page with the boxes of what was found on it.
type leafView struct {
	Leaf
	N       int // in the letter, from 1
	Address string
	W, H    int // of the picture on the screen, in its own measure
	Boxes   []leafBox
}

// leafBox is where something stands, in hundredths of a millimetre.
type leafBox struct {
	ID         string
	X, Y, W, H int
	Label      string
	Low        bool
}

// twin is another complaint to which a letter may belong, side by side with it.
type twin struct {
	Link      string // ID of the proposed link; empty for a duplicate
	Reason    string
	Complaint complaint.Complaint
	Page      string // address of the first page of its letter; empty: it came another way
}

// deskLetterView is the page of a letter.
type deskLetterView struct {
	Letter
	Notice         string
	Title          string
	Due            time.Time
	Fields         []deskField
	Seen           string // names what the fields say now
	Order          string // names the pages as they are now
	Leaves         []leafView
	Else           []complaint.Detail // what else was found
	Twins          []twin
	Others         []complaint.DeskLetter // that may be the rest of it
	Previous, Next string
	At, Of         int
	Acts           bool // the person may decide
	Confirms       bool // nothing stands in the way of confirming it
	Unread         bool // pages are being read
	Reads          bool // they may be read again
}

// Low is how many fields are to be looked at closely.
func (d deskLetterView) Low() (n int) {
	for _, f := range d.Fields {
		if f.Low() {
			n++
		}
	}
	return n
}

// BatchWrong says that the whole batch waits.
func (d deskLetterView) BatchWrong() bool { return d.Batch.Problem != "" && d.Batch.CheckedAt.IsZero() }

// letterOf reads the letter of the address; false when an answer was given.
func (v *visit) letterOf(who complaint.Person, what string) (l Letter, ok bool) {
	a, err := v.Console.Office.Arrival(v.r.Context(), who, complaint.ActView, v.r.PathValue("id"), what)
	if err == nil && a.Channel != complaint.ChannelLetter {
		err = complaint.ErrNoComplaint
	}
	if err == nil {
		l, err = v.Console.Mailroom.Letter(v.r.Context(), who, a.ID)
	}
	if err != nil {
		v.refuse(err)
		return l, false
	}
	return l, true
}

// deskLetter shows a letter: its pages beside what they say.
func (v *visit) deskLetter(who complaint.Person) { v.letterWith(who, nil, http.StatusOK) }

// letterWith shows a letter with what was typed and is not confirmed, and why not.
func (v *visit) letterWith(who complaint.Person, typed url.Values, status int, problems ...problem) {
	l, ok := v.letterOf(who, "letter viewed")
	if !ok {
		return
	}
	d, err := v.Console.Mailroom.Desk(v.r.Context(), who)
	if err != nil {
		v.refuse(err)
		return
	}
	page := deskLetterView{Letter: l, Notice: v.notice(), Of: len(d.Letters), Acts: complaint.HasRole(who.Role, complaint.ActOverrule)}
	page.Previous, page.Next, page.At = neighbours(d, l.Arrival.ID)
	for _, o := range d.Letters {
		if o.Arrival.ID != l.Arrival.ID && (o.Letter.BatchID == l.Scan.BatchID || o.Letter.FileID == l.Scan.FileID) {
			page.Others = append(page.Others, o)
		}
	}
	page.Leaves, page.Order = leaves(l), pagesSeen(l)
	if l.Complaint != nil {
		page.Fields = letterFields(*l.Complaint, l.Paper.Details, page.Leaves)
		page.Seen = seen(page.Fields)
		for i, f := range page.Fields {
			if typed.Has(f.Name) {
				page.Fields[i].Value = typed.Get(f.Name)
			}
		}
		for _, o := range l.Complaint.Obligations {
			if o.Kind == complaint.Acknowledge && o.State == complaint.Open {
				page.Due = o.Deadline()
			}
		}
	}
	known := map[complaint.DetailKind]bool{}
	for _, f := range fieldKinds {
		known[f] = true
	}
	for _, found := range l.Paper.Details {
		if !known[found.Kind] {
			page.Else = append(page.Else, found)
		}
	}
	page.Unread = l.Scan.Whole && slices.ContainsFunc(l.Pages, func(p Leaf) bool { return p.ReadAt.IsZero() })
	page.Reads = page.Acts && ingest.MayReadAgain(l.Scan, scanPages(l), 0) == nil
	page.Confirms = page.Acts && l.Complaint != nil && l.Arrival.Outcome == complaint.ToComplaint && (l.Arrival.Held || l.Arrival.Parked) &&
		!page.BatchWrong() && !l.Batch.Provisional() && !page.Unread
	if page.Twins, err = v.twins(who, l); err != nil {
		v.refuse(err)
		return
	}
	page.Title = "Letter"
	if l.Complaint != nil && l.Complaint.Complaint.CustomerName != "" {
		page.Title = "Letter of " + l.Complaint.Complaint.CustomerName
	}
	v.write(status, "staff_deskletter", view{Title: page.Title, Problems: problems, Data: page})
}

// fieldKinds are the details from which fields are filled.
var fieldKinds = map[string]complaint.DetailKind{"name": complaint.DetailName, "address": complaint.DetailAddress, "email": complaint.DetailEmail,
	"account": complaint.DetailAccount, "room": complaint.DetailRoom}

// screenWidth is that of a page's picture, in pixels; finer than it is shown, for screens
// that are.
const screenWidth = 1240

// leaves are the pages of a letter for the screen.
func leaves(l Letter) (all []leafView) {
	for i, p := range l.Pages {
		leaf := leafView{Leaf: p, N: i + 1, Address: fmt.Sprintf("%s/page/%d?v=%s", letterPath(l.Arrival.ID), i+1, version(p.ScanPage)[:8])}
		if leaf.Width == 0 || leaf.Height == 0 { // nothing is known yet: as most paper is
			leaf.Width, leaf.Height = 21000, 29700
		}
		leaf.W, leaf.H = screenWidth, screenWidth*leaf.Height/leaf.Width
		all = append(all, leaf)
	}
	return all
}

// pagesSeen names the pages of a letter, so that an act on a number of another page is told.
func pagesSeen(l Letter) string { return ingest.PagesSeen(scanPages(l)) }

func scanPages(l Letter) (pages []complaint.ScanPage) {
	for _, p := range l.Pages {
		pages = append(pages, p.ScanPage)
	}
	return pages
}

// version names how a page looks, for caches.
func version(p complaint.ScanPage) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d %d %d", p.FileID, p.Number, p.Turned, p.ReadAt.UnixMilli()))
	return hex.EncodeToString(sum[:12])
}

// letterFields are the fields of a letter: what was read badly first, and what must be
// there and was not found; then the others. The boxes go onto the pages.
func letterFields(c complaint.View, found []complaint.Detail, on []leafView) []deskField {
	k, r := c.Complaint, c.Record
	fields := []deskField{
		{Name: "name", Label: "Name", Kind: "text", Value: k.CustomerName}, {Name: "address", Label: "Postal address, a line each", Kind: "lines", Value: strings.Join(k.PostalLines(), "\n")},
		{Name: "email", Label: "E-mail", Kind: "text", Value: k.CustomerAddress}, {Name: "account", Label: "Account", Kind: "text", Value: r.Account},
		{Name: "building", Label: "Building", Kind: "text", Value: r.Building}, {Name: "room", Label: "Room", Kind: "text", Value: r.Room},
		{Name: "subject", Label: "Subject", Kind: "text", Value: k.Subject},
		{Name: "language", Label: "Language", Kind: "choice", Value: languageWord(k.Language), Options: []actOption{{"en", "English"}, {"pl", "Polish"}, {"both", "both"}}},
		{Name: "reply_by", Label: "Answered by", Kind: "choice", Value: string(k.ReplyBy), Options: []actOption{{string(complaint.ByLetter), "letter"}, {string(complaint.ByEmail), "e-mail"}}},
		{Name: "needs", Label: "Letters are", Kind: "choice", Value: string(k.Needs), Options: []actOption{{"", "as usual"}, {string(complaint.LargePrint), "in large print"}, {string(complaint.Braille), "to be put into Braille"}}},
	}
	for i := range fields {
		f := &fields[i]
		kind, has := fieldKinds[f.Name]
		if !has {
			continue
		}
		for _, d := range found {
			if d.Kind != kind {
				continue
			}
			f.Read, f.Confidence, f.Page = d.Text, d.Confidence, d.Where.Page
			if box := d.Where.Box; box != nil && d.Where.Page > 0 && d.Where.Page <= len(on) && !on[d.Where.Page-1].ReadAt.IsZero() {
				f.Box = "at-" + f.Name
				leaf := &on[d.Where.Page-1]
				leaf.Boxes = append(leaf.Boxes, leafBox{ID: f.Box, X: box[0] - 150, Y: box[1] - 100, W: box[2] + 300, H: box[3] + 200, Label: f.Label, Low: f.Low()})
			}
			break
		}
	}
	urgent := func(f deskField) int {
		switch {
		case f.Value == "" && (f.Name == "name" || f.Name == "address"):
			return 0
		case f.Low():
			return 1
		}
		return 2
	}
	slices.SortStableFunc(fields, func(a, b deskField) int {
		if d := urgent(a) - urgent(b); d != 0 || urgent(a) != 1 {
			return d
		}
		return int(1000 * (a.Confidence - b.Confidence))
	})
	return fields
}

// languageWord is a language as the desk sets it.
func languageWord(l complaint.Language) string {
	if l == complaint.English || l == complaint.Polish {
		return string(l)
	}
	return "both"
}

// twins are the complaints that a letter may belong to, or is a copy of; as far as the
// person may see them (P8). That they saw them goes on record.
func (v *visit) twins(who complaint.Person, l Letter) (all []twin, err error) {
	if l.Complaint == nil {
		return nil, nil
	}
	add := func(t twin, ref complaint.Reference) error {
		other, err := v.Console.Office.Look(v.r.Context(), who, ref, "compared with a letter")
		if err != nil {
			return err
		}
		t.Complaint = other.Complaint
		for _, a := range other.Arrivals {
			if a.Channel == complaint.ChannelLetter && a.ID != l.Arrival.ID {
				t.Page = letterPath(a.ID) + "/page/1"
				break
			}
		}
		all = append(all, t)
		return nil
	}
	if l.Arrival.Outcome == complaint.Duplicate {
		return all, add(twin{Reason: strings.Join(l.Arrival.Reasons, "; ")}, l.Complaint.Complaint.Reference)
	}
	for _, link := range l.Complaint.Links {
		if link.ArrivalID != l.Arrival.ID || link.State != "proposed" {
			continue
		}
		known, err := v.Console.Office.Known(v.r.Context(), who, []string{link.ComplaintID})
		if err != nil {
			return nil, err
		}
		if other, ok := known[link.ComplaintID]; ok {
			if err := add(twin{Link: link.ID, Reason: link.Reason}, other.Reference); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// letterPicture sends a page of a letter as PNG. Who may see it is asked and noted each
// time; what the browser has already is not sent again.
func (v *visit) letterPicture(who complaint.Person) {
	l, ok := v.letterOf(who, "page of a letter viewed")
	if !ok {
		return
	}
	n, err := strconv.Atoi(v.r.PathValue("page"))
	if err != nil || n < 1 || n > len(l.Pages) {
		v.refuse(complaint.ErrNoComplaint)
		return
	}
	p, fine := l.Pages[n-1].ScanPage, v.r.URL.Query().Get("fine") != ""
	h := v.w.Header()
	tag := `"` + version(p) + map[bool]string{true: "f"}[fine] + `"`
	h.Set("Cache-Control", "private, no-cache")
	h.Set("ETag", tag)
	if v.r.Header.Get("If-None-Match") == tag {
		v.w.WriteHeader(http.StatusNotModified)
		return
	}
	b, err := v.Console.Mailroom.Picture(v.r.Context(), p, fine)
	if err != nil {
		h.Del("ETag")
		if v.r.Context().Err() == nil {
			v.Log.Warn("draw a page of a letter", "arrival", l.Arrival.ID, "page", n, "err", err)
		}
		v.fail(v.w, v.r, http.StatusNotFound)
		return
	}
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("Content-Type", "image/png")
	_, _ = v.w.Write(b) // the client went away: nothing to do
}

// letterCopy sends a letter as a PDF whose text can be searched.
func (v *visit) letterCopy(who complaint.Person) {
	l, ok := v.letterOf(who, "searchable copy of a letter saved")
	if !ok {
		return
	}
	name, pdf, err := v.Console.Mailroom.Copy(v.r.Context(), who, l.Arrival.ID)
	if err != nil {
		v.letterError(err)
		return
	}
	v.sendPDF(name, bytes.NewReader(pdf))
}

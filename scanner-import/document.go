package scannerimport

import (
	"slices"
	"unicode/utf8"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/complaint/language"
	"ask4.com/skarga/scanner-import/layout"
	"ask4.com/skarga/scanner-import/letter"
)

// documents divides pages into letters: a sheet or a Patch T page begins the next
// one and belongs to none. Without them the whole file is one letter.
func (r *Reader) documents(pages []Page, read bool) []Document {
	var docs []Document
	var batch *Sheet
	open := false
	for _, p := range pages {
		if p.Separates() {
			open = false
			if p.Sheet != nil && p.Sheet.Type == SheetBatch {
				batch = p.Sheet
			}
			continue
		}
		if !open {
			docs = append(docs, Document{FirstPage: p.Number, Batch: batch})
			open = true
		}
		docs[len(docs)-1].LastPage = p.Number
	}
	for i := range docs {
		d := &docs[i]
		r.describe(d, pages[d.FirstPage-1:d.LastPage], read)
	}
	return docs
}

// describe fills in what the pages of a letter say.
func (r *Reader) describe(d *Document, pages []Page, read bool) {
	for _, p := range pages {
		for _, b := range p.Barcodes {
			if found := complaint.FindReferences(r.prefix(), b.Text); len(found) > 0 && d.Reference == "" {
				d.Reference = string(found[0].Reference)
			}
		}
		d.ToType = d.ToType || p.ToType
	}
	if !read {
		return
	}
	words := map[int][]layout.Word{}
	var numbers []int
	var all []layout.Word
	for _, p := range pages {
		words[p.Number] = p.Words
		numbers = append(numbers, p.Number)
		all = append(all, p.Words...)
	}
	text := layout.Join(words, numbers)
	d.Text, d.Confidence = text.String, confidence(all)
	d.Language = language.Detect(d.Text)
	details := r.details.Find("text", d.Text, r.opt.Details.Arrival)
	if !slices.ContainsFunc(details, isReference) {
		if ref, start, end := mendReference(r.prefix(), d.Text); ref != "" {
			at := utf8.RuneCountInString(d.Text[:start])
			details = append(details, complaint.Detail{Kind: complaint.DetailReference, Value: string(ref), Text: d.Text[start:end], Confidence: 0.6,
				Where: complaint.Place{Start: at, End: at + utf8.RuneCountInString(d.Text[start:end])}})
		}
	}
	from, ours := letter.Read(text, details, letter.Options{Firm: r.opt.Firm})
	d.Sender = from
	d.Details = placed(text, details, from, ours)
	if d.Reference == "" {
		if i := slices.IndexFunc(d.Details, isReference); i >= 0 {
			d.Reference = d.Details[i].Value
		}
	}
}

func isReference(d complaint.Detail) bool { return d.Kind == complaint.DetailReference }

// placed gives the details of a letter with their places on the page. A detail is no
// surer than the words that it was read from. The sender's name and address stand for
// what else was taken for a name or an address there; the firm's own are left out.
func placed(text layout.Text, details []complaint.Detail, from letter.Sender, ours [][2]int) []complaint.Detail {
	sender := from.Details()
	kept := sender
	for _, d := range details {
		if slices.ContainsFunc(ours, func(o [2]int) bool { return d.Where.Start < o[1] && d.Where.End > o[0] }) && postal[d.Kind] ||
			slices.ContainsFunc(sender, func(s complaint.Detail) bool {
				return d.Where.Start < s.Where.End && d.Where.End > s.Where.Start && (s.Kind == d.Kind || s.Kind == complaint.DetailAddress && d.Kind == complaint.DetailName)
			}) {
			continue
		}
		page, box := text.Place(d.Where.Start, d.Where.End)
		at := [4]int(box)
		d.Confidence *= text.Confidence(d.Where.Start, d.Where.End)
		d.Where = complaint.Place{Start: d.Where.Start, End: d.Where.End, Page: page, Box: &at}
		kept = append(kept, d)
	}
	slices.SortStableFunc(kept, func(a, b complaint.Detail) int { return a.Where.Start - b.Where.Start })
	return kept
}

// postal are the kinds of detail that the firm's own address would give.
var postal = map[complaint.DetailKind]bool{complaint.DetailAddress: true, complaint.DetailPostcode: true, complaint.DetailName: true, complaint.DetailRoom: true}

func (r *Reader) prefix() string {
	if r.opt.Details.Prefix == "" {
		return "ASK4"
	}
	return r.opt.Details.Prefix
}

// confidence is the mean of words, weighted by their length; 0 without words.
func confidence(words []layout.Word) float64 {
	sum, n := 0.0, 0
	for _, w := range words {
		sum += w.Confidence * float64(len(w.Text))
		n += len(w.Text)
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

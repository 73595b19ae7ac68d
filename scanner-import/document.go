package scannerimport

import (
	"slices"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest/language"
	"ask4.com/skarga/scanner-import/layout"
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
	d.Details = r.found(text)
	if d.Reference == "" {
		if i := slices.IndexFunc(d.Details, func(f complaint.Detail) bool { return f.Kind == complaint.DetailReference }); i >= 0 {
			d.Reference = d.Details[i].Value
		}
	}
}

// found gives the details of a letter with their places on the page. A detail is
// no surer than the words that it was read from.
func (r *Reader) found(text layout.Text) []complaint.Detail {
	details := r.details.Find("text", text.String, r.opt.Details.Arrival)
	for i := range details {
		d := &details[i]
		page, box := text.Place(d.Where.Start, d.Where.End)
		at := [4]int(box)
		d.Confidence *= text.Confidence(d.Where.Start, d.Where.End)
		d.Where = complaint.Place{Start: d.Where.Start, End: d.Where.End, Page: page, Box: &at}
	}
	return details
}

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

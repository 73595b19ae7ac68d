package mailer

import (
	"bytes"
	"fmt"
	"io"

	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/types"

	"ask4.com/skarga/mailer/letter"
)

// Book makes one PDF of a front with an index and of items in their order, with what
// each has as a PDF behind it and with page numbers on all. A PDF that cannot be read
// is left out, and its item says so.
func Book(front letter.Front, mark string, items []letter.Item) ([]byte, error) {
	api.DisableConfigDir()
	items, counts := readable(items)
	var parts []io.ReadSeeker
	pages, at := make([]int, len(items)), 1
	for i := 0; i < len(items); {
		end := i + 1
		for end < len(items) && items[end-1].PDF == nil {
			end++
		}
		pdf, starts, count, err := letter.DrawItems(front.Title, front.Date, i+1, items[i:end])
		if err != nil {
			return nil, err
		}
		for k, s := range starts {
			pages[i+k] = at + s - 1
		}
		parts, at = append(parts, bytes.NewReader(pdf)), at+count
		if last := items[end-1].PDF; last != nil {
			parts, at = append(parts, bytes.NewReader(last)), at+counts[end-1]
		}
		i = end
	}
	_, before, err := letter.DrawFront(front, items, pages)
	if err != nil {
		return nil, err
	}
	for i := range pages {
		pages[i] += before
	}
	first, _, err := letter.DrawFront(front, items, pages)
	if err != nil {
		return nil, err
	}
	var all bytes.Buffer
	if err := api.MergeRaw(append([]io.ReadSeeker{bytes.NewReader(first)}, parts...), &all, false, nil); err != nil {
		return nil, fmt.Errorf("mailer: book: %w", err)
	}
	return numbered(all.Bytes(), mark)
}

// readable leaves out PDFs that cannot be read, and counts the pages of the others.
func readable(items []letter.Item) (out []letter.Item, counts []int) {
	for _, it := range items {
		count := 0
		if it.PDF != nil {
			var err error
			if count, err = api.PageCount(bytes.NewReader(it.PDF), nil); err != nil || count == 0 {
				it.PDF, it.Text = nil, it.Text+"\n\n[The pages of this document cannot be shown here; it lies beside this as a file.]"
			}
		}
		out, counts = append(out, it), append(counts, count)
	}
	return out, counts
}

// numbered writes a mark and the number of each page into its upper right corner.
func numbered(pdf []byte, mark string) ([]byte, error) {
	wm, err := api.TextWatermark(mark+"   page %p of %P", "font:Helvetica, points:9, scale:1 abs, pos:tr, off:-22 -18, rot:0, fillcolor:.35 .35 .35", true, false, types.POINTS)
	if err != nil {
		return nil, fmt.Errorf("mailer: page numbers: %w", err)
	}
	var out bytes.Buffer
	if err := api.AddWatermarks(bytes.NewReader(pdf), &out, nil, wm, nil); err != nil {
		return nil, fmt.Errorf("mailer: page numbers: %w", err)
	}
	return out.Bytes(), nil
}

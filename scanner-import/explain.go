package scannerimport

import (
	"context"
	"time"

	"ask4.com/skarga/complaint"
)

// Reading is how a scan is read: the contract of `skarga explain --json` (DESIGN,
// schema 1). Lists are never nil.
type Reading struct {
	Schema     int               `json:"schema"` // always 1
	File       string            `json:"file,omitempty"`
	Pages      int               `json:"pages"`
	Documents  []DocumentReading `json:"documents"`
	Separators []int             `json:"separators"` // page numbers of separators and Patch T pages
	Sheets     []SheetReading    `json:"sheets"`
	Barcodes   []Barcode         `json:"barcodes"`
	Damaged    []string          `json:"damaged"`
}

// DocumentReading is one letter of a Reading.
type DocumentReading struct {
	FirstPage  int                `json:"first_page"`
	LastPage   int                `json:"last_page"`
	Text       string             `json:"text"`
	Confidence float64            `json:"confidence"` // 0 to 1
	Language   complaint.Language `json:"language"`
	Reference  string             `json:"reference"`
	Received   *string            `json:"received"` // RFC 3339, null if unknown
	Details    []complaint.Detail `json:"details"`
}

// SheetReading is one sheet of ours.
type SheetReading struct {
	Page   int            `json:"page"`
	Type   SheetType      `json:"type"`
	Fields map[string]any `json:"fields"` // id, received, operator, pages, letters, as far as they are said
}

// Explain reads a scan into the contract of `skarga explain --json`.
func (r *Reader) Explain(ctx context.Context, path string) (Reading, error) {
	closely := *r // one picture is asked about: it is worth the time that an import has not
	closely.closely = true
	s, err := closely.Read(ctx, path, Watch{})
	if err != nil {
		return Reading{}, err
	}
	return s.Reading(), nil
}

// Reading is the scan in the form of the contract.
func (s Scan) Reading() Reading {
	r := Reading{Schema: 1, Pages: len(s.Pages), Documents: []DocumentReading{}, Separators: []int{},
		Sheets: []SheetReading{}, Barcodes: []Barcode{}, Damaged: append([]string{}, s.Damaged...)}
	for _, p := range s.Pages {
		r.Barcodes = append(r.Barcodes, p.Barcodes...)
		if p.PatchT || p.Sheet != nil && p.Sheet.Type == SheetSeparator {
			r.Separators = append(r.Separators, p.Number)
		}
		if p.Sheet != nil {
			r.Sheets = append(r.Sheets, SheetReading{p.Number, p.Sheet.Type, p.Sheet.fields()})
		}
	}
	for _, d := range s.Documents {
		out := DocumentReading{FirstPage: d.FirstPage, LastPage: d.LastPage, Text: d.Text, Confidence: d.Confidence,
			Language: d.Language, Reference: d.Reference, Details: append([]complaint.Detail{}, d.Details...)}
		if at := d.Received(); !at.IsZero() {
			text := at.Format(time.RFC3339)
			out.Received = &text
		}
		r.Documents = append(r.Documents, out)
	}
	return r
}

// fields gives what a sheet says, without what it leaves out.
func (s Sheet) fields() map[string]any {
	f := map[string]any{}
	if s.Batch != "" {
		f["id"] = s.Batch
	}
	if !s.Received.IsZero() {
		f["received"] = s.Received.Format(time.RFC3339)
	}
	if s.Operator != "" {
		f["operator"] = s.Operator
	}
	if s.Pages > 0 {
		f["pages"] = s.Pages
	}
	if s.Letters > 0 {
		f["letters"] = s.Letters
	}
	return f
}

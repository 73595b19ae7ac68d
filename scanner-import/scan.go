package scannerimport

import (
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/scanner-import/layout"
	"ask4.com/skarga/scanner-import/letter"
)

// Scan is one file as read. Pages count from 1; lists may be nil.
type Scan struct {
	Pages     []Page     // every page of the file, in order
	Documents []Document // the letters in it, in order, without the sheets between them
	Damaged   []string   // what is wrong with the file or its pages: "code: words"
}

// Page is one page of a scan.
type Page struct {
	Number     int           `json:"number"`
	Width      int           `json:"width"`            // as shown, in hundredths of a millimetre
	Height     int           `json:"height"`           // as shown, in hundredths of a millimetre
	Turn       int           `json:"turn"`             // degrees clockwise by which it was turned upright: 0, 90, 180, 270
	Skew       float64       `json:"skew"`             // degrees clockwise by which it was straightened after that
	Turned     int           `json:"turned,omitempty"` // degrees clockwise by which a person turned it after that: 0, 90, 180, 270
	Blank      bool          `json:"blank"`            // nothing is on it: kept, and not read
	TextLayer  bool          `json:"text_layer"`
	ToType     bool          `json:"to_type"`    // OCR could not read it: a person types it
	Confidence float64       `json:"confidence"` // of its words; 0 to 1
	Words      []layout.Word `json:"words"`      // in reading order
	Barcodes   []Barcode     `json:"barcodes"`
	Sheet      *Sheet        `json:"sheet"`   // what our sheet says; nil if the page is none
	PatchT     bool          `json:"patch_t"` // a Patch T separator page
	Damaged    []string      `json:"damaged"` // what is wrong with it: "code: words"
	// Hash is the SHA-256 of its picture as it stands in the file, hex; empty when
	// there is none. It is filled in by Split only.
	Hash string `json:"hash,omitempty"`
}

// Separates says whether the page is a sheet between letters and belongs to none.
func (p Page) Separates() bool { return p.Sheet != nil || p.PatchT }

// Text is the text of the page, lines and paragraphs kept.
func (p Page) Text() string {
	return layout.Join(map[int][]layout.Word{p.Number: p.Words}, []int{p.Number}).String
}

// Barcode is a code on a page.
type Barcode struct {
	Page      int    `json:"page"`
	Symbology string `json:"symbology"` // qr, code39, code128, ean13 …
	Text      string `json:"text"`
}

// Document is one letter of a scan.
type Document struct {
	FirstPage, LastPage int
	Batch               *Sheet // the batch sheet in force; nil without one
	Text                string
	Confidence          float64 // of its words; 0 to 1
	Language            complaint.Language
	Reference           string             // ours, of a code or of the text; empty if there is none
	Details             []complaint.Detail // each with its page and box (P9)
	Sender              letter.Sender      // who wrote it, as far as it says
	ToType              bool               // a page of it must be typed by a person
}

// Received is when the letter reached the building by its batch sheet; zero without
// one (P12).
func (d Document) Received() time.Time {
	if d.Batch == nil {
		return time.Time{}
	}
	return d.Batch.Received
}

package complaint

import (
	"fmt"
	"strings"
	"time"
)

// ReceivedFrom says how it is known when letters reached the building (DOMAIN, Post).
type ReceivedFrom string

// The sources of a received time, surest first.
const (
	FromDesk    ReceivedFrom = "desk"    // a person said so
	FromSheet   ReceivedFrom = "sheet"   // the batch sheet
	FromGiven   ReceivedFrom = "given"   // `skarga import --received`
	FromPattern ReceivedFrom = "pattern" // the name of the file or of its folder
	FromFile    ReceivedFrom = "file"    // 00:00 of the file's date stands in, until the desk says it
)

// ScanBatch is letters that reached the building together.
type ScanBatch struct {
	ID           string // printed on the batch sheet; made from the file where there is none
	ReceivedAt   time.Time
	ReceivedFrom ReceivedFrom
	Operator     string // who took them in; may be empty
	Pages        int    // scanned sides of its letters, as they were counted before; 0: not counted
	Letters      int    // known to be in the house; 0: not counted
	RegisteredAt time.Time
	Problem      string    // why the whole batch is at the desk, in plain words; empty: nothing
	CheckedAt    time.Time // when a person settled the problem; zero: not yet
	CheckedBy    string
	Box          string // where the paper is kept; may be empty
	DestroyAfter string // day from which the paper may be destroyed, 2006-01-02; may be empty
}

// Provisional says whether the received time only stands in for the true one.
func (b ScanBatch) Provisional() bool { return b.ReceivedFrom == FromFile }

// SheetCounts begins what is wrong with the counts of a batch. What stands before it in
// Problem is wrong with its received time.
const SheetCounts = "the sheet counts "

// TimeProblem is what is wrong with its received time: the time as a person says it
// settles that.
func (b ScanBatch) TimeProblem() string {
	wrong, _, _ := strings.Cut("; "+b.Problem, "; "+SheetCounts)
	return strings.TrimPrefix(wrong, "; ")
}

// CountProblem is what is wrong with its counts: only a look at the paper settles that.
func (b ScanBatch) CountProblem() string {
	return strings.TrimPrefix(strings.TrimPrefix(b.Problem, b.TimeProblem()), "; ")
}

// ScanState is how far a file has come.
type ScanState string

// The states of a file, in their order. What comes after "taken" needs the source no
// more.
const (
	ScanTaken ScanState = "taken" // kept unchanged, nothing of it looked at
	ScanSplit ScanState = "split" // all its pages and letters are on record
	ScanRead  ScanState = "read"  // all its pages are read, as far as they can be
)

// ScanFile is a file of a scanner, kept unchanged.
type ScanFile struct {
	ID           string // SHA-256 of its bytes, hex
	Size         int64  // bytes
	Name         string // without its folder
	Source       string // whole path that it came from
	FileAt       time.Time
	TakenAt      time.Time
	ReceivedAt   time.Time // of its letters, where no sheet says it
	ReceivedFrom ReceivedFrom
	Pages        int // 0 until it is split, and for one that cannot be read
	State        ScanState
	Problem      string    // why it or a page of it cannot be read to its end, "code: words"; empty: it can
	Engine       string    // the OCR engine that read it; may be empty
	MovedAt      time.Time // when the source was moved away; zero: not yet
}

// The kinds of a page.
const (
	PageLetter    = "letter"
	PageBatch     = "batch"     // a batch sheet
	PageSeparator = "separator" // a separator sheet, ours or Patch T
)

// ScanPage is one page of a file. A page belongs to one letter, or is a sheet.
type ScanPage struct {
	FileID    string
	Number    int    // in the file, from 1
	Kind      string // letter, batch or separator
	BatchID   string
	ArrivalID string    // the letter that it belongs to; empty for a sheet
	Position  int       // in its letter, from 1; 0 for a sheet
	Turned    int       // degrees clockwise by which a person turned it: 0, 90, 180, 270
	Hash      string    // of its picture, hex; empty when there is none, or nothing on it
	Blank     bool      // nothing is on it: kept, and not read
	ReadAt    time.Time // when its text was known; zero: it must still be read
	Content   []byte    // JSON of what it says
}

// ScanLetter is what is known of a letter beside its arrival.
type ScanLetter struct {
	ArrivalID   string
	FileID      string
	BatchID     string
	Sequence    int       // in its file, from 1
	Whole       bool      // all its pages are on record
	CompletedAt time.Time // when what it says was taken into the record; zero: not yet
	Typed       string    // its text as a person typed it; empty: as it was read
	CheckedAt   time.Time // when a person compared it with the page
	CheckedBy   string
	HandedBack  string // why it went back to the mailroom, to be scanned again; empty: it did not
}

// PaperBatch is a batch with what was found of it, for desk and ledger.
type PaperBatch struct {
	ScanBatch
	Files        int // that hold something of it
	LetterPages  int // found, blank ones included, those that came again left out
	AgainPages   int // that another file of the batch has, too: they were scanned twice
	SheetPages   int // batch and separator sheets found
	SheetBacks   int // blank pages right behind those: their backs, where both sides are scanned
	NewBacks     int // of those that did not come again
	FoundLetters int // arrivals, those of which every page came again left out
}

// Miscounted says what is wrong with the counts of a batch; "" for nothing. Pages are the
// scanned sides of its letters, and nothing else: if one could be counted or not, another
// could be lost.
func (b PaperBatch) Miscounted() string {
	var wrong []string
	n := b.LetterPages
	if b.SheetPages == b.SheetBacks { // the scanner took both sides of all
		n -= b.NewBacks
	}
	if b.Pages > 0 && b.Pages != n {
		look := "look for a double feed or a missing page, and scan it behind the same sheet"
		if n > b.Pages {
			look = "look for a page that was scanned twice, or that belongs to another batch"
		}
		wrong = append(wrong, fmt.Sprintf(SheetCounts+"%d pages and %d were scanned%s (the sides of letters, empty ones too, without sheets%s): %s", b.Pages, n, b.inFiles(), b.butAgain(), look))
	}
	if b.Letters > 0 && b.Letters != b.FoundLetters {
		wrong = append(wrong, fmt.Sprintf(SheetCounts+"%d letters and %d were found%s: look for a missing letter, or for two that were scanned as one", b.Letters, b.FoundLetters, b.inFiles()))
	}
	return strings.Join(wrong, "; ")
}

func (b PaperBatch) inFiles() string {
	if b.Files < 2 {
		return ""
	}
	return fmt.Sprintf(" in %d files", b.Files)
}

func (b PaperBatch) butAgain() string {
	if b.AgainPages == 0 {
		return ""
	}
	return fmt.Sprintf("; %d that came a second time count once", b.AgainPages)
}

// MissingLetters is how many letters are known to be in the house and not scanned.
func (b PaperBatch) MissingLetters() int { return max(b.Letters-b.FoundLetters, 0) }

// PaperFile is a file with the count of its pages, for the ledger: Pages in, and
// what became of them.
type PaperFile struct {
	ScanFile
	InLetters int
	Sheets    int
	Unread    int // pages that wait for OCR
	Letters   int
}

// Unaccounted is how many of its pages are nowhere; 0 unless something is wrong or
// the file is still being divided.
func (f PaperFile) Unaccounted() int { return f.Pages - f.InLetters - f.Sheets }

// DeskLetter is a letter that waits for a person.
type DeskLetter struct {
	Arrival   Arrival
	Letter    ScanLetter
	Complaint Complaint // zero when it made none
	DueAt     time.Time // when the acknowledgement is due (P12); zero when none is owed
	Overdue   bool      // the breach is on record
	// Confidence is that of the least sure of name, address, account and e-mail; 0 when
	// none was found.
	Confidence float64
}

// Known is how many of its pages need no OCR any more.
func (f PaperFile) Known() int { return max(f.Pages-f.Unread, 0) }

// EventScanAgain is the kind of event in a file's history that tells that its bytes
// came once more.
const EventScanAgain = "the same file again"

// ScanAgain is what EventScanAgain tells.
type ScanAgain struct {
	File string `json:"file"` // the path at which it lay
}

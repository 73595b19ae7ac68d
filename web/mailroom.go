package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
)

// Mailroom is what the pages of the desk work with beside the intake: the same functions
// as `skarga desk`, `skarga import` and `skarga letters`. A person has been asked for
// their role before; what is hidden from them (P8) is not there.
type Mailroom interface {
	// Desk lists what waits.
	Desk(ctx context.Context, who complaint.Person) (ingest.Desk, error)
	// Letter reads one letter that the person may see.
	Letter(ctx context.Context, who complaint.Person, arrivalID string) (Letter, error)
	// Picture draws a page of a letter as PNG: as it is on the screen, or as fine as it
	// was scanned.
	Picture(ctx context.Context, p complaint.ScanPage, fine bool) ([]byte, error)
	// Copy writes a letter as a PDF whose text can be searched.
	Copy(ctx context.Context, who complaint.Person, arrivalID string) (name string, pdf []byte, err error)
	// TurnPage turns a page, and gives the file in which it is to be read again.
	TurnPage(ctx context.Context, act ingest.DeskAct, page, degrees int) (fileID string, err error)
	// ReadPagesAgain lets a page be read again, or all (0), and gives the files that they are in.
	ReadPagesAgain(ctx context.Context, act ingest.DeskAct, page int) (files []string, err error)
	// ReadScan reads what of a file is not read; it takes its time.
	ReadScan(ctx context.Context, fileID string) error

	// Scans lists the files that came since a time or are being read, the newest first,
	// with what became of their pages; Scan reads one. Letters that are hidden from the
	// person are not counted (P8).
	Scans(ctx context.Context, who complaint.Person, since time.Time) ([]complaint.PaperFile, error)
	Scan(ctx context.Context, who complaint.Person, id string) (complaint.PaperFile, error)
	// ScanLetters lists the arrivals of a file's letters.
	ScanLetters(ctx context.Context, fileID string) ([]string, error)
	// Drop keeps a file to be read; again says that it was taken in before. received is when its letters reached the
	// building, "" where a sheet says it.
	Drop(ctx context.Context, who complaint.Person, name, received string, body io.Reader) (f complaint.ScanFile, again bool, err error)
	// ParseReceived reads a time as people type it.
	ParseReceived(text string) (time.Time, error)
	// ScanChanges gives a channel that gets a signal after a page was read.
	ScanChanges() <-chan struct{}

	// Post lists what waits to be printed and posted.
	Post(ctx context.Context, who complaint.Person) (Post, error)
	// Run reads a print run with its letters.
	Run(ctx context.Context, who complaint.Person, id string) (complaint.PrintRun, []complaint.Letter, error)
	// RunFile opens the file of a run, and puts on record who took it.
	RunFile(ctx context.Context, who complaint.Person, id string) (name string, pdf io.ReadCloser, err error)
	Print(ctx context.Context, who complaint.Person) (run string, err error)
	Reprint(ctx context.Context, who complaint.Person, run string) error
	Posted(ctx context.Context, who complaint.Person, run string, at time.Time, except []complaint.Reference) error
	Returned(ctx context.Context, who complaint.Person, complaintID, reason string) error
}

// ErrScan is wrapped by the error about a file, or its received time, that cannot be
// taken in.
var ErrScan = errors.New("the scan was not taken in")

// Letter is a letter as the desk shows it.
type Letter struct {
	Arrival   complaint.Arrival
	Scan      complaint.ScanLetter
	Batch     complaint.PaperBatch
	Paper     ingest.Paper
	Complaint *complaint.View // nil if it made or joined none
	Pages     []Leaf
}

// Leaf is one page of a letter as it is shown.
type Leaf struct {
	complaint.ScanPage
	Width, Height int     // in hundredths of a millimetre; 0 while they are not known
	Confidence    float64 // of its words; 0 to 1
	ToType        bool    // it could not be read
}

// Post is what waits for the post.
type Post struct {
	Letters  []complaint.Letter    // to print or to post, what is due first
	Homeless []complaint.Complaint // answered by letter, and without an address that one may go to
	Warning  string                // what falls due before the post is taken again; may be empty
	Runs     []complaint.PrintRun  // the newest first
}

func (s *Site) mailroomRoutes() {
	if s.Console.Mailroom == nil {
		return
	}
	s.desk("GET /staff/desk", "desk", complaint.ActView, (*visit).deskList)
	s.desk("POST /staff/desk/scans", "desk", complaint.ActOverrule, (*visit).dropScans)
	s.desk("GET /staff/desk/scan/{scan}", "desk", complaint.ActView, (*visit).scanOutcome)
	s.desk("POST /staff/desk/batch/{batch}", "desk", complaint.ActOverrule, (*visit).decideBatch)
	s.desk("GET /staff/desk/letter/{id}", "letter", complaint.ActView, (*visit).deskLetter)
	s.desk("GET /staff/desk/letter/{id}/page/{page}", "letter", complaint.ActView, (*visit).letterPicture)
	s.desk("GET /staff/desk/letter/{id}/copy", "letter", complaint.ActView, (*visit).letterCopy)
	s.desk("POST /staff/desk/letter/{id}", "letter", complaint.ActOverrule, (*visit).actOnLetter)
	s.desk("GET /staff/letters", "letters", complaint.ActPost, (*visit).letters)
	s.desk("POST /staff/letters/print", "letters", complaint.ActPost, (*visit).printLetters)
	s.desk("POST /staff/letters/returned", "letters", complaint.ActPost, (*visit).letterReturned)
	s.desk("GET /staff/letters/run/{run}", "letters", complaint.ActPost, (*visit).printRun)
	s.desk("GET /staff/letters/run/{run}/pdf", "letters", complaint.ActPost, (*visit).printRunFile)
	s.desk("POST /staff/letters/run/{run}", "letters", complaint.ActPost, (*visit).actOnRun)
	changes := s.Console.Mailroom.ScanChanges()
	go func() {
		for range changes {
			s.deskHub.tell()
		}
	}()
	s.desk("GET /staff/desk/changes", "desk", complaint.ActView, func(v *visit, _ complaint.Person) { v.stream(&v.deskHub) })
}

// Desk says whether who signed in works at the desk.
func (v view) Desk() bool {
	return v.Who != nil && complaint.HasRole(v.Who.Role, complaint.ActOverrule)
}

// Posts says whether who signed in prints letters.
func (v view) Posts() bool { return v.Who != nil && complaint.HasRole(v.Who.Role, complaint.ActPost) }

// deskNotices are what the pages of the mailroom may say after an act.
var deskNotices = map[string]string{
	"letter-set": "Saved. Nothing leaves before it is confirmed.", "confirmed": "Confirmed. The acknowledgement is on its way.", "typed": "The text is saved and was searched again.",
	"split": "It is two letters now. This is the first one.", "joined": "Joined. The letter was read again.", "reordered": "The pages are in that order now.",
	"turned": "Turned. The page is being read again.", "read": "The page is being read again.", "handed-back": "It waits to be scanned again. Its 24 hours run on.", "aside": "Set aside.",
	"linked": "Decided.", "received": "The time is set, and the promises are counted anew.", "checked": "Settled. Its letters no longer wait for that.",
	"dropped": "Taken in. The letters appear below as they are found.", "again": "The same file was taken in before. Nothing was recorded twice.",
	"printed": "The run is ready. Print its file, and say when it is in the post.", "reprinted": "The file was written anew; its cover says that it is a reprint.",
	"posted": "Recorded as posted.", "returned": "Recorded. The promise is open again, and the address is not used any more.",
}

// readLater reads a file after the answer. What a stop of the server interrupts goes on
// later, by the import.
func (v *visit) readLater(fileID string) {
	v.later.Go(func() {
		if err := v.Console.Mailroom.ReadScan(v.stopping, fileID); err != nil && v.stopping.Err() == nil {
			v.Log.Error("read a scan", "scan", fileID, "err", err)
		}
	})
}

// letterError answers an error of an act at the desk.
func (v *visit) letterError(err error) {
	if errors.Is(err, errStale) || errors.Is(err, ingest.ErrPagesMoved) {
		v.sorry(http.StatusConflict, "Somebody was first", "The letter was changed while you had it open. Open it again and compare what it says now.")
		return
	}
	if errors.Is(err, ErrScan) || errors.Is(err, ingest.ErrField) {
		v.sorry(http.StatusUnprocessableEntity, "Nothing was changed", words(err))
		return
	}
	v.refuse(err)
}

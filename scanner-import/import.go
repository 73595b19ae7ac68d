package scannerimport

import (
	"cmp"
	"context"
	"io"
	"log/slog"
	"time"

	"ask4.com/skarga/complaint"
)

// Store is what the import needs from storage.
type Store interface {
	// KeepScan keeps a file unchanged and gives it as it is on record; created is
	// false when the same bytes are there already.
	KeepScan(ctx context.Context, f complaint.ScanFile, body io.Reader) (_ complaint.ScanFile, created bool, err error)
	ScanFile(ctx context.Context, id string) (complaint.ScanFile, error)
	// ScanPath is where the bytes of a file lie.
	ScanPath(id string) (string, error)
	LeaseScan(ctx context.Context, owner, id string, lease time.Duration) (ok bool, err error)
	// UnreadScans lists files that are not read to their end and that nobody else has.
	UnreadScans(ctx context.Context, owner string, n int) ([]complaint.ScanFile, error)
	SetScan(ctx context.Context, f complaint.ScanFile) error
	NoteScan(ctx context.Context, e complaint.Event) error
	Pages(ctx context.Context, fileID string) ([]complaint.ScanPage, error)
	LetterPages(ctx context.Context, arrivalID string) ([]complaint.ScanPage, error)
	SetPageRead(ctx context.Context, p complaint.ScanPage) error
	Letter(ctx context.Context, arrivalID string) (complaint.ScanLetter, error)
	// ClaimLetter claims a letter that is not judged yet, whoever had it.
	ClaimLetter(ctx context.Context, owner, arrivalID string, lease time.Duration) (a complaint.Arrival, pending bool, err error)
	LettersToComplete(ctx context.Context, n int) ([]string, error)
	PaperBatch(ctx context.Context, id string) (complaint.PaperBatch, error)
	InTx(ctx context.Context, fn func(Tx) error) error
}

// Tx is one open transaction of a Store.
type Tx interface {
	CreateBatch(b complaint.ScanBatch) // one that is there stays as it is
	SetBatch(b complaint.ScanBatch)
	Batch(ctx context.Context, id string) (complaint.ScanBatch, error)
	// CreateLetter makes an arrival whose bytes are the file's, claimed by an owner
	// until a time.
	CreateLetter(a complaint.Arrival, l complaint.ScanLetter, owner string, until time.Time)
	CreatePages(pages ...complaint.ScanPage) // those that are there stay as they are
	Letter(ctx context.Context, arrivalID string) (complaint.ScanLetter, error)
	LettersOfBatch(ctx context.Context, batchID string) ([]complaint.ScanLetter, error)
	SetLetter(l complaint.ScanLetter)
	CreateEvent(e complaint.Event)
}

// Intake makes records of letters. *ingest.Intake is one.
type Intake interface {
	// TakeLetter concludes a letter before a word of it is read.
	TakeLetter(ctx context.Context, a complaint.Arrival)
	// CompleteLetter takes what was read into its record.
	CompleteLetter(ctx context.Context, arrivalID string) error
	// CountBatch holds a batch against its sheet. untrue says why the time on the sheet
	// cannot be true.
	CountBatch(ctx context.Context, id, untrue string) error
}

// ImportOptions is what the import has to know.
type ImportOptions struct {
	Owner    string         // name of this process in leases and claims
	Holder   string         // name in leases of files, where one process has several importers; empty: Owner
	Lease    time.Duration  // 0: one minute
	Location *time.Location // of times that stand in names and on files
	Patterns []Pattern      // that find the received time in names
	Done     string         // folder for files that were taken in; relative to the file's own
	Desk     string         // folder for files at the desk; relative to the file's own
	Keep     bool           // leave the files where they are
	Engine   string         // name of the OCR engine, for the record
	Now      func() time.Time
	Log      *slog.Logger
}

// Importer takes files of scanners in: each is kept unchanged, then divided into
// letters that are on record with their clocks running, then read.
type Importer struct {
	ImportOptions
	store  Store
	reader *Reader
	intake Intake
}

// NewImporter makes an importer.
func NewImporter(store Store, reader *Reader, intake Intake, opt ImportOptions) *Importer {
	if opt.Lease == 0 {
		opt.Lease = time.Minute
	}
	if opt.Location == nil {
		opt.Location = time.UTC
	}
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.Log == nil {
		opt.Log = slog.Default()
	}
	return &Importer{ImportOptions: opt, store: store, reader: reader, intake: intake}
}

// Progress is told how an import goes on. Its functions may be nil.
type Progress struct {
	Split func(done, pages int) // pages of the file looked at
	Read  func(done, pages int) // pages of the file that are read
}

// Taken says what became of a file.
type Taken struct {
	File    complaint.ScanFile
	Again   bool   // the same bytes were taken in before
	MovedTo string // where the source is now; empty: where it was
	Batches []complaint.PaperBatch
	Letters []complaint.ScanLetter
}

// holder is the name in leases of files.
func (im *Importer) holder() string { return cmp.Or(im.Holder, im.Owner) }

// hold keeps the lease on a file until stop is called.
func (im *Importer) hold(ctx context.Context, id string) (_ context.Context, stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(im.Lease / 3)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if ok, err := im.store.LeaseScan(ctx, im.holder(), id, im.Lease); err == nil && !ok {
					cancel() // another node has it now
					return
				}
			}
		}
	}()
	return ctx, func() { cancel(); <-done }
}

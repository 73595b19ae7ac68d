package web

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
)

// lowConfidence is the confidence below which what was read is to be looked at closely.
const lowConfidence = 0.8

// scansShown is for how long a file stays in the list of what came in; over a weekend.
const scansShown = 72 * time.Hour

// maxScans is how many bytes of files may be dropped at once.
const maxScans = 1 << 30

// deskRow is a letter or a batch that waits, with the time by which it must be answered.
type deskRow struct {
	Due    time.Time // zero where none is owed
	Letter *complaint.DeskLetter
	Batch  *complaint.PaperBatch
}

// Low says that a letter was read badly.
func (r deskRow) Low() bool {
	return r.Letter != nil && r.Letter.Confidence > 0 && r.Letter.Confidence < lowConfidence
}

// Why is why a letter waits.
func (r deskRow) Why() string {
	a := r.Letter.Arrival
	if a.Parked {
		return a.ParkReason
	}
	return a.HoldReason
}

// deskListView is the list of the desk.
type deskListView struct {
	Notice  string
	Rows    []deskRow
	Missing int // letters that are in the house and not scanned
	Scans   []complaint.PaperFile
	Acts    bool // the person may decide
}

// deskList shows what waits in the mailroom by the time that is left.
func (v *visit) deskList(who complaint.Person) {
	d, err := v.Console.Mailroom.Desk(v.r.Context(), who)
	if err != nil {
		v.refuse(err)
		return
	}
	if !v.listed(who, "desk", "", nil) {
		return
	}
	page := deskListView{Notice: v.notice(), Acts: complaint.HasRole(who.Role, complaint.ActOverrule)}
	for i, l := range d.Letters {
		page.Rows = append(page.Rows, deskRow{Due: l.DueAt, Letter: &d.Letters[i]})
	}
	for i, b := range d.Batches {
		page.Missing += b.MissingLetters()
		page.Rows = append(page.Rows, deskRow{Due: b.ReceivedAt.Add(v.Console.Office.Rules.Acknowledge), Batch: &d.Batches[i]})
	}
	slices.SortStableFunc(page.Rows, func(a, b deskRow) int {
		switch {
		case a.Due.IsZero() != b.Due.IsZero():
			return map[bool]int{true: 1, false: -1}[a.Due.IsZero()]
		default:
			return a.Due.Compare(b.Due)
		}
	})
	if page.Scans, err = v.Console.Mailroom.Scans(v.r.Context(), who, v.Now().Add(-scansShown)); err != nil {
		v.refuse(err)
		return
	}
	v.show("staff_desk", view{Title: "Mailroom desk", Data: page})
}

// decideBatch says when a batch was received, or settles what is wrong with it.
func (v *visit) decideBatch(who complaint.Person) {
	f, ok := v.form()
	if !ok {
		return
	}
	ctx, id, said := v.r.Context(), v.r.PathValue("batch"), "checked"
	reason := strings.TrimSpace(f.Get("reason"))
	var err error
	if f.Get("do") == "received" {
		var at time.Time
		if at, err = v.Console.Mailroom.ParseReceived(f.Get("time")); err == nil {
			if reason == "" {
				reason = "as on the stamp"
			}
			said, err = "received", v.Console.Intake.ReceivedBatch(ctx, who, id, reason, at)
		}
	} else {
		err = v.Console.Intake.CheckBatch(ctx, who, id, reason)
	}
	if err != nil {
		v.letterError(err)
		return
	}
	v.done(deskBack(f), said)
}

// deskBack is the page of the desk that a form was on.
func deskBack(f url.Values) string {
	if id := f.Get("letter"); id != "" {
		return letterPath(id)
	}
	return "/staff/desk"
}

func letterPath(id string) string { return "/staff/desk/letter/" + url.PathEscape(id) }

// dropScans takes files in as `skarga import` does. They are kept before the answer; they
// are read after it.
func (v *visit) dropScans(who complaint.Person) {
	v.extend()
	v.take(maxScans)
	parts, err := v.r.MultipartReader()
	if err != nil {
		v.sorry(http.StatusUnprocessableEntity, "Nothing was taken in", "Choose the files of the scanner first.")
		return
	}
	var kept []complaint.ScanFile
	received, again := "", false
	for {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil && p.FormName() == "received" {
			var b []byte
			b, err = io.ReadAll(io.LimitReader(p, 100))
			received = strings.TrimSpace(string(b))
		}
		if err == nil && p.FormName() == "scan" && p.FileName() != "" {
			var f complaint.ScanFile
			var before bool
			if f, before, err = v.Console.Mailroom.Drop(v.r.Context(), who, fileName(p.FileName()), received, p); err == nil {
				again = again || before
				kept = append(kept, f)
				v.readLater(f.ID)
			}
		}
		if err != nil {
			var tooLarge *http.MaxBytesError
			if errors.As(err, &tooLarge) {
				err = fmt.Errorf("%w: more than 1 GB at once is too much; drop fewer files", ErrScan)
			}
			v.letterError(err)
			return
		}
	}
	said := "dropped"
	if again {
		said = "again"
	}
	switch len(kept) {
	case 0:
		v.sorry(http.StatusUnprocessableEntity, "Nothing was taken in", "Choose the files of the scanner first.")
	case 1:
		v.done("/staff/desk/scan/"+kept[0].ID, said)
	default:
		v.done("/staff/desk", said)
	}
}

// scanView is what became of a file.
type scanView struct {
	Notice  string
	File    complaint.PaperFile
	Letters []complaint.Arrival
	Known   map[string]complaint.Complaint
}

// scanOutcome shows what became of a file.
func (v *visit) scanOutcome(who complaint.Person) {
	ctx, id := v.r.Context(), v.r.PathValue("scan")
	f, err := v.Console.Mailroom.Scan(ctx, who, id)
	if err != nil {
		v.refuse(err)
		return
	}
	page := scanView{Notice: v.notice(), File: f}
	letters, err := v.Console.Mailroom.ScanLetters(ctx, id)
	if err != nil {
		v.refuse(err)
		return
	}
	var ids []string
	for _, l := range letters {
		a, err := v.Console.Office.Arrival(ctx, who, complaint.ActView, l, "")
		switch {
		case errors.Is(err, complaint.ErrNoComplaint):
			continue // it is as if it were not there (P8)
		case err != nil:
			v.refuse(err)
			return
		}
		page.Letters = append(page.Letters, a)
		if a.ComplaintID != "" {
			ids = append(ids, a.ComplaintID)
		}
	}
	if page.Known, err = v.Console.Office.Known(ctx, who, ids); err != nil {
		v.refuse(err)
		return
	}
	if !v.listed(who, "letters of a scan", "", nil) {
		return
	}
	v.show("staff_deskscan", view{Title: page.File.Name, Data: page})
}

// neighbours are the letters before and after one on the desk, and where it stands.
func neighbours(d ingest.Desk, id string) (previous, next string, at int) {
	i := slices.IndexFunc(d.Letters, func(l complaint.DeskLetter) bool { return l.Arrival.ID == id })
	if i < 0 {
		if len(d.Letters) > 0 {
			next = d.Letters[0].Arrival.ID
		}
		return "", next, 0
	}
	if i > 0 {
		previous = d.Letters[i-1].Arrival.ID
	}
	if i+1 < len(d.Letters) {
		next = d.Letters[i+1].Arrival.ID
	}
	return previous, next, i + 1
}

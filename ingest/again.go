package ingest

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"ask4.com/skarga/complaint"
)

// scanned is a letter of a batch with its pages.
type scanned struct {
	id          string // of its arrival
	fileID      string
	outcome     complaint.Outcome
	complaintID string // that it made or joined; may be empty
	name        string // of who wrote it; may be empty
	sides       []Side
}

// content lists the pages that say something, as places in sides.
func (s scanned) content() (at []int) {
	for i, side := range s.sides {
		if !side.Blank && (side.Damaged || side.Hash != "" || len(side.Text) > 0) {
			at = append(at, i)
		}
	}
	return at
}

// kind is how a letter is to an earlier one of its batch, in another file.
type kind int

// The kinds. Only with the first two is it known which letter is which.
const (
	someAgain kind = iota + 1 // some pages are the same: the files are divided otherwise
	sameAgain                 // it is the earlier one, or a part of that
	moreAgain                 // it is the earlier one, and has pages that were missing
)

// kin is the earlier letter that one is to.
type kin struct {
	kind
	other string // its arrival
	sure  bool   // the pictures are the same, or the words and the person
}

// cameAgain holds the letters of a batch against each other, in the order in which their
// files came: which pages came twice, and which letter is another one again. A page counts
// where its letter has all the pages that are known of it.
func cameAgain(letters []scanned) (pages []complaint.ScanPage, of map[string]kin) {
	of = map[string]kin{}
	again := map[*Side]bool{}
	for n := range letters {
		l, whole := &letters[n], false
		overlaps := l.overlaps(letters[:n], again)
		found := 0
		for _, o := range overlaps {
			found += len(o.mine)
		}
		if found == 0 {
			continue
		}
		all := found == len(l.content())
		for _, o := range overlaps {
			whole = len(o.theirs) == len(o.letter.content())
			switch {
			case all:
				mark(again, l.sides)
			case whole:
				mark(again, o.letter.sides)
			default:
				for _, i := range o.mine {
					again[&l.sides[i]] = true
				}
			}
		}
		k := kin{kind: someAgain, other: overlaps[0].letter.id, sure: overlaps[0].sure}
		switch {
		case len(overlaps) > 1:
		case all && (whole || !overlaps[0].elsewhere(letters, l)):
			k.kind = sameAgain
		case !all && whole:
			k.kind = moreAgain
		}
		of[l.id] = k
	}
	inPlace(letters, of)
	for side := range again {
		pages = append(pages, complaint.ScanPage{FileID: side.FileID, Number: side.Number})
	}
	return pages, of
}

// inPlace puts the letter that goes on in the place of an earlier one that gave way to it.
func inPlace(letters []scanned, of map[string]kin) {
	for id, k := range of {
		gone := letters[slices.IndexFunc(letters, func(l scanned) bool { return l.id == k.other })]
		at := slices.IndexFunc(letters, func(l scanned) bool {
			return gone.outcome == complaint.Duplicate && l.outcome == complaint.ToComplaint && l.complaintID == gone.complaintID
		})
		switch {
		case at < 0:
		case letters[at].id == id:
			delete(of, id)
		default:
			k.other = letters[at].id
			of[id] = k
		}
	}
}

func mark(again map[*Side]bool, sides []Side) {
	for i := range sides {
		again[&sides[i]] = true
	}
}

// overlap is what a letter has in common with an earlier one.
type overlap struct {
	letter       *scanned
	mine, theirs []int // places of the same pages in both
	sure         bool
}

// overlaps finds each page of a letter in earlier ones of other files.
func (s *scanned) overlaps(earlier []scanned, again map[*Side]bool) (found []overlap) {
	for _, i := range s.content() {
		s.find(i, earlier, again, &found)
	}
	return found
}

// find looks for one page.
func (s *scanned) find(i int, earlier []scanned, again map[*Side]bool, found *[]overlap) {
	for e := range earlier {
		o := &earlier[e]
		at := slices.IndexFunc(*found, func(f overlap) bool { return f.letter == o })
		for _, j := range o.content() {
			exactly := s.sides[i].exactly(o.sides[j])
			if again[&o.sides[j]] || at >= 0 && slices.Contains((*found)[at].theirs, j) || !exactly && (otherName(s.name, o.name) || !s.sides[i].alike(o.sides[j])) {
				continue
			}
			if at < 0 {
				at, *found = len(*found), append(*found, overlap{letter: o, sure: true})
			}
			f := &(*found)[at]
			f.mine, f.theirs, f.sure = append(f.mine, i), append(f.theirs, j), f.sure && (exactly || sameName(s.name, o.name))
			return
		}
	}
}

// elsewhere says whether what a letter lacks of the earlier one is in another letter of its
// own file: the two scans are divided otherwise.
func (o overlap) elsewhere(letters []scanned, l *scanned) bool {
	for n := range letters {
		other := &letters[n]
		if other == l || other.fileID != l.fileID {
			continue
		}
		for _, j := range o.letter.content() {
			if !slices.Contains(o.theirs, j) && slices.ContainsFunc(other.sides, func(s Side) bool { return s.exactly(o.letter.sides[j]) || s.alike(o.letter.sides[j]) }) {
				return true
			}
		}
	}
	return false
}

// CountBatch holds what was found of a batch against its sheet, when a file of it was
// divided. untrue says why the time on the sheet in that file cannot be true; "" where it
// can. An earlier file may have had a part of the batch: what is now right, or wrong, of it
// holds for its letters too.
func (in *Intake) CountBatch(ctx context.Context, id, untrue string) error {
	return in.store.InTx(ctx, func(tx Tx) error {
		d := &decision{in: in, tx: tx, now: in.Now()}
		_, err := d.count(ctx, id, nil, func(b complaint.ScanBatch) string {
			switch {
			case b.Provisional(): // nobody has said better since
				return b.TimeProblem()
			case b.ReceivedFrom == complaint.FromSheet:
				return untrue
			}
			return ""
		})
		return err
	})
}

// count counts a batch, and finds its letters that are in more than one of its files; w is
// the one that was read just now. A person who settled the batch is not asked again.
func (d *decision) count(ctx context.Context, id string, w *work, untrue func(complaint.ScanBatch) string) (of map[string]kin, err error) {
	b, err := d.tx.Batch(ctx, id)
	if err != nil {
		return nil, err
	}
	letters, err := d.tx.LettersOfBatch(ctx, id)
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(letters, func(l complaint.ScanLetter) bool { return l.FileID != letters[0].FileID }) {
		all, err := d.scanned(ctx, letters, w)
		if err != nil {
			return nil, err
		}
		pages, found := cameAgain(all)
		if err := d.tx.SetAgain(ctx, id, pages); err != nil {
			return nil, err
		}
		of = found
	}
	if !b.CheckedAt.IsZero() {
		return of, nil
	}
	counted := complaint.PaperBatch{}
	if b.Pages > 0 || b.Letters > 0 {
		if counted, err = d.tx.PaperBatch(ctx, id); err != nil {
			return nil, err
		}
	}
	was := b.Problem
	if b.Problem = strings.Trim(untrue(b)+"; "+counted.Miscounted(), "; "); b.Problem == was {
		return of, nil
	}
	d.tx.SetBatch(b)
	for _, l := range letters {
		if l.CheckedAt.IsZero() {
			d.completeAgain(l)
		}
	}
	return of, nil
}

// completeAgain lets a letter be completed anew after the commit.
func (d *decision) completeAgain(l complaint.ScanLetter) {
	l.CompletedAt = time.Time{}
	d.tx.SetLetter(l)
	d.others = append(d.others, l.ArrivalID)
}

// scanned reads the pages of letters, in the order in which their files came.
func (d *decision) scanned(ctx context.Context, letters []complaint.ScanLetter, w *work) ([]scanned, error) {
	var all []scanned
	var files []string
	for _, l := range letters {
		if !slices.Contains(files, l.FileID) {
			files = append(files, l.FileID)
		}
		s := scanned{id: l.ArrivalID, fileID: l.FileID}
		rows, err := d.tx.LetterPages(ctx, l.ArrivalID)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			side, err := d.in.Papers.Side(row)
			if err != nil {
				return nil, err
			}
			s.sides = append(s.sides, side)
		}
		a, err := d.tx.GetArrival(ctx, l.ArrivalID)
		if err != nil {
			return nil, err
		}
		s.outcome, s.complaintID = a.Outcome, a.ComplaintID
		switch {
		case w != nil && w.arrival.ID == a.ID:
			s.name = w.read.Paper.from.Name
		case a.ComplaintID != "":
			comp, err := d.tx.GetComplaint(ctx, a.ComplaintID)
			if err != nil {
				return nil, err
			}
			s.name = comp.CustomerName
		}
		all = append(all, s)
	}
	slices.SortStableFunc(all, func(a, b scanned) int {
		return cmp.Compare(slices.Index(files, a.fileID), slices.Index(files, b.fileID))
	})
	return all, nil
}

// scannedAgain is what a letter of which there are two scans, in two files of its batch,
// belongs to: the one with less is a duplicate of the other's complaint, or may be one where
// that is not certain. One that somebody has worked on stays, and one that was handed back
// gives way to its new scan.
func (d *decision) scannedAgain(ctx context.Context, v complaint.Case, id string, of map[string]kin) (match, error) {
	mine, err := d.tx.Letter(ctx, id)
	if err != nil {
		return match{}, err
	}
	k, why, gives := of[id], "the same pages were scanned before in this batch", false
	for later, is := range of {
		if is.other == id && is.sure && (is.kind == moreAgain || is.kind == sameAgain && mine.HandedBack != "") {
			k, why, gives = kin{sameAgain, later, true}, "it was scanned again later in this batch", true
		}
	}
	switch k.kind {
	case 0:
		return match{}, nil
	case someAgain:
		why = "some pages of both are the same"
	case moreAgain:
		why = "some of its pages were scanned before in this batch"
	}
	a, err := d.tx.GetArrival(ctx, k.other)
	if err != nil || a.ComplaintID == "" || a.ComplaintID == v.Complaint.ID || a.Outcome == complaint.SetAside || a.Outcome == complaint.Refused {
		return match{}, err
	}
	l, err := d.tx.Letter(ctx, a.ID)
	if err != nil {
		return match{}, err
	}
	if !gives && k.sure && (k.kind == moreAgain || k.kind == sameAgain && l.HandedBack != "") { // of two, one alone waits for the other
		other, err := d.tx.LockCase(ctx, a.ComplaintID)
		if err != nil {
			return match{}, err
		}
		if free, err := d.free(ctx, l, other); err != nil || free { // it joins this one, when it is looked at again
			d.completeAgain(l)
			return match{}, err
		}
	}
	if k.kind == sameAgain && k.sure {
		if free, err := d.free(ctx, mine, v); err != nil || free {
			return match{complaintID: a.ComplaintID, joins: true, reason: why}, errors.Join(err, d.stays(ctx, a, v.Complaint.ID))
		}
	}
	comp, err := d.tx.GetComplaint(ctx, a.ComplaintID)
	return match{complaintID: comp.ID, reason: "may belong to " + string(comp.Reference) + ": " + why + ", as letter " + a.ID}, err
}

// stays takes back that a letter may belong to a complaint that joins its own.
func (d *decision) stays(ctx context.Context, a complaint.Arrival, joins string) error {
	if a.ProposedID != joins {
		return nil
	}
	if err := d.unpropose(ctx, &a); err != nil {
		return err
	}
	d.tx.SetArrival(a)
	comp, err := d.tx.GetComplaint(ctx, a.ComplaintID)
	if err == nil {
		comp.Provisional = false
		d.tx.SetComplaint(comp)
	}
	return err
}

// free says whether a letter's complaint is as the import made it: nobody has worked on it,
// and nothing was written.
func (d *decision) free(ctx context.Context, l complaint.ScanLetter, v complaint.Case) (bool, error) {
	if !l.CheckedAt.IsZero() || l.Typed != "" || !untouched(v) || !v.Complaint.ClosedAt.IsZero() {
		return false, nil
	}
	deliveries, err := d.tx.DeliveriesOf(ctx, v.Complaint.ID)
	return len(deliveries) == 0, err
}

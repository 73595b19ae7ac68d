package scannerimport

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"unicode"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/complaint/language"
	"ask4.com/skarga/ingest"
)

// Papers reads letters back from what is on record of their pages. It is
// ingest.Papers.
type Papers struct {
	Store  PaperStore
	Reader *Reader
}

// PaperStore is what Papers needs from storage.
type PaperStore interface {
	Letter(ctx context.Context, arrivalID string) (complaint.ScanLetter, error)
	LetterPages(ctx context.Context, arrivalID string) ([]complaint.ScanPage, error)
	ScanFile(ctx context.Context, id string) (complaint.ScanFile, error)
	PaperBatch(ctx context.Context, id string) (complaint.PaperBatch, error)
}

// Paper gives what is known of a letter: as much as was read of it, or what a person
// typed. Its details' places count pages within the letter. While its file is divided the
// batch is not counted, and the letter is not read as a whole.
func (s Papers) Paper(ctx context.Context, a complaint.Arrival) (ingest.Paper, error) {
	l, err := s.Store.Letter(ctx, a.ID)
	if err != nil {
		return ingest.Paper{}, err
	}
	f, err := s.Store.ScanFile(ctx, l.FileID)
	if err != nil {
		return ingest.Paper{}, err
	}
	b, err := s.Store.PaperBatch(ctx, l.BatchID)
	if err != nil {
		return ingest.Paper{}, err
	}
	rows, err := s.Store.LetterPages(ctx, a.ID)
	if err != nil {
		return ingest.Paper{}, err
	}
	p := ingest.Paper{Name: f.Name, Pages: len(rows), Whole: l.Whole, Read: l.Whole && f.State != complaint.ScanTaken, Batch: b.ScanBatch, HandedBack: l.HandedBack}
	if f.Problem != "" && len(rows) == 0 {
		p.Damaged = []string{f.Problem}
	}
	return p, s.fill(&p, rows, l.Typed, a)
}

// fill reads the pages of a letter.
func (s Papers) fill(p *ingest.Paper, rows []complaint.ScanPage, typed string, a complaint.Arrival) error {
	hash := sha256.New()
	pages := make([]Page, len(rows))
	for i, row := range rows {
		if err := json.Unmarshal(row.Content, &pages[i]); err != nil {
			return fmt.Errorf("scannerimport: page %d of scan %s: %w", row.Number, row.FileID, err)
		}
		pages[i].Number = i + 1
		p.Read = p.Read && !row.ReadAt.IsZero()
		p.Damaged = append(p.Damaged, pages[i].Damaged...)
		for _, c := range pages[i].Barcodes {
			p.Codes = append(p.Codes, c.Text)
		}
		if row.Hash != "" {
			hash.Write([]byte(row.Hash)) // a hash never fails to write
			p.Hash = hex.EncodeToString(hash.Sum(nil))
		}
	}
	if len(p.Damaged) > 0 { // what was not seen cannot be the same
		p.Hash = ""
	}
	if typed != "" {
		p.Text, p.Language, p.Confidence = typed, language.Detect(typed), 1
		p.Details = s.Reader.details.Find("text", typed, a.ArrivedAt)
		return nil
	}
	d := s.Reader.Describe(pages, a)
	p.Text, p.Language, p.Confidence, p.Details, p.ToType = d.Text, d.Language, d.Confidence, d.Details, d.ToType
	from := d.Sender
	p.Sender = ingest.Customer{Account: from.Account.Value, Name: from.Name.Value, Building: from.Building.Value, Room: from.Room.Value, Address: from.Lines, Email: from.Email.Value}
	return nil
}

// Side reads one page of a letter, to be held against another scan of it.
func (s Papers) Side(row complaint.ScanPage) (ingest.Side, error) {
	side := ingest.Side{FileID: row.FileID, Number: row.Number, Hash: row.Hash, Blank: row.Blank}
	p, err := PageOf(row)
	side.Damaged, side.Exact = len(p.Damaged) > 0, p.TextLayer
	if err != nil || row.ReadAt.IsZero() {
		return side, err
	}
	for _, w := range p.Words {
		for _, r := range complaint.Fold(w.Text) {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				side.Text = append(side.Text, r)
			}
		}
	}
	return side, nil
}

// Describe says what the pages of one letter say, which count from 1.
func (r *Reader) Describe(pages []Page, a complaint.Arrival) Document {
	d := Document{FirstPage: 1, LastPage: len(pages)}
	dated := *r
	dated.opt.Details.Arrival = a.ArrivedAt
	dated.describe(&d, pages, true)
	return d
}

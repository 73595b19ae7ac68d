package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"ask4.com/skarga/cmd/skarga/config"
	"ask4.com/skarga/cmd/skarga/demo"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
	scannerimport "ask4.com/skarga/scanner-import"
)

// demoPost configures what the demo's letters need: a folder that is watched, and a
// directory with one customer.
func demoPost(cfg *config.Config, dir string) error {
	cfg.Import.Folder, cfg.Import.Directory = filepath.Join(dir, "scans"), filepath.Join(dir, "customers.csv")
	cfg.Import.Settle, cfg.Import.Rescan = config.Duration(200*time.Millisecond), config.Duration(time.Second)
	cfg.Letters.Folder = filepath.Join(dir, "print")
	if err := os.WriteFile(cfg.Import.Directory, []byte(demo.Customers), 0o600); err != nil {
		return err
	}
	return os.MkdirAll(cfg.Import.Folder, 0o700)
}

// post lays a batch of letters into the scanner and shows what became of each.
func (d *demoShow) post(ctx context.Context) error {
	missing := d.app.scans.Missing()
	received := d.app.now().Add(-2 * time.Hour).Truncate(time.Minute)
	pages := 0
	for _, l := range demo.Post {
		pages += len(l.Pages)
	}
	sheet := scannerimport.Sheet{Type: scannerimport.SheetBatch, Batch: "DEMO", Received: received, Operator: "ANNA", Pages: pages, Letters: len(demo.Post)}
	first, err := d.view(ctx, d.arrivals[demo.First[0].File].ComplaintID)
	if err != nil {
		return err
	}
	file := filepath.Join(d.app.cfg.Import.Folder, "post.pdf")
	if _, err := demo.WriteScan(ctx, file, sheet, d.app.office.signer.SlipCode("", first.Complaint.Reference)); err != nil {
		return err
	}
	fmt.Fprintf(d.out, "\nThe post: %d letters, received %s, were scanned into a folder that is watched.\n", len(demo.Post), local(received, d.app.rules.Location))
	if missing != nil {
		fmt.Fprintf(d.out, "They cannot be read here: %v.\nOn Debian: apt-get install tesseract-ocr tesseract-ocr-eng tesseract-ocr-pol\nThey are on record all the same, each with its clock, to be typed at the desk. What would have been read is marked so.\n", missing)
	}
	letters, err := d.readPost(ctx)
	if err != nil {
		return err
	}
	if len(letters) != len(demo.Post) {
		return fmt.Errorf("%d letters were found in the scan, there are %d", len(letters), len(demo.Post))
	}
	for i, l := range letters {
		if err := d.tellLetter(ctx, i, demo.Post[i], l, missing != nil); err != nil {
			return err
		}
	}
	return d.printPost(ctx, letters[1], missing != nil)
}

// readPost waits until the scan is read, and gives its letters.
func (d *demoShow) readPost(ctx context.Context) ([]complaint.ScanLetter, error) {
	ctx, cancel := context.WithTimeout(ctx, 3*demoWait)
	defer cancel()
	for {
		files, err := d.app.store.PaperFiles(ctx, time.Time{})
		if err != nil {
			return nil, err
		}
		if len(files) == 1 && files[0].State == complaint.ScanRead {
			pages, err := d.app.store.Pages(ctx, files[0].ID)
			if err != nil {
				return nil, err
			}
			var letters []complaint.ScanLetter
			for _, p := range pages {
				if p.ArrivalID != "" && p.Position == 1 {
					l, err := d.app.store.Letter(ctx, p.ArrivalID)
					if err != nil {
						return nil, err
					}
					letters = append(letters, l)
				}
			}
			return letters, nil
		}
		if err := d.pause(ctx); err != nil {
			return nil, fmt.Errorf("the post was not read: %w", err)
		}
	}
}

// tellLetter prints what was read of a letter and what became of it.
func (d *demoShow) tellLetter(ctx context.Context, i int, want demo.Paper, l complaint.ScanLetter, unread bool) error {
	d.seen++
	a, err := d.app.store.GetArrival(ctx, l.ArrivalID)
	if err != nil {
		return err
	}
	paper, err := scannerimport.Papers{Store: d.app.store, Reader: d.app.scans}.Paper(ctx, a)
	if err != nil {
		return err
	}
	v, err := d.view(ctx, a.ComplaintID)
	if err != nil {
		return err
	}
	c := v.Complaint
	linked := a.ProposedID != ""
	right := a.Outcome == want.Outcome && (unread || a.Held == want.Held && linked == want.Linked && paper.Language == want.Language)
	if want.Name != "" && !unread {
		right = right && c.CustomerName == want.Name
	}
	mark := "ok "
	if !right {
		mark = "BAD"
		d.wrong++
	}
	fmt.Fprintf(d.out, "\n%s letter %d  %s\n", mark, i+1, want.What)
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(d.out, "    %-10s %s\n", name, value)
		}
	}
	line("pages", fmt.Sprintf("%d, read with %.0f %% confidence", paper.Pages, 100*paper.Confidence))
	if unread {
		for _, words := range want.Pages {
			line("would read", cut(strings.Join(words, " "), 110))
		}
	} else {
		line("begins", cut(strings.Join(strings.Fields(paper.Text), " "), 90))
		line("language", string(paper.Language))
	}
	for _, f := range paper.Details {
		line("found", fmt.Sprintf("%-10s %s, %s", f.Kind, cut(f.Value, 60), f.Where))
	}
	outcome := string(a.Outcome) + " " + string(c.Reference)
	switch {
	case a.Held:
		outcome += ", held: " + a.HoldReason
	case a.Outcome == complaint.ToComplaint:
		outcome += ", acknowledged by " + string(c.ReplyBy)
	}
	line("outcome", outcome)
	for _, r := range a.Reasons {
		line("", "· "+r)
	}
	if !right {
		line("", fmt.Sprintf("expected: %s, held %v, proposed %v, %q in %q; it is by %q", want.Outcome, want.Held, want.Linked, want.Name, want.Language, c.CustomerName))
	}
	return nil
}

// printPost confirms a letter at the desk and prints the answers that go by post.
func (d *demoShow) printPost(ctx context.Context, confirmed complaint.ScanLetter, unread bool) error {
	who, err := d.app.cases.Person("Anna Kowalska")
	if err != nil {
		return err
	}
	act := ingest.DeskAct{Who: who, ArrivalID: confirmed.ArrivalID}
	if unread {
		typed := strings.Join(demo.Post[1].Pages[0], "\n")
		if err := d.app.intake.SetLetter(ctx, act, map[string]string{"text": typed}); err != nil {
			return err
		}
	}
	if err := d.app.intake.SetLetter(ctx, act, map[string]string{"address": "Jan Kowalski; 18 Ecclesall Road; Sheffield; S11 8PR"}); err != nil {
		return err
	}
	if err := d.app.intake.ConfirmLetter(ctx, act); err != nil {
		return err
	}
	run, err := d.app.post(who.Name).Print(ctx)
	if err != nil {
		return err
	}
	kept, err := d.keep(run.File)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(d.out, "\nAt the desk %s compared letter 2 with its page and confirmed it (skarga desk confirm).\nThe answers that go by post, %d letters and a cover: %s\n", who.Name, run.Letters, kept)
	return err
}

// keep copies a file to where it stays when the demo has ended.
func (d *demoShow) keep(file string) (_ string, err error) {
	from, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer from.Close()
	if err := os.MkdirAll(d.folder, 0o750); err != nil {
		return "", err
	}
	to, err := os.Create(filepath.Join(d.folder, "skarga-demo-letters.pdf"))
	if err != nil {
		return "", err
	}
	if _, err := io.Copy(to, from); err != nil {
		to.Close() // the copy failed: its error is told
		return "", err
	}
	return to.Name(), to.Close()
}

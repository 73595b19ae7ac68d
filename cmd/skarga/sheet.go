package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/mailer/letter"
	scannerimport "ask4.com/skarga/scanner-import"
	"ask4.com/skarga/templates"
)

type sheetCmd struct {
	Batch     sheetBatch     `cmd:"" help:"Print the sheet that lies on top of a batch and says when its letters reached the building."`
	Separator sheetSeparator `cmd:"" help:"Print sheets that lie between two letters."`
}

type sheetBatch struct {
	Received string `required:"" help:"When the letters reached the building: \"2026-11-20 09:15\"." placeholder:"TIME"`
	Operator string `help:"Who took them in." placeholder:"NAME"`
	Pages    int    `help:"Sides of the letters that will be scanned, empty ones too: of each leaf both if the scanner takes both. This sheet and separators do not count."`
	Letters  int    `help:"Letters of the batch, if they are counted: they are on record from now on, and missed if they are not scanned."`
	To       string `help:"File to write." default:"batch-sheet.pdf" type:"path"`
}

// Run prints a batch sheet.
func (c sheetBatch) Run(s *session) error {
	cfg, err := s.loadConfig()
	if err != nil {
		return err
	}
	rules, err := cfg.Rules()
	if err != nil {
		return err
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", c.Received, rules.Location)
	if err != nil {
		return usageError{fmt.Errorf("--received %q is no time; one looks like \"2026-11-20 09:15\"", c.Received)}
	}
	now := time.Now().In(rules.Location)
	switch {
	case at.After(now):
		return usageError{fmt.Errorf("--received %s is still to come; letters are received when they are in the building", c.Received)}
	case c.Pages < 0 || c.Letters < 0:
		return usageError{fmt.Errorf("--pages %d, --letters %d: a number is not below 0", c.Pages, c.Letters)}
	}
	id := complaint.NewID()
	sheet := scannerimport.Sheet{Type: scannerimport.SheetBatch, Batch: id[len(id)-8:], Received: at, Operator: c.Operator, Pages: c.Pages, Letters: c.Letters}
	pdf, err := letter.DrawSheets("Batch sheet "+sheet.Batch, now, []letter.Sheet{batchSheet(sheet, at)})
	if err != nil {
		return err
	}
	// The sheet comes first: letters on record that no sheet will ever bring in would be
	// missed for good, a sheet that is not on record puts its batch there when it is scanned.
	if err := os.WriteFile(c.To, pdf, 0o600); err != nil {
		return err
	}
	if c.Letters > 0 {
		if err := s.registerBatch(sheet); err != nil {
			return fmt.Errorf("%w; do not use %s: its letters are not on record", err, c.To)
		}
	}
	return s.done("Batch %s: print %s in its real size.", sheet.Batch, c.To)
}

// registerBatch puts letters on record that are in the house: from now on their 24
// hours are watched (P12).
func (s *session) registerBatch(sheet scannerimport.Sheet) error {
	a, err := s.open()
	if err != nil {
		return err
	}
	defer a.Close()
	who, err := s.person(a)
	if err != nil {
		return err
	}
	payload, err := json.Marshal(map[string]any{"letters": sheet.Letters, "pages": sheet.Pages, "operator": sheet.Operator})
	if err != nil {
		return err
	}
	b := complaint.ScanBatch{ID: sheet.Batch, ReceivedAt: sheet.Received, ReceivedFrom: complaint.FromSheet, Operator: sheet.Operator,
		Pages: sheet.Pages, Letters: sheet.Letters, RegisteredAt: a.now()}
	return a.store.RegisterBatch(s.ctx, b, complaint.Event{ID: complaint.NewID(), Subject: b.ID, At: a.now(), Actor: who.Name, Kind: "registered", Payload: payload})
}

// batchSheet puts the facts of a batch into words.
func batchSheet(sheet scannerimport.Sheet, at time.Time) letter.Sheet {
	en := letter.Words{Title: "Batch sheet", Help: "Lay this sheet on top of the letters and scan it with them."}
	pl := letter.Words{Title: "Karta partii", Help: "Prosimy położyć tę kartę na listach i zeskanować razem z nimi."}
	both := func(english, polish string) {
		en.Lines, pl.Lines = append(en.Lines, english), append(pl.Lines, polish)
	}
	both("Received "+templates.Date(complaint.English, at)+", "+at.Format("15:04"), "Wpłynęło "+templates.Date(complaint.Polish, at)+", "+at.Format("15:04"))
	if sheet.Pages > 0 {
		n := strconv.Itoa(sheet.Pages)
		both("Pages: "+n, "Stron: "+n)
		en.Help += " Pages are the sides of the letters that the scanner takes, empty ones too. This sheet and separators do not count."
		pl.Help += " Strony to skanowane strony listów, także puste. Tej karty i kart rozdzielających nie liczymy."
	}
	if sheet.Letters > 0 {
		n := strconv.Itoa(sheet.Letters)
		both("Letters: "+n, "Listów: "+n)
	}
	if sheet.Operator != "" {
		both("Taken in by "+sheet.Operator, "Przyjmuje: "+sheet.Operator)
	}
	both("Batch "+sheet.Batch, "Partia "+sheet.Batch)
	return letter.Sheet{Code: sheet.Code(), English: en, Polish: pl}
}

type sheetSeparator struct {
	Count int    `help:"How many." default:"1"`
	To    string `help:"File to write." default:"separator-sheets.pdf" type:"path"`
}

// Run prints separator sheets.
func (c sheetSeparator) Run(s *session) error {
	if c.Count < 1 || c.Count > 500 {
		return usageError{fmt.Errorf("--count %d: between 1 and 500", c.Count)}
	}
	one := letter.Sheet{Code: scannerimport.Sheet{Type: scannerimport.SheetSeparator}.Code(),
		English: letter.Words{Title: "Next letter", Help: "Lay this sheet between two letters. It can be used again and again."},
		Polish:  letter.Words{Title: "Następny list", Help: "Prosimy kłaść tę kartę między dwoma listami. Można jej używać wiele razy."}}
	sheets := make([]letter.Sheet, c.Count)
	for i := range sheets {
		sheets[i] = one
	}
	pdf, err := letter.DrawSheets("Separator sheets", time.Now(), sheets)
	if err != nil {
		return err
	}
	if err := os.WriteFile(c.To, pdf, 0o600); err != nil {
		return err
	}
	return s.done("%d separator sheets: print %s in its real size.", c.Count, c.To)
}

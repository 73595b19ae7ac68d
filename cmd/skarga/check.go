package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"ask4.com/skarga/cmd/skarga/config"
	"ask4.com/skarga/ingest/imap"
	"ask4.com/skarga/mailer"
	scannerimport "ask4.com/skarga/scanner-import"
	"ask4.com/skarga/templates"
)

type checkCmd struct {
	Roundtrip bool `help:"Mail ourselves to prove plus addressing and the envelope token; they are used only where proved."`
}

// checked is the result of testing one part.
type checked struct {
	Part   string `json:"part"`
	OK     bool   `json:"ok"`
	Detail string `json:"detail"`
	Cure   string `json:"cure"`
}

// Run tests each part for real and prints a line each.
func (c checkCmd) Run(s *session) error {
	cfg, err := s.loadConfig()
	if err != nil {
		return err
	}
	results := checkAll(s.ctx, cfg, s.err)
	if c.Roundtrip {
		results = append(results, roundtrip(s))
	}
	failed := 0
	for _, r := range results {
		if !r.OK {
			failed++
		}
	}
	if s.cli.JSON {
		err = printJSON(s.out, results)
	} else {
		err = s.table(func(w *tabwriter.Writer) { printChecked(w, results) })
	}
	if err != nil {
		return err
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d parts need attention", failed, len(results))
	}
	return nil
}

// printChecked writes a line each, and a second one with the cure.
func printChecked(w io.Writer, results []checked) {
	for _, r := range results {
		mark := "ok"
		if !r.OK {
			mark = "FAIL"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", mark, r.Part, r.Detail)
		if r.Cure != "" {
			fmt.Fprintf(w, "\t\t→ %s\n", r.Cure)
		}
	}
}

// checkAll tests database, mailboxes, mail server, scanning, templates and zone data.
func checkAll(ctx context.Context, cfg config.Config, logTo io.Writer) []checked {
	var out []checked
	add := func(part string, err error, detail, cure string) bool {
		if err != nil {
			out = append(out, checked{Part: part, Detail: err.Error(), Cure: cure})
			return false
		}
		out = append(out, checked{Part: part, OK: true, Detail: detail})
		return true
	}
	_, err := time.LoadLocation(cfg.Firm.TimeZone)
	add("time zone data", err, cfg.Firm.TimeZone, "install tzdata, or correct firm.time_zone")
	_, err = templates.Load(cfg.Templates.Folder)
	if !add("templates", err, "all are whole, English and Polish", "correct the file that is named") {
		cfg.Templates.Folder = "" // the rest is tried with the shipped ones
	}
	files := cfg.Files(config.Roles)
	for _, setting := range slices.Sorted(maps.Keys(files)) {
		if err := readable(files[setting]); err != nil {
			add(setting, err, "", fileCure(setting, files[setting]))
		}
	}
	a, err := assemble(ctx, cfg, logTo)
	if !add("database", err, cfg.Database.Driver+" answers and is up to date", databaseCure(cfg.Database)) {
		return out
	}
	defer a.Close()
	_ = os.MkdirAll(cfg.Database.Folder, 0o700) // as the first large message does; trying it tells
	add("folder of large messages", scannerimport.TryMove(cfg.Database.Folder, "."), cfg.Database.Folder+" can be written", "make the folder, or let the user that runs Skarga write into it: database.folder")
	for _, m := range cfg.Mailboxes {
		for _, r := range imap.Check(ctx, a.imapOptions(m, time.Time{})) {
			out = append(out, checked{"mailbox " + m.Account + "/" + m.Folder + ": " + r.Part, r.OK, r.Detail, r.Cure})
		}
		pos, err := a.store.Position(ctx, m.Account, m.Folder)
		if err == nil && a.silent(pos) {
			out = append(out, checked{Part: "mailbox " + m.Account + "/" + m.Folder + ": polling", Detail: "last read " + local(pos.LastOK, a.rules.Location), Cure: "is `skarga serve` running with the role poll?"})
		}
	}
	if cfg.Import.Folder != "" {
		moved := errors.Join(scannerimport.TryMove(cfg.Import.Folder, cfg.Import.Done), scannerimport.TryMove(cfg.Import.Folder, cfg.Import.Desk))
		add("folder of scans", moved, cfg.Import.Folder+" can be read, and its files moved to "+cfg.Import.Done+" and "+cfg.Import.Desk, "make the folders, or let the user that runs Skarga write into them: import.folder, import.done, import.desk")
		add("OCR", a.scans.Missing(), cfg.Import.Tesseract+" reads "+cfg.Import.Languages, "apt-get install tesseract-ocr tesseract-ocr-eng tesseract-ocr-pol, or correct import.tesseract and import.languages; until then letters are typed at the desk")
	}
	if cfg.Web.Address != "" {
		_, err := a.site(ctx, cfg.Web.Address)
		add("pages for customers", err, a.pagesDetail(), "see web.* in the configuration")
	}
	named, err := a.checkNamed()
	add("bodies", err, named, "set the next one on the pages (Admin, Bodies) or in the configuration")
	_, to := a.rules.Calendar.Horizon()
	add("calendar", checkHorizon(a.rules, a.now()), fmt.Sprintf("%s answers until the end of %d", a.rules.Calendar.Name(), to), "update Skarga: a newer version brings the calendars of further years")
	add("letters", a.checkLetters(), "one is drawn; runs are printed into "+cfg.Letters.Folder, "see letters.*; the folder must be writable for the user that runs Skarga")
	o, err := a.senderOptions()
	if add("mail server settings", err, cfg.SMTP.TLS, "see smtp.* in the configuration") {
		for _, r := range mailer.Check(ctx, o, cfg.Firm.Address) {
			out = append(out, checked{"mail server: " + r.Part, r.OK, r.Detail, r.Cure})
		}
	}
	return out
}

// readable says why a file cannot be read.
func readable(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	return f.Close()
}

func fileCure(setting, file string) string {
	if strings.HasSuffix(setting, "ca_file") {
		return "put the authority's certificate there, PEM, or correct " + setting
	}
	return "write the secret into " + file + ", readable by the user that runs Skarga only, or correct " + setting
}

// missingFile names the first file that this node's roles need and that cannot be read.
func (a *app) missingFile() error {
	files := a.cfg.Files(a.cfg.Serve.Roles)
	for _, setting := range slices.Sorted(maps.Keys(files)) {
		if err := readable(files[setting]); err != nil {
			return fmt.Errorf("config: %s: %w; %s", setting, err, fileCure(setting, files[setting]))
		}
	}
	return nil
}

func databaseCure(d config.Database) string {
	if d.Driver == "sqlite" {
		return "see database.path; may the user that runs Skarga write the file and its folder?"
	}
	return "see database.url_file; is the server running, may the user create tables?"
}

// senderOptions are the mail server's settings.
func (a *app) senderOptions() (mailer.Options, error) {
	c := a.cfg.SMTP
	o := mailer.Options{
		Addr: smtpAddr(c), TLS: c.TLS, User: c.User, HELO: c.Helo, Connections: c.Connections,
		Password: func() (string, error) { return config.Secret(c.PasswordFile) },
		Lease:    time.Duration(a.cfg.Serve.Lease), Owner: a.owner, Met: a.rules.Delivered, Now: a.now, Logger: a.log,
		Wake: a.store.Wake("deliveries"), Timeout: time.Duration(a.cfg.Serve.Timeout),
	}
	for _, d := range c.Backoff {
		o.Backoff = append(o.Backoff, time.Duration(d))
	}
	if c.CAFile != "" {
		pem, err := os.ReadFile(c.CAFile)
		if err != nil {
			return o, fmt.Errorf("config: smtp.ca_file: %w", err)
		}
		o.CA = x509.NewCertPool()
		if !o.CA.AppendCertsFromPEM(pem) {
			return o, fmt.Errorf("config: smtp.ca_file: %s holds no certificate", c.CAFile)
		}
	}
	return o, nil
}

// sender makes the delivery queue's worker.
func (a *app) sender() (*mailer.Sender, error) {
	o, err := a.senderOptions()
	if err != nil {
		return nil, err
	}
	return mailer.NewSender(mailerStore{a.store}, o)
}

package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/cmd/skarga/config"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
	"ask4.com/skarga/ingest/detail"
	"ask4.com/skarga/ingest/imap"
	scannerimport "ask4.com/skarga/scanner-import"
	"ask4.com/skarga/store"
	"ask4.com/skarga/templates"
	"golang.org/x/sync/errgroup"
)

// app is the assembled program. Commands and the demo use the parts they need.
type app struct {
	cfg    config.Config
	rules  complaint.Rules
	store  *store.Store
	reader *ingest.Reader
	scans  *scannerimport.Reader
	office *office
	cases  *casework.Office
	intake *ingest.Intake
	log    *slog.Logger
	owner  string // name of this process in leases
	now    func() time.Time

	restored time.Time              // when the database was restored from a backup; zero if it never was
	webURL   atomic.Value           // string: where the pages are served; nil until they are
	alarms   atomic.Pointer[alarms] // what /healthz tells; nil while nothing is served
	file     string                 // the configuration was read from; empty in the demo
	texts    string                 // state of the folder of the firm's own templates when they were read
}

// loadConfig reads the configuration that the command line names.
func (s *session) loadConfig() (config.Config, error) {
	return config.Load(s.cli.Config, s.environ)
}

// open assembles the program from the configuration file.
func (s *session) open() (*app, error) {
	cfg, err := s.loadConfig()
	if err != nil {
		return nil, err
	}
	a, err := assemble(s.ctx, cfg, s.err)
	if err == nil {
		a.file = s.cli.Config
	}
	return a, err
}

// assemble opens the store, migrates it, and makes every part that needs no
// connection. Close it after use.
func assemble(ctx context.Context, cfg config.Config, logTo io.Writer) (*app, error) {
	return assembleAt(ctx, cfg, logTo, time.Now)
}

// assembleAt is assemble with a clock of its own.
func assembleAt(ctx context.Context, cfg config.Config, logTo io.Writer, now func() time.Time) (*app, error) {
	a := &app{cfg: cfg, now: now, owner: nodeName(cfg)}
	var err error
	if a.log, err = newLog(cfg, logTo); err != nil {
		return nil, err
	}
	if a.rules, err = cfg.Rules(); err != nil {
		return nil, err
	}
	a.texts = stateOf(cfg.Templates.Folder)
	var texts *templates.Set
	var g errgroup.Group
	g.Go(func() (err error) { // meanwhile: it tries every template
		texts, err = templates.Load(cfg.Templates.Folder)
		return err
	})
	a.store, err = openStore(ctx, cfg, a.log, now)
	if err = errors.Join(g.Wait(), err); err != nil {
		if a.store != nil {
			err = errors.Join(err, a.store.Close())
		}
		return nil, err
	}
	if err := a.finish(ctx, texts); err != nil {
		return nil, errors.Join(err, a.store.Close())
	}
	return a, nil
}

// newLog makes the log of the configured level.
func newLog(cfg config.Config, to io.Writer) (*slog.Logger, error) {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.Serve.LogLevel)); err != nil {
		return nil, fmt.Errorf("config: serve.log_level: must be debug, info, warn or error")
	}
	return slog.New(slog.NewTextHandler(to, &slog.HandlerOptions{Level: level})), nil
}

// finish makes the parts that stand on the open store.
func (a *app) finish(ctx context.Context, texts *templates.Set) error {
	if err := a.store.Migrate(ctx); err != nil {
		return err
	}
	var err error
	if a.restored, err = restoredAt(ctx, a.store); err != nil {
		return err
	}
	if err = a.joinStaff(ctx); err != nil {
		return err
	}
	if a.reader, err = newReader(a.cfg); err != nil {
		return err
	}
	if a.scans, err = newScanReader(a.cfg); err != nil {
		return err
	}
	if a.office, err = newOffice(ctx, a.cfg, a.store, texts, a.rules, a.now); err != nil {
		return err
	}
	changed := func() { a.store.Notify(store.TopicCases) }
	a.cases = casework.New(caseStore{a.store}, casework.Options{Rules: a.rules, Prefix: a.cfg.Firm.Prefix, Staff: a.cfg.People(), Now: a.now, PostAt: a.cfg.Letters.CutOff.SinceMidnight(),
		Changed: changed, Addressed: a.releaseWaiting, Writer: a.office, ApproveAll: a.cfg.Replies.ApproveAll, ApproveNew: a.cfg.Replies.ApproveNew, ApproveVulnerable: a.cfg.Replies.Vulnerable})
	directory, err := newDirectory(a.cfg.Import.Directory)
	if err != nil {
		return err
	}
	a.intake = ingest.NewIntake(intakeStore{a.store}, a.reader, a.office, ingest.Options{
		Owner: a.owner, Prefix: a.cfg.Firm.Prefix, Rules: a.rules, Lease: time.Duration(a.cfg.Serve.Lease),
		Staff: a.cfg.People(), AckCap: a.cfg.Intake.AcksPerDay, MaxSize: a.maxSize(), SpamFolder: a.isSpamFolder,
		Papers: scannerimport.Papers{Store: a.store, Reader: a.scans}, Directory: directory, Now: a.now, Log: a.log, Changed: changed,
	})
	if err := errors.Join(a.readStaff(ctx), a.readDays(ctx), a.readBodies(ctx)); err != nil {
		return err
	}
	return a.office.checkBodies()
}

// isSpamFolder says whether the configuration names a mailbox a spam folder.
func (a *app) isSpamFolder(account, mailbox string) bool {
	return slices.ContainsFunc(a.cfg.Mailboxes, func(m config.Mailbox) bool {
		return m.Spam && m.Account == account && m.Folder == mailbox
	})
}

// Close closes the store.
func (a *app) Close() error { return errors.Join(a.scans.Close(), a.store.Close()) }

func (a *app) maxSize() int64 { return int64(a.cfg.Intake.MaxMessageMB) << 20 }

// nodeName names this process in leases: one that starts again waits for its old
// leases to run out.
func nodeName(cfg config.Config) string {
	if cfg.Serve.Node != "" {
		return cfg.Serve.Node
	}
	host, _ := os.Hostname() // an empty name is unique by what follows
	b := make([]byte, 4)
	_, _ = rand.Read(b) // never fails (crypto/rand)
	return fmt.Sprintf("%s-%d-%s", host, os.Getpid(), hex.EncodeToString(b))
}

// openStore opens the configured database without migrating it.
func openStore(ctx context.Context, cfg config.Config, log *slog.Logger, now func() time.Time) (*store.Store, error) {
	dsn := cfg.Database.Path
	if cfg.Database.Driver == "postgres" {
		dsn = cfg.Database.URL
		if cfg.Database.URLFile != "" {
			secret, err := config.Secret(cfg.Database.URLFile)
			if err != nil {
				return nil, err
			}
			dsn = secret
		}
	} else if err := os.MkdirAll(filepath.Dir(dsn), 0o750); err != nil {
		return nil, fmt.Errorf("config: database.path: %w", err)
	}
	return store.Open(ctx, store.Options{Driver: cfg.Database.Driver, DSN: dsn, BlobDir: cfg.Database.Folder, Now: now, Logger: log})
}

// newReader makes the reader of messages from the configuration.
func newReader(cfg config.Config) (*ingest.Reader, error) {
	details, err := detailOptions(cfg)
	if err != nil {
		return nil, err
	}
	_, domain, _ := strings.Cut(cfg.Firm.Address, "@")
	judge := ingest.JudgeOptions{
		PhoneSystems: cfg.Intake.PhoneSystems, OwnDomains: cfg.Firm.OwnDomains,
		OwnAddresses: []string{cfg.Firm.Address, "@" + domain}, AuthservIDs: cfg.Intake.AuthservIDs,
	}
	return ingest.NewReader(judge, details), nil
}

// newScanReader makes the reader of scans from the configuration.
func newScanReader(cfg config.Config) (*scannerimport.Reader, error) {
	details, err := detailOptions(cfg)
	if err != nil {
		return nil, err
	}
	return scannerimport.NewReader(scannerimport.Options{Details: details, Firm: append([]string{cfg.Firm.Name}, cfg.Firm.PostalLines...),
		Tesseract: cfg.Import.Tesseract, Languages: cfg.Import.Languages, PageTimeout: time.Duration(cfg.Import.PageTime), Workers: cfg.Import.Workers,
		SpoolDir: cfg.Database.Folder, PDFReader: pdfReader})
}

// detailOptions says what is looked for in the texts of customers.
func detailOptions(cfg config.Config) (detail.Options, error) {
	loc, err := time.LoadLocation(cfg.Firm.TimeZone)
	if err != nil {
		return detail.Options{}, fmt.Errorf("config: firm.time_zone: %w", err)
	}
	var staff []detail.StaffName
	for _, s := range cfg.Staff {
		staff = append(staff, detail.StaffName{Name: s.Name, Aliases: s.Aliases})
	}
	return detail.Options{Prefix: cfg.Firm.Prefix, Staff: staff, Region: "GB", Location: loc, Own: []string{cfg.Firm.Address}}, nil
}

// pollers makes one poller for each configured mailbox. since, if not zero, takes
// in older mail.
func (a *app) pollers(since time.Time) ([]*imap.Poller, error) {
	spool, err := a.store.SpoolDir()
	if err != nil {
		return nil, err
	}
	var list []*imap.Poller
	for _, m := range a.cfg.Mailboxes {
		options := a.imapOptions(m, since)
		options.SpoolDir = spool
		p, err := imap.New(options, keeper{a, m.Account, m.Folder})
		if err != nil {
			return nil, fmt.Errorf("config: mailboxes: %w", err)
		}
		list = append(list, p)
	}
	return list, nil
}

// imapOptions turns a mailbox of the configuration into the poller's options.
func (a *app) imapOptions(m config.Mailbox, since time.Time) imap.Options {
	secretFile, command := m.PasswordFile, []string(nil)
	if m.OAuth() {
		secretFile, command = m.TokenFile, m.TokenCommand
	}
	return imap.Options{
		Account: m.Account, Host: m.Host, Port: m.Port, TLS: imap.TLSMode(m.TLS), CAFile: m.CAFile,
		Auth: imap.AuthMethod(m.Auth), User: m.User, Mailbox: m.Folder, Since: since,
		Secret:    func(ctx context.Context) (string, error) { return secret(ctx, secretFile, command) },
		Exclusive: m.Exclusive, DoneFolder: m.DoneFolder, PollEvery: time.Duration(a.cfg.Intake.Poll), IdleRestart: time.Duration(a.cfg.Intake.Poll), Timeout: time.Duration(a.cfg.Serve.Timeout),
		MaxSize: a.maxSize(), Now: a.now, Logger: a.log,
	}
}

// secret reads a password or token from a file, or from what a command prints.
func secret(ctx context.Context, file string, command []string) (string, error) {
	if len(command) == 0 {
		return config.Secret(file)
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, command[0], command[1:]...).Output()
	if err != nil {
		return "", fmt.Errorf("config: token_command %s: %w", command[0], err)
	}
	return strings.TrimSpace(string(out)), nil
}

// smtpAddr is the mail server's address.
func smtpAddr(c config.SMTP) string { return net.JoinHostPort(c.Host, strconv.Itoa(c.Port)) }

// hasRole says whether this node runs a role.
func (a *app) hasRole(role string) bool { return slices.Contains(a.cfg.Serve.Roles, role) }

// from is the firm's own address with its name.
func from(cfg config.Config) mail.Address {
	return mail.Address{Name: cfg.Firm.ServiceTeam, Address: cfg.Firm.Address}
}

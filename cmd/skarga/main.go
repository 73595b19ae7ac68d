// Command skarga takes complaints in, makes a record of each and keeps the
// promises of the complaints policy. This file knows every sub-command; app.go
// puts the parts together.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"ask4.com/skarga/complaint"
	"github.com/alecthomas/kong"
)

// Exit codes (DESIGN, Commands).
const (
	exitDone    = 0
	exitFailed  = 1
	exitUsage   = 2
	exitRefused = 3
)

// cli is the command line.
type cli struct {
	Config string `help:"Configuration file." default:"skarga.toml" env:"SKARGA_CONFIG" placeholder:"FILE"`
	As     string `help:"Act as this member of staff." placeholder:"NAME"`
	JSON   bool   `help:"Print JSON, one object a line." name:"json"`

	Demo      demoCmd    `cmd:"" help:"Show Skarga at work on a small world of its own."`
	Init      initCmd    `cmd:"" help:"Write a commented configuration file."`
	Serve     serveCmd   `cmd:"" help:"Take complaints in, answer them and watch the clocks."`
	Check     checkCmd   `cmd:"" help:"Test each part for real and say what to fix."`
	Explain   explainCmd `cmd:"" help:"Say how a message or a scan is read and judged; stores nothing."`
	List      listCmd    `cmd:"" help:"List complaints, or arrivals by what became of them; what is due first stands first."`
	Show      showCmd    `cmd:"" help:"Show one complaint, or why a promise has its date."`
	workCmds  `embed:""`
	Overrule  overruleCmd  `cmd:"" help:"Decide about an arrival, with a reason; undo a decision."`
	Import    importCmd    `cmd:"" help:"Take scanned letters in."`
	Desk      deskCmd      `cmd:"" help:"The mailroom's desk: letters that wait for a person."`
	Parked    parkedCmd    `cmd:"" help:"Look after arrivals whose processing failed."`
	Ledger    ledgerCmd    `cmd:"" help:"Compare the mailboxes and the scans with the arrivals; exit 1 if a message or a page is missing."`
	Report    reportCmd    `cmd:"" help:"Print the figures of a period, with the complaints behind each."`
	Staff     staffCmd     `cmd:"" help:"Who may sign in at the web's door."`
	Audit     auditCmd     `cmd:"" help:"Verify the chained histories."`
	Backup    backupCmd    `cmd:"" help:"Write database, keys and raw bytes into one file, also while serving."`
	Restore   restoreCmd   `cmd:"" help:"Take a backup into an empty database; nothing is sent twice."`
	Templates templatesCmd `cmd:"" help:"Look after what customers read: list, check and preview the templates."`
	Migrate   migrateCmd   `cmd:"" help:"Bring the database to this version."`
	ReadPDF   readPDFCmd   `cmd:"" hidden:"" help:"Read a PDF for another process."`
	Version   versionCmd   `cmd:"" help:"Print version and commit."`
	Letters   lettersCmd   `cmd:"" help:"Print letters, record their posting, and look after what cannot be posted."`
	Sheet     sheetCmd     `cmd:"" help:"Print the sheets that a mailroom lays between letters before scanning."`
}

// commandName is the last word of the command that was chosen, for those that
// share their code.
type commandName string

// session is what a running command gets: where to read and write, and a context
// that ends with an interrupt.
type session struct {
	ctx     context.Context
	cli     *cli
	in      io.Reader
	out     io.Writer
	err     io.Writer
	environ []string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	pdfReader = findPDFReader()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Environ()))
}

// run is main without the process: tests call it too.
func run(ctx context.Context, args []string, in io.Reader, out, errw io.Writer, environ []string) int {
	var c cli
	exited := -1
	parser, err := kong.New(&c, kong.Name("skarga"), kong.UsageOnError(),
		kong.Description("Complaints by e-mail, letter and online form, answered in time. Phone is not a channel.\n\nExit codes: 0 done, 1 failed, 2 wrong use, 3 refused by the policy."),
		kong.Writers(out, errw), kong.Exit(func(code int) { exited = code }))
	if err != nil {
		fmt.Fprintln(errw, "skarga:", err)
		return exitFailed
	}
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parsed, err := parser.Parse(args)
	if exited >= 0 {
		return exited
	}
	if err != nil {
		fmt.Fprintln(errw, "skarga:", err)
		return exitCode(err, exitUsage)
	}
	s := &session{ctx: ctx, cli: &c, in: in, out: out, err: errw, environ: environ}
	words := strings.Fields(parsed.Command())
	chosen := ""
	for _, w := range words {
		if !strings.HasPrefix(w, "<") {
			chosen = w
		}
	}
	if err := parsed.Run(s, commandName(chosen)); err != nil {
		fmt.Fprintln(errw, "skarga:", err)
		return exitCode(err, exitFailed)
	}
	return exitDone
}

// usageError is a wrong use of a command.
type usageError struct{ error }

func exitCode(err error, other int) int {
	var u usageError
	var refused *complaint.Refusal
	switch {
	case errors.Is(err, complaint.ErrPhoneRefused), errors.As(err, &refused):
		return exitRefused
	case errors.As(err, &u):
		return exitUsage
	}
	return other
}

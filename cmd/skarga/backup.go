package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"ask4.com/skarga/store"
)

type backupCmd struct {
	File string `arg:"" help:"File to write; it must not be there yet. It holds keys and personal data: keep it as safe as the database." type:"path"`
}

// Run writes everything into one file while the program may be running.
func (c backupCmd) Run(s *session) (err error) {
	a, err := s.open()
	if err != nil {
		return err
	}
	defer a.Close()
	if _, err := os.Stat(c.File); err == nil {
		return usageError{fmt.Errorf("%s is there already; name a new file", c.File)}
	}
	// Whole or not at all: the name appears when the last byte is on disk.
	f, err := os.CreateTemp(filepath.Dir(c.File), ".skarga-backup-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails after the rename, as it should
	counts, err := a.store.Backup(s.ctx, f, s.progress("backing up"))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), c.File); err != nil {
		return err
	}
	return s.tellCounts(counts, "%s, %s and %s of large bytes are in %s.\n", c.File)
}

type restoreCmd struct {
	File string `arg:"" help:"Backup to take in." type:"existingfile"`
}

// Run takes a backup into the empty database of the configuration.
func (c restoreCmd) Run(s *session) error {
	cfg, err := s.loadConfig()
	if err != nil {
		return err
	}
	rules, err := cfg.Rules()
	if err != nil {
		return err
	}
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	log, err := newLog(cfg, s.err)
	if err != nil {
		return err
	}
	st, err := openStore(s.ctx, cfg, log, time.Now)
	if err != nil {
		return err
	}
	defer st.Close()
	done, err := st.Restore(s.ctx, f, s.progress("restoring"))
	if errors.Is(err, store.ErrNotEmpty) {
		return fmt.Errorf("%w; name another database.path or database.url", err)
	}
	if err != nil {
		return err
	}
	if err := s.tellCounts(done.Counts, "%s, %s and %s of large bytes are restored from %s.\n", c.File); err != nil || s.cli.JSON {
		return err
	}
	answers := ""
	if len(done.Answers) > 0 {
		answers = "\nAnswers of staff are among them: look with `skarga show` whether to write again, for " + strings.Join(done.Answers, ", ") + "."
	}
	_, err = fmt.Fprintf(s.out, `%s %s queued when the backup was taken, %s; what was queued may have left since, and waits for a person
(`+"`skarga list --arrivals --held`"+`). So does mail that comes in again from before this moment.%s
Next: `+"`skarga audit verify`, then `skarga serve` and `skarga ledger`"+`.
`, many(done.Withheld, "message"), map[bool]string{true: "was", false: "were"}[done.Withheld == 1], local(done.CreatedAt, rules.Location), answers)
	return err
}

// restoreSlack is how far the mail server's clock may differ from ours: mail that came
// so shortly after a restore is held too.
const restoreSlack = time.Minute

// restoredAt reads when a database was restored from a backup; zero if it never was.
func restoredAt(ctx context.Context, st *store.Store) (time.Time, error) {
	text, err := st.Setting(ctx, store.RestoredAt)
	if err != nil || text == "" {
		return time.Time{}, err
	}
	return time.Parse(time.RFC3339, text)
}

// tellCounts prints what a backup holds.
func (s *session) tellCounts(c store.Counts, words, file string) error {
	if s.cli.JSON {
		return json.NewEncoder(s.out).Encode(c)
	}
	_, err := fmt.Fprintf(s.out, words, many(c.Rows["complaints"], "complaint"), many(c.Rows["arrivals"], "arrival"), many(c.Large, "file"), file)
	return err
}

// progress gives a function that shows on a terminal what is being done; elsewhere,
// and with --json, it shows nothing.
func (s *session) progress(doing string) func(what string) {
	if s.cli.JSON || !isTerminal(s.err) {
		return nil
	}
	return func(what string) { fmt.Fprintf(s.err, "\r\x1b[K%s: %s", doing, what) }
}

// isTerminal says whether what is written is seen by a person.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

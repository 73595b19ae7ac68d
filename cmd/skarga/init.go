package main

import (
	"errors"
	"fmt"
	"os"

	"ask4.com/skarga/cmd/skarga/config"
)

type initCmd struct {
	Print bool `help:"Print the file instead of writing it."`
}

// Run writes the commented configuration; an existing file is never overwritten.
func (c initCmd) Run(s *session) error {
	if c.Print {
		_, err := fmt.Fprint(s.out, config.Default)
		return err
	}
	path := s.cli.Config
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("%s is there already; move it away, or name another with --config", path)
	}
	if err != nil {
		return err
	}
	_, err = f.WriteString(config.Default)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "Wrote %s. Next: fill in the mailbox and the mail server, and write the\npasswords into secrets/imap-password and secrets/smtp-password;\nthen `skarga check` tests each part and `skarga serve` starts.\n", path)
	return nil
}

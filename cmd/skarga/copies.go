package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"ask4.com/skarga/cmd/skarga/config"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest/imap"
	"ask4.com/skarga/mailer"
)

// reach deletes the copies that erasures left outside of the database. What cannot be
// reached now is tried again; what never can is given up, and says why.
func (a *app) reach(ctx context.Context) error {
	all, err := a.store.Copies(ctx)
	if err != nil || len(all) == 0 {
		return err
	}
	mail := map[[2]string][]complaint.Copy{}
	for _, c := range all {
		if c.Kind == complaint.CopyMessage {
			key := [2]string{c.What.Account, c.What.Mailbox}
			mail[key] = append(mail[key], c)
			continue
		}
		never, err := a.reachFile(ctx, c)
		if err := a.reached(ctx, c, never, err); err != nil {
			return err
		}
	}
	for key, copies := range mail {
		never, err := a.reachMail(ctx, key[0], key[1], copies)
		for _, c := range copies {
			why := never
			if why != "" {
				why += fmt.Sprintf("; delete message UID %d of %s/%s by hand", c.What.UID, key[0], key[1])
			}
			if err := a.reached(ctx, c, why, err); err != nil {
				return err
			}
		}
	}
	return nil
}

// reached notes what became of a copy: gone, given up for a reason, or to be tried
// again after an error.
func (a *app) reached(ctx context.Context, c complaint.Copy, never string, err error) error {
	c.Problem, c.DoneAt = never, a.now()
	if err != nil {
		c.Problem, c.DoneAt = err.Error(), time.Time{}
		a.log.Warn("a copy of what was erased is still there", "kind", c.Kind, "erasure", c.ErasureID, "err", err)
	}
	return a.store.SetCopy(ctx, c)
}

// reachFile deletes a copy that is a file.
func (a *app) reachFile(ctx context.Context, c complaint.Copy) (never string, err error) {
	switch c.Kind {
	case complaint.CopyBytes:
		return "", a.store.DeleteBytes(ctx, c.What.SHA256)
	case complaint.CopyUpload:
		return "", a.store.DeleteUploads(c.What.Draft)
	case complaint.CopyPrint:
		return "", mailer.DeleteRun(a.cfg.Letters.Folder, c.What.Run)
	case complaint.CopyScan:
		if c.What.Others > 0 {
			return fmt.Sprintf("the scanner's file holds %d letters of other people, too; it stays until they are erased", c.What.Others), nil
		}
		return "", deleteScan(c.What, a.cfg.Import)
	}
	return "nobody knows this kind of copy", nil
}

// deleteScan deletes the scanner's file from where it was read and from the folders
// that the import moves files to, proven by its bytes.
func deleteScan(p complaint.CopyPlace, moved config.Import) error {
	var errs []error
	dir := filepath.Dir(p.Source)
	for _, in := range []string{"", moved.Done, moved.Desk} {
		if !filepath.IsAbs(in) {
			in = filepath.Join(dir, in)
		}
		list, err := os.ReadDir(in)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
		for _, f := range list {
			path := filepath.Join(in, f.Name())
			if info, err := f.Info(); err != nil || !info.Mode().IsRegular() || info.Size() != p.Size {
				continue
			}
			if sum, err := fileSum(path); err != nil {
				errs = append(errs, err)
			} else if sum == p.SHA256 {
				errs = append(errs, os.Remove(path))
			}
		}
	}
	return errors.Join(errs...)
}

// fileSum is the SHA-256 of a file, hex.
func fileSum(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), err
}

// reachMail deletes messages from a mailbox and its done folder.
func (a *app) reachMail(ctx context.Context, account, mailbox string, copies []complaint.Copy) (never string, err error) {
	i := slices.IndexFunc(a.cfg.Mailboxes, func(m config.Mailbox) bool { return m.Account == account && m.Folder == mailbox })
	if i < 0 {
		return "the mailbox is not configured any more", nil
	}
	targets := make([]imap.Target, len(copies))
	for i, c := range copies {
		p := c.What
		targets[i] = imap.Target{UIDValidity: p.UIDValidity, UID: p.UID, MessageID: p.MessageID, SHA256: p.SHA256, HeaderOnly: p.HeaderOnly, Size: p.Size}
	}
	_, err = imap.Erase(ctx, a.imapOptions(a.cfg.Mailboxes[i], a.now()), targets)
	if errors.Is(err, imap.ErrNotOurs) || errors.Is(err, imap.ErrCannotExpunge) {
		return err.Error(), nil
	}
	return "", err
}

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/cmd/skarga/config"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest/imap"
	scannerimport "ask4.com/skarga/scanner-import"
	"ask4.com/skarga/store"
	"ask4.com/skarga/templates"
	"ask4.com/skarga/web"
)

// admin is what the pages of administration work with.
func (a *app) admin() web.Admin {
	return web.Admin{Accounts: accounts{a}, Texts: ownTexts{a}, Rules: a.inForce, Days: ownDays{a}, Bodies: ownBodies{a}, Machine: machine{a}, QR: qrSquares}
}

// qrSquares draws a QR code with the white border that readers need.
func qrSquares(text string) ([][]bool, error) {
	m, err := qrcode.NewQRCodeWriter().Encode(text, gozxing.BarcodeFormat_QR_CODE, 0, 0, nil)
	if err != nil {
		return nil, fmt.Errorf("draw QR code: %w", err)
	}
	rows := make([][]bool, m.GetHeight())
	for y := range rows {
		rows[y] = make([]bool, m.GetWidth())
		for x := range rows[y] {
			rows[y][x] = m.Get(x, y)
		}
	}
	return rows, nil
}

// ownTexts are the templates, and the firm's own in their folder.
type ownTexts struct{ *app }

// Folder is where the firm's own texts lie; empty: nowhere.
func (o ownTexts) Folder() string { return o.cfg.Templates.Folder }

// Set are the texts in force.
func (o ownTexts) Set() *templates.Set { return o.office.texts }

// Letter draws a sample as it is posted, as PDF and its first page as PNG; nil for what
// is never printed.
func (o ownTexts) Letter(ctx context.Context, k templates.Kind, lang complaint.Language, picture bool) ([]byte, error) {
	pdf, err := letterPreview(o.office.texts, k, lang)
	if err != nil || pdf == nil || !picture {
		return pdf, err
	}
	f, err := os.CreateTemp("", "skarga-preview-*.pdf")
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(pdf)
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	pages, err := o.scans.Picture(ctx, f.Name(), []int{1})
	if err != nil {
		return nil, err
	}
	if len(pages) == 0 || pages[0] == nil {
		return nil, errors.New("the letter cannot be drawn")
	}
	var b bytes.Buffer
	err = png.Encode(&b, pages[0])
	return b.Bytes(), err
}

// Save checks a text of the firm's own and writes it; an empty one is taken away, so that
// the shipped one holds again. It is in force in this process at once.
func (o ownTexts) Save(ctx context.Context, by string, lang complaint.Language, name, source string) error {
	dir := o.Folder()
	if dir == "" {
		return fmt.Errorf("%w: there is no folder for texts of your own; name one in templates.folder", casework.ErrField)
	}
	was, path, own, err := templates.Source(dir, lang, name)
	if err != nil {
		return err
	}
	what := "template changed"
	if strings.TrimSpace(source) == "" {
		if what = "template of one's own taken away"; !own {
			return fmt.Errorf("%w: the shipped text holds already", casework.ErrField)
		}
		shipped, _, _, err := templates.Source("", lang, name)
		if err != nil {
			return err
		}
		source = shipped
		if _, err := templates.Try(dir, lang, name, source); err != nil {
			return fmt.Errorf("%w: %w", casework.ErrField, err)
		}
		if err := os.Remove(path); err != nil {
			return fmt.Errorf("%w: %w", casework.ErrField, err)
		}
	} else {
		source = strings.TrimRight(strings.ReplaceAll(source, "\r\n", "\n"), "\n") + "\n"
		if _, err := templates.Try(dir, lang, name, source); err != nil {
			return fmt.Errorf("%w: %w", casework.ErrField, err)
		}
		if err := replaceFile(path, source); err != nil {
			return fmt.Errorf("%w: %w; may the user that runs Skarga write there?", casework.ErrField, err)
		}
	}
	set, err := templates.Load(dir)
	if err != nil {
		return fmt.Errorf("%w: %w", casework.ErrField, err)
	}
	o.office.texts.Use(set)
	return o.record(ctx, complaint.Event{Subject: "templates", Actor: by, Kind: what}, map[string]any{"template": string(lang) + "/" + name, "before": map[string]any{"text": was}, "after": map[string]any{"text": source}})
}

// replaceFile writes a file whole or not at all.
func replaceFile(path, content string) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".writing-*")
	if err != nil {
		return err
	}
	_, err = io.WriteString(f, content)
	err = errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // the first error tells more
	}
	return err
}

// inForce is what the configuration says about dates, with the days that people set.
func (a *app) inForce(ctx context.Context) (web.Rules, error) {
	r := web.Rules{Rules: a.rules, With: a.rulesWith, File: a.file}
	var err error
	if r.Own, err = a.store.OwnDays(ctx); err != nil {
		return r, err
	}
	for _, d := range a.cfg.Policy.OneOffDays {
		r.OneOff = append(r.OneOff, complaint.Override{Date: d.Date, Name: d.Name, Working: d.Working})
	}
	return r, nil
}

// rulesWith are the rules with another calendar.
func (a *app) rulesWith(calendar string) (complaint.Rules, error) {
	cfg := a.cfg
	cfg.Policy.Calendar = calendar
	r, err := cfg.Rules()
	if err != nil {
		return r, fmt.Errorf("%w: %w", casework.ErrField, err)
	}
	r.Calendar.Follow(a.rules.Calendar)
	return r, nil
}

// checkHorizon says when the calendar soon answers no more.
func checkHorizon(r complaint.Rules, now time.Time) error {
	if _, to := r.Calendar.Horizon(); r.Calendar.EndsSoon(now.In(r.Location)) {
		return fmt.Errorf("calendar %s answers until the end of %d only; past it no complaint can be dated", r.Calendar.Name(), to)
	}
	return nil
}

// machine is the state of mailboxes, folders and the rest.
type machine struct{ *app }

// Mailboxes tells of each how far it was read, and what became of those of its messages
// that are not hidden from the person (P8).
func (m machine) Mailboxes(ctx context.Context, who string) ([]web.MailboxState, error) {
	var list []web.MailboxState
	for _, box := range m.cfg.Mailboxes {
		pos, err := m.store.Position(ctx, box.Account, box.Folder)
		if err != nil {
			return nil, err
		}
		outcomes, parked, err := m.store.MailboxOutcomes(ctx, box.Account, box.Folder, who)
		if err != nil {
			return nil, err
		}
		s := web.MailboxState{Account: box.Account, Mailbox: box.Folder, Host: box.Host, User: box.User, Spam: box.Spam,
			UIDValidity: pos.UIDValidity, UID: pos.UID, StartedAt: pos.StartedAt, LastOK: pos.LastOK, Outcomes: outcomes, Parked: parked}
		s.Silent = m.silent(pos)
		if al := m.alarms.Load(); al != nil {
			s.Failing = al.failing(box.Account, box.Folder)
		}
		list = append(list, s)
	}
	return list, nil
}

// silent says whether a mailbox was not read for so long that it is an alarm.
func (a *app) silent(pos store.Position) bool {
	return !pos.LastOK.IsZero() && a.now().Sub(pos.LastOK) > time.Duration(a.cfg.Serve.AlarmAfter)
}

// Alarms are those of /healthz of this node.
func (m machine) Alarms() []string {
	if al := m.alarms.Load(); al != nil {
		return al.list()
	}
	return nil
}

// The scans that the page counts.
const (
	recentScans     = 30 * 24 * time.Hour
	mostRecentScans = 1000
)

// Places are the folders on this machine, with the scans of the last thirty days that
// are not hidden from the person (P8).
func (m machine) Places(ctx context.Context, who string) (web.Places, error) {
	p := web.Places{Print: m.cfg.Letters.Folder, Watched: m.cfg.Import.Folder, Large: m.cfg.Database.Folder, Database: m.cfg.Database.Driver, Texts: m.cfg.Templates.Folder, File: m.file}
	files, err := m.store.RecentScans(ctx, who, m.now().Add(-recentScans), mostRecentScans)
	if err != nil {
		return p, err
	}
	for _, f := range files {
		p.Paper.Files++
		p.Paper.PagesIn += f.Pages
		p.Paper.Unread += f.Unread
		if f.State != complaint.ScanTaken { // else it is being divided
			p.Paper.Unaccounted += f.Unaccounted()
		}
		if f.Problem != "" {
			p.Paper.AtDesk++
		}
	}
	batches, err := m.store.OpenBatches(ctx)
	if err != nil {
		return p, err
	}
	for _, b := range batches {
		p.Paper.Missing += b.MissingLetters()
		if m.now().After(b.ReceivedAt.Add(m.rules.Acknowledge)) {
			p.Paper.MissingLate += b.MissingLetters()
		}
	}
	if m.cfg.Import.Folder != "" {
		waiting, err := waitingScans(m.cfg.Import.Folder, m.cfg.Import.Done, m.cfg.Import.Desk)
		if p.Paper.Waiting = len(waiting); err != nil {
			p.Paper.FolderError = err.Error()
		}
	}
	if err := scannerimport.TryMove(m.cfg.Letters.Folder, "."); err != nil && !errors.Is(err, os.ErrNotExist) {
		p.PrintError = err.Error()
	}
	return p, nil
}

// Ledger compares the mailboxes with the arrivals, live, as `skarga ledger` does.
func (m machine) Ledger(ctx context.Context) (list []web.Compared) {
	for _, box := range m.cfg.Mailboxes {
		acc, err := m.compare(ctx, m.imapOptions(box, time.Time{}))
		c := web.Compared{Account: box.Account, Mailbox: box.Folder, InMailbox: acc.InMailbox, Missing: acc.Missing, Before: acc.Before, Vanished: acc.Vanished, InDone: acc.InDone, DoneUnknown: acc.DoneUnknown}
		if err != nil {
			c.Problem = err.Error()
		}
		list = append(list, c)
	}
	return list
}

// Check tests every part for real, as `skarga check` does.
func (m machine) Check(ctx context.Context) (list []web.Tested) {
	cfg := m.cfg
	cfg.Staff = slices.DeleteFunc(slices.Clone(cfg.Staff), func(s config.Staff) bool { return s.Made })
	for _, c := range checkAll(ctx, cfg, io.Discard) {
		list = append(list, web.Tested{Part: c.Part, OK: c.OK, Detail: c.Detail, Cure: c.Cure})
	}
	return list
}

// failing is why a mailbox of this node cannot be read now; empty when it can.
func (al *alarms) failing(account, mailbox string) string {
	i := slices.IndexFunc(al.pollers, func(p *imap.Poller) bool {
		h := p.Health()
		return h.Account == account && h.Mailbox == mailbox
	})
	if i < 0 {
		return ""
	}
	return al.pollers[i].Health().LastError
}

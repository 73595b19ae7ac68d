package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"

	"ask4.com/skarga/casework"
	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest/message"
	"ask4.com/skarga/mailer"
	"ask4.com/skarga/mailer/letter"
	scannerimport "ask4.com/skarga/scanner-import"
)

type bundleCmd struct {
	onCase `embed:""`
	To     string `required:"" help:"Folder to make; it must not hold anything." placeholder:"FOLDER"`
}

// Run makes the ombudsman's case bundle: one PDF, and the evidence beside it (P16).
func (c bundleCmd) Run(s *session) error {
	return c.act(s, func(a *app, on casework.Acting) error {
		v, err := a.cases.Bundle(s.ctx, on.Who, on.Ref)
		if err != nil {
			return err
		}
		if left, err := os.ReadDir(c.To); err == nil && len(left) > 0 {
			return fmt.Errorf("%s holds something; name a folder that is not there yet", c.To)
		}
		b := binder{app: a, view: v, dir: filepath.Clean(c.To) + ".part"}
		if err := b.bind(s.ctx); err != nil {
			return errors.Join(err, os.RemoveAll(b.dir))
		}
		if err := a.cases.Bundled(s.ctx, on, len(b.items)); err != nil {
			return errors.Join(err, os.RemoveAll(b.dir))
		}
		_ = os.Remove(c.To) // an empty folder; if it is none, the next line says so
		if err := os.Rename(b.dir, c.To); err != nil {
			return errors.Join(err, os.RemoveAll(b.dir))
		}
		return s.done("%s: %d documents and %d files in %s", on.Ref, len(b.items), b.files, c.To)
	})
}

// binder gathers the bundle of one complaint into a folder.
type binder struct {
	app   *app
	view  complaint.View
	dir   string
	items []letter.Item
	files int
}

// paper is one letter or mail with its time.
type paper struct {
	at  time.Time
	add func(ctx context.Context, number int) (letter.Item, error)
}

// bind writes the bundle.
func (b *binder) bind(ctx context.Context) error {
	if err := os.RemoveAll(b.dir); err != nil { // of an earlier try that was cut off
		return err
	}
	if err := os.MkdirAll(filepath.Join(b.dir, "evidence"), 0o700); err != nil {
		return err
	}
	var papers []paper
	for _, x := range b.view.Arrivals {
		papers = append(papers, paper{x.ArrivedAt, func(ctx context.Context, n int) (letter.Item, error) { return b.arrived(ctx, n, x) }})
	}
	for _, d := range b.view.Deliveries {
		if d.Kind == "status_link" || d.Kind == "survey" || d.Status == complaint.Withdrawn {
			continue // no correspondence about the complaint, or never sent
		}
		at := d.SentAt
		if at.IsZero() {
			at = d.QueuedAt
		}
		papers = append(papers, paper{at, func(ctx context.Context, n int) (letter.Item, error) { return b.sent(ctx, n, d) }})
	}
	slices.SortStableFunc(papers, func(x, y paper) int { return x.at.Compare(y.at) })
	for i, p := range papers {
		it, err := p.add(ctx, i+1)
		if err != nil {
			return fmt.Errorf("document %d: %w", i+1, err)
		}
		it.At = b.when(p.at)
		b.items = append(b.items, it)
	}
	pdf, err := mailer.Book(b.front(), string(b.view.Complaint.Reference), b.items)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(b.dir, string(b.view.Complaint.Reference)+".pdf"), pdf, 0o600)
}

func (b *binder) when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(b.app.rules.Location).Format("2 Jan 2006 15:04 MST")
}

// keep writes a file of evidence under a safe name and says that name.
func (b *binder) keep(number, part int, name string, from io.Reader) (string, error) {
	name = fmt.Sprintf("%03d-%d-%s", number, part, safeName(name))
	f, err := os.OpenFile(filepath.Join(b.dir, "evidence", name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return "", err
	}
	_, err = io.Copy(f, from)
	b.files++
	return name, errors.Join(err, f.Close())
}

// safeName makes a name of what a stranger called a file: letters, digits, and a few
// signs that mean nothing to any system; at most 80 letters, its ending kept.
func safeName(name string) string {
	name = strings.Trim(strings.Map(func(r rune) rune {
		if r == '.' || r == '-' || unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return '_'
	}, name), "._- ")
	if r := []rune(name); len(r) > 80 {
		end := []rune(filepath.Ext(name))
		if len(end) > 10 {
			end = nil
		}
		name = string(r[:80-len(end)]) + string(end)
	}
	if name == "" {
		return "file"
	}
	return name
}

// arrived is what a customer sent.
func (b *binder) arrived(ctx context.Context, n int, x complaint.Arrival) (it letter.Item, err error) {
	it.Title = "From the customer by " + map[complaint.Channel]string{complaint.ChannelForm: "online form", complaint.ChannelLetter: "letter", complaint.ChannelEmail: "e-mail"}[x.Channel]
	if x.Outcome == complaint.Automatic {
		it.Title = "Automatic message, e.g. a delivery report"
	}
	it.Facts = [][2]string{{"Received", b.when(x.ArrivedAt)}, {"From", x.From}, {"Subject", x.Subject}, {"SHA-256", x.SHA256}, {"Taken as", string(x.Outcome)}}
	if x.Channel == complaint.ChannelLetter {
		return it, b.scanned(ctx, n, x, &it)
	}
	raw, err := b.app.store.OpenRaw(ctx, x.ID)
	if err != nil || raw == nil {
		it.Text = "[Nothing of this message was kept.]"
		return it, err
	}
	defer raw.Close()
	all, err := io.ReadAll(raw)
	if err != nil {
		return it, err
	}
	name, err := b.keep(n, 0, "message.eml", bytes.NewReader(all))
	if err != nil {
		return it, err
	}
	it.Files = []string{name}
	m := message.Read(bytes.NewReader(all), int64(len(all)), message.Options{SkipHTML: true})
	it.Text = m.Text
	for i, f := range m.Attachments {
		one := message.Read(bytes.NewReader(all), int64(len(all)), message.Options{SkipHTML: true, Leaf: f.Leaf})
		if name, err = b.keep(n, i+1, f.Filename, bytes.NewReader(one.Kept)); err != nil {
			return it, err
		}
		it.Files = append(it.Files, name)
	}
	return it, nil
}

// scanned adds the pages of a letter, as they look, and its text; the evidence is its
// searchable copy. The files of the scanner stay in the house: they may hold other
// people's letters.
func (b *binder) scanned(ctx context.Context, n int, x complaint.Arrival, it *letter.Item) error {
	rows, err := b.app.store.LetterPages(ctx, x.ID)
	if err != nil || len(rows) == 0 {
		return err
	}
	v := letterView{Arrival: x, Pages: rows, Complaint: &b.view}
	if v.Paper, err = (scannerimport.Papers{Store: b.app.store, Reader: b.app.scans}).Paper(ctx, x); err != nil {
		return err
	}
	it.Text = v.Paper.Text
	pages, err := b.app.copyPages(rows)
	if err != nil {
		return err
	}
	pictures, err := b.app.scans.Pictures(ctx, pages)
	if err != nil {
		it.Text += "\n\n[The pages cannot be shown: " + err.Error() + "]"
		return ctx.Err()
	}
	for _, p := range pictures {
		var page image.Image
		if p != nil {
			page = p
		}
		it.Pictures = append(it.Pictures, page)
	}
	var searchable bytes.Buffer
	if err := b.app.writeCopy(ctx, v, &searchable); err != nil {
		return err
	}
	name, err := b.keep(n, 0, "letter.pdf", &searchable)
	it.Files = append(it.Files, name)
	return err
}

// sent is what we wrote.
func (b *binder) sent(ctx context.Context, n int, d complaint.Delivery) (it letter.Item, err error) {
	full, err := b.app.store.Delivery(ctx, d.ID)
	if err != nil {
		return it, err
	}
	it.Title = "To the customer: " + strings.ReplaceAll(d.Kind, "_", " ")
	it.Facts = [][2]string{{"Sent", b.when(d.SentAt)}, {"State", string(d.Status)}, {"To", d.Recipient}, {"To (post)", strings.ReplaceAll(d.Postal, "\n", ", ")}, {"Note", d.LastError}}
	name := "sent.eml"
	if d.Way == complaint.ByLetter {
		name, it.PDF = "sent.pdf", full.Bytes
		it.Text = "The letter follows."
	} else {
		m := message.Read(bytes.NewReader(full.Bytes), int64(len(full.Bytes)), message.Options{SkipHTML: true})
		it.Facts, it.Text = append(it.Facts, [2]string{"Subject", m.Subject}), m.Text
	}
	if name, err = b.keep(n, 0, name, bytes.NewReader(full.Bytes)); err != nil {
		return it, err
	}
	it.Files = []string{name}
	return it, nil
}

// front is the record and the promises. What is said about staff (P8) and what we learn
// for ourselves is not in it.
func (b *binder) front() letter.Front {
	c, r := b.view.Complaint, b.view.Record
	redress := strings.TrimSpace(r.RedressKind)
	if r.RedressPence > 0 {
		redress = strings.TrimSpace(fmt.Sprintf("%s £%d.%02d", redress, r.RedressPence/100, r.RedressPence%100))
	}
	record := letter.Table{Title: "Record", Widths: []float64{.26, .74}}
	for _, f := range [][2]string{
		{"Customer", c.CustomerName}, {"E-mail", c.CustomerAddress}, {"Postal address", strings.Join(c.PostalLines(), ", ")}, {"Representative", r.Representative},
		{"Account", r.Account}, {"Building, room", strings.Trim(r.Building+", "+r.Room, ", ")}, {"First made by", string(c.Channel)}, {"Received", b.when(c.ReceivedAt)},
		{"Registered", b.when(c.RegisteredAt)}, {"Stage", strings.ReplaceAll(string(c.Stage), "_", " ")}, {"Ended", b.when(c.ClosedAt)}, {"Subject", c.Subject},
		{"Category", strings.ReplaceAll(string(r.Category), "_", " ")}, {"Remedy sought", r.Remedy}, {"Root cause", r.RootCause}, {"Decision", string(r.Result)}, {"Redress", redress},
		{"Deadlock declared", b.when(r.DeadlockAt)}, {"With the ombudsman", b.when(r.ReferredAt)}, {"Ombudsman's number", r.OmbudsmanReference},
		{"Ombudsman decided", b.when(r.DecidedAt)}, {"Ombudsman's decision", r.OmbudsmanResult},
	} {
		if f[1] != "" {
			record.Rows = append(record.Rows, []string{f[0], f[1]})
		}
	}
	promises := letter.Table{Title: "Promises", Head: []string{"Promise", "Begun by", "Due", "Kept"}, Widths: []float64{.22, .26, .26, .26}}
	byDate := slices.SortedStableFunc(slices.Values(b.view.Obligations), func(x, y complaint.Obligation) int { return x.Deadline().Compare(y.Deadline()) })
	for _, o := range byDate {
		kept := b.when(o.MetAt)
		if o.State != complaint.Met {
			kept = string(o.State)
		}
		if !o.BreachedAt.IsZero() {
			kept += " (late)"
		}
		promises.Rows = append(promises.Rows, []string{strings.ReplaceAll(string(o.Kind), "_", " ") + fmt.Sprintf(" %d", o.Round), b.when(o.TriggerAt), b.when(o.Deadline()), kept})
	}
	done := letter.Table{Title: "Done to help", Head: []string{"When", "What"}, Widths: []float64{.3, .7}}
	for _, d := range b.view.Deeds {
		done.Rows = append(done.Rows, []string{b.when(d.At), d.What})
	}
	tasks := letter.Table{Title: "Tasks of the ombudsman's decision", Head: []string{"Task", "Due", "Done", "Note"}, Widths: []float64{.34, .24, .24, .18}}
	for _, k := range b.view.Tasks {
		tasks.Rows = append(tasks.Rows, []string{k.What, b.when(k.DueAt), b.when(k.DoneAt), k.Note})
	}
	now := b.app.now().In(b.app.rules.Location)
	return letter.Front{Title: "Case bundle of complaint " + string(c.Reference), Date: now, Tables: []letter.Table{record, promises, done, tasks}, Lines: []string{
		b.app.cfg.Firm.Name + ", made on " + b.when(now) + ". All times are those of " + b.app.rules.Location.String() + ".",
		"Received is when a message reached the firm; sent is when the mail server took it, or when a letter was posted.",
		"The folder \"evidence\" beside this file holds each message as it came or left, and each file that came with one. Their names begin with the number of the document."}}
}

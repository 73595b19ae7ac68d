package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
	scannerimport "ask4.com/skarga/scanner-import"
	"ask4.com/skarga/scanner-import/pixel"
	"ask4.com/skarga/store"
	"ask4.com/skarga/web"
)

// deskPages is the desk as its pages see it.
type deskPages struct {
	*app
	pictures *pictures
}

func (a *app) mailroom() web.Mailroom { return deskPages{a, &pictures{kept: map[string][]byte{}}} }

// hidden is an error of a read, where what is not there reads as what is hidden (P8).
func hidden(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return complaint.ErrNoComplaint
	}
	return err
}

// Desk lists what waits, as `skarga desk` does.
func (m deskPages) Desk(ctx context.Context, who complaint.Person) (ingest.Desk, error) {
	return ingest.ListDesk(ctx, m.store, who)
}

// Letter reads a letter, as `skarga desk show` does.
func (m deskPages) Letter(ctx context.Context, who complaint.Person, id string) (web.Letter, error) {
	v, err := m.letterView(ctx, who, id)
	if err != nil {
		return web.Letter{}, hidden(err)
	}
	l := web.Letter{Arrival: v.Arrival, Scan: v.Letter, Batch: v.Batch, Paper: v.Paper, Complaint: v.Complaint}
	for _, row := range v.Pages {
		p, err := scannerimport.PageOf(row)
		if err != nil {
			return l, err
		}
		leaf := web.Leaf{ScanPage: row, Width: p.Width, Height: p.Height, Confidence: p.Confidence, ToType: p.ToType}
		if row.ReadAt.IsZero() {
			leaf.Width, leaf.Height = 0, 0 // it may have been turned since
		}
		l.Pages = append(l.Pages, leaf)
	}
	return l, nil
}

// Picture draws a page of a letter.
func (m deskPages) Picture(ctx context.Context, row complaint.ScanPage, fine bool) ([]byte, error) {
	p, err := scannerimport.PageOf(row)
	if err != nil {
		return nil, err
	}
	path, err := m.store.ScanPath(row.FileID)
	if err != nil {
		return nil, err
	}
	key := fmt.Sprint(row.FileID, row.Number, row.Turned, row.ReadAt.UnixMilli(), fine)
	return m.pictures.get(ctx, key, func() ([]byte, error) {
		g, _, err := m.scans.Image(ctx, path, p)
		if err != nil {
			return nil, err
		}
		return drawn(g, fine)
	})
}

// screenPixels is how wide a page is on the screen.
const screenPixels = 1240

// drawn makes a PNG of a page. On the screen sixteen shades are enough.
func drawn(g *image.Gray, fine bool) ([]byte, error) {
	var out bytes.Buffer
	if fine {
		err := png.Encode(&out, g)
		return out.Bytes(), err
	}
	if w, h := pixel.Size(g); w > screenPixels {
		g = pixel.Resize(g, screenPixels, max(1, h*screenPixels/w))
	}
	shades := make(color.Palette, 16)
	for i := range shades {
		shades[i] = color.Gray{Y: uint8(i * 17)}
	}
	few := image.NewPaletted(g.Rect, shades)
	for y := range g.Rect.Dy() {
		for x, v := range g.Pix[y*g.Stride:][:g.Rect.Dx()] {
			few.Pix[y*few.Stride+x] = uint8((int(v) + 8) / 17)
		}
	}
	err := png.Encode(&out, few)
	return out.Bytes(), err
}

// picturesSize is how many bytes of pictures are kept, and picturesAtOnce how many are
// drawn at once: a page takes much memory while it is.
const (
	picturesSize   = 16 << 20
	picturesAtOnce = 2
)

// pictures keeps the pictures that were looked at last.
type pictures struct {
	mu    sync.Mutex
	slots chan struct{}
	kept  map[string][]byte
	order []string // oldest first
	size  int
}

// get gives a picture, drawn unless it is kept.
func (c *pictures) get(ctx context.Context, key string, draw func() ([]byte, error)) ([]byte, error) {
	c.mu.Lock()
	b, ok := c.kept[key]
	if c.slots == nil {
		c.slots = make(chan struct{}, picturesAtOnce)
	}
	slots := c.slots
	c.mu.Unlock()
	if ok {
		return b, nil
	}
	select {
	case slots <- struct{}{}:
		defer func() { <-slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	b, err := draw()
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.kept[key]; ok || len(b) > picturesSize/4 {
		return b, nil
	}
	c.kept[key], c.order, c.size = b, append(c.order, key), c.size+len(b)
	for c.size > picturesSize {
		c.size -= len(c.kept[c.order[0]])
		delete(c.kept, c.order[0])
		c.order = c.order[1:]
	}
	return b, nil
}

// Copy writes the searchable copy, as `skarga desk copy` does.
func (m deskPages) Copy(ctx context.Context, who complaint.Person, id string) (string, []byte, error) {
	v, err := m.letterView(ctx, who, id)
	if err != nil {
		return "", nil, hidden(err)
	}
	var pdf bytes.Buffer
	err = m.writeCopy(ctx, v, &pdf)
	return copyName(v), pdf.Bytes(), err
}

// TurnPage turns a page and says which file is to be read again, as `skarga desk turn`
// does.
func (m deskPages) TurnPage(ctx context.Context, act ingest.DeskAct, page, degrees int) (string, error) {
	return m.intake.TurnPage(ctx, act, page, degrees)
}

// ReadPagesAgain lets pages be read again, as `skarga desk read` does.
func (m deskPages) ReadPagesAgain(ctx context.Context, act ingest.DeskAct, page int) ([]string, error) {
	return m.readPagesAgain(ctx, act, page)
}

// ReadScan reads what of a file is not read, as `skarga import` does.
func (m deskPages) ReadScan(ctx context.Context, fileID string) error {
	return m.readAgain(ctx, fileID)
}

// Scans lists the files that came since a time.
func (m deskPages) Scans(ctx context.Context, who complaint.Person, since time.Time) ([]complaint.PaperFile, error) {
	return m.store.RecentScans(ctx, who.Name, since, 30)
}

// Scan reads one file with what became of its pages.
func (m deskPages) Scan(ctx context.Context, who complaint.Person, id string) (complaint.PaperFile, error) {
	f, err := m.store.PaperFileFor(ctx, who.Name, id)
	return f, hidden(err)
}

// ScanLetters lists the arrivals of a file's letters.
func (m deskPages) ScanLetters(ctx context.Context, fileID string) ([]string, error) {
	return m.store.LettersOfScan(ctx, fileID)
}

// Drop keeps a file, as `skarga import --received` does before it looks at it.
func (m deskPages) Drop(ctx context.Context, who complaint.Person, name, received string, body io.Reader) (f complaint.ScanFile, again bool, err error) {
	var given scannerimport.Received
	if received != "" {
		if given, err = scannerimport.ParseReceived(received, m.rules.Location); err != nil {
			return f, false, fmt.Errorf("%w: %w", web.ErrScan, err)
		}
		if given.At.After(m.now()) {
			return f, false, fmt.Errorf("%w: %s is still to come; letters are received when they are in the building", web.ErrScan, received)
		}
	}
	dir, err := os.MkdirTemp("", "skarga-scan-") // for its owner only
	if err != nil {
		return f, false, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, filepath.Base(filepath.FromSlash("/"+name)))
	to, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return f, false, fmt.Errorf("%w: its name cannot be used; give it another one", web.ErrScan)
	}
	n, err := io.Copy(to, body)
	if err = errors.Join(err, to.Close()); err != nil {
		return f, false, err
	}
	if n == 0 {
		return f, false, fmt.Errorf("%w: %s is empty", web.ErrScan, name)
	}
	im, err := m.importer(true)
	if err != nil {
		return f, false, err
	}
	if f, again, err = im.Drop(ctx, path, given); err != nil {
		return f, again, err
	}
	e := complaint.Event{ID: complaint.NewID(), Subject: f.ID, At: m.now(), Actor: who.Name, Kind: "scan dropped at the desk"}
	return f, again, m.store.NoteScan(ctx, e)
}

// ParseReceived reads a time of a day.
func (m deskPages) ParseReceived(text string) (time.Time, error) {
	at, err := scannerimport.ParseReceived(text, m.rules.Location)
	if err == nil && at.DayOnly {
		err = errors.New("say the time of day too: \"2026-11-20 09:15\"")
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("%w: %w", ingest.ErrField, err)
	}
	return at.At, nil
}

// ScanChanges are the signals of all that the desk and the post show.
func (m deskPages) ScanChanges() <-chan struct{} {
	return m.store.Wake(store.TopicScans, store.TopicArrivals, store.TopicCases, store.TopicDeliveries)
}

// Post lists what waits, as `skarga letters` does.
func (m deskPages) Post(ctx context.Context, who complaint.Person) (p web.Post, err error) {
	if p.Letters, err = m.store.UnpostedLetters(ctx, who.Name); err != nil {
		return p, err
	}
	if p.Homeless, err = m.store.WaitingForAddress(ctx, who.Name); err != nil {
		return p, err
	}
	if p.Runs, err = m.store.PrintRunsFor(ctx, who.Name, 20); err != nil {
		return p, err
	}
	warning, err := m.cases.BeforeNextPost(ctx, m.store, who.Name)
	p.Warning = warning.String()
	return p, err
}

// Run reads a print run.
func (m deskPages) Run(ctx context.Context, who complaint.Person, id string) (complaint.PrintRun, []complaint.Letter, error) {
	r, letters, err := m.store.PrintRunFor(ctx, id, who.Name)
	return r, letters, hidden(err)
}

// RunFile opens the file of a run; that the person took it stands with each letter.
func (m deskPages) RunFile(ctx context.Context, who complaint.Person, id string) (string, io.ReadCloser, error) {
	r, letters, err := m.store.PrintRunFor(ctx, id, who.Name)
	if err != nil {
		return "", nil, hidden(err)
	}
	name := m.post(who.Name).File(r)
	f, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		return "", nil, fmt.Errorf("mailer: the file of run %s is not on this machine any more; print it again", r.ID)
	}
	if err != nil {
		return "", nil, err
	}
	err = m.store.InTx(ctx, func(tx *store.Tx) error {
		for _, l := range letters {
			tx.CreateEvent(complaint.Event{ID: complaint.NewID(), Subject: complaint.ViewHistory(l.ComplaintID), At: m.now(), Actor: who.Name, Kind: "letter saved to print"})
		}
		return nil
	})
	if err != nil {
		return "", nil, errors.Join(err, f.Close())
	}
	return filepath.Base(name), f, nil
}

// told lets the pages that are open know what became of letters.
func (m deskPages) told(err error) error {
	if err == nil {
		m.store.Notify(store.TopicCases)
	}
	return hidden(err)
}

// Print makes a run, as `skarga letters print` does.
func (m deskPages) Print(ctx context.Context, who complaint.Person) (string, error) {
	done, err := m.post(who.Name).Print(ctx)
	return done.ID, m.told(err)
}

// Reprint writes a run anew, as `skarga letters reprint` does.
func (m deskPages) Reprint(ctx context.Context, who complaint.Person, run string) error {
	_, err := m.post(who.Name).Reprint(ctx, run)
	return m.told(err)
}

// Posted records a posting, as `skarga letters posted` does.
func (m deskPages) Posted(ctx context.Context, who complaint.Person, run string, at time.Time, except []complaint.Reference) error {
	_, err := m.post(who.Name).Posted(ctx, run, at, except)
	return m.told(err)
}

// Returned records that a letter came back, as `skarga letters returned` does.
func (m deskPages) Returned(ctx context.Context, who complaint.Person, complaintID, reason string) error {
	return m.told(m.post(who.Name).Returned(ctx, complaintID, reason))
}

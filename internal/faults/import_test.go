package faults_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-pdf/fpdf"

	"ask4.com/skarga/internal/testscan"
	"ask4.com/skarga/internal/testserver"
	scannerimport "ask4.com/skarga/scanner-import"
	"ask4.com/skarga/scanner-import/ocr"
)

// TestKillWhileImporting kills the program again and again while scans come in: every
// page is on record exactly once, every letter is one complaint.
func TestKillWhileImporting(t *testing.T) {
	t.Parallel()
	kills := 20
	if soak() {
		kills = 100
	}
	onBoth(t, func(t *testing.T, dsn string) {
		testserver.Need(t, "tesseract", ocr.New(ocr.Options{}).Missing())
		m := newMailroom(t, dsn, "")
		n := m.serve(t)
		for range kills {
			m.scan(t)
			m.killSometime(n)
			n = m.serve(t)
		}
		eventually(t, "all scans are read", func() bool {
			if m.done() < m.files {
				return false // a look at the ledger costs a process
			}
			p := m.ledger(t)
			return p.Files == m.files && p.Unread == 0 && len(p.Waiting) == 0
		})
		n.kill()
		m.whole(t)
	})
}

// TestDiskFullWhileImporting fills the disk of the records while scans come in, and
// frees it again: the files wait where they are, and nothing is lost or there twice.
func TestDiskFullWhileImporting(t *testing.T) {
	t.Parallel()
	testserver.Need(t, "tesseract", ocr.New(ocr.Options{}).Missing())
	dir := smallDisk(t, 24<<20)
	m := newMailroom(t, "", dir)
	n := m.serve(t)
	for range rounds(2, 10) {
		before := m.files
		m.scan(t)
		eventually(t, "a scan is taken in", func() bool { return m.done() > before })
		rubbish := filepath.Join(dir, "rubbish")
		fill(t, rubbish)
		failed := n.count("no space left") + n.count("disk is full")
		for range 3 {
			m.scan(t)
		}
		eventually(t, "the full disk is noticed", func() bool { return n.count("no space left")+n.count("disk is full") > failed })
		if err := os.Remove(rubbish); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the scans are taken in", func() bool { return m.done() == m.files })
	}
	eventually(t, "all scans are read", func() bool { return m.ledger(t).Unread == 0 })
	n.kill()
	m.whole(t)
}

// mailroom is an installation with a watched folder and nothing else.
type mailroom struct {
	*world
	folder                string
	files, pages, letters int // that were put into the folder
}

// newMailroom keeps its records in dir; empty is a folder of the test.
func newMailroom(t *testing.T, dsn, dir string) *mailroom {
	t.Helper()
	if testing.Short() {
		t.Skip("runs for long")
	}
	m := &mailroom{world: &world{dir: t.TempDir()}}
	m.folder, m.config = filepath.Join(m.dir, "scans"), filepath.Join(m.dir, "skarga.toml")
	if err := os.MkdirAll(m.folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if dir == "" {
		dir = m.dir
	}
	driver := "sqlite"
	if dsn != "" {
		driver = "postgres"
	}
	m.write(t, m.config, fmt.Sprintf(`mailboxes = []
[database]
driver = %q
path = %q
url = %q
folder = %q
[import]
folder = %q
settle = "100ms"
rescan = "500ms"
[web]
address = ""
[serve]
lease = "2s"
roles = ["import", "clock"]
`, driver, filepath.Join(dir, "skarga.db"), dsn, filepath.Join(dir, "large"), m.folder))
	return m
}

// scan puts one more file into the folder, as a scanner does: a few letters of a few
// pages with separators between them; one page is a picture that OCR must read.
func (m *mailroom) scan(t *testing.T) {
	t.Helper()
	d := fpdf.New("P", "mm", "A4", "")
	d.SetFont("Helvetica", "", 12)
	picture := func(name string, b *bytes.Buffer, x, y, w float64) {
		d.RegisterImageOptionsReader(name, fpdf.ImageOptions{ImageType: "PNG"}, b)
		d.ImageOptions(name, x, y, w, 0, false, fpdf.ImageOptions{ImageType: "PNG"}, 0, "")
	}
	letters := 1 + rand.IntN(3)
	for i := range letters {
		if i > 0 {
			d.AddPage()
			m.pages++
			var b bytes.Buffer
			if err := png.Encode(&b, testscan.QR(t, scannerimport.Sheet{Type: scannerimport.SheetSeparator}.Code(), "Q")); err != nil {
				t.Fatal(err)
			}
			picture("sheet", &b, 50, 40, 105)
		}
		for p := range 1 + rand.IntN(3) {
			d.AddPage()
			m.pages++
			if i == 0 && p == 0 {
				page := testscan.NewPage(t, 75)
				page.Write("sans", 24, 20, 40, fmt.Sprintf("File %d of the mailroom", m.files))
				var b bytes.Buffer
				if err := png.Encode(&b, page.Gray); err != nil {
					t.Fatal(err)
				}
				picture("letter", &b, 0, 0, 210)
				continue
			}
			d.Text(25, 40, fmt.Sprintf("Letter %d of file %d, page %d: I wish to complain about the internet.", i, m.files, p))
		}
	}
	m.files++
	m.letters += letters
	var out bytes.Buffer
	if err := d.Output(&out); err != nil {
		t.Fatal(err)
	}
	// In two halves, as over a slow network.
	f, err := os.Create(filepath.Join(m.folder, fmt.Sprintf("scan-%03d.pdf", m.files)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	half := out.Len() / 2
	for _, part := range [][]byte{out.Bytes()[:half], out.Bytes()[half:]} {
		if _, err := f.Write(part); err != nil {
			t.Fatal(err)
		}
	}
}

// killSometime kills the node at a random moment of a file's way.
func (m *mailroom) killSometime(n *node) {
	limit := time.NewTimer(rand.N(2500 * time.Millisecond))
	defer limit.Stop()
	<-limit.C
	n.kill()
}

// onPaper is the part of the ledger about letters.
type onPaper struct {
	Files, PagesIn, InLetters, Sheets, Unaccounted, Unread, Letters int
	AtDesk                                                          []struct{ Name, Problem string }
	Waiting                                                         []string
}

func (m *mailroom) ledger(t *testing.T) onPaper {
	t.Helper()
	out, err := m.skarga(t, "ledger", "--json")
	if out == "" && err != nil {
		t.Fatal(err)
	}
	var p struct{ Paper onPaper }
	if out != "" {
		if err := json.Unmarshal([]byte(out), &p); err != nil {
			t.Fatalf("%v in %s", err, out)
		}
	}
	return p.Paper
}

// whole checks that nothing was lost and nothing is there twice.
func (m *mailroom) whole(t *testing.T) {
	t.Helper()
	p := m.ledger(t)
	if p.PagesIn != m.pages || p.InLetters+p.Sheets != m.pages || p.Unaccounted != 0 || p.Letters != m.letters || len(p.AtDesk) > 0 {
		t.Errorf("%d files, %d pages, %d letters were scanned; the ledger has %+v", m.files, m.pages, m.letters, p)
	}
	out, err := m.skarga(t, "list", "--json", "--all", "--limit", "10000")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(out, `"Channel":"letter"`); got != m.letters {
		t.Errorf("%d complaints, want one for each of %d letters", got, m.letters)
	}
	if n := m.done(); n != m.files {
		t.Errorf("%d files in done, want %d", n, m.files)
	}
	if _, err := m.skarga(t, "audit"); err != nil {
		t.Error(err)
	}
}

// done counts the files that were moved away after they were taken in.
func (m *mailroom) done() int {
	list, err := os.ReadDir(filepath.Join(m.folder, "done"))
	if err != nil {
		return 0 // it is made with the first one
	}
	return len(list)
}

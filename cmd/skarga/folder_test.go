package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ask4.com/skarga/complaint"
	"ask4.com/skarga/ingest"
	"ask4.com/skarga/internal/testserver"
	"ask4.com/skarga/scanner-import/ocr"
	"ask4.com/skarga/store"
)

// TestWatchedFolder lets scanners write into a folder while the program serves: slowly,
// in sub-folders, with files that vanish, and on a drive that goes away and comes back.
func TestWatchedFolder(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		testserver.Need(t, "tesseract", ocr.New(ocr.Options{}).Missing())
		drive := t.TempDir()
		folder := filepath.Join(drive, "scans")
		if err := os.MkdirAll(filepath.Join(folder, "2026-11-20_0915"), 0o700); err != nil {
			t.Fatal(err)
		}
		f := newFirm(t, postgres, setup{toml: fmt.Sprintf("[import]\nfolder = %q\nsettle = \"500ms\"\nrescan = \"200ms\"\nreceived_patterns = [\"{yyyy}-{mm}-{dd}_{HH}{MM}\"]\n", folder)})
		read := func(path string) []byte {
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			return raw
		}
		put := func(name string, raw []byte) {
			t.Helper()
			if err := os.WriteFile(filepath.Join(folder, name), raw, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		// letter waits until the letter of a file is read, and gives its complaint.
		letter := func(name string) complaint.View {
			t.Helper()
			var a complaint.Arrival
			f.wait("the letter of "+name, func() bool {
				list, err := f.app.store.ListArrivals(t.Context(), store.ArrivalFilter{Mailbox: name})
				if err != nil || len(list) == 0 {
					return false
				}
				a = list[0]
				l, err := f.app.store.Letter(t.Context(), a.ID)
				return err == nil && !l.CompletedAt.IsZero() && a.ComplaintID != ""
			})
			return f.view(a)
		}
		gone := filepath.Join(folder, "gone.pdf")
		put("gone.pdf", []byte("%PDF-1.7 half a file"))
		if err := os.Remove(gone); err != nil {
			t.Fatal(err)
		}
		put(".hidden.pdf", []byte("not a scan"))
		put("2026-11-20_0915/a.pdf", read(f.typed("a.pdf", emilys("One."))))
		v := letter("a.pdf")
		if want := time.Date(2026, 11, 20, 9, 15, 0, 0, f.app.rules.Location); !v.Complaint.ReceivedAt.Equal(want) {
			t.Errorf("P12: received %s by the folder's name, want %s", v.Complaint.ReceivedAt, want)
		}
		// A scanner that writes slowly: at no time does the file stand still for long.
		raw := read(f.typed("slow.pdf", jans("Dwa.")))
		slow, err := os.Create(filepath.Join(folder, "slow.pdf"))
		if err != nil {
			t.Fatal(err)
		}
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for piece := 1 + len(raw)/8; len(raw) > 0; {
			n := min(len(raw), piece)
			if _, err := slow.Write(raw[:n]); err != nil {
				t.Fatal(err)
			}
			raw = raw[n:]
			<-tick.C
		}
		if err := slow.Close(); err != nil {
			t.Fatal(err)
		}
		if c := letter("slow.pdf").Complaint; c.CustomerName != "Jan Kowalski" {
			t.Errorf("the slowly written file gave %+v", c)
		}
		// A scanner that stops for longer: a part is taken in, then the whole.
		raw = read(f.typed("jam.pdf", jans("Trzy.")))
		jam, err := os.Create(filepath.Join(folder, "jam.pdf"))
		if err == nil {
			_, err = jam.Write(raw[:len(raw)/2])
		}
		if err != nil {
			t.Fatal(err)
		}
		part := letter("jam.pdf")
		if _, err := jam.Write(raw[len(raw)/2:]); err != nil {
			t.Fatal(err)
		}
		f.wait("the whole file", func() bool {
			list, err := f.app.store.ListArrivals(t.Context(), store.ArrivalFilter{Mailbox: "jam.pdf"})
			if err != nil || len(list) != 2 {
				return false
			}
			for _, a := range list {
				if a.ComplaintID != part.Complaint.ID && a.ComplaintID != "" {
					return f.view(a).Complaint.CustomerName == "Jan Kowalski"
				}
			}
			return false
		})
		if err := jam.Close(); err != nil {
			t.Fatal(err)
		}
		f.wait("the file to be moved away", func() bool {
			_, err := os.Stat(filepath.Join(folder, "done", "slow.pdf"))
			return err == nil
		})
		// The drive goes away and comes back with a new file on it.
		if err := os.Rename(folder, folder+"-away"); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder+"-away", "back.pdf"), read(f.typed("back.pdf", emilys("Three."))), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(folder+"-away", folder); err != nil {
			t.Fatal(err)
		}
		letter("back.pdf")
		if list, err := os.ReadDir(filepath.Join(folder, "desk")); err == nil && len(list) > 0 {
			t.Errorf("there are files at the desk: %v", list)
		}
		if p := f.paper(exitDone); p.Files != 5 || p.Letters != 5 || p.Unaccounted != 0 { // one of them is the part
			t.Errorf("the ledger has %+v", p)
		}
	})
}

// TestP08DeskHidesWhatIsAboutThePerson looks at the desk as the member of staff whom a
// letter is about.
func TestP08DeskHidesWhatIsAboutThePerson(t *testing.T) {
	onBoth(t, func(t *testing.T, postgres bool) {
		f := mailroom(t, postgres, "")
		l := f.took(f.typed("rude.pdf", emilys())).Letters[0]
		id := f.record(l).Complaint.ID
		err := f.app.store.InTx(t.Context(), func(tx *store.Tx) error {
			tx.SetAbout(complaint.About{ComplaintID: id, Staff: "Tomasz Nowak", State: complaint.AboutProvisional, By: "Anna Kowalska", At: time.Now()})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for who, want := range map[string]int{"Tomasz Nowak": 0, "Anna Kowalska": 1} {
			var d ingest.Desk
			if err := json.Unmarshal([]byte(f.must(exitDone, "--as", who, "--json", "desk")), &d); err != nil {
				t.Fatal(err)
			}
			if len(d.Letters) != want {
				t.Errorf("P8: %s sees %d letters, want %d", who, len(d.Letters), want)
			}
		}
		for _, args := range [][]string{{"show", l.Arrival}, {"set", l.Arrival, "name=Eve"}, {"confirm", l.Arrival}, {"hand-back", l.Arrival, "--reason", "x"}, {"set-aside", l.Arrival, "--reason", "x"}} {
			if out := f.must(exitFailed, append([]string{"--as", "Tomasz Nowak", "desk"}, args...)...); strings.Contains(out, "Emily") {
				t.Errorf("P8: desk %s tells %s", args[0], out)
			}
		}
	})
}
